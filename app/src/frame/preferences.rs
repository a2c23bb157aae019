//! Theme, language, density and shortcuts, and signing out: plain forms to the server, which remembers the
//! choice in a cookie and sends the page anew. They need no script.

use crate::{
    boot::{Boot, use_boot},
    i18n::{Text, use_text, words},
    ui::{Card, Icon},
};
use domain::lang::Lang;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Path and query of the page that is open.
#[must_use]
pub fn here() -> Signal<String> {
    let location = use_location();
    Signal::derive(move || {
        let search = location.search.get();
        super::address::with_query(&location.pathname.get(), search.trim_start_matches('?'))
    })
}

/// One choice: what it is called, what is sent, whether it is the one now.
struct Choice {
    label: &'static str,
    value: &'static str,
    now: bool,
    lang: Option<&'static str>,
}

/// A setting with its name in the form, its icon and its choices.
struct Setting {
    name: &'static str,
    label: &'static str,
    /// What it does, where its name does not say it; empty for none.
    hint: &'static str,
    choices: Vec<Choice>,
}

/// How the screens look: what the menu of the person offers.
fn looks(text: Text, boot: &Boot) -> [Setting; 3] {
    let plain = |label, value: &'static str, now: &str| Choice {
        label,
        value,
        now: value == now,
        lang: None,
    };
    let theme = [
        ("auto", text.choice_theme_auto()),
        ("light", text.choice_theme_light()),
        ("dark", text.choice_theme_dark()),
    ];
    let density = [
        ("comfortable", text.choice_density_comfortable()),
        ("default", text.choice_density_default()),
        ("compact", text.choice_density_compact()),
    ];
    let lang = [Lang::En, Lang::Zh].map(|lang| Choice {
        label: words::language(lang),
        value: lang.tag(),
        now: lang == boot.lang,
        lang: Some(lang.tag()),
    });
    [
        Setting {
            name: "theme",
            label: text.nav_theme(),
            hint: "",
            choices: theme.map(|(value, label)| plain(label, value, &boot.theme)).into(),
        },
        Setting { name: "lang", label: text.nav_language(), hint: "", choices: lang.into() },
        Setting {
            name: "density",
            label: text.nav_density(),
            hint: "",
            choices: density.map(|(value, label)| plain(label, value, &boot.density)).into(),
        },
    ]
}

/// The switch for shortcuts of one key, for those who dictate or hit keys by chance.
fn single_keys(text: Text, boot: &Boot) -> Setting {
    let choice =
        |label, value, on: bool| Choice { label, value, now: boot.single_keys == on, lang: None };
    Setting {
        name: "keys",
        label: text.nav_single_keys(),
        hint: text.nav_single_keys_hint(),
        choices: vec![
            choice(text.common_on(), "on", true),
            choice(text.common_off(), "off", false),
        ],
    }
}

/// The settings as entries of a menu.
#[component]
pub fn PreferenceMenu() -> impl IntoView {
    let next = here();
    let settings = use_boot().with_value(|boot| looks(use_text(), boot));
    settings
        .into_iter()
        .map(|setting| {
            let items = setting
                .choices
                .into_iter()
                .map(|choice| {
                    view! {
                        <button
                            type="submit"
                            class="menu-item"
                            role="menuitemradio"
                            tabindex="-1"
                            aria-checked=if choice.now { "true" } else { "false" }
                            name=setting.name
                            value=choice.value
                            lang=choice.lang
                        >
                            <span class="menu-tick">
                                {choice.now.then(|| view! { <Icon name="check" class="icon-sm" /> })}
                            </span>
                            <span class="menu-label">{choice.label}</span>
                        </button>
                    }
                })
                .collect_view();
            view! {
                <form method="post" action="/preferences" role="none">
                    <input type="hidden" name="next" value=move || next.get() />
                    <p class="menu-heading" role="presentation">
                        {setting.label}
                    </p>
                    {items}
                </form>
            }
        })
        .collect_view()
        .into_any()
}

/// The settings as a card with buttons.
#[component]
pub fn Preferences(
    /// Title of the card, if it needs one.
    #[prop(optional, into)]
    title: crate::ui::Text,
    /// With the switch for shortcuts of one key, which phones have no use for.
    #[prop(optional)]
    keys: bool,
) -> impl IntoView {
    let text = use_text();
    let next = here();
    let (looks, keys) = use_boot().with_value(|boot| {
        let keys = keys.then(|| single_keys(text, boot));
        (looks(text, boot), keys)
    });
    let lines = looks
        .into_iter()
        .chain(keys)
        .map(|setting| {
            let title = format!("preference-{}", setting.name);
            let buttons = setting
                .choices
                .into_iter()
                .map(|choice| {
                    view! {
                        <button
                            type="submit"
                            class="btn btn-sm btn-default"
                            name=setting.name
                            value=choice.value
                            lang=choice.lang
                            aria-pressed=if choice.now { "true" } else { "false" }
                        >
                            {choice.now.then(|| view! { <Icon name="check" class="icon-sm" /> })}
                            <span class="btn-label">{choice.label}</span>
                        </button>
                    }
                })
                .collect_view();
            view! {
                <form class="setting" method="post" action="/preferences" aria-labelledby=title.clone()>
                    <input type="hidden" name="next" value=move || next.get() />
                    <div class="setting-text">
                        <p class="setting-title" id=title.clone()>
                            {setting.label}
                        </p>
                        {(!setting.hint.is_empty())
                            .then(|| view! { <p class="sub">{setting.hint}</p> })}
                    </div>
                    <div class="cluster">{buttons}</div>
                </form>
            }
        })
        .collect_view();
    view! { <Card title=title>{lines}</Card> }.into_any()
}

/// Ends the session of this browser.
#[component]
pub fn SignOut(
    /// A button over the whole width instead of an entry of a menu.
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    let text = use_text();
    let (class, role) =
        if full { ("btn btn-default btn-full", None) } else { ("menu-item", Some("menuitem")) };
    view! {
        <form method="post" action="/logout" role=role.map(|_| "none")>
            <button type="submit" class=class role=role tabindex=role.map(|_| "-1")>
                <Icon name="log-out" />
                <span class=if full { "btn-label" } else { "menu-label" }>{text.nav_sign_out()}</span>
            </button>
        </form>
    }
    .into_any()
}
