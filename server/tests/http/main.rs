//! The real program on loopback, asked over real connections.

#![allow(
    clippy::unwrap_used,
    dead_code,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::missing_panics_doc,
    reason = "a test stops by panicking and says what it skipped"
)]

mod authenticator;
mod support;

mod audit;
mod commands;
mod durability;
mod events;
mod headers;
mod inventory;
mod limits;
mod links;
mod nodes;
mod openid;
mod origin;
mod passkeys;
mod proof;
mod provider;
mod second_step;
mod set_up;
mod sign_in;
mod stopping;
mod surveys;
mod told;
mod view_as;
