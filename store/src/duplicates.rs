//! Duplicates at entry: records that a half-typed form may repeat, each look-up on an index.

use crate::{
    db::{Db, Reading, on_connection},
    details,
    dialect::{push_limit, push_unseen},
    error::Result,
    within,
};
use domain::{
    contact::{ContactDraft, ContactKind},
    duplicate::{Candidate, Intact, Probe, Reason, back, core, intact, nearly_equal},
    policy::{self, Caller, Detail, Object, Scope},
    text,
};
use sqlx::{Database, Encode, QueryBuilder, Type};
use sqlx_macros::FromRow;
use std::cmp::Reverse;

/// Most candidates shown.
const SHOWN: usize = 5;
/// Most names of each look-up that are gone through inside the index.
const LOOKED_AT: i64 = 50_000;
/// Most of them, of fitting length and end, that are compared letter by letter.
const COMPARED: i64 = 500;

#[derive(FromRow)]
struct Found {
    number: i64,
    name: String,
    is_person: bool,
}

#[derive(FromRow)]
struct Core {
    number: i64,
    name: String,
    name_core: String,
}

const BY_CREDIT_CODE: &str = "SELECT a.number, a.name, FALSE AS is_person FROM account a \
     WHERE a.credit_code <> '' AND a.deleted_at IS NULL AND a.credit_code = ";
const BY_CONTACT: &str = "SELECT COALESCE(a.number, p.number) AS number, COALESCE(a.name, p.full_name) AS name, \
     p.number IS NOT NULL AS is_person FROM contact_point c \
     LEFT JOIN account a ON c.owner_kind = 'account' AND a.id = c.owner_id AND a.deleted_at IS NULL";
const AND_PEOPLE: &str =
    " LEFT JOIN person p ON c.owner_kind = 'person' AND p.id = c.owner_id AND p.deleted_at IS NULL";
const WITH_VALUES: &str =
    " WHERE c.value_norm <> '' AND (a.number IS NOT NULL OR p.number IS NOT NULL) AND c.kind IN (";
const AND_VALUES: &str = ") AND c.value_norm IN (";
const SAME_ACCOUNTS: &str = "SELECT a.number, a.name, a.name_core FROM account a \
     WHERE a.deleted_at IS NULL AND a.name_core = ";
const SAME_PEOPLE: &str = "SELECT p.number, p.full_name AS name, p.name_core FROM person p \
     WHERE p.deleted_at IS NULL AND p.name_core = ";

/// What the caller sees.
struct Sees {
    accounts: Scope,
    people: Scope,
}

/// Appends the customers whose `column`, of about `length` characters, begins and ends as `part` does. Range, length and
/// end are compared inside the index, which holds no customers of the bin.
fn push_near<D>(statement: &mut QueryBuilder<D>, column: &str, part: Intact, length: i64)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> String: Encode<'q, D> + Type<D>,
{
    let Intact { front, end } = part;
    statement.push(
        "SELECT a.number, a.name, a.name_core FROM account a WHERE a.number IN (SELECT number FROM (SELECT number, ",
    );
    statement.push(column).push(" AS part FROM account WHERE ").push(column).push(" >= ");
    push_unseen(statement, front.clone());
    statement.push(" AND ").push(column).push(" < ");
    push_unseen(statement, format!("{front}\u{10ffff}"));
    statement.push(" AND deleted_at IS NULL ORDER BY ").push(column).push(", number");
    push_limit(statement, LOOKED_AT).push(") near WHERE LENGTH(part) BETWEEN ");
    statement.push_bind(length - 1).push(" AND ").push_bind(length + 1).push(" AND (");
    statement.push_bind(end.clone()).push(" = '' OR SUBSTR(part, LENGTH(part)) = ");
    statement.push_bind(end).push(") ORDER BY part, number");
    push_limit(statement, COMPARED).push(")");
}

