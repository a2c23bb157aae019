//! Files in: streamed to disk under a random name, looked at, and noted as a run. Server only.

use super::work::reader;
use crate::{
    error::AppError,
    ssr::{Services, Visit},
};
use axum::{
    Extension, Json, Router,
    extract::{
        FromRequest, Multipart, Request, State,
        multipart::{Field, MultipartError},
    },
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{
    failure::{Failure, FileRefusal},
    id::{ImportId, ImportNumber},
    import::MAX_BYTES,
    policy::{self, Action, Caller, Object},
};
use exchange::{plan::Plan, run, table::ReadError};
use http::{HeaderMap, StatusCode, header};
use std::path::{Path, PathBuf};
use store::NewImport;
use tokio::{fs, io::AsyncWriteExt};

/// Name of the form's field.
pub const FIELD: &str = "file";
/// Most characters of a file's name that are kept.
const NAME_CHARS: usize = 200;

/// Routes of files in and out that belong to imports; the server lists them in its inventory.
pub fn routes() -> Router<Services> {
    Router::new()
        .route("/imports", post(upload))
        .route("/imports/template", get(super::download::template))
        .route("/imports/{number}/remarks", get(super::download::remarks))
        .route("/imports/{number}/mapping", get(super::download::mapping))
}

/// The answer of a route: a page is led on, a script gets JSON.
async fn upload(
    State(services): State<Services>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let script = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"));
    // A browser that hangs up half-way leaves no half a file: the task goes on and tidies up.
    let answer = receive(&services, &visit, request).await;
    match (answer, script) {
        (Ok(number), true) => Json(format!("/import/{number}?step=map")).into_response(),
        (Ok(number), false) => Redirect::to(&format!("/import/{number}?step=map")).into_response(),
        (Err(error), true) => {
            let status = error.failure().map_or(500, Failure::status);
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Json(error)).into_response()
        }
        (Err(error), false) => {
            let code = match error.failure() {
                Some(Failure::File(why)) => why_code(why),
                _ => "unavailable",
            };
            Redirect::to(&format!("/import?refused={code}")).into_response()
        }
    }
}

/// A refusal as it stands in an address; [`refusal_of`] reads it.
fn why_code(why: &FileRefusal) -> &'static str {
    match why {
        FileRefusal::TooLarge { .. } => "too_large",
        FileRefusal::TooManyRows { .. } => "too_many_rows",
        FileRefusal::TooManyColumns { .. } => "too_many_columns",
        FileRefusal::Bomb => "bomb",
        FileRefusal::Unreadable => "unreadable",
        FileRefusal::Empty => "empty",
        FileRefusal::TooSlow => "too_slow",
    }
}

async fn receive(
    services: &Services,
    visit: &Visit,
    request: Request,
) -> Result<ImportNumber, AppError> {
    let caller = visit.caller.clone().ok_or(Failure::SignedOut)?;
    policy::check(&caller, Action::Import, Object::Import)?;
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Failure::File(FileRefusal::Unreadable))?;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some(FIELD) {
            let name = name_of(field.file_name().unwrap_or_default());
            let id = ImportId(uuid::Uuid::new_v4());
            let file = Arrived(Some(run::file_of(&services.uploads, id)));
            write(&file, field).await?;
            let number = note(services, &caller, id, &name, &file).await?;
            file.keep();
            return Ok(number);
        }
    }
    Err(Failure::File(FileRefusal::Empty).into())
}

fn broken(error: MultipartError) -> AppError {
    let too_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    let why =
        if too_large { FileRefusal::TooLarge { max: MAX_BYTES } } else { FileRefusal::Unreadable };
    Failure::File(why).into()
}

/// A file that goes again unless it is kept.
struct Arrived(Option<PathBuf>);

impl Arrived {
    fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Arrived {
    fn drop(&mut self) {
        if let Some(path) = &self.0
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::debug!(%error, "nothing to remove of an upload");
        }
    }
}

async fn write(file: &Arrived, mut field: Field<'_>) -> Result<(), AppError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    let disk = |error: std::io::Error| AppError::from(Failure::from(ReadError::Io(error)));
    let mut out = options.open(file.path()).await.map_err(disk)?;
    let mut left = MAX_BYTES;
    while let Some(part) = field.chunk().await.map_err(broken)? {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        left = left
            .checked_sub(length)
            .ok_or(Failure::File(FileRefusal::TooLarge { max: MAX_BYTES }))?;
        out.write_all(&part).await.map_err(disk)?;
    }
    out.flush().await.map_err(disk)
}

/// Looks into the file before it is noted: what cannot be read at all is refused at once.
async fn note(
    services: &Services,
    caller: &Caller,
    id: ImportId,
    name: &str,
    file: &Arrived,
) -> Result<ImportNumber, AppError> {
    let plan = Plan::default();
    let opened = run::preview(&reader(services), file.path(), &plan).await?;
    if opened.sample.is_empty() {
        return Err(Failure::File(FileRefusal::Empty).into());
    }
    drop(opened);
    let path = file.path().to_owned();
    let (file_size, hash) = tokio::task::spawn_blocking(move || run::fingerprint(&path))
        .await
        .map_err(|_| Failure::Unavailable)?
        .map_err(|error| Failure::from(ReadError::Io(error)))?;
    let new =
        NewImport { id, file_name: name, file_size, file_hash: &hash, options: &plan.to_json() };
    Ok(services.db.create_import(caller, &new).await?)
}

/// The last part of the name a browser sent, as a line of text.
fn name_of(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect();
    name.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_name_and_no_path() {
        for (raw, name) in [
            ("客户.csv", "客户.csv"),
            ("C:\\Users\\me\\a.xlsx", "a.xlsx"),
            ("../../etc/passwd", "passwd"),
            (" a\nb\0.csv ", "ab.csv"),
        ] {
            assert_eq!(name_of(raw), name);
        }
    }
}
