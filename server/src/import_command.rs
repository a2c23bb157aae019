//! `rapport import`: brings a file in from the terminal, by the engine of the wizard.

use crate::{
    clock,
    complaint::Complaint,
    place::{Opened, Place},
    zone::Zones,
};
use clap::Args;
use domain::{
    failure::{Failure, FileRefusal},
    import::{CellError, ImportCounts, MAX_ROWS, OnDuplicate},
    policy::Caller,
};
use exchange::{
    map_file::MapFile,
    plan::Plan,
    run::{Clock, Reader, RunError, check, import_file, open, preview},
};
use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

/// Remarks fetched at a time.
const REMARKS: i64 = 500;

/// What `rapport import` takes.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    /// The file: .csv in any encoding, .xlsx or .vcf
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Which column is which field, instead of guessing from the headers; the wizard's second step
    /// offers one to download
    #[arg(long, value_name = "FILE.toml")]
    map: Option<PathBuf>,
    /// What happens to rows that are there already: skip, fill (what is empty), overwrite or create;
    /// counts more than the map
    #[arg(long, value_name = "MODE", value_parser = mode)]
    on_duplicate: Option<OnDuplicate>,
    /// Check every row and report, but store nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command: says what became of the rows, and of each that was not taken whole why.
///
/// # Errors
/// With a sentence for the terminal.
pub async fn run(options: Options) -> Result<ExitCode, Complaint> {
    let mut map = map(options.map.as_deref())?;
    map.on_duplicate = options.on_duplicate.or(map.on_duplicate);
    let plan = Plan { map, check: None };
    if !options.file.is_file() {
        return Err(Complaint::new(format!("{} is not a file", options.file.display())));
    }
    let is_fresh = !options.place.is_there();
    let opened = options.place.open_alone().await?;
    if is_fresh {
        let data = options.place.data.display();
        eprintln!("note: {data} held no database; an empty one was made");
    }
    let done = bring_in(&opened, &options, &plan).await;
    if done.is_ok() && !options.dry_run {
        opened.db.optimize().await?;
    }
    opened.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

fn map(path: Option<&Path>) -> Result<MapFile, Complaint> {
    let Some(path) = path else { return Ok(MapFile::default()) };
    std::fs::read_to_string(path)
        .map_err(|error| error.to_string())
        .and_then(|text| MapFile::parse(&text).map_err(|error| error.to_string()))
        .map_err(|cause| Complaint::new(format!("the map {}: {cause}", path.display())))
}

fn mode(text: &str) -> Result<OnDuplicate, String> {
    let code = if text == "fill" { OnDuplicate::FillEmpty.code() } else { text };
    let named = OnDuplicate::ALL.iter().copied().find(|mode| mode.code() == code);
    named.ok_or_else(|| "must be skip, fill, overwrite or create".to_owned())
}

/// Says which headers of the map the file does not have, and refuses a mapping that cannot be used.
fn sound(opened: &exchange::run::Opened) -> Result<(), Complaint> {
    for header in &opened.missing {
        eprintln!("note: column {header:?} of the map is not in the file");
    }
    opened.mapping.check().map_err(|error| Complaint::new(error.to_string()))
}

async fn bring_in(opened: &Opened, options: &Options, plan: &Plan) -> Result<(), Complaint> {
    let caller = opened.administrator().await?;
    let folder = options.place.data.join("uploads");
    std::fs::create_dir_all(&folder)?;
    let program = std::env::current_exe()?;
    let reader = Reader { program: Some(program), folder };
    if options.dry_run {
        return look(opened, &caller, &reader, options, plan).await;
    }
    let first = preview(&reader, &options.file, plan)
        .await
        .map_err(|failure| complain(&RunError::Failure(failure)))?;
    sound(&first)?;
    drop(first);
    let began = Instant::now();
    let zones = Zones::default();
    let mut bar = Bar::default();
    let job = import_file(
        &opened.db,
        &caller,
        &reader,
        &options.file,
        plan,
        Clock { now: &clock::now, zone: &|name| zones.around(name, clock::now()) },
        |counts| bar.show(&counts),
        &|| false,
    )
    .await
    .map_err(|error| complain(&error))?;
    bar.clear();
    let mut out = std::io::stdout();
    let mut after = 0;
    loop {
        let remarks = opened.db.import_remarks(&caller, job.id, after, REMARKS).await?;
        let Some(last) = remarks.last() else { break };
        after = last.row;
        for remark in &remarks {
            tell(&mut out, remark.row, &remark.errors)?;
        }
    }
    conclude(&mut out, "", &job.counts)?;
    writeln!(out, "{} took {:.1} s", job.number, began.elapsed().as_secs_f64())?;
    Ok(())
}

async fn look(
    opened: &Opened,
    caller: &Caller,
    reader: &Reader,
    options: &Options,
    plan: &Plan,
) -> Result<(), Complaint> {
    let file = open(reader, &options.file, plan)
        .await
        .map_err(|failure| complain(&RunError::Failure(failure)))?;
    let mut out = std::io::stdout();
    for column in &file.mapping.columns {
        let target = column.target.map_or_else(|| "left out".to_owned(), |target| target.code());
        writeln!(out, "column {:?}: {target}", column.header)?;
    }
    sound(&file)?;
    let mut told = Ok(());
    let found = check(&opened.db, caller, file, MAX_ROWS, |row| {
        if told.is_ok() {
            told = tell(&mut out, row.number, &row.errors);
        }
    })
    .await
    .map_err(|error| complain(&error))?;
    told?;
    conclude(&mut out, "would be ", &found.counts)?;
    writeln!(out, "Nothing was stored.")?;
    Ok(())
}

fn tell(out: &mut impl Write, row: i64, errors: &[CellError]) -> Result<(), Complaint> {
    for error in errors {
        // Control characters of a file have no business at a terminal.
        let value: String = error.value.chars().filter(|c| !c.is_control()).collect();
        let column: String = error.column.chars().filter(|c| !c.is_control()).collect();
        writeln!(out, "row {row}, {column}: {} ({value:?})", error.error)?;
    }
    Ok(())
}

fn conclude(out: &mut impl Write, tense: &str, counts: &ImportCounts) -> Result<(), Complaint> {
    writeln!(
        out,
        "{} rows: {} {tense}created, {} {tense}changed, {} {tense}left as they are, {} {tense}refused; {} {tense}taken with remarks",
        counts.rows,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.refused,
        counts.warned
    )?;
    Ok(())
}

fn complain(error: &RunError) -> Complaint {
    Complaint::new(match error {
        RunError::Failure(Failure::File(why)) => refused(why),
        other => other.to_string(),
    })
}

fn refused(why: &FileRefusal) -> String {
    match why {
        FileRefusal::TooLarge { max } => {
            format!("the file is larger than {} MB; split it and import the parts", max >> 20)
        }
        FileRefusal::TooManyRows { max } => {
            format!("the file has more than {max} rows; split it and import the parts")
        }
        FileRefusal::TooManyColumns { max } => {
            format!("the file has more than {max} columns; remove those you do not need")
        }
        FileRefusal::Bomb => {
            "the workbook unpacks to far more than it weighs and was not opened; save it as CSV"
                .to_owned()
        }
        FileRefusal::Unreadable => {
            "the file could not be read; it must be CSV, Excel (.xlsx) or vCard, and undamaged"
                .to_owned()
        }
        FileRefusal::Empty => "the file has no rows below the header".to_owned(),
        FileRefusal::TooSlow => {
            "reading the file took too long; save it as CSV, or split it".to_owned()
        }
    }
}

/// How far it is, on one line of a terminal that is written over; nothing where there is none.
#[derive(Default)]
struct Bar {
    drawn: Option<Instant>,
}

impl Bar {
    fn show(&mut self, counts: &ImportCounts) {
        let fresh = self.drawn.is_some_and(|drawn| drawn.elapsed() < Duration::from_millis(200));
        if fresh || !std::io::stderr().is_terminal() {
            return;
        }
        self.drawn = Some(Instant::now());
        // Only a sign of life: it may fail.
        let _ = write!(std::io::stderr(), "\r{} rows", counts.done);
    }

    fn clear(&self) {
        if self.drawn.is_some() {
            let _ = write!(std::io::stderr(), "\r{:30}\r", "");
        }
    }
}