impl Db {
    /// Records that look like what is being typed, most alike first, at most five, of those the caller sees.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn duplicates(&self, caller: &Caller, probe: &Probe) -> Result<Vec<Candidate>> {
        let [accounts, people] = policy::view_either(caller)?;
        let sees = Sees { accounts, people };
        let mut reading = self.reading().await?;
        let mut found: Vec<Candidate> = Vec::new();
        if let Ok(Some(code)) = text::credit_code(&probe.credit_code) {
            let rows: Vec<Found> = on_connection!(reading.connection(), |connection| {
                let mut statement = QueryBuilder::<Dialect>::new(BY_CREDIT_CODE);
                statement.push_bind(code);
                within::push_accounts(&mut statement, &sees.accounts);
                details::push_read(
                    &mut statement,
                    caller,
                    "a",
                    Object::Account,
                    Detail::CreditCode,
                );
                statement.push(" ORDER BY a.number LIMIT 5");
                statement.build_query_as().fetch_all(connection).await
            })?;
            gather(&mut found, rows, Reason::CreditCode);
        }
        let phones = "'mobile', 'phone'";
        for (kind, kinds, typed, reason, detail) in [
            (ContactKind::Mobile, phones, &probe.phones, Reason::Phone, Detail::Phone),
            (ContactKind::Email, "'email'", &probe.emails, Reason::Email, Detail::Email),
        ] {
            let values: Vec<String> = typed
                .iter()
                .take(5)
                .map(|raw| ContactDraft { kind, raw: raw.clone() })
                .filter_map(|draft| draft.normalised(&caller.house.region).ok())
                .collect();
            if values.is_empty() {
                continue;
            }
            let rows: Vec<Found> = on_connection!(reading.connection(), |connection| {
                let mut statement = QueryBuilder::<Dialect>::new(BY_CONTACT);
                within::push_accounts(&mut statement, &sees.accounts);
                details::push_read(&mut statement, caller, "a", Object::Account, detail);
                statement.push(AND_PEOPLE);
                within::push_people(&mut statement, &sees.people);
                details::push_read(&mut statement, caller, "p", Object::Person, detail);
                // A value is one of its kind: an address given as a messenger's name is not seen as an address.
                statement.push(WITH_VALUES).push(kinds).push(AND_VALUES);
                let mut list = statement.separated(", ");
                for value in values {
                    list.push_bind(value);
                }
                statement.push(") ORDER BY 1 LIMIT 50");
                statement.build_query_as().fetch_all(connection).await
            })?;
            gather(&mut found, rows, reason);
        }
        by_name(&mut reading, &sees, probe, &mut found).await?;
        found.retain(|candidate| candidate.number != probe.except);
        for candidate in &mut found {
            candidate.reasons.sort_unstable();
        }
        found.sort_by(|a, b| strength(a).cmp(&strength(b)));
        found.truncate(SHOWN);
        Ok(found)
    }
}

/// Adds the records with the same name, or nearly the same.
async fn by_name(
    reading: &mut Reading,
    sees: &Sees,
    probe: &Probe,
    found: &mut Vec<Candidate>,
) -> Result<()> {
    let wanted = core(&probe.name);
    if wanted.chars().count() < 2 {
        return Ok(());
    }
    let mut cores: Vec<Core> = on_connection!(reading.connection(), |connection| {
        let head = if probe.is_person { SAME_PEOPLE } else { SAME_ACCOUNTS };
        let mut statement = QueryBuilder::<Dialect>::new(head);
        statement.push_bind(wanted.clone());
        if probe.is_person {
            within::push_people(&mut statement, &sees.people);
        } else {
            within::push_accounts(&mut statement, &sees.accounts);
        }
        statement.push(" ORDER BY number LIMIT 10");
        statement.build_query_as().fetch_all(connection).await
    })?;
    let length = i64::try_from(wanted.chars().count()).unwrap_or(i64::MAX);
    // A slip in a name of three characters or fewer makes another name.
    if !probe.is_person && length >= 4 {
        for (column, name) in [("name_core", wanted.clone()), ("name_back", back(&wanted))] {
            for part in intact(&name) {
                let alike: Vec<Core> = on_connection!(reading.connection(), |connection| {
                    let mut statement = QueryBuilder::<Dialect>::new("");
                    push_near(&mut statement, column, part, length);
                    within::push_accounts(&mut statement, &sees.accounts);
                    statement.push(" ORDER BY a.number");
                    statement.build_query_as().fetch_all(connection).await
                })?;
                cores.extend(alike);
            }
        }
    }
    for row in cores {
        let reason = if row.name_core == wanted {
            Reason::Name
        } else if nearly_equal(&row.name_core, &wanted) {
            Reason::SimilarName
        } else {
            continue;
        };
        let row = Found { number: row.number, name: row.name, is_person: probe.is_person };
        gather(found, vec![row], reason);
    }
    Ok(())
}

/// What candidates are ordered by: the strongest reason, then how many there are, then the number.
fn strength(candidate: &Candidate) -> (Option<Reason>, Reverse<usize>, usize, &str) {
    let reasons = &candidate.reasons;
    let number = candidate.number.as_str();
    (reasons.first().copied(), Reverse(reasons.len()), number.len(), number)
}

fn gather(found: &mut Vec<Candidate>, rows: Vec<Found>, reason: Reason) {
    for row in rows {
        let letter = if row.is_person { 'P' } else { 'C' };
        let number = format!("{letter}-{}", row.number);
        match found.iter_mut().find(|candidate| candidate.number == number) {
            Some(candidate) => {
                if !candidate.reasons.contains(&reason) {
                    candidate.reasons.push(reason);
                }
            }
            None => found.push(Candidate { number, name: row.name, reasons: vec![reason] }),
        }
    }
}
