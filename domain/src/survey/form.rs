//! How a survey is typed, and when it can be stored.

use super::{
    INTRO_CHARS, MOST_OPTIONS, MOST_QUESTIONS, OPTION_CHARS, QUESTION_CHARS, Question,
    QuestionKind, Survey, SurveyKind, SurveyStatus, TITLE_CHARS,
};
use crate::{
    account::day,
    date::Date,
    field::{FieldError, FormErrors},
    id::{QuestionId, SurveyId, SurveyNumber, UserId, Version},
    label::Label,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// A question as the form of its survey sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuestionForm {
    /// Id of one that is there already, or empty.
    pub id: String,
    /// Kind code.
    pub kind: String,
    /// What is asked, in English.
    pub title_en: String,
    /// What is asked, in Chinese.
    pub title_zh: String,
    /// `true` where there has to be an answer.
    pub required: String,
    /// Choices in English, one a line.
    pub options_en: String,
    /// Choices in Chinese, one a line.
    pub options_zh: String,
}

/// Everything the form of a survey sends: the questions in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SurveyForm {
    /// Kind code.
    pub kind: String,
    /// English title.
    pub title_en: String,
    /// Chinese title.
    pub title_zh: String,
    /// What stands above the questions, in English.
    pub intro_en: String,
    /// What stands above the questions, in Chinese.
    pub intro_zh: String,
    /// The last day that answers are taken on, or empty.
    pub closes_on: String,
    /// `true` where a bad answer becomes a case.
    pub opens_case: String,
    /// What is asked.
    pub questions: Vec<QuestionForm>,
}

/// A question that is ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionDraft {
    /// The one it takes the place of, if any.
    pub id: Option<QuestionId>,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What is asked.
    pub title: Label,
    /// Whether there has to be an answer.
    pub required: bool,
    /// What can be chosen.
    pub options: Vec<Label>,
}

/// A survey that is ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyDraft {
    /// What it is for.
    pub kind: SurveyKind,
    /// What it is called.
    pub title: Label,
    /// What stands above the questions.
    pub intro: Label,
    /// The last day that answers are taken on.
    pub closes_on: Option<Date>,
    /// Whether a bad answer becomes a case.
    pub opens_case: bool,
    /// What is asked, in order.
    pub questions: Vec<QuestionDraft>,
}

impl SurveyForm {
    /// Reads the whole form.
    ///
    /// # Errors
    /// Every complaint at once: those of a question under `questions.N.` and its field; `questions` where there are none
    /// or too many, or not those that surveys of this kind have to ask.
    pub fn parse(&self) -> Result<SurveyDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let kind = errors.take("kind", SurveyKind::parse(self.kind.trim()));
        let title =
            Label::read_up_to(&mut errors, "title", &self.title_en, &self.title_zh, TITLE_CHARS);
        let intro =
            Label::paragraphs(&mut errors, "intro", &self.intro_en, &self.intro_zh, INTRO_CHARS);
        let closes_on = errors.take("closes_on", day(&self.closes_on)).flatten();
        let mut questions = Vec::new();
        for (place, form) in self.questions.iter().take(MOST_QUESTIONS).enumerate() {
            questions.extend(form.read(&mut errors, &format!("questions.{place}.")));
        }
        if self.questions.is_empty() {
            errors.0.push(("questions".to_owned(), FieldError::Required));
        } else if self.questions.len() > MOST_QUESTIONS {
            errors.0.push(("questions".to_owned(), FieldError::TooMany { max: MOST_QUESTIONS }));
        } else if errors.0.is_empty() && !kind.is_some_and(|kind| fits(kind, &questions)) {
            errors.0.push(("questions".to_owned(), FieldError::UnknownOption));
        }
        let opens_case = self.opens_case.trim() == "true";
        let draft = |kind| SurveyDraft { kind, title, intro, closes_on, opens_case, questions };
        match kind {
            Some(kind) => errors.into_result(draft(kind)),
            None => Err(errors),
        }
    }
}

impl SurveyForm {
    /// The survey as it would be shown now, whatever is still missing or wrong: for whoever is writing it.
    #[must_use]
    pub fn as_typed(&self) -> Survey {
        let label =
            |en: &str, zh: &str| Label { en: en.trim().to_owned(), zh: zh.trim().to_owned() };
        let question = |form: &QuestionForm| {
            let kind = QuestionKind::parse(form.kind.trim()).unwrap_or(QuestionKind::Text);
            Question {
                id: QuestionId::NIL,
                kind,
                title: label(&form.title_en, &form.title_zh),
                required: form.required.trim() == "true",
                options: if kind.has_options() { form.choices() } else { Vec::new() },
            }
        };
        Survey {
            id: SurveyId::NIL,
            number: SurveyNumber(0),
            version: Version(0),
            kind: SurveyKind::parse(self.kind.trim()).unwrap_or(SurveyKind::Form),
            status: SurveyStatus::Draft,
            title: label(&self.title_en, &self.title_zh),
            intro: label(&self.intro_en, &self.intro_zh),
            closes_on: None,
            closes_at: None,
            opens_case: false,
            token: String::new(),
            owner: None,
            questions: self.questions.iter().take(MOST_QUESTIONS).map(question).collect(),
            created_at: Instant::NEVER,
            created_by: UserId::NIL,
        }
    }
}

