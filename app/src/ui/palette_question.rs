//! What is asked of the palette: answers may come late, and Enter never takes one to another question.

use leptos::prelude::*;

/// What was typed, and whether the results on show answer it.
#[derive(Clone, Copy)]
pub(super) struct Question {
    /// What stands in the field.
    typed: StoredValue<String>,
    /// What was handed over last, to be searched for.
    sent: StoredValue<String>,
    /// What the results answer.
    answered: Signal<String>,
    /// Enter was pressed before the answer was there; `true` asks for a new tab.
    held: StoredValue<Option<bool>>,
    /// Searches.
    ask: Callback<String>,
}

impl Question {
    /// Nothing typed yet; `answered` tells what the results on show answer, `ask` searches.
    pub(super) fn new(answered: Signal<String>, ask: Callback<String>) -> Self {
        Self {
            typed: StoredValue::new(String::new()),
            sent: StoredValue::new(String::new()),
            answered,
            held: StoredValue::new(None),
            ask,
        }
    }

    /// The palette was opened with an empty field.
    pub(super) fn begin(self) {
        self.typed(String::new());
        self.sent.set_value(String::new());
        self.ask.run(String::new());
    }

    /// The query the results answer; whoever reads it runs again with the next answer.
    pub(super) fn answered(self) -> String {
        self.answered.get()
    }

    /// The field changed: results on show no longer answer it, and an Enter before it is void.
    pub(super) fn typed(self, text: String) {
        self.typed.set_value(text);
        self.let_go();
    }

    /// Nothing waits any more.
    pub(super) fn let_go(self) {
        self.held.try_set_value(None);
    }

    /// Hands over what stands in the field, once.
    pub(super) fn send(self) {
        let typed = self.typed.get_value();
        if self.sent.get_value() != typed {
            self.sent.set_value(typed.clone());
            self.ask.run(typed);
        }
    }

    /// Whether the results on show answer something else than what stands in the field.
    pub(super) fn waiting(self) -> bool {
        let answered = self.answered.get_untracked();
        self.typed.with_value(|typed| *typed != answered)
    }

    /// Keeps Enter until the answer is there. Results of what was typed before are never taken.
    pub(super) fn hold(self, new_tab: bool) {
        self.held.set_value(Some(new_tab));
        self.send();
    }

    /// The Enter that waited, when the answer it waited for has come.
    pub(super) fn release(self) -> Option<bool> {
        if self.waiting() {
            return None;
        }
        let held = self.held.get_value();
        self.held.set_value(None);
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enter_waits_for_the_answer_to_what_was_typed() {
        let owner = Owner::new();
        owner.with(|| {
            let answered = RwSignal::new(String::new());
            let asked = RwSignal::new(Vec::new());
            let question = Question::new(
                answered.into(),
                Callback::new(move |text: String| asked.update(|all| all.push(text))),
            );
            question.begin();
            assert!(!question.waiting());
            question.typed("ac".to_owned());
            question.send();
            question.typed("acme".to_owned());
            question.hold(false);
            // The answer to the beginning is not the one that Enter meant.
            answered.set("ac".to_owned());
            assert!(question.waiting());
            assert_eq!(question.release(), None);
            answered.set("acme".to_owned());
            assert_eq!(question.release(), Some(false));
            assert_eq!(question.release(), None);
            assert_eq!(asked.get_untracked(), ["", "ac", "acme"]);
            // Typing on makes an earlier Enter void.
            question.typed("acme l".to_owned());
            question.hold(true);
            question.typed("acme".to_owned());
            assert_eq!(question.release(), None);
        });
    }
}
