//! Signing in and out. Whatever is wrong with a sign-in, the answer has the same words, the same
//! status and the same work behind it.

use crate::{
    client::Client,
    password::{self, NOBODY},
    process::Shared,
    refusal::{escape, own_path, page as html, page_with_script, retry_after, see_other},
    session::{self, Secret},
};
use app::{
    entry::{Face, Link, Notice, SignIn, set_up_link_page, sign_in_page},
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
    id::UserId,
    policy::{self, Caller, Circle, Confirmed, House, Origin, Rights, Via},
    text,
    user::PASSWORD_MAX,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;
use store::{Candidate, Device, NewSession, SecondProof, StoreError, Subject, Way};

/// What the address of the page carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    next: String,
    out: String,
    set: String,
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    password: String,
    next: String,
}

/// The page.
pub async fn page(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = query.map(|Query(asked)| asked).unwrap_or_default();
    let next = own_path(&asked.next).unwrap_or_default();
    if visit.held.is_some() {
        return see_other("/second-step");
    }
    if visit.caller.is_some() {
        return see_other(if next.is_empty() { "/" } else { next });
    }
    let notice = match (&*asked.out, &*asked.set) {
        ("", "") => None,
        ("", _) => Some(Notice::PasswordSet),
        _ => Some(Notice::SignedOut),
    };
    show(&process, &visit, StatusCode::OK, "", next, notice).await
}

/// The page with what is to be said.
pub(super) async fn show(
    process: &Shared,
    visit: &Visit,
    status: StatusCode,
    email: &str,
    next: &str,
    notice: Option<Notice>,
) -> Response {
    let face = Face::of(visit, &process.services.files);
    // Before the first set-up there is nobody to sign in as.
    if status == StatusCode::OK && matches!(process.services.db.any_user().await, Ok(false)) {
        return html(StatusCode::OK, set_up_link_page(&face, Link::Missing));
    }
    let organisation = process.services.db.organisation_at_the_door().await.unwrap_or_default();
    // Without it the page still has the way by the password.
    let provider = process.services.db.provider_at_the_door().await.unwrap_or_default();
    let shown = SignIn {
        organisation: organisation.name(visit.lang).to_owned(),
        provider: provider.map(|stored| stored.provider.button(visit.lang).to_owned()),
        email: email.chars().take(254).collect(),
        next: next.to_owned(),
        notice,
        passkeys: visit.passkey_host.is_some(),
    };
    let page = sign_in_page(&face, &shown);
    if shown.passkeys { page_with_script(status, page) } else { html(status, page) }
}

/// The form.
pub async fn enter(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
    let next = own_path(&typed.next).unwrap_or_default().to_owned();
    let email = typed.email.clone();
    match try_to_enter(&process, &visit, client, &headers, typed).await {
        Ok(passed) => passed.go_on(&next, client),
        Err(StoreError::Refused(Failure::RateLimited { retry_seconds })) => {
            let notice = Some(Notice::Locked(retry_seconds));
            let status = StatusCode::TOO_MANY_REQUESTS;
            retry_after(show(&process, &visit, status, &email, &next, notice).await, retry_seconds)
        }
        Err(StoreError::Refused(Failure::SignedOut)) => {
            let notice = Some(Notice::Failed);
            show(&process, &visit, StatusCode::UNPROCESSABLE_ENTITY, &email, &next, notice).await
        }
        Err(error) => {
            if !matches!(error, StoreError::Refused(_)) {
                tracing::warn!(%error, reference = visit.reference, "sign-in without database");
            }
            let status = StatusCode::SERVICE_UNAVAILABLE;
            retry_after(show(&process, &visit, status, &email, &next, Some(Notice::Busy)).await, 5)
        }
    }
}

/// Somebody who has shown at the door who they are.
pub(super) enum Passed {
    /// Is in.
    In(Entered),
    /// Waits for the code; the secret of the cookie it waits by.
    Waits(Secret),
}

