//! What was acknowledged is there, however the process ended.

use crate::support::{Browser, Place, Server, function};
use domain::{
    id::AccountNumber,
    policy::{Caller, Origin},
    time::Instant,
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// Writers at once.
const WRITERS: usize = 8;

/// How often the process is killed: `RAPPORT_KILLS`, or a few times.
fn cycles() -> usize {
    std::env::var("RAPPORT_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(30)
}

/// Creates a customer; the number it got, if the server said that it is there.
fn create(browser: &mut Browser, path: &str, name: &str) -> Option<String> {
    let operation = uuid::Uuid::now_v7().to_string();
    let body = crate::support::form(&[
        ("operation", &operation),
        ("form[name]", name),
        ("form[kind]", "company"),
    ]);
    let answer = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        browser.ask(
            "POST",
            path,
            &[
                ("sec-fetch-site", "same-origin"),
                ("content-type", "application/x-www-form-urlencoded"),
            ],
            body.as_bytes(),
        )
    }));
    let answer = answer.ok()?;
    (answer.status == 200).then_some(answer.body)
}

#[test]
fn every_acknowledged_write_survives_being_killed() {
    for place in Place::both() {
        // Threads that lose their server in mid-request say so by panicking, which is expected.
        std::panic::set_hook(Box::new(|info| {
            let expected = info.location().is_some_and(|at| at.file().ends_with("support.rs"));
            if !expected {
                eprintln!("{info}");
            }
        }));
        let path = function("create_account");
        let mut server = Server::start(&place);
        let mut admin = server.set_up();
        let ledger: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        for cycle in 0..cycles() {
            admin.address = server.address;
            let stop = Arc::new(AtomicBool::new(false));
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let (mut browser, stop) = (admin.clone(), stop.clone());
                    let (ledger, path) = (ledger.clone(), path.clone());
                    thread::spawn(move || {
                        let mut number = 0;
                        while !stop.load(Ordering::Relaxed) {
                            let name = format!("Durable {cycle}-{writer}-{number} Ltd");
                            number += 1;
                            match create(&mut browser, &path, &name) {
                                Some(answer) => ledger.lock().unwrap().push((name, answer)),
                                None => break,
                            }
                        }
                    })
                })
                .collect();
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            thread::sleep(Duration::from_millis(200 + seed % 700));
            server.kill();
            stop.store(true, Ordering::Relaxed);
            for writer in writers {
                writer.join().unwrap();
            }
            server = Server::start(&place);
        }
        server.stop();
        let _ = std::panic::take_hook();
        let ledger = ledger.lock().unwrap().clone();
        assert!(ledger.len() > cycles() * 2, "only {} writes", ledger.len());
        check(&place, &ledger);
    }
}

/// Holds the ledger of acknowledgements against the database.
fn check(place: &Place, ledger: &[(String, String)]) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let db = place.open().await;
        let root = Caller::system(Instant(1), Origin::CommandLine);
        let mut numbers = BTreeSet::new();
        for (name, answer) in ledger {
            let digits: String = answer.chars().filter(char::is_ascii_digit).collect();
            let number = AccountNumber(digits.parse().unwrap_or_else(|_| panic!("{answer}")));
            assert!(numbers.insert(number), "{number} was given twice");
            let account = db.account(&root, number).await.unwrap_or_else(|error| {
                panic!("{name} was acknowledged as {number} and is lost: {error}")
            });
            assert_eq!(account.data.name, *name);
        }
        db.close().await;
    });
    println!("{} acknowledged writes, none lost", ledger.len());
}
