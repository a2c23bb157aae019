//! Duplicates at entry: records that a half-typed form may repeat, each look-up on an index.

use crate::{
    db::{Db, Reading, on_connection},
    error::Result,
};
use const_format::concatcp;
use domain::{
    contact::{ContactDraft, ContactKind},
    duplicate::{Candidate, Intact, Probe, Reason, back, core, intact, nearly_equal},
    policy::{self, Caller, Object},
    text,
};
use sqlx::{FromRow, QueryBuilder};
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

const BY_CREDIT_CODE: &str = "SELECT number, name, FALSE AS is_person FROM account \
     WHERE credit_code = $1 AND credit_code <> '' AND deleted_at IS NULL ORDER BY number LIMIT 5";
const BY_CONTACT: &str = "SELECT COALESCE(a.number, p.number) AS number, COALESCE(a.name, p.full_name) AS name, \
     p.number IS NOT NULL AS is_person FROM contact_point c \
     LEFT JOIN account a ON c.owner_kind = 'account' AND a.id = c.owner_id AND a.deleted_at IS NULL \
     LEFT JOIN person p ON c.owner_kind = 'person' AND p.id = c.owner_id AND p.deleted_at IS NULL \
     WHERE c.value_norm <> '' AND (a.number IS NOT NULL OR p.number IS NOT NULL) AND c.value_norm IN (";
const SAME_ACCOUNTS: &str = "SELECT number, name, name_core FROM account \
     WHERE name_core = $1 AND deleted_at IS NULL ORDER BY number LIMIT 10";
const SAME_PEOPLE: &str = "SELECT number, full_name AS name, name_core FROM person \
     WHERE name_core = $1 AND deleted_at IS NULL ORDER BY number LIMIT 10";
/// The names whose `$column` lies between `$1` and `$2`. Range, length and the far end are compared inside the index,
/// which holds no customers of the bin. The bounds are subqueries, so that PostgreSQL expects the same of all and keeps
/// its plan: planning costs ten times what a look-up does.
macro_rules! same_part {
    ($column:literal) => {
        concatcp!(
            "SELECT number, name, name_core FROM account WHERE number IN (SELECT number FROM (SELECT number, ",
            $column, " AS part FROM account WHERE ", $column, " >= (SELECT $1) AND ", $column, " < (SELECT $2) AND deleted_at IS NULL \
             ORDER BY ", $column, ", number LIMIT ", LOOKED_AT, ") near WHERE LENGTH(part) BETWEEN $3 AND $4 \
             AND ($5 = '' OR SUBSTR(part, LENGTH(part)) = $5) ORDER BY part, number LIMIT ", COMPARED, ") ORDER BY number"
        )
    };
}
const SAME_FRONT: &str = same_part!("name_core");
const SAME_BACK: &str = same_part!("name_back");

impl Db {
    /// Records that look like what is being typed, most alike first, at most five. Names only:
    /// the owner may be hidden, the duplicate may not.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn duplicates(&self, caller: &Caller, probe: &Probe) -> Result<Vec<Candidate>> {
        policy::view(caller, Object::Account)?;
        policy::view(caller, Object::Person)?;
        let mut reading = self.reading().await?;
        let mut found: Vec<Candidate> = Vec::new();
        if let Ok(Some(code)) = text::credit_code(&probe.credit_code) {
            let rows: Vec<Found> = on_connection!(reading.connection(), |connection| {
                sqlx::query_as(BY_CREDIT_CODE).bind(code).fetch_all(connection).await
            })?;
            gather(&mut found, rows, Reason::CreditCode);
        }
        for (kind, typed, reason) in [
            (ContactKind::Mobile, &probe.phones, Reason::Phone),
            (ContactKind::Email, &probe.emails, Reason::Email),
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
                let mut list = statement.separated(", ");
                for value in values {
                    list.push_bind(value);
                }
                statement.push(") ORDER BY 1 LIMIT 50");
                statement.build_query_as().fetch_all(connection).await
            })?;
            gather(&mut found, rows, reason);
        }
        by_name(&mut reading, probe, &mut found).await?;
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
async fn by_name(reading: &mut Reading, probe: &Probe, found: &mut Vec<Candidate>) -> Result<()> {
    let wanted = core(&probe.name);
    if wanted.chars().count() < 2 {
        return Ok(());
    }
    let same = if probe.is_person { SAME_PEOPLE } else { SAME_ACCOUNTS };
    let mut cores: Vec<Core> =
        on_connection!(reading.connection(), |connection| sqlx::query_as(same)
            .bind(&wanted)
            .fetch_all(connection)
            .await)?;
    let length = i64::try_from(wanted.chars().count()).unwrap_or(i64::MAX);
    // A slip in a name of three characters or fewer makes another name.
    if !probe.is_person && length >= 4 {
        for (statement, name) in [(SAME_FRONT, wanted.clone()), (SAME_BACK, back(&wanted))] {
            for Intact { front, end } in intact(&name) {
                let alike: Vec<Core> = on_connection!(reading.connection(), |connection| {
                    sqlx::query_as(statement)
                        .bind(&front)
                        .bind(format!("{front}\u{10ffff}"))
                        .bind(length - 1)
                        .bind(length + 1)
                        .bind(&end)
                        .fetch_all(connection)
                        .await
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
