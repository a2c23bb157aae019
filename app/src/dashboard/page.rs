//! The page: what is asked for on top, the figures that matter most, then the charts in the order of how often they are
//! needed. It follows what others change.

use super::{
    address::{self, Lists},
    api::open_dashboard,
    cases, deals, others, ranking, scores, toolbar,
};
use crate::{
    boot::{Boot, use_boot},
    carried::carried,
    frame::{WindowTitle, use_changes, use_live},
    i18n::{Text, format, use_text},
    ui::{Card, EmptyState, KeyFigure, Skeleton, SkeletonKind, Trend, chart::Sparkline},
};
use domain::{
    dashboard::{Dashboard, DashboardRequest},
    id::UserId,
    metric,
    money::Currency,
    period::DateRange,
    policy::Object,
    time::DAY,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let request = Memo::new(move |_| {
        query.with(|query| DashboardRequest::from_query(|key| query.get_str(key)))
    });
    let changes = use_changes();
    let shown =
        [Object::Opportunity, Object::Account, Object::Activity, Object::Case, Object::Survey];
    let live = shown.map(use_live);
    let screen = carried(
        move || {
            let heard: u64 = live.iter().map(|live| live.get()).sum();
            (address::dashboard_query(&request.read()), changes.count(), heard)
        },
        |(query, ..)| open_dashboard(query),
    );
    let content = screen.shown(move |board| content(Show::new(request.get_untracked(), board)));
    view! {
        <WindowTitle text=Signal::stored(text.dashboard_title().to_owned()) />
        <div class="page dashboard">
            <header class="page-head">
                <h1 class="page-title" id="page-title" tabindex="-1">
                    {text.dashboard_title()}
                </h1>
            </header>
            <Transition fallback=|| {
                view! { <Skeleton kind=SkeletonKind::Card count=4 /> }
            }>{content}</Transition>
        </div>
    }
    .into_any()
}

/// What every part of the page is written with. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(super) struct Show {
    pub text: Text,
    pub boot: StoredValue<Boot>,
    pub request: StoredValue<DashboardRequest>,
    pub board: StoredValue<Dashboard>,
    pub lists: StoredValue<Lists>,
}

impl Show {
    fn new(request: DashboardRequest, board: Dashboard) -> Self {
        Self {
            text: use_text(),
            boot: use_boot(),
            lists: StoredValue::new(Lists::new(&request, &board)),
            request: StoredValue::new(request),
            board: StoredValue::new(board),
        }
    }

    /// An amount, whole.
    pub fn money(self, minor: i64, currency: Currency) -> String {
        self.boot.with_value(|boot| format::money_brief(minor, currency, boot.currency()))
    }

    /// An amount, cut to what the eye takes in.
    pub fn brief(self, minor: i64, currency: Currency) -> String {
        let text = self.text;
        self.boot
            .with_value(|boot| format::money_compact(text.lang(), minor, currency, boot.currency()))
    }

    /// A length of time; whole days where there are any.
    pub fn time(self, milliseconds: i64) -> String {
        let whole =
            if milliseconds >= DAY { (milliseconds + DAY / 2) / DAY * DAY } else { milliseconds };
        format::duration(self.text, whole)
    }

    /// The name of somebody; of who is gone, that they are.
    pub fn colleague(self, id: UserId) -> String {
        let name = self.boot.with_value(|boot| boot.colleague(Some(id)));
        if name.is_empty() { self.text.dashboard_former().to_owned() } else { name }
    }

    /// Days as they are read.
    pub fn days(self, days: DateRange) -> String {
        format::date_range(self.text, days)
    }

    /// Whether some days go on.
    pub fn goes_on(self, days: DateRange) -> bool {
        let today = self.board.with_value(|board| board.today);
        days.has(today) && days.last() != today
    }

    /// The days that figures are compared with, as it is said beside them.
    pub fn compared(self) -> String {
        let compared = self.board.with_value(|board| board.compared);
        compared.map(|days| self.text.dashboard_compared(&self.days(days))).unwrap_or_default()
    }
}

/// A change, with its direction.
pub(super) struct Change(pub String, pub Trend);

pub(super) fn change(now: i64, before: Option<i64>) -> Change {
    let Some(share) = before.and_then(|before| metric::change(now, before)) else {
        return Change(String::new(), Trend::Flat);
    };
    Change(format::percent(share.abs()), trend(share))
}

fn trend(change: i64) -> Trend {
    match change {
        0 => Trend::Flat,
        up if up > 0 => Trend::Up,
        _ => Trend::Down,
    }
}

