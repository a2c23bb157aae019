//! Dashboards: what the records one sees come to, with the list behind every figure.

mod address;
pub mod api;
mod cases;
mod deals;
mod explain;
mod others;
mod page;
mod ranking;
mod scores;
mod tile;
mod toolbar;

pub use page::DashboardPage;
pub use tile::Told;
