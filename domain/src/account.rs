//! Customers: companies and individuals. One validation engine for form, import and API:
//! every field is read by [`AccountData::set`] and written out by [`AccountData::get`].

use crate::{
    address::Address,
    contact::ContactPoint,
    date::Date,
    field::{FieldError, FormErrors},
    id::{AccountId, AccountNumber, UserId, Version},
    money, text,
    time::{DAY, HOUR, Instant},
};
use serde::{Deserialize, Serialize};

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal [$($alias:literal),*]),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant),* }

        impl $name {
            /// Every choice, in the order menus show them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As stored and as the form sends it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// Reads a code, or one of the words files use for it in English or Chinese.
            ///
            /// # Errors
            /// `UnknownOption`.
            pub fn parse(raw: &str) -> Result<Self, $crate::field::FieldError> {
                // As it is kept: every row of a list is read this way.
                if let Some(known) = Self::ALL.iter().find(|known| known.code() == raw) {
                    return Ok(*known);
                }
                let folded = $crate::text::fold(raw);
                match folded.as_str() {
                    $($code $(| $alias)* => Ok(Self::$variant),)*
                    _ => Err($crate::field::FieldError::UnknownOption),
                }
            }
        }
    };
}
pub(crate) use choices;

pub use crate::tag::{MOST_TAGS, tags};

choices! {
    /// What kind of customer a record is.
    AccountKind {
        /// A firm, an authority, a school.
        Company = "company" ["企业", "公司", "单位", "企业客户", "customer", "business"],
        /// A person who buys for himself.
        Individual = "individual" ["个人", "个人客户", "person", "consumer"],
        /// Sells with us.
        Partner = "partner" ["伙伴", "合作伙伴", "代理商", "经销商", "reseller"],
        /// Sells against us.
        Competitor = "competitor" ["竞争对手"],
    }
}

choices! {
    /// Where a customer stands.
    AccountStatus {
        /// Has not bought yet.
        Potential = "potential" ["潜在", "潜在客户", "prospect", "lead"],
        /// Buys.
        Active = "active" ["活跃", "成交客户", "成交", "合作中", "customer"],
        /// Comes back.
        Loyal = "loyal" ["忠诚", "忠实", "忠诚客户", "忠实客户"],
        /// Might leave.
        AtRisk = "at_risk" ["流失风险", "at risk", "有风险"],
        /// Left.
        Churned = "churned" ["已流失", "流失", "lost"],
    }
}

choices! {
    /// How much attention a customer gets.
    Level {
        /// Very important.
        Vip = "vip" ["重要", "重点", "重点客户", "s"],
        /// High.
        High = "high" ["高", "a", "a级"],
        /// Medium.
        Medium = "medium" ["中", "normal", "普通", "b", "b级"],
        /// Low.
        Low = "low" ["低", "c", "c级"],
    }
}

choices! {
    /// A field of a customer that a person can change.
    AccountField {
        /// Name as the customer writes it.
        Name = "name" [],
        /// Short name.
        ShortName = "short_name" [],
        /// Kind of customer.
        Kind = "kind" [],
        /// Unified social credit code.
        CreditCode = "credit_code" [],
        /// Line of business.
        Industry = "industry" [],
        /// Number of employees.
        Employees = "employees" [],
        /// Web page.
        Website = "website" [],
        /// Year of foundation.
        FoundedYear = "founded_year" [],
        /// The customer's own yearly revenue.
        AnnualRevenue = "annual_revenue" [],
        /// What the customer is worth to us a year.
        Value = "value" [],
        /// Status.
        Status = "status" [],
        /// Level.
        Level = "level" [],
        /// Where the customer came from.
        Source = "source" [],
        /// Birthday of an individual.
        Birthday = "birthday" [],
        /// Job of an individual.
        JobTitle = "job_title" [],
        /// Day of the last contact.
        LastContact = "last_contact" [],
        /// Remark.
        Remark = "remark" [],
        /// Colleague in charge, by user id; empty for nobody.
        Owner = "owner" [],
    }
}

/// Most characters of a name.
pub const NAME_CHARS: usize = 200;
/// Most characters of a short field.
pub const SHORT_CHARS: usize = 100;
/// Most characters of a remark or a note.
pub const REMARK_CHARS: usize = 20_000;

