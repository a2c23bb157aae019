//! Workbooks and address books are read by a child process with little memory and little time, so
//! that no file can harm the server; it hands over plain rows, which the server then streams.
//! A CSV is streamed anyway and is read in place.

use crate::{
    csv_file,
    format::{self, Format},
    table::{ReadError, ReadOptions, Row, Table, TableHead, bounded},
    vcard_file,
    xlsx_file::{self, RowSink},
};
use domain::failure::{Failure, FileRefusal};
use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::{io::AsyncReadExt, process::Command, sync::Semaphore};

/// Name of the hidden command that reads a file: `rapport read-file --options JSON FILE`.
pub const COMMAND: &str = "read-file";
/// Most bytes of memory the command may address; the command sets the limit on itself.
pub const CHILD_MEMORY: u64 = 512 * 1024 * 1024;
/// Most seconds a reading may take.
pub const CHILD_SECONDS: u64 = 60;
/// Most bytes of the rows it hands over: a text of a workbook may be used a million times over.
pub const MAX_OUTPUT: u64 = 512 * 1024 * 1024;
/// Exit code of a refusal; standard error then ends with the refusal as JSON.
pub const REFUSED: u8 = 3;
/// Exit code of any other failure.
pub const FAILED: u8 = 1;

/// No more than two files are parsed at once, whoever asks.
static TURNS: Semaphore = Semaphore::const_new(2);
static NEXT_SPOOL: AtomicU64 = AtomicU64::new(0);

/// Reads a file of any format and writes it as UTF-8 CSV: first the head as one cell of
/// JSON, then the rows, each led by its number.
///
/// # Errors
/// A refusal of the file, or an error of the disk or of `out`.
pub fn convert(path: &Path, options: &ReadOptions, out: impl Write) -> Result<(), ReadError> {
    // The parsers meet numbers nobody meant; where they stumble the file is at fault.
    let attempt = AssertUnwindSafe(|| convert_unguarded(path, options, out));
    catch_unwind(attempt).unwrap_or_else(|_| Err(FileRefusal::Unreadable.into()))
}

fn convert_unguarded(path: &Path, options: &ReadOptions, out: impl Write) -> Result<(), ReadError> {
    let mut spool = Spool {
        out: csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Counted { inner: BufWriter::new(out), left: MAX_OUTPUT }),
    };
    let table = match format::detect(path, options.encoding.as_deref())? {
        Format::Xlsx => {
            xlsx_file::read(BufReader::new(File::open(path)?), options, &mut spool)?;
            return spool.finish();
        }
        Format::Csv => csv_file::open(path, options)?,
        Format::Vcard => vcard_file::open(path, options)?,
    };
    spool.head(&table.head)?;
    for row in table.rows {
        spool.row(&row?)?;
    }
    spool.finish()
}

/// The whole of the hidden command apart from its limits: reads `path` as `options` (JSON) say,
/// rows to `out`, a refusal to `err`. The result is the exit code.
pub fn read_file(path: &Path, options: &str, out: impl Write, mut err: impl Write) -> u8 {
    let done = serde_json::from_str(options)
        .map_err(|error| ReadError::Io(error.into()))
        .and_then(|options| convert(path, &options, out));
    match done {
        Ok(()) => 0,
        Err(ReadError::Refused(refusal)) => {
            let text = serde_json::to_string(&refusal).unwrap_or_default();
            if writeln!(err, "{text}").is_ok() { REFUSED } else { FAILED }
        }
        Err(error) => {
            // Nobody is left to tell where standard error is gone too.
            let _ = writeln!(err, "{error}");
            FAILED
        }
    }
}

/// A file whose head is known and whose rows can be read as often as needed.
#[derive(Debug)]
pub struct GuardedTable {
    /// What was found out about the file.
    pub head: TableHead,
    rows: RowsOf,
}

#[derive(Debug)]
enum RowsOf {
    /// A CSV, read in place with what was found out the first time.
    Csv(PathBuf, ReadOptions),
    /// What the child wrote; taken away with the table.
    Spool(TemporaryFile),
}

impl GuardedTable {
    /// Starts reading from the first row; blocking, so not on a thread that serves requests.
    ///
    /// # Errors
    /// The disk's error, or a refusal of the file.
    pub fn open(&self) -> Result<Table, ReadError> {
        match &self.rows {
            RowsOf::Csv(path, options) => csv_file::open(path, options),
            RowsOf::Spool(file) => read_spool(&file.0),
        }
    }
}

/// Reads a file under guard: `exe` is this program, `work_dir` a private folder for the rows.
///
/// # Errors
/// [`Failure::File`] for what is wrong with the file, [`Failure::Internal`] for what went wrong
/// here.
pub async fn read_guarded(
    exe: &Path,
    file: &Path,
    work_dir: &Path,
    options: &ReadOptions,
) -> Result<GuardedTable, Failure> {
    let (path, asked) = (file.to_owned(), options.clone());
    let csv = blocking(move || match format::detect(&path, asked.encoding.as_deref())? {
        Format::Csv => csv_in_place(&path, &asked).map(Some),
        Format::Xlsx | Format::Vcard => Ok(None),
    });
    if let Some(table) = csv.await? {
        return Ok(table);
    }
    let _turn = TURNS.acquire().await.map_err(|_| Failure::Unavailable)?;
    let spool = TemporaryFile::create(work_dir).map_err(ReadError::from)?;
    run_child(exe, file, &spool, options).await?;
    blocking(move || {
        let head = read_spool(&spool.0)?.head;
        Ok(GuardedTable { head, rows: RowsOf::Spool(spool) })
    })
    .await
}

