//! Looks whether the audit log still holds: walks through it line by line, in pieces, with the memory of one.

use super::{
    chain::{Anchor, BYTES, Bytes, Kept, NOTHING, Personal, names},
    write::{HEAD, Head},
};
use crate::{
    db::{Db, on_read},
    error::{Result, StoreError},
    settings,
};
use const_format::concatcp;
use domain::{
    audit::{AuditState, Checked, Fault, FaultKind},
    policy::{self, Action, Caller, Object},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Lines read at once.
const ROWS: i64 = 500;
/// The setting that holds what was found last.
const STATE: &str = "audit.state";

#[derive(FromRow)]
struct Row {
    number: i64,
    at: i64,
    user_id: Uuid,
    on_behalf_of: Option<Uuid>,
    origin: String,
    object: String,
    object_id: Uuid,
    event: String,
    version: i64,
    erases: String,
    personal_digest: Vec<u8>,
    seal: Vec<u8>,
    salt: Vec<u8>,
    fields: String,
    address: String,
    agent: String,
    erased_by: Option<i64>,
}

impl Row {
    fn content(&self) -> Bytes {
        Kept {
            at: self.at,
            user: self.user_id,
            on_behalf_of: self.on_behalf_of,
            origin: &self.origin,
            object: &self.object,
            object_id: self.object_id,
            event: &self.event,
            version: self.version,
            erases: &self.erases,
        }
        .digest()
    }

    fn personal(&self) -> Personal<'_> {
        Personal {
            salt: &self.salt,
            fields: &self.fields,
            address: &self.address,
            agent: &self.agent,
        }
    }
}

const LINES: &str = concatcp!(
    "SELECT number, at, user_id, on_behalf_of, origin, object, object_id, event, version, erases, personal_digest, seal, \
     salt, fields, address, agent, erased_by FROM audit_log WHERE number > $1 AND number <= $2 ORDER BY number LIMIT ",
    ROWS
);
/// One statement, so that both are of the same moment.
const END: &str = "SELECT number, seal, key_check, (SELECT MAX(number) FROM audit_log) AS last, \
     (SELECT MIN(number) FROM audit_log) AS first FROM audit_head WHERE id = 1";
const ONE: &str = "SELECT seal FROM audit_log WHERE number = $1";

#[derive(FromRow)]
struct End {
    #[sqlx(flatten)]
    head: Head,
    last: Option<i64>,
    first: Option<i64>,
}

/// Where a walk begins: behind a line, whose seal is taken as it is told.
struct Start {
    number: i64,
    seal: Bytes,
}

/// What is remembered of the last look.
#[derive(Serialize, Deserialize)]
struct Remembered {
    anchor: String,
    at: Instant,
    whole_at: Instant,
    fault: Option<Fault>,
}

fn fault<T>(number: i64, kind: FaultKind) -> std::result::Result<T, Fault> {
    Err(Fault { number, kind })
}

impl Db {
    /// Looks whether the lines from `from` on hold, and whether they are those that `anchors` tell of. `told` hears
    /// up to which line it has come after each piece.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may not see the audit log; the answer itself is the inner result.
    pub async fn verify_audit(
        &self,
        caller: &Caller,
        from: i64,
        anchors: &[Anchor],
        told: impl FnMut(i64),
    ) -> Result<std::result::Result<Checked, Fault>> {
        policy::check(caller, Action::View, Object::Audit)?;
        let before = from.max(1) - 1;
        let start = match self.seal_of(before).await? {
            Some(seal) => Start { number: before, seal },
            None => return Ok(fault(before, FaultKind::Missing)),
        };
        let walked = self.walk(start, anchors, told).await?;
        Ok(walked.map(|(checked, _)| checked))
    }

    /// Says where the log ends now.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may not export the audit log.
    pub async fn audit_anchor(&self, caller: &Caller) -> Result<Anchor> {
        policy::check(caller, Action::Export, Object::Audit)?;
        let head: Option<Head> =
            on_read!(self, |pool| sqlx::query_as(HEAD).fetch_optional(pool).await)?;
        let head = head.ok_or(StoreError::Unreadable("audit_head"))?;
        let seal = head.seal.try_into().map_err(|_| StoreError::Unreadable("audit_head.seal"))?;
        Ok(self.audit_key().anchor(head.number, seal, caller.now))
    }

