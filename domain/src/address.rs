//! Postal addresses, as typed.

use crate::{field::FormErrors, id::AddressId, text};
use serde::{Deserialize, Serialize};

/// An address as the form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddressForm {
    /// Country.
    pub country: String,
    /// Province or state.
    pub province: String,
    /// City.
    pub city: String,
    /// District.
    pub district: String,
    /// Street and house; the whole address where it came in one piece.
    pub street: String,
}

impl AddressForm {
    /// Reads the form; `None` when nothing was typed.
    ///
    /// # Errors
    /// Complaints under the names of the form.
    pub fn parse(&self) -> Result<Option<AddressData>, FormErrors> {
        let mut errors = FormErrors::default();
        let mut line = |name: &str, raw: &str, max: usize| {
            errors.take(name, text::line(raw, max)).flatten().unwrap_or_default()
        };
        let data = AddressData {
            country: line("country", &self.country, 100),
            province: line("province", &self.province, 100),
            city: line("city", &self.city, 100),
            district: line("district", &self.district, 100),
            street: line("street", &self.street, 300),
        };
        let empty = data == AddressData::default();
        errors.into_result((!empty).then_some(data))
    }
}

/// A postal address; parts that are not known are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressData {
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
}

impl AddressData {
    /// One line: from large to small without blanks where it is written in Han characters, from
    /// small to large with commas otherwise.
    #[must_use]
    pub fn one_line(&self) -> String {
        let large_first = [&self.country, &self.province, &self.city, &self.district, &self.street];
        let known: Vec<&str> =
            large_first.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        if known.iter().any(|part| part.chars().any(text::is_han)) {
            known.concat()
        } else {
            known.into_iter().rev().collect::<Vec<_>>().join(", ")
        }
    }
}

/// A stored address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Identity.
    pub id: AddressId,
    /// The parts.
    pub data: AddressData,
}
