//! What the store promises, each promise once, kept on SQLite and on PostgreSQL.

mod support;

mod contention;
mod customers;
mod duplicates;
mod imports;
mod lists;
mod people;
mod schema;
mod search;
mod organisations;
mod sessions;
mod set_up;
mod throttle;
mod users;
