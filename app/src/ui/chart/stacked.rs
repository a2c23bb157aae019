//! One bar of several parts that are a whole together, with a list that names them.

use super::{Datum, ReadOut, walk};
use domain::chart;
use leptos::prelude::*;

/// Parts of a whole, at most five. Each has a colour and a name in the list below; none is told by colour alone.
#[component]
pub fn StackedBar(
    /// The parts in their order.
    data: Vec<Datum>,
) -> AnyView {
    let whole: i64 = data.iter().map(|datum| datum.value).sum();
    let out = ReadOut::new();
    let legend = data
        .iter()
        .enumerate()
        .map(|(place, datum)| {
            let inner = view! {
                <svg class="legend-dot" aria-hidden="true">
                    <rect class="chart-colour" data-colour=place + 1 width="100%" height="100%" />
                </svg>
                <span>{datum.label.clone()}</span>
                <span class="num">{datum.said.clone()}</span>
            };
            view! { <li data-value="">{out.mark(datum, "legend", inner)}</li> }
        })
        .collect_view();
    let mut from = 0;
    let mut parts = Vec::new();
    for (place, datum) in data.iter().enumerate().filter(|(_, datum)| datum.value > 0) {
        let (x, width) = (chart::percent(from, whole), chart::percent(datum.value, whole));
        from += datum.value;
        parts.push(view! {
            <rect class="chart-colour" data-colour=place + 1 x=x width=width height="100%" />
        });
    }
    view! {
        <svg class="stacked" aria-hidden="true">
            {parts}
        </svg>
        <ul class="legends" on:keydown=move |event| walk(&event)>
            {legend}
        </ul>
        {out.view()}
    }
    .into_any()
}
