//! Several records that are the same become one, and are parted again within [`SPLIT_DAYS`].
//! Owns every statement on `merge_log` and `merged_record`; what hangs on records is moved by `moves`.

mod image;
mod moves;
mod sheet;

use crate::{
    accounts, audit, contact_points,
    db::{Db, Tx, on_tx},
    details,
    dialect::{Index, to_change},
    error::{Result, StoreError},
    people,
    rows::{AccountRow, PersonRow, new_id},
    within,
};
use domain::{
    audit::{Event, FieldChange},
    bin::BinKind,
    failure::Failure,
    field::{FieldError, FormErrors},
    id::{AccountId, MergeId, PersonId, UserId, Version},
    merge::{MOST_MERGED, MergeDraft, SPLIT_DAYS, SeenRecord, source},
    note::Subject,
    policy::{self, Action, Caller, Grant},
    time::{DAY, Instant},
};
use image::{From, Image, Known};
use sqlx_macros::FromRow;
use std::cmp::Reverse;
use uuid::Uuid;

const ACCOUNT_KEY: &str = "SELECT source_system, external_id FROM account WHERE id = $1";
const PERSON_KEY: &str = "SELECT source_system, external_id FROM person WHERE id = $1";
const ACCOUNT_GOES: &str = "UPDATE account SET deleted_at = $1, deleted_by = $2, external_id = NULL, version = version + 1, \
     updated_at = $1, updated_by = $2 WHERE id = $3 RETURNING version";
const PERSON_GOES: &str = "UPDATE person SET deleted_at = $1, deleted_by = $2, external_id = NULL, version = version + 1, \
     updated_at = $1, updated_by = $2 WHERE id = $3 RETURNING version";
const ACCOUNT_COMES: &str = "UPDATE account SET deleted_at = NULL, deleted_by = NULL, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";
const PERSON_COMES: &str = "UPDATE person SET deleted_at = NULL, deleted_by = NULL, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";
// While it was away, an import may have given the id to another record.
const ACCOUNT_KEYED: &str = "UPDATE account SET source_system = $1, external_id = $2 WHERE id = $3 AND NOT EXISTS \
     (SELECT 1 FROM account k WHERE k.source_system = $1 AND k.external_id = $2)";
const PERSON_KEYED: &str = "UPDATE person SET source_system = $1, external_id = $2 WHERE id = $3 AND NOT EXISTS \
     (SELECT 1 FROM person k WHERE k.source_system = $1 AND k.external_id = $2)";
const LOG: &str = "INSERT INTO merge_log (id, object, survivor_id, image, merged_at, merged_by) VALUES ($1, $2, $3, $4, $5, $6)";
const WENT: &str = "INSERT INTO merged_record (record_id, object, number, survivor_id, merge_id, source_system, external_id) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const MERGE: &str = "SELECT object, survivor_id, image, merged_at FROM merge_log WHERE id = $1 AND split_at IS NULL";
const SPLIT: &str = "UPDATE merge_log SET split_at = $1, split_by = $2, image = '' WHERE id = $3";
// The same record may have taken in others since.
const LATER: &str = "SELECT id, image FROM merge_log WHERE survivor_id = $1 AND id <> $2 AND split_at IS NULL AND image <> '' \
     AND merged_at >= $3";
const KEEP_IMAGE: &str = "UPDATE merge_log SET image = $1 WHERE id = $2";
const BACK_AGAIN: &str = "DELETE FROM merged_record WHERE merge_id = $1";

/// What has to be granted of the records of a merge: of each that it may be merged, of the one that stays that it may
/// be changed, of the others that they may be deleted.
struct Rights {
    merge: Grant,
    edit: Grant,
    delete: Grant,
}

/// A record that is held until the transaction ends.
enum Row {
    Account(Box<AccountRow>),
    Person(Box<PersonRow>),
}

struct Held {
    row: Row,
    known: Known,
}

