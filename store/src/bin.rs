//! The bin: deleting is a mark that can be taken back for 30 days, then the row leaves for good.

use crate::{
    audit,
    db::{Db, Tx, on_read, on_tx},
    dialect::push_limit,
    error::Result,
    within,
};
use domain::{
    audit::Event,
    bin::{AT_ONCE, BIN_DAYS, BinKind, Binned},
    failure::Failure,
    field::FieldError,
    id::{
        AccountId, AccountNumber, CaseId, CaseNumber, OpportunityId, OpportunityNumber, OrderId,
        OrderNumber, PersonId, PersonNumber, UserId, Version,
    },
    note::Subject,
    page::{Cursor, PAGE_ROWS, Page},
    policy::{self, Action, Caller, Grant, Object, Rows, Scope},
    time::{DAY, Instant},
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    name: String,
    deleted_at: Instant,
    deleted_by: Option<UserId>,
}

impl Row {
    fn binned(self, kind: BinKind) -> Binned {
        let number = match kind {
            BinKind::Accounts => AccountNumber(self.number).to_string(),
            BinKind::People => PersonNumber(self.number).to_string(),
            BinKind::Opportunities => OpportunityNumber(self.number).to_string(),
            BinKind::Orders => OrderNumber(self.number).to_string(),
            BinKind::Cases => CaseNumber(self.number).to_string(),
        };
        Binned {
            id: self.id,
            number,
            name: self.name,
            kind,
            deleted_at: self.deleted_at,
            deleted_by: self.deleted_by,
            leaves_at: self.deleted_at.plus(BIN_DAYS * DAY),
        }
    }
}

const ACCOUNTS: &str = "SELECT a.id, a.number, a.name, a.deleted_at, a.deleted_by FROM account a \
     WHERE a.deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM merged_record m WHERE m.record_id = a.id) \
     AND (a.deleted_at, a.number) < (";
const PEOPLE: &str = "SELECT p.id, p.number, p.full_name AS name, p.deleted_at, p.deleted_by FROM person p \
     WHERE p.deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM merged_record m WHERE m.record_id = p.id) \
     AND (p.deleted_at, p.number) < (";
const OPPORTUNITIES: &str = "SELECT o.id, o.number, o.name, o.deleted_at, o.deleted_by FROM opportunity o \
     WHERE o.deleted_at IS NOT NULL AND (o.deleted_at, o.number) < (";
// Whose customer is in the bin comes back with that one.
const ORDERS: &str = "SELECT s.id, s.number, a.name, s.deleted_at, s.deleted_by FROM sales_order s \
     JOIN account a ON a.id = s.account_id WHERE s.deleted_at IS NOT NULL AND a.deleted_at IS NULL \
     AND (s.deleted_at, s.number) < (";
const CASES: &str = "SELECT c.id, c.number, c.subject AS name, c.deleted_at, c.deleted_by FROM feedback_case c \
     WHERE c.deleted_at IS NOT NULL AND (c.deleted_at, c.number) < (";
const DELETE_ACCOUNT: &str = "UPDATE account SET deleted_at = $1, deleted_by = $2, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const DELETE_PERSON: &str = "UPDATE person SET deleted_at = $1, deleted_by = $2, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const RESTORE_ACCOUNT: &str = "UPDATE account SET deleted_at = NULL, deleted_by = NULL, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NOT NULL AND NOT EXISTS \
     (SELECT 1 FROM merged_record m WHERE m.record_id = account.id) RETURNING version";
const RESTORE_PERSON: &str = "UPDATE person SET deleted_at = NULL, deleted_by = NULL, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NOT NULL AND NOT EXISTS \
     (SELECT 1 FROM merged_record m WHERE m.record_id = person.id) RETURNING version";
const DELETE_OPPORTUNITY: &str = "UPDATE opportunity SET deleted_at = $1, deleted_by = $2, version = version + 1, \
     updated_at = $1, updated_by = $2 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const RESTORE_OPPORTUNITY: &str = "UPDATE opportunity SET deleted_at = NULL, deleted_by = NULL, version = version + 1, \
     updated_at = $1, updated_by = $2 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";

