//! Details of customers and persons that a role may see in part, or not at all: how far each of them is open to a user,
//! and what is left of a record for who may not see all of it.

mod access;
mod mask;

pub use access::Access;

use super::Object;
use crate::{
    account::{AccountData, AccountField, AccountSummary},
    address::AddressData,
    audit::FieldChange,
    contact::{ContactKind, ContactPoint},
    id::{AddressId, ContactPointId},
    list::{Filter, Sort},
    person::{PersonData, PersonField, PersonSummary},
    time::Instant,
};
use serde::{Deserialize, Serialize};

macro_rules! details {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),* $(,)?) => {
        /// What is kept about customers and persons, as far as a role can be kept from it. Name, kind, status, tags
        /// and who is in charge are seen by everybody who sees the record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Detail { $($(#[$doc])* $variant),* }

        impl Detail {
            /// Every detail, in the order of the screens.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As stored.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
        }
    };
}

details! {
    /// Phone numbers.
    Phone = "phone",
    /// E-mail addresses.
    Email = "email",
    /// Names at messengers.
    Messenger = "messenger",
    /// Addresses.
    Address = "address",
    /// Unified social credit code.
    CreditCode = "credit_code",
    /// Line of business.
    Industry = "industry",
    /// Number of employees.
    Employees = "employees",
    /// Web page.
    Website = "website",
    /// Year of foundation.
    FoundedYear = "founded_year",
    /// The customer's own yearly revenue.
    AnnualRevenue = "annual_revenue",
    /// What the customer is worth a year.
    Value = "value",
    /// Level.
    Level = "level",
    /// Job of an individual, title of a person.
    JobTitle = "job_title",
    /// Department of a person.
    Department = "department",
    /// Gender of a person.
    Gender = "gender",
    /// Birthday, with its calendar.
    Birthday = "birthday",
    /// Last contact.
    LastContact = "last_contact",
    /// Where the record came from.
    Source = "source",
    /// Remark.
    Remark = "remark",
}

/// The name of a record's id in another system. Of a file without ids it is a digest of what rows are compared by,
/// from which that can be guessed.
const EXTERNAL_ID: &str = "external_id";
/// What rows of a file are compared by, beside names.
const COMPARED_BY: [Detail; 4] =
    [Detail::Phone, Detail::Email, Detail::Messenger, Detail::CreditCode];

/// The name under which the trail keeps which detail somebody looked at in full.
pub const LOOKED_AT: &str = "detail";

/// One detail of one record that is seen in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Veiled {
    /// A way to reach the customer or person.
    Contact(ContactPointId),
    /// An address of the customer.
    Address(AddressId),
    /// The customer's credit code.
    CreditCode,
}

const ON_ACCOUNTS: &[Detail] = &[
    Detail::Phone,
    Detail::Email,
    Detail::Messenger,
    Detail::Address,
    Detail::CreditCode,
    Detail::Industry,
    Detail::Employees,
    Detail::Website,
    Detail::FoundedYear,
    Detail::AnnualRevenue,
    Detail::Value,
    Detail::Level,
    Detail::JobTitle,
    Detail::Birthday,
    Detail::LastContact,
    Detail::Source,
    Detail::Remark,
];
const ON_PEOPLE: &[Detail] = &[
    Detail::Phone,
    Detail::Email,
    Detail::Messenger,
    Detail::JobTitle,
    Detail::Department,
    Detail::Gender,
    Detail::Birthday,
    Detail::LastContact,
    Detail::Source,
    Detail::Remark,
];
const ANY: &[Access] = &Access::ALL;
const WHOLE: &[Access] = &[Access::Hidden, Access::Read, Access::Edit];

impl Detail {
    /// The objects that have details.
    pub const OBJECTS: [Object; 2] = [Object::Account, Object::Person];

