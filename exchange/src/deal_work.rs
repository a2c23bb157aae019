//! The reading of one row about a deal or a product, through the validation of `domain`.

use crate::{cells::Cells, mapping::Mapping, row::ParsedRow, sniff, table::Row};
use domain::{
    account::NAME_CHARS,
    field::FieldError,
    import::Target,
    money::{self, Currency},
    opportunity::{CloseReason, Closing, DealColumn, OpportunityData, OpportunityField},
    pipeline::{StageKind, called},
    product::{CODE_CHARS, MOST_LINES, MOST_PIECES, ProductData, ProductField},
    text,
};
use std::collections::HashSet;
use store::{DealRow, DealStage, ImportGround, Offer, ProductRow};

/// Most characters of an id of another system.
const ID_CHARS: usize = 200;

/// Reads the rows of one file about deals or products.
#[derive(Debug, Default)]
pub(crate) struct DealReader {
    /// Names of stages that were found by what is most like them: each is told at its first row.
    told: HashSet<String>,
}

impl DealReader {
    /// Reads a row about a deal.
    pub fn deal(&mut self, mapping: &Mapping, ground: &ImportGround, row: &Row) -> ParsedRow {
        let mut cells = Cells::new(mapping, row);
        cells.report_surplus();
        cells.report_mended();
        let mut out = ParsedRow { number: row.number, ..ParsedRow::default() };
        let mut deal = DealRow {
            data: OpportunityData { currency: ground.currency, ..OpportunityData::default() },
            ..DealRow::default()
        };
        set(&mut cells, &mut deal);
        deal.account = line(&mut cells, DealColumn::Account);
        deal.person = line(&mut cells, DealColumn::Person);
        deal.number = cells.number_of(Target::Deal(DealColumn::Number));
        deal.account_number = cells.number_of(Target::Deal(DealColumn::AccountNumber));
        deal.began = cells.day_of(Target::Deal(DealColumn::Began));
        deal.closed = cells.day_of(Target::Deal(DealColumn::Closed));
        deal.offers = offers(&mut cells, deal.data.currency);
        out.external_id = cells.line_of(Target::ExternalId, ID_CHARS);
        out.owner_name = cells.line_of(Target::OwnerName, NAME_CHARS);
        out.note = cells.notes();
        let named = !deal.data.name.is_empty()
            || !deal.account.is_empty()
            || !deal.offers.is_empty()
            || out.external_id.is_some();
        let placed = named && self.stage(&mut cells, ground, &mut deal);
        if !named {
            let name = mapping.column_of(Target::Deal(DealColumn::Name));
            let name = name.or_else(|| mapping.column_of(Target::Deal(DealColumn::Account)));
            cells.complain(name.unwrap_or_default(), "", FieldError::Required);
        }
        deal.closing = closing(&mut cells, deal.stage.kind);
        out.refused = !placed;
        out.deal = placed.then(|| Box::new(deal));
        out.errors = cells.errors();
        out
    }

    /// Finds where the deal stands; false where deals cannot stand anywhere.
    fn stage(&mut self, cells: &mut Cells<'_>, ground: &ImportGround, deal: &mut DealRow) -> bool {
        let target = Target::Deal(DealColumn::Stage);
        let typed =
            cells.of(target).first().copied().filter(|(_, cell)| !sniff::is_placeholder(cell));
        let way = line(cells, DealColumn::Pipeline);
        let (at, word) = typed.unwrap_or((cells.mapping.column_of(target).unwrap_or(0), ""));
        let Some(found) = called(&ground.pipelines, &way, word) else {
            cells.complain(at, word, FieldError::Unknown);
            return false;
        };
        let pipeline = ground.pipelines.iter().find(|pipeline| pipeline.id == found.pipeline);
        let first = pipeline.and_then(|pipeline| pipeline.columns().next());
        deal.stage = DealStage {
            pipeline: found.pipeline,
            stage: found.stage.id,
            kind: found.stage.kind,
            first: first.map_or(found.stage.id, |stage| stage.id),
        };
        deal.names_stage = typed.is_some();
        if !found.certain && self.told.insert(text::fold(word)) {
            let name = found.stage.name.in_lang(domain::lang::Lang::En).to_owned();
            cells.complain(at, word, FieldError::ReadAs { value: name });
        }
        true
    }
}

/// Reads a row about a product.
pub(crate) fn product(mapping: &Mapping, ground: &ImportGround, row: &Row) -> ParsedRow {
    let mut cells = Cells::new(mapping, row);
    cells.report_surplus();
    cells.report_mended();
    let mut out = ParsedRow { number: row.number, ..ParsedRow::default() };
    let mut product = ProductRow {
        data: ProductData { currency: ground.currency, ..ProductData::default() },
        fields: Vec::new(),
    };
    // The currency before the price that is in it.
    for field in [
        ProductField::Currency,
        ProductField::Code,
        ProductField::Name,
        ProductField::Price,
        ProductField::Archived,
    ] {
        let Some((at, value)) = cells.of(Target::Product(field)).first().copied() else { continue };
        let value = if field == ProductField::Archived { archived(value) } else { value };
        match product.data.set(field, value) {
            Ok(()) => product.fields.push(field),
            Err(error) => cells.complain(at, value, error),
        }
    }
    if product.data.name.is_empty() {
        let at = mapping.column_of(Target::Product(ProductField::Name)).unwrap_or_default();
        if cells.row.cell(at).trim().is_empty() {
            cells.complain(at, "", FieldError::Required);
        }
        out.refused = true;
    } else {
        if product.data.code.is_empty() {
            product.data.code = product.data.name.chars().take(CODE_CHARS).collect();
        }
        out.product = Some(Box::new(product));
    }
    out.errors = cells.errors();
    out
}

