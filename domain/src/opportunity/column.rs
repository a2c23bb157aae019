//! What a column of a file can say of a deal.

use crate::account::choices;
use serde::{Deserialize, Serialize};

choices! {
    /// A part of a deal that a column of a file fills.
    DealColumn {
        /// The number it has in this installation.
        Number = "number" [],
        /// What it is about.
        Name = "name" [],
        /// Name of the customer.
        Account = "account" [],
        /// Number of the customer in this installation.
        AccountNumber = "account_number" [],
        /// Name of whom one talks to there.
        Person = "person" [],
        /// Name of the pipeline.
        Pipeline = "pipeline" [],
        /// Name or kind of the stage.
        Stage = "stage" [],
        /// What it is worth.
        Value = "value" [],
        /// In which currency.
        Currency = "currency" [],
        /// The day it is expected to be won.
        ExpectedClose = "expected_close" [],
        /// The day it began.
        Began = "began" [],
        /// The day it was won or lost; of an open one the day it is expected to be.
        Closed = "closed" [],
        /// Why it was won or lost.
        Reason = "close_reason" [],
        /// What is to be said about that.
        ClosingNote = "close_note" [],
        /// What is to be done next.
        NextStep = "next_step" [],
        /// On which day.
        NextStepOn = "next_step_on" [],
        /// Where it came from.
        Source = "source" [],
        /// What is on offer, by code or name, one a line.
        Products = "products" [],
    }
}
