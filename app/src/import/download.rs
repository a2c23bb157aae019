//! Files that go with imports: a template, and the rows that were not taken as they stood. Server only.

use super::work::reader;
use crate::{
    error::AppError,
    i18n::{Text, words},
    ssr::{Services, Visit},
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{
    failure::{Failure, FileRefusal},
    id::{ImportId, ImportNumber},
    import::{CellError, ImportState},
    lang::Lang,
    policy::{self, Action, Caller, Object},
};
use exchange::{
    error_file::ErrorCsv,
    guarded::GuardedTable,
    plan::Plan,
    run::{self, Opened, RemarkReader},
    template,
};
use http::{HeaderValue, StatusCode, header};
use std::{collections::HashMap, convert::Infallible};
use store::Db;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// Parts of a file that may wait for a slow reader.
pub(crate) const PARTS: usize = 8;
/// Bytes that are gathered into one part.
pub(crate) const PART_BYTES: usize = 32 * 1024;

/// A file for saving, sent part by part.
pub(crate) fn attachment(name: &str, kind: &'static str, parts: mpsc::Receiver<Bytes>) -> Response {
    use tokio_stream::StreamExt;
    let stream = ReceiverStream::new(parts).map(Ok::<Bytes, Infallible>);
    let encoded = crate::frame::address::encode(name);
    let disposition = format!("attachment; filename*=UTF-8''{encoded}");
    let mut response = Body::from_stream(stream).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A refusal in words, for somebody who followed a link to a file.
pub(crate) fn refused(lang: Lang, error: &AppError) -> Response {
    let text = Text::new(lang);
    let status = error.failure().map_or(500, Failure::status);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, crate::frame::save_trouble(text, error)).into_response()
}

/// A CSV with every column name the import knows.
pub(super) async fn template(Extension(visit): Extension<Visit>) -> Response {
    let (sender, parts) = mpsc::channel(1);
    // Nobody else holds the other end yet, so there is room.
    drop(sender.send(Bytes::from(template::csv(visit.lang))).await);
    attachment("template.csv", "text/csv; charset=utf-8", parts)
}

/// The rows that were not taken whole, with the reasons.
pub(super) async fn remarks(
    State(services): State<Services>,
    Extension(visit): Extension<Visit>,
    Path(number): Path<String>,
) -> Response {
    match prepare(&services, &visit, &number).await {
        Ok((name, parts)) => attachment(&name, "text/csv; charset=utf-8", parts),
        Err(error) => refused(visit.lang, &error),
    }
}

async fn prepare(
    services: &Services,
    visit: &Visit,
    number: &str,
) -> Result<(String, mpsc::Receiver<Bytes>), AppError> {
    let caller = visit.caller.clone().ok_or(Failure::SignedOut)?;
    policy::check(&caller, Action::Import, Object::Import)?;
    let number: ImportNumber = number.parse().map_err(|()| Failure::Gone)?;
    let stored = services.db.import(&caller, number).await?;
    let file = run::file_of(&services.uploads, stored.job.id);
    if !file.exists() {
        return Err(Failure::File(FileRefusal::Unreadable).into());
    }
    let plan = Plan::parse(&stored.options);
    let opened = run::open(&reader(services), &file, &plan).await?;
    let source = if stored.job.state == ImportState::Uploaded {
        let owners = services.db.import_owners(&caller).await?;
        Source::Read(Box::new(RemarkReader::new(&opened, &caller.house, owners)))
    } else {
        Source::Kept(kept(&services.db, &caller, stored.job.id).await?)
    };
    let (sender, parts) = mpsc::channel(PARTS);
    let lang = visit.lang;
    tokio::task::spawn_blocking(move || send(&sender, opened, source, lang));
    let text = Text::new(lang);
    let name = format!("{} {number}.csv", text.import_check_download());
    Ok((name, parts))
}

/// Where the reasons come from.
enum Source {
    /// From reading the rows once more.
    Read(Box<RemarkReader>),
    /// From what the run kept.
    Kept(HashMap<i64, Vec<CellError>>),
}

async fn kept(
    db: &Db,
    caller: &Caller,
    id: ImportId,
) -> Result<HashMap<i64, Vec<CellError>>, AppError> {
    let mut all = HashMap::new();
    let mut after = 0;
    loop {
        let page = db.import_remarks(caller, id, after, 5_000).await?;
        let Some(last) = page.last().map(|report| report.row) else { return Ok(all) };
        after = last;
        all.extend(page.into_iter().map(|report| (report.row, report.errors)));
    }
}

fn send(sender: &mpsc::Sender<Bytes>, opened: Opened, mut source: Source, lang: Lang) {
    let Opened { table, .. } = opened;
    let text = Text::new(lang);
    let word = |error: &CellError| {
        let reason = words::field_error(text, &error.error);
        text.error_field_named(&reason, &error.column)
    };
    let mut out = ErrorCsv::new(&table.head.headers, lang, &word);
    let mut part = out.head();
    let Ok(rows) = GuardedTable::open(&table) else { return };
    for row in rows.rows {
        let Ok(row) = row else { break };
        let errors = match &mut source {
            Source::Read(reader) => reader.errors(&row),
            Source::Kept(all) => all.remove(&row.number).unwrap_or_default(),
        };
        if errors.is_empty() {
            continue;
        }
        part.extend(out.row(&row, &errors));
        if part.len() >= PART_BYTES
            && sender.blocking_send(Bytes::from(std::mem::take(&mut part))).is_err()
        {
            return;
        }
    }
    // Whoever asked may have gone.
    drop(sender.blocking_send(Bytes::from(part)));
}
