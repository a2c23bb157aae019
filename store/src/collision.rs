//! Two who change one record: different fields both win; the same field, changed to something else, is refused with both
//! values.

use crate::{audit, db::Tx, error::Result};
use domain::{
    account::FieldEdit,
    failure::{Conflict, ConflictField, Failure},
    id::Version,
};
use uuid::Uuid;

/// A field as it stands and as the caller wants it.
pub(crate) struct Both {
    /// Its code.
    pub field: &'static str,
    pub theirs: String,
    pub mine: String,
    /// Whether the caller may be told what stands there.
    pub told: bool,
}

/// Refuses edits of fields of a record, which is at `version`, that somebody else changed since `seen` to something else.
/// `both` reads the name of a field as it came; nothing for one that there is not.
///
/// # Errors
/// [`Failure::Conflict`] with both values of each such field.
pub(crate) async fn collide(
    tx: &mut Tx,
    id: Uuid,
    version: Version,
    seen: Version,
    edits: &[FieldEdit],
    both: impl Fn(&str) -> Option<Both>,
) -> Result<()> {
    let (changed, by) = audit::changed_since(tx, id, seen).await?;
    let fields: Vec<ConflictField> = edits
        .iter()
        .filter_map(|edit| both(&edit.field).map(|both| (both, edit)))
        .filter(|(both, _)| changed.iter().any(|changed| changed == both.field))
        .filter(|(both, _)| both.theirs != both.mine)
        .map(|(both, edit)| ConflictField {
            field: both.field.to_owned(),
            theirs: if both.told { both.theirs } else { String::new() },
            mine: edit.value.clone(),
        })
        .collect();
    if fields.is_empty() {
        return Ok(());
    }
    Err(Failure::Conflict(Conflict { version, by, fields }).into())
}
