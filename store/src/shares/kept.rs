//! A share that whoever hands a record over keeps for themselves.

use super::{Names, TOUCH, change, gives, put, take, version_of};
use crate::{
    audit,
    db::{Tx, on_tx},
    error::Result,
    within::Known,
};
use domain::{
    audit::Event,
    id::UserId,
    note::Subject,
    policy::{Caller, Grant},
    share::{ShareDraft, ShareLevel, ShareWith},
};

/// The most that the caller may give of a record that `owner` is in charge of, which nobody else shares meanwhile.
pub(crate) async fn most_given(
    tx: &mut Tx,
    caller: &Caller,
    record: Subject,
    owner: Option<UserId>,
) -> Result<Option<(Grant, ShareLevel)>> {
    // First, so that no other change of shares is under way.
    on_tx!(&mut *tx, |connection| sqlx::query(TOUCH).execute(connection).await.map(drop))?;
    gives(tx.connection(), &mut Known::default(), caller, record, owner).await
}

/// Shares a record with the caller, who could give that much of it, without an end.
pub(crate) async fn keep(
    tx: &mut Tx,
    caller: &Caller,
    grant: &Grant,
    record: Subject,
    level: ShareLevel,
) -> Result<()> {
    let with = ShareWith::User(caller.user);
    take(tx, record, with).await?;
    put(tx, record, &ShareDraft { with, level, end: None }, grant).await?;
    let names = Names::read(tx.connection()).await?;
    let (field, name) = names.in_trail(with);
    let fields = [change(field, "", &name), change("share.level", "", level.code())];
    let version = version_of(tx, record).await?;
    audit::append(tx, grant, record.id(), Event::Shared, version, &fields).await
}
