//! The words of a column that stand for something set up here, for a person to say what each means.

use crate::{
    run::{CHECK_ROWS, Opened},
    sniff,
    table::ReadError,
};
use domain::{import::Target, text};
use std::collections::HashSet;

/// The different words of the columns that go to `target`, in the order of the file, at most `most` out of the rows that
/// a check looks at.
///
/// # Errors
/// What is wrong with the file.
pub fn of_column(opened: &Opened, target: Target, most: usize) -> Result<Vec<String>, ReadError> {
    let columns: Vec<usize> = (0..)
        .zip(&opened.mapping.columns)
        .filter(|(_, column)| column.target == Some(target))
        .map(|(at, _)| at)
        .collect();
    let mut seen = HashSet::new();
    let mut words = Vec::new();
    if columns.is_empty() {
        return Ok(words);
    }
    let rows = usize::try_from(CHECK_ROWS).unwrap_or(usize::MAX);
    for row in opened.table.open()?.rows.take(rows) {
        let row = row?;
        for cell in columns.iter().map(|at| row.cell(*at).trim()) {
            if words.len() < most && !sniff::is_placeholder(cell) && seen.insert(text::fold(cell)) {
                words.push(cell.to_owned());
            }
        }
    }
    Ok(words)
}
