//! Details that a role sees in part or not at all: on every path of the store, in neither direction, and by no question.

use crate::{
    customers::{edit, form, make, operation, refusal},
    support::{now, on_both, root, someone},
};
use domain::{
    account::{Account, AccountForm},
    address::{AddressData, AddressForm},
    audit::{AuditRequest, Event, LineValues},
    contact::{ContactKind, ContactPoint},
    duplicate::Probe,
    failure::Failure,
    field::FieldError,
    hit::HitKind,
    list::{Filter, ListRequest, Sort, Tab},
    note::{Entry, Subject},
    person::{Person, PersonForm},
    policy::{
        Access, Action, Caller, Detail, DetailRule, DetailRules, Held, Object, Reach, Rights, Role,
        Veiled,
    },
    removed::Removed,
};
use store::{Db, StoreError};

const PHONE: &str = "13911112222";
const MASKED: &str = "139****2222";
const EMAIL: &str = "buyer@graubird.example";
const WECHAT: &str = "graubird88";
const CODE: &str = "91440300708461136T";
/// What nobody in the role may come across.
const HIDDEN: [&str; 6] = [PHONE, EMAIL, WECHAT, CODE, "graubird-remark", "77665544"];

/// Sees all customers and persons, and of them less than there is.
fn desk() -> Rights {
    let mut rights = Role::Staff.rights();
    for object in Detail::OBJECTS {
        rights = rights.set(object, Action::Export, Reach::All);
    }
    let rules = [
        (Detail::Phone, Access::Masked),
        (Detail::Email, Access::Masked),
        (Detail::Messenger, Access::Hidden),
        (Detail::CreditCode, Access::Masked),
        (Detail::Address, Access::Masked),
        (Detail::Value, Access::Hidden),
        (Detail::Level, Access::Read),
        (Detail::LastContact, Access::Hidden),
        (Detail::Birthday, Access::Hidden),
        (Detail::Remark, Access::Hidden),
    ];
    let details = Detail::OBJECTS.into_iter().fold(DetailRules::OPEN, |all, object| {
        rules
            .iter()
            .filter(|(detail, _)| Detail::of(object).contains(detail))
            .fold(all, |all, (detail, access)| all.set(object, *detail, *access))
    });
    rights.with_details(details).set(Object::Audit, Action::View, Reach::All)
}

async fn hold(db: &Db, user: &Caller, rights: &Rights) -> Caller {
    let role = db.put_role(&root(), None, &format!("Desk {}", user.user), rights).await.unwrap();
    db.set_user_roles(&root(), user.user, &[Held::Own(role)]).await.unwrap();
    now(db, user).await
}

struct World {
    /// Sees in part.
    desk: Caller,
    account: Account,
    person: Person,
}

async fn world(db: &Db) -> World {
    someone(db, "admin@example.com", Role::Admin).await;
    let lin = someone(db, "lin@example.com", Role::Staff).await;
    let desk = hold(db, &lin, &desk()).await;
    let typed = AccountForm {
        phone: PHONE.to_owned(),
        email: EMAIL.to_owned(),
        wechat: WECHAT.to_owned(),
        credit_code: CODE.to_owned(),
        value: "77665544".to_owned(),
        level: "vip".to_owned(),
        remark: "graubird-remark".to_owned(),
        city: "上海".to_owned(),
        street: "Graubird Road 7".to_owned(),
        ..form("Kestrel Optics")
    };
    let number = make(db, &root(), &typed).await;
    let account = db.account(&root(), number).await.unwrap();
    let edits = [edit("last_contact", "2026-10-01"), edit("remark", "graubird-remark again")];
    db.edit_account(&root(), account.id, account.version, &edits).await.unwrap();
    let typed = PersonForm {
        full_name: "Ada Kestrel".to_owned(),
        birthday: "1984-03-05".to_owned(),
        phone: PHONE.to_owned(),
        email: EMAIL.to_owned(),
        wechat: WECHAT.to_owned(),
        remark: "graubird-remark".to_owned(),
        account: number.to_string(),
        ..PersonForm::default()
    };
    let person = db.create_person(&root(), operation(), &typed.parse().unwrap()).await.unwrap();
    let person = db.person(&root(), person).await.unwrap();
    let account = db.account(&root(), number).await.unwrap();
    World { desk, account, person }
}

