//! Notes on the timeline of a customer or a person.

use crate::{
    account::REMARK_CHARS,
    activity::Activity,
    audit::Change,
    field::{FieldError, FormErrors},
    happening::Happening,
    id::{AccountId, ActivityId, CaseId, OpportunityId, PersonId, UserId, Version},
    policy::Object,
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a person wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteBody(String);

impl NoteBody {
    /// One to 20,000 characters, kept to the letter apart from blanks at the end.
    ///
    /// # Errors
    /// Complaints under the name `body`.
    pub fn parse(raw: &str) -> Result<Self, FormErrors> {
        text::paragraph(raw, REMARK_CHARS)
            .and_then(|text| text.ok_or(FieldError::Required))
            .map(Self)
            .map_err(|error| FormErrors::one("body", error))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One entry of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// Somebody wrote something.
    Note(Note),
    /// Somebody did something.
    Activity(Activity),
    /// Somebody changed the record.
    Change(Change),
    /// Something happened that is kept elsewhere.
    Happening(Happening),
}

impl Entry {
    /// The same, told on the page of the deal's customer.
    #[must_use]
    pub fn of_deal(mut self, name: RecordName) -> Self {
        match &mut self {
            Self::Note(note) => note.deal = Some(Box::new(name)),
            Self::Activity(activity) => activity.deal = Some(Box::new(name)),
            Self::Change(_) | Self::Happening(_) => {}
        }
        self
    }

    /// When it happened.
    #[must_use]
    pub fn at(&self) -> Instant {
        match self {
            Self::Note(note) => note.at,
            Self::Activity(activity) => activity.at,
            Self::Change(change) => change.at,
            Self::Happening(happening) => happening.at,
        }
    }
}

/// A stored note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Identity.
    pub id: ActivityId,
    /// Counts changes.
    pub version: Version,
    /// What was written.
    pub body: String,
    /// Kept at the top.
    pub pinned: bool,
    /// When it was written.
    pub at: Instant,
    /// By whom.
    pub by: UserId,
    /// The author's name as it is now.
    pub by_name: String,
    /// When it was last rewritten, if ever.
    pub edited_at: Option<Instant>,
    /// The deal it is about, where it is told on the page of the deal's customer.
    pub deal: Option<Box<RecordName>>,
}

/// The record something hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A customer.
    Account(AccountId),
    /// A person.
    Person(PersonId),
    /// A deal.
    Opportunity(OpportunityId),
    /// A case.
    Case(CaseId),
}

impl Subject {
    /// Identity of the record.
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::Account(id) => id.0,
            Self::Person(id) => id.0,
            Self::Opportunity(id) => id.0,
            Self::Case(id) => id.0,
        }
    }

    /// The record of a kind, as [`Self::code`] names it; `None` for a kind that there is not.
    #[must_use]
    pub fn of_code(code: &str, id: Uuid) -> Option<Self> {
        let all = [
            Self::Account(AccountId(id)),
            Self::Person(PersonId(id)),
            Self::Opportunity(OpportunityId(id)),
            Self::Case(CaseId(id)),
        ];
        all.into_iter().find(|subject| subject.code() == code)
    }

    /// As stored beside the identity.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.object().code()
    }

    /// What the record is, for the policy.
    #[must_use]
    pub fn object(self) -> Object {
        match self {
            Self::Account(_) => Object::Account,
            Self::Person(_) => Object::Person,
            Self::Opportunity(_) => Object::Opportunity,
            Self::Case(_) => Object::Case,
        }
    }
}

/// A record as it is named where something is about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordName {
    /// Which one.
    pub subject: Subject,
    /// Its number as people use it, for instance `C-1042`.
    pub number: String,
    /// What it is called.
    pub name: String,
}

/// Where a timeline goes on: below the last of each that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelinePlace {
    /// When the last note shown was written.
    pub note_at: Instant,
    /// Its id.
    pub note: ActivityId,
    /// Number of the last line of the trail shown.
    pub change: i64,
    /// When the last order shown was placed.
    pub order_at: Instant,
    /// Its number.
    pub order: i64,
    /// When the last case shown came in.
    pub case_at: Instant,
    /// Its number.
    pub case: i64,
    /// When the last answer shown was given.
    pub answer_at: Instant,
    /// Its number.
    pub answer: i64,
}

impl TimelinePlace {
    /// Above everything.
    pub const START: Self = Self {
        note_at: Instant(i64::MAX),
        note: ActivityId(Uuid::max()),
        change: i64::MAX,
        order_at: Instant(i64::MAX),
        order: i64::MAX,
        case_at: Instant(i64::MAX),
        case: i64::MAX,
        answer_at: Instant(i64::MAX),
        answer: i64::MAX,
    };
}

/// One page of a timeline, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Notes kept at the top; on the first page only.
    pub pinned: Vec<Note>,
    /// What is planned, the soonest first; on the first page only.
    pub upcoming: Vec<Activity>,
    /// The entries, newest first.
    pub entries: Vec<Entry>,
    /// Where older ones start, if there are any.
    pub next: Option<TimelinePlace>,
}
