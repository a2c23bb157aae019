//! Help: the manual's article for the page somebody looks at, beside it or as a page of its own.

pub mod api;
#[cfg(feature = "ssr")]
mod manual;
mod page;
mod panel;
mod topic;

pub use page::{Article, Contents};
pub use panel::Help;
pub use topic::Topic;
