//! One chunk of rows into the database, in one transaction: found, made, changed, counted.

use super::{
    ImportRow,
    image::{Changed, Image, encode},
    known::{self, Reach, push_list},
    may_change,
    merge::{self, MergedAccount, MergedPerson, merge_account_fields, merge_person_fields},
    plan::{Planner, Ref, RowPlan},
    update::{self, Done, NewNote, unknown_record},
};
use crate::{
    bulk::{self, Job, MadeAccount, MadePerson},
    db::{Db, Tx, on_tx},
    error::{Result, StoreError},
    rows::new_id,
};
use domain::{
    account::AccountDraft,
    failure::Failure,
    id::{AccountId, ActivityId, ImportId, ImportNumber, PersonId, Version},
    import::{ImportCounts, OnDuplicate, RowResult},
    person::PersonDraft,
    policy::{self, Action, Caller, Grant, Object},
    time::Instant,
};
use sqlx::QueryBuilder;
use std::collections::HashMap;
use uuid::Uuid;

/// Most rows of one chunk: what a transaction holds the writer for.
pub const CHUNK_ROWS: usize = 500;

const ADVANCE: &str = "UPDATE import_job SET done_rows = done_rows + $2, lease_until = $4 \
     WHERE id = $1 AND state = 'running' AND done_rows = $3 RETURNING number";
const COUNT: &str = "UPDATE import_job SET created_rows = created_rows + $2, updated_rows = updated_rows + $3, \
     unchanged_rows = unchanged_rows + $4, warned_rows = warned_rows + $5, refused_rows = refused_rows + $6 WHERE id = $1";

/// The rights an import needs, each for the lines of the trail it writes.
struct Grants {
    make_account: Grant,
    make_person: Grant,
    edit_account: Grant,
    edit_person: Grant,
}

impl Grants {
    fn ask(caller: &Caller) -> Result<Self> {
        policy::check(caller, Action::Import, Object::Import)?;
        Ok(Self {
            make_account: policy::check(caller, Action::Create, Object::Account)?,
            make_person: policy::check(caller, Action::Create, Object::Person)?,
            edit_account: policy::check(caller, Action::Edit, Object::Account)?,
            edit_person: policy::check(caller, Action::Edit, Object::Person)?,
        })
    }
}

/// What a check says of the rows of a chunk: how many are there already.
#[derive(Debug, Default)]
pub struct Checker(Planner);

