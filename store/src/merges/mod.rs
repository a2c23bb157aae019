//! Several records that are the same become one, and are parted again within [`domain::merge::SPLIT_DAYS`] (`split`).
//! Owns every statement on `merge_log` and `merged_record`; what hangs on records is moved by `moves`.

mod family;
mod image;
mod moves;
mod reach;
mod rights;
mod sheet;
mod split;

use crate::{
    audit,
    db::{Db, Tx, on_tx},
    details,
    error::{Result, StoreError},
    held::{Held, Known},
    rows::new_id,
    shares,
};
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::{FieldError, FormErrors},
    id::{MergeId, Version},
    merge::MergeKind,
    merge::{FieldChoice, MOST_MERGED, MergeDraft, source},
    policy::{self, Action, Caller},
};
use image::{From, Image};
use moves::LeftOut;
use rights::Rights;
use std::cmp::Reverse;
use uuid::Uuid;

const ACCOUNT_KEY: &str = "SELECT source_system, external_id FROM account WHERE id = $1";
const PERSON_KEY: &str = "SELECT source_system, external_id FROM person WHERE id = $1";
const ACCOUNT_GOES: &str = "UPDATE account SET deleted_at = $1, deleted_by = $2, external_id = NULL, version = version + 1, \
     updated_at = $1, updated_by = $2 WHERE id = $3";
const PERSON_GOES: &str = "UPDATE person SET deleted_at = $1, deleted_by = $2, external_id = NULL, version = version + 1, \
     updated_at = $1, updated_by = $2 WHERE id = $3";
const LOG: &str = "INSERT INTO merge_log (id, object, survivor_id, image, depth, merged_at, merged_by) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const WENT: &str = "INSERT INTO merged_record (record_id, object, number, survivor_id, merge_id, source_system, external_id) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";

impl Db {
    /// Makes one record of several. The one that stays keeps its number; each of its fields says what was chosen, what
    /// it said before or, where it said nothing, what the record says that was changed last. It gets the contacts,
    /// addresses, tags, people, notes, shares and customers of the others, which are no longer there; their numbers lead
    /// to it, and an import finds it by their ids in other systems. What whoever merges may not change is neither chosen
    /// nor lost: the record that stays keeps what it says, and everything there can be several of is taken over.
    ///
    /// It takes the right to merge each of them, to change the one that stays, to delete the others, and to assign those
    /// that somebody else is in charge of than of the one that stays, as they come into other hands.
    ///
    /// # Errors
    /// [`Failure::Denied`], also for a right that is missing on one of them; [`Failure::Gone`];
    /// [`Failure::Invalid`] under `ids` for too few, too many or one twice, under the name of a field that is not the
    /// caller's to choose, and where there would be more than a record holds; [`Failure::Conflict`] when one of them
    /// was changed since.
    pub async fn merge(
        &self,
        caller: &Caller,
        kind: MergeKind,
        draft: &MergeDraft,
    ) -> Result<MergeId> {
        let grant = policy::check(caller, Action::Merge, kind.object())?;
        let rights = Rights::of(caller, grant)?;
        if !draft.is_sound() {
            let max = i64::try_from(MOST_MERGED).unwrap_or(i64::MAX);
            return Err(StoreError::field("ids", FieldError::OutOfRange { min: 2, max }));
        }
        let mut tx = self.begin().await?;
        let mut records = rights.hold_all(&mut tx, caller, kind, draft).await?;
        // The one that stays, then the others, the one that was changed last first.
        if let Some((_, others)) = records.split_first_mut() {
            others.sort_by_key(|record| Reverse(record.updated_at()));
        }
        let after = resolve(caller, &records, draft)?;
        let Some((kept, others)) = records.split_first() else { return Err(Failure::Gone.into()) };
        kept.put_in_charge(&mut tx, caller, after.owner()).await?;
        for other in others {
            other.hand_over(&mut tx, caller, after.owner()).await?;
        }
        if kind == MergeKind::Accounts {
            let ids: Vec<Uuid> = others.iter().map(Held::id).collect();
            reach::hold_people(&mut tx, reach::People::At(&ids)).await?;
        }
        let left_out = LeftOut::of(&mut tx, caller, others, &draft.left_out).await?;
        let mut image = Image {
            before: kept.known.clone(),
            after: after.clone(),
            parent: [None, None],
            from: Vec::with_capacity(others.len()),
        };
        for other in others {
            let mut from = go(&mut tx, caller, kind, kept, other, &left_out).await?;
            let stays = (kept.subject(), kept.owner(), after.owner());
            from.shares = shares::take_over(&mut tx, caller, stays, other.subject()).await?;
            image.from.push(from);
        }
        if kind == MergeKind::Accounts {
            let moved = family::take_over(&mut tx, &rights.edit, kept, others).await?;
            image.parent = moved.parent;
            for (from, children) in image.from.iter_mut().zip(moved.children) {
                from.children = children;
            }
        }
        kept.write(&mut tx, &rights.edit, &after, caller.house.decimals).await?;
        let merge = keep_log(&mut tx, caller, kind, kept.id(), &image, others).await?;
        let numbers = others.iter().map(Held::name).collect::<Vec<_>>().join(", ");
        let version = kept.count(&mut tx, &rights.edit, &after).await?;
        let mut line =
            vec![FieldChange { field: "merged".into(), before: String::new(), after: numbers }];
        line.extend(family::told(&mut tx, image.parent).await?);
        audit::append(&mut tx, &rights.edit, kept.id(), Event::Merged, version, &line).await?;
        for other in others {
            let line = [FieldChange {
                field: "merged_into".into(),
                before: String::new(),
                after: kept.name(),
            }];
            let version = Version(other.version().0 + 1);
            audit::append(&mut tx, &rights.merge, other.id(), Event::Merged, version, &line)
                .await?;
        }
        tx.commit().await?;
        Ok(merge)
    }
}

