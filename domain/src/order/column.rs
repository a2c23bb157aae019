//! What a column of a file can say of an order.

use crate::account::choices;
use serde::{Deserialize, Serialize};

choices! {
    /// A part of an order that a column of a file fills. Rows with the number of one order are its lines.
    OrderColumn {
        /// The number it has in this installation.
        Number = "number" [],
        /// Name of the customer.
        Account = "account" [],
        /// Number of the customer in this installation.
        AccountNumber = "account_number" [],
        /// The id of the customer in the system the file came from.
        AccountId = "account_id" [],
        /// The day it was placed.
        OrderedOn = "ordered_on" [],
        /// What was bought, by code or name.
        Product = "product" [],
        /// How many.
        Quantity = "quantity" [],
        /// Price of a piece, where the row says no amount.
        Price = "price" [],
        /// What the line comes to.
        Amount = "amount" [],
        /// In which currency.
        Currency = "currency" [],
        /// How far it is.
        Status = "status" [],
        /// What is to be said about it.
        Note = "note" [],
    }
}
