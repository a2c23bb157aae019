//! The router: own pages and probes, screens, server functions, files; inside its two layers.

use crate::{
    entry, events,
    gate::gate,
    guard::guard,
    headers, health,
    process::{Process, Shared},
    site, survey,
};
use app::{
    App,
    boot::{Boot, SiteFiles},
    shell::{Reload, shell},
    ssr::Services,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn_with_state,
    routing::{get, post},
};
use domain::{
    id::UserId,
    lang::Lang,
    organisation::Organisation,
    policy::Role,
    time::{Instant, ZoneOffsets},
};
use http::header;
use leptos::{
    config::LeptosOptions,
    context::{provide_context, use_context},
    nonce::use_nonce,
};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, ResponseOptions,
    generate_route_list_with_exclusions_and_ssg_and_context,
};

/// Everything the server answers to.
pub fn router(process: &Shared) -> Router {
    let options = LeptosOptions::builder().output_name("rapport").build();
    let shared = process.clone();
    Router::new()
        .leptos_routes_with_context(&options, screens(), move || prepare(&shared), shell)
        .with_state(options)
        .merge(own().with_state(process.clone()))
        .merge(streams().with_state(process.clone()))
        .merge(transfers().with_state(process.services.clone()))
        .fallback_service(get(site::fallback).post(site::fallback).with_state(process.clone()))
        // The gate knows the limit of each route.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(process.clone(), gate))
        .layer(from_fn_with_state(process.clone(), guard))
}

/// The screens that the application declares. It declares them to somebody who is signed in, so
/// it is shown nobody in particular.
pub fn screens() -> Vec<AxumRouteListing> {
    let (screens, _) = generate_route_list_with_exclusions_and_ssg_and_context(App, None, || {
        let (mut parts, ()) = http::Request::new(()).into_parts();
        parts.extensions.insert(nobody());
        provide_context(parts);
    });
    screens
}

fn nobody() -> Boot {
    Boot {
        lang: Lang::En,
        theme: "auto".to_owned(),
        density: "default".to_owned(),
        single_keys: true,
        now: Instant::NEVER,
        zone: ZoneOffsets::default(),
        organisation: Organisation::default(),
        user: UserId::NIL,
        user_name: String::new(),
        rights: Role::Admin.rights(),
        shared: false,
        viewed: None,
        colleagues: Vec::new(),
        files: SiteFiles::default(),
        version: String::new(),
        told: 0,
    }
}

/// Pages and probes of the server itself; each is listed in the inventory.
fn own() -> Router<Shared> {
    Router::new()
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route(headers::REPORTS, post(entry::csp_report))
        .route("/login", get(entry::sign_in::page).post(entry::sign_in::enter))
        .route("/login/code", get(entry::code::page).post(entry::code::enter))
        .route("/login/code/passkey", post(entry::by_passkey::enter_after_password))
        .route("/login/code/passkey/ask", post(entry::by_passkey::ask_after_password))
        .route("/login/passkey", post(entry::by_passkey::enter))
        .route("/login/passkey/ask", post(entry::by_passkey::ask))
        .route("/login/provider", get(entry::provider::leave))
        .route("/login/provider/return", get(entry::provider::arrive))
        .route("/invite/{secret}", get(entry::link::invite_page).post(entry::link::invite))
        .route("/reset/{secret}", get(entry::link::reset_page).post(entry::link::reset))
        .route("/confirm", get(entry::confirm::page).post(entry::confirm::confirm))
        .route("/confirm/passkey", post(entry::by_passkey::confirm))
        .route("/confirm/passkey/ask", post(entry::by_passkey::ask_to_confirm))
        .route("/passkeys", get(entry::passkeys::page).post(entry::passkeys::make))
        .route("/passkeys/ask", post(entry::passkeys::ask))
        .route("/passkeys/rename", post(entry::passkeys::rename))
        .route("/passkeys/remove", post(entry::passkeys::remove))
        .route("/second-step", get(entry::second_step::page))
        .route("/second-step/begin", post(entry::second_step::begin))
        .route("/second-step/on", post(entry::second_step::turn_on))
        .route("/second-step/codes", post(entry::second_step::renew_codes))
        .route("/second-step/off", post(entry::second_step::turn_off))
        .route("/logout", post(entry::sign_in::leave))
        .route("/view-as/stop", post(entry::view_as::stop))
        .route("/preferences", post(entry::preferences::keep))
        .route("/s/thanks", get(survey::thanks))
        .route("/s/{token}", get(survey::show).post(survey::answer))
        .route("/surveys/{number}/preview", get(survey::office::preview))
        .route("/surveys/{number}/code", get(survey::office::picture))
        .route("/surveys/{number}/poster", get(survey::office::poster))
        .route("/setup", get(entry::set_up::admin_page).post(entry::set_up::admin))
        .route(
            "/setup/organisation",
            get(entry::set_up::organisation_page).post(entry::set_up::organisation),
        )
        .route("/setup/data", get(entry::set_up::data_page).post(entry::set_up::data))
}

