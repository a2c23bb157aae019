//! Addresses of lists of cases: everything they show stands in them.

use crate::frame::address::{query, with_query};
use domain::{case::CaseRequest, id::CaseNumber};

/// Where the list is.
pub(super) const LIST: &str = "/feedback";

/// The query of a list's address.
pub(super) fn list_query(request: &CaseRequest) -> String {
    query(request.to_query())
}

/// The address of a list.
pub(crate) fn list(request: &CaseRequest) -> String {
    with_query(LIST, &list_query(request))
}

/// The address of a case beside the list it was opened from.
pub(super) fn case(number: CaseNumber, request: &CaseRequest) -> String {
    with_query(&format!("{LIST}/{number}"), &list_query(&request.from_start()))
}
