//! The ticked deals of the list: put in somebody's charge, or into the bin, each with the way back.

use crate::{
    boot::use_boot,
    customers::list::{Ticked, assigning, delete_button, put},
    frame::{focus_title, save_trouble, use_changes},
    i18n::use_text,
    ui::{BulkBar, RowSelection, use_toasts},
};
use domain::bin::BinKind;
use leptos::{prelude::*, task::spawn_local};

const KIND: BinKind = BinKind::Opportunities;

/// The bar that takes the toolbar's place while rows are ticked.
pub(super) fn bar(selection: RowSelection) -> AnyView {
    let text = use_text();
    let (changes, toasts, busy) = (use_changes(), use_toasts(), RwSignal::new(false));
    let [assign, dialog] = assigning(Ticked {
        selection,
        kind: Signal::stored(KIND),
        by_tag: Signal::stored(false),
        owners: Callback::new(move |_| changes.happened()),
    });
    let restore = move |ids: Vec<String>| {
        spawn_local(async move {
            if let (_, Some(error)) = put(ids, KIND, false).await {
                toasts.error(save_trouble(text, &error));
            }
            changes.happened();
        });
    };
    let delete = Callback::new(move |()| {
        let ids: Vec<String> = untrack(|| selection.chosen()).into_iter().collect();
        busy.set(true);
        spawn_local(async move {
            let (done, error) = put(ids, KIND, true).await;
            busy.try_set(false);
            if let Some(error) = error {
                toasts.error(save_trouble(text, &error));
            }
            if done.is_empty() {
                return;
            }
            if busy.try_get_untracked().is_some() {
                selection.clear();
                // The bar with the button is gone.
                focus_title();
            }
            changes.happened();
            let count = i64::try_from(done.len()).unwrap_or(i64::MAX);
            toasts.undo(text.toast_deleted_many_deals(count), move || restore(done.clone()));
        });
    });
    let count = Signal::derive(move || {
        text.list_selected(i64::try_from(selection.count()).unwrap_or(i64::MAX))
    });
    let object = Signal::stored(KIND.object());
    view! {
        <BulkBar selection=selection text=count>
            {assign}
            {delete_button(use_boot(), object, busy, delete)}
        </BulkBar>
        {dialog}
    }
    .into_any()
}
