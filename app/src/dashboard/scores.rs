//! Whether customers would recommend the house: the score with how exact it is, by month and by who was in charge.

use super::{deals::month, explain::explain, page::Show};
use crate::{
    surveys::score::{bars, exactness, heads, rows, said},
    ui::chart::ChartFrame,
};
use domain::{
    metric::Metric,
    survey::{Score, ScoreKind},
};
use leptos::prelude::*;

const NPS: ScoreKind = ScoreKind::Nps;

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
