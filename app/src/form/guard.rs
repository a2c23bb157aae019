//! Asks once before typed text is left behind: on links within the page and on leaving it.

use crate::{
    frame::{Draft, use_leaving},
    i18n::use_text,
    ui::ConfirmDialog,
};
use leptos::{
    ev::MouseEvent,
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys,
};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::time::Duration;

/// How long the way to another page may take before the guard asks again: the address may be the
/// one that is open.
const ON_THE_WAY: Duration = Duration::from_secs(1);

/// The dialog that asks. `dirty` says whether there is something to lose; who leaves all the same
/// loses the draft too.
pub(crate) fn guard(dirty: Signal<bool>, draft: Draft) -> AnyView {
    let text = use_text();
    let open = RwSignal::new(false);
    let wanted = StoredValue::new(String::new());
    let leaving = StoredValue::new(false);
    let asks =
        move || dirty.try_get_untracked() == Some(true) && leaving.try_get_value() == Some(false);
    let held = Callback::new(move |href: String| {
        let asks = asks();
        if asks {
            wanted.set_value(href);
            open.set(true);
        }
        !asks
    });
    if let Some(leaving) = use_leaving() {
        leaving.ask(held);
    }
    Effect::new(move || {
        let unload = window_event_listener(leptos::ev::beforeunload, move |event| {
            if asks() {
                event.prevent_default();
            }
        });
        // At the document, because the router listens behind it, at the window.
        let clicked = Closure::<dyn FnMut(MouseEvent)>::new(move |event: MouseEvent| {
            if let Some(href) = leads_away(&event)
                && !held.try_run(href).unwrap_or(true)
            {
                event.prevent_default();
            }
        });
        let listener: &leptos::web_sys::js_sys::Function = clicked.as_ref().unchecked_ref();
        // Without the listener only the browser asks.
        let _ = document().add_event_listener_with_callback("click", listener);
        let clicked = StoredValue::new_local(clicked);
        on_cleanup(move || {
            unload.remove();
            clicked.with_value(|clicked| {
                let listener = clicked.as_ref().unchecked_ref();
                let _ = document().remove_event_listener_with_callback("click", listener);
            });
        });
    });
    let navigate = use_navigate();
    let leave = move || {
        leaving.set_value(true);
        draft.keep("");
        open.set(false);
        let again = move || {
            leaving.try_set_value(false);
        };
        set_timeout(again, ON_THE_WAY);
        navigate(&wanted.get_value(), NavigateOptions::default());
    };
    view! {
        <ConfirmDialog
            id="leave"
            open=open
            title=text.common_leave_title()
            body=text.common_leave_body()
            action=text.common_leave_action()
            on_confirm=leave
        />
    }
    .into_any()
}

/// Where a click leads, if the router would follow it.
fn leads_away(event: &MouseEvent) -> Option<String> {
    let plain = event.button() == 0
        && !event.ctrl_key()
        && !event.meta_key()
        && !event.shift_key()
        && !event.alt_key()
        && !event.default_prevented();
    let link = event
        .target()
        .filter(|_| plain)?
        .dyn_into::<web_sys::Element>()
        .ok()?
        .closest("a[href]:not([target]):not([rel~=external]):not([download])")
        .ok()??;
    let href = link.get_attribute("href")?;
    (href.starts_with('/') && !href.starts_with("//")).then_some(href)
}
