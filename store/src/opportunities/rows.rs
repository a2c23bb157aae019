//! Rows of `opportunity` as the database gives them, and their way to domain values.

use super::Links;
use crate::{error::Result, rows::choice};
use domain::{
    date::Date,
    id::{
        AccountId, AccountNumber, OpportunityId, OpportunityNumber, PersonId, PersonNumber,
        PipelineId, StageId, UserId, Version,
    },
    money::Currency,
    opportunity::{CloseReason, Closing, OpportunityData, OpportunitySummary},
    pipeline::StageKind,
    time::Instant,
};
use sqlx_macros::FromRow;

/// Everything about deals `o`, up to the condition. Numbers of customer and person are looked up apart: PostgreSQL holds
/// no row that is joined from a side that may be empty.
pub(super) const COLUMNS: &str = "SELECT o.number, o.id, o.version, o.name, o.account_id, o.person_id, \
     (SELECT a.number FROM account a WHERE a.id = o.account_id) AS account_number, \
     (SELECT p.number FROM person p WHERE p.id = o.person_id) AS person_number, o.pipeline_id, o.stage_id, o.state, \
     o.position, o.stage_since, o.value_minor, o.currency, o.expected_close, o.next_step, o.next_step_on, o.source, \
     o.closed_at, o.close_reason, o.close_note, o.owner_id, o.created_at, o.created_by, o.updated_at, o.updated_by, \
     o.deleted_at FROM opportunity o";

#[derive(Clone, Debug, FromRow)]
pub(super) struct Row {
    pub number: OpportunityNumber,
    pub id: OpportunityId,
    pub version: Version,
    pub name: String,
    pub account_id: Option<AccountId>,
    pub person_id: Option<PersonId>,
    pub account_number: Option<AccountNumber>,
    pub person_number: Option<PersonNumber>,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub state: String,
    pub position: i64,
    pub stage_since: Instant,
    pub value_minor: i64,
    pub currency: String,
    pub expected_close: String,
    pub next_step: String,
    pub next_step_on: String,
    pub source: String,
    pub closed_at: Instant,
    pub close_reason: String,
    pub close_note: String,
    pub owner_id: Option<UserId>,
    pub created_at: Instant,
    pub created_by: UserId,
    pub updated_at: Instant,
    pub updated_by: UserId,
    pub deleted_at: Option<Instant>,
}

fn day(stored: &str, column: &'static str) -> Result<Option<Date>> {
    if stored.is_empty() { Ok(None) } else { choice(Date::parse(stored), column).map(Some) }
}

fn currency(stored: String) -> Result<Currency> {
    choice(Currency::try_from(stored), "opportunity.currency")
}

impl Row {
    /// All that is known about the deal, for what is written: an answer leaves out what is not for the reader.
    pub(super) fn whole(&self) -> Result<OpportunityData> {
        Ok(OpportunityData {
            name: self.name.clone(),
            account: self.account_number,
            person: self.person_number,
            value_minor: self.value_minor,
            currency: currency(self.currency.clone())?,
            expected_close: day(&self.expected_close, "opportunity.expected_close")?,
            next_step: self.next_step.clone(),
            next_step_on: day(&self.next_step_on, "opportunity.next_step_on")?,
            source: self.source.clone(),
            owner: self.owner_id,
        })
    }

    pub(super) fn links(&self) -> Links {
        Links { account: self.account_id, person: self.person_id }
    }

    pub(super) fn state(&self) -> Result<StageKind> {
        choice(StageKind::parse(&self.state), "opportunity.state")
    }

    /// Why it was closed; nothing for one that is open, or that came closed from elsewhere.
    pub(super) fn closing(&self) -> Result<Option<Closing>> {
        if self.close_reason.is_empty() {
            return Ok(None);
        }
        let reason = choice(CloseReason::parse(&self.close_reason), "opportunity.close_reason")?;
        Ok(Some(Closing { reason, note: self.close_note.clone() }))
    }
}

/// What a card or a row shows of deals `o`.
pub(super) const SUMMARY_COLUMNS: &str = "o.number, o.id, o.version, o.name, o.name_sort, o.account_id, o.pipeline_id, o.stage_id, \
     o.state, o.position, o.stage_since, o.value_minor, o.currency, o.expected_close, o.next_step, o.next_step_on, o.closed_at, \
     o.owner_id, o.created_at, o.updated_at";

/// Stands around a cut page: names the customers to those who see them, which a condition about `a` says behind it.
pub(super) const PAGE_HEAD: &str =
    "SELECT o.*, a.number AS account_number, a.name AS account_name FROM (SELECT ";
pub(super) const PAGE_TAIL: &str =
    ") o LEFT JOIN account a ON a.id = o.account_id AND a.deleted_at IS NULL";

#[derive(Debug, FromRow)]
pub(super) struct SummaryRow {
    pub number: OpportunityNumber,
    pub id: OpportunityId,
    pub version: Version,
    pub name: String,
    pub name_sort: String,
    pub account_number: Option<AccountNumber>,
    pub account_name: Option<String>,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub state: String,
    pub position: i64,
    pub stage_since: Instant,
    pub value_minor: i64,
    pub currency: String,
    pub expected_close: String,
    pub next_step: String,
    pub next_step_on: String,
    pub closed_at: Instant,
    pub owner_id: Option<UserId>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl SummaryRow {
    pub(super) fn summary(self) -> Result<OpportunitySummary> {
        Ok(OpportunitySummary {
            id: self.id,
            number: self.number,
            version: self.version,
            name: self.name,
            account: self.account_number.zip(self.account_name),
            value_minor: self.value_minor,
            currency: currency(self.currency)?,
            expected_close: day(&self.expected_close, "opportunity.expected_close")?,
            next_step: self.next_step,
            next_step_on: day(&self.next_step_on, "opportunity.next_step_on")?,
            pipeline: self.pipeline_id,
            stage: self.stage_id,
            state: choice(StageKind::parse(&self.state), "opportunity.state")?,
            stage_since: self.stage_since,
            closed_at: self.closed_at.is_set().then_some(self.closed_at),
            owner: self.owner_id,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
