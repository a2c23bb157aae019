//! Pages of customers that several users are in charge of: an ordered run through those of each, merged by the
//! database. So a page costs what it shows, however few of all customers the users are in charge of.

use crate::{
    dialect::push_limit,
    lists::{TagFilter, account_filters, account_tab, order, push_after},
    within::padded,
};
use domain::{
    id::{TagId, UserId},
    list::ListRequest,
    page::PAGE_ROWS,
    policy::{Caller, Rows, Scope},
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Most users whose customers are run through apart; of more, all customers are gone through and theirs picked.
/// SQLite takes 500 parts of one statement at most.
const MOST_RUNS: usize = 64;

/// The users whose customers are to be run through apart, if that is the way to make the page.
pub(crate) fn owners_apart(scope: &Scope, tag: TagFilter) -> Option<&[UserId]> {
    match scope.rows() {
        Rows::OwnedBy(owners)
            if (2..=MOST_RUNS).contains(&owners.len()) && !matches!(tag, TagFilter::Few(_)) =>
        {
            Some(owners)
        }
        _ => None,
    }
}

/// Appends the page as the table `a`, to be put into order again: what is read of a customer is looked up when the
/// page is cut.
pub(crate) fn push_page<D>(
    statement: &mut QueryBuilder<D>,
    owners: &[UserId],
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
    statement.push("(");
    for (place, owner) in padded(owners).enumerate() {
        statement.push(if place == 0 { "SELECT " } else { " UNION ALL SELECT " });
        statement.push(key).push(" AS place, a.number AS hit FROM account a WHERE ");
        statement.push(account_tab(request.tab)).push(" AND a.owner_id = ").push_bind(owner);
        account_filters(statement, caller, request, tag);
        push_after(statement, request, false);
    }
    let way = if request.descending() { " DESC" } else { "" };
    statement.push(" ORDER BY place").push(way).push(", hit").push(way);
    push_limit(statement, i64::from(PAGE_ROWS) + 1);
    statement.push(") page JOIN account a ON a.number = page.hit");
}
