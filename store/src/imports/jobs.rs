//! The customers that persons work for besides the one of their row: looked up, never made.

use super::{ImportRow, known::push_list};
use crate::{
    db::{Tx, on_tx},
    error::Result,
};
use domain::{
    field::FieldError,
    id::AccountId,
    import::{CellError, Target},
    person::PersonRole,
    text,
};
use sqlx::QueryBuilder;
use std::collections::{BTreeSet, HashMap};

/// The further jobs of one row, and those whose customer is not there.
#[derive(Debug, Default)]
pub(super) struct Further {
    pub jobs: Vec<(AccountId, Option<PersonRole>)>,
    pub remarks: Vec<CellError>,
}

const BY_CORE: &str = "SELECT id, name_core, number FROM account WHERE number IN (SELECT MIN(number) FROM account \
     WHERE deleted_at IS NULL AND name_core IN ";
const BY_NUMBER: &str =
    "SELECT id, name_core, number FROM account WHERE deleted_at IS NULL AND number IN ";

/// Looks up the further jobs of every row.
pub(super) async fn further(tx: &mut Tx, rows: &[ImportRow]) -> Result<Vec<Further>> {
    let named = || rows.iter().flat_map(|row| &row.further_jobs);
    let cores: BTreeSet<String> = named().map(|job| text::name_core(&job.name)).collect();
    if cores.is_empty() {
        return Ok(rows.iter().map(|_| Further::default()).collect());
    }
    let numbers: BTreeSet<i64> = named().filter_map(|job| Some(job.account?.0)).collect();
    let mut found: Vec<(AccountId, String, i64)> = on_tx!(&mut *tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(BY_CORE);
        push_list!(query, &cores);
        query.push(" GROUP BY name_core)");
        query.build_query_as().fetch_all(connection).await
    })?;
    let by_core: HashMap<String, AccountId> =
        found.drain(..).map(|(id, core, _)| (core, id)).collect();
    if !numbers.is_empty() {
        found = on_tx!(&mut *tx, |connection| {
            let mut query = QueryBuilder::<Dialect>::new(BY_NUMBER);
            push_list!(query, &numbers);
            query.build_query_as().fetch_all(connection).await
        })?;
    }
    let by_number: HashMap<(i64, String), AccountId> =
        found.into_iter().map(|(id, core, number)| ((number, core), id)).collect();
    Ok(rows.iter().map(|row| of_row(row, &by_core, &by_number)).collect())
}

fn of_row(
    row: &ImportRow,
    by_core: &HashMap<String, AccountId>,
    by_number: &HashMap<(i64, String), AccountId>,
) -> Further {
    let mut all = Further::default();
    for job in &row.further_jobs {
        let core = text::name_core(&job.name);
        let numbered = job.account.and_then(|number| by_number.get(&(number.0, core.clone())));
        match numbered.or_else(|| by_core.get(&core)) {
            Some(id) => all.jobs.push((*id, job.role)),
            None => all.remarks.push(CellError {
                column: row.columns.get(&Target::FurtherJobs).cloned().unwrap_or_default(),
                value: job.name.clone(),
                error: FieldError::Unknown,
            }),
        }
    }
    all
}
