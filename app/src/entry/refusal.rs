//! The page for a person whose request was refused: what happened and what to do.

use super::{Card, Face, document};
use crate::i18n::{Text, complaint};
use domain::failure::Failure;
use leptos::prelude::*;

/// A page that says no, with the words for `failure`.
#[must_use]
pub fn refusal_page(face: &Face, status: u16, failure: &Failure) -> String {
    let text = face.text();
    let (title, body) = words(text, status, failure);
    let card = Card {
        title: title.to_owned(),
        brand: text.app_name().to_owned(),
        here: String::new(),
        wide: false,
        script: false,
    };
    let viewing = *failure == Failure::ViewingAs;
    document(face, card, || {
        let stop = viewing.then(|| {
            view! {
                <form method="post" action="/view-as/stop">
                    <button type="submit" class="btn btn-primary">
                        {text.view_as_stop()}
                    </button>
                </form>
            }
        });
        view! {
            <h1 class="auth-title">{title}</h1>
            <p>{body}</p>
            {stop}
            <p><a class="btn btn-default" href="/">{text.page_home()}</a></p>
        }
        .into_any()
    })
}

fn words(text: Text, status: u16, failure: &Failure) -> (&'static str, String) {
    match (status, failure) {
        (_, Failure::ViewingAs) => (text.view_as_closed(), complaint::failure(text, failure)),
        (_, Failure::TooManyRows { .. }) => {
            (text.export_too_many_title(), complaint::failure(text, failure))
        }
        (404, _) => (text.page_not_found_title(), text.page_not_found_body().to_owned()),
        (403, _) => (text.page_denied_title(), text.page_denied_body().to_owned()),
        (429, _) => (text.page_too_many_title(), complaint::failure(text, failure)),
        (503, _) => (text.page_unavailable_title(), text.page_unavailable_body().to_owned()),
        _ => (text.page_failed_title(), complaint::failure(text, failure)),
    }
}

/// A path as the value of a query parameter.
pub(super) fn escape(path: &str) -> String {
    use std::fmt::Write;
    path.bytes().fold(String::with_capacity(path.len()), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}
