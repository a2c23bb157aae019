//! The only door to the database. SQLite and PostgreSQL answer alike; nobody outside knows which.
//! Every public function takes the [`domain::policy::Caller`] and asks the policy before it acts.

mod accounts;
mod addresses;
mod audit;
mod bin;
mod bulk;
mod contact_points;
mod db;
mod dialect;
mod duplicates;
mod error;
mod imports;
mod lists;
mod notes;
mod operations;
mod organisations;
mod people;
mod rows;
mod search;
mod sessions;
mod settings;
mod tags;
mod throttle;
mod users;

pub use db::{Db, Health, OpenError, retry};
pub use error::StoreError;
pub use operations::forget_operations;
pub use organisations::{
    organisation, organisation_at_the_door, organisation_versioned, save_organisation,
};
pub use sessions::{
    Candidate, NewSession, SignedIn, close_session, forget_sessions, note_failed_sign_in,
    open_session, revoke_all, revoke_others, revoke_session, sessions_of, sign_in_candidate,
    signed_in, touch_session,
};
pub use settings::{arm_setup, close_setup, set_up, setup_open, setup_secret_fits};
pub use throttle::{Subject, claim_try, forget_tries};
pub use users::{
    Appearance, add_user, any_user, change_password, colleagues, own_password, rename_user,
    renew_hash, reset_password, save_appearance, set_user_disabled, set_user_role, user,
    user_by_email, users,
};
