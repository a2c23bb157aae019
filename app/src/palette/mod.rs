//! The command palette: search over records of all kinds, and what can be done from anywhere.

mod actions;
pub mod api;
mod question;
mod recent;

pub use recent::remember;

use crate::{
    error::AppError,
    frame::read_trouble,
    i18n::{Text, use_text},
    ui::{AvatarKind, CommandPalette, Kbd, PaletteGroup, PaletteItem},
};
use domain::hit::{Hit, HitKind};
use leptos::{prelude::*, task::spawn_local};
use question::Question;

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
    let answered = RwSignal::new(String::new());
    let failed = RwSignal::new(None::<String>);
    let loading = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let next = crate::frame::here();
    let show = move |raw: String, found: Vec<PaletteGroup>, wrong: Option<String>| {
        loading.set(false);
        groups.set(found);
        failed.set(wrong);
        answered.set(raw);
    };
    let query = move |raw: String| {
        typed.set(raw.clone());
        let question = Question::of(&raw);
        let own = known.with_value(|known| known.matching(text, &question));
        match question {
            Question::Action(_) => show(raw, own, None),
            Question::Nothing if recent::numbers().is_empty() => show(raw, own, None),
            question => {
                loading.set(true);
                spawn_local(async move {
                    let answer = look_up(&question).await;
                    // An answer to what was typed before is too late.
                    if typed.try_with_untracked(|now| *now == raw) != Some(true) {
                        return;
                    }
                    match answer {
                        Ok(hits) => {
                            let found = match question {
                                Question::Nothing => recent_group(text, hits),
                                _ => found(text, hits),
                            };
                            show(raw, [found, own].concat(), None);
                        }
                        Err(error) => show(raw, own, Some(read_trouble(text, &error))),
                    }
                });
            }
        }
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
        if failed.read().is_some() {
            String::new()
        } else if asked.is_empty() {
            text.nav_search_hint().to_owned()
        } else {
            text.palette_none(asked)
        }
    });
    view! {
        <CommandPalette
            open=open
            label=text.palette_title()
            placeholder=text.palette_placeholder()
            groups=groups
            answered=answered
            notice=failed
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

/// What the server knows about the question.
async fn look_up(question: &Question) -> Result<Vec<Hit>, AppError> {
    match question {
        Question::Action(_) => Ok(Vec::new()),
        Question::Nothing => api::recall(recent::numbers()).await,
        Question::Anything(words) | Question::Number(words) => api::find(words.clone(), None).await,
        Question::Person(words) => api::find(words.clone(), Some(HitKind::Person)).await,
    }
}

/// A group for each kind.
fn found(text: Text, mut hits: Vec<Hit>) -> Vec<PaletteGroup> {
    let mut groups = Vec::new();
    for kind in HitKind::ALL {
        let title = match kind {
            HitKind::Account => text.palette_customers(),
            HitKind::Person => text.palette_people(),
            HitKind::Opportunity => text.deal_title(),
            HitKind::Order => text.order_title(),
            HitKind::Case => text.case_title(),
        };
        let items = hits.extract_if(.., |hit| hit.kind == *kind).map(item).collect();
        groups.push(PaletteGroup { title: title.into(), items });
    }
    groups
}

/// The avatar of a hit; none for what an icon shows.
pub(crate) fn avatar(kind: HitKind) -> Option<AvatarKind> {
    match kind {
        HitKind::Account => Some(AvatarKind::Company),
        HitKind::Person => Some(AvatarKind::Person),
        HitKind::Opportunity | HitKind::Order | HitKind::Case => None,
    }
}

fn item(hit: Hit) -> PaletteItem {
    let (folder, icon) = match hit.kind {
        HitKind::Account => ("/customers/", ""),
        HitKind::Person => ("/people/", ""),
        HitKind::Opportunity => ("/deals/", "kanban"),
        HitKind::Order => ("/orders/", "shopping-cart"),
        HitKind::Case => ("/feedback/", "inbox"),
    };
    // What has no name is called by its number.
    let number = (hit.number != hit.name).then_some(hit.number.as_str());
    let known = [Some(hit.detail.as_str()).filter(|detail| !detail.is_empty()), number];
    let detail = known.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    PaletteItem {
        href: format!("{folder}{}", hit.number).into(),
        key: hit.number,
        label: hit.name.into(),
        detail: detail.into(),
        icon: icon.into(),
        avatar: avatar(hit.kind),
        ..PaletteItem::default()
    }
}

/// What was opened last.
fn recent_group(text: Text, hits: Vec<Hit>) -> Vec<PaletteGroup> {
    let items: Vec<PaletteItem> = hits.into_iter().map(item).collect();
    vec![PaletteGroup { title: text.palette_recent().into(), items }]
}
