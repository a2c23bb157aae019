//! Opens a case for an answer that needs care, in the transaction that makes the answer count.

use crate::{
    cases::{Arrival, arrive},
    db::Tx,
    error::Result,
    within,
};
use domain::{
    case::Counting,
    id::AccountId,
    lang::Lang,
    note::Subject,
    policy::{Caller, Origin},
    survey::{Answer, Survey, case_of},
    time::Instant,
};

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
        let known = within::owner(tx.connection(), Subject::Account(account)).await?;
        data.owner = known.filter(|(_, binned)| !binned).and_then(|(owner, _)| owner);
    }
    let system = Caller::system(now, Origin::System);
    let arrival = Arrival { data, account, person: None, body };
    arrive(tx, &system, &arrival, counting).await.map(drop)
}
