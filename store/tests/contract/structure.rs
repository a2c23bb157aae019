//! Departments and teams: a tree that stays one, and rights that reach along it, at once and no further.

use crate::{
    customers::{edit, form, make, refusal},
    support::{NOW, now, on_both, root, someone},
};
use domain::{
    account::{AccountForm, AccountSummary},
    failure::Failure,
    field::FieldError,
    id::{AccountNumber, DepartmentId, TeamId, UserId},
    list::{Filter, ListRequest, Sort, Tab},
    policy::{Action, Caller, Held, Object, Reach, Rights, Role},
    structure::{DEEPEST, Place},
};
use store::{Db, NewSession};

/// A department at the top, or below another.
async fn department(db: &Db, name: &str, parent: Option<DepartmentId>) -> DepartmentId {
    db.put_department(&root(), None, name, parent).await.unwrap()
}

async fn place(db: &Db, user: &Caller, department: Option<DepartmentId>, teams: &[TeamId]) {
    let place = Place { department, teams: teams.to_vec() };
    db.place_user(&root(), user.user, &place).await.unwrap();
}

/// Every page of a list, one after the other.
pub(crate) async fn all_pages(
    db: &Db,
    caller: &Caller,
    request: &ListRequest,
) -> Vec<AccountSummary> {
    let mut request = request.clone();
    let mut rows = Vec::new();
    loop {
        let page = db.account_page(caller, &request).await.unwrap();
        rows.extend(page.rows);
        match page.next {
            Some(next) => request.after = Some(next),
            None => return rows,
        }
    }
}

/// The lists of `caller` in every order and with every filter are those of somebody who sees all, without what
/// colleagues out of reach are in charge of.
async fn lists_are_right(db: &Db, caller: &Caller, owners: &[UserId]) {
    let admin = Caller { user: caller.user, ..root() };
    let mut compared = 0;
    for tab in [Tab::Companies, Tab::Individuals] {
        for sort in Sort::ALL {
            for reverse in [false, true] {
                for filters in [vec![], vec![Filter::Vip], vec![Filter::Mine]] {
                    let request = ListRequest {
                        tab,
                        sort: *sort,
                        reverse,
                        filters,
                        ..ListRequest::default()
                    };
                    let mut all = all_pages(db, &admin, &request).await;
                    all.retain(|row| row.owner.is_some_and(|owner| owners.contains(&owner)));
                    let seen = all_pages(db, caller, &request).await;
                    assert_eq!(seen, all, "{request:?}");
                    let count = db.list_count(caller, &request, true).await.unwrap();
                    assert_eq!(count.number, i64::try_from(all.len()).unwrap());
                    compared += all.len();
                }
            }
        }
    }
    assert!(compared > 0);
}

/// Customers in charge of `owners` by turns, of which every fifth is an important one.
pub(crate) async fn fill(db: &Db, owners: &[UserId], number: usize) {
    for place in 0..number {
        let owner = owners[place % owners.len()];
        let typed = AccountForm {
            owner: owner.to_string(),
            level: if place % 5 == 0 { "vip".to_owned() } else { String::new() },
            value: format!("{}", (place * 7919) % 1_000),
            ..form(&format!("客户 {:03}", (place * 271) % number))
        };
        make(db, &root(), &typed).await;
    }
}

