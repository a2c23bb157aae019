//! Cases that come by themselves: by an answer in a survey or by a form of ours that anybody fills in. Nobody is signed in;
//! who decided that they come has asked already.

use super::{Links, insert};
use crate::{db::Tx, error::Result};
use domain::{
    case::{CaseData, Counting},
    id::{AccountId, CaseNumber, PersonId},
    policy::{self, Action, Caller, Object},
};

/// A case that comes by itself.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    /// Its fields; whoever is in charge may be named, customer and person are those beside it.
    pub data: CaseData,
    pub account: Option<AccountId>,
    pub person: Option<PersonId>,
    /// What the customer said; may be empty.
    pub body: String,
}

/// Makes it within the transaction of what it comes from; `system` is the installation itself.
pub(crate) async fn arrive(
    tx: &mut Tx,
    system: &Caller,
    arrival: &Arrival,
    counting: Counting<'_>,
) -> Result<CaseNumber> {
    let grant = policy::check(system, Action::Create, Object::Case)?;
    let links = Links { account: arrival.account, person: arrival.person };
    insert(tx, system, &grant, &arrival.data, links, &arrival.body, counting).await
}