impl Passed {
    /// Goes on to `next`, or to the page for the code first.
    pub(super) fn go_on(&self, next: &str, client: Client) -> Response {
        let cookie = match self {
            Self::In(entered) => {
                return entered.go_to(if next.is_empty() { "/" } else { next }, client);
            }
            Self::Waits(cookie) => cookie,
        };
        let mut response = match next {
            "" => see_other("/login/code"),
            next => see_other(&format!("/login/code?next={}", escape(next))),
        };
        if let Some(cookie) = session::wait(cookie, client.https) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// Whom a sign-in is for, with a proof that is fresh.
pub(super) fn caller(visit: &Visit, user: UserId, name: &str, rights: &Rights, via: Via) -> Caller {
    Caller {
        user,
        name: name.to_owned(),
        rights: *rights,
        // Signing in reaches nobody else.
        circle: Circle::default(),
        shared: policy::Shared::default(),
        session: None,
        confirmed: Confirmed::by_password(visit.now),
        lang: visit.lang,
        now: visit.now,
        origin: Origin::Web,
        house: House::default(),
        via,
        viewer: None,
    }
}

/// The secrets of the session that begins, or why none does: [`Failure::SignedOut`] stands for
/// everything that must not be told apart.
async fn try_to_enter(
    process: &Shared,
    visit: &Visit,
    client: Client,
    headers: &HeaderMap,
    typed: Typed,
) -> Result<Passed, StoreError> {
    let db = &process.services.db;
    let email_norm = text::email(&typed.email).unwrap_or_else(|_| text::fold(&typed.email));
    let device = session::device(headers, client.https).map(|device| device.hash());
    let subjects =
        db.subjects_of_try(&email_norm, client.address, device.as_ref(), visit.now).await?;
    store::retry(|| db.claim_try(&subjects, visit.now)).await?;
    let candidate = db.sign_in_candidate(&email_norm).await?;
    let via = session::via(client, headers);
    let candidate = match fitting(process, visit, via, candidate, typed.password.clone()).await {
        Ok(Some(candidate)) => candidate,
        Ok(None) => return Err(Failure::SignedOut.into()),
        Err(error @ StoreError::Refused(Failure::Unavailable)) => {
            // Too many were waiting: nobody looked at the password, so it was no try.
            db.take_back_try(&subjects).await?;
            return Err(error);
        }
        Err(error) => return Err(error),
    };
    let rights = db.rights_of_candidate(&candidate).await?;
    let caller = caller(visit, candidate.user, &candidate.name, &rights, via);
    if candidate.second_step {
        let cookie = Secret::new().ok_or(Failure::Unavailable)?;
        let (user, hash) = (candidate.user, cookie.hash());
        store::retry(|| db.await_code(&hash, user, &candidate.password, &subjects, visit.now))
            .await?;
        return Ok(Passed::Waits(cookie));
    }
    // When too many wait for it, the next time will do.
    if password::is_outdated(&candidate.password)
        && let Ok(renewed) = process.services.passwords.hash(typed.password).await
    {
        db.renew_hash(&caller, &candidate.password, &renewed).await?;
    }
    // Whoever this browser was before, it is not any more.
    if let Some(before) = visit.behind() {
        db.close_session(before).await?;
    }
    let way = Way::Typed(candidate.credential_version);
    let entered = open(process, &caller, client, headers, &subjects, None, way).await?;
    Ok(Passed::In(entered))
}

/// The candidate, if the password fits and may be used.
async fn fitting(
    process: &Shared,
    visit: &Visit,
    via: Via,
    candidate: Option<Candidate>,
    password: String,
) -> Result<Option<Candidate>, StoreError> {
    // More than any password holds is not worth a hash, whoever is meant.
    let fits = if password.len() > PASSWORD_MAX {
        false
    } else {
        let stored = candidate.as_ref().map_or(NOBODY, |candidate| &candidate.password);
        process.services.passwords.verify(password, stored.to_owned()).await?
    };
    match candidate {
        Some(candidate) if fits && !candidate.disabled => Ok(Some(candidate)),
        other => {
            let user = other.map(|candidate| candidate.user);
            process.services.db.note_failed_sign_in(user, via, visit.now).await?;
            Ok(None)
        }
    }
}

/// What a browser gets that is signed in.
pub(super) struct Entered {
    session: Secret,
    device: Secret,
}

impl Entered {
    /// Goes on to `path` with the cookies.
    pub(super) fn go_to(&self, path: &str, client: Client) -> Response {
        let mut response = see_other(path);
        let cookies = [
            session::begin(&self.session, client.https),
            session::remember_device(&self.device, client.https),
        ];
        for cookie in cookies.into_iter().flatten() {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// Begins a session for somebody who has just proved who they are; `second` is the waiting sign-in and the proof of
/// the second step, for those who have one.
pub(super) async fn open(
    process: &Shared,
    caller: &Caller,
    client: Client,
    headers: &HeaderMap,
    tries: &[Subject],
    second: Option<([u8; 32], SecondProof)>,
    way: Way<'_>,
) -> Result<Entered, StoreError> {
    let (Some(session), Some(device)) = (Secret::new(), Secret::new()) else {
        tracing::error!("the system gives no randomness");
        return Err(Failure::Unavailable.into());
    };
    let address = client.address.to_string();
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let new = NewSession {
        token_hash: session.hash(),
        address: &address,
        user_agent: agent.unwrap_or_default(),
        tries,
        device: Some(Device {
            before: session::device(headers, client.https).map(|before| before.hash()),
            after: device.hash(),
        }),
        second,
        way,
    };
    process.services.db.open_session(caller, &new).await?;
    Ok(Entered { session, device })
}

/// Signs this browser out and lets it forget what it kept.
pub async fn leave(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
) -> Response {
    if let Some(caller) = visit.behind()
        && let Err(error) = process.services.db.close_session(caller).await
    {
        tracing::warn!(%error, reference = visit.reference, "a session was not ended");
        return retry_after(
            crate::refusal::line(
                StatusCode::SERVICE_UNAVAILABLE,
                "You are still signed in: the database did not answer. Try again in a moment.",
            ),
            5,
        );
    }
    let mut response = see_other("/login?out=1");
    let out = response.headers_mut();
    if let Some(cookie) = session::end(client.https) {
        out.append(header::SET_COOKIE, cookie);
    }
    out.insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    response
}
