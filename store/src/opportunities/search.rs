//! Deals as they are searched: by their name and their number.

use super::rows::PAGE_TAIL;
use crate::{
    dialect::Group,
    palette::{FoundRow, document_of_name},
    search::Searched,
    within,
};
use domain::{
    id::{TagId, UserId},
    policy::{self, Caller, Object, Scope},
    search::Document,
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// The deals that somebody sees.
pub(crate) struct OpportunitySearch<'a> {
    pub scope: &'a Scope,
    pub caller: &'a Caller,
}

const HEAD: &str = "SELECT o.number, o.name, o.name_fold, COALESCE(a.name, '') AS detail FROM (SELECT o.number, o.name, o.name_fold, \
     o.account_id FROM ";

impl Searched for OpportunitySearch<'_> {
    type Row = FoundRow;

    fn group(&self) -> Group {
        Group::Opportunities
    }

    fn push_head<D: Database>(&self, statement: &mut QueryBuilder<D>) {
        statement.push(HEAD);
    }

    fn push_conditions<D>(&self, statement: &mut QueryBuilder<D>)
    where
        D: Database,
        for<'q> i64: Encode<'q, D> + Type<D>,
        for<'q> String: Encode<'q, D> + Type<D>,
        for<'q> UserId: Encode<'q, D> + Type<D>,
        for<'q> TagId: Encode<'q, D> + Type<D>,
    {
        statement.push("o.deleted_at IS NULL");
        within::push_opportunities(statement, self.scope);
    }

    fn push_tail<D>(&self, statement: &mut QueryBuilder<D>) -> bool
    where
        D: Database,
        for<'q> UserId: Encode<'q, D> + Type<D>,
    {
        // The customer is named to those who see it.
        statement.push(PAGE_TAIL);
        within::push_accounts(statement, &policy::sight(self.caller, Object::Account));
        true
    }

    fn key(row: &FoundRow) -> (&str, i64) {
        row.key()
    }
}

/// What a deal is found by.
pub(crate) fn document(name: &str) -> Document {
    document_of_name(name, Group::Opportunities)
}
