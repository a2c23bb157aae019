//! Rows of text as CSV lines and as the cells of a workbook; every cell is text and nothing else.

use crate::formula;
use encoding_rs::GB18030;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::{
    io::{self, Seek, Write},
    path::Path,
};

/// Encoding of a CSV that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CsvEncoding {
    /// UTF-8 with a byte-order mark, which is how Excel knows it.
    #[default]
    Utf8,
    /// GB18030 without a mark, for old tools.
    Gb18030,
}

/// Writes CSV lines into bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct CsvLines {
    encoding: CsvEncoding,
    replaced: u64,
}

impl CsvLines {
    /// Lines in an encoding.
    #[must_use]
    pub fn new(encoding: CsvEncoding) -> Self {
        Self { encoding, replaced: 0 }
    }

    /// What comes before the first line.
    #[must_use]
    pub fn start(&self) -> &'static [u8] {
        match self.encoding {
            CsvEncoding::Utf8 => b"\xef\xbb\xbf",
            CsvEncoding::Gb18030 => b"",
        }
    }

    /// One line, guarded against formulas.
    pub fn line<T: AsRef<str>>(&mut self, cells: &[T]) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .buffer_capacity(1024)
            .from_writer(Vec::with_capacity(512));
        let guarded = cells.iter().map(|cell| formula::guard(cell.as_ref()).into_owned());
        // Writing into memory cannot fail.
        let line = match writer.write_record(guarded) {
            Ok(()) => writer.into_inner().unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        match self.encoding {
            CsvEncoding::Utf8 => line,
            CsvEncoding::Gb18030 => self.in_gb18030(&String::from_utf8_lossy(&line)),
        }
    }

    /// A character that does not come back from GB18030 is written as `&#x..;` and counted.
    fn in_gb18030(&mut self, line: &str) -> Vec<u8> {
        let mut fitting = String::with_capacity(line.len());
        for c in line.chars() {
            if comes_back(c) {
                fitting.push(c);
            } else {
                self.replaced += 1;
                fitting.extend(["&#x", &format!("{:X}", u32::from(c)), ";"]);
            }
        }
        GB18030.encode(&fitting).0.into_owned()
    }

    /// How many characters did not fit the encoding so far and were written as `&#x..;`.
    #[must_use]
    pub fn replaced(&self) -> u64 {
        self.replaced
    }
}

/// Whether GB18030 gives the character back as it was (WHATWG Encoding, index gb18030).
fn comes_back(c: char) -> bool {
    if c.is_ascii() {
        return true;
    }
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    let (bytes, _, failed) = GB18030.encode(text);
    !failed && GB18030.decode_without_bom_handling(&bytes).0 == text
}

/// Rows of a workbook before a further sheet is begun (Excel allows 1,048,576).
const ROWS_OF_SHEET: u32 = 1_048_576;

/// Writes rows into a workbook with one row in memory; the rest waits in a temporary folder.
pub struct XlsxRows {
    workbook: Workbook,
    name: String,
    headers: Vec<String>,
    bold: Format,
    sheets: usize,
    next_row: u32,
}

impl XlsxRows {
    /// A workbook whose sheet carries `name`; `temp_dir` is where its rows wait.
    ///
    /// # Errors
    /// The disk's error.
    pub fn new(name: &str, headers: Vec<String>, temp_dir: &Path) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(temp_dir).map_err(from_xlsx)?;
        let mut rows = Self {
            workbook,
            name: name.to_owned(),
            headers,
            bold: Format::new().set_bold(),
            sheets: 0,
            next_row: 0,
        };
        rows.begin_sheet()?;
        Ok(rows)
    }

    fn begin_sheet(&mut self) -> io::Result<()> {
        let name = match self.sheets {
            0 => self.name.clone(),
            further => format!("{} {}", self.name, further + 1),
        };
        let sheet = self.workbook.add_worksheet_with_constant_memory().map_err(from_xlsx)?;
        sheet.set_name(name).map_err(from_xlsx)?;
        sheet.set_freeze_panes(1, 0).map_err(from_xlsx)?;
        for (column, header) in (0_u16..).zip(&self.headers) {
            sheet.write_string_with_format(0, column, header, &self.bold).map_err(from_xlsx)?;
        }
        self.sheets += 1;
        self.next_row = 1;
        Ok(())
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The disk's error.
    pub fn row<T: AsRef<str>>(&mut self, cells: &[T]) -> io::Result<()> {
        if self.next_row >= ROWS_OF_SHEET {
            self.begin_sheet()?;
        }
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1).map_err(from_xlsx)?;
        for (column, cell) in (0_u16..).zip(cells) {
            if !cell.as_ref().is_empty() {
                sheet.write_string(self.next_row, column, cell.as_ref()).map_err(from_xlsx)?;
            }
        }
        self.next_row += 1;
        Ok(())
    }

    /// Writes the finished workbook.
    ///
    /// # Errors
    /// The disk's error, or the writer's.
    pub fn finish(mut self, out: impl Write + Seek + Send) -> io::Result<()> {
        self.workbook.save_to_writer(out).map_err(from_xlsx)
    }
}

fn from_xlsx(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_quoted_and_guarded() {
        let mut lines = CsvLines::new(CsvEncoding::Utf8);
        assert_eq!(lines.start(), b"\xef\xbb\xbf");
        let line = lines.line(&["a,b", "c\"d", "=1", "x\ny", "", "张"]);
        assert_eq!(line, "\"a,b\",\"c\"\"d\",'=1,\"x\ny\",,张\r\n".as_bytes());
    }

    #[test]
    fn what_gb18030_cannot_hold_is_written_out_and_counted() {
        let mut lost = Vec::new();
        for c in (0x80..=0x10_ffff).filter_map(char::from_u32) {
            if !comes_back(c) {
                lost.push(c);
            }
        }
        assert!(lost.len() < 64, "{} characters", lost.len());
        assert!(!lost.iter().any(|c| c.is_alphanumeric()), "{lost:?}");
        let mut lines = CsvLines::new(CsvEncoding::Gb18030);
        let line = lines.line(&["张三\u{1f600}é\u{e5e5}"]);
        let text = GB18030.decode_without_bom_handling(&line).0;
        assert_eq!(text, "张三\u{1f600}é&#xE5E5;\r\n");
        assert_eq!(lines.replaced(), 1);
    }
}
