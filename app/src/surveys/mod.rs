//! Surveys: the list, the form, one survey with its links and results, what stands of them on customers, and the pages that
//! customers see.

mod address;
#[cfg(feature = "ssr")]
pub mod answer;
pub mod api;
mod editor;
mod links;
mod list;
mod live_preview;
mod of_account;
mod page;
mod response_list;
mod responses;
mod results;
pub(crate) mod score;
mod template;

pub(crate) use address::answers as answers_address;
pub use editor::{EditSurvey, NewSurvey};
pub use list::SurveysPage;
pub(crate) use of_account::of_account;
pub use page::SurveyDetail;
pub use response_list::AnswersPage;
