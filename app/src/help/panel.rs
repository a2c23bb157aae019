//! The help panel: the article for the page it stands beside, the contents, and a search.

use super::{
    Topic,
    api::{find_help, help_article},
};
use crate::{
    frame::trouble,
    i18n::{Text, use_text},
    ui::{HelpPanel, Rendered, SearchBox, Skeleton, SkeletonKind, TextLink},
};
use leptos::prelude::*;

/// The panel. Reads nothing until it is opened.
#[component]
pub fn Help(
    /// Whether it is open, both ways.
    open: RwSignal<bool>,
    /// Path of the page it stands beside.
    path: Signal<String>,
) -> AnyView {
    let text = use_text();
    let chosen = RwSignal::new(None::<Topic>);
    let topic = Memo::new(move |_| chosen.get().unwrap_or_else(|| Topic::of_path(&path.get())));
    let typed = RwSignal::new(String::new());
    // A new page brings its own article.
    Effect::new(move |_| {
        path.track();
        chosen.set(None);
    });
    let footer = move || view! { <TextLink href="/help">{text.help_all()}</TextLink> }.into_any();
    view! {
        <HelpPanel open=open title=text.help_title() footer=footer>
            <SearchBox
                value=typed
                label=text.help_search()
                name="help-q"
                placeholder=text.help_search()
                on_search=move |words: String| typed.set(words)
            />
            {move || {
                if typed.with(|typed| typed.trim().is_empty()) {
                    view! { <Body topic=topic /> }.into_any()
                } else {
                    view! { <Found typed=typed chosen=chosen /> }.into_any()
                }
            }}
        </HelpPanel>
    }
    .into_any()
}

/// One article.
#[component]
fn Body(topic: Memo<Topic>) -> AnyView {
    let article = LocalResource::new(move || help_article(topic.get().slug().to_owned()));
    view! {
        {move || match article.get() {
            None => view! { <Skeleton kind=SkeletonKind::Text count=6usize /> }.into_any(),
            Some(Ok(html)) => view! { <Rendered html=html /> }.into_any(),
            Some(Err(error)) => trouble(&error, Some(Callback::new(move |()| article.refetch()))),
        }}
    }
    .into_any()
}

/// The articles that hold what was typed.
#[component]
fn Found(typed: RwSignal<String>, chosen: RwSignal<Option<Topic>>) -> AnyView {
    let text = use_text();
    let found = LocalResource::new(move || find_help(typed.get()));
    view! {
        {move || match found.get() {
            None => view! { <Skeleton kind=SkeletonKind::Text count=3usize /> }.into_any(),
            Some(Ok(slugs)) if slugs.is_empty() => {
                view! { <p class="muted">{typed.with(|typed| text.help_none(typed))}</p> }.into_any()
            }
            Some(Ok(slugs)) => hits(text, &slugs, typed, chosen),
            Some(Err(error)) => trouble(&error, Some(Callback::new(move |()| found.refetch()))),
        }}
    }
    .into_any()
}

fn hits(
    text: Text,
    slugs: &[String],
    typed: RwSignal<String>,
    chosen: RwSignal<Option<Topic>>,
) -> AnyView {
    let topics = slugs.iter().filter_map(|slug| Topic::from_slug(slug));
    let items = topics.map(|topic| {
        let pick = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            typed.set(String::new());
            chosen.set(Some(topic));
        };
        view! {
            <li>
                <a href=format!("/help/{}", topic.slug()) on:click=pick>{topic.title(text)}</a>
            </li>
        }
    });
    view! { <ul>{items.collect_view()}</ul> }.into_any()
}