/// Whether a survey of a kind may ask these.
fn fits(kind: SurveyKind, questions: &[QuestionDraft]) -> bool {
    let kinds: Vec<QuestionKind> = questions.iter().map(|question| question.kind).collect();
    let mut ids: Vec<QuestionId> = questions.iter().filter_map(|question| question.id).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() < all {
        return false;
    }
    match kind {
        SurveyKind::Feedback => kinds == QuestionKind::OF_FEEDBACK,
        SurveyKind::Form => kinds.iter().all(|asked| kind.offers().contains(asked)),
        SurveyKind::Nps | SurveyKind::Csat | SurveyKind::Ces => {
            kinds.iter().filter(|asked| Some(**asked) == kind.asks()).count() == 1
                && kinds
                    .iter()
                    .all(|asked| Some(*asked) == kind.asks() || kind.offers().contains(asked))
        }
    }
}

impl QuestionForm {
    fn read(&self, errors: &mut FormErrors, prefix: &str) -> Option<QuestionDraft> {
        let mut own = FormErrors::default();
        let id = match self.id.trim() {
            "" => None,
            raw => own.take("id", raw.parse().map_err(|_| FieldError::Unknown)),
        };
        let kind = own.take("kind", QuestionKind::parse(self.kind.trim()));
        let title =
            Label::read_up_to(&mut own, "title", &self.title_en, &self.title_zh, QUESTION_CHARS);
        let options = if kind.is_some_and(QuestionKind::has_options) {
            self.options(&mut own)
        } else {
            Vec::new()
        };
        let read = kind.filter(|_| own.0.is_empty());
        errors
            .0
            .extend(own.0.into_iter().map(|(field, error)| (format!("{prefix}{field}"), error)));
        let required = self.required.trim() == "true";
        read.map(|kind| QuestionDraft { id, kind, title, required, options })
    }

    /// The choices: as many lines in each language that has any.
    fn options(&self, errors: &mut FormErrors) -> Vec<Label> {
        let [en, zh] = [&self.options_en, &self.options_zh].map(|raw| lines(raw));
        let many = en.len().max(zh.len());
        let (field, other) =
            if en.len() >= zh.len() { ("options_en", &zh) } else { ("options_zh", &en) };
        if many < 2 {
            errors.0.push(("options_en".to_owned(), FieldError::Required));
        } else if many > MOST_OPTIONS {
            errors.0.push((field.to_owned(), FieldError::TooMany { max: MOST_OPTIONS }));
        } else if !other.is_empty() && other.len() != many {
            errors.0.push(("options_zh".to_owned(), FieldError::Differs));
        }
        let options = self.choices();
        for label in &options {
            for (field, text) in [("options_en", &label.en), ("options_zh", &label.zh)] {
                errors.take(field, crate::text::line(text, OPTION_CHARS));
            }
        }
        options
    }
}

impl QuestionForm {
    /// The choices as they stand there, line by line.
    fn choices(&self) -> Vec<Label> {
        let [en, zh] = [&self.options_en, &self.options_zh].map(|raw| lines(raw));
        let place = |all: &[String], place: usize| all.get(place).cloned().unwrap_or_default();
        (0..en.len().max(zh.len()))
            .map(|at| Label { en: place(&en, at), zh: place(&zh, at) })
            .collect()
    }
}

