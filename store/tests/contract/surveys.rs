//! Surveys: made and changed by two at a time, opened and closed, answered once by whoever has a link, looked at before
//! they count, and added up from what the reader sees.

use crate::{
    customers::{form, make, operation, refusal},
    deals_by_right::{Chance, people},
    support::{NOW, counting, on_both, root, someone},
};
use domain::{
    account::AccountForm,
    failure::Failure,
    field::FieldError,
    id::{AccountNumber, OperationId, QuestionId, UserId, Version},
    lang::Lang,
    period::DateRange,
    policy::{Action, Caller, Object, Reach, Role},
    survey::{
        Answer, AnswerValue, Doubt, QuestionForm, QuestionKind, ResponseRequest, ResponseSeen,
        ResponseState, ScoreClass, ScoreKind, Scores, Survey, SurveyForm, SurveyRequest,
        SurveyStatus,
    },
    time::{DAY, ZoneOffsets},
};
use store::{Answered, Db, Submission};

fn question(kind: &str) -> QuestionForm {
    QuestionForm {
        kind: kind.to_owned(),
        title_en: format!("Question {kind}"),
        options_en: "One\nTwo".to_owned(),
        ..QuestionForm::default()
    }
}

fn survey_form() -> SurveyForm {
    SurveyForm {
        kind: "nps".to_owned(),
        title_en: "How are we?".to_owned(),
        opens_case: "true".to_owned(),
        questions: ["nps", "multi", "text"].map(question).to_vec(),
        ..SurveyForm::default()
    }
}

async fn put(db: &Db, caller: &Caller, form: &SurveyForm) -> Survey {
    let draft = form.parse().unwrap();
    let zone = ZoneOffsets::default();
    let number = db.put_survey(caller, operation(), None, &draft, &zone).await.unwrap();
    db.survey(caller, number).await.unwrap()
}

pub(crate) async fn open(db: &Db, caller: &Caller) -> Survey {
    let survey = put(db, caller, &survey_form()).await;
    let version = survey.version;
    db.set_survey_status(caller, survey.id, version, SurveyStatus::Open).await.unwrap();
    db.survey(caller, survey.number).await.unwrap()
}

pub(crate) fn scored(survey: &Survey, score: i64, text: &str) -> Submission {
    let mut answers =
        vec![Answer { question: survey.questions[0].id, value: AnswerValue::Score(score) }];
    if !text.is_empty() {
        let value = AnswerValue::Text(text.to_owned());
        answers.push(Answer { question: survey.questions[2].id, value });
    }
    Submission { answers, lang: Lang::Zh, by_code: false, doubt: None }
}

async fn answer(db: &Db, token: &str, submission: &Submission) -> Answered {
    db.answer_survey(token, operation(), submission, counting(), NOW).await.unwrap()
}

fn accepted(survey: &Survey) -> ResponseRequest {
    ResponseRequest { survey: Some(survey.number), ..ResponseRequest::default() }
}

/// Of which survey, of whose customer, how many days before now, and the scores question by question.
type Given = (usize, Option<UserId>, i64, Vec<(QuestionId, i64)>);

/// Every row of a list of answers, page by page.
pub(crate) async fn every_answer(
    db: &Db,
    caller: &Caller,
    request: &ResponseRequest,
) -> Vec<ResponseSeen> {
    let mut request = request.clone();
    let mut all = Vec::new();
    loop {
        let page = db.response_page(caller, &request).await.unwrap();
        all.extend(page.rows);
        let Some(next) = page.next else { break };
        request.after = Some(next);
    }
    let count = db.response_count(caller, &request.from_start(), true).await.unwrap().number;
    assert_eq!(count, i64::try_from(all.len()).unwrap());
    all
}

async fn count(db: &Db, caller: &Caller, survey: &Survey) -> i64 {
    db.survey_results(caller, survey.id, &ZoneOffsets::default()).await.unwrap().answers
}

pub(crate) async fn owned(db: &Db, caller: &Caller, name: &str) -> AccountNumber {
    make(db, caller, &AccountForm { owner: caller.user.to_string(), ..form(name) }).await
}

