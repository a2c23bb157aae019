//! Words for the values of surveys.

use super::Text;
use domain::survey::{
    Channel, Doubt, FeedbackTopic, QuestionKind, ScoreClass, SurveyKind, SurveyStatus,
};

/// What a survey is for.
#[must_use]
pub fn survey_kind(text: Text, kind: SurveyKind) -> &'static str {
    match kind {
        SurveyKind::Nps => text.choice_survey_kind_nps(),
        SurveyKind::Csat => text.choice_survey_kind_csat(),
        SurveyKind::Ces => text.choice_survey_kind_ces(),
        SurveyKind::Form => text.choice_survey_kind_form(),
        SurveyKind::Feedback => text.choice_survey_kind_feedback(),
    }
}

/// How far a survey is.
#[must_use]
pub fn survey_status(text: Text, status: SurveyStatus) -> &'static str {
    match status {
        SurveyStatus::Draft => text.choice_survey_status_draft(),
        SurveyStatus::Open => text.choice_survey_status_open(),
        SurveyStatus::Closed => text.choice_survey_status_closed(),
    }
}

/// How a question is answered.
#[must_use]
pub fn question_kind(text: Text, kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Nps => text.choice_question_kind_nps(),
        QuestionKind::Csat => text.choice_question_kind_csat(),
        QuestionKind::Ces => text.choice_question_kind_ces(),
        QuestionKind::Single => text.choice_question_kind_single(),
        QuestionKind::Multi => text.choice_question_kind_multi(),
        QuestionKind::Text => text.choice_question_kind_text(),
        QuestionKind::Topic => text.choice_question_kind_topic(),
        QuestionKind::Subject => text.choice_question_kind_subject(),
        QuestionKind::Contact => text.choice_question_kind_contact(),
    }
}

/// How good a score is.
#[must_use]
pub fn score_class(text: Text, class: ScoreClass) -> &'static str {
    match class {
        ScoreClass::Promoter => text.choice_score_class_promoter(),
        ScoreClass::Passive => text.choice_score_class_passive(),
        ScoreClass::Detractor => text.choice_score_class_detractor(),
        ScoreClass::Satisfied => text.choice_score_class_satisfied(),
        ScoreClass::Dissatisfied => text.choice_score_class_dissatisfied(),
    }
}

/// By which way an answer came.
#[must_use]
pub fn survey_channel(text: Text, channel: Channel) -> &'static str {
    match channel {
        Channel::Link => text.choice_survey_channel_link(),
        Channel::Code => text.choice_survey_channel_code(),
        Channel::Personal => text.choice_survey_channel_personal(),
    }
}

/// Why an answer waits to be looked at.
#[must_use]
pub fn survey_doubt(text: Text, doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Trap => text.choice_survey_doubt_trap(),
        Doubt::Fast => text.choice_survey_doubt_fast(),
        Doubt::Stamp => text.choice_survey_doubt_stamp(),
        Doubt::Often => text.choice_survey_doubt_often(),
    }
}

/// What feedback is.
#[must_use]
pub fn feedback_topic(text: Text, topic: FeedbackTopic) -> &'static str {
    match topic {
        FeedbackTopic::Complaint => text.choice_feedback_topic_complaint(),
        FeedbackTopic::Suggestion => text.choice_feedback_topic_suggestion(),
        FeedbackTopic::Question => text.choice_feedback_topic_question(),
    }
}
