//! What narrows a board or a list of deals: the pipeline, quick filters, whose they are; and the way from one view to the
//! other.

use super::{address, look};
use crate::{
    boot::use_boot,
    frame::whose,
    i18n::{Text, use_text, words},
    ui::{FilterLink, Icon, Menu, MenuItem, Size, Variant},
};
use domain::{
    id::PipelineId,
    opportunity::{BoardRequest, DealFilter, DealRequest},
    pipeline::{Pipeline, StageKind},
    policy::{Object, Reach},
};
use leptos::prelude::*;

/// What is asked for, whichever view shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    Board(BoardRequest),
    List(DealRequest),
}

impl Asked {
    fn board(&self) -> BoardRequest {
        match self {
            Self::Board(request) => request.clone(),
            Self::List(request) => address::as_board(request),
        }
    }

    /// The address with other filters, another owner or another pipeline.
    fn address(&self, change: impl FnOnce(&mut BoardRequest)) -> String {
        let mut asked = self.board();
        change(&mut asked);
        match self {
            Self::Board(_) => address::board(&asked),
            Self::List(request) => address::list(&DealRequest {
                pipeline: asked.pipeline,
                owner: asked.owner,
                filters: asked.filters,
                after: None,
                ..request.clone()
            }),
        }
    }

    const fn is_board(&self) -> bool {
        matches!(self, Self::Board(_))
    }
}

/// The toolbar of a board.
pub(super) fn of_board(request: Memo<BoardRequest>, pipelines: Signal<Vec<Pipeline>>) -> AnyView {
    let asked = Memo::new(move |_| Asked::Board(request.get()));
    toolbar(asked, pipelines, Signal::stored(false), ().into_any())
}

/// The toolbar of a list, `away` while something else takes its place; `more` stands behind the filters.
pub(super) fn of_list(
    request: Memo<DealRequest>,
    pipelines: Signal<Vec<Pipeline>>,
    away: Signal<bool>,
    more: AnyView,
) -> AnyView {
    toolbar(Memo::new(move |_| Asked::List(request.get())), pipelines, away, more)
}

fn toolbar(
    asked: Memo<Asked>,
    pipelines: Signal<Vec<Pipeline>>,
    away: Signal<bool>,
    more: AnyView,
) -> AnyView {
    let text = use_text();
    view! {
        <div class="toolbar" hidden=move || away.get()>
            <div class="toolbar-chips" role="group" aria-label=text.list_filters()>
                {move || pipeline_menu(text, asked, &pipelines.read())}
                {filters(text, asked)}
                {owner_menu(asked)}
                {more}
            </div>
            <div class="toolbar-end">{views(text, asked)}</div>
        </div>
    }
    .into_any()
}

/// Which pipeline, where there are several.
fn pipeline_menu(text: Text, asked: Memo<Asked>, pipelines: &[Pipeline]) -> AnyView {
    if pipelines.len() < 2 {
        return ().into_any();
    }
    let wanted = asked.read().board().pipeline;
    let is_list = !asked.read().is_board();
    // A list shows all of them unless one is named; a board always shows one.
    let all: Option<(Option<PipelineId>, String)> =
        is_list.then(|| (None, text.deal_every_pipeline().to_owned()));
    let first = pipelines.first().map(|pipeline| pipeline.id);
    let now = if is_list { wanted } else { wanted.or(first) };
    let named =
        pipelines.iter().map(|pipeline| (Some(pipeline.id), look::pipeline_name(text, pipeline)));
    let choices: Vec<_> = all.into_iter().chain(named).collect();
    let label = choices
        .iter()
        .find(|(id, _)| *id == now)
        .map_or_else(|| text.deal_pipeline().to_owned(), |(_, name)| name.clone());
    let items = choices
        .into_iter()
        .map(|(id, name)| {
            let href = asked.read().address(|asked| asked.pipeline = id);
            view! { <MenuItem label=name href=href checked=Signal::stored(id == now) /> }
        })
        .collect_view();
    view! {
        <Menu id="pipeline" label=label icon="kanban" show_label=true size=Size::Sm variant=Variant::Default>
            {items}
        </Menu>
    }
    .into_any()
}

fn filters(text: Text, asked: Memo<Asked>) -> AnyView {
    let sees = use_boot().with_value(|boot| boot.sees(Object::Opportunity));
    let idle = move |filter: DealFilter| match filter {
        DealFilter::Mine => sees <= Reach::Own,
        DealFilter::Unassigned => sees < Reach::All,
        // What is closed waits for nothing.
        DealFilter::Overdue | DealFilter::NoNextStep | DealFilter::Stalled => {
            matches!(&*asked.read(), Asked::List(request) if request.state != Some(StageKind::Open))
        }
    };
    DealFilter::ALL
        .iter()
        .copied()
        .map(|filter| {
            let on = Memo::new(move |_| asked.read().board().filters.contains(&filter));
            let href = move || {
                let change = |asked: &mut BoardRequest| {
                    asked.filters = address::toggled(&asked.filters, filter);
                };
                asked.read().address(change)
            };
            let hidden = Signal::derive(move || idle(filter) && !on.get());
            let label = words::deal_filter(text, filter);
            view! { <FilterLink label=label on=on href=Signal::derive(href) hidden=hidden /> }
        })
        .collect_view()
        .into_any()
}

/// Whose deals, for who sees those of others.
fn owner_menu(asked: Memo<Asked>) -> AnyView {
    let href = move |owner| asked.read().address(|asked| asked.owner = owner);
    whose(Object::Opportunity, move || asked.read().board().owner, href)
}

/// Board or list.
fn views(text: Text, asked: Memo<Asked>) -> AnyView {
    let board = move || address::board(&asked.read().board());
    let list = move || match &*asked.read() {
        Asked::Board(request) => address::list(&address::as_list(request)),
        Asked::List(request) => address::list(request),
    };
    let is_board = Memo::new(move |_| asked.read().is_board());
    let current = move |board: bool| (is_board.get() == board).then_some("page");
    view! {
        <nav class="view-switch" aria-label=text.deal_views()>
            <a class="view-choice" href=board aria-current=move || current(true)>
                <Icon name="kanban" />
                {text.deal_view_board()}
            </a>
            <a class="view-choice" href=list aria-current=move || current(false)>
                <Icon name="layout-list" />
                {text.deal_view_list()}
            </a>
        </nav>
    }
    .into_any()
}
