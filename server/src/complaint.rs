//! What the administrator at the terminal is told when a command cannot go on: one sentence with
//! the remedy, never a trace of the program.

use std::fmt;
use store::{OpenError, StoreError};

/// A sentence for the terminal.
#[derive(Debug)]
pub struct Complaint(String);

impl Complaint {
    /// The sentence, remedy included.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Complaint {}

impl From<OpenError> for Complaint {
    fn from(error: OpenError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<StoreError> for Complaint {
    fn from(error: StoreError) -> Self {
        Self::new(match error {
            StoreError::Refused(failure) => format!("refused: {failure}"),
            StoreError::Unavailable(cause) => {
                format!("the database did not answer: {cause}. Try again in a moment")
            }
            other => format!("{other}. Run `rapport doctor` and keep this line for the report"),
        })
    }
}

impl From<std::io::Error> for Complaint {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}
