//! How much, how fast and how often.

use crate::support::{Place, Server, function, parse, raw};
use server::inventory::{FORM_BODY, FUNCTION_BODY};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

fn head(server: &Server, path: &str, kind: &str, more: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\ncontent-type: {kind}\r\n{more}connection: close\r\n\r\n",
        server.address
    )
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for chunk in body.chunks(7000) {
        out.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

#[test]
fn bodies_end_at_their_limit_with_and_without_a_length() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let admin = server.set_up();
    let session = format!("cookie: sid={}\r\n", admin.session().unwrap());
    let form_kind = "application/x-www-form-urlencoded";
    let find = function("find_duplicates");
    for (path, kind, limit) in [
        ("/login", form_kind, FORM_BODY),
        ("/preferences", form_kind, FORM_BODY),
        (&*find, "application/json", FUNCTION_BODY),
    ] {
        for (size, fits) in [(limit, true), (limit + 1, false)] {
            let body = vec![b'a'; usize::try_from(size).unwrap()];
            let length = format!("{session}content-length: {size}\r\n");
            let sized = [head(&server, path, kind, &length).as_bytes(), &body].concat();
            let more = format!("{session}transfer-encoding: chunked\r\n");
            let unsized_ = [head(&server, path, kind, &more).as_bytes(), &chunked(&body)].concat();
            for request in [sized, unsized_] {
                let answer = raw(server.address, &request);
                assert_eq!(answer.status != 413, fits, "{path} {size}: {}", answer.status);
                assert!(answer.status < 500, "{path} {size}: {}", answer.status);
            }
        }
    }
    // A way in without a body takes none.
    let answer = raw(
        server.address,
        format!(
            "GET /login HTTP/1.1\r\nhost: {}\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx",
            server.address
        )
        .as_bytes(),
    );
    assert!(matches!(answer.status, 200 | 413));
}

#[test]
fn a_head_that_dawdles_is_cut_and_others_are_served_meanwhile() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let began = Instant::now();
    let mut slow = TcpStream::connect(server.address).unwrap();
    let mut silent = TcpStream::connect(server.address).unwrap();
    let ended = std::thread::spawn(move || {
        // A byte a second never ends a head.
        slow.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        let mut buffer = [0; 512];
        for byte in b"GET / HTTP/1.1\r\nx-slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".chunks(1) {
            if slow.write_all(byte).is_err() {
                break;
            }
            if matches!(slow.read(&mut buffer), Ok(0)) {
                break;
            }
        }
        began.elapsed()
    });
    assert_eq!(server.browser().get("/livez").status, 200);
    let cut = ended.join().unwrap();
    assert!((9..=15).contains(&cut.as_secs()), "{cut:?}");
    silent.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    assert_eq!(silent.read(&mut [0; 16]).unwrap(), 0, "who says nothing is cut as well");
}

