//! A passkey as the proof of who one is: the button that asks the browser for one, beside the field for a code. The
//! asking itself is done by `passkey.js`, as on the pages without the application.

use crate::{
    i18n::Text,
    ui::{Button, Icon, Variant},
};
use domain::policy::Proof;
use leptos::{prelude::*, wasm_bindgen::JsValue, web_sys};

/// What the field for a code is called, and what may be typed into it.
pub(crate) fn code_label(text: Text, by: Proof) -> (&'static str, &'static str) {
    match by {
        Proof::Passkey => (text.identity_recovery_code(), text.identity_recovery_code_hint()),
        _ => (text.identity_code(), text.identity_code_hint()),
    }
}

/// Whether this browser knows passkeys here. Asked in the browser only.
pub(super) fn can_be_asked_for() -> bool {
    js_sys::Reflect::has(&window(), &JsValue::from_str("PublicKeyCredential")).unwrap_or(false)
}

/// What can go wrong in the browser; the script shows the one that did.
pub(crate) fn troubles(text: Text) -> AnyView {
    [
        ("cancelled", text.passkey_cancelled()),
        ("known", text.passkey_known()),
        ("limit", text.passkey_limit()),
        ("busy", text.passkey_busy()),
        ("failed", text.passkey_failed()),
    ]
    .into_iter()
    .map(|(trouble, words)| {
        view! {
            <p class="field-hint" role="alert" data-error="true" data-trouble=trouble hidden=true>
                <Icon name="circle-alert" class="icon-sm" />
                <span>{words}</span>
            </p>
        }
    })
    .collect_view()
    .into_any()
}

/// The button for a passkey with the form `typed`: below it where a code is as good, above it where the code is only
/// for when the passkey is lost. `send` sends the form.
pub(super) fn beside(
    text: Text,
    by: Proof,
    typed: AnyView,
    send: Callback<()>,
    prove: Callback<Option<String>>,
) -> AnyView {
    let only = by == Proof::Passkey;
    let class = if only { "btn btn-primary btn-full" } else { "btn btn-default btn-full" };
    let answered = move |event: web_sys::CustomEvent| prove.run(event.detail().as_string());
    let button = view! {
        <form class="form" data-passkey="/confirm/passkey/ask" data-here="true" on:passkey=answered>
            {(!only).then(|| view! { <p class="auth-or">{text.auth_or()}</p> })}
            <button class=class>
                <Icon name="key-round" />
                <span class="btn-label">{text.passkey_use()}</span>
            </button>
            {troubles(text)}
        </form>
    };
    if only {
        view! {
            {button}
            <details class="instead">
                <summary>{text.identity_recovery_instead()}</summary>
                <div class="form">
                    {typed}
                    <Button variant=Variant::Default on_click=move |_| send.run(())>
                        {text.identity_submit()}
                    </Button>
                </div>
            </details>
        }
        .into_any()
    } else {
        view! {
            {typed}
            {button}
        }
        .into_any()
    }
}