/// One record goes into the one that stays.
async fn go(
    tx: &mut Tx,
    caller: &Caller,
    kind: MergeKind,
    kept: &Held,
    other: &Held,
    left_out: &LeftOut,
) -> Result<From> {
    let (key, goes) = match kind {
        MergeKind::Accounts => (ACCOUNT_KEY, ACCOUNT_GOES),
        MergeKind::People => (PERSON_KEY, PERSON_GOES),
    };
    let (source_system, external_id): (Option<String>, Option<String>) =
        on_tx!(&mut *tx, |connection| {
            sqlx::query_as(key).bind(other.id()).fetch_one(connection).await
        })?;
    let moved = moves::take_over(tx, caller, kept, other, left_out).await?;
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

/// What the record that stays says afterwards. A field that the caller may not change on the record that stays, or on the
/// one whose value is wanted, cannot be chosen.
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
    for record in records {
        let of_it = |choice: &&FieldChoice| choice.from == record.id() || record.id() == kept.id();
        let chosen = chosen.clone().filter(|(name, _)| {
            draft.choices.iter().filter(of_it).any(|choice| choice.field == *name)
        });
        details::must_edit(caller, kept.known.object(), record.owner(), chosen)?;
    }
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

/// Keeps what is needed to take it back, and where the numbers of the others lead.
async fn keep_log(
    tx: &mut Tx,
    caller: &Caller,
    kind: MergeKind,
    kept: Uuid,
    image: &Image,
    others: &[Held],
) -> Result<MergeId> {
    let (merge, object) = (MergeId(new_id()), kind.object().code());
    let reached = image.reached(kept);
    let depth = reach::depth(tx, &reached).await?;
    let json = image.to_json()?;
    on_tx!(tx, |connection| {
        sqlx::query(LOG)
            .bind(merge)
            .bind(object)
            .bind(kept)
            .bind(json)
            .bind(depth)
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
    let merged: Vec<Uuid> = image.from.iter().map(|from| from.id).chain([kept]).collect();
    reach::keep(tx, merge, &reached, &merged).await?;
    Ok(merge)
}
