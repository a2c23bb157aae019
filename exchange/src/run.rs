//! The one engine behind wizard and command line: a file is read, its rows are checked and written in
//! chunks that are committed whole, so that a run that was killed goes on where it was.

use crate::{
    case_work,
    deal_work::{self, DealReader},
    guarded::{self, GuardedTable},
    identity::Identities,
    kept_file::keep_copy,
    mapping::{Mapping, RowKind, SAMPLE_ROWS},
    order_work::OrderReader,
    plan::{Check, Plan},
    reading::{broken, chunks},
    row::{ParsedRow, RowReader},
    table::{ReadError, ReadOptions, Row},
};
use domain::{
    account::AccountField,
    failure::{Failure, FileRefusal},
    field::FieldError,
    id::{ImportId, UserId},
    import::{CellError, ImportCounts, ImportJob, ImportNote, OnDuplicate, RowReport, Target},
    opportunity::OpportunityField,
    person::PersonField,
    policy::{Caller, House, Origin},
    text,
    time::{Instant, SECOND, ZoneOffsets},
};
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{Checker, Db, ImportGround, ImportRow, NewImport, StoreError, StoredImport};
use uuid::Uuid;

pub use crate::kept_file::fingerprint;

/// How long a worker may be silent before another takes its run on (milliseconds).
pub const LEASE: i64 = 60 * SECOND;
/// Most rows a check looks at.
pub const CHECK_ROWS: u64 = 100_000;
/// Most remarks a check keeps; a file with all of them can be downloaded.
pub const CHECK_REMARKS: usize = 100;

/// Where files are read: workbooks in a child process (`program`), rows waiting in `folder`.
#[derive(Clone, Debug)]
pub struct Reader {
    /// This program; `None` reads in this process, for files of one's own.
    pub program: Option<PathBuf>,
    /// A private folder for rows between child and parent.
    pub folder: PathBuf,
}

/// The server's clock.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    /// Now.
    pub now: &'a (dyn Fn() -> Instant + Send + Sync),
    /// The clocks of a time zone by its IANA name; `None` for one that is not known.
    pub zone: &'a (dyn Fn(&str) -> Option<ZoneOffsets> + Send + Sync),
}
/// Whether to stop after the chunk in hand.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Send + Sync);

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The file, or our reading of it.
    #[error("{0}")]
    Failure(#[from] Failure),
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl From<ReadError> for RunError {
    fn from(error: ReadError) -> Self {
        Self::Failure(error.into())
    }
}

/// A file with its head known and its columns mapped.
#[derive(Debug)]
pub struct Opened {
    /// The rows.
    pub table: GuardedTable,
    /// Where the columns go.
    pub mapping: Mapping,
    /// The first rows.
    pub sample: Vec<Row>,
    /// Headers that the plan names and the file does not have.
    pub missing: Vec<String>,
}

/// Opens a file as the plan says; what the plan leaves open is found out.
///
/// # Errors
/// What is wrong with the file, or with reading it.
pub async fn open(reader: &Reader, file: &Path, plan: &Plan) -> Result<Opened, Failure> {
    open_rows(reader, file, plan, None).await
}

/// As [`open`], for a look at the head and the first rows only.
///
/// # Errors
/// As [`open`].
pub async fn preview(reader: &Reader, file: &Path, plan: &Plan) -> Result<Opened, Failure> {
    open_rows(reader, file, plan, u64::try_from(SAMPLE_ROWS).ok()).await
}

async fn open_rows(
    reader: &Reader,
    file: &Path,
    plan: &Plan,
    limit: Option<u64>,
) -> Result<Opened, Failure> {
    let unreadable = |_| Failure::File(FileRefusal::Unreadable);
    let asked = ReadOptions { limit, ..ReadOptions::default() };
    let options = plan.map.read_options(&asked).map_err(unreadable)?;
    let table = if let Some(program) = &reader.program {
        guarded::read_guarded(program, file, &reader.folder, &options).await?
    } else {
        let (file, folder) = (file.to_owned(), reader.folder.clone());
        blocking(move || guarded::read_in_process(&file, &folder, &options)).await??
    };
    let (table, sample) = blocking(move || {
        let sample: Result<Vec<Row>, ReadError> = table.open()?.rows.take(SAMPLE_ROWS).collect();
        Ok::<_, ReadError>((table, sample?))
    })
    .await??;
    let mut mapping = match plan.map.rows {
        Some(rows @ (RowKind::Deals | RowKind::Orders | RowKind::Cases | RowKind::Products)) => {
            Mapping::for_rows(&table.head, &sample, rows)
        }
        Some(RowKind::Customers | RowKind::People) => {
            Mapping::for_rows(&table.head, &sample, RowKind::Customers)
        }
        None => Mapping::automatic(&table.head, &sample),
    };
    let missing = plan.map.apply(&mut mapping, &table.head).map_err(unreadable)?;
    Ok(Opened { table, mapping, sample, missing })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| broken(&error))
}

