//! Tabs that are addresses: each one is a link, so Back, sharing and opening in a new tab work.
//! Arrow keys move between them.

use leptos::{ev::KeyboardEvent, html::Nav, prelude::*};

use super::{
    Badge, Text,
    dom::{all_html, focused_index},
    icon::maybe_icon,
    safe_href,
};

/// One tab.
#[derive(Clone, Debug)]
pub struct TabItem {
    key: String,
    label: Text,
    href: Text,
    icon: Text,
    count: Text,
}

impl TabItem {
    /// A tab with its key, wording and address.
    pub fn new(key: impl Into<String>, label: impl Into<Text>, href: impl Into<Text>) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
            href: href.into(),
            icon: Text::default(),
            count: Text::default(),
        }
    }

    /// Adds a count behind the wording.
    #[must_use]
    pub fn count(mut self, count: impl Into<Text>) -> Self {
        self.count = count.into();
        self
    }

    /// Adds an icon before the wording.
    #[must_use]
    pub fn icon(mut self, icon: impl Into<Text>) -> Self {
        self.icon = icon.into();
        self
    }
}

/// A row of tabs. Scrolls sideways on phones.
#[component]
pub fn Tabs(
    /// Spoken name of the row.
    #[prop(into)]
    label: Text,
    /// The tabs in order.
    tabs: Vec<TabItem>,
    /// Key of the tab that is open.
    #[prop(into)]
    current: Signal<String>,
) -> AnyView {
    let node = NodeRef::<Nav>::new();
    Effect::new(move || {
        current.track();
        if let Some(nav) = node.get()
            && let Some(active) = all_html(&nav, "[aria-current]").first()
        {
            // Only the row may move, never the page.
            let middle = active.offset_left() + active.offset_width() / 2;
            nav.set_scroll_left(middle - nav.client_width() / 2);
        }
    });
    let arrows = move |event: KeyboardEvent| {
        let Some(nav) = node.get_untracked() else { return };
        let links = all_html(&nav, "a");
        let Some(at) = focused_index(&links) else { return };
        let next = match event.key().as_str() {
            "ArrowRight" => (at + 1) % links.len(),
            "ArrowLeft" => (at + links.len() - 1) % links.len(),
            "Home" => 0,
            "End" => links.len() - 1,
            _ => return,
        };
        event.prevent_default();
        let _ = links[next].focus();
    };
    let links = tabs
        .into_iter()
        .map(|tab| {
            let key = tab.key;
            view! {
                <a
                    class="tab"
                    href=safe_href(&tab.href)
                    aria-current=move || current.with(|now| *now == key).then_some("page")
                >
                    {maybe_icon(&tab.icon)}
                    {tab.label}
                    <Badge text=tab.count.to_string() />
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label node_ref=node on:keydown=arrows>
            {links}
        </nav>
    }
    .into_any()
}