    /// From storage or a form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|detail| detail.code() == code)
    }

    /// Those that records of a kind have.
    #[must_use]
    pub fn of(object: Object) -> &'static [Self] {
        match object {
            Object::Account => ON_ACCOUNTS,
            Object::Person => ON_PEOPLE,
            _ => &[],
        }
    }

    /// Every detail there is, beside what has it.
    pub fn everywhere() -> impl Iterator<Item = (Object, Self)> {
        let of = |object| Self::of(object).iter().map(move |detail| (object, *detail));
        Self::OBJECTS.into_iter().flat_map(of)
    }

    /// How far it can be open: a part can be shown of what is a line of characters.
    #[must_use]
    pub fn choices(self) -> &'static [Access] {
        match self {
            Self::Phone | Self::Email | Self::Messenger | Self::Address | Self::CreditCode => ANY,
            _ => WHOLE,
        }
    }

    /// The name complaints about its rule stand under, for instance `account.phone.access`.
    #[must_use]
    pub fn field(self, object: Object) -> String {
        format!("{}.{}.access", object.code(), self.code())
    }

    /// Which detail a way to reach somebody is.
    #[must_use]
    pub fn of_contact(kind: ContactKind) -> Self {
        match kind {
            ContactKind::Mobile | ContactKind::Phone => Self::Phone,
            ContactKind::Email => Self::Email,
            ContactKind::Wechat | ContactKind::Wecom | ContactKind::Other => Self::Messenger,
        }
    }

    /// Which detail a field of a customer is; none for what everybody sees.
    #[must_use]
    pub fn of_account_field(field: AccountField) -> Option<Self> {
        Some(match field {
            AccountField::Name
            | AccountField::ShortName
            | AccountField::Kind
            | AccountField::Status
            | AccountField::Owner => return None,
            AccountField::CreditCode => Self::CreditCode,
            AccountField::Industry => Self::Industry,
            AccountField::Employees => Self::Employees,
            AccountField::Website => Self::Website,
            AccountField::FoundedYear => Self::FoundedYear,
            AccountField::AnnualRevenue => Self::AnnualRevenue,
            AccountField::Value => Self::Value,
            AccountField::Level => Self::Level,
            AccountField::Source => Self::Source,
            AccountField::Birthday => Self::Birthday,
            AccountField::JobTitle => Self::JobTitle,
            AccountField::LastContact => Self::LastContact,
            AccountField::Remark => Self::Remark,
        })
    }

    /// Which detail a field of a person is; none for what everybody sees.
    #[must_use]
    pub fn of_person_field(field: PersonField) -> Option<Self> {
        Some(match field {
            PersonField::FullName | PersonField::Owner => return None,
            PersonField::Title => Self::JobTitle,
            PersonField::Department => Self::Department,
            PersonField::Gender => Self::Gender,
            PersonField::Birthday | PersonField::BirthdayCalendar => Self::Birthday,
            PersonField::LastContact => Self::LastContact,
            PersonField::Source => Self::Source,
            PersonField::Remark => Self::Remark,
        })
    }

    /// Which detail a name stands for, in a form or in the trail.
    #[must_use]
    pub fn of_name(object: Object, name: &str) -> Option<Self> {
        if !Self::OBJECTS.contains(&object) {
            return None;
        }
        if let Some(kind) = name.strip_prefix("contact.") {
            // A kind this release does not know may be any of them.
            return Some(ContactKind::parse(kind).map_or(Self::Messenger, Self::of_contact));
        }
        match name {
            "phone" | "phone_2" => Some(Self::Phone),
            "email" | "email_2" => Some(Self::Email),
            "wechat" => Some(Self::Messenger),
            "address" | "country" | "province" | "city" | "district" | "street" => {
                Some(Self::Address)
            }
            _ if object == Object::Account => {
                AccountField::parse(name).ok().and_then(Self::of_account_field)
            }
            _ => PersonField::parse(name).ok().and_then(Self::of_person_field),
        }
    }

    /// What a list filtered so tells about its rows.
    #[must_use]
    pub fn of_filter(filter: Filter) -> Option<Self> {
        match filter {
            Filter::Mine | Filter::Shared | Filter::Unassigned | Filter::AtRisk => None,
            Filter::Vip => Some(Self::Level),
            Filter::Quiet => Some(Self::LastContact),
            Filter::Birthday => Some(Self::Birthday),
        }
    }

    /// What a list ordered so tells about its rows.
    #[must_use]
    pub fn of_sort(sort: Sort) -> Option<Self> {
        match sort {
            Sort::Name | Sort::Created => None,
            Sort::LastContact => Some(Self::LastContact),
            Sort::Value => Some(Self::Value),
        }
    }

    /// What is shown of a value that is seen in part.
    #[must_use]
    pub fn masked(self, value: &str) -> String {
        match self {
            Self::Phone => mask::phone(value),
            Self::Email => mask::email(value),
            Self::CreditCode => mask::ends(value, 4, 2),
            Self::Messenger => mask::ends(value, 1, 1),
            // Whatever else was masked by a rule that is none.
            _ => mask::ends(value, 0, 0),
        }
    }
}

