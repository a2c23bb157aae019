//! Lists of deals: keyset paging in every order, quick filters, capped counts.
//! Statements are put together from constants by enums; every value is bound.

use super::{
    narrowed,
    rows::{PAGE_HEAD, PAGE_TAIL, SUMMARY_COLUMNS, SummaryRow},
};
use crate::{
    db::{Db, on_read},
    dialect::push_limit,
    error::Result,
    within,
};
use domain::{
    date::Date,
    id::{AccountNumber, PipelineId, ProductId, StageId, UserId},
    opportunity::{DealFilter, DealRequest, DealSort, OpportunitySummary},
    page::{COUNT_CAP, Count, Cursor, PAGE_ROWS, Page},
    pipeline::StageKind,
    policy::{self, Caller, Object, Rows, Scope},
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Appends quick filters to conditions on deals `o` that stand there already; `today` is the day it is.
pub(super) fn push_filters<D>(
    statement: &mut QueryBuilder<D>,
    caller: &Caller,
    filters: &[DealFilter],
    owner: Option<UserId>,
    today: Date,
) where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> String: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    if let Some(owner) = owner {
        statement.push(" AND o.owner_id = ").push_bind(owner);
    }
    for filter in filters {
        match filter {
            DealFilter::Mine => {
                statement.push(" AND o.owner_id = ").push_bind(caller.user);
            }
            DealFilter::Unassigned => {
                statement.push(" AND o.owner_id IS NULL");
            }
            DealFilter::Overdue => {
                statement.push(
                    " AND o.state = 'open' AND o.expected_close <> '' AND o.expected_close < ",
                );
                statement.push_bind(today.to_string());
            }
            DealFilter::NoNextStep => {
                statement.push(" AND o.state = 'open' AND o.next_step = ''");
            }
            DealFilter::Stalled => {
                statement.push(
                    " AND o.state = 'open' AND EXISTS (SELECT 1 FROM stage s WHERE s.id = o.stage_id AND s.max_days > 0 \
                     AND o.stage_since < ",
                );
                // As the dot on the card: more than the days, counted whole.
                statement.push_bind(caller.now.0).push(" + 1 - (s.max_days + 1) * 86400000)");
            }
        }
    }
}

/// The column that orders a list, and whether it is text.
fn order(sort: DealSort) -> (&'static str, bool) {
    match sort {
        DealSort::Updated => ("o.updated_at", false),
        DealSort::Close => ("o.expected_close", true),
        DealSort::Value => ("o.value_minor", false),
        DealSort::Name => ("o.name_sort", true),
        DealSort::Created => ("o.number", false),
        DealSort::Closed => ("o.closed_at", false),
    }
}

/// Most users whose deals are run through apart; of more, all deals are gone through and theirs picked. With three states
/// each SQLite's 500 parts of one statement are enough.
const MOST_RUNS: usize = 64;

/// A part of a list that one index has in order: deals of one state, of all owners in reach or of one.
#[derive(Clone, Copy)]
struct Run {
    state: StageKind,
    owner: Option<UserId>,
}

/// The parts that a page is merged from, so that it costs what it shows however many deals there are.
fn runs(scope: &Scope, request: &DealRequest) -> Vec<Run> {
    let states = request.state.map_or(StageKind::ALL, |state| match state {
        StageKind::Open => &[StageKind::Open],
        StageKind::Won => &[StageKind::Won],
        StageKind::Lost => &[StageKind::Lost],
    });
    let owners: Vec<Option<UserId>> = match scope.rows() {
        Rows::Few(few) if request.owner.is_none() && few.owners.len() <= MOST_RUNS => {
            few.owners.iter().copied().map(Some).collect()
        }
        Rows::Few(_) | Rows::All | Rows::None => vec![None],
    };
    let of = |state: StageKind| owners.iter().map(move |owner| Run { state, owner: *owner });
    states.iter().copied().flat_map(of).collect()
}

/// The deals that a person, whose number goes on, is the main contact of; and those where they are one of the others. A
/// person that the caller does not see has none to be asked for.
const WITH_MAIN: &str = "SELECT d.id FROM person p CROSS JOIN opportunity d WHERE d.person_id = p.id AND p.deleted_at IS NULL \
     AND p.number = ";
const WITH_OTHER: &str = " UNION SELECT d.opportunity_id FROM person p CROSS JOIN opportunity_participant d WHERE d.person_id = p.id \
     AND p.deleted_at IS NULL AND p.number = ";

