//! What the rows of a chunk about cases name, looked up: cases and customers.

use super::{
    CaseRow, ImportRow,
    known::{Reach, on_reach, push_list},
    named_accounts::{self, FoundAccount, Named, NamedAccounts},
};
use crate::{
    db::{on_read, on_tx},
    error::Result,
};
use domain::{
    id::{CaseId, CaseNumber},
    text,
    time::Instant,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A stored case that a row may be about.
#[derive(Clone, Debug, FromRow)]
pub(super) struct FoundCase {
    pub id: CaseId,
    number: CaseNumber,
    subject: String,
    external_id: Option<String>,
    deleted_at: Option<Instant>,
}

/// All that the rows of a chunk name.
#[derive(Debug, Default)]
pub(super) struct Known {
    by_key: HashMap<String, FoundCase>,
    by_number: HashMap<i64, FoundCase>,
    accounts: NamedAccounts,
    /// Cases in the bin whose id a new one takes over.
    pub binned: Vec<Uuid>,
}

const CASE: &str =
    "SELECT c.id, c.number, c.subject, c.external_id, c.deleted_at FROM feedback_case c WHERE ";

/// Looks up what the rows name.
pub(super) async fn look_up(reach: &mut Reach<'_>, rows: &[ImportRow]) -> Result<Known> {
    let cases: Vec<&CaseRow> = rows.iter().filter_map(|row| row.case.as_deref()).collect();
    let system = cases.first().map(|case| case.source_system.clone()).unwrap_or_default();
    let mut known = Known::default();
    let keys: BTreeSet<String> = cases.iter().map(|case| case.external_id.clone()).collect();
    if !keys.is_empty() {
        let found: Vec<FoundCase> = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new(CASE);
            query.push("c.source_system = ").push_bind(system.clone());
            query.push(" AND c.external_id IN ");
            push_list!(query, &keys);
            query.build_query_as().fetch_all(executor).await
        })?;
        for case in found {
            if case.deleted_at.is_some() {
                known.binned.push(case.id.0);
            } else if let Some(key) = case.external_id.clone() {
                known.by_key.insert(key, case);
            }
        }
    }
    let numbers: BTreeSet<i64> = cases.iter().filter_map(|case| Some(case.number?.0)).collect();
    if !numbers.is_empty() {
        let found: Vec<FoundCase> = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new(CASE);
            query.push("c.deleted_at IS NULL AND c.number IN ");
            push_list!(query, &numbers);
            query.build_query_as().fetch_all(executor).await
        })?;
        known.by_number = found.into_iter().map(|case| (case.number.0, case)).collect();
    }
    let named = |case: &&CaseRow| Named {
        name: case.account.clone(),
        number: case.account_number,
        key: case.account_key.clone(),
    };
    let named: Vec<Named> = cases.iter().map(named).collect();
    known.accounts = named_accounts::look_up(reach, &system, &named).await?;
    Ok(known)
}

impl Known {
    /// The stored case a row is about: by its number, where the subject says so, too, for the file may come from another
    /// installation; or by its id in the system of the file.
    pub(super) fn case(&self, row: &CaseRow) -> Option<&FoundCase> {
        let numbered = row.number.and_then(|number| self.by_number.get(&number.0));
        let is_it =
            |found: &&FoundCase| text::fold(&found.subject) == text::fold(&row.data.subject);
        numbered.filter(is_it).or_else(|| self.by_key.get(&row.external_id))
    }

    /// The customer of a row. An id that the file gives counts before the name.
    pub(super) fn account(&self, row: &CaseRow) -> Option<&FoundAccount> {
        let numbered = self.accounts.numbered(row.account_number, &row.account);
        let keyed = || self.accounts.keyed(&row.account_key);
        numbered.or_else(keyed).or_else(|| self.accounts.named(&row.account))
    }
}
