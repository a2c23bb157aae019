//! Runs of imports: made when a file comes, claimed by a worker, listed for people.

use super::image;
use crate::{
    audit,
    db::{Db, on_read, on_tx},
    error::{Result, StoreError},
    rows::choice,
};
use const_format::concatcp;
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    id::{ImportId, ImportNumber, UserId, Version},
    import::{
        CellError, ImportCounts, ImportJob, ImportNote, ImportState, OnDuplicate, RowReport,
        RowResult, UNDO_DAYS,
    },
    lang::Lang,
    money::Currency,
    page::{Cursor, PAGE_ROWS, Page},
    pipeline::Pipeline,
    policy::{self, Action, Caller, House, Object, Origin, Reach},
    service::ServicePolicy,
    time::{DAY, Instant, ZoneOffsets},
};
use sqlx_macros::FromRow;

/// A file that has come.
#[derive(Clone, Debug)]
pub struct NewImport<'a> {
    /// Identity; the caller has stored the file under it.
    pub id: ImportId,
    /// Name of the file as uploaded.
    pub file_name: &'a str,
    /// Bytes of the file.
    pub file_size: i64,
    /// SHA-256 of the file, hexadecimal.
    pub file_hash: &'a str,
    /// How it is read and mapped, in the words of whoever reads it.
    pub options: &'a str,
}

/// A run with what only the engine needs.
#[derive(Clone, Debug)]
pub struct StoredImport {
    /// What people see of it.
    pub job: ImportJob,
    /// How it is read and mapped.
    pub options: String,
    /// Who started it.
    pub created_by: UserId,
    /// Who asked for it to be taken back.
    pub undo_by: Option<UserId>,
    /// Rows that are committed: where an interrupted run goes on.
    pub committed_rows: i64,
}

/// A run a worker has taken on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Identity.
    pub id: ImportId,
    /// Number people use.
    pub number: ImportNumber,
    /// Whether it is to be taken back rather than run.
    pub undoing: bool,
}

/// A colleague a file can name as being in charge.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Owner {
    /// Identity.
    pub id: UserId,
    /// Name shown.
    pub name: String,
    /// E-mail address as compared.
    pub email_norm: String,
}

/// What rows of files name that is set up here.
#[derive(Clone, Debug, Default)]
pub struct ImportGround {
    /// Colleagues who can be in charge.
    pub owners: Vec<Owner>,
    /// The ways that deals go.
    pub pipelines: Vec<Pipeline>,
    /// The currency of amounts without one.
    pub currency: Currency,
    /// The language that new records without a name are called in.
    pub lang: Lang,
    /// How customers are helped: by it the times of cases are counted.
    pub service: ServicePolicy,
    /// The name of the organisation's time zone, and its clocks, for whoever knows them.
    pub time_zone: String,
    /// Those clocks; UTC until they are set.
    pub zone: ZoneOffsets,
    /// Now: when what says no day came in.
    pub now: Instant,
}

const COLUMNS: &str = "j.number, j.id, j.file_name, j.file_size, j.state, j.on_duplicate, j.options, j.error, j.total_rows, \
     j.done_rows, j.created_rows, j.updated_rows, j.unchanged_rows, j.warned_rows, j.refused_rows, j.created_at, j.created_by, j.undo_by, \
     j.finished_at, COALESCE(u.name, '') AS by_name FROM import_job j LEFT JOIN \"user\" u ON u.id = j.created_by";

#[derive(FromRow)]
struct Row {
    number: ImportNumber,
    id: ImportId,
    file_name: String,
    file_size: i64,
    state: String,
    on_duplicate: String,
    options: String,
    error: String,
    total_rows: i64,
    done_rows: i64,
    created_rows: i64,
    updated_rows: i64,
    unchanged_rows: i64,
    warned_rows: i64,
    refused_rows: i64,
    created_at: Instant,
    created_by: UserId,
    undo_by: Option<UserId>,
    finished_at: Option<Instant>,
    by_name: String,
}

