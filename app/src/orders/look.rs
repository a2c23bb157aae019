//! How an order looks, wherever it is shown: how far it is, what was bought and what it comes to.

use crate::{
    boot::Boot,
    i18n::{Text, format},
    ui::Tone,
};
use domain::{
    money::Currency,
    order::{OrderLine, OrderStatus, OrderSummary, OrderTotals},
};
use leptos::prelude::*;

/// Tone and icon of how far an order is.
pub(super) const fn status_look(status: OrderStatus) -> (Tone, &'static str) {
    match status {
        OrderStatus::Confirmed => (Tone::Info, "file-text"),
        OrderStatus::Delivering => (Tone::Warn, "package"),
        OrderStatus::Delivered => (Tone::Ok, "circle-check"),
        OrderStatus::Cancelled => (Tone::Neutral, "circle-x"),
    }
}

/// Tone of how far an order is.
pub(crate) const fn status_tone(status: OrderStatus) -> Tone {
    status_look(status).0
}

/// An amount, with its decimals where these say something.
pub(crate) fn money(boot: &Boot, minor: i64, currency: Currency) -> String {
    format::money_brief(minor, currency, boot.currency())
}

/// What a line is of.
pub(super) fn named(text: Text, line: &OrderLine) -> String {
    if line.name.is_empty() { text.order_item().to_owned() } else { line.name.clone() }
}

/// What was bought, in a line: "3 × Valve · 1 × Pump · 2 more".
pub(super) fn bought(text: Text, order: &OrderSummary) -> String {
    let one =
        |line: &OrderLine| format!("{} × {}", format::integer(line.quantity), named(text, line));
    let mut said: Vec<String> = order.lines.iter().map(one).collect();
    let shown = i64::try_from(said.len()).unwrap_or(i64::MAX);
    if order.line_count > shown {
        said.push(text.order_more_lines(order.line_count - shown));
    }
    said.join(" · ")
}

/// What the orders of a customer come to: a list of figures for each currency; nothing without any.
pub(super) fn totals(text: Text, boot: &Boot, totals: &[OrderTotals]) -> AnyView {
    if totals.is_empty() {
        return ().into_any();
    }
    let figure = |label: &'static str, value: String| {
        view! {
            <div class="order-figure">
                <dt>{label}</dt>
                <dd class="num">{value}</dd>
            </div>
        }
    };
    let of = |sums: &OrderTotals| {
        let money = |minor| money(boot, minor, sums.currency);
        view! {
            <dl class="order-figures">
                {figure(text.order_spent(), money(sums.total_minor))}
                {figure(text.order_title(), format::integer(sums.count))}
                {figure(text.order_average(), money(sums.average_minor()))}
                {figure(text.order_first(), format::date_table(sums.first))}
                {figure(text.order_last(), format::date_table(sums.last))}
            </dl>
        }
    };
    totals.iter().map(of).collect_view().into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use domain::{
        date::Date,
        id::{AccountNumber, OrderId, OrderNumber, Version},
        lang::Lang,
    };

    #[test]
    fn what_was_bought_is_said_in_a_line() {
        let line = |name: &str, quantity| OrderLine {
            product: None,
            name: name.to_owned(),
            quantity,
            amount_minor: 1,
        };
        let order = OrderSummary {
            id: OrderId::NIL,
            number: OrderNumber(1),
            version: Version(1),
            account: AccountNumber(1),
            account_name: String::new(),
            ordered_on: Date::from_days(1),
            status: OrderStatus::Confirmed,
            total_minor: 2,
            currency: Currency::default(),
            lines: vec![line("Valve", 1_200), line("", 2)],
            line_count: 4,
        };
        let said = |lang| bought(Text::new(lang), &order);
        assert_eq!(said(Lang::En), "1,200 × Valve · 2 × Item · 2 more");
        assert_eq!(said(Lang::Zh), "1,200 × Valve · 2 × 商品 · 另有 2 项");
    }
}
