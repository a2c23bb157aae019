//! Ways to reach somebody: phones, e-mails, messengers. The typed text is kept beside the form
//! it is compared in.

use crate::{
    account::choices,
    field::{FieldError, FormErrors},
    id::ContactPointId,
    text,
};
use serde::{Deserialize, Serialize};

/// Most ways to reach one customer or person.
pub const MOST_CONTACTS: usize = 30;

choices! {
    /// What kind of way it is.
    ContactKind {
        /// Mobile phone.
        Mobile = "mobile" ["手机", "cell"],
        /// Other phone.
        Phone = "phone" ["电话", "座机", "tel"],
        /// E-mail.
        Email = "email" ["邮箱", "电子邮箱", "e-mail"],
        /// WeChat id.
        Wechat = "wechat" ["微信", "微信号"],
        /// WeCom id.
        Wecom = "wecom" ["企业微信"],
        /// Anything else.
        Other = "other" ["其他"],
    }
}

impl ContactKind {
    /// Whether it is a phone number.
    #[must_use]
    pub fn is_phone(self) -> bool {
        matches!(self, Self::Mobile | Self::Phone)
    }
}

/// A way to reach somebody, ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactDraft {
    /// Kind.
    pub kind: ContactKind,
    /// As typed, trimmed.
    pub raw: String,
}

impl ContactDraft {
    /// Reads what was typed; `None` for nothing. Phones are only looked at for digits here,
    /// because the numbering plans are the server's (see [`Self::normalised`]).
    ///
    /// # Errors
    /// What is wrong with the value.
    pub fn parse(kind: ContactKind, raw: &str) -> Result<Option<Self>, FieldError> {
        let Some(raw) = text::line(raw, 254)? else { return Ok(None) };
        if kind.is_phone() && text::digits(&raw).len() < 3 {
            return Err(FieldError::NotAPhone);
        }
        if kind == ContactKind::Email {
            text::email(&raw)?;
        }
        Ok(Some(Self { kind, raw }))
    }

    /// The form it is compared and found in: E.164, lower-case e-mail, folded text. Numbers
    /// without a country are read as ones of `region` (ISO 3166 alpha-2).
    ///
    /// # Errors
    /// [`FieldError::NotAPhone`] or [`FieldError::NotAnEmail`].
    #[cfg(feature = "native")]
    pub fn normalised(&self, region: &str) -> Result<String, FieldError> {
        match self.kind {
            ContactKind::Mobile | ContactKind::Phone => crate::phone::normalise(&self.raw, region),
            ContactKind::Email => text::email(&self.raw),
            ContactKind::Wechat | ContactKind::Wecom | ContactKind::Other => {
                Ok(text::fold(&self.raw))
            }
        }
    }
}

/// Reads several at once, complaining under the names of the form.
pub(crate) fn read_all(
    errors: &mut FormErrors,
    typed: &[(&str, ContactKind, &String)],
) -> Vec<ContactDraft> {
    typed
        .iter()
        .filter_map(|(name, kind, raw)| {
            errors.take(name, ContactDraft::parse(*kind, raw)).flatten()
        })
        .collect()
}

/// A stored way to reach somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPoint {
    /// Identity.
    pub id: ContactPointId,
    /// Kind.
    pub kind: ContactKind,
    /// As typed.
    pub raw: String,
    /// As compared: E.164, lower-case e-mail, folded text. Empty when it could not be read.
    pub norm: String,
    /// The one to use first among its kind.
    pub is_primary: bool,
}
