//! What the store promises, each promise once, kept on SQLite and on PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::missing_panics_doc,
    reason = "a test stops by panicking and says what it skipped"
)]

mod support;

mod activities;
mod at_once;
mod audit;
mod bin;
mod cases;
mod contention;
mod customers;
mod dashboards;
mod dashboards_kept;
mod deal_people;
mod deals_by_right;
mod details;
mod duplicates;
mod exports;
mod feed;
mod handover;
mod handover_of_record;
mod import_of_cases;
mod import_of_deals;
mod import_of_orders;
mod imports;
mod links;
mod lists;
mod merges;
mod merges_by_right;
mod merges_in_turn;
mod notes;
mod operations;
mod opportunities;
mod orders;
mod organisations;
mod palette;
mod passkeys;
mod people;
mod permissions;
mod pipelines;
mod provider;
mod put_back;
mod renewal;
mod roles;
mod schema;
mod search;
mod second_steps;
mod sessions;
mod set_up;
mod shares;
mod structure;
mod surveys;
mod throttle;
mod timeline;
mod trail;
mod undo;
mod users;
mod view_as;
