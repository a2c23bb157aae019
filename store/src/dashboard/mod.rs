//! Dashboards: every figure is worked out from the rows its reader sees, in few statements, when it is asked for and was not
//! since something changed. Owns no table; what a figure means is said once, in the catalogue of `domain::metric`.

mod activities;
mod cases;
mod closed;
mod customers;
mod deals;
mod kept;
mod scores;

pub use kept::KeptFigures;

use crate::{
    activities::list::subjects,
    db::{Db, Reading, on_connection},
    error::Result,
};
use domain::{
    dashboard::{Dashboard, DashboardRequest},
    date::Date,
    id::TeamId,
    money::Currency,
    period::{DateRange, Span},
    pinyin,
    policy::{self, Caller, Object, Rows, Scope},
    time::{Instant, ZoneOffsets},
};
use kept::Question;
use sqlx::{Database, Encode, QueryBuilder, Type};
use std::ops::RangeInclusive;

/// From the first instant to the last.
const ALWAYS: RangeInclusive<Instant> = RangeInclusive::new(Instant(i64::MIN), Instant(i64::MAX));

/// Months of a figure that is told by month.
const MONTHS: i32 = 12;

/// What is asked for, with the time it is.
struct Asked<'a> {
    request: &'a DashboardRequest,
    zone: &'a ZoneOffsets,
    today: Date,
    house: Currency,
}

impl Asked<'_> {
    /// The days asked for, as time.
    fn span(&self) -> Span {
        self.when(self.request.when.days(self.today))
    }

    /// The days they are compared with.
    fn compared(&self) -> Option<Span> {
        self.request.when.compared(self.today).map(|days| days.span(self.zone))
    }

    /// What these figures of such records are kept by.
    fn question<'s>(&self, scopes: impl IntoIterator<Item = &'s Scope>) -> Question {
        Question {
            rows: scopes.into_iter().map(|scope| scope.rows().clone()).collect(),
            request: self.request.clone(),
            zone: self.zone.clone(),
            today: self.today,
            house: self.house,
            answers: None,
        }
    }

    fn when(&self, days: Option<DateRange>) -> Span {
        days.map_or(Span::EVER, |days| days.span(self.zone))
    }

    /// The months told one by one: to the last of the days asked for, but none that is yet to come.
    fn months(&self) -> Vec<DateRange> {
        let last = self.request.when.days(self.today).map_or(self.today, DateRange::last);
        let all = DateRange::months(last.min(self.today), MONTHS);
        each(all, DateRange::month_of)
    }

    fn spans(&self, days: &[DateRange]) -> Vec<Span> {
        days.iter().map(|days| days.span(self.zone)).collect()
    }
}

/// The parts of `whole` that `part` cuts it into, each within it.
pub(crate) fn each(whole: DateRange, part: impl Fn(Date) -> DateRange) -> Vec<DateRange> {
    let mut all = Vec::new();
    let mut day = whole.first();
    while day <= whole.last() {
        let next = part(day);
        all.push(DateRange::new(day, next.last().min(whole.last())));
        day = Date::from_days(next.last().days() + 1);
    }
    all
}

const TEAMS: &str = "SELECT id, name FROM team";
const OWN_TEAMS: &str =
    "SELECT t.id, t.name FROM team t JOIN team_member m ON m.team_id = t.id WHERE m.user_id = $1";

/// The teams that figures can be asked for.
async fn teams<'s>(
    reading: &mut Reading,
    caller: &Caller,
    mut seen: impl Iterator<Item = &'s Scope>,
) -> Result<Vec<(TeamId, String)>> {
    let all = seen.any(|scope| *scope.rows() == Rows::All);
    let mut teams: Vec<(TeamId, String)> = on_connection!(reading.connection(), |connection| {
        if all {
            sqlx::query_as(TEAMS).fetch_all(connection).await
        } else {
            sqlx::query_as(OWN_TEAMS).bind(caller.user).fetch_all(connection).await
        }
    })?;
    teams.sort_by_cached_key(|(id, name)| (pinyin::sort_key(name), id.0));
    Ok(teams)
}

/// Opens a statement with stretches of time that its rows are counted by: `span`, with `place_no`, `begins` and `ends`.
pub(crate) fn push_stretches<D>(statement: &mut QueryBuilder<D>, spans: &[Span])
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
{
    // What goes on from here may be recursive.
    statement.push("WITH RECURSIVE span (place_no, begins, ends) AS (");
    statement.push_values((0_i64..).zip(spans), |mut row, (place, span)| {
        row.push_bind(place).push_bind(span.from.0).push_bind(span.until.0);
    });
    statement.push(") ");
}

