//! Server functions of cases: caller, parse, one store call.
//! All are public endpoints; the store asks the policy again for every one of them.

use crate::error::AppError;
use domain::{
    account::FieldEdit,
    case::{Case, CaseForm, CaseSummary, Thread, ThreadPlace},
    id::{CaseId, CaseNumber, OperationId, Version},
    page::{Count, Page},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, pairs, respond, zone};
#[cfg(feature = "ssr")]
use domain::{
    case::{CaseRequest, Counting, MessageDraft},
    failure::Failure,
    policy::Caller,
    service::ServicePolicy,
    time::ZoneOffsets,
};
#[cfg(feature = "ssr")]
use store::Db;

/// Everything the page of a case shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseScreen {
    /// The case.
    pub case: Case,
    /// The newest part of its thread.
    pub thread: Thread,
    /// What cases are sorted into.
    pub categories: Vec<String>,
}

#[cfg(feature = "ssr")]
async fn request(caller: &Caller, query: &str) -> Result<CaseRequest, AppError> {
    let pairs = pairs(query);
    let request = CaseRequest::from_query(|key| pairs.get_str(key));
    let dated = request.came.is_some() || request.solved.is_some();
    Ok(if dated { CaseRequest { zone: zone(caller).await?, ..request } } else { request })
}

/// By what the time of a case is counted.
#[cfg(feature = "ssr")]
async fn service(db: &Db, caller: &Caller) -> Result<(ServicePolicy, ZoneOffsets), AppError> {
    Ok((db.service_policy(caller).await?.0, zone(caller).await?))
}

/// A page of the list of cases; `query` is the query of its URL.
#[server(input = GetUrl)]
pub async fn list_cases(query: String) -> Result<Page<CaseSummary>, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let request = request(&caller, &query).await?;
        Ok(db.case_page(&caller, &request).await?)
    };
    respond(answer.await)
}

/// How many cases the list of a URL has; without `exact` the count stops at a cap.
#[server(input = GetUrl)]
pub async fn count_cases(query: String, exact: bool) -> Result<Count, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let request = request(&caller, &query).await?;
        Ok(db.case_count(&caller, &request, exact).await?)
    };
    respond(answer.await)
}

/// A case, by number (`F-88`).
#[server(input = GetUrl)]
pub async fn open_case(number: String) -> Result<CaseScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let number: CaseNumber = number.parse().map_err(|()| Failure::Gone)?;
        let case = db.case(&caller, number).await?;
        let thread = db.case_thread(&caller, number, None).await?;
        let categories = db.service_policy(&caller).await?.0.categories;
        Ok(CaseScreen { case, thread, categories })
    };
    respond(answer.await)
}

/// The part of a case's thread before a place.
#[server(input = Json)]
pub async fn older_case_messages(
    number: CaseNumber,
    before: ThreadPlace,
) -> Result<Thread, AppError> {
    let (db, caller) = desk()?;
    respond(db.case_thread(&caller, number, Some(before)).await.map_err(AppError::from))
}

/// What cases are sorted into.
#[server(input = GetUrl)]
pub async fn case_categories() -> Result<Vec<String>, AppError> {
    let (db, caller) = desk()?;
    let answer = db.service_policy(&caller).await;
    respond(answer.map(|(service, _)| service.categories).map_err(AppError::from))
}

/// Makes a case; answers with its number and leads to its page, or with `then` = `again` to an empty form. The same
/// operation sent again makes no second one.
#[server]
pub async fn create_case(
    operation: OperationId,
    form: CaseForm,
    #[server(default)] then: String,
) -> Result<CaseNumber, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let draft = form.parse().map_err(Failure::Invalid)?;
        let (policy, zone) = service(&db, &caller).await?;
        let counting = Counting { policy: &policy, zone: &zone };
        let number = store::retry(|| db.create_case(&caller, operation, &draft, counting)).await?;
        leptos_axum::redirect(&match then.as_str() {
            "again" => format!("/feedback/new?saved={number}"),
            _ => format!("/feedback/{number}"),
        });
        Ok(number)
    };
    let answer = answer.await;
    crate::form::back::with_typed::<CreateCase>("/feedback/new", &form, &answer);
    respond(answer)
}

/// Changes fields of a case; answers with the case as it is then.
#[server(input = Json)]
pub async fn edit_case(
    number: CaseNumber,
    id: CaseId,
    seen: Version,
    edits: Vec<FieldEdit>,
) -> Result<Case, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let (policy, zone) = service(&db, &caller).await?;
        let counting = Counting { policy: &policy, zone: &zone };
        store::retry(|| db.edit_case(&caller, id, seen, &edits, counting)).await?;
        Ok(db.case(&caller, number).await?)
    };
    respond(answer.await)
}

/// Writes something into the thread of a case; without scripts it leads back to its page.
#[server]
pub async fn write_case_message(
    operation: OperationId,
    number: CaseNumber,
    id: CaseId,
    kind: String,
    body: String,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let draft = MessageDraft::parse(&kind, &body).map_err(Failure::Invalid)?;
        let (policy, zone) = service(&db, &caller).await?;
        let counting = Counting { policy: &policy, zone: &zone };
        let version =
            store::retry(|| db.write_case_message(&caller, operation, id, &draft, counting))
                .await?;
        if crate::ssr::is_plain() {
            leptos_axum::redirect(&format!("/feedback/{number}"));
        }
        Ok(version)
    };
    respond(answer.await)
}

/// Takes a case off the lists, or puts it back.
#[server(input = Json)]
pub async fn delete_case(id: CaseId, deleted: bool) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.delete_case(&caller, id, deleted)).await;
    respond(answer.map_err(AppError::from))
}