/// Reads rows for the store: parsed, with ids, with colleagues in charge.
pub(crate) struct Parser {
    mapping: Mapping,
    house: House,
    ground: ImportGround,
    owners: HashMap<String, Option<UserId>>,
    owner_column: String,
    deals: DealReader,
    orders: OrderReader,
    /// Names of nobody here, each told at its first record.
    strangers: HashSet<String>,
    columns: Arc<HashMap<Target, String>>,
    identities: Identities,
}

impl Parser {
    fn new(mapping: Mapping, house: &House, mut ground: ImportGround) -> Self {
        ground.currency = mapping.currency.unwrap_or(ground.currency);
        let header = |target| {
            let column = mapping.column_of(target).and_then(|at| mapping.columns.get(at));
            column.map(|column| column.header.clone()).unwrap_or_default()
        };
        let mut known: HashMap<String, Option<UserId>> = HashMap::new();
        for owner in &ground.owners {
            known.insert(text::fold(&owner.email_norm), Some(owner.id));
            // Two colleagues of one name are told apart by their addresses only.
            known
                .entry(text::fold(&owner.name))
                .and_modify(|id| *id = id.filter(|id| *id == owner.id))
                .or_insert(Some(owner.id));
        }
        let columns = mapping.columns.iter().rev();
        let columns = columns.filter_map(|column| Some((column.target?, column.header.clone())));
        Self {
            owner_column: header(Target::OwnerName),
            columns: Arc::new(columns.collect()),
            mapping,
            house: house.clone(),
            ground,
            owners: known,
            deals: DealReader::default(),
            orders: OrderReader::default(),
            strangers: HashSet::new(),
            identities: Identities::default(),
        }
    }

    /// Reads the next row of the file.
    pub(crate) fn read(&mut self, row: &Row) -> ImportRow {
        let mut parsed = match self.mapping.rows {
            RowKind::Deals => self.deals.deal(&self.mapping, &self.ground, row),
            RowKind::Orders => self.orders.order(&self.mapping, &self.ground, row),
            RowKind::Cases => case_work::case(&self.mapping, &self.ground, row),
            RowKind::Products => deal_work::product(&self.mapping, &self.ground, row),
            RowKind::Customers | RowKind::People => {
                RowReader::new(&self.mapping, &self.house.region, self.house.decimals).read(row)
            }
        };
        self.identities.identify(&mut parsed, &self.mapping);
        let owner = parsed.owner_name.take().filter(|_| !parsed.refused);
        let mut out = import_row(parsed, &self.columns);
        if let Some(name) = owner {
            match self.owners.get(&text::fold(&name)).copied().flatten() {
                Some(id) => put_in_charge(&mut out, id),
                None if out.deal.is_some() || out.case.is_some() => {
                    self.keep_stranger(&mut out, name)
                }
                None => out.errors.push(CellError {
                    column: self.owner_column.clone(),
                    value: name,
                    error: FieldError::Unknown,
                }),
            }
        }
        out
    }

    /// Keeps who was in charge of a deal or case and is no colleague in a note on it.
    fn keep_stranger(&mut self, row: &mut ImportRow, name: String) {
        let line = format!("{}: {name}", self.owner_column);
        row.note = Some(match row.note.take() {
            Some(note) => format!("{note}\n{line}"),
            None => line,
        });
        if self.strangers.insert(text::fold(&name)) {
            let column = self.owner_column.clone();
            row.errors.push(CellError { column, value: name, error: FieldError::Noted });
        }
    }
}

