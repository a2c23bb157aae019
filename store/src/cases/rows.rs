//! Rows of `feedback_case` and `case_message` as the database gives them, and their way to domain values.

use crate::{error::Result, rows::choice};
use domain::{
    case::{
        Case, CaseChannel, CaseData, CaseKind, CasePriority, CaseStatus, CaseSummary, Clock,
        Message, MessageKind,
    },
    id::{
        AccountId, AccountNumber, CaseId, CaseMessageId, CaseNumber, PersonId, PersonNumber,
        UserId, Version,
    },
    time::Instant,
};
use sqlx_macros::FromRow;

/// Everything about cases `c`, up to the condition. Numbers of customer and person are looked up apart: PostgreSQL holds
/// no row that is joined from a side that may be empty.
pub(super) const COLUMNS: &str = "SELECT c.number, c.id, c.version, c.kind, c.subject, c.category, c.priority, c.status, c.channel, \
     c.account_id, c.person_id, (SELECT a.number FROM account a WHERE a.id = c.account_id) AS account_number, \
     (SELECT p.number FROM person p WHERE p.id = c.person_id) AS person_number, c.contact, c.cause, c.solution, c.owner_id, \
     c.first_due_at, c.first_answered_at, c.solve_due_at, c.solved_at, c.paused_since, c.paused_for, c.created_at, c.created_by, \
     c.updated_at, c.updated_by, c.deleted_at FROM feedback_case c";

#[derive(Clone, Debug, FromRow)]
pub(super) struct Row {
    pub number: CaseNumber,
    pub id: CaseId,
    pub version: Version,
    pub kind: String,
    pub subject: String,
    pub category: String,
    pub priority: String,
    pub status: String,
    pub channel: String,
    pub account_id: Option<AccountId>,
    pub person_id: Option<PersonId>,
    pub account_number: Option<AccountNumber>,
    pub person_number: Option<PersonNumber>,
    pub contact: String,
    pub cause: String,
    pub solution: String,
    pub owner_id: Option<UserId>,
    pub first_due_at: Instant,
    pub first_answered_at: Instant,
    pub solve_due_at: Instant,
    pub solved_at: Instant,
    pub paused_since: Instant,
    pub paused_for: i64,
    pub created_at: Instant,
    pub created_by: UserId,
    pub updated_at: Instant,
    pub updated_by: UserId,
    pub deleted_at: Option<Instant>,
}

pub(super) fn kind(stored: &str) -> Result<CaseKind> {
    choice(CaseKind::parse(stored), "feedback_case.kind")
}

fn priority(stored: &str) -> Result<CasePriority> {
    choice(CasePriority::parse(stored), "feedback_case.priority")
}

pub(super) fn status(stored: &str) -> Result<CaseStatus> {
    choice(CaseStatus::parse(stored), "feedback_case.status")
}

impl Row {
    /// All that is known about the case, for what is written: an answer leaves out what is not for the reader.
    pub(super) fn whole(&self) -> Result<CaseData> {
        Ok(CaseData {
            subject: self.subject.clone(),
            kind: kind(&self.kind)?,
            category: self.category.clone(),
            priority: priority(&self.priority)?,
            status: status(&self.status)?,
            owner: self.owner_id,
            account: self.account_number,
            person: self.person_number,
            contact: self.contact.clone(),
            channel: choice(CaseChannel::parse(&self.channel), "feedback_case.channel")?,
            cause: self.cause.clone(),
            solution: self.solution.clone(),
        })
    }

    pub(super) fn clock(&self) -> Clock {
        Clock {
            began_at: self.created_at,
            first_due_at: self.first_due_at,
            first_answered_at: self.first_answered_at,
            solve_due_at: self.solve_due_at,
            solved_at: self.solved_at,
            paused_since: self.paused_since,
            paused_for: self.paused_for,
        }
    }

    /// The case for whoever reads it: customer and person by the names they have for the reader, and not at all without.
    pub(super) fn case(self, [account, person]: [Option<String>; 2]) -> Result<Case> {
        let mut data = self.whole()?;
        data.account = data.account.filter(|_| account.is_some());
        data.person = data.person.filter(|_| person.is_some());
        Ok(Case {
            id: self.id,
            number: self.number,
            version: self.version,
            data,
            account_name: account.unwrap_or_default(),
            person_name: person.unwrap_or_default(),
            clock: self.clock(),
            created_by: self.created_by,
            updated_at: self.updated_at,
            updated_by: self.updated_by,
        })
    }
}

/// What a row of a list shows of cases `c`; the name of the customer comes from `a`, as far as that one is seen.
pub(super) const SUMMARY_COLUMNS: &str = "c.number, c.id, c.version, c.kind, c.subject, c.priority, c.status, c.account_id, c.contact, \
     c.owner_id, c.first_due_at, c.first_answered_at, c.solve_due_at, c.solved_at, c.paused_since, c.paused_for, c.due_at, \
     c.last_message_at, c.created_at";

#[derive(Debug, FromRow)]
pub(super) struct SummaryRow {
    pub number: CaseNumber,
    pub id: CaseId,
    pub version: Version,
    pub kind: String,
    pub subject: String,
    pub priority: String,
    pub status: String,
    pub account_number: Option<AccountNumber>,
    pub account_name: Option<String>,
    pub contact: String,
    pub owner_id: Option<UserId>,
    pub first_due_at: Instant,
    pub first_answered_at: Instant,
    pub solve_due_at: Instant,
    pub solved_at: Instant,
    pub paused_since: Instant,
    pub paused_for: i64,
    pub due_at: Instant,
    pub last_message_at: Instant,
    pub created_at: Instant,
}

impl SummaryRow {
    pub(super) fn summary(self) -> Result<CaseSummary> {
        Ok(CaseSummary {
            id: self.id,
            number: self.number,
            version: self.version,
            subject: self.subject,
            kind: kind(&self.kind)?,
            priority: priority(&self.priority)?,
            status: status(&self.status)?,
            account: self.account_number,
            account_name: self.account_name.unwrap_or(self.contact),
            owner: self.owner_id,
            clock: Clock {
                began_at: self.created_at,
                first_due_at: self.first_due_at,
                first_answered_at: self.first_answered_at,
                solve_due_at: self.solve_due_at,
                solved_at: self.solved_at,
                paused_since: self.paused_since,
                paused_for: self.paused_for,
            },
            last_message_at: self.last_message_at,
        })
    }
}

#[derive(Debug, FromRow)]
pub(super) struct MessageRow {
    pub id: CaseMessageId,
    pub kind: String,
    pub body: String,
    pub at: Instant,
    pub created_by: UserId,
    pub name: Option<String>,
}

impl MessageRow {
    pub(super) fn message(self) -> Result<Message> {
        Ok(Message {
            id: self.id,
            kind: choice(MessageKind::parse(&self.kind), "case_message.kind")?,
            body: self.body,
            at: self.at,
            by: self.created_by,
            by_name: self.name.unwrap_or_default(),
        })
    }
}
