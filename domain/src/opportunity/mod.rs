//! Opportunities, which people call deals: what is known of one, read by one engine for form, import and API; how one
//! moves through its pipeline; and what boards and lists show.

mod board;
mod column;
mod moving;
mod people;

pub use board::{
    Board, BoardRequest, Column, DealFilter, DealRequest, DealSort, OpportunitySummary, StageSums,
    Sum,
};
pub use column::DealColumn;
pub use moving::{
    CloseReason, Closing, Place, StageMove, StageVisit, closing, missing, must_have, time_in_stages,
};
pub use people::{BuyingRole, DealPerson, MOST_PEOPLE, participant, read_participant};

use crate::{
    account::{NAME_CHARS, SHORT_CHARS, choices, day, owner},
    date::Date,
    field::{FieldError, FormErrors},
    id::{
        AccountNumber, OpportunityId, OpportunityNumber, PersonNumber, PipelineId, StageId, UserId,
        Version,
    },
    money::{self, Currency},
    pipeline::StageKind,
    product::ProductLine,
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};

choices! {
    /// A field of a deal that a person can change.
    OpportunityField {
        /// What it is about.
        Name = "name" [],
        /// The customer, by number.
        Account = "account" [],
        /// Whom one talks to there, by number.
        Person = "person" [],
        /// What it is worth.
        Value = "value" [],
        /// In which currency.
        Currency = "currency" [],
        /// The day it is expected to be won.
        ExpectedClose = "expected_close" [],
        /// What is to be done next.
        NextStep = "next_step" [],
        /// On which day.
        NextStepOn = "next_step_on" [],
        /// Where it came from.
        Source = "source" [],
        /// Colleague in charge, by user id; empty for nobody.
        Owner = "owner" [],
    }
}

impl OpportunityField {
    /// What a stage can ask for; name and currency are always there.
    pub const ASKED_FOR: [Self; 8] = [
        Self::Account,
        Self::Person,
        Self::Value,
        Self::ExpectedClose,
        Self::NextStep,
        Self::NextStepOn,
        Self::Source,
        Self::Owner,
    ];
}

/// What people know about a deal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityData {
    /// What it is about, 1 to [`NAME_CHARS`] characters.
    pub name: String,
    /// The customer.
    pub account: Option<AccountNumber>,
    /// Whom one talks to there.
    pub person: Option<PersonNumber>,
    /// What it is worth in minor units, not below 0; 0 when not known.
    pub value_minor: i64,
    /// The currency of that.
    pub currency: Currency,
    /// The day it is expected to be won.
    pub expected_close: Option<Date>,
    /// What is to be done next, or empty.
    pub next_step: String,
    /// On which day.
    pub next_step_on: Option<Date>,
    /// Where it came from, or empty.
    pub source: String,
    /// Colleague in charge.
    pub owner: Option<UserId>,
}

/// Most minor units of a deal: as much as an amount can be read.
const MOST_VALUE: i64 = 1_000_000_000_000_000;

impl OpportunityData {
    /// Reads what was typed into one field. On an error the field keeps its value. With another currency the amount
    /// keeps its figures.
    ///
    /// # Errors
    /// The [`FieldError`] that says what to type instead.
    pub fn set(&mut self, field: OpportunityField, raw: &str) -> Result<(), FieldError> {
        let short = |most| text::line(raw, most).map(Option::unwrap_or_default);
        match field {
            OpportunityField::Name => {
                self.name = text::line(raw, NAME_CHARS)?.ok_or(FieldError::Required)?;
            }
            OpportunityField::Account => self.account = number(raw)?,
            OpportunityField::Person => self.person = number(raw)?,
            OpportunityField::Value => self.value_minor = value(raw, self.currency)?,
            OpportunityField::Currency => {
                let currency = Currency::try_from(raw.to_owned())?;
                self.value_minor = money::in_currency(self.value_minor, self.currency, currency)?;
                self.currency = currency;
            }
            OpportunityField::ExpectedClose => self.expected_close = day(raw)?,
            OpportunityField::NextStep => self.next_step = short(NAME_CHARS)?,
            OpportunityField::NextStepOn => self.next_step_on = day(raw)?,
            OpportunityField::Source => self.source = short(SHORT_CHARS)?,
            OpportunityField::Owner => self.owner = owner(raw)?,
        }
        Ok(())
    }

