//! Tries to sign in, counted by account, by address and all together, or by a browser that is known already;
//! shared by every process on the database. Owns every statement on `sign_in_throttle`. A try is
//! counted before the password is looked at, so that many at once gain nothing.

use crate::{
    db::{Db, Tx, on_read, on_tx},
    error::Result,
};
use const_format::concatcp;
use domain::{
    id::UserId,
    policy::{self, Action, Caller, Object},
    time::{DAY, HOUR, Instant, MINUTE, SECOND},
};
use sha2::{Digest, Sha256};
use std::{fmt::Write, net::IpAddr};

/// The longest pause (milliseconds).
const LONGEST: i64 = 15 * MINUTE;
/// The longest pause (milliseconds) of everybody together: whoever signs in at a new browser while passwords are guessed
/// from everywhere has to get in between.
const LONGEST_OF_ALL: i64 = 4 * SECOND;
/// So often (milliseconds) one failure is taken back by time alone.
const FADE: i64 = 10 * MINUTE;
/// So often (milliseconds) one of everybody's is.
const FADE_OF_ALL: i64 = 2 * SECOND;
/// The first pause (milliseconds) where passwords are guessed.
const FIRST: i64 = SECOND;
/// The first pause (milliseconds) where codes of six digits are guessed.
const FIRST_BY_CODE: i64 = 5 * MINUTE;

/// Who or what the tries are counted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    name: String,
    free: i64,
    /// The first pause (milliseconds); each further failure doubles it.
    first: i64,
    /// The longest pause (milliseconds).
    longest: i64,
    /// So often (milliseconds) one failure is taken back by time alone.
    fade: i64,
    /// Whether several people are behind it: then the success of one says little about the others.
    shared: bool,
}

impl Subject {
    /// Failed tries of an account that cost no pause.
    pub const FREE_BY_ACCOUNT: i64 = 3;
    /// Failed tries from one address that cost no pause: an office shares one.
    pub const FREE_BY_ADDRESS: i64 = 20;
    /// Failed tries from one network that cost no pause.
    pub const FREE_BY_NETWORK: i64 = 60;
    /// Failed tries from anywhere, at browsers that are not known, that cost no pause: passwords known from elsewhere are
    /// tried once each, from an address each.
    pub const FREE_BY_ALL: i64 = 300;
    /// Failed codes of a second step that cost no pause; the fifth costs five minutes.
    pub const FREE_BY_CODE: i64 = 4;

    fn single(name: String) -> Self {
        Self {
            name,
            free: Self::FREE_BY_ACCOUNT,
            first: FIRST,
            longest: LONGEST,
            fade: FADE,
            shared: false,
        }
    }

    /// The account of an e-mail address, whether it exists or not. The address itself is not kept.
    #[must_use]
    pub fn account(email_norm: &str) -> Self {
        Self::single(format!("account:{}", digest(&[email_norm.as_bytes()])))
    }

    /// A browser this account has signed in with before, by the SHA-256 of its secret.
    pub(crate) fn device(email_norm: &str, token_hash: &[u8; 32]) -> Self {
        Self::single(format!("device:{}", digest(&[token_hash, email_norm.as_bytes()])))
    }

    /// Somebody signed in who gives their own password: nobody outside can count for them.
    pub(crate) fn signed_in(user: UserId) -> Self {
        Self::single(format!("user:{}", user.0.simple()))
    }

    /// The second step of a user: only whoever gave the right password can count here.
    #[must_use]
    pub fn second_step(user: UserId) -> Self {
        let name = format!("second:{}", user.0.simple());
        Self { free: Self::FREE_BY_CODE, first: FIRST_BY_CODE, ..Self::single(name) }
    }

    /// An address of the network; the /64 it belongs to where it is IPv6, which is what one
    /// subscriber has.
    #[must_use]
    pub fn address(address: IpAddr) -> Self {
        let name = match address.to_canonical() {
            IpAddr::V4(v4) => format!("address:{v4}"),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        };
        Self { free: Self::FREE_BY_ADDRESS, shared: true, ..Self::single(name) }
    }

