//! How people come in: by another system, and which roles need a second step.

pub mod api;
mod provider;
mod second_step;
mod trial;

use super::{Place, page};
use crate::{
    carried::carried,
    ui::{Skeleton, SkeletonKind},
};
use api::{SignInScreen, open_sign_in};
use leptos::prelude::*;

/// The page.
#[component]
pub fn SignInSettings() -> impl IntoView {
    let screen = carried(|| (), |()| open_sign_in());
    let content = view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Card count=2 /> }>
            {screen.shown(content)}
        </Transition>
    };
    page(Place::SignIn, || (), content.into_any())
}

fn content(screen: SignInScreen) -> AnyView {
    let second_step = second_step::card(&screen.structure, &screen.second_step_roles);
    view! {
        {second_step}
        {provider::card(screen.provider, screen.back)}
    }
    .into_any()
}
