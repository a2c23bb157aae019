//! Cases: made once, answered, paused and solved by the clock, changed by two at a time, listed as far as rights reach,
//! and following their customer.

use crate::{
    customers::{edit, form, make, operation, refusal},
    deals_by_right::{Chance, people},
    merges::draft,
    support::{NOW, on_both, root, someone},
};
use domain::{
    account::AccountForm,
    audit::{AuditRequest, LineValues},
    bin::BinKind,
    case::{
        Case, CaseDraft, CaseForm, CaseKind, CaseOwner, CasePriority, CaseRequest, CaseSort,
        CaseState, CaseStatus, Clock, Counting, DueNext, MessageDraft, MessageKind, NOTHING_DUE,
        Timely,
    },
    day::{Reason, ToDo},
    failure::Failure,
    field::FieldError,
    id::{AccountNumber, CaseNumber, UserId, Version},
    lang::Lang,
    merge::MergeKind,
    note::Subject,
    notification::NotificationKind,
    period::DateRange,
    policy::{Action, Caller, Object, Reach, Role},
    reply::SavedReply,
    service::ServicePolicy,
    time::{DAY, HOUR, Instant, ZoneOffsets},
};
use store::Db;

/// Eight hours east of UTC: days begin when UTC is in the afternoon.
fn east() -> ZoneOffsets {
    ZoneOffsets { name: "Test/East".to_owned(), changes: vec![(Instant(i64::MIN / 2), 480)] }
}

/// Time that always counts, so that hours are hours.
fn always() -> ServicePolicy {
    let mut policy = ServicePolicy::default();
    policy.hours.week = [None; 7];
    policy
}

fn at(caller: &Caller, hours: i64) -> Caller {
    Caller { now: NOW.plus(hours * HOUR), ..caller.clone() }
}

pub(crate) fn about(subject: &str) -> CaseForm {
    CaseForm { subject: subject.to_owned(), ..CaseForm::default() }
}

fn with(account: AccountNumber, subject: &str) -> CaseForm {
    CaseForm { account: account.to_string(), ..about(subject) }
}

fn read(form: &CaseForm) -> CaseDraft {
    form.parse().unwrap()
}

pub(crate) async fn case(db: &Db, caller: &Caller, form: &CaseForm) -> Case {
    let (policy, zone) = (always(), east());
    let counting = Counting { policy: &policy, zone: &zone };
    let number = db.create_case(caller, operation(), &read(form), counting).await.unwrap();
    db.case(&root(), number).await.unwrap()
}

/// Changes fields and answers with the case as it is then.
pub(crate) async fn change(
    db: &Db,
    caller: &Caller,
    seen: &Case,
    edits: &[(&str, &str)],
) -> Result<Case, Failure> {
    let (policy, zone) = (always(), east());
    let counting = Counting { policy: &policy, zone: &zone };
    let edits: Vec<_> = edits.iter().map(|(field, value)| edit(field, value)).collect();
    match db.edit_case(caller, seen.id, seen.version, &edits, counting).await {
        Ok(_) => Ok(db.case(&root(), seen.number).await.unwrap()),
        Err(error) => Err(refusal::<()>(Err(error))),
    }
}

async fn say(db: &Db, caller: &Caller, to: &Case, kind: MessageKind, body: &str) -> Case {
    let (policy, zone) = (always(), east());
    let counting = Counting { policy: &policy, zone: &zone };
    let draft = MessageDraft { kind, body: body.to_owned() };
    db.write_case_message(caller, operation(), to.id, &draft, counting).await.unwrap();
    db.case(&root(), to.number).await.unwrap()
}

/// Every row of a list, page by page.
pub(crate) async fn every_row(db: &Db, caller: &Caller, request: &CaseRequest) -> Vec<CaseNumber> {
    let mut request = CaseRequest { zone: east(), ..request.clone() };
    let mut all = Vec::new();
    loop {
        let page = db.case_page(caller, &request).await.unwrap();
        all.extend(page.rows.iter().map(|row| row.number));
        let Some(next) = page.next else { break };
        request.after = Some(next);
    }
    let counted = CaseRequest { after: None, ..request };
    let count = db.case_count(caller, &counted, true).await.unwrap().number;
    assert_eq!(count, i64::try_from(all.len()).unwrap());
    all
}

