//! Records of a merge, held and within what it takes of each: who may merge, change, delete and hand over.

use super::image::Known;
use crate::{
    accounts, contact_points,
    db::Tx,
    dialect::Index,
    error::{Result, StoreError},
    people,
    rows::{AccountRow, PersonRow},
    within,
};
use domain::{
    bin::BinKind,
    failure::Failure,
    id::{AccountId, PersonId, UserId, Version},
    merge::MergeDraft,
    note::Subject,
    policy::{self, Action, Caller, Grant},
    time::Instant,
};
use uuid::Uuid;

/// What has to be granted of the records of a merge: of each that it may be merged, of the one that stays that it may
/// be changed.
pub(super) struct Rights {
    pub merge: Grant,
    pub edit: Grant,
}

/// A record that is held until the transaction ends.
pub(super) struct Held {
    row: Row,
    pub known: Known,
}

enum Row {
    Account(Box<AccountRow>),
    Person(Box<PersonRow>),
}

impl Held {
    pub(super) fn id(&self) -> Uuid {
        self.subject().id()
    }

    pub(super) fn subject(&self) -> Subject {
        match &self.row {
            Row::Account(row) => Subject::Account(row.id),
            Row::Person(row) => Subject::Person(row.id),
        }
    }

    pub(super) fn owner(&self) -> Option<UserId> {
        match &self.row {
            Row::Account(row) => row.owner_id,
            Row::Person(row) => row.owner_id,
        }
    }

    pub(super) fn number(&self) -> i64 {
        match &self.row {
            Row::Account(row) => row.number.0,
            Row::Person(row) => row.number.0,
        }
    }

    /// `C-1042` or `P-7`.
    pub(super) fn name(&self) -> String {
        match &self.row {
            Row::Account(row) => row.number.to_string(),
            Row::Person(row) => row.number.to_string(),
        }
    }

    pub(super) fn version(&self) -> Version {
        match &self.row {
            Row::Account(row) => row.version,
            Row::Person(row) => row.version,
        }
    }

    pub(super) fn updated_at(&self) -> Instant {
        match &self.row {
            Row::Account(row) => row.updated_at,
            Row::Person(row) => row.updated_at,
        }
    }

    /// A record by its identity, whoever may see it; also one that went into another.
    pub(super) async fn anyhow(tx: &mut Tx, kind: BinKind, id: Uuid) -> Result<Self> {
        match kind {
            BinKind::Accounts => {
                let row = accounts::held_anyhow(tx, AccountId(id)).await?.ok_or(Failure::Gone)?;
                let known = Known::Account(row.whole()?);
                Ok(Self { row: Row::Account(Box::new(row)), known })
            }
            BinKind::People => {
                let row = people::held_anyhow(tx, PersonId(id)).await?.ok_or(Failure::Gone)?;
                let known = Known::Person(row.whole()?);
                Ok(Self { row: Row::Person(Box::new(row)), known })
            }
        }
    }

    fn is_binned(&self) -> bool {
        match &self.row {
            Row::Account(row) => row.deleted_at.is_some(),
            Row::Person(row) => row.deleted_at.is_some(),
        }
    }

    /// Refuses the record unless it is there and within what is granted.
    pub(super) async fn admit(&self, tx: &mut Tx, grant: &Grant) -> Result<()> {
        if self.is_binned() {
            return Err(Failure::Gone.into());
        }
        match &self.row {
            Row::Account(row) => Ok(grant.admit(Subject::Account(row.id), row.owner_id)?),
            Row::Person(row) => within::admit_person(tx, grant, row.id, row.owner_id).await,
        }
    }

    /// Writes what the record says afterwards, where that differs.
    pub(super) async fn write(
        &self,
        tx: &mut Tx,
        grant: &Grant,
        after: &Known,
        decimals: u8,
    ) -> Result<()> {
        match (&self.row, &self.known, after) {
            (Row::Account(row), Known::Account(before), Known::Account(after)) => {
                accounts::write(tx, grant, row, before, after, decimals).await.map(drop)
            }
            (Row::Person(row), Known::Person(before), Known::Person(after)) => {
                people::write(tx, grant, row, before, after).await.map(drop)
            }
            _ => Err(StoreError::Unreadable("merge_log.image")),
        }
    }

