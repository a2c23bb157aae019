//! What server functions are given by the server: the caller, the database, the services.
//! Server only; the one place where a failure of ours is logged under its reference.

use crate::error::AppError;
use domain::{
    failure::Failure,
    lang::Lang,
    policy::{Caller, Held, RoleName},
    provider::{Provider, ProviderFault},
    time::{Instant, ZoneOffsets},
};
use leptos::prelude::*;
use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};
use store::{Db, Secret, StoreError};

/// Finds the offsets of a time zone by its IANA name.
pub type ZoneTable = dyn Fn(&str) -> Option<ZoneOffsets> + Send + Sync;

/// What the server hands to every request; cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub db: Db,
    /// Settings and colleagues, as they were read last.
    pub house: Arc<store::HouseFacts>,
    /// Where uploaded files wait for their import.
    pub uploads: PathBuf,
    /// This program, for reading files of strangers in a child process.
    pub program: PathBuf,
    /// Offsets of a time zone around now.
    pub zone: Arc<ZoneTable>,
    /// Wakes the worker that runs imports.
    pub wake: Arc<tokio::sync::Notify>,
    /// Where the static files are.
    pub files: Arc<crate::boot::SiteFiles>,
    /// Facts about this installation, for the status page.
    pub installation: Arc<Installation>,
    /// Turns a typed password into its stored form, a few at a time.
    pub passwords: Arc<dyn PasswordHasher>,
    /// Takes the proof of who somebody is who is signed in.
    pub identity: Arc<dyn IdentityCheck>,
    /// Seals the secret of the system that signs people in, and tries that system out.
    pub provider: Arc<dyn ProviderCheck>,
    /// Room on the disk that holds the data, where the system tells.
    pub room: Arc<dyn Fn() -> Option<DiskRoom> + Send + Sync>,
    /// Names of the time zones to choose from.
    pub zone_names: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
}

/// Room on a disk (bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskRoom {
    /// Free for this program.
    pub free: u64,
    /// Altogether.
    pub total: u64,
}

