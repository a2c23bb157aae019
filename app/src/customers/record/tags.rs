//! Tags of a customer: shown as links to the list, changed in a field that suggests those in use.

use super::{Record, data::Data};
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
        Data::Person(_) | Data::Opportunity(_) => Vec::new(),
    }
}

/// The difference between two lists of tags.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    add: Vec<String>,
    remove: Vec<String>,
}

impl Change {
    fn between(before: &[String], now: &[String]) -> Self {
        let without = |all: &[String], other: &[String]| {
            all.iter().filter(|tag| !other.contains(tag)).cloned().collect()
        };
        Self { add: without(now, before), remove: without(before, now) }
    }

    /// The list as it was without this change.
    fn take_back(&self, list: &mut Vec<String>) {
        list.retain(|tag| !self.add.contains(tag));
        list.extend(self.remove.iter().cloned());
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
                    icon="pencil"
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
    let latest = StoredValue::new(0_u64);
    let look_up = move |typed: String| {
        latest.update_value(|latest| *latest += 1);
        let query = latest.get_value();
        spawn_local(async move {
            // Without suggestions tags can still be typed.
            let found = tags_like(typed).await.unwrap_or_default();
            if latest.try_get_value() == Some(query) {
                suggestions.try_set(found);
            }
        });
    };
    // What this editor showed at its last change: only what differs from it is meant. The stored
    // tags may hold what others added meanwhile.
    let before = StoredValue::new(tags.get_untracked());
    let under_way = StoredValue::new(0_usize);
    let changed = move |now: Vec<String>| {
        let Subject::Account(account) = record.subject() else { return };
        let change = Change::between(&before.get_value(), &now);
        before.set_value(now);
        let seen = record.version();
        problem.set(None);
        under_way.update_value(|count| *count += 1);
        spawn_local(async move {
            let _writing = record.writing();
            let answer = set_tags(account, change.add.clone(), change.remove.clone()).await;
            under_way.try_update_value(|count| *count -= 1);
            match answer {
                Ok(version) => {
                    record.touched(seen, version).await;
                    // The last answer of several says what stands there, unless reading it failed.
                    if under_way.try_get_value() == Some(0) && record.holds(version) {
                        let now = untrack(|| stored(record));
                        before.try_set_value(now.clone());
                        tags.try_set(now);
                    }
                }
                Err(error) => {
                    // Not stored, so the next change takes it along.
                    before.try_update_value(|before| change.take_back(before));
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

#[cfg(test)]
mod tests {
    use super::Change;

    fn list(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|tag| (*tag).to_owned()).collect()
    }

    #[test]
    fn only_what_the_editor_changed_is_sent() {
        let shown = list(&["VIP", "华东"]);
        let change = Change::between(&shown, &list(&["VIP", "老客户"]));
        assert_eq!(change, Change { add: list(&["老客户"]), remove: list(&["华东"]) });
    }

    #[test]
    fn what_was_not_stored_is_sent_again_with_the_next_change() {
        let mut before = list(&["VIP", "老客户"]);
        let failed = Change { add: list(&["老客户"]), remove: list(&["华东"]) };
        failed.take_back(&mut before);
        assert_eq!(before, ["VIP", "华东"]);
        let again = Change::between(&before, &list(&["VIP", "老客户", "重点"]));
        assert_eq!(again.add, ["老客户", "重点"]);
        assert_eq!(again.remove, ["华东"]);
    }
}
