//! Whoever is to do something: nobody is given what is about a record that they do not see, because it would stand nowhere
//! for them.

use crate::{
    accounts::check_owner,
    db::{Connection, Db, Tx},
    error::{Result, StoreError},
    within,
};
use domain::{
    field::FieldError,
    id::UserId,
    merge::MergeKind,
    note::Subject,
    policy::{self, Caller, Object},
};

/// Somebody who is given something to do, with the rights they have now.
pub(super) struct Taker {
    user: UserId,
    /// The caller they would be; nobody for one who is unknown or switched off.
    theirs: Option<Caller>,
}

impl Db {
    /// Who `user` is, before the transaction that gives them something.
    pub(super) async fn taker(&self, caller: &Caller, user: UserId) -> Result<Taker> {
        policy::view(caller, Object::Activity)?;
        let own = user == caller.user;
        let theirs =
            if own { Some(caller.clone()) } else { self.in_place_of(caller, user).await? };
        Ok(Taker { user, theirs })
    }
}

impl Taker {
    /// Refuses whoever may not sign in or does not see the record. The caller does: they were asked before.
    pub(super) async fn must_see(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        subject: Subject,
    ) -> Result<()> {
        if self.user == caller.user {
            return Ok(());
        }
        check_owner(tx, Some(self.user)).await?;
        let Some(theirs) = &self.theirs else {
            return Err(StoreError::field("owner", FieldError::Unknown));
        };
        if sees(tx.connection(), theirs, subject).await? {
            return Ok(());
        }
        // Deals are nobody's to share.
        let shares = MergeKind::of(subject).is_some();
        Err(StoreError::field("owner", FieldError::OutOfSight { shares }))
    }
}

/// Whether somebody sees what hangs on a record.
async fn sees(mut held: Connection<'_>, caller: &Caller, subject: Subject) -> Result<bool> {
    let rights = [Object::Activity, subject.object()].map(|object| policy::view(caller, object));
    let [Ok(_), Ok(scope)] = rights else { return Ok(false) };
    let Some((owner, _)) = within::owner(held.again(), subject).await? else { return Ok(false) };
    within::covers(held, &scope, subject, owner).await
}
