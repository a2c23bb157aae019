//! What is left to do when all rows are in: belonging to one another, last contacts, the end.

use super::{
    image::{Image, encode},
    known::push_list,
};
use crate::{
    accounts, audit,
    db::{Db, Tx, on_tx},
    error::{Result, StoreError},
};
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::FieldError,
    id::{AccountId, AccountNumber, ImportId, ImportNumber, Version},
    import::{CellError, ImportState, OnDuplicate, RowResult},
    policy::{self, Action, Caller, Grant, Object},
    text,
    time::Instant,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Rows of one transaction.
const PAGE: i64 = 500;
/// Rows whose customers' last contacts are settled in one transaction.
const SPAN: i64 = 2_000;

const WITH_PARENT: &str = "SELECT row, result, account_id, account_version, before_image, errors FROM import_row \
     WHERE import_id = $1 AND row > $2 AND before_image LIKE '{\"parent\"%' ORDER BY row LIMIT $3";
const WARN: &str = "UPDATE import_job SET warned_rows = warned_rows + $2 WHERE id = $1";
const LAST_ROW: &str = "SELECT COALESCE(MAX(row), 0) FROM import_row WHERE import_id = $1";
const LAST_CONTACT: &str = "UPDATE account SET last_contact_at = (SELECT MAX(p.last_contact_at) FROM account_person ap \
     JOIN person p ON p.id = ap.person_id WHERE ap.account_id = account.id) \
     WHERE id IN (SELECT account_id FROM import_row WHERE import_id = $1 AND row > $2 AND row <= $3 AND made_account) \
     AND last_contact_at < (SELECT COALESCE(MAX(p.last_contact_at), 0) FROM account_person ap \
     JOIN person p ON p.id = ap.person_id WHERE ap.account_id = account.id)";
const DONE: &str = "UPDATE import_job SET state = 'done', total_rows = done_rows, finished_at = $2, lease_until = 0 \
     WHERE id = $1 AND state = 'running'";

const HOLD: &str =
    "UPDATE import_job SET lease_until = $2 WHERE id = $1 AND state = 'running' RETURNING number";

/// Until when a worker keeps its run, asked anew for each transaction.
pub type Lease<'a> = &'a (dyn Fn() -> Instant + Send + Sync);

#[derive(FromRow)]
struct ChildRow {
    row: i64,
    result: String,
    account_id: Option<AccountId>,
    account_version: Version,
    before_image: String,
    errors: String,
}

#[derive(FromRow)]
struct Firm {
    id: Uuid,
    name: String,
}

impl Db {
    /// Links customers to the ones they belong to, by name, once all rows are in. `column` is the
    /// header that names them, for rows whose name is not found. Each page extends the `lease`.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] when the run is not running any more.
    pub async fn link_parents(
        &self,
        caller: &Caller,
        id: ImportId,
        mode: OnDuplicate,
        column: &str,
        lease: Lease<'_>,
    ) -> Result<()> {
        policy::check(caller, Action::Import, Object::Import)?;
        let grant = policy::check(caller, Action::Edit, Object::Account)?;
        let mut after = 0;
        loop {
            let mut tx = self.begin().await?;
            hold(&mut tx, id, lease()).await?;
            let rows: Vec<ChildRow> = on_tx!(&mut tx, |connection| {
                sqlx::query_as(WITH_PARENT)
                    .bind(id)
                    .bind(after)
                    .bind(PAGE)
                    .fetch_all(connection)
                    .await
            })?;
            let Some(last) = rows.last().map(|row| row.row) else { return tx.commit().await };
            after = last;
            link_page(&mut tx, &grant, id, mode, column, rows).await?;
            tx.commit().await?;
        }
    }

    /// Ends a run whose rows are all in. Each transaction before the last extends the `lease`.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] when another worker has ended it.
    pub async fn finish_import(
        &self,
        caller: &Caller,
        id: ImportId,
        lease: Lease<'_>,
    ) -> Result<()> {
        let grant = policy::check(caller, Action::Import, Object::Import)?;
        let mut tx = self.begin().await?;
        let last: i64 = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(LAST_ROW).bind(id).fetch_one(connection).await
        })?;
        tx.commit().await?;
        let mut from = 0;
        while from < last {
            let mut tx = self.begin().await?;
            hold(&mut tx, id, lease()).await?;
            on_tx!(&mut tx, |connection| {
                sqlx::query(LAST_CONTACT)
                    .bind(id)
                    .bind(from)
                    .bind(from + SPAN)
                    .execute(connection)
                    .await
                    .map(drop)
            })?;
            tx.commit().await?;
            from += SPAN;
        }
        let mut tx = self.begin().await?;
        let ended = on_tx!(&mut tx, |connection| {
            sqlx::query(DONE).bind(id).bind(caller.now).execute(connection).await?.rows_affected()
        });
        if ended == 0 {
            return Err(Failure::Gone.into());
        }
        let change = FieldChange {
            field: "state".to_owned(),
            before: ImportState::Running.code().to_owned(),
            after: ImportState::Done.code().to_owned(),
        };
        audit::append(&mut tx, &grant, id.0, Event::Changed, Version(3), &[change]).await?;
        tx.commit().await
    }
}