#[derive(FromRow)]
struct Merged {
    object: String,
    survivor_id: Uuid,
    image: String,
    merged_at: Instant,
}

impl Held {
    fn id(&self) -> Uuid {
        match &self.row {
            Row::Account(row) => row.id.0,
            Row::Person(row) => row.id.0,
        }
    }

    fn number(&self) -> i64 {
        match &self.row {
            Row::Account(row) => row.number.0,
            Row::Person(row) => row.number.0,
        }
    }

    /// `C-1042` or `P-7`.
    fn name(&self) -> String {
        match &self.row {
            Row::Account(row) => row.number.to_string(),
            Row::Person(row) => row.number.to_string(),
        }
    }

    fn version(&self) -> Version {
        match &self.row {
            Row::Account(row) => row.version,
            Row::Person(row) => row.version,
        }
    }

    fn updated_at(&self) -> Instant {
        match &self.row {
            Row::Account(row) => row.updated_at,
            Row::Person(row) => row.updated_at,
        }
    }
}

impl Db {
    /// Makes one record of several. The one that stays keeps its number; each of its fields says what was chosen, what
    /// it said before or, where it said nothing, what the record says that was changed last. It gets the contacts,
    /// addresses, tags, people, notes and shares of the others, which are no longer there; their numbers lead to it,
    /// and an import finds it by their ids in other systems. What whoever merges may not change is neither chosen nor
    /// lost: the record that stays keeps what it says, and everything there can be several of is taken over.
    ///
    /// # Errors
    /// [`Failure::Denied`], also for a right that is missing on one of them; [`Failure::Gone`];
    /// [`Failure::Invalid`] under `ids` for too few, too many or one twice, under the name of a field that is not the
    /// caller's to choose, and where there would be more than a record holds; [`Failure::Conflict`] when one of them
    /// was changed since.
    pub async fn merge(
        &self,
        caller: &Caller,
        kind: BinKind,
        draft: &MergeDraft,
    ) -> Result<MergeId> {
        let grant = policy::check(caller, Action::Merge, kind.object())?;
        let rights = Rights::of(caller, grant)?;
        if !draft.is_sound() {
            let max = i64::try_from(MOST_MERGED).unwrap_or(i64::MAX);
            return Err(StoreError::field("ids", FieldError::OutOfRange { min: 2, max }));
        }
        let mut tx = self.begin().await?;
        let mut records = Vec::with_capacity(MOST_MERGED);
        for seen in draft.records() {
            records.push(rights.hold(&mut tx, kind, seen, draft.kept.id).await?);
        }
        // Only now: who may not see a record is not told that it was changed.
        for (record, seen) in records.iter().zip(draft.records()) {
            if record.version() != seen.version {
                return Err(accounts::stale());
            }
        }
        // The one that stays, then the others, the one that was changed last first.
        if let Some((_, others)) = records.split_first_mut() {
            others.sort_by_key(|record| Reverse(record.updated_at()));
        }
        let after = resolve(caller, &records, draft)?;
        let Some((kept, others)) = records.split_first() else { return Err(Failure::Gone.into()) };
        may_assign(&mut tx, caller, kept, &after).await?;
        let merge = MergeId(new_id());
        let mut image =
            Image { before: kept.known.clone(), after: after.clone(), from: Vec::new() };
        for other in others {
            image.from.push(self.go(&mut tx, caller, kind, kept, other, &draft.left_out).await?);
        }
        rights.write(&mut tx, kept, &kept.known, &after, caller.house.decimals).await?;
        keep_log(&mut tx, caller, kind, merge, kept.id(), &image, others).await?;
        let numbers = others.iter().map(Held::name).collect::<Vec<_>>().join(", ");
        let version = refresh(&mut tx, &rights.edit, kind, kept.id()).await?;
        let line = [FieldChange { field: "merged".into(), before: String::new(), after: numbers }];
        audit::append(&mut tx, &rights.edit, kept.id(), Event::Merged, version, &line).await?;
        for other in others {
            let line = [FieldChange {
                field: "merged_into".into(),
                before: String::new(),
                after: kept.name(),
            }];
            let version = Version(other.version().0 + 1);
            audit::append(&mut tx, &rights.delete, other.id(), Event::Merged, version, &line)
                .await?;
        }
        tx.commit().await?;
        Ok(merge)
    }