impl Db {
    /// Puts customers into the bin. Those that are there already are left alone. Several at once take the right to
    /// change many besides.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Invalid`] for more than [`AT_ONCE`]; [`Failure::Gone`] when
    /// none of them was there, or one is not for the caller to see.
    pub async fn delete_accounts(&self, caller: &Caller, ids: &[AccountId]) -> Result<u64> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        self.mark(caller, BinKind::Accounts, &ids, DELETE_ACCOUNT, Event::Deleted).await
    }

    /// Takes customers out of the bin.
    ///
    /// # Errors
    /// As [`Self::delete_accounts`].
    pub async fn restore_accounts(&self, caller: &Caller, ids: &[AccountId]) -> Result<u64> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        self.mark(caller, BinKind::Accounts, &ids, RESTORE_ACCOUNT, Event::Restored).await
    }

    /// Puts persons into the bin.
    ///
    /// # Errors
    /// As [`Self::delete_accounts`].
    pub async fn delete_people(&self, caller: &Caller, ids: &[PersonId]) -> Result<u64> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        self.mark(caller, BinKind::People, &ids, DELETE_PERSON, Event::Deleted).await
    }

    /// Takes persons out of the bin.
    ///
    /// # Errors
    /// As [`Self::delete_accounts`].
    pub async fn restore_people(&self, caller: &Caller, ids: &[PersonId]) -> Result<u64> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        self.mark(caller, BinKind::People, &ids, RESTORE_PERSON, Event::Restored).await
    }

    /// Takes a record out of the bin.
    ///
    /// # Errors
    /// As [`Self::delete_accounts`].
    pub async fn restore(&self, caller: &Caller, kind: BinKind, id: Uuid) -> Result<()> {
        policy::check(caller, Action::Delete, kind.object())?;
        match kind {
            BinKind::Accounts => self.restore_accounts(caller, &[AccountId(id)]).await.map(drop),
            BinKind::People => self.restore_people(caller, &[PersonId(id)]).await.map(drop),
            BinKind::Opportunities => {
                self.restore_opportunities(caller, &[OpportunityId(id)]).await.map(drop)
            }
            BinKind::Orders => self.delete_order(caller, OrderId(id), false).await,
            BinKind::Cases => self.delete_case(caller, CaseId(id), false).await,
        }
    }

    /// Puts deals into the bin.
    ///
    /// # Errors
    /// As [`Self::delete_accounts`].
    pub async fn delete_opportunities(
        &self,
        caller: &Caller,
        ids: &[OpportunityId],
    ) -> Result<u64> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let kind = BinKind::Opportunities;
        self.mark(caller, kind, &ids, DELETE_OPPORTUNITY, Event::Deleted).await
    }

    /// Takes deals out of the bin; they stand where they stood.
    ///
    /// # Errors
    /// As [`Self::delete_accounts`].
    pub async fn restore_opportunities(
        &self,
        caller: &Caller,
        ids: &[OpportunityId],
    ) -> Result<u64> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let kind = BinKind::Opportunities;
        self.mark(caller, kind, &ids, RESTORE_OPPORTUNITY, Event::Restored).await
    }

    async fn mark(
        &self,
        caller: &Caller,
        kind: BinKind,
        ids: &[Uuid],
        statement: &'static str,
        event: Event,
    ) -> Result<u64> {
        let grant = policy::check(caller, Action::Delete, kind.object())?;
        let many = (ids.len() > 1)
            .then(|| policy::check(caller, Action::BulkEdit, kind.object()))
            .transpose()?;
        if ids.len() > AT_ONCE {
            let max = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
            return Err(Failure::field("ids", FieldError::OutOfRange { min: 1, max }).into());
        }
        let mut tx = self.begin().await?;
        let mut marked = 0;
        for id in ids {
            let record = kind.record(*id).ok_or(Failure::Gone)?;
            admit(&mut tx, &grant, record).await?;
            if let Some(many) = &many {
                admit(&mut tx, many, record).await?;
            }
            if let Some(version) = mark_one(&mut tx, &grant, *id, statement).await? {
                audit::append(&mut tx, &grant, *id, event, version, &[]).await?;
                marked += 1;
            }
        }
        if marked == 0 {
            return Err(Failure::Gone.into());
        }
        tx.commit().await?;
        Ok(marked)
    }

    /// A page of the bin, latest first.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn bin_page(
        &self,
        caller: &Caller,
        kind: BinKind,
        after: Option<&Cursor>,
    ) -> Result<Page<Binned>> {
        let after = after.and_then(|cursor| Some((cursor.key.parse::<i64>().ok()?, cursor.number)));
        policy::view(caller, kind.object())?;
        let scope = cleared(caller, kind)?;
        let rows = self.bin_rows(&scope, kind, after.unwrap_or((i64::MAX, i64::MAX)), None).await?;
        let page = Page::cut(rows, PAGE_ROWS, |row| Cursor {
            key: row.deleted_at.0.to_string(),
            number: row.number,
        });
        Ok(page.map(|row| row.binned(kind)))
    }

    /// The record of a number, if it is in the bin and the caller sees it there.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn binned(
        &self,
        caller: &Caller,
        kind: BinKind,
        number: i64,
    ) -> Result<Option<Binned>> {
        policy::view(caller, kind.object())?;
        let scope = cleared(caller, kind)?;
        let rows = self.bin_rows(&scope, kind, (i64::MAX, i64::MAX), Some(number)).await?;
        Ok(rows.into_iter().next().map(|row| row.binned(kind)))
    }

    /// Rows of the bin before a place, latest first: all of them, or that of a number.
    async fn bin_rows(
        &self,
        scope: &Scope,
        kind: BinKind,
        (at, before): (i64, i64),
        number: Option<i64>,
    ) -> Result<Vec<Row>> {
        let (head, one, order) = match kind {
            BinKind::Accounts => {
                (ACCOUNTS, " AND a.number = ", " ORDER BY a.deleted_at DESC, a.number DESC")
            }
            BinKind::People => {
                (PEOPLE, " AND p.number = ", " ORDER BY p.deleted_at DESC, p.number DESC")
            }
            BinKind::Opportunities => {
                (OPPORTUNITIES, " AND o.number = ", " ORDER BY o.deleted_at DESC, o.number DESC")
            }
            BinKind::Orders => {
                (ORDERS, " AND s.number = ", " ORDER BY s.deleted_at DESC, s.number DESC")
            }
            BinKind::Cases => {
                (CASES, " AND c.number = ", " ORDER BY c.deleted_at DESC, c.number DESC")
            }
        };
        Ok(on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(head);
            statement.push_bind(at).push(", ").push_bind(before).push(")");
            if let Some(number) = number {
                statement.push(one).push_bind(number);
            }
            match kind {
                BinKind::Accounts | BinKind::Orders => {
                    within::push_accounts(&mut statement, scope);
                }
                BinKind::People => within::push_people(&mut statement, scope),
                BinKind::Opportunities => within::push_opportunities(&mut statement, scope),
                BinKind::Cases => within::push_cases(&mut statement, scope),
            }
            push_limit(statement.push(order), i64::from(PAGE_ROWS) + 1);
            statement.build_query_as().fetch_all(pool).await
        })?)
    }
}

/// The records of a kind that the caller may put into the bin; for orders the customers that the caller sees.
fn cleared(caller: &Caller, kind: BinKind) -> Result<Scope> {
    let cleared = policy::look(caller, Action::Delete, kind.object())?.scope();
    Ok(match kind {
        BinKind::Orders => policy::view(caller, Object::Account)?,
        _ => cleared,
    })
}

/// Refuses a record outside of what is granted. One that is not there is no business of this.
pub(crate) async fn admit(tx: &mut Tx, grant: &Grant, record: Subject) -> Result<()> {
    if *grant.scope().rows() == Rows::All {
        return Ok(());
    }
    match within::owner(tx.connection(), record).await? {
        Some((owner, _)) => within::admit(tx, grant, record, owner).await,
        None => Ok(()),
    }
}

/// Puts a record into the bin or takes it out, by a statement that is given when, by whom and which; answers with its new
/// version, or nothing where it stands so already.
pub(crate) async fn mark_one(
    tx: &mut Tx,
    grant: &Grant,
    id: Uuid,
    statement: &'static str,
) -> Result<Option<Version>> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_scalar(statement)
            .bind(grant.now())
            .bind(grant.user())
            .bind(id)
            .fetch_optional(connection)
            .await
    })?)
}
