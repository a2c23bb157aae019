//! How many rows a list has, beside its title: up to where counting stops.

use crate::{carried::Carried, error::AppError, i18n::format};
use domain::page::Count;
use leptos::prelude::*;

/// The number, once it is known; nothing where it cannot be.
pub(crate) fn counted(count: Carried<Result<Count, AppError>>) -> AnyView {
    let shown = move || {
        Suspend::new(async move {
            count.await.ok().map(|count| {
                let number = format::integer(count.number);
                let said = if count.more { format!("{number}+") } else { number };
                view! { <span class="page-count num">{said}</span> }
            })
        })
    };
    view! { <Transition>{shown}</Transition> }.into_any()
}
