//! Addresses of lists of orders: everything they show stands in them.

use crate::frame::address::{query, with_query};
use domain::{
    id::{AccountNumber, OpportunityNumber},
    order::OrderRequest,
};

/// Where the list is.
pub(super) const LIST: &str = "/orders";

/// The query of a list's address.
pub(super) fn list_query(request: &OrderRequest) -> String {
    query(request.to_query())
}

/// The address of a list.
pub(super) fn list(request: &OrderRequest) -> String {
    with_query(LIST, &list_query(request))
}

/// The orders of a customer.
pub(super) fn of_account(account: AccountNumber) -> OrderRequest {
    OrderRequest { account: Some(account), ..OrderRequest::default() }
}

/// The orders from a deal.
pub(super) fn of_deal(deal: OpportunityNumber) -> OrderRequest {
    OrderRequest { deal: Some(deal), ..OrderRequest::default() }
}
