//! The screens that not every visit needs, whose code the browser therefore loads when the first of
//! them is opened. Knows which screens those are; how code is loaded is told by whoever starts the
//! application.

use crate::{admin, bin, customers, error::AppError, frame, help, import, profile};
use leptos::prelude::*;
use leptos_router::LazyRoute;
use std::{future::Future, marker::PhantomData, pin::Pin};

/// A screen of the second part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The imports so far.
    Imports,
    /// One import.
    Wizard,
    /// Deleted records.
    Bin,
    /// One's own name, password and devices.
    Profile,
    /// Who signs in.
    Users,
    /// The organisation's settings.
    Organisation,
    /// The state of the installation.
    Status,
    /// The contents of the manual.
    Contents,
    /// One page of the manual.
    Article,
    /// Everything there is, for phones.
    More,
    /// The form for a new customer.
    NewAccount,
    /// The form for a new person.
    NewPerson,
}

/// Whether the page at `path` is one of them.
#[must_use]
pub fn holds(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    matches!(first, "import" | "bin" | "profile" | "admin" | "help" | "more")
        || path.ends_with("/new")
}

/// Whether the page in the window is one of them.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn shown() -> bool {
    holds(&window().location().pathname().unwrap_or_default())
}

/// What stands in place of a screen whose code did not come.
#[must_use]
pub fn missing() -> AnyView {
    frame::trouble(&AppError::Transport, None)
}

/// Renders a screen of the second part: the only place in the browser that names them.
#[must_use]
pub fn render(screen: Screen) -> AnyView {
    match screen {
        Screen::Imports => view! { <import::Imports /> }.into_any(),
        Screen::Wizard => view! { <import::Wizard /> }.into_any(),
        Screen::Bin => view! { <bin::Bin /> }.into_any(),
        Screen::Profile => view! { <profile::Profile /> }.into_any(),
        Screen::Users => view! { <admin::Users /> }.into_any(),
        Screen::Organisation => view! { <admin::OrganisationSettings /> }.into_any(),
        Screen::Status => view! { <admin::Status /> }.into_any(),
        Screen::Contents => view! { <help::Contents /> }.into_any(),
        Screen::Article => view! { <help::Article /> }.into_any(),
        Screen::More => view! { <frame::More /> }.into_any(),
        Screen::NewAccount => view! { <customers::NewAccount /> }.into_any(),
        Screen::NewPerson => view! { <customers::NewPerson /> }.into_any(),
    }
}

/// A screen that comes as soon as its code is there.
pub type Coming = Pin<Box<dyn Future<Output = AnyView>>>;

/// How the code of the second part is loaded; provided by whoever starts the application in a
/// browser. On the server all code is there.
#[derive(Clone, Copy, Debug)]
pub struct Loader(pub fn(Screen) -> Coming);

async fn open(screen: Screen) -> AnyView {
    #[cfg(feature = "ssr")]
    {
        render(screen)
    }
    #[cfg(not(feature = "ssr"))]
    {
        match use_context::<Loader>() {
            Some(Loader(load)) => load(screen).await,
            None => missing(),
        }
    }
}

/// Names a screen as a type, which is how the router keeps lazy routes apart.
pub trait Named: Send + Sync + 'static {
    /// Which one.
    const SCREEN: Screen;
}

/// The route of a screen of the second part.
#[derive(Debug)]
pub struct Office<N>(PhantomData<N>);

impl<N: Named> LazyRoute for Office<N> {
    fn data() -> Self {
        Self(PhantomData)
    }

    async fn view(_: Self) -> AnyView {
        open(N::SCREEN).await
    }
}

macro_rules! named {
    ($($screen:ident)*) => {
        $(
            /// The screen of the same name.
            #[derive(Debug)]
            pub struct $screen;

            impl Named for $screen {
                const SCREEN: Screen = Screen::$screen;
            }
        )*
    };
}

named!(Imports Wizard Bin Profile Users Organisation Status Contents Article More NewAccount NewPerson);

#[cfg(test)]
mod tests {
    use super::*;

    /// The routes as the source declares them, so that none moves without its address.
    #[test]
    fn the_addresses_are_those_of_the_routes() {
        let mut later = 0;
        for route in include_str!("root.rs").split("<Route path=path!(\"").skip(1) {
            let (path, rest) = route.split_once('"').unwrap();
            let line = rest.lines().next().unwrap();
            assert_eq!(holds(path), line.contains("later::<office::"), "{path}");
            later += usize::from(holds(path));
        }
        assert!(later >= 12, "{later}");
    }
}
