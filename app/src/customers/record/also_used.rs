//! Other records with the same phone, e-mail, credit code or name as was just saved: said beside
//! the field, never in the way.

use super::Record;
use crate::{
    customers::api::find_duplicates,
    i18n::words,
    ui::{Icon, TextLink},
};
use domain::{
    contact::ContactKind,
    duplicate::{Candidate, Probe},
    policy::Object,
};
use leptos::{prelude::*, task::spawn_local};

/// What was found for the value that was saved last.
#[derive(Clone, Copy)]
pub(super) struct AlsoUsed {
    record: StoredValue<Record>,
    found: RwSignal<Vec<Candidate>>,
    /// Counts the questions: an answer that was overtaken is dropped.
    latest: StoredValue<u64>,
}

impl AlsoUsed {
    pub(super) fn new(record: Record) -> Self {
        Self {
            record: StoredValue::new(record),
            found: RwSignal::new(Vec::new()),
            latest: StoredValue::new(0),
        }
    }

    /// Looks for others with this value of a field. Most fields may repeat and are not looked for.
    pub(super) fn field(self, name: &str, value: &str) {
        let is_person = self.record.get_value().object() == Object::Person;
        let mut probe = Probe { is_person, ..Probe::default() };
        match name {
            "name" | "full_name" => value.clone_into(&mut probe.name),
            "credit_code" => value.clone_into(&mut probe.credit_code),
            _ => return,
        }
        self.look(probe);
    }

    /// Looks for others that are reached the same way.
    pub(super) fn contact(self, kind: ContactKind, value: &str) {
        let mut probe = Probe::default();
        match kind {
            ContactKind::Mobile | ContactKind::Phone => probe.phones.push(value.to_owned()),
            ContactKind::Email => probe.emails.push(value.to_owned()),
            ContactKind::Wechat | ContactKind::Wecom | ContactKind::Other => return,
        }
        self.look(probe);
    }

    fn look(self, probe: Probe) {
        let probe = Probe { except: self.record.get_value().number(), ..probe };
        self.found.set(Vec::new());
        self.latest.update_value(|latest| *latest += 1);
        let question = self.latest.get_value();
        spawn_local(async move {
            // Hints are a help: without an answer there are none.
            let found = find_duplicates(probe).await.unwrap_or_default();
            if self.latest.try_get_value() == Some(question) {
                self.found.try_set(found);
            }
        });
    }

    /// The hint; empty while nobody else uses the value.
    pub(super) fn hint(self) -> AnyView {
        let record = self.record.get_value();
        let text = record.text;
        let others = move || {
            let found = self.found.get();
            (!found.is_empty()).then(|| {
                let links = found.into_iter().map(|other| link(record, other)).collect_view();
                view! {
                    <p class="also-used">
                        <Icon name="copy" class="icon-sm" />
                        <span>{text.duplicate_also_used()}</span>
                        {links}
                    </p>
                }
            })
        };
        view! { <div aria-live="polite">{others}</div> }.into_any()
    }
}

fn link(record: Record, other: Candidate) -> AnyView {
    let folder = if other.number.starts_with('P') { "/people/" } else { "/customers/" };
    let why = other.reasons.first().map(|reason| words::reason(record.text, *reason));
    view! {
        <span>
            <TextLink href=format!("{folder}{}", other.number)>
                {format!("{} {}", other.number, other.name)}
            </TextLink>
            <span class="sub">{why.map(|why| format!(" · {why}"))}</span>
        </span>
    }
    .into_any()
}
