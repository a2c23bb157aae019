//! Bars that lie: one for each name, the longest as wide as the chart; and the funnel, whose bars follow from each other.

use super::{Datum, ReadOut, safe_href, walk};
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
    let most = most(&data);
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

fn most(data: &[Datum]) -> i64 {
    data.iter().map(|datum| datum.value).max().unwrap_or_default()
}

fn bar(out: ReadOut, datum: &Datum, most: i64, colour: u8) -> AnyView {
    out.mark(datum, "bar", drawn(datum, most, colour))
}

/// What a bar is made of.
fn drawn(datum: &Datum, most: i64, colour: u8) -> AnyView {
    view! {
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
    }
    .into_any()
}

/// The same bars without the line that reads them out: every bar is a link, and says by itself what it is of. Home opens with
/// every visit and does without more code.
#[component]
pub fn StillBars(
    /// The values.
    data: Vec<Datum>,
) -> AnyView {
    let most = most(&data);
    let bars = data
        .iter()
        .map(|datum| {
            view! {
                <li>
                    <a class="bar" href=safe_href(&datum.href)>
                        {drawn(datum, most, 1)}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="bars">{bars}</ul> }.into_any()
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
