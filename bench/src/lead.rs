//! Somebody who sees what a team is in charge of, which is half of all customers: what a list costs them beside the
//! same list without limits is what the policy costs.

use crate::{Fault, place::Place, sample::caller};
use domain::{
    policy::{Action, Caller, Held, Object, Reach, Rights},
    user::UserDraft,
};
use store::{Db, NewSession, Secret};

const EMAIL: &str = "lead@example.com";
/// Name of the team and of the role.
const NAME: &str = "Half of the house";

/// Begins a session for the lead, who is made where there is none; answers its cookie.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_in(place: &Place) -> Result<String, Fault> {
    let db = place.open().await?;
    let secret = Secret::new().ok_or("the system gives no randomness")?;
    let caller = lead(&db).await?;
    let new = NewSession {
        token_hash: secret.hash(),
        address: "127.0.0.1",
        user_agent: "bench",
        tries: &[],
        device: None,
        second: None,
        way: store::Way::Password,
    };
    db.open_session(&caller, &new).await?;
    db.close().await;
    Ok(format!("sid={}", secret.text()))
}

/// Sees and changes what the team is in charge of.
fn rights() -> Rights {
    [Object::Account, Object::Person].into_iter().fold(Rights::default(), |rights, object| {
        rights.with(object, &[Action::View, Action::Edit], Reach::Team)
    })
}

async fn lead(db: &Db) -> Result<Caller, Fault> {
    let root = caller();
    let there = db.user_by_email(&root, EMAIL).await?;
    let user = match there {
        Some(user) => user,
        None => {
            let role = db.put_role(&root, None, NAME, &rights()).await?;
            let draft = UserDraft {
                email: EMAIL.to_owned(),
                email_norm: EMAIL.to_owned(),
                name: "Lead".to_owned(),
                roles: vec![Held::Own(role)],
            };
            // As many as half of those who are in charge of something.
            let users = db.users(&root).await?;
            let half = users.len().div_ceil(2);
            let mut team: Vec<_> = users.into_iter().map(|user| user.id).take(half).collect();
            let user = db.add_user(&root, &draft, "nobody signs in by a password").await?;
            team.push(user);
            db.put_team(&root, None, NAME, &team).await?;
            user
        }
    };
    Ok(db.acting_for(&root, user).await?.ok_or("the lead may not sign in")?)
}
