//! The command palette: search over customers and persons, and what can be done from anywhere.

mod actions;
pub mod api;
mod recent;

pub use recent::remember;

use crate::{
    i18n::{Text, use_text},
    ui::{AvatarKind, CommandPalette, Kbd, PaletteGroup, PaletteItem},
};
use domain::list::Hit;
use leptos::{prelude::*, task::spawn_local};

/// The palette of the page, opened by Ctrl or ⌘ K and by the search buttons.
#[component]
pub fn Palette(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Opens the sheet of shortcuts.
    shortcuts: RwSignal<bool>,
    /// Opens the help.
    help: RwSignal<bool>,
) -> impl IntoView {
    let text = use_text();
    let known = StoredValue::new(actions::known());
    let groups = RwSignal::new(Vec::<PaletteGroup>::new());
    let loading = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let next = crate::frame::here();
    let query = move |raw: String| {
        typed.set(raw.clone());
        let asked = raw.trim().to_owned();
        let own = known.with_value(|known| known.matching(text, &asked));
        if asked.is_empty() || asked.starts_with('>') {
            loading.set(false);
            let recent = if asked.is_empty() { recent_group(text) } else { Vec::new() };
            groups.set(recent.into_iter().chain(own).collect());
            return;
        }
        loading.set(true);
        spawn_local(async move {
            let hits = api::find(asked.clone()).await.unwrap_or_default();
            // An answer to what was typed before is too late.
            if typed.try_with_untracked(|now| now.trim() == asked) != Some(true) {
                return;
            }
            loading.set(false);
            groups.set(found(text, hits).into_iter().chain(own).collect());
        });
    };
    let choose = move |item: PaletteItem| match item.key.as_str() {
        "shortcuts" => shortcuts.set(true),
        "help" => help.set(true),
        key => {
            if let Some((name, value)) = key.split_once('=') {
                actions::prefer(name, value, &next.get_untracked());
            }
        }
    };
    let none = Signal::derive(move || {
        let typed = typed.get();
        let asked = typed.trim();
        if asked.is_empty() { text.nav_search_hint().to_owned() } else { text.palette_none(asked) }
    });
    view! {
        <CommandPalette
            open=open
            label=text.palette_title()
            placeholder=text.palette_placeholder()
            groups=groups
            loading=loading
            on_query=query
            on_choose=choose
            empty=none
            footer=move || footer(text)
        />
    }
    .into_any()
}

fn footer(text: Text) -> AnyView {
    view! {
        <span class="cluster">
            <Kbd keys="arrowup" />
            <Kbd keys="arrowdown" />
            {text.palette_hint_move()}
        </span>
        <span class="cluster">
            <Kbd keys="enter" />
            {text.palette_hint_open()}
        </span>
        <span class="cluster">
            <Kbd keys="mod+enter" />
            {text.palette_hint_tab()}
        </span>
    }
    .into_any()
}

/// Customers and people, as two groups.
fn found(text: Text, hits: Vec<Hit>) -> Vec<PaletteGroup> {
    let (people, customers): (Vec<Hit>, Vec<Hit>) = hits.into_iter().partition(|hit| hit.is_person);
    [(text.palette_customers(), customers), (text.palette_people(), people)]
        .into_iter()
        .map(|(title, hits)| PaletteGroup {
            title: title.into(),
            items: hits.into_iter().map(item).collect(),
        })
        .collect()
}

fn item(hit: Hit) -> PaletteItem {
    let (folder, avatar) = if hit.is_person {
        ("/people/", AvatarKind::Person)
    } else {
        ("/customers/", AvatarKind::Company)
    };
    let detail = if hit.detail.is_empty() {
        hit.number.clone()
    } else {
        format!("{} · {}", hit.detail, hit.number)
    };
    PaletteItem {
        href: format!("{folder}{}", hit.number).into(),
        key: hit.number,
        label: hit.name.into(),
        detail: detail.into(),
        avatar: Some(avatar),
        ..PaletteItem::default()
    }
}

fn recent_group(text: Text) -> Vec<PaletteGroup> {
    let items: Vec<PaletteItem> = recent::all().into_iter().map(item).collect();
    vec![PaletteGroup { title: text.palette_recent().into(), items }]
}
