//! Contact persons. One validation engine for form, import and API, as for customers.

use crate::{
    account::{
        NAME_CHARS, REMARK_CHARS, SHORT_CHARS, choices, contact_day, contact_day_text, day, owner,
    },
    contact::{ContactDraft, ContactKind, ContactPoint, read_all},
    date::Date,
    field::{FieldError, FormErrors},
    id::{AccountId, AccountNumber, PersonId, PersonNumber, UserId, Version},
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};

choices! {
    /// Gender, where it is known.
    Gender {
        /// Female.
        Female = "female" ["女", "f", "女士"],
        /// Male.
        Male = "male" ["男", "m", "先生"],
        /// Another, or none.
        Other = "other" ["其他"],
    }
}

choices! {
    /// The calendar a birthday is kept in.
    Calendar {
        /// Solar.
        Solar = "solar" ["公历", "阳历"],
        /// Chinese lunar.
        Lunar = "lunar" ["农历", "阴历"],
    }
}

choices! {
    /// A field of a person that can be changed.
    PersonField {
        /// Full name.
        FullName = "full_name" [],
        /// Job title.
        Title = "title" [],
        /// Department.
        Department = "department" [],
        /// Gender.
        Gender = "gender" [],
        /// Birthday.
        Birthday = "birthday" [],
        /// Calendar of the birthday.
        BirthdayCalendar = "birthday_calendar" [],
        /// Day of the last contact.
        LastContact = "last_contact" [],
        /// Where the person was met.
        Source = "source" [],
        /// Remark.
        Remark = "remark" [],
        /// Colleague in charge, by user id.
        Owner = "owner" [],
    }
}

/// What people know about a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonData {
    /// Full name in one piece, 1 to [`NAME_CHARS`] characters.
    pub full_name: String,
    /// Job title or empty.
    pub title: String,
    /// Department or empty.
    pub department: String,
    /// Gender.
    pub gender: Option<Gender>,
    /// Birthday.
    pub birthday: Option<Date>,
    /// Calendar of the birthday.
    pub birthday_calendar: Calendar,
    /// Last contact; a day typed by hand counts as its 12:00 UTC.
    pub last_contact_at: Instant,
    /// Where the person was met, or empty.
    pub source: String,
    /// Remark or empty.
    pub remark: String,
    /// Colleague in charge.
    pub owner: Option<UserId>,
}

impl Default for PersonData {
    fn default() -> Self {
        Self {
            full_name: String::new(),
            title: String::new(),
            department: String::new(),
            gender: None,
            birthday: None,
            birthday_calendar: Calendar::Solar,
            last_contact_at: Instant::NEVER,
            source: String::new(),
            remark: String::new(),
            owner: None,
        }
    }
}

impl PersonData {
    /// Reads what was typed into one field. On an error the field keeps its value.
    ///
    /// # Errors
    /// The [`FieldError`] that says what to type instead.
    pub fn set(&mut self, field: PersonField, raw: &str) -> Result<(), FieldError> {
        let short = || text::line(raw, SHORT_CHARS).map(Option::unwrap_or_default);
        match field {
            PersonField::FullName => {
                self.full_name = text::line(raw, NAME_CHARS)?.ok_or(FieldError::Required)?;
            }
            PersonField::Title => self.title = short()?,
            PersonField::Department => self.department = short()?,
            PersonField::Gender => {
                self.gender = if raw.trim().is_empty() { None } else { Some(Gender::parse(raw)?) };
            }
            PersonField::Birthday => self.birthday = day(raw)?,
            PersonField::BirthdayCalendar => {
                self.birthday_calendar =
                    if raw.trim().is_empty() { Calendar::Solar } else { Calendar::parse(raw)? };
            }
            PersonField::LastContact => self.last_contact_at = contact_day(raw)?,
            PersonField::Source => self.source = short()?,
            PersonField::Remark => {
                self.remark = text::paragraph(raw, REMARK_CHARS)?.unwrap_or_default();
            }
            PersonField::Owner => self.owner = owner(raw)?,
        }
        Ok(())
    }