/// Hashes passwords without letting a crowd of sign-ins eat the machine.
pub trait PasswordHasher: Send + Sync {
    /// The PHC string of `password`.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when too many are waiting.
    fn hash(
        &self,
        password: String,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<String, Failure>> + Send>>;
    /// Whether `password` is the one `stored` was made from.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when too many are waiting.
    fn verify(
        &self,
        password: String,
        stored: String,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<bool, Failure>> + Send>>;
}

/// Takes the proof of who somebody is who is signed in.
pub trait IdentityCheck: Send + Sync {
    /// Notes that `caller` has just proved who they are, by what [`Caller::confirmed`] asks for. Answers the secret of the
    /// cookie that stands for the session from now on: [`Visit::renew_cookie`].
    ///
    /// # Errors
    /// A complaint about the field `answer` when it is wrong or was used before, [`Failure::RateLimited`] after too
    /// many tries.
    fn confirm(
        &self,
        caller: Caller,
        answer: String,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Secret, StoreError>> + Send>>;

    /// As [`Self::confirm`] by a passkey: `answer` is what the browser says, to the question it was asked in this
    /// session. `request` is the one that brings it.
    ///
    /// # Errors
    /// As [`Self::confirm`].
    fn confirm_by_passkey(
        &self,
        caller: Caller,
        request: &http::request::Parts,
        answer: String,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Secret, StoreError>> + Send>>;
}

/// What a system that signs people in is asked with.
#[derive(Clone)]
pub enum ProviderSecret {
    /// As it was typed.
    Typed(String),
    /// As it is kept.
    Sealed(Vec<u8>),
}

/// Seals the secret of the system that signs people in, and tries that system out.
pub trait ProviderCheck: Send + Sync {
    /// The secret as it is kept.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the key for it cannot be read or made.
    fn seal(&self, secret: &str) -> Result<Vec<u8>, Failure>;
    /// Whether the system would do, as far as that shows without anybody signing in.
    ///
    /// # Errors
    /// What is wrong with it.
    fn test<'a>(
        &'a self,
        provider: &'a Provider,
        secret: ProviderSecret,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), ProviderFault>> + Send + 'a>>;
}

/// Facts about this installation.
#[derive(Clone, Debug, Default)]
pub struct Installation {
    /// Version of the program.
    pub version: &'static str,
    /// When the process started.
    pub started_at: Instant,
    /// Where data lives, as the administrator gave it.
    pub data: String,
    /// Whether browsers reach it over HTTPS.
    pub https: bool,
}

/// What the request's middleware found out; in the extensions of every request.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Who is signed in, if anybody.
    pub caller: Option<Caller>,
    /// Who would be signed in but for the second step that a role demands and that is not there: may set it up, and
    /// nothing else.
    pub held: Option<Caller>,
    /// Who is at the browser while [`Self::caller`] is somebody they look as.
    pub viewer: Option<Caller>,
    /// The role that [`Self::viewer`] looks as, if it is not another user.
    pub viewed_role: Option<(Held, RoleName)>,
    /// Language of the answer.
    pub lang: Lang,
    /// `light`, `dark` or `auto`.
    pub theme: String,
    /// `comfortable`, `default` or `compact`.
    pub density: String,
    /// Shortcuts of a single key are on (WCAG 2.1.4).
    pub single_keys: bool,
    /// The sidebar is folded to icons.
    pub folded: bool,
    /// Now, by the server's clock.
    pub now: Instant,
    /// Id of the request: the reference a person can give to the administrator.
    pub reference: String,
    /// Whether this request came over HTTPS.
    pub https: bool,
    /// The name that passkeys work for here; `None` where there can be none.
    pub passkey_host: Option<String>,
    /// The cookie that the session gets with the answer.
    pub cookie: Arc<OnceLock<Secret>>,
}

impl Visit {
    /// Who is at the browser, held or not: for what is about the own account alone.
    #[must_use]
    pub fn person(&self) -> Option<&Caller> {
        self.caller.as_ref().or(self.held.as_ref())
    }

    /// Sends the browser another cookie for its session with the answer.
    pub fn renew_cookie(&self, secret: Secret) {
        // A request gets one at most; the first is the one that was stored first, and the second never comes.
        let _ = self.cookie.set(secret);
    }

    /// Whose session it is, also while they look as somebody else: for what such a session can still do.
    #[must_use]
    pub fn behind(&self) -> Option<&Caller> {
        self.viewer.as_ref().or_else(|| self.person())
    }
}

/// The services of this request.
///
/// # Errors
/// [`Failure::Internal`] when the server did not provide them.
pub fn services() -> Result<Services, AppError> {
    use_context().ok_or_else(|| internal("services missing from context"))
}

/// The request itself, without its body.
///
/// # Errors
/// [`Failure::Internal`] outside of a request.
pub fn request() -> Result<http::request::Parts, AppError> {
    use_context().ok_or_else(|| internal("request missing from context"))
}

/// What is known about this request.
///
/// # Errors
/// [`Failure::Internal`] when the middleware did not run.
pub fn visit() -> Result<Visit, AppError> {
    use_context::<http::request::Parts>()
        .and_then(|parts| parts.extensions.get::<Visit>().cloned())
        .ok_or_else(|| internal("visit missing from request"))
}

/// Who calls.
///
/// # Errors
/// [`Failure::SignedOut`] when nobody is signed in.
pub fn caller() -> Result<Caller, AppError> {
    visit()?.caller.ok_or(AppError::Failure(Failure::SignedOut))
}

/// The database and the caller: the two things nearly every server function starts with.
///
/// # Errors
/// As [`caller`].
pub fn desk() -> Result<(Db, Caller), AppError> {
    Ok((services()?.db, caller()?))
}

/// The offsets of the organisation's time zone around now.
///
/// # Errors
/// When the database does not answer.
pub async fn zone(caller: &Caller) -> Result<ZoneOffsets, AppError> {
    services()?.zone_of(caller).await
}

impl Services {
    /// The same outside of a server function.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn zone_of(&self, caller: &Caller) -> Result<ZoneOffsets, AppError> {
        let organisation = self.db.organisation(caller).await?;
        Ok((self.zone)(&organisation.time_zone).unwrap_or_default())
    }
}

/// The address of this site as whoever asks knows it, without a path. The host was checked before.
#[must_use]
pub fn site_address(headers: &http::HeaderMap, https: bool) -> String {
    let host = headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
    let scheme = if https { "https" } else { "http" };
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}

/// Reads the query of a URL.
#[must_use]
pub fn pairs(query: &str) -> leptos_router::params::ParamsMap {
    let url = leptos_router::location::RequestUrl::new(&format!("/?{query}")).parse();
    url.map(|url| url.search_params().clone()).unwrap_or_default()
}

/// As [`desk`], with who is at the browser even while they look as somebody else. For what explains what they see
/// there; everything else is a matter for [`desk`].
///
/// # Errors
/// As [`caller`].
pub fn desk_behind() -> Result<(Db, Caller), AppError> {
    let visit = visit()?;
    let caller = visit.viewer.or(visit.caller).ok_or(AppError::Failure(Failure::SignedOut))?;
    Ok((services()?.db, caller))
}

fn internal(what: &'static str) -> AppError {
    tracing::error!(what, "internal error");
    AppError::Failure(Failure::Internal { reference: String::new() })
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(failure) => Self::Failure(failure),
            StoreError::Unavailable(cause) => {
                tracing::warn!(%cause, "database not available");
                Self::Failure(Failure::Unavailable)
            }
            cause @ (StoreError::Sql(_) | StoreError::Unreadable(_)) => {
                let reference = visit().map(|visit| visit.reference).unwrap_or_default();
                tracing::error!(%cause, reference, "internal error");
                Self::Failure(Failure::Internal { reference })
            }
        }
    }
}

/// After how long (seconds) it is worth asking again when the database or the machine is too busy.
const BUSY_SECONDS: u32 = 5;

/// Whether the request comes from a page itself rather than from its script: a page load, or a
/// form that was posted without WASM.
#[must_use]
pub fn is_plain() -> bool {
    use_context::<http::request::Parts>().is_some_and(|parts| {
        parts
            .headers
            .get(http::header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
    })
}

/// Ends a server function: sets the HTTP status that says the same as a failure, except for plain
/// form posts, whose answer is a redirect back.
///
/// # Errors
/// The failure of `answer`.
pub fn respond<T>(answer: Result<T, AppError>) -> Result<T, AppError> {
    if let Err(AppError::Failure(failure)) = &answer {
        say_status(failure);
    }
    answer
}

/// Gives the answer the HTTP status that says the same as `failure`.
pub(crate) fn say_status(failure: &Failure) {
    if let (false, Some(response)) = (is_plain(), use_context::<leptos_axum::ResponseOptions>())
        && let Ok(status) = http::StatusCode::from_u16(failure.status())
    {
        response.set_status(status);
        let seconds = match failure {
            Failure::RateLimited { retry_seconds } => *retry_seconds,
            Failure::Unavailable => BUSY_SECONDS,
            _ => return,
        };
        response.insert_header(http::header::RETRY_AFTER, seconds.into());
    }
}
