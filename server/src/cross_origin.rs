//! Whether a request that may write comes from a page of ours. Every unsafe method passes here, and
//! every file in or out, because taking one is written into the trail. The rules are those of Go's
//! `CrossOriginProtection`, stricter where a cookie comes along.

use http::{HeaderMap, Method, header};

/// Why a request was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A page of somebody else sent it, or nobody can tell.
    Foreign,
    /// No kind of content that a form or a screen of ours sends.
    ContentType,
}

/// Whether a method can write.
pub fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

/// Checks one request; `https` as the browser sees it, `transfer` where files go in or out.
pub fn check(
    method: &Method,
    headers: &HeaderMap,
    https: bool,
    transfer: bool,
) -> Result<(), Refused> {
    let text = |name: header::HeaderName| {
        headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"))
    };
    // With a GET no origin is sent; where the page stood is.
    let origin = match (is_unsafe(method), transfer) {
        (true, _) => text(header::ORIGIN),
        (false, true) => text(header::REFERER).map(origin_of),
        (false, false) => return Ok(()),
    };
    let site = headers.get("sec-fetch-site").map(|value| value.to_str().unwrap_or("unreadable"));
    match (site, origin) {
        (Some("same-origin" | "none"), _) => {}
        (Some(_), _) => return Err(Refused::Foreign),
        // Older browsers, and all over plain HTTP away from localhost.
        (None, Some(origin)) => {
            let host = text(header::HOST).unwrap_or_default();
            if !is_own(origin, host, https) {
                return Err(Refused::Foreign);
            }
        }
        (None, None) if headers.contains_key(header::COOKIE) => return Err(Refused::Foreign),
        // No browser: a program without a session.
        (None, None) => {}
    }
    if !is_unsafe(method) {
        return Ok(());
    }
    let empty = headers.get(header::CONTENT_LENGTH).is_none_or(|length| length == "0")
        && !headers.contains_key(header::TRANSFER_ENCODING);
    match text(header::CONTENT_TYPE) {
        None if empty => Ok(()),
        Some(kind) => {
            let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            match &*kind {
                "application/x-www-form-urlencoded"
                | "application/json"
                | "application/reports+json" => Ok(()),
                "multipart/form-data" | "application/octet-stream" if transfer => Ok(()),
                _ => Err(Refused::ContentType),
            }
        }
        None => Err(Refused::ContentType),
    }
}

/// Scheme and host of an address.
fn origin_of(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let rest = address.get(host..).unwrap_or_default();
    let end = rest.find(['/', '?', '#']).map_or(address.len(), |at| host + at);
    address.get(..end).unwrap_or_default()
}

/// Whether `origin` is where the page that `host` names comes from. `host` was checked before.
fn is_own(origin: &str, host: &str, https: bool) -> bool {
    let (scheme, rest) = origin.split_once("://").unwrap_or_default();
    let port = match (scheme, https) {
        ("https", _) => ":443",
        ("http", false) => ":80",
        _ => return false,
    };
    let bare = |authority: &str| {
        let authority = authority.to_ascii_lowercase();
        authority.strip_suffix(port).map(str::to_owned).unwrap_or(authority)
    };
    !host.is_empty() && bare(rest) == bare(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("crm.example.com:7300"));
        for (name, value) in list {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

    #[test]
    fn own_pages_may_write() {
        for own in [
            vec![("sec-fetch-site", "same-origin"), FORM],
            vec![("sec-fetch-site", "none"), FORM],
            vec![("origin", "http://crm.example.com:7300"), FORM, ("cookie", "sid=1")],
            vec![
                ("origin", "http://CRM.example.com:7300"),
                ("content-type", "application/json; charset=utf-8"),
            ],
            vec![("sec-fetch-site", "same-origin")],
            vec![FORM],
        ] {
            assert_eq!(check(&Method::POST, &headers(&own), false, false), Ok(()), "{own:?}");
        }
    }

    #[test]
    fn other_pages_may_not() {
        for foreign in [
            vec![("sec-fetch-site", "cross-site"), FORM],
            vec![("sec-fetch-site", "same-site"), FORM],
            vec![("sec-fetch-site", "cross-site"), ("origin", "http://crm.example.com:7300"), FORM],
            vec![("sec-fetch-site", ""), FORM],
            vec![("origin", "null"), FORM],
            vec![("origin", "http://evil.example"), FORM],
            vec![("origin", "http://crm.example.com"), FORM],
            vec![("origin", "http://crm.example.com:7300.evil.example"), FORM],
            vec![("origin", ""), FORM],
            vec![("cookie", "sid=1"), FORM],
            vec![("cookie", "lang=en")],
        ] {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                assert_eq!(
                    check(&method, &headers(&foreign), false, false),
                    Err(Refused::Foreign),
                    "{foreign:?}"
                );
            }
            assert_eq!(check(&Method::GET, &headers(&foreign), false, false), Ok(()));
        }
        let plain = headers(&[("origin", "http://crm.example.com:7300"), FORM]);
        assert_eq!(check(&Method::POST, &plain, true, false), Err(Refused::Foreign));
    }

    #[test]
    fn a_file_is_fetched_by_own_pages_only() {
        let check = |list: &[(&'static str, &'static str)]| {
            check(&Method::GET, &headers(list), false, true)
        };
        let cookie = ("cookie", "sid=1");
        for own in [
            vec![cookie, ("sec-fetch-site", "same-origin")],
            vec![cookie, ("sec-fetch-site", "none")],
            vec![cookie, ("referer", "http://crm.example.com:7300/customers?q=http://a/")],
            vec![],
        ] {
            assert_eq!(check(&own), Ok(()), "{own:?}");
        }
        for foreign in [
            vec![cookie, ("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![cookie],
            vec![cookie, ("referer", "http://evil.example/http://crm.example.com:7300/")],
            vec![cookie, ("referer", "http://evil.example?http://crm.example.com:7300/")],
            vec![cookie, ("referer", "nonsense")],
            vec![cookie, ("referer", "")],
        ] {
            assert_eq!(check(&foreign), Err(Refused::Foreign), "{foreign:?}");
        }
    }

    #[test]
    fn only_what_forms_and_screens_send_is_read() {
        let own = ("sec-fetch-site", "same-origin");
        for kind in [
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/xml",
            "",
            "text/plain;application/json",
        ] {
            let mut list = headers(&[own]);
            list.insert("content-type", HeaderValue::from_static(kind));
            assert_eq!(
                check(&Method::POST, &list, false, false),
                Err(Refused::ContentType),
                "{kind}"
            );
        }
        let file = headers(&[own, ("content-type", "multipart/form-data; boundary=x")]);
        assert_eq!(check(&Method::POST, &file, false, true), Ok(()));
        let unnamed = headers(&[own, ("content-length", "5")]);
        assert_eq!(check(&Method::POST, &unnamed, false, false), Err(Refused::ContentType));
        let chunked = headers(&[own, ("transfer-encoding", "chunked")]);
        assert_eq!(check(&Method::POST, &chunked, false, false), Err(Refused::ContentType));
    }
}
