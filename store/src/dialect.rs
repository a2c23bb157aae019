//! The few statements that must differ between SQLite and PostgreSQL: the full-text index and
//! lists of values. Every exception to "one SQL text for both" stands here.

use crate::{
    db::{Db, Held, Tx},
    error::Result,
};
use domain::{
    account::AccountKind,
    list::Tab,
    search::{Document, FoundBy, Query, Term},
};
use sqlx::{Database, Encode, Executor, Postgres, QueryBuilder, Sqlite, SqlitePool, Type};

/// A statement that reads rows its transaction is going to change. PostgreSQL holds them, so that what
/// was read is still so when it is written; on SQLite the whole transaction is the only writer.
macro_rules! to_change {
    ($tx:expr, $statement:expr) => {
        match &$tx.held {
            $crate::db::Held::Sqlite(_) => $statement,
            $crate::db::Held::Postgres(_) => const_format::concatcp!($statement, " FOR UPDATE"),
        }
    };
}
pub(crate) use to_change;

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

/// Appends the most rows that are read, one of a few numbers of ours. It stands in the text: PostgreSQL keeps no plan
/// of a statement with a bound one, of which it has to expect a tenth of all rows, and plans it anew each time.
pub(crate) fn push_limit<D: Database>(
    statement: &mut QueryBuilder<D>,
    rows: i64,
) -> &mut QueryBuilder<D> {
    statement.push(" LIMIT ").push(rows)
}

/// Appends a bound text that PostgreSQL is not to plan by: of every subquery it expects the same, and keeps the plan.
/// Otherwise it plans a statement with a range of names anew each time, which takes ten times what reading them does.
pub(crate) fn push_unseen<D>(statement: &mut QueryBuilder<D>, text: String)
where
    D: Database,
    for<'q> String: Encode<'q, D> + Type<D>,
{
    statement.push("(SELECT ").push_bind(text).push(")");
}

/// Which of the two full-text indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Index {
    Accounts,
    People,
}

/// What is looked for. Companies and individuals share an index; the letter before each of their
/// tokens keeps them apart (see [`Document::under`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Companies,
    Individuals,
    People,
}

/// The columns of FTS5's indexes, in the order of [`FoundBy::ALL`].
fn fts5_column(part: FoundBy) -> &'static str {
    match part {
        FoundBy::Names => "names",
        FoundBy::Phones => "phones",
        FoundBy::Messages => "messages",
        FoundBy::Codes => "codes",
    }
}

/// The weight that marks the words of a part in a `tsvector`.
fn weight(part: FoundBy) -> char {
    match part {
        FoundBy::Names => 'A',
        FoundBy::Phones => 'B',
        FoundBy::Messages => 'C',
        FoundBy::Codes => 'D',
    }
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

/// Which hits of a query are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// Every word as typed.
    Whole,
    /// Words that begin as typed, but not all of them whole.
    Begun,
    /// Both.
    Any,
}

/// A query in FTS5's language. Tokens hold letters, digits and Han characters only, so quoting
/// them is enough.
fn fts5_query(query: &Query, group: Group, words: Words) -> String {
    let letter = group.letter();
    let terms = |prefix: bool| -> String {
        let terms = query.terms.iter().map(|term| {
            let tokens: Vec<String> =
                term.tokens.iter().map(|token| format!("{letter}{token}")).collect();
            let star = if prefix && term.prefix { " *" } else { "" };
            format!("\"{}\"{star}", tokens.join(" "))
        });
        terms.collect::<Vec<_>>().join(" AND ")
    };
    let asked = match words {
        Words::Whole => terms(false),
        Words::Begun => format!("({}) NOT ({})", terms(true), terms(false)),
        Words::Any => terms(true),
    };
    match query.within() {
        None => asked,
        Some(parts) => {
            let columns: Vec<&str> = parts.iter().map(|part| fts5_column(*part)).collect();
            format!("{{{}}} : ({asked})", columns.join(" "))
        }
    }
}

/// A word of a query as PostgreSQL's index has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lexeme {
    pub text: String,
    /// Whether every word that begins so will do.
    pub is_beginning: bool,
    /// The weights of the parts it is looked for in; none for all of them.
    weights: String,
}

