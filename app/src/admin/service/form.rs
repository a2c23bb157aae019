//! The form of the settings. It is a plain form; scripts only spare the wait.

use super::{
    SAVED,
    api::{SaveService, ServiceScreen},
};
use crate::{
    error::AppError,
    frame::save_trouble,
    i18n::{Text, format, use_text, words},
    ui::{Banner, Button, ButtonKind, Card, FormRow, TextArea, TextField, Tone, Variant},
};
use domain::{case::CasePriority, failure::Failure, id::Version, service::ServiceForm};
use leptos::{form::ActionForm, prelude::*};

/// The fields, by the names of the form, with what the server had against them.
#[derive(Clone, Copy)]
struct Fields {
    text: Text,
    answer: Signal<Option<Result<Version, AppError>>>,
}

impl Fields {
    fn error(self, name: String) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.answer.with(|answer| match answer {
                Some(Err(AppError::Failure(Failure::Invalid(errors)))) => {
                    errors.about(&name).map(|error| words::field_error(self.text, error))
                }
                _ => None,
            })
        })
    }

    /// A line; `path` is its place in the form, `about` the name complaints stand under.
    fn line(self, path: String, about: String, label: String, value: &str) -> AnyView {
        view! {
            <TextField
                value=RwSignal::new(value.to_owned())
                label=label
                name=format!("form{path}")
                id=format!("f-{path}")
                autocomplete="off"
                maxlength=10
                error=self.error(about)
            />
        }
        .into_any()
    }

    fn area(
        self,
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        value: &str,
    ) -> AnyView {
        view! {
            <TextArea
                value=RwSignal::new(value.to_owned())
                label=label
                hint=hint
                name=format!("form[{name}]")
                id=format!("f-{name}")
                error=self.error(name.to_owned())
            />
        }
        .into_any()
    }
}

/// The form.
pub(super) fn form(screen: ServiceScreen) -> AnyView {
    let text = use_text();
    let action = ServerAction::<SaveService>::new();
    let fields = Fields { text, answer: action.value().into() };
    Effect::new(move |ran: Option<()>| {
        let saved = fields.answer.with(|answer| matches!(answer, Some(Ok(_))));
        if ran.is_some() && saved {
            // The address is our own, so it is never refused.
            let _ = window().location().assign(SAVED);
        }
    });
    let ServiceScreen { form, version } = screen;
    let seen = version.0.to_string();
    let categories = fields.area(
        "categories",
        text.service_categories(),
        text.service_categories_hint(),
        &form.categories,
    );
    let (targets, hours) = (targets(fields, &form), hours(fields, &form));
    view! {
        <ActionForm action=action attr:class="form" attr:novalidate="">
            {move || refused(text, &fields.answer.get()?.err()?)}
            <input type="hidden" name="seen" value=seen />
            {targets}
            {hours}
            <Card title=text.service_categories()>{categories}</Card>
            <div class="cluster">
                <Button variant=Variant::Primary kind=ButtonKind::Submit loading=action.pending()>
                    {text.common_save()}
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn targets(fields: Fields, form: &ServiceForm) -> AnyView {
    let text = fields.text;
    let rows = CasePriority::ALL
        .iter()
        .zip(&form.targets)
        .enumerate()
        .map(|(place, (priority, target))| {
            let word = words::case_priority(text, *priority);
            let one = |name: &str, label: &str, value: &str| {
                fields.line(
                    format!("[targets][{place}][{name}]"),
                    format!("targets.{place}.{name}"),
                    format!("{word}: {label}"),
                    value,
                )
            };
            let answer = one("answer", text.service_answer(), &target.answer);
            let solve = one("solve", text.service_solve(), &target.solve);
            view! { <FormRow>{answer} {solve}</FormRow> }
        })
        .collect_view();
    view! {
        <Card title=text.service_targets()>
            {rows} <p class="sub">{text.service_targets_hint()}</p>
        </Card>
    }
    .into_any()
}

fn hours(fields: Fields, form: &ServiceForm) -> AnyView {
    let text = fields.text;
    let holidays = fields.area(
        "holidays",
        text.service_holidays(),
        text.service_holidays_hint(),
        &form.holidays,
    );
    let extra_days = fields.area(
        "extra_days",
        text.service_extra_days(),
        text.service_extra_days_hint(),
        &form.extra_days,
    );
    let days = form
        .week
        .iter()
        .enumerate()
        .map(|(place, day)| {
            let word = format::weekday(text, u8::try_from(place).unwrap_or(0));
            let one = |name: &str, label: &str, value: &str| {
                fields.line(
                    format!("[week][{place}][{name}]"),
                    format!("week.{place}"),
                    format!("{word}: {label}"),
                    value,
                )
            };
            let from = one("from", text.service_from(), &day.from);
            let until = one("until", text.service_until(), &day.until);
            view! { <FormRow>{from} {until}</FormRow> }
        })
        .collect_view();
    view! {
        <Card title=text.service_hours()>
            <p class="sub">{text.service_hours_hint()}</p>
            {days} {holidays} {extra_days}
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
                    <a class="btn btn-default btn-sm" href="/admin/service" rel="external">
                        <span class="btn-label">{text.common_reload()}</span>
                    </a>
                }
            };
            let words = text.service_conflict(who);
            return Some(
                view! { <Banner tone=Tone::Warn actions=reload>{words}</Banner> }.into_any(),
            );
        }
        error => save_trouble(text, error),
    };
    Some(view! { <Banner tone=Tone::Bad>{words}</Banner> }.into_any())
}
