//! What is known about a case, edited where it stands; with whom it is, and what else these said.

use super::{address, api::list_cases, desk::Desk, look};
use crate::{
    carried::carried,
    customers::{linked::LinkedRecord, list::joined},
    i18n::{Text, format, words},
    ui::{Choice, InlineField, InlineState, LinkButton, Section, Size, StatusChip, Variant},
};
use domain::{
    case::{CaseChannel, CaseField, CaseKind, CasePriority, CaseRequest, CaseState, CaseSummary},
    time::{Instant, ZoneOffsets},
};
use leptos::prelude::*;

/// Other cases of the same customer that are shown.
const OTHERS: usize = 5;

pub(super) fn view(desk: Desk) -> AnyView {
    let text = desk.text;
    let one = move |field, choices| field_of(desk, field, choices, false);
    let of = |choices: Vec<(&'static str, &'static str)>| -> Vec<Choice> {
        choices.into_iter().map(|(code, word)| Choice::new(code, word)).collect()
    };
    view! {
        <Section title=text.customer_key_facts() id="case-facts">
            {one(CaseField::Owner, owners(desk))}
            {one(CaseField::Priority, of(words::options::<CasePriority>(text)))}
            {one(CaseField::Kind, of(words::options::<CaseKind>(text)))}
            {category(desk)}
            {one(CaseField::Subject, Vec::new())}
            {one(CaseField::Channel, of(words::options::<CaseChannel>(text)))}
            {one(CaseField::Cause, Vec::new())}
            {field_of(desk, CaseField::Solution, Vec::new(), true)}
        </Section>
        {times(desk)}
        <Section title=text.case_with_whom() id="case-links">
            {linked(desk, CaseField::Account)}
            {linked(desk, CaseField::Person)}
            {one(CaseField::Contact, Vec::new())}
        </Section>
        {others(desk)}
    }
    .into_any()
}

/// One field, as text or as a choice.
fn field_of(desk: Desk, field: CaseField, options: Vec<Choice>, multiline: bool) -> AnyView {
    let text = desk.text;
    let state = RwSignal::new(InlineState::Rest);
    let value = Memo::new(move |_| desk.case.with(|case| case.data.get(field)));
    let may = desk.may_edit && (field != CaseField::Owner || desk.may_assign);
    let locked = if may { "" } else { text.common_read_only() };
    view! {
        <InlineField
            label=words::case_field(text, field)
            name=field.code()
            value=value
            state=state
            on_save=move |typed: String| desk.save(field, typed, state)
            display=move || desk.show(field, &value.get())
            options=options
            multiline=multiline
            locked=locked
        />
    }
    .into_any()
}

/// Nobody, and every colleague.
fn owners(desk: Desk) -> Vec<Choice> {
    let nobody = Choice::new("", desk.text.customer_owner_none());
    desk.boot.with_value(|boot| {
        let all = boot.colleagues.iter();
        let named = all.map(|one| Choice::new(one.id.to_string(), one.name.clone()));
        std::iter::once(nobody).chain(named).collect()
    })
}

/// A choice of what the organisation sorts cases into, or free text while it sorts them into nothing.
fn category(desk: Desk) -> AnyView {
    let known = desk.categories.get_value();
    if known.is_empty() {
        return field_of(desk, CaseField::Category, Vec::new(), false);
    }
    let now = desk.case.with_untracked(|case| case.data.category.clone());
    // One that is out of use stays to be chosen where it stands.
    let kept = (!now.is_empty() && !known.contains(&now)).then_some(now);
    let options = std::iter::once(Choice::new("", desk.text.common_empty_value()))
        .chain(known.into_iter().chain(kept).map(|name| Choice::new(name.clone(), name)))
        .collect();
    field_of(desk, CaseField::Category, options, false)
}

