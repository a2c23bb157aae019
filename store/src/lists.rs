//! List pages of customers and persons: keyset paging in every order, quick filters, capped counts.
//! Statements are put together from constants by enums; every value is bound.

use crate::{
    db::{Db, on_read},
    details,
    dialect::{Group, push_limit},
    error::Result,
    opportunities::narrowed,
    rows::{ACCOUNT_SUMMARY_COLUMNS, AccountSummaryRow, PersonSummaryRow},
    runs, search,
    search_by_number::quick_count,
    search_of_customers::{AccountSearch, PersonSearch},
    within,
};
use domain::{
    account::AccountSummary,
    date::Date,
    id::{TagId, UserId},
    list::{Filter, ListRequest, Sort, Tab},
    page::{COUNT_CAP, Count, Cursor, PAGE_ROWS, Page, SEARCH_COUNT_CAP},
    person::PersonSummary,
    policy::{self, Caller, Object, Rows, Scope},
    text,
    time::DAY,
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Days without contact after which a customer counts as quiet.
pub(crate) const QUIET_DAYS: i64 = 30;

/// Customers with a tag up to which a list starts from the tag; above, it goes through the customers in
/// their order and meets one with the tag soon enough. Starting from `n` of `newest` costs `n` steps, going
/// through them costs a page times `newest / n`: the square root is where both are equal.
fn few(newest: i64) -> i64 {
    (i64::from(PAGE_ROWS) * newest).isqrt()
}

/// What the tag of a request comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagFilter {
    /// No tag was asked for.
    None,
    /// Nobody has it.
    Nobody,
    /// Few have it: the list starts from it.
    Few(TagId),
    /// Many have it.
    Many(TagId),
}

const TAG: &str = "SELECT id, (SELECT COALESCE(MAX(number), 0) FROM account) AS newest FROM tag WHERE name_fold = $1";
const CARRIERS: &str =
    "SELECT COUNT(*) FROM (SELECT 1 AS one FROM tagging WHERE tag_id = $1 LIMIT $2) counted";

impl TagFilter {
    async fn of(db: &Db, request: &ListRequest) -> Result<Self> {
        if request.tag.is_empty() {
            return Ok(Self::None);
        }
        let name = text::fold(&request.tag);
        let tag: Option<(TagId, i64)> =
            on_read!(db, |pool| sqlx::query_as(TAG).bind(name).fetch_optional(pool).await)?;
        let Some((tag, newest)) = tag else { return Ok(Self::Nobody) };
        let few = few(newest);
        let carriers: i64 = on_read!(db, |pool| {
            sqlx::query_scalar(CARRIERS).bind(tag).bind(few + 1).fetch_one(pool).await
        })?;
        Ok(if carriers > few { Self::Many(tag) } else { Self::Few(tag) })
    }

    /// The same for statements that come from elsewhere than the tag.
    fn as_condition(self) -> Self {
        match self {
            Self::Few(tag) => Self::Many(tag),
            other => other,
        }
    }

    /// The same for statements whose rows come in no order.
    fn as_source(self) -> Self {
        match self {
            Self::Many(tag) => Self::Few(tag),
            other => other,
        }
    }

    /// Appends the tables a list of customers reads.
    fn push_from<D>(self, statement: &mut QueryBuilder<D>)
    where
        D: Database,
        for<'q> TagId: Encode<'q, D> + Type<D>,
    {
        if let Self::Few(tag) = self {
            statement.push("tagging g CROSS JOIN account a WHERE g.tag_id = ").push_bind(tag);
            statement.push(" AND a.id = g.account_id AND ");
        } else {
            statement.push("account a WHERE ");
        }
    }
}

/// Conditions that every list of customers starts with.
pub(crate) fn account_tab(tab: Tab) -> &'static str {
    match tab {
        Tab::Individuals => "a.deleted_at IS NULL AND a.is_individual = TRUE",
        Tab::Companies | Tab::People => "a.deleted_at IS NULL AND a.is_individual = FALSE",
    }
}

/// Appends which customers a list has.
pub(crate) fn account_conditions<D>(
    statement: &mut QueryBuilder<D>,
    scope: &Scope,
    caller: &Caller,
    request: &ListRequest,
    tag: TagFilter,
) where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> TagId: Encode<'q, D> + Type<D>,
{
    statement.push(account_tab(request.tab));
    within::push_accounts(statement, scope);
    account_filters(statement, caller, request, tag);
}

