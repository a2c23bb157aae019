//! The form of the settings. It is a plain form; scripts only spare the wait.

use super::{
    SAVED,
    api::{OrganisationScreen, SaveOrganisation},
};
use crate::{
    confirm::{self, Confirming},
    error::AppError,
    frame::save_trouble,
    i18n::{Text, use_text, words},
    ui::{
        Banner, Button, ButtonKind, Card, Choice, FormRow, NumberField, SelectField, TextField,
        Tone, Variant,
    },
};
use domain::{
    failure::Failure,
    lang::Lang,
    money::{CURRENCIES, Currency},
};
use leptos::{form::ActionForm, prelude::*};

/// The fields, by the names of the form, with what the server had against them.
#[derive(Clone, Copy)]
struct Fields {
    text: Text,
    answer: Signal<Option<Result<domain::id::Version, AppError>>>,
}

impl Fields {
    fn error(self, name: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.answer.with(|answer| match answer {
                Some(Err(AppError::Failure(Failure::Invalid(errors)))) => {
                    errors.about(name).map(|error| words::field_error(self.text, error))
                }
                _ => None,
            })
        })
    }

    fn line(self, name: &'static str, label: &'static str, value: &str) -> AnyView {
        view! {
            <TextField
                value=RwSignal::new(value.to_owned())
                label=label
                name=format!("form[{name}]")
                id=format!("f-{name}")
                autocomplete="off"
                maxlength=100
                error=self.error(name)
            />
        }
        .into_any()
    }

    fn choice(
        self,
        name: &'static str,
        [label, hint]: [&'static str; 2],
        value: &str,
        options: Vec<Choice>,
    ) -> AnyView {
        view! {
            <SelectField
                value=RwSignal::new(value.to_owned())
                options=options
                label=label
                hint=hint
                name=format!("form[{name}]")
                id=format!("f-{name}")
                error=self.error(name)
            />
        }
        .into_any()
    }
}

/// The form.
pub(super) fn form(screen: OrganisationScreen) -> AnyView {
    let text = use_text();
    let action = ServerAction::<SaveOrganisation>::new();
    let fields = Fields { text, answer: action.value().into() };
    Effect::new(move |ran: Option<()>| {
        let saved = fields.answer.with(|answer| matches!(answer, Some(Ok(_))));
        if ran.is_some() && saved {
            // Language, zone and currency stand on everything: load the page anew.
            // The address is our own, so it is never refused.
            let _ = window().location().assign(SAVED);
        }
    });
    let confirming = Confirming::here();
    prove(action, confirming);
    let seen = screen.version.0.to_string();
    let names = names(fields, &screen);
    let exports = exports(fields, &screen);
    view! {
        <ActionForm action=action attr:class="form" attr:novalidate="">
            {move || refused(text, &fields.answer.get()?.err()?)}
            <input type="hidden" name="seen" value=seen />
            {names}
            {formats(fields, screen)}
            {exports}
            <div class="cluster">
                <Button variant=Variant::Primary kind=ButtonKind::Submit loading=action.pending()>
                    {text.common_save()}
                </Button>
            </div>
        </ActionForm>
        {confirm::dialog(confirming)}
    }
    .into_any()
}

/// Asks who one is where the server wants to know that first, and sends once more what was sent: raising how much an
/// export takes out is worth a lot to a thief of an open session.
fn prove(action: ServerAction<SaveOrganisation>, confirming: Confirming) {
    let sent = StoredValue::new(None::<SaveOrganisation>);
    let input = action.input();
    Effect::new(move || {
        if let Some(input) = input.get() {
            sent.set_value(Some(input));
        }
    });
    let answer = action.value();
    Effect::new(move || {
        let by = answer.with(|answer| match answer {
            Some(Err(AppError::Failure(Failure::ConfirmIdentity { by }))) => Some(*by),
            _ => None,
        });
        // Without scripts the page comes anew with the refusal, and nothing was sent from here.
        if let (Some(by), Some(input)) = (by, sent.get_value()) {
            let again = move |confirmed| {
                if confirmed {
                    action.dispatch(input.clone());
                }
            };
            confirming.ask(by, Callback::new(again));
        }
    });
}

