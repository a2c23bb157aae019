//! What happened beside what people write: orders, cases and answers in the story of a customer or person, in one order
//! with the rest, page by page, and only as far as the reader sees them.

use crate::{
    cases::{about, case},
    customers::{form, make},
    orders::{of, order},
    support::{NOW, counting, on_both, someone},
    surveys::{open, scored},
};
use domain::{
    case::CaseForm,
    happening::Happened,
    id::{AccountNumber, OperationId},
    note::{Entry, NoteBody, Subject, TimelinePlace},
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
        db.add_note(&on(&lin, Instant(day + 3 * HOUR)), crate::customers::operation(), subject, &note).await.unwrap();
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
                db.add_note(&on(&lin, later), crate::customers::operation(), subject, &note).await.unwrap();
                expected.push((later.0, format!("Note {n}")));
            }
        }
        expected.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let expected: Vec<String> = expected.into_iter().map(|(_, said)| said).collect();
        assert_eq!(expected.len(), 68);
        assert_eq!(told(&db, &lin, subject).await, expected);
    }
}
