//! What a new survey of a kind begins with, in both languages.

use crate::i18n::Text;
use domain::{
    lang::Lang,
    survey::{QuestionForm, QuestionKind, SurveyForm, SurveyKind},
};

/// What is said in both languages.
type Said = fn(Text) -> &'static str;

fn both(said: Said) -> [String; 2] {
    [Lang::En, Lang::Zh].map(|lang| said(Text::new(lang)).to_owned())
}

fn question(kind: QuestionKind, said: Said, required: bool) -> QuestionForm {
    let [title_en, title_zh] = both(said);
    QuestionForm {
        kind: kind.code().to_owned(),
        title_en,
        title_zh,
        required: if required { "true".to_owned() } else { String::new() },
        ..QuestionForm::default()
    }
}

/// A new survey of a kind.
pub(super) fn template(kind: SurveyKind) -> SurveyForm {
    let title: Said = match kind {
        SurveyKind::Nps => Text::survey_title_nps,
        SurveyKind::Csat => Text::survey_title_csat,
        SurveyKind::Ces => Text::survey_title_ces,
        SurveyKind::Form => Text::survey_title_form,
        SurveyKind::Feedback => Text::survey_title_feedback,
    };
    let why = question(QuestionKind::Text, Text::survey_question_why, false);
    let better = question(QuestionKind::Text, Text::survey_question_better, false);
    let questions = match kind {
        SurveyKind::Nps => {
            vec![question(QuestionKind::Nps, Text::survey_question_nps, true), why]
        }
        SurveyKind::Csat => {
            vec![question(QuestionKind::Csat, Text::survey_question_csat, true), better]
        }
        SurveyKind::Ces => {
            vec![question(QuestionKind::Ces, Text::survey_question_ces, true), better]
        }
        SurveyKind::Form => vec![better],
        SurveyKind::Feedback => vec![
            question(QuestionKind::Topic, Text::survey_question_topic, true),
            question(QuestionKind::Subject, Text::survey_question_subject, true),
            question(QuestionKind::Text, Text::survey_question_details, true),
            question(QuestionKind::Contact, Text::survey_question_contact, false),
        ],
    };
    let [title_en, title_zh] = both(title);
    SurveyForm {
        kind: kind.code().to_owned(),
        title_en,
        title_zh,
        opens_case: "true".to_owned(),
        questions,
        ..SurveyForm::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_stored_as_it_is() {
        for kind in SurveyKind::ALL {
            let draft = template(*kind).parse().unwrap();
            assert_eq!(draft.kind, *kind);
            assert!(!draft.title.en.is_empty() && !draft.title.zh.is_empty());
        }
    }
}