/// The lines of a text that hold something.
fn lines(raw: &str) -> Vec<String> {
    raw.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

impl From<&Question> for QuestionForm {
    fn from(question: &Question) -> Self {
        let options = |pick: fn(&Label) -> &String| {
            let lines: Vec<&str> =
                question.options.iter().map(|label| pick(label).as_str()).collect();
            if lines.iter().all(|line| line.is_empty()) { String::new() } else { lines.join("\n") }
        };
        Self {
            id: question.id.to_string(),
            kind: question.kind.code().to_owned(),
            title_en: question.title.en.clone(),
            title_zh: question.title.zh.clone(),
            required: if question.required { "true".to_owned() } else { String::new() },
            options_en: options(|label| &label.en),
            options_zh: options(|label| &label.zh),
        }
    }
}

impl From<&Survey> for SurveyForm {
    fn from(survey: &Survey) -> Self {
        Self {
            kind: survey.kind.code().to_owned(),
            title_en: survey.title.en.clone(),
            title_zh: survey.title.zh.clone(),
            intro_en: survey.intro.en.clone(),
            intro_zh: survey.intro.zh.clone(),
            closes_on: survey.closes_on.map(|day| day.to_string()).unwrap_or_default(),
            opens_case: if survey.opens_case { "true".to_owned() } else { String::new() },
            questions: survey.questions.iter().map(QuestionForm::from).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(kind: &str) -> QuestionForm {
        QuestionForm {
            kind: kind.to_owned(),
            title_en: "How?".to_owned(),
            options_en: "One\nTwo\n\n".to_owned(),
            ..QuestionForm::default()
        }
    }

    fn survey(kind: &str, questions: &[&str]) -> SurveyForm {
        SurveyForm {
            kind: kind.to_owned(),
            title_zh: "满意度".to_owned(),
            questions: questions.iter().map(|kind| question(kind)).collect(),
            ..SurveyForm::default()
        }
    }

    #[test]
    fn what_is_being_written_is_shown_as_it_would_be_stored() {
        let typed = survey("nps", &["nps", "single", "text"]);
        let (shown, stored) = (typed.as_typed(), typed.parse().unwrap());
        assert_eq!((shown.title, shown.intro), (stored.title, stored.intro));
        let told = |kind: QuestionKind, title: &Label, options: &[Label]| {
            (kind, title.clone(), options.to_vec())
        };
        let shown = shown.questions.iter().map(|one| told(one.kind, &one.title, &one.options));
        let stored = stored.questions.iter().map(|one| told(one.kind, &one.title, &one.options));
        assert!(shown.eq(stored));
        // Half a form is shown as well.
        let half = SurveyForm { questions: vec![QuestionForm::default()], ..SurveyForm::default() };
        assert!(half.parse().is_err());
        assert_eq!(half.as_typed().questions.len(), 1);
    }

    #[test]
    fn each_kind_asks_what_it_has_to() {
        for (kind, questions) in [
            ("nps", &["nps"][..]),
            ("nps", &["single", "nps", "text"]),
            ("csat", &["csat", "multi"]),
            ("ces", &["ces"]),
            ("form", &["nps", "csat", "ces", "single", "multi", "text"]),
            ("feedback", &["topic", "subject", "text", "contact"]),
        ] {
            let draft = survey(kind, questions).parse().unwrap();
            assert_eq!(draft.questions.len(), questions.len(), "{kind}");
        }
        for (kind, questions) in [
            ("nps", &["text"][..]),
            ("nps", &["nps", "nps"]),
            ("csat", &["csat", "nps"]),
            ("form", &["topic"]),
            ("feedback", &["subject", "topic", "text", "contact"]),
            ("feedback", &["topic", "subject", "text"]),
        ] {
            let errors = survey(kind, questions).parse().unwrap_err();
            assert_eq!(errors.about("questions"), Some(&FieldError::UnknownOption), "{kind}");
        }
        assert_eq!(
            survey("form", &[]).parse().unwrap_err().about("questions"),
            Some(&FieldError::Required)
        );
        assert!(survey("form", &["text"; MOST_QUESTIONS + 1]).parse().is_err());
        assert!(survey("poll", &["text"]).parse().unwrap_err().about("kind").is_some());
    }

    #[test]
    fn choices_are_lines_in_one_language_or_as_many_in_both() {
        let read = |en: &str, zh: &str| {
            let asked = QuestionForm {
                options_en: en.to_owned(),
                options_zh: zh.to_owned(),
                ..question("single")
            };
            SurveyForm { questions: vec![asked], ..survey("form", &[]) }.parse()
        };
        let both = read("Yes\nNo", "是\n否\n").unwrap();
        assert_eq!(both.questions[0].options[1].zh, "否");
        assert_eq!(read("", "是\n否").unwrap().questions[0].options.len(), 2);
        let wrong = |en: &str, zh: &str, field: &str| {
            let errors = read(en, zh).unwrap_err();
            errors.about(&format!("questions.0.{field}")).cloned()
        };
        assert_eq!(wrong("Yes", "", "options_en"), Some(FieldError::Required));
        assert_eq!(wrong("Yes\nNo", "是", "options_zh"), Some(FieldError::Differs));
        let many = "x\n".repeat(MOST_OPTIONS + 1);
        assert!(matches!(wrong(&many, "", "options_en"), Some(FieldError::TooMany { .. })));
        let long = format!("{}\nNo", "x".repeat(OPTION_CHARS + 1));
        assert!(matches!(wrong(&long, "", "options_en"), Some(FieldError::TooLong { .. })));
    }
}
