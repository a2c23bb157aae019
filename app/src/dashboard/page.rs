//! The page: what is asked for on top, the figures that matter most, then the charts in the order of how often they are
//! needed. It follows what others change.

use super::{
    address::{self, Lists},
    api::open_dashboard,
    cases, deals, others, ranking, scores,
    tile::{Teller, time},
    toolbar,
};
use crate::{
    boot::{Boot, use_boot},
    carried::carried,
    frame::{WindowTitle, use_changes, use_live},
    i18n::{Text, format, use_text},
    ui::{EmptyState, Skeleton, SkeletonKind, chart::Sparkline},
};
use domain::{
    dashboard::{Dashboard, DashboardRequest},
    id::UserId,
    key_figure::KeyFigure,
    money::Currency,
    period::DateRange,
    policy::Object,
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

    /// What words figures in the same way at home.
    pub fn teller(self) -> Teller {
        let compared = self.board.with_value(|board| board.compared);
        Teller { text: self.text, house: self.boot.with_value(Boot::currency), compared }
    }

    /// An amount, whole.
    pub fn money(self, minor: i64, currency: Currency) -> String {
        self.boot.with_value(|boot| format::money_brief(minor, currency, boot.currency()))
    }

    /// An amount, cut to what the eye takes in.
    pub fn brief(self, minor: i64, currency: Currency) -> String {
        self.teller().brief(minor, currency)
    }

    /// A length of time; whole days where there are any.
    pub fn time(self, milliseconds: i64) -> String {
        time(self.text, milliseconds)
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
        <div class="tiles">{tiles(show)}</div>
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

/// The figures that matter most, with the way some of them went.
fn tiles(show: Show) -> AnyView {
    let (figures, pipeline) = show.board.with_value(|board| {
        let pipeline = board.deals.as_ref().map(|deals| deals.pipeline);
        (board.key_figures(), pipeline)
    });
    let teller = show.teller();
    let lists = show.lists.get_value();
    let tile = |figure: KeyFigure| {
        let href = lists.behind(figure.metric, pipeline);
        let course = figure.course.clone();
        let below = (!course.is_empty()).then(|| view! { <Sparkline values=course /> }.into_any());
        teller.tell(&figure, href).tile(below)
    };
    figures.into_iter().map(tile).collect_view().into_any()
}