on_both! {
    async fn a_survey_comes_back_as_it_was_typed_and_what_it_asks_is_fixed_once_it_is_open(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Marketer).await;
        let typed = SurveyForm { closes_on: "2026-12-24".to_owned(), ..survey_form() };
        let survey = put(&db, &lin, &typed).await;
        assert_eq!((survey.number.to_string().as_str(), survey.status), ("S-1", SurveyStatus::Draft));
        let mut back = SurveyForm::from(&survey);
        assert_eq!(back.questions[1].options_en, "One\nTwo");
        assert_eq!(survey.closes_at.unwrap().0 % DAY, 0);
        // Another order while it is a draft.
        back.questions.swap(0, 1);
        let zone = ZoneOffsets::default();
        let known = Some((survey.id, survey.version));
        let draft = back.parse().unwrap();
        let attempt: OperationId = operation();
        db.put_survey(&lin, attempt, known, &draft, &zone).await.unwrap();
        db.put_survey(&lin, attempt, known, &draft, &zone).await.unwrap();
        let changed = db.survey(&lin, survey.number).await.unwrap();
        assert_eq!((changed.version, changed.questions[0].kind), (Version(2), QuestionKind::Multi));
        let other = SurveyForm { title_en: "Other".to_owned(), ..SurveyForm::from(&changed) };
        let late = db.put_survey(&lin, operation(), known, &other.parse().unwrap(), &zone).await;
        assert!(matches!(refusal(late), Failure::Conflict(_)));
        let seen = changed.version;
        assert!(db.set_survey_status(&lin, survey.id, seen, SurveyStatus::Closed).await.is_err());
        let seen = db.set_survey_status(&lin, survey.id, seen, SurveyStatus::Open).await.unwrap();
        let mut worded = SurveyForm::from(&changed);
        worded.questions[2].title_en = "Why?".to_owned();
        let known = Some((survey.id, seen));
        db.put_survey(&lin, operation(), known, &worded.parse().unwrap(), &zone).await.unwrap();
        worded.questions.pop();
        let known = Some((survey.id, Version(seen.0 + 1)));
        let fewer = db.put_survey(&lin, operation(), known, &worded.parse().unwrap(), &zone).await;
        let errors = refusal(fewer);
        assert!(matches!(errors, Failure::Invalid(all) if all.about("questions") == Some(&FieldError::NotYours)));
        let auditor = someone(&db, "audit@example.com", Role::Auditor).await;
        let draft = survey_form().parse().unwrap();
        let denied = db.put_survey(&auditor, operation(), None, &draft, &zone).await;
        assert!(matches!(refusal(denied), Failure::Denied { .. }));
        db.delete_survey(&lin, survey.id, true).await.unwrap();
        assert!(db.survey(&lin, survey.number).await.is_err());
        assert!(db.survey_page(&lin, &SurveyRequest::default()).await.unwrap().rows.is_empty());
        db.delete_survey(&lin, survey.id, false).await.unwrap();
        assert_eq!(db.survey_page(&lin, &SurveyRequest::default()).await.unwrap().rows.len(), 1);
    }

    async fn an_answer_sent_twice_or_by_two_at_once_counts_once(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let survey = open(&db, &lin).await;
        let submission = scored(&survey, 9, "Fine");
        let attempt = operation();
        let sent = |attempt| db.answer_survey(&survey.token, attempt, &submission, counting(), NOW);
        let (one, two) = tokio::join!(sent(attempt), sent(attempt));
        let mut told = [one.unwrap(), two.unwrap()];
        told.sort_by_key(|one| *one == Answered::Before);
        assert_eq!(told, [Answered::Taken, Answered::Before]);
        assert_eq!(sent(attempt).await.unwrap(), Answered::Before);
        assert_eq!(count(&db, &lin, &survey).await, 1);
        assert!(db.was_answered(&survey.token, attempt).await.unwrap());
        assert!(!db.was_answered(&survey.token, operation()).await.unwrap());
        let rows = every_answer(&db, &lin, &accepted(&survey)).await;
        assert_eq!((rows.len(), rows[0].lang, rows[0].answers.len()), (1, Lang::Zh, 2));
        // One customer's link, by two with different answers.
        let acme = make(&db, &lin, &form("Acme")).await;
        let token = db.make_survey_link(&lin, survey.id, acme).await.unwrap().text();
        let (one, two) = tokio::join!(
            db.answer_survey(&token, operation(), &submission, counting(), NOW),
            db.answer_survey(&token, operation(), &submission, counting(), NOW),
        );
        assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1);
        assert_eq!(count(&db, &lin, &survey).await, 2);
        assert!(db.survey_to_answer(&token, NOW).await.is_err(), "it is used up");
        let of_acme = db.survey_answers_of(&lin, acme).await.unwrap();
        assert_eq!((of_acme.len(), of_acme[0].score), (1, Some((QuestionKind::Nps, 9))));
    }

    async fn nothing_is_taken_by_links_that_are_closed_over_unknown_or_of_another_survey(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let survey = open(&db, &lin).await;
        let other = open(&db, &lin).await;
        let submission = scored(&survey, 3, "");
        let strange = db.answer_survey(&other.token, operation(), &submission, counting(), NOW).await;
        assert!(strange.is_err(), "answers to the questions of another survey");
        for token in ["", "x", &"0".repeat(32), &"A".repeat(32), &format!("{} ", survey.token)] {
            let told = refusal(db.answer_survey(token, operation(), &submission, counting(), NOW).await);
            assert_eq!(told, Failure::Gone, "{token}");
        }
        let attempt = operation();
        db.answer_survey(&survey.token, attempt, &submission, counting(), NOW).await.unwrap();
        db.set_survey_status(&lin, survey.id, survey.version, SurveyStatus::Closed).await.unwrap();
        let closed = db.answer_survey(&survey.token, operation(), &submission, counting(), NOW).await;
        assert_eq!(refusal(closed), Failure::Gone);
        let again = db.answer_survey(&survey.token, attempt, &submission, counting(), NOW).await.unwrap();
        assert_eq!(again, Answered::Before, "what was taken stays taken");
        assert!(matches!(refusal(db.survey_to_answer(&survey.token, NOW).await), Failure::Gone));
        assert_eq!(count(&db, &lin, &survey).await, 1);
        // The last day is over.
        let mut typed = SurveyForm::from(&other);
        typed.closes_on = "2020-01-01".to_owned();
        let (known, zone) = (Some((other.id, other.version)), ZoneOffsets::default());
        db.put_survey(&lin, operation(), known, &typed.parse().unwrap(), &zone).await.unwrap();
        let over = db.answer_survey(&other.token, operation(), &scored(&other, 9, ""), counting(), NOW).await;
        assert_eq!(refusal(over), Failure::Gone);
        let acme = make(&db, &lin, &form("Acme")).await;
        assert!(db.make_survey_link(&lin, other.id, acme).await.is_err());
    }

    async fn what_is_doubted_counts_once_it_is_taken_and_frees_its_link_otherwise(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let survey = open(&db, &lin).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let token = db.make_survey_link(&lin, survey.id, acme).await.unwrap().text();
        let doubted = Submission { doubt: Some(Doubt::Fast), ..scored(&survey, 9, "") };
        assert_eq!(answer(&db, &token, &doubted).await, Answered::Waits);
        assert_eq!(answer(&db, &survey.token, &doubted).await, Answered::Waits);
        assert_eq!(count(&db, &lin, &survey).await, 0);
        let waiting = ResponseRequest { state: ResponseState::Quarantined, ..accepted(&survey) };
        let rows = every_answer(&db, &lin, &waiting).await;
        assert_eq!((rows.len(), rows[0].doubt), (2, Some(Doubt::Fast)));
        let of_acme = rows.iter().find(|row| row.account.is_some()).unwrap().id;
        let open = rows.iter().find(|row| row.account.is_none()).unwrap().id;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        assert!(matches!(refusal(db.decide_response(&rep, open, true, counting()).await), Failure::Denied { .. }));
        db.decide_response(&lin, open, true, counting()).await.unwrap();
        assert_eq!(refusal(db.decide_response(&lin, open, false, counting()).await), Failure::Gone);
        assert!(db.survey_to_answer(&token, NOW).await.is_err());
        db.decide_response(&lin, of_acme, false, counting()).await.unwrap();
        assert!(db.survey_to_answer(&token, NOW).await.is_ok());
        assert_eq!(answer(&db, &token, &scored(&survey, 10, "")).await, Answered::Taken);
        assert_eq!(count(&db, &lin, &survey).await, 2);
    }

    async fn scores_are_those_of_a_naive_count_of_what_the_reader_sees(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let survey = open(&db, &boss).await;
        let (mut all, mut own, mut state) = (Vec::new(), Vec::new(), 7_u64);
        for place in 0..40 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let score = i64::try_from((state >> 33) % 11).unwrap();
            let token = match place % 4 {
                0 => survey.token.clone(),
                1 => {
                    let of_rep = owned(&db, &rep, &format!("Of rep {place}")).await;
                    db.make_survey_link(&rep, survey.id, of_rep).await.unwrap().text()
                }
                _ => {
                    let of_boss = owned(&db, &boss, &format!("Of boss {place}")).await;
                    let strange = db.make_survey_link(&rep, survey.id, of_boss).await;
                    assert!(strange.is_err(), "a customer that the rep does not see");
                    db.make_survey_link(&boss, survey.id, of_boss).await.unwrap().text()
                }
            };
            answer(&db, &token, &scored(&survey, score, "Words")).await;
            all.push(score);
            if place % 4 < 2 {
                own.push(score);
            }
        }
        for (reader, seen) in [(&boss, &all), (&rep, &own)] {
            let zone = ZoneOffsets::default();
            let results = db.survey_results(reader, survey.id, &zone).await.unwrap();
            assert_eq!(results.answers, i64::try_from(seen.len()).unwrap());
            let mut naive = Scores::none(QuestionKind::Nps);
            for score in seen {
                naive.add(QuestionKind::Nps, *score, 1);
            }
            let first = &results.questions[0];
            assert_eq!(first.scores, naive);
            assert_eq!(first.scores.score(ScoreKind::Nps), naive.score(ScoreKind::Nps));
            let of_owners: i64 = first.owners.iter().map(|of| of.scores.answers()).sum();
            let of_months: i64 = first.months.iter().map(|month| month.scores.answers()).sum();
            assert_eq!((of_owners, of_months), (results.answers, results.answers));
            assert_eq!(results.questions[2].answers, results.answers);
            let rows = every_answer(&db, reader, &accepted(&survey)).await;
            assert_eq!(rows.len(), seen.len());
            let listed = db.survey_page(reader, &SurveyRequest::default()).await.unwrap().rows;
            assert_eq!(listed[0].answers, results.answers);
        }
        assert!(root().now == NOW);
    }

    async fn a_list_of_answers_holds_what_a_naive_look_says(db: Db) {
        let callers = people(&db).await;
        let [rep, lead, other, staff] = &callers;
        let typed = SurveyForm {
            kind: "form".to_owned(),
            questions: ["csat", "nps", "nps", "single"].map(question).to_vec(),
            ..survey_form()
        };
        let draft = put(&db, staff, &typed).await;
        let version = draft.version;
        db.set_survey_status(staff, draft.id, version, SurveyStatus::Open).await.unwrap();
        let surveys = [open(&db, staff).await, db.survey(staff, draft.number).await.unwrap()];
        let mut given: Vec<Given> = Vec::new();
        let mut chance = Chance(5);
        for place in 0..140 {
            let at = usize::from(chance.below(3) == 0);
            let survey = &surveys[at];
            let owner = *chance.of(&[Some(rep), Some(lead), Some(other), None]);
            let token = match owner {
                None => survey.token.clone(),
                Some(owner) => {
                    let customer = owned(&db, owner, &format!("Customer {place}")).await;
                    db.make_survey_link(owner, survey.id, customer).await.unwrap().text()
                }
            };
            let mut scores = Vec::new();
            for question in &survey.questions {
                let Some((lowest, highest)) = question.kind.scale() else { continue };
                // Somebody left one out.
                if chance.below(4) > 0 || scores.is_empty() {
                    let most = u64::try_from(highest - lowest + 1).unwrap();
                    scores.push((question.id, lowest + i64::try_from(chance.below(most)).unwrap()));
                }
            }
            let answers = scores.iter().map(|(question, score)| {
                Answer { question: *question, value: AnswerValue::Score(*score) }
            });
            let answers = answers.collect();
            let submission = Submission { answers, ..scored(survey, 0, "") };
            let days = i64::try_from(chance.below(90)).unwrap();
            let came = NOW.plus(-days * DAY);
            db.answer_survey(&token, operation(), &submission, counting(), came).await.unwrap();
            given.push((at, owner.map(|owner| owner.user), days, scores));
        }
        let sees = |caller: &Caller, owner: Option<UserId>| match owner {
            None => true,
            Some(_) if caller.user == staff.user => true,
            Some(owner) if caller.user == lead.user => [rep.user, lead.user].contains(&owner),
            Some(owner) => owner == caller.user,
        };
        let kind = |question: QuestionId| {
            let all = surveys.iter().flat_map(|survey| &survey.questions);
            all.clone().find(|one| one.id == question).unwrap().kind
        };
        let first = |question: QuestionId| surveys.iter().any(|survey| {
            survey.questions.iter().find(|one| one.kind == kind(question)).map(|one| one.id) == Some(question)
        });
        let zone = ZoneOffsets::default();
        let today = zone.wall_clock(NOW).0;
        let plain = ResponseRequest { zone: zone.clone(), ..ResponseRequest::default() };
        let month = DateRange::months(today, 1);
        let second = surveys[1].questions[2].id;
        let mut requests = vec![
            plain.clone(),
            ResponseRequest { survey: Some(surveys[1].number), ..plain.clone() },
            ResponseRequest { scale: Some(ScoreKind::Nps), ..plain.clone() },
            ResponseRequest { scale: Some(ScoreKind::Csat), score: Some(4), ..plain.clone() },
            ResponseRequest { question: Some(second), ..plain.clone() },
            ResponseRequest { question: Some(second), score: Some(9), ..plain.clone() },
            ResponseRequest { owner: Some(rep.user), came: Some(month), ..plain.clone() },
        ];
        for class in ScoreClass::ALL {
            requests.push(ResponseRequest { class: Some(*class), ..plain.clone() });
        }
        let mut shown = 0;
        for caller in &callers {
            for request in &requests {
                let fits = |(question, score): &(QuestionId, i64)| {
                    let on_scale = request.asked().is_none_or(|scale| kind(*question).score() == Some(scale));
                    let asked = request.question.map_or_else(|| first(*question), |one| one == *question);
                    let within = request.span().is_none_or(|(from, until)| (from..=until).contains(score));
                    on_scale && asked && within
                };
                let narrowed = request.question.is_some() || request.asked().is_some();
                let expected = given.iter().filter(|(at, owner, days, scores)| {
                    let day = zone.wall_clock(NOW.plus(-days * DAY)).0;
                    sees(caller, *owner)
                        && request.survey.is_none_or(|number| surveys[*at].number == number)
                        && request.owner.is_none_or(|asked| *owner == Some(asked))
                        && request.came.is_none_or(|range| range.has(day))
                        && (!narrowed || scores.iter().any(fits))
                });
                let rows = every_answer(&db, caller, request).await;
                assert_eq!(rows.len(), expected.count(), "{request:?}");
                assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse((row.at, row.number))));
                assert!(rows.iter().all(|row| row.account.is_some() == row.owner.is_some()));
                shown += rows.len();
            }
        }
        assert!(shown > 1_000, "{shown}");

        // A file holds what the right to take customers out reaches, and of nobody in particular.
        let out = db.export_responses(lead, &plain).await.unwrap();
        let whose: Vec<Option<UserId>> = out.rows.iter().map(|row| row.owner).collect();
        assert!(whose.contains(&Some(rep.user)) && !whose.contains(&Some(other.user)));
        assert!(out.rows.iter().any(|row| row.account.is_none() && row.owner.is_none()));
        let words = out.rows.iter().flat_map(|row| &row.answers);
        assert!(words.clone().all(|answer| !answer.asked.en.is_empty()) && words.count() > 50);
        let denied = |object| Failure::Denied { action: Action::Export, object };
        for caller in [rep, staff] {
            assert_eq!(refusal(db.export_responses(caller, &plain).await), denied(Object::Survey));
        }
        let rights = lead.rights.set(Object::Account, Action::Export, Reach::None);
        let alone = Caller { rights, ..lead.clone() };
        assert_eq!(refusal(db.export_responses(&alone, &plain).await), denied(Object::Account));
        let rights = lead.rights.set(Object::Survey, Action::View, Reach::None);
        let blind = Caller { rights, ..lead.clone() };
        assert!(matches!(refusal(db.response_page(&blind, &plain).await), Failure::Denied { .. }));
    }
}
