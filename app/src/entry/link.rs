//! The pages behind links that work once: choosing a password.

use super::{Card, Face, document, field::Line};
use domain::{field::FormErrors, link::LinkPurpose};
use leptos::prelude::*;

/// What the page behind a link shows.
#[derive(Clone, Debug)]
pub struct LinkPage {
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// Path of the page, which is where the form goes.
    pub path: String,
    /// Name of the organisation; may be empty.
    pub organisation: String,
    /// E-mail address of whom the link is for.
    pub email: String,
}

/// The page behind a link that works.
#[must_use]
pub fn link_page(face: &Face, page: &LinkPage, errors: &FormErrors) -> String {
    let text = face.text();
    let title = match page.purpose {
        LinkPurpose::Invite => text.link_invite_title(),
        LinkPurpose::Reset => text.link_reset_title(),
    };
    let brand = match &*page.organisation {
        "" => text.app_name().to_owned(),
        name => name.to_owned(),
    };
    let card = Card {
        title: title.to_owned(),
        brand,
        here: page.path.clone(),
        wide: false,
        script: false,
    };
    document(face, card, || {
        let line = |name, label, hint| Line {
            name,
            label,
            kind: "password",
            autocomplete: "new-password",
            value: "",
            hint,
            required: true,
            autofocus: name == "password",
        };
        let password = line("password", text.password_new(), text.password_hint());
        let again = line("password_again", text.password_again(), "");
        view! {
            <h1 class="auth-title">{title}</h1>
            <p class="auth-lead">{text.link_lead(&page.email)}</p>
            <form class="form" method="post" action=page.path.clone()>
                // Tells password managers whose password it is.
                <input
                    class="visually-hidden"
                    type="email"
                    autocomplete="username"
                    value=page.email.clone()
                    readonly
                    tabindex="-1"
                    aria-hidden="true"
                />
                {password.view(text, errors)}
                {again.view(text, errors)}
                <button class="btn btn-primary btn-lg btn-full">{text.link_submit()}</button>
            </form>
            <p class="auth-foot">{text.link_hint()}</p>
        }
        .into_any()
    })
}

/// The page behind a link that does not work, whatever the reason.
#[must_use]
pub fn dead_link_page(face: &Face) -> String {
    let text = face.text();
    let card = Card {
        title: text.link_dead_title().to_owned(),
        brand: text.app_name().to_owned(),
        here: String::new(),
        wide: false,
        script: false,
    };
    document(face, card, || {
        view! {
            <h1 class="auth-title">{text.link_dead_title()}</h1>
            <p>{text.link_dead_body()}</p>
            <p><a class="btn btn-default" href="/login">{text.auth_title()}</a></p>
        }
        .into_any()
    })
}
