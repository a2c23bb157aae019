//! Passkeys outside of the screens: the button that asks the browser for one, and the page of one's own.

use super::{Card, Face, document, field::Line};
use crate::{
    confirm::troubles,
    i18n::Text,
    profile::{device::device, passkeys::told},
    ui::{Banner, Icon, Tone},
};
use domain::{
    field::FormErrors,
    lang::Lang,
    passkey::{MOST, Passkey},
    time::{Instant, ZoneOffsets},
};
use leptos::prelude::*;

/// What a passkey is called that nobody gave a name: "Chrome on Windows".
#[must_use]
pub fn default_passkey_name(lang: Lang, user_agent: &str) -> String {
    let name = device(Text::new(lang), user_agent);
    name.chars().take(domain::passkey::NAME_MAX).collect()
}

/// A form whose button asks the browser for a passkey; hidden until the script is there that can. `ask` is where the
/// question comes from, `action` where the answer goes, `inside` stands above the button.
pub(super) struct Asking {
    pub ask: &'static str,
    pub action: &'static str,
    /// Where a fresh proof is given, if it takes one.
    pub confirm: Option<&'static str>,
    pub next: String,
    pub class: &'static str,
    pub label: &'static str,
    pub inside: Option<AnyView>,
}

impl Asking {
    pub fn view(self, text: Text) -> AnyView {
        view! {
            <form
                class="form"
                method="post"
                action=self.action
                data-passkey=self.ask
                data-confirm=self.confirm
                hidden
            >
                <input type="hidden" name="next" value=self.next />
                <input type="hidden" name="answer" />
                {self.inside}
                <button class=self.class>
                    <Icon name="key-round" />
                    <span class="btn-label">{self.label}</span>
                </button>
                {troubles(text)}
            </form>
        }
        .into_any()
    }
}

/// What has just happened, or is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyNotice {
    /// One was made.
    Made,
    /// One has another name.
    Renamed,
    /// One was removed.
    Removed,
    /// What the browser said does not do.
    Wrong,
    /// Somebody has this one already.
    Taken,
    /// There are as many as there can be.
    TooMany,
    /// The name does not do.
    Name,
    /// A role demands the last one.
    Required,
}

/// What the page of one's own passkeys shows.
#[derive(Clone, Debug)]
pub struct PasskeysPage {
    /// They, oldest first.
    pub passkeys: Vec<Passkey>,
    /// The name they work for here, if there is one.
    pub host: Option<String>,
    /// What a new one is called if nobody says otherwise.
    pub name: String,
    /// Whether the screens are closed until there is a second step.
    pub held: bool,
    /// Now.
    pub now: Instant,
    /// Where the clock stands.
    pub zone: ZoneOffsets,
    /// What has happened.
    pub notice: Option<PasskeyNotice>,
}

/// The page of one's own passkeys.
#[must_use]
pub fn passkeys_page(face: &Face, page: &PasskeysPage) -> String {
    let text = face.text();
    let card = Card {
        title: text.passkey_title().to_owned(),
        brand: text.app_name().to_owned(),
        here: "/passkeys".to_owned(),
        wide: true,
        script: page.host.is_some(),
    };
    document(face, card, || {
        let rows = page.passkeys.iter().map(|passkey| row(text, page, passkey)).collect_view();
        let list = (!page.passkeys.is_empty())
            .then(|| view! { <ul class="entry-list passkeys">{rows}</ul> });
        let back = if page.held {
            view! { <a href="/second-step">{text.passkey_to_second_step()}</a> }.into_any()
        } else {
            view! { <a href="/profile">{text.second_step_back()}</a> }.into_any()
        };
        view! {
            <h1 class="auth-title">{text.passkey_title()}</h1>
            <p class="auth-lead">{text.passkey_lead()}</p>
            {page.notice.map(|what| notice(text, what))}
            {list}
            {another(text, page)}
            <p class="auth-foot">{back}</p>
        }
        .into_any()
    })
}

