//! The deals of a customer or a person, on the page of these: those that are open first, then the way to all of them.

use super::{address, api::list_opportunities, look};
use crate::{
    carried::carried,
    customers::{list::joined, record::Record},
    frame::{use_changes, use_live},
    i18n::words,
    ui::{LinkButton, Section, Size, Variant},
};
use domain::{
    note::Subject,
    opportunity::{DealRequest, OpportunitySummary},
    pipeline::{Pipeline, StageKind},
    policy::{Action, Object},
};
use leptos::prelude::*;

/// Rows on the page of the record.
const ROWS: usize = 5;

/// The section, for who sees deals at all.
pub(crate) fn of_record(record: Record) -> AnyView {
    let (sees, creates) = record.boot.with_value(|boot| {
        let may = |action| boot.may(action, Object::Opportunity);
        (may(Action::View), may(Action::Create))
    });
    if !sees {
        return ().into_any();
    }
    let text = record.text;
    let (changes, live) = (use_changes(), use_live(Object::Opportunity));
    let (number, every) = (record.number(), DealRequest { state: None, ..DealRequest::default() });
    let (all, href) = match record.subject() {
        Subject::Account(_) => (
            DealRequest { account: number.parse().ok(), ..every },
            format!("/deals/new?account={number}"),
        ),
        _ => (
            DealRequest { person: number.parse().ok(), ..every },
            format!("/deals/new?person={number}"),
        ),
    };
    let query = address::list_query(&all);
    let every = address::list(&all);
    let deals = carried(
        move || (query.clone(), changes.count(), live.get()),
        |(query, ..)| list_opportunities(query),
    );
    let content =
        deals.beside(move |list| rows(record, list.page.rows, &list.pipelines, every.clone()));
    let actions = move || {
        let href = href.clone();
        creates.then(|| {
            view! {
                <LinkButton href=href variant=Variant::Quiet size=Size::Sm icon="plus">
                    {text.common_add()}
                </LinkButton>
            }
        })
    };
    view! {
        <Section title=text.deal_title() id="deals" actions=actions>
            {content}
        </Section>
    }
    .into_any()
}

fn rows(
    record: Record,
    mut deals: Vec<OpportunitySummary>,
    pipelines: &[Pipeline],
    every: String,
) -> AnyView {
    let text = record.text;
    if deals.is_empty() {
        return view! { <p class="muted">{text.deal_none_here()}</p> }.into_any();
    }
    // Stable: within each, the order of the list stays.
    deals.sort_by_key(|deal| deal.state != StageKind::Open);
    let more = deals.len() > ROWS;
    let rows = deals
        .into_iter()
        .take(ROWS)
        .map(|deal| {
            let stage = pipelines.iter().find_map(|pipeline| pipeline.stage(deal.stage));
            let stage = stage.map(|stage| look::stage_name(text, stage)).unwrap_or_default();
            let state = match deal.state {
                StageKind::Open => "",
                state => words::stage_kind(text, state),
            };
            // The stage that closes is called as what it means, most often.
            let said = if state == stage { stage } else { joined(&[state, &stage]) };
            let value =
                record.boot.with_value(|boot| look::value(boot, deal.value_minor, deal.currency));
            view! {
                <li class="mini-row">
                    <span class="stack-tight grow">
                        <a href=format!("/deals/{}", deal.number)>{deal.name}</a>
                        <span class="sub">{said}</span>
                    </span>
                    <span class="num">{value}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="mini">{rows}</ul>
        {more
            .then(|| {
                view! {
                    <LinkButton href=every variant=Variant::Quiet size=Size::Sm>
                        {text.deal_every_one()}
                    </LinkButton>
                }
            })}
    }
    .into_any()
}
