//! What the made-up company promises.

use super::{
    Plan,
    invent::{Customer, World},
};
use domain::{
    account::AccountKind,
    contact::ContactKind,
    id::UserId,
    note::NoteBody,
    text,
    time::{DAY, Instant},
};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

const TODAY: Instant = Instant(1_795_000_000_000);
const OWNERS: [UserId; 2] = [UserId(uuid::Uuid::from_u128(1)), UserId(uuid::Uuid::from_u128(2))];

fn invented(seed: u64, customers: u64) -> Vec<Customer> {
    let world = World { seed, today: TODAY, owners: &OWNERS };
    let plan = Plan { seed, customers, today: TODAY };
    (0..customers).map(|index| world.customer(index, plan.made_at(index))).collect()
}

fn digest(seed: u64) -> String {
    let mut hasher = Sha256::new();
    for load in invented(seed, 3_000) {
        hasher.update(serde_json::to_vec(&load).unwrap());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_seed_makes_the_same_company_each_time_and_another_seed_another() {
    let first = digest(1);
    assert_eq!(first, digest(1));
    assert_ne!(first, digest(2));
}

#[test]
fn a_seed_and_a_day_make_the_company_they_made_before() {
    // A change of what is invented changes this on purpose; a change of anything else must not.
    assert_eq!(&digest(1)[..16], "af4f7d6ebe2224ff");
}

#[test]
fn a_telephone_is_where_its_owner_is() {
    for customer in invented(5, 2_000) {
        let Some(address) = customer.account.addresses.first() else { continue };
        let people = customer.people.iter().flat_map(|person| &person.contacts);
        for contact in customer.account.contacts.iter().chain(people) {
            if contact.kind.is_phone() && address.country == "United Kingdom" {
                assert!(contact.raw.starts_with("+44 "), "{} {}", address.city, contact.raw);
            }
            if contact.kind.is_phone() && address.city == "London" {
                assert!(contact.raw.starts_with("+44 20 "), "{}", contact.raw);
            }
        }
    }
}

#[test]
fn the_beginning_does_not_depend_on_how_many_are_asked_for() {
    let names = |all: Vec<Customer>| -> Vec<String> {
        all.into_iter().take(500).map(|load| load.account.data.name).collect()
    };
    assert_eq!(names(invented(7, 500)), names(invented(7, 4_000)));
}

#[test]
fn everything_invented_passes_the_rules_for_typed_input() {
    let plan = Plan { seed: 3, customers: 2_000, today: TODAY };
    for (load, index) in invented(3, 2_000).into_iter().zip(0..) {
        let made_at = plan.made_at(index);
        let data = &load.account.data;
        assert!(text::line(&data.name, 200).unwrap().is_some());
        assert!(text::credit_code(&data.credit_code).is_ok(), "{}", data.credit_code);
        assert!(text::web_address(&data.website).is_ok(), "{}", data.website);
        let people = load.people.iter().flat_map(|person| &person.contacts);
        for contact in load.account.contacts.iter().chain(people) {
            assert!(contact.normalised("CN").is_ok(), "{}", contact.raw);
            if contact.kind == ContactKind::Email {
                let (_, host) = contact.raw.split_once('@').unwrap();
                let labels: Vec<&str> = host.split('.').collect();
                assert_eq!(labels[labels.len() - 2], "example", "{}", contact.raw);
            }
        }
        for note in &load.notes {
            assert!(NoteBody::parse(&note.body).is_ok());
            assert!(!note.body.contains(['{', '}']), "{}", note.body);
            assert!(note.at < TODAY && note.at.0 > made_at.0 - DAY);
        }
        assert!(data.last_contact_at < TODAY);
        assert!(made_at < TODAY);
    }
}

#[test]
fn the_company_looks_like_one() {
    let all = invented(1, 4_000);
    let share = |count: usize| 100 * count / all.len();
    let chinese = all.iter().filter(|load| load.account.data.name.chars().any(text::is_han));
    assert!((60..68).contains(&share(chinese.count())));
    let individuals =
        all.iter().filter(|load| load.account.data.kind == AccountKind::Individual).count();
    assert!((22..30).contains(&share(individuals)));
    assert!((85..115).contains(&share(all.iter().map(|load| load.people.len()).sum())));
    assert!((85..130).contains(&share(all.iter().map(|load| load.notes.len()).sum())));
    let firms: HashSet<&str> = all
        .iter()
        .filter(|load| load.account.data.kind == AccountKind::Company)
        .map(|load| load.account.data.name.as_str())
        .collect();
    let companies =
        all.iter().filter(|load| load.account.data.kind == AccountKind::Company).count();
    assert!(firms.len() * 100 > companies * 99, "{} of {companies}", firms.len());
    let plan = Plan { seed: 1, customers: 4_000, today: TODAY };
    assert!((1..4_000).all(|index| plan.made_at(index - 1) <= plan.made_at(index)));
}
