//! What is kept of each row of a run, and what rows before a chunk have done to a record.

use super::known::push_list;
use crate::{
    db::{Tx, on_tx},
    error::Result,
};
use domain::{
    id::{AccountId, ImportId, PersonId, Version},
    import::{ImportCounts, RowResult},
};
use sqlx::QueryBuilder;
use std::collections::HashMap;
use uuid::Uuid;

/// A row of `import_row`.
pub(super) struct Kept {
    pub row: i64,
    pub result: RowResult,
    pub account: Option<AccountId>,
    pub person: Option<PersonId>,
    pub made_account: bool,
    pub made_person: bool,
    /// What the record is where it is neither customer nor person.
    pub record_kind: &'static str,
    pub record: Option<Uuid>,
    pub made_record: bool,
    pub account_version: Version,
    pub person_version: Version,
    pub image: String,
    pub errors: String,
}

impl Kept {
    /// A row about a deal, an order or a product.
    pub(super) fn of_record(row: i64, record_kind: &'static str, record: Option<Uuid>) -> Self {
        Self {
            row,
            result: RowResult::Unchanged,
            account: None,
            person: None,
            made_account: false,
            made_person: false,
            record_kind,
            record,
            made_record: false,
            account_version: Version(0),
            person_version: Version(0),
            image: String::new(),
            errors: String::new(),
        }
    }
}

/// Counts what became of a row; one that was taken with remarks is kept as that.
pub(super) fn counted(counts: &mut ImportCounts, result: RowResult, remarked: bool) -> RowResult {
    match result {
        RowResult::Refused => {
            counts.refused += 1;
            return result;
        }
        RowResult::Created => counts.created += 1,
        RowResult::Updated => counts.updated += 1,
        RowResult::Unchanged | RowResult::Warning => counts.unchanged += 1,
    }
    counts.warned += i64::from(remarked);
    if remarked { RowResult::Warning } else { result }
}

/// Keeps the rows of a chunk.
pub(super) async fn insert(tx: &mut Tx, id: ImportId, kept: &[Kept]) -> Result<()> {
    if kept.is_empty() {
        return Ok(());
    }
    on_tx!(tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(
            "INSERT INTO import_row (import_id, row, result, account_id, person_id, made_account, made_person, \
             account_version, person_version, before_image, errors, record_kind, record_id, made_record) ",
        );
        query.push_values(kept, |mut row, kept| {
            row.push_bind(id)
                .push_bind(kept.row)
                .push_bind(kept.result.code())
                .push_bind(kept.account)
                .push_bind(kept.person)
                .push_bind(kept.made_account)
                .push_bind(kept.made_person)
                .push_bind(kept.account_version)
                .push_bind(kept.person_version)
                .push_bind(kept.image.clone())
                .push_bind(kept.errors.clone())
                .push_bind(kept.record_kind)
                .push_bind(kept.record)
                .push_bind(kept.made_record);
        });
        query.build().execute(connection).await.map(drop)
    })?;
    Ok(())
}

const ACCOUNTS: &str =
    "SELECT DISTINCT account_id, made_account FROM import_row WHERE import_id = ";
const PEOPLE: &str = "SELECT DISTINCT person_id, made_person FROM import_row WHERE import_id = ";

const RECORDS: &str = "SELECT DISTINCT record_id, made_record FROM import_row WHERE import_id = ";

/// Which deals, orders or products of `ids` earlier chunks of the run named, and whether they made them.
pub(super) async fn earlier_records(
    tx: &mut Tx,
    import: ImportId,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, bool>> {
    earlier(tx, RECORDS, " AND record_id IN ", import, ids).await
}

/// Which customers of `ids` earlier chunks of the run named, and whether they made them.
pub(super) async fn earlier_accounts(
    tx: &mut Tx,
    import: ImportId,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, bool>> {
    earlier(tx, ACCOUNTS, " AND account_id IN ", import, ids).await
}

/// Which persons of `ids` earlier chunks of the run named, and whether they made them.
pub(super) async fn earlier_people(
    tx: &mut Tx,
    import: ImportId,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, bool>> {
    earlier(tx, PEOPLE, " AND person_id IN ", import, ids).await
}

async fn earlier(
    tx: &mut Tx,
    head: &'static str,
    tail: &'static str,
    import: ImportId,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, bool>> {
    let mut all = HashMap::new();
    if ids.is_empty() {
        return Ok(all);
    }
    let rows: Vec<(Uuid, bool)> = on_tx!(tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(head);
        query.push_bind(import).push(tail);
        push_list!(query, ids);
        query.build_query_as().fetch_all(connection).await
    })?;
    for (id, made) in rows {
        *all.entry(id).or_default() |= made;
    }
    Ok(all)
}
