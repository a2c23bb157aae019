//! Choosing from many: type to search, arrows to move, Enter to take. ARIA 1.2 combobox.
//! The caller searches; the kit waits for a pause in typing and never asks for half a Chinese word.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::{
    AvatarKind, Debounce, Icon, Need, Text,
    combobox_list::{chosen_chips, hidden_values, list_view},
    combobox_state::{ComboHow, ComboState},
    dom::{composing, composing_input, leaves},
    field::{Frame, field_id, framed, invalid},
    given, use_words,
};

/// One thing to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComboOption {
    /// What is stored and sent.
    pub value: String,
    /// First line.
    pub label: String,
    /// Second line: company, number, team.
    pub detail: String,
    /// Shows an avatar of this kind.
    pub avatar: Option<AvatarKind>,
}

impl ComboOption {
    /// An option with a value and its wording.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }
}

/// A text field with a list of matches.
#[component]
pub fn Combobox(
    /// What is chosen, both ways; at most one entry unless `multi`.
    chosen: RwSignal<Vec<ComboOption>>,
    /// The matches of the last query.
    #[prop(into)]
    options: Signal<Vec<ComboOption>>,
    /// Wording above the control.
    #[prop(into)]
    label: Text,
    /// Name sent with the form, once per chosen value.
    #[prop(into)]
    name: Text,
    /// More than one may be chosen.
    #[prop(optional)]
    multi: bool,
    /// A query is on its way.
    #[prop(optional, into)]
    loading: Signal<bool>,
    /// 150 ms after typing stopped, and with an empty text when opened.
    #[prop(optional, into)]
    on_query: Option<Callback<String>>,
    /// After each change of what is chosen.
    #[prop(optional, into)]
    on_change: Option<Callback<Vec<ComboOption>>>,
    /// Makes a new entry from the typed text; adds a row for it.
    #[prop(optional, into)]
    on_create: Option<Callback<String>>,
    /// The field was left with a text that stands for no option, and is kept; `false` once that is
    /// over. Left out, such a text goes when the field is left.
    #[prop(optional, into)]
    on_unmatched: Option<Callback<bool>>,
    /// Wording of that row for a typed text.
    #[prop(optional, into)]
    create_text: Option<Callback<String, String>>,
    /// A comma ends an entry (tags).
    #[prop(optional)]
    comma_ends: bool,
    /// Wording when nothing matches.
    #[prop(optional, into)]
    no_match: Text,
    /// An example.
    #[prop(optional, into)]
    placeholder: Text,
    /// One line of help.
    #[prop(optional, into)]
    hint: Text,
    /// What is wrong, if something is.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it must be filled.
    #[prop(optional)]
    need: Need,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Keeps the label for screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// Element id; `f-{name}` if left out.
    #[prop(optional, into)]
    id: Text,
    /// Extra classes of the whole field.
    #[prop(optional, into)]
    class: Text,
) -> AnyView {
    let id = field_id(&id, &name);
    let frame = Frame { id: id.clone(), label, hide_label, need, hint, error, class };
    let how = ComboHow {
        multi,
        free: comma_ends,
        searches: on_query.is_some(),
        on_change,
        on_create,
        create_text,
        on_unmatched,
    };
    let state = ComboState::new(chosen, options, how);
    let input = NodeRef::<html::Input>::new();
    let pause = Debounce::new();
    let ask = move |text: String| {
        state.asks();
        if let Some(on_query) = on_query {
            on_query.run(text);
        }
    };
    let typed = move || {
        state.typed();
        pause.after(Duration::from_millis(150), move || ask(state.query.get_untracked()));
    };
    let open_now = move || {
        if !state.open.get_untracked() && !disabled.get_untracked() {
            state.open_list();
            ask(String::new());
        }
    };
    show_query(input, state);
    let says_none = !no_match.is_empty();
    let list_id = format!("{id}-list");
    let option_prefix = format!("{id}-o");
    let active_id = option_prefix.clone();
    let control = view! {
        <div
            class="combo"
            data-open=move || state.open.get().then_some("true")
            on:focusout=move |event| {
                if leaves(&event) {
                    state.leave();
                }
            }
        >
            <div class="control combo-control">
                {chosen_chips(state)}
                <input
                    node_ref=input
                    class="input"
                    id=id
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    value=state.query.get_untracked()
                    placeholder=given(&placeholder)
                    disabled=move || disabled.get()
                    aria-autocomplete="list"
                    aria-expanded=move || if state.list_shows(says_none) { "true" } else { "false" }
                    aria-controls=list_id.clone()
                    aria-activedescendant=move || {
                        state.active_row().map(|row| format!("{active_id}{row}"))
                    }
                    aria-required=need.required().then_some("true")
                    aria-invalid=invalid(error)
                    aria-describedby=frame.hint_id()
                    on:input=move |event| {
                        state.query.set(event_target_value(&event));
                        if !composing_input(&event) {
                            typed();
                        }
                    }
                    on:compositionend=move |_| typed()
                    on:click=move |_| open_now()
                    on:keydown=move |event: KeyboardEvent| {
                        if !composing(&event) {
                            combo_keys(state, &event, open_now);
                        }
                    }
                />
                {control_end(state)}
            </div>
            {list_view(state, list_id, option_prefix, loading, no_match)}
            {hidden_values(state, name)}
        </div>
    }
    .into_any();
    framed(frame, control, ().into_any())
}

/// The way out of the full screen on phones, the arrow elsewhere.
fn control_end(state: ComboState) -> AnyView {
    view! {
        <button
            type="button"
            class="combo-done only-phone"
            aria-label=use_words().close.clone()
            on:click=move |_| state.leave()
        >
            <Icon name="x" />
        </button>
        <Icon name="chevrons-up-down" class="icon-sm combo-arrow" />
    }
    .into_any()
}

/// The field shows what the state says: the chosen entry at rest, nothing after one was taken.
fn show_query(input: NodeRef<html::Input>, state: ComboState) {
    Effect::new(move || {
        let shown = state.query.get();
        if let Some(input) = input.get()
            && input.value() != shown
        {
            input.set_value(&shown);
        }
    });
}

fn combo_keys(state: ComboState, event: &KeyboardEvent, open_now: impl Fn()) {
    match event.key().as_str() {
        "ArrowDown" if !state.open.get_untracked() => open_now(),
        "ArrowDown" if state.row_count() > 0 => state.step(true),
        "ArrowUp" if state.row_count() > 0 => state.step(false),
        "Enter" => {
            if !state.enter() {
                return;
            }
        }
        "Escape" if state.open.get_untracked() => {
            // Closes the list only, not the dialog around it.
            event.stop_propagation();
            state.close();
        }
        "Backspace" if state.how.multi && state.query.with_untracked(String::is_empty) => {
            state.drop_last();
            return;
        }
        "Tab" => {
            state.leave();
            return;
        }
        _ => return,
    }
    event.prevent_default();
}
