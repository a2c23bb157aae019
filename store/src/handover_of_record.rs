//! One record goes into the hands of a colleague, with a word about it: an owner, a note and a share in one step.

use crate::{
    activities,
    db::Db,
    error::{Result, StoreError},
    held::Held,
    notifications, operations, shares,
};
use domain::{
    failure::Failure,
    field::FieldError,
    handover::RecordHandover,
    id::OperationId,
    merge::MergeKind,
    note::Subject,
    policy::{self, Action, Caller, Object},
};

/// What is kept of an attempt that kept a share.
const KEPT: &str = "kept";

impl Db {
    /// Puts a colleague in charge of a record, writes down why, and, where that is wanted, keeps it shared with the
    /// caller, who gets no more of it than they could give. `operation` names the attempt: the same one sent again does
    /// nothing. Answers whether it stays shared: whoever could give nothing of it keeps nothing.
    ///
    /// # Errors
    /// [`Failure::Denied`] without the rights to change and to assign it, or to write notes; [`Failure::Gone`]; complaints about `to` for whoever is in charge already, may not sign in or is
    /// out of the caller's reach.
    pub async fn hand_over_record(
        &self,
        caller: &Caller,
        operation: OperationId,
        record: Subject,
        wanted: &RecordHandover,
    ) -> Result<bool> {
        // A deal is handed over where its fields are.
        let kind = MergeKind::of(record).ok_or(Failure::Gone)?;
        let grant = policy::check(caller, Action::Edit, record.object())?;
        policy::check(caller, Action::Assign, record.object())?;
        let notes = match &wanted.note {
            Some(_) => Some(policy::check(caller, Action::Create, Object::Activity)?),
            None => None,
        };
        let mut tx = self.begin().await?;
        let made =
            operations::made_before(&mut tx, caller, operation, &(record, wanted), "to").await?;
        if let Some(answer) = made {
            return Ok(answer == KEPT);
        }
        // Before the record, as whoever shares it does.
        shares::begin_change(&mut tx).await?;
        let held = Held::anyhow(&mut tx, kind, record.id()).await?;
        held.admit(&mut tx, &grant).await?;
        if held.owner() == Some(wanted.to) {
            return Err(StoreError::field("to", FieldError::UnknownOption));
        }
        let given = shares::most_given(&mut tx, caller, record, held.owner()).await?;
        let placed = held.put_in_charge(&mut tx, caller, Some(wanted.to)).await;
        placed.map_err(|error| match error {
            StoreError::Refused(Failure::Invalid(_)) => {
                StoreError::field("to", FieldError::Unknown)
            }
            error => error,
        })?;
        let mut after = held.known.clone();
        after.set_owner(Some(wanted.to));
        held.write(&mut tx, &grant, &after, caller.house.decimals).await?;
        notifications::put_in_charge(&mut tx, caller, record, Some(wanted.to)).await?;
        if let (Some(body), Some(grant)) = (&wanted.note, &notes) {
            activities::write_note(&mut tx, grant, record, body).await?;
        }
        let wanted = wanted.keep && wanted.to != caller.user;
        let kept = if let Some((grant, level)) = given.filter(|_| wanted) {
            shares::keep(&mut tx, caller, &grant, record, level).await?;
            true
        } else {
            false
        };
        let answer = if kept { KEPT } else { "" };
        operations::finish_attempt(&mut tx, caller, operation, answer).await?;
        tx.commit().await?;
        Ok(kept)
    }
}
