//! The organisation's settings: names, language, currency, time zone, country.

pub mod api;
mod form;

use super::{Place, page};
use crate::{
    carried::carried,
    i18n::use_text,
    ui::{Banner, Skeleton, SkeletonKind, Tone},
};
use api::{OrganisationScreen, open_organisation};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page that says that the settings were saved.
pub(super) const SAVED: &str = "/admin/organisation?saved=yes";

/// The page.
#[component]
pub fn OrganisationSettings() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let screen = carried(|| (), |()| open_organisation());
    let saved = move || {
        let saved = query.with(|query| query.get_str("saved").is_some());
        saved.then(|| view! { <Banner tone=Tone::Ok>{text.organisation_saved()}</Banner> })
    };
    let content = view! {
        {saved}
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Card count=2 /> }>
            {screen.shown(content)}
        </Transition>
    };
    page(Place::Organisation, || (), content.into_any())
}

fn content(screen: OrganisationScreen) -> AnyView {
    form::form(screen)
}
