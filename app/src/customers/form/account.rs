//! The form for a new customer: a company, or somebody who buys for himself.

use super::duplicates::{self, Found, NAMES};
use crate::{
    boot::use_boot,
    customers::api::CreateAccount,
    form::{
        Fields, Line, Sending, added, area, choice, choices, guard, keep_draft, line, line_with,
        number, operation, owner, save_bar, summary,
    },
    frame::{Draft, WindowTitle},
    i18n::{Text, use_text},
    ui::{FormRow, FormSection, InputKind, Need, Page, Section},
};
use domain::{
    account::{AccountForm, AccountKind, AccountStatus, Level},
    duplicate::Reason,
    policy::Object,
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// Fields that only companies and the like have.
const COMPANY: [&str; 5] = ["short_name", "industry", "employees", "website", "credit_code"];
/// Fields that only individuals have.
const PERSONAL: [&str; 2] = ["job_title", "birthday"];

/// The form without what its kind does not have: that is neither shown nor looked at.
fn fitting(form: AccountForm) -> AccountForm {
    if form.kind == AccountKind::Individual.code() {
        AccountForm {
            short_name: String::new(),
            industry: String::new(),
            employees: String::new(),
            website: String::new(),
            credit_code: String::new(),
            ..form
        }
    } else {
        AccountForm { job_title: String::new(), birthday: String::new(), ..form }
    }
}

/// The page of the form.
#[component]
pub fn NewAccount() -> impl IntoView {
    let query = use_query_map();
    // After "save and new", or for the other kind, it is the same page with an empty form.
    let place = Memo::new(move |_| {
        query.with(|query| {
            (query.get("kind").unwrap_or_default(), query.get("saved").unwrap_or_default())
        })
    });
    move || {
        let (kind, saved) = place.get();
        view! { <Form kind=kind saved=saved /> }
    }
}

#[component]
fn Form(kind: String, saved: String) -> impl IntoView {
    let text = use_text();
    let boot = use_boot();
    let query = use_query_map();
    let (me, decimals) =
        boot.with_value(|boot| (boot.user.to_string(), boot.currency().decimals()));
    let fields = Fields::new::<AccountForm>(
        Object::Account,
        |name| {
            query.with_untracked(|query| query.get(name)).unwrap_or_else(|| match name {
                "kind" => AccountKind::Company.code().to_owned(),
                "status" => AccountStatus::Potential.code().to_owned(),
                "owner" => me.clone(),
                _ => String::new(),
            })
        },
        move |form: &AccountForm| fitting(form.clone()).parse(decimals).err().unwrap_or_default(),
    );
    let draft = Draft::new(&format!("new.account.{kind}"));
    let found = duplicates::watch(fields);
    let action = ServerAction::<CreateAccount>::new();
    let Sending { failure, dirty, pending, away } = Sending::of(fields, action);
    let kind = fields.value("kind");
    Effect::new(move || {
        // What no longer shows is not complained about.
        kind.track();
        for name in COMPANY.iter().chain(&PERSONAL) {
            fields.corrected(name);
        }
    });
    let title = Signal::derive(move || {
        if kind.read().as_str() == AccountKind::Individual.code() {
            text.customer_new_individual().to_owned()
        } else {
            text.customer_new_company().to_owned()
        }
    });
    view! {
        <WindowTitle text=title />
        <Page
            title=title
            back="/customers"
            narrow=true
            class="form-page"
        >
            {added("customers", &saved, Text::customer_created)}
            {keep_draft(fields, draft, away, &[])}
            <ActionForm action=action attr:class="form" attr:novalidate="">
                <input type="hidden" name="operation" value=operation().to_string() />
                {summary(fields, failure)}
                {basics(fields, found)}
                {more(fields, found)}
                {save_bar(fields, pending, "/customers")}
            </ActionForm>
            {guard(dirty, draft)}
        </Page>
    }
    .into_any()
}

fn basics(fields: Fields, found: Found) -> AnyView {
    let text = use_text();
    let name = Line { need: Need::Required, hint: text.hint_name(), ..Line::default() };
    let phone = Line { kind: InputKind::Tel, example: text.hint_phone(), ..Line::default() };
    let email = Line { kind: InputKind::Email, example: text.hint_email(), ..Line::default() };
    view! {
        <FormSection title=text.customer_section_basics() hint=text.customer_quick_hint()>
            {line_with(fields, "name", name, move || found.hints(fields, &NAMES))}
            <FormRow>
                {line_with(fields, "phone", phone, move || found.hints(fields, &[Reason::Phone]))}
                {line_with(fields, "email", email, move || found.hints(fields, &[Reason::Email]))}
            </FormRow>
            <FormRow>{choice(fields, "kind", choices::<AccountKind>(), "")} {owner(fields)}</FormRow>
        </FormSection>
    }
    .into_any()
}

/// What most new customers do not need; folded unless something in it was filled or is wrong.
fn more(fields: Fields, found: Found) -> AnyView {
    const OPTIONAL: [&str; 20] = [
        "short_name",
        "credit_code",
        "industry",
        "employees",
        "website",
        "value",
        "level",
        "source",
        "birthday",
        "job_title",
        "remark",
        "phone_2",
        "email_2",
        "wechat",
        "country",
        "province",
        "city",
        "district",
        "street",
        "tags",
    ];
    let text = use_text();
    let status = fields.value("status").get_untracked();
    let filled = status != AccountStatus::Potential.code() || fields.any(&OPTIONAL);
    view! {
        <Section title=text.common_optional_fields() open=filled>
            <div class="stack">
                {contact(fields)}
                {company(fields, found)}
                {personal(fields)}
                {business(fields)}
                {address(fields)}
                <FormSection title=text.customer_section_more()>
                    {line(fields, "tags", Line { hint: text.hint_tags(), ..Line::default() })}
                    {area(fields, "remark", text.hint_remark())}
                </FormSection>
            </div>
        </Section>
    }
    .into_any()
}

fn contact(fields: Fields) -> AnyView {
    let text = use_text();
    let phone = Line { kind: InputKind::Tel, ..Line::default() };
    let email = Line { kind: InputKind::Email, ..Line::default() };
    view! {
        <FormSection title=text.customer_section_contact()>
            <FormRow>{line(fields, "phone_2", phone)} {line(fields, "email_2", email)}</FormRow>
            {line(fields, "wechat", Line::default())}
        </FormSection>
    }
    .into_any()
}

fn company(fields: Fields, found: Found) -> AnyView {
    let text = use_text();
    let kind = fields.value("kind");
    // A form does not send what is disabled.
    let hidden = move || kind.read().as_str() == AccountKind::Individual.code();
    let website = Line { kind: InputKind::Text, example: text.hint_website(), ..Line::default() };
    let credit = Line { hint: text.hint_credit_code(), ..Line::default() };
    let short = Line { hint: text.hint_short_name(), ..Line::default() };
    view! {
        <fieldset hidden=hidden disabled=hidden>
            <FormSection title=text.customer_section_company()>
                {line(fields, "short_name", short)}
                <FormRow>
                    {line(fields, "industry", Line::default())}
                    {number(fields, "employees", true, "".into(), text.hint_employees())}
                </FormRow>
                {line(fields, "website", website)}
                {line_with(fields, "credit_code", credit, move || found.hints(fields, &[Reason::CreditCode]))}
            </FormSection>
        </fieldset>
    }
    .into_any()
}

fn personal(fields: Fields) -> AnyView {
    let text = use_text();
    let kind = fields.value("kind");
    let hidden = move || kind.read().as_str() != AccountKind::Individual.code();
    let birthday = Line { example: text.hint_birthday(), ..Line::default() };
    view! {
        <fieldset hidden=hidden disabled=hidden>
            <FormSection title=text.customer_section_personal()>
                <FormRow>
                    {line(fields, "job_title", Line::default())}
                    {line(fields, "birthday", birthday)}
                </FormRow>
            </FormSection>
        </fieldset>
    }
    .into_any()
}

fn business(fields: Fields) -> AnyView {
    let text = use_text();
    let currency = use_boot().with_value(|boot| boot.currency().code());
    let source = Line { hint: text.hint_source(), ..Line::default() };
    view! {
        <FormSection title=text.customer_section_business()>
            <FormRow>
                {choice(fields, "status", choices::<AccountStatus>(), "")}
                {choice(fields, "level", choices::<Level>(), text.choice_level_none())}
            </FormRow>
            <FormRow>
                {number(fields, "value", false, currency.into(), text.hint_value())}
                {line(fields, "source", source)}
            </FormRow>
        </FormSection>
    }
    .into_any()
}

fn address(fields: Fields) -> AnyView {
    let text = use_text();
    let street = Line { hint: text.hint_street(), ..Line::default() };
    view! {
        <FormSection title=text.customer_section_address()>
            <FormRow>
                {line(fields, "country", Line::default())}
                {line(fields, "province", Line::default())}
            </FormRow>
            <FormRow>
                {line(fields, "city", Line::default())}
                {line(fields, "district", Line::default())}
            </FormRow>
            {line(fields, "street", street)}
        </FormSection>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_kind_does_not_have_is_not_looked_at() {
        let form = AccountForm {
            name: "王芳".to_owned(),
            kind: "individual".to_owned(),
            credit_code: "123".to_owned(),
            birthday: "1990-01-02".to_owned(),
            ..AccountForm::default()
        };
        assert!(form.parse(2).is_err());
        let individual = fitting(form.clone());
        assert!(individual.parse(2).is_ok());
        assert_eq!(individual.birthday, "1990-01-02");
        let company = fitting(AccountForm { kind: "company".to_owned(), ..form });
        assert_eq!((company.credit_code.as_str(), company.birthday.as_str()), ("123", ""));
    }
}
