//! Exports record by record: the caller pushes, a CSV line or a workbook row comes out.

use crate::{
    export_columns::{Beside, Columns, ExportKind, Record},
    rows_out::{CsvEncoding, CsvLines, XlsxRows},
};
use domain::{lang::Lang, policy::DetailRules};
use std::{
    io::{self, Seek, Write},
    path::Path,
};

/// How an export is written.
#[derive(Clone, Copy, Debug)]
pub struct ExportOptions {
    /// Language of headers and choices.
    pub lang: Lang,
    /// What is exported.
    pub kind: ExportKind,
    /// Decimals of the organisation's currency.
    pub decimals: u8,
    /// How far details are open to whoever takes it out: there is no column for one that is hidden.
    pub details: DetailRules,
}

/// An export as CSV.
pub struct CsvExport {
    columns: Columns,
    lines: CsvLines,
}

impl CsvExport {
    /// An export that has written nothing yet.
    #[must_use]
    pub fn new(options: ExportOptions, encoding: CsvEncoding) -> Self {
        Self {
            columns: Columns::new(options.lang, options.kind, options.decimals, &options.details),
            lines: CsvLines::new(encoding),
        }
    }

    /// The bytes before the first record.
    pub fn head(&mut self) -> Vec<u8> {
        let mut bytes = self.lines.start().to_vec();
        bytes.extend(self.lines.line(&self.columns.headers()));
        bytes
    }

    /// The bytes of one record.
    pub fn row<'a>(
        &mut self,
        record: impl Into<Record<'a>>,
        beside: impl Into<Beside<'a>>,
    ) -> Vec<u8> {
        self.lines.line(&self.columns.cells(record.into(), beside.into()))
    }

    /// How many characters did not fit the encoding and were written as `&#x..;`.
    #[must_use]
    pub fn replaced(&self) -> u64 {
        self.lines.replaced()
    }
}

/// An export as a workbook.
pub struct XlsxExport {
    columns: Columns,
    rows: XlsxRows,
}

impl XlsxExport {
    /// A workbook that holds the headers; its rows wait in `temp_dir`.
    ///
    /// # Errors
    /// The disk's error.
    pub fn new(options: ExportOptions, temp_dir: &Path) -> io::Result<Self> {
        let columns = Columns::new(options.lang, options.kind, options.decimals, &options.details);
        let name = match (options.kind, options.lang) {
            (ExportKind::Customers, Lang::En) => "Customers",
            (ExportKind::Customers, Lang::Zh) => "客户",
            (ExportKind::People, Lang::En) => "People",
            (ExportKind::People, Lang::Zh) => "联系人",
            (ExportKind::Deals, Lang::En) => "Deals",
            (ExportKind::Deals, Lang::Zh) => "商机",
            (ExportKind::Orders, Lang::En) => "Orders",
            (ExportKind::Orders, Lang::Zh) => "订单",
            (ExportKind::Cases, Lang::En) => "Feedback",
            (ExportKind::Cases, Lang::Zh) => "反馈",
            (ExportKind::Answers, Lang::En) => "Answers",
            (ExportKind::Answers, Lang::Zh) => "答卷",
        };
        let rows = XlsxRows::new(name, columns.headers(), temp_dir)?;
        Ok(Self { columns, rows })
    }

    /// Adds a record.
    ///
    /// # Errors
    /// The disk's error.
    pub fn row<'a>(
        &mut self,
        record: impl Into<Record<'a>>,
        beside: impl Into<Beside<'a>>,
    ) -> io::Result<()> {
        self.rows.row(&self.columns.cells(record.into(), beside.into()))
    }

    /// Writes the finished workbook.
    ///
    /// # Errors
    /// The disk's error, or the writer's.
    pub fn finish(self, out: impl Write + Seek + Send) -> io::Result<()> {
        self.rows.finish(out)
    }
}