impl Lexeme {
    /// The words of a term; `begun`: the last may be a beginning.
    fn of<'q>(
        query: &'q Query,
        term: &'q Term,
        group: Group,
        begun: bool,
    ) -> impl Iterator<Item = Self> + 'q {
        let last = term.tokens.len().saturating_sub(1);
        let weights: String =
            query.within().unwrap_or_default().iter().map(|part| weight(*part)).collect();
        term.tokens.iter().enumerate().map(move |(place, token)| Self {
            text: format!("{}{token}", group.letter()),
            is_beginning: begun && term.prefix && place == last,
            weights: weights.clone(),
        })
    }

    fn tsquery(&self) -> String {
        let star = if self.is_beginning { "*" } else { "" };
        let colon = if star.len() + self.weights.len() > 0 { ":" } else { "" };
        format!("'{}'{colon}{star}{}", self.text.replace('\'', "''"), self.weights)
    }
}

/// A query as a `tsquery` literal.
fn tsquery(query: &Query, group: Group, words: Words) -> String {
    let terms = |begun: bool| -> String {
        let terms = query.terms.iter().map(|term| {
            let words: Vec<String> =
                Lexeme::of(query, term, group, begun).map(|word| word.tsquery()).collect();
            format!("({})", words.join(" <-> "))
        });
        terms.collect::<Vec<_>>().join(" & ")
    };
    match words {
        Words::Whole => terms(false),
        Words::Begun => format!("({}) & !({})", terms(true), terms(false)),
        Words::Any => terms(true),
    }
}

impl Group {
    /// What a list shows.
    pub(crate) fn on(tab: Tab) -> Self {
        match tab {
            Tab::Companies => Self::Companies,
            Tab::Individuals => Self::Individuals,
            Tab::People => Self::People,
        }
    }

    /// Where customers of a kind are found.
    pub(crate) fn of(kind: AccountKind) -> Self {
        if kind == AccountKind::Individual { Self::Individuals } else { Self::Companies }
    }

    /// Stands before every token.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Companies => 'c',
            Self::Individuals => 'i',
            Self::People => 'p',
        }
    }

    /// The table that holds the index.
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Companies | Self::Individuals => "account_search",
            Self::People => "person_search",
        }
    }

    /// SQLite's table of the words in the index.
    pub(crate) fn word_table(self) -> &'static str {
        match self {
            Self::Companies | Self::Individuals => "account_search_word",
            Self::People => "person_search_word",
        }
    }

    /// The number of a hit's record, as a column of the index.
    pub(crate) fn number(self, db: &Db) -> &'static str {
        match (db, self) {
            (Db::Sqlite { .. }, Self::People) => "person_search.rowid",
            (Db::Sqlite { .. }, _) => "account_search.rowid",
            (Db::Postgres { .. }, Self::People) => "person_search.number",
            (Db::Postgres { .. }, _) => "account_search.number",
        }
    }

    /// Appends the index to the tables a statement reads, first of them. `CROSS JOIN` tells SQLite
    /// to go through the hits, newest first where that is asked for, and to look up each record.
    pub(crate) fn push_from<D: Database>(self, statement: &mut QueryBuilder<D>) {
        statement.push(self.table()).push(" CROSS JOIN ");
    }

    /// Appends which index to look a record up in when only its existence is asked for: SQLite takes the table
    /// itself, which is a hundred times as large.
    pub(crate) fn push_smallest<D: Database>(self, db: &Db, statement: &mut QueryBuilder<D>) {
        if let Db::Sqlite { .. } = db {
            statement.push(match self {
                Self::Companies | Self::Individuals => " INDEXED BY account_list_created",
                Self::People => " INDEXED BY person_created",
            });
        }
    }

    /// Appends the condition that makes a row of the index a hit.
    pub(crate) fn push_match<D>(
        self,
        db: &Db,
        statement: &mut QueryBuilder<D>,
        query: &Query,
        words: Words,
    ) where
        D: Database,
        for<'q> String: Encode<'q, D> + Type<D>,
    {
        let table = self.table();
        match db {
            Db::Sqlite { .. } => {
                statement.push(table).push(" MATCH ").push_bind(fts5_query(query, self, words));
            }
            Db::Postgres { .. } => {
                statement.push(table).push(".document @@ ");
                statement.push_bind(tsquery(query, self, words)).push("::tsquery");
            }
        }
    }
}

impl Group {
    /// The words of a query in PostgreSQL's index.
    pub(crate) fn lexemes(self, query: &Query, words: Words) -> Vec<Lexeme> {
        let begun = words != Words::Whole;
        query.terms.iter().flat_map(|term| Lexeme::of(query, term, self, begun)).collect()
    }

    /// Appends the condition that makes a row of PostgreSQL's index a hit. It is looked up by the words of
    /// `lookup`, if there are any; then the planner is kept from looking up the others too.
    pub(crate) fn push_match_by(
        self,
        db: &Db,
        statement: &mut QueryBuilder<Postgres>,
        query: &Query,
        lookup: &[&Lexeme],
    ) {
        if lookup.is_empty() {
            return self.push_match(db, statement, query, Words::Any);
        }
        let lookup: Vec<String> = lookup.iter().map(|word| word.tsquery()).collect();
        statement.push("document @@ ").push_bind(lookup.join(" & ")).push("::tsquery AND (");
        self.push_match(db, statement, query, Words::Any);
        statement.push(") IS TRUE");
    }
}

