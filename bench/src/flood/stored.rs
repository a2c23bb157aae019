//! What is in the store afterwards.

use super::house::House;
use crate::{Fault, place::Place, sample::caller};
use domain::{
    survey::{AnswerValue, ResponseRequest, ResponseSeen, ResponseState, Survey},
    time::ZoneOffsets,
};
use store::Db;

/// An answer.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The place of its survey.
    pub survey: usize,
    /// What became of it.
    pub state: ResponseState,
    /// The score that was given.
    pub score: Option<i64>,
    /// The words that were added.
    pub words: String,
}

/// Every answer to the surveys, whatever became of it.
///
/// # Errors
/// When the database does not answer, or a survey counts other answers than it lists.
pub async fn read(place: &Place, house: &House) -> Result<Vec<Stored>, Fault> {
    let db = place.open().await?;
    let mut all = Vec::new();
    for (number, survey) in house.surveys.iter().enumerate() {
        for state in ResponseState::ALL.iter().copied() {
            let of_state = responses(&db, survey, state).await?;
            all.extend(of_state.into_iter().map(|response| stored(number, response)));
        }
        let results = db.survey_results(&caller(), survey.id, &ZoneOffsets::default()).await?;
        for (state, counted) in [
            (ResponseState::Accepted, results.answers),
            (ResponseState::Quarantined, results.waiting),
        ] {
            let is_listed = |one: &&Stored| one.survey == number && one.state == state;
            if usize::try_from(counted)? != all.iter().filter(is_listed).count() {
                return Err(format!("{} counts {counted} {}", survey.number, state.code()).into());
            }
        }
    }
    db.close().await;
    Ok(all)
}

async fn responses(
    db: &Db,
    survey: &Survey,
    state: ResponseState,
) -> Result<Vec<ResponseSeen>, Fault> {
    let mut all = Vec::new();
    let mut request =
        ResponseRequest { survey: Some(survey.number), state, ..ResponseRequest::default() };
    loop {
        let page = db.response_page(&caller(), &request).await?;
        all.extend(page.rows);
        match page.next {
            Some(next) => request.after = Some(next),
            None => return Ok(all),
        }
    }
}

fn stored(survey: usize, response: ResponseSeen) -> Stored {
    let mut stored = Stored { survey, state: response.state, score: None, words: String::new() };
    for answer in response.answers {
        match answer.value {
            AnswerValue::Score(score) => stored.score = Some(score),
            AnswerValue::Text(text) => stored.words = text,
            AnswerValue::Options(_) => {}
        }
    }
    stored
}
