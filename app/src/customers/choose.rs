//! Looking customers and persons up while typing, for fields that link to them.

use crate::{
    palette::api::find,
    ui::{AvatarKind, ComboOption},
};
use domain::list::Hit;
use leptos::{prelude::*, task::spawn_local};

/// Fills `options` with customers that match what was typed.
pub(crate) fn company_options(
    typed: String,
    options: RwSignal<Vec<ComboOption>>,
    loading: RwSignal<bool>,
) {
    fill(typed, false, options, loading);
}

/// Fills `options` with persons that match what was typed.
pub(crate) fn person_options(
    typed: String,
    options: RwSignal<Vec<ComboOption>>,
    loading: RwSignal<bool>,
) {
    fill(typed, true, options, loading);
}

/// The customer with this number, if the caller may see one.
pub(crate) async fn company_of(number: String) -> Option<Hit> {
    if number.is_empty() {
        return None;
    }
    let hits = find(number.clone()).await.ok()?;
    hits.into_iter().find(|hit| !hit.is_person && hit.number == number)
}

fn fill(typed: String, person: bool, options: RwSignal<Vec<ComboOption>>, loading: RwSignal<bool>) {
    if typed.trim().is_empty() {
        options.set(Vec::new());
        return;
    }
    loading.set(true);
    spawn_local(async move {
        // Without an answer there is nothing to choose; typing on asks again.
        let hits = find(typed).await.unwrap_or_default();
        loading.try_set(false);
        options
            .try_set(hits.into_iter().filter(|hit| hit.is_person == person).map(option).collect());
    });
}

/// A hit as something to choose.
pub(crate) fn option(hit: Hit) -> ComboOption {
    let avatar = if hit.is_person { AvatarKind::Person } else { AvatarKind::Company };
    let detail = super::list::joined(&[&hit.detail, &hit.number]);
    ComboOption { value: hit.number, label: hit.name, detail, avatar: Some(avatar) }
}
