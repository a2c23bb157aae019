//! How the list of a combobox and what is chosen in it look.
//! Rows are taken on release, so a finger can still slide away.

use leptos::prelude::*;

use super::{
    Avatar, ComboOption, Icon, Size, Spinner, Text, combobox_state::ComboState, filled, use_words,
};

/// The chosen entries of a multiple choice, each with a cross.
pub(crate) fn chosen_chips(state: ComboState) -> AnyView {
    if !state.how.multi {
        return ().into_any();
    }
    let remove = use_words().remove.clone();
    let chips = move || {
        state
            .chosen
            .get()
            .into_iter()
            .map(|option| {
                let value = option.value;
                let label = format!("{remove}: {}", option.label);
                view! {
                    <span class="chip chip-entry">
                        <span class="chip-body">{option.label}</span>
                        <button
                            type="button"
                            class="chip-cross"
                            aria-label=label
                            on:click=move |_| state.remove(&value)
                        >
                            <Icon name="x" class="icon-sm" />
                        </button>
                    </span>
                }
            })
            .collect_view()
    };
    view! { <span class="combo-chips">{chips}</span> }.into_any()
}

/// What a plain form sends.
pub(crate) fn hidden_values(state: ComboState, name: Text) -> AnyView {
    let inputs = move || {
        state
            .chosen
            .get()
            .into_iter()
            .map(|option| view! { <input type="hidden" name=name.clone() value=option.value /> })
            .collect_view()
    };
    view! { <span hidden=true>{inputs}</span> }.into_any()
}

/// The list itself; empty while closed.
pub(crate) fn list_view(
    state: ComboState,
    list_id: String,
    prefix: String,
    loading: Signal<bool>,
    no_match: Text,
) -> AnyView {
    let says_none = !no_match.is_empty();
    let rows = move || {
        if !state.open.get() {
            return ().into_any();
        }
        let rows = state.rows();
        let count = rows.len();
        let extra = state.new_entry().map(|text| {
            let words = match state.how.create_text {
                Some(words) => words.run(text),
                None => text,
            };
            row_view(
                state,
                &prefix,
                count,
                view! { <Icon name="plus" /> <span>{words}</span> }.into_any(),
            )
        });
        if count == 0 && extra.is_none() {
            return if !state.typing() {
                ().into_any()
            } else if loading.get() || !state.settled() {
                view! { <div class="combo-none"><Spinner /></div> }.into_any()
            } else {
                view! { <div class="combo-none">{no_match.clone()}</div> }.into_any()
            };
        }
        let entries = rows
            .into_iter()
            .enumerate()
            .map(|(row, option)| row_view(state, &prefix, row, option_face(option)))
            .collect_view();
        view! {
            {entries}
            {extra}
        }
        .into_any()
    };
    view! {
        <div
            class="combo-list"
            id=list_id
            role="listbox"
            hidden=move || !state.list_shows(says_none)
            on:mousedown=move |event| {
                event.prevent_default();
                state.pressed.set(true);
            }
            on:click=move |_| state.pressed.set(false)
            on:mouseleave=move |_| state.pressed.set(false)
        >
            {rows}
        </div>
    }
    .into_any()
}

fn row_view(state: ComboState, prefix: &str, row: usize, face: AnyView) -> AnyView {
    let active = move || if state.active_row() == Some(row) { "true" } else { "false" };
    view! {
        <div
            class="option"
            role="option"
            id=format!("{prefix}{row}")
            aria-selected=active
            on:mousemove=move |_| {
                if state.active.get_untracked() != row {
                    state.active.set(row);
                }
            }
            on:click=move |_| state.take(row)
        >
            {face}
        </div>
    }
    .into_any()
}

fn option_face(option: ComboOption) -> AnyView {
    let avatar = option.avatar.map(|kind| {
        view! { <Avatar name=option.label.clone() seed=option.value.clone() kind=kind size=Size::Sm /> }
    });
    view! {
        {avatar}
        <span class="option-text">
            <span>{option.label}</span>
            <span class="sub">{filled(option.detail)}</span>
        </span>
    }
    .into_any()
}
