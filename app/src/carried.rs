//! Data that the server has read for a page and hands over with it, so that the browser need not ask again.

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

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

/// What a screen cannot be shown without: the page is sent when it has come.
pub type Carried<T> = Resource<T, Json>;

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
    Resource::new_with_options(source, read, true)
}
