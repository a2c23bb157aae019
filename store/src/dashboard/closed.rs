//! Deals that were won or lost in a stretch of time: how many, what they are worth, how long they took, altogether and told
//! apart.

use super::{Asked, each, push_stretches};
use crate::{
    db::{Connection, Reading, on_connection},
    error::{Result, StoreError},
    opportunities::narrowed::{Moment, push_people, push_pipeline, push_span},
    within::push_opportunities,
};
use domain::{
    dashboard::{Breakdown, Closed, Group, Key, MonthWon},
    date::Date,
    id::{PipelineId, ProductId, UserId},
    money::Currency,
    period::{DateRange, Span},
    policy::Scope,
    time::Instant,
};
use sqlx::{Database, Encode, QueryBuilder, Type};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// Most groups that closed deals are told apart into.
const MOST_GROUPS: usize = 100;

/// The measures of deals `o`. How long each that was won took comes as text, since both databases put rows in order for a
/// median many times slower than it is found here.
const MEASURES: &str = "COUNT(*) FILTER (WHERE o.state = 'won') AS won, COUNT(*) FILTER (WHERE o.state = 'lost') AS lost, \
     STRING_AGG(CASE o.state WHEN 'won' THEN CAST(o.closed_at - o.created_at AS TEXT) END, ',') AS took, \
     CAST(COALESCE(SUM(CASE WHEN o.state = 'won' AND o.currency = ";
const MEASURES_TAIL: &str =
    " THEN o.value_minor ELSE 0 END), 0) AS BIGINT) AS won_minor FROM opportunity o";

#[derive(Clone, Debug, Default, FromRow)]
struct Measures {
    won: i64,
    lost: i64,
    won_minor: i64,
    took: Option<String>,
}

impl Measures {
    /// Those of several groups that have no deal in common.
    fn sum<'a>(groups: impl Iterator<Item = &'a Self>) -> Self {
        let mut all = Self::default();
        let mut took = Vec::new();
        for group in groups {
            all.won += group.won;
            all.lost += group.lost;
            all.won_minor += group.won_minor;
            took.extend(group.took.as_deref());
        }
        all.took = Some(took.join(","));
        all
    }

    fn closed(&self) -> Result<Closed> {
        let mut took = numbers(self.took.as_deref())?;
        Ok(Closed {
            won: self.won,
            lost: self.lost,
            won_minor: self.won_minor,
            time_to_win: median(&mut took),
        })
    }
}

/// Numbers that a statement put into one text.
pub(super) fn numbers(text: Option<&str>) -> Result<Vec<i64>> {
    let split = text.unwrap_or_default().split(',').filter(|number| !number.is_empty());
    let read = |number: &str| number.parse().map_err(|_| StoreError::Unreadable("times"));
    split.map(read).collect()
}

/// The middle of them; of an even number the middle between the two in the middle, downwards.
pub(super) fn median(of: &mut [i64]) -> Option<i64> {
    let upper = of.len() / 2;
    let is_odd = of.len() % 2 == 1;
    let (below, upper, _) = (!of.is_empty()).then(|| of.select_nth_unstable(upper))?;
    let lower = if is_odd { *upper } else { below.iter().copied().max().unwrap_or(*upper) };
    Some(i64::midpoint(lower, *upper))
}

#[derive(FromRow)]
struct OfRecord {
    of_what: Option<Uuid>,
    name: Option<String>,
    #[sqlx(flatten)]
    measures: Measures,
}

#[derive(FromRow)]
struct OfPlace {
    of_what: i64,
    #[sqlx(flatten)]
    measures: Measures,
}

/// What every statement here has to know.
pub(super) struct Reader<'a> {
    pub scope: &'a Scope,
    pub asked: &'a Asked<'a>,
    pub currency: Currency,
}

