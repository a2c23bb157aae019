//! Looking customers and persons up while typing, for fields that link to them.

use crate::{
    palette::api::find,
    ui::{AvatarKind, ComboOption},
};
use domain::list::Hit;
use leptos::{prelude::*, task::spawn_local};

/// The options of one field, for what is typed into it.
#[derive(Clone, Copy)]
pub(crate) struct Lookup {
    /// What matches.
    pub options: RwSignal<Vec<ComboOption>>,
    /// An answer is on its way.
    pub loading: RwSignal<bool>,
    /// Counts the queries: an answer that was overtaken is dropped.
    latest: StoredValue<u64>,
    people: bool,
}

impl Lookup {
    /// Looks for customers.
    pub(crate) fn companies() -> Self {
        Self::new(false)
    }

    /// Looks for persons.
    pub(crate) fn people() -> Self {
        Self::new(true)
    }

    fn new(people: bool) -> Self {
        let (options, loading) = (RwSignal::new(Vec::new()), RwSignal::new(false));
        Self { options, loading, latest: StoredValue::new(0), people }
    }

    /// Fills the options with what matches.
    pub(crate) fn ask(self, typed: String) {
        self.latest.update_value(|latest| *latest += 1);
        if typed.trim().is_empty() {
            self.loading.set(false);
            self.options.set(Vec::new());
            return;
        }
        let query = self.latest.get_value();
        self.loading.set(true);
        spawn_local(async move {
            // Without an answer there is nothing to choose; typing on asks again.
            let hits = find(typed).await.unwrap_or_default();
            if self.latest.try_get_value() == Some(query) {
                let fitting = hits.into_iter().filter(|hit| hit.is_person == self.people);
                self.loading.try_set(false);
                self.options.try_set(fitting.map(option).collect());
            }
        });
    }
}

/// The customer with this number, if the caller may see one.
pub(crate) async fn company_of(number: String) -> Option<Hit> {
    numbered(number, false).await
}

/// The person with this number, if the caller may see one.
pub(crate) async fn person_of(number: String) -> Option<Hit> {
    numbered(number, true).await
}

async fn numbered(number: String, is_person: bool) -> Option<Hit> {
    if number.is_empty() {
        return None;
    }
    let hits = find(number.clone()).await.ok()?;
    hits.into_iter().find(|hit| hit.is_person == is_person && hit.number == number)
}

/// A hit as something to choose.
pub(crate) fn option(hit: Hit) -> ComboOption {
    let avatar = if hit.is_person { AvatarKind::Person } else { AvatarKind::Company };
    let detail = super::list::joined(&[&hit.detail, &hit.number]);
    ComboOption { value: hit.number, label: hit.name, detail, avatar: Some(avatar) }
}
