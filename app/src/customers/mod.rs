//! Customers and contact persons: list, detail, forms.

pub mod api;
pub(crate) mod choose;
mod form;
mod keys;
pub(crate) mod linked;
pub mod list;
pub mod merge;
pub(crate) mod pages;
pub(crate) mod record;
pub mod share;

pub use form::{NewAccount, NewPerson};
pub use list::List;
pub use merge::MergeRecords;
pub use pages::{AccountDetail, PersonDetail};
pub(crate) use record::{copy_text, reason};
