//! The orders of a customer and those from a deal, on the pages of these: what they come to, the newest ones with what was
//! bought, and the way to all of them and to a new one.

use super::{
    address,
    api::{OrderList, list_orders},
    look,
};
use crate::{
    carried::carried,
    customers::{list::joined, record::Record},
    frame::{Heard, use_changes, use_heard},
    i18n::{format, words},
    ui::{LinkButton, Section, Size, Variant},
};
use domain::{
    id::AccountNumber,
    note::Subject,
    order::{OrderRequest, OrderSummary},
    pipeline::StageKind,
    policy::{Action, Object},
};
use leptos::prelude::*;

/// Rows on the page of the customer or the deal.
const ROWS: usize = 5;

/// The section of a customer, for who sees orders at all.
pub(crate) fn of_account(record: Record) -> AnyView {
    let Ok(account) = record.number().parse::<AccountNumber>() else { return ().into_any() };
    let add = format!("/orders/new?account={account}");
    let add = move || {
        view! {
            <LinkButton href=add.clone() variant=Variant::Quiet size=Size::Sm icon="plus">
                {record.text.common_add()}
            </LinkButton>
        }
        .into_any()
    };
    section(record, address::of_account(account), add)
}

/// The section of a deal: a new order begins with what the deal says, once it is won and with somebody.
pub(crate) fn of_deal(record: Record) -> AnyView {
    let Some(deal) = record.deal() else { return ().into_any() };
    let number = deal.with_untracked(|deal| deal.number);
    let add = move || {
        let ready = deal.with(|deal| deal.state == StageKind::Won && deal.data.account.is_some());
        if !ready {
            return ().into_any();
        }
        view! {
            <LinkButton
                href=format!("/orders/new?deal={number}")
                variant=Variant::Quiet
                size=Size::Sm
                icon="plus"
            >
                {record.text.order_make()}
            </LinkButton>
        }
        .into_any()
    };
    section(record, address::of_deal(number), add)
}

fn section(
    record: Record,
    request: OrderRequest,
    add: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let (sees, creates) = record
        .boot
        .with_value(|boot| (boot.sees_orders(), boot.may(Action::Create, Object::Order)));
    if !sees {
        return ().into_any();
    }
    let text = record.text;
    // A change of an order is told as one of its customer; on a deal it is not known which one that is.
    let (changes, heard) = (use_changes(), use_heard(Object::Account));
    let customer = record.subject();
    let live = Memo::new(move |before: Option<&u64>| {
        let of_other = |heard: &Heard| match customer {
            Subject::Account(id) => !heard.is_news_of(id.0, |_| false),
            Subject::Person(_) | Subject::Opportunity(_) | Subject::Case(_) => false,
        };
        let before = before.copied().unwrap_or_default();
        heard.with(|heard| if of_other(heard) { before } else { heard.count })
    });
    let query = address::list_query(&request);
    let every = address::list(&request);
    let orders = carried(
        move || (query.clone(), changes.count(), live.get()),
        |(query, ..)| list_orders(query),
    );
    let content = orders.beside(move |list| rows(record, list, every.clone()));
    let add = StoredValue::new(add);
    let actions = move || creates.then_some(move || add.with_value(|add| add()));
    view! {
        <Section title=text.order_title() id="orders" actions=actions>
            {content}
        </Section>
    }
    .into_any()
}

fn rows(record: Record, list: OrderList, every: String) -> AnyView {
    let text = record.text;
    if list.page.rows.is_empty() {
        return view! { <p class="muted">{text.order_none_here()}</p> }.into_any();
    }
    let more = list.page.rows.len() > ROWS;
    let totals = record.boot.with_value(|boot| look::totals(text, boot, &list.totals));
    let rows =
        list.page.rows.into_iter().take(ROWS).map(|order| row(record, &order)).collect_view();
    view! {
        {totals}
        <ul class="mini">{rows}</ul>
        {more
            .then(|| {
                view! {
                    <LinkButton href=every variant=Variant::Quiet size=Size::Sm>
                        {text.order_every_one()}
                    </LinkButton>
                }
            })}
    }
    .into_any()
}

fn row(record: Record, order: &OrderSummary) -> AnyView {
    let text = record.text;
    let status = words::order_status(text, order.status);
    let said = joined(&[&format::date_table(order.ordered_on), status]);
    let total = record.boot.with_value(|boot| look::money(boot, order.total_minor, order.currency));
    let off = (!order.status.counts()).then_some("true");
    view! {
        <li class="mini-row">
            <span class="stack-tight grow">
                <a href=format!("/orders/{}", order.number)>{order.number.to_string()}</a>
                <span class="sub">{said}</span>
                <span class="sub">{look::bought(text, order)}</span>
            </span>
            <span class="num order-total" data-off=off>
                {total}
            </span>
        </li>
    }
    .into_any()
}
