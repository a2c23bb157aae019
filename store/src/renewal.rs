//! What records are found, sorted and compared by is worked out from what people typed. A release that works it
//! out in another way brings what is stored up to date: once, piece by piece, before anybody is served.

use crate::{
    accounts, cases,
    contact_points::{OwnedPoint, by_owner},
    db::{Db, Tx, on_tx},
    dialect::{Index, pieces, to_change},
    error::Result,
    opportunities, people,
    rows::{ACCOUNT_COLUMNS, AccountRow, PERSON_COLUMNS, PersonRow},
    settings,
};
use const_format::concatcp;
use domain::{
    contact::ContactPoint,
    duplicate, pinyin,
    policy::{self, Action, Caller, Object},
    search::Document,
    text,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

/// Counts the ways there have been. Goes up whenever [`text::fold`], [`text::name_core`], [`pinyin`] or
/// [`Document`] make something else of the same name.
const EDITION: &str = "5";
/// What it was before deals and cases were found by words; customers and persons are found as then.
const OF_CUSTOMERS: &str = "4";
/// The setting that holds the edition of what is stored.
const NAME: &str = "keys.edition";
/// Records of one transaction.
const ROWS: usize = 500;

/// The keys of a name, as they are stored beside it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
struct Keys {
    name_fold: String,
    name_core: String,
    name_sort: String,
}

impl Keys {
    fn of(name: &str) -> Self {
        Self {
            name_fold: text::fold(name),
            name_core: text::name_core(name),
            name_sort: pinyin::sort_key(name),
        }
    }
}

#[derive(FromRow)]
struct StoredAccount {
    #[sqlx(flatten)]
    row: AccountRow,
    #[sqlx(flatten)]
    keys: Keys,
}

#[derive(FromRow)]
struct StoredPerson {
    #[sqlx(flatten)]
    row: PersonRow,
    #[sqlx(flatten)]
    keys: Keys,
}

/// A record that is found by its name alone.
#[derive(FromRow)]
struct Named {
    number: i64,
    name: String,
    name_fold: String,
}

const ACCOUNTS: &str = concatcp!(
    "SELECT ",
    ACCOUNT_COLUMNS,
    ", name_fold, name_core, name_sort FROM account WHERE number > $1 ORDER BY number LIMIT ",
    ROWS
);
const PEOPLE: &str = concatcp!(
    "SELECT ",
    PERSON_COLUMNS,
    ", name_fold, name_core, name_sort FROM person WHERE number > $1 ORDER BY number LIMIT ",
    ROWS
);
const DEALS: &str = concatcp!(
    "SELECT number, name, name_fold FROM opportunity WHERE number > $1 ORDER BY number LIMIT ",
    ROWS
);
const CASES: &str = concatcp!(
    "SELECT number, subject AS name, subject_fold AS name_fold FROM feedback_case WHERE number > $1 ORDER BY number LIMIT ",
    ROWS
);
const SAVE_DEALS: &str = "UPDATE opportunity SET name_fold = v.column2 FROM (";
const SAVE_CASES: &str = "UPDATE feedback_case SET subject_fold = v.column2 FROM (";
const ACCOUNT_POINTS: &str = "SELECT owner_id, id, kind, value_raw, value_norm, is_primary FROM contact_point \
    WHERE owner_id IN (SELECT id FROM account WHERE number > $1 AND number <= $2) ORDER BY position, id";
const PERSON_POINTS: &str = "SELECT owner_id, id, kind, value_raw, value_norm, is_primary FROM contact_point \
    WHERE owner_id IN (SELECT id FROM person WHERE number > $1 AND number <= $2) ORDER BY position, id";
const SAVE_ACCOUNTS: &str = "UPDATE account SET name_fold = v.column2, name_core = v.column3, name_sort = v.column4, \
    name_back = v.column5 FROM (";
const SAVE_PEOPLE: &str =
    "UPDATE person SET name_fold = v.column2, name_core = v.column3, name_sort = v.column4 FROM (";

impl Db {
    /// Brings the keys of all records up to date, unless this release or one like it has. `told` hears how
    /// many are done after each piece. Broken off, it begins anew at the next start.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for anybody but an administrator.
    pub async fn renew_keys(&self, caller: &Caller, mut told: impl FnMut(u64)) -> Result<()> {
        policy::check(caller, Action::Administer, Object::System)?;
        let stale: &[Index] = match settings::get(self, NAME).await?.as_deref() {
            Some(EDITION) => return Ok(()),
            Some(OF_CUSTOMERS) => &[Index::Opportunities, Index::Cases],
            _ => &Index::ALL,
        };
        let mut done = 0;
        for renew in stale {
            let mut after = 0;
            loop {
                let mut tx = self.begin().await?;
                let piece = match renew {
                    Index::Accounts => renew_accounts(&mut tx, after).await?,
                    Index::People => renew_people(&mut tx, after).await?,
                    Index::Opportunities => renew_deals(&mut tx, after).await?,
                    Index::Cases => renew_cases(&mut tx, after).await?,
                };
                tx.commit().await?;
                let Some((last, rows)) = piece else { break };
                after = last;
                done += rows;
                told(done);
            }
        }
        if done > 0 {
            self.optimize().await?;
        }
        let mut tx = self.begin().await?;
        settings::put(&mut tx, NAME, EDITION, caller.now).await?;
        tx.commit().await
    }
}

/// The next customers: the number of the last of them and how many they were, or nothing.
async fn renew_accounts(tx: &mut Tx, after: i64) -> Result<Option<(i64, u64)>> {
    let statement = to_change!(tx, ACCOUNTS);
    let rows: Vec<StoredAccount> = on_tx!(tx, |connection| {
        sqlx::query_as(statement).bind(after).fetch_all(connection).await
    })?;
    let Some(last) = rows.last().map(|stored| stored.row.number.0) else { return Ok(None) };
    let points = points(tx, ACCOUNT_POINTS, after, last).await?;
    let mut documents: Vec<(i64, Document)> = Vec::with_capacity(rows.len());
    let mut changed = Vec::new();
    for StoredAccount { row, keys } in &rows {
        let contacts = points.get(&row.id.0).map_or(&[][..], Vec::as_slice);
        documents.push((row.number.0, accounts::document(row.number, &row.whole()?, contacts)));
        let now = Keys::of(&row.name);
        if now != *keys {
            changed.push((row.number.0, now));
        }
    }
    save(tx, SAVE_ACCOUNTS, " AS v WHERE account.number = v.column1", &changed).await?;
    Index::Accounts.put(tx, &documents).await?;
    Ok(Some((last, rows.len() as u64)))
}

async fn renew_people(tx: &mut Tx, after: i64) -> Result<Option<(i64, u64)>> {
    let statement = to_change!(tx, PEOPLE);
    let rows: Vec<StoredPerson> = on_tx!(tx, |connection| {
        sqlx::query_as(statement).bind(after).fetch_all(connection).await
    })?;
    let Some(last) = rows.last().map(|stored| stored.row.number.0) else { return Ok(None) };
    let points = points(tx, PERSON_POINTS, after, last).await?;
    let mut documents: Vec<(i64, Document)> = Vec::with_capacity(rows.len());
    let mut changed = Vec::new();
    for StoredPerson { row, keys } in &rows {
        let contacts = points.get(&row.id.0).map_or(&[][..], Vec::as_slice);
        documents.push((row.number.0, people::document(row.number, &row.whole()?, contacts)));
        let now = Keys::of(&row.full_name);
        if now != *keys {
            changed.push((row.number.0, now));
        }
    }
    save(tx, SAVE_PEOPLE, " AS v WHERE person.number = v.column1", &changed).await?;
    Index::People.put(tx, &documents).await?;
    Ok(Some((last, rows.len() as u64)))
}

async fn renew_deals(tx: &mut Tx, after: i64) -> Result<Option<(i64, u64)>> {
    let statement = to_change!(tx, DEALS);
    let rows: Vec<Named> = on_tx!(tx, |connection| {
        sqlx::query_as(statement).bind(after).fetch_all(connection).await
    })?;
    save_folds(tx, SAVE_DEALS, " AS v WHERE opportunity.number = v.column1", &rows).await?;
    put_names(tx, Index::Opportunities, opportunities::search::document, &rows).await
}

async fn renew_cases(tx: &mut Tx, after: i64) -> Result<Option<(i64, u64)>> {
    let statement = to_change!(tx, CASES);
    let rows: Vec<Named> = on_tx!(tx, |connection| {
        sqlx::query_as(statement).bind(after).fetch_all(connection).await
    })?;
    save_folds(tx, SAVE_CASES, " AS v WHERE feedback_case.number = v.column1", &rows).await?;
    put_names(tx, Index::Cases, cases::search::document, &rows).await
}

async fn put_names(
    tx: &mut Tx,
    index: Index,
    document: impl Fn(&str) -> Document,
    rows: &[Named],
) -> Result<Option<(i64, u64)>> {
    let Some(last) = rows.last() else { return Ok(None) };
    let documents: Vec<(i64, Document)> =
        rows.iter().map(|row| (row.number, document(&row.name))).collect();
    index.put(tx, &documents).await?;
    Ok(Some((last.number, rows.len() as u64)))
}

async fn save_folds(
    tx: &mut Tx,
    head: &'static str,
    tail: &'static str,
    rows: &[Named],
) -> Result<()> {
    let folds = rows.iter().map(|row| (row, text::fold(&row.name)));
    let changed: Vec<(i64, String)> = folds
        .filter(|(row, fold)| row.name_fold != *fold)
        .map(|(row, fold)| (row.number, fold))
        .collect();
    for changed in pieces(&changed) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(head);
            statement.push_values(changed, |mut row, (number, fold)| {
                row.push_bind(*number).push_bind(fold.clone());
            });
            statement.push(")").push(tail);
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

async fn points(
    tx: &mut Tx,
    statement: &'static str,
    after: i64,
    last: i64,
) -> Result<HashMap<Uuid, Vec<ContactPoint>>> {
    let rows: Vec<OwnedPoint> = on_tx!(tx, |connection| {
        sqlx::query_as(statement).bind(after).bind(last).fetch_all(connection).await
    })?;
    by_owner(rows)
}

async fn save(
    tx: &mut Tx,
    head: &'static str,
    tail: &'static str,
    changed: &[(i64, Keys)],
) -> Result<()> {
    for changed in pieces(changed) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(head);
            statement.push_values(changed, |mut row, (number, keys)| {
                row.push_bind(*number)
                    .push_bind(keys.name_fold.clone())
                    .push_bind(keys.name_core.clone())
                    .push_bind(keys.name_sort.clone())
                    .push_bind(duplicate::back(&keys.name_core));
            });
            statement.push(")").push(tail);
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}