/// What people know about a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountData {
    /// Name as the customer writes it, 1 to [`NAME_CHARS`] characters.
    pub name: String,
    /// Short name or empty.
    pub short_name: String,
    /// Kind of customer.
    pub kind: AccountKind,
    /// Unified social credit code, 18 characters, or empty.
    pub credit_code: String,
    /// Line of business or empty.
    pub industry: String,
    /// Number of employees.
    pub employees: Option<i64>,
    /// Web page with scheme, or empty.
    pub website: String,
    /// Year of foundation, 1000 to 2200.
    pub founded_year: Option<i64>,
    /// The customer's own yearly revenue, minor units of the organisation's currency.
    pub annual_revenue_minor: Option<i64>,
    /// Worth to us a year, minor units of the organisation's currency; 0 when not known.
    pub value_minor: i64,
    /// Status.
    pub status: AccountStatus,
    /// Level, if somebody set one.
    pub level: Option<Level>,
    /// Where the customer came from, or empty.
    pub source: String,
    /// Birthday of an individual.
    pub birthday: Option<Date>,
    /// Job of an individual, or empty.
    pub job_title: String,
    /// Last contact, [`Instant::NEVER`] if none; a day typed by hand counts as its 12:00 UTC.
    pub last_contact_at: Instant,
    /// Remark or empty; several lines.
    pub remark: String,
    /// Colleague in charge.
    pub owner: Option<UserId>,
}

impl Default for AccountData {
    fn default() -> Self {
        Self {
            name: String::new(),
            short_name: String::new(),
            kind: AccountKind::Company,
            credit_code: String::new(),
            industry: String::new(),
            employees: None,
            website: String::new(),
            founded_year: None,
            annual_revenue_minor: None,
            value_minor: 0,
            status: AccountStatus::Potential,
            level: None,
            source: String::new(),
            birthday: None,
            job_title: String::new(),
            last_contact_at: Instant::NEVER,
            remark: String::new(),
            owner: None,
        }
    }
}

impl AccountData {
    /// Reads what was typed into one field. `decimals` are those of the organisation's currency.
    /// On an error the field keeps its value.
    ///
    /// # Errors
    /// The [`FieldError`] that says what to type instead.
    pub fn set(&mut self, field: AccountField, raw: &str, decimals: u8) -> Result<(), FieldError> {
        let short = || text::line(raw, SHORT_CHARS).map(Option::unwrap_or_default);
        match field {
            AccountField::Name => {
                self.name = text::line(raw, NAME_CHARS)?.ok_or(FieldError::Required)?;
            }
            AccountField::ShortName => self.short_name = short()?,
            AccountField::Kind => self.kind = AccountKind::parse(raw)?,
            AccountField::CreditCode => {
                self.credit_code = text::credit_code(raw)?.unwrap_or_default();
            }
            AccountField::Industry => self.industry = short()?,
            AccountField::Employees => self.employees = whole(raw, 0, 100_000_000)?,
            AccountField::Website => self.website = text::web_address(raw)?.unwrap_or_default(),
            AccountField::FoundedYear => self.founded_year = whole(raw, 1000, 2200)?,
            AccountField::AnnualRevenue => self.annual_revenue_minor = amount(raw, decimals)?,
            AccountField::Value => self.value_minor = amount(raw, decimals)?.unwrap_or(0),
            AccountField::Status => self.status = AccountStatus::parse(raw)?,
            AccountField::Level => {
                self.level = if raw.trim().is_empty() { None } else { Some(Level::parse(raw)?) };
            }
            AccountField::Source => self.source = short()?,
            AccountField::Birthday => self.birthday = day(raw)?,
            AccountField::JobTitle => self.job_title = short()?,
            AccountField::LastContact => self.last_contact_at = contact_day(raw)?,
            AccountField::Remark => {
                self.remark = text::paragraph(raw, REMARK_CHARS)?.unwrap_or_default();
            }
            AccountField::Owner => self.owner = owner(raw)?,
        }
        Ok(())
    }

    /// A field as a person would type it, so that [`Self::set`] reads it back equal.
    #[must_use]
    pub fn get(&self, field: AccountField, decimals: u8) -> String {
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        match field {
            AccountField::Name => self.name.clone(),
            AccountField::ShortName => self.short_name.clone(),
            AccountField::Kind => self.kind.code().to_owned(),
            AccountField::CreditCode => self.credit_code.clone(),
            AccountField::Industry => self.industry.clone(),
            AccountField::Employees => number(self.employees),
            AccountField::Website => self.website.clone(),
            AccountField::FoundedYear => number(self.founded_year),
            AccountField::AnnualRevenue => {
                self.annual_revenue_minor.map(|n| money::plain(n, decimals)).unwrap_or_default()
            }
            AccountField::Value if self.value_minor == 0 => String::new(),
            AccountField::Value => money::plain(self.value_minor, decimals),
            AccountField::Status => self.status.code().to_owned(),
            AccountField::Level => self.level.map(Level::code).unwrap_or_default().to_owned(),
            AccountField::Source => self.source.clone(),
            AccountField::Birthday => self.birthday.map(String::from).unwrap_or_default(),
            AccountField::JobTitle => self.job_title.clone(),
            AccountField::LastContact => contact_day_text(self.last_contact_at),
            AccountField::Remark => self.remark.clone(),
            AccountField::Owner => self.owner.map(|id| id.to_string()).unwrap_or_default(),
        }
    }
}

