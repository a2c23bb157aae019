use super::*;
use crate::{
    account::{AccountData, AccountSummary},
    address::AddressData,
    audit::FieldChange,
    contact::ContactPoint,
    date::Date,
    id::{AccountId, AccountNumber, ContactPointId, PersonId, PersonNumber},
    person::{PersonData, PersonSummary},
    policy::{Action, Reach, Rights, Role, own_rights},
    time::Instant,
};
use proptest::prelude::*;

/// Every rule that can be made: object, detail, what is said about it.
fn every_rule() -> Vec<(Object, Detail, DetailRule)> {
    Detail::everywhere()
        .flat_map(|(object, detail)| detail.choices().map(move |rule| (object, detail, rule)))
        .collect()
}

/// Which records have a detail, and what stands there in the ones below.
fn canary(object: Object, detail: Detail) -> &'static str {
    match (object, detail) {
        (_, Detail::Phone) => "13800138000",
        (_, Detail::Email) => "canary.mail@example.com",
        (_, Detail::Messenger) => "canary-wechat-name",
        (_, Detail::Address) => "Canary Street 7",
        (_, Detail::CreditCode) => "91310000MA1FL3LB0Q",
        (_, Detail::Industry) => "canary-industry",
        (_, Detail::Employees) => "987123",
        (_, Detail::Website) => "https://canary.example",
        (_, Detail::FoundedYear) => "1971",
        (_, Detail::AnnualRevenue) => "8877665544",
        (_, Detail::Value) => "5544332211",
        (_, Detail::Level) => "vip",
        (Object::Account, Detail::JobTitle) => "canary-job",
        (_, Detail::JobTitle) => "canary-title",
        (_, Detail::Department) => "canary-department",
        (_, Detail::Gender) => "female",
        (_, Detail::Birthday) => "1984-03-05",
        (_, Detail::LastContact) => "1234567890123",
        (_, Detail::Source) => "canary-source",
        (_, Detail::Remark) => "canary-remark",
    }
}

fn account_data() -> AccountData {
    let of = |detail| canary(Object::Account, detail);
    let text = |detail| of(detail).to_owned();
    let number = |detail| of(detail).parse().unwrap();
    AccountData {
        credit_code: text(Detail::CreditCode),
        industry: text(Detail::Industry),
        employees: Some(number(Detail::Employees)),
        website: text(Detail::Website),
        founded_year: Some(number(Detail::FoundedYear)),
        annual_revenue_minor: Some(number(Detail::AnnualRevenue)),
        value_minor: number(Detail::Value),
        level: Some(crate::account::Level::Vip),
        source: text(Detail::Source),
        birthday: Some(Date::parse(of(Detail::Birthday)).unwrap()),
        job_title: text(Detail::JobTitle),
        last_contact_at: Instant(number(Detail::LastContact)),
        remark: text(Detail::Remark),
        ..AccountData::default()
    }
}

fn person_data() -> PersonData {
    let of = |detail| canary(Object::Person, detail);
    let text = |detail| of(detail).to_owned();
    PersonData {
        full_name: "Li".to_owned(),
        title: text(Detail::JobTitle),
        department: text(Detail::Department),
        gender: Some(crate::person::Gender::Female),
        birthday: Some(Date::parse(of(Detail::Birthday)).unwrap()),
        last_contact_at: Instant(of(Detail::LastContact).parse().unwrap()),
        source: text(Detail::Source),
        remark: text(Detail::Remark),
        ..PersonData::default()
    }
}

fn contacts(object: Object) -> Vec<ContactPoint> {
    let kinds = [ContactKind::Mobile, ContactKind::Phone, ContactKind::Email, ContactKind::Wechat];
    let point = |kind| {
        let value = canary(object, Detail::of_contact(kind)).to_owned();
        let id = ContactPointId(uuid::Uuid::nil());
        ContactPoint { id, kind, raw: value.clone(), norm: value, is_primary: true }
    };
    kinds.map(point).into()
}

/// Everything about a record that leaves the store, as JSON.
fn everything(rules: &DetailRules, object: Object) -> String {
    let contacts = rules.contacts(object, contacts(object));
    let changes: Vec<FieldChange> = Detail::of(object)
        .iter()
        .flat_map(|detail| {
            let name = match detail {
                Detail::Phone => "contact.mobile",
                Detail::Email => "contact.email",
                Detail::Messenger => "contact.wechat",
                Detail::JobTitle if object == Object::Person => "title",
                other => other.code(),
            };
            let [before, after] = [0, 0].map(|_| canary(object, *detail).to_owned());
            rules.changes(object, vec![FieldChange { field: name.to_owned(), before, after }])
        })
        .collect();
    let json = |value: serde_json::Value| value.to_string();
    if object == Object::Account {
        let street = canary(object, Detail::Address).to_owned();
        let address = AddressData { street, ..AddressData::default() };
        let data = account_data();
        let row = |kind, industry: &str| AccountSummary {
            id: AccountId(uuid::Uuid::nil()),
            number: AccountNumber(1),
            name: "Acme".to_owned(),
            kind,
            status: data.status,
            level: data.level,
            industry: industry.to_owned(),
            value_minor: data.value_minor,
            owner: None,
            last_contact_at: data.last_contact_at,
            created_at: Instant(0),
        };
        let company = row(crate::account::AccountKind::Company, &data.industry);
        let individual = row(crate::account::AccountKind::Individual, &data.job_title);
        return json(serde_json::json!([
            contacts,
            changes,
            rules.address(address),
            rules.account_row(company),
            rules.account_row(individual),
            rules.account(data),
        ]));
    }
    let data = person_data();
    let row = PersonSummary {
        id: PersonId(uuid::Uuid::nil()),
        number: PersonNumber(1),
        full_name: "Li".to_owned(),
        title: data.title.clone(),
        account: None,
        phone: canary(object, Detail::Phone).to_owned(),
        owner: None,
        last_contact_at: data.last_contact_at,
        created_at: Instant(0),
    };
    json(serde_json::json!([contacts, changes, rules.person_row(row), rules.person(data)]))
}

