//! Columns that stand: one for each stretch of time, beside each a thin one for what it is compared with.

use super::{Datum, ReadOut, walk};
use domain::chart;
use leptos::prelude::*;

/// The lines of a scale with what stands beside them.
pub(super) fn lines(scale: &[i64], tick: Callback<i64, String>) -> AnyView {
    let most = scale.last().copied().unwrap_or(1);
    let ticks = scale
        .iter()
        .map(|at| {
            let down = chart::percent(most - at, most);
            view! {
                <text class="chart-tick num" x="100%" y=down.clone() dx="-8" dy="4">
                    {tick.run(*at)}
                </text>
            }
        })
        .collect_view();
    let lines = scale
        .iter()
        .map(|at| {
            let down = chart::percent(most - at, most);
            view! { <line class="chart-line" x2="100%" y1=down.clone() y2=down /> }
        })
        .collect_view();
    view! {
        <svg class="chart-axis" aria-hidden="true">
            {ticks}
        </svg>
        <svg class="chart-lines" aria-hidden="true">
            {lines}
        </svg>
    }
    .into_any()
}

/// The names below a row of values; on narrow screens every other one is left out.
pub(super) fn names(data: &[Datum]) -> AnyView {
    let names = data
        .iter()
        .map(|datum| {
            let tick = if datum.tick.is_empty() { &datum.label } else { &datum.tick };
            view! { <span class="chart-name">{tick.clone()}</span> }
        })
        .collect_view();
    view! {
        <div class="chart-names" aria-hidden="true">
            {names}
        </div>
    }
    .into_any()
}

/// A column from the foot of its place up.
fn column(
    class: &'static str,
    x: &'static str,
    width: &'static str,
    value: i64,
    most: i64,
) -> AnyView {
    view! {
        <rect
            class=class
            x=x
            width=width
            y=chart::percent(most - value.min(most), most)
            height=chart::percent(value, most)
        />
    }
    .into_any()
}

/// Columns over a scale.
#[component]
pub fn ColumnChart(
    /// The values in their order.
    data: Vec<Datum>,
    /// Writes a figure of the scale.
    #[prop(into)]
    tick: Callback<i64, String>,
) -> AnyView {
    let values = data
        .iter()
        .flat_map(|datum| [Some(datum.value), datum.before.as_ref().map(|(value, _)| *value)]);
    let scale = chart::scale(values.flatten().max().unwrap_or_default());
    let most = scale.last().copied().unwrap_or(1);
    let out = ReadOut::new();
    let columns = data
        .iter()
        .map(|datum| {
            let before = datum.before.as_ref().map_or(0, |(value, _)| *value);
            let inner = view! {
                <svg class="column-plot" aria-hidden="true">
                    {column("column-before", "16%", "14%", before, most)}
                    {column("column-fill", "34%", "48%", datum.value, most)}
                </svg>
            };
            view! {
                <span class="column-place" data-value="">
                    {out.mark(datum, "column", inner)}
                </span>
            }
        })
        .collect_view();
    view! {
        <div class="chart-plot">
            {lines(&scale, tick)}
            <div class="columns" on:keydown=move |event| walk(&event)>
                {columns}
            </div>
            {names(&data)}
        </div>
        {out.view()}
    }
    .into_any()
}
