//! Looking customers and persons up while typing, for fields that link to them.

use crate::{
    palette::{api::find, avatar},
    ui::ComboOption,
};
use domain::hit::{Hit, HitKind};
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
    /// What is looked for.
    kind: HitKind,
}

impl Lookup {
    /// Looks for customers.
    pub(crate) fn companies() -> Self {
        Self::new(HitKind::Account)
    }

    /// Looks for persons.
    pub(crate) fn people() -> Self {
        Self::new(HitKind::Person)
    }

    fn new(kind: HitKind) -> Self {
        let (options, loading) = (RwSignal::new(Vec::new()), RwSignal::new(false));
        Self { options, loading, latest: StoredValue::new(0), kind }
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
            let hits = find(typed, Some(self.kind)).await.unwrap_or_default();
            if self.latest.try_get_value() == Some(query) {
                self.loading.try_set(false);
                self.options.try_set(hits.into_iter().map(option).collect());
            }
        });
    }
}

/// The customer with this number, if the caller may see one.
pub(crate) async fn company_of(number: String) -> Option<Hit> {
    numbered(number, HitKind::Account).await
}

/// The person with this number, if the caller may see one.
pub(crate) async fn person_of(number: String) -> Option<Hit> {
    numbered(number, HitKind::Person).await
}

async fn numbered(number: String, kind: HitKind) -> Option<Hit> {
    if number.is_empty() {
        return None;
    }
    let hits = find(format!("#{number}"), Some(kind)).await.ok()?;
    hits.into_iter().find(|hit| hit.number == number)
}

/// A hit as something to choose.
pub(crate) fn option(hit: Hit) -> ComboOption {
    let avatar = avatar(hit.kind);
    let detail = super::list::joined(&[&hit.detail, &hit.number]);
    ComboOption { value: hit.number, label: hit.name, detail, avatar }
}
