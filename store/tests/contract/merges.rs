//! Merging: several records become one with all that hangs on them, and are parted again as they were.

use crate::{
    cases::{about, case},
    customers::{form, make, operation, refusal},
    imports::{firm, import, importer},
    opportunities::{deal, make_deal},
    orders::{of, order},
    support::{NOW, on_both, root, someone},
};
use domain::{
    account::{Account, AccountForm, FieldEdit},
    audit::Event,
    bin::BinKind,
    case::CaseForm,
    failure::Failure,
    field::FieldError,
    id::{AccountId, AccountNumber, MergeId, PersonId, Version},
    import::OnDuplicate,
    merge::{FieldChoice, MergeDraft, MergeKind, SeenRecord},
    note::{Entry, NoteBody, Subject},
    opportunity::OpportunityForm,
    person::{Person, PersonForm, PersonRole},
    policy::{Access, Action, Caller, Detail, Object, Reach, Role},
    time::{DAY, Instant},
};
use store::Db;

pub(crate) fn seen(account: &Account) -> SeenRecord {
    SeenRecord { id: account.id.0, version: account.version }
}

pub(crate) fn draft(kept: &Account, others: &[&Account]) -> MergeDraft {
    MergeDraft {
        kept: seen(kept),
        others: others.iter().map(|other| seen(other)).collect(),
        choices: Vec::new(),
        left_out: Vec::new(),
    }
}

/// Without what counts changes.
pub(crate) fn plain(mut account: Account) -> Account {
    (account.version, account.updated_at, account.updated_by) =
        (Version(0), Instant::NEVER, account.created_by);
    account
}

pub(crate) fn plain_person(mut person: Person) -> Person {
    (person.version, person.updated_at, person.updated_by) =
        (Version(0), Instant::NEVER, person.created_by);
    person
}

/// Two customers that are the same, with everything that can hang on one.
pub(crate) async fn twins(db: &Db, caller: &Caller) -> (Account, Account, PersonId) {
    let one =
        AccountForm { phone: "13800138000".to_owned(), tags: "vip".to_owned(), ..form("Acme") };
    let two = AccountForm {
        phone: "13800138000".to_owned(),
        email: "hi@acme.example".to_owned(),
        industry: "steel".to_owned(),
        tags: "vip, trade fair".to_owned(),
        city: "上海".to_owned(),
        ..form("Acme Ltd")
    };
    let (one, two) = (make(db, caller, &one).await, make(db, caller, &two).await);
    let typed = PersonForm {
        full_name: "Ada".to_owned(),
        account: two.to_string(),
        ..PersonForm::default()
    };
    let ada = db.create_person(caller, operation(), &typed.parse().unwrap()).await.unwrap();
    let ada = db.person(caller, ada).await.unwrap().id;
    let two = db.account(caller, two).await.unwrap();
    let body = NoteBody::parse("met at the fair").unwrap();
    db.add_note(caller, operation(), Subject::Account(two.id), &body).await.unwrap();
    (db.account(caller, one).await.unwrap(), two, ada)
}

async fn notes(db: &Db, caller: &Caller, account: AccountId) -> usize {
    let story = db.timeline(caller, Subject::Account(account), None).await.unwrap();
    story.entries.iter().filter(|entry| matches!(entry, Entry::Note(_))).count()
}

