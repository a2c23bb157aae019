//! Search: names by beginning first, then everything the index finds, newest first; the same hits
//! in the same order on both databases.

use crate::{
    db::{Db, on_read},
    dialect::{self, Index},
    error::Result,
    lists::{PERSON_PAGE_HEAD, PERSON_PAGE_TAIL, account_conditions, person_conditions},
    rows::{ACCOUNT_SUMMARY_COLUMNS, AccountSummaryRow, PersonSummaryRow},
};
use domain::{
    account::AccountSummary,
    list::{Hit, ListRequest, Tab},
    page::{Cursor, Page},
    person::PersonSummary,
    policy::{self, Caller, Object, Scope},
    search::Query,
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Behind every text that begins with the query, and before every other.
const LAST: char = '\u{10ffff}';

/// Hits of one kind in the palette.
const PALETTE_HITS: u16 = 8;

/// The two parts of an answer: names that begin with the query, by name; then the rest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Names,
    Rest,
}

/// Where a page of hits starts.
struct Place {
    part: Part,
    key: String,
    number: i64,
}

impl Place {
    fn read(after: Option<&Cursor>) -> Self {
        match after {
            Some(after) if after.key == "~" => {
                Self { part: Part::Rest, key: String::new(), number: after.number }
            }
            Some(after) => Self { part: Part::Names, key: after.key.clone(), number: after.number },
            None => Self { part: Part::Names, key: String::new(), number: 0 },
        }
    }
}

/// Appends that a row must match the query at all: by beginning of the name, or by the index.
pub(crate) fn matching<D>(db: &Db, statement: &mut QueryBuilder<D>, query: &Query, person: bool)
where
    D: Database,
    for<'q> String: Encode<'q, D> + Type<D>,
{
    let name = if person { "p.name_fold" } else { "a.name_fold" };
    statement.push(" AND ((").push(name).push(" >= ").push_bind(query.folded.clone());
    statement.push(" AND ").push(name).push(" < ").push_bind(format!("{}{LAST}", query.folded));
    statement.push(")");
    if query.uses_index() {
        let (index, number) =
            if person { (Index::People, "p.number") } else { (Index::Accounts, "a.number") };
        statement.push(" OR ").push(number).push(" IN (").push(dialect::hits(db, index));
        statement.push_bind(dialect::search_text(db, query)).push(dialect::search_cast(db));
        statement.push(")");
    }
    statement.push(")");
}

/// Appends the part of the answer, its order and its limit.
fn part<D>(
    db: &Db,
    statement: &mut QueryBuilder<D>,
    query: &Query,
    place: &Place,
    person: bool,
    limit: i64,
) where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> String: Encode<'q, D> + Type<D>,
{
    let (name, number, index) = if person {
        ("p.name_fold", "p.number", Index::People)
    } else {
        ("a.name_fold", "a.number", Index::Accounts)
    };
    let end = format!("{}{LAST}", query.folded);
    match place.part {
        Part::Names => {
            statement.push(" AND ").push(name).push(" < ").push_bind(end);
            if place.key.is_empty() {
                statement.push(" AND ").push(name).push(" >= ").push_bind(query.folded.clone());
            } else {
                statement.push(" AND (").push(name).push(", ").push(number).push(") > (");
                statement.push_bind(place.key.clone()).push(", ");
                statement.push_bind(place.number).push(")");
            }
            statement.push(" ORDER BY ").push(name).push(", ").push(number);
        }
        Part::Rest => {
            statement.push(" AND (").push(name).push(" < ").push_bind(query.folded.clone());
            statement.push(" OR ").push(name).push(" >= ").push_bind(end).push(")");
            statement.push(" AND ").push(number).push(" IN (").push(dialect::hits(db, index));
            statement.push_bind(dialect::search_text(db, query)).push(dialect::search_cast(db));
            statement.push(")");
            if place.number > 0 {
                statement.push(" AND ").push(number).push(" < ").push_bind(place.number);
            }
            statement.push(" ORDER BY ").push(number).push(" DESC");
        }
    }
    statement.push(" LIMIT ").push_bind(limit);
}

