//! The form for a new deal.

use super::api::{CreateOpportunity, list_pipelines};
use crate::{
    boot::use_boot,
    carried::carried,
    customers::choose::{Lookup, company_of, option},
    form::{
        Fields, Line, Linked, Sending, added, choice, guard, keep_draft, line, linked, number,
        operation, owner, save_bar, summary,
    },
    frame::{Draft, WindowTitle},
    i18n::{Text, use_text, words},
    ui::{Choice, ComboOption, FormRow, FormSection, Need, Page, Section},
};
use domain::{
    field::FieldError,
    money::{CURRENCIES, Currency},
    opportunity::OpportunityForm,
    pipeline::Pipeline,
    policy::Object,
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// The page of the form.
#[component]
pub fn NewOpportunity() -> impl IntoView {
    let query = use_query_map();
    // The customer is named by its number in the address; the form shows its name.
    let place = Memo::new(move |_| {
        query.with(|query| {
            (query.get("account").unwrap_or_default(), query.get("saved").unwrap_or_default())
        })
    });
    let known = carried(
        move || place.get(),
        |(number, _)| async move { (company_of(number).await, list_pipelines().await) },
    );
    view! {
        <Suspense>
            {move || {
                let saved = place.get().1;
                Suspend::new(async move {
                    let (company, pipelines) = known.await;
                    view! {
                        <Form
                            company=company.map(option)
                            pipelines=pipelines.unwrap_or_default()
                            saved=saved
                        />
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Form(company: Option<ComboOption>, pipelines: Vec<Pipeline>, saved: String) -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let (me, house) = use_boot().with_value(|boot| (boot.user.to_string(), boot.currency()));
    let first = pipelines.iter().flat_map(Pipeline::columns).next();
    let first = first.map(|stage| stage.id.to_string()).unwrap_or_default();
    let [no_customer, no_person] = [(); 2].map(|()| RwSignal::new(false));
    let fields = Fields::new::<OpportunityForm>(
        Object::Opportunity,
        |name| {
            query.with_untracked(|query| query.get(name)).unwrap_or_else(|| match name {
                "owner" => me.clone(),
                "currency" => house.code().to_owned(),
                "stage" => first.clone(),
                _ => String::new(),
            })
        },
        move |form: &OpportunityForm| {
            let mut errors = form.parse(house).err().unwrap_or_default();
            // A name that stands for nobody must not be dropped in silence.
            for (name, unmatched) in [("account", no_customer), ("person", no_person)] {
                if unmatched.get_untracked() {
                    errors.0.push((name.to_owned(), FieldError::Unknown));
                }
            }
            errors
        },
    );
    let company_number = company.as_ref().map(|company| company.value.clone()).unwrap_or_default();
    let draft = Draft::new(&format!("new.deal.{company_number}"));
    let action = ServerAction::<CreateOpportunity>::new();
    let Sending { failure, dirty, pending, away } = Sending::of(fields, action);
    view! {
        <WindowTitle text=Signal::stored(text.deal_new().to_owned()) />
        <Page
            title=text.deal_new().to_owned()
            back="/pipeline"
            narrow=true
            class="form-page"
        >
            {added("deals", &saved, Text::deal_created)}
            // Customer and person are not kept: the form would have to look up their names.
            {keep_draft(fields, draft, away, &["account", "person"])}
            <ActionForm action=action attr:class="form" attr:novalidate="">
                <input type="hidden" name="operation" value=operation().to_string() />
                {summary(fields, failure)}
                {basics(fields, (company, no_customer), stages(&pipelines))}
                {more(fields, no_person)}
                {save_bar(fields, pending, "/pipeline")}
            </ActionForm>
            {guard(dirty, draft)}
        </Page>
    }
    .into_any()
}

/// The stages a deal can begin in, with the pipeline where there are several.
fn stages(pipelines: &[Pipeline]) -> Vec<Choice> {
    let lang = use_text().lang();
    let several = pipelines.len() > 1;
    let named = pipelines.iter().flat_map(|pipeline| {
        pipeline.columns().map(move |stage| {
            let name = stage.name.in_lang(lang);
            let label = if several {
                format!("{} · {name}", pipeline.name.in_lang(lang))
            } else {
                name.to_owned()
            };
            Choice::new(stage.id.to_string(), label)
        })
    });
    named.collect()
}

fn basics(
    fields: Fields,
    (company, no_customer): (Option<ComboOption>, RwSignal<bool>),
    stages: Vec<Choice>,
) -> AnyView {
    let text = use_text();
    let name = Line { need: Need::Required, hint: text.hint_deal_name(), ..Line::default() };
    let close = Line { example: text.hint_date(), ..Line::default() };
    let step = Line { hint: text.hint_next_step(), ..Line::default() };
    let on = Line { example: text.hint_date(), ..Line::default() };
    let customer = Linked {
        name: "account",
        lookup: Lookup::companies(),
        hint: "",
        placeholder: text.person_company_search(),
        unmatched: no_customer,
    };
    view! {
        <FormSection title=text.deal_section_basics()>
            {line(fields, "name", name)}
            {linked(fields, customer, company)}
            <FormRow>
                {number(fields, "value", false, "".into(), "")}
                {choice(fields, "currency", currencies(), "")}
            </FormRow>
            <FormRow>
                {choice(fields, "stage", stages, "")}
                {line(fields, "expected_close", close)}
            </FormRow>
            <FormRow>
                {line(fields, "next_step", step)}
                {line(fields, "next_step_on", on)}
            </FormRow>
            {owner(fields)}
        </FormSection>
    }
    .into_any()
}

/// Every currency, that of the organisation first.
pub(crate) fn currencies() -> Vec<Choice> {
    let text = use_text();
    let house = use_boot().with_value(|boot| boot.currency());
    let named = |currency: Currency| {
        Choice::new(currency.code(), words::currency(text, currency).to_owned())
    };
    let others = CURRENCIES
        .iter()
        .filter_map(|(code, ..)| Currency::try_from((*code).to_owned()).ok())
        .filter(|currency| *currency != house);
    std::iter::once(house).chain(others).map(named).collect()
}

/// What most new deals do not need.
fn more(fields: Fields, no_person: RwSignal<bool>) -> AnyView {
    const OPTIONAL: [&str; 2] = ["person", "source"];
    let text = use_text();
    let person = Linked {
        name: "person",
        lookup: Lookup::people(),
        hint: text.hint_deal_person(),
        placeholder: text.customer_people_search(),
        unmatched: no_person,
    };
    view! {
        <Section title=text.common_optional_fields() open=fields.any(&OPTIONAL)>
            <FormRow>
                {linked(fields, person, None)}
                {line(fields, "source", Line { hint: text.hint_source(), ..Line::default() })}
            </FormRow>
        </Section>
    }
    .into_any()
}
