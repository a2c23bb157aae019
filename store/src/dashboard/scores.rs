//! Figures of answers: whether customers would recommend the house, from every survey that asks them so.

use super::{Asked, push_stretches};
use crate::{
    db::{Reading, on_connection},
    error::Result,
    opportunities::narrowed::push_people,
    surveys::{ANSWERED, FIRST_ON_SCALE, add_of_owner, most_first, push_seen},
};
use const_format::concatcp;
use domain::{
    dashboard::ScoreFigures,
    id::UserId,
    period::Span,
    policy::Scope,
    survey::{MonthScores, OwnerScores, QuestionKind, Scores},
};
use sqlx::QueryBuilder;

const SCORED: &str = concatcp!(
    "SELECT span.place_no, r.owner_id, x.score, COUNT(*)",
    ANSWERED,
    " JOIN survey_question q ON q.id = x.question_id JOIN survey s ON s.id = r.survey_id \
     JOIN span ON r.submitted_at >= span.begins AND r.submitted_at < span.ends \
     WHERE r.state = 'accepted' AND q.kind = 'nps' AND x.score IS NOT NULL AND s.deleted_at IS NULL",
    FIRST_ON_SCALE
);

/// How many answers count, and the number of the last: the first alone would miss one that came for one that went, the
/// second one that was stored after a later one.
const SO_FAR: &str =
    "SELECT COUNT(*), COALESCE(MAX(number), 0) FROM survey_response WHERE state = 'accepted'";

/// How far answers have come: equal as long as none is added or taken off.
pub(super) type AnswersSoFar = (i64, i64);

/// How far answers have come.
pub(super) async fn so_far(reading: &mut Reading) -> Result<AnswersSoFar> {
    Ok(on_connection!(reading.connection(), |connection| {
        sqlx::query_as(SO_FAR).fetch_one(connection).await
    })?)
}

/// How many of whose customers gave which score, in a stretch of days.
type Row = (i64, Option<UserId>, i64, i64);

/// All figures of answers; `scope` says whose customers' answers are seen.
pub(super) async fn figures(
    reading: &mut Reading,
    scope: &Scope,
    asked: &Asked<'_>,
) -> Result<ScoreFigures> {
    let months = asked.months();
    let mut spans: Vec<Span> = asked.spans(&months);
    spans.push(asked.span());
    spans.extend(asked.compared());
    let request = asked.request;
    let rows: Vec<Row> = on_connection!(reading.connection(), |connection| {
        let mut statement = QueryBuilder::<Dialect>::new("");
        push_stretches(&mut statement, &spans);
        statement.push(SCORED);
        push_people(&mut statement, "r.owner_id", request.owner, request.team);
        push_seen(&mut statement, scope);
        statement.push(" GROUP BY span.place_no, r.owner_id, x.score");
        statement.build_query_as().fetch_all(connection).await
    })?;
    let of = |place: usize| rows.iter().filter(move |(no, ..)| usize::try_from(*no) == Ok(place));
    let now = months.len();
    let mut owners: Vec<OwnerScores> = Vec::new();
    for (_, owner, score, count) in of(now) {
        add_of_owner(&mut owners, QuestionKind::Nps, (*owner, *score, *count));
    }
    most_first(&mut owners);
    Ok(ScoreFigures {
        now: sum(of(now)),
        before: asked.compared().map(|_| sum(of(now + 1))),
        months: months
            .iter()
            .enumerate()
            .map(|(place, days)| MonthScores { days: *days, scores: sum(of(place)) })
            .collect(),
        owners,
    })
}

fn sum<'a>(rows: impl Iterator<Item = &'a Row>) -> Scores {
    let mut scores = Scores::none(QuestionKind::Nps);
    for (_, _, score, count) in rows {
        scores.add(QuestionKind::Nps, *score, *count);
    }
    scores
}
