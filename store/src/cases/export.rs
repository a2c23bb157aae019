//! Whole cases, many at once, for files that go out: each page of a list is one set of statements.

use super::rows::{COLUMNS, Row};
use crate::{
    activities,
    db::{Db, on_connection},
    error::Result,
    within::{push_cases, push_ids},
};
use const_format::concatcp;
use domain::{
    case::Case,
    id::CaseId,
    note::Subject,
    policy::{self, Action, Caller, Object},
};
use sqlx::QueryBuilder;
use std::collections::HashMap;

const BY_IDS: &str = concatcp!(COLUMNS, " WHERE c.deleted_at IS NULL AND c.id");
/// The first thing that a customer said, of each case.
const FIRST_SAID: &str = "SELECT m.case_id, m.body FROM case_message m WHERE m.kind = 'customer' AND NOT EXISTS \
     (SELECT 1 FROM case_message e WHERE e.case_id = m.case_id AND e.kind = 'customer' AND (e.at, e.id) < (m.at, m.id)) \
     AND m.case_id";

impl Db {
    /// Cases in the order of `ids`, each with the first thing that the customer said; those that are gone, or that the
    /// caller may not take out, are left out. Customers and persons are named as far as the caller sees them.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn export_cases(
        &self,
        caller: &Caller,
        ids: &[CaseId],
    ) -> Result<Vec<(Case, String)>> {
        let scope = policy::check(caller, Action::Export, Object::Case)?.scope();
        let scope = scope.without_shares();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut reading = self.reading().await?;
        let rows: Vec<Row> = on_connection!(reading.connection(), |connection| {
            let mut query = QueryBuilder::<Dialect>::new(BY_IDS);
            push_ids(&mut query, ids.iter().map(|id| id.0));
            push_cases(&mut query, &scope);
            query.build_query_as().fetch_all(connection).await
        })?;
        let said: Vec<(CaseId, String)> = on_connection!(reading.connection(), |connection| {
            let mut query = QueryBuilder::<Dialect>::new(FIRST_SAID);
            push_ids(&mut query, rows.iter().map(|row| row.id.0));
            query.build_query_as().fetch_all(connection).await
        })?;
        let subjects: Vec<Subject> = rows
            .iter()
            .flat_map(|row| {
                let account = row.account_id.map(Subject::Account);
                account.into_iter().chain(row.person_id.map(Subject::Person))
            })
            .collect();
        let named = activities::seen_records(reading.connection(), caller, &subjects).await?;
        let name = |subject: Option<Subject>| {
            subject.and_then(|subject| named.get(&subject)).map(|record| record.name.clone())
        };
        let mut said: HashMap<CaseId, String> = said.into_iter().collect();
        let mut rows: HashMap<CaseId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
        ids.iter()
            .filter_map(|id| rows.remove(id))
            .map(|row| {
                let names = [
                    name(row.account_id.map(Subject::Account)),
                    name(row.person_id.map(Subject::Person)),
                ];
                let body = said.remove(&row.id).unwrap_or_default();
                Ok((row.case(names)?, body))
            })
            .collect()
    }
}
