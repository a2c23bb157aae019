//! How a refusal or a failure is shown: in place of a pane with a way on, or as a sentence.

use crate::{
    boot::use_boot,
    error::AppError,
    frame::here,
    i18n::{Text, use_text, words},
    ui::{Button, EmptyState, ErrorPane, LinkButton, Page, TextLink, Variant},
    view_as::Asking,
};
use domain::failure::Failure;
use leptos::prelude::*;
use leptos_meta::Title;

/// What happened while saving, as a sentence.
#[must_use]
pub fn save_trouble(text: Text, error: &AppError) -> String {
    match error {
        AppError::Failure(failure) => words::failure(text, failure),
        AppError::Transport => text.failure_network().to_owned(),
    }
}

/// What happened while reading, as a sentence.
#[must_use]
pub fn read_trouble(text: Text, error: &AppError) -> String {
    match error {
        AppError::Failure(failure) => words::failure(text, failure),
        AppError::Transport => text.failure_network_read().to_owned(),
    }
}

/// The way on from a refusal that only a new sign-in heals: in a tab of its own, so that what was
/// typed here stays and can be saved afterwards.
#[must_use]
pub fn sign_in_again(text: Text, error: &AppError) -> AnyView {
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

/// What stands where a pane could not be shown. `retry` tries again in place.
#[must_use]
pub fn trouble(error: &AppError, retry: Option<Callback<()>>) -> AnyView {
    said(error, retry).pane()
}

/// What stands where a page could not be shown, with a title and a way `back`.
#[must_use]
pub fn trouble_page(error: &AppError, back: &'static str, retry: Option<Callback<()>>) -> AnyView {
    said(error, retry).page(back)
}

/// Moved, deleted, or never there.
pub(super) fn not_found() -> AnyView {
    gone(use_text()).page("/")
}

/// A failure in words, with the way on.
struct Said {
    /// Sprite name; none for failures of ours, which have a look of their own.
    icon: &'static str,
    title: String,
    body: String,
    reference: String,
    retry: Option<Callback<()>>,
    actions: Option<ViewFn>,
}

impl Said {
    /// Within a page that has its title already.
    fn pane(self) -> AnyView {
        let Self { icon, title, body, reference, retry, actions } = self;
        if !icon.is_empty() {
            let actions = actions.unwrap_or_default();
            return view! { <EmptyState icon=icon title=title text=body actions=actions /> }
                .into_any();
        }
        match retry {
            Some(retry) => {
                view! { <ErrorPane title=title text=body reference=reference on_retry=retry /> }
                    .into_any()
            }
            None => view! { <ErrorPane title=title text=body reference=reference /> }.into_any(),
        }
    }

    /// As a page of its own: the title is the page's, the pane says the rest.
    fn page(mut self, back: &'static str) -> AnyView {
        let title = std::mem::replace(&mut self.title, std::mem::take(&mut self.body));
        view! {
            <Title text=title.clone() />
            <Page title=title back=back>
                {self.pane()}
            </Page>
        }
        .into_any()
    }
}

/// The words for a failure; also gives the page its HTTP status.
fn said(error: &AppError, retry: Option<Callback<()>>) -> Said {
    let text = use_text();
    let failed = |title: &'static str, body: String| Said {
        icon: "",
        title: title.to_owned(),
        body,
        reference: String::new(),
        retry,
        actions: None,
    };
    let Some(failure) = error.failure() else {
        return failed(text.page_offline_title(), text.failure_network_read().to_owned());
    };
    set_status(failure.status());
    match failure {
        Failure::Gone => gone(text),
        Failure::Denied { .. } => {
            Said { icon: "lock", ..failed(text.page_denied_title(), words::failure(text, failure)) }
        }
        Failure::ViewingAs => {
            Said { icon: "lock", ..failed(text.view_as_closed(), words::failure(text, failure)) }
        }
        Failure::SignedOut => signed_out(text),
        Failure::Unavailable => {
            failed(text.page_unavailable_title(), text.page_unavailable_body().to_owned())
        }
        Failure::RateLimited { .. } => {
            failed(text.page_too_many_title(), words::failure(text, failure))
        }
        Failure::Internal { reference } => Said {
            reference: reference.clone(),
            ..failed(text.page_failed_title(), text.page_failed_body().to_owned())
        },
        Failure::Invalid(_)
        | Failure::Conflict(_)
        | Failure::File(_)
        | Failure::TooManyRows { .. }
        | Failure::ConfirmIdentity { .. } => {
            failed(text.failure_not_loaded(), words::failure(text, failure))
        }
    }
}

/// Search, and the bin for those who may look.
fn gone(text: Text) -> Said {
    let boot = use_boot();
    let (bin, viewed) = boot.with_value(|boot| (boot.clears_any(), boot.viewed.is_some()));
    let here = here();
    let why = use_context::<Asking>().filter(|_| viewed);
    let actions = move || {
        view! {
            {why
                .map(|asking| {
                    let ask = move |_| asking.about_this(boot, &here.get_untracked());
                    view! {
                        <Button icon="circle-question-mark" on_click=ask>
                            {text.view_as_why()}
                        </Button>
                    }
                })}
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
    Said {
        icon: "info",
        title: text.page_not_found_title().to_owned(),
        body: text.page_not_found_body().to_owned(),
        reference: String::new(),
        retry: None,
        actions: Some(ViewFn::from(actions)),
    }
}

/// A link that loads the page anew: the server leads to the sign-in page and back.
fn signed_out(text: Text) -> Said {
    let here = here();
    let actions = move || {
        view! {
            <a class="btn btn-primary" href=move || here.get() rel="external">
                <span class="btn-label">{text.auth_submit()}</span>
            </a>
        }
    };
    Said {
        icon: "log-in",
        title: text.page_signed_out_title().to_owned(),
        body: text.auth_expired().to_owned(),
        reference: String::new(),
        retry: None,
        actions: Some(ViewFn::from(actions)),
    }
}