/// What goes on as long as a page is open; each is listed in the inventory.
fn streams() -> Router<Shared> {
    Router::new().route("/events", get(events::open))
}

/// Files in and out; each is listed in the inventory.
fn transfers() -> Router<Services> {
    app::import::routes().merge(app::export::routes()).merge(app::admin::audit::routes())
}

/// What screens and server functions find in their context; for screens also the policy with the
/// nonce that was made for this very answer.
fn prepare(process: &Process) {
    provide_context(process.services.clone());
    if let Some(port) = process.reload_port {
        let options =
            LeptosOptions::builder().output_name("rapport").reload_port(port.into()).build();
        provide_context(Reload(options));
    }
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Some(policy) = headers::policy(&nonce, process.reload_port)
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Entry, ROUTES, SCREENS, STREAMS, TRANSFERS};

    #[test]
    fn every_screen_is_listed_and_every_listed_one_is_a_screen() {
        let mut declared: Vec<String> =
            screens().iter().map(|listing| listing.path().to_owned()).collect();
        let mut listed: Vec<String> = SCREENS.iter().map(|entry| entry.path.to_owned()).collect();
        declared.sort();
        listed.sort();
        assert_eq!(declared, listed);
    }

    /// The routes that a function of the source mounts, as (method, path). The router itself cannot
    /// be asked for them.
    fn mounted(source: &str, function: &str) -> Vec<(String, String)> {
        let (_, rest) = source.split_once(function).unwrap();
        let (table, _) = rest.split_once("\n}\n").unwrap();
        let mut mounted = Vec::new();
        for part in table.split(".route(").skip(1) {
            let path = part.split(',').next().unwrap().trim().trim_matches('"');
            let path = if path == "headers::REPORTS" { headers::REPORTS } else { path };
            for method in ["get", "post", "put", "patch", "delete", "any"] {
                if part.contains(&format!("{method}(")) {
                    mounted.push((method.to_uppercase(), path.to_owned()));
                }
            }
        }
        mounted.sort();
        mounted
    }

    fn listed(entries: &[Entry]) -> Vec<(String, String)> {
        let mut listed: Vec<_> =
            entries.iter().map(|entry| (entry.method.to_owned(), entry.path.to_owned())).collect();
        listed.sort();
        listed
    }

    #[test]
    fn every_own_route_is_listed_and_every_listed_one_is_mounted() {
        assert_eq!(mounted(include_str!("router.rs"), "fn own()"), listed(ROUTES));
        assert_eq!(mounted(include_str!("router.rs"), "fn streams()"), listed(STREAMS));
    }

    #[test]
    fn every_transfer_is_listed_and_every_listed_one_is_mounted() {
        let sources = [
            include_str!("../../app/src/import/upload.rs"),
            include_str!("../../app/src/export/send.rs"),
            include_str!("../../app/src/admin/audit/send.rs"),
        ];
        let mut all: Vec<_> =
            sources.iter().flat_map(|source| mounted(source, "pub fn routes()")).collect();
        all.sort();
        assert_eq!(all, listed(TRANSFERS));
        // Should one be mounted from elsewhere, it has to be named above.
        let table = include_str!("router.rs").split_once("fn transfers()").unwrap().1;
        let table = table.split_once("\n}\n").unwrap().0;
        assert_eq!(table.matches("::routes()").count(), sources.len());
    }
}
