//! A message about the whole page: offline, read-only, a warning from the system.
//! Calm by default; red only for what is broken.

use leptos::prelude::*;

use super::{Icon, Text, Tone, use_words};

/// A page-wide message with optional buttons and cross.
#[component]
pub fn Banner(
    /// What it means.
    #[prop(optional)]
    tone: Tone,
    /// Sprite name; follows the tone if left out.
    #[prop(optional, into)]
    icon: Text,
    /// Buttons behind the message.
    #[prop(optional, into)]
    actions: ViewFn,
    /// Shows a cross that runs this.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    children: Children,
) -> AnyView {
    let icon = if icon.is_empty() { tone_icon(tone) } else { icon };
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    let cross = on_close.map(|on_close| {
        view! {
            <button
                type="button"
                class="btn btn-icon btn-quiet"
                aria-label=use_words().close.clone()
                on:click=move |_| on_close.run(())
            >
                <Icon name="x" />
            </button>
        }
    });
    view! {
        <div class="banner" data-tone=tone.name() role=role>
            <Icon name=icon />
            <div class="banner-text">{children()}</div>
            <div class="banner-actions">{actions.run()} {cross}</div>
        </div>
    }
    .into_any()
}

/// The icon that stands for a tone.
pub(crate) fn tone_icon(tone: Tone) -> Text {
    Text::from(match tone {
        Tone::Ok => "circle-check",
        Tone::Warn => "triangle-alert",
        Tone::Bad => "circle-alert",
        Tone::Violet => "sparkles",
        Tone::Neutral | Tone::Accent | Tone::Info => "info",
    })
}