on_both! {
    async fn a_tree_of_departments_stays_one(db: Db) {
        let sales = department(&db, "销售部", None).await;
        let north = department(&db, " North ", Some(sales)).await;
        let harbour = department(&db, "Harbour", Some(north)).await;
        let structure = db.structure(&root()).await.unwrap();
        let names: Vec<&str> = structure.departments.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["销售部", "North", "Harbour"]);
        let field = |name: &str, error| Failure::field(name, error);
        let put = async |id, name: &str, parent| {
            refusal(db.put_department(&root(), id, name, parent).await)
        };
        assert_eq!(put(None, "ｎｏｒｔｈ", Some(sales)).await, field("name", FieldError::Taken));
        assert_eq!(put(None, " ", None).await, field("name", FieldError::Required));
        let ring = field("parent", FieldError::UnknownOption);
        assert_eq!(put(Some(sales), "销售部", Some(harbour)).await, ring);
        assert_eq!(put(Some(sales), "销售部", Some(sales)).await, ring);
        assert_eq!(put(None, "X", Some(DepartmentId(uuid::Uuid::now_v7()))).await, ring);
        assert_eq!(put(Some(DepartmentId(uuid::Uuid::now_v7())), "X", None).await, Failure::Gone);
        let mut below = harbour;
        for depth in 3..DEEPEST {
            below = department(&db, &format!("D{depth}"), Some(below)).await;
        }
        let deep = put(None, "Too deep", Some(below)).await;
        assert!(matches!(deep, Failure::Invalid(_)), "{deep:?}");
        // What a dissolved department held goes up.
        let lin = someone(&db, "lin@example.com", Role::TeamLead).await;
        place(&db, &lin, Some(north), &[]).await;
        db.delete_department(&root(), north).await.unwrap();
        let structure = db.structure(&root()).await.unwrap();
        assert_eq!(structure.department(harbour).unwrap().parent, Some(sales));
        assert_eq!(structure.place(lin.user).department, Some(sales));
        assert_eq!(refusal(db.delete_department(&root(), north).await), Failure::Gone);
        // A namesake of one of its parts stands where they would go.
        let east = department(&db, "East", None).await;
        department(&db, "销售部", Some(east)).await;
        let taken = refusal(db.delete_department(&root(), east).await);
        assert_eq!(taken, field("name", FieldError::Taken));
        db.delete_department(&root(), sales).await.unwrap();
        assert_eq!(db.structure(&root()).await.unwrap().place(lin.user).department, None);
    }

    async fn teams_have_names_of_their_own_and_people_there_are(db: Db) {
        let [lin, grace] = [
            someone(&db, "lin@example.com", Role::SalesRep).await,
            someone(&db, "grace@example.com", Role::SalesRep).await,
        ];
        let both = [lin.user, grace.user, lin.user];
        let fair = db.put_team(&root(), None, "Fair", &both).await.unwrap();
        let people = |db: &Db| {
            let db = db.clone();
            async move { db.structure(&root()).await.unwrap().team(fair).unwrap().people.len() }
        };
        assert_eq!(people(&db).await, 2);
        let taken = refusal(db.put_team(&root(), None, "FAIR", &[]).await);
        assert_eq!(taken, Failure::field("name", FieldError::Taken));
        let nobody = refusal(db.put_team(&root(), None, "X", &[UserId::NIL]).await);
        assert_eq!(nobody, Failure::field("people", FieldError::UnknownOption));
        db.put_team(&root(), Some(fair), "Fair 2", &[grace.user]).await.unwrap();
        assert_eq!(people(&db).await, 1);
        place(&db, &lin, None, &[fair]).await;
        assert_eq!(people(&db).await, 2);
        let unknown = Place { department: None, teams: vec![TeamId::NIL] };
        let refused = refusal(db.place_user(&root(), lin.user, &unknown).await);
        assert_eq!(refused, Failure::field("teams", FieldError::UnknownOption));
        let stranger = refusal(db.place_user(&root(), UserId::NIL, &Place::default()).await);
        assert_eq!(stranger, Failure::Gone);
        db.delete_team(&root(), fair).await.unwrap();
        assert_eq!(db.structure(&root()).await.unwrap().teams, []);
        assert_eq!(refusal(db.delete_team(&root(), fair).await), Failure::Gone);
    }

    async fn the_structure_is_for_administrators(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesManager).await;
        let structure = Failure::Denied { action: Action::Administer, object: Object::Structure };
        let user = Failure::Denied { action: Action::Administer, object: Object::User };
        let read = Failure::Denied { action: Action::View, object: Object::Structure };
        assert_eq!(refusal(db.structure(&lin).await), read);
        assert_eq!(refusal(db.put_department(&lin, None, "X", None).await), structure);
        assert_eq!(refusal(db.delete_department(&lin, DepartmentId::NIL).await), structure);
        assert_eq!(refusal(db.put_team(&lin, None, "X", &[lin.user]).await), structure);
        assert_eq!(refusal(db.delete_team(&lin, TeamId::NIL).await), structure);
        assert_eq!(refusal(db.place_user(&lin, lin.user, &Place::default()).await), user);
        assert_eq!(refusal(db.acting_for(&lin, lin.user).await), user);
    }

    async fn an_auditor_reads_how_the_house_is_set_up_and_changes_nothing(db: Db) {
        someone(&db, "admin@example.com", Role::Admin).await;
        let auditor = someone(&db, "audit@example.com", Role::Auditor).await;
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let north = department(&db, "North", None).await;
        let reads = Rights::default().set(Object::Audit, Action::View, Reach::All);
        let role = db.put_role(&root(), None, "Reader", &reads).await.unwrap();
        db.set_user_roles(&root(), lin.user, &[Held::Own(role)]).await.unwrap();
        let reader = now(&db, &lin).await;
        for caller in [&auditor, &reader] {
            assert_eq!(db.structure(caller).await.unwrap(), db.structure(&root()).await.unwrap());
            assert_eq!(db.users(caller).await.unwrap(), db.users(&root()).await.unwrap());
            let structure = Failure::Denied { action: Action::Administer, object: Object::Structure };
            let user = Failure::Denied { action: Action::Administer, object: Object::User };
            assert_eq!(refusal(db.put_department(caller, Some(north), "X", None).await), structure);
            assert_eq!(refusal(db.delete_department(caller, north).await), structure);
            assert_eq!(refusal(db.put_role(caller, Some(role), "X", &reads).await), structure);
            assert_eq!(refusal(db.place_user(caller, lin.user, &Place::default()).await), user);
            assert_eq!(refusal(db.set_user_roles(caller, lin.user, &[Held::Own(role)]).await), user);
            assert_eq!(refusal(db.set_user_disabled(caller, lin.user, true).await), user);
            assert_eq!(refusal(db.make_user_link(caller, lin.user).await), user);
            assert_eq!(refusal(db.holdings(caller, lin.user).await), user);
            let settings = Failure::Denied { action: Action::Administer, object: Object::Organisation };
            assert_eq!(refusal(db.provider(caller).await), settings);
            assert_eq!(refusal(db.second_step_roles(caller).await), settings);
        }
        let refused = refusal(db.sessions_of(&reader, auditor.user).await);
        assert!(matches!(refused, Failure::Denied { .. }), "{refused:?}");
    }

    async fn a_lead_sees_the_department_below_and_the_team_across_at_once(db: Db) {
        let sales = department(&db, "Sales", None).await;
        let north = department(&db, "North", Some(sales)).await;
        let service = department(&db, "Service", None).await;
        let lead = someone(&db, "lead@example.com", Role::TeamLead).await;
        let below = someone(&db, "below@example.com", Role::SalesRep).await;
        let across = someone(&db, "across@example.com", Role::SalesRep).await;
        place(&db, &lead, Some(sales), &[]).await;
        place(&db, &below, Some(north), &[]).await;
        place(&db, &across, Some(service), &[]).await;
        let owned = async |owner: &Caller, name: &str| {
            make(&db, &root(), &AccountForm { owner: owner.user.to_string(), ..form(name) }).await
        };
        let (near, far) = (owned(&below, "Near").await, owned(&across, "Far").await);
        let nobodys = make(&db, &root(), &form("Nobody's")).await;
        // By the way every request takes: the cookie of a browser that stays signed in.
        let token = [7; 32];
        let session = NewSession {
            token_hash: token, address: "192.0.2.1", user_agent: "test", tries: &[], device: None, second: None,
 way: store::Way::Password,
        };
        db.open_session(&lead, &session).await.unwrap();
        let sees = async |number: AccountNumber| {
            let found = db.signed_in(&token, NOW).await.unwrap().unwrap();
            let (rights, circle, shared) = (found.rights, found.circle, found.shared);
            let caller = Caller { user: found.user, rights, circle, shared, ..lead.clone() };
            let there = caller == Caller { session: lead.session, ..now(&db, &lead).await };
            assert!(there || caller.circle == now(&db, &lead).await.circle);
            db.account(&caller, number).await.is_ok()
        };
        assert!(sees(near).await && !sees(far).await && !sees(nobodys).await);
        let fair = db.put_team(&root(), None, "Fair", &[lead.user, across.user]).await.unwrap();
        assert!(sees(near).await && sees(far).await && !sees(nobodys).await);
        db.delete_team(&root(), fair).await.unwrap();
        assert!(sees(near).await && !sees(far).await);
        db.put_department(&root(), Some(north), "North", Some(service)).await.unwrap();
        assert!(!sees(near).await);
        db.put_department(&root(), Some(service), "Service", Some(sales)).await.unwrap();
        assert!(sees(near).await && sees(far).await);
        place(&db, &lead, None, &[]).await;
        assert!(!sees(near).await && !sees(far).await, "without a department nobody is near");
    }

    async fn a_lead_changes_what_is_near_and_gives_it_to_whom_it_may_be_given(db: Db) {
        let lead = someone(&db, "lead@example.com", Role::TeamLead).await;
        let near = someone(&db, "near@example.com", Role::SalesRep).await;
        let far = someone(&db, "far@example.com", Role::SalesRep).await;
        let sales = department(&db, "Sales", None).await;
        for user in [&lead, &near] {
            place(&db, user, Some(sales), &[]).await;
        }
        let lead = now(&db, &lead).await;
        let typed = |owner: &Caller, name: &str| AccountForm {
            owner: owner.user.to_string(), ..form(name)
        };
        let number = make(&db, &lead, &typed(&near, "Acme")).await;
        let denied = Failure::Denied { action: Action::Assign, object: Object::Account };
        let refused = typed(&far, "Beta").parse(2).unwrap();
        let refused = db.create_account(&lead, crate::customers::operation(), &refused).await;
        assert_eq!(refusal(refused), denied);
        let account = db.account(&lead, number).await.unwrap();
        let renamed = [edit("name", "Acme 2")];
        db.edit_account(&lead, account.id, account.version, &renamed).await.unwrap();
        let theirs = make(&db, &root(), &typed(&far, "Gamma")).await;
        let gamma = db.account(&root(), theirs).await.unwrap();
        let refused = db.edit_account(&lead, gamma.id, gamma.version, &renamed).await;
        assert_eq!(refusal(refused), Failure::Gone);
        assert_eq!(refusal(db.delete_accounts(&lead, &[account.id, gamma.id]).await), Failure::Gone);
        assert!(db.account(&lead, number).await.is_ok(), "all or none");
        assert_eq!(db.delete_accounts(&lead, &[account.id]).await.unwrap(), 1);
    }

    async fn lists_of_a_few_colleagues_are_merged_right(db: Db) {
        let mut users = Vec::new();
        for number in 0..5 {
            users.push(someone(&db, &format!("u{number}@example.com"), Role::TeamLead).await);
        }
        let ids: Vec<UserId> = users.iter().map(|user| user.user).collect();
        fill(&db, &ids, 260).await;
        db.put_team(&root(), None, "Three", &ids[..3]).await.unwrap();
        let lead = now(&db, &users[0]).await;
        lists_are_right(&db, &lead, &ids[..3]).await;
        let alone = now(&db, &users[4]).await;
        lists_are_right(&db, &alone, &ids[4..]).await;
    }

    async fn lists_of_many_colleagues_are_right_as_well(db: Db) {
        let lead = someone(&db, "lead@example.com", Role::TeamLead).await;
        let mut ids = vec![lead.user];
        for number in 0..80 {
            ids.push(someone(&db, &format!("u{number}@example.com"), Role::SalesRep).await.user);
        }
        fill(&db, &ids, 150).await;
        db.put_team(&root(), None, "Seventy", &ids[..70]).await.unwrap();
        lists_are_right(&db, &now(&db, &lead).await, &ids[..70]).await;
    }
}
