//! What happened beside what people write: orders, cases, answers and what is done about deals in the story of a customer
//! or person, in one order with the rest, page by page, and only as far as the reader sees them.

use crate::{
    activities::{plan, task},
    cases::{about, case},
    customers::{form, make, operation},
    opportunities::{deal, make_deal},
    orders::{of, order},
    support::{NOW, counting, on_both, someone},
    surveys::{open, scored},
};
use domain::{
    case::CaseForm,
    happening::Happened,
    id::{AccountNumber, OperationId},
    note::{Entry, NoteBody, Subject, TimelinePlace},
    opportunity::OpportunityForm,
    order::OrderForm,
    policy::{Action, Caller, Object, Reach, Role},
    time::{DAY, HOUR, Instant},
};
use store::Db;

/// What a timeline tells of what happened besides, page by page; notes as their text.
async fn told(db: &Db, caller: &Caller, subject: Subject) -> Vec<String> {
    let (mut all, mut after) = (Vec::new(), None::<TimelinePlace>);
    let mut before = Instant(i64::MAX);
    loop {
        let page = db.timeline(caller, subject, after).await.unwrap();
        for entry in &page.entries {
            assert!(entry.at() <= before, "newest first: {entry:?}");
            before = entry.at();
        }
        all.extend(page.entries.into_iter().filter_map(|entry| match entry {
            Entry::Note(note) => Some(note.body),
            Entry::Happening(one) => Some(match one.what {
                Happened::Order { number, total_minor, .. } => format!("{number} {total_minor}"),
                Happened::Case { number, subject, .. } => format!("{number} {subject}"),
                Happened::Answer(answer) => {
                    let score = answer.score.map(|(_, score)| score).unwrap_or_default();
                    format!("{} {score} {}", answer.survey, answer.comment)
                }
            }),
            Entry::Activity(_) | Entry::Change(_) => None,
        }));
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

fn on(caller: &Caller, at: Instant) -> Caller {
    Caller { now: at, ..caller.clone() }
}

async fn complain(db: &Db, caller: &Caller, account: AccountNumber, subject: &str) {
    case(db, caller, &CaseForm { account: account.to_string(), ..about(subject) }).await;
}

async fn write(db: &Db, caller: &Caller, subject: Subject, text: &str) {
    let body = NoteBody::parse(text).unwrap();
    db.add_note(caller, operation(), subject, &body).await.unwrap();
}

fn with(account: AccountNumber, name: &str) -> OpportunityForm {
    OpportunityForm { account: account.to_string(), ..deal(name) }
}

on_both! {
    async fn a_story_holds_what_was_bought_asked_and_answered(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let other = make(&db, &lin, &form("Walrus")).await;
        let account = db.account(&lin, acme).await.unwrap().id;
        let subject = Subject::Account(account);
        let day = NOW.0.div_euclid(DAY) * DAY;
        let first = order(&db, &lin, &of(acme, "2026-01-05"), &[]).await;
        let binned = order(&db, &lin, &of(acme, "2026-01-06"), &[]).await;
        db.delete_order(&lin, binned.id, true).await.unwrap();
        order(&db, &lin, &of(other, "2026-01-07"), &[]).await;
        complain(&db, &on(&lin, Instant(day + HOUR)), acme, "Torn box").await;
        complain(&db, &on(&lin, Instant(day + HOUR)), other, "Not theirs").await;
        let survey = open(&db, &lin).await;
        let link = db.make_survey_link(&lin, survey.id, acme).await.unwrap();
        let attempt = OperationId(uuid::Uuid::now_v7());
        let answered = Instant(day + 2 * HOUR);
        let said = scored(&survey, 9, "Good");
        db.answer_survey(&link.text(), attempt, &said, counting(), answered).await.unwrap();
        let note = NoteBody::parse("Called").unwrap();
        db.add_note(&on(&lin, Instant(day + 3 * HOUR)), operation(), subject, &note).await.unwrap();
        let expected = ["Called", &*format!("{} 9 Good", survey.number), "F-1 Torn box", &*format!("{} 0", first.number)];
        assert_eq!(told(&db, &lin, subject).await, expected);
        // Each only for whoever sees it.
        for (object, missing) in [(Object::Order, 3), (Object::Case, 2), (Object::Survey, 1)] {
            let rights = lin.rights.set(object, Action::View, Reach::None);
            let blind = Caller { rights, ..lin.clone() };
            let left: Vec<&str> = expected.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, said)| *said).collect();
            assert_eq!(told(&db, &blind, subject).await, left, "{object:?}");
        }
    }

    async fn a_long_story_of_many_kinds_is_told_whole_and_each_once(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let subject = Subject::Account(db.account(&lin, acme).await.unwrap().id);
        let mut expected = Vec::new();
        for n in 0..40_i64 {
            let at = Instant(NOW.0 + n * DAY);
            let date = domain::date::Date::from_days(at.0.div_euclid(DAY)).to_string();
            let made = order(&db, &lin, &of(acme, &date), &[]).await;
            expected.push((at.0.div_euclid(DAY) * DAY + 12 * HOUR, format!("{} 0", made.number)));
            if n % 2 == 0 {
                let subject = format!("Case {n}");
                complain(&db, &on(&lin, at), acme, &subject).await;
                expected.push((at.0, format!("F-{} {subject}", n / 2 + 1)));
            }
            if n % 5 == 0 {
                let note = NoteBody::parse(&format!("Note {n}")).unwrap();
                let later = Instant(at.0 + 1);
                db.add_note(&on(&lin, later), operation(), subject, &note).await.unwrap();
                expected.push((later.0, format!("Note {n}")));
            }
        }
        expected.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let expected: Vec<String> = expected.into_iter().map(|(_, said)| said).collect();
        assert_eq!(expected.len(), 68);
        assert_eq!(told(&db, &lin, subject).await, expected);
    }

    async fn what_is_done_about_its_deals_is_told_among_a_customers_own(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let acme = make(&db, &rep, &form("Acme")).await;
        let customer = Subject::Account(db.account(&lin, acme).await.unwrap().id);
        let other = make(&db, &lin, &form("Walrus")).await;
        let [own, hers, elsewhere] = [(&rep, acme, "Own"), (&lin, acme, "Hers"), (&lin, other, "Elsewhere")];
        let mut deals = Vec::new();
        for (owner, account, name) in [own, hers, elsewhere] {
            let typed = OpportunityForm { owner: owner.user.to_string(), ..with(account, name) };
            deals.push(make_deal(&db, owner, &typed).await);
        }
        let mut expected = Vec::new();
        for n in 0..90_i64 {
            let at = Instant(NOW.0 + n * HOUR);
            let said = format!("Note {n}");
            // Runs of one kind that are longer than a page, and mixed ones.
            let of_deal = if n < 40 { n % 3 == 0 } else { n < 80 };
            let subject = if of_deal { Subject::Opportunity(deals[0].id) } else { customer };
            write(&db, &on(&rep, at), subject, &said).await;
            expected.push(said);
        }
        expected.reverse();
        write(&db, &lin, Subject::Opportunity(deals[1].id), "About hers").await;
        write(&db, &lin, Subject::Opportunity(deals[2].id), "About another's").await;
        assert_eq!(told(&db, &rep, customer).await, expected, "each once, none of what others have");
        let mut all = expected.clone();
        all.push("About hers".to_owned());
        all.sort();
        let mut seen = told(&db, &lin, customer).await;
        seen.sort();
        assert_eq!(seen, all);
        let rights = rep.rights.set(Object::Opportunity, Action::View, Reach::None);
        let blind = Caller { rights, ..rep.clone() };
        let left = told(&db, &blind, customer).await;
        assert_eq!(left.len(), 36, "who sees no deals is told of the customer alone");
        let page = db.timeline(&rep, customer, None).await.unwrap();
        let named = |entry: &Entry| match entry {
            Entry::Note(note) => note.deal.as_ref().map(|deal| format!("{} {}", deal.number, deal.name)),
            _ => None,
        };
        assert_eq!(named(&page.entries[0]), None, "the last ten are the customer's");
        assert_eq!(named(&page.entries[10]), Some("D-1 Own".to_owned()));
        let page = db.timeline(&rep, Subject::Opportunity(deals[0].id), None).await.unwrap();
        assert!(page.entries.iter().all(|entry| named(entry).is_none()), "on its own page it needs no name");
        db.delete_opportunities(&rep, &[deals[0].id]).await.unwrap();
        assert_eq!(told(&db, &rep, customer).await.len(), 36, "what is in the bin is not told of");
    }

    async fn what_is_planned_about_its_deals_stands_above_a_customers_story(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let acme = make(&db, &rep, &form("Acme")).await;
        let customer = Subject::Account(db.account(&lin, acme).await.unwrap().id);
        let mine = make_deal(&db, &rep, &with(acme, "Mine")).await;
        let typed = OpportunityForm { owner: lin.user.to_string(), ..with(acme, "Hers") };
        let hers = make_deal(&db, &lin, &typed).await;
        for (subject, title, on) in [
            (customer, "Second", "2026-12-02"),
            (Subject::Opportunity(mine.id), "Third", "2026-12-03"),
            (Subject::Opportunity(mine.id), "First", "2026-12-01"),
            (customer, "Some day", ""),
        ] {
            plan(&db, &rep, subject, &task(title, on)).await;
        }
        plan(&db, &lin, Subject::Opportunity(hers.id), &task("Not theirs", "2026-12-01")).await;
        let upcoming = db.timeline(&rep, customer, None).await.unwrap().upcoming;
        let said: Vec<(&str, Option<&str>)> = upcoming
            .iter()
            .map(|one| (&*one.data.title, one.deal.as_ref().map(|deal| &*deal.name)))
            .collect();
        let expected = [("First", Some("Mine")), ("Second", None), ("Third", Some("Mine")), ("Some day", None)];
        assert_eq!(said, expected);
        let done = domain::activity::Completion::default();
        db.complete_activity(&rep, upcoming[0].id, &done).await.unwrap();
        let page = db.timeline(&rep, customer, None).await.unwrap();
        let first = page.entries.iter().find_map(|entry| match entry {
            Entry::Activity(activity) => Some(activity.clone()),
            _ => None,
        });
        let first = first.unwrap();
        assert_eq!((&*first.data.title, first.deal.unwrap().number.as_str()), ("First", "D-1"));
    }

    async fn the_story_of_a_deal_holds_what_was_ordered_from_it(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let typed = OpportunityForm { owner: rep.user.to_string(), ..with(acme, "Renewal") };
        let renewal = make_deal(&db, &lin, &typed).await;
        let subject = Subject::Opportunity(renewal.id);
        let from = |day: &str| OrderForm { deal: renewal.number.to_string(), ..of(acme, day) };
        let first = order(&db, &lin, &from("2026-01-05"), &[]).await;
        let second = order(&db, &lin, &from("2026-02-05"), &[]).await;
        order(&db, &lin, &of(acme, "2026-03-05"), &[]).await;
        let expected = [second.number, first.number].map(|number| format!("{number} 0"));
        assert_eq!(told(&db, &lin, subject).await, expected);
        assert!(told(&db, &rep, subject).await.is_empty(), "its customer is not theirs to see");
        db.delete_order(&lin, second.id, true).await.unwrap();
        assert_eq!(told(&db, &lin, subject).await, expected[1..]);
    }
}
