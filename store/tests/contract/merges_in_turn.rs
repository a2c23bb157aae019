//! Merges of customers and of persons that have to do with one another, customers that belong to others, and what
//! happens between a merge and its end.

use crate::{
    customers::{edit, form, make, operation, refusal},
    imports::{firm, import, importer, start},
    merges::{draft, plain, plain_person, twins},
    support::{NOW, on_both, root, someone},
};
use domain::{
    account::{Account, AccountForm},
    bin::BinKind,
    failure::Failure,
    id::{AccountId, AccountNumber},
    import::OnDuplicate,
    list::{ListRequest, Tab},
    merge::{FieldChoice, MergeDraft, MergeKind, SeenRecord},
    note::{NoteBody, Subject},
    person::{Person, PersonForm, PersonRole},
    policy::{Caller, Role},
    time::{DAY, HOUR},
};
use store::{Db, StoreError};

async fn person(db: &Db, caller: &Caller, name: &str, account: AccountNumber) -> Person {
    let typed = PersonForm {
        full_name: name.to_owned(),
        account: account.to_string(),
        ..PersonForm::default()
    };
    let number = db.create_person(caller, operation(), &typed.parse().unwrap()).await.unwrap();
    db.person(caller, number).await.unwrap()
}

fn people(kept: &Person, other: &Person) -> MergeDraft {
    let of = |person: &Person| SeenRecord { id: person.id.0, version: person.version };
    let others = vec![of(other)];
    MergeDraft { kept: of(kept), others, choices: Vec::new(), left_out: Vec::new() }
}

async fn customers(db: &Db, caller: &Caller, names: &[&str]) -> Vec<Account> {
    let mut all = Vec::new();
    for name in names {
        let number = make(db, caller, &form(name)).await;
        all.push(db.account(caller, number).await.unwrap());
    }
    all
}

async fn again(db: &Db, caller: &Caller, account: &Account) -> Account {
    db.account(caller, account.number).await.unwrap()
}

/// Lets customers belong to others, by their names, as an import does.
async fn belong(db: &Db, caller: &Caller, links: &[(&str, &str)]) {
    let (id, _) = start(db, caller, OnDuplicate::FillEmpty).await;
    let rows: Vec<_> = (1..)
        .zip(links)
        .map(|(number, (child, parent))| {
            let mut row = firm(number, child, "", "");
            row.parent = Some((*parent).to_owned());
            row
        })
        .collect();
    let later = NOW.plus(HOUR);
    db.write_chunk(caller, id, OnDuplicate::FillEmpty, 0, later, &rows).await.unwrap();
    db.link_parents(caller, id, OnDuplicate::FillEmpty, "parent", &|| later).await.unwrap();
    db.finish_import(caller, id, &|| later).await.unwrap();
}

/// The name of the customer that each belongs to, or nothing.
async fn above(db: &Db, caller: &Caller, accounts: &[&Account]) -> Vec<String> {
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let parents = db.export_parents(caller, &ids).await.unwrap();
    ids.iter().map(|id| parents.get(id).cloned().unwrap_or_default()).collect()
}

