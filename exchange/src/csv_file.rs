//! Text with a character, or with runs of blanks, between the cells, read as a stream: no more than one row is in memory.

use crate::{
    blanks::{self, BlankRecords},
    encoding::{self, Decoding},
    format::Format,
    formula, header_row,
    table::{ReadError, ReadOptions, Row, Table, TableHead, bounded},
};
use domain::{failure::FileRefusal, import::MAX_COLUMNS};
use encoding_rs::Encoding;
use std::{
    fs::File,
    io::{self, Cursor, Read},
    path::Path,
};

/// What may stand between cells, in the order of preference.
pub const DELIMITERS: &[char] = &[',', ';', '\t', '|'];
/// Most bytes of one row; an open quote would otherwise swallow the rest of the file.
pub(crate) const MAX_RECORD: usize = 1024 * 1024;
/// One row, or why there are no more.
pub(crate) type Record = Result<Vec<String>, ReadError>;

/// Bytes that are looked at for the delimiter.
const SAMPLE: u64 = 64 * 1024;

/// Opens a CSV file.
///
/// # Errors
/// A refusal of the file, or the disk's error.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Table, ReadError> {
    let mut file = File::open(path)?;
    let encoding = match options.encoding.as_deref() {
        Some(name) => encoding::by_name(name).ok_or(FileRefusal::Unreadable)?,
        None => encoding::detect(&mut file)?,
    };
    read(file, encoding, options)
}

/// Reads a CSV from its first byte.
///
/// # Errors
/// A refusal of the file, or the reader's error.
pub fn read(
    reader: impl Read + Send + 'static,
    encoding: &'static Encoding,
    options: &ReadOptions,
) -> Result<Table, ReadError> {
    let mut text = Decoding::new(reader, encoding);
    let mut sample = Vec::new();
    text.by_ref().take(SAMPLE).read_to_end(&mut sample)?;
    let (declared, skip) = declared_delimiter(&sample);
    let start = sample.split_off(skip);
    let delimiter = match options.delimiter.or(declared) {
        Some(delimiter) => delimiter,
        None => sniff_delimiter(&start),
    };
    let delimiter_byte = u8::try_from(delimiter).map_err(|_| FileRefusal::Unreadable)?;
    if delimiter != blanks::DELIMITER {
        refuse_wide(&start, delimiter_byte)?;
    }

    let whole = Cursor::new(start).chain(text);
    let mut records: Box<dyn Iterator<Item = Record> + Send> = if delimiter == blanks::DELIMITER {
        Box::new(BlankRecords::new(whole))
    } else {
        Box::new(Records {
            reader: csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(delimiter_byte)
                .from_reader(Limited { inner: whole, left: MAX_RECORD }),
            record: csv::StringRecord::new(),
        })
    };
    let mut first = Vec::new();
    while first.len() < header_row::LOOK_AHEAD {
        match records.next() {
            Some(record) => first.push(record?),
            None => break,
        }
    }
    if first.is_empty() {
        return Err(FileRefusal::Empty.into());
    }
    let header_row = options.header_row.unwrap_or_else(|| header_row::find(&first));
    let headers = header_row::names(&first, header_row);
    let before = usize::try_from(header_row).unwrap_or(usize::MAX);
    let rows = first.into_iter().map(Ok).chain(records).skip(before).zip(1_i64..);
    Ok(Table {
        head: TableHead {
            format: Format::Csv,
            encoding: Some(encoding.name().to_owned()),
            delimiter: Some(delimiter),
            sheets: Vec::new(),
            sheet: None,
            header_row,
            headers,
        },
        rows: bounded(rows.map(|(row, number)| Ok(Row { number, cells: row? })), options.limit),
    })
}

/// What `sep=;` in the first line says, as Excel writes it, and how many bytes that line takes.
fn declared_delimiter(sample: &[u8]) -> (Option<char>, usize) {
    let line = sample.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let text = line.strip_suffix(b"\r").unwrap_or(line);
    match text {
        [s, e, p, b'=', delimiter]
            if [*s, *e, *p].eq_ignore_ascii_case(b"sep") && delimiter.is_ascii() =>
        {
            (Some(char::from(*delimiter)), (line.len() + 1).min(sample.len()))
        }
        _ => (None, 0),
    }
}

/// The delimiter that cuts most rows into the same number of cells, and into more than one.
///
/// One that cuts neither the first row nor half of the others is a mark of the text, as in a list of names. Where none
/// cuts, runs of blanks may.
#[must_use]
pub fn sniff_delimiter(sample: &[u8]) -> char {
    let mut best = (0, ',');
    for delimiter in DELIMITERS {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(u8::try_from(*delimiter).unwrap_or(b','))
            .from_reader(sample);
        let widths: Vec<usize> =
            reader.byte_records().map_while(Result::ok).take(100).map(|r| r.len()).collect();
        let cut = widths.iter().filter(|width| **width > 1).count();
        if widths.first().is_none_or(|width| *width < 2) && cut * 2 < widths.len() {
            continue;
        }
        let common = |width: usize| widths.iter().filter(|other| **other == width).count();
        let Some(usual) =
            widths.iter().copied().filter(|w| *w > 1).max_by_key(|w| (common(*w), *w))
        else {
            continue;
        };
        // How many of the rows agree comes first, how many cells that gives second.
        let score = common(usual) * 1000 / widths.len() * 1000 + usual.min(999);
        if score > best.0 {
            best = (score, *delimiter);
        }
    }
    if best.0 == 0 && blanks::cut(sample) {
        return blanks::DELIMITER;
    }
    best.1
}

