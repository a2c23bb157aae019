//! The list of a combobox and what is chosen in it.
//! Rows are taken on release, so a finger can still slide away.

use leptos::prelude::*;

use super::{Avatar, ComboOption, Icon, Size, Spinner, Text, filled, use_words};

/// The moving parts of one combobox.
#[derive(Clone, Copy)]
pub(crate) struct ComboState {
    pub query: RwSignal<String>,
    pub open: RwSignal<bool>,
    pub active: RwSignal<usize>,
    pub chosen: RwSignal<Vec<ComboOption>>,
    pub multi: bool,
    options: Signal<Vec<ComboOption>>,
    on_change: Option<Callback<Vec<ComboOption>>>,
    on_create: Option<Callback<String>>,
    create_text: Option<Callback<String, String>>,
}

impl ComboState {
    pub fn new(
        chosen: RwSignal<Vec<ComboOption>>,
        options: Signal<Vec<ComboOption>>,
        multi: bool,
        on_change: Option<Callback<Vec<ComboOption>>>,
        on_create: Option<Callback<String>>,
        create_text: Option<Callback<String, String>>,
    ) -> Self {
        let state = Self {
            query: RwSignal::new(String::new()),
            open: RwSignal::new(false),
            active: RwSignal::new(0),
            chosen,
            multi,
            options,
            on_change,
            on_create,
            create_text,
        };
        state.query.set(state.resting_text());
        Effect::new(move || {
            chosen.track();
            if !state.open.get_untracked() {
                state.query.set(state.resting_text());
            }
        });
        state
    }

    /// What the field says while nobody types: the chosen entry, if it can only be one.
    fn resting_text(self) -> String {
        if self.multi {
            return String::new();
        }
        self.chosen
            .with_untracked(|chosen| chosen.first().map(|c| c.label.clone()).unwrap_or_default())
    }

    /// The matches that are not chosen yet.
    pub fn rows(self) -> Vec<ComboOption> {
        let mut rows = self.options.get();
        if self.multi {
            self.chosen.with(|chosen| {
                rows.retain(|row| !chosen.iter().any(|other| other.value == row.value));
            });
        }
        rows
    }

    /// The text that can become a new entry.
    fn new_entry(self) -> Option<String> {
        self.on_create?;
        let text = self.query.get().trim().to_owned();
        let known = |list: &Vec<ComboOption>| list.iter().any(|option| option.label == text);
        (!text.is_empty() && !self.options.with(known) && !self.chosen.with(known)).then_some(text)
    }

    pub fn row_count(self) -> usize {
        untrack(|| self.rows().len() + usize::from(self.new_entry().is_some()))
    }

    /// The highlighted row, while the list shows.
    pub fn active_row(self) -> Option<usize> {
        let rows = self.rows().len() + usize::from(self.new_entry().is_some());
        (self.open.get() && rows > 0).then(|| self.active.get().min(rows - 1))
    }

    /// Takes the row at this place.
    pub fn take(self, row: usize) {
        let rows = untrack(|| self.rows());
        if let Some(option) = rows.into_iter().nth(row) {
            self.choose(option);
        } else if let Some(text) = untrack(|| self.new_entry()) {
            self.create(text);
        }
    }

    fn create(self, text: String) {
        self.query.set(String::new());
        self.open.set(false);
        if let Some(on_create) = self.on_create {
            on_create.run(text);
        }
    }

    fn choose(self, option: ComboOption) {
        self.chosen.update(|chosen| {
            if !self.multi {
                chosen.clear();
            }
            chosen.push(option);
        });
        self.active.set(0);
        if self.multi {
            self.query.set(String::new());
        } else {
            self.open.set(false);
            self.query.set(self.resting_text());
        }
        self.changed();
    }

    /// Every text that a comma has ended becomes an entry. Chinese commas count.
    pub fn take_commas(self) {
        let text = self.query.get_untracked();
        let Some((done, rest)) = text.rsplit_once([',', '，', '、', ';', '；', '\n']) else {
            return;
        };
        for entry in done.split([',', '，', '、', ';', '；', '\n']) {
            let entry = entry.trim();
            if !entry.is_empty()
                && let Some(on_create) = self.on_create
            {
                on_create.run(entry.to_owned());
            }
        }
        self.query.set(rest.trim_start().to_owned());
    }

    pub fn remove(self, value: &str) {
        self.chosen.update(|chosen| chosen.retain(|option| option.value != value));
        self.changed();
    }

    pub fn drop_last(self) {
        self.chosen.update(|chosen| {
            chosen.pop();
        });
        self.changed();
    }

    /// Closes the list. Emptying the text of a single choice clears it.
    pub fn close(self) {
        let Some(was_open) = self.open.try_get_untracked() else { return };
        self.open.set(false);
        let emptied = was_open && !self.multi && self.query.with_untracked(String::is_empty);
        if emptied && self.chosen.with_untracked(|chosen| !chosen.is_empty()) {
            self.chosen.set(Vec::new());
            self.changed();
        }
        self.query.set(self.resting_text());
    }

    fn changed(self) {
        if let Some(on_change) = self.on_change {
            on_change.run(self.chosen.get_untracked());
        }
    }
}

/// The chosen entries of a multiple choice, each with a cross.
pub(crate) fn chosen_chips(state: ComboState) -> AnyView {
    if !state.multi {
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
    let rows = move || {
        if !state.open.get() {
            return ().into_any();
        }
        let rows = state.rows();
        let count = rows.len();
        let extra = state.new_entry().map(|text| {
            let words = match state.create_text {
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
            return if loading.get() {
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
            hidden=move || !state.open.get()
            on:mousedown=move |event| event.prevent_default()
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
