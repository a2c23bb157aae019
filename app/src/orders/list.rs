//! Orders as a list, newest day first: all of them or those that are as far, of a customer or a deal, page by page. It
//! works without scripts.

use super::{
    address,
    api::{OrderList, count_orders, list_orders},
    look,
};
use crate::{
    boot::{Boot, use_boot},
    carried::{Carried, carried},
    customers::list::joined,
    error::AppError,
    export::{ExportDialog, Outgoing, export_buttons},
    frame::{Paged, WindowTitle, counted, until_extended, use_changes, use_live},
    i18n::{Text, format, use_text, words},
    ui::{
        AssetPaths, Column, ColumnKind, DataTable, EmptyState, LinkButton, Size, Skeleton,
        SkeletonKind, TabItem, Tabs, Variant, WrittenRow, filled, status_chip_markup,
    },
};
use domain::{
    order::{OrderRequest, OrderStatus, OrderSummary},
    page::Count,
    policy::{Action, Object},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use maud::{Markup, html};

/// The list.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let text = use_text();
    let changes = use_changes();
    let query = use_query_map();
    let request =
        Memo::new(move |_| query.with(|query| OrderRequest::from_query(|key| query.get_str(key))));
    // A change of an order is told as one of its customer. Rows that were loaded after the first page stay until the
    // list is opened anew.
    let (live, extended) = (use_live(Object::Account), RwSignal::new(false));
    let heard = until_extended(move || live.get(), extended);
    let rows = carried(
        move || (address::list_query(&request.read()), changes.count(), heard.get()),
        |(query, ..)| list_orders(query),
    );
    let counted = Memo::new(move |_| {
        let all = OrderRequest { after: None, ..request.get() };
        (address::list_query(&all), changes.count(), live.get())
    });
    let count = carried(move || counted.get(), |(query, ..)| count_orders(query, false));
    let content = rows.shown(move |list| {
        extended.set(false);
        orders(list, request.get_untracked(), extended)
    });
    view! {
        <WindowTitle text=Signal::stored(text.order_title().to_owned()) />
        <div class="page list-page">
            {head(text, count, request)}
            {statuses(text, request)}
            <Transition fallback=|| {
                view! { <Skeleton kind=SkeletonKind::Table count=10 /> }
            }>{content}</Transition>
        </div>
    }
    .into_any()
}

fn head(
    text: Text,
    count: Carried<Result<Count, AppError>>,
    request: Memo<OrderRequest>,
) -> AnyView {
    let may = |action, object| use_boot().with_value(|boot| boot.may(action, object));
    let may_create = may(Action::Create, Object::Order);
    // A file of orders says who bought.
    let may_export =
        [Object::Order, Object::Account].map(|of| may(Action::Export, of)) == [true; 2];
    let may_import = may(Action::Import, Object::Import);
    let sheet = RwSignal::new(false);
    let outgoing = Signal::derive(move || Outgoing::orders(text, &request.read()));
    let new = move || {
        let account = request.read().account;
        let href = account
            .map_or_else(|| "/orders/new".to_owned(), |one| format!("/orders/new?account={one}"));
        may_create.then(|| {
            view! {
                <LinkButton href=href variant=Variant::Primary icon="plus" class="phone-keep phone-icon">
                    {text.order_new()}
                </LinkButton>
            }
        })
    };
    view! {
        <header class="page-head">
            <h1 class="page-title" id="page-title" tabindex="-1">
                {text.order_title()}
            </h1>
            {counted(count, || None)}
            <div class="page-actions">
                {may_export.then(|| export_buttons(sheet, may_import))} {new}
            </div>
        </header>
        {may_export.then(|| view! { <ExportDialog open=sheet request=outgoing /> })}
    }
    .into_any()
}

/// How far they are, as tabs.
fn statuses(text: Text, request: Memo<OrderRequest>) -> AnyView {
    const ALL: &str = "all";
    let key = |status: Option<OrderStatus>| status.map_or(ALL, OrderStatus::code);
    let current = Signal::derive(move || key(request.read().status).to_owned());
    let tabs = move || {
        let choices = std::iter::once(None).chain(OrderStatus::ALL.iter().copied().map(Some));
        let tabs = choices
            .map(|status| {
                let label = status
                    .map_or(text.order_every_status(), |status| words::order_status(text, status));
                let asked = OrderRequest { status, after: None, ..request.get() };
                TabItem::new(key(status), label, address::list(&asked))
            })
            .collect();
        view! { <Tabs label=text.order_title() tabs=tabs current=current /> }
    };
    view! { <div class="view-tabs">{tabs}</div> }.into_any()
}

