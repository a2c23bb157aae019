//! Words for what could not be done: what to type instead in a field; for a whole call what
//! happened, what to do, and what is safe.

use super::{
    Text, format,
    words::{action, field, object},
};
use domain::{
    failure::{Conflict, Failure, FileRefusal},
    field::{FieldError, FormErrors},
    policy::Object,
    time::SECOND,
};

/// What to type instead.
#[must_use]
pub fn field_error(text: Text, error: &FieldError) -> String {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    match error {
        FieldError::Required => text.error_field_required().to_owned(),
        FieldError::TooLong { max } => text.error_field_too_long(count(*max)),
        FieldError::TooShort { min } => text.error_field_too_short(count(*min)),
        FieldError::ControlCharacter => text.error_field_control_character().to_owned(),
        FieldError::NotAPhone => text.error_field_not_a_phone().to_owned(),
        FieldError::NotAnEmail => text.error_field_not_an_email().to_owned(),
        FieldError::NotADate => text.error_field_not_a_date().to_owned(),
        FieldError::NotATime => text.error_field_not_a_time().to_owned(),
        FieldError::Future => text.error_field_future().to_owned(),
        FieldError::Past => text.error_field_past().to_owned(),
        FieldError::NotANumber => text.error_field_not_a_number().to_owned(),
        FieldError::OutOfRange { min, max } => out_of_range(text, *min, *max),
        FieldError::NotAUrl => text.error_field_not_a_url().to_owned(),
        FieldError::NotAnIssuer => text.error_field_not_an_issuer().to_owned(),
        FieldError::NotACreditCode => text.error_field_not_a_credit_code().to_owned(),
        FieldError::UnknownOption => text.error_field_unknown_option().to_owned(),
        FieldError::Taken => text.error_field_taken().to_owned(),
        FieldError::TooCommon => text.error_field_too_common().to_owned(),
        FieldError::NotYours => text.error_field_not_yours().to_owned(),
        FieldError::OutOfSight { shares: true } => text.error_field_out_of_sight_share().to_owned(),
        FieldError::OutOfSight { shares: false } => text.error_field_out_of_sight().to_owned(),
        FieldError::Differs => text.error_field_differs().to_owned(),
        FieldError::Unknown => text.error_field_unknown().to_owned(),
        FieldError::UsedBy { deals } => text.error_field_used_by(*deals),
        FieldError::OtherRow => text.error_field_other_row().to_owned(),
        FieldError::ReadAs { value } => text.error_field_read_as(value),
        FieldError::Noted => text.error_field_noted().to_owned(),
        FieldError::TooMany { max } => text.error_field_too_many(count(*max)),
    }
}

/// Bounds that come from the storage (amounts: 10^15 minor units) say nothing to a person, and
/// years are not grouped.
fn out_of_range(text: Text, min: i64, max: i64) -> String {
    const STORAGE: i64 = 1_000_000_000_000;
    let bound = |n: i64| if n.abs() < 10_000 { n.to_string() } else { format::integer(n) };
    match (min > -STORAGE, max < STORAGE) {
        (true, true) => text.error_field_out_of_range(&bound(max), &bound(min)),
        (true, false) => text.error_field_at_least(&bound(min)),
        (false, _) => text.error_field_too_large().to_owned(),
    }
}

/// What to type instead, in one field of a form: words of its own where the field has some.
#[must_use]
pub fn form_error(text: Text, name: &str, error: &FieldError) -> String {
    match error {
        FieldError::OutOfRange { max, .. } if name == "tags" => {
            text.error_field_too_many_tags(*max)
        }
        _ => field_error(text, error),
    }
}

/// The same with the label of the field before it, for a summary above the form.
#[must_use]
pub fn named_error(text: Text, of: Object, name: &str, error: &FieldError) -> String {
    let label = field(text, of, name);
    match error {
        FieldError::Required => text.error_field_required_named(&label),
        _ => text.error_field_named(&form_error(text, name, error), &label),
    }
}

/// What happened, what to do, and what is safe.
#[must_use]
pub fn failure(text: Text, failure: &Failure) -> String {
    match failure {
        Failure::Invalid(FormErrors(errors)) => {
            text.failure_invalid(i64::try_from(errors.len()).unwrap_or(i64::MAX))
        }
        Failure::Conflict(what) => conflict(text, Object::Account, what),
        Failure::Denied { action: what, object: of } => {
            text.failure_denied(action(text, *what), object(text, *of))
        }
        Failure::Gone => text.failure_gone().to_owned(),
        Failure::SignedOut => text.failure_signed_out().to_owned(),
        Failure::ConfirmIdentity { .. } => text.failure_confirm_identity().to_owned(),
        Failure::ViewingAs => text.failure_viewing_as().to_owned(),
        Failure::RateLimited { retry_seconds } => {
            text.failure_rate_limited(&format::duration(text, i64::from(*retry_seconds) * SECOND))
        }
        Failure::TooManyRows { max } => text.failure_too_many_rows(&format::integer(*max)),
        Failure::Unavailable => text.failure_unavailable().to_owned(),
        Failure::File(why) => file_refusal(text, why),
        Failure::Internal { reference } => text.failure_internal(reference),
    }
}

/// Who changed which fields meanwhile.
#[must_use]
pub fn conflict(text: Text, of: Object, what: &Conflict) -> String {
    let fields: Vec<String> =
        what.fields.iter().map(|collision| field(text, of, &collision.field)).collect();
    text.failure_conflict(&format::list(text.lang(), &fields), &what.by)
}

/// Why a file was not taken, and what to do with it.
#[must_use]
pub fn file_refusal(text: Text, why: &FileRefusal) -> String {
    let number = |n: u64| format::integer(i64::try_from(n).unwrap_or(i64::MAX));
    match why {
        FileRefusal::TooLarge { max } => text.failure_file_too_large(&format::file_size(*max)),
        FileRefusal::TooManyRows { max } => text.failure_file_too_many_rows(&number(*max)),
        FileRefusal::TooManyColumns { max } => text.failure_file_too_many_columns(&number(*max)),
        FileRefusal::Bomb => text.failure_file_bomb().to_owned(),
        FileRefusal::Unreadable => text.failure_file_unreadable().to_owned(),
        FileRefusal::Empty => text.failure_file_empty().to_owned(),
        FileRefusal::TooSlow => text.failure_file_too_slow().to_owned(),
    }
}
