//! One overlay in three shapes: centred on desktops, a sheet from below on phones, a peek on the right.
//! Built on the native `<dialog>`, which traps and restores the focus by itself.

use std::{cell::Cell, time::Duration};

use leptos::{
    ev::{Event, MouseEvent, PointerEvent},
    html,
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys,
};

use super::{Icon, Text, classes, dom::is_phone, use_toasts, use_words};

/// Where an overlay stands on wide screens. On phones both are sheets from below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DialogShape {
    /// In the middle.
    #[default]
    Centre,
    /// At the right edge, full height.
    Peek,
}

/// A modal overlay with title, content and footer.
///
/// A button with `opens=id` shows it before the page is live; `open` follows.
#[component]
pub fn Dialog(
    /// Element id.
    #[prop(into)]
    id: Text,
    /// Whether it is open, both ways.
    open: RwSignal<bool>,
    /// Title in its head.
    #[prop(into)]
    title: Text,
    /// Shape on wide screens.
    #[prop(optional)]
    shape: DialogShape,
    /// Build the content only while open.
    #[prop(optional)]
    lazy: bool,
    /// Buttons at its end.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    /// Asked before it closes; `false` keeps it open (unsaved changes).
    #[prop(optional, into)]
    may_close: Option<Callback<(), bool>>,
    /// After it has closed, however that came.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    /// It closes because a download begins. The history entry of a sheet is left then: going back would break the
    /// download off as long as the server has not answered.
    #[prop(optional)]
    downloads: bool,
    /// Up to 860 instead of 560 wide.
    #[prop(optional)]
    wide: bool,
    /// Extra classes.
    #[prop(optional, into)]
    class: Text,
    children: ChildrenFn,
) -> AnyView {
    let node = NodeRef::<html::Dialog>::new();
    let toasts = use_toasts();
    let title_id = format!("{id}-title");
    let marker = StoredValue::new(format!("dialog:{id}"));
    let class = classes(&[
        "dialog",
        match shape {
            DialogShape::Centre => "dialog-centre",
            DialogShape::Peek => "dialog-peek",
        },
        if wide { "dialog-wide" } else { "" },
        &class,
    ]);
    follow_signal(node, open, marker);
    on_cleanup(move || toasts.layer_changed());

    let ask = move || may_close.is_none_or(|may_close| may_close.run(()));
    close_on_back(open, marker, ask);
    let pressed = StoredValue::new(false);
    // It closes because a link in it was followed: the page behind it takes the place of the layer's entry.
    let leads = StoredValue::new(false);
    let leave = move || {
        if ask() {
            forget_history(marker);
            open.set(false);
        }
    };
    let closed = move |_: Event| {
        if is_open_again(node) {
            return;
        }
        open.set(false);
        toasts.layer_changed();
        // It may have gone with its page meanwhile.
        if !downloads && leads.try_get_value() == Some(false) {
            tidy_history(open, marker);
        }
        leads.try_set_value(false);
        if let Some(on_close) = on_close {
            on_close.run(());
        }
    };
    let foot = footer.map(|footer| view! { <div class="dialog-foot">{footer.run()}</div> });
    let content = if lazy {
        (move || open.get().then(|| children())).into_any()
    } else {
        children().into_any()
    };
    view! {
        <dialog
            node_ref=node
            class=class
            id=id
            aria-labelledby=title_id.clone()
            on:toggle=move |_| {
                if node.get_untracked().is_some_and(|dialog| dialog.open()) {
                    // Content that is there already is not made anew: what has the focus in it would go.
                    if open.try_get_untracked() == Some(false) {
                        open.set(true);
                    }
                    remember_history(marker);
                    toasts.gone_on();
                    toasts.layer_changed();
                }
            }
            on:cancel=move |event: Event| {
                // `cancel` of a file input inside bubbles up to here.
                if event.target() == event.current_target() {
                    event.prevent_default();
                    leave();
                }
            }
            on:close=closed
            on:pointerdown=move |event: PointerEvent| {
                pressed.set_value(event.target() == event.current_target());
            }
            on:click=move |event: MouseEvent| {
                // The dialog's own box is covered by its content, so this is the backdrop. Text
                // that is selected out over the edge must not close it.
                if event.target() == event.current_target() && pressed.get_value() {
                    leave();
                }
                let link = event
                    .target()
                    .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
                    .and_then(|target| target.closest("a[href]:not([download], [target])").ok().flatten());
                if let Some(link) = link {
                    lead_on_from(&link, marker);
                    leads.try_set_value(true);
                }
            }
        >
            <div class="dialog-box">
                <div class="dialog-head">
                    <h2 class="dialog-title" id=title_id.clone()>
                        {title}
                    </h2>
                </div>
                <div class="dialog-body">{content}</div>
                {foot}
                <button
                    type="button"
                    class="btn btn-icon btn-quiet dialog-close"
                    aria-label=use_words().close.clone()
                    on:click=move |_| leave()
                >
                    <Icon name="x" />
                </button>
            </div>
        </dialog>
    }
    .into_any()
}

