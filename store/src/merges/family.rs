//! Customers that belong to others: those of a customer that goes belong to the one that stays, which belongs where the
//! other did if it belonged nowhere; nobody ever belongs to themselves, however far up.

use crate::{
    audit,
    db::{Tx, on_tx},
    error::Result,
    held::Held,
    within::push_ids,
};
use domain::{
    audit::{Event, FieldChange},
    id::{AccountNumber, Version},
    policy::Grant,
};
use sqlx::QueryBuilder;
use std::collections::HashMap;
use uuid::Uuid;

const PARENT: &str = "UPDATE account SET parent_id = $1 WHERE id = $2";
// As far as it is still what the merge made it, and what it was is still there.
const PARENT_BACK: &str = "UPDATE account SET parent_id = (SELECT p.id FROM account p WHERE p.id = $1) \
     WHERE id = $2 AND parent_id IS NOT DISTINCT FROM $3";
const ABOVE_ITSELF: &str = "WITH RECURSIVE up (id) AS (SELECT parent_id FROM account WHERE id = $1 \
     UNION SELECT a.parent_id FROM account a JOIN up ON a.id = up.id) SELECT COUNT(*) FROM up WHERE id = $1";

async fn parents(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, Option<Uuid>>> {
    let rows: Vec<(Uuid, Option<Uuid>)> = on_tx!(tx, |connection| {
        let mut statement =
            QueryBuilder::<Dialect>::new("SELECT id, parent_id FROM account WHERE id");
        push_ids(&mut statement, ids.iter().copied());
        statement.build_query_as().fetch_all(connection).await
    })?;
    Ok(rows.into_iter().collect())
}

/// Cuts a customer off that has come to belong to itself.
async fn cut_loop(tx: &mut Tx, account: Uuid) -> Result<bool> {
    let loops: i64 = on_tx!(tx, |connection| {
        sqlx::query_scalar(ABOVE_ITSELF).bind(account).fetch_one(connection).await
    })?;
    if loops > 0 {
        put_parent(tx, account, None).await?;
    }
    Ok(loops > 0)
}

async fn put_parent(tx: &mut Tx, account: Uuid, parent: Option<Uuid>) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(PARENT).bind(parent).bind(account).execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// Lets customers belong to `to` instead of `from`: those of a list or, without one, all but the records themselves.
/// Answers which, with a line in the trail of each.
async fn adopt(
    tx: &mut Tx,
    grant: &Grant,
    from: (Uuid, &str),
    to: (Uuid, &str),
    which: Children<'_>,
) -> Result<Vec<Uuid>> {
    let (all, only) = match which {
        Children::AllBut(records) => (records, false),
        Children::Of(children) => (children, true),
    };
    let mut moved: Vec<(Uuid, Version)> = Vec::new();
    for ids in all.chunks(256) {
        let some: Vec<(Uuid, Version)> = on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new("UPDATE account SET parent_id = ");
            statement.push_bind(to.0).push(", version = version + 1, updated_at = ");
            statement.push_bind(grant.now()).push(", updated_by = ").push_bind(grant.user());
            statement.push(" WHERE parent_id = ").push_bind(from.0).push(" AND id");
            if !only {
                statement.push(" NOT");
            }
            push_ids(&mut statement, ids.iter().copied());
            statement.push(" RETURNING id, version");
            statement.build_query_as().fetch_all(connection).await
        })?;
        moved.extend(some);
    }
    let line = |(id, version): &(Uuid, Version)| audit::Line {
        object_id: *id,
        event: Event::Changed,
        version: *version,
        fields: vec![FieldChange {
            field: "parent".to_owned(),
            before: from.1.to_owned(),
            after: to.1.to_owned(),
        }],
    };
    let lines: Vec<audit::Line> = moved.iter().map(line).collect();
    audit::append_all(tx, grant, &lines).await?;
    Ok(moved.into_iter().map(|(id, _)| id).collect())
}

/// Customers that belong to one.
#[derive(Clone, Copy)]
enum Children<'a> {
    /// All but these few.
    AllBut(&'a [Uuid]),
    /// These.
    Of(&'a [Uuid]),
}

/// What moved: the customers that belonged to each of the records that went, and where the one that stays belonged
/// before and after.
pub(super) struct Moved {
    pub children: Vec<Vec<Uuid>>,
    pub parent: [Option<Uuid>; 2],
}

/// Brings together who belongs to customers that become one, and where they belong.
pub(super) async fn take_over(
    tx: &mut Tx,
    grant: &Grant,
    kept: &Held,
    others: &[Held],
) -> Result<Moved> {
    let records: Vec<Uuid> = std::iter::once(kept).chain(others).map(Held::id).collect();
    let parents = parents(tx, &records).await?;
    let before = parents.get(&kept.id()).copied().flatten();
    let outside = |parent: &Uuid| !records.contains(parent);
    let above = |id: &Uuid| parents.get(id).copied().flatten();
    let after = records.iter().filter_map(above).find(outside);
    let mut children = Vec::with_capacity(others.len());
    let to = (kept.id(), &*kept.name());
    for other in others {
        let from = (other.id(), &*other.name());
        children.push(adopt(tx, grant, from, to, Children::AllBut(&records)).await?);
    }
    if after != before {
        put_parent(tx, kept.id(), after).await?;
    }
    let after = if cut_loop(tx, kept.id()).await? { None } else { after };
    Ok(Moved { children, parent: [before, after] })
}

/// Lets customers belong again to the record they belonged to.
pub(super) async fn children_back(
    tx: &mut Tx,
    grant: &Grant,
    survivor: (Uuid, &str),
    to: (Uuid, &str),
    children: &[Uuid],
) -> Result<()> {
    adopt(tx, grant, survivor, to, Children::Of(children)).await.map(drop)
}

/// Lets the record that stayed belong where it did; afterwards none of the records belongs to itself.
pub(super) async fn parent_back(
    tx: &mut Tx,
    survivor: Uuid,
    others: impl Iterator<Item = Uuid>,
    [before, after]: [Option<Uuid>; 2],
) -> Result<()> {
    if before != after {
        on_tx!(tx, |connection| {
            sqlx::query(PARENT_BACK)
                .bind(before)
                .bind(survivor)
                .bind(after)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    for account in std::iter::once(survivor).chain(others) {
        cut_loop(tx, account).await?;
    }
    Ok(())
}

const NUMBERS: &str = "SELECT number FROM account WHERE id = $1";

/// Where the record that stays belongs, as the trail tells it; nothing when that did not change.
pub(super) async fn told(
    tx: &mut Tx,
    [before, after]: [Option<Uuid>; 2],
) -> Result<Option<FieldChange>> {
    if before == after {
        return Ok(None);
    }
    let mut numbers = [String::new(), String::new()];
    for (number, id) in numbers.iter_mut().zip([before, after]) {
        let found: Option<AccountNumber> = on_tx!(&mut *tx, |connection| {
            sqlx::query_scalar(NUMBERS).bind(id).fetch_optional(connection).await
        })?;
        *number = found.map(|number| number.to_string()).unwrap_or_default();
    }
    let [before, after] = numbers;
    Ok(Some(FieldChange { field: "parent".to_owned(), before, after }))
}
