//! The few places where the kit touches the document itself.
//! Everything here runs in effects and event handlers only, never while rendering.

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys,
};

/// True while an input method composes a character: Enter and single keys belong to it then.
pub(crate) fn composing(event: &web_sys::KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// The same for the input event itself.
pub(crate) fn composing_input(event: &web_sys::Event) -> bool {
    event.dyn_ref::<web_sys::InputEvent>().is_some_and(web_sys::InputEvent::is_composing)
}

/// True where shortcuts of one key must stay quiet because keys mean text.
pub(crate) fn is_typing<T: JsCast>(target: Option<T>) -> bool {
    target.and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok()).is_some_and(
        |element| {
            element.is_content_editable()
                || match element.tag_name().as_str() {
                    "TEXTAREA" | "SELECT" => true,
                    "INPUT" => !matches!(
                        element.get_attribute("type").as_deref(),
                        Some("checkbox" | "radio" | "button" | "submit" | "reset" | "file")
                    ),
                    _ => false,
                }
        },
    )
}

/// True below the width where dialogs are sheets and the bottom bar shows.
pub(crate) fn is_phone() -> bool {
    window()
        .match_media("(max-width: 39.99rem)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// Moves the keyboard focus to the element with this id, if it is there.
pub(crate) fn focus_id(id: &str) {
    if let Some(element) =
        document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // A vanished element only means that there is nothing to focus.
        let _ = element.focus();
    }
}

/// All elements below `root` that match, in document order.
pub(crate) fn all_html(root: &web_sys::Element, selector: &str) -> Vec<web_sys::HtmlElement> {
    let Ok(list) = root.query_selector_all(selector) else { return Vec::new() };
    (0..list.length())
        .filter_map(|at| list.get(at))
        .filter_map(|node| node.dyn_into::<web_sys::HtmlElement>().ok())
        .collect()
}

/// The place of the focused element in the list.
pub(crate) fn focused_index(elements: &[web_sys::HtmlElement]) -> Option<usize> {
    let active = document().active_element()?;
    elements.iter().position(|element| element.is_same_node(Some(&active)))
}

/// True when focus goes to something outside of what the event is handled at. Also told by elements
/// that are taken out of the page, whose signals are gone by then.
pub(crate) fn leaves(event: &web_sys::FocusEvent) -> bool {
    let root = event.current_target().and_then(|root| root.dyn_into::<web_sys::Node>().ok());
    let next = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    !root.is_some_and(|root| root.contains(next.as_ref()))
}

/// Calls a DOM method that web-sys only has behind its unstable switch. Missing methods are fine:
/// `boot.js` stands in for them on old browsers.
pub(crate) fn call_method(element: &web_sys::Element, name: &str) {
    let method = js_sys::Reflect::get(element, &JsValue::from_str(name)).ok();
    if let Some(function) = method.and_then(|value| value.dyn_into::<js_sys::Function>().ok()) {
        let _ = function.call0(element);
    }
}

/// Keeps the `value` of a control and its signal equal from both sides.
///
/// On the first run the control wins: what a person typed or a browser restored before hydration
/// must not be thrown away. Later the signal wins.
pub(crate) fn sync_value(element: &web_sys::Element, value: RwSignal<String>, first: bool) {
    let key = JsValue::from_str("value");
    let shown =
        js_sys::Reflect::get(element, &key).ok().and_then(|v| v.as_string()).unwrap_or_default();
    let wanted = value.get();
    if shown == wanted {
        return;
    }
    if first {
        value.set(shown);
    } else {
        let _ = js_sys::Reflect::set(element, &key, &JsValue::from_str(&wanted));
    }
}

/// The same for the `checked` state of a box.
pub(crate) fn sync_checked(
    input: &web_sys::HtmlInputElement,
    checked: RwSignal<bool>,
    first: bool,
) {
    let wanted = checked.get();
    if input.checked() == wanted {
        return;
    }
    if first {
        checked.set(input.checked());
    } else {
        input.set_checked(wanted);
    }
}
