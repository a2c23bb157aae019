//! The manual as pages: contents and articles, readable without scripts.

use super::{Topic, api::help_article};
use crate::{
    carried::carried,
    frame::NotFound,
    i18n::use_text,
    ui::{Card, Icon, Page, Rendered},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// All articles.
#[component]
pub fn Contents() -> AnyView {
    let text = use_text();
    let items = Topic::ALL.iter().map(move |topic| {
        view! {
            <li class="mini-row">
                <Icon name=topic.icon() />
                <a class="row-link" href=format!("/help/{}", topic.slug())>
                    {topic.title(text)}
                </a>
            </li>
        }
    });
    view! {
        <Title text=text.help_title() />
        <Page title=text.help_title() narrow=true>
            <Card>
                <ul class="mini">{items.collect_view()}</ul>
            </Card>
        </Page>
    }
    .into_any()
}

/// One article.
#[component]
pub fn Article() -> AnyView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get("topic").unwrap_or_default()));
    view! {
        {move || match Topic::from_slug(&slug.get()) {
            Some(topic) => view! { <Whole topic=topic /> }.into_any(),
            None => view! { <NotFound /> }.into_any(),
        }}
    }
    .into_any()
}

#[component]
fn Whole(topic: Topic) -> AnyView {
    let text = use_text();
    let article = carried(move || topic.slug(), |slug| help_article(slug.to_owned()));
    view! {
        <Title text=topic.title(text) />
        <Page title=topic.title(text) back="/help" narrow=true>
            <Suspense>
                <article>
                    {article.shown(|html| view! { <Rendered html=html /> }.into_any())}
                </article>
            </Suspense>
        </Page>
    }
    .into_any()
}
