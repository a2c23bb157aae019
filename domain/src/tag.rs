//! Tags as people type them: a list of names, each once however it is written.

use crate::{field::FieldError, text};

/// Most tags of one record.
pub const MOST_TAGS: usize = 20;

/// Tags as typed: separated by commas (any width) or semicolons, each once.
///
/// # Errors
/// [`FieldError::TooLong`] for one past 40 characters, [`FieldError::OutOfRange`] past
/// [`MOST_TAGS`].
pub fn tags(raw: &str) -> Result<Vec<String>, FieldError> {
    let mut all: Vec<String> = Vec::new();
    for part in raw.split([',', '，', '、', ';', '；', '\n']) {
        if let Some(tag) = text::line(part, 40)?
            && !all.iter().any(|known| text::fold(known) == text::fold(&tag))
        {
            all.push(tag);
        }
    }
    if all.len() > MOST_TAGS {
        return Err(FieldError::OutOfRange { min: 0, max: 20 });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_each_once() {
        assert_eq!(tags("VIP, vip，华东；"), Ok(vec!["VIP".to_owned(), "华东".to_owned()]));
    }
}
