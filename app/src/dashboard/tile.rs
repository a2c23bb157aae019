//! A figure at a glance, in words: the tiles of dashboards and of home.

use crate::{
    i18n::{Text, format, words},
    surveys::score::said,
    ui::{Card, KeyFigure as Figure, Trend},
};
use domain::{
    key_figure::{Beside, Change, KeyFigure, Value},
    money::Currency,
    period::DateRange,
    survey::ScoreKind,
    time::DAY,
};
use leptos::prelude::*;

/// What figures are told with.
#[derive(Clone, Copy)]
pub(crate) struct Teller {
    pub text: Text,
    /// The currency of the organisation, whose amounts go without its code.
    pub house: Currency,
    /// The days that figures are compared with.
    pub compared: Option<DateRange>,
}

impl Teller {
    /// The tile of a figure, with the list behind it where there is one, and what is drawn below it.
    pub fn tile(self, figure: &KeyFigure, href: String, below: Option<AnyView>) -> AnyView {
        let change = figure.change.filter(|change| change.amount() != 0);
        let rises = change.is_some_and(|change| change.amount() > 0);
        let trend = match change {
            None => Trend::Flat,
            Some(_) if rises => Trend::Up,
            Some(_) => Trend::Down,
        };
        let (label, value) = (words::metric(self.text, figure.metric), self.value(figure.value));
        let delta = change.map(|change| self.change(change)).unwrap_or_default();
        let (good, beside) = (rises == figure.more_is_good, self.beside(figure));
        view! {
            <Card>
                <Figure
                    label=label
                    value=value
                    delta=delta
                    trend=trend
                    good=good
                    period=beside
                    href=href
                />
                {below}
            </Card>
        }
        .into_any()
    }

    fn value(self, value: Value) -> String {
        let none = || self.text.dashboard_none().to_owned();
        match value {
            Value::Count(count) => format::integer(count),
            Value::Money(minor, currency) => self.brief(minor, currency),
            Value::Share(share) => share.map_or_else(none, format::percent),
            Value::Time(took) => took.map_or_else(none, |took| time(self.text, took)),
            Value::Score(score) => score.map_or_else(none, |score| said(ScoreKind::Nps, score)),
        }
    }

    fn change(self, change: Change) -> String {
        match change {
            Change::Relative(share) => format::percent(share.abs()),
            Change::Points(points) => {
                self.text.dashboard_points(format::percent(points.abs()).trim_end_matches('%'))
            }
        }
    }

    fn beside(self, figure: &KeyFigure) -> String {
        let text = self.text;
        match figure.beside {
            Beside::Compared => self
                .compared
                .map(|days| text.dashboard_compared(&format::date_range(text, days)))
                .unwrap_or_default(),
            Beside::Open(many, weighted) => {
                let currency = match figure.value {
                    Value::Money(_, currency) => currency,
                    _ => self.house,
                };
                text.dashboard_open_sub(many, &self.brief(weighted, currency))
            }
            Beside::WonAndLost(won, lost) => {
                text.dashboard_won_of(&format::integer(lost), &format::integer(won))
            }
            Beside::Overdue(count) => text.dashboard_overdue(count),
            Beside::SolvedOf(in_time, count) => {
                text.dashboard_solved_of(&format::integer(in_time), &format::integer(count))
            }
            Beside::Answers(count) => text.survey_answer_count(count),
        }
    }

    /// An amount, cut to what the eye takes in.
    pub fn brief(self, minor: i64, currency: Currency) -> String {
        format::money_compact(self.text.lang(), minor, currency, self.house)
    }
}

/// A length of time; whole days where there are any.
pub(super) fn time(text: Text, milliseconds: i64) -> String {
    let whole =
        if milliseconds >= DAY { (milliseconds + DAY / 2) / DAY * DAY } else { milliseconds };
    format::duration(text, whole)
}
