//! Search on PostgreSQL, whose full-text index hands its hits over all at once and in no order:
//! numbers first, newest first, and no more of them than a page needs; then the records.

use crate::{db::Db, dialect::Words, error::Result, search::Target};
use domain::{list::Tab, search::Query};
use serde_json::Value;
use sqlx::{FromRow, PgPool, Postgres, QueryBuilder, postgres::PgRow, types::Json};

impl Target<'_> {
    /// The numbers of the newest hits below `below`. Words that every fiftieth record holds are
    /// looked for in the newest records themselves, as far as there should be twice as many as
    /// needed; others, and those that were not found there, in the index.
    async fn numbers(
        &self,
        pool: &PgPool,
        words: Words,
        below: i64,
        limit: i64,
    ) -> Result<Vec<i64>> {
        let share = self.share(pool, words).await?;
        if share >= 0.02 {
            #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
            let enough = 2.0 * limit as f64 / share;
            let mut statement =
                QueryBuilder::<Postgres>::new("SELECT number FROM (SELECT number, document FROM ");
            self.group.push_table(&mut statement);
            statement.push(" WHERE number < ").push_bind(below);
            statement.push(" ORDER BY number DESC LIMIT ").push_bind(enough.ceil());
            statement.push("::bigint) ");
            self.group.push_table(&mut statement);
            statement.push(" WHERE ");
            self.group.push_match(self.db, &mut statement, self.query, words);
            statement.push(" ORDER BY number DESC LIMIT ").push_bind(limit);
            let found: Vec<i64> = statement.build_query_scalar().fetch_all(pool).await?;
            if i64::try_from(found.len()).is_ok_and(|found| found == limit) {
                return Ok(found);
            }
        }
        let mut statement =
            QueryBuilder::<Postgres>::new("WITH hit AS MATERIALIZED (SELECT number FROM ");
        self.group.push_table(&mut statement);
        statement.push(" WHERE ");
        self.group.push_match(self.db, &mut statement, self.query, words);
        statement.push(") SELECT number FROM hit WHERE number < ").push_bind(below);
        statement.push(" ORDER BY number DESC LIMIT ").push_bind(limit);
        Ok(statement.build_query_scalar().fetch_all(pool).await?)
    }

    /// Which share of the records holds the words, as far as PostgreSQL's planner knows.
    async fn share(&self, pool: &PgPool, words: Words) -> Result<f64> {
        const RECORDS: &str = "SELECT reltuples::float8 FROM pg_class WHERE oid = $1::regclass";
        let mut statement = QueryBuilder::<Postgres>::new("EXPLAIN (FORMAT JSON) SELECT 1 FROM ");
        self.group.push_table(&mut statement);
        statement.push(" WHERE ");
        self.group.push_match(self.db, &mut statement, self.query, words);
        let plan: Json<Value> =
            statement.build_query_scalar().persistent(false).fetch_one(pool).await?;
        let rows = plan.pointer("/0/Plan/Plan Rows").and_then(Value::as_f64).unwrap_or(0.0);
        if rows < 1_000.0 {
            return Ok(0.0);
        }
        let records: f64 =
            sqlx::query_scalar(RECORDS).bind(self.group.table()).fetch_one(pool).await?;
        Ok(rows / records.max(rows))
    }

    /// Up to `missing` hits below the number `after` (0 for the newest): numbers from the index first, then the records
    /// that `select` leaves of them, until there are enough.
    pub(crate) async fn by_number<Row>(
        &self,
        pool: &PgPool,
        words: Words,
        after: i64,
        missing: i64,
        select: impl Fn(&mut QueryBuilder<Postgres>, Vec<i64>),
    ) -> Result<Vec<Row>>
    where
        Row: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        /// Most numbers of one round.
        const MOST: i64 = 5_000;
        let mut below = if after > 0 { after } else { i64::MAX };
        let mut limit = missing;
        let mut found: Vec<Row> = Vec::new();
        loop {
            let numbers = self.numbers(pool, words, below, limit).await?;
            let last = numbers.last().copied();
            let exhausted = i64::try_from(numbers.len()).unwrap_or(i64::MAX) < limit;
            if !numbers.is_empty() {
                let mut statement = QueryBuilder::<Postgres>::new("");
                select(&mut statement, numbers);
                found.extend(statement.build_query_as::<Row>().fetch_all(pool).await?);
            }
            let enough = i64::try_from(found.len()).unwrap_or(i64::MAX) >= missing;
            match last.filter(|_| !exhausted && !enough) {
                Some(number) => below = number,
                None => break,
            }
            limit = (limit * 4).min(MOST);
        }
        found.truncate(usize::try_from(missing).unwrap_or(usize::MAX));
        Ok(found)
    }
}

/// How many records a query finds, up to a little above `limit`; `None` when the
/// quick way does not tell: it looks at some more numbers than `limit` and no further.
pub(crate) async fn quick_count(
    db: &Db,
    pool: &PgPool,
    query: &Query,
    tab: Tab,
    limit: i64,
    conditions: impl Fn(&mut QueryBuilder<Postgres>),
) -> Result<Option<i64>> {
    let target = Target::new(db, query, tab);
    let mut statement = QueryBuilder::<Postgres>::new("SELECT COUNT(*) FROM (SELECT 1 FROM ");
    target.push_hits(&mut statement, None);
    conditions(&mut statement);
    statement.push(" LIMIT ").push_bind(limit).push(") counted");
    let names: i64 = statement.build_query_scalar().fetch_one(pool).await?;
    if names >= limit || !query.uses_index() {
        return Ok(Some(names));
    }
    let most = limit + limit / 2;
    let numbers = target.numbers(pool, Words::Any, i64::MAX, most).await?;
    let exhausted = i64::try_from(numbers.len()).unwrap_or(i64::MAX) < most;
    let (table, _, number) = target.columns();
    let mut statement = QueryBuilder::<Postgres>::new("SELECT COUNT(*) FROM ");
    statement.push(table).push(" WHERE ").push(number).push(" = ANY(").push_bind(numbers);
    statement.push(") AND ");
    target.push_no_name(&mut statement);
    conditions(&mut statement);
    let others: i64 = statement.build_query_scalar().fetch_one(pool).await?;
    Ok(Some(names + others).filter(|sum| exhausted || *sum >= limit))
}
