//! Somebody whose role knows customers alone, or persons alone: everything about these works, on every path that asks for
//! both, and nothing tells of the others or changes them.

use super::{
    reads::{Question, Tells, general, of_record},
    record::{Kept, bargain, buy, complain, operation},
    state::{State, moved},
    world::{acting, hire, root, session, with_cookie},
};
use crate::support::{Browser, Place, Server, function};
use domain::{
    account::AccountForm,
    bin::BinKind,
    id::UserId,
    note::{NoteBody, Subject},
    person::PersonForm,
    policy::{Action, Held, Object, Reach, Rights},
    share::ShareWith,
};
use serde_json::{Value, json};
use server::inventory::Kind;
use store::Db;
use tokio::runtime::Runtime;

/// Stands in every text of the customers.
const OF_ACCOUNTS: &str = "kanarieins";
/// Stands in every text of the persons.
const OF_PEOPLE: &str = "merlinzwei";
/// Stands in every text of the deals.
const OF_DEALS: &str = "habichtdrei";
/// Stands in every text of the cases.
const OF_CASES: &str = "falkefuenf";
/// Stands in every text of the orders.
const OF_ORDERS: &str = "sperbervier";

/// A customer and a person who works there, whose texts have nothing in common.
async fn keep(db: &Db, place: usize, binned: bool) -> Kept {
    let caller = root();
    let (phone, mobile) = (format!("1390{place:03}2222"), format!("1380{place:03}3333"));
    let typed = AccountForm {
        name: format!("{OF_ACCOUNTS} {place}"),
        kind: "company".to_owned(),
        phone: phone.clone(),
        email: format!("office.{OF_ACCOUNTS}@example.com"),
        tags: OF_ACCOUNTS.to_owned(),
        city: OF_ACCOUNTS.to_owned(),
        ..AccountForm::default()
    };
    let number = db.create_account(&caller, operation(), &typed.parse(2).unwrap()).await.unwrap();
    let account = db.account(&caller, number).await.unwrap().id;
    let typed = PersonForm {
        full_name: format!("{OF_PEOPLE} {place}"),
        title: OF_PEOPLE.to_owned(),
        phone: mobile.clone(),
        email: format!("{OF_PEOPLE}@example.com"),
        account: number.to_string(),
        ..PersonForm::default()
    };
    let person_number =
        db.create_person(&caller, operation(), &typed.parse().unwrap()).await.unwrap();
    let person = db.person(&caller, person_number).await.unwrap().id;
    let note = NoteBody::parse(OF_ACCOUNTS).unwrap();
    let note = db.add_note(&caller, operation(), Subject::Account(account), &note).await.unwrap();
    let body = NoteBody::parse(OF_PEOPLE).unwrap();
    db.add_note(&caller, operation(), Subject::Person(person), &body).await.unwrap();
    let (deal_number, deal) = bargain(db, None, OF_DEALS, number, person_number).await;
    let (order_number, order) = buy(db, OF_ORDERS, number).await;
    let (case_number, case) = complain(db, None, OF_CASES, number, person_number).await;
    if binned {
        db.delete_accounts(&caller, &[account]).await.unwrap();
        db.delete_people(&caller, &[person]).await.unwrap();
        db.delete_opportunities(&caller, &[deal]).await.unwrap();
        db.delete_case(&root(), case, true).await.unwrap();
    }
    Kept {
        owners: vec![None],
        mark: OF_ACCOUNTS.to_owned(),
        phone,
        mobile,
        account,
        number,
        person,
        person_number,
        note,
        deal,
        deal_number,
        order,
        order_number,
        case,
        case_number,
        binned,
    }
}

/// Somebody who may do everything with one kind of record.
struct Seat {
    object: Object,
    browser: Browser,
}

impl Seat {
    async fn take(db: &Db, server: &Server, object: Object) -> Self {
        let rights = Rights::default().with(object, &Action::ALL, Reach::All);
        let rights = rights.set(object, Action::Administer, Reach::None);
        // Deals are neither shown in part nor merged.
        let never = [Action::Reveal, Action::Merge].into_iter();
        let never = never.filter(|_| object == Object::Opportunity);
        let rights = [Action::Import, Action::ViewAs]
            .into_iter()
            .chain(never)
            .fold(rights, |rights, action| rights.set(object, action, Reach::None));
        let role = db.put_role(&root(), None, object.code(), &rights).await.unwrap();
        let department = db.put_department(&root(), None, object.code(), None).await.unwrap();
        let user = hire(db, object.code(), vec![Held::Own(role)], department).await;
        let browser = with_cookie(server, &session(db, &acting(user)).await);
        Self { object, browser }
    }

