//! Activities on screen: putting down calls, visits, meetings and tasks, what is planned, one's own day, and the bell.

pub mod api;
mod bell;
mod day;
mod editing;
mod finishing;
mod form;
mod look;
mod planned;

pub(crate) use bell::bell;
pub(crate) use day::my_day_card;
pub(crate) use editing::Editing;
pub(crate) use finishing::Finishing;
pub(crate) use form::{kind_word, log_form};
pub(crate) use look::{icon, said};
pub(crate) use planned::{Place, planned};
