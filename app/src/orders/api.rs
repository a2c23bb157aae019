//! Server functions of orders: caller, parse, one store call.
//! All are public endpoints; the store asks the policy again for every one of them.

use crate::error::AppError;
use domain::{
    account::FieldEdit,
    id::{OperationId, OrderId, OrderNumber, Version},
    order::{Order, OrderForm, OrderLineForm, OrderSummary, OrderTotals},
    page::{Count, Page},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, pairs, respond};
#[cfg(feature = "ssr")]
use domain::{
    failure::Failure,
    order::{OrderRequest, read_order_lines},
};

/// A page of the list of orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderList {
    /// The rows.
    pub page: Page<OrderSummary>,
    /// What all orders of the customer come to, where the list is of one: a line for each currency.
    pub totals: Vec<OrderTotals>,
}

#[cfg(feature = "ssr")]
fn request(query: &str) -> OrderRequest {
    let pairs = pairs(query);
    OrderRequest::from_query(|key| pairs.get_str(key))
}

/// A page of the list of orders; `query` is the query of its URL.
#[server(input = GetUrl)]
pub async fn list_orders(query: String) -> Result<OrderList, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let request = request(&query);
        let page = db.order_page(&caller, &request).await?;
        let totals = match request.account {
            Some(account) => db.order_totals(&caller, account).await?,
            None => Vec::new(),
        };
        Ok(OrderList { page, totals })
    };
    respond(answer.await)
}

/// How many orders the list of a URL has; without `exact` the count stops at a cap.
#[server(input = GetUrl)]
pub async fn count_orders(query: String, exact: bool) -> Result<Count, AppError> {
    let (db, caller) = desk()?;
    respond(db.order_count(&caller, &request(&query), exact).await.map_err(AppError::from))
}

/// An order, by number (`O-12`).
#[server(input = GetUrl)]
pub async fn open_order(number: String) -> Result<Order, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let number: OrderNumber = number.parse().map_err(|()| Failure::Gone)?;
        Ok(db.order(&caller, number).await?)
    };
    respond(answer.await)
}

/// Makes an order; answers with its number and leads to its page, or with `then` = `again` to an empty form for the same
/// customer. The same operation sent again makes no second one.
#[server]
pub async fn create_order(
    operation: OperationId,
    form: OrderForm,
    #[server(default)] lines: Vec<OrderLineForm>,
    #[server(default)] then: String,
) -> Result<OrderNumber, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let house = db.organisation(&caller).await?.currency;
        let draft = form.parse(&lines, house).map_err(Failure::Invalid)?;
        let number = store::retry(|| db.create_order(&caller, operation, &draft)).await?;
        leptos_axum::redirect(&match then.as_str() {
            "again" => format!("/orders/new?account={}&saved={number}", draft.account),
            _ => format!("/orders/{number}"),
        });
        Ok(number)
    };
    let answer = answer.await;
    crate::form::back::with_typed::<CreateOrder>("/orders/new", &form, &answer);
    respond(answer)
}

/// Changes fields of an order; answers with the order as it is then.
#[server(input = Json)]
pub async fn edit_order(
    number: OrderNumber,
    id: OrderId,
    seen: Version,
    edits: Vec<FieldEdit>,
) -> Result<Order, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        store::retry(|| db.edit_order(&caller, id, seen, &edits)).await?;
        Ok(db.order(&caller, number).await?)
    };
    respond(answer.await)
}

/// Puts other lines on an order in place of those that are there; answers with the order as it is then.
#[server(input = Json)]
pub async fn set_order_lines(
    number: OrderNumber,
    id: OrderId,
    seen: Version,
    forms: Vec<OrderLineForm>,
) -> Result<Order, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let currency = db.order(&caller, number).await?.data.currency;
        let lines = read_order_lines(&forms, currency).map_err(Failure::Invalid)?;
        store::retry(|| db.set_order_lines(&caller, id, seen, &lines)).await?;
        Ok(db.order(&caller, number).await?)
    };
    respond(answer.await)
}

/// Takes an order off lists and totals, or puts it back.
#[server(input = Json)]
pub async fn delete_order(id: OrderId, deleted: bool) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.delete_order(&caller, id, deleted)).await;
    respond(answer.map_err(AppError::from))
}
