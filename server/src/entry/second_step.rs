//! One's own second step: setting it up, other recovery codes, switching it off. What changes something asks for a
//! fresh proof first; the gate sees to that.

use crate::{
    process::Shared,
    refusal::{page as html, retry_after, see_other},
    second_step::{self, RECOVERY_CODES},
};
use app::{
    entry::{
        Face, SecondStepPage, SecondStepState, recovery_codes_page, refusal_page, second_step_page,
    },
    ssr::Visit,
};
use axum::{
    Extension, Form,
    extract::{State, rejection::FormRejection},
    response::Response,
};
use domain::{
    failure::Failure,
    field::FieldError,
    policy::{self, Caller},
};
use http::StatusCode;
use serde::Deserialize;
use store::{OwnSecondStep, StoreError};

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    code: String,
}

/// The page.
pub async fn page(State(process): State<Shared>, Extension(visit): Extension<Visit>) -> Response {
    let Some(caller) = visit.person() else { return see_other("/login") };
    match state(&process, caller).await {
        Ok((own, state)) => show(&process, &visit, &own, state, None),
        Err(error) => failed(&process, &visit, &error),
    }
}

/// Makes a new key and shows it.
pub async fn begin(State(process): State<Shared>, Extension(visit): Extension<Visit>) -> Response {
    let Some(caller) = visit.person() else { return see_other("/login") };
    let begun = async {
        let key = second_step::new_key().ok_or(Failure::Unavailable)?;
        let sealed = process.vault.seal(caller.user, &key).map_err(|error| {
            tracing::error!(%error, "the key of a second step cannot be sealed");
            Failure::Unavailable
        })?;
        store::retry(|| process.services.db.begin_second_step(caller, &sealed)).await
    };
    match begun.await {
        // Already on: the page says so.
        Ok(()) | Err(StoreError::Refused(Failure::Gone)) => see_other("/second-step"),
        Err(error) => failed(&process, &visit, &error),
    }
}

/// Switches it on by the first code and shows the recovery codes.
pub async fn turn_on(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
    let Some(caller) = visit.person() else { return see_other("/login") };
    match try_to_turn_on(&process, &visit, caller, &typed.code).await {
        Ok(codes) => codes_shown(&process, &visit, &codes),
        Err(StoreError::Refused(Failure::Gone)) => see_other("/second-step"),
        Err(StoreError::Refused(Failure::Invalid(_))) => match state(&process, caller).await {
            Ok((own, state)) => {
                show(&process, &visit, &own, state, Some(StatusCode::UNPROCESSABLE_ENTITY))
            }
            Err(error) => failed(&process, &visit, &error),
        },
        Err(error) => failed(&process, &visit, &error),
    }
}

async fn try_to_turn_on(
    process: &Shared,
    visit: &Visit,
    caller: &Caller,
    typed: &str,
) -> Result<Vec<String>, StoreError> {
    let db = &process.services.db;
    let own = db.own_second_step(caller).await?;
    let step = own.step.filter(|step| !step.on_since.is_set()).ok_or(Failure::Gone)?;
    store::retry(|| db.claim_own_code(caller)).await?;
    let key = process.vault.open(caller.user, &step.sealed_key).map_err(|error| {
        tracing::error!(%error, "the key of a second step cannot be opened");
        Failure::Gone
    })?;
    let interval = second_step::interval_of(&key, typed, caller.now)
        .ok_or_else(|| Failure::field("code", FieldError::Differs))?;
    let (codes, hashes) = new_codes(caller)?;
    let sealed = &step.sealed_key;
    let turned = store::retry(|| db.turn_on_second_step(caller, sealed, interval, &hashes)).await?;
    if let Some(secret) = turned {
        visit.renew_cookie(secret);
    }
    Ok(codes)
}

/// New recovery codes, and their hashes.
pub(super) fn new_codes(caller: &Caller) -> Result<(Vec<String>, Vec<[u8; 32]>), Failure> {
    let codes = second_step::new_recovery_codes().ok_or(Failure::Unavailable)?;
    debug_assert_eq!(codes.len(), RECOVERY_CODES);
    let hashes = codes.iter().map(|code| second_step::recovery_hash(caller.user, code)).collect();
    Ok((codes, hashes))
}