fn notice(text: Text, notice: PasskeyNotice) -> AnyView {
    let (tone, words) = match notice {
        PasskeyNotice::Made => (Tone::Ok, text.passkey_made().to_owned()),
        PasskeyNotice::Renamed => (Tone::Ok, text.passkey_renamed().to_owned()),
        PasskeyNotice::Removed => (Tone::Ok, text.passkey_removed().to_owned()),
        PasskeyNotice::Wrong => (Tone::Bad, text.passkey_failed().to_owned()),
        PasskeyNotice::Taken => (Tone::Bad, text.passkey_known().to_owned()),
        PasskeyNotice::TooMany => (Tone::Bad, too_many(text)),
        PasskeyNotice::Name => (Tone::Bad, text.passkey_name_wrong().to_owned()),
        PasskeyNotice::Required => (Tone::Bad, text.passkey_required().to_owned()),
    };
    view! { <Banner tone=tone>{words}</Banner> }.into_any()
}

fn too_many(text: Text) -> String {
    text.passkey_too_many(i64::try_from(MOST).unwrap_or(i64::MAX))
}

fn row(text: Text, page: &PasskeysPage, passkey: &Passkey) -> AnyView {
    let id = passkey.id.to_string();
    let field = format!("name-{id}");
    let elsewhere = page.host.as_ref().is_some_and(|host| *host != passkey.host);
    let elsewhere =
        elsewhere.then(|| view! { <p class="sub">{text.passkey_elsewhere(&passkey.host)}</p> });
    view! {
        <li class="entry">
            <Icon name="key-round" />
            <div class="grow">
                <p class="entry-title">{passkey.name.clone()}</p>
                {told(text, passkey, page.now, &page.zone)}
                {elsewhere}
                <details>
                    <summary>{text.passkey_change()}</summary>
                    <div class="form">
                    <form class="form" method="post" action="/passkeys/rename">
                        <input type="hidden" name="id" value=id.clone() />
                        <div class="field">
                            <label class="field-label" for=field.clone()>{text.passkey_name()}</label>
                            <div class="control">
                                <input
                                    class="input"
                                    id=field
                                    name="name"
                                    value=passkey.name.clone()
                                    maxlength="60"
                                    required
                                    autocomplete="off"
                                />
                            </div>
                        </div>
                        <button class="btn btn-default">{text.passkey_rename()}</button>
                    </form>
                    <form method="post" action="/passkeys/remove">
                        <input type="hidden" name="id" value=id />
                        <button class="btn btn-danger">{text.passkey_remove()}</button>
                    </form>
                    <p class="sub">{text.passkey_remove_hint()}</p>
                    </div>
                </details>
            </div>
        </li>
    }
    .into_any()
}

/// The form for another one, or why there can be none.
fn another(text: Text, page: &PasskeysPage) -> AnyView {
    if page.host.is_none() {
        return view! { <Banner tone=Tone::Info>{text.passkey_needs_name()}</Banner> }.into_any();
    }
    if page.passkeys.len() >= MOST {
        return view! { <Banner tone=Tone::Info>{too_many(text)}</Banner> }.into_any();
    }
    let name = Line {
        name: "name",
        label: text.passkey_name(),
        kind: "text",
        autocomplete: "off",
        value: &page.name,
        hint: text.passkey_name_hint(),
        required: false,
        autofocus: false,
    };
    let form = Asking {
        ask: "/passkeys/ask",
        action: "/passkeys",
        confirm: Some("/confirm?next=/passkeys"),
        next: String::new(),
        class: "btn btn-primary btn-lg btn-full",
        label: text.passkey_make(),
        inside: Some(name.view(text, &FormErrors::default())),
    };
    view! {
        {form.view(text)}
        <noscript>
            <p class="sub">{text.passkey_needs_script()}</p>
        </noscript>
    }
    .into_any()
}
