//! Records that were merged are parted again.

use super::{
    family,
    image::{From, Image},
    moves, reach,
    rights::Rights,
};
use crate::{
    accounts, audit,
    db::{Db, Tx, on_tx},
    dialect::to_change,
    error::{Result, StoreError},
    held::{Held, Known},
    shares,
};
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    id::{MergeId, UserId},
    merge::MergeKind,
    merge::SPLIT_DAYS,
    policy::{self, Action, Caller},
    time::{DAY, Instant},
};
use sqlx_macros::FromRow;
use uuid::Uuid;

const MERGE: &str = "SELECT object, survivor_id, image, merged_at FROM merge_log WHERE id = $1 AND split_at IS NULL";
const SPLIT: &str = "UPDATE merge_log SET split_at = $1, split_by = $2, image = '' WHERE id = $3";
const BACK_AGAIN: &str = "DELETE FROM merged_record WHERE merge_id = $1";
const ACCOUNT_COMES: &str = "UPDATE account SET deleted_at = NULL, deleted_by = NULL WHERE id = $1 AND deleted_at IS NOT NULL RETURNING id";
const PERSON_COMES: &str = "UPDATE person SET deleted_at = NULL, deleted_by = NULL WHERE id = $1 AND deleted_at IS NOT NULL RETURNING id";
// An import that found the record that stayed by the id of the other has written it there.
const ACCOUNT_KEY_BACK: &str = "UPDATE account SET external_id = NULL WHERE id = $1 AND source_system = $2 AND external_id = $3";
const PERSON_KEY_BACK: &str = "UPDATE person SET external_id = NULL WHERE id = $1 AND source_system = $2 AND external_id = $3";
// While it was away, an import may have given the id to another record.
const ACCOUNT_KEYED: &str = "UPDATE account SET source_system = $1, external_id = $2 WHERE id = $3 AND NOT EXISTS \
     (SELECT 1 FROM account k WHERE k.source_system = $1 AND k.external_id = $2)";
const PERSON_KEYED: &str = "UPDATE person SET source_system = $1, external_id = $2 WHERE id = $3 AND NOT EXISTS \
     (SELECT 1 FROM person k WHERE k.source_system = $1 AND k.external_id = $2)";
const ACCOUNT_HEIR: &str = "UPDATE account SET owner_id = $1 WHERE id = $2";
const PERSON_HEIR: &str = "UPDATE person SET owner_id = $1 WHERE id = $2";

#[derive(FromRow)]
struct Merged {
    object: String,
    survivor_id: Uuid,
    image: String,
    merged_at: Instant,
}

impl Db {
    /// Parts records that were merged: each is there again with its number, its values and what came from it. What was
    /// changed since on the record that stayed remains there: a field goes back only while it says what the merge made
    /// it say, and what was added or removed since stays added or removed. Of several merges of the same records the
    /// last is taken back first. Takes the right to merge each of them, and to change the one that stayed.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] for an unknown merge, one that was taken back already or longer than
    /// [`SPLIT_DAYS`] ago, and when one of its records has left since; [`Failure::Conflict`] while a later merge of the
    /// same records stands.
    pub async fn split(&self, caller: &Caller, kind: MergeKind, merge: MergeId) -> Result<()> {
        let grant = policy::check(caller, Action::Merge, kind.object())?;
        let rights = Rights::of(caller, grant)?;
        let mut tx = self.begin().await?;
        let statement = to_change!(&tx, MERGE);
        let found: Option<Merged> = on_tx!(&mut tx, |connection| {
            sqlx::query_as(statement).bind(merge).fetch_optional(connection).await
        })?;
        let since = caller.now.plus(-SPLIT_DAYS * DAY);
        let fresh = |found: &Merged| {
            let of_kind = found.object == kind.object().code();
            of_kind && !found.image.is_empty() && found.merged_at >= since
        };
        let found = found.filter(fresh).ok_or(Failure::Gone)?;
        let image = Image::parse(&found.image)?;
        let kept = rights.hold_kept(&mut tx, kind, found.survivor_id).await?;
        if kind == MergeKind::Accounts {
            let reached = image.reached(kept.id());
            reach::hold_people(&mut tx, reach::People::Of(&reached)).await?;
        }
        if !reach::is_last(&mut tx, merge).await? {
            return Err(accounts::stale());
        }
        for from in image.from.iter().rev() {
            moves::give_back(&mut tx, kind.object(), kept.id(), from).await?;
            let to = kind.record(from.id);
            shares::give_back(&mut tx, kept.subject(), to, &from.shares).await?;
        }
        let mut after = taken_back(&image, &kept.known, caller.house.decimals)?;
        if let Err(error) = kept.put_in_charge(&mut tx, caller, after.owner()).await {
            // Who was in charge before cannot be again, or is not the caller's to choose.
            let StoreError::Refused(_) = error else { return Err(error) };
            after.set_owner(kept.owner());
        }
        kept.write(&mut tx, &rights.edit, &after, caller.house.decimals).await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(BACK_AGAIN).bind(merge).execute(connection).await.map(drop)
        })?;
        let mut numbers = Vec::with_capacity(image.from.len());
        for from in &image.from {
            let back = comes(&mut tx, kind, &kept, from).await?;
            // Only now: a person is the caller's by the customers they work for, who are theirs again.
            back.admit(&mut tx, &rights.merge).await?;
            let heir = heir(&mut tx, caller, kind, &back, after.owner()).await?;
            let name = back.name();
            if kind == MergeKind::Accounts {
                let (survivor, to) = ((kept.id(), &*kept.name()), (back.id(), &*name));
                family::children_back(&mut tx, &rights.edit, survivor, to, &from.children).await?;
            }
            let version = back.count(&mut tx, &rights.merge, &back.known).await?;
            let into = change("merged_into", &kept.name(), "");
            let line: Vec<FieldChange> = [into].into_iter().chain(heir).collect();
            audit::append(&mut tx, &rights.merge, back.id(), Event::Split, version, &line).await?;
            numbers.push(name);
        }
        let mut line = vec![change("merged", &numbers.join(", "), "")];
        if kind == MergeKind::Accounts {
            let others = image.from.iter().map(|from| from.id);
            family::parent_back(&mut tx, kept.id(), others, image.parent).await?;
            let [before, after] = image.parent;
            line.extend(family::told(&mut tx, [after, before]).await?);
        }
        let version = kept.count(&mut tx, &rights.edit, &after).await?;
        audit::append(&mut tx, &rights.edit, kept.id(), Event::Split, version, &line).await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(SPLIT)
                .bind(caller.now)
                .bind(caller.user)
                .bind(merge)
                .execute(connection)
                .await
                .map(drop)
        })?;
        tx.commit().await
    }
}

