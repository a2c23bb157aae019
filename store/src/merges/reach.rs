//! Which merges reached the same records: of several, the one that was made last is taken back first. Owns every
//! statement on `merge_reach`.

use crate::{
    db::{Tx, on_tx},
    error::Result,
    within::push_ids,
};
use domain::id::MergeId;
use sqlx::QueryBuilder;
use uuid::Uuid;

/// Ends a condition about the merges `l`: none stands any more that reached the same records later, as far as one of the
/// two made them one with others. That both moved jobs of a record does not matter: the jobs are different ones.
macro_rules! none_later {
    () => {
        " AND NOT EXISTS (SELECT 1 FROM merge_reach mine JOIN merge_reach other ON other.record_id = mine.record_id \
         JOIN merge_log o ON o.id = other.merge_id WHERE mine.merge_id = l.id AND (mine.merged OR other.merged) AND o.split_at IS NULL AND o.image <> '' \
         AND o.depth > l.depth)"
    };
}
pub(super) use none_later;

const IS_LAST: &str =
    const_format::concatcp!("SELECT COUNT(*) FROM merge_log l WHERE l.id = $1", none_later!());

/// One more than the depth of every merge that reached one of these records and still stands.
pub(super) async fn depth(tx: &mut Tx, records: &[Uuid]) -> Result<i64> {
    let mut deepest = 0;
    for records in records.chunks(256) {
        let found: i64 = on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "SELECT COALESCE(MAX(l.depth), 0) FROM merge_reach r JOIN merge_log l ON l.id = r.merge_id \
                 WHERE l.split_at IS NULL AND l.image <> '' AND r.record_id",
            );
            push_ids(&mut statement, records.iter().copied());
            statement.build_query_scalar().fetch_one(connection).await
        })?;
        deepest = deepest.max(found);
    }
    Ok(deepest + 1)
}

/// Keeps which records a merge reached; `merged` are those that became one.
pub(super) async fn keep(
    tx: &mut Tx,
    merge: MergeId,
    records: &[Uuid],
    merged: &[Uuid],
) -> Result<()> {
    for records in records.chunks(256) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "INSERT INTO merge_reach (record_id, merge_id, merged) ",
            );
            statement.push_values(records, |mut row, record| {
                row.push_bind(*record).push_bind(merge).push_bind(merged.contains(record));
            });
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

/// Whether no later merge of the same records stands in the way of taking one back.
pub(super) async fn is_last(tx: &mut Tx, merge: MergeId) -> Result<bool> {
    let found: i64 = on_tx!(tx, |connection| {
        sqlx::query_scalar(IS_LAST).bind(merge).fetch_one(connection).await
    })?;
    Ok(found > 0)
}

/// Holds persons whose jobs a merge of customers moves: they are not merged themselves meanwhile. On SQLite the whole
/// transaction is the only writer.
pub(super) async fn hold_people(tx: &mut Tx, whose: People<'_>) -> Result<()> {
    if matches!(tx.held, crate::db::Held::Sqlite(_)) {
        return Ok(());
    }
    let ids = match whose {
        People::Of(ids) | People::At(ids) => ids,
    };
    for ids in ids.chunks(256) {
        let _held: Vec<Uuid> = on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new("SELECT id FROM person WHERE id");
            if matches!(whose, People::At(_)) {
                statement.push(" IN (SELECT person_id FROM account_person WHERE account_id");
            }
            push_ids(&mut statement, ids.iter().copied());
            if matches!(whose, People::At(_)) {
                statement.push(")");
            }
            statement.push(" ORDER BY id FOR UPDATE");
            statement.build_query_scalar().fetch_all(connection).await
        })?;
    }
    Ok(())
}

/// Persons, by themselves or by the customers they work for.
#[derive(Clone, Copy)]
pub(super) enum People<'a> {
    /// These.
    Of(&'a [Uuid]),
    /// Those of these customers.
    At(&'a [Uuid]),
}
