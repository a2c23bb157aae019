//! Search on PostgreSQL, whose full-text index hands its hits over all at once and in no order:
//! numbers first, newest first, and no more of them than a page needs; then the records.

use crate::{
    db::{Db, Reading},
    dialect::{Words, push_limit},
    error::Result,
    search::{Part, Place, Source, Target},
    word_shares::Shares,
};
use domain::{list::Tab, search::Query};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder, postgres::PgRow};
use std::{collections::HashMap, sync::Arc};

/// Share of the records from which a word is looked for in the newest of them, not in the index.
const FREQUENT: f64 = 0.02;

/// What is found by number, and where.
pub(crate) struct ByNumber<'a> {
    target: Target<'a>,
    connection: &'a mut PgConnection,
    shares: Arc<Shares>,
}

/// A hit of the index: whether its words are whole, and the number of its record.
type Numbered = (bool, i64);

/// Where a page starts, as a hit of the index: behind this one.
fn behind(place: &Place) -> Numbered {
    let number = if place.number > 0 { place.number } else { i64::MAX };
    match place.part {
        Part::Names => (true, i64::MAX),
        Part::Whole => (true, number),
        Part::Begun => (false, number),
    }
}

impl<'a> ByNumber<'a> {
    /// `None` on SQLite.
    pub(crate) async fn new(target: Target<'a>, reading: &'a mut Reading) -> Result<Option<Self>> {
        let (Db::Postgres { shares, .. }, Reading::Postgres(connection)) = (target.db, reading)
        else {
            return Ok(None);
        };
        let shares = shares.of(connection, target.group).await?;
        Ok(Some(Self { target, connection, shares }))
    }

