//! Several records changed in one step, all or none, and the way back: who is in charge, and tags.

use crate::{
    customers::{edit, form, make, operation, refusal},
    opportunities::{deal, make_deal},
    support::{now, on_both, root, someone},
};
use domain::{
    account::{Account, AccountForm},
    at_once::{Reassigned, Tagged},
    bin::{AT_ONCE, BinKind},
    failure::Failure,
    field::FieldError,
    id::{AccountId, UserId},
    merge::MergeKind,
    opportunity::OpportunityForm,
    person::PersonForm,
    policy::{Action, Caller, Object, Reach, Role},
    structure::Place,
};
use store::Db;
use uuid::Uuid;

/// Customers of the given names, in charge of the caller.
async fn customers(db: &Db, owner: &Caller, names: &[&str]) -> Vec<Account> {
    let mut all = Vec::new();
    for name in names {
        let typed = AccountForm { owner: owner.user.to_string(), ..form(name) };
        let number = make(db, owner, &typed).await;
        all.push(db.account(owner, number).await.unwrap());
    }
    all
}

fn ids(accounts: &[Account]) -> Vec<Uuid> {
    accounts.iter().map(|account| account.id.0).collect()
}

fn words(tags: &[&str]) -> Vec<String> {
    tags.iter().map(|tag| (*tag).to_owned()).collect()
}

async fn owners(db: &Db, accounts: &[Account]) -> Vec<Option<UserId>> {
    let mut all = Vec::new();
    for account in accounts {
        all.push(db.account(&root(), account.number).await.unwrap().data.owner);
    }
    all
}

async fn tags(db: &Db, accounts: &[Account]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for account in accounts {
        all.push(db.account(&root(), account.number).await.unwrap().tags);
    }
    all
}