    /// One record goes into the one that stays.
    async fn go(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        kind: BinKind,
        kept: &Held,
        other: &Held,
        left_out: &[Uuid],
    ) -> Result<From> {
        let (key, goes) = match kind {
            BinKind::Accounts => (ACCOUNT_KEY, ACCOUNT_GOES),
            BinKind::People => (PERSON_KEY, PERSON_GOES),
        };
        let (source_system, external_id): (Option<String>, Option<String>) =
            on_tx!(tx, |connection| {
                sqlx::query_as(key).bind(other.id()).fetch_one(connection).await
            })?;
        let moved =
            moves::take_over(tx, caller, kind.object(), kept.id(), other.id(), left_out).await?;
        on_tx!(tx, |connection| {
            sqlx::query(goes)
                .bind(caller.now)
                .bind(caller.user)
                .bind(other.id())
                .execute(connection)
                .await
                .map(drop)
        })?;
        Ok(From { source_system, external_id, ..moved })
    }

    /// Parts records that were merged: each is there again with its number, its values and what came from it. What was
    /// changed since on the record that stayed remains there: a field goes back only while it says what the merge made
    /// it say, and what was added or removed since stays added or removed.
    ///
    /// # Errors
    /// As [`Self::merge`]; [`Failure::Gone`] for an unknown merge, one that was taken back already or longer than
    /// [`SPLIT_DAYS`] ago, and when one of its records has left since.
    pub async fn split(&self, caller: &Caller, kind: BinKind, merge: MergeId) -> Result<()> {
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
        let seen = SeenRecord { id: found.survivor_id, version: Version::default() };
        let kept = rights.hold(&mut tx, kind, seen, found.survivor_id).await?;
        for from in &image.from {
            rights.admit_merged(&mut tx, kind, from.id).await?;
        }
        for from in image.from.iter().rev() {
            moves::give_back(&mut tx, kind.object(), kept.id(), from).await?;
        }
        let decimals = caller.house.decimals;
        let after = taken_back(&image, &kept.known, decimals)?;
        rights.write(&mut tx, &kept, &kept.known, &after, decimals).await?;
        forget_in_later(&mut tx, kept.id(), merge, &found, &image, decimals).await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(BACK_AGAIN).bind(merge).execute(connection).await.map(drop)
        })?;
        let mut numbers = Vec::with_capacity(image.from.len());
        for from in &image.from {
            comes(&mut tx, caller, kind, from).await?;
            let seen = SeenRecord { id: from.id, version: Version::default() };
            let back = rights.hold(&mut tx, kind, seen, kept.id()).await?;
            numbers.push(back.name());
            let version = refresh(&mut tx, &rights.merge, kind, from.id).await?;
            let field = "merged_into".to_owned();
            let line = [FieldChange { field, before: kept.name(), after: String::new() }];
            audit::append(&mut tx, &rights.merge, from.id, Event::Split, version, &line).await?;
        }
        let version = refresh(&mut tx, &rights.edit, kind, kept.id()).await?;
        let before = numbers.join(", ");
        let line = [FieldChange { field: "merged".into(), before, after: String::new() }];
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

impl Rights {
    /// With what merging takes besides the right to merge.
    fn of(caller: &Caller, merge: Grant) -> Result<Self> {
        let object = merge.object();
        Ok(Self {
            merge,
            edit: policy::check(caller, Action::Edit, object)?,
            delete: policy::check(caller, Action::Delete, object)?,
        })
    }

