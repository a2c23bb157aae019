//! Files that go with imports: a template, and the rows that were not taken as they stood. Server only.

use super::{result::matched, work::open};
use crate::{
    error::AppError,
    i18n::{Text, words},
    ssr::{Services, Visit},
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use domain::{
    failure::{Failure, FileRefusal},
    id::{ImportId, ImportNumber},
    import::{CellError, ImportState, RowMatch},
    lang::Lang,
    policy::{self, Action, Caller, Object},
};
use exchange::{
    error_file::ErrorCsv,
    guarded::GuardedTable,
    map_file::MapFile,
    plan::Plan,
    run::{Opened, RemarkReader},
    table::ReadOptions,
    template,
};
use http::{HeaderValue, StatusCode, header};
use std::{collections::HashMap, io};
use store::{Db, StoredImport};
use tokio::sync::mpsc;
use tokio_stream::{Stream, StreamExt, wrappers::ReceiverStream};

/// Parts of a file that may wait for a slow reader.
pub(crate) const PARTS: usize = 8;
/// Bytes that are gathered into one part.
pub(crate) const PART_BYTES: usize = 32 * 1024;

/// A piece of a file that is being sent.
pub(crate) enum Part {
    /// Bytes of it.
    Bytes(Bytes),
    /// It is whole.
    End,
}

impl From<Vec<u8>> for Part {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Bytes::from(bytes))
    }
}

/// The bytes of a file. Where whoever makes it stops before its [`Part::End`], by an error or a panic,
/// the answer breaks off instead of looking complete.
fn whole(parts: mpsc::Receiver<Part>) -> impl Stream<Item = io::Result<Bytes>> {
    let mut ended = false;
    let parts = ReceiverStream::new(parts).map(Some).chain(tokio_stream::once(None));
    parts.filter_map(move |part| match part {
        Some(Part::Bytes(bytes)) => Some(Ok(bytes)),
        Some(Part::End) => {
            ended = true;
            None
        }
        None if ended => None,
        None => Some(Err(io::Error::other("the file broke off"))),
    })
}

/// A file for saving, sent part by part.
pub(crate) fn attachment(name: &str, kind: &'static str, parts: mpsc::Receiver<Part>) -> Response {
    let stream = whole(parts);
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
    let (sender, parts) = mpsc::channel(2);
    // Nobody else holds the other end yet, so there is room.
    drop(sender.send(Part::from(template::csv(visit.lang))).await);
    drop(sender.send(Part::End).await);
    attachment("template.csv", "text/csv; charset=utf-8", parts)
}

/// How the columns of a run are mapped, as a file for `rapport import --map`.
pub(super) async fn mapping(
    State(services): State<Services>,
    Extension(visit): Extension<Visit>,
    Path(number): Path<String>,
) -> Response {
    match map_text(&services, &visit, &number).await {
        Ok(text) => {
            let (sender, parts) = mpsc::channel(2);
            drop(sender.send(Part::from(text.into_bytes())).await);
            drop(sender.send(Part::End).await);
            attachment(&format!("{number}.toml"), "application/toml; charset=utf-8", parts)
        }
        Err(error) => refused(visit.lang, &error),
    }
}

async fn map_text(services: &Services, visit: &Visit, number: &str) -> Result<String, AppError> {
    let (caller, stored) = run_of(services, visit, number).await?;
    policy::check(&caller, Action::Import, Object::Import)?;
    let plan = Plan::parse(&stored.options);
    let opened = open(services, &stored, &plan, false).await?;
    let options = plan.map.read_options(&ReadOptions::default());
    let options = options.map_err(|_| Failure::File(FileRefusal::Unreadable))?;
    Ok(MapFile::of(&opened.mapping, &options).to_toml())
}

/// The caller, who may import, and a run.
async fn run_of(
    services: &Services,
    visit: &Visit,
    number: &str,
) -> Result<(Caller, StoredImport), AppError> {
    let caller = visit.caller.clone().ok_or(Failure::SignedOut)?;
    let number: ImportNumber = number.parse().map_err(|()| Failure::Gone)?;
    let stored = services.db.import(&caller, number).await?;
    Ok((caller, stored))
}

/// The rows that were not taken whole, with the reasons; with `rows=unchanged` those that were there
/// already, with the records they were found to be.
pub(super) async fn remarks(
    State(services): State<Services>,
    Extension(visit): Extension<Visit>,
    Path(number): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let unchanged = asked.get("rows").is_some_and(|rows| rows == "unchanged");
    match prepare(&services, &visit, &number, unchanged).await {
        Ok((name, parts)) => attachment(&name, "text/csv; charset=utf-8", parts),
        Err(error) => refused(visit.lang, &error),
    }
}

async fn prepare(
    services: &Services,
    visit: &Visit,
    number: &str,
    unchanged: bool,
) -> Result<(String, mpsc::Receiver<Part>), AppError> {
    let (caller, stored) = run_of(services, visit, number).await?;
    let plan = Plan::parse(&stored.options);
    let opened = open(services, &stored, &plan, true).await?;
    let source = if unchanged {
        Source::There(there(&services.db, &caller, stored.job.id).await?)
    } else if stored.job.state == ImportState::Uploaded {
        let ground = services.db.import_ground(&caller).await?;
        Source::Read(Box::new(RemarkReader::new(&opened, &caller.house, ground)))
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
    /// No reason: the records that rows were found to be.
    There(HashMap<i64, RowMatch>),
}

async fn there(db: &Db, caller: &Caller, id: ImportId) -> Result<HashMap<i64, RowMatch>, AppError> {
    let mut all = HashMap::new();
    let mut after = 0;
    loop {
        let page = db.import_matches(caller, id, after, 5_000).await?;
        let Some(last) = page.last().map(|one| one.row) else { return Ok(all) };
        after = last;
        all.extend(page.into_iter().map(|one| (one.row, one)));
    }
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

fn send(sender: &mpsc::Sender<Part>, opened: Opened, mut source: Source, lang: Lang) {
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
        let Ok(row) = row else { return };
        let errors = match &mut source {
            Source::Read(reader) => reader.errors(&row),
            Source::Kept(all) => all.remove(&row.number).unwrap_or_default(),
            Source::There(all) => {
                if let Some(one) = all.remove(&row.number) {
                    let reason = text.import_row_there(&matched(&one));
                    part.extend(out.row_saying(&row, reason));
                }
                Vec::new()
            }
        };
        if !errors.is_empty() {
            part.extend(out.row(&row, &errors));
        }
        if part.len() >= PART_BYTES
            && sender.blocking_send(Part::from(std::mem::take(&mut part))).is_err()
        {
            return;
        }
    }
    // Whoever asked may have gone.
    if sender.blocking_send(Part::from(part)).is_ok() {
        drop(sender.blocking_send(Part::End));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sent(parts: Vec<Part>) -> Vec<io::Result<Bytes>> {
        let (sender, receiver) = mpsc::channel(PARTS);
        for part in parts {
            assert!(sender.send(part).await.is_ok());
        }
        drop(sender);
        whole(receiver).collect().await
    }

    #[tokio::test]
    async fn a_file_that_breaks_off_does_not_look_complete() {
        let whole = sent(vec![Part::from(vec![1]), Part::End]).await;
        assert!(matches!(whole.as_slice(), [Ok(_)]));
        let broken = sent(vec![Part::from(vec![1])]).await;
        assert!(matches!(broken.as_slice(), [Ok(_), Err(_)]));
    }
}
