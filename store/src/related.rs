//! Other records that a line of the trail names, such as the customer that a person began to work for. Whoever does not
//! see these is not told of them.

use crate::{
    db::{Connection, on_connection},
    error::Result,
};
use domain::{
    audit::{Change, FieldChange},
    id::{AccountId, AccountNumber, UserId},
    note::Subject,
    policy::{self, Action, Caller, Object, Reach},
};
use sqlx::QueryBuilder;
use std::collections::{BTreeSet, HashSet};

/// Fields whose values are numbers of customers. Lines written before that held the name of a parent.
const NAMING: [&str; 2] = ["account", "parent"];

fn named(change: &FieldChange) -> impl Iterator<Item = &str> {
    let naming = NAMING.contains(&&*change.field);
    let values = [&*change.before, &*change.after].into_iter();
    values.filter(move |value| naming && !value.is_empty())
}

/// The customers that somebody may be told of.
pub(crate) struct Customers {
    all: bool,
    some: HashSet<AccountNumber>,
}

impl Customers {
    /// Without a look at single ones: all of them or none.
    pub(crate) fn all_or_none(caller: &Caller) -> Self {
        let all = caller.rights.reach(Action::View, Object::Account) == Reach::All;
        Self { all, some: HashSet::new() }
    }

    /// Those that the changes of a record name and the caller sees.
    pub(crate) async fn seen_in(
        held: Connection<'_>,
        caller: &Caller,
        changes: &[(i64, Change)],
    ) -> Result<Self> {
        let mut seen = Self::all_or_none(caller);
        let fields = changes.iter().flat_map(|(_, change)| &change.fields);
        let numbers: BTreeSet<AccountNumber> =
            fields.flat_map(named).filter_map(|value| value.parse().ok()).collect();
        if seen.all || numbers.is_empty() {
            return Ok(seen);
        }
        let rows: Vec<(AccountNumber, AccountId, Option<UserId>)> =
            on_connection!(held, |connection| {
                let mut query = QueryBuilder::<Dialect>::new(
                    "SELECT number, id, owner_id FROM account WHERE number IN (",
                );
                let mut list = query.separated(", ");
                for number in &numbers {
                    list.push_bind(*number);
                }
                query.push(")");
                query.build_query_as().fetch_all(connection).await
            })?;
        let scope = policy::sight(caller, Object::Account);
        let covered =
            rows.into_iter().filter(|(_, id, owner)| scope.covers(Subject::Account(*id), *owner));
        seen.some = covered.map(|(number, _, _)| number).collect();
        Ok(seen)
    }

    /// What of a change may be told.
    pub(crate) fn told(&self, mut fields: Vec<FieldChange>) -> Vec<FieldChange> {
        let known = |value: &str| value.parse().is_ok_and(|number| self.some.contains(&number));
        fields.retain(|change| self.all || named(change).all(known));
        fields
    }
}