    /// Counts a change and makes anew what the record is found by, when it says `known`.
    pub(super) async fn count(&self, tx: &mut Tx, grant: &Grant, known: &Known) -> Result<Version> {
        let contacts = contact_points::of(tx.connection(), self.id()).await?;
        match (&self.row, known) {
            (Row::Account(row), Known::Account(data)) => {
                let version = accounts::counted(tx, grant, row.id).await?;
                let document = accounts::document(row.number, data, &contacts);
                Index::Accounts.put(tx, &[(row.number.0, document)]).await?;
                Ok(version)
            }
            (Row::Person(row), Known::Person(data)) => {
                let version = people::counted(tx, grant, row.id).await?;
                let document = people::document(row.number, data, &contacts);
                Index::People.put(tx, &[(row.number.0, document)]).await?;
                Ok(version)
            }
            _ => Err(StoreError::Unreadable("merge_log.image")),
        }
    }

    /// Refuses to put `heir` in charge of what the record says, unless the caller may hand it over to them: that is
    /// what a merge does whose record that stays is in other hands.
    pub(super) async fn hand_over(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        heir: Option<UserId>,
    ) -> Result<()> {
        let owner = self.owner();
        if owner == heir {
            return Ok(());
        }
        let assign = policy::check(caller, Action::Assign, self.subject().object())?;
        self.admit(tx, &assign).await?;
        Ok(policy::take_over(caller, self.subject(), owner, heir)?)
    }

    /// The same for who is put in charge of the record that stays itself, who has to be able to be.
    pub(super) async fn put_in_charge(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        heir: Option<UserId>,
    ) -> Result<()> {
        if self.owner() == heir {
            return Ok(());
        }
        self.hand_over(tx, caller, heir).await?;
        policy::owner_to_be(caller, self.subject().object(), heir)?;
        accounts::check_owner(tx, heir).await
    }
}

impl Rights {
    /// With what merging takes besides the right to merge.
    pub(super) fn of(caller: &Caller, merge: Grant) -> Result<Self> {
        let edit = policy::check(caller, Action::Edit, merge.object())?;
        Ok(Self { merge, edit })
    }

    /// The record that stays, held.
    pub(super) async fn hold_kept(&self, tx: &mut Tx, kind: BinKind, id: Uuid) -> Result<Held> {
        let record = Held::anyhow(tx, kind, id).await?;
        record.admit(tx, &self.merge).await?;
        record.admit(tx, &self.edit).await?;
        Ok(record)
    }

    /// All records of a merge, held, the one that stays first. They are held in the order of their ids: two merges at
    /// once wait for one another instead of both.
    ///
    /// # Errors
    /// [`Failure::Gone`], [`Failure::Denied`]; [`Failure::Conflict`] for one that was changed since, which only who may
    /// see all of them is told.
    pub(super) async fn hold_all(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        kind: BinKind,
        draft: &MergeDraft,
    ) -> Result<Vec<Held>> {
        let delete = policy::check(caller, Action::Delete, kind.object())?;
        let mut ids: Vec<Uuid> = draft.records().map(|seen| seen.id).collect();
        ids.sort_unstable();
        let mut held = Vec::with_capacity(ids.len());
        for id in ids {
            held.push(if id == draft.kept.id {
                self.hold_kept(tx, kind, id).await?
            } else {
                let record = Held::anyhow(tx, kind, id).await?;
                record.admit(tx, &self.merge).await?;
                record.admit(tx, &delete).await?;
                record
            });
        }
        let place = |record: &Held| draft.records().position(|seen| seen.id == record.id());
        held.sort_by_key(place);
        if held.iter().zip(draft.records()).any(|(record, seen)| record.version() != seen.version) {
            return Err(accounts::stale());
        }
        Ok(held)
    }
}
