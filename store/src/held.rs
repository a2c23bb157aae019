//! One record, a customer or a person, held by a writing transaction: what may be done with it, and what it says.

use crate::{
    accounts, contact_points,
    db::Tx,
    dialect::Index,
    error::{Result, StoreError},
    people,
    rows::{AccountRow, PersonRow},
    within,
};
use domain::{
    account::{AccountData, AccountField},
    failure::Failure,
    id::{AccountId, PersonId, UserId, Version},
    merge::{MergeKind, OWN},
    note::Subject,
    person::{PersonData, PersonField},
    policy::{self, Action, Caller, Detail, Grant, Object},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A record that is held until the transaction ends.
pub(crate) struct Held {
    row: Row,
    pub known: Known,
}

enum Row {
    Account(Box<AccountRow>),
    Person(Box<PersonRow>),
}

impl Held {
    pub(crate) fn id(&self) -> Uuid {
        self.subject().id()
    }

    pub(crate) fn subject(&self) -> Subject {
        match &self.row {
            Row::Account(row) => Subject::Account(row.id),
            Row::Person(row) => Subject::Person(row.id),
        }
    }

    pub(crate) fn owner(&self) -> Option<UserId> {
        match &self.row {
            Row::Account(row) => row.owner_id,
            Row::Person(row) => row.owner_id,
        }
    }

    pub(crate) fn number(&self) -> i64 {
        match &self.row {
            Row::Account(row) => row.number.0,
            Row::Person(row) => row.number.0,
        }
    }

    /// `C-1042` or `P-7`.
    pub(crate) fn name(&self) -> String {
        match &self.row {
            Row::Account(row) => row.number.to_string(),
            Row::Person(row) => row.number.to_string(),
        }
    }

    pub(crate) fn version(&self) -> Version {
        match &self.row {
            Row::Account(row) => row.version,
            Row::Person(row) => row.version,
        }
    }

    pub(crate) fn updated_at(&self) -> Instant {
        match &self.row {
            Row::Account(row) => row.updated_at,
            Row::Person(row) => row.updated_at,
        }
    }

    /// A record by its identity, whoever may see it; also one that went into another.
    pub(crate) async fn anyhow(tx: &mut Tx, kind: MergeKind, id: Uuid) -> Result<Self> {
        match kind {
            MergeKind::Accounts => {
                let row = accounts::held_anyhow(tx, AccountId(id)).await?.ok_or(Failure::Gone)?;
                let known = Known::Account(row.whole()?);
                Ok(Self { row: Row::Account(Box::new(row)), known })
            }
            MergeKind::People => {
                let row = people::held_anyhow(tx, PersonId(id)).await?.ok_or(Failure::Gone)?;
                let known = Known::Person(row.whole()?);
                Ok(Self { row: Row::Person(Box::new(row)), known })
            }
        }
    }

    fn is_binned(&self) -> bool {
        match &self.row {
            Row::Account(row) => row.deleted_at.is_some(),
            Row::Person(row) => row.deleted_at.is_some(),
        }
    }

    /// Refuses the record unless it is there and within what is granted.
    pub(crate) async fn admit(&self, tx: &mut Tx, grant: &Grant) -> Result<()> {
        if self.is_binned() {
            return Err(Failure::Gone.into());
        }
        let (record, owner) = match &self.row {
            Row::Account(row) => (Subject::Account(row.id), row.owner_id),
            Row::Person(row) => (Subject::Person(row.id), row.owner_id),
        };
        within::admit(tx, grant, record, owner).await
    }

    /// Writes what the record says afterwards, where that differs.
    pub(crate) async fn write(
        &self,
        tx: &mut Tx,
        grant: &Grant,
        after: &Known,
        decimals: u8,
    ) -> Result<()> {
        match (&self.row, &self.known, after) {
            (Row::Account(row), Known::Account(before), Known::Account(after)) => {
                accounts::write(tx, grant, row, before, after, decimals).await.map(drop)
            }
            (Row::Person(row), Known::Person(before), Known::Person(after)) => {
                people::write(tx, grant, row, before, after).await.map(drop)
            }
            _ => Err(StoreError::Unreadable("merge_log.image")),
        }
    }

    /// Counts a change and makes anew what the record is found by, when it says `known`.
    pub(crate) async fn count(&self, tx: &mut Tx, grant: &Grant, known: &Known) -> Result<Version> {
        let contacts = contact_points::of(tx.connection(), self.id()).await?;
        match (&self.row, known) {
            (Row::Account(row), Known::Account(data)) => {
                let version = accounts::counted(tx, grant, row.id).await?;
                let document = accounts::document(row.number, data, &contacts);
                Index::Accounts.put(tx, &[(row.number.0, document)]).await?;
                Ok(version)
            }
            (Row::Person(row), Known::Person(data)) => {
                let version = people::counted(tx, grant, row.id).await?;
                let document = people::document(row.number, data, &contacts);
                Index::People.put(tx, &[(row.number.0, document)]).await?;
                Ok(version)
            }
            _ => Err(StoreError::Unreadable("merge_log.image")),
        }
    }

    /// Refuses to put `heir` in charge of what the record says, unless the caller may hand it over to them: that is
    /// what a merge does whose record that stays is in other hands.
    pub(crate) async fn hand_over(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        heir: Option<UserId>,
    ) -> Result<()> {
        let owner = self.owner();
        if owner == heir {
            return Ok(());
        }
        let assign = policy::check(caller, Action::Assign, self.subject().object())?;
        self.admit(tx, &assign).await?;
        Ok(policy::take_over(caller, self.subject(), owner, heir)?)
    }

    /// The same for who is put in charge of the record that stays itself, who has to be able to be.
    pub(crate) async fn put_in_charge(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        heir: Option<UserId>,
    ) -> Result<()> {
        if self.owner() == heir {
            return Ok(());
        }
        self.hand_over(tx, caller, heir).await?;
        policy::owner_to_be(caller, self.subject().object(), heir)?;
        accounts::check_owner(tx, heir).await
    }
}

/// What is known about a customer or a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Known {
    Account(AccountData),
    Person(PersonData),
}