#[test]
fn codes_are_read_back_and_rules_stand_once() {
    for detail in Detail::ALL {
        assert_eq!(Detail::from_code(detail.code()), Some(*detail));
        assert!(detail.choices().is_sorted());
        assert_eq!(detail.choices().last(), Some(DetailRule::OPEN));
    }
    assert!(DetailRule::ALL.is_sorted());
    for rule in DetailRule::ALL {
        assert_eq!(DetailRule::from_code(rule.code()), Some(rule));
        assert!(rule.on(true) >= rule.on(false), "one's own are open no less than others'");
    }
    for access in Access::ALL {
        assert_eq!(Access::from_code(access.code()), Some(access));
    }
    for (place, detail) in Detail::ALL.iter().enumerate() {
        assert_eq!(*detail as usize, place);
    }
    let known: Vec<Detail> = ON_ACCOUNTS.iter().chain(ON_PEOPLE).copied().collect();
    assert!(Detail::ALL.iter().all(|detail| known.contains(detail)), "each is of something");
}

#[test]
fn every_field_that_is_no_name_can_be_kept_back() {
    let open: Vec<AccountField> = AccountField::ALL
        .iter()
        .copied()
        .filter(|field| Detail::of_account_field(*field).is_none())
        .collect();
    let seen = [
        AccountField::Name,
        AccountField::ShortName,
        AccountField::Kind,
        AccountField::Status,
        AccountField::Owner,
    ];
    assert_eq!(open, seen);
    for field in AccountField::ALL {
        let detail = Detail::of_account_field(*field);
        assert!(detail.is_none_or(|detail| ON_ACCOUNTS.contains(&detail)), "{field:?}");
        assert_eq!(Detail::of_name(Object::Account, field.code()), detail);
    }
    for field in PersonField::ALL {
        let detail = Detail::of_person_field(*field);
        assert!(detail.is_none_or(|detail| ON_PEOPLE.contains(&detail)), "{field:?}");
        assert_eq!(Detail::of_name(Object::Person, field.code()), detail);
    }
}

#[test]
fn open_rules_change_nothing() {
    for object in Detail::OBJECTS {
        let whole = everything(&DetailRules::OPEN, object);
        for detail in Detail::of(object) {
            assert!(whole.contains(canary(object, *detail)), "{object:?} {detail:?}");
        }
        assert!(DetailRules::OPEN.is_open(object));
    }
    assert_eq!(DetailRules::OPEN.account(account_data()), account_data());
    assert_eq!(DetailRules::OPEN.person(person_data()), person_data());
}

#[test]
fn nobody_reads_that_a_hidden_detail_was_looked_at() {
    let field = |name: &str, after: &str| FieldChange {
        field: name.to_owned(),
        before: String::new(),
        after: after.to_owned(),
    };
    let line = vec![field(LOOKED_AT, "contact.mobile"), field("reason", "he asked for it")];
    for (access, told) in
        [(Access::Hidden, Vec::new()), (Access::Masked, line.clone()), (Access::Edit, line.clone())]
    {
        let rules = DetailRules::OPEN.set(Object::Person, Detail::Phone, access);
        assert_eq!(rules.changes(Object::Person, line.clone()), told, "{access:?}");
        assert_eq!(rules.changes(Object::Account, line.clone()), line, "of customers it is open");
    }
}

#[test]
fn a_digest_of_what_is_kept_back_is_kept_back_too() {
    let change = FieldChange {
        field: "external_id".to_owned(),
        before: String::new(),
        after: "9f2c".to_owned(),
    };
    for detail in [Detail::Phone, Detail::Email, Detail::Messenger, Detail::CreditCode] {
        for (access, told) in [(Access::Hidden, 0), (Access::Masked, 0), (Access::Read, 1)] {
            let rules = DetailRules::OPEN.set(Object::Account, detail, access);
            let seen = rules.changes(Object::Account, vec![change.clone()]);
            assert_eq!(seen.len(), told, "{detail:?} {access:?}");
        }
    }
}

