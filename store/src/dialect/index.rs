//! Writing the full-text indexes: documents in, documents out, and SQLite's pieces merged.

use super::{pieces, weight};
use crate::{
    db::{Held, Tx, on_tx},
    error::Result,
};
use domain::search::{Document, FoundBy};
use sqlx::{Executor, QueryBuilder, Sqlite, SqlitePool};

/// Stands between segments of an FTS5 document, so that no phrase crosses them: a private-use
/// character that folding never produces.
const GAP: &str = "\u{e000}";

/// Which of the full-text indexes. All are shaped alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Index {
    Accounts,
    People,
    Opportunities,
    Cases,
}

/// The names of an index and the statements that write it.
pub(super) struct Texts {
    pub table: &'static str,
    pub word_table: &'static str,
    /// The number of a record, as SQLite's index has it.
    pub rowid: &'static str,
    /// The same in PostgreSQL's.
    pub number: &'static str,
    fts5_put: &'static str,
    fts5_take_out: &'static str,
    fts5_merge_two: &'static str,
    fts5_merge: &'static str,
    postgres_put: &'static str,
    postgres_take_out: &'static str,
}

macro_rules! texts {
    ($table:literal) => {
        &Texts {
            table: $table,
            word_table: concat!($table, "_word"),
            rowid: concat!($table, ".rowid"),
            number: concat!($table, ".number"),
            fts5_put: concat!(
                "INSERT OR REPLACE INTO ",
                $table,
                " (rowid, names, phones, messages, codes) "
            ),
            fts5_take_out: concat!("DELETE FROM ", $table, " WHERE rowid = $1"),
            fts5_merge_two: concat!(
                "INSERT INTO ",
                $table,
                " (",
                $table,
                ", rank) VALUES ('usermerge', 2)"
            ),
            fts5_merge: concat!(
                "INSERT INTO ",
                $table,
                " (",
                $table,
                ", rank) VALUES ('merge', $1)"
            ),
            postgres_put: concat!(
                "INSERT INTO ",
                $table,
                " (number, document) SELECT n, d::tsvector FROM unnest($1::bigint[], $2::text[]) AS t (n, d) \
                 ON CONFLICT (number) DO UPDATE SET document = EXCLUDED.document"
            ),
            postgres_take_out: concat!("DELETE FROM ", $table, " WHERE number = $1"),
        }
    };
}

/// A part of a document as FTS5 takes it: tokens with blanks between, gaps between segments.
fn fts5_document(part: &[Vec<String>]) -> String {
    let segments: Vec<String> = part.iter().map(|tokens| tokens.join(" ")).collect();
    segments.join(&format!(" {GAP} "))
}

/// A document as a `tsvector` literal: tokens with positions, gaps between segments.
fn tsvector(document: &Document) -> String {
    /// Largest position a `tsvector` keeps apart.
    const LAST: usize = 16_383;
    let mut out = String::new();
    let mut position = 1;
    for (part, segments) in FoundBy::ALL.into_iter().zip(&document.0) {
        // The last weight is that of whatever has none.
        let weight = if part == FoundBy::Codes { String::new() } else { weight(part).to_string() };
        for segment in segments {
            for token in segment {
                let (token, place) = (token.replace('\'', "''"), position.min(LAST));
                out.push_str(&format!("'{token}':{place}{weight} "));
                position += 1;
            }
            position += 1;
        }
    }
    out
}

const TOTAL_CHANGES: &str = "SELECT total_changes()";

impl Index {
    /// Every index.
    pub(crate) const ALL: [Self; 4] =
        [Self::Accounts, Self::People, Self::Opportunities, Self::Cases];

    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Self::Accounts => texts!("account_search"),
            Self::People => texts!("person_search"),
            Self::Opportunities => texts!("opportunity_search"),
            Self::Cases => texts!("case_search"),
        }
    }

    /// Puts documents in, replacing what was there under the same number.
    pub(crate) async fn put(self, tx: &mut Tx, documents: &[(i64, Document)]) -> Result<()> {
        match &mut tx.held {
            Held::Sqlite(transaction) => {
                for documents in pieces(documents) {
                    let mut statement = QueryBuilder::<Sqlite>::new(self.texts().fts5_put);
                    statement.push_values(documents, |mut row, (number, document)| {
                        row.push_bind(*number);
                        for part in &document.0 {
                            row.push_bind(fts5_document(part));
                        }
                    });
                    statement.build().execute(&mut **transaction).await?;
                }
            }
            Held::Postgres(transaction) => {
                let numbers: Vec<i64> = documents.iter().map(|(number, _)| *number).collect();
                let vectors: Vec<String> =
                    documents.iter().map(|(_, document)| tsvector(document)).collect();
                sqlx::query(self.texts().postgres_put)
                    .bind(numbers)
                    .bind(vectors)
                    .execute(&mut **transaction)
                    .await?;
            }
        }
        Ok(())
    }

    /// Merges the pieces that SQLite's index was written in, step by step so that others can write in between:
    /// all of them into one, or only those of the same size. A search looks into every piece: after many writes
    /// it takes several times as long as after this.
    pub(crate) async fn merge(self, writer: &SqlitePool, all: bool) -> Result<()> {
        /// Pages of one step: a tenth of a second.
        const PAGES: i64 = 500;
        let Texts { fts5_merge_two, fts5_merge, .. } = *self.texts();
        // Two pieces of a size are merged already. A negative number begins with all of them, whatever their
        // size; positive ones go on until nothing was left to do, which shows in fewer than two changed rows
        // (SQLite's manual of FTS5, 6.8 "merge" and 6.13 "usermerge").
        writer.execute(fts5_merge_two).await?;
        let mut pages = if all { -PAGES } else { PAGES };
        loop {
            let mut connection = writer.acquire().await?;
            let before: i64 = sqlx::query_scalar(TOTAL_CHANGES).fetch_one(&mut *connection).await?;
            sqlx::query(fts5_merge).bind(pages).execute(&mut *connection).await?;
            let after: i64 = sqlx::query_scalar(TOTAL_CHANGES).fetch_one(&mut *connection).await?;
            if after - before < 2 {
                return Ok(());
            }
            pages = PAGES;
        }
    }

    /// Takes one document out.
    pub(crate) async fn take_out(self, tx: &mut Tx, number: i64) -> Result<()> {
        let statement = match &tx.held {
            Held::Sqlite(_) => self.texts().fts5_take_out,
            Held::Postgres(_) => self.texts().postgres_take_out,
        };
        on_tx!(tx, |connection| {
            sqlx::query(statement).bind(number).execute(connection).await.map(drop)
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Group;

    #[test]
    fn documents_in_both_languages() {
        let mut document = Document::default();
        document.text(FoundBy::Names, "小明 Acme");
        document.word(FoundBy::Codes, "zxm".to_owned());
        let document = document.under(Group::Companies.letter());
        let parts = document.0.clone().map(|part| fts5_document(&part));
        assert_eq!(parts, ["c小 c明 \u{e000} c小明 \u{e000} cacme", "", "", "czxm"]);
        assert_eq!(tsvector(&document), "'c小':1A 'c明':2A 'c小明':4A 'cacme':6A 'czxm':8 ");
    }
}
