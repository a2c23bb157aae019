//! Figures at a glance: what each comes to, how it changed and what is said beside it. Dashboards and home show the same.

use crate::{
    dashboard::{CaseFigures, Dashboard, DealFigures, ScoreFigures},
    metric::{self, Metric},
    money::Currency,
    survey::ScoreKind,
};

/// What a figure comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// So many.
    Count(i64),
    /// Minor units of a currency.
    Money(i64, Currency),
    /// Thousandths of the whole; nothing of nothing.
    Share(Option<i64>),
    /// Milliseconds; nothing where nothing was measured.
    Time(Option<i64>),
    /// Tenths of points of the Net Promoter Score; nothing before the first answer.
    Score(Option<i64>),
}

impl Value {
    /// Whether there is nothing to tell.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        matches!(
            self,
            Self::Count(0)
                | Self::Money(0, _)
                | Self::Share(None)
                | Self::Time(None)
                | Self::Score(None)
        )
    }
}

/// How a figure is another than in the days it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Thousandths of what it was.
    Relative(i64),
    /// Tenths of points of a hundred.
    Points(i64),
}

impl Change {
    /// Below nothing where the figure fell.
    #[must_use]
    pub const fn amount(self) -> i64 {
        match self {
            Self::Relative(amount) | Self::Points(amount) => amount,
        }
    }
}

/// What is said beside a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// The days it is compared with.
    Compared,
    /// How many deals are open, and what they are worth by their probability in minor units.
    Open(i64, i64),
    /// How many were won and how many lost.
    WonAndLost(i64, i64),
    /// How many are overdue.
    Overdue(i64),
    /// How many were solved in time, of how many.
    SolvedOf(i64, i64),
    /// How many answers there are.
    Answers(i64),
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFigure {
    /// Which.
    pub metric: Metric,
    /// What it comes to.
    pub value: Value,
    /// How it changed, where it did.
    pub change: Option<Change>,
    /// Whether more of it is welcome.
    pub more_is_good: bool,
    /// What is said beside it.
    pub beside: Beside,
    /// The twelve months to now, where it is told by month.
    pub course: Vec<i64>,
}

impl KeyFigure {
    fn new(metric: Metric, value: Value, beside: Beside) -> Self {
        Self { metric, value, change: None, more_is_good: true, beside, course: Vec::new() }
    }

    fn changed(self, now: i64, before: Option<i64>) -> Self {
        let change = before.and_then(|before| metric::change(now, before)).map(Change::Relative);
        Self { change, ..self }
    }

    fn by_points(self, now: Option<i64>, before: Option<i64>) -> Self {
        let change = now.zip(before).map(|(now, before)| Change::Points(now - before));
        Self { change, ..self }
    }

    fn less_is_good(self) -> Self {
        Self { more_is_good: false, ..self }
    }

    fn along(self, course: impl Iterator<Item = i64>) -> Self {
        Self { course: course.collect(), ..self }
    }
}

impl Dashboard {
    /// The figures that matter most, in this order.
    #[must_use]
    pub fn key_figures(&self) -> Vec<KeyFigure> {
        let mut all = Vec::new();
        all.extend(self.deals.iter().flat_map(of_deals));
        all.extend(self.cases.iter().flat_map(of_cases));
        all.extend(self.scores.as_ref().map(of_scores));
        all.extend(self.customers.as_ref().map(|customers| {
            let new: i64 = customers.new.iter().sum();
            KeyFigure::new(Metric::NewCustomers, Value::Count(new), Beside::Compared)
                .changed(new, customers.new_before)
                .along(customers.months.iter().map(|month| month.count))
        }));
        all.extend(self.activities.as_ref().map(|activities| {
            let done = activities.all();
            KeyFigure::new(Metric::Activities, Value::Count(done), Beside::Compared)
                .changed(done, activities.before)
        }));
        all
    }
}

