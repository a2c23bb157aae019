//! Cases, which people call feedback: the list, one case with its thread beside that list, the form for a new one, and what
//! stands of them on customers and persons.

mod address;
pub mod api;
mod desk;
mod facts;
mod form;
mod list;
mod look;
mod of_record;
mod page;
mod pane;
mod replies;
mod resolve;
mod thread;

pub(crate) use address::list as list_address;
pub use form::NewCase;
pub use list::CasesPage;
pub(crate) use look::{kind_icon, status_tone, time_left};
pub(crate) use of_record::of_record;
pub use page::CaseDetail;
