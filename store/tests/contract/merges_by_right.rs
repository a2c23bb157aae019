//! Merging by right: it puts nothing into other hands that the caller may not hand over, shows nobody more than they may
//! see, moves shares as far as they may be given, and is taken back by whoever reaches what comes back.

use crate::{
    customers::{edit, form, make, operation, refusal},
    merges::draft,
    support::{on_both, root, someone},
};
use domain::{
    account::{Account, AccountForm},
    failure::Failure,
    id::{AccountNumber, UserId},
    merge::{FieldChoice, MergeDraft, MergeKind, SeenRecord},
    note::Subject,
    person::{Person, PersonForm},
    policy::{Action, Caller, Detail, DetailRule, Object, Reach, Role},
    share::{ShareDraft, ShareLevel, ShareWith},
};
use store::Db;

fn denied(action: Action) -> Failure {
    Failure::Denied { action, object: Object::Account }
}

async fn owned(db: &Db, caller: &Caller, name: &str, phone: &str, owner: UserId) -> Account {
    let typed = AccountForm { phone: phone.to_owned(), owner: owner.to_string(), ..form(name) };
    let number = make(db, caller, &typed).await;
    db.account(caller, number).await.unwrap()
}

async fn of(db: &Db, caller: &Caller, account: &Account) -> Account {
    db.account(caller, account.number).await.unwrap()
}

async fn merged(db: &Db, caller: &Caller, kept: &Account, other: &Account) -> Result<(), Failure> {
    let wanted = draft(&of(db, &root(), kept).await, &[&of(db, &root(), other).await]);
    match db.merge(caller, MergeKind::Accounts, &wanted).await {
        Ok(merge) => {
            db.split(&root(), MergeKind::Accounts, merge).await.unwrap();
            Ok(())
        }
        Err(error) => Err(refusal::<()>(Err(error))),
    }
}

/// May do everything with customers but what is taken away.
fn but(caller: &Caller, less: &[(Action, Reach)]) -> Caller {
    let rights = less.iter().fold(caller.rights, |rights, (action, reach)| {
        rights.set(Object::Account, *action, *reach)
    });
    Caller { rights, ..caller.clone() }
}

