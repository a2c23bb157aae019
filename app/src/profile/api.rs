//! Server functions of one's own profile: name, password, signed-in browsers. Each also answers a
//! plain form, which it leads back to the page.

use crate::error::AppError;
use domain::{
    audit::FailedSignIns,
    id::SessionId,
    passkey::Passkey,
    policy::RoleName,
    user::{Session, User},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, is_plain, respond, services, visit};
#[cfg(feature = "ssr")]
use domain::{
    failure::Failure,
    field::{FieldError, FormErrors},
    policy::Caller,
    text,
    time::DAY,
    user,
};

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileScreen {
    /// Who is signed in.
    pub user: User,
    /// As what.
    pub roles: Vec<RoleName>,
    /// Where, last used first.
    pub sessions: Vec<Session>,
    /// Who failed to sign in as oneself in the last 30 days.
    pub failed: FailedSignIns,
    /// One's own passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
}

/// One's own profile.
#[server(input = GetUrl)]
pub async fn open_profile() -> Result<ProfileScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let user = db.user(&caller, caller.user).await?.ok_or(Failure::SignedOut)?;
        let sessions = db.sessions_of(&caller, caller.user).await?;
        let roles = db.own_roles(&caller).await?;
        let failed = db.failed_sign_ins(&caller, caller.now.plus(-30 * DAY)).await?;
        let passkeys = db.own_passkeys(&caller).await?;
        Ok(ProfileScreen { user, roles, sessions, failed, passkeys })
    };
    respond(answer.await)
}

/// Changes the name colleagues see; answers with it as it is kept.
#[server]
pub async fn rename_myself(name: String) -> Result<String, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let name = text::line(&name, 100)
            .and_then(|name| name.ok_or(FieldError::Required))
            .map_err(|error| Failure::field("name", error))?;
        store::retry(|| db.rename_user(&caller, caller.user, &name)).await?;
        back("name");
        Ok(name)
    };
    respond(answer.await)
}

/// Changes one's own password; all other browsers are signed out.
#[server]
pub async fn change_password(current: String, new: String, again: String) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let user = db.user(&caller, caller.user).await?.ok_or(Failure::SignedOut)?;
        let house = db.organisation(&caller).await?;
        let own = [&*user.email, &*user.name, &*house.name_en, &*house.name_zh];
        let errors = complaints(&current, &new, &again, &own);
        errors.into_result(()).map_err(Failure::Invalid)?;
        let passwords = services()?.passwords;
        let stored = db.own_password(&caller).await?;
        let fits = match passwords.verify(current, stored).await {
            Ok(fits) => fits,
            Err(busy) => {
                // Nobody looked at it, so it was no try.
                db.take_back_own_try(&caller).await?;
                return Err(busy.into());
            }
        };
        if !fits {
            // A guess at the password, as a wrong proof is.
            store::retry(|| db.note_failed_proof(&caller)).await?;
            return Err(Failure::field("current", FieldError::Differs).into());
        }
        let hash = passwords.hash(new).await?;
        if let Some(secret) = store::retry(|| db.change_password(&caller, &hash)).await? {
            visit()?.renew_cookie(secret);
        }
        back("password");
        Ok(())
    };
    respond(answer.await)
}

/// What is wrong with the form before the current password is compared.
#[cfg(feature = "ssr")]
fn complaints(current: &str, new: &str, again: &str, own: &[&str]) -> FormErrors {
    let mut errors = FormErrors::default();
    if current.is_empty() {
        errors.take::<()>("current", Err(FieldError::Required));
    } else if current.len() > user::PASSWORD_MAX {
        // Too long to have ever been taken, and not worth hashing.
        errors.take::<()>("current", Err(FieldError::Differs));
    }
    errors.take("new", user::password(new, own));
    if errors.about("new").is_none() && new != again {
        errors.take::<()>("again", Err(FieldError::Differs));
    }
    errors
}

/// Signs one of one's own browsers out.
#[server]
pub async fn end_session(id: SessionId) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        // An administrator's right to end everybody's sessions is used in Admin, not here.
        own_session(&db, &caller, id).await?;
        store::retry(|| db.revoke_session(&caller, id)).await?;
        Ok(())
    };
    respond(answer.await)
}

#[cfg(feature = "ssr")]
async fn own_session(db: &store::Db, caller: &Caller, id: SessionId) -> Result<(), AppError> {
    let sessions = db.sessions_of(caller, caller.user).await?;
    if sessions.iter().any(|session| session.id == id) { Ok(()) } else { Err(Failure::Gone.into()) }
}

/// Signs all of one's browsers out but this one; answers how many.
#[server]
pub async fn end_other_sessions() -> Result<u64, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let (ended, secret) = store::retry(|| db.revoke_others(&caller)).await?;
        if let Some(secret) = secret {
            visit()?.renew_cookie(secret);
        }
        Ok(ended)
    };
    respond(answer.await)
}

/// Leads a plain form back to the page, which says what was done.
#[cfg(feature = "ssr")]
fn back(done: &str) {
    if is_plain() {
        leptos_axum::redirect(&format!("/profile?done={done}"));
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    const GOOD: &str = "seven green bicycles";

    #[test]
    fn a_password_form_is_looked_at_before_anything_is_hashed() {
        assert!(complaints("old", GOOD, GOOD, &[]).0.is_empty());
        let about = |current: &str, new: &str, again: &str, field: &str| {
            complaints(current, new, again, &["li@example.com", "Li Na"]).about(field).cloned()
        };
        assert_eq!(about("", GOOD, GOOD, "current"), Some(FieldError::Required));
        let long = "x".repeat(user::PASSWORD_MAX + 1);
        assert_eq!(about(&long, GOOD, GOOD, "current"), Some(FieldError::Differs));
        assert_eq!(about("old", GOOD, "seven green bicycle", "again"), Some(FieldError::Differs));
        assert_eq!(about("old", "short", "other", "new"), Some(FieldError::TooShort { min: 12 }));
        // One complaint is enough while the new one is not taken anyway.
        assert_eq!(about("old", "short", "other", "again"), None);
        assert_eq!(
            about("old", "li@example.com", "li@example.com", "new"),
            Some(FieldError::TooCommon)
        );
    }
}