fn change(field: &str, before: &str, after: &str) -> FieldChange {
    let (field, before, after) = (field.to_owned(), before.to_owned(), after.to_owned());
    FieldChange { field, before, after }
}

/// What the record that stayed says when they are parted: what it said before the merge, in each field that still says
/// what the merge made it say.
fn taken_back(image: &Image, now: &Known, decimals: u8) -> Result<Known> {
    let mut after = now.clone();
    for (name, _) in now.fields() {
        let [before, merged, stands] =
            [&image.before, &image.after, now].map(|known| known.get(name, decimals));
        if merged != before && stands == merged {
            after.set(name, &before, decimals)?;
        }
    }
    // To the moment, which the field does not say.
    if now.contacted() == image.after.contacted() {
        *after.last_contact() = image.before.contacted();
    }
    Ok(after)
}

/// Brings back a record that went into another, with its id in another system.
async fn comes(tx: &mut Tx, kind: MergeKind, kept: &Held, from: &From) -> Result<Held> {
    let (comes, key_back, keyed) = match kind {
        MergeKind::Accounts => (ACCOUNT_COMES, ACCOUNT_KEY_BACK, ACCOUNT_KEYED),
        MergeKind::People => (PERSON_COMES, PERSON_KEY_BACK, PERSON_KEYED),
    };
    let there: Option<Uuid> = on_tx!(tx, |connection| {
        sqlx::query_scalar(comes).bind(from.id).fetch_optional(connection).await
    })?;
    there.ok_or(Failure::Gone)?;
    if let (Some(system), Some(id)) = (&from.source_system, &from.external_id) {
        on_tx!(tx, |connection| {
            sqlx::query(key_back)
                .bind(kept.id())
                .bind(system)
                .bind(id)
                .execute(&mut *connection)
                .await?;
            sqlx::query(keyed)
                .bind(system)
                .bind(id)
                .bind(from.id)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    Held::anyhow(tx, kind, from.id).await
}

/// Puts whoever is in charge of the record that stayed in charge of one that comes back, if who was may not sign in any
/// more; nobody, where that is not the caller's to do.
async fn heir(
    tx: &mut Tx,
    caller: &Caller,
    kind: MergeKind,
    back: &Held,
    owner: Option<UserId>,
) -> Result<Option<FieldChange>> {
    match accounts::check_owner(tx, back.owner()).await {
        Err(StoreError::Refused(_)) => {}
        other => return other.map(|()| None),
    }
    let owner = match back.put_in_charge(tx, caller, owner).await {
        Ok(()) => owner,
        Err(StoreError::Refused(_)) => None,
        Err(error) => return Err(error),
    };
    let statement = match kind {
        MergeKind::Accounts => ACCOUNT_HEIR,
        MergeKind::People => PERSON_HEIR,
    };
    on_tx!(tx, |connection| {
        sqlx::query(statement).bind(owner).bind(back.id()).execute(connection).await.map(drop)
    })?;
    let [before, after] =
        [back.owner(), owner].map(|user| user.map(|user| user.to_string()).unwrap_or_default());
    Ok(Some(change("owner", &before, &after)))
}
