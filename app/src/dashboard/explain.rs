//! How a figure is worked out, in the words of the one catalogue of figures; it opens without scripts.

use crate::i18n::{Text, words};
use domain::metric::{Metric, Unit};
use leptos::prelude::*;

/// What the figures of a chart mean.
pub(super) fn explain(text: Text, metrics: &[Metric]) -> AnyView {
    let each = metrics
        .iter()
        .map(|metric| {
            let unit = match metric.unit() {
                Unit::Count => text.metric_unit_count(),
                Unit::Money => text.metric_unit_money(),
                Unit::Thousandths => text.metric_unit_share(),
                Unit::Time => text.metric_unit_time(),
                Unit::Points => text.metric_unit_points(),
            };
            let source = words::object_title(text, metric.source());
            view! {
                <dt>{words::metric(text, *metric)}</dt>
                <dd>
                    {words::metric_formula(text, *metric)}
                    <span class="sub">{text.metric_about(source, unit)}</span>
                </dd>
            }
        })
        .collect_view();
    view! {
        <details class="chart-more">
            <summary>{text.dashboard_explain()}</summary>
            <dl class="chart-explain">{each}</dl>
        </details>
    }
    .into_any()
}
