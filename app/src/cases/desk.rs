//! The open case: what is shown of it, and what becomes of a change.

use super::api::{CaseScreen, delete_case, edit_case, open_case};
use crate::{
    boot::{Boot, use_boot},
    customers::record::is_typing,
    error::AppError,
    frame::{Changes, TakenOff, save_trouble, use_changes, use_heard},
    i18n::{Text, use_text, words},
    ui::{InlineState, Toasts, use_toasts},
};
use domain::{
    account::FieldEdit,
    case::{Case, CaseField, CaseStatus, Thread},
    failure::{Conflict, Failure},
    policy::{Action, Object},
};
use leptos::{prelude::*, task::spawn_local};

/// The open case. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub case: RwSignal<Case>,
    pub thread: RwSignal<Thread>,
    pub categories: StoredValue<Vec<String>>,
    pub text: Text,
    pub boot: StoredValue<Boot>,
    pub toasts: Toasts,
    changes: Changes,
    pub may_edit: bool,
    pub may_assign: bool,
    pub may_delete: bool,
    /// The dialog that asks what was done, and for which status.
    pub resolving: RwSignal<bool>,
    pub resolve_as: RwSignal<CaseStatus>,
    /// What became of the last change of the status.
    pub status: RwSignal<InlineState>,
}

impl Desk {
    pub(super) fn new(screen: CaseScreen) -> Self {
        let CaseScreen { case, thread, categories } = screen;
        let boot = use_boot();
        let may = |action| {
            boot.with_value(|boot| boot.viewed.is_none() && boot.may(action, Object::Case))
        };
        Self {
            case: RwSignal::new(case),
            thread: RwSignal::new(thread),
            categories: StoredValue::new(categories),
            text: use_text(),
            boot,
            toasts: use_toasts(),
            changes: use_changes(),
            may_edit: may(Action::Edit),
            may_assign: may(Action::Assign),
            may_delete: may(Action::Delete),
            resolving: RwSignal::new(false),
            resolve_as: RwSignal::new(CaseStatus::Resolved),
            status: RwSignal::new(InlineState::Rest),
        }
    }

    /// Shows a case as an answer has it, unless a later one came first.
    fn take(self, case: Case) {
        self.case.try_update(|shown| {
            if shown.version <= case.version {
                *shown = case;
            }
        });
    }

    /// Reads the case and its thread again; what is on show stays where that fails.
    pub(super) async fn reload(self) {
        let Some(number) = self.case.try_with_untracked(|case| case.number) else { return };
        if let Ok(screen) = open_case(number.to_string()).await {
            self.take(screen.case);
            self.thread.try_update(|shown| {
                // Older parts that were read already stay.
                let first = screen.thread.messages.first().map(|first| (first.at, first.id));
                let mut all: Vec<_> = shown
                    .messages
                    .drain(..)
                    .filter(|old| first.is_some_and(|first| (old.at, old.id) < first))
                    .collect();
                if all.is_empty() {
                    shown.older = screen.thread.older;
                }
                all.extend(screen.thread.messages);
                shown.messages = all;
            });
        }
    }

    /// A change by somebody else shows by itself. While something is typed the page stays as it is: the server asks when
    /// both changed the same.
    pub(super) fn follow(self) {
        let heard = use_heard(Object::Case);
        Effect::new(move |before: Option<u64>| {
            let now = heard.with(|heard| heard.count);
            let (id, version) = self.case.with_untracked(|case| (case.id, case.version));
            let news = heard.with(|heard| heard.is_news_of(id.0, |known| known <= version));
            if before.is_some_and(|before| before != now) && news && !is_typing() {
                spawn_local(self.reload());
            }
            now
        });
    }

    /// Sends some fields and shows what became of them; `done` hears whether it worked.
    pub(super) fn save_all(
        self,
        edits: Vec<(CaseField, String)>,
        state: RwSignal<InlineState>,
        done: impl FnOnce(bool) + 'static,
    ) {
        state.set(InlineState::Saving);
        let (number, id, seen) =
            self.case.with_untracked(|case| (case.number, case.id, case.version));
        let first = edits.first().map_or(CaseField::Subject, |(field, _)| *field);
        let edit = |(field, value): (CaseField, String)| FieldEdit {
            field: field.code().to_owned(),
            value,
        };
        let edits = edits.into_iter().map(edit).collect();
        spawn_local(async move {
            let answer = edit_case(number, id, seen, edits).await;
            done(answer.is_ok());
            match answer {
                Ok(case) => {
                    self.take(case);
                    state.try_set(InlineState::Saved);
                    self.changes.happened();
                }
                Err(error) => {
                    let outcome = self.refused(first, &error).await;
                    state.try_set(outcome);
                }
            }
        });
    }

    /// Sends one field.
    pub(super) fn save(self, field: CaseField, typed: String, state: RwSignal<InlineState>) {
        self.save_all(vec![(field, typed)], state, |_| ());
    }

    /// Says how far the case is. What is done says what was done: where nobody said so yet, it is asked.
    pub(super) fn go_to(self, status: CaseStatus) {
        let solution = self.case.with_untracked(|case| case.data.solution.clone());
        if !status.is_open() && solution.is_empty() {
            self.resolve_as.set(status);
            self.resolving.set(true);
        } else {
            self.save(CaseField::Status, status.code().to_owned(), self.status);
        }
    }

    async fn refused(self, field: CaseField, error: &AppError) -> InlineState {
        let message = match error {
            AppError::Failure(Failure::Conflict(conflict)) => {
                // From now on the other value is known: keeping one's own is based on it.
                self.reload().await;
                return self.conflict(field, conflict);
            }
            AppError::Failure(Failure::Invalid(errors)) => {
                let first = errors.0.first();
                let said = first.map(|(name, error)| words::form_error(self.text, name, error));
                said.unwrap_or_default()
            }
            other => save_trouble(self.text, other),
        };
        InlineState::Failed { message }
    }

    fn conflict(self, field: CaseField, conflict: &Conflict) -> InlineState {
        let Some(collision) = conflict.fields.first() else {
            return InlineState::Failed { message: self.text.failure_unavailable().to_owned() };
        };
        let label = words::case_field(self.text, field);
        InlineState::Conflict {
            theirs: self.show(field, &collision.theirs),
            message: self.text.conflict_field(label, &conflict.by),
        }
    }

    /// A stored value as people read it.
    pub(super) fn show(self, field: CaseField, raw: &str) -> String {
        self.boot.with_value(|boot| words::Values::of(boot).of_case(self.text, field, raw))
    }

    /// Off the lists, with a way back.
    pub(super) fn delete(self, gone: Callback<()>) {
        let (text, toasts, changes) = (self.text, self.toasts, self.changes);
        let (id, number) = self.case.with_untracked(|case| (case.id, case.number.to_string()));
        let said = text.toast_deleted(&number);
        let off = TakenOff { text, toasts, changes, gone };
        off.run(number, said, move |deleted| delete_case(id, deleted));
    }
}
