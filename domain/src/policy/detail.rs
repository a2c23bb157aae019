//! Details of customers and persons that a role may see in part, or not at all: how far each of them is open to a user,
//! and what is left of a record for who may not see all of it.

mod access;
mod mask;
mod seen;

pub use access::{Access, DetailRule};

use super::Object;
use crate::{
    account::AccountField,
    contact::ContactKind,
    id::{AddressId, ContactPointId},
    list::{Filter, Sort},
    person::PersonField,
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

/// Least first.
const WHOLE: [Access; 3] = [Access::Hidden, Access::Read, Access::Edit];

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

    /// What a role can say about it, least first: a part can be shown of what is a line of characters.
    pub fn choices(self) -> impl Iterator<Item = DetailRule> {
        let in_part = matches!(
            self,
            Self::Phone | Self::Email | Self::Messenger | Self::Address | Self::CreditCode
        );
        let whole = WHOLE.map(DetailRule::from);
        let choosable = move |rule: &DetailRule| in_part || whole.contains(rule);
        DetailRule::CHOOSABLE.into_iter().filter(choosable)
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

/// How far each detail is open to somebody. Travels as one letter for each, objects first. What is asked of the rules
/// themselves is answered for records that others are in charge of; [`DetailRules::on`] answers for one record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DetailRules([[DetailRule; DETAILS]; OBJECTS]);

impl DetailRules {
    /// Everything is seen and changed.
    pub const OPEN: Self = Self([[DetailRule::OPEN; DETAILS]; OBJECTS]);

    fn place(object: Object) -> Option<usize> {
        Detail::OBJECTS.into_iter().position(|with| with == object)
    }

    /// What is said about a detail. What has no rule is open.
    #[must_use]
    pub fn rule(&self, object: Object, detail: Detail) -> DetailRule {
        if !Detail::of(object).contains(&detail) {
            return DetailRule::OPEN;
        }
        let row = Self::place(object).and_then(|place| self.0.get(place));
        row.and_then(|row| row.get(detail as usize)).copied().unwrap_or_default()
    }

    /// How far a detail is open.
    #[must_use]
    pub fn access(&self, object: Object, detail: Detail) -> Access {
        self.rule(object, detail).others()
    }

    /// How far a field is open, by its name in forms and in the trail; one that is no detail is.
    #[must_use]
    pub fn access_named(&self, object: Object, name: &str) -> Access {
        Detail::of_name(object, name).map_or(Access::Edit, |detail| self.access(object, detail))
    }

    /// Whether details of records of a kind are open further to whoever is in charge of one.
    #[must_use]
    pub fn ask_whose(&self, object: Object) -> bool {
        let asks = |detail: &Detail| {
            let rule = self.rule(object, *detail);
            rule.on(true) != rule.on(false)
        };
        Detail::of(object).iter().any(asks)
    }

    /// The rules for a record, by whether whoever they are of is in charge of it.
    #[must_use]
    pub fn on(mut self, own: bool) -> Self {
        for cell in self.0.iter_mut().flatten() {
            *cell = cell.on(own).into();
        }
        self
    }

    /// Whether a detail is seen as it is.
    #[must_use]
    pub fn reads(&self, object: Object, detail: Detail) -> bool {
        self.access(object, detail) >= Access::Read
    }

    /// The same rules, and another for one detail.
    #[must_use]
    pub fn set(mut self, object: Object, detail: Detail, rule: impl Into<DetailRule>) -> Self {
        let row = Self::place(object).and_then(|place| self.0.get_mut(place));
        if let Some(cell) = row.and_then(|row| row.get_mut(detail as usize)) {
            *cell = rule.into();
        }
        self
    }

    /// What is open to somebody with both: of each detail the more.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (mine, theirs) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *mine = mine.or(*theirs);
        }
        self
    }

    /// The same rules for objects that `there` names; of others nothing is seen.
    #[must_use]
    pub(super) fn only(mut self, there: impl Fn(Object) -> bool) -> Self {
        for (object, row) in Detail::OBJECTS.into_iter().zip(&mut self.0) {
            if !there(object) {
                *row = [DetailRule::default(); DETAILS];
            }
        }
        self
    }

    /// Every detail there is a rule for that keeps something back.
    pub fn restricted(&self) -> impl Iterator<Item = (Object, Detail, DetailRule)> {
        Detail::everywhere()
            .map(|(object, detail)| (object, detail, self.rule(object, detail)))
            .filter(|(_, _, rule)| *rule != DetailRule::OPEN)
    }

    /// Whether nothing is kept back of records of a kind, neither from being seen nor from being changed.
    #[must_use]
    pub fn is_open(&self, object: Object) -> bool {
        self.restricted().all(|(restricted, _, _)| restricted != object)
    }

    /// Its letters.
    pub(super) fn letters(&self) -> impl Iterator<Item = char> {
        self.0.iter().flatten().map(|rule| rule.letter())
    }

    /// From as many letters as there are.
    pub(super) fn read(letters: &mut impl Iterator<Item = char>) -> Result<Self, &'static str> {
        let mut rules = Self::default();
        for cell in rules.0.iter_mut().flatten() {
            let letter = letters.next().ok_or("too few details")?;
            *cell = DetailRule::ALL
                .into_iter()
                .find(|rule| rule.letter() == letter)
                .ok_or("an unknown access")?;
        }
        Ok(rules)
    }
}

#[cfg(test)]
mod tests;
