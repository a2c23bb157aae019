//! One icon out of the sprite.
//! Without a label it is decoration and hidden from screen readers.

use leptos::prelude::*;
use maud::{Markup, html};

use super::{AssetPaths, Text, classes};

/// Draws the icon `name` of `public/icons.svg`. Sizes by class: `icon-sm` 16, none 18, `icon-lg` 24.
#[component]
pub fn Icon(
    /// Lucide name, as listed in the sprite.
    #[prop(into)]
    name: Text,
    /// Spoken name; empty hides the icon from screen readers.
    #[prop(optional, into)]
    label: Text,
    /// Extra classes.
    #[prop(optional, into)]
    class: Text,
) -> AnyView {
    let sprite = use_context::<AssetPaths>().unwrap_or_default().icons;
    // Written at once: a page has a hundred of them, and an element with an attribute of its own takes as long as all of this.
    let content = used(&sprite, &name).into_string();
    let class = classes(&["icon", &class]);
    if label.is_empty() {
        view! { <svg class=class aria-hidden="true" inner_html=content></svg> }.into_any()
    } else {
        view! { <svg class=class role="img" aria-label=label inner_html=content></svg> }.into_any()
    }
}

/// What stands in an icon: one of the sprite.
fn used(sprite: &str, name: &str) -> Markup {
    html! {
        use href={ (sprite) "#" (name) } {}
    }
}

/// A small icon that only decorates, for rows that are written at once; `sprite` is [`AssetPaths::icons`].
pub(crate) fn icon_markup(sprite: &str, name: &str) -> Markup {
    html! {
        svg class="icon icon-sm" aria-hidden="true" { (used(sprite, name)) }
    }
}

/// The icon, or nothing for an empty name.
pub(crate) fn maybe_icon(name: &Text) -> AnyView {
    if name.is_empty() { ().into_any() } else { view! { <Icon name=name.clone() /> }.into_any() }
}
