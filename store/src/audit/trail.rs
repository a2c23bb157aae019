//! The audit log as it is read: page by page, newest first, by whom, when, what and to what.

use super::decode;
use crate::{
    db::{Db, on_read},
    dialect::push_limit,
    error::{Result, StoreError},
    related::Related,
};
use domain::{
    audit::{AuditLine, AuditRecord, AuditRequest, Event, LineValues},
    failure::Failure,
    id::{AccountNumber, OpportunityNumber, PersonNumber, UserId},
    page::{Cursor, Page},
    policy::{self, Action, Caller, Object, Origin, Reach},
    time::Instant,
};
use sqlx::{Database, Encode, QueryBuilder, Type};
use sqlx_macros::FromRow;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    number: i64,
    at: Instant,
    user_id: UserId,
    on_behalf_of: Option<UserId>,
    origin: String,
    object: String,
    object_id: Uuid,
    event: String,
    fields: String,
    address: String,
    agent: String,
    erased_by: Option<i64>,
}

const LINES: &str = "SELECT number, at, user_id, on_behalf_of, origin, object, object_id, event, fields, address, agent, \
     erased_by FROM audit_log WHERE (at, number) < (";
const COUNT: &str = "SELECT COUNT(*) FROM audit_log WHERE at < ";
const ACCOUNT: &str = "SELECT id FROM account WHERE number = $1";
const PERSON: &str = "SELECT id FROM person WHERE number = $1";
const OPPORTUNITY: &str = "SELECT id FROM opportunity WHERE number = $1";

/// Where the names of records are, by what they are.
const NAMES: [(Object, &str, &str); 16] = [
    (Object::Account, "C-", "SELECT id, number, name FROM account WHERE id IN ("),
    (Object::Person, "P-", "SELECT id, number, full_name FROM person WHERE id IN ("),
    (Object::Opportunity, "D-", "SELECT id, number, name FROM opportunity WHERE id IN ("),
    (
        Object::Order,
        "O-",
        "SELECT s.id, s.number, a.name FROM sales_order s JOIN account a ON a.id = s.account_id WHERE s.id IN (",
    ),
    (Object::Case, "F-", "SELECT id, number, subject FROM feedback_case WHERE id IN ("),
    (
        Object::Survey,
        "S-",
        "SELECT id, number, CASE WHEN title_en = '' THEN title_zh ELSE title_en END FROM survey WHERE id IN (",
    ),
    (Object::Product, "", "SELECT id, CAST(0 AS BIGINT), name FROM product WHERE id IN ("),
    (
        Object::Pipeline,
        "",
        "SELECT id, CAST(0 AS BIGINT), CASE WHEN name_en = '' THEN name_zh ELSE name_en END FROM pipeline WHERE id IN (",
    ),
    (Object::User, "", "SELECT id, CAST(0 AS BIGINT), name FROM \"user\" WHERE id IN ("),
    (Object::Structure, "", "SELECT id, CAST(0 AS BIGINT), name FROM role WHERE id IN ("),
    (Object::Structure, "", "SELECT id, CAST(0 AS BIGINT), name FROM team WHERE id IN ("),
    (Object::Structure, "", "SELECT id, CAST(0 AS BIGINT), name FROM department WHERE id IN ("),
    (Object::Import, "I-", "SELECT id, number, file_name FROM import_job WHERE id IN ("),
    (
        Object::Activity,
        "C-",
        "SELECT n.id, a.number, a.name FROM activity n JOIN account a ON a.id = n.subject_id WHERE n.id IN (",
    ),
    (
        Object::Activity,
        "P-",
        "SELECT n.id, p.number, p.full_name FROM activity n JOIN person p ON p.id = n.subject_id WHERE n.id IN (",
    ),
    (
        Object::Activity,
        "D-",
        "SELECT n.id, o.number, o.name FROM activity n JOIN opportunity o ON o.id = n.subject_id WHERE n.id IN (",
    ),
];

