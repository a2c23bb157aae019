//! Search: names by beginning first, then records that hold the very words, then records whose
//! words begin so, each newest first; the same hits in the same order on both databases.
//!
//! The index hands its hits over newest first, so that a page costs the same whether a thousand
//! records match or a million.

use crate::{
    db::{Db, Reading, on_connection, on_read},
    dialect::{Group, Words, push_limit, push_unseen},
    error::Result,
    search_by_number::ByNumber,
    search_words::{Lone, finished, lone},
};
use domain::{
    id::{TagId, UserId},
    list::Tab,
    page::{Cursor, Page},
    policy::Caller,
    search::{FoundBy, Query},
};
use sqlx::{
    Database, Encode, FromRow, Postgres, QueryBuilder, Type, postgres::PgRow, sqlite::SqliteRow,
};

/// Behind every text that begins with the query, and before every other.
pub(crate) const LAST: char = '\u{10ffff}';

/// The parts of an answer, in their order. A record is in the first one it fits into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The name begins with the query; by name.
    Names,
    /// Every word is there as typed; newest first.
    Whole,
    /// Words begin as typed; newest first.
    Begun,
}

impl Part {
    /// The parts an answer can have from this one on.
    fn and_behind(self, query: &Query) -> &'static [Self] {
        let parts: &[Self] = match (query.uses_index(), query.is_whole_words()) {
            (false, _) => &[Self::Names],
            (true, true) => &[Self::Names, Self::Whole],
            (true, false) => &[Self::Names, Self::Whole, Self::Begun],
        };
        let before = parts.iter().take_while(|part| **part != self).count();
        parts.get(before..).unwrap_or_default()
    }

    /// The first character of a cursor.
    fn letter(self) -> char {
        match self {
            Self::Names => 'n',
            Self::Whole => 'w',
            Self::Begun => 'b',
        }
    }
}

/// Where a page of hits starts: behind this record of this part.
#[derive(Debug)]
pub(crate) struct Place {
    pub part: Part,
    key: String,
    pub number: i64,
}

impl Place {
    fn start(part: Part) -> Self {
        Self { part, key: String::new(), number: 0 }
    }

    fn read(after: Option<&Cursor>) -> Self {
        let read = |after: &Cursor| {
            let mut letters = after.key.chars();
            let part = match letters.next()? {
                'n' => Part::Names,
                'w' => Part::Whole,
                'b' => Part::Begun,
                _ => return None,
            };
            Some(Self { part, key: letters.collect(), number: after.number })
        };
        after.and_then(read).unwrap_or_else(|| Self::start(Part::Names))
    }

    fn cursor(part: Part, name_fold: &str, number: i64) -> Cursor {
        let mut key = String::from(part.letter());
        if part == Part::Names {
            key.push_str(name_fold);
        }
        Cursor { key, number }
    }
}

/// Where a kind of record is searched.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub db: &'a Db,
    pub query: &'a Query,
    pub group: Group,
}

impl<'a> Target<'a> {
    pub(crate) fn new(db: &'a Db, query: &'a Query, tab: Tab) -> Self {
        Self { db, query, group: Group::on(tab) }
    }

    /// Appends the tables of the hits of the index and the condition that makes a row one, names that begin so
    /// included. `plain`: nothing but the existence of the record is asked of it besides.
    fn push_index_hits<D>(&self, statement: &mut QueryBuilder<D>, plain: bool)
    where
        D: Database,
        for<'q> String: Encode<'q, D> + Type<D>,
    {
        let (table, _, number) = self.group.columns();
        self.group.push_from(statement);
        statement.push(table);
        if plain {
            self.group.push_smallest(self.db, statement);
        }
        statement.push(" WHERE ");
        self.group.push_match(self.db, statement, self.query, Words::Any);
        statement.push(" AND ").push(number).push(" = ").push(self.group.number(self.db));
        statement.push(" AND ");
    }

    /// Where the hits of a page that starts at `place` come from; `None` when there are none, and none in the parts
    /// behind it either.
    async fn source(&self, reading: &mut Reading, place: &Place) -> Result<Option<Source>> {
        Ok(match place.part {
            Part::Names => Some(Source::Names),
            // Behind a hit that is there, or was: the only one may have come later, and be of another part.
            Part::Whole if place.number > 0 => Some(Source::Index(Words::Whole)),
            Part::Whole => match lone(reading, self).await? {
                Some(Lone(hit)) => hit.map(Source::Lone),
                None => Some(Source::Index(Words::Whole)),
            },
            Part::Begun => Some(Source::Index(Words::Begun)),
        })
    }