    /// A record within all that it takes, held until the transaction ends.
    async fn hold(&self, tx: &mut Tx, kind: BinKind, seen: SeenRecord, kept: Uuid) -> Result<Held> {
        let besides = if seen.id == kept { &self.edit } else { &self.delete };
        match kind {
            BinKind::Accounts => {
                let row = accounts::held(tx, &self.merge, AccountId(seen.id)).await?;
                besides.admit(Subject::Account(row.id), row.owner_id)?;
                let known = Known::Account(row.whole()?);
                Ok(Held { row: Row::Account(Box::new(row)), known })
            }
            BinKind::People => {
                let row = people::held(tx, &self.merge, PersonId(seen.id)).await?;
                within::admit_person(tx, besides, row.id, row.owner_id).await?;
                let known = Known::Person(row.whole()?);
                Ok(Held { row: Row::Person(Box::new(row)), known })
            }
        }
    }

    /// Refuses a record that went into another, unless it could be merged and deleted.
    async fn admit_merged(&self, tx: &mut Tx, kind: BinKind, id: Uuid) -> Result<()> {
        for grant in [&self.merge, &self.delete] {
            crate::bin::admit(tx, grant, kind, id).await?;
        }
        Ok(())
    }

    /// Writes the fields of the record that stays, where they change.
    async fn write(
        &self,
        tx: &mut Tx,
        held: &Held,
        before: &Known,
        after: &Known,
        decimals: u8,
    ) -> Result<()> {
        let grant = &self.edit;
        match (&held.row, before, after) {
            (Row::Account(row), Known::Account(before), Known::Account(after)) => {
                accounts::write(tx, grant, row, before, after, decimals).await.map(drop)
            }
            (Row::Person(row), Known::Person(before), Known::Person(after)) => {
                people::write(tx, grant, row, before, after).await.map(drop)
            }
            _ => Err(StoreError::Unreadable("merge_log.image")),
        }
    }
}

