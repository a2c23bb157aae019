//! Nobody is told of a record out of reach: every seat asks every question, and every answer is searched for the marks
//! of every record, workbooks by what is packed in them.

use super::{
    alike::without_what_passes,
    reads::{Question, Tells, general, of_record},
    record::{COMMON, CONTACTS, Kept, canaries_in},
    request::Body,
    stage::Stage,
    world::{Seat, VIEW, World},
    writes::mapped,
};
use crate::support::{Answer, Browser, Place, Server, function};
use serde_json::Value;
use std::{
    collections::{BTreeSet, HashSet},
    sync::atomic::{AtomicUsize, Ordering},
};
use tokio::runtime::Runtime;

/// Answers, and pairs of an answer and a record that may or may not occur in it.
#[derive(Debug, Default)]
struct Counted {
    answers: AtomicUsize,
    cases: AtomicUsize,
    /// Records that were told of.
    telling: AtomicUsize,
    /// Answers that had to be equal to those about nothing.
    equal: AtomicUsize,
}

impl Counted {
    fn add(to: &AtomicUsize, more: usize) {
        to.fetch_add(more, Ordering::Relaxed);
    }
}

/// Whether an answer may tell of a record.
fn may_tell(seat: &Seat, question: &Question, kept: &Kept) -> bool {
    let in_its_place = match question.tells {
        Tells::Past => return seat.sees_values_of_the_log(),
        Tells::Kept => true,
        Tells::Binned => kept.binned,
        Tells::Deals | Tells::SomeDeals => {
            let may = |right| seat.may_with_deals(right, kept.owners[0]);
            return !kept.binned && may(VIEW) && may(question.right);
        }
        Tells::BinnedDeals => {
            let may = |right| seat.may_with_deals(right, kept.owners[0]);
            return kept.binned && may(VIEW) && may(question.right);
        }
        Tells::Live | Tells::Some => !kept.binned,
    };
    // What is masked or hidden leads nowhere either.
    let found = !question.by_contact || seat.sees_contacts_of(kept);
    let reaches = |right| seat.reaches_record(right, kept);
    in_its_place && found && reaches(VIEW) && reaches(question.right)
}

fn judge(
    seat: &Seat,
    question: &Question,
    about: Option<&Kept>,
    answer: &Answer,
    world: &World,
    counted: &Counted,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let named = about.map(|kept| &kept.mark);
    let found = canaries_in(&answer.body);
    for kept in &world.records {
        let canaries = kept.canaries();
        if !seat.sees_contacts_of(kept)
            && let Some(contact) = canaries[..CONTACTS].iter().find(|one| found.contains(*one))
        {
            wrong.push(format!("{}: {} tells {contact}", seat.name, question.path));
        }
        let told = canaries.into_iter().find(|canary| found.contains(canary));
        let may = may_tell(seat, question, kept);
        let asked = named.is_none_or(|mark| *mark == kept.mark);
        let must = asked
            && may
            && matches!(
                question.tells,
                Tells::Live | Tells::Deals | Tells::Binned | Tells::BinnedDeals
            );
        let path = &question.path;
        match &told {
            Some(canary) if !may => {
                wrong.push(format!("{}: {path} tells of {canary} of {}", seat.name, kept.mark));
            }
            None if must && answer.status == 200 => {
                wrong.push(format!("{}: {path} does not tell of {}", seat.name, kept.mark));
            }
            _ => Counted::add(&counted.telling, usize::from(told.is_some())),
        }
    }
    if answer.status >= 500 {
        wrong.push(format!("{}: {} {}", seat.name, question.path, answer.status));
    }
    Counted::add(&counted.cases, world.records.len());
    wrong
}

/// An import by the administrator of a file that names a stranger's customer, read and mapped: who may import is shown
/// what it says, and nobody else is.
fn import(runtime: &Runtime, world: &World, server: &Server) {
    let admin = &world.seats[0];
    let kept = world.of(Some(world.colleagues.stranger));
    let mut stage = Stage {
        runtime,
        db: &world.db,
        admin: admin.browser(server),
        owner: admin.user,
        session_of: admin.user,
        password: "",
        made: 0,
        about: Vec::new(),
        canaries: HashSet::new(),
    };
    let rows = format!("公司名称,电话\n{COMMON}{}精密仪器有限公司,{}\n", kept.mark, kept.phone);
    let sent = stage.send("/imports", Body::File(vec![("file".to_owned(), rows)]));
    assert!(sent.body.contains("I-1"), "{}", sent.body);
    stage.send("map_import", mapped(1));
}

