//! Requests from pages of others, under names of others, and back to places of others.

use crate::{
    inventory::{all, ask},
    support::{Place, Server, function},
};
use server::inventory::Kind;

fn bytes(place: &Place) -> Vec<Vec<u8>> {
    ["rapport.db", "rapport.db-wal"]
        .iter()
        .map(|name| std::fs::read(place.folder().join(name)).unwrap_or_default())
        .collect()
}

#[test]
fn no_page_of_somebody_else_writes_anything() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    let hostile: [&[(&str, &str)]; 8] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:1")],
        &[("origin", "http://127.0.0.1.evil.example")],
        &[("origin", ""), ("referer", "http://127.0.0.1/")],
    ];
    let kinds = ["application/x-www-form-urlencoded", "text/plain", "application/json"];
    // What the server writes by itself is written by then.
    server.settle();
    let before = bytes(&place);
    let mut asked = 0;
    for entry in all().filter(|entry| entry.method == "POST") {
        for set in hostile {
            for kind in kinds {
                let mut headers = set.to_vec();
                headers.push(("content-type", kind));
                let answer = ask(&mut admin, entry, "*/*", &headers);
                // What nobody in particular sends is taken from any page; by this link it leads nowhere.
                let expected = if entry.kind == Kind::Open { 404 } else { 403 };
                let kept_out = answer.status == expected || answer.status == 415;
                assert!(
                    kept_out && (answer.status != 415 || entry.kind == Kind::Open),
                    "{} {headers:?}: {}",
                    entry.path,
                    answer.status
                );
                asked += 1;
            }
        }
    }
    assert!(asked > 24 * 30, "{asked}");
    assert!(bytes(&place) == before, "something was written");
}

#[test]
fn what_writes_is_not_reached_by_get_or_by_another_name_of_post() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    let before = bytes(&place);
    let reads: Vec<&str> =
        all().filter(|entry| entry.method == "GET").map(|entry| entry.path).collect();
    for entry in all().filter(|entry| entry.method == "POST" && !reads.contains(&entry.path)) {
        let path = match entry.kind {
            Kind::Function => function(entry.path),
            _ => entry.path.to_owned(),
        };
        for method in ["GET", "HEAD"] {
            for more in [("x-http-method-override", "POST"), ("x-method-override", "POST")] {
                let answer =
                    admin.ask(method, &path, &[("sec-fetch-site", "cross-site"), more], b"");
                assert!(matches!(answer.status, 404 | 405), "{method} {path}: {}", answer.status);
            }
        }
    }
    assert!(bytes(&place) == before, "something was written");
}

#[test]
fn no_page_of_somebody_else_fetches_a_file() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    let before = bytes(&place);
    let foreign: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("referer", "https://evil.example/"), ("origin", "https://evil.example")],
        &[("origin", "null")],
    ];
    let mut asked = 0;
    for entry in all().filter(|entry| entry.kind == Kind::Transfer && entry.method == "GET") {
        for headers in foreign {
            let answer = ask(&mut admin, entry, "*/*", headers);
            assert_eq!(answer.status, 403, "{} {headers:?}", entry.path);
            asked += 1;
        }
    }
    assert!(asked >= 12, "{asked}");
    assert!(bytes(&place) == before, "something was written into the trail");
    // The page of the list itself names where it stands, also where browsers tell nothing else.
    let own = format!("http://{}/customers", server.address);
    let answer = admin.ask("GET", "/export/customers", &[("referer", &own)], b"");
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn content_no_form_sends_is_not_read() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    for entry in all().filter(|entry| entry.method == "POST") {
        for kind in ["text/plain", "application/xml", "text/html", "multipart/mixed; boundary=x"] {
            let answer = ask(&mut admin, entry, "*/*", &[("content-type", kind)]);
            assert_eq!(answer.status, 415, "{} {kind}", entry.path);
        }
        if entry.kind != Kind::Transfer {
            for kind in ["multipart/form-data", "multipart/form-data; boundary=x"] {
                let answer = ask(&mut admin, entry, "*/*", &[("content-type", kind)]);
                assert_eq!(answer.status, 415, "{} {kind}", entry.path);
            }
        }
    }
}

#[test]
fn names_of_others_get_no_answer() {
    let place = Place::sqlite();
    let server = Server::start_with(
        &place,
        &["--no-rate-limits", "--public-url", "https://crm.example.com"],
    );
    let status = |host: &str| server.browser().ask("GET", "/login", &[("host", host)], b"").status;
    for own in [
        "crm.example.com",
        "CRM.example.com",
        "localhost:7300",
        "127.0.0.1:1",
        "[::1]:80",
        "192.168.1.7",
    ] {
        assert_eq!(status(own), 200, "{own}");
    }
    for foreign in [
        "evil.example",
        "crm.example.com.evil.example",
        "",
        "crm.example.com@evil.example",
        "8.8.8.8",
    ] {
        assert_eq!(status(foreign), 421, "{foreign}");
    }
    let two = b"GET /login HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    assert!(matches!(crate::support::raw(server.address, two).status, 400 | 421));
    let absolute =
        b"GET http://evil.example/login HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    assert_eq!(crate::support::raw(server.address, absolute).status, 421);
    let none = b"GET /login HTTP/1.0\r\n\r\n";
    assert_eq!(crate::support::raw(server.address, none).status, 421);
    // The link that is printed comes from the settings, never from a request.
    assert!(server.token.is_some());
}

#[test]
fn a_plain_form_goes_back_to_a_page_of_this_site() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    let path = function("rename_myself");
    let own = format!("http://{}/profile?tab=a", server.address);
    // Refused, so that the function itself leads nowhere.
    let body = crate::support::form(&[("name", "")]);
    let mut post = |referer: &str| {
        let headers = [
            ("accept", "text/html"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("referer", referer),
        ];
        let answer = admin.ask("POST", &path, &headers, body.as_bytes());
        (answer.status, answer.header("location").to_owned())
    };
    let (status, location) = post(&own);
    assert_eq!(status, 302);
    assert!(location.starts_with("/profile?tab=a"), "{location}");
    for foreign in [
        "https://evil.example/",
        "//evil.example",
        "http://127.0.0.1:1/",
        "javascript:alert(1)",
        "http://localhost.evil.example/",
        "/\\evil.example",
    ] {
        let (_, location) = post(foreign);
        assert!(location.is_empty() || location == "/", "{foreign} -> {location}");
    }
}