    /// How many of the newest records hold about `count` with the words; `None` when they are not frequent.
    fn newest(&self, words: Words, count: i64) -> Option<i64> {
        let share = self.shares.of_all(&self.target.group.lexemes(self.target.query, words));
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "a few thousand"
        )]
        let records = (count as f64 / share.max(FREQUENT)).ceil() as i64;
        (share >= FREQUENT).then_some(records)
    }

    /// Appends the `records` newest records of the index below `below`, and the condition that makes one a hit.
    fn push_newest(
        &self,
        statement: &mut QueryBuilder<Postgres>,
        words: Words,
        below: i64,
        records: i64,
    ) {
        let Target { db, query, group } = self.target;
        statement.push("(SELECT number, document FROM ").push(group.table());
        statement.push(" WHERE number < ").push_bind(below);
        statement.push(" ORDER BY number DESC LIMIT ").push_bind(records).push(") ");
        statement.push(group.table()).push(" WHERE ");
        group.push_match(db, statement, query, words);
    }

    /// Appends the index and the condition that makes a row a hit.
    fn push_hits(&self, statement: &mut QueryBuilder<Postgres>) {
        let Target { db, query, group } = self.target;
        let words = group.lexemes(query, Words::Any);
        statement.push(group.table()).push(" WHERE ");
        group.push_match_by(db, statement, query, &self.shares.rare(&words));
    }

    /// The newest hits behind `place`: those with whole words first, as far as there are any.
    async fn numbers(&mut self, place: Numbered, limit: i64) -> Result<Vec<Numbered>> {
        let (is_whole, below) = place;
        let words = if is_whole { Words::Whole } else { Words::Begun };
        // Twice as many as there should be needed.
        if let Some(records) = self.newest(words, 2 * limit) {
            let mut statement = QueryBuilder::<Postgres>::new("SELECT number FROM ");
            self.push_newest(&mut statement, words, below, records);
            push_limit(statement.push(" ORDER BY number DESC"), limit);
            let found: Vec<i64> =
                statement.build_query_scalar().fetch_all(&mut *self.connection).await?;
            if i64::try_from(found.len()).is_ok_and(|found| found == limit) {
                return Ok(found.into_iter().map(|number| (is_whole, number)).collect());
            }
        }
        let mut statement = QueryBuilder::<Postgres>::new("WITH hit AS MATERIALIZED (SELECT ");
        let Target { db, query, group } = self.target;
        if query.is_whole_words() {
            statement.push("TRUE");
        } else {
            group.push_match(db, &mut statement, query, Words::Whole);
        }
        statement.push(" AS whole, number FROM ");
        self.push_hits(&mut statement);
        statement.push(") SELECT whole, number FROM hit WHERE (whole, number) < (");
        statement.push_bind(is_whole).push(", ").push_bind(below);
        push_limit(statement.push(") ORDER BY whole DESC, number DESC"), limit);
        Ok(statement.build_query_as().fetch_all(&mut *self.connection).await?)
    }

    /// Up to `missing` hits of the index behind `place`: numbers first, then the records that `select` leaves of
    /// them, until there are enough. `number` tells the number of a record.
    pub(crate) async fn rows<Row>(
        &mut self,
        place: &Place,
        missing: i64,
        number: impl Fn(&Row) -> i64,
        select: impl Fn(&mut QueryBuilder<Postgres>, Vec<i64>),
    ) -> Result<Vec<(Part, Row)>>
    where
        Row: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        /// Most numbers of one round.
        const MOST: i64 = 5_000;
        let mut place = behind(place);
        let mut limit = missing;
        let mut found: Vec<(Part, Row)> = Vec::new();
        loop {
            let hits = self.numbers(place, limit).await?;
            let exhausted = i64::try_from(hits.len()).unwrap_or(i64::MAX) < limit;
            let Some(last) = hits.last().copied() else { break };
            let mut statement = QueryBuilder::<Postgres>::new("");
            select(&mut statement, hits.iter().map(|(_, number)| *number).collect());
            let rows: Vec<Row> =
                statement.build_query_as().fetch_all(&mut *self.connection).await?;
            let mut rows: HashMap<i64, Row> =
                rows.into_iter().map(|row| (number(&row), row)).collect();
            found.extend(hits.into_iter().filter_map(|(is_whole, number)| {
                let part = if is_whole { Part::Whole } else { Part::Begun };
                rows.remove(&number).map(|row| (part, row))
            }));
            if exhausted || i64::try_from(found.len()).unwrap_or(i64::MAX) >= missing {
                break;
            }
            place = last;
            limit = (limit * 4).min(MOST);
        }
        found.truncate(usize::try_from(missing).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// How many records the query finds, up to a little above `limit`; `None` when the quick way does not tell:
    /// it looks at half as many hits more than `limit` and no further.
    async fn count(
        &mut self,
        limit: i64,
        conditions: impl Fn(&mut QueryBuilder<Postgres>),
    ) -> Result<Option<i64>> {
        let Target { query, .. } = self.target;
        let (table, _, number) = self.target.group.columns();
        let most = limit + limit / 2;
        let newest = self.newest(Words::Any, 2 * most);
        // PostgreSQL makes no more of `hit` than is read of it, and what is behind CASE only when it is needed.
        let mut statement =
            QueryBuilder::<Postgres>::new("WITH hit AS MATERIALIZED (SELECT number FROM ");
        match newest {
            Some(records) => self.push_newest(&mut statement, Words::Any, i64::MAX, records),
            None => self.push_hits(&mut statement),
        }
        push_limit(&mut statement, most);
        statement.push(") SELECT found, CASE WHEN found < ").push_bind(limit);
        statement.push(" THEN (SELECT COUNT(*) FROM hit) ELSE 0 END FROM (SELECT COUNT(*)");
        if !query.covers_names() {
            statement.push(" + (SELECT COUNT(*) FROM (SELECT 1 FROM ");
            self.target.push_hits(&mut statement, Source::Names);
            conditions(&mut statement);
            push_limit(&mut statement, limit).push(") named)");
        }
        statement.push(" AS found FROM (SELECT 1 FROM hit JOIN ").push(table);
        statement.push(" ON ").push(number).push(" = hit.number WHERE ");
        if !query.covers_names() {
            self.target.push_no_name(&mut statement);
        }
        conditions(&mut statement);
        push_limit(&mut statement, limit).push(") counted) answer");
        let (count, hits): (i64, i64) =
            statement.build_query_as().fetch_one(&mut *self.connection).await?;
        let exhausted = newest.is_none() && hits < most;
        Ok(Some(count).filter(|count| exhausted || *count >= limit))
    }
}

/// How many records a query finds, as [`ByNumber::count`] tells; `None` on SQLite.
pub(crate) async fn quick_count(
    db: &Db,
    query: &Query,
    tab: Tab,
    limit: i64,
    conditions: impl Fn(&mut QueryBuilder<Postgres>),
) -> Result<Option<i64>> {
    if matches!(db, Db::Sqlite { .. }) || !query.uses_index() {
        return Ok(None);
    }
    let mut reading = db.reading().await?;
    match ByNumber::new(Target::new(db, query, tab), &mut reading).await? {
        Some(mut index) => index.count(limit, conditions).await,
        None => Ok(None),
    }
}
