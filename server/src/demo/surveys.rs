//! Surveys of the made-up company: one that customers have been answering for a year, and a page for feedback.

use super::{Company, operation, random::Random};
use crate::complaint::Complaint;
use domain::{
    id::AccountNumber,
    lang::Lang,
    policy::Caller,
    survey::{Answer, AnswerValue, QuestionForm, Survey, SurveyForm, SurveyStatus},
    time::{DAY, ZoneOffsets},
};
use store::Submission;

/// Most answers of a demo, and one for how many customers.
const MOST: u64 = 120;
const ONE_IN: u64 = 4;
/// Days over which they came.
const DAYS: i64 = 350;

/// How often each score from 0 to 10 is given, in a hundred.
const SCORES: [i64; 11] = [1, 0, 1, 2, 2, 5, 8, 15, 24, 22, 20];

/// Why, for those who would not recommend, are undecided, and would.
const REASONS: [[&str; 4]; 3] = [
    [
        "交货比约定晚了一周",
        "The invoice was wrong twice",
        "电话总是打不通",
        "Delivery took too long",
    ],
    ["还可以，价格偏高", "Good product, slow answers", "安装说明不够清楚", "Fine so far"],
    [
        "响应很快，问题当天就解决了",
        "Reliable, and always friendly",
        "质量稳定",
        "Everything arrived as promised",
    ],
];

fn question(kind: &str, title_en: &str, title_zh: &str, required: bool) -> QuestionForm {
    QuestionForm {
        kind: kind.to_owned(),
        title_en: title_en.to_owned(),
        title_zh: title_zh.to_owned(),
        required: required.to_string(),
        ..QuestionForm::default()
    }
}

fn form(kind: &str, title_en: &str, title_zh: &str, questions: Vec<QuestionForm>) -> SurveyForm {
    SurveyForm {
        kind: kind.to_owned(),
        title_en: title_en.to_owned(),
        title_zh: title_zh.to_owned(),
        opens_case: "true".to_owned(),
        questions,
        ..SurveyForm::default()
    }
}

impl Company<'_> {
    /// Asks customers; answers how many answered.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn add_surveys(&self) -> Result<u64, Complaint> {
        let nps = form(
            "nps",
            "Would you recommend us?",
            "你愿意推荐我们吗？",
            vec![
                question(
                    "nps",
                    "How likely are you to recommend us?",
                    "你有多大可能推荐我们？",
                    true,
                ),
                question("text", "What is the main reason?", "主要原因是什么？", false),
            ],
        );
        let feedback = form(
            "feedback",
            "Tell us what you think",
            "说说你的想法",
            vec![
                question("topic", "What is it about?", "这是关于什么的？", true),
                question("subject", "Subject", "主题", true),
                question("text", "What would you like to tell us?", "你想告诉我们什么？", true),
                question("contact", "How can we reach you?", "我们怎样联系你？", false),
            ],
        );
        self.open_survey(&feedback).await?;
        let survey = self.open_survey(&nps).await?;
        let count = (self.customers / ONE_IN).min(MOST);
        for index in 0..count {
            self.answered(index, &survey).await?;
        }
        Ok(count)
    }

    async fn open_survey(&self, form: &SurveyForm) -> Result<Survey, Complaint> {
        let draft =
            form.parse().map_err(|_| Complaint::new("a survey of the demo breaks the rules"))?;
        let caller = Caller { now: self.today.plus(-DAY * (DAYS + 1)), ..self.caller.clone() };
        let zone = ZoneOffsets::default();
        let number = self.db.put_survey(&caller, operation(), None, &draft, &zone).await?;
        let made = self.db.survey(&caller, number).await?;
        self.db.set_survey_status(&caller, made.id, made.version, SurveyStatus::Open).await?;
        Ok(self.db.survey(&caller, number).await?)
    }

    async fn answered(&self, index: u64, survey: &Survey) -> Result<(), Complaint> {
        let mut random = Random::of(self.seed, 0x7375_7276_6579 + index);
        let account = i64::try_from(1 + random.below(self.customers)).unwrap_or(1);
        let mut left = random.between(0, SCORES.iter().sum::<i64>() - 1);
        let score = (0_i64..).zip(SCORES).find(|(_, often)| {
            left -= often;
            left < 0
        });
        let score = score.map_or(10, |(score, _)| score);
        let [asked, why, ..] = survey.questions.as_slice() else { return Ok(()) };
        let mut answers = vec![Answer { question: asked.id, value: AnswerValue::Score(score) }];
        let reasons = REASONS[usize::from(score > 6) + usize::from(score > 8)];
        let reason = random
            .index(reasons.len())
            .and_then(|at| reasons.get(at))
            .filter(|_| random.chance(60));
        if let Some(reason) = reason {
            answers
                .push(Answer { question: why.id, value: AnswerValue::Text((*reason).to_owned()) });
        }
        let at = self.today.plus(-DAY * random.between(0, DAYS));
        let caller = Caller { now: at, ..self.caller.clone() };
        let token = self.db.make_survey_link(&caller, survey.id, AccountNumber(account)).await?;
        let submission = Submission { answers, lang: Lang::Zh, by_code: false, doubt: None };
        self.db.answer_survey(&token.text(), operation(), &submission, at).await?;
        Ok(())
    }
}
