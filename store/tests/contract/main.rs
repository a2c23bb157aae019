//! What the store promises, each promise once, kept on SQLite and on PostgreSQL.

mod support;

mod organisations;
mod sessions;
mod set_up;
mod throttle;
mod users;