/// Appends what was asked for, to conditions that stand there already.
pub(crate) fn account_filters<D>(
    statement: &mut QueryBuilder<D>,
    caller: &Caller,
    request: &ListRequest,
    tag: TagFilter,
) where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> TagId: Encode<'q, D> + Type<D>,
{
    for filter in &request.filters {
        match filter {
            Filter::Mine => {
                statement.push(" AND a.owner_id = ").push_bind(caller.user);
            }
            Filter::Unassigned => {
                statement.push(" AND a.owner_id IS NULL");
            }
            Filter::Vip => {
                statement.push(" AND a.level = 'vip'");
            }
            Filter::AtRisk => {
                statement.push(" AND a.status = 'at_risk'");
            }
            Filter::Quiet => {
                let since = caller.now.plus(-QUIET_DAYS * DAY).0;
                statement.push(" AND a.last_contact_at < ").push_bind(since);
            }
            Filter::Birthday => {
                statement.push(" AND a.birthday_month = ").push_bind(month(caller));
            }
            Filter::Shared => within::push_shared_accounts(statement, caller),
        }
    }
    push_figures(statement, request, false);
    if let TagFilter::Many(tag) = tag {
        statement.push(" AND EXISTS (SELECT 1 FROM tagging g WHERE g.tag_id = ");
        statement.push_bind(tag).push(" AND g.account_id = a.id)");
    }
}

/// Appends the conditions every list of persons starts with. Levels, statuses and tags are the
/// customers'.
pub(crate) fn person_conditions<D>(
    statement: &mut QueryBuilder<D>,
    scope: &Scope,
    caller: &Caller,
    request: &ListRequest,
) where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> String: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    statement.push("p.deleted_at IS NULL");
    within::push_people(statement, scope);
    for filter in &request.filters {
        match filter {
            Filter::Mine => {
                statement.push(" AND p.owner_id = ").push_bind(caller.user);
            }
            Filter::Unassigned => {
                statement.push(" AND p.owner_id IS NULL");
            }
            Filter::Quiet => {
                let since = caller.now.plus(-QUIET_DAYS * DAY).0;
                statement.push(" AND p.last_contact_at < ").push_bind(since);
            }
            Filter::Birthday => {
                statement.push(" AND p.birthday_month = ").push_bind(month(caller));
            }
            Filter::Shared => within::push_shared_people(statement, caller),
            Filter::Vip | Filter::AtRisk => {}
        }
    }
    push_figures(statement, request, true);
}

/// Appends what a list that a figure led to is narrowed by besides.
fn push_figures<D>(statement: &mut QueryBuilder<D>, request: &ListRequest, person: bool)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    let (owner, created) =
        if person { ("p.owner_id", "p.created_at") } else { ("a.owner_id", "a.created_at") };
    narrowed::push_people(statement, owner, request.owner, request.team);
    if let Some(days) = request.created {
        let span = days.span(&request.zone);
        statement.push(" AND ").push(created).push(" >= ").push_bind(span.from.0);
        statement.push(" AND ").push(created).push(" < ").push_bind(span.until.0);
    }
}

/// This month by the server's clock, 1 to 12, in UTC.
fn month(caller: &Caller) -> i64 {
    i64::from(Date::from_days(caller.now.0.div_euclid(DAY)).month())
}

/// The columns that order a list, and whether the key is text.
pub(crate) fn order(sort: Sort, person: bool) -> (&'static str, bool) {
    match (sort, person) {
        (Sort::Name, false) => ("a.name_sort", true),
        (Sort::Name, true) => ("p.name_sort", true),
        (Sort::LastContact, false) => ("a.last_contact_at", false),
        (Sort::LastContact, true) => ("p.last_contact_at", false),
        (Sort::Value, false) => ("a.value_minor", false),
        // Persons have no value of their own: newest first, as for Created.
        (Sort::Created, false) => ("a.number", false),
        (Sort::Created | Sort::Value, true) => ("p.number", false),
    }
}

/// Appends where the page starts.
pub(crate) fn push_after<D>(statement: &mut QueryBuilder<D>, request: &ListRequest, person: bool)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> String: Encode<'q, D> + Type<D>,
{
    let (column, is_text) = order(request.sort, person);
    let number = if person { "p.number" } else { "a.number" };
    if let Some(after) = &request.after {
        let sign = if request.descending() { " < " } else { " > " };
        if column == number {
            statement.push(" AND ").push(number).push(sign).push_bind(after.number);
        } else {
            statement.push(" AND (").push(column).push(", ").push(number).push(")");
            statement.push(sign).push("(");
            if is_text {
                statement.push_bind(after.key.clone());
            } else {
                statement.push_bind(after.key.parse::<i64>().unwrap_or(0));
            }
            statement.push(", ").push_bind(after.number).push(")");
        }
    }
}

