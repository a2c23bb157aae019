//! The reading of one row about a case, through the validation of `domain`, with its times counted from the day it came in.

use crate::{cells::Cells, mapping::Mapping, row::ParsedRow, sniff, table::Row};
use domain::{
    account::{NAME_CHARS, REMARK_CHARS},
    case::{CaseChannel, CaseColumn, CaseData, CaseField, CaseKind, CaseStatus, Clock, Counting},
    date::Date,
    field::FieldError,
    import::Target,
    lang::Lang,
    text,
    time::{HOUR, Instant, ZoneOffsets},
};
use store::{CaseRow, ImportGround};

/// Most characters of an id of another system.
const ID_CHARS: usize = crate::order_work::ID_CHARS;
/// Most characters of a text that a subject is made of.
const SUBJECT_CHARS: usize = 60;

/// Reads a row about a case.
pub(crate) fn case(mapping: &Mapping, ground: &ImportGround, row: &Row) -> ParsedRow {
    let mut cells = Cells::new(mapping, row);
    cells.report_surplus();
    cells.report_mended();
    let mut out = ParsedRow { number: row.number, ..ParsedRow::default() };
    let mut data = CaseData::new(CaseKind::Question, CaseChannel::Other);
    let fields = set(&mut cells, &mut data);
    let body = body(&mut cells);
    if data.subject.is_empty() {
        data.subject = first_line(&body);
    }
    if data.contact.is_empty() {
        data.contact = line(&mut cells, CaseColumn::Person);
    }
    let number = cells.number_of(Target::Case(CaseColumn::Number));
    let account = line(&mut cells, CaseColumn::Account);
    let account_number = cells.number_of(Target::Case(CaseColumn::AccountNumber));
    let account_key =
        cells.line_of(Target::Case(CaseColumn::AccountId), ID_CHARS).unwrap_or_default();
    let clock = times(&mut cells, &mut data, ground);
    out.external_id = cells.line_of(Target::ExternalId, ID_CHARS);
    out.owner_name = cells.line_of(Target::OwnerName, NAME_CHARS);
    out.note = cells.notes();
    if data.subject.is_empty() {
        let column = mapping.column_of(Target::Case(CaseColumn::Subject));
        let column = column.or_else(|| mapping.column_of(Target::Case(CaseColumn::Body)));
        cells.complain(column.unwrap_or_default(), "", FieldError::Required);
        out.refused = true;
    } else {
        out.case = Some(Box::new(CaseRow {
            data,
            fields,
            number,
            account,
            account_number,
            account_key,
            body,
            clock,
            source_system: String::new(),
            external_id: String::new(),
        }));
    }
    out.errors = cells.errors();
    out
}

/// The fields that the row fills.
fn set(cells: &mut Cells<'_>, data: &mut CaseData) -> Vec<CaseField> {
    let mut fields = Vec::new();
    for (column, field) in [
        (CaseColumn::Subject, CaseField::Subject),
        (CaseColumn::Kind, CaseField::Kind),
        (CaseColumn::Category, CaseField::Category),
        (CaseColumn::Priority, CaseField::Priority),
        (CaseColumn::Status, CaseField::Status),
        (CaseColumn::Channel, CaseField::Channel),
        (CaseColumn::Contact, CaseField::Contact),
        (CaseColumn::Cause, CaseField::Cause),
        (CaseColumn::Solution, CaseField::Solution),
    ] {
        let Some((at, value)) = cells.of(Target::Case(column)).first().copied() else { continue };
        if sniff::is_placeholder(value) {
            continue;
        }
        match data.set(field, value) {
            Ok(()) => fields.push(field),
            Err(error) => cells.complain(at, value, error),
        }
    }
    fields
}

/// What the customer said, or nothing.
fn body(cells: &mut Cells<'_>) -> String {
    let Some((at, value)) = cells.of(Target::Case(CaseColumn::Body)).first().copied() else {
        return String::new();
    };
    match text::paragraph(value, REMARK_CHARS) {
        Ok(body) => body.unwrap_or_default(),
        Err(error) => {
            cells.complain(at, value, error);
            String::new()
        }
    }
}

/// What a case without a subject is called: the beginning of what the customer said.
fn first_line(body: &str) -> String {
    let line = body.lines().next().unwrap_or_default().trim();
    line.chars().take(SUBJECT_CHARS).collect()
}

/// The times of the case. A solved one without a day of its solution counts as solved when it came in; what was done, where
/// the file does not say so, is that it was done before.
fn times(cells: &mut Cells<'_>, data: &mut CaseData, ground: &ImportGround) -> Clock {
    let counting = Counting { policy: &ground.service, zone: &ground.zone };
    let came = cells.day_of(Target::Case(CaseColumn::CameOn)).map(|day| noon(day, &ground.zone));
    let solved =
        cells.day_of(Target::Case(CaseColumn::SolvedOn)).map(|day| noon(day, &ground.zone));
    // Nothing comes from tomorrow, nor from the rest of today.
    let came = came.unwrap_or(ground.now).min(ground.now);
    let clock = Clock::begin(came, data.priority, counting);
    if data.status == CaseStatus::New {
        return clock;
    }
    if !data.status.is_open() && data.solution.is_empty() {
        data.solution = match ground.lang {
            Lang::En => "Solved before it was imported.".to_owned(),
            Lang::Zh => "导入前已解决。".to_owned(),
        };
    }
    let at = solved.filter(|_| !data.status.is_open()).unwrap_or(came).min(ground.now);
    let (was, is) = ((CaseStatus::New, data.priority), (data.status, data.priority));
    clock.changed(was, is, at.max(came), counting)
}

/// The middle of a day where the organisation is.
fn noon(day: Date, zone: &ZoneOffsets) -> Instant {
    zone.start_of(day).plus(12 * HOUR)
}

fn line(cells: &mut Cells<'_>, column: CaseColumn) -> String {
    cells.line_of(Target::Case(column), NAME_CHARS).unwrap_or_default()
}