impl Db {
    /// A page of the audit log, newest first. `from` and `until` are the moments that the days of the request begin
    /// and end at; `rows` are the most lines of the page.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may not see the audit log.
    pub async fn audit_page(
        &self,
        caller: &Caller,
        request: &AuditRequest,
        from: Option<Instant>,
        until: Option<Instant>,
        rows: u16,
    ) -> Result<Page<AuditLine>> {
        policy::check(caller, Action::View, Object::Audit)?;
        let record = self.record_asked(caller, request).await?;
        let (at, number) = request
            .after
            .as_ref()
            .and_then(|cursor| Some((cursor.key.parse::<i64>().ok()?, cursor.number)))
            .unwrap_or((i64::MAX, i64::MAX));
        // One upper bound instead of two: SQLite would go through all that is newer than the other. No line has number 0.
        let (at, number) = (at, number).min(until.map_or((i64::MAX, i64::MAX), |end| (end.0, 0)));
        let found: Vec<Row> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(LINES);
            statement.push_bind(at).push(", ").push_bind(number).push(")");
            push_narrowing(&mut statement, request, from, record);
            statement.push(" ORDER BY at DESC, number DESC");
            push_limit(&mut statement, i64::from(rows) + 1);
            statement.build_query_as().fetch_all(pool).await
        })?;
        let page =
            Page::cut(found, rows, |row| Cursor { key: row.at.0.to_string(), number: row.number });
        let names = self.names_of(caller, &page.rows).await?;
        page.try_map(|row| line(caller, row, &names))
    }

    /// How many lines all pages of [`Self::audit_page`] hold.
    ///
    /// # Errors
    /// As [`Self::audit_page`].
    pub async fn audit_count(
        &self,
        caller: &Caller,
        request: &AuditRequest,
        from: Option<Instant>,
        until: Option<Instant>,
    ) -> Result<i64> {
        policy::check(caller, Action::View, Object::Audit)?;
        let record = self.record_asked(caller, request).await?;
        Ok(on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(COUNT);
            statement.push_bind(until.unwrap_or(Instant(i64::MAX)));
            push_narrowing(&mut statement, request, from, record);
            statement.build_query_scalar().fetch_one(pool).await
        })?)
    }

    /// The id of the record that is asked for, if one is; one that is not there, or not for the caller, has no lines.
    async fn record_asked(&self, caller: &Caller, request: &AuditRequest) -> Result<Option<Uuid>> {
        Ok(match &*request.record {
            "" => None,
            typed => Some(self.record_of(caller, typed).await?.unwrap_or(Uuid::max())),
        })
    }

    /// The id of a record that was typed.
    async fn record_of(&self, caller: &Caller, typed: &str) -> Result<Option<Uuid>> {
        if let Ok(id) = Uuid::parse_str(typed) {
            return Ok(Some(id));
        }
        if let Ok(number) = typed.parse::<OpportunityNumber>() {
            return self.opportunity_asked(caller, number).await;
        }
        let account: Option<AccountNumber> = typed.parse().ok();
        let person: Option<PersonNumber> = typed.parse().ok();
        let (statement, number) = match (account, person) {
            (Some(number), _) if sees_values(caller, Object::Account) => (ACCOUNT, number.0),
            (None, Some(number)) if sees_values(caller, Object::Person) => (PERSON, number.0),
            // That somebody changed it would tell that it is there.
            (Some(number), _) => {
                return seen(self.account(caller, number).await.map(|seen| seen.id.0));
            }
            (None, Some(number)) => {
                return seen(self.person(caller, number).await.map(|seen| seen.id.0));
            }
            (None, None) => return Ok(None),
        };
        Ok(on_read!(self, |pool| {
            sqlx::query_scalar(statement).bind(number).fetch_optional(pool).await
        })?)
    }

    /// The same for a deal.
    async fn opportunity_asked(
        &self,
        caller: &Caller,
        number: OpportunityNumber,
    ) -> Result<Option<Uuid>> {
        if !sees_values(caller, Object::Opportunity) {
            return seen(self.opportunity(caller, number).await.map(|seen| seen.id.0));
        }
        Ok(on_read!(self, |pool| {
            sqlx::query_scalar(OPPORTUNITY).bind(number).fetch_optional(pool).await
        })?)
    }

    /// What the records of some lines are called now, as far as `caller` sees all of their kind.
    async fn names_of(&self, caller: &Caller, rows: &[Row]) -> Result<HashMap<Uuid, AuditRecord>> {
        let mut names = HashMap::new();
        for (object, letter, statement) in NAMES {
            let of_kind = |row: &&Row| row.object == object.code() && !row.object_id.is_nil();
            let ids: BTreeSet<Uuid> =
                rows.iter().filter(of_kind).map(|row| row.object_id).collect();
            if ids.is_empty() || !sees_values(caller, object) {
                continue;
            }
            let found: Vec<(Uuid, i64, String)> = on_read!(self, |pool| {
                let mut query = QueryBuilder::<Dialect>::new(statement);
                let mut list = query.separated(", ");
                for id in &ids {
                    list.push_bind(*id);
                }
                query.push(")");
                query.build_query_as().fetch_all(pool).await
            })?;
            names.extend(found.into_iter().map(|(id, number, name)| {
                let number =
                    if letter.is_empty() { String::new() } else { format!("{letter}{number}") };
                (id, AuditRecord { number, name })
            }));
        }
        Ok(names)
    }
}

