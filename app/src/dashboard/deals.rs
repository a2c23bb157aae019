//! The charts of deals: what is open by stage, what was won by month, how far what began came.

use super::{address::Lists, explain::explain, page::Show, tile::Teller};
use crate::{
    i18n::{Text, format},
    ui::chart::{BarChart, ChartFrame, ColumnChart, Datum, FunnelChart, FunnelStep},
};
use domain::{
    dashboard::DealFigures,
    id::StageId,
    metric::{self, Metric},
    money::Currency,
    opportunity::StageSums,
    period::DateRange,
    pipeline::{Pipeline, StageKind},
};
use leptos::prelude::*;

/// The deals of a dashboard with the pipeline they are shown by.
fn figures(show: Show) -> Option<(DealFigures, Pipeline)> {
    let deals = show.board.with_value(|board| board.deals.clone())?;
    let pipeline = pipeline(&deals)?.clone();
    Some((deals, pipeline))
}

fn stage_name(text: Text, pipeline: &Pipeline, stage: StageId) -> String {
    let stage = pipeline.stage(stage);
    stage.map(|stage| crate::deals::stage_name(text, stage)).unwrap_or_default()
}

/// The pipeline whose stages are shown.
pub(super) fn pipeline(deals: &DealFigures) -> Option<&Pipeline> {
    deals.pipelines.iter().find(|pipeline| pipeline.id == deals.pipeline)
}

/// What is open, by stage, each with its deals.
pub(super) fn open_by_stage(
    teller: Teller,
    lists: &Lists,
    deals: &DealFigures,
    pipeline: &Pipeline,
) -> Vec<Datum> {
    let of_stage = |sums: &StageSums| {
        let (value, _) = worth(sums, deals.currency);
        let many = teller.text.dashboard_deals(sums.count);
        Datum {
            label: stage_name(teller.text, pipeline, sums.stage),
            value,
            said: format!("{} · {many}", teller.brief(value, deals.currency)),
            href: lists.open(pipeline.id, Some(sums.stage)),
            ..Datum::default()
        }
    };
    deals.open.iter().map(of_stage).collect()
}

/// What all of that is in one sentence.
pub(super) fn open_in_words(teller: Teller, deals: &DealFigures) -> String {
    let many = deals.open.iter().map(|sums| sums.count).sum();
    let all = deals.open.iter().map(|sums| worth(sums, deals.currency).0).sum();
    teller.text.dashboard_stages_summary(many, &teller.brief(all, deals.currency))
}

/// What the deals of a stage are worth in a currency, and by their probability; minor units.
fn worth(sums: &StageSums, currency: Currency) -> (i64, i64) {
    let sum = sums.sums.iter().find(|sum| sum.currency == currency);
    sum.map_or((0, 0), |sum| (sum.value_minor, sum.weighted_minor))
}

/// What is open, by stage.
pub(super) fn stages(show: Show) -> Option<AnyView> {
    let text = show.text;
    let (deals, pipeline) = figures(show)?;
    let currency = deals.currency;
    let data = open_by_stage(show.teller(), &show.lists.get_value(), &deals, &pipeline);
    let row = |sums: &StageSums| {
        let (value, weighted) = worth(sums, currency);
        vec![
            stage_name(text, &pipeline, sums.stage),
            format::integer(sums.count),
            show.money(value, currency),
            show.money(weighted, currency),
        ]
    };
    let rows = deals.open.iter().map(row).collect();
    let heads = [
        text.field_opportunity_stage(),
        text.deal_title(),
        text.metric_open_value(),
        text.metric_weighted_value(),
    ];
    Some(
        view! {
            <ChartFrame
                title=text.dashboard_stages()
                summary=open_in_words(show.teller(), &deals)
                explain=move || explain(text, &[Metric::OpenValue, Metric::WeightedValue])
                heads=heads.map(str::to_owned).to_vec()
                rows=rows
                table=text.dashboard_table()
            >
                <BarChart data=data />
            </ChartFrame>
        }
        .into_any(),
    )
}

/// A month as an axis and a line name it.
pub(super) fn month(show: Show, days: DateRange) -> (String, String) {
    let name = format::month(show.text, days.first().month());
    (show.text.dashboard_month(name, &days.first().year().to_string()), name.to_owned())
}

