//! Whole files, in and out: those people bring, those we write, those meant to do harm.
#![expect(clippy::unwrap_used, reason = "what the tests share is test code too")]

mod bombs;
mod headers;
mod hostile;
mod real_files;
mod round_trip;
mod rows;
mod support;
