//! The outermost layer: names each request, runs it in a task of its own that a disconnecting
//! browser cannot end half-way, catches panics, watches the time, completes the headers, and writes
//! the one line that tells about it.

use crate::{
    body,
    client::{self, Client, Peer},
    headers,
    process::Shared,
    refusal,
};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// How long an answer may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long taking a file may take: its body is watched by speed.
const TRANSFER_PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Id of a request, in its extensions and in the header `x-request-id` of its answer.
#[derive(Clone, Debug)]
pub struct Reference(pub String);

/// The layer.
pub async fn guard(State(process): State<Shared>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let reference = Uuid::now_v7().simple().to_string();
    let peer =
        request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |p| p.from);
    let mut client = client::client(peer, request.headers(), &process.proxies);
    client.https = client.https || by_public_name(&process, &request);
    let method = request.method().clone();
    let host =
        request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    let route = request.extensions().get::<MatchedPath>().cloned();
    let patience = if request.headers().get(header::CONTENT_TYPE).is_some_and(is_transfer) {
        TRANSFER_PATIENCE
    } else {
        PATIENCE
    };
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(Reference(reference.clone()));

    let task = process.work.spawn(next.run(request));
    let mut response = match tokio::time::timeout(patience, task).await {
        Ok(Ok(response)) => response,
        Ok(Err(failed)) => {
            process.panics.fetch_add(1, Ordering::Relaxed);
            tracing::error!(
                reference,
                route = name(route.as_ref()),
                panicked = failed.is_panic(),
                "request failed"
            );
            refusal::line(
                StatusCode::INTERNAL_SERVER_ERROR,
                &format!("Something on our side failed. Reference: {reference}"),
            )
        }
        // The work itself goes on: what it was writing is written whole.
        Err(_) => refusal::retry_after(
            refusal::line(
                StatusCode::SERVICE_UNAVAILABLE,
                "The server did not answer in time. Look whether your change is there, then try again.",
            ),
            30,
        ),
    };
    finish(&mut response, client, host.as_deref(), &reference);
    let status = response.status();
    let (parts, inner) = response.into_parts();
    let counted = body::counted(inner, move |bytes| {
        tell(&method, name(route.as_ref()), status, began, bytes, &reference);
    });
    Response::from_parts(parts, counted)
}

fn by_public_name(process: &Shared, request: &Request) -> bool {
    request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .is_some_and(|host| process.hosts.is_https(host))
}

fn is_transfer(kind: &HeaderValue) -> bool {
    let kind = kind.as_bytes();
    kind.starts_with(b"multipart/form-data") || kind.starts_with(b"application/octet-stream")
}

