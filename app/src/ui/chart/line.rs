//! Lines over time, with a place to point at for each value; and the small line beside a figure.

use super::{
    Datum, ReadOut,
    columns::{lines, names},
    walk,
};
use domain::chart;
use leptos::prelude::*;

/// Points of a line in a drawing of 100 by 100, each in the middle of its place.
fn points(values: &[i64], most: i64) -> Vec<(String, String)> {
    let many = i64::try_from(values.len()).unwrap_or(i64::MAX).max(1);
    let at =
        |place: usize| i64::try_from(place).unwrap_or(i64::MAX).saturating_mul(2).saturating_add(1);
    let hundredths = |share: i64| format!("{}.{:02}", share / 100, share % 100);
    values
        .iter()
        .enumerate()
        .map(|(place, value)| {
            let across = chart::share(at(place), many.saturating_mul(2));
            let down = 10_000 - chart::share(*value, most).min(10_000);
            (hundredths(across), hundredths(down))
        })
        .collect()
}

fn path(points: &[(String, String)]) -> String {
    let words: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    words.join(" ")
}

/// A line over a scale.
#[component]
pub fn LineChart(
    /// The values in their order.
    data: Vec<Datum>,
    /// Writes a figure of the scale.
    #[prop(into)]
    tick: Callback<i64, String>,
) -> AnyView {
    let values: Vec<i64> = data.iter().map(|datum| datum.value).collect();
    let scale = chart::scale(values.iter().copied().max().unwrap_or_default());
    let most = scale.last().copied().unwrap_or(1);
    let points = points(&values, most);
    let dots = points
        .iter()
        // A line without length and with round ends stays round, however the drawing is stretched.
        .map(|(x, y)| view! { <path class="line-dot" d=format!("M{x} {y}h0") /> })
        .collect_view();
    let out = ReadOut::new();
    let places = data
        .iter()
        .map(|datum| view! { <span class="column-place" data-value="">{out.mark(datum, "line-place", ())}</span> })
        .collect_view();
    view! {
        <div class="chart-plot">
            {lines(&scale, tick)}
            <svg class="line" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                <polyline points=path(&points) />
                {dots}
            </svg>
            <div class="columns" on:keydown=move |event| walk(&event)>
                {places}
            </div>
            {names(&data)}
        </div>
        {out.view()}
    }
    .into_any()
}

/// The way a figure went, without a scale: beside the figure itself.
#[component]
pub fn Sparkline(
    /// The values in their order.
    values: Vec<i64>,
) -> AnyView {
    let most = values.iter().copied().max().unwrap_or_default().max(1);
    let points = points(&values, most);
    view! {
        <svg class="sparkline" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            <polyline points=path(&points) />
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_stand_in_the_middle_of_their_places() {
        assert_eq!(path(&points(&[0, 5, 10], 10)), "16.67,100.00 50.00,50.00 83.33,0.00");
        assert_eq!(path(&points(&[], 10)), "");
    }
}