/// Reads rows of a file for what is wrong with them, without a database.
pub struct RemarkReader(Parser);

impl RemarkReader {
    /// A reader for the rows of a file that was opened.
    #[must_use]
    pub fn new(opened: &Opened, house: &House, ground: ImportGround) -> Self {
        Self(Parser::new(opened.mapping.clone(), house, ground))
    }

    /// What is wrong with the cells of a row; rows come in the order of the file.
    pub fn errors(&mut self, row: &Row) -> Vec<CellError> {
        self.0.read(row).errors
    }
}

fn put_in_charge(row: &mut ImportRow, owner: UserId) {
    if let Some(account) = &mut row.account {
        account.data.owner = Some(owner);
        row.account_fields.push(AccountField::Owner);
    }
    if let Some(person) = &mut row.person {
        person.data.owner = Some(owner);
        row.person_fields.push(PersonField::Owner);
    }
    if let Some(deal) = &mut row.deal {
        deal.data.owner = Some(owner);
        deal.fields.push(OpportunityField::Owner);
    }
    if let Some(case) = &mut row.case {
        case.data.owner = Some(owner);
    }
}

fn import_row(row: ParsedRow, columns: &Arc<HashMap<Target, String>>) -> ImportRow {
    ImportRow {
        account_number: row.account_number,
        person_number: row.person_number,
        given_id: row.given_id,
        further_jobs: row.further_jobs,
        columns: Arc::clone(columns),
        number: row.number,
        account: row.account,
        account_fields: row.account_fields,
        account_norms: row.account_norms,
        person: row.person,
        person_fields: row.person_fields,
        person_norms: row.person_norms,
        deal: row.deal,
        order: row.order,
        case: row.case,
        product: row.product,
        parent: row.parent,
        note: row.note,
        shares_account: row.shares_account,
        errors: row.errors,
        refused: row.refused,
        leaves_owner: false,
    }
}

/// What would become of the rows, without writing any: at most `most` rows are looked at.
/// `on_remarks` gets every row that would not be taken whole.
///
/// # Errors
/// [`RunError`].
pub async fn check(
    db: &Db,
    caller: &Caller,
    opened: Opened,
    most: u64,
    mut on_remarks: impl FnMut(&ImportRow),
) -> Result<Check, RunError> {
    let ground = db.import_ground(caller).await?;
    let mode = opened.mapping.on_duplicate;
    let parser = Parser::new(opened.mapping, &caller.house, ground);
    let mut chunks = chunks(opened.table, parser, 0);
    let mut check = Check { whole: true, ..Check::default() };
    let mut checker = Checker::new(mode);
    while let Some(mut rows) = chunks.next().await? {
        let found = checker.look_up(db, caller, &mut rows).await?;
        let counts = &mut check.counts;
        let refused = rows.iter().filter(|row| row.refused).count();
        let warned = rows.iter().filter(|row| !row.refused && !row.errors.is_empty()).count();
        let (total, refused) = (as_count(rows.len()), as_count(refused));
        counts.rows += total;
        counts.done += total;
        counts.refused += refused;
        counts.warned += as_count(warned);
        counts.unchanged += found.there;
        counts.updated += found.adding;
        counts.created += total - refused - found.there - found.adding;
        for row in rows.iter().filter(|row| !row.errors.is_empty()) {
            on_remarks(row);
            if check.remarks.len() < CHECK_REMARKS {
                check.remarks.push(report(row));
            }
        }
        if u64::try_from(check.counts.rows).unwrap_or(u64::MAX) >= most {
            check.whole = chunks.next().await?.is_none();
            break;
        }
    }
    if check.counts.rows == 0 {
        return Err(Failure::File(FileRefusal::Empty).into());
    }
    Ok(check)
}

fn as_count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn report(row: &ImportRow) -> RowReport {
    use domain::import::RowResult::{Refused, Warning};
    let result = if row.refused { Refused } else { Warning };
    RowReport { row: row.number, result, errors: row.errors.clone() }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All rows are in.
    Done,
    /// Asked to stop; the next worker goes on after the last committed chunk.
    Stopped,
}