/// Keeps other workers from a run that is still being worked on.
async fn hold(tx: &mut Tx, id: ImportId, until: Instant) -> Result<()> {
    let held: Option<ImportNumber> = on_tx!(tx, |connection| {
        sqlx::query_scalar(HOLD).bind(id).bind(until).fetch_optional(connection).await
    })?;
    held.ok_or(Failure::Gone)?;
    Ok(())
}

/// One row of the page, ready to be kept.
struct Settled {
    row: i64,
    result: String,
    version: Version,
    image: String,
    errors: String,
}

async fn link_page(
    tx: &mut Tx,
    grant: &Grant,
    id: ImportId,
    mode: OnDuplicate,
    column: &str,
    rows: Vec<ChildRow>,
) -> Result<()> {
    let images: Vec<Image> =
        rows.iter().map(|row| Image::parse(&row.before_image)).collect::<Result<_>>()?;
    let folds = images.iter().map(|image| text::fold(&image.parent)).collect();
    let cores = images.iter().map(|image| text::name_core(&image.parent)).collect();
    let by_fold = firms(tx, FIRMS_BY_FOLD, &folds, " GROUP BY name_fold)").await?;
    let by_core = firms(tx, FIRMS_BY_CORE, &cores, " GROUP BY name_core)").await?;
    let children: BTreeSet<Uuid> =
        rows.iter().filter_map(|row| row.account_id).map(|id| id.0).collect();
    let parents = parents_of(tx, &children).await?;
    let firms: BTreeSet<Uuid> =
        by_fold.values().chain(by_core.values()).map(|firm| firm.id).collect();
    let there = accounts::hold_there(tx, &firms).await?;
    let above = ancestors(tx, firms).await?;
    let mut links: HashMap<Uuid, Uuid> = HashMap::new();
    let mut settled = Vec::with_capacity(rows.len());
    let mut warned = 0_i64;
    for (row, mut image) in rows.into_iter().zip(images) {
        let name = std::mem::take(&mut image.parent);
        let firm = by_fold.get(&text::fold(&name)).or_else(|| by_core.get(&text::name_core(&name)));
        let child = row.account_id.map(|id| id.0).unwrap_or_default();
        // Nobody belongs to one of those that belong to them.
        let fits =
            |firm: &&Firm| there.contains(&firm.id) && !leads_to(firm.id, child, &links, &above);
        let (mut result, mut errors) = (row.result, row.errors);
        match firm.filter(fits) {
            None => {
                let mut all: Vec<CellError> = if errors.is_empty() {
                    Vec::new()
                } else {
                    serde_json::from_str(&errors)
                        .map_err(|_| StoreError::Unreadable("import_row.errors"))?
                };
                warned += i64::from(all.is_empty());
                all.push(CellError {
                    column: column.to_owned(),
                    value: name.chars().take(200).collect(),
                    error: FieldError::Unknown,
                });
                errors = encode(&all)?;
                RowResult::Warning.code().clone_into(&mut result);
            }
            Some(firm) => {
                let standing = parents.get(&child).copied().flatten();
                let open = standing.is_none() || mode == OnDuplicate::Overwrite;
                if open && standing != Some(firm.id) && parents.contains_key(&child) {
                    image.moved = Some((standing.map(AccountId), AccountId(firm.id)));
                    links.insert(child, firm.id);
                }
            }
        }
        settled.push((
            child,
            Settled {
                row: row.row,
                result,
                version: row.account_version,
                image: image.to_json()?,
                errors,
            },
        ));
    }
    let versions = link(tx, grant, &links).await?;
    for (child, settled) in &mut settled {
        if let Some(version) = versions.get(child) {
            settled.version = *version;
        }
    }
    let settled: Vec<Settled> = settled.into_iter().map(|(_, settled)| settled).collect();
    keep(tx, id, &settled).await?;
    on_tx!(tx, |connection| {
        sqlx::query(WARN).bind(id).bind(warned).execute(connection).await.map(drop)
    })?;
    Ok(())
}

const FIRMS_BY_FOLD: &str = "SELECT id, name_fold AS name FROM account WHERE number IN \
     (SELECT MIN(number) FROM account WHERE deleted_at IS NULL AND is_individual = FALSE AND name_fold IN ";
