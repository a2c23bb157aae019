//! Import: upload a file, say what its columns are, check it, run it, take it back.

pub mod api;
mod check;
mod columns;
#[cfg(feature = "ssr")]
pub(crate) mod download;
mod duplicates;
mod history;
mod progress;
mod result;
mod send;
#[cfg(feature = "ssr")]
mod upload;
mod wizard;
#[cfg(feature = "ssr")]
mod work;

pub use history::Imports;
#[cfg(feature = "ssr")]
pub use upload::routes;
pub use wizard::Wizard;