on_both! {
    async fn one_record_gets_everything_and_gives_it_back(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let (one, two, ada) = twins(&db, &caller).await;
        let merge = db.merge(&caller, MergeKind::Accounts, &draft(&one, &[&two])).await.unwrap();
        let both = db.account(&caller, one.number).await.unwrap();
        assert_eq!((both.data.name.as_str(), both.data.industry.as_str()), ("Acme", "steel"));
        let contacts: Vec<&str> = both.contacts.iter().map(|point| &*point.raw).collect();
        assert_eq!(contacts, ["13800138000", "hi@acme.example"], "nothing is there twice");
        assert_eq!((both.addresses.len(), both.tags.len()), (1, 2));
        assert_eq!(db.people_of(&caller, one.id).await.unwrap()[0].id, ada);
        assert_eq!(notes(&db, &caller, one.id).await, 1);
        assert_eq!(db.account(&caller, two.number).await.unwrap().number, one.number);
        let request = domain::list::ListRequest { search: "hi@acme".to_owned(), ..Default::default() };
        let found = db.account_page(&caller, &request).await.unwrap();
        assert_eq!(found.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [one.number]);
        let binned = db.bin_page(&caller, BinKind::Accounts, None).await.unwrap();
        assert!(binned.rows.is_empty(), "it did not go into the bin");
        assert_eq!(refusal(db.restore_accounts(&caller, &[two.id]).await), Failure::Gone);
        let story = db.timeline(&caller, Subject::Account(one.id), None).await.unwrap();
        let told = story.entries.iter().any(|entry| matches!(entry, Entry::Change(change)
            if change.event == Event::Merged && change.fields[0].after == two.number.to_string()));
        assert!(told);

        db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!(plain(db.account(&caller, one.number).await.unwrap()), plain(one.clone()));
        assert_eq!(plain(db.account(&caller, two.number).await.unwrap()), plain(two.clone()));
        assert!(db.people_of(&caller, one.id).await.unwrap().is_empty());
        assert_eq!(db.people_of(&caller, two.id).await.unwrap()[0].id, ada);
        assert_eq!((notes(&db, &caller, one.id).await, notes(&db, &caller, two.id).await), (0, 1));
        let found = db.account_page(&caller, &request).await.unwrap();
        assert_eq!(found.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [two.number]);
        assert_eq!(refusal(db.split(&caller, MergeKind::Accounts, merge).await), Failure::Gone);
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
    }

    async fn what_was_chosen_stays_and_what_changed_since_too(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let (one, two, _) = twins(&db, &caller).await;
        let email = two.contacts.iter().find(|point| point.raw == "hi@acme.example").unwrap().id.0;
        let choices = vec![FieldChoice { field: "name".to_owned(), from: two.id.0 }];
        let wanted = MergeDraft { choices, left_out: vec![email], ..draft(&one, &[&two]) };
        let merge = db.merge(&caller, MergeKind::Accounts, &wanted).await.unwrap();
        let both = db.account(&caller, one.number).await.unwrap();
        assert_eq!((both.data.name.as_str(), both.contacts.len()), ("Acme Ltd", 1));
        let edit = FieldEdit { field: "industry".to_owned(), value: "copper".to_owned() };
        db.edit_account(&caller, one.id, both.version, &[edit]).await.unwrap();
        db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        let one = db.account(&caller, one.number).await.unwrap();
        assert_eq!((one.data.name.as_str(), one.data.industry.as_str()), ("Acme", "copper"));
        assert_eq!(db.account(&caller, two.number).await.unwrap().data.industry, "steel");
    }

    async fn denied_stale_or_unsound_leaves_everything_as_it_is(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let (one, two, _) = twins(&db, &boss).await;
        let merge = |caller: Caller, draft: MergeDraft| {
            let db = db.clone();
            async move { refusal(db.merge(&caller, MergeKind::Accounts, &draft).await) }
        };
        let denied = |action| Failure::Denied { action, object: Object::Account };
        for role in Role::ALL.into_iter().filter(|role| ![Role::Admin, Role::SalesManager].contains(role)) {
            let caller = someone(&db, &format!("{}@example.com", role.code()), role).await;
            assert_eq!(merge(caller, draft(&one, &[&two])).await, denied(Action::Merge), "{role:?}");
        }
        for (action, reach, failure) in [
            (Action::Merge, Reach::Own, denied(Action::Merge)),
            (Action::Edit, Reach::Own, denied(Action::Edit)),
            (Action::Delete, Reach::Own, denied(Action::Delete)),
        ] {
            let other = someone(&db, &format!("{}@x.example", action.code()), Role::SalesManager).await;
            let rights = other.rights.set(Object::Account, action, reach);
            assert_eq!(merge(Caller { rights, ..other }, draft(&one, &[&two])).await, failure);
        }
        let blind = boss.rights.set(Object::Account, Action::View, Reach::Own);
        let blind = blind.set(Object::Account, Action::Merge, Reach::Own);
        let stranger = someone(&db, "stranger@example.com", Role::SalesManager).await;
        let blind = Caller { rights: blind, ..stranger };
        let unknown = Account { id: AccountId(uuid::Uuid::from_u128(7)), ..two.clone() };
        for other in [&two, &unknown] {
            assert_eq!(merge(blind.clone(), draft(&one, &[other])).await, Failure::Gone);
        }
        let stale = Account { version: Version(two.version.0 + 1), ..two.clone() };
        assert!(matches!(merge(boss.clone(), draft(&one, &[&stale])).await, Failure::Conflict(_)));
        let few = Failure::field("ids", FieldError::OutOfRange { min: 2, max: 5 });
        assert_eq!(merge(boss.clone(), draft(&one, &[])).await, few);
        assert_eq!(merge(boss.clone(), draft(&one, &[&one])).await, few);
        assert_eq!(db.account(&boss, one.number).await.unwrap(), one);
        assert_eq!(db.account(&boss, two.number).await.unwrap(), two);
        assert_eq!(refusal(db.split(&boss, MergeKind::Accounts, MergeId::NIL).await), Failure::Gone);
        let made = db.merge(&boss, MergeKind::Accounts, &draft(&one, &[&two])).await.unwrap();
        assert_eq!(refusal(db.split(&boss, MergeKind::People, made).await), Failure::Gone);
        let rep = someone(&db, "rep@x.example", Role::SalesRep).await;
        for merge in [made, MergeId::NIL] {
            let refused = refusal(db.split(&rep, MergeKind::Accounts, merge).await);
            assert_eq!(refused, denied(Action::Merge), "known or not");
        }
    }

    async fn what_is_kept_back_is_neither_chosen_nor_lost(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let (one, two, _) = twins(&db, &boss).await;
        let details = *boss.rights.details();
        let details = details.set(Object::Account, Detail::Email, Access::Masked);
        let details = details.set(Object::Account, Detail::Industry, Access::Hidden);
        let masked = Caller { rights: boss.rights.with_details(details), ..boss.clone() };
        let choices = vec![FieldChoice { field: "industry".to_owned(), from: one.id.0 }];
        let chosen = MergeDraft { choices, ..draft(&one, &[&two]) };
        let refused = refusal(db.merge(&masked, MergeKind::Accounts, &chosen).await);
        assert_eq!(refused, Failure::field("industry", FieldError::NotYours));
        let left_out = two.contacts.iter().map(|point| point.id.0).collect();
        let wanted = MergeDraft { left_out, ..draft(&one, &[&two]) };
        db.merge(&masked, MergeKind::Accounts, &wanted).await.unwrap();
        let both = db.account(&boss, one.number).await.unwrap();
        assert!(both.contacts.iter().any(|point| point.raw == "hi@acme.example"));
        assert_eq!(both.data.industry, "steel");
    }

    async fn an_import_finds_what_a_record_was_merged_into(db: Db) {
        let caller = importer(&db).await;
        let kept = make(&db, &caller, &form("Bright Star")).await;
        let row = firm(1, "Acme", "steel", "+8613800138000");
        import(&db, &caller, OnDuplicate::FillEmpty, std::slice::from_ref(&row)).await;
        let request = domain::list::ListRequest { search: "acme".to_owned(), ..Default::default() };
        let made = db.account_page(&caller, &request).await.unwrap().rows[0].number;
        let [kept, made] = [db.account(&caller, kept).await.unwrap(), db.account(&caller, made).await.unwrap()];
        let merge = db.merge(&caller, MergeKind::Accounts, &draft(&kept, &[&made])).await.unwrap();
        import(&db, &caller, OnDuplicate::FillEmpty, std::slice::from_ref(&row)).await;
        let all = domain::list::ListRequest::default();
        let rows = db.account_page(&caller, &all).await.unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [kept.number]);
        db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        import(&db, &caller, OnDuplicate::FillEmpty, &[row]).await;
        assert_eq!(db.account_page(&caller, &all).await.unwrap().rows.len(), 2);
    }

    async fn persons_become_one_with_their_jobs(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let (firm_a, firm_b) = (make(&db, &caller, &form("A")).await, make(&db, &caller, &form("B")).await);
        let mut people = Vec::new();
        for (name, phone, account) in [("Ada", "13800138000", firm_a), ("Ada L.", "13900139000", firm_b)] {
            let typed = PersonForm {
                full_name: name.to_owned(),
                phone: phone.to_owned(),
                account: account.to_string(),
                ..PersonForm::default()
            };
            let number = db.create_person(&caller, operation(), &typed.parse().unwrap()).await.unwrap();
            people.push(db.person(&caller, number).await.unwrap());
        }
        let second = people[1].id;
        db.join_account(&caller, second, firm_a, Some(PersonRole::Payer)).await.unwrap();
        people[1] = db.person(&caller, people[1].number).await.unwrap();
        let [one, two] = [&people[0], &people[1]];
        let of = |person: &Person| SeenRecord { id: person.id.0, version: person.version };
        let wanted = MergeDraft { kept: of(one), others: vec![of(two)], choices: Vec::new(), left_out: Vec::new() };
        let merge = db.merge(&caller, MergeKind::People, &wanted).await.unwrap();
        let both = db.person(&caller, two.number).await.unwrap();
        assert_eq!((both.number, both.contacts.len(), both.accounts.len()), (one.number, 2, 2));
        assert_eq!(both.accounts.iter().filter(|job| job.is_primary).count(), 1);
        db.split(&caller, MergeKind::People, merge).await.unwrap();
        for person in [one, two] {
            let now = db.person(&caller, person.number).await.unwrap();
            assert_eq!(plain_person(now), plain_person(person.clone()));
        }
    }

    async fn after_thirty_days_the_number_still_leads_there_and_nothing_else_is_kept(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let (one, two, _) = twins(&db, &caller).await;
        let merge = db.merge(&caller, MergeKind::Accounts, &draft(&one, &[&two])).await.unwrap();
        let later = NOW.plus(31 * DAY);
        let late = Caller { now: later, ..caller.clone() };
        assert_eq!(refusal(db.split(&late, MergeKind::Accounts, merge).await), Failure::Gone);
        assert_eq!(db.purge_bin(&Caller { now: later, ..root() }).await.unwrap(), 1);
        assert_eq!(refusal(db.split(&caller, MergeKind::Accounts, merge).await), Failure::Gone);
        assert_eq!(db.account(&caller, two.number).await.unwrap().number, one.number);
        assert_eq!(refusal(db.account(&caller, AccountNumber(99)).await), Failure::Gone);
    }

    async fn merges_one_after_the_other_are_taken_back_to_what_was_there_first(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let (one, two, _) = twins(&db, &caller).await;
        let third = AccountForm { industry: "copper".to_owned(), phone: "13900139000".to_owned(), ..form("Acme Inc") };
        let three = make(&db, &caller, &third).await;
        let three = db.account(&caller, three).await.unwrap();
        let read = |account: &Account| {
            let (db, caller, number) = (db.clone(), caller.clone(), account.number);
            async move { db.account(&caller, number).await.unwrap() }
        };
        let as_before = || async {
            for account in [&one, &two, &three] {
                assert_eq!(plain(read(account).await), plain(account.clone()));
            }
        };
        // Two go into one, and one of them had taken in another: the number of that leads to the last.
        let first = db.merge(&caller, MergeKind::Accounts, &draft(&one, &[&two])).await.unwrap();
        let both = read(&one).await;
        let second = db.merge(&caller, MergeKind::Accounts, &draft(&three, &[&both])).await.unwrap();
        assert_eq!(read(&two).await.number, three.number);
        // What went away with it is parted after it is back.
        assert_eq!(refusal(db.split(&caller, MergeKind::Accounts, first).await), Failure::Gone);
        assert_eq!(db.splits_of(&caller, Subject::Account(three.id)).await.unwrap()[0].merge, second);
        db.split(&caller, MergeKind::Accounts, second).await.unwrap();
        assert_eq!(read(&two).await.number, one.number);
        assert_eq!(plain(read(&one).await), plain(both));
        db.split(&caller, MergeKind::Accounts, first).await.unwrap();
        as_before().await;
        // One takes in two, one after the other: the first merge is taken back after the second.
        let wanted = draft(&read(&one).await, &[&read(&two).await]);
        let first = db.merge(&caller, MergeKind::Accounts, &wanted).await.unwrap();
        let choices = vec![FieldChoice { field: "industry".to_owned(), from: three.id.0 }];
        let wanted = MergeDraft { choices, ..draft(&read(&one).await, &[&read(&three).await]) };
        let second = db.merge(&caller, MergeKind::Accounts, &wanted).await.unwrap();
        assert_eq!(read(&one).await.data.industry, "copper");
        let offers = db.splits_of(&caller, Subject::Account(one.id)).await.unwrap();
        assert_eq!(offers.iter().map(|offer| offer.merge).collect::<Vec<_>>(), [second]);
        let early = refusal(db.split(&caller, MergeKind::Accounts, first).await);
        assert!(matches!(early, Failure::Conflict(_)), "{early:?}");
        for merge in [second, first] {
            db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        }
        as_before().await;
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
    }

    async fn whoever_is_erased_is_erased_with_what_went_into_them(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let mut people = Vec::new();
        for name in ["Ada", "Ada L.", "Ada Lovelace"] {
            let typed = PersonForm { full_name: name.to_owned(), phone: "13800138000".to_owned(), ..PersonForm::default() };
            let number = db.create_person(&caller, operation(), &typed.parse().unwrap()).await.unwrap();
            people.push(db.person(&caller, number).await.unwrap());
        }
        let of = |person: &Person| SeenRecord { id: person.id.0, version: person.version };
        let draft = |kept: &Person, other: &Person| MergeDraft {
            kept: of(kept), others: vec![of(other)], choices: Vec::new(), left_out: Vec::new(),
        };
        let merge = db.merge(&caller, MergeKind::People, &draft(&people[0], &people[1])).await.unwrap();
        let both = db.person(&caller, people[0].number).await.unwrap();
        let last = db.merge(&caller, MergeKind::People, &draft(&people[2], &both)).await.unwrap();
        let last_one = people[2].id;
        db.delete_people(&caller, &[last_one]).await.unwrap();
        assert_eq!(refusal(db.split(&caller, MergeKind::People, last).await), Failure::Gone);
        db.erase(&root(), BinKind::People, last_one.0).await.unwrap();
        for person in &people {
            assert_eq!(refusal(db.person(&caller, person.number).await), Failure::Gone);
            assert_eq!(refusal(db.erase(&root(), BinKind::People, person.id.0).await), Failure::Gone);
        }
        for merge in [merge, last] {
            assert_eq!(refusal(db.split(&caller, MergeKind::People, merge).await), Failure::Gone);
        }
        let binned = db.bin_page(&caller, BinKind::People, None).await.unwrap();
        assert!(binned.rows.is_empty());
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
    }

    async fn before_a_merge_everybody_sees_what_they_may(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let (one, two, _) = twins(&db, &boss).await;
        let numbers = [one.number.to_string(), two.number.to_string()];
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let with = two.number.to_string();
        make_deal(&db, &boss, &OpportunityForm { account: with.clone(), ..deal("Boiler") }).await;
        for day in ["2026-01-05", "2026-01-06"] {
            order(&db, &boss, &of(two.number, day), &[]).await;
        }
        case(&db, &boss, &CaseForm { account: with, ..about("Torn box") }).await;
        let sheet = db.merge_sheet(&boss, &numbers).await.unwrap();
        let hanging = sheet.sides.iter().map(|side| (side.deals, side.orders, side.cases));
        assert_eq!(hanging.collect::<Vec<_>>(), [(0, 0, 0), (1, 2, 1)]);
        for object in [Object::Opportunity, Object::Order, Object::Case] {
            let rights = boss.rights.set(object, Action::View, Reach::None);
            let blind = Caller { rights, ..boss.clone() };
            let sheet = db.merge_sheet(&blind, &numbers).await.unwrap();
            let side = &sheet.sides[1];
            let expected = [Object::Opportunity, Object::Order, Object::Case].map(|of| of != object);
            let told = [side.deals, side.orders, side.cases].map(|count| count > 0);
            assert_eq!(told, expected, "{object:?}");
        }
        let [kept, other] = sheet.sides.as_slice() else { panic!("two records") };
        assert_eq!((kept.seen, other.get("industry")), (seen(&one), "steel"));
        assert_eq!((other.links, other.notes, other.tags.len()), (1, Some(1), 2));
        assert!(kept.may_stay && kept.goes.to_same && other.may_stay && other.goes.to_others);
        let details = *boss.rights.details();
        let details = details.set(Object::Account, Detail::Email, Access::Masked);
        let details = details.set(Object::Account, Detail::Industry, Access::Hidden);
        let masked = Caller { rights: boss.rights.with_details(details), ..boss.clone() };
        let sheet = serde_json::to_string(&db.merge_sheet(&masked, &numbers).await.unwrap()).unwrap();
        assert!(!sheet.contains("steel") && !sheet.contains("hi@acme.example"), "{sheet}");
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let denied = Failure::Denied { action: Action::Merge, object: Object::Account };
        assert_eq!(refusal(db.merge_sheet(&rep, &numbers).await), denied);
        let mine = boss.rights.set(Object::Account, Action::View, Reach::Own);
        let stranger = someone(&db, "stranger@example.com", Role::SalesManager).await;
        let stranger = Caller { rights: mine, ..stranger };
        for numbers in [&numbers[..1], &["C-999"], &["P-1", "C-1"], &[], &["C-1"; 6]] {
            assert_eq!(refusal(db.merge_sheet(&stranger, numbers).await), Failure::Gone, "{numbers:?}");
        }
        let merge = db.merge(&boss, MergeKind::Accounts, &draft(&one, &[&two])).await.unwrap();
        assert_eq!(db.merge_sheet(&boss, &numbers).await.unwrap().sides.len(), 1, "one record by now");
        let record = Subject::Account(one.id);
        let offers = db.splits_of(&boss, record).await.unwrap();
        assert_eq!(offers.iter().map(|offer| offer.merge).collect::<Vec<_>>(), [merge]);
        let few = boss.rights.set(Object::Account, Action::Edit, Reach::Own);
        let colleague = someone(&db, "colleague@example.com", Role::SalesManager).await;
        for caller in [Caller { rights: few, ..colleague }, someone(&db, "lead@example.com", Role::ServiceAgent).await] {
            assert!(db.splits_of(&caller, record).await.unwrap().is_empty());
        }
        let later = Caller { now: NOW.plus(31 * DAY), ..boss.clone() };
        assert!(db.splits_of(&later, record).await.unwrap().is_empty());
        assert_eq!(refusal(db.splits_of(&stranger, record).await), Failure::Gone);
    }
}