impl Row {
    fn read(self, now: Instant) -> Result<StoredImport> {
        let state = choice(ImportState::parse(&self.state), "import_job.state")?;
        let note = image::note_of(&self.error)?;
        let ended = matches!(state, ImportState::Done | ImportState::Failed);
        let in_time = self.finished_at.is_some_and(|at| now < at.plus(UNDO_DAYS * DAY));
        let counts = ImportCounts {
            rows: self.total_rows.max(self.done_rows),
            done: self.done_rows,
            created: self.created_rows,
            updated: self.updated_rows,
            unchanged: self.unchanged_rows,
            warned: self.warned_rows,
            refused: self.refused_rows,
        };
        Ok(StoredImport {
            job: ImportJob {
                id: self.id,
                number: self.number,
                file_name: self.file_name,
                file_size: self.file_size,
                state,
                on_duplicate: choice(
                    OnDuplicate::parse(&self.on_duplicate),
                    "import_job.on_duplicate",
                )?,
                counts,
                by_name: self.by_name,
                created_at: self.created_at,
                finished_at: self.finished_at,
                can_undo: ended
                    && in_time
                    && note != Some(ImportNote::Undoing)
                    && counts.created + counts.updated > 0,
                note,
            },
            options: self.options,
            created_by: self.created_by,
            undo_by: self.undo_by,
            committed_rows: self.done_rows,
        })
    }
}

const INSERT: &str = "INSERT INTO import_job (id, file_name, file_size, file_hash, state, on_duplicate, options, created_at, \
     created_by) VALUES ($1, $2, $3, $4, 'uploaded', 'skip', $5, $6, $7) RETURNING number";
const PLAN: &str = "UPDATE import_job SET options = $2, on_duplicate = $3, total_rows = $4 \
     WHERE id = $1 AND state = 'uploaded' RETURNING number";
const START: &str = "UPDATE import_job SET state = 'running', lease_until = $2, error = '' \
     WHERE id = $1 AND state = 'uploaded' RETURNING number";
const CLAIM: &str = "UPDATE import_job SET lease_until = $1 WHERE number = (SELECT MIN(number) FROM import_job \
     WHERE (state = 'running' OR error = $3) AND lease_until < $2) \
     AND (state = 'running' OR error = $3) AND lease_until < $2 RETURNING id, number, error";
const LET_GO: &str = "UPDATE import_job SET lease_until = 0 WHERE id = $1";
const FAIL: &str = "UPDATE import_job SET state = 'failed', error = $2, finished_at = $3, lease_until = 0 \
     WHERE id = $1 AND state = 'running'";
const FAIL_UNDO: &str =
    "UPDATE import_job SET error = $2, lease_until = 0 WHERE id = $1 AND error = $3";
const ASK_UNDO: &str = "UPDATE import_job SET error = $2, undo_by = $4, lease_until = 0 \
     WHERE id = $1 AND state IN ('done', 'failed') AND error <> $2 AND finished_at > $3 AND (created_by = $4 OR $5) \
     RETURNING state";
const BY_NUMBER: &str = concatcp!("SELECT ", COLUMNS, " WHERE j.number = $1");
const BY_ID: &str = concatcp!("SELECT ", COLUMNS, " WHERE j.id = $1");
const LIST: &str =
    concatcp!("SELECT ", COLUMNS, " WHERE j.number < $1 ORDER BY j.number DESC LIMIT $2");
const OWNERS: &str = "SELECT id, name, email_norm FROM \"user\" WHERE NOT disabled";
const REMARKS: &str = "SELECT row, result, errors FROM import_row WHERE import_id = $1 AND row > $2 \
     AND result IN ('warning', 'refused') AND errors NOT IN ('', '[]') ORDER BY row LIMIT $3";

