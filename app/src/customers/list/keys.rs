//! The list by keyboard: j and k or the arrows move along the rows, Enter opens as on any link, e
//! opens for editing, x ticks, / goes to the search.

use super::Screen;
use crate::{
    i18n::use_text,
    ui::{Hotkey, use_hotkey},
};
use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Registers the keys while the list is open.
pub(super) fn register(screen: Screen) {
    let text = use_text();
    let group = text.shortcut_list();
    use_hotkey(Hotkey::new("j", text.shortcut_down(), group, move || step(1)));
    use_hotkey(Hotkey::new("k", text.shortcut_up(), group, move || step(-1)));
    // Without a row in focus the arrows scroll the page.
    let arrow = |keys: &'static str, label: &'static str, by: i32| {
        use_hotkey(
            Hotkey::new(keys, label, group, move || step(by)).when(|| row_in_focus().is_some()),
        );
    };
    arrow("arrowdown", text.shortcut_down(), 1);
    arrow("arrowup", text.shortcut_up(), -1);
    let navigate = use_navigate();
    use_hotkey(Hotkey::new("e", text.shortcut_edit(), group, move || {
        if let Some(href) = row_in_focus().and_then(|row| row.get_attribute("href")) {
            navigate(&format!("{href}?show=details"), NavigateOptions::default());
        }
    }));
    use_hotkey(Hotkey::new("x", text.shortcut_select(), group, move || {
        if let Some(id) = active().and_then(|row| row.get_attribute("data-row")) {
            screen.selection.toggle(&id);
        }
    }));
    use_hotkey(Hotkey::new("shift+x", text.shortcut_select_range(), group, move || {
        if let Some(id) = active().and_then(|row| row.get_attribute("data-row")) {
            screen.selection.range_to(&id);
        }
    }));
    use_hotkey(Hotkey::new("/", text.shortcut_search(), group, move || {
        if let Some(input) = html("#f-q") {
            focus(&input);
        }
    }));
    use_hotkey(Hotkey::new("escape", text.common_clear_selection(), group, move || {
        screen.selection.clear();
    }));
}

/// The rows that are drawn: the table's or the phone's.
fn rows() -> Vec<web_sys::HtmlElement> {
    let Ok(found) = document().query_selector_all(".list-panel a[data-row]") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.get(at)?.dyn_into::<web_sys::HtmlElement>().ok())
        .filter(|element| element.offset_width() > 0)
        .collect()
}

/// The link of the row that has the focus, of the table's or the phone's.
fn row_in_focus() -> Option<web_sys::Element> {
    document()
        .active_element()
        .filter(|element| element.matches(".list-panel a[data-row]").unwrap_or(false))
}

/// Gives the focus to the row at this place, or the last one, once it is drawn; nothing scrolls.
pub(super) fn focus_row(at: usize) {
    request_animation_frame(move || {
        let rows = rows();
        if let Some(row) = rows.get(at).or(rows.last()) {
            focus_in_place(row);
        }
    });
}

fn focus_in_place(element: &web_sys::HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // An element that cannot take the focus leaves it where it is.
    let _ = element.focus_with_options(&options);
}

/// Remembers where in the rows the focus is. What it answers gives it back, once rows were drawn anew and it is lost.
pub(super) fn hold_focus() -> impl FnOnce() {
    let focused = document().active_element();
    let row = focused.as_ref().and_then(|now| now.closest("tbody tr").ok().flatten());
    let link = row.and_then(|row| row.query_selector("a[data-row]").ok().flatten());
    let held = link.and_then(|link| link.get_attribute("data-row"));
    let on_box = focused.is_some_and(|now| now.tag_name() == "INPUT");
    move || {
        let Some(id) = held else { return };
        request_animation_frame(move || {
            let is_lost = document().active_element().is_none_or(|now| now.tag_name() == "BODY");
            let is_it =
                |link: &web_sys::HtmlElement| link.get_attribute("data-row").as_ref() == Some(&id);
            let Some(link) = rows().into_iter().find(is_it).filter(|_| is_lost) else { return };
            let tick = || link.closest("tr").ok()??.query_selector("input").ok()?;
            let tick = tick().filter(|_| on_box).and_then(|tick| tick.dyn_into().ok());
            focus_in_place(&tick.unwrap_or(link));
        });
    }
}

fn active() -> Option<web_sys::Element> {
    document().active_element().filter(|element| element.has_attribute("data-row"))
}

fn step(by: i32) {
    let rows = rows();
    let now = document().active_element();
    let at =
        rows.iter().position(|row| now.as_ref().is_some_and(|now| row.is_same_node(Some(now))));
    let last = i32::try_from(rows.len()).unwrap_or(i32::MAX) - 1;
    let next = match at.and_then(|at| i32::try_from(at).ok()) {
        Some(at) => (at + by).clamp(0, last),
        None if by > 0 => 0,
        None => last,
    };
    if let Some(row) = usize::try_from(next).ok().and_then(|next| rows.get(next)) {
        focus(row);
    }
}

/// A header that was sorted by is drawn anew with the rows: it gets the focus back.
pub(super) fn give_back_focus() {
    let lost = StoredValue::new(None::<String>);
    Effect::new(move |_| {
        if let Some(key) = lost.get_value()
            && let Some(link) = html(&format!("th[data-col='{key}'] .sort"))
        {
            focus(&link);
        }
    });
    // Read before the old header leaves the page.
    if cfg!(feature = "hydrate") {
        let key = document()
            .active_element()
            .filter(|element| element.class_list().contains("sort"))
            .and_then(|element| element.closest("th").ok().flatten())
            .and_then(|cell| cell.get_attribute("data-col"));
        lost.set_value(key);
    }
}

fn html(selector: &str) -> Option<web_sys::HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn focus(element: &web_sys::HtmlElement) {
    // An element that cannot take the focus leaves it where it is.
    let _ = element.focus();
}
