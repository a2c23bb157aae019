//! How many rows a list has, beside its title: up to where counting stops.

use crate::{carried::Carried, error::AppError, i18n::format};
use domain::page::Count;
use leptos::prelude::*;

/// The number, once it is known; nothing where it cannot be. `exact` is what somebody had counted to the end.
pub(crate) fn counted(
    count: Carried<Result<Count, AppError>>,
    exact: impl Fn() -> Option<Count> + Copy + Send + Sync + 'static,
) -> AnyView {
    count.beside(move |count| {
        let said = move || short(exact().unwrap_or(count));
        view! { <span class="page-count num">{said}</span> }.into_any()
    })
}

/// A count that may have stopped early: `1,000+`.
fn short(count: Count) -> String {
    let number = format::integer(count.number);
    if count.more { format!("{number}+") } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_stopped_says_so() {
        assert_eq!(short(Count { number: 1_284, more: false }), "1,284");
        assert_eq!(short(Count { number: 1_000, more: true }), "1,000+");
    }
}