/// Appends the order of a page and its end.
fn push_order<D: Database>(statement: &mut QueryBuilder<D>, request: &ListRequest, person: bool) {
    let (column, _) = order(request.sort, person);
    let number = if person { "p.number" } else { "a.number" };
    let way = if request.descending() { " DESC" } else { "" };
    statement.push(" ORDER BY ");
    if column != number {
        statement.push(column).push(way).push(", ");
    }
    push_limit(statement.push(number).push(way), i64::from(PAGE_ROWS) + 1);
}

fn account_cursor(sort: Sort) -> impl Fn(&AccountSummaryRow) -> Cursor {
    move |row| Cursor {
        key: match sort {
            Sort::Name => row.name_sort.clone(),
            Sort::LastContact => row.last_contact_at.0.to_string(),
            Sort::Value => row.value_minor.to_string(),
            Sort::Created => String::new(),
        },
        number: row.number.0,
    }
}

fn person_cursor(sort: Sort) -> impl Fn(&PersonSummaryRow) -> Cursor {
    move |row| Cursor {
        key: match sort {
            Sort::Name => row.name_sort.clone(),
            Sort::LastContact => row.last_contact_at.0.to_string(),
            Sort::Value | Sort::Created => String::new(),
        },
        number: row.number.0,
    }
}

/// What a person's row needs beside the person: the main customer and the phone to call first.
/// The page is cut before they are looked up.
pub(crate) const PERSON_PAGE_HEAD: &str = "SELECT p.number, p.id, p.full_name, p.title, p.owner_id, \
     p.last_contact_at, p.created_at, p.name_sort, p.name_fold, a.number AS account_number, a.name AS account_name, \
     (SELECT c.value_raw FROM contact_point c WHERE c.owner_id = p.id AND c.kind IN ('mobile', 'phone') \
      ORDER BY c.position, c.id LIMIT 1) AS phone FROM (SELECT p.* FROM ";

/// Appends what follows the cut page. The main customer is named to those who see it.
pub(crate) fn push_person_tail<D>(statement: &mut QueryBuilder<D>, caller: &Caller)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    statement.push(
        ") p LEFT JOIN account_person ap ON ap.person_id = p.id AND ap.is_primary \
         LEFT JOIN account a ON a.id = ap.account_id AND a.deleted_at IS NULL",
    );
    within::push_accounts(statement, &policy::sight(caller, Object::Account));
}

