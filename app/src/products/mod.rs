//! Products: what is sold, under which code and at which price; those out of use stay on the deals of the past.

pub mod api;
mod form;
mod lines;

pub(crate) use lines::{LineEditor, LineText};

use crate::{
    boot::{Boot, use_boot},
    carried::carried,
    frame::{WindowTitle, read_trouble, save_trouble},
    i18n::{Text, format, use_text},
    ui::{
        Button, Column, ColumnKind, DataTable, EmptyState, LoadMore, Menu, MenuItem, Size,
        Skeleton, SkeletonKind, TabItem, Tabs, Toasts, Variant, use_toasts,
    },
};
use api::{edit_product, list_products};
use domain::{
    account::FieldEdit,
    page::{Cursor, Page},
    policy::{Action, Object},
    product::{Product, ProductField},
};
use form::Asked;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

/// What the parts of the screen share.
#[derive(Clone, Copy)]
struct Screen {
    text: Text,
    boot: StoredValue<Boot>,
    toasts: Toasts,
    asked: RwSignal<Option<Asked>>,
    again: Callback<()>,
    may_create: bool,
    may_edit: bool,
}

fn address(archived: bool, after: &str) -> String {
    let mut pairs = Vec::new();
    if archived {
        pairs.push(("archived", "true"));
    }
    if !after.is_empty() {
        pairs.push(("after", after));
    }
    crate::frame::address::with_query("/products", &crate::frame::address::query(pairs))
}

/// The page.
#[component]
pub fn ProductsPage() -> impl IntoView {
    let text = use_text();
    let boot = use_boot();
    let query = use_query_map();
    let place = Memo::new(move |_| {
        query.with(|query| {
            (query.get_str("archived") == Some("true"), query.get("after").unwrap_or_default())
        })
    });
    let page = carried(move || place.get(), |(archived, after)| list_products(archived, after));
    let may =
        |action| boot.with_value(|boot| boot.viewed.is_none() && boot.may(action, Object::Product));
    let screen = Screen {
        text,
        boot,
        toasts: use_toasts(),
        asked: RwSignal::new(None),
        again: Callback::new(move |()| page.refetch()),
        may_create: may(Action::Create),
        may_edit: may(Action::Edit),
    };
    let content = page.shown(move |page| list(screen, page, place.get_untracked().0));
    let tabs = vec![
        TabItem::new("used", text.product_in_use(), address(false, "")),
        TabItem::new("archived", text.product_out_of_use(), address(true, "")),
    ];
    let current =
        Signal::derive(
            move || {
                if place.read().0 { "archived".to_owned() } else { "used".to_owned() }
            },
        );
    view! {
        <WindowTitle text=Signal::stored(text.product_title().to_owned()) />
        <div class="page list-page">
            <header class="page-head">
                <h1 class="page-title" id="page-title" tabindex="-1">
                    {text.product_title()}
                </h1>
                <div class="page-actions">{screen.may_create.then(|| new_button(screen))}</div>
            </header>
            <div class="view-tabs">
                <Tabs label=text.product_title() tabs=tabs current=current />
            </div>
            <div class="panel list-panel">
                <Transition fallback=|| {
                    view! { <Skeleton kind=SkeletonKind::Table count=6 /> }
                }>{content}</Transition>
            </div>
            {form::dialog(screen)}
        </div>
    }
    .into_any()
}

fn new_button(screen: Screen) -> AnyView {
    view! {
        <Button
            variant=Variant::Primary
            icon="plus"
            class="phone-keep"
            on_click=move |_| screen.asked.set(Some(Asked(None)))
        >
            {screen.text.product_new()}
        </Button>
    }
    .into_any()
}