fn ticks(show: Show, currency: Currency) -> Callback<i64, String> {
    Callback::new(move |minor| show.brief(minor, currency))
}

/// What was won, by month, beside the year before.
pub(super) fn months(show: Show) -> Option<AnyView> {
    let text = show.text;
    let (deals, _) = figures(show)?;
    let currency = deals.currency;
    let lists = show.lists.get_value();
    let mut rows = Vec::new();
    let mut data = Vec::new();
    for of in &deals.months {
        let (label, tick) = month(show, of.days);
        let before = show.money(of.won_minor_before, currency);
        rows.push(vec![
            label.clone(),
            format::integer(of.won),
            show.money(of.won_minor, currency),
            format::integer(of.won_before),
            before.clone(),
        ]);
        data.push(Datum {
            label,
            tick,
            value: of.won_minor,
            said: format!(
                "{} · {}",
                show.money(of.won_minor, currency),
                text.dashboard_deals(of.won)
            ),
            before: Some((of.won_minor_before, text.dashboard_year_before_was(&before))),
            href: lists.closed(Some(StageKind::Won), Some(of.days)),
            so_far: show.goes_on(of.days),
        });
    }
    let worth: i64 = deals.months.iter().map(|of| of.won_minor).sum();
    let before: i64 = deals.months.iter().map(|of| of.won_minor_before).sum();
    let summary =
        text.dashboard_months_summary(&show.brief(before, currency), &show.brief(worth, currency));
    let heads = [
        text.dashboard_month_head(),
        text.metric_won(),
        text.metric_won_value(),
        text.dashboard_won_before(),
        text.dashboard_won_value_before(),
    ];
    Some(
        view! {
            <ChartFrame
                title=text.dashboard_months()
                summary=summary
                explain=move || explain(text, &[Metric::Won, Metric::WonValue])
                heads=heads.map(str::to_owned).to_vec()
                rows=rows
                table=text.dashboard_table()
            >
                <ColumnChart data=data tick=ticks(show, currency) />
            </ChartFrame>
        }
        .into_any(),
    )
}

/// How far what began came.
pub(super) fn funnel(show: Show) -> Option<AnyView> {
    let text = show.text;
    let (deals, pipeline) = figures(show)?;
    let lists = show.lists.get_value();
    let mut rows = Vec::new();
    let mut steps: Vec<FunnelStep> = Vec::new();
    let mut above: Option<(i64, Option<i64>)> = None;
    for step in &deals.funnel {
        let name = stage_name(text, &pipeline, step.stage);
        let share = above.and_then(|(reached, _)| metric::thousandths(step.reached, reached));
        let share = share.map(format::percent).unwrap_or_default();
        let took = above.and_then(|(_, took)| took).map(|took| show.time(took)).unwrap_or_default();
        let between = match (share.is_empty(), took.is_empty()) {
            (true, _) => String::new(),
            (false, true) => text.dashboard_went_on(&share),
            (false, false) => text.dashboard_went_on_after(&share, &took),
        };
        let stood = step.time_in_stage.map(|took| show.time(took)).unwrap_or_default();
        rows.push(vec![name.clone(), format::integer(step.reached), share, stood]);
        steps.push(FunnelStep {
            datum: Datum {
                label: name,
                value: step.reached,
                said: format::integer(step.reached),
                href: lists.reached(pipeline.id, step.stage),
                ..Datum::default()
            },
            between,
        });
        above = Some((step.reached, step.time_in_stage));
    }
    let began = deals.funnel.first().map_or(0, |step| step.reached);
    let won = deals.funnel.last().map_or(0, |step| step.reached);
    let share = metric::thousandths(won, began).map(format::percent);
    let summary = match share {
        Some(share) => text.dashboard_funnel_summary(began, &share),
        None => text.dashboard_funnel_none().to_owned(),
    };
    let heads = [
        text.field_opportunity_stage(),
        text.metric_reached(),
        text.dashboard_conversion(),
        text.metric_time_in_stage(),
    ];
    Some(
        view! {
            <ChartFrame
                title=text.dashboard_funnel()
                summary=summary
                explain=move || explain(text, &[Metric::Reached, Metric::TimeInStage])
                heads=heads.map(str::to_owned).to_vec()
                rows=rows
                table=text.dashboard_table()
            >
                <FunnelChart steps=steps />
            </ChartFrame>
        }
        .into_any(),
    )
}