fn point(account: &Account, kind: ContactKind) -> ContactPoint {
    account.contacts.iter().find(|point| point.kind == kind).unwrap().clone()
}

fn search(tab: Tab, typed: &str) -> ListRequest {
    ListRequest { tab, search: typed.to_owned(), ..ListRequest::default() }
}

/// How many the list has, by its rows and by its count, which agree.
async fn found(db: &Db, caller: &Caller, tab: Tab, typed: &str) -> usize {
    let request = search(tab, typed);
    let rows = if tab == Tab::People {
        db.person_page(caller, &request).await.unwrap().rows.len()
    } else {
        db.account_page(caller, &request).await.unwrap().rows.len()
    };
    for exact in [false, true] {
        let count = db.list_count(caller, &request, exact).await.unwrap();
        assert_eq!(usize::try_from(count.number).unwrap(), rows, "{typed}");
    }
    rows
}

fn not_yours<T: std::fmt::Debug>(answer: Result<T, StoreError>, field: &str) {
    match refusal(answer) {
        Failure::Invalid(errors) => assert_eq!(errors.about(field), Some(&FieldError::NotYours)),
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn what_is_kept_back_is_in_no_answer(db: Db) {
        let World { desk, account, person } = world(&db).await;
        let mut told = String::new();
        let seen = db.account(&desk, account.number).await.unwrap();
        assert_eq!(point(&seen, ContactKind::Mobile).raw, MASKED);
        assert_eq!(point(&seen, ContactKind::Email).raw, "b****@graubird.example");
        assert_eq!(seen.data.credit_code, "9144****6T");
        assert_eq!(seen.addresses[0].data.street, "****");
        assert_eq!(seen.addresses[0].data.city, "上海");
        assert!(!seen.contacts.iter().any(|point| point.kind == ContactKind::Wechat));
        assert_eq!(seen.data.level, account.data.level, "this one is read");
        assert!(!seen.data.last_contact_at.is_set());
        told += &format!("{seen:?}");
        told += &format!("{:?}", db.person(&desk, person.number).await.unwrap());
        for tab in [Tab::Companies, Tab::Individuals] {
            let list = ListRequest { tab, ..ListRequest::default() };
            told += &format!("{:?}", db.account_page(&desk, &list).await.unwrap());
        }
        let people = ListRequest { tab: Tab::People, ..ListRequest::default() };
        let page = db.person_page(&desk, &people).await.unwrap();
        assert_eq!(page.rows[0].phone, MASKED);
        told += &format!("{page:?}");
        told += &format!("{:?}", db.people_of(&desk, account.id).await.unwrap());
        told += &format!("{:?}", db.palette(&desk, "kestrel", HitKind::ALL).await.unwrap());
        let out = db.export_accounts(&desk, &[account.id]).await.unwrap();
        assert_eq!(point(&out[0], ContactKind::Mobile).raw, MASKED);
        assert_eq!(out[0].data.value_minor, 0);
        told += &format!("{out:?}{:?}", db.export_people(&desk, &[person.id]).await.unwrap());
        for subject in [Subject::Account(account.id), Subject::Person(person.id)] {
            told += &format!("{:?}", db.timeline(&desk, subject, None).await.unwrap());
        }
        let everything = AuditRequest::default();
        told += &format!("{:?}", db.audit_page(&desk, &everything, None, None, 200).await.unwrap());
        for mark in HIDDEN.into_iter().chain(["2026-10-01", "1984-03-05", "Graubird Road"]) {
            assert!(!told.contains(mark), "{mark} in {told}");
        }
        let whole = db.timeline(&root(), Subject::Account(account.id), None).await.unwrap();
        assert!(format!("{whole:?}").contains("graubird-remark again"), "others see it there");
    }

    async fn nothing_is_found_by_what_is_kept_back(db: Db) {
        let World { desk, .. } = world(&db).await;
        for (tab, name) in [(Tab::Companies, "kestrel"), (Tab::People, "kestrel")] {
            for typed in [PHONE, "2222", "buyer", EMAIL, WECHAT, "graubird"] {
                assert_eq!(found(&db, &root(), tab, typed).await, 1, "{typed}");
                assert_eq!(found(&db, &desk, tab, typed).await, 0, "{typed}");
                assert_eq!(found(&db, &desk, tab, &format!("{name} {typed}")).await, 0, "{typed}");
            }
            assert_eq!(found(&db, &desk, tab, name).await, 1);
            assert_eq!(found(&db, &desk, tab, "kest").await, 1);
        }
        assert_eq!(found(&db, &root(), Tab::Companies, CODE).await, 1);
        assert_eq!(found(&db, &desk, Tab::Companies, CODE).await, 0);
        assert_eq!(db.palette(&desk, PHONE, HitKind::ALL).await.unwrap(), []);
        assert_eq!(db.palette(&root(), PHONE, HitKind::ALL).await.unwrap().len(), 2);
        let by_phone = Probe { phones: vec![PHONE.to_owned()], ..Probe::default() };
        let by_email = Probe { emails: vec![EMAIL.to_owned()], ..Probe::default() };
        let by_code = Probe { credit_code: CODE.to_owned(), ..Probe::default() };
        for probe in [by_phone, by_email, by_code] {
            assert!(!db.duplicates(&root(), &probe).await.unwrap().is_empty());
            assert_eq!(db.duplicates(&desk, &probe).await.unwrap(), [], "{probe:?}");
        }
        let by_name = Probe { name: "Kestrel Optics".to_owned(), ..Probe::default() };
        assert_eq!(db.duplicates(&desk, &by_name).await.unwrap().len(), 1);
    }

    async fn a_list_is_neither_filtered_nor_ordered_by_what_is_kept_back(db: Db) {
        let World { desk, .. } = world(&db).await;
        let denied = |object| Failure::Denied { action: Action::View, object };
        for (tab, filter, seen) in [
            (Tab::Companies, Filter::Quiet, false),
            (Tab::Companies, Filter::Birthday, false),
            (Tab::Individuals, Filter::Birthday, false),
            (Tab::Companies, Filter::Vip, true),
            (Tab::Companies, Filter::AtRisk, true),
            (Tab::Companies, Filter::Mine, true),
        ] {
            let request = ListRequest { tab, filters: vec![filter], ..ListRequest::default() };
            let (page, count) =
                (db.account_page(&desk, &request).await, db.list_count(&desk, &request, true).await);
            if seen {
                assert!(page.is_ok() && count.is_ok(), "{filter:?}");
            } else {
                assert_eq!(refusal(page), denied(Object::Account), "{filter:?}");
                assert_eq!(refusal(count), denied(Object::Account), "{filter:?}");
            }
        }
        for sort in [Sort::Value, Sort::LastContact] {
            let request = ListRequest { sort, ..ListRequest::default() };
            assert_eq!(refusal(db.account_page(&desk, &request).await), denied(Object::Account));
        }
        for filter in [Filter::Quiet, Filter::Birthday] {
            let request =
                ListRequest { tab: Tab::People, filters: vec![filter], ..ListRequest::default() };
            assert_eq!(refusal(db.person_page(&desk, &request).await), denied(Object::Person));
        }
        let request = ListRequest { tab: Tab::People, sort: Sort::Value, ..ListRequest::default() };
        assert!(db.person_page(&desk, &request).await.is_ok(), "persons have no value");
    }

    async fn nothing_is_written_that_is_not_open(db: Db) {
        let World { desk, account, person } = world(&db).await;
        let (id, subject) = (account.id, Subject::Account(account.id));
        for field in ["value", "level", "credit_code", "last_contact", "remark", "birthday"] {
            let value = account.data.get(field_of(field), 2);
            let answer = db.edit_account(&desk, id, account.version, &[edit(field, &value)]).await;
            not_yours(answer, field);
        }
        for field in ["birthday", "birthday_calendar", "last_contact", "remark"] {
            let edits = [edit(field, "")];
            not_yours(db.edit_person(&desk, person.id, person.version, &edits).await, field);
        }
        let mobile = point(&account, ContactKind::Mobile);
        for (at, kind, raw, expected) in [
            (Some(mobile.id), ContactKind::Mobile, "", MASKED),
            (Some(mobile.id), ContactKind::Mobile, "", PHONE),
            (Some(mobile.id), ContactKind::Other, "x", PHONE),
            (None, ContactKind::Email, "a@b.example", ""),
            (None, ContactKind::Wechat, "abc123", ""),
        ] {
            let answer = db.set_contact(&desk, operation(), subject, at, kind, raw, expected).await;
            not_yours(answer, "contact");
        }
        let address = &account.addresses[0];
        let form = AddressForm { street: "Elsewhere 1".to_owned(), ..AddressForm::default() };
        let seen = AddressData { street: "****".to_owned(), ..address.data.clone() };
        for expected in [&address.data, &seen] {
            let changed = db
                .set_address(&desk, operation(), id, Some(address.id), &form, expected)
                .await;
            not_yours(changed, "street");
        }
        let removed = Removed::Contact { of: subject, point: mobile.clone(), place: 0 };
        not_yours(db.put_back(&desk, &removed).await, "contact");
        // A kind that may be changed does not become one that may not.
        let open = desk.rights.with_details(
            desk.rights.details().set(Object::Account, Detail::Email, Access::Edit),
        );
        let open = Caller { rights: open, ..desk.clone() };
        let at = Some(mobile.id);
        let kind = ContactKind::Email;
        let stolen =
            db.set_contact(&open, operation(), subject, at, kind, "a@b.example", PHONE).await;
        not_yours(stolen, "contact");
        assert_eq!(db.account(&root(), account.number).await.unwrap(), account, "nothing changed");
        // What is open still is.
        let edits = [edit("short_name", "Kestrel")];
        assert!(db.edit_account(&desk, id, account.version, &edits).await.is_ok());
        let after = db.account(&root(), account.number).await.unwrap();
        assert_eq!(after.data.remark, account.data.remark, "an edit keeps what is not seen");
        assert_eq!(after.data.value_minor, account.data.value_minor);
    }

    async fn what_is_masked_unless_one_is_in_charge_is_whole_and_ones_to_change_on_ones_own(db: Db) {
        let World { desk, account, person } = world(&db).await;
        let unless_own = DetailRule::MASKED_UNLESS_OWN;
        let details = Detail::everywhere()
            .filter(|(_, detail)| detail.choices().any(|rule| rule == unless_own))
            .filter(|(_, detail)| *detail != Detail::Messenger)
            .fold(*desk.rights.details(), |all, (object, detail)| {
                all.set(object, detail, unless_own)
            });
        let lin = someone(&db, "lin.owner@example.com", Role::Staff).await;
        let lin = hold(&db, &lin, &desk.rights.with_details(details)).await;
        assert_eq!(lin.rights.details(), &details, "kept as it was chosen");
        let typed = AccountForm {
            phone: "13955556666".to_owned(),
            street: "Merlin Way 3".to_owned(),
            owner: lin.user.to_string(),
            ..form("Merlin Tools")
        };
        let mine = db.account(&lin, make(&db, &lin, &typed).await).await.unwrap();
        let typed = PersonForm {
            full_name: "Bo Merlin".to_owned(),
            phone: "13977778888".to_owned(),
            owner: lin.user.to_string(),
            ..PersonForm::default()
        };
        let own = db.create_person(&lin, operation(), &typed.parse().unwrap()).await.unwrap();
        let own = db.person(&lin, own).await.unwrap();
        assert_eq!((mine.data.owner, own.data.owner), (Some(lin.user), Some(lin.user)));

        // Whole on the own ones, in part on those of others, on every path.
        let theirs = db.account(&lin, account.number).await.unwrap();
        assert_eq!(point(&mine, ContactKind::Mobile).raw, "13955556666");
        assert_eq!(mine.addresses[0].data.street, "Merlin Way 3");
        assert_eq!(point(&theirs, ContactKind::Mobile).raw, MASKED);
        assert_eq!(theirs.addresses[0].data.street, "****");
        assert_eq!(theirs.data.credit_code, "9144****6T");
        let people = ListRequest { tab: Tab::People, ..ListRequest::default() };
        let listed = db.person_page(&lin, &people).await.unwrap().rows;
        let phone = |id| listed.iter().find(|row| row.id == id).unwrap().phone.clone();
        assert_eq!((phone(own.id).as_str(), phone(person.id).as_str()), ("13977778888", MASKED));
        let out = db.export_accounts(&lin, &[mine.id, account.id]).await.unwrap();
        let phones: Vec<_> = out.iter().map(|one| point(one, ContactKind::Mobile).raw).collect();
        assert_eq!(phones, ["13955556666", MASKED]);
        assert_eq!(out[0].addresses[0].data.street, "Merlin Way 3");
        assert_eq!(out[1].addresses[0].data.street, "****");
        let out = db.export_people(&lin, &[own.id, person.id]).await.unwrap();
        assert_eq!((&*out[0].contacts[0].raw, &*out[1].contacts[0].raw), ("13977778888", MASKED));
        let told = async |subject| format!("{:?}", db.timeline(&lin, subject, None).await.unwrap());
        let changed = |at, to| db.set_contact(&lin, operation(), Subject::Account(mine.id), at, ContactKind::Mobile, to, "13955556666");
        let at = Some(point(&mine, ContactKind::Mobile).id);
        changed(at, "13955556667").await.unwrap();
        assert!(told(Subject::Account(mine.id)).await.contains("13955556667"));
        assert!(!told(Subject::Account(account.id)).await.contains(PHONE));

        // A hint names the own record only: that of another would tell its number.
        let probe = |phone: &str| Probe { phones: vec![phone.to_owned()], ..Probe::default() };
        let hints = async |phone| db.duplicates(&lin, &probe(phone)).await.unwrap().len();
        assert_eq!((hints("13955556667").await, hints(PHONE).await), (1, 0));

        // What is masked is not written either, and becomes whole with who is in charge.
        let at = Some(point(&account, ContactKind::Mobile).id);
        let other = Subject::Account(account.id);
        let kind = ContactKind::Mobile;
        not_yours(db.set_contact(&lin, operation(), other, at, kind, "", PHONE).await, "contact");
        let take = [edit("owner", &lin.user.to_string()), edit("credit_code", "")];
        let both = db.edit_account(&lin, account.id, account.version, &take).await;
        not_yours(both, "credit_code");
        let version = db.account(&root(), account.number).await.unwrap().version;
        // Taking a record over would show it whole: that takes the right to.
        let assigns = lin
            .rights
            .with(Object::Account, &[Action::Assign, Action::Edit], Reach::All)
            .set(Object::Account, Action::Reveal, Reach::Own);
        let taker = Caller { rights: assigns, ..lin.clone() };
        let denied = refusal(db.edit_account(&taker, account.id, version, &take[..1]).await);
        assert!(matches!(denied, Failure::Denied { action: Action::Reveal, .. }), "{denied:?}");
        let reveals = assigns.set(Object::Account, Action::Reveal, Reach::All);
        let taker = Caller { rights: reveals, ..lin.clone() };
        db.edit_account(&taker, account.id, version, &take[..1]).await.unwrap();
        let now_mine = db.account(&lin, account.number).await.unwrap();
        assert_eq!(point(&now_mine, ContactKind::Mobile).raw, PHONE);
        assert_eq!(now_mine.data.credit_code, CODE);
    }

    async fn a_new_record_holds_what_its_maker_sees_at_least_in_part(db: Db) {
        let World { desk, .. } = world(&db).await;
        let typed = AccountForm { phone: "13955556666".to_owned(), ..form("Merlin") };
        let number = make(&db, &desk, &typed).await;
        let made = db.account(&root(), number).await.unwrap();
        assert_eq!(point(&made, ContactKind::Mobile).raw, "13955556666");
        let draft = AccountForm { wechat: "abc123".to_owned(), ..form("Hobby") }.parse(2).unwrap();
        not_yours(db.create_account(&desk, operation(), &draft).await, "wechat");
        let draft = AccountForm { value: "12".to_owned(), ..form("Hobby") }.parse(2).unwrap();
        not_yours(db.create_account(&desk, operation(), &draft).await, "value");
        let typed = PersonForm {
            full_name: "Bo".to_owned(),
            birthday: "1990-01-01".to_owned(),
            ..PersonForm::default()
        };
        let draft = typed.parse().unwrap();
        not_yours(db.create_person(&desk, operation(), &draft).await, "birthday");
    }

    async fn a_detail_is_shown_whole_with_the_right_the_reason_and_a_line(db: Db) {
        let World { desk, account, person } = world(&db).await;
        let subject = Subject::Account(account.id);
        let mobile = Veiled::Contact(point(&account, ContactKind::Mobile).id);
        let denied = Failure::Denied { action: Action::Reveal, object: Object::Account };
        assert_eq!(refusal(db.reveal(&desk, subject, mobile, "call back").await), denied);
        let reveals = desk
            .rights
            .set(Object::Account, Action::Reveal, Reach::All)
            .set(Object::Person, Action::Reveal, Reach::Own)
            .asking_reason(true);
        let grace = someone(&db, "grace@example.com", Role::Staff).await;
        let grace = hold(&db, &grace, &reveals).await;
        let without = refusal(db.reveal(&grace, subject, mobile, "  ").await);
        match without {
            Failure::Invalid(errors) => {
                assert_eq!(errors.about("reason"), Some(&FieldError::Required));
            }
            other => panic!("{other:?}"),
        }
        for (veiled, value) in [
            (mobile, PHONE),
            (Veiled::CreditCode, CODE),
            (Veiled::Contact(point(&account, ContactKind::Email).id), EMAIL),
            (Veiled::Address(account.addresses[0].id), "上海Graubird Road 7"),
        ] {
            let shown = db.reveal(&grace, subject, veiled, "call back").await.unwrap();
            assert_eq!(shown.replace(' ', ""), value.replace(' ', ""));
        }
        // One that is hidden is as little there as one that is not; a person out of reach is not either.
        let wechat = Veiled::Contact(point(&account, ContactKind::Wechat).id);
        assert_eq!(refusal(db.reveal(&grace, subject, wechat, "x").await), Failure::Gone);
        let theirs = Veiled::Contact(person.contacts[0].id);
        let of = Subject::Person(person.id);
        let out_of_reach = refusal(db.reveal(&grace, of, theirs, "x").await);
        assert!(matches!(out_of_reach, Failure::Denied { action: Action::Reveal, .. }));
        assert_eq!(refusal(db.reveal(&grace, subject, theirs, "x").await), Failure::Gone);

        let timeline = db.timeline(&root(), subject, None).await.unwrap();
        let looked: Vec<String> = timeline
            .entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Change(change) if change.event == Event::Revealed => {
                    assert_eq!(change.by, grace.user);
                    Some(format!("{:?}", change.fields))
                }
                _ => None,
            })
            .collect();
        assert_eq!(looked.len(), 4, "refused looks leave no line");
        assert!(looked.iter().all(|line| line.contains("call back")));
        assert!(looked.iter().all(|line| !HIDDEN.iter().any(|mark| line.contains(mark))));
        let asked = AuditRequest { event: Some(Event::Revealed), ..AuditRequest::default() };
        let page = db.audit_page(&root(), &asked, None, None, 50).await.unwrap();
        assert_eq!(page.rows.len(), 4);
        assert!(page.rows.iter().all(|line| matches!(line.values, LineValues::Shown(_))));
    }

    async fn rules_are_kept_changed_and_told(db: Db) {
        someone(&db, "admin@example.com", Role::Admin).await;
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let rights = desk().set(Object::Account, Action::Reveal, Reach::All).asking_reason(true);
        let role = db.put_role(&root(), None, "Desk", &rights).await.unwrap();
        let kept = db.structure(&root()).await.unwrap().role(role).unwrap().rights;
        assert_eq!(kept.details(), rights.details());
        assert!(kept.asks_reason());
        db.set_user_roles(&root(), lin.user, &[Held::Own(role)]).await.unwrap();
        let lin = now(&db, &lin).await;
        assert_eq!(lin.rights.details(), rights.details());
        // Beside a role that is open, all is.
        let both = [Held::Own(role), Role::Auditor.into()];
        db.set_user_roles(&root(), lin.user, &both).await.unwrap();
        assert!(now(&db, &lin).await.rights.details().is_open(Object::Account));
        db.set_user_roles(&root(), lin.user, &[Held::Own(role)]).await.unwrap();
        let less = rights.details().set(Object::Account, Detail::Phone, Access::Hidden);
        db.put_role(&root(), Some(role), "Desk", &rights.with_details(less)).await.unwrap();
        let lin = now(&db, &lin).await;
        assert_eq!(lin.rights.details().access(Object::Account, Detail::Phone), Access::Hidden);
        let asked = AuditRequest { object: Some(Object::Structure), ..AuditRequest::default() };
        let page = db.audit_page(&root(), &asked, None, None, 50).await.unwrap();
        let told = format!("{:?}", page.rows);
        assert!(told.contains("account.phone.access") && told.contains("reveal.reason"), "{told}");
    }
}

fn field_of(name: &str) -> domain::account::AccountField {
    domain::account::AccountField::parse(name).unwrap()
}
