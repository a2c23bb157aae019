//! What somebody answers on a public page: read question by question, and refused with what is wrong.

use super::{ANSWER_CHARS, LINE_CHARS, Question, QuestionKind};
use crate::{
    account::choices,
    field::{FieldError, FormErrors},
    id::QuestionId,
    text,
};
use serde::{Deserialize, Serialize};

choices! {
    /// What feedback is.
    FeedbackTopic {
        /// Something went wrong.
        Complaint = "complaint" [],
        /// Something could be better.
        Suggestion = "suggestion" [],
        /// Something is unclear.
        Question = "question" [],
    }
}

/// What was answered to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnswerValue {
    /// A place on a scale.
    Score(i64),
    /// Places of the choices, from 0, ascending.
    Options(Vec<usize>),
    /// Words; of a topic its code.
    Text(String),
}

/// An answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The question.
    pub question: QuestionId,
    /// What was answered.
    pub value: AnswerValue,
}

/// The name of the field that the question at a place is answered in.
#[must_use]
pub fn field_name(place: usize) -> String {
    format!("q{place}")
}

/// Reads what was sent for each question, by the place it has; questions that were passed over have no answer.
///
/// # Errors
/// Every complaint at once, under [`field_name`]; `q0` where nothing at all was answered.
pub fn read_answers(
    questions: &[Question],
    sent: impl Fn(usize) -> Vec<String>,
) -> Result<Vec<Answer>, FormErrors> {
    let mut errors = FormErrors::default();
    let mut answers = Vec::new();
    for (place, question) in questions.iter().enumerate() {
        let value = errors.take(&field_name(place), read(question, &sent(place))).flatten();
        answers.extend(value.map(|value| Answer { question: question.id, value }));
    }
    if answers.is_empty() && errors.0.is_empty() {
        errors.0.push((field_name(0), FieldError::Required));
    }
    errors.into_result(answers)
}

fn read(question: &Question, sent: &[String]) -> Result<Option<AnswerValue>, FieldError> {
    let filled: Vec<&str> =
        sent.iter().map(String::as_str).filter(|one| !one.trim().is_empty()).collect();
    if filled.is_empty() {
        return if question.required { Err(FieldError::Required) } else { Ok(None) };
    }
    // One box may be ticked beside another; everything else is sent once.
    let one = match filled.as_slice() {
        [one] => Ok(*one),
        _ => Err(FieldError::UnknownOption),
    };
    match question.kind {
        QuestionKind::Nps | QuestionKind::Csat | QuestionKind::Ces => {
            let (lowest, highest) = question.kind.scale().unwrap_or_default();
            let score = one?.parse().map_err(|_| FieldError::UnknownOption)?;
            if (lowest..=highest).contains(&score) {
                Ok(Some(AnswerValue::Score(score)))
            } else {
                Err(FieldError::UnknownOption)
            }
        }
        QuestionKind::Single => Ok(Some(AnswerValue::Options(vec![option(question, one?)?]))),
        QuestionKind::Multi => {
            let places: Result<Vec<usize>, FieldError> =
                filled.iter().map(|raw| option(question, raw)).collect();
            let mut places = places?;
            places.sort_unstable();
            places.dedup();
            Ok(Some(AnswerValue::Options(places)))
        }
        QuestionKind::Topic => {
            let topic = FeedbackTopic::ALL.iter().find(|topic| Ok(topic.code()) == one);
            topic
                .map(|topic| Some(AnswerValue::Text(topic.code().to_owned())))
                .ok_or(FieldError::UnknownOption)
        }
        QuestionKind::Subject | QuestionKind::Contact => {
            Ok(text::line(one?, LINE_CHARS)?.map(AnswerValue::Text))
        }
        QuestionKind::Text => {
            // Browsers send line ends as two characters.
            let lines = one?.replace("\r\n", "\n");
            Ok(text::paragraph(&lines, ANSWER_CHARS)?.map(AnswerValue::Text))
        }
    }
}

