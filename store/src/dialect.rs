//! The few statements that must differ between SQLite and PostgreSQL: the full-text index and
//! lists of values. Every exception to "one SQL text for both" stands here.

mod index;

pub(crate) use index::Index;

use crate::db::Db;
use domain::{
    account::AccountKind,
    list::Tab,
    policy::Object,
    search::{FoundBy, Query, Term},
};
use sqlx::{Database, Encode, Postgres, QueryBuilder, Type};

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

/// What is looked for. Companies and individuals share an index; the letter before each of their
/// tokens keeps them apart (see [`domain::search::Document::under`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Companies,
    Individuals,
    People,
    Opportunities,
    Cases,
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

    /// What its records are, for the policy.
    pub(crate) fn object(self) -> Object {
        match self {
            Self::Companies | Self::Individuals => Object::Account,
            Self::People => Object::Person,
            Self::Opportunities => Object::Opportunity,
            Self::Cases => Object::Case,
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
            Self::Opportunities => 'd',
            Self::Cases => 'f',
        }
    }

    /// The index that it is looked for in.
    pub(crate) fn index(self) -> Index {
        match self {
            Self::Companies | Self::Individuals => Index::Accounts,
            Self::People => Index::People,
            Self::Opportunities => Index::Opportunities,
            Self::Cases => Index::Cases,
        }
    }

    /// The table of the records and the columns of name and number.
    pub(crate) fn columns(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Companies | Self::Individuals => ("account a", "a.name_fold", "a.number"),
            Self::People => ("person p", "p.name_fold", "p.number"),
            Self::Opportunities => ("opportunity o", "o.name_fold", "o.number"),
            Self::Cases => ("feedback_case c", "c.subject_fold", "c.number"),
        }
    }

    /// The table that holds the index.
    pub(crate) fn table(self) -> &'static str {
        self.index().texts().table
    }

    /// SQLite's table of the words in the index.
    pub(crate) fn word_table(self) -> &'static str {
        self.index().texts().word_table
    }

    /// The number of a hit's record, as a column of the index.
    pub(crate) fn number(self, db: &Db) -> &'static str {
        match db {
            Db::Sqlite { .. } => self.index().texts().rowid,
            Db::Postgres { .. } => self.index().texts().number,
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
                // Nobody counts these.
                Self::Opportunities | Self::Cases => "",
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
    fn queries_in_both_languages() {
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