impl Db {
    /// A page of customers. A search is answered in order of best match.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn account_page(
        &self,
        caller: &Caller,
        request: &ListRequest,
    ) -> Result<Page<AccountSummary>> {
        let scope = policy::view(caller, Object::Account)?;
        details::may_ask(caller, Object::Account, request)?;
        // Whoever asks for customers under the tab of persons gets companies.
        let tab = if request.tab == Tab::People { Tab::Companies } else { request.tab };
        let request = &ListRequest { tab, ..request.clone() };
        let tag = TagFilter::of(self, request).await?;
        if tag == TagFilter::Nobody {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        if let Some(query) = self.query(caller, &request.search, Group::on(request.tab)).await? {
            let tag = tag.as_condition();
            let customers = AccountSearch { scope: &scope, caller, request, tag };
            let hits = self.hits(&customers, &query, request.after.as_ref(), PAGE_ROWS).await?;
            return hits.try_map(|row| row.summary(caller));
        }
        let rows: Vec<AccountSummaryRow> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new("SELECT ");
            statement.push(ACCOUNT_SUMMARY_COLUMNS).push(" FROM ");
            match runs::apart(&scope, request, tag) {
                Some(runs) => runs::push_page(&mut statement, runs, caller, request, tag),
                None => {
                    tag.push_from(&mut statement);
                    account_conditions(&mut statement, &scope, caller, request, tag);
                    push_after(&mut statement, request, false);
                }
            }
            push_order(&mut statement, request, false);
            statement.build_query_as().fetch_all(pool).await
        })?;
        Page::cut(rows, PAGE_ROWS, account_cursor(request.sort)).try_map(|row| row.summary(caller))
    }

    /// A page of persons. A search is answered in order of best match.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn person_page(
        &self,
        caller: &Caller,
        request: &ListRequest,
    ) -> Result<Page<PersonSummary>> {
        let scope = policy::view(caller, Object::Person)?;
        details::may_ask(caller, Object::Person, request)?;
        if let Some(query) = self.query(caller, &request.search, Group::People).await? {
            let people = PersonSearch { scope: &scope, caller, request };
            let hits = self.hits(&people, &query, request.after.as_ref(), PAGE_ROWS).await?;
            return Ok(hits.map(|row| row.summary(caller)));
        }
        let rows: Vec<PersonSummaryRow> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(PERSON_PAGE_HEAD);
            statement.push("person p WHERE ");
            person_conditions(&mut statement, &scope, caller, request);
            push_after(&mut statement, request, true);
            push_order(&mut statement, request, true);
            push_person_tail(&mut statement, caller);
            let (column, _) = order(request.sort, true);
            let way = if request.descending() { " DESC" } else { "" };
            statement.push(" ORDER BY ").push(column).push(way).push(", p.number").push(way);
            statement.build_query_as().fetch_all(pool).await
        })?;
        let page = Page::cut(rows, PAGE_ROWS, person_cursor(request.sort));
        Ok(page.map(|row| row.summary(caller)))
    }

    /// How many rows a list has, up to [`COUNT_CAP`] or [`SEARCH_COUNT_CAP`]; `exact` counts on.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn list_count(
        &self,
        caller: &Caller,
        request: &ListRequest,
        exact: bool,
    ) -> Result<Count> {
        let object = request.tab.object();
        let scope = policy::view(caller, object)?;
        details::may_ask(caller, object, request)?;
        let tag = if request.tab == Tab::People {
            TagFilter::None
        } else {
            TagFilter::of(self, request).await?
        };
        if tag == TagFilter::Nobody {
            return Ok(Count::default());
        }
        let query = self.query(caller, &request.search, Group::on(request.tab)).await?;
        let cap = if query.is_some() { SEARCH_COUNT_CAP } else { COUNT_CAP };
        let limit = if exact { i64::MAX } else { cap + 1 };
        let quick = match &query {
            Some(query) if !exact => {
                quick_count(self, query, request.tab, limit, |statement| {
                    if request.tab == Tab::People {
                        person_conditions(statement, &scope, caller, request);
                    } else {
                        account_conditions(statement, &scope, caller, request, tag.as_condition());
                    }
                })
                .await?
            }
            _ => None,
        };
        if let Some(number) = quick {
            return Ok(Count { number: number.min(cap), more: number > cap });
        }
        let number: i64 = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new("SELECT COUNT(*) FROM (");
            self.count_source(&mut statement, &scope, caller, request, tag, query.as_ref());
            push_limit(&mut statement, limit).push(") counted");
            statement.build_query_scalar().fetch_one(pool).await
        })?;
        Ok(if exact || number <= cap {
            Count { number, more: false }
        } else {
            Count { number: cap, more: true }
        })
    }

    fn count_source<D>(
        &self,
        statement: &mut QueryBuilder<D>,
        scope: &Scope,
        caller: &Caller,
        request: &ListRequest,
        tag: TagFilter,
        query: Option<&domain::search::Query>,
    ) where
        D: Database,
        for<'q> i64: Encode<'q, D> + Type<D>,
        for<'q> String: Encode<'q, D> + Type<D>,
        for<'q> UserId: Encode<'q, D> + Type<D>,
        for<'q> TagId: Encode<'q, D> + Type<D>,
    {
        let person = request.tab == Tab::People;
        if let Some(query) = query {
            let plain =
                !request.is_narrowed() && tag == TagFilter::None && *scope.rows() == Rows::All;
            search::push_all_hits(self, statement, query, request.tab, plain, |statement| {
                if person {
                    person_conditions(statement, scope, caller, request);
                } else {
                    account_conditions(statement, scope, caller, request, tag.as_condition());
                }
            });
        } else if person {
            statement.push("SELECT 1 AS one FROM person p WHERE ");
            person_conditions(statement, scope, caller, request);
        } else if let (TagFilter::None, Some(runs)) = (tag, runs::apart(scope, request, tag)) {
            runs::push_counted(statement, runs, caller, request, tag);
        } else {
            statement.push("SELECT 1 AS one FROM ");
            tag.as_source().push_from(statement);
            account_conditions(statement, scope, caller, request, tag.as_source());
        }
    }
}
