//! The whole matrix of roles, objects and actions, written out a second time in another form.

use super::*;
use crate::{id::AccountId, lang::Lang, share::ShareLevel, time::Instant};

/// What each role may do with customers and their contact persons, in the order of [`Action::ALL`]: view, create, edit,
/// delete, assign, import, export, administer, change many,
/// erase, view as, reveal, merge.
const CUSTOMERS: [(Role, &str); 8] = [
    (Role::Admin, "aaaaaaaaaaaaa"),
    (Role::SalesManager, "aaaaaaa-a---a"),
    (Role::TeamLead, "daddd-d-d----"),
    (Role::SalesRep, "oaoo----o----"),
    (Role::ServiceAgent, "aaa-a---a----"),
    (Role::Marketer, "aaao-aa-a----"),
    (Role::Auditor, "a------------"),
    (Role::Staff, "aaaaa---a----"),
];

/// What each role may do with deals, in the same order.
const DEALS: [(Role, &str); 8] = [
    (Role::Admin, "aaaaaaaaaaaaa"),
    (Role::SalesManager, "aaaaa-a-a----"),
    (Role::TeamLead, "daddd-d-d----"),
    (Role::SalesRep, "oaoo----o----"),
    (Role::ServiceAgent, "a------------"),
    (Role::Marketer, "a------------"),
    (Role::Auditor, "a------------"),
    (Role::Staff, "aaaaa---a----"),
];

fn letters(role: Role, object: Object) -> String {
    let letter = |action| match role.rights().reach(action, object) {
        Reach::None => '-',
        Reach::Own => 'o',
        Reach::Team => 't',
        Reach::Department => 'd',
        Reach::All => 'a',
    };
    Action::ALL.into_iter().map(letter).collect()
}

#[test]
fn each_role_may_do_what_the_matrix_says_and_nothing_else() {
    assert_eq!(CUSTOMERS.map(|(role, _)| role), Role::ALL);
    for (role, customers) in CUSTOMERS {
        assert_eq!(letters(role, Object::Account), customers, "{role:?}");
        assert_eq!(letters(role, Object::Person), customers, "{role:?}");
        if role == Role::Admin {
            continue;
        }
        let notes = if role == Role::Auditor { "a------------" } else { "aaaa---------" };
        assert_eq!(letters(role, Object::Activity), notes, "{role:?}");
        let imports =
            if customers.as_bytes()[5] == b'a' { "a----a-------" } else { "-------------" };
        assert_eq!(letters(role, Object::Import), imports, "{role:?}");
        let product = if role == Role::SalesManager { "aaa----------" } else { "a------------" };
        assert_eq!(letters(role, Object::Product), product, "{role:?}");
        assert_eq!(letters(role, Object::Pipeline), "a------------", "{role:?}");
        assert_eq!(letters(role, Object::User), "a------------", "{role:?}");
        assert_eq!(letters(role, Object::Organisation), "a------------", "{role:?}");
        let house = if role == Role::Auditor { "a------------" } else { "-------------" };
        assert_eq!(letters(role, Object::Structure), house, "{role:?}");
        assert_eq!(letters(role, Object::System), house, "{role:?}");
        let audit = if role == Role::Auditor { "a-----a------" } else { "-------------" };
        assert_eq!(letters(role, Object::Audit), audit, "{role:?}");
    }
    for (role, deals) in DEALS {
        assert_eq!(letters(role, Object::Opportunity), deals, "{role:?}");
        let orders = match role {
            Role::Admin => continue,
            Role::ServiceAgent | Role::Marketer | Role::Auditor => "a------------",
            Role::SalesManager | Role::TeamLead => "aaaa--a------",
            _ => "aaaa---------",
        };
        assert_eq!(letters(role, Object::Order), orders, "{role:?}");
        let cases = match role {
            Role::Auditor => "a------------",
            Role::Marketer => "aa-----------",
            Role::ServiceAgent => "aaa-a--------",
            Role::SalesRep => "oaoo---------",
            Role::TeamLead => "daddd-d------",
            Role::SalesManager => "aaaaa-a------",
            _ => "aaaaa--------",
        };
        assert_eq!(letters(role, Object::Case), cases, "{role:?}");
        let surveys = match role {
            Role::SalesRep => "aa-----------",
            Role::Auditor => "a------------",
            Role::ServiceAgent | Role::Staff => "aaaa---------",
            _ => "aaaa--a------",
        };
        assert_eq!(letters(role, Object::Survey), surveys, "{role:?}");
    }
    for object in Object::ALL {
        assert_eq!(letters(Role::Admin, object), "aaaaaaaaaaaaa");
    }
}

