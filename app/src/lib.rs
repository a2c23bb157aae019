//! Rapport's screens and server functions: one folder a feature, rendered by the server first and
//! taken over by the browser. Holds no rule and no SQL.

// Type trees of nested views are deep.
#![recursion_limit = "512"]
// `#[server]` makes a struct of each function's arguments whose fields cannot be documented, and
// wants `async` where nothing is awaited.
#![allow(missing_docs, clippy::unused_async, reason = "made by #[server]")]

pub mod activities;
pub mod admin;
pub mod bin;
pub mod boot;
pub mod carried;
pub mod cases;
pub mod confirm;
pub mod customers;
pub mod dashboard;
pub mod deals;
#[cfg(feature = "ssr")]
pub mod entry;
pub mod error;
pub mod export;
mod form;
pub mod frame;
pub mod help;
pub mod home;
pub mod i18n;
pub mod import;
#[cfg(feature = "ssr")]
mod long_answer;
pub mod orders;
pub mod palette;
pub mod parts;
pub mod products;
pub mod profile;
#[cfg(feature = "ssr")]
pub mod qr;
mod root;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;
pub mod surveys;
pub mod ui;
pub mod view_as;

pub use root::App;
