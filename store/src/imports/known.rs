//! Which stored records the rows of a chunk could be: a few statements a chunk, never one a row.

use super::ImportRow;
use crate::{
    db::{Db, Tx, on_read, on_tx},
    error::Result,
};
use domain::{account::AccountKind, id::Version, text, time::Instant};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Where a look-up happens: a check reads, a run looks inside its transaction.
pub(super) enum Reach<'a> {
    Read(&'a Db),
    Write(&'a mut Tx),
}

/// Runs one expression on either side of either database.
macro_rules! on_reach {
    ($reach:expr, |$executor:ident| $body:expr) => {
        match $reach {
            Reach::Read(db) => on_read!(*db, |$executor| $body),
            Reach::Write(tx) => on_tx!(&mut **tx, |$executor| $body),
        }
    };
}

/// Adds `(value, value, ..)`.
macro_rules! push_list {
    ($statement:expr, $values:expr) => {{
        $statement.push("(");
        let mut list = $statement.separated(", ");
        for value in $values {
            list.push_bind(value.clone());
        }
        $statement.push(")");
    }};
}
pub(super) use {on_reach, push_list};

/// A stored record that may be one of the chunk.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(super) struct Found {
    pub id: Uuid,
    pub number: i64,
    pub version: Version,
    /// What it was found by: key, credit code, core of the name, contact.
    pub mark: String,
    /// Folded name or credit code, as the look-up says.
    pub name: String,
    pub deleted_at: Option<Instant>,
    /// The customer it was found at, for persons.
    pub place: Option<Uuid>,
    /// How many contacts it has, where that matters.
    pub points: i64,
}

/// Everything found for the customers of a chunk, oldest first in each list.
#[derive(Debug, Default)]
pub(super) struct KnownAccounts {
    pub by_key: Vec<Found>,
    /// `mark` is the credit code.
    pub by_code: Vec<Found>,
    /// `mark` is the core of the name, `name` the credit code.
    pub by_core: Vec<Found>,
    /// Individuals: `mark` is a contact, `name` the folded name.
    pub by_contact: Vec<Found>,
    /// `mark` is the core of the name, `name` the credit code.
    pub by_number: Vec<Found>,
    /// Record and contact of those found by number.
    pub contacts: Vec<(Uuid, String)>,
}

/// Everything found for the persons of a chunk.
#[derive(Debug, Default)]
pub(super) struct KnownPeople {
    pub by_key: Vec<Found>,
    pub by_contact: Vec<Found>,
    /// At a customer of the chunk under the same name; `place` is the customer.
    pub by_place: Vec<Found>,
    /// `mark` is the core of the name.
    pub by_number: Vec<Found>,
    /// Record and contact of those found by number.
    pub contacts: Vec<(Uuid, String)>,
}

const ACCOUNT_KEY: &str = "SELECT id, number, version, external_id AS mark, '' AS name, deleted_at, CAST(NULL AS UUID) AS place, \
     CAST(0 AS BIGINT) AS points FROM account WHERE source_system = ";
const PERSON_KEY: &str = "SELECT id, number, version, external_id AS mark, '' AS name, deleted_at, CAST(NULL AS UUID) AS place, \
     CAST(0 AS BIGINT) AS points FROM person WHERE source_system = ";
const MERGED_ACCOUNT_KEY: &str = "SELECT a.id, a.number, a.version, m.external_id AS mark, '' AS name, a.deleted_at, \
     CAST(NULL AS UUID) AS place, CAST(0 AS BIGINT) AS points FROM merged_record m JOIN account a ON a.id = m.survivor_id \
     AND a.deleted_at IS NULL WHERE m.object = 'account' AND m.source_system = ";
const MERGED_PERSON_KEY: &str = "SELECT p.id, p.number, p.version, m.external_id AS mark, '' AS name, p.deleted_at, \
     CAST(NULL AS UUID) AS place, CAST(0 AS BIGINT) AS points FROM merged_record m JOIN person p ON p.id = m.survivor_id \
     AND p.deleted_at IS NULL WHERE m.object = 'person' AND m.source_system = ";
const CODE: &str = "SELECT id, number, version, credit_code AS mark, '' AS name, deleted_at, CAST(NULL AS UUID) AS place, \
     CAST(0 AS BIGINT) AS points \
     FROM account WHERE deleted_at IS NULL AND credit_code <> '' AND credit_code IN ";
// A name may be there a thousand times over; the oldest of each credit code is enough.
const CORE: &str = "SELECT id, number, version, name_core AS mark, credit_code AS name, deleted_at, CAST(NULL AS UUID) AS place, \
     CAST(0 AS BIGINT) AS points FROM account WHERE number IN (SELECT MIN(number) FROM account WHERE deleted_at IS NULL \
     AND kind <> 'individual' AND name_core IN ";
