//! What whoever merges looks at before, as far as they see it, and which merges into a record they may take back.

use super::image::Known;
use crate::{
    db::{Db, on_connection},
    error::Result,
    within::{self, Known as Covered},
};
use domain::{
    account::FieldEdit,
    bin::BinKind,
    contact::ContactPoint,
    failure::Failure,
    id::{AccountId, MergeId, PersonId, UserId, Version},
    merge::{MOST_MERGED, MergeSheet, SPLIT_DAYS, SeenRecord, Side, SplitOffer},
    note::Subject,
    policy::{self, Action, Caller, Object},
    time::{DAY, Instant},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

const NOTES: &str = "SELECT COUNT(*) FROM activity WHERE subject_id = $1 AND deleted_at IS NULL";
const PEOPLE: &str = "SELECT COUNT(*) FROM account_person ap JOIN person p ON p.id = ap.person_id \
     AND p.deleted_at IS NULL WHERE ap.account_id = ";
const OFFERS: &str = "SELECT id, merged_at FROM merge_log WHERE survivor_id = $1 AND split_at IS NULL AND image <> '' \
     AND merged_at >= $2 ORDER BY merged_at DESC LIMIT 20";
const MERGED_ACCOUNTS: &str = "SELECT a.id, a.owner_id FROM merged_record m JOIN account a ON a.id = m.record_id WHERE m.merge_id = $1";
const MERGED_PEOPLE: &str = "SELECT p.id, p.owner_id FROM merged_record m JOIN person p ON p.id = m.record_id WHERE m.merge_id = $1";

/// A record as the caller sees it, whichever kind it is.
struct Seen {
    subject: Subject,
    version: Version,
    number: String,
    name: String,
    updated_at: Instant,
    owner: Option<UserId>,
    known: Known,
    contacts: Vec<ContactPoint>,
}

impl Db {
    /// The records that are to become one, by their numbers, as far as the caller sees them. The number of one that went
    /// into another stands for that one.
    ///
    /// # Errors
    /// [`Failure::Denied`] without the right to merge each of them; [`Failure::Gone`] for more than [`MOST_MERGED`],
    /// none, one that is not there or not for the caller to see, and customers beside persons.
    pub async fn merge_sheet(&self, caller: &Caller, numbers: &[&str]) -> Result<MergeSheet> {
        let is_person = |number: &&str| number.trim_start().starts_with(['P', 'p']);
        let kind = match numbers.first() {
            Some(first) if is_person(first) => BinKind::People,
            _ => BinKind::Accounts,
        };
        let merge = policy::look(caller, Action::Merge, kind.object())?;
        if numbers.is_empty() || numbers.len() > MOST_MERGED {
            return Err(Failure::Gone.into());
        }
        let mut sides: Vec<Side> = Vec::with_capacity(numbers.len());
        for number in numbers {
            let side = match kind {
                BinKind::Accounts => self.account_side(caller, number).await?,
                BinKind::People => self.person_side(caller, number).await?,
            };
            // Two numbers of one record name one.
            if sides.iter().all(|other| other.seen.id != side.seen.id) {
                sides.push(side);
            }
        }
        // Only now: who does not see a record is not told that it may not be merged.
        if sides.iter().any(|side| !side.may_stay && !side.may_go) {
            return Err(merge.refusal(true).into());
        }
        Ok(MergeSheet { kind, sides })
    }

    async fn account_side(&self, caller: &Caller, number: &str) -> Result<Side> {
        let number = number.parse().map_err(|()| Failure::Gone)?;
        let account = self.account(caller, number).await?;
        let people: i64 = if let Ok(scope) = policy::view(caller, Object::Person) {
            let mut reading = self.reading().await?;
            on_connection!(reading.connection(), |connection| {
                let mut statement = QueryBuilder::<Dialect>::new(PEOPLE);
                statement.push_bind(account.id);
                within::push_people(&mut statement, &scope);
                statement.build_query_scalar().fetch_one(connection).await
            })?
        } else {
            0
        };
        let seen = Seen {
            subject: Subject::Account(account.id),
            version: account.version,
            number: account.number.to_string(),
            name: account.data.name.clone(),
            updated_at: account.updated_at,
            owner: account.data.owner,
            known: Known::Account(account.data),
            contacts: account.contacts,
        };
        let side = self.side(caller, seen).await?;
        Ok(Side { addresses: account.addresses, tags: account.tags, links: people, ..side })
    }

    async fn person_side(&self, caller: &Caller, number: &str) -> Result<Side> {
        let number = number.parse().map_err(|()| Failure::Gone)?;
        let person = self.person(caller, number).await?;
        let links = i64::try_from(person.accounts.len()).unwrap_or(i64::MAX);
        let seen = Seen {
            subject: Subject::Person(person.id),
            version: person.version,
            number: person.number.to_string(),
            name: person.data.full_name.clone(),
            updated_at: person.updated_at,
            owner: person.data.owner,
            known: Known::Person(person.data),
            contacts: person.contacts,
        };
        Ok(Side { links, ..self.side(caller, seen).await? })
    }

    /// What both kinds of records have, with what the caller may do with it.
    async fn side(&self, caller: &Caller, seen: Seen) -> Result<Side> {
        let Seen { subject, owner, known, .. } = seen;
        let decimals = caller.house.decimals;
        let mut reading = self.reading().await?;
        let mut covered = Covered::default();
        let mut may = [Action::Merge, Action::Edit, Action::Delete].map(|action| (action, false));
        for (action, may) in &mut may {
            if let Ok(grant) = policy::look(caller, *action, subject.object()) {
                let scope = grant.scope();
                *may = covered.covers(reading.connection(), &scope, subject, owner).await?;
            }
        }
        let [merge, edit, delete] = may.map(|(_, may)| may);
        let notes: Option<i64> = if policy::view(caller, Object::Activity).is_ok() {
            on_connection!(reading.connection(), |connection| {
                sqlx::query_scalar(NOTES).bind(subject.id()).fetch_optional(connection).await
            })?
        } else {
            None
        };
        let value = |(field, _): &(&str, _)| FieldEdit {
            field: (*field).to_owned(),
            value: known.get(field, decimals),
        };
        Ok(Side {
            seen: SeenRecord { id: subject.id(), version: seen.version },
            number: seen.number,
            name: seen.name,
            updated_at: seen.updated_at,
            may_stay: merge && edit,
            may_go: merge && delete,
            values: known.fields().iter().map(value).collect(),
            contacts: seen.contacts,
            addresses: Vec::new(),
            tags: Vec::new(),
            links: 0,
            notes,
        })
    }

    /// The merges into a record that the caller may take back, the latest first.
    ///
    /// # Errors
    /// [`Failure::Gone`] for a record that is not there, in the bin, or not for the caller.
    pub async fn splits_of(&self, caller: &Caller, record: Subject) -> Result<Vec<SplitOffer>> {
        let object = record.object();
        let scope = policy::view(caller, object)?;
        let mut reading = self.reading().await?;
        let owner = within::must_cover(&mut reading, &scope, record).await?;
        let rights = [Action::Merge, Action::Edit, Action::Delete]
            .map(|action| policy::look(caller, action, object));
        let [Ok(merge), Ok(edit), Ok(delete)] = rights else { return Ok(Vec::new()) };
        let mut covered = Covered::new(&scope, true);
        for grant in [&merge, &edit] {
            if !covered.covers(reading.connection(), &grant.scope(), record, owner).await? {
                return Ok(Vec::new());
            }
        }
        let since = caller.now.plus(-SPLIT_DAYS * DAY);
        let merges: Vec<(MergeId, Instant)> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(OFFERS).bind(record.id()).bind(since).fetch_all(connection).await
        })?;
        let mut offers = Vec::with_capacity(merges.len());
        let statement = match record {
            Subject::Account(_) => MERGED_ACCOUNTS,
            Subject::Person(_) => MERGED_PEOPLE,
        };
        for (id, at) in merges {
            let gone: Vec<(Uuid, Option<UserId>)> =
                on_connection!(reading.connection(), |connection| {
                    sqlx::query_as(statement).bind(id).fetch_all(connection).await
                })?;
            let mut may = !gone.is_empty();
            for (gone, owner) in gone {
                let gone = match record {
                    Subject::Account(_) => Subject::Account(AccountId(gone)),
                    Subject::Person(_) => Subject::Person(PersonId(gone)),
                };
                for grant in [&merge, &delete] {
                    may = may
                        && within::covers(reading.connection(), &grant.scope(), gone, owner)
                            .await?;
                }
            }
            if may {
                offers.push(SplitOffer { merge: id, at });
            }
        }
        Ok(offers)
    }
}
