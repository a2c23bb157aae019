//! Pages of customers that several users are in charge of: an ordered run through those of each, merged by the
//! database; what is shared besides is one more. So a page costs what it shows, however few of all customers they are.

use crate::{
    dialect::push_limit,
    lists::{TagFilter, account_filters, account_tab, order, push_after},
    within::{padded, push_ids},
};
use domain::{
    id::{TagId, UserId},
    list::{Filter, ListRequest},
    page::PAGE_ROWS,
    policy::{Caller, Few, Rows, Scope},
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Most users whose customers are run through apart; of more, all customers are gone through and theirs picked.
/// SQLite takes 500 parts of one statement at most.
const MOST_RUNS: usize = 64;

/// What the customers of a list are gathered from.
#[derive(Clone, Copy)]
pub(crate) enum Runs<'a> {
    /// A run through those of each owner, and one of what is shared besides.
    Near(&'a Few),
    /// What is shared with the caller and nothing else.
    Shared,
}

/// The runs to gather a list from, if that is the way to make it. What is shared with somebody is found by its ids
/// at once; as one condition among others it would lead through all customers.
pub(crate) fn apart<'a>(
    scope: &'a Scope,
    request: &ListRequest,
    tag: TagFilter,
) -> Option<Runs<'a>> {
    match scope.rows() {
        _ if matches!(tag, TagFilter::Few(_)) => None,
        Rows::All | Rows::Few(_) if request.filters.contains(&Filter::Shared) => Some(Runs::Shared),
        Rows::Few(few) => {
            let runs = few.owners.len() + usize::from(!few.shared.accounts().is_empty());
            (runs > 1 && few.owners.len() <= MOST_RUNS).then_some(Runs::Near(few))
        }
        Rows::All | Rows::None => None,
    }
}

/// Appends the runs, each of `columns`, cut by what was asked for and by what `end` appends.
fn push_runs<D>(
    statement: &mut QueryBuilder<D>,
    runs: Runs<'_>,
    caller: &Caller,
    request: &ListRequest,
    tag: TagFilter,
    columns: [&'static str; 2],
    end: impl Fn(&mut QueryBuilder<D>),
) where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> TagId: Encode<'q, D> + Type<D>,
{
    let begin = |statement: &mut QueryBuilder<D>, tables: &str| {
        statement.push("SELECT ").push(columns[0]).push(columns[1]).push(" FROM ").push(tables);
        statement.push(" WHERE ").push(account_tab(request.tab));
    };
    let finish = |statement: &mut QueryBuilder<D>| {
        account_filters(statement, caller, request, tag);
        end(statement);
    };
    let (owners, shared) = match runs {
        Runs::Near(few) => (&few.owners[..], few.shared.accounts()),
        Runs::Shared => (&[][..], caller.shared.seen().accounts()),
    };
    if !owners.is_empty() {
        for (place, owner) in padded(owners.iter().copied()).enumerate() {
            statement.push(if place == 0 { "" } else { " UNION ALL " });
            begin(statement, "account a");
            statement.push(" AND a.owner_id = ").push_bind(owner);
            finish(statement);
        }
        if shared.is_empty() {
            return;
        }
        statement.push(" UNION ALL ");
    }
    // From the ids to the customers: SQLite takes crossed tables in this order.
    begin(statement, "account w CROSS JOIN account a");
    statement.push(" AND a.number = w.number AND w.id");
    push_ids(statement, shared.iter().map(|id| id.0));
    if !owners.is_empty() {
        // Those of the runs before have been passed already.
        statement.push(" AND (a.owner_id IS NULL OR a.owner_id NOT");
        push_ids(statement, owners.iter().map(|owner| owner.0));
        statement.push(")");
    }
    finish(statement);
}

/// Appends the page as the table `a`, to be put into order again: what is read of a customer is looked up when the
/// page is cut.
pub(crate) fn push_page<D>(
    statement: &mut QueryBuilder<D>,
    runs: Runs<'_>,
    caller: &Caller,
    request: &ListRequest,
    tag: TagFilter,
) where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> String: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> TagId: Encode<'q, D> + Type<D>,
{
    let (key, _) = order(request.sort, false);
    let columns = [key, " AS place, a.number AS hit"];
    statement.push("(");
    push_runs(statement, runs, caller, request, tag, columns, |statement| {
        push_after(statement, request, false);
    });
    let way = if request.descending() { " DESC" } else { "" };
    statement.push(" ORDER BY place").push(way).push(", hit").push(way);
    push_limit(statement, i64::from(PAGE_ROWS) + 1);
    statement.push(") page JOIN account a ON a.number = page.hit");
}

/// Appends a row for each customer of the runs, to be counted.
pub(crate) fn push_counted<D>(
    statement: &mut QueryBuilder<D>,
    runs: Runs<'_>,
    caller: &Caller,
    request: &ListRequest,
    tag: TagFilter,
) where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> TagId: Encode<'q, D> + Type<D>,
{
    push_runs(statement, runs, caller, request, tag, ["1", " AS one"], |_| ());
}
