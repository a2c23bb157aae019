//! Signing in by the account of another system (OpenID Connect): its settings, and what can be wrong with it.
//! It lets in who is here already; it makes nobody.

use crate::{
    field::{FieldError, FormErrors},
    id::Version,
    lang::Lang,
    text,
};
use serde::{Deserialize, Serialize};

/// Path that the other system sends people back to; it has to be told there.
pub const RETURN_PATH: &str = "/login/provider/return";

/// Longest address of a provider (characters).
const ISSUER_MAX: usize = 300;
/// Longest client id, and longest client secret (characters).
const CLIENT_MAX: usize = 255;
/// Longest words on the button (characters).
const BUTTON_MAX: usize = 40;

/// What is known about the other system, but for its secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Whether the sign-in page offers it.
    pub on: bool,
    /// Its address, exactly as it calls itself.
    pub issuer: String,
    /// What it knows Rapport by.
    pub client_id: String,
    /// Words on the button in Chinese; falls back to English.
    pub button_zh: String,
    /// Words on the button in English; falls back to Chinese.
    pub button_en: String,
    /// Whether it asks for a second step itself, so that Rapport asks for none after it.
    pub checks_second_step: bool,
}

impl Provider {
    /// Words on the button in a language, or those there are.
    #[must_use]
    pub fn button(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh if !self.button_zh.is_empty() => &self.button_zh,
            Lang::En if self.button_en.is_empty() => &self.button_zh,
            _ => &self.button_en,
        }
    }
}

/// The settings with what the page has to know besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredProvider {
    /// The settings.
    pub provider: Provider,
    /// Their version; 0 while there are none.
    pub version: Version,
    /// Whether a secret is kept; it is never shown again.
    pub has_secret: bool,
}

/// The settings as the form sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderForm {
    /// Whether the sign-in page offers it.
    pub on: bool,
    /// Its address.
    pub issuer: String,
    /// What it knows Rapport by.
    pub client_id: String,
    /// What Rapport proves that with; empty keeps the one there is.
    pub client_secret: String,
    /// Words on the button in Chinese.
    pub button_zh: String,
    /// Words on the button in English.
    pub button_en: String,
    /// Whether it asks for a second step itself.
    pub checks_second_step: bool,
}

impl ProviderForm {
    /// Reads the form; answers with the secret, if one was typed.
    ///
    /// # Errors
    /// Complaints under the names of the form.
    pub fn parse(&self) -> Result<(Provider, Option<String>), FormErrors> {
        let mut errors = FormErrors::default();
        let issuer = errors.take("issuer", issuer(&self.issuer)).unwrap_or_default();
        let client_id = text::line(&self.client_id, CLIENT_MAX)
            .and_then(|line| line.ok_or(FieldError::Required));
        let client_id = errors.take("client_id", client_id).unwrap_or_default();
        let secret = text::line(&self.client_secret, CLIENT_MAX);
        let secret = errors.take("client_secret", secret).flatten();
        let mut button = |field: &str, raw: &str| {
            errors.take(field, text::line(raw, BUTTON_MAX)).flatten().unwrap_or_default()
        };
        let button_zh = button("button_zh", &self.button_zh);
        let button_en = button("button_en", &self.button_en);
        let complained = ["button_zh", "button_en"].iter().any(|name| errors.about(name).is_some());
        if button_zh.is_empty() && button_en.is_empty() && !complained {
            errors.take::<()>("button_en", Err(FieldError::Required));
        }
        let provider = Provider {
            on: self.on,
            issuer,
            client_id,
            button_zh,
            button_en,
            checks_second_step: self.checks_second_step,
        };
        errors.into_result((provider, secret))
    }
}

/// Reads the address of a provider. It is kept as typed: providers compare it to the letter.
///
/// # Errors
/// [`FieldError::NotAnIssuer`] for what is not encrypted, unless it is this very machine, and for what holds more than
/// scheme, host, port and path.
pub fn issuer(raw: &str) -> Result<String, FieldError> {
    let text = text::line(raw, ISSUER_MAX)?.ok_or(FieldError::Required)?;
    if is_reachable(&text) && !text.contains(['?', '#']) {
        Ok(text)
    } else {
        Err(FieldError::NotAnIssuer)
    }
}

/// Whether an address may be asked at all: over TLS, or on this very machine.
#[must_use]
pub fn is_reachable(address: &str) -> bool {
    let (host, plain) = match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
        (Some(rest), _) => (rest, false),
        (None, Some(rest)) => (rest, true),
        (None, None) => return false,
    };
    let visible = address.chars().all(|c| c.is_ascii_graphic() && !"\"'<>\\^`{|}@".contains(c));
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = match host.rsplit_once(':') {
        // The last colon of an IPv6 address stands inside of its brackets.
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let named = !name.is_empty() && !name.starts_with('.');
    let port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    visible && named && port && (!plain || is_this_machine(name))
}

/// Whether a host is this very machine.
fn is_this_machine(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// What is wrong with a provider, as the test of its settings finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderFault {
    /// Nobody answers at its address.
    Unreachable,
    /// Its certificate is not trusted here.
    Certificate,
    /// It took too long.
    TooSlow,
    /// It sends people and programs elsewhere; that is not followed.
    Redirects,
    /// There is no description of a provider at its address; with the status it answered.
    NoDescription(u16),
    /// What it answers cannot be read.
    Unreadable,
    /// It calls itself otherwise; as it does so.
    OtherName(String),
    /// It names addresses that are not encrypted.
    NotEncrypted,
    /// It does not offer what is needed: the code flow, and signatures by RSA or elliptic curves.
    Unfit,
    /// It does not know the client id, or its secret is another.
    Client,
    /// The stored secret cannot be opened with the key of this installation.
    Secret,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_encrypted_or_on_this_machine() {
        for good in [
            "https://accounts.google.com",
            "https://login.example.com:8443/realms/acme",
            "https://tenant.eu.auth0.com/",
            "http://127.0.0.1:9000/realm",
            "http://localhost:9000",
            "http://[::1]:9000",
            "https://10.0.0.7/oidc",
        ] {
            assert_eq!(issuer(&format!(" {good} ")), Ok(good.to_owned()));
        }
        for wrong in [
            "http://login.example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://localhost@example.com",
            "https://user:secret@example.com",
            "https://",
            "https://:80",
            "https://host:0",
            "https://host:port",
            "https://example.com?x=1",
            "https://example.com#x",
            "https://exa mple.com",
            "ftp://example.com",
            "javascript:alert(1)",
            "example.com",
            "HTTP://localhost",
        ] {
            assert_eq!(issuer(wrong), Err(FieldError::NotAnIssuer), "{wrong}");
        }
        assert_eq!(issuer("  "), Err(FieldError::Required));
    }

    #[test]
    fn the_form_is_read_with_all_its_complaints() {
        let form = ProviderForm {
            issuer: "https://id.example.com".to_owned(),
            client_id: "rapport".to_owned(),
            button_zh: "企业账号登录".to_owned(),
            ..ProviderForm::default()
        };
        let (provider, secret) = form.parse().unwrap();
        assert_eq!((provider.button(Lang::En), secret), ("企业账号登录", None));
        let errors = ProviderForm::default().parse().unwrap_err();
        let about: Vec<&str> = errors.0.iter().map(|(name, _)| &**name).collect();
        assert_eq!(about, ["issuer", "client_id", "button_en"]);
        let long = ProviderForm { button_en: "x".repeat(41), ..form };
        let errors = long.parse().unwrap_err();
        assert_eq!(errors.about("button_en"), Some(&FieldError::TooLong { max: 40 }));
    }
}