    /// What tells of records of the other kind.
    fn foreign(&self, kept: &Kept) -> Vec<String> {
        let marks = [
            (
                Object::Account,
                [OF_ACCOUNTS.to_owned(), kept.phone.clone(), kept.account.to_string()],
            ),
            (Object::Person, [OF_PEOPLE.to_owned(), kept.mobile.clone(), kept.person.to_string()]),
            (Object::Opportunity, [OF_DEALS.to_owned(), kept.deal.to_string(), "拜访".to_owned()]),
            (Object::Order, [OF_ORDERS.to_owned(), kept.order.to_string(), "发货".to_owned()]),
            (Object::Case, [OF_CASES.to_owned(), kept.case.to_string(), "说法".to_owned()]),
        ];
        let others = marks.into_iter().filter(|(object, _)| *object != self.object);
        others.flat_map(|(_, marks)| marks).collect()
    }

    /// What a question about the own kind has to be answered with.
    fn own(&self, question: &Question) -> Option<&'static str> {
        let (paths, mark) = match self.object {
            Object::Account => {
                (["list_accounts", "open_account", "/customers/{number}"], OF_ACCOUNTS)
            }
            Object::Person => (["list_people", "open_person", "/people/{number}"], OF_PEOPLE),
            _ => (["list_opportunities", "open_opportunity", "/deals/{number}"], OF_DEALS),
        };
        let plain = matches!(question.tells, Tells::Live | Tells::Deals)
            || question.entry.kind == Kind::Screen;
        (plain && paths.contains(&question.entry.path)).then_some(mark)
    }
}

fn reads(seat: &mut Seat, live: &Kept, binned: &Kept) -> Vec<String> {
    let (mut wrong, mut told_own) = (Vec::new(), 0);
    let everything = general(UserId::NIL).into_iter().chain(of_record(live));
    let questions = everything.map(|question| (question, true));
    for (question, is_live) in questions.chain(of_record(binned).into_iter().map(|q| (q, false))) {
        let answer = question.ask(&mut seat.browser);
        // Phones stand there with spaces in between.
        let digits: String = answer.body.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let asked = question.asked();
        for foreign in [live, binned].iter().flat_map(|kept| seat.foreign(kept)) {
            let told = [&answer.body, &digits].iter().any(|body| body.contains(&foreign));
            if told && !asked.contains(&foreign) {
                wrong.push(format!("{:?}: {asked} tells {foreign}", seat.object));
            }
        }
        if answer.status >= 500 {
            wrong.push(format!("{:?}: {asked} {}", seat.object, answer.status));
        }
        if let Some(mark) = seat.own(&question).filter(|_| is_live) {
            told_own += 1;
            if !answer.body.contains(mark) {
                wrong.push(format!("{:?}: {asked} {} tells nothing", seat.object, answer.status));
            }
        }
    }
    assert!(told_own >= 3, "{told_own}: the list, the record and its page");
    // What is there for everybody works for them.
    for path in ["/", "/more", "/bin"] {
        let answer = seat.browser.get(path);
        if answer.status != 200 {
            wrong.push(format!("{:?}: {path} {}", seat.object, answer.status));
        }
    }
    let home =
        seat.browser.ask("GET", &function("home"), &[("sec-fetch-site", "same-origin")], b"");
    let figures: Value = serde_json::from_str(&home.body).unwrap_or_default();
    let [companies, people] =
        ["companies", "people"].map(|of| figures["figures"][of]["number"].clone());
    let expected = match seat.object {
        Object::Account => [1, 0],
        Object::Person => [0, 1],
        _ => [0, 0],
    };
    if [companies, people] != expected.map(Value::from) {
        wrong.push(format!("{:?}: at home {}", seat.object, home.body));
    }
    wrong
}