fn option(question: &Question, raw: &str) -> Result<usize, FieldError> {
    let place: usize = raw.parse().map_err(|_| FieldError::UnknownOption)?;
    if place < question.options.len() { Ok(place) } else { Err(FieldError::UnknownOption) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::Label;
    use proptest::prelude::*;

    fn question(kind: QuestionKind, required: bool) -> Question {
        let options = if kind.has_options() { vec![Label::default(); 3] } else { Vec::new() };
        let id = QuestionId(uuid::Uuid::from_u128(kind as u128));
        Question { id, kind, title: Label::default(), required, options }
    }

    fn value(kind: QuestionKind, sent: &[&str]) -> Result<AnswerValue, FieldError> {
        let asked = [question(kind, true)];
        let sent = |_| sent.iter().map(|one| (*one).to_owned()).collect();
        match read_answers(&asked, sent) {
            Ok(answers) => Ok(answers.into_iter().next().unwrap().value),
            Err(errors) => Err(errors.about("q0").cloned().unwrap()),
        }
    }

    #[test]
    fn each_kind_takes_its_own_answers_and_no_other() {
        use AnswerValue::{Options, Score, Text};
        let words = |text: &str| Ok(Text(text.to_owned()));
        assert_eq!(value(QuestionKind::Nps, &["10"]), Ok(Score(10)));
        assert_eq!(value(QuestionKind::Csat, &["1"]), Ok(Score(1)));
        assert_eq!(value(QuestionKind::Single, &["2"]), Ok(Options(vec![2])));
        assert_eq!(value(QuestionKind::Multi, &["2", "0", "2"]), Ok(Options(vec![0, 2])));
        assert_eq!(value(QuestionKind::Text, &["a\r\nb  "]), words("a\nb"));
        assert_eq!(value(QuestionKind::Topic, &["complaint"]), words("complaint"));
        assert_eq!(value(QuestionKind::Subject, &[" Late "]), words("Late"));
        for (kind, sent) in [
            (QuestionKind::Nps, &["11"][..]),
            (QuestionKind::Nps, &["-1"]),
            (QuestionKind::Nps, &["9.0"]),
            (QuestionKind::Nps, &["9", "10"]),
            (QuestionKind::Csat, &["0"]),
            (QuestionKind::Ces, &["8"]),
            (QuestionKind::Single, &["3"]),
            (QuestionKind::Single, &["0", "1"]),
            (QuestionKind::Multi, &["0", "x"]),
            (QuestionKind::Topic, &["praise"]),
        ] {
            assert_eq!(value(kind, sent), Err(FieldError::UnknownOption), "{kind:?} {sent:?}");
        }
        assert_eq!(value(QuestionKind::Text, &["  "]), Err(FieldError::Required));
        assert_eq!(value(QuestionKind::Text, &["a\0"]), Err(FieldError::ControlCharacter));
        let long = "长".repeat(ANSWER_CHARS + 1);
        assert!(matches!(value(QuestionKind::Text, &[&long]), Err(FieldError::TooLong { .. })));
    }

    #[test]
    fn what_was_passed_over_has_no_answer_but_nothing_at_all_is_none() {
        let asked = [question(QuestionKind::Csat, false), question(QuestionKind::Text, false)];
        let words = |place| if place == 1 { vec!["Good".to_owned()] } else { Vec::new() };
        assert_eq!(read_answers(&asked, words).unwrap().len(), 1);
        let errors = read_answers(&asked, |_| Vec::new()).unwrap_err();
        assert_eq!(errors.about("q0"), Some(&FieldError::Required));
    }

    proptest! {
        #[test]
        fn whatever_is_sent_an_answer_is_within_its_question(
            kind in 0..QuestionKind::ALL.len(),
            sent in proptest::collection::vec("\\PC{0,12}|[0-9]{1,2}", 0..4),
        ) {
            let asked = [question(QuestionKind::ALL[kind], false)];
            for answer in read_answers(&asked, |_| sent.clone()).unwrap_or_default() {
                let kind = asked[0].kind;
                let within = match answer.value {
                    AnswerValue::Score(score) => {
                        kind.scale().is_some_and(|(low, high)| (low..=high).contains(&score))
                    }
                    AnswerValue::Options(places) => {
                        kind.has_options() && !places.is_empty() && places.iter().all(|at| *at < 3)
                            && places.is_sorted()
                    }
                    AnswerValue::Text(text) => !text.trim().is_empty() && kind.scale().is_none(),
                };
                prop_assert!(within);
            }
        }
    }
}