    /// The network an address belongs to, as large as one provider hands out without a question: the /48 where it is
    /// IPv6, the /24 where it is not. Whoever has one of these is stopped before [`Self::everybody`] is.
    pub(crate) fn network(address: IpAddr) -> Self {
        let name = match address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                format!("network:{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(v6) => {
                let [a, b, c, ..] = v6.segments();
                format!("network:{a:x}:{b:x}:{c:x}::/48")
            }
        };
        Self { free: Self::FREE_BY_NETWORK, shared: true, ..Self::single(name) }
    }

    /// All tries at browsers that are not known.
    #[must_use]
    pub fn everybody() -> Self {
        Self {
            free: Self::FREE_BY_ALL,
            longest: LONGEST_OF_ALL,
            fade: FADE_OF_ALL,
            shared: true,
            ..Self::single("everybody".to_owned())
        }
    }
}

impl Subject {
    /// Doublings of the first pause after which the longest is reached for certain.
    fn doublings(&self) -> i64 {
        i64::from((self.longest / self.first).ilog2()) + 1
    }
}

/// The first half of the SHA-256 of `parts`, as text.
fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Failures that time has taken back since the row was written.
const FADED: &str =
    "CASE WHEN t.updated_at < $2 THEN ($2 - t.updated_at) / CAST($7 AS BIGINT) ELSE 0 END";

/// Failures that still count.
const LEFT: &str =
    concatcp!("CASE WHEN t.failures > (", FADED, ") THEN t.failures - (", FADED, ") ELSE 0 END");

// One statement, so that of many tries at once exactly those count that were allowed. The casts
// tell PostgreSQL the types of values that only meet each other. updated_at moves by whole steps of
// fading while something is left, so that somebody who keeps trying is not kept from fading.
const CLAIM: &str = concatcp!(
    "INSERT INTO sign_in_throttle AS t (subject, failures, blocked_until, updated_at) \
     VALUES ($1, 1, CASE WHEN CAST($3 AS BIGINT) < 1 THEN CAST($2 AS BIGINT) + CAST($4 AS BIGINT) ELSE 0 END, $2) \
     ON CONFLICT (subject) DO UPDATE SET failures = (",
    LEFT,
    ") + 1, \
       blocked_until = CASE \
         WHEN (",
    LEFT,
    ") < $3 THEN 0 \
         WHEN (",
    LEFT,
    ") - $3 >= CAST($6 AS BIGINT) THEN $2 + CAST($5 AS BIGINT) \
         ELSE $2 + ($4 << CAST((",
    LEFT,
    ") - $3 AS INTEGER)) END, \
       updated_at = CASE WHEN t.failures > (",
    FADED,
    ") THEN t.updated_at + (",
    FADED,
    ") * $7 ELSE $2 END \
     WHERE t.blocked_until <= $2"
);

const BLOCKED_UNTIL: &str = "SELECT blocked_until FROM sign_in_throttle WHERE subject = $1";

/// Counts a try, as if it failed; a success takes it back with [`forgive`].
/// `Some(seconds)` refuses it: so long until the next one counts.
pub(crate) async fn claim(tx: &mut Tx, subject: &Subject, now: Instant) -> Result<Option<u32>> {
    let counted = on_tx!(&mut *tx, |connection| {
        sqlx::query(CLAIM)
            .bind(&subject.name)
            .bind(now)
            .bind(subject.free)
            .bind(subject.first)
            .bind(subject.longest)
            .bind(subject.doublings())
            .bind(subject.fade)
            .execute(connection)
            .await?
            .rows_affected()
    });
    if counted == 1 {
        return Ok(None);
    }
    let until: Option<Instant> = on_tx!(tx, |connection| {
        sqlx::query_scalar(BLOCKED_UNTIL).bind(&subject.name).fetch_optional(connection).await?
    });
    Ok(Some(seconds_until(until.unwrap_or(now), now)))
}

fn seconds_until(until: Instant, now: Instant) -> u32 {
    let left = until.0.saturating_sub(now.0).max(1);
    u32::try_from(left.div_euclid(SECOND) + i64::from(left.rem_euclid(SECOND) > 0)).unwrap_or(900)
}

