//! Addresses of dashboards, and of the lists behind their figures: a list asks for the same records that were counted.

use crate::{
    customers::list::address::address as customers,
    frame::address::{query, with_query},
};
use domain::{
    activity::DoneRequest,
    case::{CaseKind, CaseRequest, CaseState, Timely},
    dashboard::{Dashboard, DashboardRequest, Key},
    id::{PipelineId, StageId},
    list::{ListRequest, Sort, Tab},
    metric::Metric,
    opportunity::{DealFilter, DealRequest, DealSort},
    period::DateRange,
    pipeline::StageKind,
    survey::{ResponseRequest, ScoreKind},
};

/// Where the dashboard is.
pub(super) const DASHBOARD: &str = "/dashboard";

/// The chart of customers that came, where links on the same page find it.
pub(super) const CUSTOMERS: &str = "customers-that-came";

/// The query of a dashboard's address.
pub(super) fn dashboard_query(request: &DashboardRequest) -> String {
    query(request.to_query())
}

/// The address of a dashboard.
pub(super) fn dashboard(request: &DashboardRequest) -> String {
    with_query(DASHBOARD, &dashboard_query(request))
}

/// The lists behind the figures of a dashboard.
#[derive(Clone, Debug)]
pub(super) struct Lists {
    request: DashboardRequest,
    days: Option<DateRange>,
}

impl Lists {
    pub(super) fn new(request: &DashboardRequest, board: &Dashboard) -> Self {
        Self { request: request.clone(), days: board.days }
    }

    fn deals(&self) -> DealRequest {
        let DashboardRequest { owner, team, pipeline, .. } = self.request;
        DealRequest { owner, team, pipeline, ..DealRequest::default() }
    }

    fn to(request: &DealRequest) -> String {
        crate::deals::list_address(request)
    }

    /// Open deals, in a stage or in all.
    pub(super) fn open(&self, pipeline: PipelineId, stage: Option<StageId>) -> String {
        let sort = DealSort::Value;
        Self::to(&DealRequest { pipeline: Some(pipeline), stage, sort, ..self.deals() })
    }

    /// Deals that closed in some days, all of them or those of one kind.
    pub(super) fn closed(&self, state: Option<StageKind>, days: Option<DateRange>) -> String {
        let (closed, sort) = (days.or(self.days), DealSort::Closed);
        // Of all time: nothing but the state says that a deal is closed.
        if closed.is_none() && state.is_none() {
            return String::new();
        }
        Self::to(&DealRequest { state, closed, sort, ..self.deals() })
    }

    /// Won deals of a group.
    pub(super) fn group(&self, key: &Key) -> String {
        let won = DealRequest {
            state: Some(StageKind::Won),
            closed: self.days,
            sort: DealSort::Closed,
            ..self.deals()
        };
        Self::to(&match key {
            Key::Owner(Some(owner)) => DealRequest { owner: Some(*owner), ..won },
            Key::Owner(None) => DealRequest { filters: vec![DealFilter::Unassigned], ..won },
            Key::Product(Some(product), _) => DealRequest { product: Some(*product), ..won },
            // There is no list of deals without a product.
            Key::Product(None, _) => return String::new(),
            Key::Quarter(days) => DealRequest { closed: Some(*days), ..won },
        })
    }

    /// Deals that began in the days asked for and came as far as a stage.
    pub(super) fn reached(&self, pipeline: PipelineId, stage: StageId) -> String {
        Self::to(&DealRequest {
            state: None,
            pipeline: Some(pipeline),
            began: self.days,
            reached: Some(stage),
            sort: DealSort::Created,
            ..self.deals()
        })
    }

    /// Cases that are as far, narrowed by `change`.
    pub(super) fn cases(&self, state: CaseState, change: impl FnOnce(&mut CaseRequest)) -> String {
        let DashboardRequest { owner, team, .. } = self.request;
        let mut asked = CaseRequest { state, owner, team, ..CaseRequest::default() };
        change(&mut asked);
        crate::cases::list_address(&asked)
    }

    /// Cases that came in some days, of a kind or of all.
    pub(super) fn cases_came(&self, kind: Option<CaseKind>, days: Option<DateRange>) -> String {
        self.cases(CaseState::All, |asked| {
            asked.kind = kind;
            asked.came = days.or(self.days);
        })
    }

    /// Cases that were solved in the days asked for.
    pub(super) fn solved(&self, timely: Option<Timely>) -> String {
        self.cases(CaseState::Done, |asked| {
            asked.solved = self.days;
            asked.timely = timely;
        })
    }

    /// The list behind a figure at a glance, where there is one; `pipeline` is the one whose open deals are shown.
    pub(super) fn behind(&self, metric: Metric, pipeline: Option<PipelineId>) -> String {
        match metric {
            Metric::OpenValue => pipeline.map(|of| self.open(of, None)).unwrap_or_default(),
            Metric::WonValue | Metric::TimeToWin => self.closed(Some(StageKind::Won), None),
            Metric::WinRate => self.closed(None, None),
            Metric::CasesOpen => self.cases(CaseState::Open, |_| ()),
            Metric::CasesCame => self.cases_came(None, None),
            Metric::SolvedInTime => self.solved(Some(Timely::InTime)),
            Metric::Nps => self.answers(|_| ()),
            Metric::Activities => self.done(|_| ()),
            // Companies and individuals are two lists: the chart on the same page leads to each.
            Metric::NewCustomers => format!("#{CUSTOMERS}"),
            _ => String::new(),
        }
    }

    /// What was done in the days asked for, narrowed by `change`.
    pub(super) fn done(&self, change: impl FnOnce(&mut DoneRequest)) -> String {
        let DashboardRequest { owner, team, .. } = self.request;
        let mut asked = DoneRequest { who: owner, team, days: self.days, ..DoneRequest::default() };
        change(&mut asked);
        crate::activities::list_address(&asked)
    }

    /// Answers that say whether customers would recommend the house, narrowed by `change`.
    pub(super) fn answers(&self, change: impl FnOnce(&mut ResponseRequest)) -> String {
        let DashboardRequest { owner, team, .. } = self.request;
        let mut asked = ResponseRequest {
            scale: Some(ScoreKind::Nps),
            owner,
            team,
            came: self.days,
            ..ResponseRequest::default()
        };
        change(&mut asked);
        crate::surveys::answers_address(&asked)
    }

    /// Customers that came in some days.
    pub(super) fn came(&self, tab: Tab, days: Option<DateRange>) -> String {
        let DashboardRequest { owner, team, .. } = self.request;
        let created = days.or(self.days);
        customers(&ListRequest {
            tab,
            owner,
            team,
            created,
            sort: Sort::Created,
            ..ListRequest::default()
        })
    }
}
