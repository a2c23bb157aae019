//! What people hear of without having asked the audit log: how much others took out or erased, and who failed to sign
//! in as oneself.

use crate::{
    db::{Db, on_read},
    error::Result,
};
use domain::{
    audit::{Event, FailedSignIns, TakenOut},
    page::Count,
    policy::{self, Action, Caller, Object},
    time::Instant,
};

/// Events and origin as literals: only so do the databases see that an index is about these lines.
const TAKEN_OUT: &str = "SELECT event, COUNT(*) FROM audit_log WHERE event IN ('exported', 'purged') \
                         AND origin <> 'system' AND at >= $1 AND user_id <> $2 GROUP BY event";

/// Failed sign-ins that are counted one by one; past that there are "more".
const COUNTED: i64 = 100;

const FAILED: &str = "SELECT at, address FROM audit_log WHERE object_id = $1 AND event = 'sign_in_failed' AND at >= $2 \
                      ORDER BY at DESC LIMIT $3";

impl Db {
    /// How much others took out as files and erased for good since `since`. What leaves the bin by itself after its
    /// days is not counted.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may not see the audit log.
    pub async fn taken_out(&self, caller: &Caller, since: Instant) -> Result<TakenOut> {
        policy::check(caller, Action::View, Object::Audit)?;
        let counted: Vec<(String, i64)> = on_read!(self, |pool| {
            sqlx::query_as(TAKEN_OUT).bind(since).bind(caller.user).fetch_all(pool).await
        })?;
        let of = |event: Event| {
            counted.iter().find(|(code, _)| code == event.code()).map_or(0, |(_, number)| *number)
        };
        Ok(TakenOut { exports: of(Event::Exported), erased: of(Event::Purged) })
    }

    /// How often somebody failed to sign in as the caller since `since`, and from where the last time.
    ///
    /// # Errors
    /// [`domain::failure::Failure::ViewingAs`] for whoever looks as somebody else.
    pub async fn failed_sign_ins(&self, caller: &Caller, since: Instant) -> Result<FailedSignIns> {
        policy::check_own(caller)?;
        let lines: Vec<(Instant, String)> = on_read!(self, |pool| {
            sqlx::query_as(FAILED)
                .bind(caller.user.0)
                .bind(since)
                .bind(COUNTED + 1)
                .fetch_all(pool)
                .await
        })?;
        let all = i64::try_from(lines.len()).unwrap_or(COUNTED + 1);
        let number = Count { number: all.min(COUNTED), more: all > COUNTED };
        Ok(FailedSignIns { number, last: lines.into_iter().next() })
    }
}
