//! The links of a survey: the open one with its code, and links for one customer each.

use super::{address, api::MakeSurveyLink, page::Desk};
use crate::{
    carried::carried,
    customers::{
        choose::{Lookup, company_of, option},
        record::copy_text,
    },
    error::AppError,
    frame::save_trouble,
    i18n::words,
    ui::{Banner, Button, ButtonKind, ComboOption, Combobox, Section, Size, Tone, Variant},
};
use domain::{
    failure::Failure,
    survey::{Survey, SurveyStatus},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// A path as [`Survey::path`] makes it, and nothing else that could stand in an address.
fn is_link(path: &str) -> bool {
    path.strip_prefix("/s/").is_some_and(|token| {
        token.len() == 32 && token.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// The section with the links.
pub(super) fn links(desk: Desk) -> AnyView {
    let text = desk.text;
    let survey = desk.survey();
    let content = if survey.status == SurveyStatus::Draft {
        view! { <p class="muted">{text.survey_link_draft()}</p> }.into_any()
    } else {
        view! {
            {(!desk.is_open())
                .then(|| view! { <Banner tone=Tone::Info>{text.survey_link_closed()}</Banner> })}
            <div class="survey-links">
                {open_link(desk, &survey)}
                {(desk.is_open() && desk.may_send).then(|| personal(desk, &survey))}
            </div>
        }
        .into_any()
    };
    view! {
        <Section title=text.survey_links() id="survey-links">
            <div class="stack">{content} {desk.may_edit.then(|| desk.switch(&survey))}</div>
        </Section>
    }
    .into_any()
}

/// A link as text, with a button that copies it.
fn address_of(desk: Desk, href: String) -> AnyView {
    let text = desk.text;
    let (to_copy, shown) = (href.clone(), href.clone());
    let copy = move |_| {
        if copy_text(&to_copy) {
            desk.toasts.done(text.common_copied().to_owned());
        }
    };
    view! {
        <p class="survey-link">
            <a href=href rel="external">{shown}</a>
            <Button icon="copy" size=Size::Sm class="phone-keep" on_click=copy>
                {text.survey_copy_link()}
            </Button>
        </p>
    }
    .into_any()
}

fn open_link(desk: Desk, survey: &Survey) -> AnyView {
    let text = desk.text;
    let here = address::of(survey.number);
    let href =
        desk.screen.with_value(|screen| format!("{}{}", screen.site, Survey::path(&survey.token)));
    view! {
        <div class="survey-open">
            <img
                class="survey-code"
                src=format!("{here}/code")
                alt=text.survey_code_of()
                width="160"
                height="160"
            />
            <div class="stack">
                <h3 class="card-title">{text.survey_link_open()}</h3>
                {address_of(desk, href)}
                <p>
                    <a href=format!("{here}/poster") rel="external">{text.survey_poster()}</a>
                </p>
            </div>
        </div>
    }
    .into_any()
}

/// A link for one customer, who may be named in the address.
fn personal(desk: Desk, survey: &Survey) -> AnyView {
    let query = use_query_map();
    let place = Memo::new(move |_| {
        query.with(|query| ["account", "made"].map(|name| query.get(name).unwrap_or_default()))
    });
    let known = carried(move || place.get(), |[account, _]| company_of(account));
    let (id, number) = (survey.id.to_string(), survey.number.to_string());
    view! {
        <Suspense>
            {move || {
                let [_, made] = place.get();
                let (id, number) = (id.clone(), number.clone());
                Suspend::new(async move {
                    let company = known.await.map(option);
                    personal_form(desk, id, number, company, made)
                })
            }}
        </Suspense>
    }
    .into_any()
}

fn personal_form(
    desk: Desk,
    id: String,
    number: String,
    company: Option<ComboOption>,
    made: String,
) -> AnyView {
    let text = desk.text;
    let action = ServerAction::<MakeSurveyLink>::new();
    let lookup = Lookup::companies();
    let chosen = RwSignal::new(company.clone().into_iter().collect::<Vec<ComboOption>>());
    let without_scripts =
        is_link(&made).then(|| desk.screen.with_value(|screen| format!("{}{made}", screen.site)));
    let named = StoredValue::new(company.map(|company| company.label).unwrap_or_default());
    // Whom the link is for that is shown: another choice does not rename it.
    Effect::new(move |_| {
        if action.pending().get() {
            let name = chosen.with_untracked(|chosen| chosen.first().map(|one| one.label.clone()));
            named.set_value(name.unwrap_or_default());
        }
    });
    let error = Signal::derive(move || {
        action.value().with(|answer| match answer {
            Some(Err(AppError::Failure(Failure::Invalid(_)))) => {
                Some(text.survey_personal_none().to_owned())
            }
            Some(Err(error)) => Some(save_trouble(text, error)),
            _ => None,
        })
    });
    let shown = move || {
        let link = action.value().get().and_then(Result::ok).or_else(|| without_scripts.clone());
        link.map(|link| {
            let name = named.get_value();
            view! {
                <div class="survey-made" role="status">
                    <p>{text.survey_personal_made(&name)}</p>
                    {address_of(desk, link)}
                </div>
            }
        })
    };
    view! {
        <div class="stack">
            <h3 class="card-title">{text.survey_personal()}</h3>
            <ActionForm action=action attr:class="form" attr:novalidate="">
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="number" value=number.trim_start_matches("S-").to_owned() />
                <Combobox
                    chosen=chosen
                    options=lookup.options
                    loading=lookup.loading
                    label=words::field(text, domain::policy::Object::Survey, "account")
                    name="account"
                    id="survey-account"
                    hint=text.survey_personal_hint()
                    placeholder=text.person_company_search()
                    no_match=text.list_none_title()
                    error=error
                    on_query=move |typed| lookup.ask(typed)
                />
                <div>
                    <Button
                        variant=Variant::Primary
                        kind=ButtonKind::Submit
                        loading=action.pending()
                        class="phone-keep"
                    >
                        {text.survey_personal_make()}
                    </Button>
                </div>
            </ActionForm>
            {shown}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_link_of_ours_is_shown_as_one() {
        assert!(is_link(&Survey::path(&"0a".repeat(16))));
        for other in
            ["", "/s/", "/s/0", "//evil.example", "/s/../x", &format!("/s/{}", "g".repeat(32))]
        {
            assert!(!is_link(other), "{other}");
        }
    }
}