#[test]
fn who_administers_or_takes_data_out_is_guarded_at_first() {
    use Role::{Admin, Auditor, Marketer, SalesManager, TeamLead};
    let guarded: Vec<Role> = Role::guarded_at_first().collect();
    assert_eq!(guarded, [Admin, SalesManager, TeamLead, Marketer, Auditor]);
}

fn caller(number: u128, roles: &[Role]) -> Caller {
    Caller {
        user: UserId(uuid::Uuid::from_u128(number)),
        rights: Role::rights_of(roles),
        lang: Lang::En,
        ..Caller::system(Instant(1), Origin::Web)
    }
}

/// A record that nothing is shared of.
fn record() -> Subject {
    Subject::Account(AccountId::NIL)
}

#[test]
fn own_records_are_those_one_is_in_charge_of() {
    let rep = caller(1, &[Role::SalesRep]);
    let other = Some(UserId(uuid::Uuid::from_u128(2)));
    let scope = view(&rep, Object::Account).unwrap();
    let own = Few { owners: [rep.user].into(), shared: Records::default() };
    assert_eq!(*scope.rows(), Rows::Few(own));
    assert!(scope.covers_owner(Some(rep.user)));
    assert!(!scope.covers_owner(other));
    assert!(!scope.covers_owner(None), "what nobody is in charge of is nobody's own");
    let both = caller(1, &[Role::SalesRep, Role::ServiceAgent]);
    assert!(view(&both, Object::Account).unwrap().covers_owner(other), "roles add up");
    let nothing = caller(1, &[]);
    for object in Object::ALL {
        for action in Action::ALL {
            assert!(check(&nothing, action, object).is_err());
        }
        assert_eq!(*sight(&nothing, object).rows(), Rows::None);
        assert!(!sight(&nothing, object).covers_owner(Some(nothing.user)));
    }
}

#[test]
fn what_may_not_be_seen_is_refused_as_if_it_were_not_there() {
    let grant = check(&caller(1, &[Role::Marketer]), Action::Delete, Object::Account).unwrap();
    let other = Some(UserId(uuid::Uuid::from_u128(2)));
    assert!(!grant.scope().covers_owner(other) && grant.seen().covers_owner(other));
    let denied = Failure::Denied { action: Action::Delete, object: Object::Account };
    assert_eq!(grant.admit(record(), other), Err(denied));
    let grant = check(&caller(1, &[Role::SalesRep]), Action::Delete, Object::Account).unwrap();
    assert_eq!(grant.admit(record(), other), Err(Failure::Gone));
    assert_eq!(grant.admit(record(), Some(grant.user())), Ok(()));
}

#[test]
fn a_new_record_is_put_in_charge_of_nobody_else_without_the_right() {
    let (rep, staff) = (caller(1, &[Role::SalesRep]), caller(1, &[Role::Staff]));
    let other = Some(UserId(uuid::Uuid::from_u128(2)));
    assert_eq!(owner_of_new(&rep, Object::Account, None), Ok(Some(rep.user)));
    assert_eq!(owner_of_new(&rep, Object::Account, Some(rep.user)), Ok(Some(rep.user)));
    let denied = Failure::Denied { action: Action::Assign, object: Object::Account };
    assert_eq!(owner_of_new(&rep, Object::Account, other), Err(denied));
    assert_eq!(owner_of_new(&staff, Object::Account, None), Ok(None));
    assert_eq!(owner_of_new(&staff, Object::Account, other), Ok(other));
}

