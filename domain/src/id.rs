//! Identities: opaque 128-bit ids for machines, short numbers for people, versions for conflicts.
//! Ids are made where time and randomness are at hand (the store), never here.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx_macros::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id that names nothing.
            pub const NIL: Self = Self(Uuid::nil());
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(raw).map(Self)
            }
        }
    )*};
}

ids! {
    /// A customer: a company or an individual.
    AccountId,
    /// A contact person.
    PersonId,
    /// One phone, e-mail or messenger entry.
    ContactPointId,
    /// One postal address.
    AddressId,
    /// One timeline entry.
    ActivityId,
    /// Something that somebody is told of.
    NotificationId,
    /// A tag.
    TagId,
    /// Somebody who signs in.
    UserId,
    /// What somebody signs in with instead of a password.
    PasskeyId,
    /// A part of the organisation.
    DepartmentId,
    /// People who work together.
    TeamId,
    /// One share of a record.
    ShareId,
    /// A role an organisation made itself.
    RoleId,
    /// One run of an import.
    ImportId,
    /// Several records that became one.
    MergeId,
    /// A deal: something that a customer may buy.
    OpportunityId,
    /// A way that deals go.
    PipelineId,
    /// A step of a pipeline.
    StageId,
    /// Something that is sold.
    ProductId,
    /// Something that a customer bought.
    OrderId,
    /// What a customer asks, suggests or complains about.
    CaseId,
    /// One entry of a case's thread.
    CaseMessageId,
    /// What customers are asked.
    SurveyId,
    /// One question of a survey.
    QuestionId,
    /// A link by which one customer answers.
    SurveySendId,
    /// What somebody answered.
    ResponseId,
    /// One signed-in browser; the secret token is something else.
    SessionId,
    /// A client's name for one attempt to write; the same attempt sent twice is done once.
    OperationId,
}

/// Counts the changes of one record; a write names the version it was based on.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "sqlx", derive(sqlx_macros::Type), sqlx(transparent))]
#[serde(transparent)]
pub struct Version(pub i64);

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident $prefix:literal),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx_macros::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "-{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ();

            /// Reads `C-1042`, `c1042` or full-width twins; digits alone are not a number.
            fn from_str(raw: &str) -> Result<Self, ()> {
                let folded = crate::text::half_width(raw.trim()).to_ascii_uppercase();
                let digits = folded.strip_prefix($prefix).ok_or(())?;
                let digits = digits.strip_prefix('-').unwrap_or(digits);
                if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(());
                }
                digits.parse().map(Self).map_err(|_| ())
            }
        }
    )*};
}

numbers! {
    /// Shown as `C-1042`.
    AccountNumber "C",
    /// Shown as `P-7`.
    PersonNumber "P",
    /// Shown as `I-3`.
    ImportNumber "I",
    /// Shown as `D-5`: people call it a deal.
    OpportunityNumber "D",
    /// Shown as `O-12`.
    OrderNumber "O",
    /// Shown as `F-88`: people call it feedback.
    CaseNumber "F",
    /// Shown as `S-3`.
    SurveyNumber "S",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for raw in ["C-1042", "c1042", " C-1042 ", "Ｃ－１０４２"] {
            assert_eq!(raw.parse(), Ok(AccountNumber(1042)), "{raw}");
        }
        for raw in ["1042", "C-", "C--1", "P-1", "C-1x", "C-99999999999999999999"] {
            assert_eq!(raw.parse::<AccountNumber>(), Err(()), "{raw}");
        }
        assert_eq!(AccountNumber(1042).to_string(), "C-1042");
    }
}
