//! The real program on loopback, asked over real connections.

mod support;

mod commands;
mod durability;
mod headers;
mod inventory;
mod limits;
mod origin;
mod set_up;
mod sign_in;
mod stopping;
