//! The layer before the router: host, way in, origin, size, session, rights and rate, in this
//! order. Works from the inventory; what it lets pass carries the [`Visit`] in its extensions.

use crate::{
    body::{Verdict, watched},
    client::{Client, Peer},
    clock,
    cross_origin::{self, Refused},
    guard::Reference,
    inventory::{Entry, FreshProof, Kind, Permission, Repeat},
    process::Shared,
    rates::{Rate, Who},
    refusal::{self, Asked, refuse, retry_after, wants_page},
    session,
};
use app::{boot, entry::Face, ssr::Visit};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use domain::{
    failure::Failure,
    id::UserId,
    policy::{self, Action, Object},
};
use http::{HeaderValue, StatusCode, header};
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};
use store::StoreError;

/// In the extensions of a request to an open page that came too often: the seconds to wait. Such a page says so itself,
/// with what was typed.
#[derive(Clone, Copy, Debug)]
pub struct TooOften(pub u32);

/// The layer.
pub async fn gate(State(process): State<Shared>, mut request: Request, next: Next) -> Response {
    let Some(&client) = request.extensions().get::<Client>() else {
        return refusal::line(StatusCode::INTERNAL_SERVER_ERROR, "the outer layer is missing");
    };
    let reference =
        request.extensions().get::<Reference>().map(|r| r.0.clone()).unwrap_or_default();
    if !is_own_host(&process, &request) {
        return refusal::line(
            StatusCode::MISDIRECTED_REQUEST,
            "This server does not answer to that name. An administrator can name it with --public-url.",
        );
    }
    let matched = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let entry = process.inventory.find(request.method(), matched.as_deref());
    // What the router would answer to but nobody has listed is no way in.
    let Some(entry) = entry else { return not_listed(&process, matched.as_deref()) };
    let asked = |face: Face, request: &Request| Asked {
        kind: entry.kind,
        html: wants_page(request.headers()),
        face,
    };
    let stranger = |request: &Request| asked(face_of_stranger(&process, request), request);

    // What anybody may send without being known is taken from any page: there is nobody whose name it could be done in,
    // and browsers that were told to keep the address to themselves name no origin.
    let origin = match entry.kind {
        Kind::Open => Ok(()),
        kind => cross_origin::check(
            request.method(),
            request.headers(),
            client.https,
            kind == Kind::Transfer,
        ),
    };
    match origin {
        Ok(()) => {}
        Err(Refused::Foreign) => {
            let denied =
                Failure::Denied { action: policy::Action::Edit, object: policy::Object::System };
            return refuse(&stranger(&request), StatusCode::FORBIDDEN, &denied);
        }
        Err(Refused::ContentType) => {
            return refusal::line(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "This kind of content is not taken here.",
            );
        }
    }
    drop_foreign_referer(&mut request);

    if announced_length(&request) > entry.body {
        return too_large();
    }
    let (parts, inner) = request.into_parts();
    let (inner, verdict) = watched(inner, entry.body);
    let mut request = Request::from_parts(parts, inner);

    if entry.kind == Kind::File && is_file(request.uri().path()) {
        return next.run(request).await;
    }
    if entry.kind == Kind::Probe {
        // Whoever watches the process is asked nothing, so that a slow database is not a dead process.
        let limited = count(&process, &entry, None, client);
        return match limited {
            Some(wait) => too_often(&stranger(&request), wait),
            None => next.run(request).await,
        };
    }

    if entry.kind == Kind::Open {
        // Nobody is looked up, and no cookie is read or set.
        if let Some(wait) = count(&process, &entry, None, client) {
            // What somebody wrote is given back to them; who only looks has nothing to lose.
            if request.method().is_safe() {
                return too_often(&stranger(&request), wait);
            }
            request.extensions_mut().insert(TooOften(wait));
        }
        return within(next.run(request).await, &verdict);
    }

    let now = clock::now();
    let visit =
        session::visit(&process.services.db, request.headers(), client, now, reference).await;
    let (visit, signed_in) = match visit {
        Ok(visit) => visit,
        Err(error) => return away(&stranger(&request), &error),
    };
    let house = signed_in.as_ref().map(|signed_in| signed_in.house_state).unwrap_or_default();
    // A page that listens is open; whether anybody is there it does not say.
    let is_use = entry.kind != Kind::Stream;
    if let Some(stale) = signed_in.filter(|signed_in| signed_in.stale && is_use) {
        let process = process.clone();
        let db = process.services.db.clone();
        process.work.spawn(async move {
            if let Err(error) = db.touch_session(stale.session, stale.user, now).await {
                tracing::debug!(%error, "use of a session was not noted");
            }
        });
    }
    let face = Face::of(&visit, &process.services.files);
    let user = visit.viewer.as_ref().or(visit.caller.as_ref()).map(|caller| caller.user);
    if let Some(wait) = count(&process, &entry, user, client) {
        return too_often(&asked(face, &request), wait);
    }
    if let Err(failure) = permitted(&entry, &visit) {
        return not_permitted(&asked(face, &request), &request, &visit, &failure);
    }
    let _place = match entry.kind {
        // Nobody closes it.
        Kind::Screen => process.screens_at_once.acquire().await.ok(),
        _ => None,
    };
    if entry.kind == Kind::Screen {
        match boot::load(&process.services, &visit, house).await {
            Ok(Some(boot)) => {
                request.extensions_mut().insert(boot);
            }
            Ok(None) => return to_sign_in(&request),
            Err(error) => return away(&asked(face, &request), &error),
        }
    }
    let renewed = Arc::clone(&visit.cookie);
    request.extensions_mut().insert(visit);
    let mut response = next.run(request).await;
    if let Some(cookie) = renewed.get().and_then(|secret| session::begin(secret, client.https)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    within(response, &verdict)
}

/// The answer to a request whose body was in order, or why it was not.
fn within(response: Response, verdict: &Verdict) -> Response {
    if verdict.too_large() {
        return too_large();
    }
    if verdict.too_slow() {
        return refusal::line(StatusCode::REQUEST_TIMEOUT, "The request came too slowly.");
    }
    response
}

fn is_own_host(process: &Shared, request: &Request) -> bool {
    let to =
        request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.to);
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next(), request.uri().authority()) {
        (Some(host), None, None) => host.to_str().is_ok_and(|host| process.hosts.knows(host, to)),
        (Some(host), None, Some(authority)) => {
            authority.as_str() == host && process.hosts.knows(authority.as_str(), to)
        }
        _ => false,
    }
}

