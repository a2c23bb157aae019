//! One chunk of rows into the database, in one transaction: found, made, changed, counted.

use super::{
    About, ImportRow, cases, deals,
    gather::{self, Merging, Remarks},
    image::{Changed, Image, encode},
    in_charge,
    jobs::{self, Further},
    kept::{self, Kept},
    known::{self, Reach, push_list},
    may_change,
    merge::{self, MergedAccount, MergedPerson},
    orders,
    plan::{Planner, Ref, RowPlan},
    products,
    update::{self, Done, NewNote, unknown_record},
};
use crate::{
    accounts,
    bulk::{self, Job, MadeAccount, MadePerson},
    db::{Db, Tx, on_tx},
    error::{Result, StoreError},
    rows::new_id,
};
use domain::{
    account::AccountDraft,
    failure::Failure,
    id::{AccountId, ActivityId, ImportId, ImportNumber, PersonId, Version},
    import::{CellError, ImportCounts, OnDuplicate, RowResult},
    person::{PersonDraft, PersonRole},
    policy::{self, Action, Caller, Grant, Object},
    time::Instant,
};
use sqlx::QueryBuilder;
use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap, HashSet},
};
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

pub(super) fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(super) async fn settle(
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
        policy::check(caller, Action::Import, Object::Import)?;
        let mut rows = Cow::Borrowed(rows);
        if !in_charge::gives(caller, About::of(&rows)) {
            in_charge::keep_owners(caller, rows.to_mut());
        }
        let rows = &*rows;
        let mut tries = 0;
        loop {
            let tried = self.try_chunk(caller, id, mode, done, lease_until, rows).await;
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

    async fn try_chunk(
        &self,
        caller: &Caller,
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
        let counts = match About::of(rows) {
            About::Customers => customers(&mut tx, caller, id, mode, rows).await?,
            About::Deals => deals::write(&mut tx, caller, id, mode, rows).await?,
            About::Orders => orders::write(&mut tx, caller, id, mode, rows).await?,
            About::Cases => cases::write(&mut tx, caller, id, mode, rows).await?,
            About::Products => products::write(&mut tx, caller, id, mode, rows).await?,
        };
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

/// Writes a chunk of rows about customers and persons and keeps what became of each.
async fn customers(
    tx: &mut Tx,
    caller: &Caller,
    id: ImportId,
    mode: OnDuplicate,
    rows: &[ImportRow],
) -> Result<ImportCounts> {
    let grants = &Grants::ask(caller)?;
    let mut planner = Planner::default();
    let plans = settle(&mut planner, &mut Reach::Write(tx), rows, mode).await?;
    let said = rows.iter().map(|_| Said::default()).collect();
    let mut chunk =
        Chunk { id, rows, plans: &plans, planner: &planner, mode, caller, grants, said };
    let written = chunk.write(tx).await?;
    chunk.keep(tx, &written).await
}

/// What one row did besides making records.
#[derive(Debug, Default)]
struct Said {
    /// What it says and was not taken.
    remarks: Vec<CellError>,
    /// Whether it changed a record of the same chunk.
    changed: bool,
    /// Whether its customer may be linked to the one it belongs to.
    links: bool,
}

/// A chunk whose rows are settled.
struct Chunk<'a> {
    id: ImportId,
    rows: &'a [ImportRow],
    plans: &'a [RowPlan],
    planner: &'a Planner,
    mode: OnDuplicate,
    caller: &'a Caller,
    grants: &'a Grants,
    /// By the place of the row.
    said: Vec<Said>,
}

/// Changes of stored records, by identity.
#[derive(Default)]
struct Changes {
    done: HashMap<Uuid, Done>,
    /// The records that rows changed, by the place of the row.
    by_row: HashMap<usize, Uuid>,
    /// Records that rows of this run made: taking the run back takes them away whole.
    made_here: HashSet<Uuid>,
}

/// What was written: records by their place in the plan, and changes.
struct Written {
    accounts: Vec<MadeAccount>,
    people: Vec<MadePerson>,
    changed_accounts: Changes,
    changed_people: Changes,
}

type Jobs = Vec<(AccountId, Option<PersonRole>)>;

impl Chunk<'_> {
    async fn write(&mut self, tx: &mut Tx) -> Result<Written> {
        release(tx, "account", self.planner.binned_accounts()).await?;
        release(tx, "person", self.planner.binned_people()).await?;
        let (drafts, norms) = self.gather_accounts()?;
        let accounts =
            bulk::insert_read_accounts(tx, &self.grants.make_account, &drafts, &norms, true)
                .await?;
        let (drafts, norms) = self.gather_people()?;
        let people =
            bulk::insert_read_people(tx, &self.grants.make_person, &drafts, &norms, true).await?;
        let jobs = self.jobs(tx, &accounts).await?;
        hold_employers(tx, &accounts, &jobs).await?;
        let changed_accounts = self.change_accounts(tx).await?;
        let changed_people = self.change_people(tx, &jobs).await?;
        self.employ_new(tx, &people, &jobs).await?;
        let written = Written { accounts, people, changed_accounts, changed_people };
        self.write_new_notes(tx, &written).await?;
        Ok(written)
    }

    /// The customers that rows make, each put together from all the rows that name it.
    fn gather_accounts(&mut self) -> Result<(Vec<AccountDraft>, Vec<Vec<String>>)> {
        let decimals = self.caller.house.decimals;
        let mut drafts: Vec<AccountDraft> = Vec::new();
        let mut norms: Vec<Vec<String>> = Vec::new();
        for ((row, plan), said) in self.rows.iter().zip(self.plans).zip(&mut self.said) {
            let (Some(Ref::New(at)), Some(draft)) = (plan.account, &row.account) else { continue };
            said.links = true;
            if plan.makes_account {
                drafts.push(draft.clone());
                norms.push(row.account_norms.clone());
                continue;
            }
            let made = drafts.get_mut(at).ok_or_else(unknown_record)?;
            let known = norms.get_mut(at).ok_or_else(unknown_record)?;
            let mut remarks = Remarks::on(row);
            said.changed |= gather::into_account(made, known, draft, decimals, &mut remarks);
            said.remarks.extend(remarks.errors);
        }
        Ok((drafts, norms))
    }

    /// The persons that rows make.
    fn gather_people(&mut self) -> Result<(Vec<PersonDraft>, Vec<Vec<String>>)> {
        let mut drafts: Vec<PersonDraft> = Vec::new();
        let mut norms: Vec<Vec<String>> = Vec::new();
        for ((row, plan), said) in self.rows.iter().zip(self.plans).zip(&mut self.said) {
            let (Some(Ref::New(at)), Some(draft)) = (plan.person, &row.person) else { continue };
            if plan.makes_person {
                drafts.push(draft.clone());
                norms.push(row.person_norms.clone());
                continue;
            }
            let made = drafts.get_mut(at).ok_or_else(unknown_record)?;
            let known = norms.get_mut(at).ok_or_else(unknown_record)?;
            let mut remarks = Remarks::on(row);
            said.changed |= gather::into_person(made, known, draft, &mut remarks);
            said.remarks.extend(remarks.errors);
        }
        Ok((drafts, norms))
    }

    /// Where the persons of the rows work, the first of each row first.
    async fn jobs(&mut self, tx: &mut Tx, accounts: &[MadeAccount]) -> Result<Vec<Jobs>> {
        let further: Vec<Further> = jobs::further(tx, self.rows).await?;
        let mut all = Vec::with_capacity(self.rows.len());
        for (at, further) in further.into_iter().enumerate() {
            let mut jobs = Jobs::new();
            if let (Some(row), Some(plan)) = (self.rows.get(at), self.plans.get(at))
                && plan.person.is_some()
            {
                let role = row.person.as_ref().and_then(|draft| draft.role);
                jobs.extend(self.account_id(accounts, plan).map(|account| (account, role)));
                jobs.extend(further.jobs);
                if let Some(said) = self.said.get_mut(at) {
                    said.remarks.extend(further.remarks);
                }
            }
            all.push(jobs);
        }
        Ok(all)
    }

    async fn change_accounts(&mut self, tx: &mut Tx) -> Result<Changes> {
        let found = self.planner.found_accounts();
        let named = named(self.plans.iter().map(|plan| plan.account), found.len());
        let ids: Vec<Uuid> = named.iter().filter_map(|at| found.get(*at)).map(|f| f.id).collect();
        let mut seen = kept::earlier_accounts(tx, self.id, &ids).await?;
        let open = opened(self.mode, &ids, &seen);
        let mut stored = merge::accounts(tx, &open).await?;
        let decimals = self.caller.house.decimals;
        let rows = self.rows.iter().zip(self.plans).zip(&mut self.said);
        for (at, ((row, plan), said)) in rows.enumerate() {
            let (Some(Ref::Known(known)), Some(draft)) = (plan.account, &row.account) else {
                continue;
            };
            let Some(id) = found.get(known).map(|found| found.id) else { continue };
            let how = how(self.mode, &mut seen, id);
            said.links = how != Merging::Leave;
            if let (true, Some(merged)) = (said.links, stored.get_mut(&id)) {
                let mut remarks = Remarks::on(row);
                merged.take(at, draft, how, decimals, &mut remarks);
                said.remarks.extend(remarks.errors);
            }
        }
        let changed: Vec<&MergedAccount> = stored.values().filter(|m| m.is_changed()).collect();
        let rows = changed.iter().flat_map(|m| m.changed_by.iter().map(|at| (*at, m.row.id.0)));
        let by_row = rows.collect();
        let done = update::accounts(tx, &self.grants.edit_account, &changed, decimals).await?;
        Ok(Changes { done, by_row, made_here: made(&seen) })
    }

    async fn change_people(&mut self, tx: &mut Tx, jobs: &[Jobs]) -> Result<Changes> {
        let found = self.planner.found_people();
        let named = named(self.plans.iter().map(|plan| plan.person), found.len());
        let ids: Vec<Uuid> = named.iter().filter_map(|at| found.get(*at)).map(|f| f.id).collect();
        let mut seen = kept::earlier_people(tx, self.id, &ids).await?;
        let open = opened(self.mode, &ids, &seen);
        let mut stored = merge::people(tx, &open).await?;
        let rows = self.rows.iter().zip(self.plans).zip(&mut self.said);
        for (at, ((row, plan), said)) in rows.enumerate() {
            let (Some(Ref::Known(known)), Some(draft)) = (plan.person, &row.person) else {
                continue;
            };
            let Some(id) = found.get(known).map(|found| found.id) else { continue };
            let how = how(self.mode, &mut seen, id);
            let jobs = jobs.get(at).map(Vec::as_slice).unwrap_or_default();
            if let (true, Some(merged)) = (how != Merging::Leave, stored.get_mut(&id)) {
                let mut remarks = Remarks::on(row);
                merged.take(at, draft, jobs, how, &mut remarks);
                said.remarks.extend(remarks.errors);
            }
        }
        let changed: Vec<&MergedPerson> = stored.values().filter(|m| m.is_changed()).collect();
        let rows = changed.iter().flat_map(|m| m.changed_by.iter().map(|at| (*at, m.row.id.0)));
        let by_row = rows.collect();
        let done = update::people(tx, &self.grants.edit_person, &changed).await?;
        Ok(Changes { done, by_row, made_here: made(&seen) })
    }

    fn account_id(&self, made: &[MadeAccount], plan: &RowPlan) -> Option<AccountId> {
        match plan.account? {
            Ref::Known(at) => self.planner.found_accounts().get(at).map(|f| AccountId(f.id)),
            Ref::New(at) => made.get(at).map(|made| made.id),
        }
    }

    fn person_id(&self, made: &[MadePerson], plan: &RowPlan) -> Option<PersonId> {
        match plan.person? {
            Ref::Known(at) => self.planner.found_people().get(at).map(|f| PersonId(f.id)),
            Ref::New(at) => made.get(at).map(|made| made.id),
        }
    }

    /// New persons work for the customers of their rows.
    async fn employ_new(&mut self, tx: &mut Tx, made: &[MadePerson], jobs: &[Jobs]) -> Result<()> {
        let mut all: Vec<Job> = Vec::new();
        let mut there = HashSet::new();
        for (at, (plan, jobs)) in self.plans.iter().zip(jobs).enumerate() {
            let Some(person) = self.person_id(made, plan) else { continue };
            if !matches!(plan.person, Some(Ref::New(_))) {
                continue;
            }
            for (account, role) in jobs {
                let is_primary = !there.iter().any(|(known, _)| *known == person);
                if there.insert((person, *account)) {
                    all.push(Job { account: *account, person, role: *role, is_primary });
                    if let Some(said) = self.said.get_mut(at) {
                        said.changed |= !plan.makes_person;
                    }
                }
            }
        }
        bulk::employ(tx, &all, self.caller.now).await
    }

    /// Notes of rows whose record is new.
    async fn write_new_notes(&mut self, tx: &mut Tx, written: &Written) -> Result<()> {
        let mut notes = Vec::new();
        let mut there = HashSet::new();
        for (at, (row, plan)) in self.rows.iter().zip(self.plans).enumerate() {
            let Some(body) = row.note.as_deref().filter(|_| !row.refused) else { continue };
            let about_person = row.is_about_person();
            let (named, makes) = if about_person {
                (plan.person, plan.makes_person)
            } else {
                (plan.account, plan.makes_account)
            };
            if !matches!(named, Some(Ref::New(_))) {
                continue;
            }
            let (subject, subject_kind) = if about_person {
                (self.person_id(&written.people, plan).map(|id| id.0), "person")
            } else {
                (self.account_id(&written.accounts, plan).map(|id| id.0), "account")
            };
            let subject = subject.ok_or_else(unknown_record)?;
            if there.insert((subject, body)) {
                notes.push(NewNote { id: ActivityId(new_id()), subject, subject_kind, body });
                if let Some(said) = self.said.get_mut(at) {
                    said.changed |= !makes;
                }
            }
        }
        update::write_notes(tx, &self.grants.make_account, &notes).await
    }

    /// Keeps what became of the rows.
    async fn keep(&self, tx: &mut Tx, written: &Written) -> Result<ImportCounts> {
        let mut counts = ImportCounts { done: count(self.rows.len()), ..ImportCounts::default() };
        let mut kept = Vec::new();
        let mut imaged: HashSet<Uuid> = HashSet::new();
        for (at, ((row, plan), said)) in
            self.rows.iter().zip(self.plans).zip(&self.said).enumerate()
        {
            let made = plan.makes_account || plan.makes_person;
            let account_change = written.changed_accounts.by_row.get(&at).copied();
            let person_change = written.changed_people.by_row.get(&at).copied();
            let result = if row.refused {
                RowResult::Refused
            } else if made {
                RowResult::Created
            } else if said.changed || account_change.is_some() || person_change.is_some() {
                RowResult::Updated
            } else {
                RowResult::Unchanged
            };
            let errors: Vec<&CellError> = row.errors.iter().chain(&said.remarks).collect();
            let result = kept::counted(&mut counts, result, !errors.is_empty());
            // A change is kept with the first row that made it.
            let mut version = |changed: Option<Uuid>, all: &Changes| {
                let id = changed?;
                let done = all.done.get(&id)?;
                let first = imaged.insert(id) && !all.made_here.contains(&id);
                let image = first.then(|| done.image.clone()).filter(|image| !image.is_empty());
                Some((done.version, image))
            };
            let account = version(account_change, &written.changed_accounts);
            let person = version(person_change, &written.changed_people);
            let image_of = |changed: &Option<(Version, Option<Changed>)>| {
                changed.as_ref().and_then(|(_, image)| image.clone())
            };
            let mut image = Image {
                account: image_of(&account),
                person: image_of(&person),
                ..Image::default()
            };
            if let Some(parent) = row.parent.as_ref().filter(|_| said.links && !row.refused) {
                image.parent.clone_from(parent);
            }
            let first_version =
                |made: bool, changed: Option<Version>| changed.unwrap_or(Version(i64::from(made)));
            kept.push(Kept {
                row: row.number,
                result,
                account: self.account_id(&written.accounts, plan),
                person: self.person_id(&written.people, plan),
                made_account: plan.makes_account,
                made_person: plan.makes_person,
                record_kind: "",
                record: None,
                made_record: false,
                account_version: first_version(plan.makes_account, account.map(|a| a.0)),
                person_version: first_version(plan.makes_person, person.map(|p| p.0)),
                image: image.to_json()?,
                errors: if errors.is_empty() { String::new() } else { encode(&errors)? },
            });
        }
        kept::insert(tx, self.id, &kept).await?;
        Ok(counts)
    }
}

/// How the next row that names a record merges into it.
fn how(mode: OnDuplicate, seen: &mut HashMap<Uuid, bool>, id: Uuid) -> Merging {
    let how = Merging::of(mode, seen.get(&id) == Some(&true), seen.contains_key(&id));
    seen.entry(id).or_insert(false);
    how
}

/// The records that rows may change.
fn opened(mode: OnDuplicate, ids: &[Uuid], seen: &HashMap<Uuid, bool>) -> Vec<Uuid> {
    let is_open = |id: &&Uuid| may_change(mode) || seen.get(*id) == Some(&true);
    ids.iter().filter(is_open).copied().collect()
}

/// The records that the run made.
fn made(seen: &HashMap<Uuid, bool>) -> HashSet<Uuid> {
    seen.iter().filter(|(_, made)| **made).map(|(id, _)| *id).collect()
}

/// Holds the stored customers that somebody is about to work for. One that was merged into another since it was looked up
/// is looked up again.
async fn hold_employers(tx: &mut Tx, made: &[MadeAccount], jobs: &[Jobs]) -> Result<()> {
    let is_made = |id: &AccountId| made.iter().any(|made| made.id == *id);
    let stored = jobs.iter().flatten().map(|(account, _)| *account).collect::<BTreeSet<_>>();
    let stored: BTreeSet<Uuid> =
        stored.into_iter().filter(|id| !is_made(id)).map(|id| id.0).collect();
    if accounts::hold_there(tx, &stored).await? == stored { Ok(()) } else { Err(accounts::stale()) }
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

/// Takes the key of the file from records in the bin, for new records to have it.
pub(super) async fn release(tx: &mut Tx, table: &'static str, ids: &[Uuid]) -> Result<()> {
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
