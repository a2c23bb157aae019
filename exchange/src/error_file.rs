//! The rows that were mended or refused, as they stood in the file, with what was wrong behind them:
//! to be put right and imported again.

use crate::{
    rows_out::{CsvEncoding, CsvLines, XlsxRows},
    table::Row,
};
use domain::{import::CellError, lang::Lang};
use std::{
    io::{self, Seek, Write},
    path::Path,
};

/// Words one complaint in the reader's language.
pub type Words<'a> = &'a dyn Fn(&CellError) -> String;

/// Header of the column that says what was wrong; the import leaves such a column out.
#[must_use]
pub fn reason_header(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "What was wrong",
        Lang::Zh => "问题说明",
    }
}

fn cells(headers: usize, row: &Row, errors: &[CellError], words: Words<'_>) -> Vec<String> {
    let mut cells = row.cells.clone();
    cells.resize(cells.len().max(headers), String::new());
    // Cells past the last header would stand under the reasons.
    let surplus = cells.split_off(headers);
    let mut reasons: Vec<String> = errors.iter().map(words).collect();
    reasons.extend(surplus.into_iter().filter(|cell| !cell.is_empty()));
    cells.push(reasons.join("\n"));
    cells
}

/// The rows as CSV, in UTF-8.
pub struct ErrorCsv<'a> {
    headers: Vec<String>,
    words: Words<'a>,
    lines: CsvLines,
}

impl<'a> ErrorCsv<'a> {
    /// `headers` are those of the file that was imported.
    #[must_use]
    pub fn new(headers: &[String], lang: Lang, words: Words<'a>) -> Self {
        let mut headers = headers.to_vec();
        headers.push(reason_header(lang).to_owned());
        Self { headers, words, lines: CsvLines::new(CsvEncoding::Utf8) }
    }

    /// The bytes before the first row.
    pub fn head(&mut self) -> Vec<u8> {
        let mut bytes = self.lines.start().to_vec();
        bytes.extend(self.lines.line(&self.headers));
        bytes
    }

    /// The bytes of one row and a reason in words.
    pub fn row_saying(&mut self, row: &Row, reason: String) -> Vec<u8> {
        let mut cells = cells(self.headers.len() - 1, row, &[], self.words);
        if let Some(last) = cells.last_mut() {
            *last = reason;
        }
        self.lines.line(&cells)
    }

    /// The bytes of one row and what was wrong with it.
    pub fn row(&mut self, row: &Row, errors: &[CellError]) -> Vec<u8> {
        self.lines.line(&cells(self.headers.len() - 1, row, errors, self.words))
    }
}

/// The rows as a workbook.
pub struct ErrorXlsx<'a> {
    headers: usize,
    words: Words<'a>,
    rows: XlsxRows,
}

impl<'a> ErrorXlsx<'a> {
    /// `headers` are those of the file that was imported; the rows wait in `temp_dir`.
    ///
    /// # Errors
    /// The disk's error.
    pub fn new(
        headers: &[String],
        lang: Lang,
        temp_dir: &Path,
        words: Words<'a>,
    ) -> io::Result<Self> {
        let mut all = headers.to_vec();
        all.push(reason_header(lang).to_owned());
        let rows = XlsxRows::new(reason_header(lang), all, temp_dir)?;
        Ok(Self { headers: headers.len(), words, rows })
    }

    /// Adds a row and what was wrong with it.
    ///
    /// # Errors
    /// The disk's error.
    pub fn row(&mut self, row: &Row, errors: &[CellError]) -> io::Result<()> {
        self.rows.row(&cells(self.headers, row, errors, self.words))
    }

    /// Writes the finished workbook.
    ///
    /// # Errors
    /// The disk's error, or the writer's.
    pub fn finish(self, out: impl Write + Seek + Send) -> io::Result<()> {
        self.rows.finish(out)
    }
}
