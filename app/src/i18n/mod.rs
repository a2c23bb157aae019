//! Language and formats: the words of the screens in English and Simplified Chinese, and how
//! numbers, money, dates and phones are written, alike in server and browser.

mod case_words;
mod columns;
pub mod complaint;
mod figure_words;
pub mod format;
mod history;
mod order_words;
mod survey_words;
mod text;
pub mod words;

pub use text::Text;

include!("codes.rs");

/// The words in the language of the page; English where nobody provided any. Not reactive:
/// changing the language reloads the page.
#[must_use]
pub fn use_text() -> Text {
    leptos::prelude::use_context().unwrap_or_default()
}
