//! Shares of records that become one: what was shared of the one that goes is shared of the one that stays, as far as
//! whoever merges may give it.

use super::{Row, begin_change, change, gives, of_record, version_of};
use crate::{
    audit,
    db::{Tx, on_tx},
    error::Result,
    within::Known,
};
use domain::{
    audit::{Event, FieldChange},
    id::{ShareId, UserId},
    note::Subject,
    policy::{Caller, Grant},
    share::{MOST_OF_ONE, ShareWith},
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// The shares that changed places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MovedShares(Vec<MovedShare>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct MovedShare {
    /// It came to the record that stayed.
    came: ShareId,
    /// It gave less to the same colleague or team, and waits at the record that went.
    went: Option<ShareId>,
}

const MOVE_ACCOUNT: &str =
    "UPDATE record_share SET account_id = $1 WHERE id = $2 AND account_id = $3";
const MOVE_PERSON: &str = "UPDATE record_share SET person_id = $1 WHERE id = $2 AND person_id = $3";

/// Whether the first share gives more than the second, or as much for a longer time; and never for a shorter one.
fn gives_more(one: &Row, other: &Row) -> Result<bool> {
    let reach =
        |row: &Row| -> Result<_> { Ok((row.level()?, row.until_at.unwrap_or(Instant(i64::MAX)))) };
    let ((level, end), (other_level, other_end)) = (reach(one)?, reach(other)?);
    Ok(end >= other_end && (level, end) > (other_level, other_end))
}

/// Moves a share that is still where it is thought to be.
async fn place(tx: &mut Tx, share: ShareId, to: Subject, from: Subject) -> Result<bool> {
    let is_account = matches!(to, Subject::Account(_));
    let statement = if is_account { MOVE_ACCOUNT } else { MOVE_PERSON };
    let moved = on_tx!(tx, |connection| {
        sqlx::query(statement)
            .bind(to.id())
            .bind(share)
            .bind(from.id())
            .execute(connection)
            .await?
            .rows_affected()
    });
    Ok(moved > 0)
}

/// What the trail says of a share that begins with the record that stays.
fn told(row: &Row, names: &super::Names) -> Result<Vec<FieldChange>> {
    let (field, with) = names.in_trail(row.with()?);
    let until = row.until_day.as_deref().map(|day| change("share.until", "", day));
    let level = change("share.level", "", &row.level);
    Ok([change(field, "", &with), level].into_iter().chain(until).collect())
}

/// Brings the shares of `from` over to `to`, which `owner` is in charge of and will be `heir`. One that whoever merges
/// could not give, and one with somebody who has as much already, stay where they are until the records are parted.
pub(crate) async fn take_over(
    tx: &mut Tx,
    caller: &Caller,
    (to, owner, heir): (Subject, Option<UserId>, Option<UserId>),
    from: Subject,
) -> Result<MovedShares> {
    // First, so that no other change of shares is under way.
    begin_change(tx).await?;
    let mut moved = MovedShares::default();
    let given = gives(tx.connection(), &mut Known::default(), caller, to, owner).await?;
    let Some((grant, most)) = given else { return Ok(moved) };
    let theirs = of_record(tx.connection(), from, caller.now).await?;
    if theirs.is_empty() {
        return Ok(moved);
    }
    let ours = of_record(tx.connection(), to, caller.now).await?;
    let names = super::Names::read(tx.connection()).await?;
    for row in &theirs {
        let with = row.with()?;
        let is_heir = heir.is_some_and(|heir| with == ShareWith::User(heir));
        if is_heir || row.level()? > most {
            continue;
        }
        let mut same = None;
        for ours in &ours {
            if ours.with()? == with {
                same = Some(ours);
            }
        }
        let mut went = None;
        let comes = match same {
            Some(ours) if gives_more(row, ours)? => {
                place(tx, ours.id, from, to).await?;
                went = Some(ours.id);
                place(tx, row.id, to, from).await?
            }
            Some(_) => false,
            None if ours.len() + moved.0.len() >= MOST_OF_ONE => false,
            None => place(tx, row.id, to, from).await?,
        };
        if comes {
            moved.0.push(MovedShare { came: row.id, went });
            note(tx, &grant, to, told(row, &names)?).await?;
        }
    }
    Ok(moved)
}

async fn note(tx: &mut Tx, grant: &Grant, record: Subject, fields: Vec<FieldChange>) -> Result<()> {
    let version = version_of(tx, record).await?;
    audit::append(tx, grant, record.id(), Event::Shared, version, &fields).await
}

const DELETE: &str = "DELETE FROM record_share WHERE id = $1";

/// Brings shares back to the record they came from, as far as they have not been changed since. What gave less before is
/// there again with them: whoever took the share of the record that stayed back has taken back both.
pub(crate) async fn give_back(
    tx: &mut Tx,
    survivor: Subject,
    to: Subject,
    moved: &MovedShares,
) -> Result<()> {
    if moved.0.is_empty() {
        return Ok(());
    }
    begin_change(tx).await?;
    for share in &moved.0 {
        let back = place(tx, share.came, to, survivor).await?;
        match share.went {
            Some(went) if back => {
                place(tx, went, survivor, to).await?;
            }
            Some(went) => {
                on_tx!(&mut *tx, |connection| {
                    sqlx::query(DELETE).bind(went).execute(connection).await.map(drop)
                })?;
            }
            None => {}
        }
    }
    Ok(())
}
