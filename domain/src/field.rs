//! What can be wrong with one field: codes with parameters, worded by whoever shows them.
//! Form, import and API answer with the same codes.

use serde::{Deserialize, Serialize};

/// Why a typed value was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum FieldError {
    /// Nothing was typed where something is needed.
    #[error("required")]
    Required,
    /// More characters than fit.
    #[error("longer than {max} characters")]
    TooLong {
        /// Most characters (Unicode scalar values).
        max: usize,
    },
    /// Fewer characters than asked for.
    #[error("shorter than {min} characters")]
    TooShort {
        /// Fewest characters.
        min: usize,
    },
    /// Holds characters that cannot be shown, such as NUL.
    #[error("holds control characters")]
    ControlCharacter,
    /// Not a phone number of any country.
    #[error("not a phone number")]
    NotAPhone,
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    NotAnEmail,
    /// Not a day of the calendar.
    #[error("not a date")]
    NotADate,
    /// Not a time of day.
    #[error("not a time of day")]
    NotATime,
    /// A time that is yet to come.
    #[error("a time that is yet to come")]
    Future,
    /// A day that is over.
    #[error("a day that is over")]
    Past,
    /// Not a number.
    #[error("not a number")]
    NotANumber,
    /// A number outside what makes sense.
    #[error("not between {min} and {max}")]
    OutOfRange {
        /// Smallest allowed value.
        min: i64,
        /// Largest allowed value.
        max: i64,
    },
    /// Not an address of a web page (http or https).
    #[error("not a web address")]
    NotAUrl,
    /// Not the address of a provider of sign-ins: encrypted, or on this machine.
    #[error("not the address of a provider")]
    NotAnIssuer,
    /// Not an 18-character unified social credit code (GB 32100-2015).
    #[error("not a credit code")]
    NotACreditCode,
    /// Not one of the choices.
    #[error("not one of the choices")]
    UnknownOption,
    /// Somebody else has it.
    #[error("already taken")]
    Taken,
    /// On the list of passwords that are tried first.
    #[error("too easy to guess")]
    TooCommon,
    /// The two entries differ.
    #[error("the two entries differ")]
    Differs,
    /// The user's roles keep it from being written.
    #[error("not for this user to write")]
    NotYours,
    /// Names a colleague who does not see the record.
    #[error("does not see the record")]
    OutOfSight {
        /// Whether it can be shared with them.
        shares: bool,
    },
    /// Names something that is not there.
    #[error("not found")]
    Unknown,
    /// Deals stand or stood there: it is a part of their past.
    #[error("used by {deals} deals")]
    UsedBy {
        /// How many.
        deals: i64,
    },
    /// Another row of the file says otherwise, and its value stays.
    #[error("another row of the file says otherwise")]
    OtherRow,
    /// Taken as something else: written in another way, or mapped to it.
    #[error("read as {value}")]
    ReadAs {
        /// What it was taken as.
        value: String,
    },
    /// Names something that is not there; it was kept in a note.
    #[error("not found, kept in a note")]
    Noted,
    /// More of them than one record holds.
    #[error("more than {max} of them")]
    TooMany {
        /// Most of them.
        max: usize,
    },
}

/// What is wrong with a form: field name and reason, in form order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormErrors(pub Vec<(String, FieldError)>);

impl FormErrors {
    /// One complaint about one field.
    #[must_use]
    pub fn one(field: &str, error: FieldError) -> Self {
        Self(vec![(field.to_owned(), error)])
    }

    /// The first complaint about `field`.
    #[must_use]
    pub fn about(&self, field: &str) -> Option<&FieldError> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, error)| error)
    }

    /// Keeps the value of `parsed`, or remembers its complaint under `field`.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, FieldError>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.push((field.to_owned(), error));
                None
            }
        }
    }

    /// Keeps the complaints of a part that was read by itself, and what it gave otherwise.
    pub fn join<T>(&mut self, part: Result<T, Self>) -> Option<T> {
        match part {
            Ok(value) => Some(value),
            Err(errors) => {
                self.0.extend(errors.0);
                None
            }
        }
    }

    /// `value` if nothing was wrong.
    ///
    /// # Errors
    /// The complaints gathered so far.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}
