//! The sign-in page.

use super::{Card, Face, document, field::Line, passkey::Asking};
use crate::{
    i18n::{Text, format},
    ui::{Banner, Tone},
};
use domain::{field::FormErrors, time::SECOND};
use leptos::prelude::*;

/// Why somebody sees the sign-in page again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The two do not belong together; the same words whatever the reason.
    Failed,
    /// Too many tries; so many seconds to wait.
    Locked(u32),
    /// Too many people at once.
    Busy,
    /// Signing out worked.
    SignedOut,
    /// The session ran out.
    Expired,
    /// A password was set by a link.
    PasswordSet,
    /// The other system sent somebody who is not let in; the same words whatever the reason.
    ProviderFailed,
    /// The other system does not answer.
    ProviderAway,
    /// A passkey does not do; the same words whatever the reason.
    PasskeyFailed,
}

/// What the sign-in page shows.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// Name of the organisation; may be empty.
    pub organisation: String,
    /// E-mail address typed before.
    pub email: String,
    /// Path to go to afterwards; has been checked to be one of this site.
    pub next: String,
    /// Why it is shown again.
    pub notice: Option<Notice>,
    /// Words on the button for signing in by another system, if there is one.
    pub provider: Option<String>,
    /// Whether there are passkeys at this address.
    pub passkeys: bool,
}

/// The way by another system.
fn other_way(text: Text, page: &SignIn) -> Option<AnyView> {
    let words = page.provider.clone()?;
    let href = match &*page.next {
        "" => "/login/provider".to_owned(),
        next => format!("/login/provider?next={}", super::refusal::escape(next)),
    };
    Some(
        view! {
            <p class="auth-or">{text.auth_or()}</p>
            <a class="btn btn-default btn-lg btn-full" href=href>
                <span class="btn-label">{words}</span>
            </a>
        }
        .into_any(),
    )
}

/// The way by a passkey. It asks for no address, so it tells of nobody.
fn passkey(text: Text, page: &SignIn) -> Option<AnyView> {
    let alone = page.provider.is_none();
    let form = Asking {
        ask: "/login/passkey/ask",
        action: "/login/passkey",
        confirm: None,
        next: page.next.clone(),
        class: "btn btn-default btn-lg btn-full",
        label: text.passkey_use(),
        inside: alone.then(|| view! { <p class="auth-or">{text.auth_or()}</p> }.into_any()),
    };
    page.passkeys.then(|| form.view(text))
}

/// The sign-in page.
#[must_use]
pub fn sign_in_page(face: &Face, page: &SignIn) -> String {
    let text = face.text();
    let brand = match &*page.organisation {
        "" => text.app_name().to_owned(),
        name => name.to_owned(),
    };
    let heading = match &*page.organisation {
        "" => text.auth_title().to_owned(),
        name => text.auth_heading(name),
    };
    let here = if page.next.is_empty() {
        "/login".to_owned()
    } else {
        format!("/login?next={}", super::refusal::escape(&page.next))
    };
    let card = Card {
        title: text.auth_title().to_owned(),
        brand,
        here,
        wide: false,
        script: page.passkeys,
    };
    document(face, card, || {
        let notice = page.notice.map(|notice| {
            let (tone, words) = match notice {
                Notice::Failed => (Tone::Bad, text.auth_failed().to_owned()),
                Notice::Locked(seconds) => {
                    let time = format::duration(text, i64::from(seconds) * SECOND);
                    (Tone::Bad, text.auth_locked_for(&time))
                }
                Notice::Busy => (Tone::Warn, text.auth_busy().to_owned()),
                Notice::SignedOut => (Tone::Ok, text.auth_signed_out().to_owned()),
                Notice::PasswordSet => (Tone::Ok, text.auth_password_set().to_owned()),
                Notice::ProviderFailed => (Tone::Bad, text.auth_provider_failed().to_owned()),
                Notice::ProviderAway => (Tone::Warn, text.auth_provider_away().to_owned()),
                Notice::PasskeyFailed => (Tone::Bad, text.passkey_refused().to_owned()),
                Notice::Expired => (Tone::Info, text.auth_expired().to_owned()),
            };
            view! { <Banner tone=tone>{words}</Banner> }
        });
        let none = FormErrors::default();
        let email = Line {
            name: "email",
            label: text.auth_email(),
            kind: "email",
            autocomplete: "username",
            value: &page.email,
            hint: "",
            required: true,
            autofocus: page.email.is_empty(),
        };
        let password = Line {
            name: "password",
            label: text.auth_password(),
            kind: "password",
            autocomplete: "current-password",
            value: "",
            hint: "",
            required: true,
            autofocus: !page.email.is_empty(),
        };
        view! {
            <h1 class="auth-title">{heading}</h1>
            {notice}
            <form class="form" method="post" action="/login">
                <input type="hidden" name="next" value=page.next.clone() />
                {email.view(text, &none)}
                {password.view(text, &none)}
                <button class="btn btn-primary btn-lg btn-full">{text.auth_submit()}</button>
            </form>
            {other_way(text, page)}
            {passkey(text, page)}
            <p class="auth-foot">{text.auth_forgot()}</p>
        }
        .into_any()
    })
}
