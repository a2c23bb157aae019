//! Records that are the same: making one of them, and parting them again.

pub mod api;
