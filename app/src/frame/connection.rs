//! Says calmly when the connection is gone. What was typed stays on the page.

use crate::{
    i18n::Text,
    ui::{Banner, Tone, use_toasts},
};
use leptos::prelude::*;

/// The banner while the browser is offline.
pub(super) fn banner(text: Text) -> AnyView {
    let online = RwSignal::new(true);
    let toasts = use_toasts();
    Effect::new(move || {
        online.set(window().navigator().on_line());
        let came = window_event_listener(leptos::ev::online, move |_| {
            online.set(true);
            toasts.done(text.sync_online());
        });
        let went = window_event_listener(leptos::ev::offline, move |_| online.set(false));
        on_cleanup(move || {
            came.remove();
            went.remove();
        });
    });
    (move || {
        (!online.get()).then(|| {
            view! {
                <Banner tone=Tone::Neutral icon="wifi-off">
                    {text.sync_offline_now()}
                </Banner>
            }
        })
    })
    .into_any()
}
