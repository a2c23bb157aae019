//! How every entry that changes surveys is sent, and who may: whoever has the right over surveys; links go to customers
//! that one sees. The public page is open to everybody and takes nothing by a link that leads nowhere.

use super::{
    record::{operation, survey},
    request::{Body, May},
    stage::Stage,
    world::{CREATE, DELETE, EDIT, Seat, VIEW, now, root},
    writes::form,
};
use domain::{
    case::Counting,
    id::UserId,
    lang::Lang,
    service::ServicePolicy,
    survey::{Answer, AnswerValue, Doubt, ResponseRequest, ResponseState},
    time::ZoneOffsets,
};
use serde_json::json;
use store::Submission;

fn edits(seat: &Seat, _: Option<UserId>) -> bool {
    seat.may_with_surveys(EDIT)
}

fn deletes(seat: &Seat, _: Option<UserId>) -> bool {
    seat.may_with_surveys(DELETE)
}

fn sends(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may_with_surveys(CREATE) && seat.may(VIEW, &[owner])
}

pub fn on_surveys(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    let attempt = operation().to_string();
    let known = stage.runtime.block_on(survey(stage.db));
    let (id, seen) = (known.id.to_string(), known.version.0.to_string());
    Some(match path {
        "save_survey" => {
            let fields = [
                ("operation", &*attempt),
                ("form[kind]", "form"),
                ("form[title_en]", "Neu"),
                ("form[questions][0][kind]", "text"),
                ("form[questions][0][title_en]", "Neu"),
            ];
            (form(&fields), edits as May)
        }
        "set_survey_status" => {
            (form(&[("id", &*id), ("seen", &*seen), ("status", "closed")]), edits)
        }
        "delete_survey" => (Body::Json(json!({ "id": id, "deleted": true })), deletes),
        "make_survey_link" => {
            let account = stage.kept(false).number.to_string();
            let number = known.number.0.to_string();
            (form(&[("id", &*id), ("number", &*number), ("account", &*account)]), sends)
        }
        "decide_response" => {
            let value = AnswerValue::Text("Neu".to_owned());
            let answers = vec![Answer { question: known.questions[0].id, value }];
            let doubt = Some(Doubt::Fast);
            let submission = Submission { answers, lang: Lang::En, by_code: false, doubt };
            let state = ResponseState::Quarantined;
            let survey = Some(known.number);
            let waiting = ResponseRequest { survey, state, ..ResponseRequest::default() };
            let response = stage.runtime.block_on(async {
                let (policy, zone) = (ServicePolicy::default(), ZoneOffsets::default());
                let counting = Counting { policy: &policy, zone: &zone };
                let sent =
                    stage.db.answer_survey(&known.token, operation(), &submission, counting, now());
                sent.await.unwrap();
                let page = stage.db.response_page(&root(), &waiting).await.unwrap();
                page.rows[0].id.to_string()
            });
            (form(&[("id", &*response), ("accept", "true")]), edits)
        }
        "/s/{token}" => (form(&[("operation", &*attempt), ("q0", "9")]), |_, _| false),
        _ => return None,
    })
}
