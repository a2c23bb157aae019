//! What the answers to a survey come to: how often each place of a scale was chosen, over time and by who is in charge,
//! from the answers whose customers the reader sees. Scores follow from these by `domain::survey::Scores`.

use super::{ANSWERED, RESPONSES, push_seen, questions_of, rows::places};
use crate::{
    dashboard::{each, push_stretches},
    db::{Db, Reading, on_connection},
    error::Result,
};
use const_format::concatcp;
use domain::{
    id::{QuestionId, SurveyId, UserId},
    period::DateRange,
    policy::{self, Caller, Object, Scope},
    survey::{
        FeedbackTopic, MonthScores, OwnerScores, Question, QuestionKind, QuestionResults,
        ResponseState, Scores, SurveyResults,
    },
    time::ZoneOffsets,
};
use sqlx::QueryBuilder;

/// Months that are told one by one.
const MONTHS: i32 = 12;

const STATES: &str = concatcp!("SELECT r.state, COUNT(*)", RESPONSES, " WHERE r.survey_id = ");
const SCORES: &str = concatcp!(
    "SELECT x.question_id, r.owner_id, x.score, COUNT(*)",
    ANSWERED,
    " WHERE r.survey_id = "
);
const CHOICES: &str =
    concatcp!("SELECT x.question_id, x.options, COUNT(*)", ANSWERED, " WHERE r.survey_id = ");
const WORDS: &str = concatcp!(
    "SELECT x.question_id, CASE WHEN q.kind = 'topic' THEN x.text ELSE '' END AS said, COUNT(*)",
    ANSWERED,
    " JOIN survey_question q ON q.id = x.question_id WHERE r.survey_id = "
);
const BY_MONTH: &str = concatcp!(
    "SELECT span.place_no, x.question_id, x.score, COUNT(*)",
    ANSWERED,
    " JOIN span ON r.submitted_at >= span.begins AND r.submitted_at < span.ends WHERE r.survey_id = "
);

/// What is being added up.
struct Asked<'a> {
    survey: SurveyId,
    questions: &'a [Question],
    scope: Scope,
}

impl Db {
    /// What the answers to a survey come to, of those the caller sees; `zone` says where months begin.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn survey_results(
        &self,
        caller: &Caller,
        survey: SurveyId,
        zone: &ZoneOffsets,
    ) -> Result<SurveyResults> {
        policy::view(caller, Object::Survey)?;
        let scope = policy::sight(caller, Object::Account);
        let mut reading = self.reading().await?;
        let questions = questions_of(reading.connection(), survey).await?;
        let asked = Asked { survey, questions: &questions, scope };
        let [answers, waiting] = states(&mut reading, &asked).await?;
        let today = zone.wall_clock(caller.now).0;
        let months = each(DateRange::months(today, MONTHS), DateRange::month_of);
        let mut results: Vec<QuestionResults> =
            questions.iter().map(|question| empty(question, &months)).collect();
        add_scores(&mut reading, &asked, &mut results).await?;
        add_months(&mut reading, &asked, &mut results, &months, zone).await?;
        add_choices(&mut reading, &asked, &mut results).await?;
        add_words(&mut reading, &asked, &mut results).await?;
        Ok(SurveyResults { answers, waiting, questions: results })
    }
}

/// Nothing answered yet.
fn empty(question: &Question, months: &[DateRange]) -> QuestionResults {
    let kind = question.kind;
    let scores = match kind {
        QuestionKind::Single | QuestionKind::Multi => Scores(vec![0; question.options.len()]),
        QuestionKind::Topic => Scores(vec![0; FeedbackTopic::ALL.len()]),
        _ => Scores::none(kind),
    };
    let month = |days: &DateRange| MonthScores { days: *days, scores: Scores::none(kind) };
    let months = kind.scale().map(|_| months.iter().map(month).collect());
    QuestionResults {
        question: question.id,
        scores,
        answers: 0,
        months: months.unwrap_or_default(),
        owners: Vec::new(),
    }
}

/// The results of a question and how it is answered.
fn of<'a>(
    asked: &Asked<'_>,
    results: &'a mut [QuestionResults],
    id: QuestionId,
) -> Option<(QuestionKind, &'a mut QuestionResults)> {
    let kind = asked.questions.iter().find(|question| question.id == id)?.kind;
    Some((kind, results.iter_mut().find(|result| result.question == id)?))
}

async fn states(reading: &mut Reading, asked: &Asked<'_>) -> Result<[i64; 2]> {
    let rows: Vec<(String, i64)> = on_connection!(reading.connection(), |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(STATES);
        statement.push_bind(asked.survey);
        push_seen(&mut statement, &asked.scope);
        statement.push(" GROUP BY r.state").build_query_as().fetch_all(connection).await
    })?;
    let count = |state: ResponseState| {
        rows.iter().find(|(code, _)| code == state.code()).map_or(0, |(_, count)| *count)
    };
    Ok([count(ResponseState::Accepted), count(ResponseState::Quarantined)])
}