/// Whether a list counts as many as are in reach: a number tells of records as well.
fn miscounted(seat: &Seat, browser: &mut Browser, world: &World) -> Vec<String> {
    let live = world.records.iter().filter(|kept| !kept.binned);
    let expected = live.filter(|kept| seat.reaches_record(VIEW, kept)).count();
    let mut wrong = Vec::new();
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let home = browser.ask("GET", &function("home"), &headers, b"");
    let home: Value = serde_json::from_str(&home.body).unwrap();
    // Everybody is in charge of one live customer.
    for (figure, number) in [
        ("companies", expected),
        ("people", expected),
        ("individuals", 0),
        ("my_companies", 1),
        ("my_individuals", 0),
    ] {
        if home["figures"][figure]["number"] != number {
            wrong.push(format!("{}: {number} {figure} at home: {}", seat.name, home["figures"]));
        }
    }
    for what in ["orders", "cases"] {
        let path = format!("{}?query=&exact=true", function(&format!("count_{what}")));
        let answer = browser.ask("GET", &path, &[("sec-fetch-site", "same-origin")], b"");
        let count: Value = serde_json::from_str(&answer.body).unwrap();
        if count["number"] != expected {
            wrong.push(format!("{}: {expected} {what}, counted {count}", seat.name));
        }
    }
    for tab in ["companies", "people"] {
        for exact in [true, false] {
            let query = format!("query=tab%3D{tab}&exact={exact}");
            let path = format!("{}?{query}", function("count_list"));
            let answer = browser.ask("GET", &path, &[("sec-fetch-site", "same-origin")], b"");
            let count: Value = serde_json::from_str(&answer.body).unwrap();
            if count["number"] != expected {
                wrong.push(format!("{}: {expected} {tab}, counted {count}", seat.name));
            }
        }
    }
    wrong
}

/// The answer to a question; it is asked once more where a busy machine did not answer in time.
fn answered(question: &Question, browser: &mut Browser) -> Answer {
    let answer = question.ask(browser);
    if answer.status != 503 {
        return answer;
    }
    assert!(canaries_in(&answer.body).is_empty(), "{}: {}", question.path, answer.body);
    question.ask(browser)
}

/// Everything that one seat asks; answers what was wrong.
fn asked_by(seat: &Seat, server: &Server, world: &World, counted: &Counted) -> Vec<String> {
    let mut browser = seat.browser(server);
    let mut wrong = Vec::new();
    for question in general(world.colleagues.stranger) {
        let answer = answered(&question, &mut browser);
        Counted::add(&counted.answers, 1);
        wrong.extend(judge(seat, &question, None, &answer, world, counted));
    }
    wrong.extend(miscounted(seat, &mut browser, world));
    let unknown = Kept::unknown();
    let of_nothing: Vec<_> = of_record(&unknown)
        .iter()
        .map(|question| without_what_passes(&answered(question, &mut browser), &unknown))
        .collect();
    let near = &world.colleagues;
    let owners = [near.mate, near.beside, near.below, near.above, near.stranger, seat.user];
    let owners: Vec<_> = owners.map(Some).into_iter().chain([None]).collect();
    let live = owners.iter().map(|owner| world.of(*owner));
    for kept in live.chain(owners.iter().map(|owner| world.binned_of(*owner))) {
        for (question, nothing) in of_record(kept).iter().zip(&of_nothing) {
            let answer = answered(question, &mut browser);
            Counted::add(&counted.answers, 1);
            wrong.extend(judge(seat, question, Some(kept), &answer, world, counted));
            if !kept.binned && !seat.reaches_record(VIEW, kept) {
                let told = without_what_passes(&answer, kept);
                Counted::add(&counted.equal, 1);
                if told != *nothing {
                    let (path, nothing) = (&question.path, &nothing.1);
                    let at =
                        told.1.bytes().zip(nothing.bytes()).take_while(|(a, b)| a == b).count();
                    let around = |text: &str| {
                        String::from_utf8_lossy(
                            &text.as_bytes()[at.saturating_sub(60)..(at + 60).min(text.len())],
                        )
                        .into_owned()
                    };
                    wrong.push(format!(
                        "{}: {path} answers {} otherwise than about nothing: {:?} {:?}",
                        seat.name,
                        told.0,
                        around(&told.1),
                        around(nothing)
                    ));
                }
            }
        }
    }
    wrong
}

fn nobody_is_told(place: &Place) {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::make(place));
    let server = Server::start(place);
    import(&runtime, &world, &server);
    let counted = Counted::default();
    let began = std::time::Instant::now();
    let wrong: BTreeSet<String> = std::thread::scope(|scope| {
        let halves: Vec<_> = world
            .seats
            .chunks(world.seats.len().div_ceil(2))
            .map(|seats| {
                let (server, world, counted) = (&server, &world, &counted);
                scope.spawn(move || {
                    seats
                        .iter()
                        .flat_map(|seat| asked_by(seat, server, world, counted))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
    });
    println!("{counted:?} in {:?}", began.elapsed());
    let first: Vec<&String> = wrong.iter().take(60).collect();
    assert!(wrong.is_empty(), "{} wrong: {first:#?}", wrong.len());
    let [answers, cases, telling, equal] =
        [counted.answers, counted.cases, counted.telling, counted.equal]
            .map(AtomicUsize::into_inner);
    assert!(answers >= 5_000, "{answers} answers");
    assert!(cases >= 100_000, "{cases} cases");
    assert!(telling >= 10_000, "{telling}: the marks would have shown");
    assert!(equal >= 400, "{equal} compared with answers about nothing");
    runtime.block_on(world.db.close());
}

#[test]
fn nobody_is_told_of_a_record_out_of_reach_on_sqlite() {
    nobody_is_told(&Place::sqlite());
}

#[test]
fn nobody_is_told_of_a_record_out_of_reach_on_postgres() {
    if let Some(place) = Place::postgres() {
        nobody_is_told(&place);
    }
}