    /// A field as a person would type it, so that [`Self::set`] reads it back equal; empty for nothing.
    #[must_use]
    pub fn get(&self, field: OpportunityField) -> String {
        match field {
            OpportunityField::Name => self.name.clone(),
            OpportunityField::Account => {
                self.account.map(|number| number.to_string()).unwrap_or_default()
            }
            OpportunityField::Person => {
                self.person.map(|number| number.to_string()).unwrap_or_default()
            }
            OpportunityField::Value if self.value_minor == 0 => String::new(),
            OpportunityField::Value => money::plain(self.value_minor, self.currency.decimals()),
            OpportunityField::Currency => self.currency.code().to_owned(),
            OpportunityField::ExpectedClose => {
                self.expected_close.map(String::from).unwrap_or_default()
            }
            OpportunityField::NextStep => self.next_step.clone(),
            OpportunityField::NextStepOn => self.next_step_on.map(String::from).unwrap_or_default(),
            OpportunityField::Source => self.source.clone(),
            OpportunityField::Owner => self.owner.map(|id| id.to_string()).unwrap_or_default(),
        }
    }
}

/// A number as people type it, or nothing.
pub(crate) fn number<T: std::str::FromStr>(raw: &str) -> Result<Option<T>, FieldError> {
    match raw.trim() {
        "" => Ok(None),
        typed => typed.parse().map(Some).map_err(|_| FieldError::Unknown),
    }
}

fn value(raw: &str, currency: Currency) -> Result<i64, FieldError> {
    if raw.trim().is_empty() {
        return Ok(0);
    }
    let minor = money::parse_minor(raw, currency.decimals())?;
    if minor < 0 { Err(FieldError::OutOfRange { min: 0, max: MOST_VALUE }) } else { Ok(minor) }
}

/// Everything the form for a new deal sends; absent fields are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpportunityForm {
    /// What it is about.
    pub name: String,
    /// Number of the customer.
    pub account: String,
    /// Number of the person.
    pub person: String,
    /// What it is worth.
    pub value: String,
    /// ISO code; empty means that of the organisation.
    pub currency: String,
    /// The day it is expected to be won.
    pub expected_close: String,
    /// What is to be done next.
    pub next_step: String,
    /// On which day.
    pub next_step_on: String,
    /// Where it came from.
    pub source: String,
    /// Owner's user id.
    pub owner: String,
    /// Id of the stage it begins in; empty means the first of the first pipeline.
    pub stage: String,
}

impl OpportunityForm {
    /// Reads the whole form; `house` is the organisation's currency.
    ///
    /// # Errors
    /// Every complaint at once, under the names of the form.
    pub fn parse(&self, house: Currency) -> Result<OpportunityDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let mut data = OpportunityData { currency: house, ..OpportunityData::default() };
        let currency = if self.currency.trim().is_empty() { house.code() } else { &self.currency };
        for (field, raw) in [
            (OpportunityField::Name, self.name.as_str()),
            (OpportunityField::Account, &self.account),
            (OpportunityField::Person, &self.person),
            (OpportunityField::Currency, currency),
            (OpportunityField::Value, &self.value),
            (OpportunityField::ExpectedClose, &self.expected_close),
            (OpportunityField::NextStep, &self.next_step),
            (OpportunityField::NextStepOn, &self.next_step_on),
            (OpportunityField::Source, &self.source),
            (OpportunityField::Owner, &self.owner),
        ] {
            errors.take(field.code(), data.set(field, raw));
        }
        let stage = match self.stage.trim() {
            "" => None,
            raw => errors.take("stage", raw.parse().map_err(|_| FieldError::Unknown)),
        };
        errors.into_result(OpportunityDraft { data, stage })
    }
}