/// Puts other recovery codes in the place of those there are, and shows them.
pub async fn renew_codes(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
) -> Response {
    let Some(caller) = visit.person() else { return see_other("/login") };
    let renewed = async {
        let (codes, hashes) = new_codes(caller)?;
        store::retry(|| process.services.db.renew_recovery_codes(caller, &hashes)).await?;
        Ok(codes)
    };
    match renewed.await {
        Ok(codes) => codes_shown(&process, &visit, &codes),
        Err(StoreError::Refused(Failure::Gone)) => see_other("/second-step"),
        Err(error) => failed(&process, &visit, &error),
    }
}

/// Switches it off.
pub async fn turn_off(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
) -> Response {
    let Some(caller) = visit.person() else { return see_other("/login") };
    match store::retry(|| process.services.db.turn_off_second_step(caller)).await {
        // A role demands it, or it is off already: the page says so.
        Ok(()) | Err(StoreError::Refused(Failure::Gone | Failure::Invalid(_))) => {
            see_other("/second-step")
        }
        Err(error) => failed(&process, &visit, &error),
    }
}

async fn state(
    process: &Shared,
    caller: &Caller,
) -> Result<(OwnSecondStep, SecondStepState), StoreError> {
    let db = &process.services.db;
    let own = db.own_second_step(caller).await?;
    let state = match &own.step {
        None => SecondStepState::Off,
        Some(step) if step.on_since.is_set() => SecondStepState::On,
        Some(step) => {
            // The key is shown to nobody who only found the browser open.
            match policy::confirmed(caller)
                .map(|()| process.vault.open(caller.user, &step.sealed_key))
            {
                Err(_) => SecondStepState::Off,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the key of a second step that was begun cannot be opened");
                    SecondStepState::Off
                }
                Ok(Ok(key)) => {
                    let user = db.user(caller, caller.user).await?.ok_or(Failure::SignedOut)?;
                    let organisation = db.organisation_at_the_door().await?;
                    let issuer = match organisation.name(caller.lang) {
                        "" => "Rapport".to_owned(),
                        name => format!("Rapport {name}"),
                    };
                    second_step::invitation(&key, &issuer, &user.email).map_or(
                        SecondStepState::Off,
                        |shown| SecondStepState::SettingUp {
                            size: shown.size,
                            outline: shown.outline,
                            key: shown.key,
                        },
                    )
                }
            }
        }
    };
    Ok((own, state))
}

fn show(
    process: &Shared,
    visit: &Visit,
    own: &OwnSecondStep,
    state: SecondStepState,
    wrong: Option<StatusCode>,
) -> Response {
    let shown = SecondStepPage {
        state,
        required: own.required,
        passkeys: own.passkeys,
        codes_left: own.codes_left,
        held: visit.held.is_some(),
        wrong: wrong.is_some(),
    };
    let face = Face::of(visit, &process.services.files);
    html(wrong.unwrap_or(StatusCode::OK), second_step_page(&face, &shown))
}

fn codes_shown(process: &Shared, visit: &Visit, codes: &[String]) -> Response {
    html(StatusCode::OK, recovery_codes_page(&Face::of(visit, &process.services.files), codes))
}

fn failed(process: &Shared, visit: &Visit, error: &StoreError) -> Response {
    let face = Face::of(visit, &process.services.files);
    match error {
        StoreError::Refused(limited @ Failure::RateLimited { retry_seconds }) => {
            let shown = refusal_page(&face, 429, limited);
            retry_after(html(StatusCode::TOO_MANY_REQUESTS, shown), *retry_seconds)
        }
        StoreError::Refused(Failure::ConfirmIdentity { .. }) => {
            see_other("/confirm?next=/second-step")
        }
        StoreError::Refused(Failure::SignedOut) => see_other("/login"),
        error => {
            tracing::warn!(%error, reference = visit.reference, "a second step was not changed");
            let shown = refusal_page(&face, 503, &Failure::Unavailable);
            retry_after(html(StatusCode::SERVICE_UNAVAILABLE, shown), 5)
        }
    }
}
