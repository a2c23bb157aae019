//! The first set-up: administrator, organisation, where to start. One page a step.

use super::{
    Card, Face, document,
    field::{Line, Select},
    refusal::escape,
};
use crate::{
    i18n::{Text, words},
    ui::{Step, StepState, Stepper},
};
use domain::{
    field::FormErrors,
    lang::Lang,
    money::{CURRENCIES, Currency},
    organisation::OrganisationForm,
};
use leptos::prelude::*;

/// What is wrong with the link somebody came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// There was none.
    Missing,
    /// It is not the one printed.
    Wrong,
}

/// The page for somebody without the right link.
#[must_use]
pub fn set_up_link_page(face: &Face, link: Link) -> String {
    let text = face.text();
    let words = match link {
        Link::Missing => text.setup_link_missing(),
        Link::Wrong => text.setup_link_wrong(),
    };
    document(face, card(text, "/setup".to_owned()), || {
        view! {
            <h1 class="auth-title">{text.setup_title()}</h1>
            <p>{words}</p>
        }
        .into_any()
    })
}

/// What was typed on the first page.
#[derive(Clone, Debug, Default)]
pub struct AdminFields {
    /// The link's secret.
    pub token: String,
    /// Name shown to colleagues.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

fn card(text: Text, here: String) -> Card {
    Card {
        title: text.setup_title().to_owned(),
        brand: text.app_name().to_owned(),
        here,
        wide: true,
        script: false,
    }
}

fn steps(text: Text, current: usize) -> AnyView {
    let labels = [text.setup_step_admin(), text.setup_step_organisation(), text.setup_step_data()];
    let steps = labels
        .into_iter()
        .enumerate()
        .map(|(at, label)| {
            let state = match at.cmp(&current) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Current,
                std::cmp::Ordering::Greater => StepState::Todo,
            };
            Step::new(label, state)
        })
        .collect();
    view! { <Stepper label=text.setup_title() steps=steps /> }.into_any()
}

/// Step 1: the first administrator.
#[must_use]
pub fn set_up_admin_page(face: &Face, typed: &AdminFields, errors: &FormErrors) -> String {
    let text = face.text();
    let here = format!("/setup?token={}", escape(&typed.token));
    document(face, card(text, here), || {
        let line = |name, label, kind, autocomplete, value, hint| Line {
            name,
            label,
            kind,
            autocomplete,
            value,
            hint,
            required: true,
            autofocus: name == "name",
        };
        let name = line("name", text.setup_name(), "text", "name", &*typed.name, "");
        let email = line("email", text.setup_email(), "email", "username", &*typed.email, "");
        let password = line(
            "password",
            text.setup_password(),
            "password",
            "new-password",
            "",
            text.setup_password_hint(),
        );
        let again =
            line("password_again", text.setup_password_again(), "password", "new-password", "", "");
        view! {
            {steps(text, 0)}
            <h1 class="auth-title">{text.setup_admin_heading()}</h1>
            <p class="auth-lead">{text.setup_intro()}</p>
            <form class="form" method="post" action="/setup">
                <input type="hidden" name="token" value=typed.token.clone() />
                {name.view(text, errors)}
                {email.view(text, errors)}
                {password.view(text, errors)}
                {again.view(text, errors)}
                <button class="btn btn-primary btn-lg btn-full">{text.setup_create()}</button>
            </form>
            <p class="auth-foot">{text.setup_admin_hint()}</p>
        }
        .into_any()
    })
}

/// Countries offered for phone numbers, in the order of the catalogue.
pub(crate) const REGIONS: [&str; 14] =
    ["CN", "HK", "MO", "TW", "SG", "JP", "KR", "US", "CA", "GB", "DE", "FR", "AU", "IN"];

