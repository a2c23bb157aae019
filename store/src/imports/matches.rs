//! Rows of a run that were there already, and the records they were found to be.

use crate::{
    db::{Db, on_read},
    error::Result,
};
use domain::{
    id::{AccountNumber, CaseNumber, ImportId, OpportunityNumber, OrderNumber, PersonNumber},
    import::RowMatch,
    policy::{self, Action, Caller, Object, Rows},
};
use sqlx_macros::FromRow;

#[derive(FromRow)]
struct Row {
    row: i64,
    account: Option<AccountNumber>,
    name: Option<String>,
    person: Option<PersonNumber>,
    full_name: Option<String>,
    deal: Option<OpportunityNumber>,
    deal_name: Option<String>,
    sales_order: Option<OrderNumber>,
    feedback_case: Option<CaseNumber>,
    subject: Option<String>,
    product: Option<String>,
    product_name: Option<String>,
}

const UNCHANGED: &str = "SELECT r.row, a.number AS account, a.name, p.number AS person, p.full_name, \
     o.number AS deal, o.name AS deal_name, s.number AS sales_order, \
     c.number AS feedback_case, c.subject, g.code AS product, g.name AS product_name FROM import_row r \
     LEFT JOIN account a ON a.id = r.account_id LEFT JOIN person p ON p.id = r.person_id \
     LEFT JOIN opportunity o ON o.id = r.record_id LEFT JOIN sales_order s ON s.id = r.record_id \
     LEFT JOIN feedback_case c ON c.id = r.record_id \
     LEFT JOIN product g ON g.id = r.record_id WHERE r.import_id = $1 AND r.row > $2 AND r.result = 'unchanged' ORDER BY r.row LIMIT $3";

impl Db {
    /// Rows of a run that changed nothing, with the records they mean, from below row `after`, at
    /// most `limit`.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn import_matches(
        &self,
        caller: &Caller,
        id: ImportId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RowMatch>> {
        policy::look(caller, Action::Import, Object::Import)?;
        let rows: Vec<Row> = on_read!(self, |pool| {
            sqlx::query_as(UNCHANGED).bind(id).bind(after).bind(limit).fetch_all(pool).await
        })?;
        // Imports are seen by some who do not see every deal, order or case.
        let sees_deals = *policy::sight(caller, Object::Opportunity).rows() == Rows::All;
        let sees_orders = *policy::sight(caller, Object::Order).rows() == Rows::All;
        let sees_cases = *policy::sight(caller, Object::Case).rows() == Rows::All;
        Ok(rows
            .into_iter()
            .map(|row| RowMatch {
                row: row.row,
                account: row.account.zip(row.name),
                person: row.person.zip(row.full_name),
                deal: row.deal.zip(row.deal_name).filter(|_| sees_deals),
                order: row.sales_order.filter(|_| sees_orders),
                case: row.feedback_case.zip(row.subject).filter(|_| sees_cases),
                product: row.product.zip(row.product_name),
            })
            .collect())
    }
}
