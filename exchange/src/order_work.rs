//! The reading of one row about an order, through the validation of `domain`. What other programs leave empty in the
//! further lines of an order is taken from the line above.

use crate::{cells::Cells, column_finder, mapping::Mapping, row::ParsedRow, sniff, table::Row};
use domain::{
    account::NAME_CHARS,
    date::Date,
    field::FieldError,
    id::OrderNumber,
    import::Target,
    lang::Lang,
    money,
    order::{MOST_TOTAL, OrderColumn, OrderData, OrderField, OrderStatus},
    product::{MOST_PIECES, MOST_PRICE},
};
use store::{Buyer, ImportGround, OrderRow};

/// Most characters of an id of another system.
pub(crate) const ID_CHARS: usize = 200;

/// Reads the rows of one file about orders.
#[derive(Debug, Default)]
pub(crate) struct OrderReader {
    /// The number of the order in the row above, and what it said.
    above: Option<(String, OrderRow)>,
}

impl OrderReader {
    /// Reads a row about an order.
    pub fn order(&mut self, mapping: &Mapping, ground: &ImportGround, row: &Row) -> ParsedRow {
        let mut cells = Cells::new(mapping, row);
        cells.report_surplus();
        cells.report_mended();
        let number: Option<OrderNumber> = cells.number_of(Target::Order(OrderColumn::Number));
        let given = cells.line_of(Target::ExternalId, ID_CHARS);
        let given = given.or_else(|| number.map(|number| number.to_string()));
        let above = self.above.take().filter(|(known, _)| Some(known) == given.as_ref());
        let mut order = above.map_or_else(|| blank(ground), |(_, above)| above);
        order.number = number;
        if let Some(buyer) = buyer(&mut cells, ground.lang) {
            order.buyer = buyer;
        }
        set(&mut cells, &mut order);
        order.product = line(&mut cells, OrderColumn::Product);
        order.quantity = quantity(&mut cells);
        let amount = amount(&mut cells, &order);
        let named = order.buyer != Buyer::default();
        let dated = order.fields.contains(&OrderField::OrderedOn);
        if !named {
            let columns =
                [OrderColumn::Account, OrderColumn::AccountId, OrderColumn::AccountNumber];
            let at = columns.into_iter().find_map(|one| mapping.column_of(Target::Order(one)));
            cells.complain(at.unwrap_or_default(), "", FieldError::Required);
        }
        if !dated {
            let at = mapping.column_of(Target::Order(OrderColumn::OrderedOn)).unwrap_or_default();
            if sniff::is_placeholder(cells.row.cell(at)) {
                cells.complain(at, "", FieldError::Required);
            }
        }
        let mut out = ParsedRow { number: row.number, ..ParsedRow::default() };
        match amount {
            Ok(amount) if named && dated => {
                order.amount_minor = amount;
                self.above = given.clone().map(|given| (given, order.clone()));
                out.order = Some(Box::new(order));
            }
            _ => out.refused = true,
        }
        out.external_id = given;
        out.errors = cells.errors();
        out
    }
}

/// An order of which nothing is said yet: a file tells of what was bought and delivered, where it does not say otherwise.
fn blank(ground: &ImportGround) -> OrderRow {
    let data = OrderData::on(Date::from_days(0), ground.currency);
    OrderRow {
        data: OrderData { status: OrderStatus::Delivered, ..data },
        fields: Vec::new(),
        number: None,
        buyer: Buyer::default(),
        product: String::new(),
        quantity: 1,
        amount_minor: None,
        source_system: String::new(),
        external_id: String::new(),
    }
}

/// Who bought, as the row names them; nothing where it does not.
fn buyer(cells: &mut Cells<'_>, lang: Lang) -> Option<Buyer> {
    let name = line(cells, OrderColumn::Account);
    let id = cells.line_of(Target::Order(OrderColumn::AccountId), ID_CHARS).unwrap_or_default();
    let number = cells.number_of(Target::Order(OrderColumn::AccountNumber));
    if name.is_empty() && id.is_empty() && number.is_none() {
        return None;
    }
    let is_person =
        name.is_empty() || (!sniff::is_firm(&name) && column_finder::is_persons_name(&name));
    let shown = match (name.is_empty(), id.is_empty()) {
        (false, _) => name.clone(),
        (true, false) if lang == Lang::Zh => format!("客户 {id}"),
        (true, false) => format!("Customer {id}"),
        (true, true) => String::new(),
    };
    Some(Buyer {
        is_person,
        shown: shown.chars().take(NAME_CHARS).collect(),
        name,
        id,
        number,
        key: String::new(),
    })
}

/// The fields of the order that the row fills.
fn set(cells: &mut Cells<'_>, order: &mut OrderRow) {
    for (column, field) in [
        (OrderColumn::Currency, OrderField::Currency),
        (OrderColumn::OrderedOn, OrderField::OrderedOn),
        (OrderColumn::Status, OrderField::Status),
        (OrderColumn::Note, OrderField::Note),
    ] {
        let Some((at, value)) = cells.of(Target::Order(column)).first().copied() else { continue };
        if field != OrderField::Note && sniff::is_placeholder(value) {
            continue;
        }
        let read = if field == OrderField::OrderedOn { cells.day(at, value) } else { value.into() };
        match order.data.set(field, &read) {
            Ok(()) if order.fields.contains(&field) => {}
            Ok(()) => order.fields.push(field),
            Err(error) => cells.complain(at, value, error),
        }
    }
}

/// How many pieces; one where the cell does not say.
fn quantity(cells: &mut Cells<'_>) -> i64 {
    let target = Target::Order(OrderColumn::Quantity);
    let Some((at, value)) = cells.of(target).first().copied() else { return 1 };
    if sniff::is_placeholder(value) {
        return 1;
    }
    match domain::product::pieces(value) {
        Ok(count) => count,
        Err(error) => {
            cells.complain(at, value, error);
            1
        }
    }
}

/// What the line comes to in minor units, nothing where neither amount nor price say so; refused where they cannot be
/// read: an order that comes to something else would be worse than none.
fn amount(cells: &mut Cells<'_>, order: &OrderRow) -> Result<Option<i64>, ()> {
    for (column, most) in [(OrderColumn::Amount, MOST_TOTAL), (OrderColumn::Price, MOST_PRICE)] {
        let Some((at, value)) = cells.of(Target::Order(column)).first().copied() else { continue };
        if sniff::is_placeholder(value) {
            continue;
        }
        let read = money::parse_minor(value, order.data.currency.decimals());
        let within = |minor: i64| {
            let out = FieldError::OutOfRange { min: 0, max: most };
            if (0..=most).contains(&minor) { Ok(minor) } else { Err(out) }
        };
        let read = read.and_then(within);
        return match read {
            Ok(minor) if column == OrderColumn::Amount => Ok(Some(minor)),
            Ok(minor) => Ok(Some(minor.saturating_mul(order.quantity.min(MOST_PIECES)))),
            Err(error) => {
                cells.complain(at, value, error);
                Err(())
            }
        };
    }
    Ok(None)
}

fn line(cells: &mut Cells<'_>, column: OrderColumn) -> String {
    cells.line_of(Target::Order(column), NAME_CHARS).unwrap_or_default()
}
