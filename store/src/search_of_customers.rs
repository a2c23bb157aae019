//! Customers and persons as they are searched, for lists and for the palette.

use crate::{
    db::{Db, on_read},
    dialect::Group,
    error::Result,
    lists::{PERSON_PAGE_HEAD, TagFilter, account_conditions, person_conditions, push_person_tail},
    rows::{ACCOUNT_SUMMARY_COLUMNS, AccountSummaryRow, PersonSummaryRow},
    search::Searched,
    within,
};
use domain::{
    account::AccountSummary,
    id::{TagId, UserId},
    list::ListRequest,
    policy::{Caller, Scope},
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// The customers of a list.
pub(crate) struct AccountSearch<'a> {
    pub scope: &'a Scope,
    pub caller: &'a Caller,
    pub request: &'a ListRequest,
    pub tag: TagFilter,
}

impl Searched for AccountSearch<'_> {
    type Row = AccountSummaryRow;

    fn group(&self) -> Group {
        Group::on(self.request.tab)
    }

    fn push_head<D: Database>(&self, statement: &mut QueryBuilder<D>) {
        statement.push("SELECT ").push(ACCOUNT_SUMMARY_COLUMNS).push(" FROM ");
    }

    fn push_conditions<D>(&self, statement: &mut QueryBuilder<D>)
    where
        D: Database,
        for<'q> i64: Encode<'q, D> + Type<D>,
        for<'q> String: Encode<'q, D> + Type<D>,
        for<'q> UserId: Encode<'q, D> + Type<D>,
        for<'q> TagId: Encode<'q, D> + Type<D>,
    {
        account_conditions(statement, self.scope, self.caller, self.request, self.tag);
    }

    fn push_tail<D>(&self, _: &mut QueryBuilder<D>) -> bool
    where
        D: Database,
        for<'q> UserId: Encode<'q, D> + Type<D>,
    {
        false
    }

    fn key(row: &AccountSummaryRow) -> (&str, i64) {
        (&row.name_fold, row.number.0)
    }
}

/// The persons of a list.
pub(crate) struct PersonSearch<'a> {
    pub scope: &'a Scope,
    pub caller: &'a Caller,
    pub request: &'a ListRequest,
}

impl Searched for PersonSearch<'_> {
    type Row = PersonSummaryRow;

    fn group(&self) -> Group {
        Group::People
    }

    fn push_head<D: Database>(&self, statement: &mut QueryBuilder<D>) {
        statement.push(PERSON_PAGE_HEAD);
    }

    fn push_conditions<D>(&self, statement: &mut QueryBuilder<D>)
    where
        D: Database,
        for<'q> i64: Encode<'q, D> + Type<D>,
        for<'q> String: Encode<'q, D> + Type<D>,
        for<'q> UserId: Encode<'q, D> + Type<D>,
        for<'q> TagId: Encode<'q, D> + Type<D>,
    {
        person_conditions(statement, self.scope, self.caller, self.request);
    }

    fn push_tail<D>(&self, statement: &mut QueryBuilder<D>) -> bool
    where
        D: Database,
        for<'q> UserId: Encode<'q, D> + Type<D>,
    {
        push_person_tail(statement, self.caller);
        true
    }

    fn key(row: &PersonSummaryRow) -> (&str, i64) {
        (&row.name_fold, row.number.0)
    }
}

impl Db {
    /// The customer with a number, company or individual, if it is within the scope.
    pub(crate) async fn account_by_number(
        &self,
        scope: &Scope,
        caller: &Caller,
        number: i64,
    ) -> Result<Option<AccountSummary>> {
        let row: Option<AccountSummaryRow> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new("SELECT ");
            statement.push(ACCOUNT_SUMMARY_COLUMNS).push(" FROM account a WHERE a.number = ");
            statement.push_bind(number).push(" AND a.deleted_at IS NULL");
            within::push_accounts(&mut statement, scope);
            statement.build_query_as().fetch_optional(pool).await
        })?;
        row.map(|row| row.summary(caller)).transpose()
    }
}
