//! Handing one record over to a colleague, with a word about it.

use super::{api::hand_over_record, offered};
use crate::{
    boot::Boot,
    customers::record::Record,
    error::AppError,
    form::fresh,
    frame::{save_trouble, use_changes},
    i18n::{use_text, words},
    ui::{
        AvatarKind, Button, Checkbox, ComboOption, Combobox, Dialog, MenuItem, TextArea, Variant,
    },
};
use domain::{
    failure::Failure,
    field::FormErrors,
    handover::RecordHandoverForm,
    id::{OperationId, UserId},
    policy::{Action, Object, Reach},
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

/// The dialog and what is typed there. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(crate) struct HandingOver(StoredValue<Parts>);

#[derive(Clone, Copy)]
struct Parts {
    record: Record,
    open: RwSignal<bool>,
    to: RwSignal<Vec<ComboOption>>,
    note: RwSignal<String>,
    keep: RwSignal<bool>,
    errors: RwSignal<FormErrors>,
    busy: RwSignal<bool>,
    /// The name of the attempt: what is sent twice is done once.
    attempt: RwSignal<Option<OperationId>>,
}

impl HandingOver {
    pub(crate) fn new(record: Record) -> Self {
        Self(StoredValue::new(Parts {
            record,
            open: RwSignal::new(false),
            to: RwSignal::new(Vec::new()),
            note: RwSignal::new(String::new()),
            keep: RwSignal::new(true),
            errors: RwSignal::new(FormErrors::default()),
            busy: RwSignal::new(false),
            attempt: RwSignal::new(None),
        }))
    }

    fn parts(self) -> Parts {
        self.0.get_value()
    }
}

/// The entry of the record's menu, for whoever may put others in charge and change it.
pub(crate) fn item(handing: HandingOver) -> Option<AnyView> {
    let Parts { record, open, attempt, .. } = handing.parts();
    // A deal is handed over by its owner field alone.
    let may = record.may_assign && record.may_edit && record.kind().is_some();
    may.then(|| {
        let ask = move || {
            attempt.set(Some(fresh()));
            open.set(true);
        };
        view! { <MenuItem label=record.text.hand_over_open() icon="user-cog" on_click=ask /> }
            .into_any()
    })
}

/// Whether the caller would lose sight of a record that somebody else is in charge of.
fn loses_sight(boot: &Boot, object: Object) -> bool {
    boot.rights.reach(Action::View, object) < Reach::All
}

/// The dialog; `gone` leads to the list when the record is out of sight afterwards.
pub(crate) fn dialog(handing: HandingOver, gone: Callback<()>) -> AnyView {
    let Parts { record, open, note, keep, busy, .. } = handing.parts();
    let text = record.text;
    let changes = use_changes();
    let renew = Callback::new(move |()| changes.renew());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send(handing, renew, gone);
    };
    let footer = move || {
        view! {
            <Button on_click=move |_| open.set(false)>{text.common_cancel()}</Button>
            <Button
                variant=Variant::Primary
                loading=busy
                on_click=move |_| send(handing, renew, gone)
            >
                {text.hand_over_send()}
            </Button>
        }
    };
    let object = record.subject().object();
    let may_keep = record.boot.with_value(|boot| loses_sight(boot, object));
    view! {
        <Dialog
            id="hand-over"
            open=open
            title=text.hand_over_title(&untrack(|| record.name()))
            footer=footer
            lazy=true
        >
            <form class="form" on:submit=submit>
                {picker(handing)}
                <TextArea
                    value=note
                    label=text.hand_over_note()
                    name="hand-over-note"
                    hint=text.hand_over_note_hint()
                    error=error(handing, "note")
                />
                {may_keep
                    .then(|| {
                        view! {
                            <Checkbox
                                checked=keep
                                label=text.hand_over_keep()
                                name="hand-over-keep"
                            />
                        }
                    })}
            </form>
        </Dialog>
    }
    .into_any()
}

fn error(handing: HandingOver, field: &'static str) -> Signal<Option<String>> {
    let (text, errors) = (use_text(), handing.parts().errors);
    Signal::derive(move || {
        errors.with(|errors| errors.about(field).map(|error| words::form_error(text, field, error)))
    })
}

/// Colleagues to choose from, by a part of the name.
fn picker(handing: HandingOver) -> AnyView {
    let Parts { record, to, .. } = handing.parts();
    let text = record.text;
    let owner: Option<UserId> = untrack(|| record.owner());
    let (query, options) = offered(record.boot.with_value(|boot| {
        let others = boot.colleagues.iter().filter(|one| Some(one.id) != owner);
        others
            .map(|one| ComboOption {
                avatar: Some(AvatarKind::Person),
                ..ComboOption::new(one.id.to_string(), one.name.clone())
            })
            .collect()
    }));
    view! {
        <Combobox
            chosen=to
            options=options
            label=text.hand_over_to()
            name="hand-over-to"
            on_query=move |typed: String| query.set(typed)
            no_match=text.hand_over_no_match()
            error=error(handing, "to")
        />
    }
    .into_any()
}

fn send(handing: HandingOver, renew: Callback<()>, gone: Callback<()>) {
    let Parts { record, open, to, note, keep, errors, busy, attempt } = handing.parts();
    if busy.get_untracked() {
        return;
    }
    let (text, toasts, subject) = (record.text, record.toasts, record.subject());
    let chosen = to.with_untracked(|to| to.first().cloned());
    let name = chosen.as_ref().map(|one| one.label.clone()).unwrap_or_default();
    let object = subject.object();
    let keeps = record.boot.with_value(|boot| loses_sight(boot, object)) && keep.get_untracked();
    let form = RecordHandoverForm {
        to: chosen.map(|one| one.value).unwrap_or_default(),
        note: note.get_untracked(),
        keep: keeps,
    };
    let operation = attempt.get_untracked().unwrap_or_else(fresh);
    busy.set(true);
    spawn_local(async move {
        let answer = hand_over_record(operation, subject, form).await;
        busy.try_set(false);
        match answer {
            Ok(sees) => {
                open.try_set(false);
                toasts.done(text.hand_over_done(&name));
                if sees {
                    renew.try_run(())
                } else {
                    gone.try_run(())
                };
            }
            Err(AppError::Failure(Failure::Invalid(complaints))) => {
                // Another try says something else.
                attempt.try_set(Some(fresh()));
                errors.try_set(complaints);
            }
            Err(error) => {
                toasts.error(save_trouble(text, &error));
            }
        }
    });
}
