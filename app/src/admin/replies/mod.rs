//! Saved replies: the texts that whoever answers customers takes over into an answer.

pub mod api;
mod form;

use super::{Place, page};
use crate::{
    carried::carried,
    i18n::use_text,
    ui::{Banner, Skeleton, SkeletonKind, Tone},
};
use api::open_replies;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page that says that they were saved.
pub(super) const SAVED: &str = "/admin/replies?saved=yes";

/// The page.
#[component]
pub fn SavedReplies() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let screen = carried(|| (), |()| open_replies());
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
    page(Place::Replies, || (), content.into_any())
}
