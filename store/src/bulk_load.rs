//! Loading whole companies: customers with the persons and notes that come with them, thousands in
//! one transaction. For made-up data and moves from elsewhere; a file goes through `imports`.

use crate::{
    bulk::{self, Job},
    db::{Db, Tx, on_tx},
    dialect::pieces,
    error::{Result, StoreError},
    rows::new_id,
};
use domain::{
    account::AccountDraft,
    id::{AccountId, UserId},
    note::NoteBody,
    person::PersonDraft,
    policy::{self, Action, Caller, Object},
    time::Instant,
};
use serde::Serialize;
use sqlx::QueryBuilder;

/// Customers that one user made at one moment, with what comes with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Load {
    /// When they were made.
    pub made_at: Instant,
    /// By whom.
    pub made_by: UserId,
    /// The customers.
    pub accounts: Vec<AccountDraft>,
    /// Their contact persons. `account` of the draft is not looked at.
    pub people: Vec<LoadedPerson>,
    /// Their notes.
    pub notes: Vec<LoadedNote>,
}

/// A contact person of one of the customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoadedPerson {
    /// Place of the customer in the list.
    pub works_for: usize,
    /// The person.
    pub draft: PersonDraft,
}

/// A note about one of the customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoadedNote {
    /// Place of the customer in the list.
    pub about: usize,
    /// What was written.
    pub body: NoteBody,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: UserId,
    /// Kept at the top.
    pub pinned: bool,
}

/// How much was loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Customers.
    pub accounts: u64,
    /// Contact persons.
    pub people: u64,
    /// Notes.
    pub notes: u64,
}

impl Db {
    /// Stores all of it in one transaction. What is stored is not compared with what is there:
    /// loading the same twice makes everything twice.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] without the right to import;
    /// [`StoreError::Unreadable`] for a place that is not in the list of customers.
    pub async fn load_customers(&self, caller: &Caller, loads: &[Load]) -> Result<Loaded> {
        policy::check(caller, Action::Import, Object::Import)?;
        let mut sum = Loaded::default();
        let mut tx = self.begin().await?;
        for load in loads {
            let by = Caller { user: load.made_by, now: load.made_at, ..caller.clone() };
            load_one(&mut tx, &by, load).await?;
            sum.accounts += count(load.accounts.len());
            sum.people += count(load.people.len());
            sum.notes += count(load.notes.len());
        }
        tx.commit().await?;
        Ok(sum)
    }
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

async fn load_one(tx: &mut Tx, by: &Caller, load: &Load) -> Result<()> {
    let grant = policy::check(by, Action::Import, Object::Account)?;
    let accounts = bulk::insert_accounts(tx, &grant, &by.house, &load.accounts, true).await?;
    let account = |place: usize| -> Result<AccountId> {
        accounts.get(place).map(|made| made.id).ok_or(StoreError::Unreadable("load.place"))
    };
    let grant = policy::check(by, Action::Import, Object::Person)?;
    let drafts: Vec<PersonDraft> = load.people.iter().map(|person| person.draft.clone()).collect();
    let people = bulk::insert_people(tx, &grant, &by.house, &drafts, true).await?;
    let mut jobs = Vec::with_capacity(people.len());
    for (person, made) in load.people.iter().zip(&people) {
        jobs.push(Job {
            account: account(person.works_for)?,
            person: made.id,
            role: person.draft.role,
            is_primary: true,
        });
    }
    bulk::employ(tx, &jobs, by.now).await?;
    policy::check(by, Action::Import, Object::Activity)?;
    let mut notes = Vec::with_capacity(load.notes.len());
    for note in &load.notes {
        notes.push((account(note.about)?, note));
    }
    insert_notes(tx, &notes).await
}

async fn insert_notes(tx: &mut Tx, notes: &[(AccountId, &LoadedNote)]) -> Result<()> {
    for notes in pieces(notes) {
        on_tx!(tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "INSERT INTO activity (id, kind, subject_id, subject_kind, body, pinned, at, created_at, created_by, \
                 updated_at, updated_by) ",
            );
            statement.push_values(notes, |mut row, (account, note)| {
                row.push_bind(new_id())
                    .push("'note'")
                    .push_bind(*account)
                    .push("'account'")
                    .push_bind(note.body.as_str().to_owned())
                    .push_bind(note.pinned)
                    .push_bind(note.at)
                    .push_bind(note.at)
                    .push_bind(note.by)
                    .push_bind(note.at)
                    .push_bind(note.by);
            });
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}
