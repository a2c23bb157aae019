//! A value that is edited where it stands: click, type, Enter. Escape restores it.
//! Saving shows as a dot; a failure or a conflict keeps the typed text and asks.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::{
    Choice, Icon, InlineState, InputKind, Text,
    dom::{composing, focus_id},
    given,
    inline_state::InlineEdit,
    rendered::{AreaControl, text_area_control},
    select_field::{SelectControl, select_control},
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
    /// Choose instead of typing: for values with side effects, which never save on blur.
    #[prop(optional)]
    options: Vec<Choice>,
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
        on_save,
    };
    let id = format!("i-{name}");
    let options = StoredValue::new(options);
    let rest = rest_view(edit, display, options, &label, &id, locked);
    let editor_id = id.clone();
    let editor_label = label.clone();
    let body = move || {
        if edit.editing.get() {
            editor_view(edit, kind, multiline, options, &editor_id, &editor_label, &placeholder)
        } else {
            rest.run()
        }
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
                {note_view(edit, on_keep_mine, on_use_theirs)}
            </div>
        </div>
    }
    .into_any()
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
    let wording = move |value: String| {
        options.with_value(|options| {
            options
                .iter()
                .find(|choice| choice.value == value)
                .map_or(value, |choice| choice.label.to_string())
        })
    };
    ViewFn::from(move || {
        let empty = words.empty_value.clone();
        let display = display.clone();
        let shown = move || {
            if edit.pending() {
                return wording(edit.draft.get()).into_any();
            }
            let value = edit.value.get();
            if value.trim().is_empty() {
                view! { <span class="muted">{empty.clone()}</span> }.into_any()
            } else if let Some(display) = &display {
                display.run()
            } else {
                wording(value).into_any()
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

/// The control while editing.
fn editor_view(
    edit: InlineEdit,
    kind: InputKind,
    multiline: bool,
    options: StoredValue<Vec<Choice>>,
    id: &str,
    label: &Text,
    placeholder: &Text,
) -> AnyView {
    let note = format!("{id}-note");
    let input_id = format!("{id}-input");
    let back_to = format!("{id}-edit");
    // The control exists one frame from now.
    let focus = input_id.clone();
    Effect::new(move |_| focus_id(&focus));
    let keys = move |event: KeyboardEvent| {
        if composing(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" if !multiline || event.ctrl_key() || event.meta_key() => {
                event.prevent_default();
                edit.commit();
            }
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                edit.revert();
            }
            _ => return,
        }
        // The control is gone by then, and with it everything it owns.
        let back_to = back_to.clone();
        request_animation_frame(move || focus_id(&back_to));
    };
    let choices = options.get_value();
    let control = if !choices.is_empty() {
        select_control(SelectControl {
            value: edit.draft,
            options: choices.into(),
            id: input_id,
            name: Text::default(),
            label: Some(label.to_string()),
            required: false,
            described_by: Some(note),
            error: Signal::stored(None),
            disabled: Signal::stored(false),
            on_change: Some(Callback::new(move |_| edit.commit())),
        })
    } else if multiline {
        let area = text_area_control(AreaControl {
            value: edit.draft,
            id: input_id,
            name: Text::default(),
            rows: 3,
            placeholder: placeholder.clone(),
            maxlength: None,
            required: false,
            described_by: note,
            error: Signal::stored(None),
            disabled: Signal::stored(false),
            on_input: None,
            on_blur: Some(Callback::new(move |_| edit.commit())),
            on_submit: None,
        });
        view! { <div role="group" aria-label=label.clone()>{area}</div> }.into_any()
    } else {
        line_input(edit, kind, &input_id, note, label, placeholder)
    };
    let words = use_words();
    view! {
        <div class="inline-editor" on:keydown=keys>
            {control}
            <div class="inline-buttons only-coarse">
                <button type="button" class="btn btn-primary btn-sm" on:click=move |_| edit.commit()>
                    {words.save.clone()}
                </button>
                <button
                    type="button"
                    class="btn btn-default btn-sm"
                    // Keeps the focus in the control, whose blur would save.
                    on:pointerdown=move |event| event.prevent_default()
                    on:click=move |_| edit.revert()
                >
                    {words.cancel.clone()}
                </button>
            </div>
        </div>
    }
    .into_any()
}

fn line_input(
    edit: InlineEdit,
    kind: InputKind,
    id: &str,
    described_by: String,
    label: &Text,
    placeholder: &Text,
) -> AnyView {
    let node = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(input) = node.get() {
            input.select();
        }
    });
    view! {
        <input
            node_ref=node
            class="input"
            id=id.to_owned()
            type=kind.html_type()
            inputmode=kind.input_mode()
            autocapitalize=kind.literal().then_some("none")
            autocomplete="off"
            enterkeyhint="done"
            value=edit.draft.get_untracked()
            placeholder=given(placeholder)
            aria-label=label.clone()
            aria-describedby=described_by
            on:input=move |event| edit.draft.set(event_target_value(&event))
            on:blur=move |_| edit.commit()
        />
    }
    .into_any()
}

/// What stands below: the failure with its ways out, or the two values of a conflict.
fn note_view(
    edit: InlineEdit,
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
                        <div class="fact"><dt>{words.mine.clone()}</dt><dd>{edit.draft.get_untracked()}</dd></div>
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
