//! What every answer tells the browser not to do, and the content security policy of pages.

use crate::survey::STYLE_SOURCE;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Where browsers send reports of the policy.
pub const REPORTS: &str = "/csp-report";

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), \
    encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), \
    microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-create=(self), \
    publickey-credentials-get=(self), screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

/// For pages without script: sign-in, set-up, errors.
pub const STRICT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; report-to csp";

/// For pages that ask the browser for a passkey: as above, with files of this site as scripts, which may ask this site.
pub const SCRIPT_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
    style-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'; report-to csp";

/// For what is not a page.
const NOTHING_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The policy of a screen: scripts and styles of this site, and those that carry this page's nonce. The style of the pages
/// that customers see is allowed by its hash: a screen shows one of them in a frame, which goes by the policy around it.
/// `reload_port` is where the page hears that it changed, while screens are worked on.
pub fn policy(nonce: &str, reload_port: Option<u16>) -> Option<HeaderValue> {
    let reload = reload_port.map(|port| format!(" ws://*:{port}")).unwrap_or_default();
    let answers = STYLE_SOURCE.as_str();
    HeaderValue::from_str(&format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         connect-src 'self'{reload}; style-src 'self' 'nonce-{nonce}' {answers}; img-src 'self' data: blob:; \
         font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
         base-uri 'none'; object-src 'none'; frame-ancestors 'none'; report-to csp"
    ))
    .ok()
}

/// Completes the headers of an answer. `cacheable` answers keep what they say about caching.
pub fn complete(headers: &mut HeaderMap, https: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.remove(header::SERVER);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    let page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if page {
        headers.insert(
            HeaderName::from_static("reporting-endpoints"),
            HeaderValue::from_static("csp=\"/csp-report\""),
        );
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(if page {
        STRICT_POLICY
    } else {
        NOTHING_POLICY
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_a_policy_gets_the_strict_one() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        complete(&mut headers, false);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], STRICT_POLICY);
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert!(SCRIPT_POLICY.contains("script-src 'self';"));
        assert!(
            !STRICT_POLICY.contains("script-src") && STRICT_POLICY.contains("default-src 'none'")
        );
    }

    #[test]
    fn what_an_answer_says_itself_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("immutable"));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy("abc", None).unwrap());
        complete(&mut headers, true);
        assert_eq!(headers[header::CACHE_CONTROL], "immutable");
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert_eq!(policy.matches("'nonce-abc'").count(), 2);
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert!(policy.contains("connect-src 'self';"));
    }

    #[test]
    fn a_watched_page_may_hear_that_it_changed() {
        let policy = policy("abc", Some(7301)).unwrap();
        assert!(policy.to_str().unwrap().contains("connect-src 'self' ws://*:7301;"));
    }
}
