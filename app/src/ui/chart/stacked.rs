//! One bar of several parts that are a whole together, with a list that names them.

use super::{Datum, ReadOut, walk};
use domain::chart;
use leptos::prelude::*;

/// Parts of a whole, at most five. Each has a colour and a name in the list above; none is told by colour alone.
#[component]
pub fn StackedBar(
    /// The parts in their order.
    data: Vec<Datum>,
) -> AnyView {
    let whole: i64 = data.iter().map(|datum| datum.value).sum();
    let out = ReadOut::new();
    let size = |datum: &Datum, place: usize| {
        format!("--size:{};--slot:var(--chart-{})", chart::percent(datum.value, whole), place + 1)
    };
    let legend = data
        .iter()
        .enumerate()
        .map(|(place, datum)| {
            let inner = view! {
                <span class="legend-dot"></span>
                <span class="legend-name">{datum.label.clone()}</span>
                <span class="num">{datum.said.clone()}</span>
            };
            view! { <li data-value="">{out.mark(datum, "legend", size(datum, place), inner)}</li> }
        })
        .collect_view();
    let parts = data
        .iter()
        .enumerate()
        .filter(|(_, datum)| datum.value > 0)
        .map(|(place, datum)| view! { <span class="stacked-part" style=size(datum, place)></span> })
        .collect_view();
    view! {
        <div class="stacked" aria-hidden="true">
            {parts}
        </div>
        <ul class="legends" on:keydown=move |event| walk(&event)>
            {legend}
        </ul>
        {out.view()}
    }
    .into_any()
}
