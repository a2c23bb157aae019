//! What the list of ways in holds to: limits, rates, proofs.

use super::*;
use std::collections::BTreeSet;

#[test]
fn every_registered_function_is_listed_and_every_listed_one_is_registered() {
    // In lists, not in sets: two functions of one name would share one line.
    let mut registered: Vec<(String, String)> = server_fn::axum::server_fn_paths()
        .map(|(path, method)| (method.to_string(), function_name(path).to_owned()))
        .collect();
    let mut listed: Vec<(String, String)> =
        FUNCTIONS.iter().map(|entry| (entry.method.to_owned(), entry.path.to_owned())).collect();
    registered.sort();
    listed.sort();
    assert_eq!(registered, listed);
    let names: BTreeSet<&str> = FUNCTIONS.iter().map(|entry| entry.path).collect();
    assert_eq!(names.len(), FUNCTIONS.len(), "two functions of one name");
}

#[test]
fn what_comes_by_get_writes_nothing() {
    for entry in ROUTES.iter().chain(TRANSFERS).chain(STREAMS).chain(SCREENS).chain(FUNCTIONS) {
        // Another system sends people there, which works by GET alone; what comes is good once, in one browser.
        if entry.method == "GET" && entry.path != RETURN_PATH {
            assert_eq!(entry.repeat, Repeat::Reads, "{}", entry.path);
        }
    }
}

#[test]
fn limits_are_those_of_operation() {
    for entry in ROUTES.iter().chain(TRANSFERS).chain(STREAMS).chain(SCREENS).chain(FUNCTIONS) {
        match entry.kind {
            Kind::Function => assert_eq!(entry.body, FUNCTION_BODY, "{}", entry.path),
            Kind::Form | Kind::Open => assert_eq!(entry.body, FORM_BODY, "{}", entry.path),
            Kind::Screen | Kind::Stream | Kind::Probe | Kind::File => {
                assert_eq!(entry.body, 0, "{}", entry.path)
            }
            Kind::Transfer => assert!(entry.body <= 64 * MIB, "{}", entry.path),
        }
        if entry.kind == Kind::Function {
            assert!(
                matches!(
                    entry.permission,
                    Permission::SignedIn
                        | Permission::May(..)
                        | Permission::MayAny(..)
                        | Permission::Behind(..)
                ),
                "{}",
                entry.path
            );
            let rate = if entry.repeat == Repeat::Reads { Rate::Read } else { Rate::Write };
            assert_eq!(entry.rate, rate, "{}", entry.path);
        }
    }
}

/// Of the settings of the organisation those that say who comes in.
const FRESH: [&str; 3] = ["require_second_step", "save_provider", "test_provider"];

/// What changes who may sign in or what they may do, and what takes many records out.
#[test]
fn what_is_worth_most_to_a_thief_takes_a_fresh_proof() {
    for entry in ROUTES.iter().chain(TRANSFERS).chain(STREAMS).chain(SCREENS).chain(FUNCTIONS) {
        let sensitive = match entry.permission {
            Permission::May(Action::Export | Action::Erase | Action::ViewAs, _)
            | Permission::MayAny(Action::Export | Action::Erase | Action::ViewAs) => true,
            Permission::May(Action::Administer, Object::User | Object::Structure) => {
                entry.repeat != Repeat::Reads
            }
            // Names may change without; what signs in may not.
            Permission::Own if entry.path.starts_with("/passkeys") => {
                entry.repeat != Repeat::Reads && entry.path != "/passkeys/rename"
            }
            _ => entry.path.starts_with("/second-step/") || FRESH.contains(&entry.path),
        };
        assert_eq!(entry.proof == FreshProof::Needed, sensitive, "{}", entry.path);
    }
}

#[test]
fn names_are_found_in_paths() {
    assert_eq!(function_name("/api/save_note12345678901234567890"), "save_note");
    assert_eq!(function_name("/api/customers/list"), "list");
}