/// The rows, or what stands in their place.
fn orders(list: OrderList, request: OrderRequest, extended: RwSignal<bool>) -> AnyView {
    let (text, boot) = (use_text(), use_boot());
    if list.page.rows.is_empty() {
        return view! { <div class="panel list-panel">{empty(text, &request)}</div> }.into_any();
    }
    let of_one = narrowing(text, &list, &request);
    let sprite = use_context::<AssetPaths>().unwrap_or_default().icons;
    let paged = Paged::new(list.page, extended);
    let start = request.after.is_some().then(|| {
        let href = address::list(&OrderRequest { after: None, ..request.clone() });
        view! {
            <LinkButton href=href size=Size::Sm icon="arrow-up">
                {text.list_page_start()}
            </LinkButton>
        }
    });
    let at = StoredValue::new(request);
    let at = move |after| {
        at.with_value(|request| OrderRequest { after: Some(after), ..request.clone() })
    };
    let more = paged.more(
        move |after| address::list(&at(after)),
        move |after| async move {
            list_orders(address::list_query(&at(after))).await.map(|list| list.page)
        },
        |one, other| one.id == other.id,
    );
    view! {
        {of_one}
        <div class="panel list-panel">
            <DataTable caption=text.order_title() columns=columns(text) class="print-wide">
                <For each=move || paged.rows.get() key=|order| (order.id, order.version) let:order>
                    {
                        let cells = boot.with_value(|boot| cells(text, boot, &sprite, &order));
                        view! { <WrittenRow cells=cells /> }
                    }
                </For>
            </DataTable>
            <div class="list-foot">{start} {more}</div>
        </div>
    }
    .into_any()
}

/// Whose orders they are and what these come to, with the way to everybody's.
fn narrowing(text: Text, list: &OrderList, request: &OrderRequest) -> Option<AnyView> {
    if request.account.is_none() && request.deal.is_none() {
        return None;
    }
    let boot = use_boot();
    let of = request.account.and_then(|_| list.page.rows.first()).map(|order| {
        let href = format!("/customers/{}", order.account);
        view! { <a href=href>{order.account_name.clone()}</a> }
    });
    let from = request.deal.map(|deal| {
        view! { <a href=format!("/deals/{deal}")>{deal.to_string()}</a> }
    });
    let totals = boot.with_value(|boot| look::totals(text, boot, &list.totals));
    let every = address::list(&OrderRequest { status: request.status, ..OrderRequest::default() });
    Some(
        view! {
            <div class="order-of">
                <p class="cluster">
                    {of} {from}
                    <LinkButton href=every size=Size::Sm icon="x">
                        {text.order_everybodys()}
                    </LinkButton>
                </p>
                {totals}
            </div>
        }
        .into_any(),
    )
}

fn empty(text: Text, request: &OrderRequest) -> AnyView {
    if *request != OrderRequest::default() {
        let href = address::LIST;
        let actions = move || {
            view! { <LinkButton href=href icon="x">{text.deal_every_filter_off()}</LinkButton> }
        };
        return view! {
            <EmptyState
                icon="search"
                title=text.order_none_title()
                text=text.deal_none_body()
                actions=actions
            />
        }
        .into_any();
    }
    view! {
        <EmptyState
            icon="shopping-cart"
            title=text.order_empty_title()
            text=text.order_empty_body()
        />
    }
    .into_any()
}

fn columns(text: Text) -> Vec<Column> {
    vec![
        Column::new("number", text.order_number()).sticky(),
        Column::new("customer", text.field_order_account()),
        Column::new("day", text.field_order_ordered_on()).kind(ColumnKind::Date),
        Column::new("status", text.field_order_status()),
        Column::new("lines", text.field_order_lines()),
        Column::new("total", text.field_order_total()).kind(ColumnKind::Number),
    ]
}

fn cells(text: Text, boot: &Boot, sprite: &str, order: &OrderSummary) -> Markup {
    let (tone, icon) = look::status_look(order.status);
    let status = words::order_status(text, order.status);
    let total = look::money(boot, order.total_minor, order.currency);
    let bought = look::bought(text, order);
    let day = format::date_table(order.ordered_on);
    html! {
        th scope="row" class="cell-name" {
            a href={ "/orders/" (order.number) } data-row=(order.id) {
                span class="stack-tight" {
                    span class="cell-title num" { (order.number) }
                    span class="sub only-phone" { (joined(&[&order.account_name, &day, status])) }
                }
            }
        }
        td class="cell-company" {
            a class="truncate" href={ "/customers/" (order.account) } title=(order.account_name) {
                (order.account_name)
            }
        }
        td class="date" { (day) }
        td { (status_chip_markup(sprite, tone, icon, status)) }
        td class="cell-company col-2" title=[filled(bought.clone())] { (bought) }
        td class="num at-end order-total" data-off=[(!order.status.counts()).then_some("true")] {
            (total)
        }
    }
}
