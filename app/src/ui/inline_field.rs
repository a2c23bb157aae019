//! A value that is edited where it stands: click, type, Enter. Escape restores it.
//! Saving shows as a dot; a failure or a conflict keeps the typed text and asks.

use leptos::prelude::*;

use super::{
    Choice, Icon, InlineState, InputKind, Text,
    inline_editor::{Entry, editor_view},
    inline_state::InlineEdit,
    use_words,
};

/// One label and its editable value.
#[component]
pub fn InlineField(
    /// The label.
    #[prop(into)]
    label: Text,
    /// Name of the field; ids are made from it.
    #[prop(into)]
    name: Text,
    /// The stored value.
    #[prop(into)]
    value: Signal<String>,
    /// What happened to the last change; the caller sets it.
    state: RwSignal<InlineState>,
    /// Saves the typed text. Set `state` to `Saving` first, then to the outcome.
    #[prop(into)]
    on_save: Callback<String>,
    /// How the stored value shows, if not as plain text (a phone link, a chip).
    #[prop(optional, into)]
    display: Option<ViewFn>,
    /// What is typed.
    #[prop(optional)]
    kind: InputKind,
    /// Several lines; Ctrl/Cmd Enter saves.
    #[prop(optional)]
    multiline: bool,
    /// Choose instead of typing. The arrow keys only move; Enter, leaving and the pointer save.
    #[prop(optional)]
    options: Vec<Choice>,
    /// The choice has side effects: leaving the field does not save it.
    #[prop(optional)]
    deliberate: bool,
    /// Why it cannot be edited; empty means that it can.
    #[prop(optional, into)]
    locked: Text,
    /// An example while empty.
    #[prop(optional, into)]
    placeholder: Text,
    /// Conflict: save mine over theirs. Saves again if left out.
    #[prop(optional, into)]
    on_keep_mine: Option<Callback<String>>,
    /// Conflict: take theirs. Shows the stored value if left out.
    #[prop(optional, into)]
    on_use_theirs: Option<Callback<()>>,
) -> AnyView {
    let edit = InlineEdit {
        value,
        state,
        editing: RwSignal::new(false),
        draft: RwSignal::new(value.get_untracked()),
        sent: StoredValue::new(String::new()),
        deliberate,
        on_save,
    };
    let id = format!("i-{name}");
    let options = StoredValue::new(options);
    let rest = rest_view(edit, display, options, &label, &id, locked);
    let entry =
        Entry { kind, multiline, options, label: label.clone(), id: id.clone(), placeholder };
    let body = move || {
        if edit.editing.get() { editor_view(edit, &entry) } else { rest.run() }
    };
    let data_state = move || match state.get() {
        InlineState::Rest => "rest",
        InlineState::Saving => "saving",
        InlineState::Saved => "saved",
        InlineState::Failed { .. } => "failed",
        InlineState::Conflict { .. } => "conflict",
    };
    view! {
        <div class="inline" data-state=data_state data-editing=move || edit.editing.get().then_some("true")>
            <span class="inline-label" id=format!("{id}-label")>
                {label}
            </span>
            <div class="inline-body">{body}</div>
            <div class="inline-note" id=format!("{id}-note")>
                {note_view(edit, options, on_keep_mine, on_use_theirs)}
            </div>
        </div>
    }
    .into_any()
}

/// How a value is worded among the choices, if it is one of them.
pub(crate) fn choice_label(options: StoredValue<Vec<Choice>>, value: &str) -> Option<String> {
    options.with_value(|options| {
        let choice = options.iter().find(|choice| choice.value == value);
        choice.map(|choice| choice.label.to_string())
    })
}

/// A value as it reads: a choice by its wording.
fn wording(options: StoredValue<Vec<Choice>>, value: String) -> String {
    choice_label(options, &value).unwrap_or(value)
}

