//! Other records that a line of the trail names, such as the customer that a person began to work for. Whoever does not
//! see these is not told of them.

use crate::{
    db::{Connection, on_connection},
    error::Result,
    within,
};
use domain::{
    audit::{Change, FieldChange},
    id::{AccountId, AccountNumber, PersonNumber, UserId},
    note::Subject,
    opportunity::read_participant,
    policy::{self, Action, Caller, Object, Reach},
};
use sqlx::QueryBuilder;
use std::collections::{BTreeSet, HashSet};

/// Fields whose values are numbers of customers or persons, with commas between several. Lines written before that held
/// the name of a parent.
const NAMING: [&str; 6] = ["account", "person", "participant", "parent", "merged", "merged_into"];

fn named(change: &FieldChange) -> impl Iterator<Item = &str> {
    let naming = NAMING.contains(&&*change.field);
    let values = [&*change.before, &*change.after].into_iter().filter(move |_| naming);
    let values = values.flat_map(|value| value.split(", ")).filter(|value| !value.is_empty());
    values.map(|value| read_participant(value).0)
}

/// The customers and persons that somebody may be told of.
pub(crate) struct Related {
    all_accounts: bool,
    all_people: bool,
    accounts: HashSet<AccountNumber>,
    people: HashSet<PersonNumber>,
}

impl Related {
    /// Without a look at single ones: all of a kind or none.
    pub(crate) fn all_or_none(caller: &Caller) -> Self {
        let all = |object| caller.rights.reach(Action::View, object) == Reach::All;
        Self {
            all_accounts: all(Object::Account),
            all_people: all(Object::Person),
            accounts: HashSet::new(),
            people: HashSet::new(),
        }
    }

    /// Those that the changes of a record name and the caller sees.
    pub(crate) async fn seen_in(
        mut held: Connection<'_>,
        caller: &Caller,
        changes: &[(i64, Change)],
    ) -> Result<Self> {
        let mut seen = Self::all_or_none(caller);
        let names = || changes.iter().flat_map(|(_, change)| &change.fields).flat_map(named);
        let accounts: BTreeSet<AccountNumber> =
            names().filter_map(|value| value.parse().ok()).collect();
        if !seen.all_accounts && !accounts.is_empty() {
            seen.accounts = seen_accounts(held.again(), caller, &accounts).await?;
        }
        let people: BTreeSet<PersonNumber> =
            names().filter_map(|value| value.parse().ok()).collect();
        if !seen.all_people && !people.is_empty() {
            seen.people = seen_people(held, caller, &people).await?;
        }
        Ok(seen)
    }

    /// What of a change may be told.
    pub(crate) fn told(&self, mut fields: Vec<FieldChange>) -> Vec<FieldChange> {
        let known = |value: &str| {
            if let Ok(number) = value.parse() {
                return self.all_people || self.people.contains(&number);
            }
            self.all_accounts || value.parse().is_ok_and(|number| self.accounts.contains(&number))
        };
        fields.retain(|change| named(change).all(known));
        fields
    }
}

/// Those of some customers that the caller sees; the number of one that went into another stands for that one, too.
async fn seen_accounts(
    held: Connection<'_>,
    caller: &Caller,
    numbers: &BTreeSet<AccountNumber>,
) -> Result<HashSet<AccountNumber>> {
    let rows: Vec<(AccountNumber, AccountId, Option<UserId>)> = on_connection!(
        held,
        |connection| {
            let mut query = QueryBuilder::<Dialect>::new("");
            let ways = [
                "SELECT number, id, owner_id FROM account WHERE number IN (",
                " UNION ALL SELECT m.number, s.id, s.owner_id FROM merged_record m JOIN account s ON s.id = m.survivor_id \
                 WHERE m.object = 'account' AND m.number IN (",
            ];
            for way in ways {
                let mut list = query.push(way).separated(", ");
                for number in numbers {
                    list.push_bind(*number);
                }
                query.push(")");
            }
            query.build_query_as().fetch_all(connection).await
        }
    )?;
    let scope = policy::sight(caller, Object::Account);
    let covered =
        rows.into_iter().filter(|(_, id, owner)| scope.covers(Subject::Account(*id), *owner));
    Ok(covered.map(|(number, _, _)| number).collect())
}

/// The same for persons.
async fn seen_people(
    held: Connection<'_>,
    caller: &Caller,
    numbers: &BTreeSet<PersonNumber>,
) -> Result<HashSet<PersonNumber>> {
    let scope = policy::sight(caller, Object::Person);
    let rows: Vec<(PersonNumber,)> = on_connection!(held, |connection| {
        let mut query = QueryBuilder::<Dialect>::new("");
        let ways = [
            "SELECT p.number FROM person p WHERE p.number IN (",
            " UNION ALL SELECT m.number FROM merged_record m JOIN person p ON p.id = m.survivor_id \
             WHERE m.object = 'person' AND m.number IN (",
        ];
        for way in ways {
            let mut list = query.push(way).separated(", ");
            for number in numbers {
                list.push_bind(*number);
            }
            query.push(")");
            within::push_people(&mut query, &scope);
        }
        query.build_query_as().fetch_all(connection).await
    })?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}
