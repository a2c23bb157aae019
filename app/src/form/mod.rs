//! What every form for a new record is made of. Forms post without scripts; with them they say at once what is missing
//! and ask before typed text is left behind.

#[cfg(feature = "ssr")]
pub(crate) mod back;
mod fields;
mod guard;
mod linked;
mod operation;
mod parts;
mod press;
mod sending;

pub(crate) use fields::Fields;
pub(crate) use guard::guard;
pub(crate) use linked::{Linked, linked};
pub(crate) use operation::{fresh, operation};
pub(crate) use parts::{
    Line, added, area, choice, choices, keep_draft, line, line_with, number, owner, save_bar,
    summary,
};
pub(crate) use sending::Sending;
