//! Tags of customers. Owns every statement on `tag` and `tagging`.

use crate::{
    accounts, audit,
    db::{Connection, Db, Tx, on_connection, on_read, on_tx},
    error::{Result, StoreError},
    rows::new_id,
    within,
};
use domain::{
    account::{MOST_TAGS, tags as read_tags},
    audit::{Event, FieldChange},
    field::FieldError,
    id::{AccountId, TagId, Version},
    policy::{self, Action, Caller, Grant, Object, Rows},
    text,
};
use sqlx::QueryBuilder;

const OF: &str = "SELECT t.name FROM tagging g JOIN tag t ON t.id = g.tag_id WHERE g.account_id = $1 ORDER BY t.name_fold";
const PUT: &str = "INSERT INTO tag (id, name, name_fold) VALUES ($1, $2, $3) \
                   ON CONFLICT (name_fold) DO UPDATE SET name = tag.name RETURNING id";
const ATTACH: &str =
    "INSERT INTO tagging (tag_id, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const DETACH: &str = "DELETE FROM tagging WHERE account_id = $1 AND tag_id IN (SELECT id FROM tag WHERE name_fold = $2)";

/// The tags of a customer the caller has been checked against.
pub(crate) async fn of(held: Connection<'_>, account: AccountId) -> Result<Vec<String>> {
    Ok(on_connection!(held, |connection| {
        sqlx::query_scalar(OF).bind(account).fetch_all(connection).await
    })?)
}

/// The tag of a name, made if it is new.
pub(crate) async fn put(tx: &mut Tx, name: &str) -> Result<TagId> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_scalar(PUT)
            .bind(new_id())
            .bind(name)
            .bind(text::fold(name))
            .fetch_one(connection)
            .await
    })?)
}

/// Puts a tag on a customer; on one that has it already this does nothing.
pub(crate) async fn attach(tx: &mut Tx, tag: TagId, account: AccountId) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(ATTACH).bind(tag).bind(account).execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// The same with a line in the trail, of a customer that is held: puts tags on and takes others off.
pub(crate) async fn change(
    tx: &mut Tx,
    grant: &Grant,
    account: AccountId,
    add: &[String],
    remove: &[String],
) -> Result<Version> {
    let version = accounts::counted(tx, grant, account).await?;
    let before = of(tx.connection(), account).await?;
    for name in remove {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(DETACH)
                .bind(account)
                .bind(text::fold(name))
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    for name in add {
        let tag = put(tx, name).await?;
        attach(tx, tag, account).await?;
    }
    let after = of(tx.connection(), account).await?;
    if after.len() > MOST_TAGS {
        let max = i64::try_from(MOST_TAGS).unwrap_or(i64::MAX);
        return Err(StoreError::field("tags", FieldError::OutOfRange { min: 0, max }));
    }
    let change = FieldChange {
        field: "tags".to_owned(),
        before: before.join(", "),
        after: after.join(", "),
    };
    audit::append(tx, grant, account.0, Event::Changed, version, &[change]).await?;
    Ok(version)
}

impl Db {
    /// Puts tags on a customer and takes others off, in one step. Sets of names have no
    /// conflicts: what two people do to different tags both happens.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`], `Gone`, or `Invalid` under the name `tags`.
    pub async fn set_tags(
        &self,
        caller: &Caller,
        account: AccountId,
        add: &[String],
        remove: &[String],
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Account)?;
        let add = read_tags(&add.join(",")).map_err(|error| StoreError::field("tags", error))?;
        let mut tx = self.begin().await?;
        accounts::held(&mut tx, &grant, account).await?;
        let version = change(&mut tx, &grant, account, &add, remove).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Tags that begin like `typed`, at most 20, by name. Whoever does not see all customers sees the tags of those
    /// they see.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn tags_like(&self, caller: &Caller, typed: &str) -> Result<Vec<String>> {
        let scope = policy::view(caller, Object::Account)?;
        let from = text::fold(typed);
        let to = format!("{from}\u{10ffff}");
        Ok(on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new("SELECT t.name FROM tag t WHERE ");
            statement.push("t.name_fold >= ").push_bind(from);
            statement.push(" AND t.name_fold < ").push_bind(to);
            if *scope.rows() != Rows::All {
                statement.push(
                    " AND EXISTS (SELECT 1 FROM tagging g JOIN account a ON a.id = g.account_id \
                     WHERE g.tag_id = t.id AND a.deleted_at IS NULL",
                );
                within::push_accounts(&mut statement, &scope);
                statement.push(")");
            }
            statement.push(" ORDER BY t.name_fold LIMIT 20");
            statement.build_query_scalar().fetch_all(pool).await
        })?)
    }
}
