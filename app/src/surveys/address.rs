//! Addresses of the list of surveys and of one: everything they show stands in them.

use crate::frame::address::{query, with_query};
use domain::{id::SurveyNumber, survey::SurveyRequest};

/// Where the list is.
pub(super) const LIST: &str = "/surveys";

/// The query of a list's address.
pub(super) fn list_query(request: &SurveyRequest) -> String {
    query(request.to_query())
}

/// The address of a list.
pub(super) fn list(request: &SurveyRequest) -> String {
    with_query(LIST, &list_query(request))
}

/// The page of a survey.
pub(super) fn of(number: SurveyNumber) -> String {
    format!("{LIST}/{number}")
}
