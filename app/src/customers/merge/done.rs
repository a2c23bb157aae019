//! Sending a merge and what follows: the way back, and another look where somebody was faster.

use super::{
    Sheet,
    api::{merge_records, split_records},
    folder,
    state::Desk,
};
use crate::{
    error::AppError,
    frame::{Changes, save_trouble, use_changes},
    i18n::{Text, words},
    ui::{Toasts, use_toasts},
};
use domain::{bin::BinKind, failure::Failure, id::MergeId};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Makes one record of those on the screen and leads to it.
pub(super) fn merger(desk: Desk, sheet: Sheet) -> Callback<()> {
    let (toasts, changes) = (use_toasts(), use_changes());
    let navigate = use_navigate();
    let leave = Callback::new(move |page: String| navigate(&page, NavigateOptions::default()));
    Callback::new(move |()| {
        let (text, chosen, kind) = (desk.text, desk.chosen, desk.kind());
        if chosen.busy.get_untracked() {
            return;
        }
        let (draft, kept) = untrack(|| (desk.draft(), desk.kept()));
        let Some((number, name)) =
            desk.sheet().sides.get(kept).map(|side| (side.number.clone(), side.name.clone()))
        else {
            return;
        };
        chosen.busy.set(true);
        chosen.notice.set(None);
        spawn_local(async move {
            let answer = merge_records(kind, draft).await;
            chosen.busy.try_set(false);
            match answer {
                Ok(merge) => {
                    changes.happened();
                    let after = Split { text, toasts, changes, kind, merge };
                    toasts.undo(text.toast_merged(&name), move || after.start());
                    leave.try_run(format!("{}/{number}", folder(kind == BinKind::People)));
                }
                Err(AppError::Failure(Failure::Conflict(_))) => {
                    // The newest values come, and every choice that was made stays.
                    chosen.notice.try_set(Some(text.merge_changed().to_owned()));
                    sheet.refetch();
                }
                Err(AppError::Failure(Failure::Invalid(errors))) => {
                    let said = errors.0.first();
                    let said = said.map(|(name, error)| words::form_error(text, name, error));
                    chosen.notice.try_set(said);
                }
                Err(error) => {
                    toasts.error(save_trouble(text, &error));
                }
            }
        });
    })
}

/// Parts what was merged, and has the pages on show read again.
#[derive(Clone, Copy)]
struct Split {
    text: Text,
    toasts: Toasts,
    changes: Changes,
    kind: BinKind,
    merge: MergeId,
}

impl Split {
    fn start(self) {
        let Self { text, toasts, changes, kind, merge } = self;
        spawn_local(async move {
            match split_records(kind, merge).await {
                Ok(()) => {
                    changes.happened();
                    changes.renew();
                    toasts.done(text.toast_split());
                }
                Err(error) => {
                    toasts.error(save_trouble(text, &error));
                }
            }
        });
    }
}

/// Parts records again.
pub(crate) fn split(text: Text, kind: BinKind, merge: MergeId) -> Callback<()> {
    let split = Split { text, toasts: use_toasts(), changes: use_changes(), kind, merge };
    Callback::new(move |()| split.start())
}
