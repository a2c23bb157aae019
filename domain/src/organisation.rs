//! The organisation that runs this installation: name, language, currency, time zone.

use crate::{
    account::whole,
    field::{FieldError, FormErrors},
    lang::Lang,
    money::Currency,
    text,
};
use serde::{Deserialize, Serialize};

/// Settings of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Name in Chinese; falls back to English.
    pub name_zh: String,
    /// Name in English; falls back to Chinese.
    pub name_en: String,
    /// Language of screens for those who chose none.
    pub lang: Lang,
    /// Currency the books are kept in.
    pub currency: Currency,
    /// IANA name of the time zone, for instance `Asia/Shanghai`.
    pub time_zone: String,
    /// ISO 3166 alpha-2 country that phones without a country code belong to.
    pub region: String,
    /// The most rows that one export of customers or people takes out.
    pub export_rows: i64,
}

/// The most rows of an export, unless an administrator says otherwise.
const EXPORT_ROWS: i64 = 50_000;
/// What an administrator may say.
const MOST_EXPORT_ROWS: i64 = 10_000_000;

impl Default for Organisation {
    fn default() -> Self {
        Self {
            name_zh: String::new(),
            name_en: String::new(),
            lang: Lang::En,
            currency: Currency::default(),
            time_zone: "Asia/Shanghai".to_owned(),
            region: "CN".to_owned(),
            export_rows: EXPORT_ROWS,
        }
    }
}

impl Organisation {
    /// The names there are, as words that a password may not be made of.
    #[must_use]
    pub fn names(&self) -> [&str; 2] {
        [&self.name_zh, &self.name_en]
    }

    /// Whether one export takes out more than with `before`; where there was nothing, than at first.
    #[must_use]
    pub fn takes_more_out_than(&self, before: Option<&Self>) -> bool {
        self.export_rows > before.map_or(EXPORT_ROWS, |before| before.export_rows)
    }

    /// The name in a language, or the one there is.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh if !self.name_zh.is_empty() => &self.name_zh,
            Lang::En if self.name_en.is_empty() => &self.name_zh,
            _ => &self.name_en,
        }
    }
}

/// The settings as the form sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrganisationForm {
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Language tag.
    pub lang: String,
    /// Currency code.
    pub currency: String,
    /// Time zone.
    pub time_zone: String,
    /// Country code.
    pub region: String,
    /// The most rows of an export, as typed; nothing for as many as at first.
    pub export_rows: String,
}

impl OrganisationForm {
    /// Reads the form. Whether the time zone exists is the server's to say: it has the table.
    ///
    /// # Errors
    /// Complaints under the names of the form.
    pub fn parse(&self) -> Result<Organisation, FormErrors> {
        let mut errors = FormErrors::default();
        let mut name = |field: &str, raw: &str| {
            errors.take(field, text::line(raw, 100)).flatten().unwrap_or_default()
        };
        let (name_zh, name_en) = (name("name_zh", &self.name_zh), name("name_en", &self.name_en));
        if name_zh.is_empty() && name_en.is_empty() && errors.0.is_empty() {
            errors.take::<()>("name_en", Err(FieldError::Required));
        }
        let lang = errors
            .take("lang", Lang::from_tag(&self.lang).ok_or(FieldError::UnknownOption))
            .unwrap_or_default();
        let currency =
            errors.take("currency", Currency::try_from(self.currency.clone())).unwrap_or_default();
        let zone_like = |zone: &str| {
            !zone.is_empty()
                && zone.len() <= 64
                && zone.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c))
        };
        if !zone_like(&self.time_zone) {
            errors.take::<()>("time_zone", Err(FieldError::UnknownOption));
        }
        let region = if self.region.trim().is_empty() { "CN" } else { self.region.trim() };
        let region = region.to_ascii_uppercase();
        if region.len() != 2 || !region.bytes().all(|b| b.is_ascii_uppercase()) {
            errors.take::<()>("region", Err(FieldError::UnknownOption));
        }
        let export_rows = errors
            .take("export_rows", whole(&self.export_rows, 1, MOST_EXPORT_ROWS))
            .flatten()
            .unwrap_or(EXPORT_ROWS);
        errors.into_result(Organisation {
            name_zh,
            name_en,
            lang,
            currency,
            time_zone: self.time_zone.clone(),
            region,
            export_rows,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_higher_bound_takes_more_out() {
        let bound = |export_rows| Organisation { export_rows, ..Organisation::default() };
        let takes_more =
            |after: i64, before: i64| bound(after).takes_more_out_than(Some(&bound(before)));
        assert!(takes_more(11, 10) && !takes_more(10, 10) && !takes_more(9, 10));
        // An empty field stands for as many as at first.
        let form = OrganisationForm {
            name_en: "Lantern".to_owned(),
            lang: "en".to_owned(),
            currency: "EUR".to_owned(),
            time_zone: "UTC".to_owned(),
            ..OrganisationForm::default()
        };
        assert!(form.parse().unwrap().takes_more_out_than(Some(&bound(10))));
        assert!(!form.parse().unwrap().takes_more_out_than(None));
        assert!(bound(EXPORT_ROWS + 1).takes_more_out_than(None));
    }
}