/// The answer to a way in that is not in the inventory: by another method, or not at all.
fn not_listed(process: &Shared, matched: Option<&str>) -> Response {
    let listed = process.inventory.methods(matched.unwrap_or_default());
    let Ok(allow) = HeaderValue::from_str(&listed.join(", ")) else {
        return refusal::line(StatusCode::NOT_FOUND, "not found");
    };
    if listed.is_empty() {
        return refusal::line(StatusCode::NOT_FOUND, "not found");
    }
    let mut response = refusal::line(StatusCode::METHOD_NOT_ALLOWED, "not by this method");
    response.headers_mut().insert(header::ALLOW, allow);
    response
}

/// Whether a path can be a file of the site: its last part has an ending.
fn is_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

/// A page refused before it is known who asks still speaks the browser's language.
fn face_of_stranger(process: &Shared, request: &Request) -> Face {
    let lang = session::cookie(request.headers(), "lang")
        .and_then(domain::lang::Lang::from_tag)
        .unwrap_or_else(|| {
            let asked = request.headers().get(header::ACCEPT_LANGUAGE);
            domain::lang::Lang::negotiate(asked.and_then(|v| v.to_str().ok()).unwrap_or_default())
        });
    Face::plain(lang, &process.services.files)
}

/// `Referer` is where plain forms are sent back to; only pages of this site count.
fn drop_foreign_referer(request: &mut Request) {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let own = request
        .headers()
        .get(header::REFERER)
        .and_then(|referer| referer.to_str().ok())
        .and_then(|referer| referer.parse::<http::Uri>().ok())
        .is_some_and(|referer| {
            matches!(referer.scheme_str(), Some("http" | "https"))
                && referer.authority().map(http::uri::Authority::as_str) == host
        });
    if !own {
        request.headers_mut().remove(header::REFERER);
    }
}