/// A whole number as typed, or nothing.
pub(crate) fn whole(raw: &str, min: i64, max: i64) -> Result<Option<i64>, FieldError> {
    let folded: String =
        text::half_width(raw).chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    if folded.is_empty() {
        return Ok(None);
    }
    let number: i64 =
        folded.strip_suffix(".0").unwrap_or(&folded).parse().map_err(|_| FieldError::NotANumber)?;
    if (min..=max).contains(&number) {
        Ok(Some(number))
    } else {
        Err(FieldError::OutOfRange { min, max })
    }
}

fn amount(raw: &str, decimals: u8) -> Result<Option<i64>, FieldError> {
    if raw.trim().is_empty() { Ok(None) } else { money::parse_minor(raw, decimals).map(Some) }
}

/// A day as typed, or nothing.
pub(crate) fn day(raw: &str) -> Result<Option<Date>, FieldError> {
    if raw.trim().is_empty() { Ok(None) } else { Date::parse(raw).map(Some) }
}

/// The instant a typed day of contact stands for: its 12:00 UTC, which is the same day on the
/// clocks of nearly the whole world.
pub(crate) fn contact_day(raw: &str) -> Result<Instant, FieldError> {
    Ok(day(raw)?.map_or(Instant::NEVER, |date| Instant(date.days() * DAY + 12 * HOUR)))
}

pub(crate) fn contact_day_text(at: Instant) -> String {
    if at.is_set() { Date::from_days(at.0.div_euclid(DAY)).to_string() } else { String::new() }
}

pub(crate) fn owner(raw: &str) -> Result<Option<UserId>, FieldError> {
    if raw.trim().is_empty() {
        return Ok(None);
    }
    raw.trim().parse().map(Some).map_err(|_| FieldError::Unknown)
}

/// One changed field, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEdit {
    /// Name of the field, for instance `short_name`.
    pub field: String,
    /// What was typed.
    pub value: String,
}

/// Everything the form for a new customer sends; absent fields are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountForm {
    /// Name.
    pub name: String,
    /// Kind code; empty means company.
    pub kind: String,
    /// Short name.
    pub short_name: String,
    /// Credit code.
    pub credit_code: String,
    /// Industry.
    pub industry: String,
    /// Employees.
    pub employees: String,
    /// Website.
    pub website: String,
    /// Value a year.
    pub value: String,
    /// Status code; empty means potential.
    pub status: String,
    /// Level code.
    pub level: String,
    /// Source.
    pub source: String,
    /// Birthday.
    pub birthday: String,
    /// Job title.
    pub job_title: String,
    /// Remark.
    pub remark: String,
    /// Owner's user id.
    pub owner: String,
    /// First phone.
    pub phone: String,
    /// Second phone.
    pub phone_2: String,
    /// First e-mail.
    pub email: String,
    /// Second e-mail.
    pub email_2: String,
    /// WeChat id.
    pub wechat: String,
    /// Country.
    pub country: String,
    /// Province or state.
    pub province: String,
    /// City.
    pub city: String,
    /// District.
    pub district: String,
    /// Street and house.
    pub street: String,
    /// Tags, separated by commas.
    pub tags: String,
}

impl AccountForm {
    /// The fields of the form that belong to [`AccountData`].
    fn fields(&self) -> [(AccountField, &str); 15] {
        [
            (AccountField::Name, &self.name),
            (AccountField::Kind, if self.kind.is_empty() { "company" } else { &self.kind }),
            (AccountField::ShortName, &self.short_name),
            (AccountField::CreditCode, &self.credit_code),
            (AccountField::Industry, &self.industry),
            (AccountField::Employees, &self.employees),
            (AccountField::Website, &self.website),
            (AccountField::Value, &self.value),
            (AccountField::Status, if self.status.is_empty() { "potential" } else { &self.status }),
            (AccountField::Level, &self.level),
            (AccountField::Source, &self.source),
            (AccountField::Birthday, &self.birthday),
            (AccountField::JobTitle, &self.job_title),
            (AccountField::Remark, &self.remark),
            (AccountField::Owner, &self.owner),
        ]
    }

