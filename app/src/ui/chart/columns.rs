//! Columns that stand: one for each stretch of time, beside each a thin one for what it is compared with.

use super::{Datum, ReadOut, walk};
use domain::chart;
use leptos::prelude::*;

/// The lines of a scale with what stands beside them.
pub(super) fn lines(scale: &[i64], tick: Callback<i64, String>) -> AnyView {
    let most = scale.last().copied().unwrap_or(1);
    scale
        .iter()
        .map(|at| {
            let style = format!("--at:{}", chart::percent(*at, most));
            view! {
                <span class="chart-line" style=style>
                    <span class="chart-tick num">{tick.run(*at)}</span>
                </span>
            }
        })
        .collect_view()
        .into_any()
}

/// The names below a row of values; on narrow screens every other one is left out.
pub(super) fn names(data: &[Datum]) -> AnyView {
    data.iter()
        .map(|datum| {
            let tick = if datum.tick.is_empty() { &datum.label } else { &datum.tick };
            view! { <span class="chart-name">{tick.clone()}</span> }
        })
        .collect_view()
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
            let style = format!(
                "--size:{};--before:{}",
                chart::percent(datum.value, most),
                chart::percent(before, most)
            );
            let inner = view! {
                <span class="column-before"></span>
                <span class="column-fill"></span>
            };
            view! { <span class="column-place" data-value="">{out.mark(datum, "column", style, inner)}</span> }
        })
        .collect_view();
    view! {
        <div class="chart-plot" style=format!("--many:{}", data.len())>
            <div class="chart-lines" aria-hidden="true">
                {lines(&scale, tick)}
            </div>
            <div class="columns" on:keydown=move |event| walk(&event)>
                {columns}
            </div>
            <div class="chart-names" aria-hidden="true">
                {names(&data)}
            </div>
        </div>
        {out.view()}
    }
    .into_any()
}
