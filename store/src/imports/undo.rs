//! A whole import taken back: what it made goes to the bin, what it changed gets back what it had.
//! What people have touched since stays.

use super::{
    image::{Changed, Image, encode},
    known::push_list,
    merge::{self, MergedAccount, MergedPerson},
    update,
};
use crate::{
    audit,
    db::{Db, Tx, on_tx},
    error::Result,
};
use domain::{
    account::AccountField,
    audit::Event,
    failure::Failure,
    id::{AccountId, ImportId, PersonId, Version},
    import::ImportNote,
    person::PersonField,
    policy::{self, Action, Caller, Grant, Object},
    text,
    time::Instant,
};
use sqlx::{FromRow, QueryBuilder};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Rows of one transaction.
const PAGE: i64 = 500;

const HOLD: &str =
    "UPDATE import_job SET lease_until = $2 WHERE id = $1 AND error = $3 RETURNING finished_at";
const ROWS: &str = "SELECT row, account_id, person_id, made_account, made_person, before_image FROM import_row \
     WHERE import_id = $1 AND row < $2 AND (made_account OR made_person OR before_image <> '') ORDER BY row DESC LIMIT $3";
const KEPT: &str =
    "SELECT COUNT(*) FROM import_row WHERE import_id = $1 AND (made_account OR made_person)";
const UNDONE: &str = "UPDATE import_job SET state = 'undone', error = $2, lease_until = 0, finished_at = $3 WHERE id = $1";

#[derive(FromRow)]
struct Row {
    row: i64,
    account_id: Option<AccountId>,
    person_id: Option<PersonId>,
    made_account: bool,
    made_person: bool,
    before_image: String,
}

/// The rights and the moment of one page.
struct Hand<'a> {
    caller: &'a Caller,
    delete_account: Grant,
    delete_person: Grant,
    edit_account: Grant,
    edit_person: Grant,
    /// When the run ended: what came later is not ours.
    ended: Instant,
}

impl Db {
    /// Takes back the next [`PAGE`] rows of a run, last rows first, from below row `below`
    /// (`i64::MAX` at first). Answers where to go on, or `None` when the whole run is taken back.
    /// Being killed in between loses nothing: the next worker starts from the top again.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] when nobody asked for it.
    pub async fn undo_import_page(
        &self,
        caller: &Caller,
        id: ImportId,
        below: i64,
        lease_until: Instant,
    ) -> Result<Option<i64>> {
        policy::check(caller, Action::Import, Object::Import)?;
        let mut tx = self.begin().await?;
        let ended: Option<Option<Instant>> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(HOLD)
                .bind(id)
                .bind(lease_until)
                .bind(encode(&ImportNote::Undoing)?)
                .fetch_optional(connection)
                .await
        })?;
        let hand = Hand {
            caller,
            delete_account: policy::check(caller, Action::Delete, Object::Account)?,
            delete_person: policy::check(caller, Action::Delete, Object::Person)?,
            edit_account: policy::check(caller, Action::Edit, Object::Account)?,
            edit_person: policy::check(caller, Action::Edit, Object::Person)?,
            ended: ended.ok_or(Failure::Gone)?.unwrap_or(caller.now),
        };
        let rows: Vec<Row> = on_tx!(&mut tx, |connection| {
            sqlx::query_as(ROWS).bind(id).bind(below).bind(PAGE).fetch_all(connection).await
        })?;
        let Some(last) = rows.last().map(|row| row.row) else {
            end(&mut tx, caller, id).await?;
            tx.commit().await?;
            return Ok(None);
        };
        hand.take_back(&mut tx, id, &rows).await?;
        tx.commit().await?;
        Ok(Some(last))
    }
}

async fn end(tx: &mut Tx, caller: &Caller, id: ImportId) -> Result<()> {
    let kept: i64 = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(KEPT).bind(id).fetch_one(connection).await
    })?;
    let note = if kept == 0 { String::new() } else { encode(&ImportNote::Kept { records: kept })? };
    on_tx!(tx, |connection| {
        sqlx::query(UNDONE).bind(id).bind(note).bind(caller.now).execute(connection).await.map(drop)
    })?;
    Ok(())
}

