//! Names that an organisation gives to what it sets up itself, such as its stages: in English, in Chinese, or in both.

use crate::{
    field::{FieldError, FormErrors},
    lang::Lang,
    text,
};
use serde::{Deserialize, Serialize};

/// Most characters of a name in one language.
pub const LABEL_CHARS: usize = 60;

/// A name in one language at least; an empty one is not given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Label {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Label {
    /// Reads both as typed; complaints stand under `field` with `_en` and `_zh`.
    pub fn read(errors: &mut FormErrors, field: &str, en: &str, zh: &str) -> Self {
        Self::read_up_to(errors, field, en, zh, LABEL_CHARS)
    }

    /// The same for names of up to `max` characters, such as questions.
    pub fn read_up_to(
        errors: &mut FormErrors,
        field: &str,
        en: &str,
        zh: &str,
        max: usize,
    ) -> Self {
        let mut one = |language: &str, raw: &str| {
            let line = text::line(raw, max);
            errors.take(&format!("{field}_{language}"), line).flatten().unwrap_or_default()
        };
        let label = Self { en: one("en", en), zh: one("zh", zh) };
        if en.trim().is_empty() && zh.trim().is_empty() {
            errors.0.push((format!("{field}_en"), FieldError::Required));
        }
        label
    }

    /// Reads several lines in each language, none of which has to be there.
    pub fn paragraphs(
        errors: &mut FormErrors,
        field: &str,
        en: &str,
        zh: &str,
        max: usize,
    ) -> Self {
        let mut one = |language: &str, raw: &str| {
            let lines = text::paragraph(raw, max);
            errors.take(&format!("{field}_{language}"), lines).flatten().unwrap_or_default()
        };
        Self { en: one("en", en), zh: one("zh", zh) }
    }

    /// The name in a language, or in the other one where it has none.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> &str {
        let (first, second) = match lang {
            Lang::En => (&self.en, &self.zh),
            Lang::Zh => (&self.zh, &self.en),
        };
        if first.is_empty() { second } else { first }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_language_is_enough_and_none_is_too_little() {
        let mut errors = FormErrors::default();
        let label = Label::read(&mut errors, "name", " Sales ", "");
        assert!(errors.0.is_empty());
        assert_eq!([Lang::En, Lang::Zh].map(|lang| label.in_lang(lang)), ["Sales", "Sales"]);
        Label::read(&mut errors, "name", " ", "");
        assert_eq!(errors.about("name_en"), Some(&FieldError::Required));
        let long = "长".repeat(LABEL_CHARS + 1);
        Label::read(&mut errors, "name", "", &long);
        assert_eq!(errors.about("name_zh"), Some(&FieldError::TooLong { max: LABEL_CHARS }));
    }
}