fn announced_length(request: &Request) -> u64 {
    request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse().ok())
        .unwrap_or(0)
}

fn too_large() -> Response {
    refusal::line(StatusCode::PAYLOAD_TOO_LARGE, "Too much at once. Send less, in two parts.")
}

fn away(asked: &Asked, error: &StoreError) -> Response {
    tracing::warn!(%error, "no answer from the database");
    retry_after(refuse(asked, StatusCode::SERVICE_UNAVAILABLE, &Failure::Unavailable), 5)
}

fn too_often(asked: &Asked, wait: u32) -> Response {
    let limited = Failure::RateLimited { retry_seconds: wait };
    retry_after(refuse(asked, StatusCode::TOO_MANY_REQUESTS, &limited), wait)
}

/// The seconds to wait, if this was one too many.
fn count(process: &Shared, entry: &Entry, user: Option<UserId>, client: Client) -> Option<u32> {
    let rates = process.rates.as_ref()?;
    // The wider allowances are for people who are known.
    let rate = match (entry.rate, user) {
        (Rate::Read | Rate::Write | Rate::Bulk, None) => Rate::Public,
        (rate, _) => rate,
    };
    let who = match rate {
        Rate::Public | Rate::PublicForm => Who::new(None, client.address),
        Rate::Files | Rate::Read | Rate::Write | Rate::Bulk => Who::new(user, client.address),
    };
    rates.count(rate, who).err()
}

fn permitted(entry: &Entry, visit: &Visit) -> Result<(), Failure> {
    let caller = match entry.permission {
        // Whoever is held may do this as well.
        Permission::Own => visit.person(),
        // Whoever is held is nobody here either.
        Permission::Behind(..) => visit.viewer.as_ref().or(visit.caller.as_ref()),
        _ => visit.caller.as_ref(),
    };
    match (entry.permission, caller) {
        (Permission::Public | Permission::Secret, _) => {}
        (_, None) => return Err(Failure::SignedOut),
        (Permission::SignedIn, Some(_)) => {}
        (Permission::Own, Some(caller)) => policy::by_oneself(caller)?,
        // What shows something is there for whoever looks as somebody else, too; files are not, nor what takes a proof.
        (permission @ (Permission::May(..) | Permission::MayAny(_)), Some(caller))
            if entry.repeat == Repeat::Reads
                && entry.kind != Kind::Transfer
                && entry.proof == FreshProof::NotNeeded =>
        {
            ask_of_records(permission, |action, object| {
                policy::look(caller, action, object).map(drop)
            })?;
        }
        (permission @ (Permission::May(..) | Permission::MayAny(_)), Some(caller)) => {
            ask_of_records(permission, |action, object| {
                policy::check(caller, action, object).map(drop)
            })?;
            policy::by_oneself(caller)?;
        }
        (Permission::Behind(action, object), Some(caller)) => {
            policy::check(caller, action, object)?;
        }
    }
    match (entry.proof, caller) {
        (FreshProof::Needed, Some(caller)) => policy::confirmed(caller),
        (FreshProof::Needed, None) => Err(Failure::SignedOut),
        (FreshProof::NotNeeded, _) => Ok(()),
    }
}

/// Asks about the records an entry is about: where these may be of several kinds, one kind is enough.
fn ask_of_records(
    permission: Permission,
    ask: impl Fn(Action, Object) -> Result<(), Failure>,
) -> Result<(), Failure> {
    match permission {
        Permission::May(action, object) => ask(action, object),
        Permission::MayAny(action) => {
            let others = |no| {
                let asked = [Object::Person, Object::Opportunity].into_iter();
                asked.map(|object| ask(action, object)).find(Result::is_ok).unwrap_or(Err(no))
            };
            ask(action, Object::Account).or_else(others)
        }
        _ => Ok(()),
    }
}