#[test]
fn whoever_sees_no_customers_by_a_role_sees_no_details_by_it() {
    let masked = DetailRules::OPEN.set(Object::Account, Detail::Phone, Access::Masked);
    let desk = Role::Staff.rights().with_details(masked);
    let log = Rights::default().with_details(DetailRules::OPEN).with(
        Object::Audit,
        &[Action::View],
        Reach::All,
    );
    let both = desk.and(&log);
    assert_eq!(both, log.and(&desk));
    assert_eq!(both.details().access(Object::Account, Detail::Phone), Access::Masked);
    let sees = log.with(Object::Account, &[Action::View], Reach::Own);
    assert!(desk.and(&sees).details().is_open(Object::Account), "details add up over records");
}

#[test]
fn a_role_keeps_its_rules_and_whoever_imports_has_none() {
    let copied = Role::SalesManager.rights();
    let masked = copied.details().set(Object::Account, Detail::Phone, Access::Masked);
    let errors = own_rights(&copied.with_details(masked)).unwrap_err();
    assert!(errors.about("account.phone.access").is_some(), "a file writes them all");
    let without = [Object::Account, Object::Person].into_iter().fold(
        copied.set(Object::Import, Action::Import, Reach::None).set(
            Object::Import,
            Action::View,
            Reach::None,
        ),
        |rights, object| rights.set(object, Action::Import, Reach::None),
    );
    let rights = own_rights(&without.with_details(masked)).unwrap();
    assert_eq!(rights.details(), &masked);
    let half = masked.set(Object::Account, Detail::Value, Access::Masked);
    let errors = own_rights(&without.with_details(half)).unwrap_err();
    assert!(errors.about("account.value.access").is_some(), "a number has no part to show");
}

#[test]
fn two_roles_open_what_either_opens_on_ones_own_and_on_others_records() {
    let unless_own = DetailRule::MASKED_UNLESS_OWN;
    let [hidden, masked, read, edit] = Access::ALL.map(DetailRule::from);
    for (other, others, own) in [
        (hidden, Access::Masked, Access::Edit),
        (masked, Access::Masked, Access::Edit),
        (unless_own, Access::Masked, Access::Edit),
        (read, Access::Read, Access::Edit),
        (edit, Access::Edit, Access::Edit),
    ] {
        let sum = unless_own.or(other);
        assert_eq!((sum.on(false), sum.on(true)), (others, own));
        assert_eq!(sum, other.or(unless_own));
        assert!(DetailRule::ALL.contains(&sum), "it has a code and a letter");
    }
}

#[test]
fn a_phone_that_is_masked_unless_the_record_is_ones_own() {
    let rules = DetailRules::OPEN.set(Object::Person, Detail::Phone, DetailRule::MASKED_UNLESS_OWN);
    let shown = |rules: &DetailRules| rules.contacts(Object::Person, contacts(Object::Person));
    let [mine, others] = [true, false].map(|own| shown(&rules.on(own)).swap_remove(0).raw);
    assert_eq!((mine.as_str(), others.as_str()), ("13800138000", "138****8000"));
    assert_eq!(shown(&rules), shown(&rules.on(false)), "who does not say whose it is sees less");
    assert!(!rules.reads(Object::Person, Detail::Phone));
}

#[test]
fn a_reason_is_asked_for_unless_a_role_reveals_without() {
    let reveals = |asks| {
        Rights::default().with(Object::Person, &[Action::Reveal], Reach::Own).asking_reason(asks)
    };
    let none = Rights::default();
    for (one, other, asks) in [
        (reveals(true), reveals(true), true),
        (reveals(true), reveals(false), false),
        (reveals(true), none, true),
        (none, reveals(true), true),
        (none.asking_reason(true), reveals(false), false),
        (none, none, false),
    ] {
        assert_eq!(one.and(&other).asks_reason(), asks);
        let letters = String::from(one.and(&other));
        assert_eq!(Rights::try_from(letters), Ok(one.and(&other)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Acceptance A4: of random roles and details nothing goes out that is kept back.
    #[test]
    fn what_is_kept_back_goes_out_nowhere(
        rules in proptest::collection::vec(0..every_rule().len(), 1..12),
    ) {
        let all = every_rule();
        let rules = rules.iter().filter_map(|place| all.get(*place)).fold(
            DetailRules::OPEN,
            |rules, (object, detail, rule)| rules.set(*object, *detail, *rule),
        );
        for (object, own) in Detail::OBJECTS.into_iter().flat_map(|object| [(object, false), (object, true)]) {
            let told = rules;
            let rules = rules.on(own);
            if !own {
                prop_assert_eq!(everything(&told, object), everything(&rules, object));
            }
            let seen = everything(&rules, object);
            for detail in Detail::of(object) {
                let value = canary(object, *detail);
                prop_assert_eq!(
                    seen.contains(value),
                    rules.reads(object, *detail),
                    "{:?} {:?} in {}", object, detail, seen
                );
                let part = detail.masked(value);
                if *detail != Detail::Address && rules.access(object, *detail) == Access::Masked {
                    prop_assert!(seen.contains(&part), "{} is not in {}", part, seen);
                }
            }
        }
        let letters = String::from(Rights::default().with_details(rules));
        prop_assert_eq!(Rights::try_from(letters).map(|rights| *rights.details()), Ok(rules));
    }
}
