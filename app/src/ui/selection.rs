//! Which rows of a list are ticked, across pages of that list.
//! Shift-click ticks everything between two rows.

use std::collections::BTreeSet;

use leptos::{html::Input, prelude::*};

use super::Text;

/// The ticked rows of one list.
#[derive(Clone, Copy, Debug)]
pub struct RowSelection {
    chosen: RwSignal<BTreeSet<String>>,
    ids: Signal<Vec<String>>,
    anchor: StoredValue<Option<String>>,
}

impl RowSelection {
    /// Nothing ticked; `ids` are the rows on show, in their order.
    pub fn new(ids: Signal<Vec<String>>) -> Self {
        Self { chosen: RwSignal::default(), ids, anchor: StoredValue::new(None) }
    }

    /// The ticked ids.
    pub fn chosen(self) -> BTreeSet<String> {
        self.chosen.get()
    }

    /// How many are ticked.
    pub fn count(self) -> usize {
        self.chosen.with(BTreeSet::len)
    }

    /// Whether this row is ticked.
    pub fn has(self, id: &str) -> bool {
        self.chosen.with(|chosen| chosen.contains(id))
    }

    /// Ticks or clears one row.
    pub fn toggle(self, id: &str) {
        self.anchor.set_value(Some(id.to_owned()));
        self.chosen.update(|chosen| {
            if !chosen.remove(id) {
                chosen.insert(id.to_owned());
            }
        });
    }

    /// Ticks every row from the last touched one to this.
    pub fn range_to(self, id: &str) {
        let ids = self.ids.get_untracked();
        let place = |wanted: &str| ids.iter().position(|other| other == wanted);
        let from = self.anchor.get_value().and_then(|anchor| place(&anchor));
        let (Some(from), Some(to)) = (from, place(id)) else {
            self.toggle(id);
            return;
        };
        let between = ids[from.min(to)..=from.max(to)].to_vec();
        self.chosen.update(|chosen| chosen.extend(between));
    }

    /// Ticks every row on show, or clears all if they are.
    pub fn toggle_all(self) {
        let ids = self.ids.get_untracked();
        self.chosen.update(|chosen| {
            if ids.iter().all(|id| chosen.contains(id)) {
                chosen.clear();
            } else {
                chosen.extend(ids);
            }
        });
    }

    /// Clears everything.
    pub fn clear(self) {
        self.chosen.update(BTreeSet::clear);
    }

    /// All rows on show are ticked, and there is at least one.
    pub fn all(self) -> bool {
        let ids = self.ids.get();
        !ids.is_empty() && ids.iter().all(|id| self.has(id))
    }
}

/// The box in the header that ticks every row on show.
pub(crate) fn select_all_cell(selection: RowSelection, label: Text) -> AnyView {
    let node = NodeRef::<Input>::new();
    Effect::new(move || {
        if let Some(input) = node.get() {
            let all = selection.all();
            input.set_checked(all);
            input.set_indeterminate(!all && selection.count() > 0);
        }
    });
    view! {
        <th class="cell-check" scope="col">
            <label class="check-hit">
                <input
                    node_ref=node
                    type="checkbox"
                    aria-label=label
                    data-needs-live="true"
                    on:click=move |_| selection.toggle_all()
                />
            </label>
        </th>
    }
    .into_any()
}
