//! Language, theme and density: kept in cookies, and with the user when somebody is signed in. The
//! switch for shortcuts of a single key belongs to the browser: it stays in a cookie.

use crate::{
    client::Client,
    process::Shared,
    refusal::{own_path, see_other, wants_page},
    session::{self, DENSITIES, THEMES},
};
use app::ssr::Visit;
use axum::{
    Extension, Form,
    extract::{State, rejection::FormRejection},
    response::{IntoResponse, Response},
};
use domain::lang::Lang;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use store::Appearance;

/// What the form sends; what is left out stays.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// `en`, `zh-CN`, or `auto` for the browser's.
    lang: Option<String>,
    theme: Option<String>,
    density: Option<String>,
    /// `on` or `off`: shortcuts of a single key.
    keys: Option<String>,
    /// Path to go on to.
    next: String,
}

/// Keeps what was chosen and goes on; without a page in view it only says that it is done.
pub async fn keep(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> Response {
    let chosen = chosen.map(|Form(chosen)| chosen).unwrap_or_default();
    let known = |value: &Option<String>, all: &[&str]| {
        value.clone().filter(|value| all.contains(&value.as_str()))
    };
    let appearance = Appearance {
        lang: match chosen.lang.as_deref() {
            Some("auto") => Some(None),
            Some(tag) => Lang::from_tag(tag).map(Some),
            None => None,
        },
        theme: known(&chosen.theme, &THEMES),
        density: known(&chosen.density, &DENSITIES),
    };
    if let Some(caller) = visit.behind()
        && let Err(error) = process.services.db.save_appearance(caller, &appearance).await
    {
        tracing::warn!(%error, reference = visit.reference, "the look was not kept");
    }
    let mut response = if wants_page(&headers) {
        see_other(own_path(&chosen.next).unwrap_or("/"))
    } else {
        StatusCode::NO_CONTENT.into_response()
    };
    let keys = known(&chosen.keys, &["on", "off"]);
    let lang = appearance.lang.map(|lang| lang.map_or("", Lang::tag));
    let cookies = [
        ("lang", lang),
        ("theme", appearance.theme.as_deref()),
        ("density", appearance.density.as_deref()),
        ("keys", keys.as_deref()),
    ];
    for (name, value) in cookies {
        if let Some(cookie) = value.and_then(|value| session::remember(name, value, client.https)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}
