//! The cases of a customer or a person on the page of these: the newest ones, and the way to all of them and to a new one.

use super::{address, api::list_cases, facts::mini};
use crate::{
    carried::carried,
    customers::record::Record,
    frame::{use_changes, use_live},
    ui::{LinkButton, Section, Size, Variant},
};
use domain::{
    case::{CaseRequest, CaseState, CaseSummary},
    note::Subject,
    page::Page,
    policy::{Action, Object},
};
use leptos::prelude::*;

/// Rows on the page of the record.
const ROWS: usize = 5;

/// The section of a customer or a person, for who sees cases at all.
pub(crate) fn of_record(record: Record) -> AnyView {
    let (sees, creates) = record.boot.with_value(|boot| {
        (boot.may(Action::View, Object::Case), boot.may(Action::Create, Object::Case))
    });
    if !sees {
        return ().into_any();
    }
    let text = record.text;
    let number = record.number();
    let all = CaseRequest { state: CaseState::All, ..CaseRequest::default() };
    let (request, add) = match record.subject() {
        Subject::Account(_) => (
            CaseRequest { account: number.parse().ok(), ..all },
            format!("/feedback/new?account={number}"),
        ),
        _ => (
            CaseRequest { person: number.parse().ok(), ..all },
            format!("/feedback/new?person={number}"),
        ),
    };
    let (changes, live) = (use_changes(), use_live(Object::Case));
    let (query, every) = (address::list_query(&request), address::list(&request));
    let cases = carried(
        move || (query.clone(), changes.count(), live.get()),
        |(query, ..)| list_cases(query),
    );
    let content = cases.beside(move |page| rows(record, &page, every.clone()));
    let actions = move || {
        let add = add.clone();
        creates.then(|| {
            view! {
                <LinkButton href=add variant=Variant::Quiet size=Size::Sm icon="plus">
                    {text.common_add()}
                </LinkButton>
            }
        })
    };
    view! {
        <Section title=text.case_title() id="cases" actions=actions>
            {content}
        </Section>
    }
    .into_any()
}

fn rows(record: Record, page: &Page<CaseSummary>, every: String) -> AnyView {
    let text = record.text;
    if page.rows.is_empty() {
        return view! { <p class="muted">{text.case_none_here()}</p> }.into_any();
    }
    let zone = record.boot.with_value(|boot| boot.zone.clone());
    let rows = page.rows.iter().take(ROWS).map(|case| mini(text, &zone, case)).collect_view();
    let more = (page.rows.len() > ROWS).then(|| {
        view! {
            <LinkButton href=every variant=Variant::Quiet size=Size::Sm>
                {text.case_every_one()}
            </LinkButton>
        }
    });
    view! {
        <ul class="mini">{rows}</ul>
        {more}
    }
    .into_any()
}
