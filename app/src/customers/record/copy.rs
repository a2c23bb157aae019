//! Puts text onto the clipboard, also where the page is served without encryption and browsers
//! keep their clipboard to themselves.

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys,
};

/// Copies; `false` when the browser would not.
pub(crate) fn copy(text: &str) -> bool {
    through_clipboard(text) || through_selection(text).is_some()
}

/// The way of secure pages. Its promise is not waited for: it is refused without a click only.
fn through_clipboard(text: &str) -> bool {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &JsValue::from_str("clipboard"))
        .ok()
        .filter(JsValue::is_object);
    let Some(clipboard) = clipboard else { return false };
    js_sys::Reflect::get(&clipboard, &JsValue::from_str("writeText"))
        .ok()
        .and_then(|found| found.dyn_into::<js_sys::Function>().ok())
        .is_some_and(|write| write.call1(&clipboard, &JsValue::from_str(text)).is_ok())
}

/// The old way: select the text in a field nobody sees, and copy the selection.
fn through_selection(text: &str) -> Option<()> {
    let document = document();
    let input = document.create_element("input").ok()?;
    let input = input.dyn_into::<web_sys::HtmlInputElement>().ok()?;
    input.set_class_name("visually-hidden");
    input.set_value(text);
    // Behind an open dialog nothing can be selected.
    let dialog = document.query_selector("dialog:modal").ok().flatten();
    let place = dialog.or_else(|| document.body().map(Into::into))?;
    place.append_child(&input).ok()?;
    input.select();
    let command = js_sys::Reflect::get(&document, &JsValue::from_str("execCommand")).ok()?;
    let copied = command
        .dyn_into::<js_sys::Function>()
        .ok()
        .and_then(|command| command.call1(&document, &JsValue::from_str("copy")).ok())
        .is_some_and(|copied| copied.is_truthy());
    input.remove();
    copied.then_some(())
}
