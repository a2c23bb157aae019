//! Cases as a list: what is open by what is due first, what is done, or all; narrowed and page by page. It works without
//! scripts.

use super::{
    address,
    api::{count_cases, list_cases},
    look,
};
use crate::{
    boot::{Boot, use_boot, use_now},
    carried::{Carried, carried},
    customers::list::joined,
    deals::{removable, said_days},
    error::AppError,
    export::{ExportDialog, Outgoing, export_buttons},
    frame::{Paged, WindowTitle, counted, until_extended, use_changes, use_live, whose},
    i18n::{Text, format, use_text, words},
    ui::{
        AssetPaths, Column, ColumnKind, DataTable, EmptyState, FilterLink, LinkButton, Menu,
        MenuItem, Size, Skeleton, SkeletonKind, TabItem, Tabs, Variant, WrittenRow, icon_markup,
        status_chip_markup,
    },
};
use domain::{
    case::{CaseKind, CaseOwner, CaseRequest, CaseSort, CaseState, CaseSummary},
    page::{Count, Page},
    policy::{Action, Object, Reach},
    time::Instant,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use maud::{Markup, html};

/// What the address asks for.
pub(super) fn asked() -> Memo<CaseRequest> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| CaseRequest::from_query(|key| query.get_str(key))))
}

/// The rows a request comes to, read anew when cases change. Rows that were loaded after the first page stay until the
/// list is opened anew.
pub(super) fn rows(
    request: Memo<CaseRequest>,
    extended: RwSignal<bool>,
) -> Carried<Result<Page<CaseSummary>, AppError>> {
    let (changes, live) = (use_changes(), use_live(Object::Case));
    let heard = until_extended(move || live.get(), extended);
    carried(
        move || (address::list_query(&request.read()), changes.count(), heard.get()),
        |(query, ..)| list_cases(query),
    )
}

