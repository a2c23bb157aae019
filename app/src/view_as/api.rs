//! Server functions of looking as somebody else: beginning it, and why they see a record or do not.

use crate::error::AppError;
use domain::{
    bin::Binned,
    hit::Hit,
    id::UserId,
    policy::{Explanation, Held},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, desk_behind, respond};
#[cfg(feature = "ssr")]
use domain::{
    bin::BinKind,
    failure::Failure,
    hit::HitKind,
    id::{AccountNumber, PersonNumber},
    note::Subject,
    policy::{self, Action, Caller, Object},
};
#[cfg(feature = "ssr")]
use store::{Db, StoreError};

/// What is known about a user and a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Explained {
    /// Several records were found by what was typed, or none.
    Several(Vec<Hit>),
    /// This is the record, and what the user may do with it.
    One(Hit, Explanation),
    /// It is in the bin, where nobody works with it.
    Binned(Binned),
}

/// Lets this browser look at everything as `user`, without changing anything.
#[server(input = Json)]
pub async fn view_as(user: UserId) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.start_viewing(&caller, user)).await.map_err(AppError::from))
}

/// Lets this browser look at everything as somebody with this role alone, without changing anything.
#[server(input = Json)]
pub async fn view_as_role(role: Held) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.start_viewing_role(&caller, role)).await.map_err(AppError::from))
}

/// What a user may do with the record of a number or a name, and why; for who is at the browser, also while they look
/// as that user. With a role, what they could do themselves if they held it alone.
#[server(input = Json)]
pub async fn explain_record(
    user: UserId,
    role: Option<Held>,
    typed: String,
) -> Result<Explained, AppError> {
    let (db, caller) = desk_behind()?;
    let answer = async {
        policy::check(&caller, Action::ViewAs, Object::User)?;
        let hit = match found(&db, &caller, &typed).await? {
            Found::One(hit) => hit,
            Found::Several(hits) => return Ok(Explained::Several(hits)),
            Found::Binned(binned) => return Ok(Explained::Binned(binned)),
        };
        let subject = subject(&db, &caller, &hit).await?;
        let explanation = match role {
            Some(role) => db.abilities_with(&caller, role, subject).await?,
            None => db.abilities(&caller, user, subject).await?,
        };
        Ok(Explained::One(hit, explanation))
    };
    respond(answer.await)
}

/// What was meant by what was typed.
#[cfg(feature = "ssr")]
enum Found {
    One(Hit),
    Several(Vec<Hit>),
    Binned(Binned),
}

#[cfg(feature = "ssr")]
async fn found(db: &Db, caller: &Caller, typed: &str) -> Result<Found, AppError> {
    let hit = |kind: HitKind, number: String, name: String| {
        Found::One(Hit { kind, number, name, detail: String::new() })
    };
    let (kind, number, answer) = if let Ok(number) = typed.parse::<AccountNumber>() {
        let answer = db.account(caller, number).await;
        let hit = answer
            .map(|account| hit(HitKind::Account, account.number.to_string(), account.data.name));
        (BinKind::Accounts, number.0, hit)
    } else if let Ok(number) = typed.parse::<PersonNumber>() {
        let answer = db.person(caller, number).await;
        let hit = answer
            .map(|person| hit(HitKind::Person, person.number.to_string(), person.data.full_name));
        (BinKind::People, number.0, hit)
    } else {
        let kinds = [HitKind::Account, HitKind::Person];
        let mut hits = db.palette(caller, typed, &kinds).await?;
        return Ok(match (hits.len(), hits.pop()) {
            (1, Some(hit)) => Found::One(hit),
            (_, last) => Found::Several(hits.into_iter().chain(last).collect()),
        });
    };
    if let Err(StoreError::Refused(Failure::Gone)) = answer {
        // Whoever may not look into the bin is told of what is there as of what never was.
        match db.binned(caller, kind, number).await {
            Ok(Some(binned)) => return Ok(Found::Binned(binned)),
            Ok(None) | Err(StoreError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(answer?)
}

#[cfg(feature = "ssr")]
async fn subject(db: &Db, caller: &Caller, hit: &Hit) -> Result<Subject, AppError> {
    Ok(if hit.kind == HitKind::Person {
        let number: PersonNumber = hit.number.parse().map_err(|()| Failure::Gone)?;
        Subject::Person(db.person(caller, number).await?.id)
    } else {
        let number: AccountNumber = hit.number.parse().map_err(|()| Failure::Gone)?;
        Subject::Account(db.account(caller, number).await?.id)
    })
}
