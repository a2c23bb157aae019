//! How the process itself says no: a page for a person at a browser, JSON for a screen, a line for
//! everything else. Says what to do, and nothing about the inside.

use crate::{headers, inventory::Kind};
use app::{
    entry::{self, Face},
    error::AppError,
};
use axum::{body::Body, response::Response};
use domain::failure::Failure;
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// Longest path of this site (bytes): what a refused form brings back (at most 6,000 bytes of typed
/// text) with its complaints and the path itself.
const PATH_MAX: usize = 8000;

/// What is refused to whom.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What was asked for.
    pub kind: Kind,
    /// Whether a page is wanted.
    pub html: bool,
    /// How a page would look.
    pub face: Face,
}

/// Whether the sender wants a page.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|accept| accept.contains("text/html")))
}

/// An answer with a status that says no; `failure` is what a screen is told.
pub fn refuse(asked: &Asked, status: StatusCode, failure: &Failure) -> Response {
    if asked.html {
        return page(status, entry::refusal_page(&asked.face, status.as_u16(), failure));
    }
    if asked.kind == Kind::Function {
        let body = serde_json::to_vec(&AppError::Failure(failure.clone())).unwrap_or_default();
        return answer(status, "application/json", body);
    }
    line(status, &failure.to_string())
}

/// A page.
pub fn page(status: StatusCode, html: String) -> Response {
    answer(status, "text/html; charset=utf-8", html)
}

/// A page that holds the one script which asks browsers for passkeys.
pub fn page_with_script(status: StatusCode, html: String) -> Response {
    let mut response = page(status, html);
    let policy = HeaderValue::from_static(headers::SCRIPT_POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A line of plain text.
pub fn line(status: StatusCode, text: &str) -> Response {
    answer(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

fn answer(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Adds how long to wait.
pub fn retry_after(mut response: Response, seconds: u32) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Goes on to a path of this site with `GET`.
pub fn see_other(path: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let path = HeaderValue::from_str(own_path(path).unwrap_or("/"))
        .unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, path);
    response
}

/// `path` if it is a path of this site and nothing else: begins with one `/`, holds no control
/// characters, backslashes or anything a browser would read as another host.
pub fn own_path(path: &str) -> Option<&str> {
    let second = path.chars().nth(1);
    let own = path.starts_with('/')
        && !matches!(second, Some('/' | '\\'))
        && path.len() <= PATH_MAX
        && path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    own.then_some(path)
}

/// A path as the value of a query parameter.
pub fn escape(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_as_a_parameter() {
        assert_eq!(
            escape("/customers?q=%E5%BC%A0&tab=a"),
            "/customers%3Fq%3D%25E5%25BC%25A0%26tab%3Da"
        );
    }

    #[test]
    fn only_own_paths_are_gone_to() {
        for own in ["/", "/customers?tab=people&q=%E5%BC%A0", "/customers/C-1#notes", "/a//b"] {
            assert_eq!(own_path(own), Some(own));
        }
        for foreign in [
            "",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\r\nSet-Cookie: a=b",
            "evil.example",
            " /",
            "/a b",
            "/\u{0}",
            "/ü",
            "@evil.example",
            "/a\\b",
        ] {
            assert_eq!(own_path(foreign), None, "{foreign:?}");
        }
        let long = format!("/customers/new?remark={}", "x".repeat(6_000));
        assert_eq!(own_path(&long), Some(&*long));
        assert_eq!(own_path(&format!("/{}", "x".repeat(PATH_MAX))), None);
        assert_eq!(see_other("//evil.example").headers()[header::LOCATION], "/");
    }
}
