//! The surveys that are answered, and the links to them: one half of all people has a link of their own, the other half
//! the one that is open to everybody.

use crate::{Fault, place::Place, sample::caller};
use domain::{
    id::{AccountNumber, OperationId},
    survey::{QuestionForm, Survey, SurveyForm, SurveyStatus},
    time::ZoneOffsets,
};
use store::Db;

/// Surveys: something has to be taken from one to the other.
const SURVEYS: u64 = 2;

/// Where somebody answers.
#[derive(Clone, Debug)]
pub struct Link {
    /// The place of the survey.
    pub survey: usize,
    /// The path of its page.
    pub path: String,
}

/// Open surveys.
#[derive(Debug)]
pub struct House {
    /// What is answered.
    pub surveys: Vec<Survey>,
    own: Vec<Link>,
}

impl House {
    /// Opens the surveys, and makes the links for so many people.
    ///
    /// # Errors
    /// When the database does not take them.
    pub async fn open(place: &Place, customers: u64, people: usize) -> Result<Self, Fault> {
        let db = place.open().await?;
        let mut surveys = Vec::new();
        for number in 1..=SURVEYS {
            surveys.push(survey(&db, number).await?);
        }
        let mut own = Vec::new();
        for (person, survey) in (0..people.div_ceil(2)).zip((0..surveys.len()).cycle()) {
            let Some(asked) = surveys.get(survey) else { continue };
            let number = AccountNumber(i64::try_from(1 + person as u64 % customers)?);
            let token = db.make_survey_link(&caller(), asked.id, number).await?;
            own.push(Link { survey, path: Survey::path(&token.text()) });
        }
        db.close().await;
        Ok(Self { surveys, own })
    }

    /// The link that somebody has.
    pub fn link(&self, person: usize) -> Option<Link> {
        if person.is_multiple_of(2) {
            self.own.get(person / 2).cloned()
        } else {
            self.open_link(person / 2)
        }
    }

    /// The link of a survey that everybody may use, in turn.
    pub fn open_link(&self, turn: usize) -> Option<Link> {
        let survey = turn % self.surveys.len().max(1);
        let path = Survey::path(&self.surveys.get(survey)?.token);
        Some(Link { survey, path })
    }
}

fn question(kind: &str, title: &str, required: &str) -> QuestionForm {
    QuestionForm {
        kind: kind.to_owned(),
        title_en: title.to_owned(),
        required: required.to_owned(),
        ..QuestionForm::default()
    }
}

/// An open survey that asks for a score and a few words; bad scores become cases, as they do in a house that cares.
async fn survey(db: &Db, number: u64) -> Result<Survey, Fault> {
    let typed = SurveyForm {
        kind: "nps".to_owned(),
        title_en: format!("Flood {number}"),
        opens_case: "true".to_owned(),
        questions: vec![
            question("nps", "Would you recommend us?", "true"),
            question("text", "Why?", ""),
        ],
        ..SurveyForm::default()
    };
    let draft = typed.parse().map_err(|errors| format!("no survey: {errors:?}"))?;
    let (root, zone) = (caller(), ZoneOffsets::default());
    let attempt = OperationId(uuid::Uuid::now_v7());
    let number = db.put_survey(&root, attempt, None, &draft, &zone).await?;
    let draft = db.survey(&root, number).await?;
    db.set_survey_status(&root, draft.id, draft.version, SurveyStatus::Open).await?;
    Ok(db.survey(&root, number).await?)
}
