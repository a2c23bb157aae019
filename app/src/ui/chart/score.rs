//! Bars on a scale that may begin below nought: each starts at nought, or at the lowest there is, and shows how exact its
//! value is.

use super::{Datum, ReadOut, walk};
use domain::chart;
use leptos::prelude::*;

/// A value on the scale.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScoreDatum {
    /// The value.
    pub datum: Datum,
    /// Between what it is likely to lie, if that can be told.
    pub interval: Option<(i64, i64)>,
}

/// Where a value stands on a scale.
fn at(value: i64, lowest: i64, highest: i64) -> String {
    chart::percent(value.clamp(lowest, highest) - lowest, highest - lowest)
}

/// From where a bar goes, and how far.
fn stretch(value: i64, lowest: i64, highest: i64) -> (String, String) {
    let zero = lowest.max(0);
    let (from, to) = if value < zero { (value, zero) } else { (zero, value) };
    (
        at(from, lowest, highest),
        chart::percent(to.min(highest) - from.max(lowest), highest - lowest),
    )
}

/// Bars with their names above them and their values at the end, over one scale.
#[component]
pub fn ScoreBars(
    /// The values.
    data: Vec<ScoreDatum>,
    /// The lowest value of the scale.
    lowest: i64,
    /// The highest value of the scale.
    highest: i64,
    /// What stands at its lower end.
    #[prop(into)]
    first: String,
    /// What stands at its upper end.
    #[prop(into)]
    last: String,
) -> AnyView {
    let out = ReadOut::new();
    let bars = data
        .into_iter()
        .map(|ScoreDatum { datum, interval }| {
            let (from, long) = stretch(datum.value, lowest, highest);
            let colour = if datum.value < 0 { 2 } else { 1 };
            let interval = interval.map(|(low, high)| {
                let [low, high] = [low, high].map(|end| at(end, lowest, highest));
                view! { <line class="score-interval" x1=low x2=high y1="50%" y2="50%" /> }
            });
            let zero = (lowest < 0).then(|| {
                let zero = at(0, lowest, highest);
                view! { <line class="score-zero" x1=zero.clone() x2=zero y1="0" y2="100%" /> }
            });
            let inner = view! {
                <span class="bar-name">{datum.label.clone()}</span>
                <span class="bar-value num">{datum.said.clone()}</span>
                <svg class="bar-track score-track" aria-hidden="true">
                    <rect class="chart-colour" data-colour=colour x=from width=long height="100%" />
                    {zero}
                    {interval}
                </svg>
            };
            view! { <li data-value="">{out.mark(&datum, "bar score-bar", inner)}</li> }
        })
        .collect_view();
    view! {
        <ul class="bars" on:keydown=move |event| walk(&event)>
            {bars}
        </ul>
        <p class="score-ends num" aria-hidden="true">
            <span>{first}</span>
            <span>{last}</span>
        </p>
        {out.view()}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_go_from_nought_to_either_side() {
        let told = |value| stretch(value, -1_000, 1_000);
        assert_eq!(told(500), ("50.00%".to_owned(), "25.00%".to_owned()));
        assert_eq!(told(-500), ("25.00%".to_owned(), "25.00%".to_owned()));
        assert_eq!(told(0), ("50.00%".to_owned(), "0.00%".to_owned()));
        assert_eq!(stretch(400, 100, 700), ("0.00%".to_owned(), "50.00%".to_owned()));
    }
}
