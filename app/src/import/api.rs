//! Server functions of the import wizard. Each asks for the caller and leaves the rest to the
//! engine; forms work without scripts, so they end with a redirect.

use crate::error::AppError;
use domain::{
    id::ImportNumber,
    import::{ImportCounts, ImportJob, RowMatch, RowReport},
    page::Page,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::work;
#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond, services};

/// A column of a file and where it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnView {
    /// Its header.
    pub header: String,
    /// A few of its values.
    pub samples: Vec<String>,
    /// Code of the target; empty where it is left out.
    pub target: String,
    /// Whether the target is more than a guess.
    pub certain: bool,
}

/// A word of a file that stands for a stage or a product, and what it is taken for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordView {
    /// As the file has it.
    pub word: String,
    /// Name of the stage or the product; empty where it is taken as it stands there.
    pub meaning: String,
}

/// What stands against a mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MapProblem {
    /// No column holds a name.
    NoName,
    /// Two columns go where only one can; code of the target.
    Twice(String),
}

/// A file as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileView {
    /// `csv`, `xlsx` or `vcard`.
    pub format: String,
    /// Character set of a text file.
    pub encoding: String,
    /// Character sets a person may choose instead.
    pub encodings: Vec<String>,
    /// Character between cells, or `tab`.
    pub delimiter: String,
    /// Sheets of a workbook.
    pub sheets: Vec<String>,
    /// The sheet that is read.
    pub sheet: String,
    /// Row with the headers, first = 1; 0 for none.
    pub header_row: u64,
    /// The columns.
    pub columns: Vec<ColumnView>,
    /// The first rows.
    pub sample: Vec<Vec<String>>,
    /// What rows stand for: `customers`, `people`, `deals`, `orders` or `products`.
    pub rows: String,
    /// Code of the currency of amounts without one.
    pub currency: String,
    /// Words for stages.
    pub stages: Vec<WordView>,
    /// Names of stages.
    pub stage_names: Vec<String>,
    /// Words for products that are none as they stand there.
    pub products: Vec<WordView>,
    /// Names of products.
    pub product_names: Vec<String>,
    /// Name of the system the ids belong to; empty where nobody gave one.
    pub source_system: String,
    /// What stands against the mapping.
    pub problem: Option<MapProblem>,
}

/// What a check said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckView {
    /// Rows; `created` are new, `unchanged` are there already.
    pub counts: ImportCounts,
    /// Whether every row was looked at.
    pub whole: bool,
    /// The first rows with remarks.
    pub remarks: Vec<RowReport>,
}

/// What a page of the wizard shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportScreen {
    /// The run.
    pub job: ImportJob,
    /// The file, for the step that maps it.
    pub file: Option<FileView>,
    /// The check, for the steps after it.
    pub check: Option<CheckView>,
    /// The first rows with remarks, once it has run.
    pub remarks: Vec<RowReport>,
    /// The first rows that were there already, once it has run.
    pub matches: Vec<RowMatch>,
    /// What rows stand for, once it has run: `customers`, `people`, `deals`, `orders` or `products`.
    pub rows: String,
}

impl ImportScreen {
    /// A run of which nothing else is known.
    #[must_use]
    pub fn of(job: ImportJob) -> Self {
        Self {
            job,
            file: None,
            check: None,
            remarks: Vec::new(),
            matches: Vec::new(),
            rows: String::new(),
        }
    }
}

/// How a person says a file is to be read and mapped; empty where it is to be found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MapForm {
    /// Character set.
    pub encoding: String,
    /// Character set that the page showed.
    pub shown_encoding: String,
    /// Character between cells, or `tab`.
    pub delimiter: String,
    /// Another character between cells, typed; counts more.
    pub other_delimiter: String,
    /// Sheet.
    pub sheet: String,
    /// Sheet that the page showed.
    pub shown_sheet: String,
    /// Row with the headers.
    pub header_row: String,
    /// `customers`, `people`, `deals`, `orders` or `products`.
    pub rows: String,
    /// What the page showed of that.
    pub shown_rows: String,
    /// Code of the currency of amounts without one.
    pub currency: String,
    /// Words for stages.
    pub stage_words: Vec<String>,
    /// What each of them is taken for.
    pub stages: Vec<String>,
    /// Words for products.
    pub product_words: Vec<String>,
    /// What each of them is taken for; empty for what it says.
    pub products: Vec<String>,
    /// Name of the other system.
    pub source_system: String,
    /// Codes of the targets, in the order of the columns.
    pub targets: Vec<String>,
    /// `read` to look at the file again, `check` to go on.
    pub then: String,
}

/// Runs of imports, newest first, from below number `after`.
#[server(input = GetUrl)]
pub async fn list_imports(after: Option<i64>) -> Result<Page<ImportJob>, AppError> {
    let (db, caller) = desk()?;
    let after = after.map(|number| domain::page::Cursor { key: String::new(), number });
    respond(db.imports(&caller, after.as_ref()).await.map_err(AppError::from))
}

/// What the page of a run shows at a step: `map`, `check`, `duplicates` or `run`.
#[server(input = GetUrl)]
pub async fn open_import(number: ImportNumber, step: String) -> Result<ImportScreen, AppError> {
    let (db, caller) = desk()?;
    respond(work::screen(&services()?, &db, &caller, number, &step).await)
}

/// How far a run is.
#[server(input = GetUrl)]
pub async fn import_progress(number: ImportNumber) -> Result<ImportJob, AppError> {
    let (db, caller) = desk()?;
    respond(db.import(&caller, number).await.map(|import| import.job).map_err(AppError::from))
}

/// Keeps how a file is read and mapped; goes on to the check, or back to the columns.
#[server]
pub async fn map_import(number: ImportNumber, form: MapForm) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = work::map(&services()?, &db, &caller, number, form).await;
    respond(answer.map(|step| work::go(number, step)))
}

/// Keeps what happens to rows that are there already.
#[server]
pub async fn choose_duplicates(number: ImportNumber, mode: String) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = work::choose(&db, &caller, number, &mode).await;
    respond(answer.map(|()| work::go(number, "run")))
}

/// Starts a run.
#[server]
pub async fn start_import(number: ImportNumber) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = work::start(&services()?, &db, &caller, number).await;
    respond(answer.map(|()| work::go(number, "running")))
}

/// Takes a run back.
#[server]
pub async fn undo_import(number: ImportNumber) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = work::undo(&services()?, &db, &caller, number).await;
    respond(answer.map(|()| work::go(number, "running")))
}
