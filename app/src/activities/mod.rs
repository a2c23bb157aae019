//! Activities on screen: putting down calls, visits, meetings and tasks, what is planned, one's own day, and the bell.

mod address;
pub mod api;
mod bell;
mod changes;
mod day;
mod editing;
mod finishing;
mod form;
mod list;
mod look;
mod planned;

pub(crate) use address::list as list_address;
pub(crate) use bell::Bell;
pub(crate) use changes::{Changes, may, menu};
pub(crate) use day::my_day_card;
pub(crate) use editing::Editing;
pub(crate) use finishing::Finishing;
pub(crate) use form::log_form;
pub use list::ActivitiesPage;
pub(crate) use look::{href, icon};
pub(crate) use planned::{Place, planned};