impl Hand<'_> {
    async fn take_back(&self, tx: &mut Tx, import: ImportId, rows: &[Row]) -> Result<()> {
        let accounts: BTreeSet<Uuid> =
            rows.iter().filter(|r| r.made_account).filter_map(|r| Some(r.account_id?.0)).collect();
        let people: BTreeSet<Uuid> =
            rows.iter().filter(|r| r.made_person).filter_map(|r| Some(r.person_id?.0)).collect();
        let kept_accounts = self.touched(tx, &accounts, true).await?;
        let kept_people = self.touched(tx, &people, false).await?;
        let away = |all: &BTreeSet<Uuid>, kept: &BTreeSet<Uuid>| {
            all.difference(kept).copied().collect::<Vec<Uuid>>()
        };
        let gone = away(&accounts, &kept_accounts);
        self.bin(tx, "account", &self.delete_account, &gone).await?;
        let gone = away(&people, &kept_people);
        self.bin(tx, "person", &self.delete_person, &gone).await?;
        self.restore(tx, rows).await?;
        let settled: Vec<(i64, bool, bool)> = rows
            .iter()
            .map(|row| {
                let kept =
                    |id: Option<Uuid>, all: &BTreeSet<Uuid>| id.is_some_and(|id| all.contains(&id));
                (
                    row.row,
                    row.made_account && kept(row.account_id.map(|id| id.0), &kept_accounts),
                    row.made_person && kept(row.person_id.map(|id| id.0), &kept_people),
                )
            })
            .collect();
        on_tx!(tx, |connection| {
            let mut query = QueryBuilder::<Dialect>::new(
                "UPDATE import_row SET made_account = v.column2, made_person = v.column3, before_image = '' FROM (",
            );
            query.push_values(&settled, |mut row, (number, account, person)| {
                row.push_bind(*number).push_bind(*account).push_bind(*person);
            });
            query.push(") AS v WHERE import_row.row = v.column1 AND import_row.import_id = ");
            query.push_bind(import);
            query.build().execute(connection).await.map(drop)
        })?;
        Ok(())
    }

    /// Which of the records people have touched since the run ended.
    async fn touched(
        &self,
        tx: &mut Tx,
        ids: &BTreeSet<Uuid>,
        accounts: bool,
    ) -> Result<BTreeSet<Uuid>> {
        const CHANGED: &str = "SELECT DISTINCT object_id FROM audit_log WHERE event <> 'deleted' AND (origin <> 'import' OR at > ";
        const NOTED: &str =
            "SELECT DISTINCT subject_id FROM activity WHERE deleted_at IS NULL AND (created_at > ";
        const JOINED: &str = "SELECT DISTINCT account_id FROM account_person WHERE (created_at > ";
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut all = BTreeSet::new();
        let mut looks = vec![(CHANGED, "object_id"), (NOTED, "subject_id")];
        if accounts {
            looks.push((JOINED, "account_id"));
        }
        for (head, column) in looks {
            let found: Vec<Uuid> = on_tx!(&mut *tx, |connection| {
                let mut query = QueryBuilder::<Dialect>::new(head);
                query.push_bind(self.ended).push(") AND ").push(column).push(" IN ");
                push_list!(query, ids);
                query.build_query_scalar().fetch_all(connection).await
            })?;
            all.extend(found);
        }
        Ok(all)
    }

    async fn bin(
        &self,
        tx: &mut Tx,
        table: &'static str,
        grant: &Grant,
        ids: &[Uuid],
    ) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let versions: Vec<(Uuid, Version)> = on_tx!(&mut *tx, |connection| {
            let mut query = QueryBuilder::<Dialect>::new("UPDATE ");
            query.push(table).push(" SET version = version + 1, deleted_at = ");
            query.push_bind(grant.now()).push(", deleted_by = ").push_bind(grant.user());
            query.push(", updated_at = ").push_bind(grant.now());
            query.push(", updated_by = ").push_bind(grant.user());
            query.push(" WHERE deleted_at IS NULL AND id IN ");
            push_list!(query, ids);
            query.push(" RETURNING id, version");
            query.build_query_as().fetch_all(connection).await
        })?;
        let lines: Vec<audit::Line> = versions
            .into_iter()
            .map(|(object_id, version)| audit::Line {
                object_id,
                event: Event::Deleted,
                version,
                fields: Vec::new(),
            })
            .collect();
        audit::append_all(tx, grant, &lines).await
    }

    /// Gives changed records back what they had; rows come last first.
    async fn restore(&self, tx: &mut Tx, rows: &[Row]) -> Result<()> {
        let mut accounts: Vec<(Uuid, Changed)> = Vec::new();
        let mut people: Vec<(Uuid, Changed)> = Vec::new();
        let mut moved: Vec<(AccountId, Option<AccountId>, AccountId)> = Vec::new();
        for row in rows {
            let image = Image::parse(&row.before_image)?;
            if let (Some(id), Some(changed)) = (row.account_id, image.account) {
                accounts.push((id.0, changed));
            }
            if let (Some(id), Some(changed)) = (row.person_id, image.person) {
                people.push((id.0, changed));
            }
            if let (Some(id), Some((before, after))) = (row.account_id, image.moved) {
                moved.push((id, before, after));
            }
        }
        for (id, before, after) in moved {
            put_back_parent(tx, id, before, after).await?;
        }
        for (id, changed) in accounts.iter().chain(&people) {
            take_off(tx, *id, changed, self.caller.now, self.caller.user).await?;
        }
        self.restore_accounts(tx, &accounts).await?;
        self.restore_people(tx, &people).await
    }

    async fn restore_accounts(&self, tx: &mut Tx, images: &[(Uuid, Changed)]) -> Result<()> {
        let ids: Vec<Uuid> =
            images.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>().into_iter().collect();
        let decimals = self.caller.house.decimals;
        let mut stored: HashMap<Uuid, MergedAccount> = merge::accounts(tx, &ids).await?;
        for (id, image) in images {
            let Some(merged) = stored.get_mut(id) else { continue };
            for (name, before, after) in &image.fields {
                let Ok(field) = AccountField::parse(name) else { continue };
                if merged.after.get(field, decimals) == *after {
                    // What `get` wrote, `set` reads.
                    let _ = merged.after.set(field, before, decimals);
                }
            }
        }
        let changed: Vec<&MergedAccount> = stored.values().collect();
        update::accounts(tx, &self.edit_account, &changed, decimals).await.map(drop)
    }

    async fn restore_people(&self, tx: &mut Tx, images: &[(Uuid, Changed)]) -> Result<()> {
        let ids: Vec<Uuid> =
            images.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>().into_iter().collect();
        let mut stored: HashMap<Uuid, MergedPerson> = merge::people(tx, &ids).await?;
        for (id, image) in images {
            let Some(merged) = stored.get_mut(id) else { continue };
            for (name, before, after) in &image.fields {
                let Ok(field) = PersonField::parse(name) else { continue };
                if merged.after.get(field) == *after {
                    let _ = merged.after.set(field, before);
                }
            }
        }
        let changed: Vec<&MergedPerson> = stored.values().collect();
        update::people(tx, &self.edit_person, &changed).await.map(drop)
    }
}

