//! Records that are the same customer or person and become one: what is asked for, and which value stays where they
//! differ.

use crate::{
    account::FieldEdit,
    address::Address,
    contact::ContactPoint,
    id::{AccountId, MergeId, PersonId, UserId, Version},
    note::Subject,
    policy::Object,
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most records that become one.
pub const MOST_MERGED: usize = 5;

/// Days in which they can be parted again.
pub const SPLIT_DAYS: i64 = crate::bin::BIN_DAYS;

/// Records of which kind become one. Deals do not: two of them are two chances, however alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeKind {
    /// Customers.
    Accounts,
    /// Persons.
    People,
}

impl MergeKind {
    /// What they are, for the policy.
    #[must_use]
    pub fn object(self) -> Object {
        match self {
            Self::Accounts => Object::Account,
            Self::People => Object::Person,
        }
    }

    /// The record of this kind with an identity.
    #[must_use]
    pub fn record(self, id: Uuid) -> Subject {
        match self {
            Self::Accounts => Subject::Account(AccountId(id)),
            Self::People => Subject::Person(PersonId(id)),
        }
    }

    /// Which kind a record is of, if it is of one that can become one with others.
    #[must_use]
    pub fn of(record: Subject) -> Option<Self> {
        match record {
            Subject::Account(_) => Some(Self::Accounts),
            Subject::Person(_) => Some(Self::People),
            Subject::Opportunity(_) | Subject::Case(_) => None,
        }
    }
}

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

/// Fields of the record that stays that only a choice changes: each record says something there.
pub const OWN: [&str; 3] = ["kind", "status", "owner"];

/// Of which record a field's value is proposed: of those that say anything, the one that was changed last. `kept` is
/// the one that stays: its value is proposed where no record says anything, and among equals.
#[must_use]
pub fn proposed(kept: usize, filled: &[bool], changed: &[Instant]) -> usize {
    let at = |place: usize| (changed.get(place).copied(), place == kept);
    let filled = filled.iter().enumerate().filter(|(_, filled)| **filled).map(|(place, _)| place);
    // Of several that are equal, the first.
    filled.rev().max_by_key(|place| at(*place)).unwrap_or(kept)
}

/// Whether two contacts are one: it is there once when their records become one.
#[must_use]
pub fn same_contact(one: &ContactPoint, other: &ContactPoint) -> bool {
    let same_norm = !one.norm.is_empty() && one.norm == other.norm;
    one.kind == other.kind && (same_norm || text::fold(&one.raw) == text::fold(&other.raw))
}

/// One of the records as far as whoever merges sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Which, and its version.
    pub seen: SeenRecord,
    /// `C-1042` or `P-7`.
    pub number: String,
    /// Its name.
    pub name: String,
    /// When it was changed last.
    pub updated_at: Instant,
    /// The caller may let it be the one that stays.
    pub may_stay: bool,
    /// Who is in charge.
    pub owner: Option<UserId>,
    /// Into which others the caller may let it go.
    pub goes: Goes,
    /// Its fields as they are typed.
    pub values: Vec<FieldEdit>,
    /// Ways to reach it.
    pub contacts: Vec<ContactPoint>,
    /// Addresses, of customers.
    pub addresses: Vec<Address>,
    /// Tags, of customers.
    pub tags: Vec<String>,
    /// Contact persons of a customer, customers of a person.
    pub links: i64,
    /// Notes; nothing for who sees none.
    pub notes: Option<i64>,
    /// Deals with it, of those the caller sees.
    pub deals: i64,
    /// Its orders, for who sees these.
    pub orders: i64,
    /// Cases of it, of those the caller sees.
    pub cases: i64,
}

/// Into which records one may go, by who is in charge of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goes {
    /// Into one that the same user is in charge of.
    pub to_same: bool,
    /// Into one that somebody else is in charge of: it comes into other hands.
    pub to_others: bool,
    /// Into one that the caller is in charge of, to whom more of it may be shown then.
    pub to_caller: bool,
}

impl Side {
    /// Whether it may go into a record that `heir` is in charge of, when `caller` merges.
    #[must_use]
    pub fn may_go_to(&self, heir: Option<UserId>, caller: UserId) -> bool {
        match heir {
            heir if heir == self.owner => self.goes.to_same,
            Some(heir) if heir == caller => self.goes.to_caller,
            _ => self.goes.to_others,
        }
    }

    /// What a field says, as it is typed.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        let value = self.values.iter().find(|value| value.field == field);
        value.map_or("", |value| value.value.as_str())
    }
}

/// What somebody looks at before records become one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeSheet {
    /// Customers or persons.
    pub kind: MergeKind,
    /// The records, each once, in the order in which they were asked for.
    pub sides: Vec<Side>,
}

/// A merge into a record that can be taken back by who looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitOffer {
    /// Which.
    pub merge: MergeId,
    /// When it was; its line in the trail has the same time.
    pub at: Instant,
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

    proptest! {
        #[test]
        fn the_newest_value_is_proposed_and_never_an_empty_one_while_another_says_something(
            records in proptest::collection::vec((any::<bool>(), 0_i64..4), 2..=MOST_MERGED),
            kept in 0..2_usize,
        ) {
            let filled: Vec<bool> = records.iter().map(|record| record.0).collect();
            let changed: Vec<Instant> = records.iter().map(|record| Instant(record.1)).collect();
            let from = proposed(kept, &filled, &changed);
            if filled.contains(&true) {
                prop_assert!(filled[from]);
                let newest = records.iter().filter(|record| record.0).map(|record| record.1).max();
                prop_assert_eq!(Some(changed[from].0), newest);
                let kept_is_as_new = filled[kept] && changed[kept] == changed[from];
                prop_assert!(!kept_is_as_new || from == kept);
            } else {
                prop_assert_eq!(from, kept);
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
