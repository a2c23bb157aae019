//! Records that are the same customer or person and become one: what is asked for, and which value stays where they
//! differ.

use crate::id::Version;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most records that become one.
pub const MOST_MERGED: usize = 5;

/// Days in which they can be parted again.
pub const SPLIT_DAYS: i64 = crate::bin::BIN_DAYS;

/// A record as whoever merges saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenRecord {
    /// Identity.
    pub id: Uuid,
    /// The version that was looked at.
    pub version: Version,
}

/// Whose value of a field is to stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldChoice {
    /// Name of the field.
    pub field: String,
    /// The record it is taken from.
    pub from: Uuid,
}

/// Which records become one, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeDraft {
    /// The one that stays, with its number.
    pub kept: SeenRecord,
    /// Those that go into it.
    pub others: Vec<SeenRecord>,
    /// Fields that are not left to [`source`].
    #[serde(default)]
    pub choices: Vec<FieldChoice>,
    /// Contacts and addresses of the others that are not taken over.
    #[serde(default)]
    pub left_out: Vec<Uuid>,
}

impl MergeDraft {
    /// Whether it names two to [`MOST_MERGED`] records, each once, and takes values of them alone.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let ids: Vec<Uuid> = self.records().map(|seen| seen.id).collect();
        let each_once = ids.iter().enumerate().all(|(at, id)| !ids[..at].contains(id));
        let known = |choice: &FieldChoice| ids.contains(&choice.from);
        (2..=MOST_MERGED).contains(&ids.len()) && each_once && self.choices.iter().all(known)
    }

    /// All of them, the one that stays first.
    pub fn records(&self) -> impl Iterator<Item = SeenRecord> + '_ {
        std::iter::once(self.kept).chain(self.others.iter().copied())
    }
}

/// Of which record a field's value is taken, of records in the order in which they are asked, the one that stays first:
/// of the one that was chosen; otherwise of the first that says anything. So nothing that stands on the record that
/// stays is written over unless somebody says so, and nothing it lacks is lost.
#[must_use]
pub fn source(chosen: Option<usize>, filled: &[bool]) -> usize {
    let first = || filled.iter().position(|filled| *filled);
    chosen.filter(|at| *at < filled.len()).or_else(first).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_stays_is_what_was_chosen_or_what_the_kept_record_says_or_anything_at_all(
            filled in proptest::collection::vec(any::<bool>(), 2..=MOST_MERGED),
            chosen in proptest::option::of(0..MOST_MERGED),
        ) {
            let from = source(chosen, &filled);
            prop_assert!(from < filled.len());
            match chosen.filter(|at| *at < filled.len()) {
                Some(at) => prop_assert_eq!(from, at),
                None if filled[0] => prop_assert_eq!(from, 0),
                None => prop_assert_eq!(filled[from], filled.contains(&true), "nothing is lost"),
            }
        }
    }

    #[test]
    fn two_to_five_records_become_one_each_named_once() {
        let seen = |number| SeenRecord { id: Uuid::from_u128(number), version: Version(1) };
        let draft = |others: &[u128]| MergeDraft {
            kept: seen(1),
            others: others.iter().copied().map(seen).collect(),
            choices: Vec::new(),
            left_out: Vec::new(),
        };
        assert!(draft(&[2]).is_sound() && draft(&[2, 3, 4, 5]).is_sound());
        for others in [&[][..], &[1], &[2, 2], &[2, 3, 4, 5, 6]] {
            assert!(!draft(others).is_sound(), "{others:?}");
        }
        let from = Uuid::from_u128(9);
        let choices = vec![FieldChoice { field: "name".to_owned(), from }];
        assert!(!MergeDraft { choices, ..draft(&[2]) }.is_sound());
    }
}
