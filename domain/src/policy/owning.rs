//! Who may be put in charge of a record, and by whom: oneself, nobody, or a colleague whose records the right to assign
//! reaches.

use super::{Action, Caller, Rows, check, sight};
use crate::{failure::Failure, id::UserId, note::Subject, policy::Object};

/// Who is in charge of a new record when `wanted` is asked for. Without the right to see everybody's, nobody means
/// oneself: one would lose sight of it.
///
/// # Errors
/// [`Failure::Denied`] for somebody whom the right to assign does not reach.
pub fn owner_of_new(
    caller: &Caller,
    object: Object,
    wanted: Option<UserId>,
) -> Result<Option<UserId>, Failure> {
    match wanted {
        None if *sight(caller, object).rows() != Rows::All => Ok(Some(caller.user)),
        _ => owner_to_be(caller, object, wanted).map(|()| wanted),
    }
}

/// Whether `wanted` may be put in charge by `caller`: oneself, nobody, or a colleague whose records the right to assign
/// reaches.
///
/// # Errors
/// [`Failure::Denied`] for somebody whom the right to assign does not reach.
pub fn owner_to_be(caller: &Caller, object: Object, wanted: Option<UserId>) -> Result<(), Failure> {
    if wanted.is_none_or(|owner| owner == caller.user) {
        return Ok(());
    }
    let grant = check(caller, Action::Assign, object)?;
    // Not as a record that is not there: it is the colleague who is out of reach.
    if grant.scope().covers_owner(wanted) { Ok(()) } else { Err(grant.refusal(true)) }
}

/// Whether `caller` may put `after` in charge of a record that `before` is in charge of, as far as that opens it to them:
/// details that are masked unless a record is one's own are shown whole by taking it over, which takes the right to
/// reveal them. A customer that a person works for gives no such right.
///
/// # Errors
/// [`Failure::Denied`] without the right to reveal such a record.
pub fn take_over(
    caller: &Caller,
    record: Subject,
    before: Option<UserId>,
    after: Option<UserId>,
) -> Result<(), Failure> {
    let object = record.object();
    let taken = after == Some(caller.user) && before != after;
    if !taken || !caller.rights.details().ask_whose(object) {
        return Ok(());
    }
    check(caller, Action::Reveal, object)?.admit(record, before)
}