impl Db {
    /// Notes that a file has come.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn create_import(
        &self,
        caller: &Caller,
        new: &NewImport<'_>,
    ) -> Result<ImportNumber> {
        let grant = policy::check(caller, Action::Import, Object::Import)?;
        let mut tx = self.begin().await?;
        let number: ImportNumber = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(INSERT)
                .bind(new.id)
                .bind(new.file_name)
                .bind(new.file_size)
                .bind(new.file_hash)
                .bind(new.options)
                .bind(caller.now)
                .bind(caller.user)
                .fetch_one(connection)
                .await
        })?;
        let change = FieldChange {
            field: "file".to_owned(),
            before: String::new(),
            after: new.file_name.to_owned(),
        };
        audit::append(&mut tx, &grant, new.id.0, Event::Created, Version(1), &[change]).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// Keeps how the file is to be read and mapped, while the run has not started.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] once it has started.
    pub async fn set_import_plan(
        &self,
        caller: &Caller,
        id: ImportId,
        options: &str,
        on_duplicate: OnDuplicate,
        rows: i64,
    ) -> Result<()> {
        policy::check(caller, Action::Import, Object::Import)?;
        let mut tx = self.begin().await?;
        let kept: Option<ImportNumber> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(PLAN)
                .bind(id)
                .bind(options)
                .bind(on_duplicate.code())
                .bind(rows)
                .fetch_optional(connection)
                .await
        })?;
        kept.ok_or(Failure::Gone)?;
        tx.commit().await
    }

    /// Puts a run into the queue; nobody takes it on before `held_until` (0 for at once), which is
    /// how whoever starts it keeps it.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] when it has been started already.
    pub async fn start_import(
        &self,
        caller: &Caller,
        id: ImportId,
        held_until: Instant,
    ) -> Result<()> {
        let grant = policy::check(caller, Action::Import, Object::Import)?;
        let mut tx = self.begin().await?;
        let started: Option<ImportNumber> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(START).bind(id).bind(held_until).fetch_optional(connection).await
        })?;
        started.ok_or(Failure::Gone)?;
        let change = FieldChange {
            field: "state".to_owned(),
            before: ImportState::Uploaded.code().to_owned(),
            after: ImportState::Running.code().to_owned(),
        };
        audit::append(&mut tx, &grant, id.0, Event::Changed, Version(2), &[change]).await?;
        tx.commit().await
    }

    /// Takes on the oldest run that nobody works on, for `lease` milliseconds; each committed chunk
    /// extends it. A run whose worker was killed is taken on again once the
    /// lease is over, and goes on after its last committed chunk.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but the installation and who may import.
    pub async fn claim_import(&self, caller: &Caller, lease: i64) -> Result<Option<Claimed>> {
        policy::check(caller, Action::Import, Object::Import)?;
        let undoing = image::encode(&ImportNote::Undoing)?;
        let mut tx = self.begin().await?;
        let claimed: Option<(ImportId, ImportNumber, String)> = on_tx!(&mut tx, |connection| {
            sqlx::query_as(CLAIM)
                .bind(caller.now.plus(lease))
                .bind(caller.now)
                .bind(&undoing)
                .fetch_optional(connection)
                .await
        })?;
        tx.commit().await?;
        Ok(claimed.map(|(id, number, error)| Claimed { id, number, undoing: error == undoing }))
    }

    /// Gives a run back unfinished, so that the next worker need not wait for the lease.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn let_import_go(&self, caller: &Caller, id: ImportId) -> Result<()> {
        policy::check(caller, Action::Import, Object::Import)?;
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(LET_GO).bind(id).execute(connection).await.map(drop)
        })?;
        tx.commit().await
    }

    /// Stops a run, or the taking back of one; what it did stays and can be taken back.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn fail_import(&self, caller: &Caller, id: ImportId, why: &ImportNote) -> Result<()> {
        policy::check(caller, Action::Import, Object::Import)?;
        let why = image::encode(why)?;
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(FAIL)
                .bind(id)
                .bind(&why)
                .bind(caller.now)
                .execute(connection)
                .await
                .map(drop)
        })?;
        let undoing = image::encode(&ImportNote::Undoing)?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(FAIL_UNDO)
                .bind(id)
                .bind(&why)
                .bind(undoing)
                .execute(connection)
                .await
                .map(drop)
        })?;
        tx.commit().await
    }

    /// Asks for a run to be taken back; the worker does it in the name of who asked.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] when it cannot be taken back any more, or not by the caller: somebody else's
    /// run takes the rights to change and delete every customer and person.
    pub async fn ask_undo_import(&self, caller: &Caller, id: ImportId) -> Result<()> {
        let grant = policy::check(caller, Action::Import, Object::Import)?;
        let undoing = image::encode(&ImportNote::Undoing)?;
        let since = caller.now.plus(-UNDO_DAYS * DAY);
        let mut tx = self.begin().await?;
        let asked: Option<String> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(ASK_UNDO)
                .bind(id)
                .bind(undoing)
                .bind(since)
                .bind(caller.user)
                .bind(takes_back_others(caller))
                .fetch_optional(connection)
                .await
        })?;
        let change = FieldChange {
            field: "state".to_owned(),
            before: asked.ok_or(Failure::Gone)?,
            after: "undoing".to_owned(),
        };
        audit::append(&mut tx, &grant, id.0, Event::Changed, Version(4), &[change]).await?;
        tx.commit().await
    }

    /// A run by its number.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`].
    pub async fn import(&self, caller: &Caller, number: ImportNumber) -> Result<StoredImport> {
        policy::look(caller, Action::Import, Object::Import)?;
        let row: Option<Row> = on_read!(self, |pool| {
            sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(pool).await
        })?;
        row.ok_or(Failure::Gone)?.read(caller.now)
    }

    /// A run by its identity.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`].
    pub async fn import_by_id(&self, caller: &Caller, id: ImportId) -> Result<StoredImport> {
        policy::look(caller, Action::Import, Object::Import)?;
        let row: Option<Row> =
            on_read!(self, |pool| sqlx::query_as(BY_ID).bind(id).fetch_optional(pool).await)?;
        row.ok_or(Failure::Gone)?.read(caller.now)
    }

    /// A page of runs, newest first.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn imports(
        &self,
        caller: &Caller,
        after: Option<&Cursor>,
    ) -> Result<Page<ImportJob>> {
        policy::look(caller, Action::Import, Object::Import)?;
        let below = after.map_or(i64::MAX, |cursor| cursor.number);
        let rows: Vec<Row> = on_read!(self, |pool| {
            sqlx::query_as(LIST).bind(below).bind(i64::from(PAGE_ROWS) + 1).fetch_all(pool).await
        })?;
        let page =
            Page::cut(rows, PAGE_ROWS, |row| Cursor { key: String::new(), number: row.number.0 });
        let jobs: Result<Vec<ImportJob>> =
            page.rows.into_iter().map(|row| Ok(row.read(caller.now)?.job)).collect();
        Ok(Page { rows: jobs?, next: page.next })
    }

    /// Rows that were not taken, or not whole, from below row `after`, at most `limit`.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn import_remarks(
        &self,
        caller: &Caller,
        id: ImportId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RowReport>> {
        policy::look(caller, Action::Import, Object::Import)?;
        let rows: Vec<(i64, String, String)> = on_read!(self, |pool| {
            sqlx::query_as(REMARKS).bind(id).bind(after).bind(limit).fetch_all(pool).await
        })?;
        rows.into_iter()
            .map(|(row, result, errors)| {
                let errors: Vec<CellError> = serde_json::from_str(&errors)
                    .map_err(|_| StoreError::Unreadable("import_row.errors"))?;
                let result = choice(RowResult::parse(&result), "import_row.result")?;
                Ok(RowReport { row, result, errors })
            })
            .collect()
    }

    /// Whom a file can name as being in charge.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    async fn import_owners(&self, caller: &Caller) -> Result<Vec<Owner>> {
        policy::look(caller, Action::Import, Object::Import)?;
        Ok(on_read!(self, |pool| sqlx::query_as(OWNERS).fetch_all(pool).await)?)
    }

    /// What the rows of a file can name.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn import_ground(&self, caller: &Caller) -> Result<ImportGround> {
        policy::look(caller, Action::Import, Object::Import)?;
        let owners = self.import_owners(caller).await?;
        let pipelines = self.pipelines(caller).await?;
        let organisation = self.organisation(caller).await?;
        let (service, _) = self.service_policy(caller).await?;
        Ok(ImportGround {
            owners,
            pipelines,
            currency: organisation.currency,
            lang: caller.lang,
            service,
            time_zone: organisation.time_zone,
            zone: ZoneOffsets::default(),
            now: caller.now,
        })
    }

    /// The caller a run acts for: who started it or asked for it to be taken back, with the rights of
    /// now.
    ///
    /// # Errors
    /// [`Failure::Denied`] when that user was switched off or may not import any more.
    pub async fn import_caller(&self, system: &Caller, user: UserId) -> Result<Caller> {
        let mut caller = Caller { origin: Origin::Import, ..system.clone() };
        caller.house = House::from(&self.organisation(system).await?);
        if user == UserId::NIL {
            return Ok(caller);
        }
        let denied = Failure::Denied { action: Action::Import, object: Object::Import };
        let caller = self.acting_for(&caller, user).await?.ok_or(denied)?;
        policy::check(&caller, Action::Import, Object::Import)?;
        Ok(caller)
    }
}

/// Whether a caller may undo what somebody else brought in: whoever may change and take out every customer and person.
fn takes_back_others(caller: &Caller) -> bool {
    let all = |action, object| caller.rights.reach(action, object) == Reach::All;
    [Object::Account, Object::Person]
        .into_iter()
        .all(|object| all(Action::Delete, object) && all(Action::Edit, object))
}