on_both! {
    async fn a_case_comes_back_as_it_was_typed_and_is_made_once(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let typed = CaseForm {
            priority: "high".to_owned(),
            category: "Delivery".to_owned(),
            owner: lin.user.to_string(),
            body: "Two weeks late!".to_owned(),
            ..with(acme, "Late delivery")
        };
        let (policy, zone) = (always(), east());
        let counting = Counting { policy: &policy, zone: &zone };
        let attempt = operation();
        let number = db.create_case(&lin, attempt, &read(&typed), counting).await.unwrap();
        assert_eq!(db.create_case(&lin, attempt, &read(&typed), counting).await.unwrap(), number);
        let other = refusal(db.create_case(&lin, attempt, &read(&about("Else")), counting).await);
        assert!(matches!(other, Failure::Invalid(errors) if errors.about("subject") == Some(&FieldError::Differs)));
        let stored = db.case(&lin, number).await.unwrap();
        assert_eq!((stored.number.to_string().as_str(), stored.account_name.as_str()), ("F-1", "Acme"));
        assert_eq!(stored.data, read(&typed).data);
        assert_eq!(stored.clock, Clock::begin(NOW, CasePriority::High, counting));
        let thread = db.case_thread(&lin, number, None).await.unwrap();
        let told: Vec<_> = thread.messages.iter().map(|one| (one.kind, one.body.as_str())).collect();
        assert_eq!(told, [(MessageKind::Customer, "Two weeks late!")]);
        // A customer or person that is not there, or an owner that is not.
        for (field, value) in [("account", "C-99"), ("person", "P-99"), ("owner", "00000000-0000-0000-0000-000000000063")] {
            let mut wrong = serde_json::to_value(about("X")).unwrap();
            wrong[field] = value.into();
            let wrong: CaseForm = serde_json::from_value(wrong).unwrap();
            let refused = refusal(db.create_case(&lin, operation(), &read(&wrong), counting).await);
            assert!(matches!(refused, Failure::Invalid(errors) if errors.about(field) == Some(&FieldError::Unknown)), "{field}");
        }
        assert_eq!(every_row(&db, &lin, &CaseRequest::default()).await, [number]);
    }

    async fn the_clock_stops_for_the_customer_and_whoever_solves_says_how(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let typed = CaseForm { priority: "urgent".to_owned(), ..about("Leak") };
        let made = case(&db, &lin, &typed).await;
        assert_eq!(made.clock.due_at(), NOW.plus(HOUR));
        let answered = say(&db, &at(&lin, 1), &made, MessageKind::Answer, "On our way").await;
        assert_eq!(answered.data.status, CaseStatus::InProgress);
        assert_eq!((answered.clock.first_answered_at, answered.clock.due_at()), (NOW.plus(HOUR), NOW.plus(8 * HOUR)));
        let waits = change(&db, &at(&lin, 2), &answered, &[("status", "waiting")]).await.unwrap();
        assert_eq!(waits.clock.due_at(), NOTHING_DUE);
        // A note changes nothing; the customer's word makes time run again.
        let noted = say(&db, &at(&lin, 3), &waits, MessageKind::Note, "Calls back").await;
        assert_eq!((noted.data.status, noted.clock), (CaseStatus::Waiting, waits.clock));
        let heard = say(&db, &at(&lin, 12), &noted, MessageKind::Customer, "Yes, please").await;
        assert_eq!((heard.data.status, heard.clock.due_at()), (CaseStatus::InProgress, NOW.plus(18 * HOUR)));
        let refused = change(&db, &at(&lin, 13), &heard, &[("status", "resolved")]).await.unwrap_err();
        assert!(matches!(refused, Failure::Invalid(errors) if errors.about("solution") == Some(&FieldError::Required)));
        let solved = [("status", "resolved"), ("solution", "Sealed"), ("cause", "Packing")];
        let solved = change(&db, &at(&lin, 14), &heard, &solved).await.unwrap();
        assert_eq!(solved.clock.solved_at, NOW.plus(14 * HOUR));
        assert!(solved.clock.solved_in_time(NOTHING_DUE));
        assert!(every_row(&db, &lin, &CaseRequest::default()).await.is_empty());
        let done = CaseRequest { state: CaseState::Done, timely: Some(Timely::InTime), ..CaseRequest::default() };
        assert_eq!(every_row(&db, &lin, &done).await, [made.number]);
        let late = CaseRequest { timely: Some(Timely::TooLate), ..done };
        assert!(every_row(&db, &lin, &late).await.is_empty());
        // What was done cannot be emptied, and who writes again opens it.
        assert!(change(&db, &lin, &solved, &[("solution", "")]).await.is_err());
        let again = say(&db, &at(&lin, 20), &solved, MessageKind::Customer, "It leaks again").await;
        assert_eq!((again.data.status, again.clock.solved_at), (CaseStatus::InProgress, Instant::NEVER));
        assert_eq!(again.clock.due_at(), NOW.plus(24 * HOUR));
    }

    async fn two_who_change_different_fields_both_win_and_the_same_one_is_told(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let wang = someone(&db, "wang@example.com", Role::Staff).await;
        let seen = case(&db, &lin, &about("Late")).await;
        change(&db, &lin, &seen, &[("priority", "urgent")]).await.unwrap();
        let both = change(&db, &wang, &seen, &[("category", "Delivery")]).await.unwrap();
        assert_eq!((both.data.priority, both.data.category.as_str()), (CasePriority::Urgent, "Delivery"));
        let refused = change(&db, &wang, &seen, &[("priority", "low")]).await.unwrap_err();
        let Failure::Conflict(conflict) = refused else { panic!("{refused:?}") };
        assert_eq!((conflict.fields[0].theirs.as_str(), conflict.by.as_str()), ("urgent", "Name of wang@example.com"));
        // The same value again is no conflict, and an unknown field no field.
        assert!(change(&db, &wang, &seen, &[("priority", "urgent")]).await.is_ok());
        assert!(change(&db, &wang, &seen, &[("id", "7")]).await.is_err());
    }

    async fn a_thread_is_read_in_parts_and_an_attempt_writes_once(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let made = case(&db, &lin, &about("Late")).await;
        let (policy, zone) = (always(), east());
        let counting = Counting { policy: &policy, zone: &zone };
        let draft = MessageDraft { kind: MessageKind::Note, body: "First".to_owned() };
        let attempt = operation();
        let version = db.write_case_message(&lin, attempt, made.id, &draft, counting).await.unwrap();
        assert_eq!(db.write_case_message(&lin, attempt, made.id, &draft, counting).await.unwrap(), version);
        for number in 0..120 {
            say(&db, &at(&lin, number), &made, MessageKind::Note, &number.to_string()).await;
        }
        let reader = at(&lin, 200);
        let mut bodies = Vec::new();
        let mut before = None;
        loop {
            let part = db.case_thread(&reader, made.number, before).await.unwrap();
            assert!(part.messages.is_sorted_by_key(|one| (one.at, one.id)));
            let part_bodies: Vec<String> = part.messages.iter().map(|one| one.body.clone()).collect();
            bodies.splice(0..0, part_bodies);
            before = part.older;
            if before.is_none() { break }
        }
        let expected: Vec<String> = std::iter::once("First".to_owned()).chain((0..120).map(|n| n.to_string())).collect();
        assert_eq!(bodies, expected);
    }

    async fn lists_hold_what_a_naive_look_says_and_nothing_out_of_reach(db: Db) {
        let callers = people(&db).await;
        let [rep, lead, other, _] = &callers;
        let owners = [Some(rep.user), Some(lead.user), Some(other.user), None];
        let mut chance = Chance(11);
        let mut accounts = Vec::new();
        for owner in owners {
            let typed = AccountForm { owner: owner.map(|id| id.to_string()).unwrap_or_default(), ..form("Acme") };
            accounts.push((make(&db, &root(), &typed).await, owner));
        }
        let mut cases: Vec<(Case, Option<UserId>)> = Vec::new();
        for number in 0..130 {
            let owner = *chance.of(&owners);
            let customer = if chance.below(4) == 0 { None } else { Some(*chance.of(&accounts)) };
            let typed = CaseForm {
                kind: chance.of(CaseKind::ALL).code().to_owned(),
                priority: chance.of(CasePriority::ALL).code().to_owned(),
                owner: owner.map(|id| id.to_string()).unwrap_or_default(),
                account: customer.map(|(account, _)| account.to_string()).unwrap_or_default(),
                ..about(&format!("Case {number}"))
            };
            let came = at(&root(), -i64::try_from(chance.below(900)).unwrap());
            let mut made = case(&db, &came, &typed).await;
            if chance.below(3) == 0 {
                let later = Caller { now: came.now.plus(i64::try_from(chance.below(90)).unwrap() * HOUR), ..root() };
                let to = chance.of(CaseStatus::ALL).code();
                made = change(&db, &later, &made, &[("status", to), ("solution", "Done")]).await.unwrap();
            }
            if chance.below(12) == 0 {
                db.delete_case(&root(), made.id, true).await.unwrap();
            } else {
                cases.push((made, customer.and_then(|(_, owner)| owner)));
            }
        }
        let reaches = |caller: &Caller, whose: Option<UserId>| match &caller.user {
            user if *user == rep.user || *user == other.user => whose == Some(*user),
            user if *user == lead.user => whose == Some(*user) || whose == Some(rep.user),
            _ => true,
        };
        let range: DateRange = "2026-10-25..2026-11-10".parse().unwrap();
        let plain = CaseRequest { state: CaseState::All, ..CaseRequest::default() };
        let requests = [
            CaseRequest::default(),
            CaseRequest { sort: CaseSort::Newest, ..CaseRequest::default() },
            plain.clone(),
            CaseRequest { state: CaseState::Done, ..plain.clone() },
            CaseRequest { whose: Some(CaseOwner::Mine), ..plain.clone() },
            CaseRequest { whose: Some(CaseOwner::Nobody), ..plain.clone() },
            CaseRequest { owner: Some(rep.user), kind: Some(CaseKind::Complaint), ..plain.clone() },
            CaseRequest { overdue: true, ..CaseRequest::default() },
            CaseRequest { priority: Some(CasePriority::High), status: Some(CaseStatus::New), ..plain.clone() },
            CaseRequest { account: Some(accounts[0].0), ..plain.clone() },
            CaseRequest { came: Some(range), ..plain.clone() },
            CaseRequest { solved: Some(range), ..plain.clone() },
            CaseRequest { timely: Some(Timely::TooLate), ..plain.clone() },
        ];
        let mut shown = 0;
        for caller in &callers {
            for request in &requests {
                let within = |at: Instant, days: Option<DateRange>| days.is_none_or(|days| at.is_set() && days.has(east().wall_clock(at).0));
                let mut expected: Vec<&Case> = cases.iter().filter(|(case, customers)| {
                    let data = &case.data;
                    let (open, clock) = (data.status.is_open(), &case.clock);
                    let is_seen = reaches(caller, data.owner) || data.account.is_some() && reaches(caller, *customers);
                    let customer_seen = request.account.is_none_or(|account| data.account == Some(account)
                        && accounts.iter().any(|(number, owner)| *number == account && reaches(caller, *owner)));
                    is_seen && customer_seen
                        && match request.state { CaseState::Open => open, CaseState::Done => !open, CaseState::All => true }
                        && match request.whose {
                            Some(CaseOwner::Mine) => data.owner == Some(caller.user),
                            Some(CaseOwner::Nobody) => data.owner.is_none(),
                            None => true,
                        }
                        && request.owner.is_none_or(|owner| data.owner == Some(owner))
                        && request.kind.is_none_or(|kind| data.kind == kind)
                        && request.priority.is_none_or(|priority| data.priority == priority)
                        && request.status.is_none_or(|status| data.status == status)
                        && (!request.overdue || open && clock.due_at() < caller.now)
                        && within(clock.began_at, request.came)
                        && (request.solved.is_none() || within(clock.solved_at, request.solved))
                        && request.timely.is_none_or(|timely| !open && (timely == Timely::InTime) == clock.solved_in_time(NOTHING_DUE))
                }).map(|(case, _)| case).collect();
                match request.order() {
                    CaseSort::Due => expected.sort_by_key(|case| (case.clock.due_at(), case.number)),
                    CaseSort::Newest => expected.sort_by_key(|case| std::cmp::Reverse(case.number)),
                }
                let expected: Vec<CaseNumber> = expected.into_iter().map(|case| case.number).collect();
                shown += expected.len();
                assert_eq!(every_row(&db, caller, request).await, expected, "{request:?}");
            }
            for (case, customers) in &cases {
                let is_seen = reaches(caller, case.data.owner) || case.data.account.is_some() && reaches(caller, *customers);
                let told = db.case(caller, case.number).await;
                if is_seen {
                    let told = told.unwrap();
                    let named = case.data.account.is_some() && reaches(caller, *customers);
                    assert_eq!((told.data.account.is_some(), !told.account_name.is_empty()), (named, named));
                } else {
                    assert_eq!(refusal(told), Failure::Gone);
                    assert_eq!(refusal(db.case_thread(caller, case.number, None).await), Failure::Gone);
                }
            }
        }
        assert!(shown > 500, "{shown}");
    }

    async fn the_day_of_whoever_is_in_charge_says_what_is_due_next(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let wang = someone(&db, "wang@example.com", Role::SalesRep).await;
        let due = async |caller: &Caller| -> Vec<(Reason, String, DueNext)> {
            let day = db.my_day(caller, &east()).await.unwrap();
            let lines = day.items.into_iter().filter_map(|item| match item.to_do {
                ToDo::Case(case) => Some((item.reason, item.record.name, case.clock.due_next())),
                _ => None,
            });
            lines.collect()
        };
        let of = |subject: &str, priority: &str, owner: &Caller| CaseForm {
            priority: priority.to_owned(),
            owner: owner.user.to_string(),
            ..about(subject)
        };
        let calm = case(&db, &lin, &of("Calm", "normal", &lin)).await;
        let leak = case(&db, &lin, &of("Leak", "urgent", &lin)).await;
        case(&db, &wang, &of("Of Wang", "urgent", &wang)).await;
        let gone = case(&db, &lin, &of("Gone", "urgent", &lin)).await;
        db.delete_case(&root(), gone.id, true).await.unwrap();
        let line = |reason, name: &str, next| (reason, name.to_owned(), next);
        // Seven in the evening, eight hours east of UTC.
        let answer = [
            line(Reason::Today, "Leak", DueNext::Answer),
            line(Reason::Tomorrow, "Calm", DueNext::Answer),
        ];
        let first = due(&lin).await;
        assert_eq!(first[0], answer[0]);
        assert_eq!(first.len(), 2, "{first:?}");
        assert_eq!(due(&at(&lin, 2)).await[0], line(Reason::Overdue, "Leak", DueNext::Answer));
        // The promise to a customer that was broken comes before everything else that is late.
        say(&db, &at(&lin, 2), &leak, MessageKind::Answer, "On our way").await;
        assert!(due(&at(&lin, 2)).await.contains(&line(Reason::Tomorrow, "Leak", DueNext::Solution)));
        // What waits for the customer, is done or somebody else's is nothing to do.
        let leak = db.case(&root(), leak.number).await.unwrap();
        let waits = change(&db, &at(&lin, 3), &leak, &[("status", "waiting")]).await.unwrap();
        assert_eq!(due(&at(&lin, 3)).await.len(), 1);
        let solved = [("status", "resolved"), ("solution", "Sealed")];
        change(&db, &at(&lin, 4), &waits, &solved).await.unwrap();
        let given = [("owner", &*wang.user.to_string())];
        change(&db, &root(), &calm, &given).await.unwrap();
        assert_eq!(due(&at(&lin, 4)).await, []);
        assert_eq!(due(&wang).await.len(), 2);
    }

    async fn saved_replies_are_changed_by_administrators_one_after_the_other(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::Admin).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let reply = |title: &str, body: &str| SavedReply {
            title: title.to_owned(),
            body: body.to_owned(),
            lang: Some(Lang::En),
        };
        assert_eq!(db.saved_replies(&rep).await.unwrap(), (Vec::new(), Version(0)));
        let first = [reply("Apology", "Sorry, {customer}"), reply("Thanks", "Thank you")];
        let seen = db.save_replies(&boss, Version(0), &first).await.unwrap();
        assert_eq!(db.saved_replies(&rep).await.unwrap(), (first.to_vec(), seen));
        let denied = refusal(db.save_replies(&rep, seen, &first).await);
        assert!(matches!(denied, Failure::Denied { .. }));
        let late = refusal(db.save_replies(&boss, Version(0), &first[..1]).await);
        assert!(matches!(late, Failure::Conflict(conflict) if conflict.by == "Name of boss@example.com"));
        let second = [reply("Apology", "We are sorry"), first[1].clone()];
        db.save_replies(&boss, seen, &second).await.unwrap();
        // The trail tells what was said before and since, of that one alone.
        let only = AuditRequest { object: Some(Object::Organisation), ..AuditRequest::default() };
        let lines = db.audit_page(&root(), &only, None, None, 5).await.unwrap().rows;
        let LineValues::Shown(fields) = &lines[0].values else { panic!("{lines:?}") };
        assert_eq!(fields.len(), 1);
        let told = (fields[0].field.as_str(), fields[0].before.as_str(), fields[0].after.as_str());
        assert_eq!(told, ("saved_reply", "Apology: Sorry, {customer}", "Apology: We are sorry"));
        let rights = rep.rights.set(Object::Case, Action::View, Reach::None);
        let blind = Caller { rights, ..rep.clone() };
        assert!(matches!(refusal(db.saved_replies(&blind).await), Failure::Denied { .. }));
    }

    async fn nobody_changes_what_is_out_of_reach(db: Db) {
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let wang = someone(&db, "wang@example.com", Role::SalesRep).await;
        let auditor = someone(&db, "auditor@example.com", Role::Auditor).await;
        let acme = make(&db, &rep, &form("Acme")).await;
        let made = case(&db, &rep, &with(acme, "Late")).await;
        assert_eq!(made.data.owner, Some(rep.user), "one would lose sight of it");
        let (policy, zone) = (always(), east());
        let counting = Counting { policy: &policy, zone: &zone };
        let note = MessageDraft { kind: MessageKind::Note, body: "x".to_owned() };
        assert_eq!(change(&db, &wang, &made, &[("category", "x")]).await, Err(Failure::Gone));
        assert_eq!(refusal(db.write_case_message(&wang, operation(), made.id, &note, counting).await), Failure::Gone);
        assert_eq!(refusal(db.delete_case(&wang, made.id, true).await), Failure::Gone);
        let theirs = refusal(db.create_case(&wang, operation(), &read(&with(acme, "X")), counting).await);
        assert!(matches!(theirs, Failure::Invalid(errors) if errors.about("account") == Some(&FieldError::Unknown)));
        let denied = |action| Failure::Denied { action, object: Object::Case };
        assert_eq!(change(&db, &auditor, &made, &[("category", "x")]).await, Err(denied(Action::Edit)));
        assert_eq!(refusal(db.delete_case(&auditor, made.id, true).await), denied(Action::Delete));
        assert_eq!(refusal(db.create_case(&auditor, operation(), &read(&about("X")), counting).await), denied(Action::Create));
        assert_eq!(change(&db, &rep, &made, &[("owner", &wang.user.to_string())]).await, Err(denied(Action::Assign)));
        let rights = rep.rights.set(Object::Case, Action::View, Reach::None);
        let blind = Caller { rights, ..rep.clone() };
        assert_eq!(refusal(db.case(&blind, made.number).await), denied(Action::View));
        assert_eq!(refusal(db.case_page(&blind, &CaseRequest::default()).await), denied(Action::View));
        assert_eq!(refusal(db.case_count(&blind, &CaseRequest::default(), true).await), denied(Action::View));
        assert_eq!(refusal(db.case_thread(&blind, made.number, None).await), denied(Action::View));
        assert_eq!(db.case(&rep, made.number).await.unwrap(), made);
    }

    async fn whoever_is_in_charge_hears_of_it_and_that_time_is_over(db: Db) {
        let lead = someone(&db, "lead@example.com", Role::Staff).await;
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let made = case(&db, &lead, &about("Late")).await;
        let given = change(&db, &lead, &made, &[("owner", &lin.user.to_string())]).await.unwrap();
        let told = |db: Db, reader: Caller| async move {
            let all = db.notifications(&reader).await.unwrap();
            all.into_iter().map(|one| (one.kind, one.record.subject)).collect::<Vec<_>>()
        };
        let subject = Subject::Case(made.id);
        assert_eq!(told(db.clone(), lin.clone()).await, [(NotificationKind::InCharge, subject)]);
        // The first answer is due after nine hours; it is told once, and again when another time is over.
        assert_eq!(db.tell_overdue(&at(&root(), 8)).await.unwrap(), 0);
        assert_eq!(db.tell_overdue(&at(&root(), 10)).await.unwrap(), 1);
        assert_eq!(db.tell_overdue(&at(&root(), 11)).await.unwrap(), 0);
        say(&db, &at(&lin, 12), &given, MessageKind::Answer, "Sorry").await;
        assert_eq!(db.tell_overdue(&at(&root(), 13)).await.unwrap(), 0);
        assert_eq!(db.tell_overdue(&at(&root(), 40)).await.unwrap(), 1);
        let kinds: Vec<_> = told(db.clone(), at(&lin, 41)).await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [NotificationKind::Overdue, NotificationKind::Overdue, NotificationKind::InCharge]);
        assert!(refusal(db.tell_overdue(&lin).await) == Failure::Denied { action: Action::Administer, object: Object::System });
    }

    async fn cases_go_where_their_customer_goes(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let twin = make(&db, &lin, &form("Acme Ltd")).await;
        let kept = case(&db, &lin, &with(acme, "One")).await;
        let moved = case(&db, &lin, &with(twin, "Two")).await;
        let of = |account| CaseRequest { account: Some(account), state: CaseState::All, ..CaseRequest::default() };
        let both = [db.account(&lin, acme).await.unwrap(), db.account(&lin, twin).await.unwrap()];
        let merge = db.merge(&lin, MergeKind::Accounts, &draft(&both[0], &[&both[1]])).await.unwrap();
        assert_eq!(every_row(&db, &lin, &of(acme)).await, [moved.number, kept.number]);
        let late = case(&db, &lin, &with(acme, "Three")).await;
        db.split(&lin, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!(every_row(&db, &lin, &of(acme)).await, [late.number, kept.number]);
        assert_eq!(every_row(&db, &lin, &of(twin)).await, [moved.number]);
        // Erased with them: nothing of them stays, not in the trail either.
        say(&db, &lin, &kept, MessageKind::Customer, "Private words").await;
        let account = db.account(&lin, acme).await.unwrap();
        db.delete_accounts(&lin, &[account.id]).await.unwrap();
        db.erase(&lin, BinKind::Accounts, account.id.0).await.unwrap();
        assert_eq!(refusal(db.case(&lin, kept.number).await), Failure::Gone);
        let about = AuditRequest { object: Some(Object::Case), ..AuditRequest::default() };
        let lines = db.audit_page(&root(), &about, None, None, 50).await.unwrap().rows;
        let (gone, there): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.record.is_none());
        assert!(gone.len() == 3 && there.len() == 1, "{lines:?}");
        assert!(gone.iter().all(|line| matches!(line.values, LineValues::Erased(_))), "{gone:?}");
        // Taken off, back, and gone for good after its days.
        db.delete_case(&lin, moved.id, true).await.unwrap();
        assert!(every_row(&db, &lin, &of(twin)).await.is_empty());
        db.delete_case(&lin, moved.id, false).await.unwrap();
        assert_eq!(every_row(&db, &lin, &of(twin)).await, [moved.number]);
        db.delete_case(&lin, moved.id, true).await.unwrap();
        assert_eq!(db.purge_bin(&Caller { now: NOW.plus(31 * DAY), ..root() }).await.unwrap(), 1);
        assert_eq!(refusal(db.delete_case(&lin, moved.id, false).await), Failure::Gone);
    }

    async fn how_customers_are_helped_is_set_by_one_at_a_time(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let (policy, version) = db.service_policy(&lin).await.unwrap();
        assert_eq!((policy.clone(), version), (ServicePolicy::default(), Version(0)));
        let other = ServicePolicy { categories: vec!["Delivery".to_owned()], ..always() };
        let denied = Failure::Denied { action: Action::Administer, object: Object::Organisation };
        assert_eq!(refusal(db.save_service_policy(&lin, version, &other).await), denied);
        assert_eq!(db.save_service_policy(&root(), version, &other).await.unwrap(), Version(1));
        let refused = refusal(db.save_service_policy(&root(), version, &policy).await);
        assert!(matches!(refused, Failure::Conflict(conflict) if conflict.version == Version(1)));
        assert_eq!(db.service_policy(&lin).await.unwrap(), (other, Version(1)));
    }
}