/// Goes on with kinds that rows are counted by: `kind`, with `code`.
fn push_kinds<D>(statement: &mut QueryBuilder<D>, codes: impl Iterator<Item = &'static str>)
where
    D: Database,
    for<'q> &'static str: Encode<'q, D> + Type<D>,
{
    statement.push(", kind (code) AS (");
    statement.push_values(codes, |mut row, code| {
        row.push_bind(code);
    });
    statement.push(") ");
}

/// The kinds of records that figures are about: deals, customers, activities, cases and surveys.
const EVERY_KIND: [Object; 5] =
    [Object::Opportunity, Object::Account, Object::Activity, Object::Case, Object::Survey];
/// Those that home tells of.
const AT_A_GLANCE: [Object; 3] = [Object::Opportunity, Object::Case, Object::Survey];

impl Db {
    /// Every figure of a dashboard, of the records that the caller sees; `zone` says where days begin, `house` is the
    /// currency of the organisation.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for whoever sees no records that figures are about;
    /// [`domain::failure::Failure::Gone`] for a pipeline that is not there.
    pub async fn dashboard(
        &self,
        caller: &Caller,
        zone: &ZoneOffsets,
        house: Currency,
        request: &DashboardRequest,
    ) -> Result<Dashboard> {
        let sight = |object| Some(policy::sight(caller, object));
        self.figures_of(caller, zone, house, request, sight).await
    }

    /// The same of deals, feedback and answers alone, for home: nothing else is counted.
    ///
    /// # Errors
    /// As [`Self::dashboard`].
    pub async fn glance(
        &self,
        caller: &Caller,
        zone: &ZoneOffsets,
        house: Currency,
        request: &DashboardRequest,
    ) -> Result<Dashboard> {
        let sight = |object| AT_A_GLANCE.contains(&object).then(|| policy::sight(caller, object));
        self.figures_of(caller, zone, house, request, sight).await
    }

    /// The figures of the kinds that `sight` answers for, each of the records within.
    async fn figures_of(
        &self,
        caller: &Caller,
        zone: &ZoneOffsets,
        house: Currency,
        request: &DashboardRequest,
        sight: impl Fn(Object) -> Option<Scope>,
    ) -> Result<Dashboard> {
        let kinds =
            EVERY_KIND.map(|object| sight(object).filter(|scope| *scope.rows() != Rows::None));
        if kinds.iter().all(Option::is_none) {
            policy::view(caller, Object::Opportunity)?;
        }
        let [deals, customers, activities, cases, surveys] = kinds;
        let today = zone.wall_clock(caller.now).0;
        let asked = Asked { request, zone, today, house };
        let seen = [&deals, &customers, &cases].into_iter().flatten();
        let teams = teams(&mut self.reading().await?, caller, seen).await?;
        let kept = self.kept_figures();
        let now = (kept.read_on(self).await?, caller.now);
        Ok(Dashboard {
            today,
            days: request.when.days(today),
            compared: request.when.compared(today),
            teams,
            deals: match &deals {
                Some(scope) => {
                    let count = async |reading: &mut Reading| {
                        Ok((deals::figures(reading, caller, scope, &asked).await?, ALWAYS))
                    };
                    Some(kept.of(self, asked.question([scope]), now, count).await?)
                }
                None => None,
            },
            customers: match &customers {
                Some(scope) => {
                    let count = async |reading: &mut Reading| {
                        Ok((customers::figures(reading, scope, &asked).await?, ALWAYS))
                    };
                    Some(kept.of(self, asked.question([scope]), now, count).await?)
                }
                None => None,
            },
            activities: match activities {
                Some(_) => {
                    let subjects = subjects(caller);
                    let count = async |reading: &mut Reading| {
                        let figures = activities::figures(reading, &subjects, &asked).await?;
                        Ok((figures, ALWAYS))
                    };
                    Some(kept.of(self, asked.question(&subjects), now, count).await?)
                }
                None => None,
            },
            cases: match &cases {
                Some(scope) => {
                    let count = async |reading: &mut Reading| {
                        let figures = cases::figures(reading, caller, scope, &asked).await?;
                        Ok((figures, cases::same_overdue(reading, caller.now).await?))
                    };
                    Some(kept.of(self, asked.question([scope]), now, count).await?)
                }
                None => None,
            },
            scores: match surveys {
                Some(_) => {
                    // Answers are seen with the customer who gave them.
                    let customers = policy::sight(caller, Object::Account);
                    let answers = Some(scores::so_far(&mut self.reading().await?).await?);
                    let question = Question { answers, ..asked.question([&customers]) };
                    let count = async |reading: &mut Reading| {
                        Ok((scores::figures(reading, &customers, &asked).await?, ALWAYS))
                    };
                    Some(kept.of(self, question, now, count).await?)
                }
                None => None,
            },
        })
    }
}
