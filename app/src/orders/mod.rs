//! Orders: the list, one order, the form for a new one, and what stands of them on customers and deals.

mod address;
pub mod api;
mod form;
mod list;
mod look;
mod of_record;
mod page;

pub use form::NewOrder;
pub use list::OrdersPage;
pub(crate) use look::{money, status_tone};
pub(crate) use of_record::{of_account, of_deal};
pub use page::OrderDetail;