impl Reader<'_> {
    /// Appends the measures of the closed deals `o` of a stretch of time, with what joins them to `tables`.
    fn push_measures<D>(&self, statement: &mut QueryBuilder<D>, tables: &'static str, span: Span)
    where
        D: Database,
        for<'q> i64: Encode<'q, D> + Type<D>,
        for<'q> &'static str: Encode<'q, D> + Type<D>,
        for<'q> UserId: Encode<'q, D> + Type<D>,
        for<'q> PipelineId: Encode<'q, D> + Type<D>,
    {
        statement.push(MEASURES).push_bind(self.currency.code()).push(MEASURES_TAIL);
        statement.push(tables).push(" WHERE o.deleted_at IS NULL");
        push_span(statement, Moment::Closed, span);
        self.push_whose(statement);
    }

    /// Appends whose deals are meant, within what is seen.
    pub(super) fn push_whose<D>(&self, statement: &mut QueryBuilder<D>)
    where
        D: Database,
        for<'q> UserId: Encode<'q, D> + Type<D>,
        for<'q> PipelineId: Encode<'q, D> + Type<D>,
    {
        let request = self.asked.request;
        push_pipeline(statement, request.pipeline);
        push_people(statement, "o.owner_id", request.owner, request.team);
        push_opportunities(statement, self.scope);
    }

    /// What closed in a stretch of time.
    pub(super) async fn closed(&self, held: Connection<'_>, span: Span) -> Result<Closed> {
        let measures: Measures = on_connection!(held, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new("SELECT ");
            self.push_measures(&mut statement, "", span);
            statement.build_query_as().fetch_one(connection).await
        })?;
        measures.closed()
    }

    /// What closed in the days asked for, altogether and told apart.
    pub(super) async fn groups(&self, reading: &mut Reading) -> Result<(Closed, Vec<Group>)> {
        let span = self.asked.span();
        let (closed, mut groups) = match self.asked.request.breakdown() {
            Breakdown::Quarter => {
                let closed = self.closed(reading.connection(), span).await?;
                return Ok((closed, self.quarters(reading, span).await?));
            }
            // Every deal is in one group.
            Breakdown::Owner => self.of_records(reading, "o.owner_id", "", span).await?,
            Breakdown::Product => {
                let of_product = " LEFT JOIN (SELECT DISTINCT opportunity_id, product_id FROM opportunity_product) op \
                     ON op.opportunity_id = o.id";
                let (_, groups) =
                    self.of_records(reading, "op.product_id", of_product, span).await?;
                (self.closed(reading.connection(), span).await?, groups)
            }
        };
        groups.sort_by_key(|group| {
            let Closed { won, lost, won_minor, .. } = group.closed;
            std::cmp::Reverse((won_minor, won, lost))
        });
        groups.truncate(MOST_GROUPS);
        Ok((closed, groups))
    }

    /// All of them together, where none is in two groups, and each.
    async fn of_records(
        &self,
        reading: &mut Reading,
        of_what: &'static str,
        tables: &'static str,
        span: Span,
    ) -> Result<(Closed, Vec<Group>)> {
        let by = self.asked.request.breakdown();
        let rows: Vec<OfRecord> = on_connection!(reading.connection(), |connection| {
            let mut statement = QueryBuilder::<Dialect>::new("SELECT g.*, p.name FROM (SELECT ");
            statement.push(of_what).push(" AS of_what, ");
            self.push_measures(&mut statement, tables, span);
            statement.push(" GROUP BY ").push(of_what);
            statement.push(") g LEFT JOIN product p ON p.id = g.of_what ORDER BY g.of_what");
            statement.build_query_as().fetch_all(connection).await
        })?;
        let closed = Measures::sum(rows.iter().map(|row| &row.measures)).closed()?;
        let group = |row: OfRecord| {
            let key = match by {
                Breakdown::Product => {
                    Key::Product(row.of_what.map(ProductId), row.name.unwrap_or_default())
                }
                Breakdown::Owner | Breakdown::Quarter => Key::Owner(row.of_what.map(UserId)),
            };
            Ok(Group { key, closed: row.measures.closed()? })
        };
        Ok((closed, rows.into_iter().map(group).collect::<Result<_>>()?))
    }

    async fn quarters(&self, reading: &mut Reading, span: Span) -> Result<Vec<Group>> {
        let Some(days) = self.days_with_deals(reading, span).await? else { return Ok(Vec::new()) };
        let mut quarters = each(days, DateRange::quarter_of);
        // The newest, where there are more than can be told apart.
        quarters.drain(..quarters.len().saturating_sub(MOST_GROUPS));
        let spans = self.asked.spans(&quarters);
        let rows: Vec<OfPlace> = on_connection!(reading.connection(), |connection| {
            let mut statement = QueryBuilder::<Dialect>::new("");
            push_stretches(&mut statement, &spans);
            statement.push("SELECT span.place_no AS of_what, ");
            let stretches = " JOIN span ON o.closed_at >= span.begins AND o.closed_at < span.ends";
            self.push_measures(&mut statement, stretches, span);
            statement.push(" GROUP BY span.place_no ORDER BY span.place_no");
            statement.build_query_as().fetch_all(connection).await
        })?;
        let group = |row: OfPlace| {
            let quarter = usize::try_from(row.of_what).ok().and_then(|at| quarters.get(at))?;
            Some(row.measures.closed().map(|closed| Group { key: Key::Quarter(*quarter), closed }))
        };
        rows.into_iter().filter_map(group).collect()
    }

    /// The days asked for, or of all those on which deals closed.
    async fn days_with_deals(
        &self,
        reading: &mut Reading,
        span: Span,
    ) -> Result<Option<DateRange>> {
        if let Some(days) = self.asked.request.when.days(self.asked.today) {
            return Ok(Some(days));
        }
        let (first, last): (Option<Instant>, Option<Instant>) = on_connection!(
            reading.connection(),
            |connection| {
                let mut statement = QueryBuilder::<Dialect>::new(
                    "SELECT MIN(o.closed_at), MAX(o.closed_at) FROM opportunity o WHERE o.deleted_at IS NULL",
                );
                push_span(&mut statement, Moment::Closed, span);
                self.push_whose(&mut statement);
                statement.build_query_as().fetch_one(connection).await
            }
        )?;
        let day = |at: Instant| -> Date { self.asked.zone.wall_clock(at).0 };
        Ok(first.zip(last).map(|(first, last)| {
            DateRange::new(DateRange::quarter_of(day(first)).first(), day(last))
        }))
    }

    /// Months with what was won in each and in the same month a year before.
    pub(super) async fn months(&self, reading: &mut Reading) -> Result<Vec<MonthWon>> {
        let months = self.asked.months();
        let before = months.iter().map(|days| days.a_year_before());
        let both: Vec<DateRange> = months.iter().copied().chain(before).collect();
        let spans = self.asked.spans(&both);
        let rows: Vec<(i64, i64, i64)> = on_connection!(reading.connection(), |connection| {
            let mut statement = QueryBuilder::<Dialect>::new("");
            // An arm for each: to group by the month would put all of their deals in order first.
            for (place, span) in (0_i64..).zip(&spans) {
                statement.push(if place == 0 { "SELECT CAST(" } else { " UNION ALL SELECT CAST(" });
                statement
                    .push_bind(place)
                    .push(" AS BIGINT), COUNT(*), CAST(COALESCE(SUM(CASE WHEN o.currency = ");
                statement.push_bind(self.currency.code()).push(
                    " THEN o.value_minor ELSE 0 END), 0) AS BIGINT) FROM opportunity o WHERE o.deleted_at IS NULL \
                     AND o.state = 'won'",
                );
                push_span(&mut statement, Moment::Closed, *span);
                self.push_whose(&mut statement);
            }
            statement.build_query_as().fetch_all(connection).await
        })?;
        let of = |place: usize| {
            let row = rows.iter().find(|(no, ..)| usize::try_from(*no) == Ok(place));
            row.map_or((0, 0), |(_, won, minor)| (*won, *minor))
        };
        let month = |(place, days): (usize, &DateRange)| {
            let ((won, won_minor), (won_before, won_minor_before)) =
                (of(place), of(place + months.len()));
            MonthWon { days: *days, won, won_minor, won_before, won_minor_before }
        };
        Ok(months.iter().enumerate().map(month).collect())
    }
}
