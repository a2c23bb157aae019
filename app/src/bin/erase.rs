//! Removing a record for good before its days in the bin are over: asked first, and with a fresh proof.

use super::{api::erase_from_bin, row::Row, rows::Rows};
use crate::{
    boot::use_boot,
    frame::save_trouble,
    ui::{ConfirmDialog, IconButton},
};
use domain::policy::Action;
use leptos::prelude::*;

/// The button of a row, for those who may.
pub(super) fn button(rows: Rows, row: &Row) -> Option<AnyView> {
    let may = use_boot().with_value(|boot| boot.may(Action::Erase, row.kind.object()));
    let label = rows.text.bin_erase_name(&row.name);
    let row = row.clone();
    may.then(|| {
        view! {
            <IconButton
                icon="trash-2"
                label=label
                on_click=move |_| rows.erasing.set(Some(row.clone()))
            />
        }
        .into_any()
    })
}

/// The question, while there is one.
pub(super) fn dialog(rows: Rows) -> AnyView {
    (move || rows.erasing.get().map(|row| question(rows, row))).into_any()
}

fn question(rows: Rows, row: Row) -> AnyView {
    let text = rows.text;
    let open = RwSignal::new(true);
    let title = text.bin_erase_title(&row.name);
    let erase = move |()| {
        open.set(false);
        send(rows, row.clone());
    };
    view! {
        <ConfirmDialog
            id="erase"
            open=open
            title=title
            body=text.bin_erase_body()
            action=text.bin_erase()
            on_confirm=erase
        />
    }
    .into_any()
}

fn send(rows: Rows, row: Row) {
    if rows.busy.get_untracked().is_some() {
        return;
    }
    let (kind, id) = (row.kind, row.id);
    rows.busy.set(Some(id));
    rows.confirming.call(
        move || erase_from_bin(kind, id),
        move |answer| {
            rows.busy.try_set(None);
            match answer {
                Ok(()) => {
                    rows.toasts.done(rows.text.bin_erased(&row.name));
                    rows.take_off(id);
                }
                Err(error) => {
                    rows.toasts.error(save_trouble(rows.text, &error));
                }
            }
        },
    );
}
