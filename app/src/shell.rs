//! The HTML document around the screens, made by the server for every page.

use crate::{boot::SiteFiles, parts::Part, root::App, ssr};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

/// There while `cargo leptos watch` builds the screens: pages then load themselves again when they
/// have changed.
#[derive(Clone, Debug)]
pub struct Reload(pub LeptosOptions);

/// The document. Language, theme, density and the folded sidebar stand on `<html>` from the first byte, so nothing
/// flashes; the WASM is loaded by one module script that carries the nonce of this answer.
#[must_use]
pub fn shell() -> AnyView {
    let visit = ssr::visit().ok();
    let files = ssr::services().map(|services| services.files).unwrap_or_default();
    let lang = visit.as_ref().map(|visit| visit.lang).unwrap_or_default();
    let theme = visit.as_ref().map(|visit| visit.theme.clone()).unwrap_or_default();
    let folded = visit.as_ref().is_some_and(|visit| visit.folded);
    let density = visit.map(|visit| visit.density).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html
            lang=lang.tag()
            data-theme=theme
            data-density=density
            data-sidebar=folded.then_some("folded")
            data-live="0"
        >
            <head>
                <meta charset="utf-8" />
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark" />
                <Links files=files.as_ref().clone() zh=lang == domain::lang::Lang::Zh />
                <MetaTags />
                {use_context::<Reload>().map(|Reload(options)| view! { <AutoReload options /> })}
                {watches_import()
                    .then(|| {
                        view! {
                            <noscript>
                                <meta http-equiv="refresh" content="3" />
                            </noscript>
                        }
                    })}
            </head>
            <body>
                <App />
            </body>
        </html>
    }
    .into_any()
}

/// Whether the page shows an import at work: browsers without scripts load it again and again,
/// until it leads to its result.
fn watches_import() -> bool {
    use_context::<http::request::Parts>().is_some_and(|parts| {
        parts.uri.path().starts_with("/import/") && parts.uri.query() == Some("step=running")
    })
}

/// Style sheet, icons and scripts.
#[component]
fn Links(files: SiteFiles, zh: bool) -> impl IntoView {
    let start = format!(
        "import init, {{ hydrate }} from \"{}\"; await init({{ module_or_path: \"{}\" }}); hydrate();",
        files.js, files.wasm
    );
    let manifest = if zh { "/manifest.zh-CN.webmanifest" } else { "/manifest.webmanifest" };
    let hydrates = !files.js.is_empty();
    let wasm = std::iter::once(files.wasm.clone()).chain(later(&files)).map(preload).collect_view();
    view! {
        <link rel="stylesheet" href=files.css />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="manifest" href=manifest />
        <script src=files.boot defer nonce=use_nonce()></script>
        {(!files.passkey.is_empty())
            .then(|| view! { <script src=files.passkey defer nonce=use_nonce()></script> })}
        {hydrates
            .then(|| {
                view! {
                    <link rel="modulepreload" href=files.js nonce=use_nonce() />
                    {(!files.loader.is_empty())
                        .then(|| {
                            view! {
                                <link rel="modulepreload" href=files.loader nonce=use_nonce() />
                            }
                        })}
                    {wasm}
                    <script type="module" nonce=use_nonce() inner_html=start></script>
                }
            })}
    }
}

/// The part of the program that this page needs beside the first.
fn later(files: &SiteFiles) -> Vec<String> {
    use_context::<http::request::Parts>()
        .and_then(|request| Part::of(request.uri.path()))
        .and_then(|part| files.later.get(part.name()).cloned())
        .unwrap_or_default()
}

fn preload(wasm: String) -> impl IntoView {
    view! {
        <link
            rel="preload"
            href=wasm
            r#as="fetch"
            r#type="application/wasm"
            crossorigin="anonymous"
        />
    }
}
