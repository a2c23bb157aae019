//! The form for a new case: what the customer said comes first.

use super::api::{CreateCase, case_categories};
use crate::{
    boot::use_boot,
    carried::carried,
    customers::choose::{Lookup, company_of, option, person_of},
    form::{
        Fields, Line, Linked, Sending, added, area, choice, choices, guard, keep_draft, line,
        linked, operation, owner, save_bar, summary,
    },
    frame::{Draft, WindowTitle},
    i18n::{Text, use_text},
    ui::{Choice, ComboOption, FormRow, FormSection, Need, Page},
};
use domain::{
    case::{CaseChannel, CaseForm, CaseKind, CasePriority},
    field::FieldError,
    policy::Object,
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// What the form begins with.
#[derive(Clone)]
struct Known {
    company: Option<ComboOption>,
    person: Option<ComboOption>,
    categories: Vec<String>,
    saved: String,
}

/// The page of the form.
#[component]
pub fn NewCase() -> impl IntoView {
    let query = use_query_map();
    let place = Memo::new(move |_| {
        query.with(|query| {
            ["account", "person", "saved"].map(|name| query.get(name).unwrap_or_default())
        })
    });
    // Customer and person are named by their numbers in the address; the form shows their names.
    let known = carried(
        move || place.get(),
        |[account, person, _]| async move {
            let categories = case_categories().await.unwrap_or_default();
            (company_of(account).await, person_of(person).await, categories)
        },
    );
    view! {
        <Suspense>
            {move || {
                let [_, _, saved] = place.get();
                Suspend::new(async move {
                    let (company, person, categories) = known.await;
                    let known = Known {
                        company: company.map(option),
                        person: person.map(option),
                        categories,
                        saved,
                    };
                    form(known)
                })
            }}
        </Suspense>
    }
}

fn form(known: Known) -> AnyView {
    let text = use_text();
    let query = use_query_map();
    let (no_customer, no_person) = (RwSignal::new(false), RwSignal::new(false));
    let me = use_boot().with_value(|boot| boot.user.to_string());
    let value =
        |one: &Option<ComboOption>| one.as_ref().map(|one| one.value.clone()).unwrap_or_default();
    let (account, person) = (value(&known.company), value(&known.person));
    let draft = Draft::new(&format!("new.case.{account}.{person}"));
    let fields = Fields::new::<CaseForm>(
        Object::Case,
        |name| {
            query.with_untracked(|query| query.get(name)).unwrap_or_else(|| match name {
                "account" => account.clone(),
                "person" => person.clone(),
                "kind" => CaseKind::Complaint.code().to_owned(),
                "priority" => CasePriority::Normal.code().to_owned(),
                "channel" => CaseChannel::Phone.code().to_owned(),
                "owner" => me.clone(),
                _ => String::new(),
            })
        },
        move |form: &CaseForm| {
            let mut errors = form.parse().err().unwrap_or_default();
            // A name that stands for nobody must not be dropped in silence.
            for (name, unmatched) in [("account", no_customer), ("person", no_person)] {
                if unmatched.get_untracked() {
                    errors.0.push((name.to_owned(), FieldError::Unknown));
                }
            }
            errors
        },
    );
    let action = ServerAction::<CreateCase>::new();
    let Sending { failure, dirty, pending, away } = Sending::of(fields, action);
    let Known { company, person, categories, saved } = known;
    view! {
        <WindowTitle text=Signal::stored(text.case_new().to_owned()) />
        <Page title=text.case_new().to_owned() back="/feedback" narrow=true class="form-page">
            {added("feedback", &saved, Text::deal_created)}
            // Customer and person are not kept: the form would have to look up their names.
            {keep_draft(fields, draft, away, &["account", "person"])}
            <ActionForm action=action attr:class="form" attr:novalidate="">
                <input type="hidden" name="operation" value=operation().to_string() />
                {summary(fields, failure)}
                {said(fields, company, no_customer, person, no_person)}
                {sorted(fields, categories)}
                {save_bar(fields, pending, "/feedback")}
            </ActionForm>
            {guard(dirty, draft)}
        </Page>
    }
    .into_any()
}

/// Who said what.
fn said(
    fields: Fields,
    company: Option<ComboOption>,
    no_customer: RwSignal<bool>,
    person: Option<ComboOption>,
    no_person: RwSignal<bool>,
) -> AnyView {
    let text = use_text();
    let subject = Line { need: Need::Required, ..Line::default() };
    let customer = Linked {
        name: "account",
        lookup: Lookup::companies(),
        hint: "",
        placeholder: text.person_company_search(),
        unmatched: no_customer,
    };
    let who = Linked {
        name: "person",
        lookup: Lookup::people(),
        hint: "",
        placeholder: text.customer_people_search(),
        unmatched: no_person,
    };
    let contact = Line { hint: text.case_contact_hint(), ..Line::default() };
    view! {
        <FormSection title=text.case_section_said()>
            {line(fields, "subject", subject)}
            {area(fields, "body", "")}
            {linked(fields, customer, company)}
            {linked(fields, who, person)}
            {line(fields, "contact", contact)}
        </FormSection>
    }
    .into_any()
}

/// What it is sorted into, how urgent it is, and who takes care of it.
fn sorted(fields: Fields, categories: Vec<String>) -> AnyView {
    let text = use_text();
    let category = if categories.is_empty() {
        line(fields, "category", Line::default())
    } else {
        let options = categories.into_iter().map(|name| Choice::new(name.clone(), name)).collect();
        choice(fields, "category", options, text.common_empty_value())
    };
    view! {
        <FormSection title=text.case_section_sorted()>
            <FormRow>
                {choice(fields, "kind", choices::<CaseKind>(), "")}
                {choice(fields, "priority", choices::<CasePriority>(), "")}
            </FormRow>
            <FormRow>{category} {choice(fields, "channel", choices::<CaseChannel>(), "")}</FormRow>
            <FormRow>{owner(fields)}</FormRow>
        </FormSection>
    }
    .into_any()
}
