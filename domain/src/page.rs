//! Keyset pages: a page, and where the next one starts.

use crate::account::NAME_CHARS;
use serde::{Deserialize, Serialize};

/// Rows of a list page.
pub const PAGE_ROWS: u16 = 50;

/// How far a count goes before it says "more than".
pub const COUNT_CAP: i64 = 1_000;

/// The same for a search, whose hits must be looked up one by one to learn which of them count.
pub const SEARCH_COUNT_CAP: i64 = 200;

/// Most characters of a sort key: the longest name, each letter of it folded to two (`ß` to `ss`), behind the letter
/// that a search puts in front.
const LONGEST_KEY: usize = 1 + 2 * NAME_CHARS;

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows, in order.
    pub rows: Vec<T>,
    /// Where the next page starts, if there is one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Cuts the one row more that was fetched to learn whether there is a next page.
    #[must_use]
    pub fn cut(mut rows: Vec<T>, limit: u16, cursor: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::from(limit);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(cursor) } else { None };
        Self { rows, next }
    }

    /// The same page with its rows as something else.
    ///
    /// # Errors
    /// The first one of `change`.
    pub fn try_map<U, E>(self, change: impl Fn(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let rows = self.rows.into_iter().map(change).collect::<Result<_, E>>()?;
        Ok(Page { rows, next: self.next })
    }

    /// The same page with its rows as something else.
    #[must_use]
    pub fn map<U>(self, change: impl Fn(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(change).collect(), next: self.next }
    }
}

/// The sort key and the number of the last row of a page.
///
/// Travels in the URL as `number:key`. A forged one can only start a page somewhere else in rows
/// the caller may see anyway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Sort key of the row: text for a name, digits for an amount or an instant.
    pub key: String,
    /// Number of the row, which breaks ties.
    pub number: i64,
}

impl Cursor {
    /// As it stands in the URL.
    #[must_use]
    pub fn encode(&self) -> String {
        format!("{}:{}", self.number, self.key)
    }

    /// From the URL; anything unreadable is "from the start".
    #[must_use]
    pub fn decode(raw: &str) -> Option<Self> {
        let (number, key) = raw.split_once(':')?;
        let number = number.parse().ok()?;
        // U+0001 ends the spoken part of a sort key; no other control character is in one, and
        // PostgreSQL takes no NUL.
        let odd = |c: char| c.is_control() && c != '\u{1}';
        (key.chars().count() <= LONGEST_KEY && !key.contains(odd))
            .then(|| Self { key: key.to_owned(), number })
    }
}

/// A count that stops at [`COUNT_CAP`] or [`SEARCH_COUNT_CAP`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// How many were counted.
    pub number: i64,
    /// Whether there are more.
    pub more: bool,
}

impl Count {
    /// What was counted up to one more than `cap`, or on to the end where that was asked for.
    #[must_use]
    pub fn up_to(number: i64, cap: i64, exact: bool) -> Self {
        if exact || number <= cap {
            Self { number, more: false }
        } else {
            Self { number: cap, more: true }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_a_forged_one_starts_anew() {
        let longest = format!("n{}", crate::text::fold(&"ß".repeat(NAME_CHARS)));
        for key in ["zhang\u{1}张".to_owned(), longest] {
            let cursor = Cursor { key, number: 7 };
            assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }
        for raw in ["", "x:y", "7", "7:a\0b", "7:\u{7}"] {
            assert_eq!(Cursor::decode(raw), None, "{raw:?}");
        }
    }
}