/// Changes of one kind of record, as the screens send them.
fn changes(object: Object, live: &Kept, binned: &Kept) -> Vec<(&'static str, Value)> {
    let (subject, kind, id) = match object {
        Object::Account => (Subject::Account(live.account), BinKind::Accounts, binned.account.0),
        Object::Person => (Subject::Person(live.person), BinKind::People, binned.person.0),
        _ => (Subject::Opportunity(live.deal), BinKind::Opportunities, binned.deal.0),
    };
    let with = ShareWith::User(UserId(uuid::Uuid::from_u128(7))).code();
    let point = uuid::Uuid::from_u128(8);
    let edits = |field: &str| json!([{ "field": field, "value": "Fremd" }]);
    let mut all = vec![
        (
            "set_contact",
            json!({ "operation": operation(), "subject": subject, "point": null, "kind": "mobile",
                "raw": "13800138000", "expected": "" }),
        ),
        (
            "put_back",
            json!({ "removed": { "contact": { "of": subject, "place": 0, "point": {
                "id": uuid::Uuid::now_v7(), "kind": "mobile", "raw": "13800138000",
                "norm": "+8613800138000", "is_primary": false } } } }),
        ),
        (
            "share_record",
            json!({ "subject": subject, "form": { "with": with, "level": "see", "until": "" } }),
        ),
        (
            "hand_over_record",
            json!({ "operation": operation(), "subject": subject,
                "form": { "to": point, "note": "Fremd", "keep": true } }),
        ),
        (
            "assign_records",
            json!({ "kind": BinKind::of(subject), "ids": [subject.id()], "to": point }),
        ),
        (
            "assign_back",
            json!({ "kind": BinKind::of(subject), "from": null,
                "went": [{ "id": subject.id(), "before": point }] }),
        ),
        ("reveal", json!({ "subject": subject, "veiled": { "contact": point }, "reason": "x" })),
        ("erase_from_bin", json!({ "kind": kind, "id": id })),
        (
            "merge_records",
            json!({ "kind": kind, "draft": { "kept": { "id": subject.id(), "version": 1 },
                "others": [{ "id": id, "version": 1 }], "choices": [], "left_out": [] } }),
        ),
        ("split_records", json!({ "kind": kind, "merge": id })),
        ("add_note", json!({ "operation": operation(), "subject": subject, "body": "Fremd" })),
    ];
    match object {
        Object::Account => {
            all.push(("delete_accounts", json!({ "ids": [live.account] })));
            all.push(("tag_accounts", json!({ "ids": [live.account], "add": ["Fremd"] })));
            all.push((
                "untag_accounts",
                json!({ "tagged": [{ "account": live.account, "tags": [OF_ACCOUNTS] }] }),
            ));
            all.push(("restore_accounts", json!({ "ids": [binned.account] })));
            all.push((
                "edit_account",
                json!({ "number": live.number, "id": live.account, "seen": 1, "edits": edits("name") }),
            ));
        }
        Object::Opportunity => {
            all.retain(|(path, _)| !["merge_records", "split_records"].contains(path));
            all.push(("delete_opportunities", json!({ "ids": [live.deal] })));
            all.push(("restore_opportunities", json!({ "ids": [binned.deal] })));
            all.push((
                "edit_opportunity",
                json!({ "number": live.deal_number, "id": live.deal, "seen": 1, "edits": edits("name") }),
            ));
            return all;
        }
        _ => {
            all.push(("delete_people", json!({ "ids": [live.person] })));
            all.push(("restore_people", json!({ "ids": [binned.person] })));
            all.push((
                "edit_person",
                json!({ "number": live.person_number, "id": live.person, "seen": 1,
                    "edits": edits("full_name") }),
            ));
        }
    }
    all.push((
        "join_account",
        json!({ "person": live.person, "account": live.number, "role": null }),
    ));
    all.push(("leave_account", json!({ "person": live.person, "account": live.number })));
    all
}

fn writes(
    seat: &mut Seat,
    state: &mut State,
    runtime: &Runtime,
    [live, binned]: [&Kept; 2],
) -> Vec<String> {
    let kinds = [Object::Account, Object::Person, Object::Opportunity].into_iter();
    let others = kinds.filter(|kind| *kind != seat.object);
    let mut wrong = Vec::new();
    for (path, body) in others.flat_map(|other| changes(other, live, binned)) {
        let before = runtime.block_on(state.read());
        let answer = seat.browser.call(path, &body.to_string());
        if !matches!(answer.status, 403 | 404) {
            wrong.push(format!("{:?}: {path} {} {}", seat.object, answer.status, answer.body));
        }
        let moved = moved(&before, &runtime.block_on(state.read()));
        if !moved.is_empty() {
            wrong.push(format!("{:?}: {path} changed {moved:?}", seat.object));
        }
    }
    wrong
}

#[test]
fn whoever_knows_one_kind_of_record_is_told_of_no_other() {
    for place in Place::both() {
        let runtime = Runtime::new().unwrap();
        let (db, live, binned) = runtime.block_on(async {
            let db = place.open().await;
            db.migrate().await.unwrap();
            let (live, binned) = (keep(&db, 1, false).await, keep(&db, 2, true).await);
            (db, live, binned)
        });
        let server = Server::start(&place);
        server.settle();
        let mut state = runtime.block_on(State::open(&place));
        let mut wrong = Vec::new();
        for object in [Object::Account, Object::Person, Object::Opportunity] {
            let mut seat = runtime.block_on(Seat::take(&db, &server, object));
            wrong.extend(reads(&mut seat, &live, &binned));
            wrong.extend(writes(&mut seat, &mut state, &runtime, [&live, &binned]));
        }
        runtime.block_on(db.close());
        assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    }
}
