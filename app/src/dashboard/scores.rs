//! Whether customers would recommend the house: the score with how exact it is, by month and by who was in charge.

use super::{
    deals::month,
    explain::explain,
    page::{Show, points},
};
use crate::{
    surveys::score::{bars, exactness, heads, rows, said},
    ui::{Card, KeyFigure, chart::ChartFrame},
};
use domain::{
    metric::Metric,
    survey::{Score, ScoreKind},
};
use leptos::prelude::*;

const NPS: ScoreKind = ScoreKind::Nps;
/// Where the surveys are that it comes from.
const SURVEYS: &str = "/surveys";

/// The score in a figure.
pub(super) fn tile(show: Show) -> Option<AnyView> {
    let text = show.text;
    let scores = show.board.with_value(|board| board.scores.clone())?;
    let now = scores.now.score(NPS);
    let before = scores.before.and_then(|before| before.score(NPS));
    let value =
        now.map_or_else(|| text.dashboard_none().to_owned(), |score| said(NPS, score.value));
    let (delta, trend) = points(text, now.map(|now| now.value), before.map(|before| before.value));
    Some(
        view! {
            <Card>
                <KeyFigure
                    label=text.metric_nps()
                    value=value
                    delta=delta
                    trend=trend
                    period=text.survey_answer_count(scores.now.answers())
                    href=SURVEYS.to_owned()
                />
            </Card>
        }
        .into_any(),
    )
}

/// The score in its days, the way it went, and by who was in charge; nothing before the first answer.
pub(super) fn chart(show: Show) -> Option<AnyView> {
    let text = show.text;
    let scores = show.board.with_value(|board| board.scores.clone())?;
    let months: Vec<(String, Score)> = scores
        .months
        .iter()
        .filter_map(|of| Some((month(show, of.days).0, of.scores.score(NPS)?)))
        .collect();
    let now = scores.now.score(NPS);
    if now.is_none() && months.is_empty() {
        return None;
    }
    let name = |owner: Option<_>| {
        owner.map_or_else(|| text.survey_nobody().to_owned(), |owner| show.colleague(owner))
    };
    let owners: Vec<(String, Score)> = scores
        .owners
        .iter()
        .filter_map(|of| Some((name(of.owner), of.scores.score(NPS)?)))
        .collect();
    let answers = text.survey_answer_count(scores.now.answers());
    let summary = now.map_or_else(
        || answers.clone(),
        |now| text.survey_summary(&answers, &said(NPS, now.value)),
    );
    let head = now.map(|now| {
        view! {
            <p class="score-value num">{said(NPS, now.value)}</p>
            {bars(text, NPS, &[(exactness(text, NPS, &now), now)])}
        }
    });
    let apart = move |title: &'static str, of: &[(String, Score)]| {
        let drawn = (of.len() > 1).then(|| bars(text, NPS, of))?;
        Some(view! {
            <p class="sub">{title}</p>
            {drawn}
        })
    };
    Some(
        view! {
            <ChartFrame
                title=text.metric_nps()
                summary=summary
                explain=move || explain(text, &[Metric::Nps])
                heads=heads(text, text.dashboard_month_head())
                rows=rows(text, NPS, &months)
                table=text.dashboard_table()
            >
                {head}
                {apart(text.survey_months(), &months)}
                {apart(text.survey_owners(), &owners)}
            </ChartFrame>
        }
        .into_any(),
    )
}