fn finish(response: &mut Response, client: Client, host: Option<&str>, reference: &str) {
    let status = response.status();
    let leaves = response.extensions().get::<LeavesSite>().is_some();
    let out = response.headers_mut();
    headers::complete(out, client.https);
    if !leaves {
        keep_redirect_at_home(out, host);
    }
    if let Ok(reference) = HeaderValue::from_str(reference) {
        out.insert(HeaderName::from_static("x-request-id"), reference);
    }
    // What came too large or too slowly is not read to its end.
    if matches!(status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT) {
        out.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
}

/// Marks an answer that sends the browser to another site on purpose: to the system that signs people in, whose address
/// an administrator entered.
#[derive(Clone, Copy, Debug)]
pub struct LeavesSite;

/// Plain form posts to server functions are sent back to their `Referer`, which a stranger chooses:
/// a path of this site stays, or what is left of an address of this site; all else becomes `/`.
fn keep_redirect_at_home(out: &mut http::HeaderMap, host: Option<&str>) {
    let Some(location) = out.get(header::LOCATION) else { return };
    let location = location.to_str().unwrap_or_default();
    if refusal::own_path(location).is_some() {
        return;
    }
    let path = location
        .parse::<Uri>()
        .ok()
        .filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")))
        .filter(|uri| {
            uri.authority().zip(host).is_some_and(|(a, host)| a.as_str().eq_ignore_ascii_case(host))
        })
        .and_then(|uri| uri.path_and_query().map(|path| path.as_str().to_owned()))
        .filter(|path| refusal::own_path(path).is_some());
    let path = path.and_then(|path| HeaderValue::from_str(&path).ok());
    out.insert(header::LOCATION, path.unwrap_or(HeaderValue::from_static("/")));
}

/// The route as the router knows it: no number, name or search of anybody.
fn name(route: Option<&MatchedPath>) -> &str {
    route.map_or("file", MatchedPath::as_str)
}

fn tell(
    method: &Method,
    route: &str,
    status: StatusCode,
    began: Instant,
    bytes: u64,
    reference: &str,
) {
    let status = status.as_u16();
    let ms = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds for reading")]
    let ms = ms as f64 / 1000.0;
    match (status, route) {
        (500.., _) => tracing::warn!(%method, route, status, ms, bytes, reference, "request"),
        (200..400, "file" | "/livez" | "/readyz" | "/events") => {
            tracing::debug!(%method, route, status, ms, bytes, reference, "request");
        }
        _ => tracing::info!(%method, route, status, ms, bytes, reference, "request"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::process_for_tests;
    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::get};
    use http_body_util::BodyExt;
    use std::sync::{Arc, atomic::AtomicBool};
    use tower::ServiceExt;

    #[test]
    fn a_redirect_stays_on_this_site() {
        let kept = |location: &'static str| {
            let mut out = http::HeaderMap::new();
            out.insert(header::LOCATION, HeaderValue::from_static(location));
            keep_redirect_at_home(&mut out, Some("crm.example.com:7300"));
            out[header::LOCATION].to_str().unwrap().to_owned()
        };
        assert_eq!(kept("/customers/C-1?tab=notes"), "/customers/C-1?tab=notes");
        assert_eq!(kept("http://CRM.example.com:7300/bin?page=2"), "/bin?page=2");
        for foreign in [
            "https://evil.example/",
            "//evil.example",
            "http://crm.example.com/",
            "http://crm.example.com:7300@evil.example/",
            "http://crm.example.com:7300//evil.example",
            "/\\evil.example",
            "javascript:1",
            "",
        ] {
            assert_eq!(kept(foreign), "/", "{foreign}");
        }
    }

    async fn ask(router: &Router, path: &str) -> Response {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap()
    }

    fn guarded(process: &Shared, route: axum::routing::MethodRouter) -> Router {
        Router::new().route("/work", route).layer(from_fn_with_state(process.clone(), guard))
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_with_a_reference_and_the_process_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let process = process_for_tests(folder.path()).await;
        let broken = guarded(&process, get(|| async { panic!("a fault of ours") as () }));
        for count in 1..=3 {
            let answer = ask(&broken, "/work").await;
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let reference = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            let body = String::from_utf8(body.to_vec()).unwrap();
            assert!(body.contains(&reference) && !body.contains("a fault of ours"), "{body}");
            assert_eq!(process.panics.load(Ordering::Relaxed), count);
        }
        let sound = guarded(&process, get(|| async { "well" }));
        assert_eq!(ask(&sound, "/work").await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn work_goes_on_when_its_browser_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let process = process_for_tests(folder.path()).await;
        let done = Arc::new(AtomicBool::new(false));
        let note = done.clone();
        let slow = guarded(
            &process,
            get(move || async move {
                tokio::time::sleep(Duration::from_millis(200)).await;
                note.store(true, Ordering::SeqCst);
            }),
        );
        let gone = tokio::time::timeout(Duration::from_millis(20), ask(&slow, "/work")).await;
        assert!(gone.is_err() && !done.load(Ordering::SeqCst));
        process.work.close();
        process.work.wait().await;
        assert!(done.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn who_waits_too_long_is_told_so_and_the_work_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let process = process_for_tests(folder.path()).await;
        let done = Arc::new(AtomicBool::new(false));
        let note = done.clone();
        let slow = guarded(
            &process,
            get(move || async move {
                tokio::time::sleep(PATIENCE + Duration::from_secs(5)).await;
                note.store(true, Ordering::SeqCst);
            }),
        );
        tokio::time::pause();
        let answer = ask(&slow, "/work").await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key(header::RETRY_AFTER));
        assert!(!done.load(Ordering::SeqCst));
        process.work.close();
        process.work.wait().await;
        assert!(done.load(Ordering::SeqCst));
    }
}
