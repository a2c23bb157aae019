//! Pages of the frame itself: everything permitted, for phones, and a page that is not there.

use super::{Preferences, SignOut, nav, set_status, trouble};
use crate::{
    boot::use_boot,
    i18n::use_text,
    ui::{Avatar, Card, Icon, Page},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// A page that is not there.
#[component]
pub fn NotFound() -> impl IntoView {
    set_status(404);
    trouble::not_found()
}

/// Phones: everything that has no place in the bottom bar.
#[component]
pub fn More() -> impl IntoView {
    let (text, boot) = (use_text(), use_boot());
    let (name, seed) = boot.with_value(|boot| (boot.user_name.clone(), boot.user.to_string()));
    let organisation = boot.with_value(|boot| boot.organisation.name(boot.lang).to_owned());
    let links = nav::everything(text, boot)
        .into_iter()
        .map(|(label, icon, href)| {
            view! {
                <li class="mini-row">
                    <Icon name=icon />
                    <a class="row-link" href=href>
                        {label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <Title text=text.nav_more() />
        <Page title=text.nav_more().to_owned() narrow=true>
            <Card>
                <a class="cluster" href="/profile">
                    <Avatar name=name.clone() seed=seed />
                    <span class="stack-tight">
                        <strong>{name}</strong>
                        <span class="sub">{organisation}</span>
                    </span>
                </a>
            </Card>
            <Card>
                <ul class="mini">{links}</ul>
            </Card>
            <Preferences />
            <SignOut full=true />
        </Page>
    }
    .into_any()
}
