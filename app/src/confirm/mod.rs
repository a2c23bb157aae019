//! Asks who one is before what is worth most to a thief of an open session, and then does it.

pub mod api;
mod passkey;

pub(crate) use passkey::code_label;
#[cfg(feature = "ssr")]
pub(crate) use passkey::troubles;

use crate::{
    error::AppError,
    frame::save_trouble,
    i18n::{Text, use_text, words},
    ui::{Banner, Button, Dialog, InputKind, Need, TextField, Tone, Variant},
};
use api::{confirm_by_passkey, confirm_identity};
use domain::{failure::Failure, field::FieldError, policy::Proof};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use std::sync::Arc;

/// What waits for the proof.
#[derive(Clone, Copy)]
struct Asked {
    by: Proof,
    /// Runs with whether the proof was given.
    then: Callback<bool>,
}

/// Makes calls that may ask for a fresh proof. Its [`dialog`] has to stand on the page.
#[derive(Clone, Copy)]
pub struct Confirming {
    asked: RwSignal<Option<Asked>>,
}

impl Confirming {
    /// For the page that is being made.
    pub fn here() -> Self {
        Self { asked: RwSignal::new(None) }
    }

    /// Makes `call` and hands its answer to `done`. Where the server asks for a fresh proof first, so does the dialog,
    /// and the call is made once more; whoever closes the dialog gets the refusal.
    pub fn call<T, Coming>(
        self,
        call: impl Fn() -> Coming + Send + Sync + 'static,
        done: impl Fn(Result<T, AppError>) + Send + Sync + 'static,
    ) where
        T: 'static,
        Coming: Future<Output = Result<T, AppError>> + 'static,
    {
        let (call, done) = (Arc::new(call), Arc::new(done));
        spawn_local(async move {
            let by = match call().await {
                Err(AppError::Failure(Failure::ConfirmIdentity { by })) => by,
                answer => return done(answer),
            };
            let then = Callback::new(move |confirmed| {
                let (call, done) = (call.clone(), done.clone());
                if confirmed {
                    spawn_local(async move { done(call().await) });
                } else {
                    done(Err(Failure::ConfirmIdentity { by }.into()));
                }
            });
            self.ask(by, then);
        });
    }

    /// Asks for a proof by `by`; `then` runs with whether it was given.
    pub fn ask(self, by: Proof, then: Callback<bool>) {
        self.asked.try_set(Some(Asked { by, then }));
    }
}

/// The dialog, while a proof is asked for.
pub fn dialog(confirming: Confirming) -> AnyView {
    (move || confirming.asked.get().map(|asked| question(confirming, asked))).into_any()
}

/// Why a proof was none.
#[derive(Clone, Debug)]
struct Trouble {
    error: AppError,
    /// It was a passkey, and nothing that was typed.
    by_passkey: bool,
}

fn question(confirming: Confirming, asked: Asked) -> AnyView {
    let text = use_text();
    let open = RwSignal::new(true);
    let busy = RwSignal::new(false);
    let answer = RwSignal::new(String::new());
    let trouble = RwSignal::new(None::<Trouble>);
    let confirmed = StoredValue::new(false);
    // What the browser says about a passkey, or nothing for what was typed.
    let prove = Callback::new(move |passkey: Option<String>| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let by_passkey = passkey.is_some();
            let told = match passkey {
                Some(passkey) => confirm_by_passkey(passkey).await,
                None => confirm_identity(answer.get_untracked()).await,
            };
            busy.try_set(false);
            match told {
                Ok(()) => {
                    confirmed.try_set_value(true);
                    open.try_set(false);
                }
                Err(error) => {
                    trouble.try_set(Some(Trouble { error, by_passkey }));
                }
            }
        });
    });
    let send = Callback::new(move |()| prove.run(None));
    let with_passkey = asked.by.takes_passkey() && passkey::can_be_asked_for();
    let only_passkey = with_passkey && asked.by == Proof::Passkey;
    let closed = move || {
        confirming.asked.set(None);
        asked.then.run(confirmed.get_value());
    };
    let footer = move || {
        view! {
            <Button on_click=move |_| open.set(false)>{text.common_cancel()}</Button>
            {(!only_passkey)
                .then(|| {
                    view! {
                        <Button
                            variant=Variant::Primary
                            loading=busy
                            on_click=move |_| send.run(())
                        >
                            {text.identity_submit()}
                        </Button>
                    }
                })}
        }
    };
    view! {
        <Dialog
            id="confirm-identity"
            open=open
            title=text.identity_title()
            footer=footer
            on_close=closed
        >
            {form(text, asked.by, answer, trouble, send, with_passkey.then_some(prove))}
        </Dialog>
    }
    .into_any()
}

fn form(
    text: Text,
    by: Proof,
    answer: RwSignal<String>,
    trouble: RwSignal<Option<Trouble>>,
    send: Callback<()>,
    prove: Option<Callback<Option<String>>>,
) -> AnyView {
    let error = Signal::derive(move || wrong(text, by, trouble.read().as_ref()?));
    let refused = move || {
        let Trouble { error, by_passkey } = trouble.get()?;
        let words = match error {
            AppError::Failure(Failure::Invalid(_)) if by_passkey => {
                text.passkey_failed().to_owned()
            }
            // Beside the field.
            AppError::Failure(Failure::Invalid(_)) => return None,
            error => save_trouble(text, &error),
        };
        Some(view! { <Banner tone=Tone::Bad>{words}</Banner> })
    };
    let (label, hint, kind, autocomplete) = match by {
        Proof::Code | Proof::Passkey | Proof::CodeOrPasskey => {
            let (label, hint) = code_label(text, by);
            (label, hint, InputKind::Text, "one-time-code")
        }
        Proof::Password => (text.auth_password(), "", InputKind::Password, "current-password"),
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    let typed = view! {
        <form class="form" method="dialog" novalidate="" on:submit=submit>
            <TextField
                value=answer
                label=label
                name="answer"
                id="f-confirm-answer"
                kind=kind
                hint=hint
                autocomplete=autocomplete
                need=Need::Required
                error=error
            />
            // Enter in the field sends the form.
            <button type="submit" hidden=true tabindex="-1"></button>
        </form>
    };
    let body = match prove {
        Some(prove) => passkey::beside(text, by, typed.into_any(), send, prove),
        None => typed.into_any(),
    };
    view! {
        <div class="form">
            <p class="dialog-text">{text.identity_body()}</p>
            {refused}
            {body}
        </div>
    }
    .into_any()
}

/// What is wrong with what was typed.
fn wrong(text: Text, by: Proof, trouble: &Trouble) -> Option<String> {
    let Trouble { error: AppError::Failure(Failure::Invalid(errors)), by_passkey: false } = trouble
    else {
        return None;
    };
    Some(match (errors.about("answer")?, by) {
        (FieldError::Differs, Proof::Password) => text.password_current_wrong().to_owned(),
        (FieldError::Differs, _) => text.identity_code_wrong().to_owned(),
        (error, _) => words::field_error(text, error),
    })
}
