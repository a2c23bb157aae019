//! What a column of a file can say of a case.

use crate::account::choices;
use serde::{Deserialize, Serialize};

choices! {
    /// A part of a case that a column of a file fills.
    CaseColumn {
        /// The number it has in this installation.
        Number = "number" [],
        /// What it is about.
        Subject = "subject" [],
        /// Which kind.
        Kind = "kind" [],
        /// What it is sorted into.
        Category = "category" [],
        /// How urgent it is.
        Priority = "priority" [],
        /// How far it is.
        Status = "status" [],
        /// How it reached us.
        Channel = "channel" [],
        /// Name of the customer.
        Account = "account" [],
        /// Number of the customer in this installation.
        AccountNumber = "account_number" [],
        /// The id of the customer in the system the file came from.
        AccountId = "account_id" [],
        /// Who said it, by name: kept among what they are reached by.
        Person = "person" [],
        /// What somebody is reached by.
        Contact = "contact" [],
        /// The day it came in.
        CameOn = "came_on" [],
        /// The day it was solved.
        SolvedOn = "solved_on" [],
        /// What the customer said.
        Body = "body" [],
        /// What it came from.
        Cause = "cause" [],
        /// What was done about it.
        Solution = "solution" [],
    }
}
