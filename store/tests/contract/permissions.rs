//! Who sees and changes what: the same world looked at by every role, on every path of the store.
//! What is not for somebody's eyes carries a mark that must not occur in any answer to them.

use crate::{
    customers::{edit, form, make, operation, refusal},
    support::{NOW, now, on_both, root, someone},
};
use domain::{
    account::AccountForm,
    address::{AddressData, AddressForm},
    bin::BinKind,
    contact::ContactKind,
    date::Date,
    duplicate::Probe,
    failure::Failure,
    field::FieldError,
    hit::HitKind,
    id::{AccountId, AccountNumber, ActivityId, PersonId, PersonNumber, Version},
    list::{Filter, ListRequest, Sort, Tab},
    note::{NoteBody, Subject},
    person::PersonForm,
    policy::{self, Action, Caller, Object, Role},
    removed::Removed,
    share::{ShareDraft, ShareEnd, ShareLevel, ShareWith},
    time::DAY,
};
use std::fmt::Debug;
use store::{Db, StoreError};

/// Stands in every text of what the colleague keeps.
pub(crate) const MARK: &str = "灰雀";
pub(crate) const PHONE: &str = "13911112222";

/// A customer with a contact person and a note.
pub(crate) struct Kept {
    pub number: AccountNumber,
    pub account: AccountId,
    pub person_number: PersonNumber,
    pub person: PersonId,
    pub note: ActivityId,
}

/// Makes a customer that `caller` is in charge of, with `word` in every text.
pub(crate) async fn keep(db: &Db, caller: &Caller, word: &str, phone: &str) -> Kept {
    let typed = AccountForm {
        short_name: format!("{word}简称"),
        phone: phone.to_owned(),
        email: format!("office{phone}@example.com"),
        street: format!("{word}路 1 号"),
        tags: format!("{word}标签"),
        remark: format!("{word}备注"),
        owner: caller.user.to_string(),
        ..form(&format!("{word}精密仪器有限公司"))
    };
    let number = make(db, caller, &typed).await;
    let account = db.account(caller, number).await.unwrap().id;
    let typed = PersonForm {
        full_name: format!("{word}小明"),
        title: format!("{word}经理"),
        phone: phone.replace("139", "138"),
        account: number.to_string(),
        owner: caller.user.to_string(),
        ..PersonForm::default()
    };
    let person_number =
        db.create_person(caller, operation(), &typed.parse().unwrap()).await.unwrap();
    let person = db.person(caller, person_number).await.unwrap().id;
    let body = NoteBody::parse(&format!("{word}来电")).unwrap();
    let note = db.add_note(caller, operation(), Subject::Account(account), &body).await.unwrap();
    Kept { number, account, person_number, person, note }
}

/// The same for a role that makes nothing itself: an administrator puts it in charge.
async fn keep_for(db: &Db, caller: &Caller) -> Kept {
    let maker = Caller { rights: Role::Admin.rights(), ..caller.clone() };
    keep(db, &maker, "白鹭", "13933334444").await
}

/// What a read answered, or how it was refused, as text.
fn told(answer: Result<impl Debug, StoreError>) -> String {
    format!("{answer:?}")
}

