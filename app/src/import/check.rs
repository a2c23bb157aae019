//! The third step: what would become of the rows, and why some would not be taken whole.

use super::{
    api::CheckView,
    wizard::{At, address},
};
use crate::{
    i18n::{Text, format, use_text, words},
    ui::{Banner, Card, Icon, LinkButton, Tone, Variant},
};
use domain::{
    id::ImportNumber,
    import::{RowReport, RowResult},
};
use leptos::prelude::*;

/// One number with its meaning.
pub(super) fn tile(tone: &'static str, icon: &'static str, n: i64, label: &'static str) -> AnyView {
    view! {
        <div class="tile" data-tone=tone>
            <b class="num">{format::integer(n)}</b>
            <span>
                <Icon name=icon class="icon-sm" />
                {label}
            </span>
        </div>
    }
    .into_any()
}

/// The step.
pub(super) fn step(number: ImportNumber, check: CheckView) -> AnyView {
    let text = use_text();
    let counts = check.counts;
    let good = counts.warned == 0 && counts.refused == 0;
    let part = (!check.whole).then(|| {
        view! { <Banner tone=Tone::Info>{text.import_check_part(counts.rows)}</Banner> }
    });
    let words = if good {
        view! { <Banner tone=Tone::Ok>{text.import_check_all_good()}</Banner> }.into_any()
    } else {
        remarks(number, &check.remarks)
    };
    view! {
        {part}
        <Card title=text.import_check_heading()>
            <div class="tiles">
                {tile("ok", "plus", counts.created, text.import_tile_new())}
                {tile("", "copy", counts.unchanged + counts.updated, text.import_tile_there())}
                {tile("warn", "triangle-alert", counts.warned, text.choice_row_result_warning())}
                {tile("bad", "circle-x", counts.refused, text.choice_row_result_refused())}
            </div>
        </Card>
        {words}
        <div class="wizard-foot">
            <LinkButton href=address(number, At::Map)>{text.common_back()}</LinkButton>
            <LinkButton href=address(number, At::Duplicates) variant=Variant::Primary>
                {text.common_next()}
            </LinkButton>
        </div>
    }
    .into_any()
}

/// Rows with remarks, and the file that has all of them.
pub(super) fn remarks(number: ImportNumber, reports: &[RowReport]) -> AnyView {
    let text = use_text();
    let file = File {
        href: format!("/imports/{number}/remarks"),
        name: "remarks.csv",
        label: text.import_check_download(),
    };
    let rows = reports.iter().flat_map(|report| problems(text, report)).collect();
    told_rows(text.import_check_filter_errors(), reports.len(), file, rows)
}

/// A file with all the rows of which a card tells the first.
pub(super) struct File {
    pub href: String,
    pub name: &'static str,
    pub label: &'static str,
}

/// What there is to tell about rows, each in a line; nothing when there is nothing.
pub(super) fn told_rows(
    title: &'static str,
    count: usize,
    file: File,
    rows: Vec<AnyView>,
) -> AnyView {
    /// Rows the server hands over; from here on the file has more.
    const FIRST: usize = 100;
    if count == 0 {
        return ().into_any();
    }
    let text = use_text();
    let shown = i64::try_from(count).unwrap_or(i64::MAX);
    let first =
        (count >= FIRST).then(|| view! { <p class="muted">{text.import_check_first(shown)}</p> });
    let File { href, name, label } = file;
    let download = move || {
        view! {
            <LinkButton href=href.clone() icon="download" download=name>
                {label}
            </LinkButton>
        }
    };
    view! {
        <Card title=title actions=download>
            {first}
            <ul class="problems">{rows}</ul>
        </Card>
    }
    .into_any()
}

fn problems(text: Text, report: &RowReport) -> Vec<AnyView> {
    let tone = if report.result == RowResult::Refused { "bad" } else { "warn" };
    let row = format!("{} {}", text.import_check_row(), format::integer(report.row));
    report
        .errors
        .iter()
        .map(|error| {
            let reason = words::field_error(text, &error.error);
            let words = text.error_field_named(&reason, &error.column);
            let value = (!error.value.is_empty())
                .then(|| view! { <code class="problem-value">{error.value.clone()}</code> });
            view! {
                <li class="problem" data-tone=tone>
                    <span class="problem-row num">{row.clone()}</span>
                    <span class="problem-text">{words}</span>
                    {value}
                </li>
            }
            .into_any()
        })
        .collect()
}
