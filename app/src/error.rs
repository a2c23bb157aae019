//! What a server function answers instead of a value: a [`Failure`], or that the call did not
//! get through. Crosses the network as JSON; without WASM inside the page address, so it carries
//! codes and no personal data of others.

use domain::failure::Failure;
use leptos::{prelude::*, server_fn::codec::JsonEncoding};
use serde::{Deserialize, Serialize};

/// Answer of a server function that gives no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// The server said no, and why.
    #[error("{0}")]
    Failure(#[from] Failure),
    /// The call did not reach the server, or its answer did not come back.
    #[error("no connection")]
    Transport,
}

impl AppError {
    /// The refusal, if the server gave one.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failure(failure) => Some(failure),
            Self::Transport => None,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // The arguments could not be read: nothing a person can type gets here.
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => {
                let failure = Failure::Gone;
                #[cfg(feature = "ssr")]
                crate::ssr::say_status(&failure);
                Self::Failure(failure)
            }
            _ => Self::Transport,
        }
    }
}