async fn add_scores(
    reading: &mut Reading,
    asked: &Asked<'_>,
    results: &mut [QuestionResults],
) -> Result<()> {
    let rows: Vec<(QuestionId, Option<UserId>, i64, i64)> =
        on_connection!(reading.connection(), |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(SCORES);
            statement.push_bind(asked.survey);
            statement.push(" AND r.state = 'accepted' AND x.score IS NOT NULL");
            push_seen(&mut statement, &asked.scope);
            statement.push(" GROUP BY x.question_id, r.owner_id, x.score");
            statement.build_query_as().fetch_all(connection).await
        })?;
    for (question, owner, score, count) in rows {
        let Some((kind, result)) = of(asked, results, question) else { continue };
        result.scores.add(kind, score, count);
        result.answers += count;
        add_of_owner(&mut result.owners, kind, (owner, score, count));
    }
    for result in results {
        most_first(&mut result.owners);
    }
    Ok(())
}

/// Counts answers with a score as given to whoever was in charge.
pub(crate) fn add_of_owner(
    owners: &mut Vec<OwnerScores>,
    kind: QuestionKind,
    (owner, score, count): (Option<UserId>, i64, i64),
) {
    let place = owners.iter().position(|known| known.owner == owner);
    let place = place.unwrap_or_else(|| {
        owners.push(OwnerScores { owner, scores: Scores::none(kind) });
        owners.len() - 1
    });
    if let Some(of_owner) = owners.get_mut(place) {
        of_owner.scores.add(kind, score, count);
    }
}

/// Puts whoever has the most answers first.
pub(crate) fn most_first(owners: &mut [OwnerScores]) {
    owners.sort_by_key(|of| (std::cmp::Reverse(of.scores.answers()), of.owner));
}

async fn add_months(
    reading: &mut Reading,
    asked: &Asked<'_>,
    results: &mut [QuestionResults],
    months: &[DateRange],
    zone: &ZoneOffsets,
) -> Result<()> {
    let spans: Vec<_> = months.iter().map(|days| days.span(zone)).collect();
    let rows: Vec<(i64, QuestionId, i64, i64)> =
        on_connection!(reading.connection(), |connection| {
            let mut statement = QueryBuilder::<Dialect>::new("");
            push_stretches(&mut statement, &spans);
            statement.push(BY_MONTH).push_bind(asked.survey);
            statement.push(" AND r.state = 'accepted' AND x.score IS NOT NULL");
            push_seen(&mut statement, &asked.scope);
            statement.push(" GROUP BY span.place_no, x.question_id, x.score");
            statement.build_query_as().fetch_all(connection).await
        })?;
    for (place, question, score, count) in rows {
        let Some((kind, result)) = of(asked, results, question) else { continue };
        let month = usize::try_from(place).ok().and_then(|place| result.months.get_mut(place));
        if let Some(month) = month {
            month.scores.add(kind, score, count);
        }
    }
    Ok(())
}

async fn add_choices(
    reading: &mut Reading,
    asked: &Asked<'_>,
    results: &mut [QuestionResults],
) -> Result<()> {
    let rows: Vec<(QuestionId, String, i64)> =
        on_connection!(reading.connection(), |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(CHOICES);
            statement.push_bind(asked.survey);
            statement.push(" AND r.state = 'accepted' AND x.options <> ''");
            push_seen(&mut statement, &asked.scope);
            statement.push(" GROUP BY x.question_id, x.options");
            statement.build_query_as().fetch_all(connection).await
        })?;
    for (question, options, count) in rows {
        let Some((_, result)) = of(asked, results, question) else { continue };
        result.answers += count;
        for place in places(&options)? {
            if let Some(counted) = result.scores.0.get_mut(place) {
                *counted += count;
            }
        }
    }
    Ok(())
}

async fn add_words(
    reading: &mut Reading,
    asked: &Asked<'_>,
    results: &mut [QuestionResults],
) -> Result<()> {
    let rows: Vec<(QuestionId, String, i64)> =
        on_connection!(reading.connection(), |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(WORDS);
            statement.push_bind(asked.survey);
            statement.push(" AND r.state = 'accepted' AND x.text <> ''");
            push_seen(&mut statement, &asked.scope);
            statement.push(" GROUP BY 1, 2").build_query_as().fetch_all(connection).await
        })?;
    for (question, said, count) in rows {
        let Some((_, result)) = of(asked, results, question) else { continue };
        result.answers += count;
        let place = FeedbackTopic::ALL.iter().position(|topic| topic.code() == said);
        if let Some(counted) = place.and_then(|place| result.scores.0.get_mut(place)) {
            *counted += count;
        }
    }
    Ok(())
}
