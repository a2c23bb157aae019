//! A whole import taken back: what it made goes to the bin, what it changed gets back what it had.
//! What people have touched since stays.

use super::{
    image::{Changed, Image, encode},
    known::push_list,
    merge::{self, MergedAccount, MergedPerson},
    take_off::{Move, TakenOff},
    update,
};
use crate::{
    audit,
    cases::bring as cases,
    db::{Db, Tx, on_tx},
    error::{Result, StoreError},
    orders::bring as orders,
};
use domain::{
    account::AccountField,
    audit::{Event, FieldChange},
    failure::Failure,
    id::{AccountId, ImportId, PersonId, Version},
    import::{ImportNote, ImportState},
    person::PersonField,
    policy::{self, Action, Caller, Grant, Object},
    time::Instant,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Rows of one transaction.
const PAGE: i64 = 500;

const HOLD: &str =
    "UPDATE import_job SET lease_until = $2 WHERE id = $1 AND error = $3 RETURNING finished_at";
const ROWS: &str = "SELECT row, account_id, person_id, made_account, made_person, before_image FROM import_row \
     WHERE import_id = $1 AND row < $2 AND (made_account OR made_person OR made_record \
     OR before_image <> '') ORDER BY row DESC LIMIT $3";
const MADE_ACCOUNTS: &str =
    "SELECT account_id FROM import_row WHERE made_account AND account_id IN ";
const MADE_PEOPLE: &str = "SELECT person_id FROM import_row WHERE made_person AND person_id IN ";
const KEPT: &str = "SELECT COUNT(*) FROM import_row WHERE import_id = $1 AND (made_account OR made_person OR made_record)";
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
pub(super) struct Hand<'a> {
    pub(super) caller: &'a Caller,
    import: ImportId,
    delete_account: Grant,
    delete_person: Grant,
    edit_account: Grant,
    edit_person: Grant,
    delete_note: Grant,
    /// When the run ended: what came later is not ours.
    ended: Instant,
}

impl Db {
    /// Takes back the next `PAGE` rows of a run, last rows first, from below row `below`
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
        let mut tries = 0;
        loop {
            let tried = self.try_undo_page(caller, id, below, lease_until).await;
            tries += 1;
            // Somebody changed one of the records between look-up and write.
            if tries == 5 || !matches!(&tried, Err(StoreError::Refused(Failure::Conflict(_)))) {
                return tried;
            }
        }
    }

    async fn try_undo_page(
        &self,
        caller: &Caller,
        id: ImportId,
        below: i64,
        lease_until: Instant,
    ) -> Result<Option<i64>> {
        let grant = policy::check(caller, Action::Import, Object::Import)?;
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
            import: id,
            delete_account: policy::check(caller, Action::Delete, Object::Account)?,
            delete_person: policy::check(caller, Action::Delete, Object::Person)?,
            edit_account: policy::check(caller, Action::Edit, Object::Account)?,
            edit_person: policy::check(caller, Action::Edit, Object::Person)?,
            delete_note: policy::check(caller, Action::Delete, Object::Activity)?,
            ended: ended.ok_or(Failure::Gone)?.unwrap_or(caller.now),
        };
        let rows: Vec<Row> = on_tx!(&mut tx, |connection| {
            sqlx::query_as(ROWS).bind(id).bind(below).bind(PAGE).fetch_all(connection).await
        })?;
        let Some(last) = rows.last().map(|row| row.row) else {
            end(&mut tx, &grant, id).await?;
            tx.commit().await?;
            return Ok(None);
        };
        hand.take_back_records(&mut tx, id, below, last).await?;
        hand.take_back(&mut tx, &rows).await?;
        tx.commit().await?;
        Ok(Some(last))
    }
}

async fn end(tx: &mut Tx, grant: &Grant, id: ImportId) -> Result<()> {
    let kept: i64 = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(KEPT).bind(id).fetch_one(connection).await
    })?;
    let note = if kept == 0 { String::new() } else { encode(&ImportNote::Kept { records: kept })? };
    on_tx!(&mut *tx, |connection| {
        sqlx::query(UNDONE)
            .bind(id)
            .bind(note)
            .bind(grant.now())
            .execute(connection)
            .await
            .map(drop)
    })?;
    let change = FieldChange {
        field: "state".to_owned(),
        before: "undoing".to_owned(),
        after: ImportState::Undone.code().to_owned(),
    };
    audit::append(tx, grant, id.0, Event::Changed, Version(5), &[change]).await
}