fn names(fields: Fields, screen: &OrganisationScreen) -> AnyView {
    let text = fields.text;
    let organisation = &screen.organisation;
    let zh = fields.line("name_zh", text.organisation_name_zh(), &organisation.name_zh);
    let en = fields.line("name_en", text.organisation_name_en(), &organisation.name_en);
    view! {
        <Card title=text.organisation_names()>
            <FormRow>{zh} {en}</FormRow>
            <p class="sub">{text.organisation_name_hint()}</p>
        </Card>
    }
    .into_any()
}

fn exports(fields: Fields, screen: &OrganisationScreen) -> AnyView {
    let text = fields.text;
    let most = screen.organisation.export_rows.to_string();
    view! {
        <Card title=text.organisation_exports()>
            <NumberField
                value=RwSignal::new(most)
                label=text.organisation_export_rows()
                hint=text.organisation_export_rows_hint()
                whole=true
                name="form[export_rows]"
                id="f-export_rows"
                error=fields.error("export_rows")
            />
        </Card>
    }
    .into_any()
}

fn formats(fields: Fields, screen: OrganisationScreen) -> AnyView {
    let text = fields.text;
    let OrganisationScreen { organisation, zones, regions, .. } = screen;
    let langs = [Lang::Zh, Lang::En].map(|lang| Choice::new(lang.tag(), words::language(lang)));
    let currencies = CURRENCIES
        .iter()
        .filter_map(|(code, _, _)| Currency::try_from((*code).to_owned()).ok())
        .map(|one| Choice::new(one.code(), words::currency(text, one)))
        .collect();
    let zones = zones.into_iter().map(|zone| Choice::new(zone.clone(), zone.replace('_', " ")));
    let regions = regions.into_iter().map(move |code| {
        let word = text.by_code(&format!("choice.region.{}", code.to_ascii_lowercase()));
        let word = word.map_or_else(|| code.clone(), str::to_owned);
        Choice::new(code, word)
    });
    let label = |label: &'static str, hint: &'static str| [label, hint];
    let lang = label(text.organisation_lang(), text.organisation_lang_hint());
    let currency = label(text.organisation_currency(), text.organisation_currency_hint());
    let zone = label(text.organisation_time_zone(), text.organisation_time_zone_hint());
    let region = label(text.organisation_region(), text.organisation_region_hint());
    view! {
        <Card title=text.organisation_formats()>
            {fields.choice("lang", lang, organisation.lang.tag(), langs.into())}
            {fields.choice("currency", currency, organisation.currency.code(), currencies)}
            {fields.choice("time_zone", zone, &organisation.time_zone, zones.collect())}
            {fields.choice("region", region, &organisation.region, regions.collect())}
        </Card>
    }
    .into_any()
}

/// Why nothing was saved, where it is not about one field.
fn refused(text: Text, error: &AppError) -> Option<AnyView> {
    let words = match error {
        AppError::Failure(Failure::Invalid(_)) => return None,
        AppError::Failure(Failure::Conflict(conflict)) => {
            let who = if conflict.by.is_empty() { text.timeline_system() } else { &conflict.by };
            let reload = move || {
                view! {
                    <a class="btn btn-default btn-sm" href="/admin/organisation" rel="external">
                        <span class="btn-label">{text.common_reload()}</span>
                    </a>
                }
            };
            let words = text.organisation_conflict(who);
            return Some(
                view! { <Banner tone=Tone::Warn actions=reload>{words}</Banner> }.into_any(),
            );
        }
        AppError::Failure(Failure::ConfirmIdentity { .. }) => {
            let prove = move || {
                view! {
                    <a
                        class="btn btn-default btn-sm"
                        href="/confirm?next=/admin/organisation"
                        rel="external"
                    >
                        <span class="btn-label">{text.identity_submit()}</span>
                    </a>
                }
            };
            let words = text.failure_confirm_identity();
            return Some(
                view! { <Banner tone=Tone::Warn actions=prove>{words}</Banner> }.into_any(),
            );
        }
        error => save_trouble(text, error),
    };
    Some(view! { <Banner tone=Tone::Bad>{words}</Banner> }.into_any())
}
