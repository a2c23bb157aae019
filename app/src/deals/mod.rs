//! Deals: the board of a pipeline, the list, one deal and the form for a new one.

mod address;
pub mod api;
mod asking;
mod at_once;
mod board;
mod facts;
mod form;
mod lines;
mod list;
mod look;
mod narrowed;
mod of_record;
mod page;
mod people;
mod stages;
mod toolbar;

pub(crate) use address::list as list_address;
pub use board::BoardPage;
pub use form::NewOpportunity;
pub(crate) use form::currencies;
pub(crate) use lines::{as_text, problems};
pub use list::DealsPage;
pub(crate) use look::{marks, pipeline_name, stage_name};
pub(crate) use narrowed::{removable, said_days};
pub(crate) use of_record::of_record;
pub use page::OpportunityDetail;
