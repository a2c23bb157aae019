//! The thread of a case: what the customer said, what was answered, and notes among colleagues.

use crate::{
    account::{REMARK_CHARS, choices},
    field::{FieldError, FormErrors},
    id::{CaseMessageId, UserId},
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};

choices! {
    /// Who says something to whom.
    MessageKind {
        /// The customer to us.
        Customer = "customer" [],
        /// We to the customer.
        Answer = "answer" [],
        /// Among colleagues: no customer reads it.
        Note = "note" [],
    }
}

/// What is written into a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageDraft {
    /// Who says it to whom.
    pub kind: MessageKind,
    /// One to [`REMARK_CHARS`] characters.
    pub body: String,
}

impl MessageDraft {
    /// Reads what was typed.
    ///
    /// # Errors
    /// Under `kind` and `body`.
    pub fn parse(kind: &str, body: &str) -> Result<Self, FormErrors> {
        let mut errors = FormErrors::default();
        let kind = errors.take("kind", MessageKind::parse(kind)).unwrap_or(MessageKind::Note);
        let body =
            text::paragraph(body, REMARK_CHARS).and_then(|text| text.ok_or(FieldError::Required));
        let body = errors.take("body", body).unwrap_or_default();
        errors.into_result(Self { kind, body })
    }
}

/// One entry of a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Identity.
    pub id: CaseMessageId,
    /// Who says it to whom.
    pub kind: MessageKind,
    /// What.
    pub body: String,
    /// When it was written down.
    pub at: Instant,
    /// By which colleague; nobody for what a customer wrote on a page of ours.
    pub by: UserId,
    /// The name of that colleague as it is now; empty for nobody.
    pub by_name: String,
}

/// Where a thread goes on: before this entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadPlace {
    /// When it was written.
    pub at: Instant,
    /// Its id.
    pub id: CaseMessageId,
}

/// A part of a thread, in the order it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The entries, the oldest first.
    pub messages: Vec<Message>,
    /// Where older ones go on, if there are any.
    pub older: Option<ThreadPlace>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_something_to_somebody() {
        let draft = MessageDraft::parse("answer", " We are on it.\n\n").unwrap();
        assert_eq!((draft.kind, draft.body.trim()), (MessageKind::Answer, "We are on it."));
        let errors = MessageDraft::parse("shout", "  ").unwrap_err();
        let names: Vec<&str> = errors.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["kind", "body"]);
        assert!(MessageDraft::parse("note", &"x".repeat(REMARK_CHARS + 1)).is_err());
    }
}
