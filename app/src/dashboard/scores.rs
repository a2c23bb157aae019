//! Whether customers would recommend the house: the score with how exact it is, by month and by who was in charge.

use super::{deals::month, explain::explain, page::Show};
use crate::{
    surveys::score::{ScoreOf, bars, exactness, heads, rows, said},
    ui::chart::ChartFrame,
};
use domain::{metric::Metric, survey::ScoreKind};
use leptos::prelude::*;

const NPS: ScoreKind = ScoreKind::Nps;

/// The score in its days, the way it went, and by who was in charge; nothing before the first answer.
pub(super) fn chart(show: Show) -> Option<AnyView> {
    let text = show.text;
    let scores = show.board.with_value(|board| board.scores.clone())?;
    let lists = show.lists.get_value();
    let months: Vec<ScoreOf> = scores
        .months
        .iter()
        .filter_map(|of| {
            let href = lists.answers(|asked| asked.came = Some(of.days));
            Some(ScoreOf { label: month(show, of.days).0, score: of.scores.score(NPS)?, href })
        })
        .collect();
    let now = scores.now.score(NPS);
    if now.is_none() && months.is_empty() {
        return None;
    }
    let name = |owner: Option<_>| {
        owner.map_or_else(|| text.survey_nobody().to_owned(), |owner| show.colleague(owner))
    };
    let owners: Vec<ScoreOf> = scores
        .owners
        .iter()
        .filter_map(|of| {
            // There is no list of answers of nobody in particular.
            let href = of.owner.map(|owner| lists.answers(|asked| asked.owner = Some(owner)));
            let score = of.scores.score(NPS)?;
            Some(ScoreOf { label: name(of.owner), score, href: href.unwrap_or_default() })
        })
        .collect();
    let answers = text.survey_answer_count(scores.now.answers());
    let summary = now.map_or_else(
        || answers.clone(),
        |now| text.survey_summary(&answers, &said(NPS, now.value)),
    );
    let head = now.map(|score| {
        let label = exactness(text, NPS, &score);
        view! {
            <p class="score-value num">{said(NPS, score.value)}</p>
            {bars(text, NPS, &[ScoreOf { label, score, href: lists.answers(|_| ()) }])}
        }
    });
    let apart = move |title: &'static str, of: &[ScoreOf]| {
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
