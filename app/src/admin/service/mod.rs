//! How customers are helped: when time counts, how soon feedback is answered and solved, what it is sorted into.

pub mod api;
mod form;

use super::{Place, page};
use crate::{
    carried::carried,
    i18n::use_text,
    ui::{Banner, Skeleton, SkeletonKind, Tone},
};
use api::open_service;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page that says that the settings were saved.
pub(super) const SAVED: &str = "/admin/service?saved=yes";

/// The page.
#[component]
pub fn ServiceSettings() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let screen = carried(|| (), |()| open_service());
    let saved = move || {
        let saved = query.with(|query| query.get_str("saved").is_some());
        saved.then(|| view! { <Banner tone=Tone::Ok>{text.organisation_saved()}</Banner> })
    };
    let content = view! {
        {saved}
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Card count=3 /> }>
            {screen.shown(form::form)}
        </Transition>
    };
    page(Place::Service, || (), content.into_any())
}