impl Checker {
    /// Looks up a chunk without writing. Answers how many of its rows are there already, stored
    /// or further up in the same file.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn look_up(&mut self, db: &Db, caller: &Caller, rows: &[ImportRow]) -> Result<i64> {
        policy::check(caller, Action::Import, Object::Import)?;
        self.0.next_chunk();
        let plans = settle(&mut self.0, &mut Reach::Read(db), rows, OnDuplicate::Skip).await?;
        let there = rows.iter().zip(&plans).filter(|(row, plan)| {
            !row.refused
                && if row.is_about_person() { !plan.makes_person } else { !plan.makes_account }
        });
        Ok(count(there.count()))
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

async fn settle(
    planner: &mut Planner,
    reach: &mut Reach<'_>,
    rows: &[ImportRow],
    mode: OnDuplicate,
) -> Result<Vec<RowPlan>> {
    let only_keys = mode == OnDuplicate::Create;
    let accounts = known::accounts(reach, rows, only_keys).await?;
    let mut plans = planner.settle_accounts(rows, accounts, mode);
    let places = planner.places(&plans);
    let people = known::people(reach, rows, &places, only_keys).await?;
    planner.settle_people(rows, &mut plans, people, mode);
    Ok(plans)
}

impl Db {
    /// Writes at most [`CHUNK_ROWS`] rows of a run in one transaction and answers what became of
    /// them. `done` is how many rows were committed before: a chunk that was written already is
    /// refused, whoever sends it.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] when the run is not where the caller believes.
    pub async fn write_chunk(
        &self,
        caller: &Caller,
        id: ImportId,
        mode: OnDuplicate,
        done: i64,
        lease_until: Instant,
        rows: &[ImportRow],
    ) -> Result<ImportCounts> {
        let grants = Grants::ask(caller)?;
        let mut tries = 0;
        loop {
            let tried = self.try_chunk(caller, &grants, id, mode, done, lease_until, rows).await;
            let again = match &tried {
                Err(StoreError::Sql(error)) => StoreError::is_taken(error),
                Err(StoreError::Refused(Failure::Conflict(_))) => true,
                _ => false,
            };
            tries += 1;
            // Somebody made or changed one of the records between look-up and write.
            if !again || tries == 5 {
                return tried;
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the arguments of write_chunk, and its rights")]
    async fn try_chunk(
        &self,
        caller: &Caller,
        grants: &Grants,
        id: ImportId,
        mode: OnDuplicate,
        done: i64,
        lease_until: Instant,
        rows: &[ImportRow],
    ) -> Result<ImportCounts> {
        let mut tx = self.begin().await?;
        let number: Option<ImportNumber> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(ADVANCE)
                .bind(id)
                .bind(count(rows.len()))
                .bind(done)
                .bind(lease_until)
                .fetch_optional(connection)
                .await
        })?;
        number.ok_or(Failure::Gone)?;
        let mut planner = Planner::default();
        let plans = settle(&mut planner, &mut Reach::Write(&mut tx), rows, mode).await?;
        let mut chunk = Chunk { rows, plans: &plans, planner: &planner, mode, caller, grants };
        let written = chunk.write(&mut tx).await?;
        let counts = chunk.keep(&mut tx, id, &written).await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(COUNT)
                .bind(id)
                .bind(counts.created)
                .bind(counts.updated)
                .bind(counts.unchanged)
                .bind(counts.warned)
                .bind(counts.refused)
                .execute(connection)
                .await
                .map(drop)
        })?;
        tx.commit().await?;
        Ok(counts)
    }
}

/// A chunk whose rows are settled.
struct Chunk<'a> {
    rows: &'a [ImportRow],
    plans: &'a [RowPlan],
    planner: &'a Planner,
    mode: OnDuplicate,
    caller: &'a Caller,
    grants: &'a Grants,
}

/// What was written: records by their place in the plan, and changes by identity.
struct Written {
    accounts: Vec<MadeAccount>,
    people: Vec<MadePerson>,
    changed_accounts: HashMap<Uuid, Done>,
    changed_people: HashMap<Uuid, Done>,
    /// The row a change is kept with: the first that named the record.
    account_rows: HashMap<usize, Uuid>,
    person_rows: HashMap<usize, Uuid>,
}

