//! Server functions of dashboards: caller, parse, one store call.

use super::Told;
use crate::{error::AppError, ui::chart::Datum};
use domain::dashboard::Dashboard;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::{
    address::{self, Lists},
    deals,
    tile::Teller,
};
#[cfg(feature = "ssr")]
use crate::{
    i18n::Text,
    ssr::{desk, pairs, respond, zone},
};
#[cfg(feature = "ssr")]
use domain::{
    dashboard::{DashboardRequest, DealFigures},
    key_figure::KeyFigure,
    metric::Metric,
    policy::{self, Action, Caller, Object, Reach},
};

/// Every figure of a dashboard; `query` is the query of its URL.
#[server(input = GetUrl)]
pub async fn open_dashboard(query: String) -> Result<Dashboard, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let pairs = pairs(&query);
        let request = DashboardRequest::from_query(|key| pairs.get_str(key));
        let zone = zone(&caller).await?;
        let house = db.organisation(&caller).await?.currency;
        Ok(db.dashboard(&caller, &zone, house, &request).await?)
    };
    respond(answer.await)
}

/// What home tells of a dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glance {
    /// Whether it is about the reader alone.
    pub own: bool,
    /// The figures in the language of the reader.
    pub figures: Vec<Told>,
    /// Open deals by stage; nothing for whoever has none.
    pub stages: Option<Stages>,
    /// The address of the dashboard that they come from.
    pub dashboard: String,
}

/// Open deals by stage, in the language of the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stages {
    /// What is shown.
    pub title: String,
    /// The same in one sentence.
    pub summary: String,
    /// Each stage with its list.
    pub bars: Vec<Datum>,
}

/// The figures of home, in this order.
#[cfg(feature = "ssr")]
const AT_HOME: [Metric; 6] = [
    Metric::OpenValue,
    Metric::WonValue,
    Metric::WinRate,
    Metric::CasesOpen,
    Metric::SolvedInTime,
    Metric::Nps,
];

/// What home tells of deals, feedback and answers: one's own for whoever sees nothing else, all one sees for whoever has
/// others to look after. Nothing for whoever sees none of them, and before there is anything to tell.
#[server(input = GetUrl)]
pub async fn open_glance() -> Result<Option<Glance>, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let Some(own) = is_own(&caller) else { return Ok(None) };
        let request =
            DashboardRequest { owner: own.then_some(caller.user), ..DashboardRequest::default() };
        let zone = zone(&caller).await?;
        let house = db.organisation(&caller).await?.currency;
        let board = db.glance(&caller, &zone, house, &request).await?;
        let lists = Lists::new(&request, &board);
        let pipeline = board.deals.as_ref().map(|deals| deals.pipeline);
        let mut shown = board.key_figures();
        shown.retain(|figure| AT_HOME.contains(&figure.metric));
        let is_empty = shown.iter().all(|figure| figure.value.is_nothing());
        let text = Text::new(caller.lang);
        let teller = Teller { text, house, compared: board.compared };
        let tell = |figure: &KeyFigure| teller.tell(figure, lists.behind(figure.metric, pipeline));
        let stages = board.deals.as_ref().and_then(|of| stages(teller, &lists, of));
        Ok((!is_empty).then(|| Glance {
            own,
            figures: shown.iter().map(tell).collect(),
            stages,
            dashboard: address::dashboard(&request),
        }))
    };
    respond(answer.await)
}

#[cfg(feature = "ssr")]
fn stages(teller: Teller, lists: &Lists, of: &DealFigures) -> Option<Stages> {
    if of.open.iter().all(|sums| sums.count == 0) {
        return None;
    }
    Some(Stages {
        title: teller.text.dashboard_stages().to_owned(),
        summary: deals::open_in_words(teller, of),
        bars: deals::open_by_stage(teller, lists, of, deals::pipeline(of)?),
    })
}

/// Whether home is about the reader alone; nothing for whoever sees neither deals nor feedback.
#[cfg(feature = "ssr")]
fn is_own(caller: &Caller) -> Option<bool> {
    let seen = [Object::Opportunity, Object::Case].into_iter();
    let mut reaches = seen
        .filter(|object| policy::view(caller, *object).is_ok())
        .map(|object| caller.rights.reach(Action::View, object))
        .peekable();
    reaches.peek()?;
    Some(reaches.all(|reach| reach == Reach::Own))
}