const FIRMS_BY_CORE: &str = "SELECT id, name_core AS name FROM account WHERE number IN \
     (SELECT MIN(number) FROM account WHERE deleted_at IS NULL AND kind <> 'individual' AND name_core IN ";

async fn firms(
    tx: &mut Tx,
    head: &'static str,
    names: &BTreeSet<String>,
    tail: &'static str,
) -> Result<HashMap<String, Firm>> {
    let rows: Vec<Firm> = on_tx!(tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(head);
        push_list!(query, names);
        query.push(tail);
        query.build_query_as().fetch_all(connection).await
    })?;
    Ok(rows.into_iter().map(|firm| (firm.name.clone(), firm)).collect())
}

async fn parents_of(tx: &mut Tx, ids: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, Option<Uuid>>> {
    let rows: Vec<(Uuid, Option<Uuid>)> = on_tx!(tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(
            "SELECT id, parent_id FROM account WHERE deleted_at IS NULL AND id IN ",
        );
        push_list!(query, ids);
        query.build_query_as().fetch_all(connection).await
    })?;
    Ok(rows.into_iter().collect())
}

/// The parents of `ids`, of their parents, and so on to the top.
async fn ancestors(tx: &mut Tx, ids: BTreeSet<Uuid>) -> Result<HashMap<Uuid, Option<Uuid>>> {
    let mut all: HashMap<Uuid, Option<Uuid>> = HashMap::new();
    let mut next = ids;
    while !next.is_empty() {
        let found = parents_of(tx, &next).await?;
        all.extend(&found);
        next = found.values().flatten().filter(|id| !all.contains_key(*id)).copied().collect();
    }
    Ok(all)
}

/// Whether the way up from `from` comes to `child`, by what is stored and what is about to be.
fn leads_to(
    from: Uuid,
    child: Uuid,
    links: &HashMap<Uuid, Uuid>,
    above: &HashMap<Uuid, Option<Uuid>>,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut at = Some(from);
    while let Some(id) = at.filter(|id| seen.insert(*id)) {
        if id == child {
            return true;
        }
        let linked = links.get(&id).copied();
        at = linked.or_else(|| above.get(&id).copied().flatten());
    }
    false
}

async fn link(
    tx: &mut Tx,
    grant: &Grant,
    links: &HashMap<Uuid, Uuid>,
) -> Result<HashMap<Uuid, Version>> {
    if links.is_empty() {
        return Ok(HashMap::new());
    }
    let versions: Vec<(Uuid, Version)> = on_tx!(&mut *tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(
            "UPDATE account SET parent_id = v.column2, version = version + 1, updated_at = ",
        );
        query
            .push_bind(grant.now())
            .push(", updated_by = ")
            .push_bind(grant.user())
            .push(" FROM (");
        query.push_values(links, |mut row, (child, parent)| {
            row.push_bind(*child).push_bind(*parent);
        });
        query.push(
            ") AS v WHERE account.id = v.column1 AND account.deleted_at IS NULL RETURNING id, version",
        );
        query.build_query_as().fetch_all(connection).await
    })?;
    let parents: BTreeSet<Uuid> = links.values().copied().collect();
    let numbers: Vec<(Uuid, AccountNumber)> = on_tx!(&mut *tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new("SELECT id, number FROM account WHERE id IN ");
        push_list!(query, parents);
        query.build_query_as().fetch_all(connection).await
    })?;
    let numbers: HashMap<Uuid, AccountNumber> = numbers.into_iter().collect();
    let number = |child| numbers.get(links.get(child)?).map(AccountNumber::to_string);
    let lines: Vec<audit::Line> = versions
        .iter()
        .map(|(id, version)| audit::Line {
            object_id: *id,
            event: Event::Changed,
            version: *version,
            fields: vec![FieldChange {
                field: "parent".to_owned(),
                before: String::new(),
                after: number(id).unwrap_or_default(),
            }],
        })
        .collect();
    audit::append_all(tx, grant, &lines).await?;
    Ok(versions.into_iter().collect())
}

async fn keep(tx: &mut Tx, id: ImportId, settled: &[Settled]) -> Result<()> {
    on_tx!(tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(
            "UPDATE import_row SET result = v.column2, account_version = v.column3, before_image = v.column4, \
             errors = v.column5 FROM (",
        );
        query.push_values(settled, |mut row, settled| {
            row.push_bind(settled.row)
                .push_bind(settled.result.clone())
                .push_bind(settled.version)
                .push_bind(settled.image.clone())
                .push_bind(settled.errors.clone());
        });
        query.push(") AS v WHERE import_row.row = v.column1 AND import_row.import_id = ");
        query.push_bind(id);
        query.build().execute(connection).await.map(drop)
    })?;
    Ok(())
}
