//! The columns of answers to surveys: each answer to a question is a row, so that any questions fit into one table.

use crate::export_columns::{Cell, day};
use domain::{
    lang::Lang,
    survey::{
        AnswerSaid, AnswerValue, Channel, FeedbackTopic, QuestionKind, ResponseSeen, ResponseState,
    },
};

/// What a column says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AnswerColumn {
    SurveyNumber,
    Survey,
    CameOn,
    Channel,
    Lang,
    State,
    AccountNumber,
    Account,
    Question,
    Score,
    Words,
}

use AnswerColumn::{
    Account, AccountNumber, CameOn, Channel as CameBy, Lang as Language, Question, Score, State,
    Survey, SurveyNumber, Words,
};

/// Header in both languages, and what stands below it.
pub(crate) const ANSWERS: &[(&str, &str, Cell)] = &[
    ("Answer number", "答卷编号", Cell::Number),
    ("Survey number", "问卷编号", Cell::Answer(SurveyNumber)),
    ("Survey", "问卷", Cell::Answer(Survey)),
    ("Answered on", "答卷日期", Cell::Answer(CameOn)),
    ("Answer state", "答卷状态", Cell::Answer(State)),
    ("Answered by", "答卷渠道", Cell::Answer(CameBy)),
    ("Answer language", "答卷语言", Cell::Answer(Language)),
    ("Customer number", "客户编号", Cell::Answer(AccountNumber)),
    ("Customer", "客户", Cell::Answer(Account)),
    ("In charge then", "当时负责人", Cell::Owner),
    ("Question", "题目", Cell::Answer(Question)),
    ("Score", "得分", Cell::Answer(Score)),
    ("Answer", "回答", Cell::Answer(Words)),
];

/// A cell of somebody's answer to a question, or of one who answered none.
pub(crate) fn cell(
    column: AnswerColumn,
    response: &ResponseSeen,
    answer: Option<&AnswerSaid>,
    lang: Lang,
) -> String {
    let word = |en: &'static str, zh: &'static str| if lang == Lang::Zh { zh } else { en };
    let account = response.account.as_ref();
    match column {
        SurveyNumber => response.survey.to_string(),
        Survey => response.title.in_lang(lang).to_owned(),
        CameOn => day(response.at),
        CameBy => match response.channel {
            Channel::Link => word("link", "链接"),
            Channel::Code => word("code", "二维码"),
            Channel::Personal => word("personal", "专属链接"),
        }
        .to_owned(),
        Language => response.lang.tag().to_owned(),
        State => match response.state {
            ResponseState::Accepted => word("accepted", "已计入"),
            ResponseState::Quarantined => word("quarantined", "待审核"),
            ResponseState::Rejected => word("rejected", "未采纳"),
        }
        .to_owned(),
        AccountNumber => account.map(|(number, _)| number.to_string()).unwrap_or_default(),
        Account => account.map(|(_, name)| name.clone()).unwrap_or_default(),
        Question => answer.map(|one| one.asked.in_lang(lang).to_owned()).unwrap_or_default(),
        Score => match answer.map(|one| &one.value) {
            Some(AnswerValue::Score(score)) => score.to_string(),
            _ => String::new(),
        },
        Words => answer.map(|one| words(one, lang)).unwrap_or_default(),
    }
}

/// An answer that is no score.
fn words(answer: &AnswerSaid, lang: Lang) -> String {
    match &answer.value {
        AnswerValue::Score(_) => String::new(),
        AnswerValue::Options(_) => {
            let chosen: Vec<&str> = answer.chosen.iter().map(|label| label.in_lang(lang)).collect();
            chosen.join("; ")
        }
        AnswerValue::Text(code) if answer.kind == QuestionKind::Topic => {
            match (FeedbackTopic::parse(code), lang) {
                (Ok(FeedbackTopic::Complaint), Lang::Zh) => "投诉".to_owned(),
                (Ok(FeedbackTopic::Suggestion), Lang::Zh) => "建议".to_owned(),
                (Ok(FeedbackTopic::Question), Lang::Zh) => "咨询".to_owned(),
                _ => code.clone(),
            }
        }
        AnswerValue::Text(words) => words.clone(),
    }
}