/// The list.
#[component]
pub fn CasesPage() -> impl IntoView {
    let text = use_text();
    let (request, extended) = (asked(), RwSignal::new(false));
    let (changes, live) = (use_changes(), use_live(Object::Case));
    let counted = Memo::new(move |_| {
        let all = CaseRequest { sort: CaseSort::Due, ..request.read().from_start() };
        (address::list_query(&all), changes.count(), live.get())
    });
    let count = carried(move || counted.get(), |(query, ..)| count_cases(query, false));
    let content = rows(request, extended).shown(move |page| {
        extended.set(false);
        cases(page, request.get_untracked(), extended)
    });
    view! {
        <WindowTitle text=Signal::stored(text.case_title().to_owned()) />
        <div class="page list-page">
            {head(text, count, request)}
            {states(text, request)}
            <div class="toolbar">
                <div class="toolbar-chips" role="group" aria-label=text.list_filters()>
                    {filters(text, request)}
                    {owner_menu(request)}
                    {sort_menu(text, request)}
                    {narrowed(text, request)}
                </div>
            </div>
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
    request: Memo<CaseRequest>,
) -> AnyView {
    let may = |action, object| use_boot().with_value(|boot| boot.may(action, object));
    let may_create = may(Action::Create, Object::Case);
    let may_export = may(Action::Export, Object::Case);
    let may_import = may(Action::Import, Object::Import);
    let sheet = RwSignal::new(false);
    let outgoing = Signal::derive(move || Outgoing::cases(text, &request.read()));
    view! {
        <header class="page-head">
            <h1 class="page-title" id="page-title" tabindex="-1">
                {text.case_title()}
            </h1>
            {counted(count, || None)}
            <div class="page-actions">
                {may_export.then(|| export_buttons(sheet, may_import))}
                {may_create
                    .then(|| {
                        view! {
                            <LinkButton
                                href="/feedback/new"
                                variant=Variant::Primary
                                icon="plus"
                                class="phone-keep phone-icon"
                            >
                                {text.case_new()}
                            </LinkButton>
                        }
                    })}
            </div>
        </header>
        {may_export.then(|| view! { <ExportDialog open=sheet request=outgoing /> })}
    }
    .into_any()
}

/// Open, done or all, as tabs.
fn states(text: Text, request: Memo<CaseRequest>) -> AnyView {
    let current = Signal::derive(move || request.read().state.code().to_owned());
    let tabs = move || {
        let tab = |state: &CaseState| {
            let asked = CaseRequest { state: *state, ..request.read().from_start() };
            TabItem::new(state.code(), words::case_state(text, *state), address::list(&asked))
        };
        let tabs = CaseState::ALL.iter().map(tab).collect();
        view! { <Tabs label=text.case_title() tabs=tabs current=current /> }
    };
    view! { <div class="view-tabs">{tabs}</div> }.into_any()
}

/// One quick filter: whether it is on, and the list with it turned over.
type Filter = (&'static str, fn(&CaseRequest) -> bool, fn(&mut CaseRequest));

/// One kind alone, or every kind again.
fn turn_kind(asked: &mut CaseRequest, kind: CaseKind) {
    asked.kind = (asked.kind != Some(kind)).then_some(kind);
}

/// The quick filters there are for who sees so far.
fn quick_filters(text: Text, sees: Reach) -> Vec<Filter> {
    let mut all: Vec<Filter> = Vec::new();
    if sees > Reach::Own {
        all.push((
            text.case_mine(),
            |asked| asked.whose == Some(CaseOwner::Mine),
            |asked| {
                let on = asked.whose == Some(CaseOwner::Mine);
                asked.whose = (!on).then_some(CaseOwner::Mine);
            },
        ));
        all.push((
            text.case_nobodys(),
            |asked| asked.whose == Some(CaseOwner::Nobody),
            |asked| {
                let on = asked.whose == Some(CaseOwner::Nobody);
                asked.whose = (!on).then_some(CaseOwner::Nobody);
            },
        ));
    }
    all.push((text.case_overdue(), |asked| asked.overdue, |asked| asked.overdue = !asked.overdue));
    all.push((
        words::case_kind(text, CaseKind::Complaint),
        |asked| asked.kind == Some(CaseKind::Complaint),
        |asked| turn_kind(asked, CaseKind::Complaint),
    ));
    all.push((
        words::case_kind(text, CaseKind::Question),
        |asked| asked.kind == Some(CaseKind::Question),
        |asked| turn_kind(asked, CaseKind::Question),
    ));
    all.push((
        words::case_kind(text, CaseKind::Suggestion),
        |asked| asked.kind == Some(CaseKind::Suggestion),
        |asked| turn_kind(asked, CaseKind::Suggestion),
    ));
    all
}

fn filters(text: Text, request: Memo<CaseRequest>) -> AnyView {
    let sees = use_boot().with_value(|boot| boot.sees(Object::Case));
    quick_filters(text, sees)
        .into_iter()
        .map(|(label, is_on, turn)| {
            let on = Memo::new(move |_| is_on(&request.read()));
            let href = move || {
                let mut asked = request.read().from_start();
                turn(&mut asked);
                address::list(&asked)
            };
            view! { <FilterLink label=label on=on href=Signal::derive(href) /> }
        })
        .collect_view()
        .into_any()
}

/// Whose cases, for who sees those of others.
fn owner_menu(request: Memo<CaseRequest>) -> AnyView {
    let href = move |owner| {
        address::list(&CaseRequest { owner, whose: None, ..request.read().from_start() })
    };
    whose(Object::Case, move || request.read().owner, href)
}

/// In which order, where there is a choice.
fn sort_menu(text: Text, request: Memo<CaseRequest>) -> AnyView {
    (move || {
        let asked = request.get();
        (asked.state == CaseState::Open).then(|| {
            let items = CaseSort::ALL
                .iter()
                .map(|sort| {
                    let href = address::list(&CaseRequest { sort: *sort, ..asked.from_start() });
                    let now = Signal::stored(asked.sort == *sort);
                    let label = words::case_sort(text, *sort);
                    view! { <MenuItem label=label href=href checked=now /> }
                })
                .collect_view();
            let label = words::case_sort(text, asked.sort);
            view! {
                <Menu id="order" label=label icon="arrow-up-down" show_label=true size=Size::Sm>
                    {items}
                </Menu>
            }
        })
    })
    .into_any()
}

/// Chips that say by what the list is narrowed where no other control says so.
fn narrowed(text: Text, request: Memo<CaseRequest>) -> AnyView {
    (move || {
        let asked = request.read().from_start();
        let conditions = [
            (
                asked.account.map(|account| account.to_string()),
                CaseRequest { account: None, ..asked.clone() },
            ),
            (
                asked.person.map(|person| person.to_string()),
                CaseRequest { person: None, ..asked.clone() },
            ),
            (
                asked.status.map(|status| words::case_status(text, status).to_owned()),
                CaseRequest { status: None, ..asked.clone() },
            ),
            (
                asked.priority.map(|priority| words::case_priority(text, priority).to_owned()),
                CaseRequest { priority: None, ..asked.clone() },
            ),
            (
                said_days(text, asked.came, |text, days| text.case_came_in(days)),
                CaseRequest { came: None, ..asked.clone() },
            ),
            (
                said_days(text, asked.solved, |text, days| text.case_solved_in(days)),
                CaseRequest { solved: None, ..asked.clone() },
            ),
            (
                asked.timely.map(|timely| words::timely(text, timely).to_owned()),
                CaseRequest { timely: None, ..asked.clone() },
            ),
            (
                asked.team.map(|_| text.dashboard_one_team().to_owned()),
                CaseRequest { team: None, ..asked.clone() },
            ),
        ];
        removable(text, conditions.map(|(said, without)| (said, address::list(&without))))
    })
    .into_any()
}

/// The rows, or what stands in their place.
fn cases(page: Page<CaseSummary>, request: CaseRequest, extended: RwSignal<bool>) -> AnyView {
    let (text, boot, now) = (use_text(), use_boot(), use_now());
    if page.rows.is_empty() {
        return empty(text, &request);
    }
    let sprite = use_context::<AssetPaths>().unwrap_or_default().icons;
    let paged = Paged::new(page, extended);
    let start = request.after.is_some().then(|| {
        let href = address::list(&request.from_start());
        view! {
            <LinkButton href=href size=Size::Sm icon="arrow-up">
                {text.list_page_start()}
            </LinkButton>
        }
    });
    let kept = StoredValue::new(request.clone());
    let next = StoredValue::new(request);
    let at = move |after| {
        next.with_value(|request| CaseRequest { after: Some(after), ..request.clone() })
    };
    let more = paged.more(
        move |after| address::list(&at(after)),
        move |after| list_cases(address::list_query(&at(after))),
        |one, other| one.id == other.id,
    );
    view! {
        <DataTable caption=text.case_title() columns=columns(text) class="print-wide">
            <For each=move || paged.rows.get() key=|row| (row.id, row.version) let:row>
                {
                    let cells = boot
                        .with_value(|boot| {
                            let now = now.get_untracked().max(boot.now);
                            kept.with_value(|asked| cells(text, boot, &sprite, asked, &row, now))
                        });
                    view! { <WrittenRow cells=cells /> }
                }
            </For>
        </DataTable>
        <div class="list-foot">{start} {more}</div>
    }
    .into_any()
}

pub(super) fn empty(text: Text, request: &CaseRequest) -> AnyView {
    if *request != (CaseRequest { sort: request.sort, ..CaseRequest::default() }) {
        let actions = move || {
            view! {
                <LinkButton href=address::LIST icon="x">
                    {text.deal_every_filter_off()}
                </LinkButton>
            }
        };
        return view! {
            <EmptyState
                icon="search"
                title=text.case_none_title()
                text=text.deal_none_body()
                actions=actions
            />
        }
        .into_any();
    }
    view! { <EmptyState icon="inbox" title=text.case_empty_title() text=text.case_empty_body() /> }
        .into_any()
}

fn columns(text: Text) -> Vec<Column> {
    vec![
        Column::new("case", text.case_one()).sticky(),
        Column::new("customer", text.field_case_account()),
        Column::new("priority", text.field_case_priority()),
        Column::new("status", text.field_case_status()),
        Column::new("due", text.case_due()),
        Column::new("came", text.case_came()).kind(ColumnKind::Date),
        Column::new("owner", text.column_owner()),
    ]
}

fn cells(
    text: Text,
    boot: &Boot,
    sprite: &str,
    request: &CaseRequest,
    case: &CaseSummary,
    now: Instant,
) -> Markup {
    let owner = boot.colleague(case.owner);
    let status = words::case_status(text, case.status);
    let (tone, icon) = look::status_look(case.status);
    let came = format::date_table(boot.zone.wall_clock(case.clock.began_at).0);
    let kind = words::case_kind(text, case.kind);
    html! {
        th scope="row" class="cell-name" {
            a href=(address::case(case.number, request)) data-row=(case.id) {
                span class="case-kind" title=(kind) { (icon_markup(sprite, look::kind_icon(case.kind))) }
                span class="stack-tight" {
                    span class="cell-title" { (case.subject) }
                    span class="sub num not-phone" { (case.number) }
                    span class="sub only-phone" { (joined(&[&case.account_name, status, &owner])) }
                }
            }
        }
        td class="cell-company" {
            @if let Some(number) = case.account {
                a class="truncate" href={ "/customers/" (number) } title=(case.account_name) { (case.account_name) }
            } @else {
                (case.account_name)
            }
        }
        td { (look::priority_chip(text, sprite, case.priority)) }
        td { (status_chip_markup(sprite, tone, icon, status)) }
        td class="at-end" { (look::due_chip(text, &boot.zone, sprite, &case.clock, now)) }
        td class="date col-2" { (came) }
        td { (owner) }
    }
}
