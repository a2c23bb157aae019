//! Tags of a customer: shown as links to the list, changed in a field that suggests those in use.

use super::{Record, state::Data};
use crate::{
    customers::{
        api::{set_tags, tags_like},
        list::address,
    },
    frame::save_trouble,
    ui::{Button, Section, Size, TagChip, TagField, Variant},
};
use domain::{
    list::{ListRequest, Tab},
    note::Subject,
};
use leptos::{prelude::*, task::spawn_local};

fn stored(record: Record) -> Vec<String> {
    match record.data {
        Data::Account(data) => data.with(|data| data.tags.clone()),
        Data::Person(_) => Vec::new(),
    }
}

/// The section.
pub(crate) fn tags(record: Record) -> AnyView {
    let text = record.text;
    let editing = RwSignal::new(false);
    let actions = move || {
        record.may_edit.then(|| {
            view! {
                <Button
                    variant=Variant::Quiet
                    size=Size::Sm
                    icon=if editing.get() { "check" } else { "pencil" }
                    on_click=move |_| editing.update(|editing| *editing = !*editing)
                >
                    {move || if editing.get() { text.common_finish() } else { text.common_edit() }}
                </Button>
            }
        })
    };
    let body = move || if editing.get() { editor(record) } else { chips(record) };
    view! {
        <Section title=text.customer_tags() id="tags" actions=actions>
            {body}
        </Section>
    }
    .into_any()
}

fn chips(record: Record) -> AnyView {
    let text = record.text;
    let tags = stored(record);
    if tags.is_empty() {
        return view! { <p class="muted">{text.customer_tag_empty()}</p> }.into_any();
    }
    let individual = record.get("kind") == "individual";
    let tab = if individual { Tab::Individuals } else { Tab::Companies };
    let chips = tags
        .into_iter()
        .map(|tag| {
            let href =
                address::address(&ListRequest { tab, tag: tag.clone(), ..ListRequest::default() });
            view! { <TagChip label=tag href=href /> }
        })
        .collect_view();
    view! { <div class="cluster">{chips}</div> }.into_any()
}

fn editor(record: Record) -> AnyView {
    let text = record.text;
    let tags = RwSignal::new(untrack(|| stored(record)));
    let suggestions = RwSignal::new(Vec::<String>::new());
    let problem = RwSignal::new(None::<String>);
    let look_up = move |typed: String| {
        spawn_local(async move {
            // Without suggestions tags can still be typed.
            suggestions.try_set(tags_like(typed).await.unwrap_or_default());
        });
    };
    let changed = move |now: Vec<String>| {
        let Subject::Account(account) = record.subject() else { return };
        let before = untrack(|| stored(record));
        let add: Vec<String> = now.iter().filter(|tag| !before.contains(tag)).cloned().collect();
        let remove: Vec<String> = before.iter().filter(|tag| !now.contains(tag)).cloned().collect();
        let seen = record.version();
        problem.set(None);
        spawn_local(async move {
            match set_tags(account, add, remove).await {
                Ok(version) => record.touched(seen, version).await,
                Err(error) => {
                    problem.try_set(Some(save_trouble(text, &error)));
                }
            }
        });
    };
    view! {
        <TagField
            tags=tags
            label=text.customer_tags()
            name="tags"
            hint=text.customer_tags_hint()
            suggestions=suggestions
            on_query=look_up
            on_change=changed
            error=problem
            create_text=move |tag: String| format!("{}: {tag}", text.customer_tag_add())
        />
    }
    .into_any()
}
