//! Export: a list as it stands, as a file. The sheet that asks how, and the route that streams it.

mod dialog;
#[cfg(feature = "ssr")]
mod send;

pub(crate) use dialog::export_buttons;
pub use dialog::{ExportDialog, Outgoing};
#[cfg(feature = "ssr")]
pub use send::routes;
