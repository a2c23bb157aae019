//! Rows of long tables and cards of boards, which are there to be read: their cells are written at once instead of put together from
//! twenty views each. That halves what a page of fifty rows costs the server, and the browser wakes one element a row.

use leptos::{
    ev::MouseEvent,
    html::Tr,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlInputElement},
};
use maud::{Markup, html};

use super::{RowSelection, Text};

/// A row that can be ticked. `cells` hold what is read and links; every text in `Markup` is escaped.
#[component]
pub fn TableRow(
    /// The selection of the table.
    selection: RowSelection,
    /// Id of the row.
    #[prop(into)]
    id: String,
    /// Spoken name of the box.
    #[prop(into)]
    label: Text,
    /// The cells behind the one with the box.
    cells: Markup,
) -> AnyView {
    let id = StoredValue::new(id);
    let node = NodeRef::<Tr>::new();
    let ticked = move || id.with_value(|id| selection.has(id));
    Effect::new(move || {
        let (ticked, row) = (ticked(), node.get());
        if let Some(input) = row.and_then(|row| first_box(&row)) {
            input.set_checked(ticked);
        }
    });
    let click = move |event: MouseEvent| {
        if event.target().is_none_or(|target| !target.has_type::<HtmlInputElement>()) {
            return;
        }
        if event.shift_key() {
            id.with_value(|id| selection.range_to(id));
        } else {
            id.with_value(|id| selection.toggle(id));
        }
    };
    let written = html! {
        td class="cell-check" {
            label class="check-hit" {
                input type="checkbox" aria-label=(label) data-needs-live="true";
            }
        }
        (cells)
    };
    view! {
        <tr
            node_ref=node
            aria-selected=move || ticked().then_some("true")
            on:click=click
            inner_html=written.into_string()
        ></tr>
    }
    .into_any()
}

/// A row that cannot be ticked.
#[component]
pub fn WrittenRow(
    /// The cells.
    cells: Markup,
) -> AnyView {
    view! { <tr inner_html=cells.into_string()></tr> }.into_any()
}

/// A card of a board. The board listens for all of its cards.
#[component]
pub fn WrittenCard(
    /// Id of the card.
    #[prop(into)]
    id: String,
    /// What is read.
    content: Markup,
    /// It can be moved.
    movable: bool,
    /// Another one would be dropped above it.
    #[prop(into)]
    drop_above: Signal<bool>,
    /// It is being carried by a pointer.
    #[prop(into)]
    carried: Signal<bool>,
    /// It was lifted by the keyboard.
    #[prop(into)]
    lifted: Signal<bool>,
) -> AnyView {
    let on = |signal: Signal<bool>| move || signal.get().then_some("true");
    view! {
        <li
            class="deal-card"
            data-card=id
            data-movable=movable.then_some("true")
            data-drop=on(drop_above)
            data-carried=on(carried)
            data-lifted=on(lifted)
            inner_html=content.into_string()
        ></li>
    }
    .into_any()
}

fn first_box(row: &Element) -> Option<HtmlInputElement> {
    row.query_selector("input").ok().flatten()?.dyn_into().ok()
}
