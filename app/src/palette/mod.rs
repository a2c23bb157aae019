//! The command palette: search over customers and persons, and what can be done from anywhere.

pub mod api;
