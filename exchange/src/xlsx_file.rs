//! Workbooks: cells are taken one by one as the sheet is parsed, so that a cell in the far corner
//! costs nothing; dates become ISO, whole numbers have no decimals.

use crate::{
    format::Format,
    header_row,
    table::{ReadError, ReadOptions, Row, TableHead, is_blank},
    zip_guard,
};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use domain::{
    failure::FileRefusal,
    import::{MAX_COLUMNS, MAX_ROWS},
};
use std::io::{Read, Seek};

/// Takes what a reading gives, in order: the head once, then the rows.
pub trait RowSink {
    /// What was found out before the first row.
    ///
    /// # Errors
    /// The sink's own, which ends the reading.
    fn head(&mut self, head: &TableHead) -> Result<(), ReadError>;
    /// One row.
    ///
    /// # Errors
    /// The sink's own, which ends the reading.
    fn row(&mut self, row: &Row) -> Result<(), ReadError>;
}

/// Reads one sheet of a workbook into `sink`: the named one, or the first visible one that holds
/// anything.
///
/// # Errors
/// A refusal of the file, the disk's error or the sink's.
pub fn read(
    mut file: impl Read + Seek,
    options: &ReadOptions,
    sink: &mut dyn RowSink,
) -> Result<(), ReadError> {
    zip_guard::check(&mut file)?;
    file.rewind()?;
    let mut workbook = Xlsx::new(file).map_err(unreadable)?;
    let sheets: Vec<(String, bool)> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    let names: Vec<String> = sheets.iter().map(|(name, _)| name.clone()).collect();
    let candidates: Vec<String> = match &options.sheet {
        Some(wanted) => names.iter().filter(|name| *name == wanted).cloned().collect(),
        None => sheets.into_iter().filter(|(_, seen)| *seen).map(|(name, _)| name).collect(),
    };
    for name in candidates {
        if read_sheet(&mut workbook, &name, &names, options, sink)? {
            return Ok(());
        }
    }
    Err(FileRefusal::Empty.into())
}

/// Whether the sheet held anything.
fn read_sheet(
    workbook: &mut Xlsx<impl Read + Seek>,
    name: &str,
    sheets: &[String],
    options: &ReadOptions,
    sink: &mut dyn RowSink,
) -> Result<bool, ReadError> {
    let cells = workbook.worksheet_cells_reader(name).map_err(unreadable)?;
    let mut rows = SheetRows { cells, next: None, ended: false };
    let mut first: Vec<(u64, Vec<String>)> = Vec::new();
    while first.len() < header_row::LOOK_AHEAD {
        match rows.next_row()? {
            Some(row) => first.push(row),
            None => break,
        }
    }
    if first.is_empty() {
        return Ok(false);
    }
    let texts: Vec<Vec<String>> = first.iter().map(|(_, cells)| cells.clone()).collect();
    // `place` counts the rows that are there, `header_row` those of the sheet.
    let place = match options.header_row {
        Some(wanted) => first.iter().position(|(row, _)| *row == wanted).map_or(0, |at| at + 1),
        None => usize::try_from(header_row::find(&texts)).unwrap_or(0),
    };
    let header_row = options.header_row.unwrap_or_else(|| match place.checked_sub(1) {
        Some(at) => first.get(at).map_or(0, |(row, _)| *row),
        None => 0,
    });
    sink.head(&TableHead {
        format: Format::Xlsx,
        encoding: None,
        delimiter: None,
        sheets: sheets.to_vec(),
        sheet: Some(name.to_owned()),
        header_row,
        headers: header_row::names(&texts, u64::try_from(place).unwrap_or(0)),
    })?;
    let mut given = 0_u64;
    let mut first = first.into_iter();
    loop {
        let next = match first.next() {
            Some(row) => Some(row),
            None => rows.next_row()?,
        };
        let Some((row, cells)) = next else { return Ok(true) };
        if row <= header_row {
            continue;
        }
        if options.limit.is_some_and(|limit| given >= limit) {
            return Ok(true);
        }
        given += 1;
        if given > MAX_ROWS {
            return Err(FileRefusal::TooManyRows { max: MAX_ROWS }.into());
        }
        let number = i64::try_from(row - header_row).unwrap_or(i64::MAX);
        sink.row(&Row { number, cells })?;
    }
}

struct SheetRows<'a, RS: Read + Seek> {
    cells: calamine::XlsxCellReader<'a, RS>,
    /// The first cell of the row to come.
    next: Option<(u32, usize, String)>,
    /// The parser must not be asked again after its end.
    ended: bool,
}

impl<RS: Read + Seek> SheetRows<'_, RS> {
    /// The next row that holds anything: its number in the sheet, first = 1, and its cells.
    fn next_row(&mut self) -> Result<Option<(u64, Vec<String>)>, ReadError> {
        let mut current: Option<u32> = None;
        let mut row: Vec<String> = Vec::new();
        loop {
            let cell = match self.next.take() {
                Some(cell) => Some(cell),
                None => self.next_cell()?,
            };
            let Some((at, column, text)) = cell else { break };
            if current.is_some_and(|current| current != at) {
                self.next = Some((at, column, text));
                break;
            }
            current = Some(at);
            if row.len() <= column {
                row.resize(column + 1, String::new());
            }
            row[column] = text;
        }
        Ok(current.map(|at| (u64::from(at) + 1, row)))
    }

    /// The next cell that holds anything.
    fn next_cell(&mut self) -> Result<Option<(u32, usize, String)>, ReadError> {
        while !self.ended {
            let Some(cell) = self.cells.next_cell().map_err(unreadable)? else {
                self.ended = true;
                break;
            };
            let text = cell_text(cell.get_value());
            if is_blank(&text) {
                continue;
            }
            let (row, column) = cell.get_position();
            if u64::from(column) >= MAX_COLUMNS {
                return Err(FileRefusal::TooManyColumns { max: MAX_COLUMNS }.into());
            }
            // Titles over the table are allowed for.
            if u64::from(row) > MAX_ROWS + 1_000 {
                return Err(FileRefusal::TooManyRows { max: MAX_ROWS }.into());
            }
            return Ok(Some((row, usize::try_from(column).unwrap_or(0), text)));
        }
        Ok(None)
    }
}

