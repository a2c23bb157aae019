//! Proving who one is: the code after the password, and the proof before what is worth most to a thief.

use super::{Card, Face, document, field::Line, passkey::Asking, refusal::escape};
use crate::{
    confirm::code_label,
    i18n::{Text, format},
    ui::{Banner, Tone},
};
use domain::{field::FormErrors, policy::Proof, time::SECOND};
use leptos::prelude::*;

/// What the passkeys of somebody are good for at the address they come by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasskeysHere {
    /// There are none.
    None,
    /// One can be asked for.
    Asked,
    /// They work at these names of the server only.
    Elsewhere(Vec<String>),
}

/// Why somebody is asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofNotice {
    /// It was wrong, too old, or used before.
    Wrong,
    /// The passkey does not do.
    WrongPasskey,
    /// Too many tries; so many seconds to wait.
    Locked(u32),
    /// The server was too busy to look.
    Busy,
}

fn notice(text: Text, by: Proof, notice: ProofNotice) -> AnyView {
    let (tone, words) = match (notice, by) {
        (ProofNotice::Wrong, Proof::Password) => {
            (Tone::Bad, text.password_current_wrong().to_owned())
        }
        (ProofNotice::Wrong, _) => (Tone::Bad, text.identity_code_wrong().to_owned()),
        (ProofNotice::WrongPasskey, _) => (Tone::Bad, text.passkey_failed().to_owned()),
        (ProofNotice::Locked(seconds), _) => {
            (Tone::Bad, text.auth_locked_for(&format::duration(text, i64::from(seconds) * SECOND)))
        }
        (ProofNotice::Busy, _) => (Tone::Warn, text.auth_busy().to_owned()),
    };
    view! { <Banner tone=tone>{words}</Banner> }.into_any()
}

/// What is asked for on a page: `form` sends what is typed, `asking` asks for a passkey, where there are any here.
/// Whoever has passkeys only is asked for one, and a recovery code is for when it is lost.
fn proofs(text: Text, by: Proof, here: &PasskeysHere, form: AnyView, asking: Asking) -> AnyView {
    let passkey = match here {
        PasskeysHere::None => ().into_any(),
        PasskeysHere::Asked => asking.view(text),
        PasskeysHere::Elsewhere(hosts) => {
            let hosts = hosts.join(", ");
            view! { <p class="auth-foot">{text.passkey_all_elsewhere(&hosts)}</p> }.into_any()
        }
    };
    match by {
        Proof::Passkey if *here == PasskeysHere::Asked => view! {
            {passkey}
            <details class="instead">
                <summary>{text.identity_recovery_instead()}</summary>
                <div class="form">{form}</div>
            </details>
        }
        .into_any(),
        _ => view! {
            {form}
            {passkey}
        }
        .into_any(),
    }
}

/// The button for a passkey, as loud as it is the thing to do.
fn asking(text: Text, by: Proof, ask: &'static str, action: &'static str, next: &str) -> Asking {
    let only = by == Proof::Passkey;
    Asking {
        ask,
        action,
        confirm: None,
        next: next.to_owned(),
        class: if only {
            "btn btn-primary btn-lg btn-full"
        } else {
            "btn btn-default btn-lg btn-full"
        },
        label: text.passkey_use(),
        inside: (!only).then(|| view! { <p class="auth-or">{text.auth_or()}</p> }.into_any()),
    }
}

/// The field for a code or the password.
fn answer(text: Text, by: Proof) -> AnyView {
    let line = match by {
        Proof::Code | Proof::CodeOrPasskey | Proof::Passkey => Line {
            name: "answer",
            label: code_label(text, by).0,
            kind: "text",
            autocomplete: "one-time-code",
            value: "",
            hint: code_label(text, by).1,
            required: true,
            autofocus: by != Proof::Passkey,
        },
        Proof::Password => Line {
            name: "answer",
            label: text.auth_password(),
            kind: "password",
            autocomplete: "current-password",
            value: "",
            hint: "",
            required: true,
            autofocus: true,
        },
    };
    line.view(text, &FormErrors::default())
}