impl Chunk<'_> {
    async fn write(&mut self, tx: &mut Tx) -> Result<Written> {
        release(tx, "account", self.planner.binned_accounts()).await?;
        release(tx, "person", self.planner.binned_people()).await?;
        let accounts = self.make_accounts(tx).await?;
        let people = self.make_people(tx).await?;
        let (changed_accounts, account_rows) = self.change_accounts(tx).await?;
        let (changed_people, person_rows) = self.change_people(tx).await?;
        let written = Written {
            accounts,
            people,
            changed_accounts,
            changed_people,
            account_rows,
            person_rows,
        };
        self.employ_new(tx, &written).await?;
        self.write_new_notes(tx, &written).await?;
        Ok(written)
    }

    async fn make_accounts(&self, tx: &mut Tx) -> Result<Vec<MadeAccount>> {
        let decimals = self.caller.house.decimals;
        let mut drafts: Vec<AccountDraft> = Vec::new();
        let mut norms: Vec<Vec<String>> = Vec::new();
        for (row, plan) in self.rows.iter().zip(self.plans) {
            let (Some(Ref::New(at)), Some(draft)) = (plan.account, &row.account) else { continue };
            if plan.makes_account {
                drafts.push(draft.clone());
                norms.push(row.account_norms.clone());
                continue;
            }
            let made = drafts.get_mut(at).ok_or_else(unknown_record)?;
            if may_change(self.mode) {
                let aside = row.is_about_person();
                merge_account_fields(&mut made.data, row, &draft.data, self.mode, decimals, aside);
                let known = norms.get_mut(at).ok_or_else(unknown_record)?;
                add_new(&mut made.contacts, known, &draft.contacts, &row.account_norms);
            } else if row.is_about_person() {
                // Who spoke with one of its people spoke with the customer.
                made.data.last_contact_at =
                    made.data.last_contact_at.max(draft.data.last_contact_at);
            }
        }
        bulk::insert_read_accounts(tx, &self.grants.make_account, &drafts, &norms, true).await
    }

    async fn make_people(&self, tx: &mut Tx) -> Result<Vec<MadePerson>> {
        let mut drafts: Vec<PersonDraft> = Vec::new();
        let mut norms: Vec<Vec<String>> = Vec::new();
        for (row, plan) in self.rows.iter().zip(self.plans) {
            let (Some(Ref::New(at)), Some(draft)) = (plan.person, &row.person) else { continue };
            if plan.makes_person {
                drafts.push(draft.clone());
                norms.push(row.person_norms.clone());
            } else if may_change(self.mode) {
                let made = drafts.get_mut(at).ok_or_else(unknown_record)?;
                merge_person_fields(&mut made.data, row, &draft.data, self.mode);
                let known = norms.get_mut(at).ok_or_else(unknown_record)?;
                add_new(&mut made.contacts, known, &draft.contacts, &row.person_norms);
            }
        }
        bulk::insert_read_people(tx, &self.grants.make_person, &drafts, &norms, true).await
    }

    async fn change_accounts(
        &self,
        tx: &mut Tx,
    ) -> Result<(HashMap<Uuid, Done>, HashMap<usize, Uuid>)> {
        let found = self.planner.found_accounts();
        let named = named(self.plans.iter().map(|plan| plan.account), found.len());
        if !may_change(self.mode) || named.is_empty() {
            return Ok(Default::default());
        }
        let ids: Vec<Uuid> = named.iter().filter_map(|at| found.get(*at)).map(|f| f.id).collect();
        let mut stored = merge::accounts(tx, &ids).await?;
        for (at, (row, plan)) in self.rows.iter().zip(self.plans).enumerate() {
            let Some(Ref::Known(known)) = plan.account else { continue };
            let merged = found.get(known).and_then(|found| stored.get_mut(&found.id));
            if let (Some(merged), Some(draft)) = (merged, &row.account) {
                merged.take(at, row, draft, self.mode, self.caller.house.decimals);
            }
        }
        let changed: Vec<&MergedAccount> = stored.values().filter(|m| m.is_changed()).collect();
        let rows = changed.iter().flat_map(|m| m.named_by.iter().map(|at| (*at, m.row.id.0)));
        let rows = rows.collect();
        let decimals = self.caller.house.decimals;
        let done = update::accounts(tx, &self.grants.edit_account, &changed, decimals).await?;
        Ok((done, rows))
    }

    async fn change_people(
        &self,
        tx: &mut Tx,
    ) -> Result<(HashMap<Uuid, Done>, HashMap<usize, Uuid>)> {
        let found = self.planner.found_people();
        let named = named(self.plans.iter().map(|plan| plan.person), found.len());
        if !may_change(self.mode) || named.is_empty() {
            return Ok(Default::default());
        }
        let ids: Vec<Uuid> = named.iter().filter_map(|at| found.get(*at)).map(|f| f.id).collect();
        let mut stored = merge::people(tx, &ids).await?;
        let places = self.planner.found_accounts();
        for (at, (row, plan)) in self.rows.iter().zip(self.plans).enumerate() {
            let Some(Ref::Known(known)) = plan.person else { continue };
            let place = match plan.account {
                Some(Ref::Known(place)) => places.get(place).map(|found| AccountId(found.id)),
                _ => None,
            };
            let merged = found.get(known).and_then(|found| stored.get_mut(&found.id));
            if let (Some(merged), Some(draft)) = (merged, &row.person) {
                merged.take(at, row, draft, place, self.mode);
            }
        }
        let changed: Vec<&MergedPerson> = stored.values().filter(|m| m.is_changed()).collect();
        let rows = changed.iter().flat_map(|m| m.named_by.iter().map(|at| (*at, m.row.id.0)));
        let rows = rows.collect();
        let done = update::people(tx, &self.grants.edit_person, &changed).await?;
        Ok((done, rows))
    }

    fn account_id(&self, written: &Written, plan: &RowPlan) -> Option<AccountId> {
        match plan.account? {
            Ref::Known(at) => self.planner.found_accounts().get(at).map(|f| AccountId(f.id)),
            Ref::New(at) => written.accounts.get(at).map(|made| made.id),
        }
    }

    fn person_id(&self, written: &Written, plan: &RowPlan) -> Option<PersonId> {
        match plan.person? {
            Ref::Known(at) => self.planner.found_people().get(at).map(|f| PersonId(f.id)),
            Ref::New(at) => written.people.get(at).map(|made| made.id),
        }
    }

    /// New persons work for the customers of their rows.
    async fn employ_new(&self, tx: &mut Tx, written: &Written) -> Result<()> {
        let mut jobs: Vec<Job> = Vec::new();
        for (row, plan) in self.rows.iter().zip(self.plans) {
            if !matches!(plan.person, Some(Ref::New(_))) {
                continue;
            }
            if let (Some(account), Some(person)) =
                (self.account_id(written, plan), self.person_id(written, plan))
            {
                let role = row.person.as_ref().and_then(|draft| draft.role);
                jobs.push(Job { account, person, role, is_primary: plan.makes_person });
            }
        }
        bulk::employ(tx, &jobs, self.caller.now).await
    }

    /// Notes of rows whose record is new.
    async fn write_new_notes(&self, tx: &mut Tx, written: &Written) -> Result<()> {
        let mut notes = Vec::new();
        for (row, plan) in self.rows.iter().zip(self.plans) {
            let Some(body) = row.note.as_deref().filter(|_| !row.refused) else { continue };
            let about_person = row.is_about_person();
            let makes = if about_person { plan.makes_person } else { plan.makes_account };
            if !makes {
                continue;
            }
            let (subject, subject_kind) = if about_person {
                (self.person_id(written, plan).map(|id| id.0), "person")
            } else {
                (self.account_id(written, plan).map(|id| id.0), "account")
            };
            let subject = subject.ok_or_else(unknown_record)?;
            notes.push(NewNote { id: ActivityId(new_id()), subject, subject_kind, body });
        }
        update::write_notes(tx, &self.grants.make_account, &notes).await
    }

    /// Keeps what became of the rows, as far as somebody may want to know or to take it back.
    async fn keep(&self, tx: &mut Tx, id: ImportId, written: &Written) -> Result<ImportCounts> {
        let mut counts = ImportCounts { done: count(self.rows.len()), ..ImportCounts::default() };
        let mut kept = Vec::new();
        let mut imaged: Vec<Uuid> = Vec::new();
        for (at, (row, plan)) in self.rows.iter().zip(self.plans).enumerate() {
            let made = plan.makes_account || plan.makes_person;
            let account_change = written.account_rows.get(&at).copied();
            let person_change = written.person_rows.get(&at).copied();
            let result = if row.refused {
                counts.refused += 1;
                RowResult::Refused
            } else if made {
                counts.created += 1;
                RowResult::Created
            } else if account_change.is_some() || person_change.is_some() {
                counts.updated += 1;
                RowResult::Updated
            } else {
                counts.unchanged += 1;
                RowResult::Unchanged
            };
            let warned = !row.refused && !row.errors.is_empty();
            counts.warned += i64::from(warned);
            let mut image = Image::default();
            let mut version = |changed: Option<Uuid>, all: &HashMap<Uuid, Done>| {
                let id = changed?;
                let done = all.get(&id)?;
                let first = !imaged.contains(&id);
                imaged.push(id);
                Some((done.version, first.then(|| done.image.clone())))
            };
            let account = version(account_change, &written.changed_accounts);
            let person = version(person_change, &written.changed_people);
            let some = |image: Option<Changed>| image.filter(|image| !image.is_empty());
            image.account = account.as_ref().and_then(|(_, image)| some(image.clone()));
            image.person = person.as_ref().and_then(|(_, image)| some(image.clone()));
            let links = plan.makes_account || may_change(self.mode);
            if let Some(parent) = row.parent.as_ref().filter(|_| links && !row.refused) {
                image.parent.clone_from(parent);
            }
            if result == RowResult::Unchanged && !warned && image == Image::default() {
                continue;
            }
            let first_version =
                |made: bool, changed: Option<Version>| changed.unwrap_or(Version(i64::from(made)));
            kept.push(Kept {
                row: row.number,
                result: if warned { RowResult::Warning } else { result },
                account: self.account_id(written, plan),
                person: self.person_id(written, plan),
                made_account: plan.makes_account,
                made_person: plan.makes_person,
                account_version: first_version(plan.makes_account, account.map(|a| a.0)),
                person_version: first_version(plan.makes_person, person.map(|p| p.0)),
                image: image.to_json()?,
                errors: if row.errors.is_empty() { String::new() } else { encode(&row.errors)? },
            });
        }
        insert_kept(tx, id, &kept).await?;
        Ok(counts)
    }
}