/// Every answer of the store about customers, as `caller` gets it, with the name of the read.
pub(crate) async fn everything(db: &Db, caller: &Caller, kept: &Kept) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for tab in [Tab::Companies, Tab::Individuals, Tab::People] {
        for sort in Sort::ALL {
            for reverse in [false, true] {
                let request = ListRequest { tab, sort: *sort, reverse, ..ListRequest::default() };
                all.push((format!("list {tab:?} {sort:?}"), rows(db, caller, &request).await));
            }
        }
        for filter in Filter::ALL {
            let request = ListRequest { tab, filters: vec![*filter], ..ListRequest::default() };
            all.push((format!("list {tab:?} {filter:?}"), rows(db, caller, &request).await));
        }
        let tagged = ListRequest { tab, tag: format!("{MARK}标签"), ..ListRequest::default() };
        all.push((format!("tag {tab:?}"), rows(db, caller, &tagged).await));
        let number = kept.number.to_string();
        for typed in [MARK, "hq", "huique", "精密", "小明", "13911112222", "2222", &number] {
            let search = typed.to_owned();
            let request = ListRequest { tab, search, ..ListRequest::default() };
            all.push((format!("search {tab:?} {typed}"), rows(db, caller, &request).await));
        }
    }
    for typed in [MARK, "精密", "小明", PHONE, "2222"] {
        all.push((format!("palette {typed}"), told(db.palette(caller, typed, HitKind::ALL).await)));
    }
    for typed in ["", MARK] {
        all.push((format!("tags {typed}"), told(db.tags_like(caller, typed).await)));
    }
    for is_person in [false, true] {
        let name = format!("{MARK}{}", if is_person { "小明" } else { "精密仪器有限公司" });
        let near = format!("{MARK}精密仪表有限公司");
        for name in [name, near] {
            let probe = Probe {
                name,
                is_person,
                phones: vec![PHONE.to_owned()],
                emails: vec![format!("office{PHONE}@example.com")],
                ..Probe::default()
            };
            all.push(("duplicates".to_owned(), told(db.duplicates(caller, &probe).await)));
        }
    }
    all.push(("account".to_owned(), told(db.account(caller, kept.number).await)));
    all.push(("person".to_owned(), told(db.person(caller, kept.person_number).await)));
    all.push(("people of".to_owned(), told(db.people_of(caller, kept.account).await)));
    for subject in [Subject::Account(kept.account), Subject::Person(kept.person)] {
        all.push(("timeline".to_owned(), told(db.timeline(caller, subject, None).await)));
    }
    for kind in [BinKind::Accounts, BinKind::People] {
        all.push((format!("bin {kind:?}"), told(db.bin_page(caller, kind, None).await)));
    }
    let accounts = [kept.account];
    all.push(("export".to_owned(), told(db.export_accounts(caller, &accounts).await)));
    all.push(("export of parents".to_owned(), told(db.export_parents(caller, &accounts).await)));
    all.push(("export of people".to_owned(), told(db.export_people(caller, &[kept.person]).await)));
    all
}

/// A list and the number of its rows.
async fn rows(db: &Db, caller: &Caller, request: &ListRequest) -> String {
    let page = match request.tab {
        Tab::People => told(db.person_page(caller, request).await),
        Tab::Companies | Tab::Individuals => told(db.account_page(caller, request).await),
    };
    let mut counts = String::new();
    for exact in [false, true] {
        counts += &told(db.list_count(caller, request, exact).await);
    }
    format!("{page} {counts}")
}

/// Tries every change on what a colleague keeps; answers the name of each with how it was refused.
async fn tries(db: &Db, caller: &Caller, kept: &Kept, own: &Kept) -> Vec<(&'static str, Failure)> {
    let subject = Subject::Account(kept.account);
    let of_person = Subject::Person(kept.person);
    let body = NoteBody::parse("fremd").unwrap();
    let (account, person) = (kept.account, kept.person);
    let theirs = db.account(&root(), kept.number).await.unwrap();
    let (version, point) = (theirs.version, theirs.contacts[0].clone());
    let address = theirs.addresses[0].clone();
    let name = [edit("name", "fremd")];
    let person_version = db.person(&root(), kept.person_number).await.unwrap().version;
    let full_name = [edit("full_name", "fremd")];
    let job = db.person(&root(), kept.person_number).await.unwrap().accounts[0].clone();
    let tag = ["fremd".to_owned()];
    let mobile = ContactKind::Mobile;
    let form = AddressForm { street: "fremd".to_owned(), ..AddressForm::default() };
    let seen = AddressData::default();
    vec![
        ("edit", refusal(db.edit_account(caller, account, version, &name).await)),
        ("edit person", refusal(db.edit_person(caller, person, person_version, &full_name).await)),
        ("tags", refusal(db.set_tags(caller, account, &tag, &[]).await)),
        (
            "contact",
            refusal(db.set_contact(caller, operation(), subject, None, mobile, PHONE, "").await),
        ),
        (
            "contact of a person",
            refusal(db.set_contact(caller, operation(), of_person, None, mobile, PHONE, "").await),
        ),
        (
            "address",
            refusal(db.set_address(caller, operation(), account, None, &form, &seen).await),
        ),
        ("note", refusal(db.add_note(caller, operation(), subject, &body).await)),
        ("note on a person", refusal(db.add_note(caller, operation(), of_person, &body).await)),
        ("rewrite", refusal(db.rewrite_note(caller, kept.note, Version(1), &body).await)),
        ("pin", refusal(db.pin_note(caller, kept.note, true).await)),
        ("delete note", refusal(db.delete_activity(caller, kept.note, true).await)),
        ("delete", refusal(db.delete_accounts(caller, &[account]).await)),
        ("delete among own", refusal(db.delete_accounts(caller, &[own.account, account]).await)),
        ("delete person", refusal(db.delete_people(caller, &[person]).await)),
        ("restore", refusal(db.restore_accounts(caller, &[account]).await)),
        ("restore person", refusal(db.restore_people(caller, &[person]).await)),
        ("join", refusal(db.join_account(caller, person, own.number, None).await)),
        ("join theirs", refusal(db.join_account(caller, own.person, kept.number, None).await)),
        ("leave", refusal(db.leave_account(caller, person, kept.number).await)),
        (
            "put back a contact",
            refusal(db.put_back(caller, &Removed::Contact { of: subject, point, place: 0 }).await),
        ),
        (
            "put back an address",
            refusal(
                db.put_back(caller, &Removed::Address { of: account, address, place: 0 }).await,
            ),
        ),
        ("put back a job", refusal(db.put_back(caller, &Removed::Job { of: person, job }).await)),
    ]
}

