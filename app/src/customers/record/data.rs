//! The record that a page is about, of whichever kind it is.

use domain::{account::Account, opportunity::Opportunity, person::Person};
use leptos::prelude::*;

/// The record itself.
#[derive(Clone, Copy)]
pub(crate) enum Data {
    /// A customer.
    Account(RwSignal<Account>),
    /// A person.
    Person(RwSignal<Person>),
    /// A deal.
    Opportunity(RwSignal<Opportunity>),
}

impl Data {
    /// `C-1042`, `P-7` or `D-5`; nothing once the page is gone.
    pub(super) fn number(self) -> Option<String> {
        match self {
            Self::Account(data) => data.try_with_untracked(|data| data.number.to_string()),
            Self::Person(data) => data.try_with_untracked(|data| data.number.to_string()),
            Self::Opportunity(data) => data.try_with_untracked(|data| data.number.to_string()),
        }
    }
}
