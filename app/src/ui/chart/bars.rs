//! Bars that lie: one for each name, the longest as wide as the chart; and the funnel, whose bars follow from each other.

use super::{Datum, ReadOut, walk};
use domain::chart;
use leptos::prelude::*;

/// Bars with their names above them and their values at the end.
#[component]
pub fn BarChart(
    /// The values.
    data: Vec<Datum>,
    /// Colour, by its place among those of charts, from 1.
    #[prop(default = 1)]
    colour: u8,
) -> AnyView {
    let most = data.iter().map(|datum| datum.value).max().unwrap_or_default();
    let out = ReadOut::new();
    let bars = data
        .iter()
        .map(|datum| view! { <li data-value="">{bar(out, datum, most, colour)}</li> })
        .collect_view();
    view! {
        <ul class="bars" on:keydown=move |event| walk(&event)>
            {bars}
        </ul>
        {out.view()}
    }
    .into_any()
}

fn bar(out: ReadOut, datum: &Datum, most: i64, colour: u8) -> AnyView {
    let inner = view! {
        <span class="bar-name">{datum.label.clone()}</span>
        <span class="bar-value num">{datum.said.clone()}</span>
        <svg class="bar-track" aria-hidden="true">
            <rect
                class="chart-colour"
                data-colour=colour
                width=chart::percent(datum.value, most)
                height="100%"
            />
        </svg>
    };
    out.mark(datum, "bar", inner)
}

/// A bar of a funnel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunnelStep {
    /// The bar.
    pub datum: Datum,
    /// How much of the bar above it came so far, and how long it took; empty for the first.
    pub between: String,
}

/// Bars that get shorter, with what happens between them.
#[component]
pub fn FunnelChart(
    /// The bars from the top.
    steps: Vec<FunnelStep>,
) -> AnyView {
    let most = steps.first().map(|step| step.datum.value).unwrap_or_default();
    let out = ReadOut::new();
    let bars = steps
        .iter()
        .map(|step| {
            let between = (!step.between.is_empty())
                .then(|| view! { <span class="funnel-between num">{step.between.clone()}</span> });
            view! {
                <li data-value="">
                    {between}
                    {bar(out, &step.datum, most, 1)}
                </li>
            }
        })
        .collect_view();
    view! {
        <ol class="bars funnel" on:keydown=move |event| walk(&event)>
            {bars}
        </ol>
        {out.view()}
    }
    .into_any()
}