on_both! {
    async fn a_rep_finds_no_trace_of_what_a_colleague_keeps(db: Db) {
        let rep = someone(&db, "lin@example.com", Role::SalesRep).await;
        let colleague = someone(&db, "grace@example.com", Role::SalesRep).await;
        let kept = keep(&db, &colleague, MARK, PHONE).await;
        keep(&db, &rep, "白鹭", "13933334444").await;
        for (read, answer) in everything(&db, &rep, &kept).await {
            for mark in [MARK, PHONE, "office13911112222"] {
                assert!(!answer.contains(mark), "{read} tells of {mark}: {answer}");
            }
        }
        // Whoever sees it is told by nearly every one of them: the marks would have shown.
        let seen = everything(&db, &colleague, &kept).await;
        let telling = seen.iter().filter(|(_, answer)| answer.contains(MARK)).count();
        assert!(telling > 45, "{telling} of {}", seen.len());
        let all = ListRequest::default();
        assert_eq!(db.list_count(&rep, &all, true).await.unwrap().number, 1);
        assert_eq!(db.list_count(&root(), &all, true).await.unwrap().number, 2);
        let word = ListRequest { search: "精密".to_owned(), ..ListRequest::default() };
        for exact in [false, true] {
            assert_eq!(db.list_count(&rep, &word, exact).await.unwrap().number, 1);
            assert_eq!(db.list_count(&root(), &word, exact).await.unwrap().number, 2);
        }
    }

    async fn every_role_is_told_of_what_its_rights_reach_and_of_nothing_else(db: Db) {
        let colleague = someone(&db, "grace@example.com", Role::Staff).await;
        let theirs = keep(&db, &colleague, MARK, PHONE).await;
        let nobodys = keep(&db, &colleague, "红隼", "13955556666").await;
        let account = db.account(&root(), nobodys.number).await.unwrap();
        let person = db.person(&root(), nobodys.person_number).await.unwrap();
        let nobody = [edit("owner", "")];
        db.edit_account(&root(), account.id, account.version, &nobody).await.unwrap();
        db.edit_person(&root(), person.id, person.version, &nobody).await.unwrap();
        let near = someone(&db, "near@example.com", Role::Staff).await;
        let nears = keep(&db, &near, "苍鹰", "13977778888").await;
        let shared = keep(&db, &colleague, "戴胜", "13999990000").await;
        let mut cases = 0;
        for role in Role::ALL {
            let caller = someone(&db, &format!("{}@example.com", role.code()), role).await;
            let together = [caller.user, near.user];
            db.put_team(&root(), None, role.code(), &together).await.unwrap();
            let with = ShareDraft {
                with: ShareWith::User(caller.user), level: ShareLevel::See, end: None,
            };
            db.share_record(&colleague, Subject::Account(shared.account), &with).await.unwrap();
            let caller = now(&db, &caller).await;
            let own = keep_for(&db, &caller).await;
            let kept = [
                (&theirs, MARK), (&nobodys, "红隼"), (&nears, "苍鹰"), (&own, "白鹭"), (&shared, "戴胜"),
            ];
            for (kept, word) in kept {
                let owner = db.account(&root(), kept.number).await.unwrap().data.owner;
                let record = Subject::Account(kept.account);
                let may_see = policy::view(&caller, Object::Account).unwrap().covers(record, owner);
                let answers = everything(&db, &caller, kept).await;
                cases += answers.len();
                let telling = answers.iter().filter(|(_, answer)| answer.contains(word)).count();
                if may_see {
                    assert!(telling > 10, "{role:?} {word}: {telling}");
                } else {
                    let told = answers.iter().find(|(_, answer)| answer.contains(word));
                    assert_eq!(told, None, "{role:?} {word}");
                }
            }
        }
        assert!(cases > 3_400, "{cases}");
    }

    async fn a_rep_changes_nothing_that_a_colleague_keeps(db: Db) {
        let rep = someone(&db, "lin@example.com", Role::SalesRep).await;
        let colleague = someone(&db, "grace@example.com", Role::SalesRep).await;
        let kept = keep(&db, &colleague, MARK, PHONE).await;
        let own = keep(&db, &rep, "白鹭", "13933334444").await;
        let before = everything(&db, &root(), &kept).await;
        let mine = everything(&db, &rep, &own).await;
        for (change, refused) in tries(&db, &rep, &kept, &own).await {
            let unknown = Failure::field("account", FieldError::Unknown);
            assert!(refused == Failure::Gone || refused == unknown, "{change}: {refused:?}");
        }
        assert_eq!(everything(&db, &root(), &kept).await, before);
        assert_eq!(everything(&db, &rep, &own).await, mine);
        // In the bin it is as little theirs.
        db.delete_accounts(&colleague, &[kept.account]).await.unwrap();
        db.delete_people(&colleague, &[kept.person]).await.unwrap();
        for kind in [BinKind::Accounts, BinKind::People] {
            assert!(db.bin_page(&rep, kind, None).await.unwrap().rows.is_empty());
            assert_eq!(db.bin_page(&colleague, kind, None).await.unwrap().rows.len(), 1);
        }
        assert_eq!(refusal(db.restore_accounts(&rep, &[kept.account]).await), Failure::Gone);
        assert_eq!(db.restore_accounts(&colleague, &[kept.account]).await.unwrap(), 1);
    }

    async fn an_auditor_sees_everything_and_changes_nothing(db: Db) {
        let staff = someone(&db, "grace@example.com", Role::Staff).await;
        let auditor = someone(&db, "audit@example.com", Role::Auditor).await;
        let kept = keep(&db, &staff, MARK, PHONE).await;
        let other = keep(&db, &staff, "白鹭", "13933334444").await;
        let before = everything(&db, &root(), &kept).await;
        for (change, refused) in tries(&db, &auditor, &kept, &other).await {
            assert!(matches!(refused, Failure::Denied { .. }), "{change}: {refused:?}");
        }
        let made = db.create_account(&auditor, operation(), &form("Neu").parse(2).unwrap()).await;
        assert!(matches!(refusal(made), Failure::Denied { .. }));
        assert_eq!(everything(&db, &root(), &kept).await, before);
        assert_eq!(db.account(&auditor, kept.number).await.unwrap().id, kept.account);
    }

    async fn the_contact_persons_of_own_customers_are_own(db: Db) {
        let rep = someone(&db, "lin@example.com", Role::SalesRep).await;
        let colleague = someone(&db, "grace@example.com", Role::SalesRep).await;
        let own = keep(&db, &rep, "白鹭", "13933334444").await;
        let kept = keep(&db, &colleague, MARK, PHONE).await;
        // An administrator lets the colleague's contact person work for both customers.
        db.join_account(&root(), kept.person, own.number, None).await.unwrap();
        let person = db.person(&rep, kept.person_number).await.unwrap();
        let jobs: Vec<_> = person.accounts.iter().map(|job| job.number).collect();
        assert_eq!(jobs, [own.number], "the other customer is not named");
        let list = ListRequest { tab: Tab::People, ..ListRequest::default() };
        let page = db.person_page(&rep, &list).await.unwrap();
        assert_eq!(page.rows.len(), 2);
        assert!(page.rows.iter().all(|row| {
            row.account.as_ref().is_none_or(|(number, _)| *number == own.number)
        }));
        assert_eq!(db.list_count(&rep, &list, true).await.unwrap().number, 2);
        assert_eq!(db.people_of(&rep, own.account).await.unwrap().len(), 2);
        assert_eq!(refusal(db.people_of(&rep, kept.account).await), Failure::Gone);
        let edits = [edit("title", "采购")];
        db.edit_person(&rep, kept.person, person.version, &edits).await.unwrap();
        let out = db.export_people(&root(), &[kept.person, own.person]).await.unwrap();
        assert_eq!(out.len(), 2);
        // When the customer goes to somebody else, so does the sight of its people.
        let account = db.account(&root(), own.number).await.unwrap();
        let owner = [edit("owner", &colleague.user.to_string())];
        db.edit_account(&root(), own.account, account.version, &owner).await.unwrap();
        assert_eq!(refusal(db.person(&rep, kept.person_number).await), Failure::Gone);
        assert_eq!(db.person(&rep, own.person_number).await.unwrap().accounts, []);
    }

    async fn who_is_in_charge_is_not_for_a_rep_to_say(db: Db) {
        let rep = someone(&db, "lin@example.com", Role::SalesRep).await;
        let manager = someone(&db, "zhou@example.com", Role::SalesManager).await;
        let denied = Failure::Denied { action: Action::Assign, object: Object::Account };
        let number = make(&db, &rep, &form("Acme")).await;
        let account = db.account(&rep, number).await.unwrap();
        assert_eq!(account.data.owner, Some(rep.user), "nobody else would see it");
        let away = [edit("owner", &manager.user.to_string())];
        let refused = db.edit_account(&rep, account.id, account.version, &away).await;
        assert_eq!(refusal(refused), denied);
        let nobody = [edit("owner", "")];
        let refused = db.edit_account(&rep, account.id, account.version, &nobody).await;
        assert_eq!(refusal(refused), denied);
        let typed = AccountForm { owner: manager.user.to_string(), ..form("Beta") };
        let refused = db.create_account(&rep, operation(), &typed.parse(2).unwrap()).await;
        assert_eq!(refusal(refused), denied);
        db.edit_account(&manager, account.id, account.version, &away).await.unwrap();
        assert_eq!(refusal(db.account(&rep, number).await), Failure::Gone);
        assert_eq!(make(&db, &manager, &form("Gamma")).await, AccountNumber(number.0 + 1));
    }

    async fn what_is_said_of_who_sees_a_record_is_what_the_store_does(db: Db) {
        let owner = someone(&db, "grace@example.com", Role::SalesRep).await;
        let other = someone(&db, "lin@example.com", Role::SalesRep).await;
        let kept = keep(&db, &owner, MARK, PHONE).await;
        let own = keep(&db, &other, "白鹭", "13933334444").await;
        db.join_account(&root(), kept.person, own.number, None).await.unwrap();
        for role in Role::ALL {
            someone(&db, &format!("{}@example.com", role.code()), role).await;
        }
        let off = someone(&db, "off@example.com", Role::Auditor).await;
        db.set_user_disabled(&root(), off.user, true).await.unwrap();
        let lead = db.user_by_email(&root(), "team_lead@example.com").await.unwrap().unwrap();
        db.put_team(&root(), None, "Fair", &[lead, owner.user]).await.unwrap();
        // Five are shown it besides: one by a team, one a customer alone, one the person, one to change it; what is over
        // counts no more.
        let shown = ["by_team", "by_customer", "by_person", "too_late", "to_change"];
        let mut with = Vec::new();
        for name in shown {
            with.push(someone(&db, &format!("{name}@example.com"), Role::SalesRep).await.user);
        }
        let team = db.put_team(&root(), None, "Shown", &with[..1]).await.unwrap();
        let (account, person) = (Subject::Account(kept.account), Subject::Person(kept.person));
        let over = ShareEnd { day: Date::from_days(20_775), at: NOW };
        let last = ShareWith::User(with[4]);
        for (record, with, end) in [
            (account, ShareWith::Team(team), None),
            (account, ShareWith::User(with[1]), None),
            (person, ShareWith::User(with[2]), None),
            (account, ShareWith::User(with[3]), Some(over)),
            (account, last, None),
        ] {
            let level = if with == last { ShareLevel::Change } else { ShareLevel::See };
            let draft = ShareDraft { with, level, end };
            let before = Caller { now: NOW.plus(-DAY), ..owner.clone() };
            db.share_record(&before, record, &draft).await.unwrap();
        }
        let (mut seeing, mut compared) = (0, 0);
        for subject in [Subject::Account(kept.account), Subject::Person(kept.person)] {
            let told = db.who_sees(&root(), subject).await.unwrap();
            assert_eq!(told.len(), Role::ALL.len() + 3 + shown.len());
            for sight in told {
                let caller = db.acting_for(&root(), sight.user).await.unwrap();
                let sees = match (&caller, subject) {
                    (None, _) => false,
                    (Some(caller), Subject::Account(_)) => {
                        db.account(caller, kept.number).await.is_ok()
                    }
                    (Some(caller), Subject::Person(_)) => {
                        db.person(caller, kept.person_number).await.is_ok()
                    }
                    (Some(_), Subject::Opportunity(_) | Subject::Case(_)) => unreachable!(),
                };
                assert_eq!(sight.sees, sees, "{sight:?}");
                seeing += usize::from(sees);
                // Whatever else is said of what they may do is what a grant of theirs covers.
                if subject == account {
                    for told in db.abilities(&root(), sight.user, subject).await.unwrap().abilities {
                        let covers = |caller: &Caller| {
                            policy::check(caller, told.action, Object::Account)
                                .is_ok_and(|grant| grant.scope().covers(subject, Some(owner.user)))
                        };
                        let may = caller.as_ref().is_some_and(covers);
                        assert_eq!(told.may, may, "{} {told:?}", sight.name);
                        compared += 1;
                    }
                }
            }
            let denied = Failure::Denied { action: Action::Administer, object: Object::User };
            assert_eq!(refusal(db.who_sees(&owner, subject).await), denied);
        }
        // Six roles see all; the owner and the lead of a team see both, the other rep the person of both. Of a shared
        // customer the person is seen as well.
        assert_eq!(seeing, 6 * 2 + 2 + 2 + 1 + 2 + 2 + 1 + 2);
        assert_eq!(compared, (Role::ALL.len() + 3 + shown.len()) * policy::EXPLAINED.len());
        db.delete_accounts(&root(), &[kept.account]).await.unwrap();
        let gone = db.who_sees(&root(), Subject::Account(kept.account)).await;
        assert_eq!(refusal(gone), Failure::Gone);
    }

    async fn several_roles_add_up(db: Db) {
        let rep = someone(&db, "lin@example.com", Role::SalesRep).await;
        let colleague = someone(&db, "grace@example.com", Role::SalesRep).await;
        let kept = keep(&db, &colleague, MARK, PHONE).await;
        someone(&db, "admin@example.com", Role::Admin).await;
        let both = [Role::ServiceAgent.into(), Role::SalesRep.into()];
        db.set_user_roles(&root(), rep.user, &both).await.unwrap();
        let user = db.user(&root(), rep.user).await.unwrap().unwrap();
        assert_eq!(user.roles, [Role::SalesRep.into(), Role::ServiceAgent.into()]);
        let rep = now(&db, &rep).await;
        db.account(&rep, kept.number).await.unwrap();
        let denied = Failure::Denied { action: Action::Delete, object: Object::Account };
        assert_eq!(refusal(db.delete_accounts(&rep, &[kept.account]).await), denied);
        let none = refusal(db.set_user_roles(&root(), rep.user, &[]).await);
        assert_eq!(none, Failure::field("roles", FieldError::Required));
    }
}
