//! The root of the screens: facts of the page load, words, routes.

use crate::{
    boot::{Boot, start_clock},
    customers,
    frame::Frame,
    home,
    parts::{self, Later, Named},
    ui::{AssetPaths, provide_hotkeys, provide_toasts, provide_words},
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

/// Everything below `/` that is a screen. Pages before sign-in are the server's own.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let boot =
        SharedValue::<_, crate::carried::Json>::new_with_encoding(boot_of_request).into_inner();
    let Some(boot) = boot else {
        // The server sends nobody here who is not signed in.
        return ().into_any();
    };
    let text = boot.text();
    provide_context(text);
    provide_context(AssetPaths { icons: boot.files.icons.clone().into() });
    provide_words(crate::frame::ui_words(text));
    let name = boot.organisation.name(boot.lang).to_owned();
    let single_keys = boot.single_keys;
    start_clock(boot.now);
    provide_context(StoredValue::new(boot));
    provide_toasts();
    provide_hotkeys(Signal::stored(single_keys));
    view! {
        <Title formatter=move |page: String| {
            if page.is_empty() { name.clone() } else { format!("{page} · {name}") }
        } />
        <Router>
            <Frame>
                <Screens />
            </Frame>
        </Router>
    }
    .into_any()
}

#[cfg(feature = "ssr")]
fn boot_of_request() -> Option<Boot> {
    use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Boot>().cloned())
}

#[cfg(not(feature = "ssr"))]
fn boot_of_request() -> Option<Boot> {
    None
}

/// The routes. Every screen is rendered whole before it is sent: it can be read and used before
/// the WASM is there, and without it.
#[component]
fn Screens() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <crate::frame::NotFound /> }>
            <Route path=path!("/") view=home::Home ssr=SsrMode::Async />
            <Route path=path!("/customers") view=customers::List ssr=SsrMode::Async />
            <Route path=path!("/customers/new") view={later::<parts::NewAccount>()} ssr=SsrMode::Async />
            <Route path=path!("/customers/merge") view={later::<parts::Merge>()} ssr=SsrMode::Async />
            <Route path=path!("/customers/:number") view={later::<parts::Account>()} ssr=SsrMode::Async />
            <Route path=path!("/people/new") view={later::<parts::NewPerson>()} ssr=SsrMode::Async />
            <Route path=path!("/people/merge") view={later::<parts::Merge>()} ssr=SsrMode::Async />
            <Route path=path!("/people/:number") view={later::<parts::Person>()} ssr=SsrMode::Async />
            <Route path=path!("/dashboard") view={later::<parts::Dashboard>()} ssr=SsrMode::Async />
            <Route path=path!("/pipeline") view={later::<parts::Board>()} ssr=SsrMode::Async />
            <Route path=path!("/deals") view={later::<parts::Deals>()} ssr=SsrMode::Async />
            <Route path=path!("/deals/new") view={later::<parts::NewOpportunity>()} ssr=SsrMode::Async />
            <Route path=path!("/deals/:number") view={later::<parts::Opportunity>()} ssr=SsrMode::Async />
            <Route path=path!("/activities") view={later::<parts::Activities>()} ssr=SsrMode::Async />
            <Route path=path!("/orders") view={later::<parts::Orders>()} ssr=SsrMode::Async />
            <Route path=path!("/orders/new") view={later::<parts::NewOrder>()} ssr=SsrMode::Async />
            <Route path=path!("/orders/:number") view={later::<parts::Order>()} ssr=SsrMode::Async />
            <Route path=path!("/feedback") view={later::<parts::Cases>()} ssr=SsrMode::Async />
            <Route path=path!("/feedback/new") view={later::<parts::NewCase>()} ssr=SsrMode::Async />
            <Route path=path!("/feedback/:number") view={later::<parts::Case>()} ssr=SsrMode::Async />
            <Route path=path!("/products") view={later::<parts::Products>()} ssr=SsrMode::Async />
            <Route path=path!("/surveys") view={later::<parts::Surveys>()} ssr=SsrMode::Async />
            <Route path=path!("/surveys/new") view={later::<parts::NewSurvey>()} ssr=SsrMode::Async />
            <Route path=path!("/surveys/answers") view={later::<parts::Answers>()} ssr=SsrMode::Async />
            <Route path=path!("/surveys/:number") view={later::<parts::Survey>()} ssr=SsrMode::Async />
            <Route path=path!("/surveys/:number/edit") view={later::<parts::EditSurvey>()} ssr=SsrMode::Async />
            <Route path=path!("/import") view={later::<parts::Imports>()} ssr=SsrMode::Async />
            <Route path=path!("/import/:number") view={later::<parts::Wizard>()} ssr=SsrMode::Async />
            <Route path=path!("/bin") view={later::<parts::Bin>()} ssr=SsrMode::Async />
            <Route path=path!("/profile") view={later::<parts::Profile>()} ssr=SsrMode::Async />
            <Route path=path!("/admin/users") view={later::<parts::Users>()} ssr=SsrMode::Async />
            <Route path=path!("/admin/roles") view={later::<parts::Roles>()} ssr=SsrMode::Async />
            <Route path=path!("/admin/structure") view={later::<parts::Structure>()} ssr=SsrMode::Async />
            <Route path=path!("/admin/shares") view={later::<parts::Shares>()} ssr=SsrMode::Async />
            <Route path=path!("/admin/pipelines") view={later::<parts::Pipelines>()} ssr=SsrMode::Async />
            <Route path=path!("/admin/service") view={later::<parts::Service>()} ssr=SsrMode::Async />
            <Route path=path!("/admin/replies") view={later::<parts::Replies>()} ssr=SsrMode::Async />
            <Route path=path!("/admin/organisation") view={later::<parts::Organisation>()} ssr=SsrMode::Async />
            <Route path=path!("/admin/sign-in") view={later::<parts::SignIn>()} ssr=SsrMode::Async />
            <Route path=path!("/admin/status") view={later::<parts::Status>()} ssr=SsrMode::Async />
            <Route path=path!("/admin/audit") view={later::<parts::Audit>()} ssr=SsrMode::Async />
            <Route path=path!("/help") view={later::<parts::Contents>()} ssr=SsrMode::Async />
            <Route path=path!("/help/:topic") view={later::<parts::Article>()} ssr=SsrMode::Async />
            <Route path=path!("/dev/gallery") view=gallery ssr=SsrMode::Async />
            <Route path=path!("/more") view={later::<parts::More>()} ssr=SsrMode::Async />
        </FlatRoutes>
    }
    .into_any()
}

/// A screen whose code is loaded when it is opened.
fn later<N: Named>() -> Lazy<Later<N>> {
    Lazy::new()
}

/// Every component in every state, in debug builds.
#[cfg(debug_assertions)]
fn gallery() -> AnyView {
    let zh = crate::i18n::use_text().lang() == domain::lang::Lang::Zh;
    view! { <crate::ui::GalleryPage zh=zh /> }.into_any()
}

/// Release builds have no gallery.
#[cfg(not(debug_assertions))]
fn gallery() -> AnyView {
    view! { <crate::frame::NotFound /> }.into_any()
}
