//! Activities: planned, given to somebody, done and taken back; what follows for deals and customers, and what the bell
//! says.

use crate::{
    customers::{edit, form, make, operation, refusal},
    opportunities::{deal, make_deal},
    support::{NOW, on_both, root, someone},
};
use domain::{
    activity::{
        ActivityForm, CallResult, Completion, CompletionForm, DONE, DoneKind, DoneRequest,
        DoneSummary, Words,
    },
    audit::{AuditRequest, Event, LineValues},
    day::{Reason, ToDo},
    failure::Failure,
    field::FieldError,
    id::{ActivityId, Version},
    live::Notice,
    note::{Entry, NoteBody, Subject, Timeline, TimelinePlace},
    notification::NotificationKind,
    opportunity::OpportunityForm,
    person::PersonForm,
    policy::{Caller, Object, Role},
    share::{ShareDraft, ShareLevel, ShareWith},
    time::{DAY, HOUR, MINUTE, ZoneOffsets},
};
use store::{Db, News};

const WORDS: Words =
    Words { call: "Call", visit: "Visit", meeting: "Meeting", follow_up: "Follow up" };

fn zone() -> ZoneOffsets {
    ZoneOffsets::default()
}

/// A task that is due on a day.
pub(crate) fn task(title: &str, on: &str) -> ActivityForm {
    ActivityForm {
        kind: "task".to_owned(),
        title: title.to_owned(),
        due_on: on.to_owned(),
        ..ActivityForm::default()
    }
}

fn call(result: &str) -> ActivityForm {
    ActivityForm {
        kind: "call".to_owned(),
        state: DONE.to_owned(),
        result: result.to_owned(),
        ..ActivityForm::default()
    }
}

/// Puts it down.
pub(crate) async fn plan(
    db: &Db,
    caller: &Caller,
    subject: Subject,
    form: &ActivityForm,
) -> ActivityId {
    let draft = form.parse(caller.user, &WORDS, caller.now, &zone()).unwrap();
    db.add_activity(caller, operation(), subject, &draft).await.unwrap()
}

fn done(form: &CompletionForm) -> Completion {
    form.parse("Follow up", NOW, &zone()).unwrap()
}

async fn account(db: &Db, caller: &Caller, name: &str) -> Subject {
    let number = make(db, caller, &form(name)).await;
    Subject::Account(db.account(caller, number).await.unwrap().id)
}

async fn story(db: &Db, caller: &Caller, subject: Subject) -> Timeline {
    db.timeline(caller, subject, None).await.unwrap()
}

/// What is to be done, in order, with the reason.
async fn day(db: &Db, caller: &Caller) -> Vec<(Reason, String)> {
    let day = db.my_day(caller, &zone()).await.unwrap();
    let said = |to_do: ToDo| match to_do {
        ToDo::Activity(activity) => activity.data.title,
        ToDo::Deal(step) => step.title,
        ToDo::Case(case) => format!("{:?}", case.clock.due_next()),
    };
    day.items.into_iter().map(|item| (item.reason, said(item.to_do))).collect()
}

// NOW is 2026-11-18, 11:06:40 in UTC.
/// Every row of a list of what was done, page by page; each is older than the one before.
pub(crate) async fn every_done(
    db: &Db,
    caller: &Caller,
    request: &DoneRequest,
) -> Vec<DoneSummary> {
    let (mut request, mut all) = (request.clone(), Vec::<DoneSummary>::new());
    loop {
        let page = db.done_page(caller, &request).await.unwrap();
        all.extend(page.rows);
        let Some(next) = page.next else { break };
        request.after = Some(next);
    }
    assert!(all.windows(2).all(|two| (two[0].at, two[0].id) > (two[1].at, two[1].id)));
    all
}

