//! Doing what is planned: one press says it is done, can be taken back, and asks what comes next, because a customer
//! without a next step is forgotten.

use super::{
    Changes,
    api::{add_activity, complete_activity, reopen_activity},
    look::{in_days, said, soon, today},
};
use crate::{
    boot::{use_boot, use_now},
    error::AppError,
    form::fresh,
    frame::save_trouble,
    i18n::{Text, use_text, words},
    ui::{Button, Size, TextField, Toasts, Variant, use_toasts},
};
use domain::{
    activity::{Activity, ActivityForm, ActivityKind, CallResult, CompletionForm},
    failure::Failure,
    note::Subject,
    policy::{Action, Object},
};
use leptos::{prelude::*, task::spawn_local};

/// What was just done.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finished {
    subject: Subject,
    title: String,
    /// What it was about, where that does not go without saying.
    record: String,
}

/// Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(crate) struct Finishing {
    text: Text,
    toasts: Toasts,
    finished: RwSignal<Option<Finished>>,
    /// What is shown has changed.
    changed: Callback<()>,
    title: RwSignal<String>,
    on: RwSignal<String>,
    error: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl Finishing {
    /// `changed` is told after each change.
    pub(crate) fn new(changed: Callback<()>) -> Self {
        Self {
            text: use_text(),
            toasts: use_toasts(),
            finished: RwSignal::new(None),
            changed,
            title: RwSignal::default(),
            on: RwSignal::default(),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    fn changed(self) {
        self.changed.try_run(());
    }

    /// What else is done with what is shown.
    pub(super) fn changes(self) -> Changes<impl Fn() + Copy + Send + Sync + 'static> {
        Changes { text: self.text, toasts: self.toasts, shown_again: move || self.changed() }
    }

    fn failed(self, error: &AppError) {
        self.toasts.error(save_trouble(self.text, error));
    }

    /// Says that an activity is done; of a call with what became of it. `record` names what it is about.
    pub(super) fn complete(
        self,
        activity: &Activity,
        subject: Subject,
        record: String,
        result: Option<CallResult>,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let (text, id) = (self.text, activity.id);
        let finished = Finished { subject, title: said(text, activity), record };
        let result = result.map(CallResult::code).unwrap_or_default().to_owned();
        spawn_local(async move {
            let form = CompletionForm { result, ..CompletionForm::default() };
            let answer = complete_activity(id, form).await;
            self.busy.try_set(false);
            if let Err(error) = answer {
                self.failed(&error);
                // Somebody else may have done it.
                self.changed();
                return;
            }
            let undo = move || {
                self.finished.try_set(None);
                self.changes().make(async move { reopen_activity(id).await.map(drop) });
            };
            self.toasts.undo(text.toast_activity_done(&finished.title), undo);
            self.title.try_set(String::new());
            self.on.try_set(String::new());
            self.error.try_set(None);
            self.finished.try_set(Some(finished));
            self.changed();
        });
    }

    /// The question what comes next, while it is asked.
    pub(crate) fn question(self) -> AnyView {
        let creates = use_boot().with_value(|boot| boot.may(Action::Create, Object::Activity));
        (move || self.finished.get().filter(|_| creates).map(|finished| self.asked(finished)))
            .into_any()
    }

    fn asked(self, finished: Finished) -> AnyView {
        let text = self.text;
        let lead = if finished.record.is_empty() {
            text.activity_next_step().to_owned()
        } else {
            text.activity_next_step_for(&finished.record)
        };
        let today = use_boot().with_value(|boot| today(boot, use_now().get_untracked()));
        let subject = finished.subject;
        let quick = soon(text).map(|(days, label)| {
            let on = in_days(today, days);
            view! {
                <Button size=Size::Sm loading=self.busy on_click=move |_| self.plan(subject, on.clone())>
                    {label}
                </Button>
            }
        });
        let none = move |_| self.finished.set(None);
        let picked = move |_| self.plan(subject, self.on.get_untracked());
        view! {
            <section class="next-step" aria-label=lead.clone()>
                <p>
                    <strong>{lead.clone()}</strong>
                    " "
                    <span class="sub">{text.activity_after(&finished.title)}</span>
                </p>
                <TextField
                    value=self.title
                    label=text.field_activity_next_title()
                    name="next-title"
                    placeholder=text.activity_follow_up()
                    hide_label=true
                />
                <div class="cluster">
                    {quick}
                    <Button size=Size::Sm variant=Variant::Quiet on_click=none>
                        {text.activity_no_next_step()}
                    </Button>
                </div>
                <div class="next-step-day">
                    <label class="field">
                        <span class="field-label">{text.field_activity_next_on()}</span>
                        <input
                            class="input num"
                            type="date"
                            on:input=move |event| self.on.set(event_target_value(&event))
                        />
                    </label>
                    <Button loading=self.busy on_click=picked>{text.activity_plan()}</Button>
                </div>
                <p class="field-error" role="alert">{move || self.error.get()}</p>
            </section>
        }
        .into_any()
    }

    fn plan(self, subject: Subject, on: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let text = self.text;
        let title = self.title.get_untracked();
        let title =
            if title.trim().is_empty() { text.activity_follow_up().to_owned() } else { title };
        let form = ActivityForm {
            kind: ActivityKind::Task.code().to_owned(),
            title,
            due_on: on,
            ..ActivityForm::default()
        };
        spawn_local(async move {
            let kind = subject.code().to_owned();
            let answer = add_activity(fresh(), kind, subject.id(), form).await;
            self.busy.try_set(false);
            match answer {
                Ok(_) => {
                    self.finished.try_set(None);
                    self.toasts.done(text.toast_activity_planned());
                    self.changed();
                }
                Err(AppError::Failure(Failure::Invalid(errors))) => {
                    let first = errors.0.first();
                    let said = first.map(|(name, error)| words::form_error(text, name, error));
                    self.error.try_set(said);
                }
                Err(error) => self.failed(&error),
            }
        });
    }
}
