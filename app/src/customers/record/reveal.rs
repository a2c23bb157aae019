//! A detail that is shown in part, shown whole for once: a button beside it, and a question for the reason where the
//! role asks for one. What was shown is gone when the page is left.

use crate::{
    boot::use_boot,
    customers::api::reveal,
    error::AppError,
    frame::save_trouble,
    i18n::{Text, use_text, words},
    ui::{Button, Dialog, IconButton, Need, TextField, Toasts, Variant, use_toasts},
};
use domain::{failure::Failure, note::Subject, policy::Veiled};
use leptos::{prelude::*, task::spawn_local};

/// What is asked for: which detail, and what it is called.
type Asked = (Veiled, String);

/// What has been shown on this page.
#[derive(Clone, Copy)]
pub(crate) struct Reveal {
    subject: Subject,
    /// Somebody may look at all.
    may: bool,
    asks_reason: bool,
    shown: RwSignal<Vec<(Veiled, String)>>,
    /// The question for a reason is open.
    open: RwSignal<bool>,
    asked: RwSignal<Option<Asked>>,
    reason: RwSignal<String>,
    problem: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    text: Text,
    toasts: Toasts,
}

impl Reveal {
    pub(super) fn new(subject: Subject, may: bool) -> Self {
        Self {
            subject,
            may,
            asks_reason: use_boot().with_value(|boot| boot.rights.asks_reason()),
            shown: RwSignal::new(Vec::new()),
            open: RwSignal::new(false),
            asked: RwSignal::new(None),
            reason: RwSignal::new(String::new()),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
            text: use_text(),
            toasts: use_toasts(),
        }
    }

    /// The whole of a detail once it has been shown; followed by whoever reads it.
    pub(super) fn shown(self, veiled: Veiled) -> Option<String> {
        self.shown.with(|shown| {
            shown.iter().find(|(known, _)| *known == veiled).map(|(_, value)| value.clone())
        })
    }

    /// The button that shows `what`; none for who may not, or once it is shown.
    pub(super) fn button(self, veiled: Veiled, what: String) -> AnyView {
        if !self.may {
            return ().into_any();
        }
        let text = self.text;
        let label = text.reveal_title(&what);
        let what = StoredValue::new(what);
        let button = move || {
            self.shown(veiled).is_none().then(|| {
                view! {
                    <IconButton
                        icon="eye"
                        label=label.clone()
                        on_click=move |_| self.ask(veiled, what.get_value())
                    />
                }
            })
        };
        view! { {button} }.into_any()
    }

    fn ask(self, veiled: Veiled, what: String) {
        self.asked.set(Some((veiled, what)));
        if self.asks_reason {
            self.reason.set(String::new());
            self.problem.set(None);
            self.open.set(true);
        } else {
            self.look();
        }
    }

    fn look(self) {
        let Some((veiled, _)) = self.asked.get_untracked() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let reason = self.reason.get_untracked();
        spawn_local(async move {
            let answer = reveal(self.subject, veiled, reason).await;
            self.busy.try_set(false);
            match answer {
                Ok(value) => {
                    self.shown.try_update(|shown| shown.push((veiled, value)));
                    self.open.try_set(false);
                }
                Err(AppError::Failure(Failure::Invalid(errors))) => {
                    let error = errors.about("reason");
                    self.problem
                        .try_set(error.map(|error| words::form_error(self.text, "reason", error)));
                }
                Err(error) => {
                    self.toasts.error(save_trouble(self.text, &error));
                }
            }
        });
    }

    /// The question for a reason; once on a page.
    pub(crate) fn dialog(self) -> AnyView {
        if !self.may || !self.asks_reason {
            return ().into_any();
        }
        let text = self.text;
        let footer = move || {
            view! {
                <Button on_click=move |_| self.open.set(false)>{text.common_cancel()}</Button>
                <Button variant=Variant::Primary loading=self.busy on_click=move |_| self.look()>
                    {text.reveal_show()}
                </Button>
            }
        };
        let title = move || {
            let what = self.asked.get().map(|(_, what)| what).unwrap_or_default();
            text.reveal_title(&what)
        };
        view! {
            <Dialog id="reveal" open=self.open title=text.reveal_show() footer=footer lazy=true>
                <div class="stack">
                    <p>{title}</p>
                    <TextField
                        value=self.reason
                        label=text.reveal_reason()
                        name="reason"
                        id="f-reveal-reason"
                        hint=text.reveal_hint()
                        autocomplete="off"
                        maxlength=200
                        need=Need::Required
                        error=self.problem
                        on_input=move |_| self.problem.set(None)
                        on_enter=move |_| self.look()
                    />
                </div>
            </Dialog>
        }
        .into_any()
    }
}