on_both! {
    async fn customers_go_over_together_and_come_back(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let mut known = customers(&db, &boss, &["Acme", "Bolt"]).await;
        known.extend(customers(&db, &lin, &["Cusp"]).await);
        let kind = MergeKind::Accounts;
        let went = db.assign_records(&boss, kind, &ids(&known), Some(lin.user)).await.unwrap();
        let moved = |account: &Account| Reassigned { id: account.id.0, before: Some(boss.user) };
        assert_eq!(went, [moved(&known[0]), moved(&known[1])], "one was in these hands already");
        assert_eq!(owners(&db, &known).await, [Some(lin.user); 3]);
        assert_eq!(db.assign_records(&boss, kind, &ids(&known), Some(lin.user)).await.unwrap(), []);
        // What somebody else took meanwhile stays there.
        let one = db.account(&boss, known[0].number).await.unwrap();
        db.edit_account(&boss, one.id, one.version, &[edit("owner", "")]).await.unwrap();
        assert_eq!(db.assign_back(&boss, kind, Some(lin.user), &went).await.unwrap(), 1);
        assert_eq!(owners(&db, &known).await, [None, Some(boss.user), Some(lin.user)]);
        let nobody = db.assign_records(&boss, kind, &ids(&known), None).await.unwrap();
        assert_eq!(nobody.len(), 2);
        assert_eq!(owners(&db, &known).await, [None; 3]);
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
    }

    async fn persons_go_over_together(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let (mut people, mut numbers) = (Vec::new(), Vec::new());
        for name in ["Ada", "Ben"] {
            let typed = PersonForm { full_name: name.to_owned(), ..PersonForm::default() };
            let number = db.create_person(&boss, operation(), &typed.parse().unwrap()).await.unwrap();
            people.push(db.person(&boss, number).await.unwrap().id.0);
            numbers.push(number);
        }
        let went = db.assign_records(&boss, MergeKind::People, &people, Some(lin.user)).await.unwrap();
        assert_eq!(went.len(), 2);
        for number in &numbers {
            assert_eq!(db.person(&lin, *number).await.unwrap().data.owner, Some(lin.user));
        }
        assert_eq!(db.assign_back(&boss, MergeKind::People, Some(lin.user), &went).await.unwrap(), 2);
        assert_eq!(refusal(db.person(&lin, numbers[0]).await), Failure::Gone);
    }

    async fn one_that_may_not_keeps_all_from_going_over(db: Db) {
        let part = db.put_department(&root(), None, "North", None).await.unwrap();
        let lead = someone(&db, "lead@example.com", Role::TeamLead).await;
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let far = someone(&db, "far@example.com", Role::SalesRep).await;
        for user in [lead.user, lin.user] {
            let place = Place { department: Some(part), teams: Vec::new() };
            db.place_user(&root(), user, &place).await.unwrap();
        }
        let lead = now(&db, &lead).await;
        let mut known = customers(&db, &lead, &["Acme", "Bolt"]).await;
        let kind = MergeKind::Accounts;
        let denied = |action| Failure::Denied { action, object: Object::Account };
        let attempt = |caller: &Caller, ids: Vec<Uuid>, to: UserId| {
            let (db, caller) = (db.clone(), caller.clone());
            async move { refusal(db.assign_records(&caller, kind, &ids, Some(to)).await) }
        };
        assert_eq!(attempt(&lead, ids(&known), far.user).await, denied(Action::Assign), "out of reach");
        assert_eq!(attempt(&lead, ids(&known), UserId::NIL).await, denied(Action::Assign));
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        assert_eq!(
            attempt(&boss, ids(&known), UserId::NIL).await,
            Failure::field("owner", FieldError::Unknown)
        );
        assert_eq!(attempt(&lin, ids(&known), lin.user).await, denied(Action::Assign));
        let without = |action| {
            Caller { rights: lead.rights.set(Object::Account, action, Reach::None), ..lead.clone() }
        };
        for action in [Action::Edit, Action::BulkEdit, Action::Assign] {
            assert_eq!(attempt(&without(action), ids(&known), lin.user).await, denied(action));
        }
        // The right to change many may be shorter than the one to change.
        let short = lead.rights.set(Object::Account, Action::BulkEdit, Reach::Own);
        let short = Caller { rights: short, ..lead.clone() };
        known.extend(customers(&db, &lin, &["Dome"]).await);
        assert_eq!(attempt(&short, ids(&known), lin.user).await, denied(Action::BulkEdit));
        let before = owners(&db, &known).await;
        // One of a stranger is as one that is not there.
        let theirs = customers(&db, &far, &["Cusp"]).await;
        for id in [theirs[0].id.0, Uuid::from_u128(7)] {
            let mixed = [ids(&known), vec![id]].concat();
            assert_eq!(attempt(&lead, mixed, lin.user).await, Failure::Gone);
        }
        let many = (0..=AT_ONCE).map(|n| Uuid::from_u128(n as u128)).collect();
        let max = i64::try_from(AT_ONCE).unwrap();
        let too_many = Failure::field("ids", FieldError::OutOfRange { min: 1, max });
        assert_eq!(attempt(&lead, many, lin.user).await, too_many);
        db.delete_accounts(&lead, &[known[1].id]).await.unwrap();
        assert_eq!(attempt(&lead, ids(&known), lin.user).await, Failure::Gone);
        db.restore_accounts(&lead, &[known[1].id]).await.unwrap();
        assert_eq!(owners(&db, &known).await, before, "all of them or none");
        // The way back takes the same.
        let went = [Reassigned { id: theirs[0].id.0, before: Some(lin.user) }];
        assert_eq!(refusal(db.assign_back(&lead, kind, Some(far.user), &went).await), Failure::Gone);
        assert_eq!(owners(&db, &theirs).await, [Some(far.user)]);
        // One alone takes no right to change many.
        let one = without(Action::BulkEdit);
        let went = db.assign_records(&one, kind, &[known[0].id.0], Some(lin.user)).await.unwrap();
        assert_eq!(went.len(), 1);
    }

    async fn tags_are_put_on_together_and_come_off_again(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let known = customers(&db, &lin, &["Acme", "Bolt", "Cusp"]).await;
        let all: Vec<AccountId> = known.iter().map(|account| account.id).collect();
        db.set_tags(&lin, all[0], &words(&["VIP"]), &[]).await.unwrap();
        db.set_tags(&lin, all[1], &words(&["vip", "Fair"]), &[]).await.unwrap();
        let tagged = db.tag_accounts(&lin, &all, &words(&["Fair", "VIP"])).await.unwrap();
        let got = |account: AccountId, tags: &[&str]| Tagged { account, tags: words(tags) };
        assert_eq!(tagged, [got(all[0], &["Fair"]), got(all[2], &["Fair", "VIP"])]);
        let both = words(&["Fair", "VIP"]);
        assert_eq!(tags(&db, &known).await, [both.clone(), both.clone(), both]);
        assert_eq!(db.tag_accounts(&lin, &all, &words(&["fair"])).await.unwrap(), []);
        // What was taken off meanwhile is no reason to stop.
        db.set_tags(&lin, all[2], &[], &words(&["Fair"])).await.unwrap();
        assert_eq!(db.untag_accounts(&lin, &tagged).await.unwrap(), 2);
        assert_eq!(tags(&db, &known).await, [words(&["VIP"]), words(&["Fair", "VIP"]), vec![]]);
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
    }

    async fn one_that_cannot_be_tagged_keeps_all_as_they_are(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let far = someone(&db, "far@example.com", Role::SalesRep).await;
        let known = customers(&db, &lin, &["Acme", "Bolt"]).await;
        let theirs = customers(&db, &far, &["Cusp"]).await;
        let all: Vec<AccountId> = known.iter().map(|account| account.id).collect();
        let full: Vec<String> = (0..20).map(|n| format!("t{n:02}")).collect();
        db.set_tags(&lin, all[1], &full, &[]).await.unwrap();
        let before = tags(&db, &known).await;
        let attempt = |caller: &Caller, ids: Vec<AccountId>, add: Vec<String>| {
            let (db, caller) = (db.clone(), caller.clone());
            async move { refusal(db.tag_accounts(&caller, &ids, &add).await) }
        };
        let new = words(&["new"]);
        let wrong = |error| Failure::field("tags", error);
        let one_too_many = wrong(FieldError::OutOfRange { min: 0, max: 20 });
        assert_eq!(attempt(&lin, all.clone(), new.clone()).await, one_too_many);
        assert_eq!(attempt(&lin, all.clone(), words(&[" "])).await, wrong(FieldError::Required));
        let mixed = vec![all[0], theirs[0].id];
        assert_eq!(attempt(&lin, mixed.clone(), new.clone()).await, Failure::Gone);
        let denied = |action| Failure::Denied { action, object: Object::Account };
        for action in [Action::Edit, Action::BulkEdit] {
            let rights = lin.rights.set(Object::Account, action, Reach::None);
            let caller = Caller { rights, ..lin.clone() };
            assert_eq!(attempt(&caller, all.clone(), new.clone()).await, denied(action));
        }
        let tagged = mixed.iter().map(|account| Tagged { account: *account, tags: full.clone() });
        let tagged: Vec<Tagged> = tagged.collect();
        assert_eq!(refusal(db.untag_accounts(&lin, &tagged).await), Failure::Gone);
        assert_eq!(tags(&db, &known).await, before);
    }

    async fn deals_go_over_together_and_come_back(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let mut deals = Vec::new();
        for name in ["One", "Two", "Three"] {
            let typed = OpportunityForm { owner: boss.user.to_string(), ..deal(name) };
            deals.push(make_deal(&db, &boss, &typed).await);
        }
        let ids: Vec<Uuid> = deals.iter().map(|deal| deal.id.0).collect();
        let kind = BinKind::Opportunities;
        let owners = async || {
            let mut all = Vec::new();
            for deal in &deals {
                all.push(db.opportunity(&root(), deal.number).await.unwrap().data.owner);
            }
            all
        };
        let went = db.assign_records(&boss, kind, &ids, Some(lin.user)).await.unwrap();
        assert_eq!(went.len(), 3);
        assert!(went.iter().all(|went| went.before == Some(boss.user)));
        assert_eq!(owners().await, [Some(lin.user); 3]);
        assert_eq!(db.unread_notifications(&lin).await.unwrap(), 3, "they are told of each");
        assert!(db.assign_records(&boss, kind, &ids, Some(lin.user)).await.unwrap().is_empty());
        // What somebody else took meanwhile stays theirs.
        db.assign_records(&root(), kind, &ids[..1], None).await.unwrap();
        assert_eq!(db.assign_back(&boss, kind, Some(lin.user), &went).await.unwrap(), 2);
        assert_eq!(owners().await, [None, Some(boss.user), Some(boss.user)]);

        // One that may not keeps all from going over.
        let theirs = make_deal(&db, &lin, &deal("Theirs")).await;
        let both = [theirs.id.0, ids[1]];
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        assert!(db.assign_records(&rep, kind, &both, Some(rep.user)).await.is_err());
        let few = Caller { rights: boss.rights.set(Object::Opportunity, Action::BulkEdit, Reach::None), ..boss.clone() };
        let denied = Failure::Denied { action: Action::BulkEdit, object: Object::Opportunity };
        assert_eq!(refusal(db.assign_records(&few, kind, &both, None).await), denied);
        assert_eq!(db.assign_records(&few, kind, &both[..1], Some(few.user)).await.unwrap().len(), 1);
        let gone = Uuid::from_u128(7);
        assert_eq!(refusal(db.assign_records(&boss, kind, &[ids[1], gone], None).await), Failure::Gone);
        assert_eq!(owners().await[1], Some(boss.user));
        let unknown = refusal(db.assign_records(&boss, kind, &ids, Some(UserId::NIL)).await);
        assert_eq!(unknown, Failure::field("owner", FieldError::Unknown));
        for kind in [BinKind::Orders, BinKind::Cases] {
            assert!(db.assign_records(&root(), kind, &ids, None).await.is_err(), "{kind:?} are none of these");
        }
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
    }
}