/// What the page for the code after the password shows.
#[derive(Clone, Debug)]
pub struct CodePage {
    /// Name of the organisation; may be empty.
    pub organisation: String,
    /// By what it can be passed.
    pub by: Proof,
    /// What passkeys are good for here.
    pub passkeys: PasskeysHere,
    /// Path to go to afterwards; has been checked to be one of this site.
    pub next: String,
    /// Why it is shown again.
    pub notice: Option<ProofNotice>,
}

/// The page for the code after the password.
#[must_use]
pub fn code_page(face: &Face, page: &CodePage) -> String {
    let text = face.text();
    let brand = match &*page.organisation {
        "" => text.app_name().to_owned(),
        name => name.to_owned(),
    };
    let here = format!("/login/code?next={}", escape(&page.next));
    let by = page.by;
    let title = match by {
        Proof::Passkey if page.passkeys == PasskeysHere::Asked => text.passkey_use(),
        _ => text.identity_code_title(),
    };
    let script = page.passkeys == PasskeysHere::Asked;
    let card = Card { title: title.to_owned(), brand, here, wide: false, script };
    document(face, card, || {
        let form = view! {
            <form class="form" method="post" action="/login/code">
                <input type="hidden" name="next" value=page.next.clone() />
                {answer(text, by)}
                <button class="btn btn-primary btn-lg btn-full">{text.auth_submit()}</button>
            </form>
        };
        let asking = asking(text, by, "/login/code/passkey/ask", "/login/code/passkey", &page.next);
        view! {
            <h1 class="auth-title">{title}</h1>
            {page.notice.map(|why| notice(text, by, why))}
            {proofs(text, by, &page.passkeys, form.into_any(), asking)}
            <p class="auth-foot">{text.identity_code_lost()}</p>
            <p class="auth-foot"><a href="/login">{text.identity_start_over()}</a></p>
        }
        .into_any()
    })
}

/// What the page for a fresh proof shows.
#[derive(Clone, Debug)]
pub struct ConfirmPage {
    /// With what.
    pub by: Proof,
    /// What passkeys are good for here.
    pub passkeys: PasskeysHere,
    /// Path to go to afterwards; has been checked to be one of this site.
    pub next: String,
    /// Why it is shown again.
    pub notice: Option<ProofNotice>,
}

fn confirm_card(text: Text, next: &str, script: bool) -> Card {
    Card {
        title: text.identity_title().to_owned(),
        brand: text.app_name().to_owned(),
        here: format!("/confirm?next={}", escape(next)),
        wide: false,
        script,
    }
}

/// The page for a fresh proof.
#[must_use]
pub fn confirm_page(face: &Face, page: &ConfirmPage) -> String {
    let text = face.text();
    document(face, confirm_card(text, &page.next, page.passkeys == PasskeysHere::Asked), || {
        let form = view! {
            <form class="form" method="post" action="/confirm">
                <input type="hidden" name="next" value=page.next.clone() />
                {answer(text, page.by)}
                <button class="btn btn-primary btn-lg btn-full">{text.identity_submit()}</button>
            </form>
        };
        let asking = asking(text, page.by, "/confirm/passkey/ask", "/confirm/passkey", &page.next);
        view! {
            <h1 class="auth-title">{text.identity_title()}</h1>
            <p class="auth-lead">{text.identity_body()}</p>
            {page.notice.map(|why| notice(text, page.by, why))}
            {proofs(text, page.by, &page.passkeys, form.into_any(), asking)}
            <p class="auth-foot"><a href="/">{text.common_cancel()}</a></p>
        }
        .into_any()
    })
}

/// After the proof for a download: the browser stays on the page it comes from.
#[must_use]
pub fn download_page(face: &Face, path: &str) -> String {
    let text = face.text();
    document(face, confirm_card(text, path, false), || {
        view! {
            <h1 class="auth-title">{text.identity_confirmed()}</h1>
            <p>
                <a class="btn btn-primary btn-lg btn-full" href=path.to_owned() download="">
                    {text.identity_download()}
                </a>
            </p>
            <p class="auth-foot"><a href="/customers">{text.list_title()}</a></p>
        }
        .into_any()
    })
}
