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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        export::{CsvExport, ExportOptions},
        export_columns::{ExportKind, Record},
        rows_out::CsvEncoding,
    };
    use domain::{
        id::{QuestionId, ResponseId, SurveyNumber},
        label::Label,
        policy::DetailRules,
        time::Instant,
    };

    fn said(kind: QuestionKind, value: AnswerValue) -> AnswerSaid {
        let asked = Label { en: "How?".to_owned(), zh: String::new() };
        let chosen = ["One", "Two"].map(|en| Label { en: en.to_owned(), zh: String::new() });
        AnswerSaid { question: QuestionId::NIL, kind, asked, value, chosen: chosen.to_vec() }
    }

    #[test]
    fn an_answer_is_a_row_and_whoever_is_unknown_stays_so() {
        let response = ResponseSeen {
            id: ResponseId::NIL,
            number: 7,
            survey: SurveyNumber(3),
            title: Label { en: "Us".to_owned(), zh: "我们".to_owned() },
            at: Instant(1_763_460_000_000),
            state: ResponseState::Accepted,
            doubt: None,
            channel: Channel::Code,
            lang: Lang::Zh,
            account: None,
            owner: None,
            answers: Vec::new(),
        };
        let out = |lang, answer: Option<&AnswerSaid>| {
            let (kind, details) = (ExportKind::Answers, DetailRules::OPEN);
            let options = ExportOptions { lang, kind, decimals: 2, details };
            let mut out = CsvExport::new(options, CsvEncoding::Utf8);
            String::from_utf8(out.row(Record::Answer(&response, answer), "")).unwrap()
        };
        let score = said(QuestionKind::Nps, AnswerValue::Score(9));
        let row = "7,S-3,Us,2025-11-18,accepted,code,zh-CN,,,,How?,9,\r\n";
        assert_eq!(out(Lang::En, Some(&score)), row);
        let topic = said(QuestionKind::Topic, AnswerValue::Text("complaint".to_owned()));
        let row = "7,S-3,我们,2025-11-18,已计入,二维码,zh-CN,,,,How?,,投诉\r\n";
        assert_eq!(out(Lang::Zh, Some(&topic)), row);
        let several = said(QuestionKind::Multi, AnswerValue::Options(vec![0, 1]));
        assert!(out(Lang::En, Some(&several)).ends_with(",How?,,One; Two\r\n"));
        // No cell is a formula.
        let formula = said(QuestionKind::Text, AnswerValue::Text("=1+1".to_owned()));
        assert!(out(Lang::En, Some(&formula)).ends_with(",'=1+1\r\n"));
        assert!(out(Lang::En, None).ends_with(",,,,,,\r\n"));
    }
}
