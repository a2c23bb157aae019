//! Data that the server has read for a page and hands over with it, so that the browser need not ask again.

use crate::{error::AppError, frame::trouble, ui::Lasting};
use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    pin::Pin,
    sync::{Arc, Mutex},
};

/// How such data is written into the page: as JSON, read back the same way as the answers of server
/// functions are: one way to read a type instead of two is less for the browser to load.
#[derive(Debug)]
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// What is shown once it has come, for a [`Suspense`] or a [`Transition`]. One type for all of them: Leptos makes what waits
/// anew for every type, some four hundred functions each, which the compiler builds and the browser loads.
pub type Awaited = Arc<Mutex<dyn FnMut() -> Suspend<AnyView> + Send>>;

/// What is shown once it has come, as one of all of its kind.
pub fn awaited(shown: impl FnMut() -> Suspend<AnyView> + Send + 'static) -> Awaited {
    Arc::new(Mutex::new(shown))
}

/// What a screen cannot be shown without: the page is sent when it has come.
pub struct Carried<T: Send + Sync + 'static>(Resource<T, Json>);

impl<T: Send + Sync + 'static> Clone for Carried<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Carried<T> {}

impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Carried<T> {
    /// Reads it again.
    pub fn refetch(self) {
        self.0.refetch();
    }

    /// What has come, if it has; followed by whoever reads it.
    pub fn get(self) -> Option<T> {
        self.0.get()
    }
}

impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Carried<Result<T, AppError>> {
    /// For a [`Suspense`] or a [`Transition`] of the component that calls this: what has come, as `show` makes it,
    /// or what went wrong and a way to try again. It works on while the next answer is on its way.
    pub fn shown(self, show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static) -> Awaited {
        let again = Callback::new(move |()| self.refetch());
        let lasting = Lasting::here();
        awaited(move || {
            let (lasting, show) = (lasting.clone(), show.clone());
            Suspend::new(async move {
                let answer = self.await;
                lasting.view(|| match answer {
                    Ok(come) => show(come),
                    Err(error) => trouble(&error, Some(again)),
                })
            })
        })
    }

    /// What has come, as `show` makes it, and nothing where it cannot: what it stands beside does without it.
    pub fn beside(self, show: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView {
        // One type for all of a kind: what is shown is made once for each, however many places show it.
        let show: Arc<dyn Fn(T) -> AnyView + Send + Sync> = Arc::new(show);
        let content = awaited(move || {
            let show = show.clone();
            Suspend::new(
                async move { self.await.map_or_else(|_| ().into_any(), |come| show(come)) },
            )
        });
        view! { <Transition>{content}</Transition> }.into_any()
    }
}

impl<T: Clone + Send + Sync + 'static> IntoFuture for Carried<T> {
    type Output = T;
    type IntoFuture = Pin<Box<dyn Future<Output = T> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let come = self.0.await;
            // Before a `Suspense` renders on the server, it tries out what it waits for, views included, and
            // throws them away. A wait here lets it see what is read and saves making each view twice.
            #[cfg(feature = "ssr")]
            tokio::task::yield_now().await;
            come
        })
    }
}

/// Reads what a screen cannot be shown without, and again whenever `source` changes.
pub fn carried<S, T, Coming>(
    source: impl Fn() -> S + Send + Sync + 'static,
    read: impl Fn(S) -> Coming + Send + Sync + 'static,
) -> Carried<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Coming: Future<Output = T> + Send + 'static,
{
    // Boxed before Leptos wraps it: what reads of the store remember is large, and each layer would move it.
    let read = move |source| -> Pin<Box<dyn Future<Output = T> + Send>> { Box::pin(read(source)) };
    Carried(Resource::new_with_options(source, read, true))
}