async fn put_back_parent(
    tx: &mut Tx,
    id: AccountId,
    before: Option<AccountId>,
    after: AccountId,
) -> Result<()> {
    const PUT: &str = "UPDATE account SET parent_id = $2 WHERE id = $1 AND parent_id = $3";
    on_tx!(tx, |connection| {
        sqlx::query(PUT).bind(id).bind(before).bind(after).execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// Takes off what a row hung on a record, as far as it still says what the row said.
async fn take_off(
    tx: &mut Tx,
    id: Uuid,
    changed: &Changed,
    now: Instant,
    by: domain::id::UserId,
) -> Result<()> {
    const POINT: &str = "DELETE FROM contact_point WHERE id = $1 AND owner_id = $2";
    const TAG: &str = "DELETE FROM tagging WHERE account_id = $1 AND tag_id IN (SELECT id FROM tag WHERE name_fold = $2)";
    const NOTE: &str = "UPDATE activity SET deleted_at = $2, deleted_by = $3, version = version + 1 \
         WHERE id = $1 AND version = 1 AND deleted_at IS NULL";
    const JOB: &str = "DELETE FROM account_person WHERE account_id = $1 AND person_id = $2";
    const ADDRESS: &str = "UPDATE address SET country = $2, province = $3, city = $4, district = $5, street = $6 \
         WHERE id = $1 AND country = $7 AND province = $8 AND city = $9 AND district = $10 AND street = $11";
    const DROP_ADDRESS: &str = "DELETE FROM address WHERE id = $1 AND country = $2 AND province = $3 AND city = $4 \
         AND district = $5 AND street = $6";
    for point in &changed.contacts {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(POINT).bind(point).bind(id).execute(connection).await.map(drop)
        })?;
    }
    for tag in &changed.tags {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(TAG).bind(id).bind(text::fold(tag)).execute(connection).await.map(drop)
        })?;
    }
    for note in &changed.notes {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(NOTE).bind(note).bind(now).bind(by).execute(connection).await.map(drop)
        })?;
    }
    for (account, person) in &changed.jobs {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(JOB).bind(account).bind(person).execute(connection).await.map(drop)
        })?;
    }
    for (address, before, after) in &changed.addresses {
        on_tx!(&mut *tx, |connection| {
            let query = match before {
                Some(before) => sqlx::query(ADDRESS)
                    .bind(address)
                    .bind(&before.country)
                    .bind(&before.province)
                    .bind(&before.city)
                    .bind(&before.district)
                    .bind(&before.street),
                None => sqlx::query(DROP_ADDRESS).bind(address),
            };
            query
                .bind(&after.country)
                .bind(&after.province)
                .bind(&after.city)
                .bind(&after.district)
                .bind(&after.street)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}
