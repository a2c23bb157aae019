//! What is taken from somebody is gone at their next request, also where several nodes share a database and another one
//! than theirs took it.

use crate::{
    proof::{
        record::{Kept, keep},
        world::{acting, hire, root, session, with_cookie},
    },
    support::{Browser, Place, Server},
};
use domain::{id::UserId, note::Subject, policy::Role, share::ShareWith};
use serde_json::{Value, json};
use store::Db;
use tokio::runtime::Runtime;

/// Two nodes where several may share the database, otherwise the one; and the administrator, at the first.
fn nodes(place: &Place) -> (Vec<Server>, Browser) {
    let mut nodes = vec![Server::start(place)];
    let admin = nodes[0].set_up();
    if place.is_postgres() {
        nodes.push(Server::start(place));
    }
    (nodes, admin)
}

/// Somebody with a role, in a department of their own.
async fn somebody(db: &Db, name: &str, role: Role) -> UserId {
    let department = db.put_department(&root(), None, name, None).await.unwrap();
    hire(db, name, vec![role.into()], department).await
}

fn change(admin: &mut Browser, function: &str, arguments: &Value) {
    let answer = admin.call(function, &arguments.to_string());
    assert_eq!(answer.status, 200, "{function}: {}", answer.body);
}

#[test]
fn fifty_sessions_are_out_at_the_request_after_the_account_was_switched_off() {
    for place in Place::both() {
        let (nodes, mut admin) = nodes(&place);
        let runtime = Runtime::new().unwrap();
        let (mut users, mut browsers) = (Vec::new(), Vec::new());
        runtime.block_on(async {
            let db = place.open().await;
            for number in 0..5 {
                let user = somebody(&db, &format!("ann{number}"), Role::Staff).await;
                for node in nodes.iter().cycle().take(10) {
                    let cookie = session(&db, &acting(user)).await;
                    browsers.push(with_cookie(node, &cookie));
                }
                users.push(user);
            }
            db.close().await;
        });
        for browser in &mut browsers {
            assert_eq!(browser.get("/customers").status, 200);
        }
        for user in users {
            change(&mut admin, "set_user_disabled", &json!({ "id": user, "disabled": true }));
        }
        let statuses = browsers.iter_mut().map(|browser| browser.get("/customers").status);
        let still_in = statuses.filter(|status| *status == 200).count();
        assert_eq!((browsers.len(), still_in), (50, 0));
    }
}

/// A rep, and a customer that somebody else is in charge of.
async fn rep_and_customer(db: &Db) -> (UserId, String, Kept) {
    let rep = somebody(db, "rita", Role::SalesRep).await;
    let other = somebody(db, "grace", Role::SalesRep).await;
    let kept = keep(db, Some(other), 1, false).await;
    let cookie = session(db, &acting(rep)).await;
    (rep, cookie, kept)
}

#[test]
fn a_role_and_a_share_that_are_taken_back_show_nothing_at_the_next_request() {
    for place in Place::both() {
        let (nodes, mut admin) = nodes(&place);
        let runtime = Runtime::new().unwrap();
        let db = runtime.block_on(place.open());
        let (rep, cookie, kept) = runtime.block_on(rep_and_customer(&db));
        let page = format!("/customers/{}", kept.number);
        let mut rita = with_cookie(nodes.last().unwrap(), &cookie);
        assert_eq!(rita.get(&page).status, 404);
        // A change of roles ends what was begun with the old ones; whoever comes back has the new ones.
        let back = |browser: &mut Browser| {
            assert_eq!(browser.get(&page).status, 303);
            let cookie = runtime.block_on(session(&db, &acting(rep)));
            *browser = with_cookie(nodes.last().unwrap(), &cookie);
            browser.get(&page).status
        };
        change(&mut admin, "set_user_roles", &json!({ "id": rep, "roles": ["auditor"] }));
        assert_eq!(back(&mut rita), 200, "auditors see all");
        change(&mut admin, "set_user_roles", &json!({ "id": rep, "roles": ["sales_rep"] }));
        assert_eq!(back(&mut rita), 404);

        let record = Subject::Account(kept.account);
        let form = json!({ "with": ShareWith::User(rep).code(), "level": "see", "until": "" });
        change(&mut admin, "share_record", &json!({ "subject": record, "form": form }));
        assert_eq!(rita.get(&page).status, 200);
        let shares = runtime.block_on(db.shares_of(&root(), record)).unwrap().shares;
        change(&mut admin, "unshare", &json!({ "id": shares[0].id }));
        assert_eq!(rita.get(&page).status, 404);
        runtime.block_on(db.close());
    }
}
