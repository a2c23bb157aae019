//! Links that work once: an invitation, or a password set anew. The secret stands in the path, which is never logged,
//! and the page keeps it from the next site. Unknown, used, outdated and replaced links get one answer.

use crate::{
    process::Shared,
    refusal::{page, retry_after, see_other},
    session,
};
use app::{
    entry::{Face, LinkPage, dead_link_page, link_page, refusal_page},
    ssr::Visit,
};
use axum::{
    Extension, Form,
    extract::{Path, State, rejection::FormRejection},
    response::Response,
};
use domain::{
    failure::Failure,
    field::{FieldError, FormErrors},
    lang::Lang,
    link::LinkPurpose,
    user,
};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use store::{LinkFor, Secret, StoreError};

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    password: String,
    password_again: String,
}

/// The page of an invitation.
pub async fn invite_page(
    process: State<Shared>,
    visit: Extension<Visit>,
    secret: Path<String>,
) -> Response {
    show(process, visit, LinkPurpose::Invite, secret).await
}

/// The page of a link to set a password anew.
pub async fn reset_page(
    process: State<Shared>,
    visit: Extension<Visit>,
    secret: Path<String>,
) -> Response {
    show(process, visit, LinkPurpose::Reset, secret).await
}

/// The form of an invitation.
pub async fn invite(
    process: State<Shared>,
    visit: Extension<Visit>,
    secret: Path<String>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    set(process, visit, LinkPurpose::Invite, secret, typed).await
}

/// The form of a link to set a password anew.
pub async fn reset(
    process: State<Shared>,
    visit: Extension<Visit>,
    secret: Path<String>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    set(process, visit, LinkPurpose::Reset, secret, typed).await
}

async fn show(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    purpose: LinkPurpose,
    Path(secret): Path<String>,
) -> Response {
    let found = match find(&process, &visit, purpose, &secret).await {
        Ok(found) => found,
        Err(error) => return refused(&process, &visit, &error),
    };
    let shown = form(&process, &visit, purpose, &found, &FormErrors::default()).await;
    private(page(StatusCode::OK, shown))
}

async fn set(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    purpose: LinkPurpose,
    Path(secret): Path<String>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
    let found = match find(&process, &visit, purpose, &secret).await {
        Ok(found) => found,
        Err(error) => return refused(&process, &visit, &error),
    };
    match set_password(&process, &visit, purpose, &found, typed).await {
        Ok(()) => {
            let mut response = see_other("/login?set=1");
            // Whoever was signed in at this browser is so no longer: the next thing is the sign-in page.
            if let Some(cookie) = session::end(visit.https) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            private(response)
        }
        Err(StoreError::Refused(Failure::Invalid(errors))) => {
            let shown = form(&process, &visit, purpose, &found, &errors).await;
            private(page(StatusCode::UNPROCESSABLE_ENTITY, shown))
        }
        Err(error) => refused(&process, &visit, &error),
    }
}

/// A link that works, and whom it is for.
struct Found {
    secret: Secret,
    whom: LinkFor,
}

async fn find(
    process: &Shared,
    visit: &Visit,
    purpose: LinkPurpose,
    secret: &str,
) -> Result<Found, StoreError> {
    let secret = Secret::read(secret).ok_or(Failure::Gone)?;
    let whom = process.services.db.link_for(&secret, purpose, visit.now).await?;
    Ok(Found { secret, whom: whom.ok_or(Failure::Gone)? })
}

async fn set_password(
    process: &Shared,
    visit: &Visit,
    purpose: LinkPurpose,
    found: &Found,
    typed: Typed,
) -> Result<(), StoreError> {
    let db = &process.services.db;
    let organisation = db.organisation_at_the_door().await?;
    let Found { secret, whom } = found;
    let own = [&*whom.email, &*whom.name, organisation.name(Lang::En), organisation.name(Lang::Zh)];
    let mut errors = FormErrors::default();
    errors.take("password", user::password(&typed.password, &own));
    if errors.0.is_empty() && typed.password != typed.password_again {
        errors.take::<()>("password_again", Err(FieldError::Differs));
    }
    errors.into_result(())?;
    let hash = process.services.passwords.hash(typed.password).await?;
    // Whoever is signed in at this browser leaves it, whoever that is.
    if let Some(before) = visit.behind() {
        db.close_session(before).await?;
    }
    store::retry(|| db.use_link(secret, purpose, &hash, visit.now)).await.map(drop)
}

async fn form(
    process: &Shared,
    visit: &Visit,
    purpose: LinkPurpose,
    found: &Found,
    errors: &FormErrors,
) -> String {
    let organisation = process.services.db.organisation_at_the_door().await.unwrap_or_default();
    let shown = LinkPage {
        purpose,
        path: format!("/{}/{}", purpose.code(), found.secret.text()),
        organisation: organisation.name(visit.lang).to_owned(),
        email: found.whom.email.clone(),
    };
    link_page(&Face::of(visit, &process.services.files), &shown, errors)
}

fn refused(process: &Shared, visit: &Visit, error: &StoreError) -> Response {
    let face = Face::of(visit, &process.services.files);
    match error {
        StoreError::Refused(Failure::Gone) => {
            private(page(StatusCode::NOT_FOUND, dead_link_page(&face)))
        }
        _ => {
            tracing::warn!(%error, reference = visit.reference, "a link could not be looked at");
            let shown = refusal_page(&face, 503, &Failure::Unavailable);
            private(retry_after(page(StatusCode::SERVICE_UNAVAILABLE, shown), 5))
        }
    }
}

/// Keeps the address of the page to itself.
fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