/// What the record that stays says afterwards. A field that the caller may not change cannot be chosen.
fn resolve(caller: &Caller, records: &[Held], draft: &MergeDraft) -> Result<Known> {
    let kept = records.first().ok_or(Failure::Gone)?;
    let decimals = caller.house.decimals;
    let fields = kept.known.fields();
    let unknown =
        draft.choices.iter().find(|choice| !fields.iter().any(|(name, _)| *name == choice.field));
    if let Some(choice) = unknown {
        return Err(FormErrors::one(&choice.field, FieldError::UnknownOption).into());
    }
    let is_chosen = |name: &str| draft.choices.iter().any(|choice| choice.field == name);
    let chosen = fields.iter().copied().filter(|(name, _)| is_chosen(name));
    details::must_edit(caller, kept.known.object(), chosen)?;
    let mut after = kept.known.clone();
    for (name, _) in &fields {
        // A day means nothing without its calendar.
        let asked = if *name == "birthday_calendar" { "birthday" } else { *name };
        let choice = draft.choices.iter().find(|choice| choice.field == asked);
        let chosen = choice.and_then(|choice| records.iter().position(|r| r.id() == choice.from));
        let filled: Vec<bool> =
            records.iter().map(|record| record.known.is_filled(asked, decimals)).collect();
        let from = source(chosen, &filled);
        if from > 0
            && let Some(record) = records.get(from)
        {
            after.set(name, &record.known.get(name, decimals), decimals)?;
        }
    }
    // The last contact with either is the last contact with the one they are.
    let last = records.iter().map(|record| record.known.contacted()).max();
    *after.last_contact() = last.unwrap_or_default();
    Ok(after)
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

/// Refuses another owner of the record that stays, unless the caller may assign it.
async fn may_assign(tx: &mut Tx, caller: &Caller, kept: &Held, after: &Known) -> Result<()> {
    let (before, owner): (Option<UserId>, _) = (kept.known.owner(), after.owner());
    if owner == before {
        return Ok(());
    }
    let assign = policy::check(caller, Action::Assign, kept.known.object())?;
    match &kept.row {
        Row::Account(row) => assign.admit(Subject::Account(row.id), before)?,
        Row::Person(row) => within::admit_person(tx, &assign, row.id, before).await?,
    }
    policy::owner_to_be(caller, kept.known.object(), owner)?;
    accounts::check_owner(tx, owner).await
}

/// Keeps what is needed to take it back, and where the numbers of the others lead.
async fn keep_log(
    tx: &mut Tx,
    caller: &Caller,
    kind: BinKind,
    merge: MergeId,
    kept: Uuid,
    image: &Image,
    others: &[Held],
) -> Result<()> {
    let object = kind.object().code();
    let json = image.to_json()?;
    on_tx!(tx, |connection| {
        sqlx::query(LOG)
            .bind(merge)
            .bind(object)
            .bind(kept)
            .bind(json)
            .bind(caller.now)
            .bind(caller.user)
            .execute(connection)
            .await
            .map(drop)
    })?;
    for (other, from) in others.iter().zip(&image.from) {
        on_tx!(tx, |connection| {
            sqlx::query(WENT)
                .bind(other.id())
                .bind(object)
                .bind(other.number())
                .bind(kept)
                .bind(merge)
                .bind(from.source_system.as_deref())
                .bind(from.external_id.as_deref())
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}

/// What the record that stayed had from a merge that is taken back, it does not get again when it is parted from what
/// it took in later.
async fn forget_in_later(
    tx: &mut Tx,
    kept: Uuid,
    merge: MergeId,
    merged: &Merged,
    image: &Image,
    decimals: u8,
) -> Result<()> {
    let statement = to_change!(tx, LATER);
    let later: Vec<(MergeId, String)> = on_tx!(&mut *tx, |connection| {
        sqlx::query_as(statement)
            .bind(kept)
            .bind(merge)
            .bind(merged.merged_at)
            .fetch_all(connection)
            .await
    })?;
    for (id, stored) in later {
        let mut other = Image::parse(&stored)?;
        if other.without(image, decimals)? {
            let json = other.to_json()?;
            on_tx!(&mut *tx, |connection| {
                sqlx::query(KEEP_IMAGE).bind(json).bind(id).execute(connection).await.map(drop)
            })?;
        }
    }
    Ok(())
}

/// Brings back a record that went into another.
async fn comes(tx: &mut Tx, caller: &Caller, kind: BinKind, from: &From) -> Result<()> {
    let (comes, keyed) = match kind {
        BinKind::Accounts => (ACCOUNT_COMES, ACCOUNT_KEYED),
        BinKind::People => (PERSON_COMES, PERSON_KEYED),
    };
    let version: Option<Version> = on_tx!(tx, |connection| {
        sqlx::query_scalar(comes)
            .bind(caller.now)
            .bind(caller.user)
            .bind(from.id)
            .fetch_optional(connection)
            .await
    })?;
    version.ok_or(Failure::Gone)?;
    if let (Some(system), Some(id)) = (&from.source_system, &from.external_id) {
        on_tx!(tx, |connection| {
            sqlx::query(keyed)
                .bind(system)
                .bind(id)
                .bind(from.id)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}

/// Counts a change and makes anew what a record is found by.
async fn refresh(tx: &mut Tx, grant: &Grant, kind: BinKind, id: Uuid) -> Result<Version> {
    let contacts = contact_points::of(tx.connection(), id).await?;
    match kind {
        BinKind::Accounts => {
            let version = accounts::touch(tx, grant, AccountId(id)).await?;
            let row = accounts::live(tx, grant, AccountId(id)).await?;
            let document = accounts::document(row.number, &row.whole()?, &contacts);
            Index::Accounts.put(tx, &[(row.number.0, document)]).await?;
            Ok(version)
        }
        BinKind::People => {
            let version = people::touch(tx, grant, PersonId(id)).await?;
            let row = people::live(tx, grant, PersonId(id)).await?;
            let document = people::document(row.number, &row.whole()?, &contacts);
            Index::People.put(tx, &[(row.number.0, document)]).await?;
            Ok(version)
        }
    }
}
