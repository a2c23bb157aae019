//! Lists of what was done about records that the reader sees, the newest first. Statements are put together from constants
//! by what is asked; every value is bound.

use super::{named, subject};
use crate::{
    db::{Db, Reading, on_connection},
    dialect::push_limit,
    error::{Result, StoreError},
    opportunities::narrowed::{push_during, push_people},
    within,
};
use const_format::concatcp;
use domain::{
    activity::{DoneKind, DoneRequest, DoneSummary, SAID_CHARS},
    id::{ActivityId, UserId},
    note::{RecordName, Subject},
    page::{COUNT_CAP, Count, Cursor, PAGE_ROWS, Page},
    policy::{self, Caller, Object, Rows, Scope},
    time::Instant,
};
use sqlx::{Database, Encode, QueryBuilder, Type};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// Who did it: whoever is in charge of it; a note is whose who wrote it.
pub(crate) const WHO: &str = "COALESCE(n.owner_id, n.created_by)";

const COLUMNS: &str = concatcp!(
    "SELECT n.id, n.kind, CASE WHEN n.title = '' THEN SUBSTR(n.body, 1, ",
    SAID_CHARS,
    ") ELSE n.title END AS said, n.at, ",
    WHO,
    " AS who, n.subject_id, n.subject_kind"
);
const DONE: &str = " FROM activity n WHERE n.deleted_at IS NULL AND NOT n.is_open";

/// Records in the bin: nothing is about any other that is not there.
pub(crate) const IN_BIN: &str = "(SELECT id FROM account WHERE deleted_at IS NOT NULL \
     UNION ALL SELECT id FROM person WHERE deleted_at IS NOT NULL \
     UNION ALL SELECT id FROM opportunity WHERE deleted_at IS NOT NULL)";
const NOT_IN_BIN: &str = concatcp!(" AND n.subject_id NOT IN ", IN_BIN);

/// The records that activities can be about, as far as the caller sees them.
pub(crate) fn subjects(caller: &Caller) -> [Scope; 3] {
    [Object::Account, Object::Person, Object::Opportunity]
        .map(|object| policy::sight(caller, object))
}

/// What is asked of the record of an activity besides being in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bin {
    /// That it is not in the bin.
    LeftOut,
    /// Nothing: it may come back.
    Included,
}

/// Appends that the record of an activity `n` is within the scopes of accounts, persons and deals.
pub(crate) fn push_in_sight<D>(statement: &mut QueryBuilder<D>, scopes: &[Scope; 3], bin: Bin)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    if scopes.iter().all(|scope| *scope.rows() == Rows::All) {
        // Whoever sees them all need not have each looked up: those in the bin are few.
        statement.push(if bin == Bin::LeftOut { NOT_IN_BIN } else { "" });
        return;
    }
    let alive = |that: &'static str| if bin == Bin::LeftOut { that } else { "" };
    let [accounts, people, deals] = scopes;
    statement.push(
        " AND (EXISTS (SELECT 1 FROM account a WHERE a.id = n.subject_id AND n.subject_kind = 'account'",
    );
    statement.push(alive(" AND a.deleted_at IS NULL"));
    within::push_accounts(statement, accounts);
    statement.push(
        ") OR EXISTS (SELECT 1 FROM person p WHERE p.id = n.subject_id AND n.subject_kind = 'person'",
    );
    statement.push(alive(" AND p.deleted_at IS NULL"));
    within::push_people(statement, people);
    statement.push(
        ") OR EXISTS (SELECT 1 FROM opportunity o WHERE o.id = n.subject_id AND n.subject_kind = 'opportunity'",
    );
    statement.push(alive(" AND o.deleted_at IS NULL"));
    within::push_opportunities(statement, deals);
    statement.push("))");
}

/// Appends which activities `n` a list has.
fn push_conditions<D>(statement: &mut QueryBuilder<D>, caller: &Caller, request: &DoneRequest)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> &'static str: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    statement.push(DONE);
    if let Some(kind) = request.kind {
        statement.push(" AND n.kind = ").push_bind(kind.code());
    }
    if let Some(days) = request.days {
        push_during(statement, "n.at", days.span(&request.zone));
    }
    push_people(statement, WHO, request.who, request.team);
    push_in_sight(statement, &subjects(caller), Bin::LeftOut);
}

#[derive(FromRow)]
struct DoneRow {
    id: ActivityId,
    kind: String,
    said: String,
    at: Instant,
    who: UserId,
    subject_id: Uuid,
    subject_kind: String,
}

impl DoneRow {
    fn subject(&self) -> Result<Subject> {
        subject(&self.subject_kind, self.subject_id)
    }

    fn summary(self, record: RecordName) -> Result<DoneSummary> {
        let kind =
            DoneKind::from_code(&self.kind).ok_or(StoreError::Unreadable("activity.kind"))?;
        Ok(DoneSummary { id: self.id, kind, said: self.said, at: self.at, who: self.who, record })
    }

    /// Instants tell no two apart that come from one file; ids do.
    fn cursor(&self) -> Cursor {
        Cursor { key: format!("{}.{}", self.at.0, self.id), number: 0 }
    }
}

/// Where a list goes on; from the start where that cannot be read.
fn place(after: &Cursor) -> Option<(i64, ActivityId)> {
    let (at, id) = after.key.split_once('.')?;
    Some((at.parse().ok()?, id.parse().ok()?))
}

impl Db {
    /// A page of what was done, the newest first.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn done_page(
        &self,
        caller: &Caller,
        request: &DoneRequest,
    ) -> Result<Page<DoneSummary>> {
        policy::view(caller, Object::Activity)?;
        let mut reading: Reading = self.reading().await?;
        let rows: Vec<DoneRow> = on_connection!(reading.connection(), |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(COLUMNS);
            push_conditions(&mut statement, caller, request);
            if let Some((at, id)) = request.after.as_ref().and_then(place) {
                statement.push(" AND (n.at, n.id) < (").push_bind(at);
                statement.push(", ").push_bind(id).push(")");
            }
            statement.push(" ORDER BY n.at DESC, n.id DESC");
            push_limit(&mut statement, i64::from(PAGE_ROWS) + 1);
            statement.build_query_as().fetch_all(connection).await
        })?;
        let subjects = rows.iter().map(DoneRow::subject).collect::<Result<Vec<_>>>()?;
        let named = named::seen(reading.connection(), caller, &subjects).await?;
        let Page { rows, next } = Page::cut(rows, PAGE_ROWS, DoneRow::cursor);
        let mut done = Vec::with_capacity(rows.len());
        for row in rows {
            // One that went into the bin a moment ago is left out.
            if let Some(record) = named.get(&row.subject()?) {
                done.push(row.summary(record.clone())?);
            }
        }
        Ok(Page { rows: done, next })
    }

    /// How much a list has, up to [`COUNT_CAP`]; `exact` counts on.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn done_count(
        &self,
        caller: &Caller,
        request: &DoneRequest,
        exact: bool,
    ) -> Result<Count> {
        policy::view(caller, Object::Activity)?;
        let limit = if exact { i64::MAX } else { COUNT_CAP + 1 };
        let mut reading = self.reading().await?;
        let number: i64 = on_connection!(reading.connection(), |connection| {
            let mut statement =
                QueryBuilder::<Dialect>::new("SELECT COUNT(*) FROM (SELECT 1 AS one");
            push_conditions(&mut statement, caller, request);
            push_limit(&mut statement, limit).push(") counted");
            statement.build_query_scalar().fetch_one(connection).await
        })?;
        Ok(Count::up_to(number, COUNT_CAP, exact))
    }
}
