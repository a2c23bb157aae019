//! What the wizard's server functions do: files are opened through the engine, plans are kept with
//! the run. Server only.

use super::api::{CheckView, ColumnView, FileView, ImportScreen, MapForm, MapProblem, WordView};
use crate::{error::AppError, ssr::Services};
use domain::{
    failure::{Failure, FileRefusal},
    field::FieldError,
    id::ImportNumber,
    import::{ImportState, OnDuplicate, Target},
    money::Currency,
    opportunity::DealColumn,
    pipeline::{Stage, called},
    policy::{self, Action, Caller, Object},
    text,
    time::Instant,
};
use exchange::{
    encoding,
    map_file::{LEFT_OUT, MapFile},
    mapping::{ANY_SYSTEM, Confidence, Mapping, MappingError, RowKind},
    plan::Plan,
    run::{self, Opened, Reader, RunError},
    table::ReadError,
    words,
};
use std::collections::BTreeMap;
use store::{Db, StoreError, StoredImport};

/// Rows of the file that are shown.
const SHOWN_ROWS: usize = 5;
/// Values of a column that are shown.
const SHOWN_VALUES: usize = 3;
/// Most words for stages, and for products, that are shown.
const SHOWN_WORDS: usize = 100;
/// Most characters of a shown value.
const SHOWN_CHARS: usize = 80;
/// Most remarks of one page.
const REMARKS: i64 = 100;

pub(super) fn reader(services: &Services) -> Reader {
    Reader { program: Some(services.program.clone()), folder: services.uploads.clone() }
}

impl From<RunError> for AppError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Failure(failure) => Self::Failure(failure),
            RunError::Store(error) => error.into(),
        }
    }
}

/// Sends the browser to a step, with scripts or without.
pub(super) fn go(number: ImportNumber, step: &str) {
    leptos_axum::redirect(&format!("/import/{number}?step={step}"));
}

/// Opens the file of a run: whole, or its first rows for a page.
pub(super) async fn open(
    services: &Services,
    stored: &StoredImport,
    plan: &Plan,
    whole: bool,
) -> Result<Opened, AppError> {
    let file = run::file_of(&services.uploads, stored.job.id);
    if !file.exists() {
        return Err(Failure::File(FileRefusal::Unreadable).into());
    }
    let reader = reader(services);
    Ok(if whole {
        run::open(&reader, &file, plan).await?
    } else {
        run::preview(&reader, &file, plan).await?
    })
}

pub(super) async fn screen(
    services: &Services,
    db: &Db,
    caller: &Caller,
    number: ImportNumber,
    step: &str,
) -> Result<ImportScreen, AppError> {
    let stored = db.import(caller, number).await?;
    let mut screen = ImportScreen::of(stored.job.clone());
    if stored.job.state != ImportState::Uploaded {
        screen.remarks = db.import_remarks(caller, stored.job.id, 0, REMARKS).await?;
        screen.matches = db.import_matches(caller, stored.job.id, 0, REMARKS).await?;
        let rows = Plan::parse(&stored.options).map.rows.unwrap_or_default();
        rows.code().clone_into(&mut screen.rows);
        return Ok(screen);
    }
    let plan = Plan::parse(&stored.options);
    screen.check = plan.check.as_ref().map(|check| CheckView {
        counts: check.counts,
        whole: check.whole,
        remarks: check.remarks.clone(),
    });
    if step == "map" || screen.check.is_none() {
        let mut opened = open(services, &stored, &plan, false).await?;
        let house = db.organisation(caller).await?.currency;
        let mut view = view_of(&opened, house);
        if opened.mapping.rows == RowKind::Deals {
            // Words stand anywhere in the file.
            opened = open(services, &stored, &plan, true).await?;
            meanings(db, caller, opened, &mut view).await?;
        }
        screen.file = Some(view);
    }
    Ok(screen)
}

fn short(cell: &str) -> String {
    cell.chars().take(SHOWN_CHARS).collect()
}