/// Appends which deals a list, or a run of it, has.
fn push_conditions<D>(
    statement: &mut QueryBuilder<D>,
    scope: &Scope,
    caller: &Caller,
    request: &DealRequest,
    run: Option<Run>,
) where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> String: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> PipelineId: Encode<'q, D> + Type<D>,
    for<'q> StageId: Encode<'q, D> + Type<D>,
    for<'q> AccountNumber: Encode<'q, D> + Type<D>,
    for<'q> ProductId: Encode<'q, D> + Type<D>,
{
    statement.push("o.deleted_at IS NULL");
    // Literals: only so does SQLite see that an index is about these rows.
    statement.push(match run.map(|run| run.state).or(request.state) {
        Some(StageKind::Open) => " AND o.state = 'open'",
        Some(StageKind::Won) => " AND o.state = 'won'",
        Some(StageKind::Lost) => " AND o.state = 'lost'",
        None => "",
    });
    narrowed::push_pipeline(statement, request.pipeline);
    if let Some(stage) = request.stage {
        statement.push(" AND o.stage_id = ").push_bind(stage);
    }
    if let Some(number) = request.account {
        // A customer that the caller does not see has no deals to be asked for.
        statement.push(" AND o.account_id = (SELECT a.id FROM account a WHERE a.number = ");
        statement.push_bind(number).push(" AND a.deleted_at IS NULL");
        within::push_accounts(statement, &policy::sight(caller, Object::Account));
        statement.push(")");
    }
    if let Some(number) = request.person {
        let scope = policy::sight(caller, Object::Person);
        statement.push(" AND o.id IN (");
        for way in [WITH_MAIN, WITH_OTHER] {
            statement.push(way).push_bind(number.0);
            within::push_people(statement, &scope);
        }
        statement.push(")");
    }
    match run.and_then(|run| run.owner) {
        Some(owner) => {
            statement.push(" AND o.owner_id = ").push_bind(owner);
        }
        None => within::push_opportunities(statement, scope),
    }
    let today = request.zone.wall_clock(caller.now).0;
    push_filters(statement, caller, &request.filters, request.owner, today);
    narrowed::push_figures(statement, request);
}

/// Appends where the page starts.
fn push_after<D>(statement: &mut QueryBuilder<D>, request: &DealRequest)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> String: Encode<'q, D> + Type<D>,
{
    let Some(after) = &request.after else { return };
    let (column, is_text) = order(request.sort);
    let sign = if request.descending() { " < " } else { " > " };
    if request.sort == DealSort::Created {
        statement.push(" AND o.number").push(sign).push_bind(after.number);
        return;
    }
    statement.push(" AND (").push(column).push(", o.number)").push(sign).push("(");
    if is_text {
        statement.push_bind(after.key.clone());
    } else {
        statement.push_bind(after.key.parse::<i64>().unwrap_or(0));
    }
    statement.push(", ").push_bind(after.number).push(")");
}

/// Appends the order of a page.
fn push_order<D: Database>(statement: &mut QueryBuilder<D>, request: &DealRequest) {
    let (column, _) = order(request.sort);
    let way = if request.descending() { " DESC" } else { "" };
    statement.push(" ORDER BY ");
    if request.sort != DealSort::Created {
        statement.push(column).push(way).push(", ");
    }
    statement.push("o.number").push(way);
}

fn cursor(sort: DealSort) -> impl Fn(&SummaryRow) -> Cursor {
    move |row| Cursor {
        key: match sort {
            DealSort::Updated => row.updated_at.0.to_string(),
            DealSort::Close => row.expected_close.clone(),
            DealSort::Value => row.value_minor.to_string(),
            DealSort::Name => row.name_sort.clone(),
            DealSort::Created => String::new(),
            DealSort::Closed => row.closed_at.0.to_string(),
        },
        number: row.number.0,
    }
}

impl Db {
    /// A page of deals.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn opportunity_page(
        &self,
        caller: &Caller,
        request: &DealRequest,
    ) -> Result<Page<OpportunitySummary>> {
        let scope = policy::view(caller, Object::Opportunity)?;
        let rows: Vec<SummaryRow> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(PAGE_HEAD);
            statement.push("o.* FROM (");
            for (place, run) in runs(&scope, request).into_iter().enumerate() {
                let between = if place == 0 { "" } else { " UNION ALL " };
                statement.push(between).push("SELECT * FROM (SELECT ").push(SUMMARY_COLUMNS);
                statement.push(" FROM opportunity o WHERE ");
                push_conditions(&mut statement, &scope, caller, request, Some(run));
                push_after(&mut statement, request);
                push_order(&mut statement, request);
                push_limit(&mut statement, i64::from(PAGE_ROWS) + 1).push(") run");
            }
            statement.push(") o");
            push_order(&mut statement, request);
            push_limit(&mut statement, i64::from(PAGE_ROWS) + 1).push(PAGE_TAIL);
            within::push_accounts(&mut statement, &policy::sight(caller, Object::Account));
            push_order(&mut statement, request);
            statement.build_query_as().fetch_all(pool).await
        })?;
        Page::cut(rows, PAGE_ROWS, cursor(request.sort)).try_map(SummaryRow::summary)
    }

    /// How many deals a list has, up to [`COUNT_CAP`]; `exact` counts on.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn opportunity_count(
        &self,
        caller: &Caller,
        request: &DealRequest,
        exact: bool,
    ) -> Result<Count> {
        let scope = policy::view(caller, Object::Opportunity)?;
        let limit = if exact { i64::MAX } else { COUNT_CAP + 1 };
        let number: i64 = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "SELECT COUNT(*) FROM (SELECT 1 AS one FROM opportunity o WHERE ",
            );
            push_conditions(&mut statement, &scope, caller, request, None);
            push_limit(&mut statement, limit).push(") counted");
            statement.build_query_scalar().fetch_one(pool).await
        })?;
        Ok(Count::up_to(number, COUNT_CAP, exact))
    }
}