fn list(screen: Screen, page: Page<Product>, archived: bool) -> AnyView {
    let text = screen.text;
    if page.rows.is_empty() {
        let (title, body) = if archived {
            (text.product_none_archived(), "")
        } else {
            (text.product_empty_title(), text.product_empty_body())
        };
        return view! { <EmptyState icon="package" title=title text=body /> }.into_any();
    }
    let columns = vec![
        Column::new("name", text.field_product_name()).sticky(),
        Column::new("code", text.field_product_code()),
        Column::new("price", text.field_product_price()).kind(ColumnKind::Number),
        Column::new("actions", text.column_actions()).kind(ColumnKind::Actions),
    ];
    let rows = RwSignal::new(page.rows);
    let next = RwSignal::new(page.next);
    view! {
        <DataTable caption=text.product_title() columns=columns>
            <For each=move || rows.get() key=|row| (row.id, row.version) let:row>
                {table_row(screen, row)}
            </For>
        </DataTable>
        <div class="list-foot">{more(screen, rows, next, archived)}</div>
    }
    .into_any()
}

fn table_row(screen: Screen, product: Product) -> AnyView {
    let text = screen.text;
    let data = product.data.clone();
    let price = screen
        .boot
        .with_value(|boot| format::money_brief(data.price_minor, data.currency, boot.currency()));
    let to_edit = product.clone();
    let to_move = product.clone();
    let label = if data.archived { text.product_bring_back() } else { text.product_take_out() };
    let icon = if data.archived { "archive-restore" } else { "archive" };
    let menu = screen.may_edit.then(|| {
        view! {
            <Menu
                id=format!("product-{}", product.id)
                label=text.common_more_for(&data.name)
                size=Size::Sm
            >
                <MenuItem
                    label=text.common_edit()
                    icon="pencil"
                    on_click=move || screen.asked.set(Some(Asked(Some(to_edit.clone()))))
                />
                <MenuItem
                    label=label
                    icon=icon
                    on_click=move || archive(screen, to_move.clone())
                />
            </Menu>
        }
    });
    view! {
        <tr>
            <th scope="row" class="cell-name">
                <span class="stack-tight">
                    <span class="cell-title">{data.name.clone()}</span>
                    <span class="sub num only-phone">{data.code.clone()}</span>
                </span>
            </th>
            <td class="num">{data.code.clone()}</td>
            <td class="num at-end">{price}</td>
            <td class="cell-actions at-end">{menu}</td>
        </tr>
    }
    .into_any()
}

/// Takes a product out of use, or into use again.
fn archive(screen: Screen, product: Product) {
    let value = if product.data.archived { "" } else { "true" };
    let edit =
        FieldEdit { field: ProductField::Archived.code().to_owned(), value: value.to_owned() };
    spawn_local(async move {
        match edit_product(product.id, product.version, vec![edit]).await {
            Ok(_) => {
                screen.toasts.done(screen.text.product_saved(&product.data.name));
            }
            Err(error) => {
                screen.toasts.error(save_trouble(screen.text, &error));
            }
        }
        screen.again.try_run(());
    });
}

/// Leads to the next page; with scripts it is appended instead.
fn more(
    screen: Screen,
    rows: RwSignal<Vec<Product>>,
    next: RwSignal<Option<Cursor>>,
    archived: bool,
) -> AnyView {
    let text = screen.text;
    let loading = RwSignal::new(false);
    let load = move |()| {
        let Some(after) = next.get_untracked().filter(|_| !loading.get_untracked()) else { return };
        loading.set(true);
        spawn_local(async move {
            let answer = list_products(archived, after.encode()).await;
            loading.try_set(false);
            match answer {
                Ok(page) => {
                    next.try_set(page.next);
                    rows.try_update(|rows| rows.extend(page.rows));
                }
                Err(error) => {
                    screen.toasts.error(read_trouble(text, &error));
                }
            }
        });
    };
    (move || {
        next.get().map(|after| {
            let href = address(archived, &after.encode());
            view! { <LoadMore href=href label=text.list_load_more() loading=loading on_more=load /> }
        })
    })
    .into_any()
}
