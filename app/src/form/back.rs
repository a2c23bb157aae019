//! A form that was posted without scripts and refused: back to it, with what was typed.

use crate::{error::AppError, frame::address, ssr::is_plain};
use domain::failure::Failure;
use leptos::server_fn::{ServerFn, error::ServerFnUrlError};
use serde::Serialize;

/// Most bytes of typed text in an address, as they stand there: all of it for anything but long
/// remarks. The server takes addresses of up to 8,000 bytes.
const MOST_BYTES: usize = 6_000;

/// Leads a refused plain form back to `path` with what was typed and why it was refused. The text
/// goes to the person who typed it and to nobody else.
pub(crate) fn with_typed<F>(path: &str, form: &impl Serialize, answer: &Result<F::Output, F::Error>)
where
    F: ServerFn<Error = AppError>,
{
    let Err(error @ AppError::Failure(Failure::Invalid(_))) = answer else { return };
    if !is_plain() {
        return;
    }
    let typed = address::query(typed(form));
    // Only path and query of the address are used; the rest is there because URLs have it.
    let base = format!("http://localhost{}", address::with_query(path, &typed));
    if let Ok(url) = ServerFnUrlError::new(F::PATH, error.clone()).to_url(&base) {
        leptos_axum::redirect(&format!("{}?{}", url.path(), url.query().unwrap_or_default()));
    }
}

/// The fields that hold something, short ones before long ones until the address is full.
fn typed(form: &impl Serialize) -> Vec<(String, String)> {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(form) else {
        return Vec::new();
    };
    let mut typed: Vec<(String, String)> = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    typed.sort_by_key(|(_, value)| length(value));
    let mut room = MOST_BYTES;
    typed.retain(|(name, value)| {
        let length = name.len() + length(value) + "&=".len();
        let fits = length <= room;
        room = room.saturating_sub(length);
        fits
    });
    typed
}

/// Bytes of a text in an address: three for each byte that has to be escaped there.
fn length(text: &str) -> usize {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { 1 } else { 3 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::account::AccountForm;

    #[test]
    fn what_was_typed_comes_back_and_the_longest_goes_first() {
        let form = AccountForm {
            name: "王".to_owned(),
            remark: "x".repeat(MOST_BYTES),
            phone: "12".to_owned(),
            ..AccountForm::default()
        };
        let pairs = typed(&form);
        assert_eq!(
            pairs,
            [("phone".to_owned(), "12".to_owned()), ("name".to_owned(), "王".to_owned())]
        );
        let form = AccountForm { remark: "备注".repeat(330), ..AccountForm::default() };
        assert_eq!(typed(&form).len(), 1);
        let form = AccountForm { remark: "备注".repeat(340), ..AccountForm::default() };
        assert!(typed(&form).is_empty(), "as it stands in the address it is too long");
    }
}