impl Db {
    pub(crate) async fn account_hits(
        &self,
        scope: &Scope,
        caller: &Caller,
        request: &ListRequest,
        query: &Query,
        rows: u16,
    ) -> Result<Page<AccountSummary>> {
        let mut place = Place::read(request.after.as_ref());
        let mut found: Vec<(Part, AccountSummaryRow)> = Vec::new();
        let wanted = i64::from(rows) + 1;
        loop {
            let missing = wanted - i64::try_from(found.len()).unwrap_or(wanted);
            if missing <= 0 || (place.part == Part::Rest && !query.uses_index()) {
                break;
            }
            let more: Vec<AccountSummaryRow> = on_read!(self, |pool| {
                let mut statement = QueryBuilder::<Dialect>::new("SELECT ");
                statement.push(ACCOUNT_SUMMARY_COLUMNS).push(" FROM account a WHERE ");
                account_conditions(&mut statement, scope, caller, request);
                part(self, &mut statement, query, &place, false, missing);
                statement.build_query_as().fetch_all(pool).await
            })?;
            let this = place.part;
            found.extend(more.into_iter().map(|row| (this, row)));
            if this == Part::Rest {
                break;
            }
            place = Place { part: Part::Rest, key: String::new(), number: 0 };
        }
        let more = i64::try_from(found.len()).unwrap_or(0) >= wanted;
        found.truncate(usize::from(rows));
        let next = found.last().filter(|_| more).map(|(part, row)| Cursor {
            key: if *part == Part::Rest { "~".to_owned() } else { row.name_fold.clone() },
            number: row.number.0,
        });
        let rows = found.into_iter().map(|(_, row)| row.summary()).collect::<Result<Vec<_>>>()?;
        Ok(Page { rows, next })
    }

    pub(crate) async fn person_hits(
        &self,
        scope: &Scope,
        caller: &Caller,
        request: &ListRequest,
        query: &Query,
        rows: u16,
    ) -> Result<Page<PersonSummary>> {
        let mut place = Place::read(request.after.as_ref());
        let mut found: Vec<(Part, PersonSummaryRow)> = Vec::new();
        let wanted = i64::from(rows) + 1;
        loop {
            let missing = wanted - i64::try_from(found.len()).unwrap_or(wanted);
            if missing <= 0 || (place.part == Part::Rest && !query.uses_index()) {
                break;
            }
            let more: Vec<PersonSummaryRow> = on_read!(self, |pool| {
                let mut statement = QueryBuilder::<Dialect>::new(PERSON_PAGE_HEAD);
                person_conditions(&mut statement, scope, caller, request);
                part(self, &mut statement, query, &place, true, missing);
                statement.push(PERSON_PAGE_TAIL);
                statement.push(match place.part {
                    Part::Names => " ORDER BY p.name_fold, p.number",
                    Part::Rest => " ORDER BY p.number DESC",
                });
                statement.build_query_as().fetch_all(pool).await
            })?;
            let this = place.part;
            found.extend(more.into_iter().map(|row| (this, row)));
            if this == Part::Rest {
                break;
            }
            place = Place { part: Part::Rest, key: String::new(), number: 0 };
        }
        let more = i64::try_from(found.len()).unwrap_or(0) >= wanted;
        found.truncate(usize::from(rows));
        let next = found.last().filter(|_| more).map(|(part, row)| Cursor {
            key: if *part == Part::Rest { "~".to_owned() } else { row.name_fold.clone() },
            number: row.number.0,
        });
        Ok(Page { rows: found.into_iter().map(|(_, row)| row.summary()).collect(), next })
    }

    /// The best hits among customers and persons, for the palette.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn palette(&self, caller: &Caller, typed: &str) -> Result<Vec<Hit>> {
        let accounts = policy::view(caller, Object::Account)?;
        let people = policy::view(caller, Object::Person)?;
        let Some(query) = Query::parse(typed) else { return Ok(Vec::new()) };
        let mut hits = Vec::new();
        for tab in [Tab::Companies, Tab::Individuals] {
            let request = ListRequest { tab, ..ListRequest::default() };
            let page = self.account_hits(&accounts, caller, &request, &query, PALETTE_HITS).await?;
            hits.extend(page.rows.into_iter().map(|row| Hit {
                number: row.number.to_string(),
                name: row.name,
                detail: row.industry,
                is_person: false,
            }));
        }
        let request = ListRequest { tab: Tab::People, ..ListRequest::default() };
        let page = self.person_hits(&people, caller, &request, &query, PALETTE_HITS).await?;
        hits.extend(page.rows.into_iter().map(|row| {
            let company = row.account.map(|(_, name)| name).unwrap_or_default();
            let parts = [row.title, company];
            let known: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            Hit {
                number: row.number.to_string(),
                name: row.full_name,
                detail: known.join(" · "),
                is_person: true,
            }
        }));
        Ok(hits)
    }
}
