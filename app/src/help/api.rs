//! Server functions of the help.

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::GetUrl};

#[cfg(feature = "ssr")]
use super::{Topic, manual};
#[cfg(feature = "ssr")]
use crate::ssr::{caller, respond};
#[cfg(feature = "ssr")]
use domain::failure::Failure;

/// An article of the manual as clean HTML, in the caller's language, by its name.
#[server(input = GetUrl)]
pub async fn help_article(topic: String) -> Result<String, AppError> {
    let caller = caller()?;
    let topic = Topic::from_slug(&topic).ok_or(AppError::Failure(Failure::Gone));
    respond(topic.map(|topic| manual::html(topic, caller.lang)))
}

/// The names of the articles that hold every word of what was typed.
#[server(input = GetUrl)]
pub async fn find_help(typed: String) -> Result<Vec<String>, AppError> {
    let caller = caller()?;
    let typed: String = typed.chars().take(100).collect();
    let found = manual::find(&typed, caller.lang);
    respond(Ok(found.into_iter().map(|topic| topic.slug().to_owned()).collect()))
}
