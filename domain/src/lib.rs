//! Values and rules of a customer relationship: pure, the same code in browser and server.
//! No input or output, no clock, no SQL; what only a server can carry is behind `native`.

pub mod account;
pub mod activity;
pub mod address;
pub mod agent;
pub mod at_once;
pub mod audit;
pub mod bin;
pub mod chart;
#[cfg(feature = "native")]
mod common_passwords;
pub mod contact;
pub mod dashboard;
pub mod date;
pub mod day;
pub mod duplicate;
pub mod failure;
pub mod field;
pub mod handover;
pub mod id;
pub mod import;
pub mod label;
pub mod lang;
pub mod link;
pub mod list;
pub mod live;
pub mod merge;
pub mod metric;
pub mod money;
pub mod note;
pub mod notification;
pub mod opportunity;
pub mod order;
pub mod organisation;
pub mod page;
pub mod passkey;
pub mod period;
pub mod person;
#[cfg(feature = "native")]
pub mod phone;
#[cfg(feature = "native")]
pub mod pinyin;
pub mod pipeline;
pub mod policy;
pub mod product;
pub mod provider;
#[cfg(feature = "native")]
mod readings;
pub mod removed;
pub mod search;
pub mod share;
pub mod structure;
pub mod tag;
pub mod text;
pub mod time;
pub mod user;
