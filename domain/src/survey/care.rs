//! What becomes a case: every answer to a survey for feedback, and a bad score where the survey says so.

use super::{Answer, AnswerValue, FeedbackTopic, Question, QuestionKind, Survey, SurveyKind};
use crate::{
    account::NAME_CHARS,
    case::{CaseChannel, CaseData, CaseKind, CasePriority},
    lang::Lang,
};

/// Whether somebody answered so badly that whoever serves them should know: at most 6 of 10 on recommending, at most 2 of
/// 5 on satisfaction.
#[must_use]
pub fn needs_care(questions: &[Question], answers: &[Answer]) -> bool {
    answers.iter().any(|answer| {
        let asked = questions.iter().find(|question| question.id == answer.question);
        match (asked.map(|question| question.kind), &answer.value) {
            (Some(QuestionKind::Nps), AnswerValue::Score(score)) => *score <= 6,
            (Some(QuestionKind::Csat), AnswerValue::Score(score)) => *score <= 2,
            _ => false,
        }
    })
}

/// The case that answers open, with what was said in it; nothing for those that need no care. `lang` is the language that
/// was answered in.
#[must_use]
pub fn case_of(survey: &Survey, answers: &[Answer], lang: Lang) -> Option<(CaseData, String)> {
    if survey.kind == SurveyKind::Feedback {
        return Some(feedback(&survey.questions, answers));
    }
    if !survey.opens_case || !needs_care(&survey.questions, answers) {
        return None;
    }
    let title = survey.title.in_lang(lang);
    let scored =
        |answer: &Answer| match (asked(&survey.questions, answer)?.kind.scale()?, &answer.value) {
            ((_, highest), AnswerValue::Score(score)) => Some(format!("{score}/{highest}")),
            _ => None,
        };
    let scores: Vec<String> = answers.iter().filter_map(scored).collect();
    let mut data = CaseData::new(CaseKind::Complaint, CaseChannel::Survey);
    data.subject = shortened(&format!("{title}: {}", scores.join(", ")));
    data.priority = CasePriority::High;
    let lines = answers.iter().filter_map(|answer| {
        let question = asked(&survey.questions, answer)?;
        Some(format!("{}\n{}", question.title.in_lang(lang), said(question, answer, lang)))
    });
    Some((data, lines.collect::<Vec<_>>().join("\n\n")))
}

fn feedback(questions: &[Question], answers: &[Answer]) -> (CaseData, String) {
    let of = |kind: QuestionKind| {
        let text = answers.iter().find_map(|answer| match &answer.value {
            AnswerValue::Text(text) if asked(questions, answer)?.kind == kind => Some(text.clone()),
            _ => None,
        });
        text.unwrap_or_default()
    };
    let kind = match FeedbackTopic::parse(&of(QuestionKind::Topic)) {
        Ok(FeedbackTopic::Suggestion) => CaseKind::Suggestion,
        Ok(FeedbackTopic::Question) => CaseKind::Question,
        Ok(FeedbackTopic::Complaint) | Err(_) => CaseKind::Complaint,
    };
    let mut data = CaseData::new(kind, CaseChannel::Form);
    data.subject = shortened(&of(QuestionKind::Subject));
    data.contact = shortened(&of(QuestionKind::Contact));
    (data, of(QuestionKind::Text))
}

fn asked<'a>(questions: &'a [Question], answer: &Answer) -> Option<&'a Question> {
    questions.iter().find(|question| question.id == answer.question)
}

/// An answer in words.
fn said(question: &Question, answer: &Answer, lang: Lang) -> String {
    match &answer.value {
        AnswerValue::Score(score) => match question.kind.scale() {
            Some((_, highest)) => format!("{score}/{highest}"),
            None => score.to_string(),
        },
        AnswerValue::Options(places) => {
            let chosen = places.iter().filter_map(|place| question.options.get(*place));
            chosen.map(|option| option.in_lang(lang)).collect::<Vec<_>>().join("\n")
        }
        AnswerValue::Text(text) => text.clone(),
    }
}

/// As much as a line of a case holds.
fn shortened(text: &str) -> String {
    text.chars().take(NAME_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{QuestionId, SurveyId, SurveyNumber, UserId, Version},
        label::Label,
        survey::SurveyStatus,
        time::Instant,
    };
    use uuid::Uuid;

    fn label(text: &str) -> Label {
        Label { en: text.to_owned(), zh: String::new() }
    }

    fn survey(kind: SurveyKind, asks: &[QuestionKind]) -> Survey {
        let question = |(place, kind): (usize, &QuestionKind)| Question {
            id: QuestionId(Uuid::from_u128(place as u128)),
            kind: *kind,
            title: label("Why?"),
            required: false,
            options: vec![label("One"), label("Two")],
        };
        Survey {
            id: SurveyId::NIL,
            number: SurveyNumber(1),
            version: Version(1),
            kind,
            status: SurveyStatus::Open,
            title: label("Spring"),
            intro: Label::default(),
            closes_on: None,
            closes_at: None,
            opens_case: true,
            token: String::new(),
            owner: None,
            questions: asks.iter().enumerate().map(question).collect(),
            created_at: Instant(1),
            created_by: UserId::NIL,
        }
    }

    fn answer(place: u128, value: AnswerValue) -> Answer {
        Answer { question: QuestionId(Uuid::from_u128(place)), value }
    }

    #[test]
    fn a_bad_score_opens_a_case_where_the_survey_says_so() {
        let asked =
            survey(SurveyKind::Nps, &[QuestionKind::Nps, QuestionKind::Text, QuestionKind::Multi]);
        let scored = |score| vec![answer(0, AnswerValue::Score(score))];
        for score in 0..=10 {
            assert_eq!(case_of(&asked, &scored(score), Lang::En).is_some(), score <= 6, "{score}");
        }
        let mut all = scored(3);
        all.push(answer(1, AnswerValue::Text("Too late".to_owned())));
        all.push(answer(2, AnswerValue::Options(vec![0, 1])));
        let (data, body) = case_of(&asked, &all, Lang::En).unwrap();
        assert_eq!((data.subject.as_str(), data.channel), ("Spring: 3/10", CaseChannel::Survey));
        assert_eq!(body, "Why?\n3/10\n\nWhy?\nToo late\n\nWhy?\nOne\nTwo");
        let off = Survey { opens_case: false, ..asked };
        assert_eq!(case_of(&off, &all, Lang::En), None);
        let asked = survey(SurveyKind::Csat, &[QuestionKind::Csat]);
        assert!(case_of(&asked, &scored(2), Lang::En).is_some());
        assert_eq!(case_of(&asked, &scored(3), Lang::En), None);
    }

    #[test]
    fn every_answer_to_a_survey_for_feedback_opens_one() {
        let asked = survey(SurveyKind::Feedback, &QuestionKind::OF_FEEDBACK);
        let text = |place, text: &str| answer(place, AnswerValue::Text(text.to_owned()));
        let all = [text(0, "suggestion"), text(1, "Invoices"), text(2, "One file"), text(3, "138")];
        let (data, body) = case_of(&asked, &all, Lang::Zh).unwrap();
        assert_eq!((data.kind, data.channel), (CaseKind::Suggestion, CaseChannel::Form));
        assert_eq!((data.subject.as_str(), data.contact.as_str()), ("Invoices", "138"));
        assert_eq!(body, "One file");
    }
}