const ACCOUNT_CONTACT: &str = "SELECT a.id, a.number, a.version, c.value_norm AS mark, a.name_fold AS name, a.deleted_at, \
     CAST(NULL AS UUID) AS place, \
     CAST(0 AS BIGINT) AS points FROM contact_point c JOIN account a ON a.id = c.owner_id \
     WHERE a.deleted_at IS NULL AND a.kind = 'individual' AND c.value_norm <> '' AND c.value_norm IN ";
const PERSON_CONTACT: &str = "SELECT p.id, p.number, p.version, c.value_norm AS mark, p.name_fold AS name, p.deleted_at, \
     CAST(NULL AS UUID) AS place, \
     CAST(0 AS BIGINT) AS points FROM contact_point c JOIN person p ON p.id = c.owner_id \
     WHERE p.deleted_at IS NULL AND c.value_norm <> '' AND c.value_norm IN ";
const PERSON_PLACE: &str = "SELECT p.id, p.number, p.version, '' AS mark, p.name_fold AS name, p.deleted_at, \
     ap.account_id AS place, (SELECT COUNT(*) FROM contact_point c WHERE c.owner_id = p.id) AS points \
     FROM account_person ap JOIN person p ON p.id = ap.person_id WHERE p.deleted_at IS NULL AND ap.account_id IN ";

const ACCOUNT_NUMBER: &str = "SELECT id, number, version, name_core AS mark, credit_code AS name, deleted_at, CAST(NULL AS UUID) AS place, \
     CAST(0 AS BIGINT) AS points FROM account WHERE deleted_at IS NULL AND number IN ";
const PERSON_NUMBER: &str = "SELECT id, number, version, name_core AS mark, '' AS name, deleted_at, CAST(NULL AS UUID) AS place, \
     CAST(0 AS BIGINT) AS points FROM person WHERE deleted_at IS NULL AND number IN ";
const MERGED_ACCOUNT_NUMBER: &str = "SELECT a.id, m.number, a.version, a.name_core AS mark, a.credit_code AS name, a.deleted_at, \
     CAST(NULL AS UUID) AS place, CAST(0 AS BIGINT) AS points FROM merged_record m JOIN account a ON a.id = m.survivor_id \
     AND a.deleted_at IS NULL WHERE m.object = 'account' AND m.number IN ";
const MERGED_PERSON_NUMBER: &str = "SELECT p.id, m.number, p.version, p.name_core AS mark, '' AS name, p.deleted_at, \
     CAST(NULL AS UUID) AS place, CAST(0 AS BIGINT) AS points FROM merged_record m JOIN person p ON p.id = m.survivor_id \
     AND p.deleted_at IS NULL WHERE m.object = 'person' AND m.number IN ";
const CONTACTS: &str =
    "SELECT owner_id, value_norm FROM contact_point WHERE value_norm <> '' AND owner_id IN ";

/// Records by the numbers they have here, or that one had which went into them, and the contacts that tell whether they
/// are those meant.
async fn numbered(
    reach: &mut Reach<'_>,
    statements: [&'static str; 2],
    numbers: &BTreeSet<i64>,
) -> Result<(Vec<Found>, Vec<(Uuid, String)>)> {
    let mut found: Vec<Found> = Vec::new();
    for statement in statements {
        let known: BTreeSet<i64> = found.iter().map(|found| found.number).collect();
        let open: Vec<i64> = numbers.difference(&known).copied().collect();
        if open.is_empty() {
            break;
        }
        let some: Vec<Found> = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new(statement);
            push_list!(query, &open);
            query.build_query_as().fetch_all(executor).await
        })?;
        found.extend(some);
    }
    if found.is_empty() {
        return Ok((found, Vec::new()));
    }
    let contacts: Vec<(Uuid, String)> = on_reach!(reach, |executor| {
        let mut query = QueryBuilder::<Dialect>::new(CONTACTS);
        push_list!(query, found.iter().map(|found| found.id));
        query.build_query_as().fetch_all(executor).await
    })?;
    Ok((found, contacts))
}

/// Records by the ids they have in the system of the file; those that went into another lead to that one.
async fn keyed(
    reach: &mut Reach<'_>,
    statement: &'static str,
    column: &'static str,
    system: &str,
    keys: &BTreeSet<String>,
) -> Result<Vec<Found>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on_reach!(reach, |executor| {
        let mut query = QueryBuilder::<Dialect>::new(statement);
        query.push_bind(system.to_owned()).push(" AND ").push(column).push(" IN ");
        push_list!(query, keys);
        query.build_query_as().fetch_all(executor).await
    })?)
}

/// Records by a list of values, and by a second list where `also` names its column.
async fn listed(
    reach: &mut Reach<'_>,
    statement: &'static str,
    values: &BTreeSet<String>,
    also: Option<(&'static str, &BTreeSet<String>)>,
    tail: &'static str,
) -> Result<Vec<Found>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on_reach!(reach, |executor| {
        let mut query = QueryBuilder::<Dialect>::new(statement);
        push_list!(query, values);
        if let Some((column, names)) = also {
            query.push(column);
            push_list!(query, names);
        }
        query.push(tail);
        query.build_query_as().fetch_all(executor).await
    })?)
}

