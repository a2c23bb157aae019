//! The form for a new contact person, at a company or by himself.

use super::duplicates::{self, Found, NAMES};
use crate::{
    boot::use_boot,
    carried::carried,
    customers::{
        api::CreatePerson,
        choose::{Lookup, company_of, option},
    },
    form::{
        Fields, Line, Linked, Sending, added, area, choice, choices, guard, keep_draft, line,
        line_with, linked, operation, owner, save_bar, summary,
    },
    frame::Draft,
    i18n::{Text, use_text},
    ui::{ComboOption, FormRow, FormSection, InputKind, Need, Page, Section},
};
use domain::{
    duplicate::Reason,
    field::FieldError,
    person::{Gender, PersonForm, PersonRole},
    policy::Object,
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page of the form.
#[component]
pub fn NewPerson() -> impl IntoView {
    let query = use_query_map();
    // The company is named by its number in the address; the form shows its name.
    let place = Memo::new(move |_| {
        query.with(|query| {
            (query.get("account").unwrap_or_default(), query.get("saved").unwrap_or_default())
        })
    });
    let company = carried(move || place.get(), |(number, _)| company_of(number));
    view! {
        <Suspense>
            {move || {
                let saved = place.get().1;
                Suspend::new(async move {
                    let company = company.await.map(option);
                    view! { <Form company=company saved=saved /> }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Form(company: Option<ComboOption>, saved: String) -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let me = use_boot().with_value(|boot| boot.user.to_string());
    let unmatched = RwSignal::new(false);
    let fields = Fields::new::<PersonForm>(
        Object::Person,
        |name| {
            query.with_untracked(|query| query.get(name)).unwrap_or_else(|| match name {
                "owner" => me.clone(),
                _ => String::new(),
            })
        },
        move |form: &PersonForm| {
            let mut errors = form.parse().err().unwrap_or_default();
            // A name that stands for no customer must not be dropped in silence.
            if unmatched.get_untracked() {
                errors.0.push(("account".to_owned(), FieldError::Unknown));
            }
            errors
        },
    );
    let found = duplicates::watch(fields);
    let company_number = company.as_ref().map(|company| company.value.clone()).unwrap_or_default();
    let draft = Draft::new(&format!("new.person.{company_number}"));
    let action = ServerAction::<CreatePerson>::new();
    let Sending { failure, dirty, pending, away } = Sending::of(fields, action);
    view! {
        <Title text=text.person_new_title() />
        <Page
            title=text.person_new_title().to_owned()
            back="/customers?tab=people"
            narrow=true
            class="form-page"
        >
            {added("people", &saved, Text::person_created)}
            // The company is not kept: the form would have to look up its name.
            {keep_draft(fields, draft, away, &["account"])}
            <ActionForm action=action attr:class="form" attr:novalidate="">
                <input type="hidden" name="operation" value=operation().to_string() />
                {summary(fields, failure)}
                {basics(fields, company, unmatched, found)}
                {more(fields)}
                {save_bar(fields, pending, "/customers?tab=people")}
            </ActionForm>
            {guard(dirty, draft)}
        </Page>
    }
    .into_any()
}

fn basics(
    fields: Fields,
    company: Option<ComboOption>,
    unmatched: RwSignal<bool>,
    found: Found,
) -> AnyView {
    let text = use_text();
    let name = Line { need: Need::Required, ..Line::default() };
    let phone = Line { kind: InputKind::Tel, example: text.hint_phone(), ..Line::default() };
    let email = Line { kind: InputKind::Email, example: text.hint_email(), ..Line::default() };
    view! {
        <FormSection title=text.person_section_basics() hint=text.customer_quick_hint()>
            {line_with(fields, "full_name", name, move || found.hints(fields, &NAMES))}
            {employer(fields, company, unmatched)}
            <FormRow>
                {line(fields, "title", Line::default())}
                {line(fields, "department", Line::default())}
            </FormRow>
            <FormRow>
                {line_with(fields, "phone", phone, move || found.hints(fields, &[Reason::Phone]))}
                {line_with(fields, "email", email, move || found.hints(fields, &[Reason::Email]))}
            </FormRow>
        </FormSection>
    }
    .into_any()
}

fn employer(fields: Fields, company: Option<ComboOption>, unmatched: RwSignal<bool>) -> AnyView {
    let text = use_text();
    let field = Linked {
        name: "account",
        lookup: Lookup::companies(),
        hint: text.person_company_hint(),
        placeholder: text.person_company_search(),
        unmatched,
    };
    linked(fields, field, company)
}

/// What most new persons do not need; folded unless something in it was filled or is wrong.
fn more(fields: Fields) -> AnyView {
    const OPTIONAL: [&str; 7] =
        ["phone_2", "email_2", "wechat", "gender", "birthday", "remark", "role"];
    let text = use_text();
    let phone = Line { kind: InputKind::Tel, ..Line::default() };
    let email = Line { kind: InputKind::Email, ..Line::default() };
    let birthday = Line { example: text.hint_birthday(), ..Line::default() };
    view! {
        <Section title=text.common_optional_fields() open=fields.any(&OPTIONAL)>
            <div class="stack">
                <FormSection title=text.person_section_contact()>
                    <FormRow>{line(fields, "phone_2", phone)} {line(fields, "email_2", email)}</FormRow>
                    {line(fields, "wechat", Line::default())}
                </FormSection>
                <FormSection title=text.person_section_work()>
                    <FormRow>
                        {choice(fields, "role", choices::<PersonRole>(), text.choice_person_role_none())}
                        {owner(fields)}
                    </FormRow>
                </FormSection>
                <FormSection title=text.person_section_personal()>
                    <FormRow>
                        {choice(fields, "gender", choices::<Gender>(), text.choice_gender_none())}
                        {line(fields, "birthday", birthday)}
                    </FormRow>
                    {area(fields, "remark", text.hint_remark())}
                </FormSection>
            </div>
        </Section>
    }
    .into_any()
}
