//! What an inline field is doing, and the few moves between those states.
//! Typed text is never thrown away: a failed or conflicting save keeps it.

use leptos::prelude::*;

/// What happened to the last change of an inline field. The caller sets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum InlineState {
    /// Shows the stored value.
    #[default]
    Rest,
    /// The change is on its way.
    Saving,
    /// The change is stored; set the value together with this.
    Saved,
    /// The change was refused or lost; the typed text stays.
    Failed {
        /// What happened and what to do.
        message: String,
    },
    /// Somebody else changed the same field.
    Conflict {
        /// The other person's value, as shown.
        theirs: String,
        /// Who changed what, as a sentence.
        message: String,
    },
}

/// The moving parts of one inline field.
#[derive(Clone, Copy)]
pub(crate) struct InlineEdit {
    pub value: Signal<String>,
    pub state: RwSignal<InlineState>,
    pub editing: RwSignal<bool>,
    pub draft: RwSignal<String>,
    /// What was sent last.
    pub sent: StoredValue<String>,
    /// Leaving the control does not save.
    pub deliberate: bool,
    pub on_save: Callback<String>,
}

impl InlineEdit {
    /// True while what shows is the typed text and not the stored value.
    pub fn pending(self) -> bool {
        self.state.with(|state| !matches!(state, InlineState::Rest | InlineState::Saved))
    }

    /// Starts editing: with what was typed as long as that is not stored, else with the value.
    pub fn begin(self) {
        if !untrack(|| self.pending()) {
            self.draft.set(self.value.get_untracked());
        }
        self.editing.set(true);
    }

    /// Ends editing and saves if something changed.
    pub fn commit(self) {
        // Leaving the page also blurs the control; then there is nothing left to save into.
        if self.editing.try_get_untracked() != Some(true) {
            return;
        }
        self.editing.set(false);
        let draft = self.draft.get_untracked();
        let saving = self.state.with_untracked(|state| *state == InlineState::Saving);
        let known = if saving { self.sent.get_value() } else { self.value.get_untracked() };
        if draft != known {
            self.send(draft);
        } else if !saving && untrack(|| self.pending()) {
            self.state.set(InlineState::Rest);
        }
    }

    /// The focus went elsewhere. A choice with side effects stays open until it is saved or
    /// dropped.
    pub fn leave(self) {
        if self.editing.try_get_untracked() != Some(true) {
            return;
        }
        if !self.deliberate {
            self.commit();
        } else if self.draft.get_untracked() == self.value.get_untracked() {
            self.editing.set(false);
        }
    }

    /// Ends editing and forgets what was typed.
    pub fn revert(self) {
        self.editing.set(false);
        self.state.set(InlineState::Rest);
    }

    /// Sends the typed text again.
    pub fn retry(self) {
        self.send(self.draft.get_untracked());
    }

    fn send(self, typed: String) {
        self.sent.set_value(typed.clone());
        self.on_save.run(typed);
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    /// A field that shows "a", and what it saved so far.
    fn field(deliberate: bool, run: impl FnOnce(InlineEdit, RwSignal<Vec<String>>)) {
        let owner = Owner::new();
        owner.with(|| {
            let saved = RwSignal::new(Vec::new());
            let state = RwSignal::new(InlineState::Rest);
            let edit = InlineEdit {
                value: Signal::stored("a".to_owned()),
                state,
                editing: RwSignal::new(false),
                draft: RwSignal::new("a".to_owned()),
                sent: StoredValue::new(String::new()),
                deliberate,
                on_save: Callback::new(move |typed| {
                    state.set(InlineState::Saving);
                    saved.update(|saved| saved.push(typed));
                }),
            };
            run(edit, saved);
        });
        owner.unset_with_forced_cleanup();
    }

    fn type_in(edit: InlineEdit, text: &str) {
        edit.begin();
        edit.draft.set(text.to_owned());
    }

    #[test]
    fn opening_a_field_that_is_being_saved_keeps_what_was_typed() {
        field(false, |edit, saved| {
            type_in(edit, "b");
            edit.commit();
            edit.begin();
            assert_eq!(edit.draft.get_untracked(), "b");
            // Nothing new: it is not sent twice.
            edit.commit();
            assert_eq!(saved.get_untracked(), ["b"]);
        });
    }

    #[test]
    fn leaving_saves_a_plain_field_and_keeps_a_deliberate_one_open() {
        field(false, |edit, saved| {
            type_in(edit, "b");
            edit.leave();
            assert_eq!(saved.get_untracked(), ["b"]);
        });
        field(true, |edit, saved| {
            type_in(edit, "b");
            edit.leave();
            assert!(edit.editing.get_untracked());
            assert!(saved.get_untracked().is_empty());
            edit.draft.set("a".to_owned());
            edit.leave();
            assert!(!edit.editing.get_untracked());
        });
    }

    #[test]
    fn going_back_to_the_stored_value_ends_a_conflict() {
        field(false, |edit, saved| {
            type_in(edit, "b");
            edit.commit();
            let (theirs, message) = ("c".to_owned(), String::new());
            edit.state.set(InlineState::Conflict { theirs, message });
            type_in(edit, "a");
            edit.commit();
            assert_eq!(edit.state.get_untracked(), InlineState::Rest);
            assert_eq!(saved.get_untracked(), ["b"]);
        });
    }
}
