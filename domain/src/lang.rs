//! The languages of the screens.

use serde::{Deserialize, Serialize};

/// A language of the user interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lang {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Zh,
}

impl Lang {
    /// BCP 47 tag, for `<html lang>` and for storage.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// The language a tag names: anything Chinese is `Zh`, `en..` is `En`, the rest is unknown.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        if tag == "zh" || tag.starts_with("zh-") || tag.starts_with("zh_") {
            Some(Self::Zh)
        } else if tag == "en" || tag.starts_with("en-") || tag.starts_with("en_") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The first language of an `Accept-Language` header that we speak; quality values in order
    /// of appearance, which is how browsers send them.
    #[must_use]
    pub fn negotiate(header: &str) -> Self {
        header
            .split(',')
            .find_map(|part| Self::from_tag(part.split(';').next().unwrap_or_default()))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_we_speak_wins() {
        assert_eq!(Lang::negotiate("fr, zh-Hans;q=0.9, en;q=0.8"), Lang::Zh);
        assert_eq!(Lang::negotiate("en-GB,en;q=0.9,zh;q=0.1"), Lang::En);
        assert_eq!(Lang::negotiate(""), Lang::En);
    }
}
