//! The control of an inline field while it is edited, and what ends editing: Enter, leaving it, a
//! pick with the pointer, or the buttons below. Escape restores the value.

use leptos::{
    ev::{FocusEvent, KeyboardEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys,
};

use super::{
    Choice, InputKind, Text,
    dom::{composing, focus_id, leaves},
    given,
    inline_state::InlineEdit,
    rendered::{AreaControl, text_area_control},
    select_field::{SelectControl, select_control},
    use_words,
};

/// How the value is entered.
#[derive(Clone)]
pub(super) struct Entry {
    pub kind: InputKind,
    pub multiline: bool,
    /// Not empty: one of these.
    pub options: StoredValue<Vec<Choice>>,
    pub label: Text,
    /// Id of the field; those of its parts begin with it.
    pub id: String,
    pub placeholder: Text,
}

/// The control while editing.
pub(super) fn editor_view(edit: InlineEdit, entry: &Entry) -> AnyView {
    let input_id = format!("{}-input", entry.id);
    let back_to = StoredValue::new(format!("{}-edit", entry.id));
    // The control exists one frame from now, and is gone one frame after it ended.
    let focus = input_id.clone();
    Effect::new(move |_| focus_id(&focus));
    let give_back = move || {
        let back_to = back_to.get_value();
        request_animation_frame(move || focus_id(&back_to));
    };
    let chooses = entry.options.with_value(|options| !options.is_empty());
    let multiline = entry.multiline;
    // Arrow keys change a closed select at each step; only the pointer picks.
    let by_pointer = StoredValue::new(false);
    let keys = move |event: KeyboardEvent| {
        by_pointer.set_value(false);
        // Enter on one of the buttons presses it.
        if composing(&event) || on_button(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" if !multiline || event.ctrl_key() || event.meta_key() => {
                event.prevent_default();
                if chooses {
                    // Some browsers tell of the choice only when the select is left.
                    edit.draft.set(event_target_value(&event));
                }
                give_back();
                edit.commit();
            }
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                give_back();
                edit.revert();
            }
            _ => {}
        }
    };
    let picked = Callback::new(move |_: String| {
        if by_pointer.get_value() {
            give_back();
            edit.commit();
        }
    });
    let left = move |event: FocusEvent| {
        if chooses && leaves(&event) {
            edit.leave();
        }
    };
    let control = if chooses {
        select(edit, entry, input_id, picked)
    } else if multiline {
        area(edit, entry, input_id)
    } else {
        line_input(edit, entry, input_id)
    };
    let words = use_words();
    // Fingers have no Enter, and moving along a list of choices saves nothing by itself.
    let class = if chooses { "inline-buttons cluster" } else { "inline-buttons only-coarse" };
    view! {
        <div
            class="inline-editor"
            on:keydown=keys
            on:pointerdown=move |_| by_pointer.set_value(true)
            on:focusout=left
        >
            {control}
            // Keeps the focus in the control, whose blur would save.
            <div class=class on:mousedown=move |event| event.prevent_default()>
                <button
                    type="button"
                    class="btn btn-primary btn-sm"
                    on:click=move |_| {
                        give_back();
                        edit.commit();
                    }
                >
                    {words.save.clone()}
                </button>
                <button
                    type="button"
                    class="btn btn-default btn-sm"
                    on:click=move |_| {
                        give_back();
                        edit.revert();
                    }
                >
                    {words.cancel.clone()}
                </button>
            </div>
        </div>
    }
    .into_any()
}

fn on_button(event: &KeyboardEvent) -> bool {
    event.target().is_some_and(|target| target.has_type::<web_sys::HtmlButtonElement>())
}

fn note_id(entry: &Entry) -> String {
    format!("{}-note", entry.id)
}

fn select(edit: InlineEdit, entry: &Entry, id: String, picked: Callback<String>) -> AnyView {
    select_control(SelectControl {
        value: edit.draft,
        options: entry.options.get_value().into(),
        id,
        name: Text::default(),
        label: Some(entry.label.to_string()),
        required: false,
        described_by: Some(note_id(entry)),
        error: Signal::stored(None),
        disabled: Signal::stored(false),
        on_change: Some(picked),
    })
}

fn area(edit: InlineEdit, entry: &Entry, id: String) -> AnyView {
    let area = text_area_control(AreaControl {
        value: edit.draft,
        id,
        name: Text::default(),
        rows: 3,
        placeholder: entry.placeholder.clone(),
        maxlength: None,
        required: false,
        described_by: note_id(entry),
        error: Signal::stored(None),
        disabled: Signal::stored(false),
        on_input: None,
        on_blur: Some(Callback::new(move |_| edit.commit())),
        on_submit: None,
    });
    view! { <div role="group" aria-label=entry.label.clone()>{area}</div> }.into_any()
}

fn line_input(edit: InlineEdit, entry: &Entry, id: String) -> AnyView {
    let kind = entry.kind;
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
            id=id
            type=kind.html_type()
            inputmode=kind.input_mode()
            autocapitalize=kind.literal().then_some("none")
            autocomplete="off"
            enterkeyhint="done"
            value=edit.draft.get_untracked()
            placeholder=given(&entry.placeholder)
            aria-label=entry.label.clone()
            aria-describedby=note_id(entry)
            on:input=move |event| edit.draft.set(event_target_value(&event))
            on:blur=move |_| edit.commit()
        />
    }
    .into_any()
}
