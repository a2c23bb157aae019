//! A figure at a glance, in words: the tiles of dashboards and of home. Home is told them by the server: it opens with every
//! visit, and the words of figures come to the browser with dashboards.

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
use serde::{Deserialize, Serialize};

/// A figure in words, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    label: String,
    value: String,
    /// How it changed; empty where it did not.
    change: String,
    rises: bool,
    good: bool,
    beside: String,
    /// The list behind it; empty where there is none.
    href: String,
}

impl Told {
    /// The tile, with what is drawn below the figure.
    pub(crate) fn tile(self, below: Option<AnyView>) -> AnyView {
        let trend = match (self.change.is_empty(), self.rises) {
            (true, _) => Trend::Flat,
            (false, true) => Trend::Up,
            (false, false) => Trend::Down,
        };
        view! {
            <Card>
                <Figure
                    label=self.label
                    value=self.value
                    delta=self.change
                    trend=trend
                    good=self.good
                    period=self.beside
                    href=self.href
                />
                {below}
            </Card>
        }
        .into_any()
    }
}

/// What figures are told with.
#[derive(Clone, Copy)]
pub(super) struct Teller {
    pub text: Text,
    /// The currency of the organisation, whose amounts go without its code.
    pub house: Currency,
    /// The days that figures are compared with.
    pub compared: Option<DateRange>,
}

impl Teller {
    /// A figure in words, with the address of the list behind it where there is one.
    pub fn tell(self, figure: &KeyFigure, href: String) -> Told {
        let change = figure.change.filter(|change| change.amount() != 0);
        let rises = change.is_some_and(|change| change.amount() > 0);
        Told {
            label: words::metric(self.text, figure.metric).to_owned(),
            value: self.value(figure.value),
            change: change.map(|change| self.change(change)).unwrap_or_default(),
            rises,
            good: rises == figure.more_is_good,
            beside: self.beside(figure),
            href,
        }
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