/// The element follows the signal; a dialog that was opened before hydration wins once.
fn follow_signal(node: NodeRef<html::Dialog>, open: RwSignal<bool>, marker: StoredValue<String>) {
    Effect::new(move |ran: Option<()>| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if dialog.open() == wanted {
            return;
        }
        if dialog.open() {
            if ran.is_none() { open.set(true) } else { dialog.close() }
        } else if dialog.show_modal().is_ok() {
            remember_history(marker);
        }
    });
}

/// The browser tells of a closing a moment after it. Whoever opened the dialog again meanwhile keeps it.
pub(super) fn is_open_again(node: NodeRef<html::Dialog>) -> bool {
    node.get_untracked().is_some_and(|dialog| dialog.open())
}

/// On phones an open sheet has a history entry, so that Back closes it instead of leaving the page.
pub(super) fn remember_history(marker: StoredValue<String>) {
    if !is_phone() {
        return;
    }
    let Ok(history) = window().history() else { return };
    let marker = JsValue::from_str(&marker.get_value());
    if history.state().is_ok_and(|state| state == marker) {
        return;
    }
    let _ = history.push_state_with_url(&marker, "", None);
    hear_of_leaving();
}

thread_local! {
    /// Whether the browser is on its way to another page; nothing before anybody asks.
    static LEAVING: Cell<Option<bool>> = const { Cell::new(None) };
}

/// How long the browser counts as being on its way to another page: one that turned out to be a file leaves it here.
const LEAVES_FOR: Duration = Duration::from_secs(3);

/// From now on it is known when the browser is on its way to another page.
fn hear_of_leaving() {
    if LEAVING.get().is_some() {
        return;
    }
    LEAVING.set(Some(false));
    // For as long as the page is there.
    let _ = window_event_listener(leptos::ev::beforeunload, |_| {
        LEAVING.set(Some(true));
        set_timeout(|| LEAVING.set(Some(false)), LEAVES_FOR);
    });
}

/// How long a program that closes a dialog on its way to another page may take to get there.
const ON_THE_WAY: Duration = Duration::from_millis(150);

/// Takes the entry away after a button has closed the sheet, unless the page is another by then.
fn tidy_history(open: RwSignal<bool>, marker: StoredValue<String>) {
    set_timeout(
        move || {
            if open.try_get_untracked() == Some(false) {
                forget_history(marker);
            }
        },
        ON_THE_WAY,
    );
}

/// Takes the entry away when the person closes the sheet. Closing by program leaves it, because the
/// program may be on its way to another page.
pub(super) fn forget_history(marker: StoredValue<String>) {
    // Going back would call off what is on its way; the entry goes when somebody comes back to it.
    if LEAVING.get() == Some(true) {
        return;
    }
    let Ok(history) = window().history() else { return };
    let marker = marker.try_get_value().map(|marker| JsValue::from_str(&marker));
    if history.state().is_ok_and(|state| Some(state) == marker) {
        let _ = history.back();
    }
}

/// Back closes the dialog. One that may not close stays, with its history entry.
pub(super) fn close_on_back(
    open: RwSignal<bool>,
    marker: StoredValue<String>,
    ask: impl Fn() -> bool + Copy + Send + Sync + 'static,
) {
    Effect::new(move || {
        let handle = window_event_listener(leptos::ev::popstate, move |_| {
            let here = window().history().and_then(|history| history.state()).ok();
            let expected = marker.try_get_value().map(|marker| JsValue::from_str(&marker));
            match open.try_get_untracked() {
                Some(true) if here != expected => {
                    if ask() {
                        open.set(false);
                    } else {
                        remember_history(marker);
                    }
                }
                // Back or Forward came upon the entry of a layer that is closed: on to the page.
                Some(false) if here.is_some() && here == expected => {
                    if let Ok(history) = window().history() {
                        let _ = history.back();
                    }
                }
                _ => {}
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// A link inside of an open layer leads on from the page, not from the layer's own entry, which it
/// takes the place of: Back then leads to the page at once.
pub(super) fn lead_on_from(link: &web_sys::Element, marker: StoredValue<String>) {
    let Ok(history) = window().history() else { return };
    if history.state().is_ok_and(|state| state == JsValue::from_str(&marker.get_value())) {
        // The router reads it from the link.
        let _ = js_sys::Reflect::set(link, &JsValue::from_str("replace"), &JsValue::TRUE);
    }
}

/// The element of a dialog by id, for handlers outside of it.
pub fn dialog_element(id: &str) -> Option<web_sys::HtmlDialogElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
