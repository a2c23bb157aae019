//! Deals as a list: open, won, lost or all of them, filtered, in an order, page by page. It works without scripts.

use super::{
    address,
    api::{DealList, count_opportunities, list_opportunities},
    at_once,
    look::{self, Look},
    narrowed, toolbar,
};
use crate::{
    boot::{use_boot, use_now},
    carried::{Carried, carried},
    customers::list::joined,
    error::AppError,
    export::{ExportDialog, Outgoing, export_buttons},
    frame::{Paged, WindowTitle, counted, until_extended, use_changes, use_live},
    i18n::{Text, format, use_text, words},
    ui::{
        AssetPaths, Column, ColumnKind, DataTable, EmptyState, LinkButton, RowSelection, Size,
        Skeleton, SkeletonKind, SortDir, TabItem, TableRow, Tabs, Variant, filled,
        status_chip_markup,
    },
};
use domain::{
    opportunity::{DealRequest, DealSort, OpportunitySummary},
    page::{Count, Page},
    pipeline::{Stage, StageKind},
    policy::{Action, Object},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use maud::{Markup, html};

/// The list.
#[component]
pub fn DealsPage() -> impl IntoView {
    let text = use_text();
    let changes = use_changes();
    let query = use_query_map();
    let request =
        Memo::new(move |_| query.with(|query| DealRequest::from_query(|key| query.get_str(key))));
    let (live, extended) = (use_live(Object::Opportunity), RwSignal::new(false));
    let heard = until_extended(move || live.get(), extended);
    let rows = carried(
        move || (address::list_query(&request.read()), changes.count(), heard.get()),
        |(query, ..)| list_opportunities(query),
    );
    let list = Memo::new(move |_| {
        let plain =
            DealRequest { sort: DealSort::Updated, reverse: false, after: None, ..request.get() };
        address::list_query(&plain)
    });
    let counted = Memo::new(move |_| (list.get(), changes.count(), live.get()));
    let count = carried(move || counted.get(), |(query, ..)| count_opportunities(query, false));
    let pipelines = RwSignal::new(Vec::new());
    let ids = RwSignal::new(Vec::new());
    let selection = RowSelection::new(ids.into());
    Effect::new(move || {
        // Another list: nothing of the old one stays ticked.
        list.track();
        selection.clear();
    });
    let content = rows.shown(move |list| {
        pipelines.set(list.pipelines.clone());
        extended.set(false);
        let shown = Shown { extended, ids, selection };
        deals(list, request.get_untracked(), shown)
    });
    view! {
        <WindowTitle text=Signal::stored(text.deal_title().to_owned()) />
        <div class="page list-page">
            {head(text, count, request)}
            {states(text, request)}
            {toolbar::of_list(
                request,
                pipelines.into(),
                Signal::derive(move || selection.count() != 0),
                narrowed::chips(text, request, pipelines.into()),
            )}
            {at_once::bar(selection)}
            <div class="panel list-panel">
                <Transition fallback=|| {
                    view! { <Skeleton kind=SkeletonKind::Table count=10 /> }
                }>{content}</Transition>
            </div>
        </div>
    }
    .into_any()
}

fn head(
    text: Text,
    count: Carried<Result<Count, AppError>>,
    request: Memo<DealRequest>,
) -> AnyView {
    let may = |action| use_boot().with_value(|boot| boot.may(action, Object::Opportunity));
    let (may_create, may_export) = (may(Action::Create), may(Action::Export));
    let may_import = use_boot().with_value(|boot| boot.may(Action::Import, Object::Import));
    let sheet = RwSignal::new(false);
    let outgoing = Signal::derive(move || Outgoing::deals(text, &request.read()));
    view! {
        <header class="page-head">
            <h1 class="page-title" id="page-title" tabindex="-1">
                {text.deal_title()}
            </h1>
            {counted(count, || None)}
            <div class="page-actions">
                {may_export.then(|| export_buttons(sheet, may_import))}
                {may_create
                    .then(|| {
                        view! {
                            <LinkButton href="/deals/new" variant=Variant::Primary icon="plus">
                                {text.deal_new()}
                            </LinkButton>
                        }
                    })}
            </div>
        </header>
        {may_export.then(|| view! { <ExportDialog open=sheet request=outgoing /> })}
    }
    .into_any()
}

/// Open, won, lost or all of them, as tabs.
fn states(text: Text, request: Memo<DealRequest>) -> AnyView {
    const ALL: &str = "all";
    let key = |state: Option<StageKind>| state.map_or(ALL, StageKind::code);
    let current = Signal::derive(move || key(request.read().state).to_owned());
    let tabs = move || {
        let choices = [Some(StageKind::Open), Some(StageKind::Won), Some(StageKind::Lost), None];
        let tabs = choices
            .into_iter()
            .map(|state| {
                let label =
                    state.map_or(text.deal_every_state(), |state| words::stage_kind(text, state));
                let asked = DealRequest { state, after: None, ..request.get() };
                TabItem::new(key(state), label, address::list(&asked))
            })
            .collect();
        view! { <Tabs label=text.deal_title() tabs=tabs current=current /> }
    };
    view! { <div class="view-tabs">{tabs}</div> }.into_any()
}

/// What the rows on show and the rest of the page share.
#[derive(Clone, Copy)]
struct Shown {
    /// Pages were appended.
    extended: RwSignal<bool>,
    /// Ids of the rows.
    ids: RwSignal<Vec<String>>,
    /// The ticked ones.
    selection: RowSelection,
}

/// A row and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    deal: OpportunitySummary,
    stage: Option<Stage>,
}

