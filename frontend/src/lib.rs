//! What the browser runs: hydration, and the places where `xtask site` cuts the program into the
//! part that every visit needs and those that are loaded when one of their screens is opened.
#![cfg(target_arch = "wasm32")]

use app::parts::{self, Loader, Part, Screen};
use leptos::{prelude::*, wasm_split::SplitLoaderError};
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered, and tells the boot script that clicks work now.
#[wasm_bindgen]
pub async fn hydrate() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    let path = window().location().pathname().unwrap_or_default();
    // With its code at hand a page of a later part is taken over in one go like any other. Without it
    // the page stays what it was before: whole, and with links and forms that work.
    let loaded = match Part::of(&path) {
        Some(Part::Records) => load_records().await,
        Some(Part::Deals) => load_deals().await,
        Some(Part::Office) => load_office().await,
        None => Ok(()),
    };
    if loaded.is_err() {
        return;
    }
    leptos::mount::hydrate_body(|| {
        provide_context(Loader(|screen| Box::pin(open(screen))));
        app::App()
    });
}

async fn open(screen: Screen) -> AnyView {
    let screen = match screen.part() {
        Part::Records => records(screen).await,
        Part::Deals => deals(screen).await,
        Part::Office => office(screen).await,
    };
    screen.ok().flatten().unwrap_or_else(parts::missing)
}

#[leptos::wasm_split::wasm_split(
    records,
    wasm_split_path = leptos::wasm_split,
    fallible,
    preload(load_records)
)]
fn records(screen: Screen) -> Result<Option<AnyView>, SplitLoaderError> {
    Ok(parts::record(screen))
}

#[leptos::wasm_split::wasm_split(
    deals,
    wasm_split_path = leptos::wasm_split,
    fallible,
    preload(load_deals)
)]
fn deals(screen: Screen) -> Result<Option<AnyView>, SplitLoaderError> {
    Ok(parts::deals(screen))
}

#[leptos::wasm_split::wasm_split(
    office,
    wasm_split_path = leptos::wasm_split,
    fallible,
    preload(load_office)
)]
fn office(screen: Screen) -> Result<Option<AnyView>, SplitLoaderError> {
    Ok(parts::office(screen))
}
