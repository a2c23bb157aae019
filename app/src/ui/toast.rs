//! Short messages about what was just done, with a way to take it back.
//! This is the list and who may add to it; `toast_host` draws it.

use leptos::prelude::*;

use super::{Text, Tone};

/// How long a message with a timer stays, in milliseconds.
pub const TOAST_MS: u32 = 8_000;

/// One message.
#[derive(Clone, Debug)]
pub struct Toast {
    /// Its place in the order of messages.
    pub id: u64,
    /// What it means; errors are spoken at once and stay.
    pub tone: Tone,
    /// Past tense, with the name of the object.
    pub message: Text,
    /// The one thing to do about it. An empty label stands for "Undo".
    pub action: Option<(Text, Callback<()>)>,
    /// Leaves by itself after [`TOAST_MS`].
    pub timed: bool,
}

/// Adds and removes messages. Copy it into handlers freely.
#[derive(Clone, Copy, Debug)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u64>,
    /// Counts changes of the top layer, after which the messages must be brought to its top again.
    layer: RwSignal<u32>,
}

impl Toasts {
    fn new() -> Self {
        Self { list: RwSignal::default(), next: StoredValue::new(1), layer: RwSignal::new(0) }
    }

    /// Something was done that cannot be seen otherwise.
    pub fn done(self, message: impl Into<Text>) -> u64 {
        self.push(Tone::Ok, message.into(), None, true)
    }

    /// Something was done that can be taken back for as long as the message shows.
    pub fn undo(self, message: impl Into<Text>, undo: impl Into<Callback<()>>) -> u64 {
        self.push(Tone::Neutral, message.into(), Some((Text::default(), undo.into())), true)
    }

    /// Something was done and there is a next step.
    pub fn action(
        self,
        message: impl Into<Text>,
        label: impl Into<Text>,
        run: impl Into<Callback<()>>,
    ) -> u64 {
        self.push(Tone::Neutral, message.into(), Some((label.into(), run.into())), true)
    }

    /// Something failed that has no place of its own on the page. Stays until closed.
    pub fn error(self, message: impl Into<Text>) -> u64 {
        self.push(Tone::Bad, message.into(), None, false)
    }

    /// Takes a message away.
    pub fn dismiss(self, id: u64) {
        self.list.try_update(|list| list.retain(|toast| toast.id != id));
    }

    /// Takes away what only tells that something was done. Whoever opens a dialog has gone on, and it would lie over
    /// the dialog's fields.
    pub(crate) fn gone_on(self) {
        self.list.try_update(|list| {
            list.retain(|toast| toast.tone != Tone::Ok || toast.action.is_some());
        });
    }

    /// Whether a message shows whose action can be taken back.
    #[must_use]
    pub fn can_undo(self) -> bool {
        self.last_undo().is_some()
    }

    /// Takes back what the newest message that offers it is about.
    pub fn undo_last(self) {
        if let Some((id, run)) = self.last_undo() {
            self.dismiss(id);
            run.run(());
        }
    }

    fn last_undo(self) -> Option<(u64, Callback<()>)> {
        self.list_untracked().into_iter().rev().find_map(|toast| match toast.action {
            // An empty label stands for "Undo".
            Some((label, run)) if label.is_empty() => Some((toast.id, run)),
            _ => None,
        })
    }

    /// What shows now, oldest first.
    pub fn list(self) -> Vec<Toast> {
        self.list.get()
    }

    pub(crate) fn list_untracked(self) -> Vec<Toast> {
        self.list.try_get_untracked().unwrap_or_default()
    }

    /// A dialog came or went.
    pub(crate) fn layer_changed(self) {
        self.layer.try_update(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn track_layer(self) {
        self.layer.track();
    }

    fn push(
        self,
        tone: Tone,
        message: Text,
        action: Option<(Text, Callback<()>)>,
        timed: bool,
    ) -> u64 {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.list.update(|list| {
            // Three at most: the oldest that would leave by itself goes first.
            if list.len() >= 3 {
                let at = list.iter().position(|toast| toast.timed).unwrap_or(0);
                list.remove(at);
            }
            list.push(Toast { id, tone, message, action, timed });
        });
        id
    }
}

/// Provides the messages; call once in the app, above the shell.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts::new();
    provide_context(toasts);
    toasts
}

/// The messages of the page; a list that nobody sees where none was provided.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(Toasts::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_action_that_can_be_taken_back_is_taken_back() {
        let owner = Owner::new();
        owner.with(|| {
            let toasts = Toasts::new();
            let undone = RwSignal::new(Vec::new());
            assert!(!toasts.can_undo());
            toasts.undo("first", move || undone.update(|all| all.push(1)));
            toasts.undo("second", move || undone.update(|all| all.push(2)));
            toasts.action("third", "Open", || ());
            toasts.undo_last();
            toasts.undo_last();
            toasts.undo_last();
            assert_eq!(undone.get_untracked(), [2, 1]);
            assert_eq!(toasts.list_untracked().len(), 1);
        });
    }

    #[test]
    fn a_dialog_takes_the_place_of_what_only_tells() {
        let owner = Owner::new();
        owner.with(|| {
            let toasts = Toasts::new();
            toasts.done("saved");
            let undo = toasts.undo("deleted", || ());
            let error = toasts.error("not saved");
            toasts.gone_on();
            let left: Vec<u64> = toasts.list_untracked().iter().map(|toast| toast.id).collect();
            assert_eq!(left, [undo, error]);
        });
    }
}