/// The same without a child, for the program's own tests and for files it wrote itself.
///
/// # Errors
/// A refusal of the file, or the disk's error.
pub fn read_in_process(
    file: &Path,
    work_dir: &Path,
    options: &ReadOptions,
) -> Result<GuardedTable, ReadError> {
    if format::detect(file, options.encoding.as_deref())? == Format::Csv {
        return csv_in_place(file, options);
    }
    let spool = TemporaryFile::create(work_dir)?;
    convert(file, options, File::create(&spool.0)?)?;
    let head = read_spool(&spool.0)?.head;
    Ok(GuardedTable { head, rows: RowsOf::Spool(spool) })
}

fn csv_in_place(path: &Path, options: &ReadOptions) -> Result<GuardedTable, ReadError> {
    let head = csv_file::open(path, options)?.head;
    let settled = ReadOptions {
        encoding: head.encoding.clone(),
        delimiter: head.delimiter,
        header_row: Some(head.header_row),
        ..options.clone()
    };
    Ok(GuardedTable { head, rows: RowsOf::Csv(path.to_owned(), settled) })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ReadError> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(error) => Err(internal(&error)),
    }
}

fn internal(error: &dyn std::fmt::Display) -> Failure {
    tracing::error!(%error, "reading a file failed");
    Failure::Internal { reference: String::new() }
}

async fn run_child(
    exe: &Path,
    file: &Path,
    spool: &TemporaryFile,
    options: &ReadOptions,
) -> Result<(), Failure> {
    let json = serde_json::to_string(options).map_err(|error| internal(&error))?;
    let out = File::create(&spool.0).map_err(ReadError::from)?;
    let mut child = Command::new(exe)
        .arg(COMMAND)
        .arg("--options")
        .arg(json)
        .arg(file)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(ReadError::from)?;
    let stderr = child.stderr.take();
    let ended = async {
        let mut said = Vec::new();
        if let Some(mut stderr) = stderr {
            // A little more than any refusal; the rest of a longer speech is drained unread.
            (&mut stderr).take(64 * 1024).read_to_end(&mut said).await?;
            tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await?;
        }
        Ok::<_, io::Error>((child.wait().await?, said))
    };
    let waited = tokio::time::timeout(Duration::from_secs(CHILD_SECONDS), ended).await;
    let Ok(ended) = waited else {
        // Dropped with this function, and killed by that.
        return Err(Failure::File(FileRefusal::TooSlow));
    };
    let (status, said) = ended.map_err(ReadError::from)?;
    let said = String::from_utf8_lossy(&said);
    match status.code() {
        Some(0) => Ok(()),
        Some(code) if code == i32::from(REFUSED) => {
            let refusal = said.lines().rev().find_map(|line| serde_json::from_str(line).ok());
            Err(Failure::File(refusal.unwrap_or(FileRefusal::Unreadable)))
        }
        Some(_) => Err(internal(&said)),
        // A signal: it ran into its limits, which no honest file does.
        None => {
            tracing::warn!(%status, "the reader of a file was stopped by its limits");
            Err(Failure::File(FileRefusal::Bomb))
        }
    }
}

fn read_spool(path: &Path) -> Result<Table, ReadError> {
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(path)
        .map_err(csv_error)?
        .into_records();
    let first = records.next().ok_or(FileRefusal::Empty)?.map_err(csv_error)?;
    let json = first.get(0).unwrap_or_default();
    let head: TableHead = serde_json::from_str(json).map_err(io::Error::from)?;
    let rows = records.map(|record| {
        let record = record.map_err(csv_error)?;
        let mut cells = record.iter();
        let number = cells.next().and_then(|number| number.parse().ok()).unwrap_or_default();
        Ok(Row { number, cells: cells.map(str::to_owned).collect() })
    });
    Ok(Table { head, rows: bounded(rows, None) })
}

struct Spool<W: Write> {
    out: csv::Writer<Counted<W>>,
}

impl<W: Write> Spool<W> {
    fn finish(mut self) -> Result<(), ReadError> {
        self.out.flush().map_err(|error| csv_error(error.into()))
    }
}

impl<W: Write> RowSink for Spool<W> {
    fn head(&mut self, head: &TableHead) -> Result<(), ReadError> {
        let json = serde_json::to_string(head).map_err(io::Error::from)?;
        self.out.write_record([json]).map_err(csv_error)
    }

    fn row(&mut self, row: &Row) -> Result<(), ReadError> {
        self.out.write_field(row.number.to_string()).map_err(csv_error)?;
        for cell in &row.cells {
            self.out.write_field(cell).map_err(csv_error)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(csv_error)
    }
}

fn csv_error(error: csv::Error) -> ReadError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            FileRefusal::Bomb.into()
        }
        csv::ErrorKind::Io(error) => error.into(),
        _ => io::Error::other("the rows between parent and child are damaged").into(),
    }
}

/// Lets no more than so many bytes through.
struct Counted<W> {
    inner: W,
    left: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        let count = u64::try_from(written).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(count).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A file that goes when its owner does.
#[derive(Debug)]
struct TemporaryFile(PathBuf);

impl TemporaryFile {
    fn create(folder: &Path) -> io::Result<Self> {
        let number = NEXT_SPOOL.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("rows-{}-{number}.tmp", std::process::id()));
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?;
        Ok(Self(path))
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::warn!(%error, "a temporary file stayed behind");
        }
    }
}
