//! The route that sends the audit log as a CSV: page by page out of the database, a line for each changed field.
//! That it was taken out stands in the log itself, before the first line leaves. Server only.

use super::{
    api::{bounds, request},
    words,
};
use crate::{
    boot::{self, Boot},
    error::AppError,
    i18n::{Text, words as domain_words},
    import::download::{PART_BYTES, PARTS, Part, attachment, refused},
    long_answer::Recipient,
    ssr::{Services, Visit},
};
use axum::{
    Extension, Router,
    extract::{RawQuery, State},
    response::Response,
    routing::get,
};
use domain::{
    audit::{AuditLine, AuditRequest, FieldChange, LineValues},
    failure::Failure,
    policy::{self, Action, Object},
    time::Instant,
};
use exchange::rows_out::{CsvEncoding, CsvLines};
use store::{Db, StoreError};
use tokio::sync::mpsc;

/// Lines read at once.
const ROWS: u16 = 500;

/// Routes of the export; the server lists them in its inventory.
pub fn routes() -> Router<Services> {
    Router::new().route("/export/audit", get(audit))
}

async fn audit(
    State(services): State<Services>,
    Extension(visit): Extension<Visit>,
    RawQuery(asked): RawQuery,
) -> Response {
    match start(&services, &visit, &asked.unwrap_or_default()).await {
        Ok(response) => response,
        Err(error) => refused(visit.lang, &error),
    }
}

struct Source {
    db: Db,
    recipient: Recipient,
    request: AuditRequest,
    bounds: (Option<Instant>, Option<Instant>),
    boot: Boot,
}

async fn start(services: &Services, visit: &Visit, asked: &str) -> Result<Response, AppError> {
    let caller = visit.caller.clone().ok_or(Failure::SignedOut)?;
    policy::check(&caller, Action::Export, Object::Audit)?;
    let request = AuditRequest { after: None, ..request(asked) };
    let query = crate::frame::address::query(request.to_query());
    let boot = boot::load(services, visit, store::HouseState::default()).await?;
    let boot = boot.ok_or(Failure::SignedOut)?;
    let bounds = bounds(&request, &boot.zone);
    let rows = services.db.audit_count(&caller, &request, bounds.0, bounds.1).await?;
    services.db.note_export(&caller, Object::Audit, &query, rows).await?;
    let source = Source {
        db: services.db.clone(),
        recipient: Recipient::new(caller),
        request,
        bounds,
        boot,
    };
    let name = format!("{}.csv", source.boot.text().audit_file_name());
    let (sender, parts) = mpsc::channel(PARTS);
    tokio::spawn(async move {
        if let Err(error) = write(source, &sender).await {
            tracing::warn!(%error, "an export of the audit log ended early");
        }
    });
    Ok(attachment(&name, "text/csv; charset=utf-8", parts))
}

async fn write(mut source: Source, sender: &mpsc::Sender<Part>) -> Result<(), StoreError> {
    let text = source.boot.text();
    let mut out = CsvLines::new(CsvEncoding::Utf8);
    let mut part = out.start().to_vec();
    part.extend(out.line(&headings(text)));
    loop {
        let (from, until) = source.bounds;
        let caller = source.recipient.for_next(&source.db).await?;
        policy::check(caller, Action::Export, Object::Audit)?;
        let page = source.db.audit_page(caller, &source.request, from, until, ROWS).await?;
        for line in &page.rows {
            for cells in cells(text, &source.boot, line) {
                part.extend(out.line(&cells));
            }
        }
        let last = page.next.is_none();
        if last || part.len() >= PART_BYTES {
            let full = Part::from(std::mem::take(&mut part));
            // Whoever asked may be gone.
            if sender.send(full).await.is_err() {
                return Ok(());
            }
        }
        if last {
            drop(sender.send(Part::End).await);
            return Ok(());
        }
        source.request.after = page.next;
    }
}

fn headings(text: Text) -> [&'static str; 12] {
    [
        text.audit_number(),
        text.audit_when(),
        text.audit_who(),
        text.audit_on_behalf_of(),
        text.audit_event(),
        text.audit_object(),
        text.audit_record(),
        text.audit_field(),
        text.audit_before(),
        text.audit_after(),
        text.audit_source(),
        text.audit_address(),
    ]
}

/// A line for each changed field, one at least. Values stand there as they are stored, for other programs.
fn cells(text: Text, boot: &Boot, line: &AuditLine) -> Vec<[String; 12]> {
    let none = FieldChange { field: String::new(), before: String::new(), after: String::new() };
    let fields = match &line.values {
        LineValues::Shown(fields) if !fields.is_empty() => fields.clone(),
        LineValues::Shown(_) => vec![none],
        LineValues::Erased(_) | LineValues::Hidden => {
            vec![FieldChange { after: words::summary(text, boot, line), ..none }]
        }
    };
    let record = line
        .record
        .as_ref()
        .map(|record| crate::customers::list::joined(&[&record.number, &record.name]));
    let record = record.unwrap_or_default();
    let at = crate::i18n::format::date_time_table(line.at, &boot.zone);
    fields
        .into_iter()
        .map(|change| {
            let label = if change.field.is_empty() {
                String::new()
            } else {
                words::label(text, line.object, &change.field)
            };
            [
                line.number.to_string(),
                at.clone(),
                words::who(text, boot, line.user),
                line.on_behalf_of.map(|user| words::who(text, boot, user)).unwrap_or_default(),
                domain_words::event(text, line.event).to_owned(),
                domain_words::object(text, line.object).to_owned(),
                record.clone(),
                label,
                change.before,
                change.after,
                domain_words::origin(text, line.origin).to_owned(),
                line.address.clone(),
            ]
        })
        .collect()
}
