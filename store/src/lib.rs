//! The only door to the database. SQLite and PostgreSQL answer alike; nobody outside knows which.
//! Every public function takes the [`domain::policy::Caller`] and asks the policy before it acts.

mod accounts;
mod addresses;
mod audit;
mod bin;
mod bulk;
mod bulk_load;
mod candidates;
mod contact_points;
mod db;
mod details;
mod devices;
mod dialect;
mod duplicates;
mod error;
mod exports;
mod handover;
mod house_facts;
mod imports;
mod links;
mod lists;
mod merges;
mod notes;
mod open;
mod operations;
mod organisations;
mod passkeys;
mod passwords;
mod pending;
mod people;
mod provider;
mod purge;
mod put_back;
mod related;
mod renewal;
mod roles;
mod rows;
mod runs;
mod search;
mod search_by_number;
mod search_words;
mod second_steps;
mod secret;
mod sessions;
mod settings;
mod shares;
mod structure;
mod tags;
mod throttle;
mod users;
mod view_as;
mod within;
mod word_shares;

pub use audit::{Anchor, AuditKey};
pub use bulk_load::{Load, Loaded, LoadedNote, LoadedPerson};
pub use candidates::Candidate;
pub use db::{Db, Health, Steps, retry};
pub use devices::Device;
pub use error::StoreError;
pub use house_facts::{Facts, HouseFacts, HouseState};
pub use imports::{
    CHUNK_ROWS, Checker, Claimed, FurtherJob, GivenId, ImportRow, Lease, LookedUp, NewImport,
    Owner, StoredImport,
};
pub use links::LinkFor;
pub use open::{OpenError, private_folder};
pub use passkeys::{Challenge, Holder, NewPasskey, StoredPasskey, UsedPasskey};
pub use pending::Pending;
pub use provider::{Arriving, ProviderAccount, SealedProvider, Way};
pub use second_steps::{OwnSecondStep, SecondProof, SecondStep};
pub use secret::Secret;
pub use sessions::{NewSession, SignedIn};
pub use structure::StructureAtHand;
pub use throttle::Subject;
pub use users::Appearance;
pub use word_shares::WordShares;
