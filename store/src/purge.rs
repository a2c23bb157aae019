//! What leaves for good: records and notes whose days in the bin are over, and records that somebody erases sooner,
//! with everything about them that stands elsewhere. Orders, cases and answers to surveys go with their customer. Many
//! small transactions, so that nobody waits for the writer.

use crate::{
    audit, bin,
    db::{Db, Tx, on_tx, retry},
    dialect::{Index, to_change},
    error::Result,
    orders, people,
};
use domain::{
    bin::{BIN_DAYS, BinKind},
    failure::Failure,
    id::{OrderId, PersonId, Version},
    policy::{self, Action, Caller, Grant, Object},
    time::{DAY, Instant},
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// What leaves: a record out of the bin, or what was taken off one.
#[derive(Clone, Copy)]
enum Leaving {
    Record(BinKind),
    Survey,
    Note,
}

#[derive(FromRow)]
struct Due {
    id: Uuid,
    number: i64,
    version: Version,
}

const DUE_ACCOUNTS: &str = "SELECT id, number, version FROM account WHERE deleted_at < $1 ORDER BY deleted_at, number LIMIT 200";
const DUE_PEOPLE: &str = "SELECT id, number, version FROM person WHERE deleted_at < $1 ORDER BY deleted_at, number LIMIT 200";
const DUE_DEALS: &str = "SELECT id, number, version FROM opportunity WHERE deleted_at < $1 ORDER BY deleted_at, number LIMIT 200";
const DUE_ORDERS: &str = "SELECT id, number, version FROM sales_order WHERE deleted_at < $1 ORDER BY deleted_at, number LIMIT 200";
const DUE_CASES: &str = "SELECT id, number, version FROM feedback_case WHERE deleted_at < $1 ORDER BY deleted_at, number LIMIT 200";
const DUE_SURVEYS: &str = "SELECT id, number, version FROM survey WHERE deleted_at < $1 ORDER BY deleted_at, number LIMIT 200";
const DUE_NOTES: &str = "SELECT id, CAST(0 AS BIGINT) AS number, version FROM activity WHERE deleted_at < $1 ORDER BY deleted_at LIMIT 200";
// One that went into another is not in the bin: it leaves with that one, or after its days.
const BINNED_ACCOUNT: &str = "SELECT id, number, version FROM account WHERE id = $1 AND deleted_at IS NOT NULL \
     AND NOT EXISTS (SELECT 1 FROM merged_record m WHERE m.record_id = account.id)";
const BINNED_PERSON: &str = "SELECT id, number, version FROM person WHERE id = $1 AND deleted_at IS NOT NULL \
     AND NOT EXISTS (SELECT 1 FROM merged_record m WHERE m.record_id = person.id)";
const BINNED_DEAL: &str =
    "SELECT id, number, version FROM opportunity WHERE id = $1 AND deleted_at IS NOT NULL";
const BINNED_ORDER: &str =
    "SELECT id, number, version FROM sales_order WHERE id = $1 AND deleted_at IS NOT NULL";
const BINNED_CASE: &str =
    "SELECT id, number, version FROM feedback_case WHERE id = $1 AND deleted_at IS NOT NULL";
const MERGED_ACCOUNTS: &str = "SELECT a.id, a.number, a.version FROM merged_record m JOIN account a ON a.id = m.record_id \
     WHERE m.survivor_id = $1";
const MERGED_PEOPLE: &str = "SELECT p.id, p.number, p.version FROM merged_record m JOIN person p ON p.id = m.record_id \
     WHERE m.survivor_id = $1";
const MAIN_OF: &str = "SELECT person_id FROM account_person WHERE account_id = $1 AND is_primary";
const CASES_OF: &str = "SELECT number FROM feedback_case WHERE account_id = $1";
const ORPHAN: &str = "UPDATE account SET parent_id = NULL WHERE parent_id = $1";
const DROP_POINTS: &str = "DELETE FROM contact_point WHERE owner_id = $1";
const DROP_NOTES: &str = "DELETE FROM activity WHERE subject_id = $1";
const DROP_TOLD: &str = "DELETE FROM notification WHERE subject_id = $1";
const DROP_TOLD_OF_CASES: &str = "DELETE FROM notification WHERE subject_id IN (SELECT id FROM feedback_case WHERE account_id = $1)";
const FORGET_ACCOUNT_ROWS: &str = "UPDATE import_row SET before_image = '', errors = CASE WHEN errors = '' THEN '' ELSE '[]' END \
     WHERE account_id = $1";
const FORGET_PERSON_ROWS: &str = "UPDATE import_row SET before_image = '', errors = CASE WHEN errors = '' THEN '' ELSE '[]' END \
     WHERE person_id = $1";
const FORGET_RECORD_ROWS: &str = "UPDATE import_row SET before_image = '', errors = CASE WHEN errors = '' THEN '' ELSE '[]' END \
     WHERE record_id = $1";
const FORGET_MERGES: &str = "UPDATE merge_log SET image = '' WHERE survivor_id = $1 OR id IN \
     (SELECT merge_id FROM merged_record WHERE record_id = $1)";
const FORGET_MERGED: &str = "DELETE FROM merged_record WHERE survivor_id = $1";
const DROP_ACCOUNT: &str = "DELETE FROM account WHERE id = $1";
const DROP_PERSON: &str = "DELETE FROM person WHERE id = $1";
const DROP_DEAL: &str = "DELETE FROM opportunity WHERE id = $1";
const DROP_ORDER: &str = "DELETE FROM sales_order WHERE id = $1";
const DROP_CASE: &str = "DELETE FROM feedback_case WHERE id = $1";
const DROP_SURVEY: &str = "DELETE FROM survey WHERE id = $1";
const DROP_NOTE: &str = "DELETE FROM activity WHERE id = $1";

impl Db {
    /// Removes for good what has been in the bin, or off a timeline, for [`BIN_DAYS`]; answers how many
    /// records and notes went. Called by the installation itself.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody who may not erase.
    pub async fn purge_bin(&self, caller: &Caller) -> Result<u64> {
        let accounts = policy::check(caller, Action::Erase, Object::Account)?;
        let people = policy::check(caller, Action::Erase, Object::Person)?;
        let notes = policy::check(caller, Action::Erase, Object::Activity)?;
        let deals = policy::check(caller, Action::Erase, Object::Opportunity)?;
        let orders = policy::check(caller, Action::Erase, Object::Order)?;
        let cases = policy::check(caller, Action::Erase, Object::Case)?;
        let surveys = policy::check(caller, Action::Erase, Object::Survey)?;
        let before = caller.now.plus(-BIN_DAYS * DAY);
        let mut gone = 0;
        for (grant, kind) in [
            (&accounts, Leaving::Record(BinKind::Accounts)),
            (&people, Leaving::Record(BinKind::People)),
            (&deals, Leaving::Record(BinKind::Opportunities)),
            (&orders, Leaving::Record(BinKind::Orders)),
            (&cases, Leaving::Record(BinKind::Cases)),
            (&surveys, Leaving::Survey),
            (&notes, Leaving::Note),
        ] {
            loop {
                let some = retry(|| self.purge_some(grant, before, kind)).await?;
                gone += some;
                if some == 0 {
                    break;
                }
            }
        }
        Ok(gone)
    }

    /// One transaction of it.
    async fn purge_some(&self, grant: &Grant, before: Instant, kind: Leaving) -> Result<u64> {
        let mut tx = self.begin().await?;
        // Held on PostgreSQL: a record that is being taken out of the bin is looked at again afterwards.
        let due = match kind {
            Leaving::Record(BinKind::Accounts) => to_change!(&tx, DUE_ACCOUNTS),
            Leaving::Record(BinKind::People) => to_change!(&tx, DUE_PEOPLE),
            Leaving::Record(BinKind::Opportunities) => to_change!(&tx, DUE_DEALS),
            Leaving::Record(BinKind::Orders) => to_change!(&tx, DUE_ORDERS),
            Leaving::Record(BinKind::Cases) => to_change!(&tx, DUE_CASES),
            Leaving::Survey => to_change!(&tx, DUE_SURVEYS),
            Leaving::Note => to_change!(&tx, DUE_NOTES),
        };
        let rows: Vec<Due> = on_tx!(&mut tx, |connection| {
            sqlx::query_as(due).bind(before).fetch_all(connection).await
        })?;
        for row in &rows {
            drop_one(&mut tx, grant, kind, row).await?;
        }
        tx.commit().await?;
        Ok(u64::try_from(rows.len()).unwrap_or(0))
    }

    /// Removes a record for good that is in the bin, before its days are over.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`]; [`Failure::Gone`] for one that is not in the bin or not for
    /// the caller to see.
    pub async fn erase(&self, caller: &Caller, kind: BinKind, id: Uuid) -> Result<()> {
        let grant = policy::check_confirmed(caller, Action::Erase, kind.object())?;
        let mut tx = self.begin().await?;
        match kind.record(id) {
            Some(record) => bin::admit(&mut tx, &grant, record).await?,
            None => orders::admit_binned(&mut tx, caller, OrderId(id)).await?,
        }
        let binned = match kind {
            BinKind::Accounts => to_change!(&tx, BINNED_ACCOUNT),
            BinKind::People => to_change!(&tx, BINNED_PERSON),
            BinKind::Opportunities => to_change!(&tx, BINNED_DEAL),
            BinKind::Orders => to_change!(&tx, BINNED_ORDER),
            BinKind::Cases => to_change!(&tx, BINNED_CASE),
        };
        let row: Option<Due> = on_tx!(&mut tx, |connection| {
            sqlx::query_as(binned).bind(id).fetch_optional(connection).await
        })?;
        let row = row.ok_or(Failure::Gone)?;
        drop_one(&mut tx, &grant, Leaving::Record(kind), &row).await?;
        tx.commit().await
    }
}

/// Removes one row, and with a record those that went into it: they are the same customer or person.
async fn drop_one(tx: &mut Tx, grant: &Grant, kind: Leaving, row: &Due) -> Result<()> {
    let statement = match kind {
        Leaving::Record(BinKind::Accounts) => Some(MERGED_ACCOUNTS),
        Leaving::Record(BinKind::People) => Some(MERGED_PEOPLE),
        Leaving::Record(BinKind::Opportunities | BinKind::Orders | BinKind::Cases)
        | Leaving::Survey
        | Leaving::Note => None,
    };
    let merged: Vec<Due> = match statement {
        Some(statement) => on_tx!(&mut *tx, |connection| {
            sqlx::query_as(statement).bind(row.id).fetch_all(connection).await
        })?,
        None => Vec::new(),
    };
    for merged in &merged {
        drop_row(tx, grant, kind, merged).await?;
    }
    drop_row(tx, grant, kind, row).await
}

/// Removes one row with what hangs on it, and what older lines of the audit log say about it.
async fn drop_row(tx: &mut Tx, grant: &Grant, kind: Leaving, row: &Due) -> Result<()> {
    let lines = audit::lines_about(tx, row.id).await?;
    match kind {
        Leaving::Record(BinKind::Accounts) => drop_account(tx, row).await?,
        Leaving::Record(BinKind::People) => {
            let steps = [
                DROP_POINTS,
                DROP_TOLD,
                DROP_NOTES,
                FORGET_PERSON_ROWS,
                FORGET_MERGES,
                FORGET_MERGED,
                DROP_PERSON,
            ];
            run(tx, row.id, &steps).await?;
            Index::People.take_out(tx, row.number).await?;
        }
        Leaving::Record(BinKind::Opportunities) => {
            run(tx, row.id, &[FORGET_RECORD_ROWS, DROP_TOLD, DROP_NOTES, DROP_DEAL]).await?;
            Index::Opportunities.take_out(tx, row.number).await?;
        }
        Leaving::Record(BinKind::Orders) => {
            run(tx, row.id, &[FORGET_RECORD_ROWS, DROP_ORDER]).await?
        }
        Leaving::Record(BinKind::Cases) => {
            run(tx, row.id, &[FORGET_RECORD_ROWS, DROP_TOLD, DROP_CASE]).await?;
            Index::Cases.take_out(tx, row.number).await?;
        }
        Leaving::Survey => run(tx, row.id, &[DROP_SURVEY]).await?,
        Leaving::Note => run(tx, row.id, &[DROP_NOTE]).await?,
    }
    audit::append_purged(tx, grant, row.id, row.version, lines)
}

async fn drop_account(tx: &mut Tx, row: &Due) -> Result<()> {
    let people: Vec<PersonId> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(MAIN_OF).bind(row.id).fetch_all(connection).await
    })?;
    let cases: Vec<i64> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(CASES_OF).bind(row.id).fetch_all(connection).await
    })?;
    let steps = [
        ORPHAN,
        DROP_POINTS,
        DROP_TOLD,
        DROP_TOLD_OF_CASES,
        DROP_NOTES,
        FORGET_ACCOUNT_ROWS,
        FORGET_MERGES,
        FORGET_MERGED,
        DROP_ACCOUNT,
    ];
    run(tx, row.id, &steps).await?;
    Index::Accounts.take_out(tx, row.number).await?;
    for case in cases {
        Index::Cases.take_out(tx, case).await?;
    }
    for person in people {
        people::keep_a_main_job(tx, person).await?;
    }
    Ok(())
}

async fn run(tx: &mut Tx, id: Uuid, steps: &[&'static str]) -> Result<()> {
    for step in steps.iter().copied() {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(step).bind(id).execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}