fn system_of<'a>(mut systems: impl Iterator<Item = Option<&'a String>>) -> String {
    systems.find_map(Option::<&String>::cloned).unwrap_or_default()
}

/// Looks up the customers of a chunk. Rows of one file carry one system.
pub(super) async fn accounts(
    reach: &mut Reach<'_>,
    rows: &[ImportRow],
    only_keys: bool,
) -> Result<KnownAccounts> {
    let drafts = || rows.iter().filter_map(|row| row.account.as_ref().map(|draft| (row, draft)));
    let system = system_of(drafts().map(|(_, draft)| draft.source_system.as_ref()));
    let keys = drafts().filter_map(|(_, draft)| draft.external_id.clone()).collect();
    let mut by_key = keyed(reach, MERGED_ACCOUNT_KEY, "m.external_id", &system, &keys).await?;
    // Who has the id now counts before whoever had it.
    by_key.extend(keyed(reach, ACCOUNT_KEY, "external_id", &system, &keys).await?);
    let mut known = KnownAccounts { by_key, ..KnownAccounts::default() };
    let numbers = rows.iter().filter_map(|row| row.account_number.map(|number| number.0)).collect();
    (known.by_number, known.contacts) =
        numbered(reach, [ACCOUNT_NUMBER, MERGED_ACCOUNT_NUMBER], &numbers).await?;
    let open = || drafts().filter(|(row, _)| !only_keys || row.shares_account);
    let firms = || open().filter(|(_, draft)| draft.data.kind != AccountKind::Individual);
    let codes = firms()
        .map(|(_, draft)| draft.data.credit_code.clone())
        .filter(|code| !code.is_empty())
        .collect();
    known.by_code = listed(reach, CODE, &codes, None, " ORDER BY number").await?;
    let cores = firms().map(|(_, draft)| text::name_core(&draft.data.name)).collect();
    known.by_core =
        listed(reach, CORE, &cores, None, " GROUP BY name_core, credit_code) ORDER BY number")
            .await?;
    let individuals = || open().filter(|(_, draft)| draft.data.kind == AccountKind::Individual);
    let contacts = individuals().flat_map(|(row, _)| marks(&row.account_norms)).collect();
    let names = individuals().map(|(_, draft)| text::fold(&draft.data.name)).collect();
    known.by_contact = listed(
        reach,
        ACCOUNT_CONTACT,
        &contacts,
        Some((" AND a.name_fold IN ", &names)),
        " ORDER BY a.number",
    )
    .await?;
    Ok(known)
}

/// Looks up the persons of a chunk; `places` are the stored customers its rows were found to be.
pub(super) async fn people(
    reach: &mut Reach<'_>,
    rows: &[ImportRow],
    places: &BTreeSet<Uuid>,
    only_keys: bool,
) -> Result<KnownPeople> {
    let drafts = || rows.iter().filter_map(|row| row.person.as_ref().map(|draft| (row, draft)));
    let system = system_of(drafts().map(|(_, draft)| draft.source_system.as_ref()));
    let keys = drafts().filter_map(|(_, draft)| draft.external_id.clone()).collect();
    let mut by_key = keyed(reach, MERGED_PERSON_KEY, "m.external_id", &system, &keys).await?;
    by_key.extend(keyed(reach, PERSON_KEY, "external_id", &system, &keys).await?);
    let mut known = KnownPeople { by_key, ..KnownPeople::default() };
    let numbers = rows.iter().filter_map(|row| row.person_number.map(|number| number.0)).collect();
    (known.by_number, known.contacts) =
        numbered(reach, [PERSON_NUMBER, MERGED_PERSON_NUMBER], &numbers).await?;
    if only_keys {
        return Ok(known);
    }
    let contacts = drafts().flat_map(|(row, _)| marks(&row.person_norms)).collect();
    let names: BTreeSet<String> =
        drafts().map(|(_, draft)| text::fold(&draft.data.full_name)).collect();
    known.by_contact = listed(
        reach,
        PERSON_CONTACT,
        &contacts,
        Some((" AND p.name_fold IN ", &names)),
        " ORDER BY p.number",
    )
    .await?;
    if !places.is_empty() && !names.is_empty() {
        known.by_place = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new(PERSON_PLACE);
            push_list!(query, places);
            query.push(" AND p.name_fold IN ");
            push_list!(query, &names);
            query.push(" ORDER BY p.number");
            query.build_query_as().fetch_all(executor).await
        })?;
    }
    Ok(known)
}

/// The contacts that can be compared.
fn marks(norms: &[String]) -> impl Iterator<Item = String> + '_ {
    norms.iter().filter(|norm| !norm.is_empty()).cloned()
}