/// The value and, over the whole row, the button that starts editing.
fn rest_view(
    edit: InlineEdit,
    display: Option<ViewFn>,
    options: StoredValue<Vec<Choice>>,
    label: &Text,
    id: &str,
    locked: Text,
) -> ViewFn {
    let words = use_words();
    let edit_label = format!("{}: {label}", words.edit);
    let edit_id = format!("{id}-edit");
    ViewFn::from(move || {
        let empty = words.empty_value.clone();
        let display = display.clone();
        let shown = move || {
            if edit.pending() {
                return wording(options, edit.draft.get()).into_any();
            }
            let value = edit.value.get();
            if value.trim().is_empty() {
                view! { <span class="muted">{empty.clone()}</span> }.into_any()
            } else if let Some(display) = &display {
                display.run()
            } else {
                wording(options, value).into_any()
            }
        };
        let tool = if locked.is_empty() {
            view! {
                <button
                    type="button"
                    class="inline-edit"
                    id=edit_id.clone()
                    aria-label=edit_label.clone()
                    data-needs-live="true"
                    on:click=move |_| edit.begin()
                    on:keydown=move |event| {
                        if event.key() == "F2" {
                            edit.begin();
                        }
                    }
                >
                    <Icon name="pencil" class="icon-sm" />
                </button>
            }
            .into_any()
        } else {
            view! {
                <span class="inline-lock" tabindex="0" role="img" aria-label=locked.clone() data-tip=locked.clone()>
                    <Icon name="lock" class="icon-sm" />
                </span>
            }
            .into_any()
        };
        view! {
            <span class="inline-value">{shown}</span>
            <span class="inline-dot" aria-hidden="true"></span>
            {tool}
        }
    })
}

/// What stands below: the failure with its ways out, or the two values of a conflict.
fn note_view(
    edit: InlineEdit,
    options: StoredValue<Vec<Choice>>,
    on_keep_mine: Option<Callback<String>>,
    on_use_theirs: Option<Callback<()>>,
) -> impl Fn() -> AnyView + Send + Sync + 'static {
    let words = use_words();
    let button = |label: Text, run: Callback<()>| {
        view! {
            <button type="button" class="btn btn-default btn-sm" on:click=move |_| run.run(())>
                {label}
            </button>
        }
    };
    move || match edit.state.get() {
        InlineState::Rest => ().into_any(),
        InlineState::Saving => {
            view! { <span class="visually-hidden" role="status">{words.saving.clone()}</span> }
                .into_any()
        }
        InlineState::Saved => {
            view! { <span class="visually-hidden" role="status">{words.saved.clone()}</span> }
                .into_any()
        }
        InlineState::Failed { message } => view! {
            <div class="inline-failed" role="alert">
                <p class="field-hint" data-error="true">
                    <Icon name="circle-alert" class="icon-sm" />
                    <span>{message}</span>
                </p>
                <div class="cluster">
                    {button(words.retry.clone(), Callback::new(move |()| edit.retry()))}
                    {button(words.revert.clone(), Callback::new(move |()| edit.revert()))}
                </div>
            </div>
        }
        .into_any(),
        InlineState::Conflict { theirs, message } => {
            let take = Callback::new(move |()| match on_use_theirs {
                Some(run) => run.run(()),
                None => edit.revert(),
            });
            let keep = Callback::new(move |()| match on_keep_mine {
                Some(run) => run.run(edit.draft.get_untracked()),
                None => edit.retry(),
            });
            view! {
                <div class="inline-conflict" role="alert">
                    <p>{message}</p>
                    <dl class="facts">
                        <div class="fact"><dt>{words.theirs.clone()}</dt><dd>{theirs}</dd></div>
                        <div class="fact"><dt>{words.mine.clone()}</dt><dd>{wording(options, edit.draft.get())}</dd></div>
                    </dl>
                    <div class="cluster">
                        {button(words.use_theirs.clone(), take)}
                        {button(words.keep_mine.clone(), keep)}
                    </div>
                </div>
            }
            .into_any()
        }
    }
}
