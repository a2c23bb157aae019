//! Pages outside of the screens: sign-in, first set-up, refusals. Rendered to a string by the
//! server, with forms and links only: they work without any script. One small script asks for passkeys where there are any.

mod confirm;
mod field;
mod link;
mod passkey;
mod refusal;
mod second_step;
mod set_up;
mod sign_in;

pub use confirm::{
    CodePage, ConfirmPage, PasskeysHere, ProofNotice, code_page, confirm_page, download_page,
};
pub use link::{LinkPage, dead_link_page, link_page};
pub use passkey::{PasskeyNotice, PasskeysPage, default_passkey_name, passkeys_page};
pub use refusal::refusal_page;
pub use second_step::{SecondStepPage, SecondStepState, recovery_codes_page, second_step_page};
pub(crate) use set_up::REGIONS;
pub use set_up::{
    AdminFields, Link, set_up_admin_page, set_up_data_page, set_up_link_page,
    set_up_organisation_page,
};
pub use sign_in::{Notice, SignIn, sign_in_page};

use crate::{
    boot::SiteFiles,
    frame::ui_words,
    i18n::{Text, words},
    ssr::Visit,
    ui::{AssetPaths, provide_words},
};
use domain::lang::Lang;
use leptos::prelude::*;

/// How a page outside of the screens looks, and to whom.
#[derive(Clone, Debug)]
pub struct Face {
    /// Language.
    pub lang: Lang,
    /// `light`, `dark` or `auto`.
    pub theme: String,
    /// `comfortable`, `default` or `compact`.
    pub density: String,
    /// Address of the style sheet.
    css: String,
    /// Address of the icon sprite.
    icons: String,
    /// Address of the script that asks for passkeys.
    passkey: String,
}

impl Face {
    /// As the visitor likes it.
    #[must_use]
    pub fn of(visit: &Visit, files: &SiteFiles) -> Self {
        Self {
            theme: visit.theme.clone(),
            density: visit.density.clone(),
            ..Self::plain(visit.lang, files)
        }
    }

    /// As nobody in particular likes it.
    #[must_use]
    pub fn plain(lang: Lang, files: &SiteFiles) -> Self {
        Self {
            lang,
            theme: "auto".to_owned(),
            density: "default".to_owned(),
            css: files.css.clone(),
            icons: files.icons.clone(),
            passkey: files.passkey.clone(),
        }
    }

    fn text(&self) -> Text {
        Text::new(self.lang)
    }
}

/// The parts that differ from page to page.
struct Card {
    title: String,
    /// What stands beside the mark.
    brand: String,
    /// Path of this page, to come back to after the language was switched; empty hides the switch.
    here: String,
    wide: bool,
    /// Whether the browser may be asked for a passkey.
    script: bool,
}

/// The whole document around one card.
fn document(face: &Face, card: Card, body: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        let text = face.text();
        provide_context(text);
        provide_words(ui_words(text));
        if !face.icons.is_empty() {
            provide_context(AssetPaths { icons: face.icons.clone().into() });
        }
        frame(face, card, body()).to_html()
    });
    owner.cleanup();
    html
}

fn frame(face: &Face, card: Card, body: AnyView) -> AnyView {
    let text = face.text();
    let class = if card.wide { "auth-card setup" } else { "auth-card" };
    let title = if card.title == card.brand {
        card.title.clone()
    } else {
        format!("{} · {}", card.title, card.brand)
    };
    let style =
        (!face.css.is_empty()).then(|| view! { <link rel="stylesheet" href=face.css.clone() /> });
    let script = (card.script && !face.passkey.is_empty())
        .then(|| view! { <script src=face.passkey.clone() defer></script> });
    view! {
        <!DOCTYPE html>
        <html lang=face.lang.tag() data-theme=face.theme.clone() data-density=face.density.clone()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                {style}
                {script}
            </head>
            <body>
                <main class="auth">
                    <div class=class>
                        <div class="auth-brand">
                            <span class="brand-mark" aria-hidden="true"></span>
                            <span>{card.brand}</span>
                            {language_switch(text, &card.here)}
                        </div>
                        {body}
                    </div>
                </main>
            </body>
        </html>
    }
    .into_any()
}

/// A button with the other language in its own words.
fn language_switch(text: Text, here: &str) -> Option<AnyView> {
    if here.is_empty() {
        return None;
    }
    let other = match text.lang() {
        Lang::En => Lang::Zh,
        Lang::Zh => Lang::En,
    };
    let here = here.to_owned();
    Some(
        view! {
            <form class="auth-tools" method="post" action="/preferences">
                <input type="hidden" name="next" value=here />
                <button class="btn btn-quiet btn-sm" name="lang" value=other.tag() lang=other.tag()>
                    {words::language(other)}
                </button>
            </form>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests;
