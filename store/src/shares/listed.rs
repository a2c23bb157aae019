//! All shares that have not ended, for administrators and auditors.

use super::{COLUMNS, Row};
use crate::{
    db::{Db, on_read},
    dialect::push_limit,
    error::Result,
    within,
};
use domain::{
    id::ShareId,
    note::Subject,
    page::{Cursor, PAGE_ROWS, Page},
    policy::{self, Caller, Object},
    share::ShareLine,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use uuid::Uuid;

const LISTED: &str = const_format::concatcp!(
    COLUMNS,
    ", COALESCE(u.name, t.name) AS name, COALESCE(a.number, p.number) AS number, COALESCE(a.name, p.full_name) AS record \
     FROM record_share s LEFT JOIN account a ON a.id = s.account_id LEFT JOIN person p ON p.id = s.person_id \
     LEFT JOIN \"user\" u ON u.id = s.user_id LEFT JOIN team t ON t.id = s.team_id \
     WHERE a.deleted_at IS NULL AND p.deleted_at IS NULL"
);

#[derive(FromRow)]
struct Listed {
    #[sqlx(flatten)]
    row: Row,
    name: String,
    number: i64,
    record: String,
}

impl Db {
    /// A page of all shares that have not ended, newest first; for administrators and auditors, of records they see.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn share_page(
        &self,
        caller: &Caller,
        after: Option<&Cursor>,
    ) -> Result<Page<ShareLine>> {
        policy::view(caller, Object::Structure)?;
        let [accounts, people] =
            [Object::Account, Object::Person].map(|object| policy::sight(caller, object));
        let before = after.and_then(|cursor| cursor.key.parse().ok()).unwrap_or(Uuid::max());
        let rows: Vec<Listed> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(LISTED);
            statement.push(" AND s.id < ").push_bind(ShareId(before));
            statement.push(" AND (s.until_at IS NULL OR s.until_at > ").push_bind(caller.now);
            statement.push(") AND (s.account_id IS NULL OR (1 = 1");
            within::push_accounts(&mut statement, &accounts);
            statement.push(")) AND (s.person_id IS NULL OR (1 = 1");
            within::push_people(&mut statement, &people);
            push_limit(statement.push(")) ORDER BY s.id DESC"), i64::from(PAGE_ROWS) + 1);
            statement.build_query_as().fetch_all(pool).await
        })?;
        let cursor = |listed: &Listed| Cursor { key: listed.row.id.to_string(), number: 0 };
        Page::cut(rows, PAGE_ROWS, cursor).try_map(|listed| {
            let subject = listed.row.record()?;
            let letter = if matches!(subject, Subject::Account(_)) { 'C' } else { 'P' };
            Ok(ShareLine {
                share: listed.row.share(listed.name)?,
                subject,
                number: format!("{letter}-{}", listed.number),
                record: listed.record,
            })
        })
    }
}