on_both! {
    async fn merges_of_customers_and_of_their_people_are_taken_back_in_turn(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let firms = customers(&db, &caller, &["Acme", "Acme Ltd", "Bright"]).await;
        let ada = person(&db, &caller, "Ada", firms[0].number).await;
        let eve = person(&db, &caller, "Ada L.", firms[1].number).await;
        db.join_account(&caller, eve.id, firms[2].number, None).await.unwrap();
        let eve = db.person(&caller, eve.number).await.unwrap();
        let before = |account: &Account| plain(account.clone());
        for people_first in [true, false] {
            let mut made = Vec::new();
            for of_people in [people_first, !people_first] {
                let (kind, wanted) = if of_people {
                    let ada = db.person(&caller, ada.number).await.unwrap();
                    let eve = db.person(&caller, eve.number).await.unwrap();
                    (MergeKind::People, people(&ada, &eve))
                } else {
                    let [one, two] = [&firms[0], &firms[1]];
                    let wanted = draft(&again(&db, &caller, one).await, &[&again(&db, &caller, two).await]);
                    (MergeKind::Accounts, wanted)
                };
                made.push((kind, db.merge(&caller, kind, &wanted).await.unwrap()));
            }
            let both = db.person(&caller, ada.number).await.unwrap();
            let numbers: Vec<AccountNumber> = both.accounts.iter().map(|job| job.number).collect();
            assert_eq!(numbers, [firms[0].number, firms[2].number], "one job at each customer");
            assert_eq!(both.accounts.iter().filter(|job| job.is_primary).count(), 1);
            let (kind, first) = made[0];
            let early = refusal(db.split(&caller, kind, first).await);
            assert!(matches!(early, Failure::Conflict(_)), "{early:?}");
            let (kind, last) = made[1];
            db.split(&caller, kind, last).await.unwrap();
            let (kind, first) = made[0];
            db.split(&caller, kind, first).await.unwrap();
            for person in [&ada, &eve] {
                let now = db.person(&caller, person.number).await.unwrap();
                assert_eq!(plain_person(now), plain_person(person.clone()));
            }
            for account in &firms {
                assert_eq!(plain(again(&db, &caller, account).await), before(account));
            }
        }
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
    }

    async fn a_merge_that_has_nothing_to_do_with_another_is_taken_back_whenever(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let firms = customers(&db, &caller, &["A", "A Ltd", "B", "B Ltd"]).await;
        let first = db.merge(&caller, MergeKind::Accounts, &draft(&firms[0], &[&firms[1]])).await.unwrap();
        db.merge(&caller, MergeKind::Accounts, &draft(&firms[2], &[&firms[3]])).await.unwrap();
        db.split(&caller, MergeKind::Accounts, first).await.unwrap();
        assert_eq!(plain(again(&db, &caller, &firms[1]).await), plain(firms[1].clone()));
    }

    async fn merges_that_moved_jobs_at_the_same_customer_are_taken_back_in_any_order(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let firm = make(&db, &caller, &form("Acme")).await;
        let other = make(&db, &caller, &form("Bright")).await;
        let mut pairs = Vec::new();
        for name in ["Ada", "Eve"] {
            let kept = person(&db, &caller, name, other).await;
            let gone = person(&db, &caller, &format!("{name} L."), firm).await;
            let merge = db.merge(&caller, MergeKind::People, &people(&kept, &gone)).await.unwrap();
            pairs.push((kept, gone, merge));
        }
        for (kept, gone, merge) in &pairs {
            db.split(&caller, MergeKind::People, *merge).await.unwrap();
            for person in [kept, gone] {
                let now = db.person(&caller, person.number).await.unwrap();
                assert_eq!(plain_person(now), plain_person(person.clone()));
            }
        }
    }

    async fn a_later_merge_that_was_erased_stands_in_nobodys_way(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let firms = customers(&db, &caller, &["Acme", "Acme Ltd", "Bright"]).await;
        let ada = person(&db, &caller, "Ada", firms[2].number).await;
        let eve = person(&db, &caller, "Ada L.", firms[1].number).await;
        let merge = db.merge(&caller, MergeKind::People, &people(&ada, &eve)).await.unwrap();
        let wanted = draft(&firms[0], &[&again(&db, &caller, &firms[1]).await]);
        db.merge(&caller, MergeKind::Accounts, &wanted).await.unwrap();
        let early = refusal(db.split(&caller, MergeKind::People, merge).await);
        assert!(matches!(early, Failure::Conflict(_)), "{early:?}");
        db.delete_accounts(&caller, &[firms[0].id]).await.unwrap();
        db.erase(&root(), BinKind::Accounts, firms[0].id.0).await.unwrap();
        db.split(&caller, MergeKind::People, merge).await.unwrap();
        assert!(db.person(&caller, eve.number).await.unwrap().accounts.is_empty());
    }

    async fn what_a_job_is_described_as_is_kept_where_only_one_of_them_says_it(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let firms = customers(&db, &caller, &["Acme", "Acme Ltd"]).await;
        let ada = person(&db, &caller, "Ada", firms[0].number).await;
        let eve = person(&db, &caller, "Ada L.", firms[0].number).await;
        for (person, firm, role) in [
            (eve.id, firms[0].number, Some(PersonRole::Payer)),
            (ada.id, firms[1].number, Some(PersonRole::Payer)),
        ] {
            db.join_account(&caller, person, firm, role).await.unwrap();
        }
        let read = |person: &Person| {
            let (db, caller, number) = (db.clone(), caller.clone(), person.number);
            async move { db.person(&caller, number).await.unwrap() }
        };
        let (ada, eve) = (read(&ada).await, read(&eve).await);
        let merge = db.merge(&caller, MergeKind::People, &people(&ada, &eve)).await.unwrap();
        let roles = |person: &Person| person.accounts.iter().map(|job| job.role).collect::<Vec<_>>();
        assert_eq!(roles(&read(&ada).await), [Some(PersonRole::Payer); 2]);
        db.split(&caller, MergeKind::People, merge).await.unwrap();
        assert_eq!(plain_person(read(&ada).await), plain_person(ada.clone()));
        let wanted = draft(&again(&db, &caller, &firms[0]).await, &[&again(&db, &caller, &firms[1]).await]);
        let merge = db.merge(&caller, MergeKind::Accounts, &wanted).await.unwrap();
        assert_eq!(roles(&read(&ada).await), [Some(PersonRole::Payer)]);
        db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!(plain_person(read(&ada).await), plain_person(ada));
    }

    async fn an_import_gives_nobody_a_job_at_one_that_is_going(db: Db) {
        let caller = importer(&db).await;
        for turn in 0..6_i64 {
            let names = [format!("Kestrel {turn}"), format!("Merlin {turn}")];
            let firms = customers(&db, &caller, &[&names[0], &names[1]]).await;
            let wanted = draft(&firms[0], &[&firms[1]]);
            let (id, _) = start(&db, &caller, OnDuplicate::FillEmpty).await;
            let rows = [crate::imports::person(1, &format!("Ada {turn}"), &names[1], "")];
            let later = NOW.plus(HOUR);
            let (merged, written) = tokio::join!(
                store::retry(|| db.merge(&caller, MergeKind::Accounts, &wanted)),
                store::retry(|| db.write_chunk(&caller, id, OnDuplicate::FillEmpty, 0, later, &rows)),
            );
            written.unwrap();
            let merge = merged.unwrap();
            db.finish_import(&caller, id, &|| later).await.unwrap();
            // Taken back or not, she works somewhere that is there.
            let page = ListRequest { tab: Tab::People, search: format!("Ada {turn}"), ..ListRequest::default() };
            let found = db.person_page(&caller, &page).await.unwrap().rows;
            let ada = db.person(&caller, found[0].number).await.unwrap();
            assert_eq!(ada.accounts.len(), 1, "turn {turn}");
            db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
            let ada = db.person(&caller, found[0].number).await.unwrap();
            assert_eq!(ada.accounts.len(), 1, "turn {turn}");
        }
    }

    async fn who_has_another_main_job_by_then_keeps_it(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let firms = customers(&db, &caller, &["Acme", "Acme Ltd", "Bright"]).await;
        let ada = person(&db, &caller, "Ada", firms[1].number).await;
        for firm in [&firms[0], &firms[2]] {
            db.join_account(&caller, ada.id, firm.number, None).await.unwrap();
        }
        let wanted = draft(&again(&db, &caller, &firms[0]).await, &[&again(&db, &caller, &firms[1]).await]);
        let merge = db.merge(&caller, MergeKind::Accounts, &wanted).await.unwrap();
        // The main job goes, another takes its place, and she comes back.
        db.leave_account(&caller, ada.id, firms[0].number).await.unwrap();
        db.join_account(&caller, ada.id, firms[0].number, None).await.unwrap();
        db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        let jobs = db.person(&caller, ada.number).await.unwrap().accounts;
        let mains: Vec<AccountNumber> =
            jobs.iter().filter(|job| job.is_primary).map(|job| job.number).collect();
        assert_eq!((jobs.len(), mains), (3, vec![firms[2].number]));
    }

    async fn customers_of_one_that_went_belong_to_the_one_that_stayed(db: Db) {
        let caller = importer(&db).await;
        belong(&db, &caller, &[
            ("Group", ""), ("Kestrel", ""), ("Merlin", "Group"), ("Osprey", "Merlin"),
        ]).await;
        let [_, acme, ltd, china] =
            [1, 2, 3, 4].map(AccountNumber).map(|number| db.account(&caller, number));
        let (acme, ltd, china) = (acme.await.unwrap(), ltd.await.unwrap(), china.await.unwrap());
        let all = [&acme, &ltd, &china];
        assert_eq!(above(&db, &caller, &all).await, ["", "Group", "Merlin"]);
        let merge = db.merge(&caller, MergeKind::Accounts, &draft(&acme, &[&ltd])).await.unwrap();
        assert_eq!(above(&db, &caller, &[&acme, &china]).await, ["Group", "Kestrel"]);
        let moved = again(&db, &caller, &china).await;
        assert!(moved.version > china.version);
        let told = db.timeline(&caller, Subject::Account(china.id), None).await.unwrap();
        assert!(format!("{told:?}").contains("before: \"C-3\", after: \"C-2\""), "{told:?}");
        db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!(above(&db, &caller, &all).await, ["", "Group", "Merlin"]);
    }

    async fn nobody_comes_to_belong_to_themselves(db: Db) {
        let caller = importer(&db).await;
        // The one that stays belongs, by way of another, to the one that goes.
        belong(&db, &caller, &[("Top", ""), ("Middle", "Top"), ("Low", "Middle")]).await;
        let mut firms = Vec::new();
        for number in [1, 2, 3] {
            firms.push(db.account(&caller, AccountNumber(number)).await.unwrap());
        }
        let [top, middle, low] = [&firms[0], &firms[1], &firms[2]];
        let merge = db.merge(&caller, MergeKind::Accounts, &draft(low, &[top])).await.unwrap();
        assert_eq!(above(&db, &caller, &[middle, low]).await, ["Low", ""]);
        db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!(above(&db, &caller, &[top, middle, low]).await, ["", "Top", "Middle"]);
        // One that belonged to the other.
        let [top, middle] = [again(&db, &caller, top).await, again(&db, &caller, middle).await];
        let merge = db.merge(&caller, MergeKind::Accounts, &draft(&middle, &[&top])).await.unwrap();
        assert_eq!(above(&db, &caller, &[&middle, low]).await, ["", "Middle"]);
        db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!(above(&db, &caller, &[&top, &middle, low]).await, ["", "Top", "Middle"]);
    }

    async fn a_contact_that_two_of_them_have_stays_behind_with_both(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let mut all = Vec::new();
        for (name, phone) in [("Acme", ""), ("Acme Ltd", "13800138000"), ("Acme Inc", "138 0013 8000")] {
            let typed = AccountForm { phone: phone.to_owned(), city: "上海".to_owned(), ..form(name) };
            let number = make(&db, &caller, &typed).await;
            all.push(db.account(&caller, number).await.unwrap());
        }
        let wanted = draft(&all[0], &[&all[1], &all[2]]);
        for shown in [&all[1], &all[2]] {
            let left_out = vec![shown.contacts[0].id.0];
            let [one, two, three] = [&all[0], &all[1], &all[2]];
            let now = draft(&again(&db, &caller, one).await, &[
                &again(&db, &caller, two).await, &again(&db, &caller, three).await,
            ]);
            let merge = db.merge(&caller, MergeKind::Accounts, &MergeDraft { left_out, ..now }).await.unwrap();
            let both = again(&db, &caller, one).await;
            assert_eq!((both.contacts.len(), both.addresses.len()), (0, 1));
            db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
            assert_eq!(again(&db, &caller, shown).await.contacts, shown.contacts);
        }
        db.merge(&caller, MergeKind::Accounts, &wanted).await.expect_err("changed since");
    }

    async fn an_id_of_another_system_comes_back_from_whoever_an_import_gave_it(db: Db) {
        let caller = importer(&db).await;
        let kept = make(&db, &caller, &form("Bright Star")).await;
        let mut row = firm(1, "Acme", "steel", "+8613800138000");
        import(&db, &caller, OnDuplicate::FillEmpty, std::slice::from_ref(&row)).await;
        let [kept, acme] = [kept, AccountNumber(2)].map(|number| db.account(&caller, number));
        let (kept, acme) = (kept.await.unwrap(), acme.await.unwrap());
        let merge = db.merge(&caller, MergeKind::Accounts, &draft(&kept, &[&acme])).await.unwrap();
        // Found by the number of the one that went, with another id, which the one that stayed has had no other than.
        row.given_id = Some(store::GivenId::Account);
        row.account_number = Some(acme.number);
        let (_, counts) = import(&db, &caller, OnDuplicate::FillEmpty, std::slice::from_ref(&row)).await;
        assert_eq!((counts.0, db.account(&caller, acme.number).await.unwrap().id), (0, kept.id));
        db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        let edited = firm(1, "Acme", "copper", "+8613800138000");
        import(&db, &caller, OnDuplicate::Overwrite, &[edited]).await;
        let industries = [kept.number, acme.number].map(|number| db.account(&caller, number));
        let [kept, acme] = industries;
        assert_eq!(kept.await.unwrap().data.industry, "", "not by the id it was lent");
        assert_eq!(acme.await.unwrap().data.industry, "copper");
    }

    async fn whoever_left_meanwhile_is_in_charge_of_nothing_that_comes_back(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let left = someone(&db, "left@example.com", Role::SalesRep).await;
        someone(&db, "admin@example.com", Role::Admin).await;
        let (one, two, _) = twins(&db, &boss).await;
        for account in [&one, &two] {
            let version = again(&db, &boss, account).await.version;
            let owner = [edit("owner", &left.user.to_string())];
            db.edit_account(&boss, account.id, version, &owner).await.unwrap();
        }
        let fresh = again(&db, &boss, &one).await;
        db.edit_account(&boss, one.id, fresh.version, &[edit("owner", &boss.user.to_string())]).await.unwrap();
        let [one, two] = [again(&db, &boss, &one).await, again(&db, &boss, &two).await];
        let choices = vec![FieldChoice { field: "owner".to_owned(), from: two.id.0 }];
        let wanted = MergeDraft { choices, ..draft(&one, &[&two]) };
        let merge = db.merge(&boss, MergeKind::Accounts, &wanted).await.unwrap();
        let both = again(&db, &boss, &one).await;
        assert_eq!(both.data.owner, Some(left.user));
        db.edit_account(&boss, one.id, both.version, &[edit("owner", &boss.user.to_string())]).await.unwrap();
        db.set_user_disabled(&root(), left.user, true).await.unwrap();
        db.split(&boss, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!(again(&db, &boss, &two).await.data.owner, Some(boss.user));
    }

    async fn what_is_written_while_two_become_one_is_on_the_one(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        for turn in 0..8 {
            let firms = customers(&db, &caller, &[&format!("A{turn}"), &format!("B{turn}")]).await;
            let [one, two] = [&firms[0], &firms[1]];
            let body = NoteBody::parse("met at the fair").unwrap();
            let wanted = draft(one, &[two]);
            let (merged, noted) = tokio::join!(
                store::retry(|| db.merge(&caller, MergeKind::Accounts, &wanted)),
                store::retry(|| db.add_note(&caller, operation(), Subject::Account(two.id), &body)),
            );
            merged.unwrap();
            let told = db.timeline(&caller, Subject::Account(one.id), None).await.unwrap();
            let there = format!("{told:?}").contains("met at the fair");
            match noted {
                Ok(_) => assert!(there, "written before, and moved"),
                Err(StoreError::Refused(Failure::Gone)) => assert!(!there),
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    async fn one_that_went_into_another_is_not_erased_alone(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::SalesManager).await;
        let (one, two, _) = twins(&db, &caller).await;
        let merge = db.merge(&caller, MergeKind::Accounts, &draft(&one, &[&two])).await.unwrap();
        assert_eq!(refusal(db.erase(&root(), BinKind::Accounts, two.id.0).await), Failure::Gone);
        let soon = Caller { now: NOW.plus(29 * DAY), ..root() };
        assert_eq!(db.purge_bin(&soon).await.unwrap(), 0);
        db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!(plain(again(&db, &caller, &two).await), plain(two));
    }
}
