//! How a refusal or a failure is shown: in place of a pane with a way on, or as a sentence.

use crate::{
    boot::use_boot,
    error::AppError,
    frame::here,
    i18n::{use_text, words},
    ui::{EmptyState, ErrorPane, LinkButton, Page, TextLink, Variant},
};
use domain::{
    failure::Failure,
    policy::{Action, Object},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// What happened while saving, as a sentence.
#[must_use]
pub fn save_trouble(text: crate::i18n::Text, error: &AppError) -> String {
    match error {
        AppError::Failure(failure) => words::failure(text, failure),
        AppError::Transport => text.failure_network().to_owned(),
    }
}

/// The way on from a refusal that only a new sign-in heals: in a tab of its own, so that what was
/// typed here stays and can be saved afterwards.
#[must_use]
pub fn sign_in_again(text: crate::i18n::Text, error: &AppError) -> AnyView {
    if !matches!(error, AppError::Failure(Failure::SignedOut)) {
        return ().into_any();
    }
    view! {
        <TextLink href="/login" external=true>
            {text.auth_submit()}
        </TextLink>
    }
    .into_any()
}

/// The HTTP status of the page that is being rendered.
#[cfg_attr(not(feature = "ssr"), expect(unused_variables, reason = "only the server answers"))]
pub fn set_status(code: u16) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(code))
    {
        response.set_status(status);
    }
}

/// What stands where a pane or a page could not be shown. `retry` tries again in place.
#[must_use]
pub fn trouble(error: &AppError, retry: Option<Callback<()>>) -> AnyView {
    let text = use_text();
    let Some(failure) = error.failure() else {
        return pane(text.page_offline_title(), text.failure_network_read().to_owned(), "", retry);
    };
    set_status(failure.status());
    match failure {
        Failure::Gone => gone(),
        Failure::Denied { .. } => denied(words::failure(text, failure)),
        Failure::SignedOut => signed_out(),
        Failure::Unavailable => {
            pane(text.page_unavailable_title(), text.page_unavailable_body().to_owned(), "", retry)
        }
        Failure::RateLimited { .. } => {
            pane(text.page_too_many_title(), words::failure(text, failure), "", retry)
        }
        Failure::Internal { reference } => {
            pane(text.page_failed_title(), text.page_failed_body().to_owned(), reference, retry)
        }
        Failure::Invalid(_) | Failure::Conflict(_) | Failure::File(_) => {
            pane(text.failure_not_loaded(), words::failure(text, failure), "", retry)
        }
    }
}

fn pane(
    title: &'static str,
    body: String,
    reference: &str,
    retry: Option<Callback<()>>,
) -> AnyView {
    let reference = reference.to_owned();
    match retry {
        Some(retry) => {
            view! { <ErrorPane title=title text=body reference=reference on_retry=retry /> }
                .into_any()
        }
        None => view! { <ErrorPane title=title text=body reference=reference /> }.into_any(),
    }
}

/// Moved, deleted, or never there: search, and the bin for those who may look.
pub(super) fn gone() -> AnyView {
    let text = use_text();
    let bin = use_boot().with_value(|boot| boot.may(Action::Delete, Object::Account));
    let actions = move || {
        view! {
            <LinkButton href="/customers" variant=Variant::Primary icon="search">
                {text.page_not_found_action()}
            </LinkButton>
            {bin
                .then(|| {
                    view! {
                        <LinkButton href="/bin" icon="trash-2">
                            {text.page_not_found_bin()}
                        </LinkButton>
                    }
                })}
        }
    };
    view! {
        <Title text=text.page_not_found_title() />
        <Page title=text.page_not_found_title().to_owned() back="/">
            <EmptyState icon="info" title=text.page_not_found_body() actions=actions />
        </Page>
    }
    .into_any()
}

fn denied(body: String) -> AnyView {
    let text = use_text();
    view! { <EmptyState icon="lock" title=text.page_denied_title() text=body /> }.into_any()
}

/// A link that loads the page anew: the server leads to the sign-in page and back.
fn signed_out() -> AnyView {
    let text = use_text();
    let here = here();
    let actions = move || {
        view! {
            <a class="btn btn-primary" href=move || here.get() rel="external">
                <span class="btn-label">{text.auth_submit()}</span>
            </a>
        }
    };
    view! { <EmptyState icon="log-in" title=text.auth_expired() actions=actions /> }.into_any()
}
