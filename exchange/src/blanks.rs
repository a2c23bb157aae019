//! Text whose columns stand under one another, with runs of blanks between them, as older programs write it.

use crate::{
    csv_file::{MAX_RECORD, Record, too_wide},
    formula, sniff,
};
use domain::{failure::FileRefusal, import::MAX_COLUMNS};
use std::io::{BufRead, BufReader, Read};

/// Stands for any number of blanks.
pub(crate) const DELIMITER: char = ' ';
/// Rows that are looked at.
const LOOK_AT: usize = 100;

/// Whether runs of blanks cut a text into columns: nearly every row into as many cells, three at least, and most cells
/// are no words. Names and sentences are not cut.
pub(crate) fn cut(sample: &[u8]) -> bool {
    let text = String::from_utf8_lossy(sample);
    let rows: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|cells| !cells.is_empty())
        .take(LOOK_AT)
        .collect();
    let Some(width) = rows.first().map(Vec::len) else { return false };
    let is_row = |cells: &&Vec<&str>| {
        let values = cells.iter().filter(|cell| sniff::looks_like_data(cell)).count();
        cells.len() == width && values * 2 > width
    };
    // A header may stand above, and one row in twenty may be spoilt.
    let others = rows.iter().filter(|cells| !is_row(cells)).count();
    width >= 3 && rows.len() >= others + 2 && others <= 1 + rows.len() / 20
}

/// Rows of such a text.
pub(crate) struct BlankRecords<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
}

impl<R: Read> BlankRecords<R> {
    pub fn new(reader: R) -> Self {
        Self { reader: BufReader::new(reader), line: Vec::new() }
    }
}

impl<R: Read> Iterator for BlankRecords<R> {
    type Item = Record;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.line.clear();
            let most = u64::try_from(MAX_RECORD).unwrap_or(u64::MAX);
            let mut limited = self.reader.by_ref().take(most);
            match limited.read_until(b'\n', &mut self.line) {
                Ok(0) => return None,
                Ok(read) if read == MAX_RECORD => {
                    return Some(Err(FileRefusal::Unreadable.into()));
                }
                Ok(_) => {}
                Err(error) => return Some(Err(error.into())),
            }
            let Ok(text) = std::str::from_utf8(&self.line) else {
                return Some(Err(FileRefusal::Unreadable.into()));
            };
            let most = usize::try_from(MAX_COLUMNS).unwrap_or(usize::MAX).saturating_add(1);
            let cells: Vec<String> = text
                .split_whitespace()
                .take(most)
                .map(|cell| formula::unguard(cell).to_owned())
                .collect();
            if too_wide(cells.len()) {
                return Some(Err(FileRefusal::TooManyColumns { max: MAX_COLUMNS }.into()));
            }
            if !cells.is_empty() {
                return Some(Ok(cells));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{csv_file, table::ReadOptions};
    use encoding_rs::UTF_8;
    use std::io::Cursor;

    #[test]
    fn columns_of_values_are_cut_and_words_are_not() {
        for text in [
            " 00004 0001 19970101  2   29.33\r\n 00021 0002 19970101  3    0.00\r\n",
            "00004 19970101 29.33\n00021 19970101 63.34",
            "id day pieces\n1 2026-01-02 3\n2 2026-01-03 4\n",
        ] {
            assert!(cut(text.as_bytes()), "{text}");
        }
        for text in [
            "Ann Mary Cole\nBo Li Chen\n",
            "1 2\n3 4\n",
            "name of it\nAnn Cole 1\nBo Chen 2\n",
            "1 2 3\n4 5\n",
            "",
            "\n",
        ] {
            assert!(!cut(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn rows_are_read_without_their_blanks() {
        let text = "  00004 0001 19970101  2   29.33\r\n\r\n 00021\t0002 19970101  3   63.34\n\
                    00031 0003 19970102  1   11.77";
        let table =
            csv_file::read(Cursor::new(text.as_bytes().to_vec()), UTF_8, &ReadOptions::default());
        let table = table.unwrap();
        assert_eq!((table.head.delimiter, table.head.header_row), (Some(DELIMITER), 0));
        let rows: Vec<_> = table.rows.map(Result::unwrap).collect();
        assert_eq!(rows[0].cells, ["00004", "0001", "19970101", "2", "29.33"]);
        assert_eq!((rows[1].number, rows[1].cells.len()), (2, 5));
    }

    #[test]
    fn a_row_without_end_is_refused() {
        let endless = "1 ".repeat(MAX_RECORD);
        let mut rows = BlankRecords::new(Cursor::new(endless.into_bytes()));
        assert!(matches!(rows.next(), Some(Err(_))));
    }
}
