//! Deals that were won or lost in a stretch of time: how many, what they are worth, how long they took, altogether and told
//! apart.

use super::{Asked, each, push_stretches};
use crate::{
    db::{Connection, Reading, on_connection},
    error::Result,
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

/// The measures of deals `r` that are numbered within their group by the time they took. The median is the middle between
/// the two in the middle, which are one and the same for an odd number.
const MEASURES: &str = "COUNT(*) FILTER (WHERE r.state = 'won') AS won, COUNT(*) FILTER (WHERE r.state = 'lost') AS lost, \
     CAST(COALESCE(SUM(r.worth) FILTER (WHERE r.state = 'won'), 0) AS BIGINT) AS won_minor, \
     MIN(r.took) FILTER (WHERE r.state = 'won' AND r.place = (r.many + 1) / 2) AS lower_middle, \
     MIN(r.took) FILTER (WHERE r.state = 'won' AND r.place = (r.many + 2) / 2) AS upper_middle FROM (";

#[derive(Clone, Debug, FromRow)]
struct Measures {
    won: i64,
    lost: i64,
    won_minor: i64,
    lower_middle: Option<i64>,
    upper_middle: Option<i64>,
}

impl Measures {
    fn closed(&self) -> Closed {
        let middle = self.lower_middle.zip(self.upper_middle);
        Closed {
            won: self.won,
            lost: self.lost,
            won_minor: self.won_minor,
            time_to_win: middle.map(|(lower, upper)| i64::midpoint(lower, upper)),
        }
    }
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
    /// Appends the closed deals `o` of a stretch of time, numbered within what `of_what` tells apart.
    fn push_ranked<D>(
        &self,
        statement: &mut QueryBuilder<D>,
        of_what: &'static str,
        tables: &'static str,
        span: Span,
    ) where
        D: Database,
        for<'q> i64: Encode<'q, D> + Type<D>,
        for<'q> &'static str: Encode<'q, D> + Type<D>,
        for<'q> UserId: Encode<'q, D> + Type<D>,
        for<'q> PipelineId: Encode<'q, D> + Type<D>,
    {
        statement
            .push("SELECT ")
            .push(of_what)
            .push(" AS of_what, o.state, CASE WHEN o.currency = ");
        statement.push_bind(self.currency.code());
        statement
            .push(" THEN o.value_minor ELSE 0 END AS worth, o.closed_at - o.created_at AS took, ");
        for (window, name) in [
            ("ROW_NUMBER() OVER (PARTITION BY ", " AS place, "),
            ("COUNT(*) OVER (PARTITION BY ", " AS many "),
        ] {
            statement.push(window).push(of_what).push(", o.state");
            if name == " AS place, " {
                statement.push(" ORDER BY o.closed_at - o.created_at");
            }
            statement.push(")").push(name);
        }
        statement.push("FROM opportunity o").push(tables).push(" WHERE o.deleted_at IS NULL");
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
            statement.push(MEASURES);
            self.push_ranked(&mut statement, "0", "", span);
            statement.push(") r");
            statement.build_query_as().fetch_one(connection).await
        })?;
        Ok(measures.closed())
    }

    /// What closed in the days asked for, told apart.
    pub(super) async fn groups(&self, reading: &mut Reading) -> Result<Vec<Group>> {
        let span = self.asked.span();
        let mut groups = match self.asked.request.breakdown() {
            Breakdown::Quarter => return self.quarters(reading, span).await,
            Breakdown::Owner => self.of_records(reading, "o.owner_id", "", span).await?,
            Breakdown::Product => {
                let of_product = " LEFT JOIN (SELECT DISTINCT opportunity_id, product_id FROM opportunity_product) op \
                     ON op.opportunity_id = o.id";
                self.of_records(reading, "op.product_id", of_product, span).await?
            }
        };
        groups.sort_by_key(|group| {
            let Closed { won, lost, won_minor, .. } = group.closed;
            std::cmp::Reverse((won_minor, won, lost))
        });
        groups.truncate(MOST_GROUPS);
        Ok(groups)
    }

    async fn of_records(
        &self,
        reading: &mut Reading,
        of_what: &'static str,
        tables: &'static str,
        span: Span,
    ) -> Result<Vec<Group>> {
        let by = self.asked.request.breakdown();
        let rows: Vec<OfRecord> = on_connection!(reading.connection(), |connection| {
            let mut statement =
                QueryBuilder::<Dialect>::new("SELECT g.*, p.name FROM (SELECT r.of_what, ");
            statement.push(MEASURES);
            self.push_ranked(&mut statement, of_what, tables, span);
            statement.push(
                ") r GROUP BY r.of_what) g LEFT JOIN product p ON p.id = g.of_what ORDER BY g.of_what",
            );
            statement.build_query_as().fetch_all(connection).await
        })?;
        let group = |row: OfRecord| Group {
            key: match by {
                Breakdown::Product => {
                    Key::Product(row.of_what.map(ProductId), row.name.unwrap_or_default())
                }
                Breakdown::Owner | Breakdown::Quarter => Key::Owner(row.of_what.map(UserId)),
            },
            closed: row.measures.closed(),
        };
        Ok(rows.into_iter().map(group).collect())
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
            statement.push("SELECT r.of_what, ").push(MEASURES);
            let stretches = " JOIN span ON o.closed_at >= span.begins AND o.closed_at < span.ends";
            self.push_ranked(&mut statement, "span.place_no", stretches, span);
            statement.push(") r GROUP BY r.of_what ORDER BY r.of_what");
            statement.build_query_as().fetch_all(connection).await
        })?;
        let group = |row: OfPlace| {
            let quarter = usize::try_from(row.of_what).ok().and_then(|at| quarters.get(at))?;
            Some(Group { key: Key::Quarter(*quarter), closed: row.measures.closed() })
        };
        Ok(rows.into_iter().filter_map(group).collect())
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
            push_stretches(&mut statement, &spans);
            statement
                .push("SELECT span.place_no, COUNT(*), CAST(COALESCE(SUM(CASE WHEN o.currency = ");
            statement.push_bind(self.currency.code());
            statement.push(
                " THEN o.value_minor ELSE 0 END), 0) AS BIGINT) FROM span JOIN opportunity o ON o.closed_at >= span.begins \
                 AND o.closed_at < span.ends WHERE o.deleted_at IS NULL AND o.state <> 'open' AND o.state = 'won'",
            );
            self.push_whose(&mut statement);
            statement.push(" GROUP BY span.place_no");
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
