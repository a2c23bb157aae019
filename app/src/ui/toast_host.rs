//! Draws the messages of [`Toasts`] above everything, open dialogs included.
//! Timers stop while the messages are pointed at, focused, or the tab is hidden.

use std::{collections::BTreeMap, time::Duration};

use leptos::{html::Div, prelude::*, wasm_bindgen::JsCast, web_sys};

use super::{
    Icon, Toast, Toasts, Tone,
    banner::tone_icon,
    dom::{all_html, call_method, leaves},
    toast::TOAST_MS,
    use_toasts, use_words,
};

/// How often the remaining time is counted down, in milliseconds.
const TICK_MS: u32 = 250;

/// The place of the messages. The shell contains it.
#[component]
pub fn ToastHost() -> AnyView {
    let toasts = use_toasts();
    let node = NodeRef::<Div>::new();
    let held = RwSignal::new(false);
    count_down(toasts, held);
    Effect::new(move || {
        toasts.track_layer();
        let _ = toasts.list();
        if let Some(host) = node.get() {
            bring_to_top(&host);
        }
    });
    let of_tone = move |bad: bool| {
        toasts
            .list()
            .into_iter()
            .filter(|toast| (toast.tone == Tone::Bad) == bad)
            .collect::<Vec<_>>()
    };
    view! {
        <div
            class="toasts"
            popover="manual"
            node_ref=node
            role="region"
            aria-label=use_words().messages.clone()
            on:mouseover=move |_| held.set(true)
            on:mouseleave=move |_| held.set(false)
            on:focusin=move |_| held.set(true)
            on:focusout=move |event| {
                if leaves(&event) {
                    held.set(false);
                }
            }
        >
            <div role="status" aria-live="polite">
                <For each=move || of_tone(false) key=|toast| toast.id let:toast>
                    {toast_view(toasts, held, toast)}
                </For>
            </div>
            <div role="alert" aria-live="assertive">
                <For each=move || of_tone(true) key=|toast| toast.id let:toast>
                    {toast_view(toasts, held, toast)}
                </For>
            </div>
        </div>
    }
    .into_any()
}

fn toast_view(toasts: Toasts, held: RwSignal<bool>, toast: Toast) -> AnyView {
    let words = use_words();
    let id = toast.id;
    // A message that leaves under the pointer or the focus tells neither that it has left.
    let leave = move || {
        toasts.dismiss(id);
        held.set(false);
    };
    let action = toast.action.map(|(label, run)| {
        let label = if label.is_empty() { words.undo.clone() } else { label };
        view! {
            <button
                type="button"
                class="btn btn-quiet btn-sm toast-action"
                on:click=move |_| {
                    leave();
                    run.run(());
                }
            >
                {label}
            </button>
        }
    });
    view! {
        <div class="toast" data-tone=toast.tone.name()>
            <Icon name=tone_icon(toast.tone) />
            <p class="toast-text">{toast.message}</p>
            {action}
            <button
                type="button"
                class="btn btn-icon btn-quiet btn-sm"
                aria-label=words.close.clone()
                on:click=move |_| leave()
            >
                <Icon name="x" class="icon-sm" />
            </button>
        </div>
    }
    .into_any()
}

/// One clock for all messages, running only while there are any.
fn count_down(toasts: Toasts, held: RwSignal<bool>) {
    let left = StoredValue::new(BTreeMap::<u64, u32>::new());
    let ticking = RwSignal::new(false);
    Effect::new(move || {
        let list = toasts.list();
        if list.is_empty() {
            held.set(false);
        }
        let any = list.iter().any(|toast| toast.timed);
        if ticking.get_untracked() != any {
            ticking.set(any);
        }
    });
    Effect::new(move || {
        if !ticking.get() {
            return;
        }
        let tick = move || {
            if held.try_get_untracked().unwrap_or(true) || document().hidden() {
                return;
            }
            let mut ended = Vec::new();
            left.try_update_value(|left| {
                let now = toasts.list_untracked();
                left.retain(|id, _| now.iter().any(|toast| toast.id == *id));
                for toast in now.iter().filter(|toast| toast.timed) {
                    let rest = left.entry(toast.id).or_insert(TOAST_MS);
                    *rest = rest.saturating_sub(TICK_MS);
                    if *rest == 0 {
                        ended.push(toast.id);
                    }
                }
            });
            for id in ended {
                toasts.dismiss(id);
            }
        };
        let every = Duration::from_millis(u64::from(TICK_MS));
        if let Ok(handle) = set_interval_with_handle(tick, every) {
            on_cleanup(move || handle.clear());
        }
    });
}

/// Everything outside of a modal dialog is inert, so the messages move into the topmost one while it
/// is open. Showing the popover again puts it above all that was opened since.
fn bring_to_top(host: &web_sys::HtmlDivElement) {
    let Some(body) = document().body() else { return };
    let dialogs = all_html(&body, "dialog:modal");
    let home: &web_sys::Element = dialogs.last().map_or(&body, |dialog| dialog);
    let wrong_place = !host.is_connected()
        || match dialogs.last() {
            Some(dialog) => !dialog.contains(Some(host)),
            None => host.closest("dialog").ok().flatten().is_some(),
        };
    if wrong_place {
        let _ = home.append_child(host);
    }
    let element: &web_sys::Element = host.unchecked_ref();
    call_method(element, "hidePopover");
    call_method(element, "showPopover");
}
