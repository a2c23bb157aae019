//! What is left of records, list rows and lines of the trail for who may not see every detail of them.

use super::{Access, Detail, DetailRules, LOOKED_AT, Object};
use crate::{
    account::{AccountData, AccountKind, AccountSummary},
    address::{Address, AddressData},
    audit::FieldChange,
    contact::ContactPoint,
    person::{PersonData, PersonSummary},
    time::Instant,
};

/// The name of a record's id in another system. Of a file without ids it is a digest of what rows are compared by,
/// from which that can be guessed.
const EXTERNAL_ID: &str = "external_id";
/// What rows of a file are compared by, beside names.
const COMPARED_BY: [Detail; 4] =
    [Detail::Phone, Detail::Email, Detail::Messenger, Detail::CreditCode];

impl DetailRules {
    /// A customer as far as it is seen. What is hidden is as if it were not known.
    #[must_use]
    pub fn account(&self, mut data: AccountData) -> AccountData {
        let access = |detail| self.access(Object::Account, detail);
        let hidden = |detail| access(detail) < Access::Read;
        match access(Detail::CreditCode) {
            Access::Hidden => data.credit_code.clear(),
            Access::Masked => data.credit_code = Detail::CreditCode.masked(&data.credit_code),
            Access::Read | Access::Edit => {}
        }
        for (detail, text) in [
            (Detail::Industry, &mut data.industry),
            (Detail::Website, &mut data.website),
            (Detail::Source, &mut data.source),
            (Detail::JobTitle, &mut data.job_title),
            (Detail::Remark, &mut data.remark),
        ] {
            if hidden(detail) {
                text.clear();
            }
        }
        for (detail, number) in [
            (Detail::Employees, &mut data.employees),
            (Detail::FoundedYear, &mut data.founded_year),
            (Detail::AnnualRevenue, &mut data.annual_revenue_minor),
        ] {
            if hidden(detail) {
                *number = None;
            }
        }
        if hidden(Detail::Value) {
            data.value_minor = 0;
        }
        if hidden(Detail::Level) {
            data.level = None;
        }
        if hidden(Detail::Birthday) {
            data.birthday = None;
        }
        if hidden(Detail::LastContact) {
            data.last_contact_at = Instant::NEVER;
        }
        data
    }

    /// A person as far as it is seen.
    #[must_use]
    pub fn person(&self, mut data: PersonData) -> PersonData {
        let hidden = |detail| !self.reads(Object::Person, detail);
        for (detail, text) in [
            (Detail::JobTitle, &mut data.title),
            (Detail::Department, &mut data.department),
            (Detail::Source, &mut data.source),
            (Detail::Remark, &mut data.remark),
        ] {
            if hidden(detail) {
                text.clear();
            }
        }
        if hidden(Detail::Gender) {
            data.gender = None;
        }
        if hidden(Detail::Birthday) {
            let unknown = PersonData::default();
            data.birthday = unknown.birthday;
            data.birthday_calendar = unknown.birthday_calendar;
        }
        if hidden(Detail::LastContact) {
            data.last_contact_at = Instant::NEVER;
        }
        data
    }

    /// A list row of a customer as far as it is seen. `industry` holds the job of an individual.
    #[must_use]
    pub fn account_row(&self, mut row: AccountSummary) -> AccountSummary {
        let hidden = |detail| !self.reads(Object::Account, detail);
        let line = match row.kind {
            AccountKind::Individual => Detail::JobTitle,
            _ => Detail::Industry,
        };
        if hidden(line) {
            row.industry.clear();
        }
        if hidden(Detail::Value) {
            row.value_minor = 0;
        }
        if hidden(Detail::Level) {
            row.level = None;
        }
        if hidden(Detail::LastContact) {
            row.last_contact_at = Instant::NEVER;
        }
        row
    }

    /// A list row of a person as far as it is seen.
    #[must_use]
    pub fn person_row(&self, mut row: PersonSummary) -> PersonSummary {
        let access = |detail| self.access(Object::Person, detail);
        match access(Detail::Phone) {
            Access::Hidden => row.phone.clear(),
            Access::Masked => row.phone = Detail::Phone.masked(&row.phone),
            Access::Read | Access::Edit => {}
        }
        if access(Detail::JobTitle) < Access::Read {
            row.title.clear();
        }
        if access(Detail::LastContact) < Access::Read {
            row.last_contact_at = Instant::NEVER;
        }
        row
    }

    /// Ways to reach a record of a kind, as far as they are seen. One that is seen in part cannot be compared.
    #[must_use]
    pub fn contacts(&self, object: Object, points: Vec<ContactPoint>) -> Vec<ContactPoint> {
        let shown = |mut point: ContactPoint| {
            let detail = Detail::of_contact(point.kind);
            match self.access(object, detail) {
                Access::Hidden => return None,
                Access::Masked => {
                    point.raw = detail.masked(&point.raw);
                    point.norm.clear();
                }
                Access::Read | Access::Edit => {}
            }
            Some(point)
        };
        points.into_iter().filter_map(shown).collect()
    }

    /// An address as far as it is seen: in part, it ends with the district.
    #[must_use]
    pub fn address(&self, mut address: AddressData) -> Option<AddressData> {
        match self.access(Object::Account, Detail::Address) {
            Access::Hidden => return None,
            Access::Masked => address.street = Detail::Address.masked(&address.street),
            Access::Read | Access::Edit => {}
        }
        Some(address)
    }

    /// The addresses of a customer as far as they are seen.
    #[must_use]
    pub fn addresses(&self, all: Vec<Address>) -> Vec<Address> {
        let seen = |Address { id, data }| Some(Address { id, data: self.address(data)? });
        all.into_iter().filter_map(seen).collect()
    }

    /// What a line of the trail says, as far as it is seen. Of one that tells who looked at a hidden detail nothing is
    /// left, nor the reason: that a record has such a detail is hidden too.
    #[must_use]
    pub fn changes(&self, object: Object, fields: Vec<FieldChange>) -> Vec<FieldChange> {
        let looked_at = |field: &FieldChange| {
            let detail = Detail::of_name(object, &field.after).filter(|_| field.field == LOOKED_AT);
            detail.is_some_and(|detail| self.access(object, detail) == Access::Hidden)
        };
        if fields.iter().any(looked_at) {
            return Vec::new();
        }
        fields.into_iter().filter_map(|field| self.change(object, field)).collect()
    }

    /// The old and the new value of a change, or nothing for a detail that is hidden.
    fn change(&self, object: Object, mut change: FieldChange) -> Option<FieldChange> {
        if change.field == EXTERNAL_ID {
            let open = COMPARED_BY.iter().all(|detail| self.reads(object, *detail));
            return open.then_some(change);
        }
        let Some(detail) = Detail::of_name(object, &change.field) else { return Some(change) };
        match self.access(object, detail) {
            Access::Hidden => return None,
            Access::Masked => {
                change.before = detail.masked(&change.before);
                change.after = detail.masked(&change.after);
            }
            Access::Read | Access::Edit => {}
        }
        Some(change)
    }
}
