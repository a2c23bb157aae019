//! A record by keyboard: the one before and after it in the list it was opened from, and editing.

use crate::{
    frame::use_list_memory,
    i18n::use_text,
    ui::{Hotkey, use_hotkey},
};
use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// Registers the keys while a record is open.
pub(super) fn register() {
    let text = use_text();
    let group = text.shortcut_record();
    if let Some(memory) = use_list_memory() {
        let path = use_location().pathname;
        for (keys, label, by) in
            [("[", text.shortcut_previous_record(), -1), ("]", text.shortcut_next_record(), 1)]
        {
            let navigate = use_navigate();
            let there = move || memory.neighbour(&path.get_untracked(), by);
            use_hotkey(
                Hotkey::new(keys, label, group, move || {
                    if let Some(href) = there() {
                        // Back leads to the list, however many records were leafed through.
                        let options =
                            NavigateOptions { replace: true, ..NavigateOptions::default() };
                        navigate(&href, options);
                    }
                })
                .when(move || there().is_some()),
            );
        }
    }
    use_hotkey(Hotkey::new("e", text.shortcut_edit(), group, edit_first));
}

/// Opens the first field that can be edited and is on show.
fn edit_first() {
    let Ok(found) = document().query_selector_all(".pane .inline-edit") else { return };
    let field = (0..found.length())
        .filter_map(|at| found.get(at)?.dyn_into::<web_sys::HtmlElement>().ok())
        .find(|field| field.offset_width() > 0);
    if let Some(field) = field {
        field.click();
    }
}
