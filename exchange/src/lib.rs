//! Files in and out: CSV, XLSX and vCard, header mapping and the export.
//! A file is read into one shape ([`table::Table`]), a row through the one validation of `domain`.

mod blanks;
mod cells;
mod column_finder;
mod contact_cells;
pub mod countries;
pub mod csv_file;
mod deal_finder;
mod deal_work;
pub mod encoding;
pub mod error_file;
pub mod export;
pub mod export_columns;
pub mod format;
pub mod formula;
mod further;
pub mod guarded;
pub mod header_row;
pub mod identity;
pub mod map_file;
pub mod mapping;
mod order_finder;
mod order_work;
pub mod plan;
mod reading;
pub mod row;
mod row_work;
pub mod rows_out;
pub mod run;
pub mod sniff;
pub mod synonyms;
pub mod table;
pub mod template;
pub mod vcard_file;
pub mod words;
pub mod xlsx_file;
pub mod zip_guard;