on_both! {
    async fn what_is_planned_stands_above_and_what_is_done_in_its_place(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let acme = account(&db, &lin, "Acme").await;
        let later = plan(&db, &lin, acme, &task("Send the offer", "2026-11-20")).await;
        let sooner = ActivityForm { due_time: "16:00".to_owned(), ..task("Visit them", "2026-11-18") };
        let sooner = plan(&db, &lin, acme, &ActivityForm { kind: "visit".to_owned(), place: "Suzhou".to_owned(), ..sooner }).await;
        plan(&db, &lin, acme, &task("Some day", "")).await;
        let planned = story(&db, &lin, acme).await;
        let titles: Vec<&str> = planned.upcoming.iter().map(|one| &*one.data.title).collect();
        assert_eq!(titles, ["Visit them", "Send the offer", "Some day"]);
        let visit = &planned.upcoming[0];
        assert_eq!((visit.id, visit.data.place.as_str(), visit.owner_name.as_str()), (sooner, "Suzhou", "Name of lin@example.com"));
        assert_eq!(visit.data.due.unwrap().time(), "16:00");
        assert!(planned.entries.iter().all(|entry| !matches!(entry, Entry::Activity(_))));

        let at = Caller { now: NOW.plus(HOUR), ..lin.clone() };
        let said = done(&CompletionForm { body: "They like it.".to_owned(), ..CompletionForm::default() });
        db.complete_activity(&at, later, &said).await.unwrap();
        let told = story(&db, &lin, acme).await;
        assert_eq!(told.upcoming.len(), 2);
        let Entry::Activity(first) = &told.entries[0] else { panic!("{told:?}") };
        assert_eq!((first.id, first.done_at, first.data.body.as_str()), (later, Some(at.now), "They like it."));
        // Once.
        assert_eq!(refusal(db.complete_activity(&at, later, &said).await), Failure::Gone);

        db.reopen_activity(&at, later).await.unwrap();
        assert_eq!(story(&db, &lin, acme).await.upcoming.len(), 3);
        assert_eq!(refusal(db.reopen_activity(&at, later).await), Failure::Gone);

        db.delete_activity(&lin, later, true).await.unwrap();
        assert_eq!(story(&db, &lin, acme).await.upcoming.len(), 2);
        assert_eq!(refusal(db.complete_activity(&lin, later, &said).await), Failure::Gone);
        db.delete_activity(&lin, later, false).await.unwrap();
        assert_eq!(story(&db, &lin, acme).await.upcoming.len(), 3);

        // A note is none: it is neither done nor changed this way.
        let note = db.add_note(&lin, operation(), acme, &NoteBody::parse("n").unwrap()).await.unwrap();
        assert_eq!(refusal(db.complete_activity(&lin, note, &said).await), Failure::Gone);
        assert_eq!(refusal(db.pin_note(&lin, sooner, true).await), Failure::Gone);
    }

    async fn a_long_timeline_is_read_page_by_page_with_each_activity_once(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let acme = account(&db, &lin, "Acme").await;
        for number in 0..40 {
            let at = Caller { now: NOW.plus(number * MINUTE), ..lin.clone() };
            plan(&db, &at, acme, &ActivityForm { title: format!("{number}"), ..call("reached") }).await;
        }
        let (mut titles, mut after) = (Vec::new(), None::<TimelinePlace>);
        loop {
            let page = db.timeline(&lin, acme, after).await.unwrap();
            titles.extend(page.entries.into_iter().filter_map(|entry| match entry {
                Entry::Activity(one) => Some(one.data.title),
                Entry::Note(_) | Entry::Change(_) | Entry::Happening(_) => None,
            }));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let all: Vec<String> = (0..40).rev().map(|number: i32| number.to_string()).collect();
        assert_eq!(titles, all);
    }

    async fn a_call_is_logged_once_with_what_comes_next_and_is_the_last_contact(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let number = make(&db, &lin, &form("Acme")).await;
        let acme = Subject::Account(db.account(&lin, number).await.unwrap().id);
        let typed = ActivityForm { next_on: "2026-11-21".to_owned(), ..call("reached") };
        let attempt = operation();
        let first = typed.parse(lin.user, &WORDS, NOW, &zone()).unwrap();
        let id = db.add_activity(&lin, attempt, acme, &first).await.unwrap();
        // Sent again a moment later: the clock went on, what was typed is the same.
        let late = Caller { now: NOW.plus(DAY), ..lin.clone() };
        let again = typed.parse(lin.user, &WORDS, late.now, &zone()).unwrap();
        assert_eq!(db.add_activity(&late, attempt, acme, &again).await.unwrap(), id);
        let other = call("no_answer").parse(lin.user, &WORDS, NOW, &zone()).unwrap();
        let differs = refusal(db.add_activity(&lin, attempt, acme, &other).await);
        assert_eq!(differs, Failure::field("title", FieldError::Differs));
        let told = story(&db, &lin, acme).await;
        let next = &told.upcoming[0].data;
        assert_eq!((told.upcoming.len(), next.title.as_str(), next.due_on().as_str()), (1, "Follow up", "2026-11-21"));
        assert_eq!(db.account(&lin, number).await.unwrap().data.last_contact_at, NOW);

        // Nobody was reached, or it was earlier: no contact.
        plan(&db, &late, acme, &call("no_answer")).await;
        plan(&db, &lin, acme, &ActivityForm { due_on: "2026-11-01".to_owned(), ..call("reached") }).await;
        let now = db.account(&lin, number).await.unwrap();
        assert_eq!((now.data.last_contact_at, now.version), (NOW, Version(1)));
        // What happened on another day stands on that one.
        let told = story(&db, &lin, acme).await;
        let oldest = told.entries.iter().rev().find_map(|entry| match entry {
            Entry::Activity(one) => Some(one.at),
            Entry::Note(_) | Entry::Change(_) | Entry::Happening(_) => None,
        });
        assert_eq!(zone().wall_clock(oldest.unwrap()).0.to_string(), "2026-11-01");
    }

    async fn a_visit_to_a_person_is_a_contact_of_their_customers_too(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let number = make(&db, &lin, &form("Acme")).await;
        let typed = PersonForm { full_name: "Wang Fang".to_owned(), account: number.to_string(), ..PersonForm::default() };
        let person = db.create_person(&lin, operation(), &typed.parse().unwrap()).await.unwrap();
        let person = db.person(&lin, person).await.unwrap();
        let visit = ActivityForm { kind: "visit".to_owned(), state: DONE.to_owned(), ..ActivityForm::default() };
        plan(&db, &lin, Subject::Person(person.id), &visit).await;
        assert_eq!(db.person(&lin, person.number).await.unwrap().data.last_contact_at, NOW);
        assert_eq!(db.account(&lin, number).await.unwrap().data.last_contact_at, NOW);
    }

    async fn the_next_step_of_a_deal_follows_what_is_planned_on_it(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let number = make_deal(&db, &lin, &deal("Renewal")).await.number;
        let id = Subject::Opportunity(db.opportunity(&lin, number).await.unwrap().id);
        let step = async || {
            let data = db.opportunity(&lin, number).await.unwrap().data;
            (data.next_step, data.next_step_on.map(String::from).unwrap_or_default())
        };
        let pair = |title: &str, on: &str| (title.to_owned(), on.to_owned());
        let late = plan(&db, &lin, id, &task("Send", "2026-11-25")).await;
        assert_eq!(step().await, pair("Send", "2026-11-25"));
        let soon = plan(&db, &lin, id, &task("Ring", "2026-11-20")).await;
        assert_eq!(step().await, pair("Ring", "2026-11-20"));
        plan(&db, &lin, id, &task("Later", "2026-12-25")).await;
        assert_eq!(step().await, pair("Ring", "2026-11-20"));
        db.complete_activity(&lin, soon, &Completion::default()).await.unwrap();
        assert_eq!(step().await, pair("Send", "2026-11-25"));
        db.reopen_activity(&lin, soon).await.unwrap();
        assert_eq!(step().await, pair("Ring", "2026-11-20"));
        // Moved behind the other.
        let ring = story(&db, &lin, id).await.upcoming[0].clone();
        let moved = task("Ring", "2026-12-01").parse(lin.user, &WORDS, NOW, &zone()).unwrap().data;
        let version = db.edit_activity(&lin, soon, ring.version, &moved).await.unwrap();
        assert_eq!(step().await, pair("Send", "2026-11-25"));
        assert!(matches!(refusal(db.edit_activity(&lin, soon, ring.version, &ring.data).await), Failure::Conflict(_)));
        assert_eq!(db.edit_activity(&lin, soon, version, &moved).await.unwrap(), version);

        // What somebody wrote stays, however what is planned behind it changes.
        let deal = db.opportunity(&lin, number).await.unwrap();
        let typed = [edit("next_step", "Wait for them"), edit("next_step_on", "2026-11-19")];
        db.edit_opportunity(&lin, deal.id, deal.version, &typed).await.unwrap();
        db.complete_activity(&lin, late, &Completion::default()).await.unwrap();
        assert_eq!(step().await, pair("Wait for them", "2026-11-19"));

        // Whoever sees a deal and may not change it plans on it, and leaves the step to those who may.
        let agent = someone(&db, "agent@example.com", Role::Admin).await;
        let before = db.opportunity(&lin, number).await.unwrap().version;
        plan(&db, &Caller { rights: agent.rights.set(Object::Opportunity, domain::policy::Action::Edit, domain::policy::Reach::None), ..agent }, id, &task("Mine", "2026-11-18")).await;
        assert_eq!(db.opportunity(&lin, number).await.unwrap().version, before);
    }

    async fn only_who_it_is_of_changes_it_and_nobody_out_of_reach_hears_of_it(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let wang = someone(&db, "wang@example.com", Role::SalesRep).await;
        let manager = someone(&db, "boss@example.com", Role::Admin).await;
        let acme = account(&db, &lin, "Acme").await;
        let id = plan(&db, &lin, acme, &task("Secret plan", "2026-11-18")).await;
        assert_eq!(refusal(db.complete_activity(&wang, id, &Completion::default()).await), Failure::Gone);
        let draft = task("x", "2026-11-18").parse(wang.user, &WORDS, NOW, &zone()).unwrap();
        assert_eq!(refusal(db.add_activity(&wang, operation(), acme, &draft).await), Failure::Gone);
        assert_eq!(refusal(db.delete_activity(&wang, id, true).await), Failure::Gone);

        // Nobody is given what is about a record they do not see; once it is shared with them, they are.
        let given = ActivityForm { owner: wang.user.to_string(), ..task("Do it for me", "2026-11-18") };
        let draft = given.parse(lin.user, &WORDS, NOW, &zone()).unwrap();
        let out_of_sight = |shares| Failure::field("owner", FieldError::OutOfSight { shares });
        let refused = refusal(db.add_activity(&lin, operation(), acme, &draft).await);
        assert_eq!(refused, out_of_sight(true));
        let own = plan(&db, &lin, acme, &task("Mine for now", "2026-11-18")).await;
        let refused = refusal(db.edit_activity(&lin, own, Version(1), &draft.data).await);
        assert_eq!(refused, out_of_sight(true));
        db.delete_activity(&lin, own, true).await.unwrap();
        let deal = Subject::Opportunity(make_deal(&db, &lin, &deal("Renewal")).await.id);
        let refused = refusal(db.add_activity(&lin, operation(), deal, &draft).await);
        assert_eq!(refused, out_of_sight(false), "deals are nobody's to share");
        let share = ShareDraft { with: ShareWith::User(wang.user), level: ShareLevel::See, end: None };
        db.share_record(&root(), acme, &share).await.unwrap();
        plan(&db, &lin, acme, &given).await;
        // Whoever lost sight of the record again is told nothing of it.
        assert_eq!(day(&db, &wang).await, []);
        assert_eq!(db.notifications(&wang).await.unwrap(), []);
        assert_eq!(db.unread_notifications(&wang).await.unwrap(), 0);

        // Nobody gives work to somebody who is not there.
        let nobody = ActivityForm { owner: "00000000-0000-0000-0000-000000000001".to_owned(), ..task("x", "") };
        let nobody = nobody.parse(lin.user, &WORDS, NOW, &zone()).unwrap();
        let refused = refusal(db.add_activity(&lin, operation(), acme, &nobody).await);
        assert!(matches!(refused, Failure::Invalid(errors) if errors.about("owner").is_some()));

        // Those who administer help out.
        let theirs = plan(&db, &manager, acme, &task("Of the boss", "2026-11-18")).await;
        let denied = refusal(db.complete_activity(&lin, theirs, &Completion::default()).await);
        assert!(matches!(denied, Failure::Denied { .. }), "{denied:?}");
        db.complete_activity(&manager, id, &Completion::default()).await.unwrap();

        // The trail says what it was.
        let only = AuditRequest { object: Some(Object::Activity), ..AuditRequest::default() };
        let lines = db.audit_page(&root(), &only, None, None, 20).await.unwrap().rows;
        let LineValues::Shown(fields) = &lines[0].values else { panic!("{lines:?}") };
        assert_eq!((lines[0].event, lines[0].user), (Event::Changed, manager.user));
        assert_eq!((fields[0].field.as_str(), fields[0].after.as_str()), ("done", "true"));
    }

    async fn my_day_is_in_the_order_of_its_urgency(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let acme = account(&db, &lin, "Acme").await;
        for (title, on, time) in [
            ("next week", "2026-11-25", ""),
            ("too far", "2026-11-27", ""),
            ("late", "2026-11-10", ""),
            ("today", "2026-11-18", ""),
            ("missed at nine", "2026-11-18", "9:00"),
            ("at noon", "2026-11-18", "12:00"),
            ("some day", "", ""),
        ] {
            plan(&db, &lin, acme, &ActivityForm { due_time: time.to_owned(), ..task(title, on) }).await;
        }
        let with = |name: &str, step: &str, on: &str| OpportunityForm {
            next_step: step.to_owned(),
            next_step_on: on.to_owned(),
            ..deal(name)
        };
        make_deal(&db, &lin, &with("A", "Written on the deal", "2026-11-17")).await;
        make_deal(&db, &lin, &with("B", "", "")).await;
        let planned = make_deal(&db, &lin, &with("C", "", "")).await;
        plan(&db, &lin, Subject::Opportunity(planned.id), &task("on the deal", "2026-11-19")).await;
        // Others' work is not mine.
        let wang = someone(&db, "wang@example.com", Role::Admin).await;
        plan(&db, &wang, acme, &task("of Wang", "2026-11-18")).await;
        let pair = |reason, title: &str| (reason, title.to_owned());
        let all = [
            pair(Reason::Overdue, "late"),
            pair(Reason::Overdue, "Written on the deal"),
            pair(Reason::Overdue, "missed at nine"),
            pair(Reason::Today, "at noon"),
            pair(Reason::Today, "today"),
            pair(Reason::NoNextStep, ""),
            pair(Reason::Tomorrow, "on the deal"),
            pair(Reason::Soon, "next week"),
            pair(Reason::SomeDay, "some day"),
        ];
        assert_eq!(day(&db, &lin).await, all);
        // Done today is counted.
        plan(&db, &lin, acme, &call("reached")).await;
        let now = db.my_day(&lin, &zone()).await.unwrap();
        assert_eq!((now.done_today, now.more), (1, false));
        // What is about a customer in the bin rests with it.
        let Subject::Account(id) = acme else { panic!() };
        db.delete_accounts(&lin, &[id]).await.unwrap();
        let left = day(&db, &lin).await;
        assert_eq!(left.len(), 3, "{left:?}");
    }

    async fn the_bell_says_what_was_given_is_due_and_was_done(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let wang = someone(&db, "wang@example.com", Role::Admin).await;
        let acme = account(&db, &lin, "Acme").await;
        let given = ActivityForm {
            owner: wang.user.to_string(),
            due_time: "16:00".to_owned(),
            remind: "60".to_owned(),
            ..task("Ring them", "2026-11-18")
        };
        let id = plan(&db, &lin, acme, &given).await;
        let told = async |caller: &Caller| -> Vec<(NotificationKind, String, String)> {
            let all = db.notifications(caller).await.unwrap();
            all.into_iter().map(|one| (one.kind, one.title, one.record.name)).collect()
        };
        let one = |kind| (kind, "Ring them".to_owned(), "Acme".to_owned());
        assert_eq!(told(&wang).await, [one(NotificationKind::Given)]);
        assert_eq!(told(&lin).await, []);

        // Reminded once, when it is time.
        let system = |at| Caller { now: at, ..root() };
        let at = |hour: i64| domain::time::Instant(NOW.0.div_euclid(DAY) * DAY + hour * HOUR);
        assert_eq!(db.remind(&system(at(15).plus(-1))).await.unwrap(), 0);
        assert_eq!(db.remind(&system(at(15))).await.unwrap(), 1);
        assert_eq!(db.remind(&system(at(15).plus(MINUTE))).await.unwrap(), 0);
        assert_eq!(told(&wang).await, [one(NotificationKind::Due), one(NotificationKind::Given)]);
        assert_eq!(db.unread_notifications(&wang).await.unwrap(), 2);
        assert!(matches!(refusal(db.remind(&someone(&db, "rep@example.com", Role::SalesRep).await).await), Failure::Denied { .. }));

        // Another word is no reason to remind again; another time is.
        let open = story(&db, &lin, acme).await.upcoming[0].clone();
        let other = |title: &str, time: &str| {
            let form = ActivityForm { title: title.to_owned(), due_time: time.to_owned(), ..given.clone() };
            form.parse(lin.user, &WORDS, NOW, &zone()).unwrap().data
        };
        let version = db.edit_activity(&lin, id, open.version, &other("Ring them up", "16:00")).await.unwrap();
        assert_eq!(db.remind(&system(at(15).plus(MINUTE))).await.unwrap(), 0);
        let version = db.edit_activity(&lin, id, version, &other("Ring them", "17:00")).await.unwrap();
        assert_eq!(db.remind(&system(at(15).plus(MINUTE))).await.unwrap(), 0);
        assert_eq!(db.remind(&system(at(16))).await.unwrap(), 1);
        db.edit_activity(&lin, id, version, &other("Ring them", "16:00")).await.unwrap();
        assert_eq!(told(&wang).await.len(), 3);

        // One is read, then all.
        let first = db.notifications(&wang).await.unwrap()[0].id;
        db.read_notifications(&wang, Some(first), NOW).await.unwrap();
        assert_eq!(db.unread_notifications(&wang).await.unwrap(), 2);
        // Nobody reads those of others.
        let other = db.notifications(&wang).await.unwrap()[1].id;
        db.read_notifications(&lin, Some(other), NOW).await.unwrap();
        assert_eq!(db.unread_notifications(&wang).await.unwrap(), 2);
        db.read_notifications(&wang, None, at(20)).await.unwrap();
        assert_eq!(db.unread_notifications(&wang).await.unwrap(), 0);
        let looking = Caller { viewer: Some(lin.user), ..wang.clone() };
        assert_eq!(refusal(db.read_notifications(&looking, None, NOW).await), Failure::ViewingAs);

        // Who gave it hears that it is done.
        let result = done(&CompletionForm { result: "reached".to_owned(), ..CompletionForm::default() });
        assert_eq!(result.result, Some(CallResult::Reached));
        db.complete_activity(&wang, id, &result).await.unwrap();
        assert_eq!(told(&lin).await, [one(NotificationKind::Done)]);

        // What is off the timeline is not told of, and what is old is forgotten.
        db.delete_activity(&wang, id, true).await.unwrap();
        assert_eq!(told(&lin).await, []);
        assert_eq!(db.forget_notifications(&system(NOW.plus(91 * DAY))).await.unwrap(), 4);
    }

    async fn whoever_is_put_in_charge_is_told_and_only_while_they_see_it(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let number = make(&db, &lin, &form("Acme")).await;
        let acme = db.account(&lin, number).await.unwrap();
        let version = db
            .edit_account(&lin, acme.id, acme.version, &[edit("owner", &rep.user.to_string())])
            .await
            .unwrap();
        let kinds = async |caller: &Caller| -> Vec<NotificationKind> {
            db.notifications(caller).await.unwrap().into_iter().map(|one| one.kind).collect()
        };
        assert_eq!(kinds(&rep).await, [NotificationKind::InCharge]);
        make_deal(&db, &lin, &OpportunityForm { owner: rep.user.to_string(), ..deal("Renewal") }).await;
        assert_eq!(kinds(&rep).await.len(), 2);
        // Somebody else is by now: it is none of theirs any more.
        db.edit_account(&lin, acme.id, version, &[edit("owner", &lin.user.to_string())]).await.unwrap();
        assert_eq!(kinds(&rep).await, [NotificationKind::InCharge]);
        assert_eq!(kinds(&lin).await, []);
    }

    async fn whoever_is_to_do_something_hears_of_it_at_once(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let wang = someone(&db, "wang@example.com", Role::Admin).await;
        let acme = account(&db, &lin, "Acme").await;
        let mut news = db.news();
        let given = ActivityForm { owner: wang.user.to_string(), ..task("Ring them", "2026-11-18") };
        plan(&db, &lin, acme, &given).await;
        let mut told = Vec::<News>::new();
        while !told.contains(&News::Change(Notice::Of(wang.user))) {
            told.push(news.recv().await.unwrap());
        }
        assert!(!told.contains(&News::Change(Notice::Of(lin.user))));
    }

    async fn what_was_done_is_listed_page_by_page_though_it_came_at_once(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let other = someone(&db, "other@example.com", Role::SalesRep).await;
        let acme = account(&db, &lin, "Acme").await;
        for number in 0..57 {
            db.add_note(&lin, operation(), acme, &NoteBody::parse(&format!("{number}")).unwrap()).await.unwrap();
        }
        plan(&db, &lin, acme, &call("reached")).await;
        plan(&db, &lin, acme, &task("Not yet", "2026-12-01")).await;
        let all = every_done(&db, &lin, &DoneRequest::default()).await;
        assert_eq!(all.len(), 58, "what is planned is not done");
        assert!(all.iter().all(|row| row.record.name == "Acme" && row.who == lin.user));
        let of = |kind| DoneRequest { kind: Some(kind), ..DoneRequest::default() };
        let calls = every_done(&db, &lin, &of(DoneKind::Activity(domain::activity::ActivityKind::Call))).await;
        assert_eq!(calls.len(), 1);
        let count = db.done_count(&lin, &of(DoneKind::Note), false).await.unwrap();
        assert_eq!((count.number, count.more), (57, false));
        // Nothing about records that somebody does not see, and of what is in the bin.
        assert!(every_done(&db, &other, &DoneRequest::default()).await.is_empty());
        let Subject::Account(id) = acme else { panic!() };
        db.delete_accounts(&root(), &[id]).await.unwrap();
        assert!(every_done(&db, &lin, &DoneRequest::default()).await.is_empty());
        assert_eq!(db.done_count(&root(), &DoneRequest::default(), true).await.unwrap().number, 0);
    }
}