    /// Whether lines have been sealed, and if so whether it was with this key; nothing before the first one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn audit_key_fits(&self) -> Result<Option<bool>> {
        let head: Option<Head> =
            on_read!(self, |pool| sqlx::query_as(HEAD).fetch_optional(pool).await)?;
        let head = head.ok_or(StoreError::Unreadable("audit_head"))?;
        Ok((!head.key_check.is_empty()).then(|| self.audit_key().fits(&head.key_check)))
    }

    /// What is known about the log. What somebody else wrote there counts as nothing.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may see neither the log nor the state of the installation.
    pub async fn audit_state(&self, caller: &Caller) -> Result<AuditState> {
        policy::check(caller, Action::View, Object::Audit)
            .or_else(|_| policy::check(caller, Action::View, Object::System))?;
        Ok(self.remembered().await?.map(|(state, _)| state).unwrap_or_default())
    }

    /// Looks at the lines that came since the last look, or at all of them, and remembers what was found.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for anybody but an administrator.
    pub async fn check_audit(&self, caller: &Caller, whole: bool) -> Result<AuditState> {
        policy::check(caller, Action::Administer, Object::Audit)?;
        let before = self.remembered().await?;
        let anchor = before.as_ref().map(|(_, anchor)| anchor.clone());
        // Once something was wrong, only the whole log tells whether it still is.
        let whole = whole || before.as_ref().is_none_or(|(state, _)| state.fault.is_some());
        let start = match &anchor {
            Some(anchor) if !whole => Start { number: anchor.number, seal: anchor.seal },
            _ => Start { number: 0, seal: NOTHING },
        };
        let anchors: Vec<Anchor> = anchor.iter().cloned().collect();
        let walked = self.walk(start, &anchors, |_| ()).await?;
        let (known, _) = before.unzip();
        let whole_at = match known {
            Some(known) if !whole => known.whole_at,
            _ => caller.now,
        };
        let (anchor, fault) = match walked {
            Ok((checked, seal)) => (self.audit_key().anchor(checked.to, seal, caller.now), None),
            Err(fault) => {
                let start = || self.audit_key().anchor(0, NOTHING, caller.now);
                (anchor.unwrap_or_else(start), Some(fault))
            }
        };
        let remembered = Remembered { anchor: anchor.to_string(), at: caller.now, whole_at, fault };
        let text = serde_json::to_string(&remembered).map_err(|_| StoreError::Unreadable(STATE))?;
        let value = format!("{} {text}", self.audit_key().sign(&text));
        let mut tx = self.begin().await?;
        settings::put(&mut tx, STATE, &value, caller.now).await?;
        tx.commit().await?;
        Ok(AuditState { to: anchor.number, at: caller.now, whole_at, fault })
    }

    async fn remembered(&self) -> Result<Option<(AuditState, Anchor)>> {
        let Some(value) = settings::get(self, STATE).await? else { return Ok(None) };
        let key = self.audit_key();
        let Some((_, text)) = value.split_once(' ').filter(|(seal, text)| key.signed(text, seal))
        else {
            return Ok(None);
        };
        let kept: Remembered =
            serde_json::from_str(text).map_err(|_| StoreError::Unreadable(STATE))?;
        let anchor: Anchor = kept.anchor.parse().map_err(|()| StoreError::Unreadable(STATE))?;
        let Remembered { at, whole_at, fault, .. } = kept;
        Ok(Some((AuditState { to: anchor.number, at, whole_at, fault }, anchor)))
    }

    async fn seal_of(&self, number: i64) -> Result<Option<Bytes>> {
        if number == 0 {
            return Ok(Some(NOTHING));
        }
        let seal: Option<Vec<u8>> = on_read!(self, |pool| {
            sqlx::query_scalar(ONE).bind(number).fetch_optional(pool).await
        })?;
        Ok(seal.and_then(|seal| seal.try_into().ok()))
    }

    /// Walks from `start` to the end. Lines that come meanwhile are left to the next walk.
    async fn walk(
        &self,
        start: Start,
        anchors: &[Anchor],
        mut told: impl FnMut(i64),
    ) -> Result<std::result::Result<(Checked, Bytes), Fault>> {
        let end: Option<End> =
            on_read!(self, |pool| sqlx::query_as(END).fetch_optional(pool).await)?;
        let Some(End { head, last, first }) = end else { return Ok(fault(0, FaultKind::End)) };
        let key = self.audit_key();
        if head.number > 0 && !key.fits(&head.key_check) {
            return Ok(fault(0, FaultKind::Key));
        }
        let mut anchored = BTreeMap::new();
        for anchor in anchors {
            if !key.made(anchor) {
                return Ok(fault(anchor.number, FaultKind::Anchor));
            }
            if anchored.insert(anchor.number, anchor.seal).is_some_and(|seal| seal != anchor.seal) {
                return Ok(fault(anchor.number, FaultKind::Replaced));
            }
        }
        if let Some(lost) = anchored.keys().copied().find(|number| *number > head.number) {
            return Ok(fault(lost, FaultKind::Lost));
        }
        if let Some(first) = first.filter(|first| *first < 1) {
            return Ok(fault(first, FaultKind::End));
        }
        let mut number = start.number;
        let mut before = start.seal;
        let mut erased = 0;
        // The line that the walk begins behind has to be the one that is meant.
        if self.seal_of(number).await?.is_none_or(|seal| seal != before) {
            return Ok(fault(number, FaultKind::Replaced));
        }
        while number < head.number {
            let rows: Vec<Row> = on_read!(self, |pool| {
                sqlx::query_as(LINES).bind(number).bind(head.number).fetch_all(pool).await
            })?;
            if rows.is_empty() {
                return Ok(fault(number + 1, FaultKind::Missing));
            }
            let erasing = self.erasing(&rows).await?;
            for row in &rows {
                number += 1;
                if row.number != number {
                    return Ok(fault(number, FaultKind::Missing));
                }
                let content = row.content();
                if !key.is_sealed(number, &before, &content, &row.personal_digest, &row.seal) {
                    return Ok(fault(number, FaultKind::Seal));
                }
                let personal = row.personal();
                match row.erased_by {
                    None if personal.digest()[..] == row.personal_digest[..] => {}
                    None if personal.is_empty() => return Ok(fault(number, FaultKind::Erased)),
                    None => return Ok(fault(number, FaultKind::Values)),
                    Some(_) if !personal.is_empty() => {
                        return Ok(fault(number, FaultKind::Values));
                    }
                    // The line that erased it comes later, and is looked at in its turn.
                    Some(by) => {
                        let named = erasing.get(&by).is_some_and(|lines| names(lines, number));
                        if by <= number || by > head.number || !named {
                            return Ok(fault(number, FaultKind::Erased));
                        }
                        erased += 1;
                    }
                }
                before = <[u8; BYTES]>::try_from(&row.seal[..]).unwrap_or(NOTHING);
                if anchored.get(&number).is_some_and(|seal| *seal != before) {
                    return Ok(fault(number, FaultKind::Replaced));
                }
            }
            told(number);
        }
        if last.unwrap_or(0) != head.number || head.seal[..] != before[..] {
            return Ok(fault(head.number, FaultKind::End));
        }
        Ok(Ok((Checked { from: start.number + 1, to: number, erased }, before)))
    }

    /// What the lines say that erased values of `rows`, by their number.
    async fn erasing(&self, rows: &[Row]) -> Result<BTreeMap<i64, String>> {
        let numbers: BTreeSet<i64> = rows.iter().filter_map(|row| row.erased_by).collect();
        if numbers.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found: Vec<(i64, String)> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "SELECT number, erases FROM audit_log WHERE number IN (",
            );
            let mut list = statement.separated(", ");
            for number in &numbers {
                list.push_bind(*number);
            }
            statement.push(")");
            statement.build_query_as().fetch_all(pool).await
        })?;
        Ok(found.into_iter().collect())
    }
}
