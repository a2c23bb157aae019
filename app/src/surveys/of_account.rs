//! What a customer answered, on the customer's page, and the way to ask them.

use super::{
    address,
    api::{AccountSurveys, surveys_of_account},
    score::place,
};
use crate::{
    carried::carried,
    customers::{list::joined, record::Record},
    frame::use_changes,
    i18n::format,
    ui::{LinkButton, Section, Size, Variant},
};
use domain::{
    id::AccountNumber,
    policy::{Action, Object},
    survey::AccountAnswer,
};
use leptos::prelude::*;

/// Surveys that the section leads to.
const OPEN: usize = 3;

/// The section of a customer, for who sees surveys at all.
pub(crate) fn of_account(record: Record) -> AnyView {
    let Ok(account) = record.number().parse::<AccountNumber>() else { return ().into_any() };
    let (sees, sends) = record.boot.with_value(|boot| {
        let sends = boot.viewed.is_none() && boot.may(Action::Create, Object::Survey);
        (boot.may(Action::View, Object::Survey), sends)
    });
    if !sees {
        return ().into_any();
    }
    let changes = use_changes();
    let surveys =
        carried(move || changes.count(), move |_| surveys_of_account(account.to_string()));
    let content = surveys.beside(move |surveys| rows(record, account, &surveys, sends));
    view! {
        <Section title=record.text.survey_of_customer() id="surveys">
            {content}
        </Section>
    }
    .into_any()
}

fn rows(record: Record, account: AccountNumber, surveys: &AccountSurveys, sends: bool) -> AnyView {
    let text = record.text;
    let none = surveys
        .answers
        .is_empty()
        .then(|| view! { <p class="muted">{text.survey_of_customer_none()}</p> });
    let answers = surveys.answers.iter().map(|answer| row(record, answer)).collect_view();
    let ask = surveys
        .open
        .iter()
        .filter(|_| sends)
        .take(OPEN)
        .map(|survey| {
            let href = format!("{}?account={account}#survey-links", address::of(survey.number));
            let said = format!("{}: {}", text.survey_ask(), survey.title.in_lang(text.lang()));
            view! {
                <LinkButton href=href variant=Variant::Quiet size=Size::Sm icon="link">
                    {said}
                </LinkButton>
            }
        })
        .collect_view();
    view! {
        {none}
        <ul class="mini">{answers}</ul>
        <div class="cluster">{ask}</div>
    }
    .into_any()
}

fn row(record: Record, answer: &AccountAnswer) -> AnyView {
    let text = record.text;
    let day = record.boot.with_value(|boot| boot.zone.wall_clock(answer.at).0);
    let mark = answer.score.map(|(kind, score)| place(kind, score)).unwrap_or_default();
    let said = joined(&[&format::date_table(day), &answer.comment]);
    view! {
        <li class="mini-row">
            <span class="stack-tight grow">
                <a href=address::of(answer.survey)>{answer.title.in_lang(text.lang()).to_owned()}</a>
                <span class="sub survey-words">{said}</span>
            </span>
            <strong class="num">{mark}</strong>
        </li>
    }
    .into_any()
}