/// The name of the field whose latest value counts.
const LAST_CONTACT: &str = AccountField::LastContact.code();

impl Known {
    /// What kind of record it is.
    pub(crate) fn object(&self) -> Object {
        match self {
            Self::Account(_) => Object::Account,
            Self::Person(_) => Object::Person,
        }
    }

    /// The names of its fields, with the details that these are.
    pub(crate) fn fields(&self) -> Vec<(&'static str, Option<Detail>)> {
        match self {
            Self::Account(_) => AccountField::ALL
                .iter()
                .map(|field| (field.code(), Detail::of_account_field(*field)))
                .collect(),
            Self::Person(_) => PersonField::ALL
                .iter()
                .map(|field| (field.code(), Detail::of_person_field(*field)))
                .collect(),
        }
    }

    /// A field as it is typed; empty for one that there is not.
    pub(crate) fn get(&self, name: &str, decimals: u8) -> String {
        match self {
            Self::Account(data) => {
                AccountField::parse(name).map(|field| data.get(field, decimals)).unwrap_or_default()
            }
            Self::Person(data) => {
                PersonField::parse(name).map(|field| data.get(field)).unwrap_or_default()
            }
        }
    }

    /// Puts the value of a field in.
    pub(crate) fn set(&mut self, name: &str, value: &str, decimals: u8) -> Result<()> {
        let done = match self {
            Self::Account(data) => {
                AccountField::parse(name).and_then(|field| data.set(field, value, decimals))
            }
            Self::Person(data) => PersonField::parse(name).and_then(|field| data.set(field, value)),
        };
        done.map_err(|error| StoreError::field(name, error))
    }

    /// Whether a field says anything that a new record does not; never for one that only a choice changes.
    pub(crate) fn is_filled(&self, name: &str, decimals: u8) -> bool {
        let new = match self {
            Self::Account(_) => Self::Account(AccountData::default()),
            Self::Person(_) => Self::Person(PersonData::default()),
        };
        let own = OWN.contains(&name) || name == LAST_CONTACT;
        !own && self.get(name, decimals) != new.get(name, decimals)
    }

    /// Who is in charge.
    pub(crate) fn owner(&self) -> Option<UserId> {
        match self {
            Self::Account(data) => data.owner,
            Self::Person(data) => data.owner,
        }
    }

    /// Puts somebody in charge.
    pub(crate) fn set_owner(&mut self, owner: Option<UserId>) {
        match self {
            Self::Account(data) => data.owner = owner,
            Self::Person(data) => data.owner = owner,
        }
    }

    /// When the last contact was.
    pub(crate) fn contacted(&self) -> Instant {
        match self {
            Self::Account(data) => data.last_contact_at,
            Self::Person(data) => data.last_contact_at,
        }
    }

    /// The last contact, to be read or changed.
    pub(crate) fn last_contact(&mut self) -> &mut Instant {
        match self {
            Self::Account(data) => &mut data.last_contact_at,
            Self::Person(data) => &mut data.last_contact_at,
        }
    }
}
