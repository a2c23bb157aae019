//! How a deal looks, wherever it is shown: its state, its age in the stage, its money and its days. Cards and rows are
//! written at once: a board has hundreds.

use crate::{
    boot::Boot,
    customers::record::Record,
    i18n::{Text, format, words},
    ui::{StatusChip, Tone, icon_markup},
};
use domain::{
    date::Date,
    money::Currency,
    opportunity::{Opportunity, OpportunitySummary, Sum},
    pipeline::{Age, Pipeline, Stage, StageKind},
    time::Instant,
};
use leptos::prelude::*;
use maud::{Markup, html};

/// What every card and row is written with.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    /// Where the icons are.
    pub sprite: &'a str,
    pub text: Text,
    pub boot: &'a Boot,
    /// The time it is.
    pub now: Instant,
}

impl Look<'_> {
    /// The day it is where the organisation is.
    pub fn today(&self) -> Date {
        today(self.boot, self.now)
    }

    /// A day, marked when it is over.
    pub fn day(&self, date: Date) -> Markup {
        let today = self.today();
        let over = date < today;
        html! {
            span class="deal-day num" data-over=[over.then_some("true")] {
                @if over {
                    (icon_markup(self.sprite, "clock"))
                    span class="visually-hidden" { (self.text.deal_overdue()) " " }
                }
                (format::relative_day(self.text, date, today))
            }
        }
    }

    /// How long a deal has stood in its stage: a dot that says by colour and word whether that is too long.
    pub fn age(&self, stage: &Stage, since: Instant) -> Markup {
        let (days, age) = stage.age(since, self.now);
        let (name, said) = match age {
            Age::Fresh => ("fresh", self.text.deal_age(days)),
            Age::Late => ("late", self.text.deal_age_late(days)),
            Age::Over => ("over", self.text.deal_age_over(days)),
        };
        html! {
            span class="deal-age num" data-age=(name) title=(said) {
                span class="dot" aria-hidden="true" {}
                span aria-hidden="true" { (self.text.deal_days(days)) }
                span class="visually-hidden" { (said) }
            }
        }
    }

    /// What is to be done next and when, or that nothing is.
    pub fn next_step(&self, deal: &OpportunitySummary) -> Markup {
        html! {
            @if deal.next_step.is_empty() {
                span class="deal-next" data-missing="true" {
                    (icon_markup(self.sprite, "triangle-alert"))
                    span class="truncate" { (self.text.deal_no_next_step()) }
                }
            } @else {
                span class="deal-next" {
                    (icon_markup(self.sprite, "arrow-right"))
                    span class="visually-hidden" { (self.text.field_opportunity_next_step()) ": " }
                    span class="truncate" { (deal.next_step) }
                    @if let Some(date) = deal.next_step_on { (self.day(date)) }
                }
            }
        }
    }

    /// What a deal is worth; empty when that is not known.
    pub fn value(&self, deal: &OpportunitySummary) -> String {
        value(self.boot, deal.value_minor, deal.currency)
    }
}

/// Tone and icon of a state.
pub(super) const fn state_look(state: StageKind) -> (Tone, &'static str) {
    match state {
        StageKind::Open => (Tone::Info, "target"),
        StageKind::Won => (Tone::Ok, "circle-check"),
        StageKind::Lost => (Tone::Neutral, "circle-x"),
    }
}

/// What stands below the name of a deal on its page: where it is, with whom and what it is worth.
pub(crate) fn marks(record: Record, deal: &Opportunity) -> AnyView {
    let text = record.text;
    let (tone, icon) = state_look(deal.state);
    let customer = deal.data.account.map(|number| {
        view! { <a href=format!("/customers/{number}")>{deal.account_name.clone()}</a> }
    });
    let value =
        record.boot.with_value(|boot| value(boot, deal.data.value_minor, deal.data.currency));
    view! {
        <StatusChip tone=tone icon=icon label=words::stage_kind(text, deal.state) />
        {customer}
        <span class="num">{value}</span>
    }
    .into_any()
}

/// An amount without decimals where these say nothing; empty for none.
pub(super) fn value(boot: &Boot, minor: i64, currency: Currency) -> String {
    if minor == 0 { String::new() } else { format::money_brief(minor, currency, boot.currency()) }
}

/// Sums in several currencies, beside each other.
pub(super) fn sums(boot: &Boot, sums: &[Sum], of: impl Fn(&Sum) -> i64) -> String {
    let said: Vec<String> = sums
        .iter()
        .filter(|sum| of(sum) != 0)
        .map(|sum| format::money_compact(boot.lang, of(sum), sum.currency, boot.currency()))
        .collect();
    said.join(" + ")
}

/// The day it is where the organisation is.
pub(super) fn today(boot: &Boot, now: Instant) -> Date {
    boot.zone.wall_clock(now).0
}

/// The name of a stage in the language of the screen.
pub(crate) fn stage_name(text: Text, stage: &Stage) -> String {
    stage.name.in_lang(text.lang()).to_owned()
}

/// The name of a pipeline in the language of the screen.
pub(crate) fn pipeline_name(text: Text, pipeline: &Pipeline) -> String {
    pipeline.name.in_lang(text.lang()).to_owned()
}