/// Whoever a run acts for, with the rights of now: `system` asks for each chunk anew. Without it the installation itself
/// imports.
async fn caller_now(
    db: &Db,
    system: Option<&Caller>,
    caller: &Caller,
    clock: Clock<'_>,
) -> Result<Caller, StoreError> {
    let now = (clock.now)();
    Ok(match system {
        Some(system) => db.import_caller(&Caller { now, ..system.clone() }, caller.user).await?,
        None => Caller { now, ..caller.clone() },
    })
}

/// Runs a started import to its end, from where it is. `progress` hears of each committed chunk. Of a user who is
/// switched off or may not import any more nothing else is taken in.
///
/// # Errors
/// [`RunError`]; what was committed stays.
#[expect(clippy::too_many_arguments, reason = "the parts of one run")]
pub async fn run(
    db: &Db,
    system: Option<&Caller>,
    caller: &Caller,
    import: &StoredImport,
    opened: Opened,
    clock: Clock<'_>,
    mut progress: impl FnMut(ImportCounts),
    stop: Stop<'_>,
) -> Result<Ended, RunError> {
    let id = import.job.id;
    let mode = import.job.on_duplicate;
    let mut ground = db.import_ground(caller).await?;
    ground.zone = (clock.zone)(&ground.time_zone).unwrap_or_default();
    let parent = opened.mapping.column_of(Target::Parent);
    let parent = parent.and_then(|at| opened.mapping.columns.get(at)).map(|c| c.header.clone());
    let parser = Parser::new(opened.mapping, &caller.house, ground);
    let mut counts = import.job.counts;
    let mut chunks = chunks(opened.table, parser, import.committed_rows);
    while let Some(rows) = chunks.next().await? {
        let caller = caller_now(db, system, caller, clock).await?;
        let until = caller.now.plus(LEASE);
        let written =
            store::retry(|| db.write_chunk(&caller, id, mode, counts.done, until, &rows)).await?;
        counts.done += written.done;
        counts.created += written.created;
        counts.updated += written.updated;
        counts.unchanged += written.unchanged;
        counts.warned += written.warned;
        counts.refused += written.refused;
        counts.rows = counts.rows.max(counts.done);
        progress(counts);
        if stop() {
            db.let_import_go(&caller, id).await?;
            return Ok(Ended::Stopped);
        }
    }
    if counts.done == 0 {
        return Err(Failure::File(FileRefusal::Empty).into());
    }
    let caller = caller_now(db, system, caller, clock).await?;
    let lease = || (clock.now)().plus(LEASE);
    if let Some(column) = parent {
        db.link_parents(&caller, id, mode, &column, &lease).await?;
    }
    db.finish_import(&Caller { now: (clock.now)(), ..caller }, id, &lease).await?;
    Ok(Ended::Done)
}

/// Takes a whole import back that [`Db::ask_undo_import`] was asked about.
///
/// # Errors
/// The database's.
pub async fn undo(
    db: &Db,
    system: &Caller,
    caller: &Caller,
    id: ImportId,
    clock: Clock<'_>,
    stop: Stop<'_>,
) -> Result<Ended, StoreError> {
    let mut below = i64::MAX;
    loop {
        let caller = caller_now(db, Some(system), caller, clock).await?;
        let until = caller.now.plus(LEASE);
        let next = store::retry(|| db.undo_import_page(&caller, id, below, until)).await?;
        match next {
            Some(row) => below = row,
            None => return Ok(Ended::Done),
        }
        if stop() {
            db.let_import_go(&caller, id).await?;
            return Ok(Ended::Stopped);
        }
    }
}

