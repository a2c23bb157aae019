//! Proofs over HTTP, generated from the inventory: nobody is told of records out of reach, a denied change leaves the
//! database as it was, and what is sent besides the fields of a form has no effect.

mod alike;
mod denied;
mod door;
mod extra_fields;
mod leaks;
mod one_kind;
mod reads;
mod reads_deals;
mod reads_surveys;
pub mod record;
mod request;
mod stage;
mod state;
pub mod world;
mod writes;
mod writes_activities;
mod writes_at_once;
mod writes_cases;
mod writes_deals;
mod writes_orders;
mod writes_people;
mod writes_surveys;
