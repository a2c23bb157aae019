//! Records of a merge, held and within what it takes of each: who may merge, change, delete and hand over.

use crate::{accounts, db::Tx, error::Result, held::Held};
use domain::{
    merge::MergeDraft,
    merge::MergeKind,
    policy::{self, Action, Caller, Grant},
};
use uuid::Uuid;

/// What has to be granted of the records of a merge: of each that it may be merged, of the one that stays that it may
/// be changed.
pub(super) struct Rights {
    pub merge: Grant,
    pub edit: Grant,
}

impl Rights {
    /// With what merging takes besides the right to merge.
    pub(super) fn of(caller: &Caller, merge: Grant) -> Result<Self> {
        let edit = policy::check(caller, Action::Edit, merge.object())?;
        Ok(Self { merge, edit })
    }

    /// The record that stays, held.
    pub(super) async fn hold_kept(&self, tx: &mut Tx, kind: MergeKind, id: Uuid) -> Result<Held> {
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
        kind: MergeKind,
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
