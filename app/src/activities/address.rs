//! Addresses of lists of what was done: everything they show stands in them.

use crate::frame::address::{query, with_query};
use domain::activity::DoneRequest;

/// Where the list is.
pub(super) const LIST: &str = "/activities";

/// The query of a list's address.
pub(super) fn list_query(request: &DoneRequest) -> String {
    query(request.to_query())
}

/// The address of a list.
pub(crate) fn list(request: &DoneRequest) -> String {
    with_query(LIST, &list_query(request))
}
