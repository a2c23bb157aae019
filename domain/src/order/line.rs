//! What was bought in an order: lines of a product, or of something that has a name alone, and what they come to.

use crate::{
    account::{NAME_CHARS, whole},
    field::{FieldError, FormErrors},
    id::ProductId,
    money::{self, Currency},
    product::{MOST_LINES, MOST_PIECES, price},
    text,
};
use serde::{Deserialize, Serialize};

/// Most minor units of an order: as much as an amount can be read.
pub const MOST_TOTAL: i64 = 1_000_000_000_000_000;

/// A line of an order as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrderLineForm {
    /// Id of the product; empty for what is none of ours.
    pub product: String,
    /// What it was sold as; empty means the name of the product.
    pub name: String,
    /// How many; empty means one.
    pub quantity: String,
    /// Price of a piece in the currency of the order.
    pub price: String,
    /// What the line comes to, where that is no whole price of a piece; counts without a price.
    pub amount: String,
}

/// A line that is ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLineDraft {
    /// The product.
    pub product: Option<ProductId>,
    /// What it was sold as; empty takes the name of the product.
    pub name: String,
    /// How many, 1 to [`MOST_PIECES`].
    pub quantity: i64,
    /// What the line comes to in minor units, 0 to [`MOST_TOTAL`].
    pub amount_minor: i64,
}

/// What lines come to.
#[must_use]
pub fn total_of(lines: &[OrderLineDraft]) -> i64 {
    lines.iter().fold(0, |total: i64, line| total.saturating_add(line.amount_minor))
}

/// Reads all lines of an order whose money is in `currency`.
///
/// # Errors
/// Complaints under `lines.N.` and the field, or `lines` for more than [`MOST_LINES`] or than [`MOST_TOTAL`].
pub fn read_order_lines(
    forms: &[OrderLineForm],
    currency: Currency,
) -> Result<Vec<OrderLineDraft>, FormErrors> {
    if forms.len() > MOST_LINES {
        return Err(FormErrors::one("lines", FieldError::TooMany { max: MOST_LINES }));
    }
    let mut errors = FormErrors::default();
    let mut lines = Vec::with_capacity(forms.len());
    for (place, form) in forms.iter().enumerate() {
        let named = |field: &str| format!("lines.{place}.{field}");
        let product = match form.product.trim() {
            "" => Some(None),
            raw => {
                let read = raw.parse().map(Some).map_err(|_| FieldError::Unknown);
                errors.take(&named("product"), read)
            }
        };
        let name = errors.take(&named("name"), text::line(&form.name, NAME_CHARS));
        // What a file brought may have neither; who types says what it is.
        let unnamed = form.name.trim().is_empty() && form.product.trim().is_empty();
        if unnamed && !form.price.trim().is_empty() {
            errors.0.push((named("product"), FieldError::Required));
        }
        let quantity = whole(&form.quantity, 1, MOST_PIECES).map(|read| read.unwrap_or(1));
        let quantity = errors.take(&named("quantity"), quantity);
        let amount = amount(form, quantity.unwrap_or(1), currency);
        let amount_minor = errors.take(&named("price"), amount);
        if let (Some(product), Some(name), Some(quantity), Some(amount_minor)) =
            (product, name, quantity, amount_minor)
        {
            let name = name.unwrap_or_default();
            lines.push(OrderLineDraft { product, name, quantity, amount_minor });
        }
    }
    if total_of(&lines) > MOST_TOTAL {
        errors.0.push(("lines".to_owned(), too_much()));
    }
    errors.into_result(lines)
}

const fn too_much() -> FieldError {
    FieldError::OutOfRange { min: 0, max: MOST_TOTAL }
}

fn amount(form: &OrderLineForm, quantity: i64, currency: Currency) -> Result<i64, FieldError> {
    let amount = if form.price.trim().is_empty() {
        if form.amount.trim().is_empty() {
            return Err(FieldError::Required);
        }
        money::parse_minor(&form.amount, currency.decimals())?
    } else {
        price(&form.price, currency)?.saturating_mul(quantity)
    };
    if (0..=MOST_TOTAL).contains(&amount) { Ok(amount) } else { Err(too_much()) }
}

/// A stored line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The product.
    pub product: Option<ProductId>,
    /// What it was sold as; empty where a file did not say.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// What the line comes to in minor units.
    pub amount_minor: i64,
}

impl OrderLine {
    /// The price of a piece in minor units, where the line has a whole one.
    #[must_use]
    pub fn price_minor(&self) -> Option<i64> {
        let rest = self.amount_minor.checked_rem(self.quantity)?;
        if rest == 0 { self.amount_minor.checked_div(self.quantity) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cny() -> Currency {
        Currency::default()
    }

    fn typed(quantity: &str, price: &str, amount: &str) -> OrderLineForm {
        OrderLineForm {
            name: "Valve".to_owned(),
            quantity: quantity.to_owned(),
            price: price.to_owned(),
            amount: amount.to_owned(),
            ..OrderLineForm::default()
        }
    }

    #[test]
    fn a_line_is_a_price_of_a_piece_or_an_amount() {
        let forms = [typed("2", "5.5", ""), typed("3", "", "29.33"), typed("", "0", "7")];
        let lines = read_order_lines(&forms, cny()).unwrap();
        let told: Vec<_> = lines.iter().map(|line| (line.quantity, line.amount_minor)).collect();
        assert_eq!(told, [(2, 1_100), (3, 2_933), (1, 0)]);
        assert_eq!(total_of(&lines), 4_033);
        let stored = |quantity, amount_minor| OrderLine {
            product: None,
            name: String::new(),
            quantity,
            amount_minor,
        };
        assert_eq!(stored(2, 1_100).price_minor(), Some(550));
        assert_eq!(stored(3, 2_933).price_minor(), None);
    }

    #[test]
    fn what_is_amiss_is_told_with_its_place() {
        let wrong = OrderLineForm { product: "valve".to_owned(), ..typed("0", "x", "") };
        let errors = read_order_lines(&[typed("1", "1", ""), wrong], cny()).unwrap_err();
        let names: Vec<&str> = errors.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["lines.1.product", "lines.1.quantity", "lines.1.price"]);
        let errors = read_order_lines(&[typed("1", "", "")], cny()).unwrap_err();
        assert_eq!(errors.about("lines.0.price"), Some(&FieldError::Required));
        let nameless =
            |price, amount| OrderLineForm { name: String::new(), ..typed("1", price, amount) };
        assert!(read_order_lines(&[nameless("", "5")], cny()).is_ok());
        let errors = read_order_lines(&[nameless("5", "")], cny()).unwrap_err();
        assert_eq!(errors.about("lines.0.product"), Some(&FieldError::Required));
        let errors = read_order_lines(&[typed("1", "", "-1")], cny()).unwrap_err();
        assert_eq!(errors.about("lines.0.price"), Some(&too_much()));
        let dear = typed("1000000", "99000000", "");
        assert!(read_order_lines(&[dear], cny()).is_err(), "no total above what can be read");
        let half = typed("1", "", "6000000000000");
        assert!(read_order_lines(std::slice::from_ref(&half), cny()).is_ok());
        let errors = read_order_lines(&[half.clone(), half], cny()).unwrap_err();
        assert_eq!(errors.about("lines"), Some(&too_much()));
    }
}