fn with_stages(list: DealList) -> Page<Row> {
    let DealList { page, pipelines } = list;
    page.map(|deal| {
        let stage = pipelines.iter().find_map(|pipeline| pipeline.stage(deal.stage));
        Row { stage: stage.cloned(), deal }
    })
}

/// The rows, or what stands in their place.
fn deals(list: DealList, request: DealRequest, shown: Shown) -> AnyView {
    let text = use_text();
    let Shown { extended, ids, selection } = shown;
    if list.page.rows.is_empty() {
        ids.set(Vec::new());
        return empty(text, &request);
    }
    let sprite = use_context::<AssetPaths>().unwrap_or_default().icons;
    let (boot, now) = (use_boot(), use_now());
    let columns = columns(text, &request);
    let paged = Paged::new(with_stages(list), extended);
    Effect::new(move || {
        ids.set(paged.rows.with(|rows| rows.iter().map(|row| row.deal.id.to_string()).collect()));
    });
    let start = request.after.is_some().then(|| {
        let href = address::list(&DealRequest { after: None, ..request.clone() });
        view! {
            <LinkButton href=href size=Size::Sm icon="arrow-up">
                {text.list_page_start()}
            </LinkButton>
        }
    });
    let at = StoredValue::new(request);
    let at =
        move |after| at.with_value(|request| DealRequest { after: Some(after), ..request.clone() });
    let more = paged.more(
        move |after| address::list(&at(after)),
        move |after| async move {
            list_opportunities(address::list_query(&at(after))).await.map(with_stages)
        },
        |one, other| one.deal.id == other.deal.id,
    );
    view! {
        <DataTable
            caption=text.deal_title()
            columns=columns
            selection=selection
            class="print-wide"
        >
            <For each=move || paged.rows.get() key=|row| (row.deal.id, row.deal.version) let:row>
                {
                    let cells = boot
                        .with_value(|boot| {
                            let now = now.get_untracked().max(boot.now);
                            cells(Look { sprite: &sprite, text, boot, now }, &row)
                        });
                    let (id, label) = (row.deal.id.to_string(), text.list_select_row(&row.deal.name));
                    view! { <TableRow selection=selection id=id label=label cells=cells /> }
                }
            </For>
        </DataTable>
        <div class="list-foot">{start} {more}</div>
    }
    .into_any()
}

