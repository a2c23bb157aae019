//! Server functions of saved replies: all of them, to change them and to use them.

use crate::error::AppError;
use domain::{
    id::Version,
    reply::{RepliesForm, SavedReply},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};
#[cfg(feature = "ssr")]
use domain::{
    failure::Failure,
    policy::{self, Action, Object},
    reply::ReplyForm,
};

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepliesScreen {
    /// The replies as they are typed.
    pub form: RepliesForm,
    /// Their version.
    pub version: Version,
}

/// The replies, to change them.
#[server(input = GetUrl)]
pub async fn open_replies() -> Result<RepliesScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        policy::look(&caller, Action::Administer, Object::Organisation)?;
        let (replies, version) = db.saved_replies(&caller).await?;
        let form = RepliesForm { replies: replies.iter().map(ReplyForm::from).collect() };
        Ok(RepliesScreen { form, version })
    };
    respond(answer.await)
}

/// The replies, to use them.
#[server(input = GetUrl)]
pub async fn list_replies() -> Result<Vec<SavedReply>, AppError> {
    let (db, caller) = desk()?;
    respond(async { Ok(db.saved_replies(&caller).await?.0) }.await)
}

/// Saves all replies over version `seen` and leads back to the page.
#[server]
pub async fn save_replies(
    seen: Version,
    #[server(default)] form: RepliesForm,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let replies = form.parse().map_err(Failure::Invalid)?;
        let saved = store::retry(|| db.save_replies(&caller, seen, &replies)).await?;
        if crate::ssr::is_plain() {
            leptos_axum::redirect(super::SAVED);
        }
        Ok(saved)
    };
    respond(answer.await)
}
