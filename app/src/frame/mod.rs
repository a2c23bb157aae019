//! The frame around every screen: navigation, search, the way to everything else, and what all
//! screens share (what changed elsewhere, how failures are shown, where the focus goes).

pub mod address;
mod arrival;
mod changes;
mod connection;
mod counted;
mod draft;
mod hotkeys;
mod leaving;
mod live;
mod more;
mod nav;
mod preferences;
mod stand_in;
mod taken_off;
mod tools;
mod trouble;
mod whose;
mod window_title;
mod words;

pub use arrival::{focus_if_lost, focus_on, focus_title};
pub use changes::{Changes, ListMemory, Remembered, use_changes, use_list_memory};
pub(crate) use counted::counted;
pub(crate) use draft::Draft;
pub(crate) use leaving::use_leaving;
pub use live::{Heard, use_heard, use_live};
pub(crate) use more::{Paged, until_extended};
pub use preferences::{PreferenceMenu, Preferences, SignOut, here};
pub use stand_in::{More, NotFound};
pub(crate) use taken_off::TakenOff;
pub use trouble::{read_trouble, save_trouble, set_status, sign_in_again, trouble, trouble_page};
pub(crate) use whose::whose;
pub use window_title::WindowTitle;
pub use words::ui_words;

use crate::{
    activities::Bell,
    boot::use_boot,
    help::Help,
    i18n::use_text,
    palette::Palette,
    ui::{AppShell, ShortcutSheet, provide_announcer},
    view_as::{self, Asking},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What the frame's buttons open.
#[derive(Clone, Copy)]
pub(crate) struct Opened {
    pub palette: RwSignal<bool>,
    pub help: RwSignal<bool>,
    pub shortcuts: RwSignal<bool>,
}

/// Navigation and what every page shares.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let (text, boot) = (use_text(), use_boot());
    provide_announcer();
    changes::provide();
    leaving::provide();
    live::listen();
    let opened = Opened {
        palette: RwSignal::new(false),
        help: RwSignal::new(false),
        shortcuts: RwSignal::new(false),
    };
    provide_context(opened);
    let bell = Bell::new();
    let asking = Asking::new();
    provide_context(asking);
    let location = use_location();
    let path: Signal<String> = location.pathname.into();
    let tab =
        Signal::derive(move || location.query.with(|query| query.get("tab").unwrap_or_default()));
    let current = Signal::derive(move || nav::current(&path.get(), &tab.get()).to_owned());
    arrival::follow(path);
    hotkeys::register(opened);
    let brand = boot.with_value(|boot| boot.organisation.name(boot.lang).to_owned());
    view! {
        <AppShell
            nav=nav::main(text, boot)
            nav_end=nav::end(text, boot)
            phone=nav::phone(text, boot)
            brand=brand
            current=current
            lead=move || tools::lead(text, boot)
            search=move || tools::search(text, opened)
            tools=move || tools::tools(text, boot, opened, bell)
            add=move || tools::add(text, boot, path)
            banner=move || {
                view! {
                    {view_as::banner(text, boot, asking)}
                    {connection::banner(text)}
                }
            }
        >
            {children()}
        </AppShell>
        <Palette open=opened.palette shortcuts=opened.shortcuts help=opened.help />
        <ShortcutSheet open=opened.shortcuts title=text.shortcut_title() />
        <Help open=opened.help path=path />
        {bell.map(Bell::dialog)}
    }
    .into_any()
}
