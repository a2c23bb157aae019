//! Changes to several records of a list in one step, all of them or none: who is in charge, and tags; and the way back.
//! What one deal goes through is in `opportunities/edit.rs`.

use crate::{
    db::{Db, Tx},
    error::{Result, StoreError},
    held::Held,
    opportunities, tags,
};
use domain::{
    at_once::{Reassigned, Tagged},
    bin::{AT_ONCE, BinKind},
    failure::Failure,
    field::FieldError,
    id::{AccountId, OpportunityId, UserId},
    merge::MergeKind,
    policy::{self, Action, Caller, Grant, Object},
    tag::tags as read_tags,
    text,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What it takes to change a number of records in one step: each of `actions`, and for several the right to change many
/// besides. The first of them is what the change is written with.
struct Grants {
    first: Grant,
    others: Vec<Grant>,
}

impl Grants {
    fn ask(
        caller: &Caller,
        object: Object,
        first: Action,
        further: Option<Action>,
        count: usize,
    ) -> Result<Self> {
        let many = (count > 1).then_some(Action::BulkEdit);
        let first = policy::check(caller, first, object)?;
        let others = further.into_iter().chain(many);
        let others = others.map(|action| policy::check(caller, action, object));
        let others = others.collect::<std::result::Result<_, _>>()?;
        if count > AT_ONCE {
            let max = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
            return Err(Failure::field("ids", FieldError::OutOfRange { min: 1, max }).into());
        }
        Ok(Self { first, others })
    }

    /// All of them, the one the change is written with first.
    fn all(&self) -> Vec<&Grant> {
        std::iter::once(&self.first).chain(&self.others).collect()
    }

    /// A record that every one of them reaches, held until the transaction ends.
    async fn hold(&self, tx: &mut Tx, kind: MergeKind, id: Uuid) -> Result<Held> {
        let held = Held::anyhow(tx, kind, id).await?;
        held.admit(tx, &self.first).await?;
        for grant in &self.others {
            held.admit(tx, grant).await?;
        }
        Ok(held)
    }
}

impl Db {
    /// Puts somebody, or nobody, in charge of records; answers those that went over, with who was in charge before.
    ///
    /// # Errors
    /// [`Failure::Denied`] without the rights to change and to assign each of them, and for several to change many;
    /// [`Failure::Invalid`] for more than [`AT_ONCE`], and under `owner` for somebody who may not sign in;
    /// [`Failure::Gone`] when one is not there or not for the caller to see.
    pub async fn assign_records(
        &self,
        caller: &Caller,
        kind: impl Into<BinKind> + Send,
        ids: &[Uuid],
        to: Option<UserId>,
    ) -> Result<Vec<Reassigned>> {
        let wanted = ids.iter().map(|id| (*id, to)).collect();
        self.reassign(caller, kind.into(), wanted, |_| true).await
    }

    /// Takes that back: whoever was in charge is again, of those that are still in the hands of `from`. Answers how
    /// many these were.
    ///
    /// # Errors
    /// As [`Self::assign_records`].
    pub async fn assign_back(
        &self,
        caller: &Caller,
        kind: impl Into<BinKind> + Send,
        from: Option<UserId>,
        went: &[Reassigned],
    ) -> Result<u64> {
        let wanted = went.iter().map(|went| (went.id, went.before)).collect();
        let back = self.reassign(caller, kind.into(), wanted, |owner| owner == from).await?;
        Ok(back.len() as u64)
    }

    /// Each record to whom it is to go, of those whose owner is `meant`.
    async fn reassign(
        &self,
        caller: &Caller,
        kind: BinKind,
        wanted: Vec<(Uuid, Option<UserId>)>,
        meant: impl Fn(Option<UserId>) -> bool + Send + Sync,
    ) -> Result<Vec<Reassigned>> {
        let object = kind.object();
        let grants = Grants::ask(caller, object, Action::Edit, Some(Action::Assign), wanted.len())?;
        let of_kind = match kind {
            BinKind::Accounts => Some(MergeKind::Accounts),
            BinKind::People => Some(MergeKind::People),
            BinKind::Opportunities => None,
            // Orders have no owner, and cases are given one by one.
            BinKind::Orders | BinKind::Cases => return Err(Failure::Gone.into()),
        };
        let mut tx = self.begin().await?;
        let mut went = Vec::new();
        // In one order, so that two who change the same ones wait for each other and not in a ring.
        let wanted: BTreeMap<Uuid, Option<UserId>> = wanted.into_iter().collect();
        for (id, to) in wanted {
            let Some(of_kind) = of_kind else {
                let (id, all) = (OpportunityId(id), grants.all());
                let over = opportunities::put_in_charge(&mut tx, caller, &all, id, to, &meant);
                went.extend(over.await?);
                continue;
            };
            let held = grants.hold(&mut tx, of_kind, id).await?;
            let before = held.owner();
            if before == to || !meant(before) {
                continue;
            }
            held.put_in_charge(&mut tx, caller, to).await?;
            let mut after = held.known.clone();
            after.set_owner(to);
            held.write(&mut tx, &grants.first, &after, caller.house.decimals).await?;
            went.push(Reassigned { id, before });
        }
        tx.commit().await?;
        Ok(went)
    }

    /// Puts tags on customers; answers those that got any, each with what it did not have before.
    ///
    /// # Errors
    /// [`Failure::Denied`] without the right to change each of them, and for several to change many;
    /// [`Failure::Invalid`] for more than [`AT_ONCE`], and under `tags` for none, or when one of the customers had too
    /// many then; [`Failure::Gone`] when one is not there or not for the caller to see.
    pub async fn tag_accounts(
        &self,
        caller: &Caller,
        ids: &[AccountId],
        add: &[String],
    ) -> Result<Vec<Tagged>> {
        let grants = Grants::ask(caller, Object::Account, Action::Edit, None, ids.len())?;
        let ids: BTreeSet<Uuid> = ids.iter().map(|id| id.0).collect();
        let wanted = read_tags(&add.join(",")).map_err(|error| StoreError::field("tags", error))?;
        if wanted.is_empty() {
            return Err(StoreError::field("tags", FieldError::Required));
        }
        let mut tx = self.begin().await?;
        // All of them before the first tag: whoever changes one customer takes it before its tags, too.
        for id in &ids {
            grants.hold(&mut tx, MergeKind::Accounts, *id).await?;
        }
        let mut tagged = Vec::new();
        for account in ids.into_iter().map(AccountId) {
            let has = tags::of(tx.connection(), account).await?;
            let new = without(&wanted, &has);
            if !new.is_empty() {
                tags::change(&mut tx, &grants.first, account, &new, &[]).await?;
                tagged.push(Tagged { account, tags: new });
            }
        }
        tx.commit().await?;
        Ok(tagged)
    }

    /// Takes that back: each customer loses what it got, as far as it still has it. Answers how many these were.
    ///
    /// # Errors
    /// As [`Self::tag_accounts`].
    pub async fn untag_accounts(&self, caller: &Caller, tagged: &[Tagged]) -> Result<u64> {
        let grants = Grants::ask(caller, Object::Account, Action::Edit, None, tagged.len())?;
        let wanted: BTreeMap<Uuid, &[String]> =
            tagged.iter().map(|tagged| (tagged.account.0, &*tagged.tags)).collect();
        let mut tx = self.begin().await?;
        for id in wanted.keys() {
            grants.hold(&mut tx, MergeKind::Accounts, *id).await?;
        }
        let mut changed = 0;
        for (id, got) in wanted {
            let account = AccountId(id);
            let has = tags::of(tx.connection(), account).await?;
            let kept = without(&has, got);
            if kept.len() < has.len() {
                tags::change(&mut tx, &grants.first, account, &[], &without(&has, &kept)).await?;
                changed += 1;
            }
        }
        tx.commit().await?;
        Ok(changed)
    }
}

/// Those of some tags that are none of the others, however these are written.
fn without(tags: &[String], others: &[String]) -> Vec<String> {
    let others: BTreeSet<String> = others.iter().map(|tag| text::fold(tag)).collect();
    tags.iter().filter(|tag| !others.contains(&text::fold(tag))).cloned().collect()
}