/// What people write for yes and no, as the field reads it.
fn archived(value: &str) -> &str {
    match text::fold(value).as_str() {
        "true" | "yes" | "y" | "1" | "是" => "true",
        "false" | "no" | "n" | "0" | "否" => "",
        _ => value,
    }
}

/// The fields that a form reads in the same way, the currency before the value that is in it.
fn set(cells: &mut Cells<'_>, deal: &mut DealRow) {
    for (column, field) in [
        (DealColumn::Currency, OpportunityField::Currency),
        (DealColumn::Name, OpportunityField::Name),
        (DealColumn::Value, OpportunityField::Value),
        (DealColumn::ExpectedClose, OpportunityField::ExpectedClose),
        (DealColumn::NextStep, OpportunityField::NextStep),
        (DealColumn::NextStepOn, OpportunityField::NextStepOn),
        (DealColumn::Source, OpportunityField::Source),
    ] {
        let Some((at, value)) = cells.of(Target::Deal(column)).first().copied() else { continue };
        let free = matches!(
            field,
            OpportunityField::Name | OpportunityField::NextStep | OpportunityField::Source
        );
        if !free && sniff::is_placeholder(value) {
            continue;
        }
        let is_day =
            matches!(field, OpportunityField::ExpectedClose | OpportunityField::NextStepOn);
        let read = if is_day { cells.day(at, value) } else { value.into() };
        match deal.data.set(field, &read) {
            Ok(()) => deal.fields.push(field),
            Err(error) => cells.complain(at, value, error),
        }
    }
}

fn line(cells: &mut Cells<'_>, column: DealColumn) -> String {
    cells.line_of(Target::Deal(column), NAME_CHARS).unwrap_or_default()
}

/// Why a deal was closed. A reason that is none of ours is another one, which the note tells.
fn closing(cells: &mut Cells<'_>, kind: StageKind) -> Option<Closing> {
    let reason = line(cells, DealColumn::Reason);
    let note = line(cells, DealColumn::ClosingNote);
    if kind == StageKind::Open || (reason.is_empty() && note.is_empty()) {
        return None;
    }
    let known = CloseReason::parse(&reason).ok().filter(|reason| reason.fits(kind));
    let of_both = || {
        let parts = [reason.as_str(), note.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(": ").chars().take(NAME_CHARS).collect()
    };
    Some(match known {
        Some(CloseReason::Other) if note.is_empty() => return None,
        Some(reason) => Closing { reason, note },
        None => Closing { reason: CloseReason::Other, note: of_both() },
    })
}

/// What is on offer, one product a line: `code`, `code × 2` or `code × 2 @ 9.50`.
fn offers(cells: &mut Cells<'_>, currency: Currency) -> Vec<Offer> {
    let mut all = Vec::new();
    for (at, cell) in cells.of(Target::Deal(DealColumn::Products)) {
        for typed in cell.lines().map(str::trim).filter(|line| !sniff::is_placeholder(line)) {
            if all.len() >= MOST_LINES {
                cells.complain(at, typed, FieldError::TooMany { max: MOST_LINES });
                return all;
            }
            all.push(offer(typed, currency));
        }
    }
    all
}

fn offer(typed: &str, currency: Currency) -> Offer {
    let (rest, price_minor) = typed
        .rsplit_once(" @ ")
        .and_then(|(rest, price)| {
            Some((rest, Some(money::parse_minor(price, currency.decimals()).ok()?)))
        })
        .unwrap_or((typed, None));
    let (product, quantity) = rest
        .rsplit_once(" × ")
        .and_then(|(product, count)| {
            let count = count.trim().parse().ok()?;
            (1..=MOST_PIECES).contains(&count).then_some((product, count))
        })
        .unwrap_or((rest, 1));
    Offer { product: product.trim().to_owned(), quantity, price_minor }
}

/// The lines of a deal as a cell tells them, for [`offer`] to read back.
pub(crate) fn told(lines: &[domain::product::ProductLine], currency: Currency) -> String {
    let one = |line: &domain::product::ProductLine| {
        let price = money::plain(line.price_minor, currency.decimals());
        format!("{} × {} @ {price}", line.code, line.quantity)
    };
    lines.iter().map(one).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_read_with_their_counts_and_prices() {
        let yuan = Currency::default();
        let read = |typed: &str| {
            let offer = offer(typed, yuan);
            (offer.product, offer.quantity, offer.price_minor)
        };
        assert_eq!(read("GTX Pro"), ("GTX Pro".to_owned(), 1, None));
        assert_eq!(read("GTX × 2 @ 9.50"), ("GTX".to_owned(), 2, Some(950)));
        assert_eq!(read("Mount 2 × 4"), ("Mount 2".to_owned(), 4, None));
        assert_eq!(read("a × b @ c"), ("a × b @ c".to_owned(), 1, None));
    }
}
