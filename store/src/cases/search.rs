//! Cases as they are searched: by their subject and their number.

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

/// The cases that somebody sees.
pub(crate) struct CaseSearch<'a> {
    pub scope: &'a Scope,
    pub caller: &'a Caller,
}

/// Who said it stands where no customer is named, as on the lists.
const HEAD: &str = "SELECT c.number, c.subject AS name, c.subject_fold AS name_fold, COALESCE(a.name, c.contact) AS detail \
     FROM (SELECT c.number, c.subject, c.subject_fold, c.contact, c.account_id FROM ";
const TAIL: &str = ") c LEFT JOIN account a ON a.id = c.account_id AND a.deleted_at IS NULL";

impl Searched for CaseSearch<'_> {
    type Row = FoundRow;

    fn group(&self) -> Group {
        Group::Cases
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
        statement.push("c.deleted_at IS NULL");
        within::push_cases(statement, self.scope);
    }

    fn push_tail<D>(&self, statement: &mut QueryBuilder<D>) -> bool
    where
        D: Database,
        for<'q> UserId: Encode<'q, D> + Type<D>,
    {
        // The customer is named to those who see it.
        statement.push(TAIL);
        within::push_accounts(statement, &policy::sight(self.caller, Object::Account));
        true
    }

    fn key(row: &FoundRow) -> (&str, i64) {
        row.key()
    }
}

/// What a case is found by.
pub(crate) fn document(subject: &str) -> Document {
    document_of_name(subject, Group::Cases)
}
