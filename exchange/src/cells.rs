//! The cells of one row by what their columns are mapped to.

use crate::{
    mapping::Mapping,
    sniff,
    table::{Row, is_blank},
};
use domain::{
    account::AccountField,
    case::CaseColumn,
    date::{Date, DayOrder},
    field::FieldError,
    import::{CellError, Target},
    opportunity::DealColumn,
    order::OrderColumn,
    person::PersonField,
    product::ProductField,
    text,
};
use std::borrow::Cow;

/// Most characters of a cell that a report repeats.
const REPORTED_CHARS: usize = 200;
/// Most complaints about one row.
const MOST_ERRORS: usize = 50;

/// A row under a mapping, and what is wrong with it.
pub(crate) struct Cells<'a> {
    pub mapping: &'a Mapping,
    pub row: &'a Row,
    errors: Vec<(usize, CellError)>,
}

impl<'a> Cells<'a> {
    pub fn new(mapping: &'a Mapping, row: &'a Row) -> Self {
        Self { mapping, row, errors: Vec::new() }
    }

    /// A cell, translated as the mapping says.
    pub fn value(&self, at: usize) -> &'a str {
        let typed = self.row.cell(at);
        match self.mapping.columns.get(at) {
            Some(column) if !column.values.is_empty() => {
                column.values.get(&text::fold(typed)).map_or(typed, String::as_str)
            }
            _ => typed,
        }
    }

    /// Columns and what they are mapped to.
    pub fn targets(&self) -> impl Iterator<Item = (usize, Target)> + use<'a> {
        let columns = self.mapping.columns.iter().enumerate();
        columns.filter_map(|(at, column)| column.target.map(|target| (at, target)))
    }

    /// The filled cells that go to a target.
    pub fn of(&self, wanted: Target) -> Vec<(usize, &'a str)> {
        self.targets()
            .filter(|(_, target)| *target == wanted)
            .map(|(at, _)| (at, self.value(at)))
            .filter(|(_, value)| !value.trim().is_empty())
            .collect()
    }

    pub fn header(&self, at: usize) -> String {
        let column = self.mapping.columns.get(at);
        column.map_or_else(|| format!("Column {}", at + 1), |column| column.header.clone())
    }

    pub fn complain(&mut self, at: usize, value: &str, error: FieldError) {
        if self.errors.len() >= MOST_ERRORS {
            return;
        }
        let value = value.chars().take(REPORTED_CHARS).collect();
        self.errors.push((at, CellError { column: self.header(at), value, error }));
    }

    /// Cells past the last header: the row is likely shifted, so they are named.
    pub fn report_surplus(&mut self) {
        let columns = self.mapping.columns.len();
        for (at, cell) in self.row.cells.iter().enumerate().skip(columns) {
            if !is_blank(cell) {
                self.complain(at, cell, FieldError::Unknown);
            }
        }
    }

    /// Texts that stand there otherwise than the mapping says: each is told, a word for a choice is not.
    pub fn report_mended(&mut self) {
        for (at, target) in self.targets() {
            let (typed, value) = (self.row.cell(at), self.value(at));
            if is_text(target) && !std::ptr::eq(typed, value) && typed.trim() != value.trim() {
                self.complain(at, typed, FieldError::ReadAs { value: value.to_owned() });
            }
        }
    }

    /// The first cell of a target as one line of text.
    pub fn line_of(&mut self, target: Target, max: usize) -> Option<String> {
        let (at, value) = *self.of(target).first()?;
        match text::line(value, max) {
            Ok(line) => line.filter(|line| !sniff::is_placeholder(line)),
            Err(error) => {
                self.complain(at, value, error);
                None
            }
        }
    }

    /// A cell that names a day, in the order its column is written in.
    pub fn day(&self, at: usize, value: &'a str) -> Cow<'a, str> {
        let order = self.mapping.columns.get(at).map(|column| column.day_order);
        match order {
            Some(order @ DayOrder::MonthFirst) => Date::parse_ordered(value, order)
                .map_or(Cow::Borrowed(value), |day| Cow::Owned(day.to_string())),
            _ => Cow::Borrowed(value),
        }
    }

    /// The first cell of a target as a number of this installation.
    pub fn number_of<T: std::str::FromStr>(&mut self, target: Target) -> Option<T> {
        let (at, value) = *self.of(target).first()?;
        let read = value.trim().parse().ok();
        if read.is_none() {
            self.complain(at, value, FieldError::Unknown);
        }
        read
    }

    /// The first cell of a target as a day.
    pub fn day_of(&mut self, target: Target) -> Option<Date> {
        let (at, value) = *self.of(target).first()?;
        if sniff::is_placeholder(value) {
            return None;
        }
        match Date::parse(&self.day(at, value)) {
            Ok(day) => Some(day),
            Err(error) => {
                self.complain(at, value, error);
                None
            }
        }
    }

    /// The cells that go into a note, each under its header.
    pub fn notes(&self) -> Option<String> {
        let lines: Vec<String> = self
            .of(Target::Note)
            .into_iter()
            .map(|(at, value)| format!("{}: {}", self.header(at), value.trim()))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// What was wrong, in the order of the columns.
    pub fn errors(mut self) -> Vec<CellError> {
        self.errors.sort_by_key(|(at, _)| *at);
        self.errors.into_iter().map(|(_, error)| error).collect()
    }
}

/// Whether a cell is taken as the text that it is.
fn is_text(target: Target) -> bool {
    match target {
        Target::Account(field) => matches!(
            field,
            AccountField::Name
                | AccountField::ShortName
                | AccountField::Industry
                | AccountField::Source
                | AccountField::JobTitle
        ),
        Target::Person(field) => matches!(
            field,
            PersonField::FullName
                | PersonField::Title
                | PersonField::Department
                | PersonField::Source
        ),
        Target::Deal(column) => matches!(
            column,
            DealColumn::Name
                | DealColumn::Account
                | DealColumn::Person
                | DealColumn::Source
                | DealColumn::Products
        ),
        Target::Order(column) => matches!(column, OrderColumn::Account | OrderColumn::Product),
        Target::Case(column) => matches!(
            column,
            CaseColumn::Subject | CaseColumn::Category | CaseColumn::Account | CaseColumn::Person
        ),
        Target::Product(field) => matches!(field, ProductField::Code | ProductField::Name),
        Target::Country
        | Target::Province
        | Target::City
        | Target::District
        | Target::Street
        | Target::Parent => true,
        _ => false,
    }
}