/// Takes the next waiting run on, if there is one, and brings it to an end. Answers whether there
/// was one. `system` is the installation; `uploads` holds the files under the ids of their runs.
///
/// # Errors
/// When the database is away; the run is then taken on again later.
pub async fn work(
    db: &Db,
    system: &Caller,
    uploads: &Path,
    reader: &Reader,
    clock: Clock<'_>,
    stop: Stop<'_>,
) -> Result<bool, StoreError> {
    let system = Caller { now: (clock.now)(), ..system.clone() };
    let Some(claimed) = db.claim_import(&system, LEASE).await? else { return Ok(false) };
    let import = db.import_by_id(&system, claimed.id).await?;
    let ended = async {
        let asked_by = import.undo_by.filter(|_| claimed.undoing).unwrap_or(import.created_by);
        let caller = db.import_caller(&system, asked_by).await?;
        if claimed.undoing {
            return Ok(undo(db, &system, &caller, claimed.id, clock, stop).await?);
        }
        let plan = Plan::parse(&import.options);
        let opened = open(reader, &file_of(uploads, claimed.id), &plan).await?;
        run(db, Some(&system), &caller, &import, opened, clock, |_| (), stop).await
    };
    let why = match ended.await {
        Ok(_) => return Ok(true),
        Err(RunError::Store(error @ StoreError::Unavailable(_))) => return Err(error),
        // Another worker has taken it on after the lease, and is further than this one.
        Err(RunError::Store(StoreError::Refused(Failure::Gone))) => return Ok(true),
        Err(RunError::Store(StoreError::Refused(Failure::Denied { .. }))) => ImportNote::Denied,
        Err(RunError::Failure(Failure::File(why))) => ImportNote::Refused { why },
        Err(error) => {
            tracing::error!(%error, import = %claimed.number, "an import stopped");
            ImportNote::Internal { reference: claimed.number.to_string() }
        }
    };
    db.fail_import(&Caller { now: (clock.now)(), ..system }, claimed.id, &why).await?;
    Ok(true)
}

/// Where the uploaded file of a run is.
#[must_use]
pub fn file_of(uploads: &Path, id: ImportId) -> PathBuf {
    uploads.join(format!("{id}.upload"))
}

/// Imports a file from disk at once, for the command line. What it does counts as the work of an import,
/// whoever calls, so that it can be taken back. A copy
/// waits in the reader's folder, so that a server takes the run on when this process is killed.
///
/// # Errors
/// [`RunError`]; what was committed stays and is in the list of imports.
#[expect(clippy::too_many_arguments, reason = "the parts of one command")]
pub async fn import_file(
    db: &Db,
    caller: &Caller,
    reader: &Reader,
    file: &Path,
    plan: &Plan,
    clock: Clock<'_>,
    progress: impl FnMut(ImportCounts),
    stop: Stop<'_>,
) -> Result<ImportJob, RunError> {
    let id = ImportId(Uuid::now_v7());
    let copy = file_of(&reader.folder, id);
    let (size, hash) = {
        let (file, copy) = (file.to_owned(), copy.clone());
        blocking(move || keep_copy(&file, &copy).and_then(|()| fingerprint(&copy)))
            .await?
            .map_err(ReadError::from)?
    };
    let opened = match open(reader, &copy, plan).await {
        Ok(opened) => opened,
        Err(failure) => {
            // Nobody knows of the copy yet.
            drop(tokio::fs::remove_file(&copy).await);
            return Err(failure.into());
        }
    };
    let on_duplicate: OnDuplicate = opened.mapping.on_duplicate;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let options = plan.to_json();
    let new = NewImport {
        id,
        file_name: name.as_deref().unwrap_or_default(),
        file_size: size,
        file_hash: &hash,
        options: &options,
    };
    let caller = &Caller { origin: Origin::Import, ..caller.clone() };
    let number = db.create_import(caller, &new).await?;
    db.set_import_plan(caller, id, &options, on_duplicate, 0).await?;
    db.start_import(caller, id, (clock.now)().plus(LEASE)).await?;
    let import = db.import(caller, number).await?;
    if let Err(error) = run(db, None, caller, &import, opened, clock, progress, stop).await {
        let why = match &error {
            RunError::Store(StoreError::Refused(Failure::Gone)) => return Err(error),
            RunError::Failure(Failure::File(why)) => ImportNote::Refused { why: why.clone() },
            _ => ImportNote::Internal { reference: number.to_string() },
        };
        db.fail_import(&Caller { now: (clock.now)(), ..caller.clone() }, id, &why).await?;
        return Err(error);
    }
    Ok(db.import(&Caller { now: (clock.now)(), ..caller.clone() }, number).await?.job)
}
