//! The forms for new customers and persons, which look for duplicates while somebody types.

mod account;
mod duplicates;
mod person;

pub use account::NewAccount;
pub use person::NewPerson;