/// The text of a cell as a person would type it.
fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(instant) => instant_text(instant),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A number with the 15 digits a spreadsheet shows, so that 0.1+0.2 is 0.3.
fn number_text(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

fn instant_text(instant: &ExcelDateTime) -> String {
    let days = instant.as_f64();
    if !instant.is_datetime() || !(0.0..2_958_466.0).contains(&days) {
        return number_text(days);
    }
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if days < 1.0 {
        time
    } else if days.fract() == 0.0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {time}")
    }
}

fn unreadable(error: XlsxError) -> ReadError {
    match error {
        XlsxError::Io(error) if error.raw_os_error().is_some() => error.into(),
        error => {
            tracing::debug!(%error, "a workbook could not be read");
            FileRefusal::Unreadable.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::{Format as CellFormat, Formula, Workbook};
    use std::io::Cursor;

    #[derive(Default)]
    struct Taken {
        head: Option<TableHead>,
        rows: Vec<Row>,
    }

    impl RowSink for Taken {
        fn head(&mut self, head: &TableHead) -> Result<(), ReadError> {
            self.head = Some(head.clone());
            Ok(())
        }

        fn row(&mut self, row: &Row) -> Result<(), ReadError> {
            self.rows.push(row.clone());
            Ok(())
        }
    }

    fn taken(workbook: &mut Workbook, options: &ReadOptions) -> Result<Taken, ReadError> {
        let bytes = workbook.save_to_buffer().unwrap();
        let mut taken = Taken::default();
        read(Cursor::new(bytes), options, &mut taken).map(|()| taken)
    }

    fn customers() -> Workbook {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().set_name("空").unwrap();
        let sheet = workbook.add_worksheet().set_name("客户").unwrap();
        sheet.write_string(0, 0, "客户信息表").unwrap();
        for (column, header) in ["客户名称", "手机", "生日", "年营业额", "备注"].iter().enumerate()
        {
            sheet.write_string(2, u16::try_from(column).unwrap(), *header).unwrap();
        }
        let day = CellFormat::new().set_num_format("yyyy-mm-dd");
        sheet.write_string(3, 0, "快讯").unwrap();
        sheet.write_number(3, 1, 15_284_354_094.0).unwrap();
        sheet.write_number_with_format(3, 2, 34_647.0, &day).unwrap();
        sheet.write_number(3, 3, 0.1 + 0.2).unwrap();
        sheet.write_formula(3, 4, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.write_string(6, 0, "'=1+1").unwrap();
        sheet.write_boolean(6, 4, true).unwrap();
        workbook
    }

    #[test]
    fn a_sheet_gives_the_text_people_see() {
        let taken = taken(&mut customers(), &ReadOptions::default()).unwrap();
        let head = taken.head.unwrap();
        assert_eq!(head.sheets, ["空", "客户"]);
        assert_eq!(head.sheet.as_deref(), Some("客户"));
        assert_eq!(head.header_row, 3);
        assert_eq!(head.headers, ["客户名称", "手机", "生日", "年营业额", "备注"]);
        assert_eq!(taken.rows[0].cells, ["快讯", "15284354094", "1994-11-09", "0.3", "2"]);
        assert_eq!(taken.rows[1].number, 4);
        assert_eq!(taken.rows[1].cells, ["'=1+1", "", "", "", "true"]);
    }

    #[test]
    fn a_person_can_choose_sheet_header_and_length() {
        let options = ReadOptions {
            sheet: Some("客户".to_owned()),
            header_row: Some(0),
            limit: Some(1),
            ..ReadOptions::default()
        };
        let taken = taken(&mut customers(), &options).unwrap();
        assert_eq!(taken.head.unwrap().headers[0], "Column 1");
        assert_eq!(taken.rows.len(), 1);
        let missing = ReadOptions { sheet: Some("x".to_owned()), ..ReadOptions::default() };
        assert!(matches!(
            self::taken(&mut customers(), &missing),
            Err(ReadError::Refused(FileRefusal::Empty))
        ));
    }

    #[test]
    fn a_cell_in_the_far_corner_is_refused() {
        for (row, column) in [(1_048_575, 0), (5, 16_383), (5, 256)] {
            let mut workbook = Workbook::new();
            let sheet = workbook.add_worksheet();
            sheet.write_string(0, 0, "name").unwrap();
            sheet.write_string(row, column, "x").unwrap();
            assert!(matches!(
                taken(&mut workbook, &ReadOptions::default()),
                Err(ReadError::Refused(
                    FileRefusal::TooManyRows { .. } | FileRefusal::TooManyColumns { .. }
                ))
            ));
        }
    }
}