/// Step 2: the organisation. `zones` are the names to choose from.
#[must_use]
pub fn set_up_organisation_page(
    face: &Face,
    typed: &OrganisationForm,
    zones: Vec<String>,
    errors: &FormErrors,
) -> String {
    let text = face.text();
    document(face, card(text, "/setup/organisation".to_owned()), || {
        let name = |name, label, value, hint| Line {
            name,
            label,
            kind: "text",
            autocomplete: "organization",
            value,
            hint,
            required: false,
            autofocus: name == "name_zh",
        };
        let select =
            |name, label, value, hint, options| Select { name, label, value, hint, options };
        let zh = name("name_zh", text.organisation_name_zh(), &*typed.name_zh, "");
        let en = name(
            "name_en",
            text.organisation_name_en(),
            &*typed.name_en,
            text.organisation_name_hint(),
        );
        let lang = select(
            "lang",
            text.organisation_lang(),
            &*typed.lang,
            text.organisation_lang_hint(),
            [Lang::Zh, Lang::En]
                .map(|lang| (lang.tag().to_owned(), words::language(lang).to_owned()))
                .to_vec(),
        );
        let currency = select(
            "currency",
            text.organisation_currency(),
            &*typed.currency,
            "",
            CURRENCIES
                .iter()
                .filter_map(|(code, _, _)| Currency::try_from((*code).to_owned()).ok())
                .map(|one| (one.code().to_owned(), words::currency(text, one).to_owned()))
                .collect(),
        );
        let zone = select(
            "time_zone",
            text.organisation_time_zone(),
            &*typed.time_zone,
            text.organisation_time_zone_hint(),
            zones.into_iter().map(|zone| (zone.clone(), zone.replace('_', " "))).collect(),
        );
        let region = select(
            "region",
            text.organisation_region(),
            &*typed.region,
            text.organisation_region_hint(),
            REGIONS
                .iter()
                .map(|code| {
                    let key = format!("choice.region.{}", code.to_ascii_lowercase());
                    {
                        let shown = text.by_code(&key).unwrap_or(*code);
                        ((*code).to_owned(), shown.to_owned())
                    }
                })
                .collect(),
        );
        view! {
            {steps(text, 1)}
            <h1 class="auth-title">{text.setup_organisation_heading()}</h1>
            <p class="auth-lead">{text.setup_organisation_hint()}</p>
            <form class="form" method="post" action="/setup/organisation">
                {zh.view(text, errors)}
                {en.view(text, errors)}
                {lang.view(text, errors)}
                {currency.view(text, errors)}
                {zone.view(text, errors)}
                {region.view(text, errors)}
                <button class="btn btn-primary btn-lg btn-full">{text.setup_continue()}</button>
            </form>
            <p class="auth-foot"><a href="/setup/data">{text.common_skip()}</a></p>
        }
        .into_any()
    })
}

/// Step 3: where to start.
#[must_use]
pub fn set_up_data_page(face: &Face) -> String {
    let text = face.text();
    document(face, card(text, "/setup/data".to_owned()), || {
        let choices = [
            ("import", text.setup_data_import(), text.setup_data_import_hint()),
            ("sample", text.setup_data_sample(), text.setup_data_sample_hint()),
            ("empty", text.setup_data_empty(), text.setup_data_empty_hint()),
        ]
        .into_iter()
        .map(|(value, label, hint)| {
            let id = format!("start-{value}");
            let target = id.clone();
            view! {
                <label class="check radio" for=target>
                    <input type="radio" id=id name="start" value=value checked=value == "import" />
                    <span class="check-text">
                        <span>{label}</span>
                        <span class="sub">{hint}</span>
                    </span>
                </label>
            }
        })
        .collect_view();
        view! {
            {steps(text, 2)}
            <h1 class="auth-title" id="start-title">{text.setup_data_heading()}</h1>
            <form class="form" method="post" action="/setup/data">
                <div class="radio-group" role="radiogroup" aria-labelledby="start-title">{choices}</div>
                <label class="check" for="second-step">
                    <input type="checkbox" id="second-step" name="second_step" value="on" checked=true />
                    <span class="check-text">
                        <span>{text.setup_second_step()}</span>
                        <span class="sub">{text.setup_second_step_hint()}</span>
                    </span>
                </label>
                <button class="btn btn-primary btn-lg btn-full">{text.setup_open()}</button>
            </form>
        }
        .into_any()
    })
}
