//! What the browser runs: hydration, nothing else. Comes in two parts, of which the second is loaded
//! when one of its screens is opened.
#![cfg(target_arch = "wasm32")]

use app::office::{self, Loader, Screen};
use leptos::{prelude::*, wasm_split::SplitLoaderError};
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered, and tells the boot script that clicks work now.
#[wasm_bindgen]
pub async fn hydrate() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    // With its code at hand a page of the second part is taken over in one go like any other. Without
    // it the page stays what it was before: whole, and with links and forms that work.
    if office::shown() && load_second_part().await.is_err() {
        return;
    }
    leptos::mount::hydrate_body(|| {
        provide_context(Loader(|screen| Box::pin(open(screen))));
        app::App()
    });
}

async fn open(screen: Screen) -> AnyView {
    second_part(screen).await.unwrap_or_else(|_| office::missing())
}

/// The way into the second part: `xtask site` cuts the program here.
#[leptos::wasm_split::wasm_split(
    office,
    wasm_split_path = leptos::wasm_split,
    fallible,
    preload(load_second_part)
)]
fn second_part(screen: Screen) -> Result<AnyView, SplitLoaderError> {
    Ok(office::render(screen))
}
