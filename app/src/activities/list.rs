//! What was done as a list, the newest first: by kind, by whom, in some days, page by page. It works without scripts.

use super::{
    address,
    api::{count_done, list_done},
    look,
};
use crate::{
    boot::{Boot, use_boot},
    carried::{Carried, carried},
    customers::list::joined,
    deals::{removable, said_days},
    error::AppError,
    frame::{Paged, WindowTitle, counted, until_extended, use_changes, use_live, whose},
    i18n::{Text, format, use_text, words},
    ui::{
        AssetPaths, Column, ColumnKind, DataTable, EmptyState, LinkButton, Size, Skeleton,
        SkeletonKind, TabItem, Tabs, WrittenRow, icon_markup,
    },
};
use domain::{
    activity::{DoneKind, DoneRequest, DoneSummary},
    page::{Count, Page},
    policy::Object,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use maud::{Markup, html};

/// The list.
#[component]
pub fn ActivitiesPage() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let request =
        Memo::new(move |_| query.with(|query| DoneRequest::from_query(|key| query.get_str(key))));
    // Activities are told by what they are about. Rows that were loaded after the first page stay until the list is
    // opened anew.
    let changes = use_changes();
    let live = [Object::Account, Object::Person, Object::Opportunity].map(use_live);
    let extended = RwSignal::new(false);
    let sum = move || live.iter().map(|live| live.get()).sum::<u64>();
    let heard = until_extended(sum, extended);
    let rows = carried(
        move || (address::list_query(&request.read()), changes.count(), heard.get()),
        |(query, ..)| list_done(query),
    );
    let asked = Memo::new(move |_| {
        (address::list_query(&request.read().from_start()), changes.count(), sum())
    });
    let count = carried(move || asked.get(), |(query, ..)| count_done(query, false));
    let content = rows.shown(move |page| {
        extended.set(false);
        done(page, request.get_untracked(), extended)
    });
    view! {
        <WindowTitle text=Signal::stored(text.activity_list_title().to_owned()) />
        <div class="page list-page">
            {head(text, count)}
            {kinds(text, request)}
            <div class="toolbar">
                <div class="toolbar-chips" role="group" aria-label=text.list_filters()>
                    {who_menu(request)}
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

fn head(text: Text, count: Carried<Result<Count, AppError>>) -> AnyView {
    view! {
        <header class="page-head">
            <h1 class="page-title" id="page-title" tabindex="-1">
                {text.activity_list_title()}
            </h1>
            {counted(count, || None)}
        </header>
    }
    .into_any()
}

/// All kinds or one, as tabs.
fn kinds(text: Text, request: Memo<DoneRequest>) -> AnyView {
    const ALL: &str = "all";
    let key = |kind: Option<DoneKind>| kind.map_or(ALL, DoneKind::code);
    let current = Signal::derive(move || key(request.read().kind).to_owned());
    let tabs = move || {
        let tabs = std::iter::once(None)
            .chain(DoneKind::all().map(Some))
            .map(|kind| {
                let label = kind
                    .map_or(text.activity_list_every_kind(), |kind| words::done_kind(text, kind));
                let asked = DoneRequest { kind, ..request.read().from_start() };
                TabItem::new(key(kind), label, address::list(&asked))
            })
            .collect();
        view! { <Tabs label=text.activity_list_title() tabs=tabs current=current /> }
    };
    view! { <div class="view-tabs">{tabs}</div> }.into_any()
}

/// Who did it, for who sees what others do.
fn who_menu(request: Memo<DoneRequest>) -> AnyView {
    let href = move |who| address::list(&DoneRequest { who, ..request.read().from_start() });
    whose(Object::Account, move || request.read().who, href)
}

/// Chips that say by what the list is narrowed where no other control says so.
fn narrowed(text: Text, request: Memo<DoneRequest>) -> AnyView {
    (move || {
        let asked = request.read().from_start();
        let conditions = [
            (
                said_days(text, asked.days, |text, days| text.activity_list_done_in(days)),
                DoneRequest { days: None, ..asked.clone() },
            ),
            (
                asked.team.map(|_| text.dashboard_one_team().to_owned()),
                DoneRequest { team: None, ..asked.clone() },
            ),
        ];
        removable(text, conditions.map(|(said, without)| (said, address::list(&without))))
    })
    .into_any()
}

/// The rows, or what stands in their place.
fn done(page: Page<DoneSummary>, request: DoneRequest, extended: RwSignal<bool>) -> AnyView {
    let (text, boot) = (use_text(), use_boot());
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
    let next = StoredValue::new(request);
    let at = move |after| {
        next.with_value(|request| DoneRequest { after: Some(after), ..request.clone() })
    };
    let more = paged.more(
        move |after| address::list(&at(after)),
        move |after| list_done(address::list_query(&at(after))),
        |one, other| one.id == other.id,
    );
    view! {
        <DataTable caption=text.activity_list_title() columns=columns(text) class="print-wide">
            <For each=move || paged.rows.get() key=|row| row.id let:row>
                {
                    let cells = boot.with_value(|boot| cells(text, boot, &sprite, &row));
                    view! { <WrittenRow cells=cells /> }
                }
            </For>
        </DataTable>
        <div class="list-foot">{start} {more}</div>
    }
    .into_any()
}

fn empty(text: Text, request: &DoneRequest) -> AnyView {
    let narrowed = *request != DoneRequest::default();
    let (title, body) = if narrowed {
        (text.activity_list_none_title(), text.deal_none_body())
    } else {
        (text.activity_list_empty_title(), text.activity_list_empty_body())
    };
    let actions = move || {
        narrowed.then(|| {
            view! {
                <LinkButton href=address::LIST icon="x">
                    {text.deal_every_filter_off()}
                </LinkButton>
            }
        })
    };
    view! { <EmptyState icon="square-check" title=title text=body actions=actions /> }.into_any()
}

fn columns(text: Text) -> Vec<Column> {
    vec![
        Column::new("what", text.activity_list_what()).sticky(),
        Column::new("record", text.activity_list_about()),
        Column::new("when", text.activity_list_when()).kind(ColumnKind::Date),
        Column::new("who", text.dashboard_colleague()),
    ]
}

fn cells(text: Text, boot: &Boot, sprite: &str, row: &DoneSummary) -> Markup {
    let kind = words::done_kind(text, row.kind);
    let icon = match row.kind {
        DoneKind::Activity(kind) => look::icon(kind),
        DoneKind::Note => "sticky-note",
    };
    let said = if row.said.is_empty() { kind } else { &*row.said };
    let day = format::date_table(boot.zone.wall_clock(row.at).0);
    let who = boot.colleague(Some(row.who));
    let who = if who.is_empty() { text.dashboard_former() } else { &*who };
    let href = look::href(&row.record);
    html! {
        th scope="row" class="cell-name" {
            a href=(href) data-row=(row.id) {
                span class="case-kind" title=(kind) { (icon_markup(sprite, icon)) }
                span class="stack-tight" {
                    span class="cell-title" { (said) }
                    span class="sub only-phone" { (joined(&[&row.record.name, &day, who])) }
                }
            }
        }
        td class="cell-company" {
            a class="truncate" href=(href) title=(row.record.name) { (row.record.name) }
        }
        td class="date" { (day) }
        td { (who) }
    }
}
