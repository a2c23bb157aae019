//! One's own passkeys: making, naming and removing them. What changes a way in asks for a fresh proof first; the gate
//! sees to that.

use super::{
    by_passkey::{asked, none_here},
    second_step::new_codes,
};
use crate::{
    client::Client,
    passkey::{Ceremony, Made, Party, split},
    process::Shared,
    refusal::{page as html, page_with_script, retry_after, see_other},
};
use app::{
    entry::{
        Face, PasskeyNotice, PasskeysPage, default_passkey_name, passkeys_page,
        recovery_codes_page, refusal_page,
    },
    ssr::Visit,
};
use axum::{
    Extension, Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    response::Response,
};
use domain::{
    failure::Failure,
    field::FieldError,
    id::PasskeyId,
    passkey::{self, Purpose},
    policy::Caller,
};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use store::{NewPasskey, StoreError};

/// What the address of the page carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    done: String,
}

/// What the form for a new one sends: ticket and answer in one field.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    answer: String,
}

/// What the forms about one send.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct About {
    id: PasskeyId,
    name: String,
}

/// The page.
pub async fn page(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    query: Result<Query<Shown>, QueryRejection>,
) -> Response {
    let Some(caller) = visit.person() else { return see_other("/login") };
    let shown = query.map(|Query(shown)| shown).unwrap_or_default();
    let notice = match &*shown.done {
        "made" => Some(PasskeyNotice::Made),
        "renamed" => Some(PasskeyNotice::Renamed),
        "removed" => Some(PasskeyNotice::Removed),
        _ => None,
    };
    show(&process, &visit, caller, &headers, StatusCode::OK, notice).await
}

/// Asks for a new passkey.
pub async fn ask(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
    let question = async {
        let caller = visit.person().ok_or(Failure::SignedOut)?;
        let party = Party::at(client, &headers).ok_or_else(none_here)?;
        let db = &process.services.db;
        let user = db.user(caller, caller.user).await?.ok_or(Failure::SignedOut)?;
        let before = db.passkeys_at(caller.user, &party.host).await?;
        let question = party.ask_to_make(caller.user, &user.email, &user.name, &before);
        Ceremony::of_session(db, &party, Purpose::Make, caller).ask(question, visit.now).await
    };
    asked(&visit, question.await)
}

/// Keeps the new one. Where it comes with the first recovery codes, they are shown.
pub async fn make(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
    let Some(caller) = visit.person() else { return see_other("/login") };
    let party = Party::at(client, &headers);
    match try_to_make(&process, caller, party.as_ref(), &headers, &typed).await {
        Ok(None) => see_other("/passkeys?done=made"),
        Ok(Some(codes)) => {
            let face = Face::of(&visit, &process.services.files);
            html(StatusCode::OK, recovery_codes_page(&face, &codes))
        }
        Err(error) => complain(&process, &visit, caller, &headers, error).await,
    }
}

/// The recovery codes, where there were none.
async fn try_to_make(
    process: &Shared,
    caller: &Caller,
    party: Option<&Party>,
    headers: &HeaderMap,
    typed: &Typed,
) -> Result<Option<Vec<String>>, StoreError> {
    let differs = || StoreError::from(Failure::field("passkey", FieldError::Differs));
    let party = party.ok_or_else(differs)?;
    let name = match passkey::name(&typed.name) {
        // Nobody has to think of one.
        Err(FieldError::Required) => default_passkey_name(caller.lang, agent(headers)),
        name => name.map_err(|error| Failure::field("passkey_name", error))?,
    };
    let (ticket, answer) = split(&typed.answer).ok_or_else(differs)?;
    let db = &process.services.db;
    let ceremony = Ceremony::of_session(db, party, Purpose::Make, caller);
    let state = match ceremony.take(&ticket, caller.now).await {
        Err(StoreError::Refused(Failure::SignedOut)) => return Err(differs()),
        state => state?,
    };
    let Made { credential_id, credential, counter } =
        party.made(&state, answer).ok_or_else(differs)?;
    let (codes, hashes) = new_codes(caller)?;
    let new = NewPasskey {
        name: &name,
        host: &party.host,
        credential_id: &credential_id,
        credential: &credential,
        counter,
    };
    let first_codes = store::retry(|| db.make_passkey(caller, &new, &hashes)).await?;
    Ok(first_codes.then_some(codes))
}

fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

/// Gives one another name.
pub async fn rename(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    about: Result<Form<About>, FormRejection>,
) -> Response {
    let about = about.map(|Form(about)| about).unwrap_or_default();
    let Some(caller) = visit.person() else { return see_other("/login") };
    let renamed = async {
        let name =
            passkey::name(&about.name).map_err(|error| Failure::field("passkey_name", error))?;
        let db = &process.services.db;
        store::retry(|| db.rename_passkey(caller, about.id, &name)).await
    };
    match renamed.await {
        Ok(()) => see_other("/passkeys?done=renamed"),
        Err(error) => complain(&process, &visit, caller, &headers, error).await,
    }
}

/// Removes one.
pub async fn remove(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    about: Result<Form<About>, FormRejection>,
) -> Response {
    let about = about.map(|Form(about)| about).unwrap_or_default();
    let Some(caller) = visit.person() else { return see_other("/login") };
    match store::retry(|| process.services.db.remove_passkey(caller, about.id)).await {
        Ok(()) => see_other("/passkeys?done=removed"),
        Err(error) => complain(&process, &visit, caller, &headers, error).await,
    }
}

async fn complain(
    process: &Shared,
    visit: &Visit,
    caller: &Caller,
    headers: &HeaderMap,
    error: StoreError,
) -> Response {
    let notice = match &error {
        StoreError::Refused(Failure::Invalid(errors)) => {
            let about = |field| errors.about(field);
            match (about("passkey_name"), about("second_step"), about("passkey")) {
                (Some(_), ..) => PasskeyNotice::Name,
                (_, Some(_), _) => PasskeyNotice::Required,
                (_, _, Some(FieldError::TooMany { .. })) => PasskeyNotice::TooMany,
                (_, _, Some(FieldError::Taken)) => PasskeyNotice::Taken,
                _ => PasskeyNotice::Wrong,
            }
        }
        _ => return failed(process, visit, &error),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    show(process, visit, caller, headers, status, Some(notice)).await
}

async fn show(
    process: &Shared,
    visit: &Visit,
    caller: &Caller,
    headers: &HeaderMap,
    status: StatusCode,
    notice: Option<PasskeyNotice>,
) -> Response {
    let db = &process.services.db;
    let read = async {
        let passkeys = db.own_passkeys(caller).await?;
        let zone = db.organisation_at_the_door().await?.time_zone;
        Ok((passkeys, zone))
    };
    let (passkeys, zone) = match read.await {
        Ok(read) => read,
        Err(error) => return failed(process, visit, &error),
    };
    let page = PasskeysPage {
        passkeys,
        host: visit.passkey_host.clone(),
        name: default_passkey_name(visit.lang, agent(headers)),
        held: visit.held.is_some(),
        now: visit.now,
        zone: (process.services.zone)(&zone).unwrap_or_default(),
        notice,
    };
    let shown = passkeys_page(&Face::of(visit, &process.services.files), &page);
    if page.host.is_some() { page_with_script(status, shown) } else { html(status, shown) }
}

fn failed(process: &Shared, visit: &Visit, error: &StoreError) -> Response {
    let face = Face::of(visit, &process.services.files);
    match error {
        // Removed already, or never there: the page shows what there is.
        StoreError::Refused(Failure::Gone) => see_other("/passkeys"),
        StoreError::Refused(Failure::ConfirmIdentity { .. }) => {
            see_other("/confirm?next=/passkeys")
        }
        StoreError::Refused(Failure::SignedOut) => see_other("/login"),
        error => {
            tracing::warn!(%error, reference = visit.reference, "a passkey was not changed");
            let shown = refusal_page(&face, 503, &Failure::Unavailable);
            retry_after(html(StatusCode::SERVICE_UNAVAILABLE, shown), 5)
        }
    }
}
