//! Navigation around every page: sidebar on wide screens, rail on tablets, bottom bar on phones.
//! One list of entries, drawn twice; the style sheet shows the one that fits.

use leptos::{prelude::*, web_sys};

use super::{AnnouncerRegion, Badge, Icon, Text, ToastHost, given, safe_href, use_words};

/// One entry of the navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    key: Text,
    label: Text,
    icon: Text,
    href: Text,
    count: Text,
    group: Text,
}

impl NavItem {
    /// An entry with its key, wording, sprite name and address.
    pub fn new(
        key: impl Into<Text>,
        label: impl Into<Text>,
        icon: impl Into<Text>,
        href: impl Into<Text>,
    ) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
            icon: icon.into(),
            href: href.into(),
            count: Text::default(),
            group: Text::default(),
        }
    }

    /// Work waiting there, already capped ("99+").
    #[must_use]
    pub fn count(mut self, count: impl Into<Text>) -> Self {
        self.count = count.into();
        self
    }

    /// Starts a group with this title before the entry.
    #[must_use]
    pub fn group(mut self, group: impl Into<Text>) -> Self {
        self.group = group.into();
        self
    }
}

/// The frame of the application.
#[component]
pub fn AppShell(
    /// Entries of sidebar and rail.
    nav: Vec<NavItem>,
    /// Entries at the lower end of the sidebar: help, administration.
    #[prop(optional)]
    nav_end: Vec<NavItem>,
    /// At most four entries of the bottom bar; (+) stands in the middle.
    phone: Vec<NavItem>,
    /// Name of the organisation.
    #[prop(into)]
    brand: Text,
    /// Key of the entry that is open.
    #[prop(into)]
    current: Signal<String>,
    /// Phones: what stands left of the title on root pages (the avatar).
    #[prop(optional, into)]
    lead: ViewFn,
    /// The search box of wide screens.
    #[prop(optional, into)]
    search: ViewFn,
    /// Right end of the top bar: search button, bell, help, avatar.
    #[prop(optional, into)]
    tools: ViewFn,
    /// The (+) of the bottom bar.
    #[prop(optional, into)]
    add: ViewFn,
    /// Page-wide messages.
    #[prop(optional, into)]
    banner: ViewFn,
    children: Children,
) -> AnyView {
    let words = use_words();
    Effect::new(move |_| mark_live());
    let end = nav_list(nav_end, current);
    view! {
        <div class="app">
            <a class="skip-link" href="#main">
                {words.skip_to_content.clone()}
            </a>
            <nav class="sidebar" aria-label=words.navigation.clone()>
                <a class="brand" href="/">
                    <span class="brand-mark" aria-hidden="true"></span>
                    <span class="brand-name">{brand}</span>
                </a>
                <div class="nav">
                    {nav_list(nav, current)} <div class="nav-end">{end}</div>
                </div>
                {fold_button()}
            </nav>
            <header class="topbar">
                <div class="topbar-lead">{lead.run()}</div>
                <div class="topbar-search">{search.run()}</div>
                <div class="topbar-tools">{tools.run()}</div>
            </header>
            <main class="main" id="main" tabindex="-1">
                <div class="banners">{banner.run()}</div>
                {children()}
            </main>
            {bottom_bar(phone, current, words.navigation.clone(), &add)}
            <AnnouncerRegion />
            <ToastHost />
        </div>
    }
    .into_any()
}

/// The entries, in one list for each group.
fn nav_list(items: Vec<NavItem>, current: Signal<String>) -> AnyView {
    let mut groups = Vec::<(Text, Vec<AnyView>)>::new();
    for item in items {
        let title = item.group.clone();
        let entry = view! { <li>{nav_link("nav-link", item, current)}</li> }.into_any();
        match groups.last_mut() {
            Some((_, entries)) if title.is_empty() => entries.push(entry),
            _ => groups.push((title, vec![entry])),
        }
    }
    groups
        .into_iter()
        .map(|(title, entries)| {
            let heading = given(&title).map(|title| view! { <p class="nav-group">{title}</p> });
            view! {
                {heading}
                <ul class="nav-list" aria-label=given(&title)>
                    {entries}
                </ul>
            }
        })
        .collect_view()
        .into_any()
}

fn nav_link(class: &'static str, item: NavItem, current: Signal<String>) -> AnyView {
    let key = item.key;
    view! {
        <a
            class=class
            href=safe_href(&item.href)
            aria-current=move || current.with(|now| **now == *key).then_some("page")
        >
            <Icon name=item.icon />
            <span class="nav-label">{item.label}</span>
            <Badge text=item.count.to_string() />
        </a>
    }
    .into_any()
}

fn bottom_bar(items: Vec<NavItem>, current: Signal<String>, label: Text, add: &ViewFn) -> AnyView {
    let mut links = items.into_iter().map(|item| nav_link("tab-link", item, current));
    let (first, second) = (links.next(), links.next());
    let rest = links.collect_view();
    view! {
        <nav class="bottombar" aria-label=label>
            {first}
            {second}
            <div class="bottombar-add">{add.run()}</div>
            {rest}
        </nav>
    }
    .into_any()
}

fn fold_button() -> AnyView {
    view! {
        <button
            type="button"
            class="btn btn-icon btn-quiet sidebar-fold"
            aria-label=use_words().toggle_sidebar.clone()
            data-needs-live="true"
            on:click=move |_| fold_sidebar()
        >
            <Icon name="panel-left" />
        </button>
    }
    .into_any()
}

/// Folds or unfolds, and tells the server by cookie so that the next page starts that way.
fn fold_sidebar() {
    let Some(html) = document().document_element() else { return };
    let folded = html.get_attribute("data-sidebar").as_deref() == Some("folded");
    let state = if folded { "open" } else { "folded" };
    let _ = html.set_attribute("data-sidebar", state);
    let cookie = format!("sidebar={state}; Path=/; Max-Age=31536000; SameSite=Lax");
    let _ = js_sys::Reflect::set(&document(), &"cookie".into(), &cookie.into());
}

/// Tells `boot.js` that handlers are in place, which replays a click that came too early.
pub fn mark_live() {
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("data-live", "1");
    }
    if let Ok(event) = web_sys::Event::new("rapport:live") {
        let _ = window().dispatch_event(&event);
    }
}
