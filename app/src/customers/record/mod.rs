//! What the pages of a customer and of a person are made of: fields that are edited where they
//! stand, ways to reach somebody, addresses, tags, links, notes and history.

mod addresses;
mod also_used;
mod contacts;
mod copy;
mod data;
mod facts;
mod field;
mod follow;
mod head;
mod links;
mod reveal;
pub mod sight;
mod state;
mod tags;
mod timeline;

pub(crate) use addresses::addresses;
pub(crate) use contacts::contacts;
pub(crate) use copy::copy as copy_text;
pub(crate) use facts::{account_facts, empty_switch, made, owners, person_facts, pick};
pub(crate) use field::{Look, field};
pub(crate) use follow::{follow, is_typing};
pub(crate) use head::{Head, head, note_key, quick, tabs};
pub(crate) use links::{companies, people};
pub(crate) use sight::reason;
pub(crate) use state::Record;
pub(crate) use tags::tags;
pub(crate) use timeline::pane as timeline_pane;