const TOTAL_CHANGES: &str = "SELECT total_changes()";

impl Index {
    fn fts5_put(self) -> &'static str {
        match self {
            Self::Accounts => {
                "INSERT OR REPLACE INTO account_search (rowid, names, phones, messages, codes) "
            }
            Self::People => {
                "INSERT OR REPLACE INTO person_search (rowid, names, phones, messages, codes) "
            }
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
        match (self, &tx.held) {
            (Self::People, Held::Sqlite(_)) => "DELETE FROM person_search WHERE rowid = $1",
            (Self::Accounts, Held::Sqlite(_)) => "DELETE FROM account_search WHERE rowid = $1",
            (Self::People, Held::Postgres(_)) => "DELETE FROM person_search WHERE number = $1",
            (Self::Accounts, Held::Postgres(_)) => "DELETE FROM account_search WHERE number = $1",
        }
    }

    /// Puts documents in, replacing what was there under the same number.
    pub(crate) async fn put(self, tx: &mut Tx, documents: &[(i64, Document)]) -> Result<()> {
        match &mut tx.held {
            Held::Sqlite(transaction) => {
                for documents in pieces(documents) {
                    let mut statement = QueryBuilder::<Sqlite>::new(self.fts5_put());
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
                sqlx::query(self.postgres_put())
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
        let (two, statement) = match self {
            Self::Accounts => (
                "INSERT INTO account_search (account_search, rank) VALUES ('usermerge', 2)",
                "INSERT INTO account_search (account_search, rank) VALUES ('merge', $1)",
            ),
            Self::People => (
                "INSERT INTO person_search (person_search, rank) VALUES ('usermerge', 2)",
                "INSERT INTO person_search (person_search, rank) VALUES ('merge', $1)",
            ),
        };
        // Two pieces of a size are merged already. A negative number begins with all of them, whatever their
        // size; positive ones go on until nothing was left to do, which shows in fewer than two changed rows
        // (SQLite's manual of FTS5, 6.8 "merge" and 6.13 "usermerge").
        writer.execute(two).await?;
        let mut pages = if all { -PAGES } else { PAGES };
        loop {
            let mut connection = writer.acquire().await?;
            let before: i64 = sqlx::query_scalar(TOTAL_CHANGES).fetch_one(&mut *connection).await?;
            sqlx::query(statement).bind(pages).execute(&mut *connection).await?;
            let after: i64 = sqlx::query_scalar(TOTAL_CHANGES).fetch_one(&mut *connection).await?;
            if after - before < 2 {
                return Ok(());
            }
            pages = PAGES;
        }
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
        document.text(FoundBy::Names, "小明 Acme");
        document.word(FoundBy::Codes, "zxm".to_owned());
        let document = document.under(Group::Companies.letter());
        let parts = document.0.clone().map(|part| fts5_document(&part));
        assert_eq!(parts, ["c小 c明 \u{e000} c小明 \u{e000} cacme", "", "", "czxm"]);
        assert_eq!(tsvector(&document), "'c小':1A 'c明':2A 'c小明':4A 'cacme':6A 'czxm':8 ");
        let query = Query::parse("小明 ac").unwrap_or_default();
        let fts5 = |words| fts5_query(&query, Group::Individuals, words);
        assert_eq!(fts5(Words::Any), "\"i小明\" AND \"iac\" *");
        assert_eq!(fts5(Words::Whole), "\"i小明\" AND \"iac\"");
        assert_eq!(fts5(Words::Begun), "(\"i小明\" AND \"iac\" *) NOT (\"i小明\" AND \"iac\")");
        let tsquery = |words| tsquery(&query, Group::Companies, words);
        assert_eq!(tsquery(Words::Any), "('c小明') & ('cac':*)");
        assert_eq!(tsquery(Words::Begun), "(('c小明') & ('cac':*)) & !(('c小明') & ('cac'))");
        let query = query.clone().without(|part| *part == FoundBy::Phones);
        assert_eq!(
            fts5_query(&query, Group::People, Words::Any),
            "{names messages codes} : (\"p小明\" AND \"pac\" *)"
        );
        let tsquery = super::tsquery(&query, Group::People, Words::Any);
        assert_eq!(tsquery, "('p小明':ACD) & ('pac':*ACD)");
    }
}