fn of_deals(deals: &DealFigures) -> [KeyFigure; 4] {
    let currency = deals.currency;
    let sums =
        || deals.open.iter().flat_map(|stage| &stage.sums).filter(|sum| sum.currency == currency);
    let many = deals.open.iter().map(|stage| stage.count).sum();
    let open = sums().map(|sum| sum.value_minor).sum();
    let weighted = sums().map(|sum| sum.weighted_minor).sum();
    let (closed, before) = (deals.closed, deals.closed_before);
    let (took, took_before) = (closed.time_to_win, before.and_then(|before| before.time_to_win));
    let slower = took.zip(took_before).and_then(|(now, before)| metric::change(now, before));
    [
        KeyFigure::new(
            Metric::OpenValue,
            Value::Money(open, currency),
            Beside::Open(many, weighted),
        ),
        KeyFigure::new(
            Metric::WonValue,
            Value::Money(closed.won_minor, currency),
            Beside::Compared,
        )
        .changed(closed.won_minor, before.map(|before| before.won_minor))
        .along(deals.months.iter().map(|month| month.won_minor)),
        KeyFigure::new(
            Metric::WinRate,
            Value::Share(closed.win_rate()),
            Beside::WonAndLost(closed.won, closed.lost),
        )
        .by_points(closed.win_rate(), before.and_then(|before| before.win_rate())),
        KeyFigure {
            change: slower.map(Change::Relative),
            ..KeyFigure::new(Metric::TimeToWin, Value::Time(took), Beside::Compared).less_is_good()
        },
    ]
}

fn of_cases(cases: &CaseFigures) -> [KeyFigure; 3] {
    let (came, solved) = (cases.all_came(), cases.solved);
    let before = cases.solved_before.and_then(|before| before.in_time_share());
    [
        KeyFigure::new(
            Metric::CasesOpen,
            Value::Count(cases.all_open()),
            Beside::Overdue(cases.overdue),
        ),
        KeyFigure::new(Metric::CasesCame, Value::Count(came), Beside::Compared)
            .changed(came, cases.came_before)
            .less_is_good()
            .along(cases.months.iter().map(|month| month.count)),
        KeyFigure::new(
            Metric::SolvedInTime,
            Value::Share(solved.in_time_share()),
            Beside::SolvedOf(solved.in_time, solved.count),
        )
        .by_points(solved.in_time_share(), before),
    ]
}

fn of_scores(scores: &ScoreFigures) -> KeyFigure {
    let now = scores.now.score(ScoreKind::Nps).map(|score| score.value);
    let before = scores.before.as_ref().and_then(|before| before.score(ScoreKind::Nps));
    KeyFigure::new(Metric::Nps, Value::Score(now), Beside::Answers(scores.now.answers()))
        .by_points(now, before.map(|before| before.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::{CaseKind, CasePriority},
        dashboard::{ActivityFigures, Solved},
        date::Date,
    };

    fn cases() -> CaseFigures {
        CaseFigures {
            open: vec![(CasePriority::High, 3), (CasePriority::Low, 4)],
            overdue: 2,
            came: vec![(CaseKind::Complaint, 6), (CaseKind::Question, 6)],
            came_before: Some(8),
            months: Vec::new(),
            solved: Solved { count: 4, in_time: 3, answered_in_time: 4 },
            solved_before: Some(Solved { count: 2, in_time: 1, answered_in_time: 1 }),
        }
    }

    fn board() -> Dashboard {
        Dashboard {
            today: Date::from_days(0),
            days: None,
            compared: None,
            teams: Vec::new(),
            deals: None,
            customers: None,
            activities: None,
            cases: None,
            scores: None,
        }
    }

    #[test]
    fn only_what_is_seen_is_told() {
        assert!(board().key_figures().is_empty());
        let activities = ActivityFigures { before: Some(0), ..ActivityFigures::default() };
        let told = Dashboard { activities: Some(activities), ..board() }.key_figures();
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].metric, told[0].change), (Metric::Activities, None), "of nothing");
    }

    #[test]
    fn each_says_how_it_changed_in_its_own_way() {
        let told = Dashboard { cases: Some(cases()), ..board() }.key_figures();
        let [open, came, solved] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((open.value, open.beside), (Value::Count(7), Beside::Overdue(2)));
        assert_eq!((came.value, came.change), (Value::Count(12), Some(Change::Relative(500))));
        assert!(!came.more_is_good && solved.more_is_good);
        assert_eq!(solved.value, Value::Share(Some(750)));
        assert_eq!(solved.change, Some(Change::Points(250)), "from 50 percent to 75");
    }
}