impl Hand<'_> {
    async fn take_back(&self, tx: &mut Tx, rows: &[Row]) -> Result<()> {
        let accounts: BTreeSet<Uuid> =
            rows.iter().filter(|r| r.made_account).filter_map(|r| Some(r.account_id?.0)).collect();
        let people: BTreeSet<Uuid> =
            rows.iter().filter(|r| r.made_person).filter_map(|r| Some(r.person_id?.0)).collect();
        let mut kept_accounts = self.touched(tx, &accounts, true).await?;
        kept_accounts.extend(orders::with_orders(tx, &accounts).await?);
        kept_accounts.extend(cases::with_cases(tx, &accounts).await?);
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
            query.push_bind(self.import);
            query.build().execute(connection).await.map(drop)
        })?;
        Ok(())
    }

    /// Which of the records people have touched since the run ended.
    pub(super) async fn touched(
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

    /// Gives changed records back what they had; rows come last first. Records that this run made are
    /// left alone: they are in the bin as they are, or stay as people left them, and a line in the
    /// trail would look like the work of a person when the row that made them comes.
    async fn restore(&self, tx: &mut Tx, rows: &[Row]) -> Result<()> {
        let mut accounts: Vec<(Uuid, Changed)> = Vec::new();
        let mut people: Vec<(Uuid, Changed)> = Vec::new();
        let mut moves: Vec<Move> = Vec::new();
        for row in rows {
            let image = Image::parse(&row.before_image)?;
            if let (Some(id), Some(changed)) = (row.account_id, image.account) {
                accounts.push((id.0, changed));
            }
            if let (Some(id), Some(changed)) = (row.person_id, image.person) {
                people.push((id.0, changed));
            }
            if let (Some(id), Some((before, after))) = (row.account_id, image.moved) {
                moves.push(Move { id, before, after });
            }
        }
        let ids = |records: &[(Uuid, Changed)]| records.iter().map(|(id, _)| *id).collect();
        let mut changed: BTreeSet<Uuid> = ids(&accounts);
        changed.extend(moves.iter().map(|moved| moved.id.0));
        let own = self.made(tx, MADE_ACCOUNTS, &changed).await?;
        accounts.retain(|(id, _)| !own.contains(id));
        moves.retain(|moved| !own.contains(&moved.id.0));
        let own = self.made(tx, MADE_PEOPLE, &ids(&people)).await?;
        people.retain(|(id, _)| !own.contains(id));
        self.restore_accounts(tx, &accounts, &moves).await?;
        self.restore_people(tx, &people).await
    }

    /// Which of the records this run made.
    async fn made(
        &self,
        tx: &mut Tx,
        head: &'static str,
        ids: &BTreeSet<Uuid>,
    ) -> Result<BTreeSet<Uuid>> {
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let made: Vec<Uuid> = on_tx!(tx, |connection| {
            let mut query = QueryBuilder::<Dialect>::new(head);
            push_list!(query, ids);
            query.push(" AND import_id = ").push_bind(self.import);
            query.build_query_scalar().fetch_all(connection).await
        })?;
        Ok(made.into_iter().collect())
    }

    async fn restore_accounts(
        &self,
        tx: &mut Tx,
        images: &[(Uuid, Changed)],
        moves: &[Move],
    ) -> Result<()> {
        let mut off = TakenOff::default();
        for moved in moves {
            off.put_back_parent(tx, moved).await?;
        }
        for (id, changed) in images {
            off.take_off(tx, *id, changed, &self.delete_note).await?;
        }
        let ids: BTreeSet<Uuid> =
            images.iter().map(|(id, _)| *id).chain(moves.iter().map(|m| m.id.0)).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
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
        let done = update::accounts(tx, &self.edit_account, &changed, decimals).await?;
        let tags = |id: &Uuid| stored.get(id).map(|merged| merged.tags.clone()).unwrap_or_default();
        audit::append_all(tx, &self.edit_account, &off.lines(&done, tags)).await
    }

    async fn restore_people(&self, tx: &mut Tx, images: &[(Uuid, Changed)]) -> Result<()> {
        let mut off = TakenOff::default();
        for (id, changed) in images {
            off.take_off(tx, *id, changed, &self.delete_note).await?;
        }
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
        let done = update::people(tx, &self.edit_person, &changed).await?;
        audit::append_all(tx, &self.edit_person, &off.lines(&done, |_| Vec::new())).await
    }
}