/// Refuses a first row with more cells than any table has, before it is held in memory.
fn refuse_wide(sample: &[u8], delimiter: u8) -> Result<(), FileRefusal> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(sample);
    match reader.byte_records().next() {
        Some(Ok(record)) if too_wide(record.len()) => {
            Err(FileRefusal::TooManyColumns { max: MAX_COLUMNS })
        }
        _ => Ok(()),
    }
}

pub(crate) fn too_wide(cells: usize) -> bool {
    u64::try_from(cells).unwrap_or(u64::MAX) > MAX_COLUMNS
}

struct Records<R> {
    reader: csv::Reader<Limited<R>>,
    record: csv::StringRecord,
}

impl<R: Read> Iterator for Records<R> {
    type Item = Record;

    fn next(&mut self) -> Option<Self::Item> {
        self.reader.get_mut().left = MAX_RECORD;
        match self.reader.read_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) if too_wide(self.record.len()) => {
                Some(Err(FileRefusal::TooManyColumns { max: MAX_COLUMNS }.into()))
            }
            Ok(true) => {
                Some(Ok(self.record.iter().map(|cell| formula::unguard(cell).to_owned()).collect()))
            }
            Err(error) => Some(Err(match error.into_kind() {
                csv::ErrorKind::Io(error) if error.kind() != io::ErrorKind::FileTooLarge => {
                    error.into()
                }
                _ => FileRefusal::Unreadable.into(),
            })),
        }
    }
}

/// Gives no more than so many bytes to one row.
struct Limited<R> {
    inner: R,
    left: usize,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let most = out.len().min(self.left);
        let count = self.inner.read(&mut out[..most])?;
        self.left -= count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::UTF_8;

    fn table(text: &str, options: &ReadOptions) -> Result<Table, ReadError> {
        read(Cursor::new(text.as_bytes().to_vec()), UTF_8, options)
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        let table = table(text, &ReadOptions::default()).unwrap();
        table.rows.map(|row| row.unwrap().cells).collect()
    }

    #[test]
    fn delimiters_are_found() {
        for (text, want) in [
            ("name,phone\nA,1\n", ','),
            ("name;phone;city\nA;1,5;x\nB;2,5;y\n", ';'),
            ("name\tphone\nA, B\t1\n", '\t'),
            ("name|phone\nA|1\n", '|'),
            ("name;note\n\"a;b\";\"x,y\nz\"\nc;d,e\n", ';'),
            ("name\nA\nB\n", ','),
            ("name\nA\nB; C\nD|E\nF\n", ','),
            ("Kunden 2026\nname;phone\nA;1\nB;2\n", ';'),
            ("sep=;\r\nname;a,b\r\nA;c,d\r\n", ';'),
        ] {
            let table = table(text, &ReadOptions::default()).unwrap();
            assert_eq!(table.head.delimiter, Some(want), "{text}");
        }
        let table = table("sep=;\r\nname;phone\r\nA;1\r\n", &ReadOptions::default()).unwrap();
        assert_eq!(table.head.headers, ["name", "phone"]);
    }

    #[test]
    fn ragged_rows_quotes_and_line_breaks_are_kept() {
        let text = "name,phone,note\nA,1\nB,2,\"x\r\n\"\"y\"\"\",extra\n\n\"C\",'+86,'=1\n";
        let rows = cells(text);
        assert_eq!(rows[0], ["A", "1"]);
        assert_eq!(rows[1], ["B", "2", "x\r\n\"y\"", "extra"]);
        assert_eq!(rows[2], ["C", "+86", "=1"]);
    }

    #[test]
    fn a_person_can_say_otherwise() {
        let options = ReadOptions {
            delimiter: Some(';'),
            header_row: Some(0),
            limit: Some(1),
            ..ReadOptions::default()
        };
        let table = table("name,x;phone\nA;1\n", &options).unwrap();
        assert_eq!(table.head.headers, ["Column 1", "Column 2"]);
        let rows: Vec<Row> = table.rows.map(Result::unwrap).collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].cells, ["name,x", "phone"]);
    }

    #[test]
    fn a_row_without_end_is_refused() {
        let open_quote = format!("name,phone\nA,\"{}", "x,\n".repeat(600_000));
        let mut rows = table(&open_quote, &ReadOptions::default()).map(|table| table.rows);
        let refused = match &mut rows {
            Ok(rows) => rows.any(|row| matches!(row, Err(ReadError::Refused(_)))),
            Err(error) => matches!(error, ReadError::Refused(FileRefusal::Unreadable)),
        };
        assert!(refused);
    }

    #[test]
    fn a_million_columns_are_refused() {
        let wide = "a,".repeat(1_000_000);
        let late = format!("name,phone\nA,1\n{}", "1,".repeat(300));
        assert!(matches!(
            table(&wide, &ReadOptions::default()),
            Err(ReadError::Refused(FileRefusal::TooManyColumns { max: 256 }))
        ));
        assert!(matches!(
            table(&late, &ReadOptions::default()),
            Err(ReadError::Refused(FileRefusal::TooManyColumns { max: 256 }))
        ));
    }

    #[test]
    fn nul_bytes_stay_for_the_validation_to_name() {
        assert_eq!(cells("name,phone\nA\0B,1\n\0\0\0\n")[0][0], "A\0B");
        assert_eq!(cells("name,phone\nA\0B,1\n\0\0\0\n").len(), 1);
    }
}
