//! What is kept of each row of a run, and what rows before a chunk have done to a record.

use super::known::push_list;
use crate::{
    db::{Tx, on_tx},
    error::Result,
};
use domain::{
    id::{AccountId, ImportId, PersonId, Version},
    import::RowResult,
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
    pub account_version: Version,
    pub person_version: Version,
    pub image: String,
    pub errors: String,
}

/// Keeps the rows of a chunk.
pub(super) async fn insert(tx: &mut Tx, id: ImportId, kept: &[Kept]) -> Result<()> {
    if kept.is_empty() {
        return Ok(());
    }
    on_tx!(tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(
            "INSERT INTO import_row (import_id, row, result, account_id, person_id, made_account, made_person, \
             account_version, person_version, before_image, errors) ",
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
                .push_bind(kept.errors.clone());
        });
        query.build().execute(connection).await.map(drop)
    })?;
    Ok(())
}

const ACCOUNTS: &str =
    "SELECT DISTINCT account_id, made_account FROM import_row WHERE import_id = ";
const PEOPLE: &str = "SELECT DISTINCT person_id, made_person FROM import_row WHERE import_id = ";

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
