//! The few statements that must differ between SQLite and PostgreSQL: the full-text index and
//! lists of values. Every exception to "one SQL text for both" stands here.

use crate::{
    db::{Db, Tx},
    error::Result,
};
use domain::search::{Document, Query};
use sqlx::{QueryBuilder, Sqlite};

/// Rows of the statements that many rows are stored with, largest first.
const PIECES: [usize; 4] = [128, 32, 8, 1];

/// Cuts rows into pieces of a few fixed lengths. Every length is a statement of its own that the
/// connection keeps prepared; any other number of rows would be prepared anew each time, and with
/// thousands of bound values that takes longer, and keeps more memory, than the rows themselves.
pub(crate) fn pieces<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let length = PIECES.into_iter().find(|length| *length <= rest.len())?;
        let (piece, behind) = rest.split_at(length);
        rest = behind;
        Some(piece)
    })
}

/// Stands between segments of an FTS5 document, so that no phrase crosses them: a private-use
/// character that folding never produces.
const GAP: &str = "\u{e000}";

/// Which of the two full-text indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Index {
    Accounts,
    People,
}

/// A document as FTS5 takes it: tokens with blanks between, gaps between segments.
fn fts5_document(document: &Document) -> String {
    let segments: Vec<String> = document.0.iter().map(|tokens| tokens.join(" ")).collect();
    segments.join(&format!(" {GAP} "))
}

/// A document as a `tsvector` literal: tokens with positions, gaps between segments.
fn tsvector(document: &Document) -> String {
    /// Largest position a `tsvector` keeps apart.
    const LAST: usize = 16_383;
    let mut out = String::new();
    let mut position = 1;
    for segment in &document.0 {
        for token in segment {
            out.push_str(&format!("'{}':{} ", token.replace('\'', "''"), position.min(LAST)));
            position += 1;
        }
        position += 1;
    }
    out
}

/// A query in FTS5's language. Tokens hold letters, digits and Han characters only, so quoting
/// them is enough.
pub(crate) fn fts5_query(query: &Query) -> String {
    let terms: Vec<String> = query
        .terms
        .iter()
        .map(|term| {
            let star = if term.prefix { " *" } else { "" };
            format!("\"{}\"{star}", term.tokens.join(" "))
        })
        .collect();
    terms.join(" AND ")
}

/// A query as a `tsquery` literal.
pub(crate) fn tsquery(query: &Query) -> String {
    let terms: Vec<String> = query
        .terms
        .iter()
        .map(|term| {
            let last = term.tokens.len().saturating_sub(1);
            let tokens: Vec<String> = term
                .tokens
                .iter()
                .enumerate()
                .map(|(place, token)| {
                    let star = if term.prefix && place == last { ":*" } else { "" };
                    format!("'{}'{star}", token.replace('\'', "''"))
                })
                .collect();
            format!("({})", tokens.join(" <-> "))
        })
        .collect();
    terms.join(" & ")
}

