//! Customers: made once, changed by two at a time, deleted and taken back.

use crate::support::{NOW, on_both, root, someone};
use domain::{
    account::{AccountForm, FieldEdit},
    address::{AddressData, AddressForm},
    audit::Event,
    bin::AT_ONCE,
    contact::ContactKind,
    failure::Failure,
    field::FieldError,
    id::{AccountId, AccountNumber, OperationId, Version},
    note::{Entry, NoteBody, Subject},
    policy::{Caller, Role},
    time::DAY,
};
use store::{Db, StoreError};
use uuid::Uuid;

pub fn operation() -> OperationId {
    OperationId(Uuid::now_v7())
}

pub fn form(name: &str) -> AccountForm {
    AccountForm { name: name.to_owned(), ..AccountForm::default() }
}

pub async fn make(db: &Db, caller: &Caller, form: &AccountForm) -> AccountNumber {
    let draft = form.parse(2).unwrap();
    db.create_account(caller, operation(), &draft).await.unwrap()
}

pub fn edit(field: &str, value: &str) -> FieldEdit {
    FieldEdit { field: field.to_owned(), value: value.to_owned() }
}

pub(crate) fn refusal<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Failure {
    match answer {
        Err(StoreError::Refused(failure)) => failure,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

on_both! {
    async fn a_customer_comes_back_as_it_was_typed(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let typed = AccountForm {
            short_name: "快讯".to_owned(),
            phone: " 152-8435-4094".to_owned(),
            email: "TAO23@Yahoo.com ".to_owned(),
            email_2: "sales@kuaixun.cn".to_owned(),
            city: "上海市".to_owned(),
            street: "南京路 1 号".to_owned(),
            value: "1.2万".to_owned(),
            tags: "VIP，华东".to_owned(),
            owner: caller.user.to_string(),
            ..form("快讯有限责任公司")
        };
        let number = make(&db, &caller, &typed).await;
        let account = db.account(&caller, number).await.unwrap();
        assert_eq!(account.data.name, "快讯有限责任公司");
        assert_eq!(account.data.value_minor, 1_200_000);
        assert_eq!(account.data.owner, Some(caller.user));
        assert_eq!(account.version, Version(1));
        assert_eq!(account.tags, ["VIP", "华东"]);
        assert_eq!(account.addresses.len(), 1);
        let points: Vec<(&str, &str)> =
            account.contacts.iter().map(|p| (p.raw.as_str(), p.norm.as_str())).collect();
        assert_eq!(points, [
            ("152-8435-4094", "+8615284354094"),
            ("TAO23@Yahoo.com", "tao23@yahoo.com"),
            ("sales@kuaixun.cn", "sales@kuaixun.cn"),
        ]);
        assert!(account.contacts[0].is_primary && account.contacts[1].is_primary);
        assert!(!account.contacts[2].is_primary);
    }

    async fn the_same_attempt_makes_one_customer(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let attempt = operation();
        let draft = form("Acme").parse(2).unwrap();
        let first = db.create_account(&caller, attempt, &draft).await.unwrap();
        let mut again = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let (db, caller, draft) = (db.clone(), caller.clone(), draft.clone());
            again.spawn(async move { db.create_account(&caller, attempt, &draft).await.unwrap() });
        }
        assert!(again.join_all().await.into_iter().all(|number| number == first));
        let other = form("Other").parse(2).unwrap();
        let refused = refusal(db.create_account(&caller, attempt, &other).await);
        assert_eq!(refused, Failure::field("name", FieldError::Differs));
        let list = domain::list::ListRequest::default();
        assert_eq!(db.list_count(&caller, &list, true).await.unwrap().number, 1);
    }

    async fn different_fields_merge_and_the_same_field_asks(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let wang = someone(&db, "wang@example.com", Role::Staff).await;
        let number = make(&db, &lin, &form("Acme")).await;
        let seen = db.account(&lin, number).await.unwrap();
        let second = db
            .edit_account(&lin, seen.id, seen.version, &[edit("industry", "Valves")])
            .await
            .unwrap();
        assert_eq!(second, Version(2));
        // Wang still looks at version 1, but changes another field: both stay.
        let third = db
            .edit_account(&wang, seen.id, seen.version, &[edit("short_name", "AC")])
            .await
            .unwrap();
        assert_eq!(third, Version(3));
        // The same field to something else is refused, with both values.
        let pumps = [edit("industry", "Pumps")];
        let refused = db.edit_account(&wang, seen.id, seen.version, &pumps).await;
        let Failure::Conflict(conflict) = refusal(refused) else { panic!("no conflict") };
        assert_eq!(conflict.version, Version(3));
        assert_eq!(conflict.fields.len(), 1);
        assert_eq!(conflict.fields[0].theirs, "Valves");
        assert_eq!(conflict.fields[0].mine, "Pumps");
        // The same field to the same value is no conflict, and changes nothing.
        let valves = [edit("industry", "Valves")];
        let same = db.edit_account(&wang, seen.id, seen.version, &valves).await;
        assert_eq!(same.unwrap(), Version(3));
        // "Keep mine" sends the version of the conflict.
        let kept = db.edit_account(&wang, seen.id, conflict.version, &pumps).await;
        assert_eq!(kept.unwrap(), Version(4));
        let now = db.account(&lin, number).await.unwrap();
        assert_eq!((now.data.industry.as_str(), now.data.short_name.as_str()), ("Pumps", "AC"));
    }

    async fn twenty_at_once_lose_no_field(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let seen = db.account(&caller, number).await.unwrap();
        let fields = ["short_name", "industry", "source", "job_title", "remark"];
        let mut all = tokio::task::JoinSet::new();
        for field in fields {
            let (db, caller, seen) = (db.clone(), caller.clone(), seen.clone());
            all.spawn(async move {
                let edits = [edit(field, field)];
                store::retry(|| db.edit_account(&caller, seen.id, seen.version, &edits)).await
            });
        }
        let mut done = 0;
        for answer in all.join_all().await {
            done += usize::from(answer.is_ok());
        }
        let now = db.account(&caller, number).await.unwrap();
        let values = [now.data.short_name, now.data.industry, now.data.source, now.data.job_title, now.data.remark];
        let stored = values.iter().zip(fields).filter(|(value, field)| value == field).count();
        assert_eq!(stored, done, "every acknowledged change is there, and no other");
        assert_eq!(done, fields.len(), "nobody is refused for another field");
    }

    async fn a_field_under_another_name_is_the_same_field(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let seen = db.account(&caller, number).await.unwrap();
        db.edit_account(&caller, seen.id, seen.version, &[edit("level", "vip")]).await.unwrap();
        let refused = db.edit_account(&caller, seen.id, seen.version, &[edit(" Level ", "low")]).await;
        let Failure::Conflict(conflict) = refusal(refused) else { panic!("no conflict") };
        assert_eq!((conflict.fields[0].field.as_str(), conflict.fields[0].theirs.as_str()), ("level", "vip"));
    }

    async fn a_number_nobody_can_call_makes_no_customer(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for (typed, name) in [
            (AccountForm { phone: "1528435409".to_owned(), ..form("Acme") }, "phone"),
            (AccountForm { phone_2: "021-12".to_owned(), ..form("Acme") }, "phone_2"),
        ] {
            let draft = typed.parse(2).unwrap();
            let refused = refusal(db.create_account(&caller, operation(), &draft).await);
            assert_eq!(refused, Failure::field(name, FieldError::NotAPhone));
        }
        let list = domain::list::ListRequest::default();
        assert_eq!(db.list_count(&caller, &list, true).await.unwrap().number, 0);
    }

    async fn bad_input_changes_nothing(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let before = db.account(&caller, number).await.unwrap();
        let bad = [edit("name", "  "), edit("website", "javascript:alert(1)"), edit("deleted_at", "0")];
        let refused = refusal(db.edit_account(&caller, before.id, before.version, &bad).await);
        let Failure::Invalid(errors) = refused else { panic!("{refused:?}") };
        assert_eq!(errors.about("name"), Some(&FieldError::Required));
        assert_eq!(errors.about("website"), Some(&FieldError::NotAUrl));
        assert_eq!(errors.about("deleted_at"), Some(&FieldError::UnknownOption));
        let ghost = [edit("owner", &Uuid::now_v7().to_string())];
        let refused = refusal(db.edit_account(&caller, before.id, before.version, &ghost).await);
        assert_eq!(refused, Failure::field("owner", FieldError::Unknown));
        assert_eq!(db.account(&caller, number).await.unwrap(), before);
    }

    async fn unknown_and_deleted_customers_answer_alike(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let account = db.account(&caller, number).await.unwrap();
        db.delete_accounts(&caller, &[account.id]).await.unwrap();
        assert_eq!(refusal(db.account(&caller, number).await), Failure::Gone);
        assert_eq!(refusal(db.account(&caller, AccountNumber(999)).await), Failure::Gone);
        let edits = [edit("name", "X")];
        for id in [account.id, AccountId(Uuid::now_v7())] {
            assert_eq!(refusal(db.edit_account(&caller, id, Version(1), &edits).await), Failure::Gone);
        }
    }

    async fn a_deletion_can_be_taken_back_for_thirty_days(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let kept = make(&db, &caller, &form("Kept")).await;
        let account = db.account(&caller, number).await.unwrap();
        assert_eq!(db.delete_accounts(&caller, &[account.id]).await.unwrap(), 1);
        assert_eq!(refusal(db.delete_accounts(&caller, &[account.id]).await), Failure::Gone);
        let bin = db.bin_page(&caller, domain::bin::BinKind::Accounts, None).await.unwrap();
        assert_eq!(bin.rows.len(), 1);
        assert_eq!(bin.rows[0].leaves_at, NOW.plus(30 * DAY));
        assert_eq!(db.restore_accounts(&caller, &[account.id]).await.unwrap(), 1);
        assert_eq!(db.account(&caller, number).await.unwrap().data, account.data);
        // Nothing leaves before its time; everything that hangs on it leaves with it.
        let note = NoteBody::parse("secret").unwrap();
        db.add_note(&caller, operation(), Subject::Account(account.id), &note).await.unwrap();
        db.delete_accounts(&caller, &[account.id]).await.unwrap();
        let mut later = root();
        later.now = NOW.plus(30 * DAY);
        assert_eq!(db.purge_bin(&later).await.unwrap(), 0);
        later.now = NOW.plus(30 * DAY + 1);
        assert_eq!(db.purge_bin(&later).await.unwrap(), 1);
        assert_eq!(refusal(db.restore_accounts(&caller, &[account.id]).await), Failure::Gone);
        assert!(db.account(&caller, kept).await.is_ok());
        assert!(matches!(refusal(db.purge_bin(&caller).await), Failure::Denied { .. }));
    }

    async fn one_call_deletes_all_it_was_given_or_nothing(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let account = db.account(&caller, number).await.unwrap();
        let mut ids = vec![account.id];
        ids.resize_with(AT_ONCE + 1, || AccountId(Uuid::now_v7()));
        for ids in [&ids[..], &[&[account.id][..], &ids[1..]].concat()] {
            let Failure::Invalid(errors) = refusal(db.delete_accounts(&caller, ids).await) else {
                panic!("more than {AT_ONCE} were taken");
            };
            assert!(errors.about("ids").is_some());
        }
        assert!(db.account(&caller, number).await.is_ok());
        assert_eq!(db.delete_accounts(&caller, &ids[..AT_ONCE]).await.unwrap(), 1);
    }

    async fn contact_points_and_addresses_keep_both_values_of_a_conflict(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let typed = AccountForm { phone: "13800138000".to_owned(), ..form("Acme") };
        let number = make(&db, &caller, &typed).await;
        let account = db.account(&caller, number).await.unwrap();
        let subject = Subject::Account(account.id);
        let point = account.contacts[0].id;
        let set = |raw: &'static str, expected: &'static str| {
            db.set_contact(&caller, operation(), subject, Some(point), ContactKind::Mobile, raw, expected)
        };
        set("13800138001", "13800138000").await.unwrap();
        let Failure::Conflict(conflict) = refusal(set("13800138002", "13800138000").await) else {
            panic!("no conflict")
        };
        assert_eq!(conflict.fields[0].theirs, "13800138001");
        let bad = set("not a phone", "13800138001").await;
        assert_eq!(refusal(bad), Failure::field("contact", FieldError::NotAPhone));
        set("", "13800138001").await.unwrap();
        assert!(db.account(&caller, number).await.unwrap().contacts.is_empty());

        let there = AddressForm { city: "Kiel".to_owned(), ..AddressForm::default() };
        let nothing = AddressData::default();
        db.set_address(&caller, operation(), account.id, None, &there, &nothing).await.unwrap();
        let address = db.account(&caller, number).await.unwrap().addresses[0].clone();
        let stale = AddressData { city: "Bonn".to_owned(), ..AddressData::default() };
        let refused =
            db.set_address(&caller, operation(), account.id, Some(address.id), &there, &stale).await;
        assert!(matches!(refusal(refused), Failure::Conflict(_)));
        let empty = AddressForm::default();
        db.set_address(&caller, operation(), account.id, Some(address.id), &empty, &address.data).await.unwrap();
        assert!(db.account(&caller, number).await.unwrap().addresses.is_empty());
    }

    async fn another_customers_contact_point_is_out_of_reach(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let typed = AccountForm { email: "a@example.com".to_owned(), ..form("Acme") };
        let theirs = make(&db, &caller, &typed).await;
        let mine = make(&db, &caller, &form("Mine")).await;
        let (theirs, mine) =
            (db.account(&caller, theirs).await.unwrap(), db.account(&caller, mine).await.unwrap());
        let refused = db
            .set_contact(
                &caller,
                operation(),
                Subject::Account(mine.id),
                Some(theirs.contacts[0].id),
                ContactKind::Email,
                "b@example.com",
                "a@example.com",
            )
            .await;
        assert_eq!(refusal(refused), Failure::Gone);
        assert_eq!(db.account(&caller, mine.number).await.unwrap().version, mine.version);
    }

    async fn the_timeline_holds_notes_and_changes_in_order(db: Db) {
        let mut caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let account = db.account(&caller, number).await.unwrap();
        let subject = Subject::Account(account.id);
        let mut version = account.version;
        for step in 1..=40 {
            caller.now = NOW.plus(step * 1000);
            if step % 2 == 0 {
                let body = NoteBody::parse(&format!("note {step}")).unwrap();
                db.add_note(&caller, operation(), subject, &body).await.unwrap();
            } else {
                let edits = [edit("industry", &format!("industry {step}"))];
                version = db.edit_account(&caller, account.id, version, &edits).await.unwrap();
            }
        }
        let first = db.timeline(&caller, subject, None).await.unwrap();
        assert_eq!(first.entries.len(), 30);
        let rest = db.timeline(&caller, subject, first.next).await.unwrap();
        assert_eq!(rest.entries.len(), 11);
        assert_eq!(rest.next, None);
        let all: Vec<Entry> = first.entries.into_iter().chain(rest.entries).collect();
        assert!(all.windows(2).all(|pair| pair[0].at() >= pair[1].at()));
        let Some(Entry::Change(made)) = all.last() else { panic!("no creation") };
        assert_eq!(made.event, Event::Created);
        assert_eq!(made.by_name, "Name of lin@example.com");
    }

    async fn notes_are_their_authors(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let wang = someone(&db, "wang@example.com", Role::Staff).await;
        let boss = someone(&db, "boss@example.com", Role::Admin).await;
        let number = make(&db, &lin, &form("Acme")).await;
        let account = db.account(&lin, number).await.unwrap();
        let subject = Subject::Account(account.id);
        let body = NoteBody::parse("  first\nsecond  ").unwrap();
        let id = db.add_note(&lin, operation(), subject, &body).await.unwrap();
        let changed = NoteBody::parse("changed").unwrap();
        let denied = db.rewrite_note(&wang, id, Version(1), &changed).await;
        assert!(matches!(refusal(denied), Failure::Denied { .. }));
        assert!(matches!(refusal(db.delete_activity(&wang, id, true).await), Failure::Denied { .. }));
        db.rewrite_note(&lin, id, Version(1), &changed).await.unwrap();
        let stale = db.rewrite_note(&lin, id, Version(1), &body).await;
        let Failure::Conflict(conflict) = refusal(stale) else { panic!("no conflict") };
        assert_eq!(conflict.fields[0].theirs, "changed");
        db.pin_note(&wang, id, true).await.unwrap();
        assert_eq!(db.timeline(&lin, subject, None).await.unwrap().pinned.len(), 1);
        db.delete_activity(&boss, id, true).await.unwrap();
        assert!(db.timeline(&lin, subject, None).await.unwrap().pinned.is_empty());
        db.delete_activity(&boss, id, false).await.unwrap();
        assert_eq!(db.timeline(&lin, subject, None).await.unwrap().pinned[0].body, "changed");
    }

    async fn tags_are_sets(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let account = db.account(&caller, number).await.unwrap();
        let set = |add: &[&str], remove: &[&str]| {
            let own = |tags: &[&str]| tags.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
            let (add, remove) = (own(add), own(remove));
            let (db, caller) = (db.clone(), caller.clone());
            async move { db.set_tags(&caller, account.id, &add, &remove).await }
        };
        set(&["Gold", "gold", "华东"], &[]).await.unwrap();
        set(&["Silver"], &["GOLD"]).await.unwrap();
        assert_eq!(db.account(&caller, number).await.unwrap().tags, ["Silver", "华东"]);
        assert_eq!(db.tags_like(&caller, "g").await.unwrap(), ["Gold"]);
        let many: Vec<String> = (0..21).map(|n| format!("t{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(matches!(refusal(set(&many, &[]).await), Failure::Invalid(_)));
        assert_eq!(db.account(&caller, number).await.unwrap().tags.len(), 2);
    }
}