fn not_permitted(asked: &Asked, request: &Request, visit: &Visit, failure: &Failure) -> Response {
    match failure {
        Failure::SignedOut if asked.html && visit.held.is_some() => {
            return refusal::see_other("/second-step");
        }
        Failure::SignedOut if asked.html => return to_sign_in(request),
        Failure::ConfirmIdentity { .. } if asked.html => return by_way_of("/confirm", request),
        _ => {}
    }
    let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::FORBIDDEN);
    refuse(asked, status, failure)
}

/// To the sign-in page, and from there back to what was wanted.
fn to_sign_in(request: &Request) -> Response {
    by_way_of("/login", request)
}

/// To another page first, and from there back to what was wanted.
fn by_way_of(page: &str, request: &Request) -> Response {
    let wanted = if cross_origin::is_unsafe(request.method()) {
        // What was posted is lost; the page it was posted from is not.
        request
            .headers()
            .get(header::REFERER)
            .and_then(|referer| referer.to_str().ok())
            .and_then(|referer| referer.parse::<http::Uri>().ok())
            .and_then(|uri| uri.path_and_query().map(ToString::to_string))
    } else {
        request.uri().path_and_query().map(ToString::to_string)
    };
    match wanted.as_deref().and_then(refusal::own_path) {
        Some("/") | None => refusal::see_other(page),
        Some(wanted) => {
            let path = format!("{page}?next={}", refusal::escape(wanted));
            refusal::see_other(refusal::own_path(&path).unwrap_or(page))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::process_for_tests;
    use axum::{
        Router,
        body::Body,
        middleware::from_fn_with_state,
        routing::{get, post},
    };
    use tower::ServiceExt;

    #[tokio::test]
    async fn what_is_mounted_but_not_listed_is_no_way_in() {
        let folder = tempfile::tempdir().unwrap();
        let process = process_for_tests(folder.path()).await;
        let router = Router::new()
            .route("/forgotten", get(|| async { "in" }).post(|| async { "in" }))
            .route("/logout", get(|| async { "in" }).delete(|| async { "in" }))
            .route("/api/forgotten1", post(|| async { "in" }))
            .layer(from_fn_with_state(process.clone(), gate));
        let ask = async |method: &str, path: &str| {
            let mut request = Request::builder()
                .method(method)
                .uri(path)
                .header(header::HOST, "localhost")
                .body(Body::empty())
                .unwrap();
            let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
            request.extensions_mut().insert(Client { address, https: false });
            router.clone().oneshot(request).await.unwrap()
        };
        for (method, path) in
            [("GET", "/forgotten"), ("POST", "/forgotten"), ("POST", "/api/forgotten1")]
        {
            assert_eq!(ask(method, path).await.status(), StatusCode::NOT_FOUND, "{method} {path}");
        }
        for method in ["GET", "DELETE"] {
            let answer = ask(method, "/logout").await;
            assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
            assert_eq!(answer.headers()[header::ALLOW], "POST");
        }
    }

    #[tokio::test]
    async fn who_watches_the_process_asks_the_database_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let process = process_for_tests(folder.path()).await;
        process.services.db.close().await;
        let router = crate::router::router(&process);
        let ask = async |path: &str| {
            let request = Request::builder()
                .uri(path)
                .header(header::HOST, "localhost")
                .header(header::COOKIE, format!("sid={}", "ab".repeat(32)))
                .body(Body::empty())
                .unwrap();
            router.clone().oneshot(request).await.unwrap().status()
        };
        assert_eq!(ask("/livez").await, StatusCode::OK);
        assert_eq!(ask("/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(ask("/login").await, StatusCode::SERVICE_UNAVAILABLE);
    }

    #[test]
    fn files_have_an_ending() {
        assert!(is_file("/pkg/rapport.0123.js") && is_file("/favicon.svg"));
        assert!(!is_file("/customers") && !is_file("/a.b/c") && !is_file("/"));
    }
}
