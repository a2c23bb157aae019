//! How every entry that reads surveys and their answers is asked.

use super::reads::{Asking, encoded};
use serde_json::json;
use uuid::Uuid;

/// What is asked without naming a record. Answers whether the entry has a line.
pub(super) fn of_surveys(ask: &mut Asking) -> bool {
    match ask.1.path {
        "list_surveys" => ask.get("query="),
        "/surveys" => ask.get("status=open"),
        "/surveys/new" => ask.get("kind=nps"),
        "open_survey" => ask.get("number=S-1"),
        "results_of_survey" => ask.get(&format!("survey={}", Uuid::from_u128(1))),
        "list_responses" => {
            for query in ["", "scale=nps&class=detractor", "survey=S-1&state=quarantined"] {
                ask.get(&format!("query={}", encoded(query)));
            }
        }
        "preview_survey" => ask.post(json!({ "form": { "kind": "nps" }, "lang": "en" })),
        "count_responses" => ask.get("query=&exact=true"),
        "/surveys/answers" => ask.get("scale=nps"),
        "/surveys/{number}" => ask.at("/surveys/S-1".to_owned()),
        "/surveys/{number}/edit" => ask.at("/surveys/S-1/edit".to_owned()),
        "/surveys/{number}/preview" => ask.at("/surveys/S-1/preview".to_owned()),
        "/surveys/{number}/code" => ask.at("/surveys/S-1/code".to_owned()),
        "/surveys/{number}/poster" => ask.at("/surveys/S-1/poster".to_owned()),
        "/s/{token}" => ask.at(format!("/s/{}", "0".repeat(32))),
        "/s/thanks" => ask.get(""),
        "/export/answers" => {
            for query in ["", "scale=nps&encoding=gb18030", "survey=S-1&format=xlsx"] {
                ask.get(query);
            }
        }
        _ => return false,
    }
    true
}