    /// A field as a person would type it, so that [`Self::set`] reads it back equal.
    #[must_use]
    pub fn get(&self, field: PersonField) -> String {
        match field {
            PersonField::FullName => self.full_name.clone(),
            PersonField::Title => self.title.clone(),
            PersonField::Department => self.department.clone(),
            PersonField::Gender => self.gender.map(Gender::code).unwrap_or_default().to_owned(),
            PersonField::Birthday => self.birthday.map(String::from).unwrap_or_default(),
            PersonField::BirthdayCalendar => self.birthday_calendar.code().to_owned(),
            PersonField::LastContact => contact_day_text(self.last_contact_at),
            PersonField::Source => self.source.clone(),
            PersonField::Remark => self.remark.clone(),
            PersonField::Owner => self.owner.map(|id| id.to_string()).unwrap_or_default(),
        }
    }
}

/// Everything the form for a new person sends; absent fields are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonForm {
    /// Full name.
    pub full_name: String,
    /// Job title.
    pub title: String,
    /// Department.
    pub department: String,
    /// Gender code.
    pub gender: String,
    /// Birthday.
    pub birthday: String,
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
    /// Number of the customer the person works for (`C-1042`), or empty.
    pub account: String,
    /// What the person is there: `decider`, `user`, `payer`, or empty.
    pub role: String,
}

impl PersonForm {
    /// Reads the whole form.
    ///
    /// # Errors
    /// Every complaint at once, under the names of the form.
    pub fn parse(&self) -> Result<PersonDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let mut data = PersonData::default();
        for (field, raw) in [
            (PersonField::FullName, &self.full_name),
            (PersonField::Title, &self.title),
            (PersonField::Department, &self.department),
            (PersonField::Gender, &self.gender),
            (PersonField::Birthday, &self.birthday),
            (PersonField::Remark, &self.remark),
            (PersonField::Owner, &self.owner),
        ] {
            errors.take(field.code(), data.set(field, raw));
        }
        let contacts = read_all(
            &mut errors,
            &[
                ("phone", ContactKind::Mobile, &self.phone),
                ("phone_2", ContactKind::Phone, &self.phone_2),
                ("email", ContactKind::Email, &self.email),
                ("email_2", ContactKind::Email, &self.email_2),
                ("wechat", ContactKind::Wechat, &self.wechat),
            ],
        );
        let account = if self.account.trim().is_empty() {
            None
        } else {
            let number = self.account.parse::<AccountNumber>().map_err(|()| FieldError::Unknown);
            errors.take("account", number)
        };
        let role = if self.role.trim().is_empty() {
            None
        } else {
            errors.take("role", PersonRole::parse(&self.role))
        };
        errors.into_result(PersonDraft {
            data,
            contacts,
            account,
            role,
            source_system: None,
            external_id: None,
        })
    }
}

choices! {
    /// What a person is to the customer he or she works for.
    PersonRole {
        /// Decides.
        Decider = "decider" ["决策人"],
        /// Uses what we sell.
        User = "user" ["使用人"],
        /// Pays.
        Payer = "payer" ["付款人"],
    }
}

/// A person that is ready to be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDraft {
    /// The fields.
    pub data: PersonData,
    /// Phones, e-mails and the like.
    pub contacts: Vec<ContactDraft>,
    /// The customer the person works for.
    pub account: Option<AccountNumber>,
    /// As what.
    pub role: Option<PersonRole>,
    /// The system this record also lives in.
    pub source_system: Option<String>,
    /// Its id there.
    pub external_id: Option<String>,
}

/// Where a person works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employment {
    /// The customer.
    pub account: AccountId,
    /// Its number.
    pub number: AccountNumber,
    /// Its name.
    pub name: String,
    /// As what.
    pub role: Option<PersonRole>,
    /// The main one.
    pub is_primary: bool,
}

/// A stored person with what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Identity.
    pub id: PersonId,
    /// Number people use.
    pub number: PersonNumber,
    /// Counts changes.
    pub version: Version,
    /// The fields.
    pub data: PersonData,
    /// Phones, e-mails and the like, primary first.
    pub contacts: Vec<ContactPoint>,
    /// Where the person works, the main one first.
    pub accounts: Vec<Employment>,
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

/// A person as a list row shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSummary {
    /// Identity.
    pub id: PersonId,
    /// Number people use.
    pub number: PersonNumber,
    /// Full name.
    pub full_name: String,
    /// Job title.
    pub title: String,
    /// The main customer: number and name.
    pub account: Option<(AccountNumber, String)>,
    /// The phone to call first, as typed.
    pub phone: String,
    /// Colleague in charge.
    pub owner: Option<UserId>,
    /// Last contact.
    pub last_contact_at: Instant,
    /// When it was made.
    pub created_at: Instant,
}