impl Db {
    /// Counts one try against all of `subjects`, or none of them: for [`Db::sign_in_candidate`]
    /// and for the guessing of one's own password. Takes no caller, because nobody is signed in yet.
    ///
    /// # Errors
    /// [`domain::failure::Failure::RateLimited`] while one of them has to wait.
    pub async fn claim_try(&self, subjects: &[Subject], now: Instant) -> Result<()> {
        // Most refused tries end here, without asking for the lock that writing needs.
        for subject in subjects {
            let until: Option<Instant> = on_read!(self, |pool| {
                sqlx::query_scalar(BLOCKED_UNTIL).bind(&subject.name).fetch_optional(pool).await?
            });
            if let Some(until) = until.filter(|until| *until > now) {
                return Err(limited(seconds_until(until, now)));
            }
        }
        let mut tx = self.begin().await?;
        for subject in subjects {
            if let Some(seconds) = claim(&mut tx, subject, now).await? {
                return Err(limited(seconds));
            }
        }
        tx.commit().await
    }
}

fn limited(retry_seconds: u32) -> crate::StoreError {
    domain::failure::Failure::RateLimited { retry_seconds }.into()
}

const START_ANEW: &str = "DELETE FROM sign_in_throttle WHERE subject = $1";

const TAKE_BACK: &str = "UPDATE sign_in_throttle SET failures = failures - 1, blocked_until = 0 \
                         WHERE subject = $1 AND failures > 0";

async fn on_subject(tx: &mut Tx, statement: &'static str, subject: &Subject) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(statement).bind(&subject.name).execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// Takes the counted try back after a success: an account or browser starts anew, an address loses
/// one, so that a guesser with an account of his own gains nothing by signing in between.
pub(crate) async fn forgive(tx: &mut Tx, subjects: &[Subject]) -> Result<()> {
    for subject in subjects {
        on_subject(tx, if subject.shared { TAKE_BACK } else { START_ANEW }, subject).await?;
    }
    Ok(())
}

impl Db {
    /// Takes back a try that [`Db::claim_try`] counted and that was never made, because the server
    /// was too busy to look at the password.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn take_back_try(&self, subjects: &[Subject]) -> Result<()> {
        let mut tx = self.begin().await?;
        for subject in subjects {
            on_subject(&mut tx, TAKE_BACK, subject).await?;
        }
        tx.commit().await
    }
}

const FORGET: &str = "DELETE FROM sign_in_throttle WHERE updated_at < $1";

impl Db {
    /// Forgets what nobody tried for a day and an hour; answers how many.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn forget_tries(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let before = caller.now.plus(-DAY - HOUR);
        let mut tx = self.begin().await?;
        let gone = on_tx!(&mut tx, |connection| {
            sqlx::query(FORGET).bind(before).execute(connection).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_hold_no_e_mail_address_and_one_subscriber_is_one_subject() {
        assert!(!Subject::account("lin@acme.com").name.contains("lin"));
        assert!(!Subject::device("lin@acme.com", &[1; 32]).name.contains("lin"));
        assert_ne!(Subject::device("a@b.c", &[1; 32]), Subject::device("a@b.c", &[2; 32]));
        assert_ne!(Subject::device("a@b.c", &[1; 32]), Subject::device("b@b.c", &[1; 32]));
        let address = |text: &str| Subject::address(text.parse().unwrap()).name;
        assert_eq!(address("2001:db8:1:2:3::4"), address("2001:db8:1:2::9"));
        assert_ne!(address("2001:db8:1:2::9"), address("2001:db8:1:3::9"));
        assert_eq!(address("::ffff:192.0.2.1"), "address:192.0.2.1");
        let network = |text: &str| Subject::network(text.parse().unwrap()).name;
        assert_eq!(network("2001:db8:1:2:3::4"), network("2001:db8:1:9::4"));
        assert_ne!(network("2001:db8:1::1"), network("2001:db8:2::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.200"));
    }

    #[test]
    fn waiting_is_told_in_whole_seconds_rounded_up() {
        assert_eq!(seconds_until(Instant(1_001), Instant(0)), 2);
        assert_eq!(seconds_until(Instant(1_000), Instant(0)), 1);
        assert_eq!(seconds_until(Instant(0), Instant(5)), 1);
    }
}