/// What the page shows of a file; amounts without a currency are in that of the `house` where nobody says otherwise.
fn view_of(opened: &Opened, house: Currency) -> FileView {
    let head = &opened.table.head;
    let samples = |at: usize| {
        let values = opened.sample.iter().map(|row| row.cell(at).trim());
        let filled = values.filter(|value| !value.is_empty()).map(short);
        filled.take(SHOWN_VALUES).collect()
    };
    let column = |at: usize, column: &exchange::mapping::ColumnMap| ColumnView {
        header: column.header.clone(),
        samples: samples(at),
        target: column.target.map(Target::code).unwrap_or_default(),
        certain: matches!(column.confidence, Confidence::Likely | Confidence::Sure),
    };
    let columns = opened.mapping.columns.iter().enumerate();
    let system = &opened.mapping.source_system;
    FileView {
        format: format!("{:?}", head.format).to_lowercase(),
        encoding: head.encoding.clone().unwrap_or_default(),
        delimiter: match head.delimiter {
            Some('\t') => "tab".to_owned(),
            Some(other) => other.to_string(),
            None => String::new(),
        },
        sheets: head.sheets.clone(),
        sheet: head.sheet.clone().unwrap_or_default(),
        header_row: head.header_row,
        columns: columns.map(|(at, one)| column(at, one)).collect(),
        sample: opened
            .sample
            .iter()
            .take(SHOWN_ROWS)
            .map(|row| (0..head.headers.len()).map(|at| short(row.cell(at))).collect())
            .collect(),
        rows: opened.mapping.rows.code().to_owned(),
        currency: opened.mapping.currency.unwrap_or(house).code().to_owned(),
        source_system: if opened.mapping.is_address_book || system == ANY_SYSTEM {
            String::new()
        } else {
            system.clone()
        },
        encodings: encoding::CHOICES.iter().map(|name| name.to_ascii_lowercase()).collect(),
        problem: problem(&opened.mapping),
        ..FileView::default()
    }
}

/// Tells what the words for stages and products are taken for.
async fn meanings(
    db: &Db,
    caller: &Caller,
    opened: Opened,
    view: &mut FileView,
) -> Result<(), AppError> {
    let ground = db.import_ground(caller).await?;
    let products = db.product_words(caller).await?;
    let work = move || {
        let told = |column| words::of_column(&opened, Target::Deal(column), SHOWN_WORDS);
        Ok::<_, ReadError>((told(DealColumn::Stage)?, told(DealColumn::Products)?, opened.mapping))
    };
    let (stages, named, mapping) = tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Failure::Internal { reference: String::new() })?
        .map_err(Failure::from)?;
    let said = |column: DealColumn, word: &str| {
        let at = mapping.column_of(Target::Deal(column))?;
        mapping.columns.get(at)?.values.get(&text::fold(word)).cloned()
    };
    let lang = caller.lang;
    let name = |stage: &Stage| stage.name.in_lang(lang).to_owned();
    let stage = |word: String| {
        let typed = said(DealColumn::Stage, &word).unwrap_or_else(|| word.clone());
        let meaning = called(&ground.pipelines, "", &typed).map(|found| name(found.stage));
        WordView { word, meaning: meaning.unwrap_or_default() }
    };
    view.stages = stages.into_iter().map(stage).collect();
    let open = ground.pipelines.iter().flat_map(|pipeline| &pipeline.stages);
    view.stage_names = open.filter(|stage| !stage.archived).map(name).collect();
    let product = |word: String| {
        let squeezed = |name: &str| text::fold(name).replace(' ', "");
        let is = |known: &str| text::fold(known) == text::fold(&word);
        if products.iter().any(|(code, name)| is(code) || is(name)) {
            return None;
        }
        let alike = products.iter().find(|(code, name)| {
            [code, name].iter().any(|known| squeezed(known) == squeezed(&word))
        });
        let meaning = said(DealColumn::Products, &word);
        let meaning = meaning.or_else(|| alike.map(|(_, name)| name.clone()));
        Some(WordView { word, meaning: meaning.unwrap_or_default() })
    };
    view.products = named.into_iter().filter_map(product).collect();
    view.product_names = products.iter().map(|(_, name)| name.clone()).collect();
    Ok(())
}

fn problem(mapping: &Mapping) -> Option<MapProblem> {
    match mapping.check() {
        Ok(()) => None,
        Err(MappingError::NoName) => Some(MapProblem::NoName),
        Err(MappingError::Twice { target, .. }) => Some(MapProblem::Twice(target)),
    }
}

fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Keeps a mapping and, where it will do, checks the file with it. Answers the step to go to.
pub(super) async fn map(
    services: &Services,
    db: &Db,
    caller: &Caller,
    number: ImportNumber,
    form: MapForm,
) -> Result<&'static str, AppError> {
    let stored = db.import(caller, number).await?;
    let mut plan = Plan {
        map: MapFile {
            on_duplicate: Some(stored.job.on_duplicate),
            encoding: given(&form.encoding),
            // A tab is white space, and a real answer.
            delimiter: Some(&form.other_delimiter)
                .filter(|typed| typed.is_ascii() && typed.chars().count() == 1)
                .or(Some(&form.delimiter).filter(|chosen| !chosen.is_empty()))
                .cloned(),
            sheet: given(&form.sheet),
            header_row: form.header_row.trim().parse().ok(),
            source_system: given(&form.source_system),
            currency: Currency::try_from(form.currency.clone()).ok(),
            ..MapFile::default()
        },
        check: None,
    };
    // What the page showed of a text in another character set, or of another sheet, says nothing of
    // this one: it is found out anew, and the columns are looked at again.
    let other_text = form.encoding != form.shown_encoding;
    let other_sheet = form.sheet != form.shown_sheet;
    if other_text {
        plan.map.delimiter = None;
    }
    if other_text || other_sheet {
        plan.map.header_row = None;
    }
    let rows = RowKind::of_code(&form.rows);
    let other_rows = !rows.reads_like(RowKind::of_code(&form.shown_rows));
    let again = form.then == "read" || other_text || other_sheet || other_rows;
    if other_rows || !(other_text || other_sheet) {
        plan.map.rows = Some(rows);
    }
    let mut opened = open(services, &stored, &plan, !again).await?;
    if !again {
        let target = |code: &String| given(code).unwrap_or_else(|| LEFT_OUT.to_owned());
        plan.map.values = meant(&form);
        plan.map.columns = opened
            .table
            .head
            .headers
            .iter()
            .cloned()
            .zip(form.targets.iter().map(target))
            .collect::<BTreeMap<_, _>>();
        // A target this release does not know comes from a page of another one.
        let missing = plan.map.apply(&mut opened.mapping, &opened.table.head);
        missing.map_err(|_| Failure::field("targets", FieldError::UnknownOption))?;
    }
    let sound = opened.mapping.check().is_ok();
    if sound && !again {
        plan.check = Some(run::check(db, caller, opened, run::CHECK_ROWS, |_| ()).await?);
    }
    let rows = plan.check.as_ref().map_or(0, |check| check.counts.rows);
    let on_duplicate = stored.job.on_duplicate;
    db.set_import_plan(caller, stored.job.id, &plan.to_json(), on_duplicate, rows).await?;
    Ok(if plan.check.is_some() { "check" } else { "map" })
}

/// What the words of a form are taken for, by the targets of their columns.
fn meant(form: &MapForm) -> BTreeMap<String, BTreeMap<String, String>> {
    let of = |words: &[String], meanings: &[String]| {
        let pairs = words.iter().zip(meanings).filter(|(_, meaning)| !meaning.is_empty());
        pairs.map(|(word, meaning)| (word.clone(), meaning.clone())).collect::<BTreeMap<_, _>>()
    };
    [
        (DealColumn::Stage, of(&form.stage_words, &form.stages)),
        (DealColumn::Products, of(&form.product_words, &form.products)),
    ]
    .into_iter()
    .filter(|(_, values)| !values.is_empty())
    .map(|(column, values)| (Target::Deal(column).code(), values))
    .collect()
}

pub(super) async fn choose(
    db: &Db,
    caller: &Caller,
    number: ImportNumber,
    mode: &str,
) -> Result<(), AppError> {
    let mode = OnDuplicate::parse(mode).map_err(|error| Failure::field("mode", error))?;
    let stored = db.import(caller, number).await?;
    let mut plan = Plan::parse(&stored.options);
    plan.map.on_duplicate = Some(mode);
    let rows = stored.job.counts.rows;
    Ok(db.set_import_plan(caller, stored.job.id, &plan.to_json(), mode, rows).await?)
}

pub(super) async fn start(
    services: &Services,
    db: &Db,
    caller: &Caller,
    number: ImportNumber,
) -> Result<(), AppError> {
    let stored = db.import(caller, number).await?;
    if Plan::parse(&stored.options).check.is_none() {
        return Err(Failure::Gone.into());
    }
    match db.start_import(caller, stored.job.id, Instant::NEVER).await {
        // Pressed twice: it runs already.
        Err(StoreError::Refused(Failure::Gone)) | Ok(()) => {}
        Err(error) => return Err(error.into()),
    }
    services.wake.notify_one();
    Ok(())
}

pub(super) async fn undo(
    services: &Services,
    db: &Db,
    caller: &Caller,
    number: ImportNumber,
) -> Result<(), AppError> {
    policy::check(caller, Action::Import, Object::Import)?;
    let stored = db.import(caller, number).await?;
    db.ask_undo_import(caller, stored.job.id).await?;
    services.wake.notify_one();
    Ok(())
}
