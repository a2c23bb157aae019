//! Customers as rows about deals and orders name them: by number here, by name, by the id of another system.

use super::known::{Reach, on_reach, push_list};
use crate::{
    db::{on_read, on_tx},
    error::Result,
};
use domain::{
    id::{AccountId, AccountNumber},
    text,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What a row says of a customer; empty where it does not.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    pub name: String,
    pub number: Option<AccountNumber>,
    /// The id in the system of the file.
    pub key: String,
}

/// A customer that is there.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(super) struct FoundAccount {
    pub id: AccountId,
    pub number: AccountNumber,
    /// The number it was asked for by: its own, or that of one that went into it.
    asked: i64,
    pub name: String,
    /// What it was found by.
    mark: String,
    /// Its id in the system of the file, if it has one there.
    pub own_key: Option<String>,
}

/// The customers that rows of a chunk name.
#[derive(Debug, Default)]
pub(super) struct NamedAccounts {
    by_core: HashMap<String, FoundAccount>,
    by_key: HashMap<String, FoundAccount>,
    by_number: HashMap<i64, FoundAccount>,
    /// Customers in the bin, by the ids that new ones take over.
    pub binned: Vec<(String, Uuid)>,
}

/// Before the name of the system of the file, behind which the id that a customer has there stands.
const OWN_KEY: &str = "CASE WHEN a.source_system = ";
const BY_CORE: &str = " THEN a.external_id END AS own_key, a.id, a.number, a.number AS asked, a.name, a.name_core AS mark \
     FROM account a WHERE a.number IN (SELECT MIN(number) FROM account WHERE deleted_at IS NULL AND name_core IN ";
const BY_NUMBER: &str = " THEN a.external_id END AS own_key, a.id, a.number, a.number AS asked, a.name, a.name_core AS mark \
     FROM account a WHERE a.deleted_at IS NULL AND a.number IN ";
const MERGED: &str = " THEN a.external_id END AS own_key, a.id, a.number, m.number AS asked, a.name, a.name_core AS mark \
     FROM merged_record m JOIN account a ON a.id = m.survivor_id AND a.deleted_at IS NULL \
     WHERE m.object = 'account' AND m.number IN ";
const BY_KEY: &str = "SELECT a.external_id AS own_key, a.id, a.number, a.number AS asked, a.name, a.external_id AS mark \
     FROM account a WHERE a.deleted_at IS NULL AND a.source_system = ";
const MERGED_KEY: &str = "SELECT m.external_id AS own_key, a.id, a.number, a.number AS asked, a.name, m.external_id AS mark \
     FROM merged_record m JOIN account a ON a.id = m.survivor_id AND a.deleted_at IS NULL \
     WHERE m.object = 'account' AND m.source_system = ";
const BINNED: &str =
    "SELECT external_id, id FROM account WHERE deleted_at IS NOT NULL AND source_system = ";

/// Looks up the customers that rows name; `system` is that of the file.
pub(super) async fn look_up(
    reach: &mut Reach<'_>,
    system: &str,
    named: &[Named],
) -> Result<NamedAccounts> {
    let mut known = NamedAccounts::default();
    let names = named.iter().filter(|named| !named.name.is_empty());
    let cores: BTreeSet<String> = names.map(|named| text::name_core(&named.name)).collect();
    if !cores.is_empty() {
        let found: Vec<FoundAccount> = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new("SELECT ");
            query.push(OWN_KEY).push_bind(system.to_owned()).push(BY_CORE);
            push_list!(query, &cores);
            query.push(" GROUP BY name_core)");
            query.build_query_as().fetch_all(executor).await
        })?;
        known.by_core = by_mark(found);
    }
    let keys: BTreeSet<String> =
        named.iter().map(|named| named.key.clone()).filter(|key| !key.is_empty()).collect();
    // Who has the id now counts before whoever had it.
    for (head, column) in [(MERGED_KEY, "m.external_id"), (BY_KEY, "a.external_id")] {
        if keys.is_empty() {
            break;
        }
        let found: Vec<FoundAccount> = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new(head);
            query.push_bind(system.to_owned()).push(" AND ").push(column).push(" IN ");
            push_list!(query, &keys);
            query.build_query_as().fetch_all(executor).await
        })?;
        known.by_key.extend(by_mark(found));
    }
    if !keys.is_empty() {
        known.binned = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new(BINNED);
            query.push_bind(system.to_owned()).push(" AND external_id IN ");
            push_list!(query, &keys);
            query.build_query_as().fetch_all(executor).await
        })?;
    }
    let numbers: BTreeSet<i64> = named.iter().filter_map(|named| Some(named.number?.0)).collect();
    for head in [MERGED, BY_NUMBER] {
        if numbers.is_empty() {
            break;
        }
        let found: Vec<FoundAccount> = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new("SELECT ");
            query.push(OWN_KEY).push_bind(system.to_owned()).push(head);
            push_list!(query, &numbers);
            query.build_query_as().fetch_all(executor).await
        })?;
        known.by_number.extend(found.into_iter().map(|account| (account.asked, account)));
    }
    Ok(known)
}

fn by_mark(found: Vec<FoundAccount>) -> HashMap<String, FoundAccount> {
    found.into_iter().map(|account| (account.mark.clone(), account)).collect()
}

impl NamedAccounts {
    /// The customer of a number. It counts where the name does not speak against it: the file may come from another
    /// installation.
    pub(super) fn numbered(
        &self,
        number: Option<AccountNumber>,
        name: &str,
    ) -> Option<&FoundAccount> {
        let found = self.by_number.get(&number?.0)?;
        (name.is_empty() || found.mark == text::name_core(name)).then_some(found)
    }

    /// The oldest customer of a name, in whatever way it is written.
    pub(super) fn named(&self, name: &str) -> Option<&FoundAccount> {
        self.by_core.get(&text::name_core(name)).filter(|_| !name.is_empty())
    }

    /// The customer of an id in the system of the file.
    pub(super) fn keyed(&self, key: &str) -> Option<&FoundAccount> {
        self.by_key.get(key)
    }
}