const DETAILS: usize = Detail::ALL.len();
const OBJECTS: usize = Detail::OBJECTS.len();

/// How far each detail is open to somebody. Travels as one letter for each, objects first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DetailRules([[Access; DETAILS]; OBJECTS]);

impl DetailRules {
    /// Everything is seen and changed.
    pub const OPEN: Self = Self([[Access::Edit; DETAILS]; OBJECTS]);

    fn place(object: Object) -> Option<usize> {
        Detail::OBJECTS.into_iter().position(|with| with == object)
    }

    /// How far a detail is open. What has no rule is.
    #[must_use]
    pub fn access(&self, object: Object, detail: Detail) -> Access {
        if !Detail::of(object).contains(&detail) {
            return Access::Edit;
        }
        let row = Self::place(object).and_then(|place| self.0.get(place));
        row.and_then(|row| row.get(detail as usize)).copied().unwrap_or_default()
    }

    /// Whether a detail is seen as it is.
    #[must_use]
    pub fn reads(&self, object: Object, detail: Detail) -> bool {
        self.access(object, detail) >= Access::Read
    }

    /// The same rules, and another for one detail.
    #[must_use]
    pub fn set(mut self, object: Object, detail: Detail, access: Access) -> Self {
        let row = Self::place(object).and_then(|place| self.0.get_mut(place));
        if let Some(cell) = row.and_then(|row| row.get_mut(detail as usize)) {
            *cell = access;
        }
        self
    }

    /// What is open to somebody with both: of each detail the more.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (mine, theirs) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *mine = (*mine).max(*theirs);
        }
        self
    }

    /// The same rules for objects that `there` names; of others nothing is seen.
    #[must_use]
    pub(super) fn only(mut self, there: impl Fn(Object) -> bool) -> Self {
        for (object, row) in Detail::OBJECTS.into_iter().zip(&mut self.0) {
            if !there(object) {
                *row = [Access::Hidden; DETAILS];
            }
        }
        self
    }

    /// Every detail there is a rule for that keeps something back.
    pub fn restricted(&self) -> impl Iterator<Item = (Object, Detail, Access)> {
        Detail::everywhere()
            .map(|(object, detail)| (object, detail, self.access(object, detail)))
            .filter(|(_, _, access)| *access != Access::Edit)
    }

    /// Whether nothing is kept back of records of a kind, neither from being seen nor from being changed.
    #[must_use]
    pub fn is_open(&self, object: Object) -> bool {
        self.restricted().all(|(restricted, _, _)| restricted != object)
    }

    /// Its letters.
    pub(super) fn letters(&self) -> impl Iterator<Item = char> {
        self.0.iter().flatten().map(|access| access.letter())
    }

    /// From as many letters as there are.
    pub(super) fn read(letters: &mut impl Iterator<Item = char>) -> Result<Self, &'static str> {
        let mut rules = Self::default();
        for cell in rules.0.iter_mut().flatten() {
            let letter = letters.next().ok_or("too few details")?;
            *cell = Access::ALL
                .into_iter()
                .find(|access| access.letter() == letter)
                .ok_or("an unknown access")?;
        }
        Ok(rules)
    }

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
            crate::account::AccountKind::Individual => Detail::JobTitle,
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

#[cfg(test)]
mod tests;
