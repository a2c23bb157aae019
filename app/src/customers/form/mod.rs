//! The forms for new customers and persons. They post without scripts; with them they look for
//! duplicates, say at once what is missing, and ask before typed text is left behind.

mod account;
#[cfg(feature = "ssr")]
pub(crate) mod back;
mod duplicates;
mod fields;
mod guard;
pub(super) mod operation;
mod parts;
mod person;
mod press;

pub use account::NewAccount;
pub use person::NewPerson;
