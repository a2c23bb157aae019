//! Setting a second step up, and what there is to do about it later. Pages of the server: they work without any
//! script, also for somebody who may do nothing else yet.

use super::{Card, Face, document, field::Line};
use crate::{
    i18n::Text,
    ui::{Banner, Tone},
};
use domain::field::FormErrors;
use leptos::prelude::*;

/// How far somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondStepState {
    /// There is none.
    Off,
    /// It is being set up: the key, to be taken over by a code generator.
    SettingUp {
        /// Edge of the QR code, in modules.
        size: i32,
        /// Outline of its dark modules, for an SVG path.
        outline: String,
        /// The key as text.
        key: String,
    },
    /// It is on.
    On,
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct SecondStepPage {
    /// How far somebody is.
    pub state: SecondStepState,
    /// How many passkeys there are.
    pub passkeys: i64,
    /// Recovery codes that were not used.
    pub codes_left: i64,
    /// Whether a role demands it.
    pub required: bool,
    /// Whether the screens are closed until it is there.
    pub held: bool,
    /// The code that was typed did not fit.
    pub wrong: bool,
}

fn card(text: Text, here: &str) -> Card {
    Card {
        title: text.second_step_title().to_owned(),
        brand: text.app_name().to_owned(),
        here: here.to_owned(),
        wide: true,
        script: false,
    }
}

/// The page.
#[must_use]
pub fn second_step_page(face: &Face, page: &SecondStepPage) -> String {
    let text = face.text();
    document(face, card(text, "/second-step"), || {
        let body = match &page.state {
            SecondStepState::Off => off(text),
            SecondStepState::SettingUp { size, outline, key } => {
                setting_up(text, *size, outline, key, page.wrong)
            }
            // With a passkey it is not the last one.
            SecondStepState::On => on(text, page.codes_left, page.required && page.passkeys == 0),
        };
        let recovery = (page.state == SecondStepState::Off && page.passkeys > 0).then(|| {
            let tone = codes_tone(page.codes_left);
            let left = text.second_step_codes_left(page.codes_left);
            view! {
                <Banner tone=tone>{left}</Banner>
                {new_codes(text)}
            }
        });
        let held =
            page.held.then(|| view! { <Banner tone=Tone::Info>{text.second_step_held()}</Banner> });
        let leave = if page.held {
            view! {
                <form method="post" action="/logout">
                    <button class="btn btn-quiet btn-full">{text.nav_sign_out()}</button>
                </form>
            }
            .into_any()
        } else {
            view! { <p class="auth-foot"><a href="/profile">{text.second_step_back()}</a></p> }
                .into_any()
        };
        view! {
            <h1 class="auth-title">{text.second_step_title()}</h1>
            {held}
            {body}
            {recovery}
            {passkeys(text, page.passkeys)}
            {leave}
        }
        .into_any()
    })
}

/// A form of one button.
fn button(action: &'static str, class: &'static str, label: &'static str) -> AnyView {
    view! {
        <form method="post" action=action>
            <button class=class>{label}</button>
        </form>
    }
    .into_any()
}

const PRIMARY: &str = "btn btn-primary btn-lg btn-full";

/// The way to the passkeys, which are a second step as well.
fn passkeys(text: Text, number: i64) -> AnyView {
    let words = match number {
        0 => text.second_step_or_passkey().to_owned(),
        number => text.second_step_passkeys(number),
    };
    view! {
        <p class="auth-foot">
            <a href="/passkeys">{words}</a>
        </p>
    }
    .into_any()
}

fn codes_tone(codes_left: i64) -> Tone {
    if codes_left < 3 { Tone::Warn } else { Tone::Ok }
}

fn new_codes(text: Text) -> AnyView {
    view! {
        {button("/second-step/codes", "btn btn-default btn-lg btn-full", text.second_step_new_codes())}
        <p class="sub">{text.second_step_new_codes_hint()}</p>
    }
    .into_any()
}

fn off(text: Text) -> AnyView {
    view! {
        <p class="auth-lead">{text.second_step_off_body()}</p>
        {button("/second-step/begin", PRIMARY, text.second_step_begin())}
    }
    .into_any()
}

fn setting_up(text: Text, size: i32, outline: &str, key: &str, wrong: bool) -> AnyView {
    // Four modules of quiet around it, as scanners expect.
    let view_box = format!("-4 -4 {0} {0}", size + 8);
    let code = Line {
        name: "code",
        label: text.identity_code(),
        kind: "text",
        autocomplete: "one-time-code",
        value: "",
        hint: text.second_step_code_hint(),
        required: true,
        autofocus: true,
    };
    let wrong =
        wrong.then(|| view! { <Banner tone=Tone::Bad>{text.second_step_code_wrong()}</Banner> });
    view! {
        {wrong}
        <p>{text.second_step_scan()}</p>
        <svg class="qr" viewBox=view_box role="img" aria-label=text.second_step_qr()>
            <path d=outline.to_owned() />
        </svg>
        <p>{text.second_step_type_key()}</p>
        <p><code class="second-step-key">{key.to_owned()}</code></p>
        <form class="form" method="post" action="/second-step/on">
            {code.view(text, &FormErrors::default())}
            <button class=PRIMARY>{text.second_step_turn_on()}</button>
        </form>
        {button("/second-step/begin", "btn btn-quiet btn-full", text.second_step_another_key())}
    }
    .into_any()
}

fn on(text: Text, codes_left: i64, required: bool) -> AnyView {
    let tone = codes_tone(codes_left);
    let off = if required {
        view! { <p class="auth-foot">{text.second_step_required()}</p> }.into_any()
    } else {
        button("/second-step/off", "btn btn-danger btn-full", text.second_step_turn_off())
    };
    view! {
        <Banner tone=tone>{text.second_step_on_body(codes_left)}</Banner>
        {new_codes(text)}
        {off}
    }
    .into_any()
}

/// Shows recovery codes, once.
#[must_use]
pub fn recovery_codes_page(face: &Face, codes: &[String]) -> String {
    let text = face.text();
    // There is no way back to this page: switching the language would lose the codes.
    document(face, card(text, ""), || {
        let codes = codes
            .iter()
            .map(|code| view! { <li><code class="num">{code.clone()}</code></li> })
            .collect_view();
        view! {
            <h1 class="auth-title">{text.second_step_codes_title()}</h1>
            <Banner tone=Tone::Warn>{text.second_step_codes_body()}</Banner>
            <ol class="recovery-codes">{codes}</ol>
            <p><a class=PRIMARY href="/profile">{text.second_step_codes_kept()}</a></p>
        }
        .into_any()
    })
}