    /// Reads the whole form. Phones are normalised by the server later (see
    /// [`crate::contact::ContactDraft`]); everything else is decided here.
    ///
    /// # Errors
    /// Every complaint at once, under the names of the form.
    pub fn parse(&self, decimals: u8) -> Result<AccountDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let mut data = AccountData::default();
        for (field, raw) in self.fields() {
            errors.take(field.code(), data.set(field, raw, decimals));
        }
        let contacts = crate::contact::read_all(
            &mut errors,
            &[
                ("phone", crate::contact::ContactKind::Mobile, &self.phone),
                ("phone_2", crate::contact::ContactKind::Phone, &self.phone_2),
                ("email", crate::contact::ContactKind::Email, &self.email),
                ("email_2", crate::contact::ContactKind::Email, &self.email_2),
                ("wechat", crate::contact::ContactKind::Wechat, &self.wechat),
            ],
        );
        let address = crate::address::AddressForm {
            country: self.country.clone(),
            province: self.province.clone(),
            city: self.city.clone(),
            district: self.district.clone(),
            street: self.street.clone(),
        };
        let address = match address.parse() {
            Ok(address) => address,
            Err(more) => {
                errors.0.extend(more.0);
                None
            }
        };
        let tags = errors.take("tags", tags(&self.tags)).unwrap_or_default();
        errors.into_result(AccountDraft {
            data,
            contacts,
            addresses: address.into_iter().collect(),
            tags,
            source_system: None,
            external_id: None,
        })
    }
}

/// A customer that is ready to be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDraft {
    /// The fields.
    pub data: AccountData,
    /// Phones, e-mails and the like.
    pub contacts: Vec<crate::contact::ContactDraft>,
    /// Addresses.
    pub addresses: Vec<crate::address::AddressData>,
    /// Tags.
    pub tags: Vec<String>,
    /// The system this record also lives in.
    pub source_system: Option<String>,
    /// Its id there; unique together with the system.
    pub external_id: Option<String>,
}

/// A stored customer with what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Identity.
    pub id: AccountId,
    /// Number people use.
    pub number: AccountNumber,
    /// Counts changes.
    pub version: Version,
    /// The fields.
    pub data: AccountData,
    /// Phones, e-mails and the like, primary first.
    pub contacts: Vec<ContactPoint>,
    /// Addresses.
    pub addresses: Vec<Address>,
    /// Tags, by name.
    pub tags: Vec<String>,
    /// When it was made.
    pub created_at: Instant,
    /// By whom.
    pub created_by: UserId,
    /// When it was last changed.
    pub updated_at: Instant,
    /// By whom.
    pub updated_by: UserId,
    /// When it was put into the bin.
    pub deleted_at: Option<Instant>,
}

/// A customer as a list row shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSummary {
    /// Identity.
    pub id: AccountId,
    /// Number people use.
    pub number: AccountNumber,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: AccountKind,
    /// Status.
    pub status: AccountStatus,
    /// Level.
    pub level: Option<Level>,
    /// Industry or, for individuals, job.
    pub industry: String,
    /// Worth a year, minor units of the organisation's currency.
    pub value_minor: i64,
    /// Colleague in charge.
    pub owner: Option<UserId>,
    /// Last contact.
    pub last_contact_at: Instant,
    /// When it was made.
    pub created_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_complains_about_everything_at_once() {
        let form = AccountForm {
            name: "  ".to_owned(),
            email: "x".to_owned(),
            value: "much".to_owned(),
            birthday: "1994-02-30".to_owned(),
            ..AccountForm::default()
        };
        let errors = form.parse(2).unwrap_err();
        assert_eq!(errors.about("name"), Some(&FieldError::Required));
        assert_eq!(errors.about("email"), Some(&FieldError::NotAnEmail));
        assert_eq!(errors.about("value"), Some(&FieldError::NotANumber));
        assert_eq!(errors.about("birthday"), Some(&FieldError::NotADate));
        assert_eq!(errors.0.len(), 4);
    }

    #[test]
    fn what_get_shows_set_reads_back() {
        let mut data = AccountData::default();
        let typed = [
            (AccountField::Name, "王"),
            (AccountField::Kind, "个人客户"),
            (AccountField::Employees, "1,200"),
            (AccountField::Website, "acme.com"),
            (AccountField::Value, "1.2万"),
            (AccountField::Level, "高"),
            (AccountField::LastContact, "2025/07/17"),
            (AccountField::Remark, "a\nb"),
        ];
        for (field, raw) in typed {
            data.set(field, raw, 2).unwrap();
        }
        let mut copy = AccountData::default();
        for field in AccountField::ALL {
            copy.set(*field, &data.get(*field, 2), 2).unwrap();
        }
        assert_eq!(copy, data);
        assert_eq!(data.value_minor, 1_200_000);
    }
}
