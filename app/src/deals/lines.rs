//! The products on a deal: what, how many, at which price, and what they come to together.

use super::look;
use crate::{customers::record::Record, i18n::format, ui::Section};
use domain::product::ProductLine;
use leptos::prelude::*;

/// The section.
pub(super) fn lines(record: Record) -> AnyView {
    let text = record.text;
    let Some(deal) = record.deal() else { return ().into_any() };
    let content = move || {
        let (lines, currency) = deal.with(|deal| (deal.lines.clone(), deal.data.currency));
        if lines.is_empty() {
            return view! { <p class="muted">{text.deal_no_products()}</p> }.into_any();
        }
        let money = |minor| record.boot.with_value(|boot| look::value(boot, minor, currency));
        let total: i64 = lines.iter().map(ProductLine::amount_minor).sum();
        let rows = lines
            .iter()
            .map(|line| {
                let price =
                    format!("{} × {}", format::integer(line.quantity), money(line.price_minor));
                view! {
                    <li class="mini-row">
                        <span class="stack-tight grow">
                            <span>{line.name.clone()}</span>
                            <span class="sub num">{price}</span>
                        </span>
                        <span class="num">{money(line.amount_minor())}</span>
                    </li>
                }
            })
            .collect_view();
        view! {
            <ul class="mini">
                {rows}
                <li class="mini-row">
                    <span class="grow">{text.deal_products_total()}</span>
                    <span class="num">{money(total)}</span>
                </li>
            </ul>
        }
        .into_any()
    };
    view! { <Section title=text.field_opportunity_products() id="products">{content}</Section> }
        .into_any()
}
