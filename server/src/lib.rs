//! The process around Rapport: settings, network, sessions, jobs, command line.
//! Holds no rule of customers and no SQL; it alone reads the clock and the environment.

mod audit_command;
mod audit_watch;
mod body;
mod client;
mod clock;
mod command;
mod complaint;
mod cross_origin;
pub mod demo;
mod disk;
mod doctor;
mod entry;
mod gate;
mod guard;
mod headers;
mod health;
mod hosts;
mod identity;
mod import_command;
mod imports;
pub mod inventory;
mod jobs;
mod listener;
mod migrate;
mod outgoing;
mod passkey;
mod password;
mod place;
mod process;
mod provider;
mod rates;
mod read_file;
mod refusal;
mod router;
mod second_step;
mod serve;
mod session;
mod site;
mod telemetry;
mod user_command;
mod vault;
mod watch;
mod zone;

pub use command::main;
