//! Server functions of activities and of the bell: caller, parse, one store call.
//! All are public endpoints; the store asks the policy again for every one of them.

use crate::error::AppError;
use domain::{
    activity::{ActivityForm, CompletionForm, DoneSummary},
    day::MyDay as Day,
    id::{ActivityId, NotificationId, OperationId, Version},
    notification::Notification,
    page::{Count, Page},
    time::Instant,
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};

#[cfg(feature = "ssr")]
use super::look::words;
#[cfg(feature = "ssr")]
use crate::{
    i18n::Text,
    ssr::{desk, pairs, respond, zone},
};
#[cfg(feature = "ssr")]
use domain::{activity::DoneRequest, failure::Failure, note::Subject};

/// Puts down an activity, planned or done, with what comes next. The same operation sent again makes no second one.
#[server(input = Json)]
pub async fn add_activity(
    operation: OperationId,
    subject_kind: String,
    subject_id: uuid::Uuid,
    form: ActivityForm,
) -> Result<ActivityId, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let subject = Subject::of_code(&subject_kind, subject_id).ok_or(Failure::Gone)?;
        let (words, zone) = (words(Text::new(caller.lang)), zone(&caller).await?);
        let draft = form.parse(caller.user, &words, caller.now, &zone).map_err(Failure::Invalid)?;
        Ok(store::retry(|| db.add_activity(&caller, operation, subject, &draft)).await?)
    };
    respond(answer.await)
}

/// Changes what an open activity says.
#[server(input = Json)]
pub async fn edit_activity(
    id: ActivityId,
    seen: Version,
    form: ActivityForm,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let (words, zone) = (words(Text::new(caller.lang)), zone(&caller).await?);
        let draft = form.parse(caller.user, &words, caller.now, &zone).map_err(Failure::Invalid)?;
        Ok(store::retry(|| db.edit_activity(&caller, id, seen, &draft.data)).await?)
    };
    respond(answer.await)
}

/// Says that an activity is done, what became of it, and what comes next.
#[server(input = Json)]
pub async fn complete_activity(id: ActivityId, form: CompletionForm) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let otherwise = words(Text::new(caller.lang)).follow_up;
        let done =
            form.parse(otherwise, caller.now, &zone(&caller).await?).map_err(Failure::Invalid)?;
        Ok(store::retry(|| db.complete_activity(&caller, id, &done)).await?)
    };
    respond(answer.await)
}

/// Takes back that an activity is done.
#[server(input = Json)]
pub async fn reopen_activity(id: ActivityId) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.reopen_activity(&caller, id)).await.map_err(AppError::from))
}

/// What the caller is to do, the most urgent first.
#[server(input = GetUrl)]
pub async fn my_day() -> Result<Day, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let zone = zone(&caller).await?;
        Ok(db.my_day(&caller, &zone).await?)
    };
    respond(answer.await)
}

/// What the bell tells.
#[server(input = GetUrl)]
pub async fn list_notifications() -> Result<Vec<Notification>, AppError> {
    let (db, caller) = desk()?;
    respond(db.notifications(&caller).await.map_err(AppError::from))
}

/// How much of it is new.
#[server(input = GetUrl)]
pub async fn unread_notifications() -> Result<usize, AppError> {
    let (db, caller) = desk()?;
    respond(db.unread_notifications(&caller).await.map_err(AppError::from))
}

/// Says that one notification was read, or all that came until `at`.
#[server(input = Json)]
pub async fn read_notifications(one: Option<NotificationId>, at: Instant) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.read_notifications(&caller, one, at)).await;
    respond(answer.map_err(AppError::from))
}

#[cfg(feature = "ssr")]
async fn asked(caller: &domain::policy::Caller, query: &str) -> Result<DoneRequest, AppError> {
    let pairs = pairs(query);
    let request = DoneRequest::from_query(|key| pairs.get_str(key));
    Ok(DoneRequest { zone: zone(caller).await?, ..request })
}

/// A page of what was done; `query` is the query of its URL.
#[server(input = GetUrl)]
pub async fn list_done(query: String) -> Result<Page<DoneSummary>, AppError> {
    let (db, caller) = desk()?;
    let answer = async { Ok(db.done_page(&caller, &asked(&caller, &query).await?).await?) };
    respond(answer.await)
}

/// How much the list of a URL has; without `exact` the count stops at a cap.
#[server(input = GetUrl)]
pub async fn count_done(query: String, exact: bool) -> Result<Count, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let request = asked(&caller, &query).await?;
        Ok(db.done_count(&caller, &request, exact).await?)
    };
    respond(answer.await)
}