impl Index {
    fn fts5_put(self) -> &'static str {
        match self {
            Self::Accounts => "INSERT OR REPLACE INTO account_search (rowid, document) ",
            Self::People => "INSERT OR REPLACE INTO person_search (rowid, document) ",
        }
    }

    fn postgres_put(self) -> &'static str {
        match self {
            Self::Accounts => {
                "INSERT INTO account_search (number, document) \
                 SELECT n, d::tsvector FROM unnest($1::bigint[], $2::text[]) AS t (n, d) \
                 ON CONFLICT (number) DO UPDATE SET document = EXCLUDED.document"
            }
            Self::People => {
                "INSERT INTO person_search (number, document) \
                 SELECT n, d::tsvector FROM unnest($1::bigint[], $2::text[]) AS t (n, d) \
                 ON CONFLICT (number) DO UPDATE SET document = EXCLUDED.document"
            }
        }
    }

    fn remove(self, tx: &Tx) -> &'static str {
        match (self, tx) {
            (Self::Accounts, Tx::Sqlite(_)) => "DELETE FROM account_search WHERE rowid = $1",
            (Self::People, Tx::Sqlite(_)) => "DELETE FROM person_search WHERE rowid = $1",
            (Self::Accounts, Tx::Postgres(_)) => "DELETE FROM account_search WHERE number = $1",
            (Self::People, Tx::Postgres(_)) => "DELETE FROM person_search WHERE number = $1",
        }
    }

    /// Puts documents in, replacing what was there under the same number.
    pub(crate) async fn put(self, tx: &mut Tx, documents: &[(i64, Document)]) -> Result<()> {
        match tx {
            Tx::Sqlite(transaction) => {
                for documents in pieces(documents) {
                    let mut statement = QueryBuilder::<Sqlite>::new(self.fts5_put());
                    statement.push_values(documents, |mut row, (number, document)| {
                        row.push_bind(*number).push_bind(fts5_document(document));
                    });
                    statement.build().execute(&mut **transaction).await?;
                }
            }
            Tx::Postgres(transaction) => {
                let numbers: Vec<i64> = documents.iter().map(|(number, _)| *number).collect();
                let vectors: Vec<String> =
                    documents.iter().map(|(_, document)| tsvector(document)).collect();
                sqlx::query(self.postgres_put())
                    .bind(numbers)
                    .bind(vectors)
                    .execute(&mut **transaction)
                    .await?;
            }
        }
        Ok(())
    }

    /// Takes one document out.
    pub(crate) async fn take_out(self, tx: &mut Tx, number: i64) -> Result<()> {
        let statement = self.remove(tx);
        crate::db::on_tx!(tx, |connection| {
            sqlx::query(statement).bind(number).execute(connection).await.map(drop)
        })?;
        Ok(())
    }
}

/// The common table expression that names the hits of a search `hit (number)`; the query text is
/// its one bound value. PostgreSQL is told to look the hits up first: walking the table in number
/// order in the hope of meeting a hit soon is its other, far worse idea.
pub(crate) fn hits(db: &Db, index: Index) -> &'static str {
    match (db, index) {
        (Db::Sqlite { .. }, Index::Accounts) => {
            "SELECT rowid AS number FROM account_search WHERE account_search MATCH "
        }
        (Db::Sqlite { .. }, Index::People) => {
            "SELECT rowid AS number FROM person_search WHERE person_search MATCH "
        }
        (Db::Postgres(_), Index::Accounts) => {
            "SELECT number FROM account_search WHERE document @@ "
        }
        (Db::Postgres(_), Index::People) => "SELECT number FROM person_search WHERE document @@ ",
    }
}

/// The bound value of [`hits`].
pub(crate) fn search_text(db: &Db, query: &Query) -> String {
    match db {
        Db::Sqlite { .. } => fts5_query(query),
        Db::Postgres(_) => tsquery(query),
    }
}

/// What follows the bound value of [`hits`].
pub(crate) fn search_cast(db: &Db) -> &'static str {
    match db {
        Db::Sqlite { .. } => "",
        Db::Postgres(_) => "::tsquery",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_into_pieces_of_few_lengths_and_none_is_lost() {
        let rows: Vec<usize> = (0..427).collect();
        let lengths: Vec<usize> = pieces(&rows).map(<[usize]>::len).collect();
        assert_eq!(lengths, [128, 128, 128, 32, 8, 1, 1, 1]);
        assert_eq!(pieces(&rows).flatten().copied().collect::<Vec<_>>(), rows);
        assert_eq!(pieces::<u8>(&[]).count(), 0);
    }

    #[test]
    fn documents_and_queries_in_both_languages() {
        let mut document = Document::default();
        document.text("小明 Acme");
        document.word("zxm".to_owned());
        assert_eq!(fts5_document(&document), "小 明 acme \u{e000} zxm");
        assert_eq!(tsvector(&document), "'小':1 '明':2 'acme':3 'zxm':5 ");
        let query = Query::parse("小明 ac").unwrap_or_default();
        assert_eq!(fts5_query(&query), "\"小 明\" AND \"ac\" *");
        assert_eq!(tsquery(&query), "('小' <-> '明') & ('ac':*)");
    }
}