/// By when it is to be answered and solved, and when it was.
fn times(desk: Desk) -> AnyView {
    let text = desk.text;
    let line = move |label: &'static str, at: Instant, good: Option<bool>| {
        let said = if at.is_set() {
            desk.boot.with_value(|boot| format::date_time(text, at, &boot.zone))
        } else {
            text.common_empty_value().to_owned()
        };
        let mark = good.map(|good| if good { text.case_in_time() } else { text.case_late() });
        view! {
            <div class="inline">
                <span class="inline-label">{label}</span>
                <div class="inline-body">
                    <span class="num">{said}</span>
                    {mark.map(|mark| view! { <span class="sub">{mark}</span> })}
                </div>
            </div>
        }
    };
    let content = move || {
        let (clock, by) = desk.case.with(|case| (case.clock, case.created_by));
        let answered = clock.first_answered_at;
        let solved = clock.solved_at;
        let by = desk.boot.with_value(|boot| boot.colleague(Some(by)));
        let by = if by.is_empty() { text.timeline_system().to_owned() } else { by };
        view! {
            {line(text.case_came(), clock.began_at, None)}
            {line(text.case_first_due(), clock.first_due_at, None)}
            {line(
                text.case_first_answered(),
                answered,
                answered.is_set().then(|| clock.answered_in_time(answered)),
            )}
            {line(text.case_solve_due(), clock.solve_due_at, None)}
            {line(
                text.case_solved(),
                solved,
                solved.is_set().then(|| clock.solved_in_time(solved)),
            )}
            <p class="sub">{text.case_written_by(&by)}</p>
        }
    };
    view! {
        <Section title=text.case_times() id="case-times">
            {content}
        </Section>
    }
    .into_any()
}

/// The customer or the person of a case, with the way to another.
fn linked(desk: Desk, field: CaseField) -> AnyView {
    let is_person = field == CaseField::Person;
    let link = Signal::derive(move || {
        desk.case.with(|case| {
            if is_person {
                let number = case.data.person?;
                Some((format!("/people/{number}"), case.person_name.clone()))
            } else {
                let number = case.data.account?;
                Some((format!("/customers/{number}"), case.account_name.clone()))
            }
        })
    });
    LinkedRecord {
        name: field.code(),
        label: words::case_field(desk.text, field),
        is_person,
        may_edit: desk.may_edit,
        link,
        save: Callback::new(move |(number, state)| desk.save(field, number, state)),
    }
    .view()
}

/// What else the customer said.
fn others(desk: Desk) -> AnyView {
    let text = desk.text;
    let account = Memo::new(move |_| desk.case.with(|case| case.data.account));
    let request = move || {
        let account = account.get();
        account.map(|account| CaseRequest {
            account: Some(account),
            state: CaseState::All,
            ..CaseRequest::default()
        })
    };
    let cases = carried(
        move || request().map(|request| address::list_query(&request)),
        |query| async move {
            match query {
                Some(query) => list_cases(query).await.map(Some),
                None => Ok(None),
            }
        },
    );
    cases.beside(move |page| {
        let Some(page) = page else { return ().into_any() };
        let here = desk.case.with_untracked(|case| case.id);
        let others: Vec<_> = page.rows.into_iter().filter(|case| case.id != here).collect();
        if others.is_empty() {
            return ().into_any();
        }
        let every = request().map(|request| address::list(&request)).unwrap_or_default();
        let rows = others.iter().take(OTHERS).map(|case| row(desk, case)).collect_view();
        let more = (others.len() > OTHERS).then(|| {
            view! {
                <LinkButton href=every variant=Variant::Quiet size=Size::Sm>
                    {text.case_every_one()}
                </LinkButton>
            }
        });
        view! {
            <Section title=text.case_others() id="case-others">
                <ul class="mini">{rows}</ul>
                {more}
            </Section>
        }
        .into_any()
    })
}

fn row(desk: Desk, case: &CaseSummary) -> AnyView {
    let text = desk.text;
    let zone = desk.boot.with_value(|boot| boot.zone.clone());
    mini(text, &zone, case)
}

/// A case as a line of a section.
pub(super) fn mini(text: Text, zone: &ZoneOffsets, case: &CaseSummary) -> AnyView {
    let came = format::date_table(zone.wall_clock(case.clock.began_at).0);
    let kind = words::case_kind(text, case.kind);
    let said = joined(&[&case.number.to_string(), kind, &came]);
    let (tone, icon) = look::status_look(case.status);
    let status = words::case_status(text, case.status);
    view! {
        <li class="mini-row">
            <span class="stack-tight grow">
                <a class="truncate" href=format!("/feedback/{}", case.number)>
                    {case.subject.clone()}
                </a>
                <span class="sub">{said}</span>
            </span>
            <StatusChip tone=tone icon=icon label=status />
        </li>
    }
    .into_any()
}
