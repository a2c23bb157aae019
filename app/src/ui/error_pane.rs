//! A pane that could not be shown, while the rest of the page works.
//! Offers to try again and the code that finds the failure in the server's log.

use leptos::prelude::*;

use super::{Icon, Text, given, safe_href, use_words};

/// What failed, what to do, and the reference to pass on.
#[component]
pub fn ErrorPane(
    /// What happened.
    #[prop(into)]
    title: Text,
    /// What to do and what is safe.
    #[prop(optional, into)]
    text: Text,
    /// Request id of the failure.
    #[prop(optional, into)]
    reference: Text,
    /// Tries again in place.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
    /// Tries again by loading this address.
    #[prop(optional, into)]
    retry_href: Text,
) -> AnyView {
    let words = use_words();
    let retry = if let Some(on_retry) = on_retry {
        view! {
            <button type="button" class="btn btn-default" data-needs-live="true" on:click=move |_| on_retry.run(())>
                <Icon name="rotate-cw" />
                <span class="btn-label">{words.retry.clone()}</span>
            </button>
        }
        .into_any()
    } else if retry_href.is_empty() {
        ().into_any()
    } else {
        view! {
            <a class="btn btn-default" href=safe_href(&retry_href)>
                <Icon name="rotate-cw" />
                <span class="btn-label">{words.retry.clone()}</span>
            </a>
        }
        .into_any()
    };
    let code = (!reference.is_empty()).then(|| {
        view! {
            <p class="error-reference">
                {words.reference.clone()} " " <code class="select-all">{reference}</code>
            </p>
        }
    });
    view! {
        <div class="empty error-pane" role="alert">
            <span class="empty-icon" data-tone="bad">
                <Icon name="circle-alert" class="icon-lg" />
            </span>
            <p class="empty-title">{title}</p>
            <p class="empty-text">{given(&text)}</p>
            <div class="cluster empty-actions">{retry}</div>
            {code}
        </div>
    }
    .into_any()
}
