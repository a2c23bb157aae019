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
    id::{AccountId, OpportunityId, PersonId, UserId, Version},
    page::{Cursor, PAGE_ROWS, Page},
    policy::{self, Action, Caller, Grant, Rows, Scope},
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
        let letter = match kind {
            BinKind::Accounts => 'C',
            BinKind::People => 'P',
            BinKind::Opportunities => 'D',
        };
        Binned {
            id: self.id,
            number: format!("{letter}-{}", self.number),
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
            admit(&mut tx, &grant, kind, *id).await?;
            if let Some(many) = &many {
                admit(&mut tx, many, kind, *id).await?;
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
        let scope = policy::look(caller, Action::Delete, kind.object())?.scope();
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
        let scope = policy::look(caller, Action::Delete, kind.object())?.scope();
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
        };
        Ok(on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(head);
            statement.push_bind(at).push(", ").push_bind(before).push(")");
            if let Some(number) = number {
                statement.push(one).push_bind(number);
            }
            match kind {
                BinKind::Accounts => within::push_accounts(&mut statement, scope),
                BinKind::People => within::push_people(&mut statement, scope),
                BinKind::Opportunities => within::push_opportunities(&mut statement, scope),
            }
            push_limit(statement.push(order), i64::from(PAGE_ROWS) + 1);
            statement.build_query_as().fetch_all(pool).await
        })?)
    }
}

/// Refuses a record outside of what is granted. One that is not there is no business of this.
pub(crate) async fn admit(tx: &mut Tx, grant: &Grant, kind: BinKind, id: Uuid) -> Result<()> {
    if *grant.scope().rows() == Rows::All {
        return Ok(());
    }
    let subject = kind.record(id);
    let owner = within::owner(tx.connection(), subject).await?;
    match (kind, owner) {
        (_, None) => Ok(()),
        (BinKind::Accounts | BinKind::Opportunities, Some((owner, _))) => {
            Ok(grant.admit(subject, owner)?)
        }
        (BinKind::People, Some((owner, _))) => {
            within::admit_person(tx, grant, PersonId(id), owner).await
        }
    }
}

async fn mark_one(
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