#[test]
fn a_body_that_trickles_is_cut() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let began = Instant::now();
    let mut stream = TcpStream::connect(server.address).unwrap();
    let head =
        head(&server, "/login", "application/x-www-form-urlencoded", "content-length: 60000\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut reader = stream.try_clone().unwrap();
    let answer = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = reader.read_to_end(&mut bytes);
        (bytes, began.elapsed())
    });
    for _ in 0..45 {
        if stream.write_all(b"a").is_err() || answer.is_finished() {
            break;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    let (bytes, took) = answer.join().unwrap();
    assert!((25..=40).contains(&took.as_secs()), "{took:?}");
    // Cut by the layer that watches the body, or by the one that watches the clock.
    let status = parse(&bytes).map(|answer| answer.status);
    assert!(matches!(status, None | Some(408 | 503)), "{status:?}");
}

#[test]
fn one_address_has_so_many_connections() {
    let place = Place::sqlite();
    let server = Server::start_with(&place, &["--no-rate-limits", "--limit-loopback"]);
    // What the start used has to be gone first.
    std::thread::sleep(Duration::from_millis(300));
    let open: Vec<TcpStream> =
        (0..64).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    std::thread::sleep(Duration::from_millis(300));
    let mut one_more = TcpStream::connect(server.address).unwrap();
    one_more.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut buffer = [0; 16];
    assert!(matches!(one_more.read(&mut buffer), Ok(0) | Err(_)), "the 65th is closed");
    drop(open);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(server.browser().get("/livez").status, 200);
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let place = Place::sqlite();
    let server = Server::start_with(&place, &[]);
    let mut stranger = server.browser();
    let mut post = || stranger.post("/csp-report", &[]);
    let mut last = post();
    let mut passed = 0;
    while last.status != 429 {
        passed += 1;
        assert!(passed < 100);
        last = post();
    }
    assert!((18..=22).contains(&passed), "{passed}");
    let wait: u32 = last.header("retry-after").parse().unwrap();
    assert!((1..=10).contains(&wait), "{wait}");
    // What a stranger claims about his address gains nothing.
    let claimed = stranger.ask(
        "POST",
        "/csp-report",
        &[("x-forwarded-for", "203.0.113.9"), ("sec-fetch-site", "same-origin")],
        b"",
    );
    assert_eq!(claimed.status, 429);
    let mut pages = 0;
    while server.browser().get("/login").status == 200 {
        pages += 1;
        assert!(pages < 300);
    }
    assert!((100..=130).contains(&pages), "{pages}");
    // Files are not counted.
    for _ in 0..300 {
        assert_eq!(server.browser().get("/nothing.css").status, 404);
    }
}

#[test]
fn behind_a_proxy_each_browser_counts_for_itself() {
    let place = Place::sqlite();
    let server = Server::start_with(&place, &["--trusted-proxy", "127.0.0.0/8"]);
    let ask = |address: &str| {
        let headers = [("x-forwarded-for", address), ("sec-fetch-site", "same-origin")];
        server.browser().ask("POST", "/csp-report", &headers, b"").status
    };
    while ask("198.51.100.1") != 429 {}
    assert_eq!(ask("198.51.100.2"), 204);
    assert_eq!(
        ask("203.0.113.1, 198.51.100.1"),
        429,
        "what stands left of the proxy's word is a claim"
    );
}

#[test]
fn odd_requests_get_an_answer_and_the_process_lives() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let admin = server.set_up();
    let cookie = format!("cookie: sid={}\r\n", admin.session().unwrap());
    let add_note = function("add_note");
    let mut odd: Vec<Vec<u8>> = Vec::new();
    for path in [
        &*add_note,
        "/login",
        "/setup",
        "/imports",
        "/customers/%00",
        "/customers/%ff%fe",
        "/%",
        "/a/%2F%2e%2e",
    ] {
        for kind in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "application/json",
            "application/json; charset=utf-16",
            "application/x-www-form-urlencoded",
            "application/octet-stream",
        ] {
            for body in
                [&b""[..], b"{", b"null", b"[[[[[[", b"%", b"a=%ff&a=%", b"\xff\xfe\x00", b"--x--"]
            {
                let more = format!("{cookie}content-length: {}\r\n", body.len());
                odd.push([head(&server, path, kind, &more).as_bytes(), body].concat());
            }
        }
    }
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let more = format!("{cookie}content-length: {}\r\n", deep.len());
    odd.push(format!("{}{deep}", head(&server, &add_note, "application/json", &more)).into_bytes());
    for request in &odd {
        let answer = raw(server.address, request);
        assert!(
            answer.status < 500,
            "{}: {:?}",
            answer.status,
            String::from_utf8_lossy(&request[..80])
        );
    }
    for broken in
        [&b"\x16\x03\x01\x02\x00"[..], b"GET\r\n\r\n", b"\r\n\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"]
    {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
        let _ = stream.write_all(broken);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
    }
    assert_eq!(server.browser().get("/livez").status, 200);
    assert!(!server.log().contains("panicked"));
}
