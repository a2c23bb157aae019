//! Rows of `account` and `person` as the database gives them, and their way to domain values.

use crate::error::{Result, StoreError};
use domain::{
    account::{AccountData, AccountKind, AccountStatus, AccountSummary, Level},
    date::Date,
    id::{AccountId, AccountNumber, PersonId, PersonNumber, UserId, Version},
    person::{Calendar, Gender, PersonData, PersonSummary},
    policy::Caller,
    time::Instant,
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// A new id: version 7, so that rows made together lie together.
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// A stored choice; the CHECK of the column makes anything else impossible.
pub(crate) fn choice<T>(
    parsed: std::result::Result<T, domain::field::FieldError>,
    column: &'static str,
) -> Result<T> {
    parsed.map_err(|_| StoreError::Unreadable(column))
}

fn date(stored: Option<String>, column: &'static str) -> Result<Option<Date>> {
    stored.map(|text| choice(Date::parse(&text), column)).transpose()
}

/// All columns of `account` that people know.
pub(crate) const ACCOUNT_COLUMNS: &str = "number, id, kind, name, short_name, credit_code, industry, employees, website, \
     founded_year, annual_revenue_minor, value_minor, status, level, source, birthday, job_title, last_contact_at, remark, \
     owner_id, version, created_at, created_by, updated_at, updated_by, deleted_at";

#[derive(Clone, Debug, FromRow)]
pub(crate) struct AccountRow {
    pub number: AccountNumber,
    pub id: AccountId,
    pub kind: String,
    pub name: String,
    pub short_name: String,
    pub credit_code: String,
    pub industry: String,
    pub employees: Option<i64>,
    pub website: String,
    pub founded_year: Option<i64>,
    pub annual_revenue_minor: Option<i64>,
    pub value_minor: i64,
    pub status: String,
    pub level: Option<String>,
    pub source: String,
    pub birthday: Option<String>,
    pub job_title: String,
    pub last_contact_at: Instant,
    pub remark: String,
    pub owner_id: Option<UserId>,
    pub version: Version,
    pub created_at: Instant,
    pub created_by: UserId,
    pub updated_at: Instant,
    pub updated_by: UserId,
    pub deleted_at: Option<Instant>,
}

impl AccountRow {
    /// What the caller sees of what is known about the customer.
    pub(crate) fn seen(&self, caller: &Caller) -> Result<AccountData> {
        self.whole().map(|data| caller.details_of(self.owner_id).account(data))
    }

    /// All that is known about the customer, for what is written: no answer may hold it.
    pub(crate) fn whole(&self) -> Result<AccountData> {
        Ok(AccountData {
            name: self.name.clone(),
            short_name: self.short_name.clone(),
            kind: choice(AccountKind::parse(&self.kind), "account.kind")?,
            credit_code: self.credit_code.clone(),
            industry: self.industry.clone(),
            employees: self.employees,
            website: self.website.clone(),
            founded_year: self.founded_year,
            annual_revenue_minor: self.annual_revenue_minor,
            value_minor: self.value_minor,
            status: choice(AccountStatus::parse(&self.status), "account.status")?,
            level: level(self.level.as_deref())?,
            source: self.source.clone(),
            birthday: date(self.birthday.clone(), "account.birthday")?,
            job_title: self.job_title.clone(),
            last_contact_at: self.last_contact_at,
            remark: self.remark.clone(),
            owner: self.owner_id,
        })
    }
}

fn level(stored: Option<&str>) -> Result<Option<Level>> {
    stored.map(|text| choice(Level::parse(text), "account.level")).transpose()
}

/// The columns of `account` that a list row shows.
pub(crate) const ACCOUNT_SUMMARY_COLUMNS: &str = "a.number, a.id, a.name, a.kind, a.status, a.level, a.industry, \
     a.job_title, a.value_minor, a.owner_id, a.last_contact_at, a.created_at, a.name_sort, a.name_fold";

#[derive(Debug, FromRow)]
pub(crate) struct AccountSummaryRow {
    pub number: AccountNumber,
    pub id: AccountId,
    pub name: String,
    pub kind: String,
    pub status: String,
    pub level: Option<String>,
    pub industry: String,
    pub job_title: String,
    pub value_minor: i64,
    pub owner_id: Option<UserId>,
    pub last_contact_at: Instant,
    pub created_at: Instant,
    pub name_sort: String,
    pub name_fold: String,
}

impl AccountSummaryRow {
    /// What the caller sees of it.
    pub(crate) fn summary(self, caller: &Caller) -> Result<AccountSummary> {
        let kind = choice(AccountKind::parse(&self.kind), "account.kind")?;
        let row = AccountSummary {
            id: self.id,
            number: self.number,
            name: self.name,
            kind,
            status: choice(AccountStatus::parse(&self.status), "account.status")?,
            level: level(self.level.as_deref())?,
            industry: if kind == AccountKind::Individual { self.job_title } else { self.industry },
            value_minor: self.value_minor,
            owner: self.owner_id,
            last_contact_at: self.last_contact_at,
            created_at: self.created_at,
        };
        Ok(caller.details_of(row.owner).account_row(row))
    }
}

/// All columns of `person` that people know.
pub(crate) const PERSON_COLUMNS: &str = "number, id, full_name, title, department, gender, birthday, birthday_calendar, \
     last_contact_at, source, remark, owner_id, version, created_at, created_by, updated_at, updated_by, deleted_at";

#[derive(Clone, Debug, FromRow)]
pub(crate) struct PersonRow {
    pub number: PersonNumber,
    pub id: PersonId,
    pub full_name: String,
    pub title: String,
    pub department: String,
    pub gender: Option<String>,
    pub birthday: Option<String>,
    pub birthday_calendar: String,
    pub last_contact_at: Instant,
    pub source: String,
    pub remark: String,
    pub owner_id: Option<UserId>,
    pub version: Version,
    pub created_at: Instant,
    pub created_by: UserId,
    pub updated_at: Instant,
    pub updated_by: UserId,
    pub deleted_at: Option<Instant>,
}

impl PersonRow {
    /// What the caller sees of what is known about the person.
    pub(crate) fn seen(&self, caller: &Caller) -> Result<PersonData> {
        self.whole().map(|data| caller.details_of(self.owner_id).person(data))
    }

    /// All that is known about the person, for what is written: no answer may hold it.
    pub(crate) fn whole(&self) -> Result<PersonData> {
        Ok(PersonData {
            full_name: self.full_name.clone(),
            title: self.title.clone(),
            department: self.department.clone(),
            gender: self
                .gender
                .as_deref()
                .map(|text| choice(Gender::parse(text), "person.gender"))
                .transpose()?,
            birthday: date(self.birthday.clone(), "person.birthday")?,
            birthday_calendar: choice(
                Calendar::parse(&self.birthday_calendar),
                "person.birthday_calendar",
            )?,
            last_contact_at: self.last_contact_at,
            source: self.source.clone(),
            remark: self.remark.clone(),
            owner: self.owner_id,
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct PersonSummaryRow {
    pub number: PersonNumber,
    pub id: PersonId,
    pub full_name: String,
    pub title: String,
    pub owner_id: Option<UserId>,
    pub last_contact_at: Instant,
    pub created_at: Instant,
    pub name_sort: String,
    pub name_fold: String,
    pub account_number: Option<AccountNumber>,
    pub account_name: Option<String>,
    pub phone: Option<String>,
}

impl PersonSummaryRow {
    /// What the caller sees of it.
    pub(crate) fn summary(self, caller: &Caller) -> PersonSummary {
        caller.details_of(self.owner_id).person_row(PersonSummary {
            id: self.id,
            number: self.number,
            full_name: self.full_name,
            title: self.title,
            account: self.account_number.zip(self.account_name),
            phone: self.phone.unwrap_or_default(),
            owner: self.owner_id,
            last_contact_at: self.last_contact_at,
            created_at: self.created_at,
        })
    }
}
