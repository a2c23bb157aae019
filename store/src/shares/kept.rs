//! A share that whoever hands a record over keeps for themselves.

use super::{
    COUNT_OF_RECORD, COUNT_WITH, Names, TOUCH, change, count, gives, of_record, put, take,
    version_of,
};
use crate::{
    audit,
    db::{Tx, on_tx},
    error::{Result, StoreError},
    within::Known,
};
use domain::{
    audit::Event,
    field::FieldError,
    id::UserId,
    note::Subject,
    policy::{Caller, Grant},
    share::{MOST_OF_ONE, MOST_WITH_ONE, ShareDraft, ShareLevel, ShareWith},
};

/// Begins a change of shares within a transaction: no other one is under way, and every request after it reads them anew.
pub(crate) async fn begin_change(tx: &mut Tx) -> Result<()> {
    on_tx!(tx, |connection| sqlx::query(TOUCH).execute(connection).await.map(drop))?;
    Ok(())
}

/// The most that the caller may give of a record that `owner` is in charge of.
pub(crate) async fn most_given(
    tx: &mut Tx,
    caller: &Caller,
    record: Subject,
    owner: Option<UserId>,
) -> Result<Option<(Grant, ShareLevel)>> {
    gives(tx.connection(), &mut Known::default(), caller, record, owner).await
}

/// Shares a record with the caller, who could give that much of it, without an end; what they had of it stays, if that is
/// more.
///
/// # Errors
/// A complaint about `to` when it, or they, have too many shares already.
pub(crate) async fn keep(
    tx: &mut Tx,
    caller: &Caller,
    grant: &Grant,
    record: Subject,
    level: ShareLevel,
) -> Result<()> {
    let with = ShareWith::User(caller.user);
    let rows = of_record(tx.connection(), record, caller.now).await?;
    let mut had = None;
    for row in &rows {
        if row.with()? == with {
            had = Some(row.level()?);
        }
    }
    if had.is_none() {
        let counts = [
            (COUNT_OF_RECORD, record.id(), MOST_OF_ONE),
            (COUNT_WITH, caller.user.0, MOST_WITH_ONE),
        ];
        for (statement, id, max) in counts {
            if count(tx, statement, id, caller.now).await? >= max {
                return Err(StoreError::field("to", FieldError::TooMany { max }));
            }
        }
    }
    let level = had.map_or(level, |had| had.max(level));
    take(tx, record, with).await?;
    put(tx, record, &ShareDraft { with, level, end: None }, grant).await?;
    let names = Names::read(tx.connection()).await?;
    let (field, name) = names.in_trail(with);
    let fields = [
        change(field, "", &name),
        change("share.level", had.map_or("", ShareLevel::code), level.code()),
    ];
    let version = version_of(tx, record).await?;
    audit::append(tx, grant, record.id(), Event::Shared, version, &fields).await
}
