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
    // What is searched for: what stands in the box once typing, or composing, has paused.
    let asked = RwSignal::new(String::new());
    // A new page brings its own article.
    Effect::new(move |_| {
        path.track();
        chosen.set(None);
    });
    let searching = Memo::new(move |_| !asked.read().is_empty());
    let pick = Callback::new(move |topic: Topic| {
        typed.set(String::new());
        asked.set(String::new());
        chosen.set(Some(topic));
    });
    let footer = move || view! { <TextLink href="/help">{text.help_all()}</TextLink> }.into_any();
    view! {
        <HelpPanel open=open title=text.help_title() footer=footer>
            <SearchBox
                value=typed
                label=text.help_search()
                name="help-q"
                placeholder=text.help_search()
                on_search=move |words: String| asked.set(words.trim().to_owned())
            />
            {move || {
                if searching.get() {
                    view! { <Found asked=asked on_pick=pick /> }.into_any()
                } else {
                    view! { <Body topic=topic /> }.into_any()
                }
            }}
        </HelpPanel>
    }
    .into_any()
}

/// One article.
#[component]
fn Body(topic: Memo<Topic>) -> AnyView {
    let text = use_text();
    let article = LocalResource::new(move || help_article(topic.get().slug().to_owned()));
    view! {
        {move || match article.get() {
            None => view! { <Skeleton kind=SkeletonKind::Text count=6usize /> }.into_any(),
            Some(Ok(html)) => {
                view! {
                    <h2>{topic.get().title(text)}</h2>
                    <Rendered html=html />
                }
                .into_any()
            }
            Some(Err(error)) => trouble(&error, Some(Callback::new(move |()| article.refetch()))),
        }}
    }
    .into_any()
}

/// The articles that hold what was asked for.
#[component]
fn Found(asked: RwSignal<String>, on_pick: Callback<Topic>) -> AnyView {
    let text = use_text();
    let found = LocalResource::new(move || find_help(asked.get()));
    view! {
        {move || match found.get() {
            None => view! { <Skeleton kind=SkeletonKind::Text count=3usize /> }.into_any(),
            Some(Ok(slugs)) if slugs.is_empty() => {
                view! { <p class="muted">{asked.with(|asked| text.help_none(asked))}</p> }.into_any()
            }
            Some(Ok(slugs)) => hits(text, &slugs, on_pick),
            Some(Err(error)) => trouble(&error, Some(Callback::new(move |()| found.refetch()))),
        }}
    }
    .into_any()
}

fn hits(text: Text, slugs: &[String], on_pick: Callback<Topic>) -> AnyView {
    let topics = slugs.iter().filter_map(|slug| Topic::from_slug(slug));
    let items = topics.map(|topic| {
        let pick = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            on_pick.run(topic);
        };
        view! {
            <li>
                <a href=format!("/help/{}", topic.slug()) on:click=pick>{topic.title(text)}</a>
            </li>
        }
    });
    view! { <ul>{items.collect_view()}</ul> }.into_any()
}
