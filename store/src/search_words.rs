//! Search on SQLite, whose full-text index reads all records with words that begin as typed before it looks at
//! the other words of a query: what it can be spared to ask.

use crate::{
    db::Reading,
    dialect::{Group, Words},
    error::Result,
    search::{LAST, Target},
};
use domain::search::Query;
use sqlx::{QueryBuilder, Sqlite, SqlitePool};

/// Not behind any character that a word can go on with.
const FIRST: char = '0';

/// The query with every word that is not the beginning of a longer one in the index taken for a whole word. It
/// finds the same.
pub(crate) async fn finished(reader: &SqlitePool, query: Query, group: Group) -> Result<Query> {
    if query.is_whole_words() || !query.uses_index() {
        return Ok(query);
    }
    let letter = group.letter();
    let mut statement = QueryBuilder::<Sqlite>::new("SELECT -1 WHERE FALSE");
    for (place, term) in query.terms.iter().enumerate().filter(|(_, term)| term.prefix) {
        let Some(token) = term.tokens.last() else { continue };
        statement.push(" UNION ALL SELECT ").push(place.to_string());
        statement.push(" WHERE EXISTS (SELECT 1 FROM ").push(group.word_table());
        statement.push(" WHERE term >= ").push_bind(format!("{letter}{token}{FIRST}"));
        statement.push(" AND term < ");
        statement.push_bind(format!("{letter}{token}{LAST}")).push(")");
    }
    let longer: Vec<i64> = statement.build_query_scalar().fetch_all(reader).await?;
    Ok(query.finished(|place| i64::try_from(place).is_ok_and(|place| longer.contains(&place))))
}

/// The number of the only hit of the index, or none: there are not two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lone(pub Option<i64>);

/// Looks whether a query of several words has two hits. Where it has not, nobody need ask which of them hold the
/// words as they are: that takes as long again as finding them. `None` when there are two, or it was not asked.
pub(crate) async fn lone(
    reading: &mut Reading,
    &Target { db, query, group }: &Target<'_>,
) -> Result<Option<Lone>> {
    let Reading::Sqlite(connection) = reading else { return Ok(None) };
    if query.terms.len() < 2 || query.is_whole_words() || !query.uses_index() {
        return Ok(None);
    }
    let mut statement = QueryBuilder::<Sqlite>::new("SELECT rowid FROM ");
    statement.push(group.table()).push(" WHERE ");
    group.push_match(db, &mut statement, query, Words::Any);
    statement.push(" ORDER BY rowid DESC LIMIT 2");
    let hits: Vec<i64> = statement.build_query_scalar().fetch_all(&mut **connection).await?;
    Ok((hits.len() < 2).then(|| Lone(hits.first().copied())))
}

#[cfg(test)]
mod tests {
    use crate::{db::Db, dialect::Index};
    use domain::search::{Document, FoundBy, tokens};
    use std::collections::BTreeSet;

    #[tokio::test]
    async fn the_index_has_every_letter_as_we_ask_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = crate::audit::AuditKey::new(&[7; 32]).unwrap();
        let db = Db::open_folder(folder.path(), key).await.unwrap();
        db.migrate().await.unwrap();
        let letters: String =
            ('\0'..=char::MAX).filter(|c| c.is_alphanumeric()).flat_map(|c| [c, ' ']).collect();
        let words: BTreeSet<String> = tokens(&letters).into_iter().collect();
        assert!(words.len() > 100_000);
        let mut document = Document::default();
        for word in &words {
            document.word(FoundBy::Names, word.clone());
        }
        let mut tx = db.begin().await.unwrap();
        Index::Accounts.put(&mut tx, &[(1, document)]).await.unwrap();
        tx.commit().await.unwrap();
        let Db::Sqlite { reader, .. } = &db else { unreachable!("a folder is SQLite's") };
        let there: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT term FROM account_search_word")
                .fetch_all(reader)
                .await
                .unwrap();
        let mut there: BTreeSet<String> = there.into_iter().collect();
        // What stands between the words is one of its own.
        assert!(there.remove("\u{e000}"));
        let odd: Vec<&String> = words.symmetric_difference(&there).collect();
        assert!(odd.is_empty(), "{odd:?}");
    }
}