#[test]
fn a_lead_reaches_the_colleagues_of_the_circle_and_nobody_without_one() {
    let lead = caller(1, &[Role::TeamLead]);
    let [own, near, far] = [1, 2, 3].map(|number| Some(UserId(uuid::Uuid::from_u128(number))));
    let alone = check(&lead, Action::Edit, Object::Account).unwrap();
    assert!(alone.scope().covers_owner(own) && !alone.scope().covers_owner(near));
    let circle = Circle::new(lead.user, std::iter::empty(), near.into_iter());
    let lead = Caller { circle, ..lead };
    let grant = check(&lead, Action::Edit, Object::Account).unwrap();
    assert_eq!(
        [own, near, far, None].map(|owner| grant.scope().covers_owner(owner)),
        [true, true, false, false]
    );
    assert_eq!(grant.admit(record(), far), Err(Failure::Gone));
    assert_eq!(owner_of_new(&lead, Object::Account, None), Ok(own));
    assert_eq!(owner_of_new(&lead, Object::Account, near), Ok(near));
    let denied = Failure::Denied { action: Action::Assign, object: Object::Account };
    assert_eq!(owner_of_new(&lead, Object::Account, far), Err(denied));
}

#[test]
fn a_circle_travels() {
    let [me, near, far] = [1, 2, 3].map(|number| UserId(uuid::Uuid::from_u128(number)));
    let circle = Circle::new(me, [near, near].into_iter(), [far].into_iter());
    let text = serde_json::to_string(&circle).unwrap();
    assert_eq!(serde_json::from_str::<Circle>(&text).unwrap(), circle);
    let owners = |reach| match Rows::within(reach, me, &circle, Records::default()) {
        Rows::Few(few) => few.owners.to_vec(),
        other => panic!("{other:?}"),
    };
    assert_eq!(owners(Reach::Team), [me, near]);
    assert_eq!(owners(Reach::Department), [me, near, far]);
}

#[test]
fn what_is_shared_is_seen_and_changed_and_neither_deleted_nor_given_away() {
    let records = [7, 8].map(|number| Subject::Account(AccountId(uuid::Uuid::from_u128(number))));
    let [seen, changed] = records;
    let shared = Shared::new(&[(seen, ShareLevel::See), (changed, ShareLevel::Change)]);
    let other = Some(UserId(uuid::Uuid::from_u128(2)));
    for role in Role::ALL {
        let caller = Caller { shared: shared.clone(), ..caller(1, &[role]) };
        for action in Action::ALL {
            let reach = caller.rights.reach(action, Object::Account);
            let Ok(grant) = check(&caller, action, Object::Account) else {
                assert_eq!(reach, Reach::None, "a share gives no right");
                continue;
            };
            let covered = records.map(|record| grant.scope().covers(record, other));
            let expected = match action {
                _ if reach == Reach::All => [true, true],
                Action::View => [true, true],
                Action::Edit => [false, true],
                _ => [false, false],
            };
            assert_eq!(covered, expected, "{role:?} {action:?}");
            assert_eq!(grant.scope().without_shares().covers(changed, other), reach == Reach::All);
            assert_eq!(grant.without_shares().admit(changed, other).is_ok(), reach == Reach::All);
            assert!(!grant.scope().covers(record(), other) || reach == Reach::All);
        }
    }
    let rep = Caller { shared, ..caller(1, &[Role::SalesRep]) };
    let denied = |action| Err(Failure::Denied { action, object: Object::Account });
    let deletes = check(&rep, Action::Delete, Object::Account).unwrap();
    assert_eq!(deletes.admit(changed, other), denied(Action::Delete));
    assert_eq!(deletes.admit(record(), other), Err(Failure::Gone));
    let edits = check(&rep, Action::Edit, Object::Account).unwrap();
    assert_eq!(edits.admit(seen, other), denied(Action::Edit));
    assert_eq!(edits.admit(changed, other), Ok(()));
}
