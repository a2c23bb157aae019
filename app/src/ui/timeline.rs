//! What happened with a record, newest first, by day.
//! The kit only lays it out; texts and times come formatted.

use leptos::prelude::*;

use super::{Icon, Text, Tone, given, use_words};

/// The whole list.
#[component]
pub fn Timeline(children: Children) -> AnyView {
    view! { <div class="timeline">{children()}</div> }.into_any()
}

/// One day, or a band such as what is coming.
#[component]
pub fn TimelineDay(
    /// The day as people say it.
    #[prop(into)]
    label: Signal<String>,
    children: Children,
) -> AnyView {
    view! {
        <section class="timeline-day">
            <h2 class="timeline-label">{move || label.get()}</h2>
            <ol class="timeline-items">{children()}</ol>
        </section>
    }
    .into_any()
}

/// One entry.
#[component]
pub fn TimelineItem(
    /// Sprite name of its kind.
    #[prop(into)]
    icon: Text,
    /// What it means; grey for system entries.
    #[prop(optional)]
    tone: Tone,
    /// Who did what.
    #[prop(into)]
    title: ViewFn,
    /// Time as shown.
    #[prop(into)]
    time: Signal<String>,
    /// The same for machines (ISO 8601).
    #[prop(optional, into)]
    datetime: Text,
    /// Kept on top.
    #[prop(optional)]
    pinned: bool,
    /// Element id, so that the entry has a link of its own.
    #[prop(optional, into)]
    id: Text,
    /// Buttons shown on hover and focus, always on touch. They come once the page listens: before, they would do nothing,
    /// and they are the larger part of an entry.
    #[prop(optional, into)]
    actions: ViewFn,
    /// The content: a note's text, the changed fields.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let pin = pinned
        .then(|| view! { <Icon name="pin" label=use_words().pinned.clone() class="icon-sm" /> });
    let listens = RwSignal::new(false);
    Effect::new(move |_| listens.set(true));
    let body = children.map(|children| view! { <div class="timeline-body">{children()}</div> });
    view! {
        <li class="timeline-item" id=given(&id) data-tone=tone.name()>
            <span class="timeline-icon">
                <Icon name=icon class="icon-sm" />
            </span>
            <div class="timeline-content">
                <div class="timeline-head">
                    <p class="timeline-title">{title.run()}</p>
                    {pin}
                    <time class="timeline-time num" datetime=given(&datetime)>
                        {move || time.get()}
                    </time>
                    <div class="timeline-actions">{move || listens.get().then(|| actions.run())}</div>
                </div>
                {body}
            </div>
        </li>
    }
    .into_any()
}