/// A row of `import_row`.
struct Kept {
    row: i64,
    result: RowResult,
    account: Option<AccountId>,
    person: Option<PersonId>,
    made_account: bool,
    made_person: bool,
    account_version: Version,
    person_version: Version,
    image: String,
    errors: String,
}

async fn insert_kept(tx: &mut Tx, id: ImportId, kept: &[Kept]) -> Result<()> {
    if kept.is_empty() {
        return Ok(());
    }
    on_tx!(tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(
            "INSERT INTO import_row (import_id, row, result, account_id, person_id, made_account, made_person, \
             account_version, person_version, before_image, errors) ",
        );
        query.push_values(kept, |mut row, kept| {
            row.push_bind(id)
                .push_bind(kept.row)
                .push_bind(kept.result.code())
                .push_bind(kept.account)
                .push_bind(kept.person)
                .push_bind(kept.made_account)
                .push_bind(kept.made_person)
                .push_bind(kept.account_version)
                .push_bind(kept.person_version)
                .push_bind(kept.image.clone())
                .push_bind(kept.errors.clone());
        });
        query.build().execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// The stored records that rows name, each once.
fn named(refs: impl Iterator<Item = Option<Ref>>, found: usize) -> Vec<usize> {
    let mut seen = vec![false; found];
    for known in refs.flatten() {
        if let Ref::Known(at) = known
            && let Some(seen) = seen.get_mut(at)
        {
            *seen = true;
        }
    }
    seen.iter().enumerate().filter(|(_, seen)| **seen).map(|(at, _)| at).collect()
}

/// Adds contacts that are not there to a draft.
fn add_new(
    contacts: &mut Vec<domain::contact::ContactDraft>,
    norms: &mut Vec<String>,
    more: &[domain::contact::ContactDraft],
    more_norms: &[String],
) {
    for (draft, norm) in more.iter().zip(more_norms) {
        let there = contacts.contains(draft) || (!norm.is_empty() && norms.contains(norm));
        if !there {
            contacts.push(draft.clone());
            norms.push(norm.clone());
        }
    }
}

/// Takes the key of the file from records in the bin, for new records to have it.
async fn release(tx: &mut Tx, table: &'static str, ids: &[Uuid]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    on_tx!(tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new("UPDATE ");
        query.push(table).push(" SET external_id = NULL WHERE deleted_at IS NOT NULL AND id IN ");
        push_list!(query, ids);
        query.build().execute(connection).await.map(drop)
    })?;
    Ok(())
}
