//! Short facts in a box: status, tag, filter, count, key.
//! A status always has a word and an icon; colour only repeats it.

use leptos::{ev::MouseEvent, prelude::*};
use maud::{Markup, html};

use super::{
    Icon, Text, Tone,
    avatar::{SOFT_COLOURS, stable_index},
    classes,
    icon::{icon_markup, maybe_icon},
    safe_href,
};

/// The state of something: icon, word and tone.
#[component]
pub fn StatusChip(
    /// What the state means.
    #[prop(optional)]
    tone: Tone,
    /// Sprite name; a dot if left out.
    #[prop(optional, into)]
    icon: Text,
    /// The word.
    #[prop(into)]
    label: Text,
) -> AnyView {
    let mark = if icon.is_empty() {
        view! { <span class="dot" aria-hidden="true"></span> }.into_any()
    } else {
        view! { <Icon name=icon class="icon-sm" /> }.into_any()
    };
    view! {
        <span class="chip chip-status" data-tone=tone.name()>
            {mark}
            {label}
        </span>
    }
    .into_any()
}

/// The same for rows that are written at once; `sprite` is where the icons are.
pub fn status_chip_markup(sprite: &str, tone: Tone, icon: &str, label: &str) -> Markup {
    html! {
        span class="chip chip-status" data-tone=(tone.name()) {
            (icon_markup(sprite, icon))
            (label)
        }
    }
}

/// A filter or quick choice: a link or button that can be on, and can be taken away.
#[component]
pub fn Chip(
    /// The wording.
    #[prop(into)]
    label: Text,
    /// Where it leads; without it the chip is a button.
    #[prop(optional, into)]
    href: Text,
    /// Whether it is on.
    #[prop(optional, into)]
    selected: Signal<bool>,
    /// Sprite name.
    #[prop(optional, into)]
    icon: Text,
    /// What a click does, for chips without an address.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// Shows a cross that runs this.
    #[prop(optional, into)]
    on_remove: Option<Callback<()>>,
    /// Shows a cross that leads here.
    #[prop(optional, into)]
    remove_href: Text,
    /// Spoken name of the cross.
    #[prop(optional, into)]
    remove_label: Text,
) -> AnyView {
    let current = move || selected.get().then_some("true");
    let body = if href.is_empty() && on_click.is_none() {
        view! { <span class="chip-body">{maybe_icon(&icon)} {label}</span> }.into_any()
    } else if href.is_empty() {
        view! {
            <button
                type="button"
                class="chip-body"
                aria-pressed=move || if selected.get() { "true" } else { "false" }
                data-needs-live="true"
                on:click=move |event| {
                    if let Some(on_click) = on_click {
                        on_click.run(event);
                    }
                }
            >
                {maybe_icon(&icon)}
                {label}
            </button>
        }
        .into_any()
    } else {
        view! {
            <a class="chip-body" href=safe_href(&href) aria-current=current>
                {maybe_icon(&icon)}
                {label}
            </a>
        }
        .into_any()
    };
    let cross = if !remove_href.is_empty() {
        view! {
            <a class="chip-cross" href=safe_href(&remove_href) aria-label=remove_label>
                <Icon name="x" class="icon-sm" />
            </a>
        }
        .into_any()
    } else if let Some(on_remove) = on_remove {
        view! {
            <button
                type="button"
                class="chip-cross"
                aria-label=remove_label
                on:click=move |_| on_remove.run(())
            >
                <Icon name="x" class="icon-sm" />
            </button>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! {
        <span class="chip chip-filter" data-on=current>
            {body}
            {cross}
        </span>
    }
    .into_any()
}

/// A filter of a list as a link that turns it over.
#[component]
pub fn FilterLink(
    /// What it leaves.
    #[prop(into)]
    label: Text,
    /// Whether the list is narrowed by it.
    #[prop(into)]
    on: Signal<bool>,
    /// The list with it turned over.
    #[prop(into)]
    href: Signal<String>,
    /// Out of sight where it could leave nothing.
    #[prop(optional, into)]
    hidden: Signal<bool>,
) -> AnyView {
    let current = move || on.get().then_some("true");
    view! {
        <span class="chip chip-filter" data-on=current hidden=move || hidden.get()>
            <a class="chip-body" href=move || href.get() aria-current=current>
                {label}
            </a>
        </span>
    }
    .into_any()
}

/// A tag; its soft colour follows from its seed, so it is the same everywhere.
#[component]
pub fn TagChip(
    /// The tag.
    #[prop(into)]
    label: Text,
    /// What decides the colour; the label if left out.
    #[prop(optional, into)]
    seed: Text,
    /// Where it leads.
    #[prop(optional, into)]
    href: Text,
) -> AnyView {
    let hue = stable_index(if seed.is_empty() { &label } else { &seed }, SOFT_COLOURS);
    let class = classes(&["chip chip-tag", &format!("hue-{hue}")]);
    if href.is_empty() {
        view! { <span class=class>{label}</span> }.into_any()
    } else {
        view! {
            <a class=class href=safe_href(&href)>
                {label}
            </a>
        }
        .into_any()
    }
}

/// A count or a short mark beside a word; nothing when empty.
#[component]
pub fn Badge(
    /// What to show.
    #[prop(into)]
    text: Signal<String>,
    /// What it means.
    #[prop(optional)]
    tone: Tone,
) -> AnyView {
    view! {
        <span class="badge num" data-tone=tone.name() hidden=move || text.with(String::is_empty)>
            {move || text.get()}
        </span>
    }
    .into_any()
}

/// A key combination, drawn as keys.
#[component]
pub fn Kbd(
    /// As registered: `mod+k`, `g c`, `escape`.
    #[prop(into)]
    keys: Text,
) -> AnyView {
    let drawn = keys
        .split(' ')
        .map(|step| {
            let caps = step
                .split('+')
                .map(|key| view! { <kbd class="kbd">{key_cap(key)}</kbd> })
                .collect_view();
            view! { <span class="keys">{caps}</span> }
        })
        .collect_view();
    view! { <span class="keys">{drawn}</span> }.into_any()
}

/// What is printed on the key. `mod` is Ctrl here and becomes ⌘ on Apple devices by style sheet.
fn key_cap(key: &str) -> AnyView {
    match key {
        "mod" => view! { <span class="key-mod"></span> }.into_any(),
        "shift" => "⇧".into_any(),
        "enter" => "↵".into_any(),
        "escape" => "Esc".into_any(),
        "arrowup" => "↑".into_any(),
        "arrowdown" => "↓".into_any(),
        "space" | " " => "␣".into_any(),
        other => other.to_uppercase().into_any(),
    }
}
