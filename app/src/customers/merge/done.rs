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
use domain::{
    account::AccountField, failure::Failure, id::MergeId, merge::MergeKind, person::PersonField,
};
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
        let named = untrack(|| desk.from(name_of(kind)));
        let sheet_now = desk.sheet();
        let Some((kept, named)) = sheet_now.sides.get(kept).zip(sheet_now.sides.get(named)) else {
            return;
        };
        let (number, name) = (kept.number.clone(), named.name.clone());
        chosen.busy.set(true);
        chosen.notice.set(None);
        spawn_local(async move {
            let answer = merge_records(kind, draft).await;
            chosen.busy.try_set(false);
            match answer {
                Ok(merge) => {
                    changes.happened();
                    let parts = Parting { text, toasts, changes, kind };
                    toasts.undo(text.toast_merged(&name), move || parts.start(merge));
                    leave.try_run(format!("{}/{number}", folder(kind == MergeKind::People)));
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

/// The field that a record is called by.
const fn name_of(kind: MergeKind) -> &'static str {
    match kind {
        MergeKind::Accounts => AccountField::Name.code(),
        MergeKind::People => PersonField::FullName.code(),
    }
}

/// Parts what was merged, and has the page on show read again.
#[derive(Clone, Copy)]
pub(crate) struct Parting {
    text: Text,
    toasts: Toasts,
    changes: Changes,
    kind: MergeKind,
}

impl Parting {
    pub(crate) fn new(text: Text, kind: MergeKind) -> Self {
        Self { text, toasts: use_toasts(), changes: use_changes(), kind }
    }

    /// Parts the records of one merge.
    pub(crate) fn start(self, merge: MergeId) {
        let Self { text, toasts, changes, kind } = self;
        spawn_local(async move {
            match split_records(kind, merge).await {
                Ok(()) => {
                    changes.happened();
                    changes.renew();
                    toasts.done(text.toast_split());
                }
                Err(AppError::Failure(Failure::Conflict(_))) => {
                    toasts.error(text.merge_later().to_owned());
                }
                Err(error) => {
                    toasts.error(save_trouble(text, &error));
                }
            }
        });
    }
}
