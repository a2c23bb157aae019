//! The ticked rows of a list go into the bin, and come out of it again.

use crate::{
    boot::Boot,
    customers::api::{delete_accounts, delete_people, restore_accounts, restore_people},
    deals::api::{delete_opportunities, restore_opportunities},
    error::AppError,
    i18n::{use_text, words},
    ui::{Button, Size, Variant},
};
use domain::{
    bin::{AT_ONCE, BinKind},
    failure::Failure,
    policy::{Action, Object},
};
use leptos::prelude::*;
use std::str::FromStr;

/// The button of the bar; for whoever may not it says why.
pub(crate) fn delete_button(
    boot: StoredValue<Boot>,
    object: Signal<Object>,
    busy: RwSignal<bool>,
    delete: Callback<()>,
) -> AnyView {
    let text = use_text();
    let reason = Memo::new(move |_| {
        let object = object.get();
        let missing = boot.with_value(|boot| {
            let needed = [Action::Delete, Action::BulkEdit];
            needed.into_iter().find(|action| !boot.may(*action, object))
        });
        missing.map_or_else(String::new, |action| {
            words::failure(text, &Failure::Denied { action, object })
        })
    });
    let button = move || {
        view! {
            <Button
                variant=Variant::Danger
                size=Size::Sm
                icon="trash-2"
                loading=busy
                disabled_reason=reason.get()
                on_click=move |_| delete.run(())
            >
                {text.bulk_delete()}
            </Button>
        }
    };
    button.into_any()
}

/// Into the bin, or out of it, in parts that one call takes. Answers the ids it was done for, and
/// why not for the others.
pub(crate) async fn put(
    ids: Vec<String>,
    kind: BinKind,
    deleted: bool,
) -> (Vec<String>, Option<AppError>) {
    let mut done = Vec::new();
    for part in ids.chunks(AT_ONCE) {
        let answer = match (kind, deleted) {
            (BinKind::People, true) => delete_people(read(part)).await,
            (BinKind::People, false) => restore_people(read(part)).await,
            (BinKind::Opportunities, true) => delete_opportunities(read(part)).await,
            (BinKind::Opportunities, false) => restore_opportunities(read(part)).await,
            (_, true) => delete_accounts(read(part)).await,
            (_, false) => restore_accounts(read(part)).await,
        };
        match answer {
            Ok(_) => done.extend_from_slice(part),
            Err(error) => return (done, Some(error)),
        }
    }
    (done, None)
}

fn read<Id: FromStr>(ids: &[String]) -> Vec<Id> {
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}
