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
    pub on_save: Callback<String>,
}

impl InlineEdit {
    /// True while what shows is the typed text and not the stored value.
    pub fn pending(self) -> bool {
        self.state.with(|state| !matches!(state, InlineState::Rest | InlineState::Saved))
    }

    /// Starts editing with the typed text of a failed attempt, or the stored value.
    pub fn begin(self) {
        let resume = self.state.with_untracked(|state| {
            matches!(state, InlineState::Failed { .. } | InlineState::Conflict { .. })
        });
        if !resume {
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
        let failed = self.state.with_untracked(|state| matches!(state, InlineState::Failed { .. }));
        if draft != self.value.get_untracked() {
            self.on_save.run(draft);
        } else if failed {
            self.state.set(InlineState::Rest);
        }
    }

    /// Ends editing and forgets what was typed.
    pub fn revert(self) {
        self.editing.set(false);
        self.state.set(InlineState::Rest);
    }

    /// Sends the typed text again.
    pub fn retry(self) {
        self.on_save.run(self.draft.get_untracked());
    }
}
