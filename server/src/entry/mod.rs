//! What people meet before the screens and beside them: sign-in and sign-out with its second step, passkeys, links that work
//! once, the first set-up, the look.

pub mod by_passkey;
pub mod code;
pub mod confirm;
pub mod link;
pub mod passkeys;
pub mod preferences;
pub mod provider;
pub mod second_step;
pub mod set_up;
pub mod sign_in;
pub mod view_as;

use crate::refusal::line;
use axum::{body::Bytes, response::Response};
use http::StatusCode;
use serde::Deserialize;

#[derive(Deserialize)]
struct Report {
    body: ReportBody,
}

#[derive(Deserialize)]
struct ReportBody {
    #[serde(rename = "effectiveDirective", default)]
    directive: String,
}

/// Takes reports of the content security policy. Of each only the rule is kept: the addresses in
/// it may be about people.
pub async fn csp_report(body: Bytes) -> Response {
    let reports: Vec<Report> = serde_json::from_slice(&body).unwrap_or_default();
    for report in reports.iter().take(20) {
        let directive: String =
            report.body.directive.chars().filter(char::is_ascii_graphic).take(40).collect();
        tracing::warn!(directive, "a page was stopped from something by its policy");
    }
    line(StatusCode::NO_CONTENT, "")
}
