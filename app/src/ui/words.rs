//! Wording that reaches the kit: the text type of its props and the small words it needs itself.
//! The shell provides one [`UiWords`] in the language of the page.

use std::sync::Arc;

use leptos::prelude::*;

/// A piece of wording. Never reactive: changing the language reloads the page.
pub type Text = Oco<'static, str>;

/// The kit's own small words, in the language of the page.
#[derive(Clone, Debug, Default)]
pub struct UiWords {
    /// Closes a dialog, sheet, banner or toast.
    pub close: Text,
    /// Leaves without doing anything.
    pub cancel: Text,
    /// Keeps what was typed.
    pub save: Text,
    /// Runs a failed step again.
    pub retry: Text,
    /// Takes the last action back.
    pub undo: Text,
    /// Goes back to the stored value of a field.
    pub revert: Text,
    /// Starts editing; read together with the label of the field.
    pub edit: Text,
    /// Mark behind the label of a field that may stay empty.
    pub optional: Text,
    /// Something is on its way.
    pub loading: Text,
    /// A field is being written.
    pub saving: Text,
    /// A field was written.
    pub saved: Text,
    /// Empties a search box or a choice.
    pub clear: Text,
    /// Takes one entry out; read together with its name.
    pub remove: Text,
    /// Opens the menu of a row or record.
    pub more: Text,
    /// Copies to the clipboard.
    pub copy: Text,
    /// The copy has been made.
    pub copied: Text,
    /// Shown before the code that ties an error to the server's log.
    pub reference: Text,
    /// Makes a password readable.
    pub show_password: Text,
    /// Hides a password again.
    pub hide_password: Text,
    /// Conflict: take the other person's value.
    pub use_theirs: Text,
    /// Conflict: keep the value just typed.
    pub keep_mine: Text,
    /// Label before the other person's value in a conflict.
    pub theirs: Text,
    /// Label before the value just typed in a conflict.
    pub mine: Text,
    /// Stands in for an empty value.
    pub empty_value: Text,
    /// Selects every row of a table.
    pub select_all: Text,
    /// Goes one step back.
    pub back: Text,
    /// Opens the native date picker.
    pub pick_date: Text,
    /// The currency part of an amount.
    pub currency: Text,
    /// Jumps over the navigation.
    pub skip_to_content: Text,
    /// Name of the main navigation.
    pub navigation: Text,
    /// Folds the sidebar to icons and back.
    pub toggle_sidebar: Text,
    /// Name of the place where messages appear.
    pub messages: Text,
    /// Says that a link leaves for another site or window.
    pub opens_new_tab: Text,
    /// Up: a figure rose.
    pub up: Text,
    /// Down: a figure fell.
    pub down: Text,
    /// An entry that is kept on top.
    pub pinned: Text,
    /// A step that is finished.
    pub step_done: Text,
    /// A step that needs attention.
    pub step_error: Text,
}

/// Provides the kit's small words to everything below.
pub fn provide_words(words: UiWords) {
    provide_context(Arc::new(words));
}

/// The kit's small words; empty ones where nobody provided any.
pub fn use_words() -> Arc<UiWords> {
    use_context::<Arc<UiWords>>().unwrap_or_default()
}

/// The text, or nothing when it is empty: as an attribute it is left out, as content it leaves the element
/// empty for the style sheet (an empty string would be written as a blank).
pub(crate) fn given(text: &Text) -> Option<Text> {
    (!text.is_empty()).then(|| text.clone())
}

/// The same for owned text out of a signal.
pub(crate) fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Class names joined by blanks, empty ones left out.
pub(crate) fn classes(names: &[&str]) -> String {
    let mut joined = String::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(name);
    }
    joined
}
