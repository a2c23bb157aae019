//! Addresses of the lists of surveys and of answers, and of one survey: everything they show stands in them.

use crate::frame::address::{query, with_query};
use domain::{
    id::SurveyNumber,
    survey::{ResponseRequest, SurveyRequest},
};

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

/// Where the list of answers is.
pub(super) const ANSWERS: &str = "/surveys/answers";

/// The query of such a list's address.
pub(super) fn answers_query(request: &ResponseRequest) -> String {
    query(request.to_query())
}

/// The address of a list of answers.
pub(crate) fn answers(request: &ResponseRequest) -> String {
    with_query(ANSWERS, &answers_query(request))
}

/// The page of a survey.
pub(super) fn of(number: SurveyNumber) -> String {
    format!("{LIST}/{number}")
}