on_both! {
    async fn what_comes_into_other_hands_takes_the_right_to_assign(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let one = owned(&db, &boss, "Acme", "13800138000", boss.user).await;
        let two = owned(&db, &boss, "Acme Ltd", "13900139000", rep.user).await;
        let own = owned(&db, &boss, "Acme Inc", "", boss.user).await;
        let no_assign = but(&boss, &[(Action::Assign, Reach::None)]);
        assert_eq!(merged(&db, &no_assign, &one, &own).await, Ok(()), "the same is in charge");
        assert_eq!(merged(&db, &no_assign, &one, &two).await, Err(denied(Action::Assign)));
        assert_eq!(merged(&db, &no_assign, &two, &one).await, Err(denied(Action::Assign)));
        let own_only = but(&boss, &[(Action::Assign, Reach::Own)]);
        assert_eq!(merged(&db, &own_only, &two, &one).await, Ok(()), "one's own is one's to give");
        assert_eq!(merged(&db, &own_only, &one, &two).await, Err(denied(Action::Assign)));
        let numbers = [one.number.to_string(), two.number.to_string()];
        let sheet = db.merge_sheet(&own_only, &[&numbers[0], &numbers[1]]).await.unwrap();
        let [first, second] = sheet.sides.as_slice() else { panic!("two") };
        assert!(first.may_go_to(two.data.owner, boss.user));
        assert!(!second.may_go_to(one.data.owner, boss.user));
        assert_eq!(of(&db, &boss, &two).await.data.owner, Some(rep.user));
    }

    async fn merging_shows_nobody_what_is_masked_unless_it_is_theirs(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let details = boss.rights.details().set(Object::Account, Detail::Phone, DetailRule::MASKED_UNLESS_OWN);
        let details = details.set(Object::Account, Detail::CreditCode, DetailRule::MASKED_UNLESS_OWN);
        let boss = Caller { rights: boss.rights.with_details(details), ..boss };
        let mine = owned(&db, &root(), "Acme", "13800138000", boss.user).await;
        let theirs = owned(&db, &root(), "Acme Ltd", "13900139000", rep.user).await;
        let no_reveal = but(&boss, &[(Action::Reveal, Reach::None)]);
        assert_eq!(merged(&db, &no_reveal, &mine, &theirs).await, Err(denied(Action::Reveal)));
        assert_eq!(merged(&db, &no_reveal, &theirs, &mine).await, Ok(()), "it shows less");
        let reveals = but(&boss, &[(Action::Reveal, Reach::All)]);
        assert_eq!(merged(&db, &reveals, &mine, &theirs).await, Ok(()));
        let numbers = [mine.number.to_string(), theirs.number.to_string()];
        let sheet = db.merge_sheet(&no_reveal, &[&numbers[0], &numbers[1]]).await.unwrap();
        assert!(!sheet.sides[1].may_go_to(mine.data.owner, boss.user));
        assert_eq!(sheet.sides[1].contacts[0].raw, "139****9000");
        // What is seen in part neither stays behind nor is chosen.
        let [now_mine, now_theirs] = [of(&db, &root(), &mine).await, of(&db, &root(), &theirs).await];
        let choices = vec![FieldChoice { field: "credit_code".to_owned(), from: theirs.id.0 }];
        let wanted = MergeDraft { choices, ..draft(&now_mine, &[&now_theirs]) };
        let refused = refusal(db.merge(&reveals, MergeKind::Accounts, &wanted).await);
        let not_yours = domain::field::FieldError::NotYours;
        assert_eq!(refused, Failure::field("credit_code", not_yours));
        let left_out = vec![theirs.contacts[0].id.0];
        let wanted = MergeDraft { left_out, ..draft(&now_mine, &[&now_theirs]) };
        db.merge(&reveals, MergeKind::Accounts, &wanted).await.unwrap();
        assert_eq!(of(&db, &root(), &mine).await.contacts.len(), 2);
    }

    async fn a_share_comes_along_as_far_as_it_may_be_given(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let mut reps = Vec::new();
        for name in ["a", "b", "c"] {
            reps.push(someone(&db, &format!("{name}@example.com"), Role::SalesRep).await);
        }
        let [a, b, c] = [&reps[0], &reps[1], &reps[2]];
        let one = owned(&db, &boss, "Acme", "", c.user).await;
        let two = owned(&db, &boss, "Acme Ltd", "", boss.user).await;
        let share = |account: &Account, with: &Caller, level| {
            let (db, boss, record) = (db.clone(), boss.clone(), Subject::Account(account.id));
            let draft = ShareDraft { with: ShareWith::User(with.user), level, end: None };
            async move { db.share_record(&boss, record, &draft).await.unwrap() }
        };
        share(&one, b, ShareLevel::See).await;
        share(&two, a, ShareLevel::See).await;
        share(&two, b, ShareLevel::Change).await;
        share(&two, c, ShareLevel::Change).await;
        let levels = |account: &Account| {
            let (db, boss, record) = (db.clone(), boss.clone(), Subject::Account(account.id));
            async move {
                let shares = db.shares_of(&boss, record).await.unwrap().shares;
                let mut all: Vec<(String, ShareLevel)> =
                    shares.into_iter().map(|share| (share.name, share.level)).collect();
                all.sort();
                all
            }
        };
        let (before_one, before_two) = (levels(&one).await, levels(&two).await);
        let wanted = draft(&one, &[&two]);
        let merge = db.merge(&boss, MergeKind::Accounts, &wanted).await.unwrap();
        let names: Vec<ShareLevel> = levels(&one).await.into_iter().map(|(_, level)| level).collect();
        // Whoever is in charge is shared nothing with; of two shares the one that gives more counts.
        assert_eq!(names, [ShareLevel::See, ShareLevel::Change]);
        let a_now = db.acting_for(&root(), a.user).await.unwrap().unwrap();
        db.account(&a_now, one.number).await.expect("at the next request");
        let told = db.timeline(&boss, Subject::Account(one.id), None).await.unwrap();
        assert!(format!("{told:?}").contains("share.user"));
        db.split(&boss, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!((levels(&one).await, levels(&two).await), (before_one, before_two.clone()));
        let a_now = db.acting_for(&root(), a.user).await.unwrap().unwrap();
        assert_eq!(refusal(db.account(&a_now, one.number).await), Failure::Gone);
        // A share that is taken back while they are one does not come back in another guise.
        let merge = db.merge(&boss, MergeKind::Accounts, &draft(
            &of(&db, &boss, &one).await, &[&of(&db, &boss, &two).await],
        )).await.unwrap();
        let shares = db.shares_of(&boss, Subject::Account(one.id)).await.unwrap().shares;
        let of_b = shares.iter().find(|share| share.with == ShareWith::User(b.user)).unwrap();
        db.unshare(&boss, of_b.id).await.unwrap();
        db.split(&boss, MergeKind::Accounts, merge).await.unwrap();
        assert!(levels(&one).await.is_empty());
        share(&two, b, ShareLevel::Change).await;
        // Who may not share the one that stays brings no share to it.
        let no_assign = but(&boss, &[(Action::Assign, Reach::Own)]);
        let three = owned(&db, &boss, "Acme Inc", "", c.user).await;
        let wanted = draft(&of(&db, &boss, &three).await, &[&of(&db, &boss, &two).await]);
        let merge = db.merge(&no_assign, MergeKind::Accounts, &wanted).await.unwrap();
        assert!(levels(&three).await.is_empty());
        db.split(&boss, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!(levels(&two).await, before_two);
    }

    async fn who_reaches_people_by_their_customers_merges_and_parts_them(db: Db) {
        let lead = someone(&db, "lead@example.com", Role::SalesManager).await;
        let other = someone(&db, "other@example.com", Role::SalesManager).await;
        let mut rights = lead.rights;
        for object in [Object::Account, Object::Person] {
            for action in [Action::View, Action::Edit, Action::Delete, Action::Merge, Action::Assign] {
                rights = rights.set(object, action, Reach::Own);
            }
        }
        let lead = Caller { rights, ..lead };
        let mut people: Vec<Person> = Vec::new();
        for name in ["Ada", "Ada L."] {
            let account = owned(&db, &other, &format!("Firm of {name}"), "", lead.user).await;
            let typed = PersonForm {
                full_name: name.to_owned(),
                account: account.number.to_string(),
                owner: other.user.to_string(),
                ..PersonForm::default()
            };
            let number = db.create_person(&other, operation(), &typed.parse().unwrap()).await.unwrap();
            people.push(db.person(&lead, number).await.unwrap());
        }
        let seen = |person: &Person| SeenRecord { id: person.id.0, version: person.version };
        let wanted = MergeDraft {
            kept: seen(&people[0]), others: vec![seen(&people[1])], choices: Vec::new(), left_out: Vec::new(),
        };
        let merge = db.merge(&lead, MergeKind::People, &wanted).await.unwrap();
        let record = Subject::Person(people[0].id);
        let stranger = someone(&db, "stranger@example.com", Role::SalesManager).await;
        let stranger = Caller { rights: lead.rights, ..stranger };
        assert_eq!(refusal(db.splits_of(&stranger, record).await), Failure::Gone);
        assert_eq!(refusal(db.split(&stranger, MergeKind::People, merge).await), Failure::Gone);
        let offers = db.splits_of(&lead, record).await.unwrap();
        assert_eq!(offers.iter().map(|offer| offer.merge).collect::<Vec<_>>(), [merge]);
        // With the second customer in other hands, the person of it would not be the lead's any more.
        let moves = |to: UserId| {
            let (db, other) = (db.clone(), other.clone());
            async move {
                let firm = db.account(&other, AccountNumber(2)).await.unwrap();
                db.edit_account(&other, firm.id, firm.version, &[edit("owner", &to.to_string())]).await.unwrap();
            }
        };
        moves(other.user).await;
        assert!(db.splits_of(&lead, record).await.unwrap().is_empty());
        assert_eq!(refusal(db.split(&lead, MergeKind::People, merge).await), Failure::Gone);
        let told = db.timeline(&lead, record, None).await.unwrap();
        assert!(format!("{told:?}").contains("P-2"), "the number leads to who is the lead's to see");
        let parted = db.split(&other, MergeKind::People, merge).await;
        parted.unwrap();
        let told = db.timeline(&lead, record, None).await.unwrap();
        assert!(!format!("{told:?}").contains("P-2"), "and by now to somebody who is not");
        moves(lead.user).await;
        let [one, two] = [&people[0], &people[1]].map(|person| db.person(&other, person.number));
        let (one, two) = (one.await.unwrap(), two.await.unwrap());
        let wanted = MergeDraft { kept: seen(&one), others: vec![seen(&two)], ..wanted };
        let merge = db.merge(&other, MergeKind::People, &wanted).await.unwrap();
        let told = db.timeline(&lead, record, None).await.unwrap();
        assert!(format!("{told:?}").contains("P-2"));
        db.split(&lead, MergeKind::People, merge).await.unwrap();
        assert_eq!(db.person(&lead, people[1].number).await.unwrap().accounts.len(), 1);
    }

    async fn taking_a_merge_back_puts_nobody_in_charge_that_the_caller_may_not(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let one = owned(&db, &boss, "Acme", "", boss.user).await;
        let two = owned(&db, &boss, "Acme Ltd", "", rep.user).await;
        let choices = vec![FieldChoice { field: "owner".to_owned(), from: two.id.0 }];
        let wanted = MergeDraft { choices, ..draft(&one, &[&two]) };
        let merge = db.merge(&boss, MergeKind::Accounts, &wanted).await.unwrap();
        assert_eq!(of(&db, &boss, &one).await.data.owner, Some(rep.user));
        let no_assign = but(&boss, &[(Action::Assign, Reach::None)]);
        db.split(&no_assign, MergeKind::Accounts, merge).await.unwrap();
        for account in [&one, &two] {
            assert_eq!(of(&db, &boss, account).await.data.owner, Some(rep.user));
        }
    }

    async fn whoever_gives_a_record_away_by_merging_it_needs_not_see_it_afterwards(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let one = owned(&db, &boss, "Acme", "", boss.user).await;
        let two = owned(&db, &boss, "Acme Ltd", "", boss.user).await;
        let own = [Action::View, Action::Edit, Action::Delete, Action::Merge];
        let own: Vec<(Action, Reach)> = own.map(|action| (action, Reach::Own)).to_vec();
        let lead = but(&boss, &own);
        // By the time the merge is made the one that goes is handed over, and what stays with it.
        let theirs = owned(&db, &boss, "Acme Inc", "", rep.user).await;
        let wanted = draft(&one, &[&theirs]);
        assert_eq!(refusal(db.merge(&lead, MergeKind::Accounts, &wanted).await), Failure::Gone);
        let merge = db.merge(&lead, MergeKind::Accounts, &draft(&one, &[&two])).await.unwrap();
        let both = of(&db, &boss, &one).await;
        let away = [edit("owner", &rep.user.to_string())];
        db.edit_account(&lead, one.id, both.version, &away).await.unwrap();
        assert_eq!(refusal(db.account(&lead, one.number).await), Failure::Gone);
        assert_eq!(refusal(db.split(&lead, MergeKind::Accounts, merge).await), Failure::Gone);
    }
}
