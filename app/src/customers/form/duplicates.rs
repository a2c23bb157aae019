//! Records that look like what is being typed. Shown while typing, never in the way of saving.

use crate::{
    customers::api::find_duplicates,
    form::Fields,
    i18n::{Text, use_text, words},
    ui::{Avatar, AvatarKind, Debounce, Icon, Size, TextLink},
};
use domain::{
    account::AccountKind,
    duplicate::{Candidate, Probe, Reason},
    policy::Object,
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// What makes a name stand out.
pub(super) const NAMES: [Reason; 2] = [Reason::Name, Reason::SimilarName];

/// What looks like the form as it is typed now.
#[derive(Clone, Copy)]
pub(super) struct Found(RwSignal<Vec<Candidate>>);

/// Looks while somebody types; call once in the form.
pub(super) fn watch(fields: Fields) -> Found {
    let person = fields.object() == Object::Person;
    let found = RwSignal::new(Vec::<Candidate>::new());
    let latest = StoredValue::new(Probe::default());
    let pause = Debounce::new();
    Effect::new(move || {
        let probe = probe(fields, person);
        if latest.with_value(|latest| *latest == probe) {
            return;
        }
        latest.set_value(probe.clone());
        pause.after(Duration::from_millis(350), move || {
            spawn_local(async move {
                // Hints are a help: without an answer there are none.
                let candidates = find_duplicates(probe.clone()).await.unwrap_or_default();
                if latest.try_with_value(|latest| *latest == probe) == Some(true) {
                    found.try_set(candidates);
                }
            });
        });
    });
    Found(found)
}

impl Found {
    /// The hints below a field: those whose reason is what stands in it.
    pub(super) fn hints(self, fields: Fields, reasons: &'static [Reason]) -> AnyView {
        let text = use_text();
        let person = fields.object() == Object::Person;
        let list = move || {
            let found = self.0.with(|found| about(found, reasons));
            (!found.is_empty()).then(|| list(text, person, found))
        };
        view! { <div aria-live="polite">{list}</div> }.into_any()
    }
}

/// The candidates with one of these reasons, and of their reasons only those.
fn about(found: &[Candidate], reasons: &[Reason]) -> Vec<Candidate> {
    let with = |candidate: &Candidate| {
        let mut candidate = candidate.clone();
        candidate.reasons.retain(|reason| reasons.contains(reason));
        (!candidate.reasons.is_empty()).then_some(candidate)
    };
    found.iter().filter_map(with).collect()
}

fn probe(fields: Fields, person: bool) -> Probe {
    let typed = |names: [&str; 2]| {
        names.iter().map(|name| fields.get(name)).filter(|value| !value.trim().is_empty()).collect()
    };
    Probe {
        name: fields.get(if person { "full_name" } else { "name" }),
        phones: typed(["phone", "phone_2"]),
        emails: typed(["email", "email_2"]),
        // Individuals have none; what was typed before the kind changed does not count.
        credit_code: if person || fields.get("kind") == AccountKind::Individual.code() {
            String::new()
        } else {
            fields.get("credit_code")
        },
        except: String::new(),
        is_person: person,
    }
}

fn list(text: Text, person: bool, found: Vec<Candidate>) -> AnyView {
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let title =
        if person { text.duplicate_found_people(count) } else { text.duplicate_found(count) };
    let rows = found.into_iter().map(|candidate| row(text, candidate)).collect_view();
    view! {
        <details class="dup-hint" data-tone="warn" open=true>
            <summary class="dup-title">
                <Icon name="copy" class="icon-sm" />
                {title}
                <span class="sub">{text.duplicate_hint()}</span>
            </summary>
            <ul class="mini">{rows}</ul>
        </details>
    }
    .into_any()
}

fn row(text: Text, candidate: Candidate) -> AnyView {
    let person = candidate.number.starts_with('P');
    let folder = if person { "/people/" } else { "/customers/" };
    let kind = if person { AvatarKind::Person } else { AvatarKind::Company };
    let reasons: Vec<&str> =
        candidate.reasons.iter().map(|reason| words::reason(text, *reason)).collect();
    let reasons = crate::i18n::format::list(text.lang(), &reasons);
    view! {
        <li class="mini-row">
            <Avatar name=candidate.name.clone() seed=candidate.number.clone() kind=kind size=Size::Sm />
            <TextLink href=format!("{folder}{}", candidate.number) external=true>
                {candidate.name}
            </TextLink>
            <span class="sub">{format!("{} · {reasons}", candidate.number)}</span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_says_what_it_shares() {
        let found = [
            Candidate {
                number: "C-1".to_owned(),
                name: "Acme".to_owned(),
                reasons: vec![Reason::Phone, Reason::Name],
            },
            Candidate {
                number: "P-2".to_owned(),
                name: "Ana".to_owned(),
                reasons: vec![Reason::Phone],
            },
        ];
        assert_eq!(about(&found, &[Reason::Phone]).len(), 2);
        let named = about(&found, &NAMES);
        assert_eq!(named.len(), 1);
        assert!(named.iter().all(|candidate| candidate.reasons == [Reason::Name]));
        assert!(about(&found, &[Reason::Email]).is_empty());
    }
}