/// A deal that is ready to be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityDraft {
    /// The fields.
    pub data: OpportunityData,
    /// The stage it begins in; the first of the first pipeline unless another is named.
    pub stage: Option<StageId>,
}

/// A stored deal with what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opportunity {
    /// Identity.
    pub id: OpportunityId,
    /// Number people use.
    pub number: OpportunityNumber,
    /// Counts changes.
    pub version: Version,
    /// The fields; customer and person only as far as the reader sees them.
    pub data: OpportunityData,
    /// Name of the customer; empty without one.
    pub account_name: String,
    /// Name of the person; empty without one.
    pub person_name: String,
    /// The way it goes.
    pub pipeline: PipelineId,
    /// Where it stands.
    pub stage: StageId,
    /// What that means.
    pub state: StageKind,
    /// Since when it stands there.
    pub stage_since: Instant,
    /// When it was won or lost.
    pub closed_at: Option<Instant>,
    /// Why.
    pub closing: Option<Closing>,
    /// Its people, as far as the reader sees them; the main contact first.
    pub people: Vec<DealPerson>,
    /// What is on offer.
    pub lines: Vec<ProductLine>,
    /// Where it stood, in the order it came there.
    pub visits: Vec<StageVisit>,
    /// When it was made.
    pub created_at: Instant,
    /// By whom.
    pub created_by: UserId,
    /// When it was last changed.
    pub updated_at: Instant,
    /// By whom.
    pub updated_by: UserId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::try_from(code.to_owned()).unwrap()
    }

    #[test]
    fn a_form_is_read_with_the_currency_that_was_chosen() {
        let form = OpportunityForm {
            name: " Renewal ".to_owned(),
            account: "c12".to_owned(),
            value: "1.2万".to_owned(),
            next_step_on: "2026/12/1".to_owned(),
            ..OpportunityForm::default()
        };
        let draft = form.parse(currency("CNY")).unwrap();
        assert_eq!(draft.data.name, "Renewal");
        assert_eq!(draft.data.account, Some(AccountNumber(12)));
        assert_eq!(draft.data.value_minor, 1_200_000);
        let yen = OpportunityForm { currency: "jpy".to_owned(), ..form.clone() };
        assert_eq!(yen.parse(currency("CNY")).unwrap().data.value_minor, 12_000);
        let wrong = OpportunityForm {
            name: String::new(),
            value: "-1".to_owned(),
            person: "C-1".to_owned(),
            stage: "first".to_owned(),
            ..form
        };
        let errors = wrong.parse(currency("CNY")).unwrap_err();
        let names: Vec<&str> = errors.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["name", "person", "value", "stage"]);
    }

    proptest! {
        #[test]
        fn every_field_reads_back_equal(
            name in "[a-z张]{1,20}",
            account in proptest::option::of(1_i64..1_000_000),
            person in proptest::option::of(1_i64..1_000_000),
            value_minor in 0_i64..1_000_000_000_000,
            place in 0..money::CURRENCIES.len(),
            days in proptest::option::of(0_i64..40_000),
            next_step in "[a-z]{0,10}",
            owner in proptest::option::of(1_u128..99),
        ) {
            let data = OpportunityData {
                name,
                account: account.map(AccountNumber),
                person: person.map(PersonNumber),
                value_minor,
                currency: currency(money::CURRENCIES[place].0),
                expected_close: days.map(Date::from_days),
                next_step_on: days.map(|days| Date::from_days(days + 1)),
                source: next_step.clone(),
                next_step,
                owner: owner.map(|id| UserId(uuid::Uuid::from_u128(id))),
            };
            let mut again =
                OpportunityData { currency: data.currency, ..OpportunityData::default() };
            for field in OpportunityField::ALL {
                again.set(*field, &data.get(*field)).unwrap();
            }
            prop_assert_eq!(again, data);
        }
    }
}
