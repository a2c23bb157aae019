//! Opens a case for an answer that needs care, in the transaction that makes the answer count.

use crate::{
    cases::{Arrival, arrive},
    db::{Tx, on_tx},
    error::Result,
};
use domain::{
    case::Counting,
    id::{AccountId, UserId},
    lang::Lang,
    policy::{Caller, Origin},
    survey::{Answer, Survey, case_of},
    time::Instant,
};

const OWNER: &str = "SELECT owner_id FROM account WHERE id = $1 AND deleted_at IS NULL";

/// An answer that counts from now on.
pub(super) struct Counts<'a> {
    pub survey: &'a Survey,
    pub answers: &'a [Answer],
    /// The customer who answered, where that is known.
    pub account: Option<AccountId>,
    /// The language that was answered in.
    pub lang: Lang,
}

/// Opens the case for whoever is in charge of the customer, if the answer needs care.
pub(super) async fn take_care(
    tx: &mut Tx,
    counts: Counts<'_>,
    counting: Counting<'_>,
    now: Instant,
) -> Result<()> {
    let Counts { survey, answers, account, lang } = counts;
    let Some((mut data, body)) = case_of(survey, answers, lang) else { return Ok(()) };
    if let Some(account) = account {
        let owner: Option<Option<UserId>> = on_tx!(&mut *tx, |connection| {
            sqlx::query_scalar(OWNER).bind(account).fetch_optional(connection).await
        })?;
        data.owner = owner.flatten();
    }
    let system = Caller::system(now, Origin::System);
    let arrival = Arrival { data, account, person: None, body };
    arrive(tx, &system, &arrival, counting).await.map(drop)
}
