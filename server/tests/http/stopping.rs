//! Ending in order, and keeping others out while running.

use crate::support::{PASSWORD, Place, Server, signal};
use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

#[test]
fn told_to_stop_it_finishes_what_it_began_and_exits_with_zero() {
    for place in Place::both() {
        let mut server = Server::start(&place);
        let mut idle = server.set_up();
        // Together with the idle one fewer than a user may have sessions, or that one would end.
        let (tell, told) = mpsc::channel();
        for _ in 0..8 {
            let mut browser = server.browser();
            let tell = tell.clone();
            thread::spawn(move || {
                let form = [("email", "lin@example.com"), ("password", PASSWORD)];
                tell.send(browser.post("/login", &form).status).unwrap();
            });
        }
        drop(tell);
        // In the middle of hashing, one or two at a time: the first has its answer.
        let first = told.recv_timeout(Duration::from_secs(10)).unwrap();
        let began = Instant::now();
        assert_eq!(server.stop(), Some(0));
        assert!(began.elapsed() < Duration::from_secs(25));
        let answers: Vec<u16> = std::iter::once(first).chain(told).collect();
        assert_eq!(answers.len(), 8, "a sign-in was not answered");
        assert!(answers.iter().all(|status| matches!(status, 303 | 429)), "{answers:?}");
        assert!(answers.contains(&303), "{answers:?}");
        assert!(TcpStream::connect(server.address).is_err(), "nobody answers any more");
        server.tells("stopped");
        // The log of SQLite is folded into the file.
        let log = place.folder().join("rapport.db-wal");
        assert!(!log.exists() || log.metadata().unwrap().len() == 0);
        let again = Server::start(&place);
        idle.address = again.address;
        assert_eq!(idle.get("/").status, 200, "sessions outlive the process");
    }
}

#[test]
fn control_c_stops_it_as_well() {
    let place = Place::sqlite();
    let mut server = Server::start(&place);
    signal(server.id(), "INT");
    let began = Instant::now();
    assert_eq!(server.ended(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn told_twice_it_stops_at_once() {
    let place = Place::sqlite();
    let mut server = Server::start(&place);
    // A request that is never finished holds the drain up.
    let mut slow = TcpStream::connect(server.address).unwrap();
    let head = format!(
        "POST /login HTTP/1.1\r\nhost: {}\r\ncontent-length: 10\r\n\
         content-type: application/x-www-form-urlencoded\r\nexpect: 100-continue\r\n\r\n",
        server.address
    );
    slow.write_all(head.as_bytes()).unwrap();
    // The server says so when it waits for the content.
    let mut answer = [0_u8; 12];
    slow.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100");
    slow.write_all(b"a").unwrap();
    let began = Instant::now();
    signal(server.id(), "TERM");
    server.tells("stopping:");
    assert_eq!(server.stop(), Some(1));
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    server.tells("told twice");
}

#[test]
fn one_folder_is_for_one_process() {
    let place = Place::sqlite();
    let mut server = Server::start(&place);
    for arguments in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"], &["demo", "--customers", "1"]]
    {
        let second = place.command(arguments).output().unwrap();
        assert_eq!(second.status.code(), Some(1));
        let said = String::from_utf8(second.stderr).unwrap();
        assert!(said.contains("another Rapport works on the folder"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    // A killed process leaves no lock behind.
    server.kill();
    assert!(place.command(&["migrate"]).output().unwrap().status.success());
}

#[test]
fn probes_tell_alive_and_ready() {
    for place in Place::both() {
        let server = Server::start(&place);
        let alive = server.browser().get("/livez");
        assert_eq!(alive.body, "alive\n");
        let ready = server.browser().get("/readyz");
        let told: serde_json::Value = serde_json::from_str(&ready.body).unwrap();
        assert_eq!(told["database"], true, "{told}");
        // The machine that tests may have a fuller disk than work is taken with.
        let has_room = told["disk_free_percent"].as_u64().is_none_or(|percent| percent >= 5);
        assert_eq!((ready.status == 200, &told["ready"]), (has_room, &has_room.into()), "{told}");
        assert!(told["migration"].as_i64().unwrap() >= 3);
        assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    }
}