/// Appends what narrows the log but for its end, to a condition that stands there already.
fn push_narrowing<D>(
    statement: &mut QueryBuilder<D>,
    request: &AuditRequest,
    from: Option<Instant>,
    record: Option<Uuid>,
) where
    D: Database,
    for<'q> Instant: Encode<'q, D> + Type<D>,
    for<'q> Uuid: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> &'static str: Encode<'q, D> + Type<D>,
{
    if let Some(from) = from {
        statement.push(" AND at >= ").push_bind(from);
    }
    if let Some(record) = record {
        statement.push(" AND object_id = ").push_bind(record);
    }
    if let Some(user) = request.user {
        statement.push(" AND user_id = ").push_bind(user);
    }
    let codes = [
        (" AND event = ", request.event.map(Event::code)),
        (" AND object = ", request.object.map(Object::code)),
        (" AND origin = ", request.origin.map(Origin::code)),
    ];
    for (column, code) in codes {
        if let Some(code) = code {
            statement.push(column).push_bind(code);
        }
    }
}

/// The id of a record, unless it is out of reach.
fn seen(record: Result<Uuid>) -> Result<Option<Uuid>> {
    match record {
        Err(StoreError::Refused(Failure::Gone | Failure::Denied { .. })) => Ok(None),
        answer => answer.map(Some),
    }
}

/// Whether somebody may see what lines about these objects say: whoever sees all of them, and whoever may take the
/// audit log out, values and all.
fn sees_values(caller: &Caller, object: Object) -> bool {
    let all = |action, object| caller.rights.reach(action, object) == Reach::All;
    let records = match object {
        // A timeline is as open as the record it is of.
        Object::Activity => &[Object::Account, Object::Person][..],
        // It names its customer and the deal it came from.
        Object::Order => &[Object::Order, Object::Account, Object::Opportunity][..],
        // It names its customer and person.
        Object::Case => &[Object::Case, Object::Account, Object::Person][..],
        // It names the customers that links were made for.
        Object::Survey => &[Object::Survey, Object::Account][..],
        _ => &[object][..],
    };
    records.iter().all(|object| all(Action::View, *object)) || all(Action::Export, Object::Audit)
}

fn line(caller: &Caller, row: Row, names: &HashMap<Uuid, AuditRecord>) -> Result<AuditLine> {
    let object =
        Object::from_code(&row.object).ok_or(StoreError::Unreadable("audit_log.object"))?;
    let values = match row.erased_by {
        _ if !sees_values(caller, object) => LineValues::Hidden,
        Some(by) => LineValues::Erased(by),
        None => {
            let details = caller.rights.details();
            let fields = details.changes(object, decode(&row.fields)?);
            let takes_all_out = caller.rights.reach(Action::Export, Object::Audit) == Reach::All;
            LineValues::Shown(match object {
                Object::Account | Object::Person | Object::Opportunity if !takes_all_out => {
                    Related::all_or_none(caller).told(fields)
                }
                _ => fields,
            })
        }
    };
    Ok(AuditLine {
        number: row.number,
        at: row.at,
        user: row.user_id,
        on_behalf_of: row.on_behalf_of,
        origin: Origin::from_code(&row.origin).ok_or(StoreError::Unreadable("audit_log.origin"))?,
        event: Event::from_code(&row.event).ok_or(StoreError::Unreadable("audit_log.event"))?,
        object,
        record: names.get(&row.object_id).cloned(),
        address: row.address,
        agent: row.agent,
        values,
    })
}