fn empty(text: Text, request: &DealRequest) -> AnyView {
    let narrowed = *request
        != DealRequest { sort: request.sort, reverse: request.reverse, ..DealRequest::default() };
    if narrowed {
        let href = address::list(&DealRequest::default());
        let actions = move || {
            view! { <LinkButton href=href.clone() icon="x">{text.deal_every_filter_off()}</LinkButton> }
        };
        return view! {
            <EmptyState
                icon="search"
                title=text.deal_none_title()
                text=text.deal_none_body()
                actions=actions
            />
        }
        .into_any();
    }
    view! { <EmptyState icon="kanban" title=text.deal_empty_title() text=text.deal_empty_body() /> }
        .into_any()
}

fn columns(text: Text, request: &DealRequest) -> Vec<Column> {
    let sortable = |column: Column, sort: DealSort| {
        let now = (request.sort == sort)
            .then(|| if request.descending() { SortDir::Desc } else { SortDir::Asc });
        column.sort(address::sorted(request, sort), now)
    };
    let day =
        |key: &'static str, label: &'static str| Column::new(key, label).kind(ColumnKind::Date);
    let close = if request.state == Some(StageKind::Open) {
        sortable(day("close", text.field_opportunity_expected_close()), DealSort::Close)
    } else {
        sortable(day("closed", text.column_closed()), DealSort::Closed)
    };
    vec![
        sortable(Column::new("name", text.column_deal()).sticky(), DealSort::Name),
        Column::new("customer", text.field_opportunity_account()),
        Column::new("stage", text.field_opportunity_stage()),
        sortable(
            Column::new("value", text.field_opportunity_value()).kind(ColumnKind::Number),
            DealSort::Value,
        ),
        close,
        Column::new("next", text.field_opportunity_next_step()),
        Column::new("owner", text.column_owner()),
    ]
}

fn cells(look: Look<'_>, row: &Row) -> Markup {
    let (text, deal) = (look.text, &row.deal);
    let owner = look.boot.colleague(deal.owner);
    let stage = row.stage.as_ref().map(|stage| look::stage_name(text, stage)).unwrap_or_default();
    let customer = deal.account.as_ref().map(|(_, name)| name.as_str()).unwrap_or_default();
    let value = look.value(deal);
    html! {
        th scope="row" class="cell-name" {
            a href={ "/deals/" (deal.number) } data-row=(deal.id) {
                span class="stack-tight" {
                    span class="cell-title" { (deal.name) }
                    span class="sub num not-phone" { (deal.number) }
                    span class="sub only-phone" { (joined(&[customer, &stage, &owner])) }
                }
            }
        }
        td class="cell-company" {
            @if let Some((number, name)) = &deal.account {
                a class="truncate" href={ "/customers/" (number) } title=(name) { (name) }
            }
        }
        td {
            @if deal.state == StageKind::Open {
                span class="deal-stage" {
                    (stage)
                    @if let Some(stage) = &row.stage { (look.age(stage, deal.stage_since)) }
                }
            } @else {
                @let (tone, icon) = look::state_look(deal.state);
                (status_chip_markup(look.sprite, tone, icon, &stage))
            }
        }
        td class="num at-end" title=[filled(value.clone())] { (value) }
        td class="date" {
            @match (deal.state, deal.expected_close, deal.closed_at) {
                (StageKind::Open, Some(day), _) => (look.day(day)),
                (StageKind::Won | StageKind::Lost, _, Some(at)) => {
                    (format::date_table(look.boot.zone.wall_clock(at).0))
                },
                _ => {}
            }
        }
        td class="cell-company col-2" {
            @if deal.state == StageKind::Open { (look.next_step(deal)) }
        }
        td { (owner) }
    }
}
