//! The one shape every file is read into: headers and rows of text, read one after the other.
//! What is asked of a reading ([`ReadOptions`]) and what it found out ([`TableHead`]).

use crate::format::Format;
use domain::{
    failure::{Failure, FileRefusal},
    import::MAX_ROWS,
};
use serde::{Deserialize, Serialize};
use std::io;

/// One row of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its place in the file, first data row = 1; empty rows count where the file shows them.
    pub number: i64,
    /// Its cells, left to right; there may be fewer or more than headers.
    pub cells: Vec<String>,
}

impl Row {
    /// The cell of a column, empty where the row is shorter.
    #[must_use]
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map(String::as_str).unwrap_or_default()
    }
}

/// What a person may decide about a reading; everything absent is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    /// Encoding by name, for instance `GB18030`.
    pub encoding: Option<String>,
    /// Character between the cells of a CSV.
    pub delimiter: Option<char>,
    /// Name of the sheet of a workbook.
    pub sheet: Option<String>,
    /// Row that holds the headers, first row of the file = 1; 0 for a file without headers.
    pub header_row: Option<u64>,
    /// Stop after so many data rows: enough for a preview.
    pub limit: Option<u64>,
}

/// What a reading found out before the first row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableHead {
    /// Format of the file.
    pub format: Format,
    /// Encoding of a text file.
    pub encoding: Option<String>,
    /// Character between the cells of a CSV.
    pub delimiter: Option<char>,
    /// Sheets of a workbook, in its order.
    pub sheets: Vec<String>,
    /// The sheet that is read.
    pub sheet: Option<String>,
    /// Row that holds the headers, first row of the file = 1; 0 for a file without headers.
    pub header_row: u64,
    /// Name of each column, never empty, each once.
    pub headers: Vec<String>,
}

/// The rows still to be read. After an error nothing follows.
pub type Rows = Box<dyn Iterator<Item = Result<Row, ReadError>> + Send>;

/// A file being read.
pub struct Table {
    /// What was found out before the first row.
    pub head: TableHead,
    /// The rows still to be read.
    pub rows: Rows,
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file itself is at fault.
    #[error("file refused: {0:?}")]
    Refused(FileRefusal),
    /// The disk is.
    #[error("reading failed: {0}")]
    Io(#[from] io::Error),
}

impl From<FileRefusal> for ReadError {
    fn from(refusal: FileRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ReadError> for Failure {
    /// The log gets what went wrong on our side; the reference is filled in by the request.
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Refused(refusal) => Self::File(refusal),
            ReadError::Io(error) => {
                tracing::error!(%error, "a file could not be read");
                Self::Internal { reference: String::new() }
            }
        }
    }
}

/// Whether nobody would see anything in the cell.
#[must_use]
pub fn is_blank(cell: &str) -> bool {
    cell.chars().all(|c| c.is_whitespace() || c == '\0')
}

/// Drops empty rows, ends after `limit` and refuses more than [`MAX_ROWS`].
pub(crate) fn bounded(
    rows: impl Iterator<Item = Result<Row, ReadError>> + Send + 'static,
    limit: Option<u64>,
) -> Rows {
    let mut seen = 0_u64;
    let mut over = false;
    let full = rows
        .filter(|row| !matches!(row, Ok(row) if row.cells.iter().all(|cell| is_blank(cell))))
        .take_while(move |_| limit.is_none_or(|limit| seen_below(&mut seen, limit)));
    let mut count = 0_u64;
    Box::new(full.map_while(move |row| {
        if over {
            return None;
        }
        over = row.is_err();
        count += 1;
        if count > MAX_ROWS {
            over = true;
            return Some(Err(FileRefusal::TooManyRows { max: MAX_ROWS }.into()));
        }
        Some(row)
    }))
}

fn seen_below(seen: &mut u64, limit: u64) -> bool {
    *seen += 1;
    *seen <= limit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: i64) -> impl Iterator<Item = Result<Row, ReadError>> {
        (1..=count).map(|number| {
            let cell = if number % 2 == 0 { " \u{3000}\0" } else { "x" };
            Ok(Row { number, cells: vec![cell.to_owned()] })
        })
    }

    #[test]
    fn empty_rows_are_left_out_and_keep_their_number() {
        let numbers: Vec<i64> = bounded(rows(6), None).map(|row| row.unwrap().number).collect();
        assert_eq!(numbers, [1, 3, 5]);
        assert_eq!(bounded(rows(6), Some(2)).count(), 2);
    }

    #[test]
    fn the_row_past_the_limit_refuses_the_file() {
        let endless = (1_i64..).map(|number| Ok(Row { number, cells: vec!["x".to_owned()] }));
        let mut rows = bounded(endless, None).skip(usize::try_from(MAX_ROWS).unwrap());
        let refusal = rows.next();
        assert!(matches!(
            refusal,
            Some(Err(ReadError::Refused(FileRefusal::TooManyRows { max: MAX_ROWS })))
        ));
        assert!(rows.next().is_none());
    }

    #[test]
    fn nothing_follows_an_error() {
        let broken = vec![
            Ok(Row { number: 1, cells: vec!["x".to_owned()] }),
            Err(FileRefusal::Unreadable.into()),
            Ok(Row { number: 3, cells: vec!["x".to_owned()] }),
        ];
        assert_eq!(bounded(broken.into_iter(), None).count(), 2);
    }
}