    /// Appends the tables of a part and the condition that makes a row a hit of it.
    pub(crate) fn push_hits<D>(&self, statement: &mut QueryBuilder<D>, source: Source)
    where
        D: Database,
        for<'q> i64: Encode<'q, D> + Type<D>,
        for<'q> String: Encode<'q, D> + Type<D>,
    {
        let (table, name, number) = self.group.columns();
        match source {
            Source::Names => {
                let begin = self.query.folded.clone();
                let end = format!("{begin}{LAST}");
                push_unseen(statement.push(table).push(" WHERE ").push(name).push(" >= "), begin);
                push_unseen(statement.push(" AND ").push(name).push(" < "), end);
                statement.push(" AND ");
                return;
            }
            Source::Index(words) => {
                self.group.push_from(statement);
                statement.push(table).push(" WHERE ");
                self.group.push_match(self.db, statement, self.query, words);
                statement.push(" AND ");
            }
            Source::Lone(hit) => {
                statement.push("(SELECT ").push_bind(hit).push(" AS rowid) ");
                self.group.push_from(statement);
                statement.push(table).push(" WHERE ");
            }
        }
        statement.push(number).push(" = ").push(self.group.number(self.db)).push(" AND ");
        self.push_no_name(statement);
    }

    /// Appends that the name does not begin with the query.
    pub(crate) fn push_no_name<D>(&self, statement: &mut QueryBuilder<D>)
    where
        D: Database,
        for<'q> String: Encode<'q, D> + Type<D>,
    {
        let (_, name, _) = self.group.columns();
        let (begin, end) = (self.query.folded.clone(), format!("{}{LAST}", self.query.folded));
        statement.push("(").push(name).push(" < ").push_bind(begin);
        statement.push(" OR ").push(name).push(" >= ").push_bind(end).push(") AND ");
    }

    /// Appends where a page starts, its order and its limit.
    fn push_place<D>(&self, statement: &mut QueryBuilder<D>, place: &Place, limit: i64)
    where
        D: Database,
        for<'q> i64: Encode<'q, D> + Type<D>,
        for<'q> String: Encode<'q, D> + Type<D>,
    {
        let (_, name, number) = self.group.columns();
        if place.part == Part::Names {
            if place.number > 0 {
                statement.push(" AND (").push(name).push(", ").push(number).push(") > (");
                statement.push_bind(place.key.clone()).push(", ");
                statement.push_bind(place.number).push(")");
            }
            self.push_order(statement, place.part);
        } else {
            let number = self.group.number(self.db);
            if place.number > 0 {
                statement.push(" AND ").push(number).push(" < ").push_bind(place.number);
            }
            statement.push(" ORDER BY ").push(number).push(" DESC");
        }
        push_limit(statement, limit);
    }

    /// Appends the order of the rows of a part.
    fn push_order<D: Database>(&self, statement: &mut QueryBuilder<D>, part: Part) {
        let (_, name, number) = self.group.columns();
        statement.push(" ORDER BY ");
        match part {
            Part::Names => statement.push(name).push(", ").push(number),
            Part::Whole | Part::Begun => statement.push(number).push(" DESC"),
        };
    }
}

/// Where the hits of a part come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The names.
    Names,
    /// The index, by these words.
    Index(Words),
    /// The only hit of SQLite's index, by its number: nothing is behind it.
    Lone(i64),
}

/// Appends a row for each hit, each once, in no order: what a count counts. `plain`: the conditions ask for
/// nothing but the existence of the record.
pub(crate) fn push_all_hits<D>(
    db: &Db,
    statement: &mut QueryBuilder<D>,
    query: &Query,
    tab: Tab,
    plain: bool,
    conditions: impl Fn(&mut QueryBuilder<D>),
) where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> String: Encode<'q, D> + Type<D>,
{
    let target = Target::new(db, query, tab);
    if query.covers_names() {
        statement.push("SELECT 1 AS one FROM ");
        target.push_index_hits(statement, plain);
        conditions(statement);
        return;
    }
    let names = Source::Names;
    let parts: &[Source] =
        if query.uses_index() { &[names, Source::Index(Words::Any)] } else { &[names] };
    for (place, source) in parts.iter().enumerate() {
        statement.push(if place == 0 {
            "SELECT 1 AS one FROM "
        } else {
            " UNION ALL SELECT 1 FROM "
        });
        target.push_hits(statement, *source);
        conditions(statement);
    }
}

/// A kind of record that is searched: what is read of it, and which records there are for whoever asks.
pub(crate) trait Searched {
    /// One row of an answer.
    type Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin;