fn content(show: Show) -> AnyView {
    let text = show.text;
    let nothing = show.board.with_value(|board| {
        board.deals.is_none()
            && board.customers.is_none()
            && board.activities.is_none()
            && board.cases.is_none()
            && board.scores.is_none()
    });
    if nothing {
        return view! {
            <EmptyState icon="chart-column" title=text.dashboard_empty() text=text.dashboard_empty_body() />
        }
        .into_any();
    }
    view! {
        {toolbar::toolbar(show)}
        <div class="tiles">
            {deal_tiles(show)} {cases::tiles(show)} {scores::tile(show)} {other_tiles(show)}
        </div>
        <div class="charts">
            {deals::stages(show)}
            {deals::months(show)}
            {deals::funnel(show)}
            {ranking::ranking(show)}
            {cases::chart(show)}
            {scores::chart(show)}
            {others::customers(show)}
            {others::activities(show)}
        </div>
    }
    .into_any()
}

/// What deals come to, in four figures.
fn deal_tiles(show: Show) -> Option<AnyView> {
    let text = show.text;
    let deals = show.board.with_value(|board| board.deals.clone())?;
    let currency = deals.currency;
    let sums =
        || deals.open.iter().flat_map(|stage| &stage.sums).filter(|sum| sum.currency == currency);
    let (open, weighted): (i64, i64) =
        (sums().map(|sum| sum.value_minor).sum(), sums().map(|sum| sum.weighted_minor).sum());
    let many: i64 = deals.open.iter().map(|stage| stage.count).sum();
    let before = deals.closed_before;
    let won = change(deals.closed.won_minor, before.map(|closed| closed.won_minor));
    let rate = deals.closed.win_rate();
    let (points, direction) = points(text, rate, before.and_then(|closed| closed.win_rate()));
    let took = deals.closed.time_to_win;
    let faster = took.zip(before.and_then(|closed| closed.time_to_win));
    let slower = faster.and_then(|(now, before)| metric::change(now, before));
    let lists = show.lists.get_value();
    let closed_href = lists.closed(None, None);
    let won_href = lists.closed(Some(domain::pipeline::StageKind::Won), None);
    let slow_href = won_href.clone();
    let said_rate = rate.map_or_else(|| text.dashboard_none().to_owned(), format::percent);
    let said_took = took.map_or_else(|| text.dashboard_none().to_owned(), |took| show.time(took));
    let spark: Vec<i64> = deals.months.iter().map(|month| month.won_minor).collect();
    Some(
        view! {
            <Card>
                <KeyFigure
                    label=text.metric_open_value()
                    value=show.brief(open, currency)
                    period=text.dashboard_open_sub(many, &show.brief(weighted, currency))
                    href=lists.open(deals.pipeline, None)
                />
            </Card>
            <Card>
                <KeyFigure
                    label=text.metric_won_value()
                    value=show.brief(deals.closed.won_minor, currency)
                    delta=won.0
                    trend=won.1
                    period=show.compared()
                    href=won_href
                />
                <Sparkline values=spark />
            </Card>
            <Card>
                <KeyFigure
                    label=text.metric_win_rate()
                    value=said_rate
                    delta=points
                    trend=direction
                    period=text.dashboard_won_of(&format::integer(deals.closed.lost), &format::integer(deals.closed.won))
                    href=closed_href
                />
            </Card>
            <Card>
                <KeyFigure
                    label=text.metric_time_to_win()
                    value=said_took
                    delta=slower.map(|share| format::percent(share.abs())).unwrap_or_default()
                    trend=trend(slower.unwrap_or_default())
                    good=slower.is_none_or(|share| share <= 0)
                    period=show.compared()
                    href=slow_href
                />
            </Card>
        }
        .into_any(),
    )
}

/// By how many points of a hundred a share is another than before, with its direction.
pub(super) fn points(text: Text, now: Option<i64>, before: Option<i64>) -> (String, Trend) {
    let points = now.zip(before).map_or(0, |(now, before)| now - before);
    let said = match points {
        0 => String::new(),
        points => {
            let tenths = format::percent(points.abs()).trim_end_matches('%').to_owned();
            text.dashboard_points(&tenths)
        }
    };
    (said, trend(points))
}

/// Customers and activities, in a figure each.
fn other_tiles(show: Show) -> AnyView {
    let text = show.text;
    let (customers, activities) =
        show.board.with_value(|board| (board.customers.clone(), board.activities.clone()));
    let customers = customers.map(|customers| {
        let all: i64 = customers.new.iter().sum();
        let change = change(all, customers.new_before);
        let spark: Vec<i64> = customers.months.iter().map(|month| month.count).collect();
        view! {
            <Card>
                <KeyFigure
                    label=text.metric_new_customers()
                    value=format::integer(all)
                    delta=change.0
                    trend=change.1
                    period=show.compared()
                />
                <Sparkline values=spark />
            </Card>
        }
    });
    let activities = activities.map(|activities| {
        let change = change(activities.all(), activities.before);
        view! {
            <Card>
                <KeyFigure
                    label=text.metric_activities()
                    value=format::integer(activities.all())
                    delta=change.0
                    trend=change.1
                    period=show.compared()
                />
            </Card>
        }
    });
    view! { {customers} {activities} }.into_any()
}