    /// Where it is found.
    fn group(&self) -> Group;

    /// Appends what is read, up to the tables.
    fn push_head<D: Database>(&self, statement: &mut QueryBuilder<D>);

    /// Appends which records there are, to conditions that stand there already, with an `AND` behind them.
    fn push_conditions<D>(&self, statement: &mut QueryBuilder<D>)
    where
        D: Database,
        for<'q> i64: Encode<'q, D> + Type<D>,
        for<'q> String: Encode<'q, D> + Type<D>,
        for<'q> UserId: Encode<'q, D> + Type<D>,
        for<'q> TagId: Encode<'q, D> + Type<D>;

    /// Appends what is looked up beside the rows of a page that is cut; whether there is anything.
    fn push_tail<D>(&self, statement: &mut QueryBuilder<D>) -> bool
    where
        D: Database,
        for<'q> UserId: Encode<'q, D> + Type<D>;

    /// By what its names are ordered, and its number.
    fn key(row: &Self::Row) -> (&str, i64);
}

impl Db {
    /// A page of what a query finds among records of a kind.
    pub(crate) async fn hits<S: Searched + Sync>(
        &self,
        kind: &S,
        query: &Query,
        after: Option<&Cursor>,
        rows: u16,
    ) -> Result<Page<S::Row>> {
        let target = Target { db: self, query, group: kind.group() };
        let start = Place::read(after);
        let mut reading = self.reading().await?;
        let mut found: Vec<(Part, S::Row)> = Vec::new();
        for part in start.part.and_behind(query) {
            if found.len() > usize::from(rows) {
                break;
            }
            let fresh = Place::start(*part);
            let place = if *part == start.part { &start } else { &fresh };
            if *part != Part::Names
                && let Some(mut index) = ByNumber::new(target, &mut reading).await?
            {
                let (table, _, number) = target.group.columns();
                let select = |statement: &mut QueryBuilder<Postgres>, numbers: Vec<i64>| {
                    kind.push_head(statement);
                    statement.push(table).push(" WHERE ").push(number).push(" = ANY(");
                    statement.push_bind(numbers).push(") AND ");
                    target.push_no_name(statement);
                    kind.push_conditions(statement);
                    kind.push_tail(statement);
                };
                let number = |row: &S::Row| S::key(row).1;
                found.extend(index.rows(place, i64::from(rows) + 1, number, select).await?);
                break;
            }
            let Some(source) = target.source(&mut reading, place).await? else { break };
            let more: Vec<S::Row> = on_connection!(reading.connection(), |connection| {
                let mut statement = QueryBuilder::<Dialect>::new("");
                kind.push_head(&mut statement);
                target.push_hits(&mut statement, source);
                kind.push_conditions(&mut statement);
                target.push_place(&mut statement, place, i64::from(rows) + 1);
                if kind.push_tail(&mut statement) {
                    target.push_order(&mut statement, *part);
                }
                statement.build_query_as().fetch_all(connection).await
            })?;
            found.extend(more.into_iter().map(|row| (*part, row)));
            if matches!(source, Source::Lone(_)) {
                break;
            }
        }
        let cursor = |(part, row): &(Part, S::Row)| {
            let (name, number) = S::key(row);
            Place::cursor(*part, name, number)
        };
        Ok(Page::cut(found, rows, cursor).map(|(_, row)| row))
    }

    /// The record with a number, if there is one for whoever asks: one look into an index.
    pub(crate) async fn hit_by_number<S: Searched + Sync>(
        &self,
        kind: &S,
        number: i64,
    ) -> Result<Option<S::Row>> {
        let (table, _, column) = kind.group().columns();
        Ok(on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new("");
            kind.push_head(&mut statement);
            statement.push(table).push(" WHERE ").push(column).push(" = ").push_bind(number);
            kind.push_conditions(statement.push(" AND "));
            kind.push_tail(&mut statement);
            statement.build_query_as().fetch_optional(pool).await
        })?)
    }

    /// What a query asks for of a group; `None` when it asks for nothing. Nothing is found by what the caller does not
    /// see.
    pub(crate) async fn query(
        &self,
        caller: &Caller,
        typed: &str,
        group: Group,
    ) -> Result<Option<Query>> {
        let hides = |part: &FoundBy| !part.is_seen(caller.rights.details(), group.object());
        let query = Query::parse(typed).map(|query| query.without(hides));
        Ok(match (self, query) {
            (Self::Sqlite { reader, .. }, Some(query)) => {
                Some(finished(reader, query, group).await?)
            }
            (_, query) => query,
        })
    }
}
