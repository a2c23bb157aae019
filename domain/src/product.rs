//! Products: what is sold, under which code and at which price, and the lines that put them on a deal.

use crate::{
    account::{NAME_CHARS, choices, whole},
    field::{FieldError, FormErrors},
    id::{ProductId, Version},
    money::{self, Currency},
    text,
};
use serde::{Deserialize, Serialize};

/// Most characters of a code.
pub const CODE_CHARS: usize = 40;
/// Most lines of a deal.
pub const MOST_LINES: usize = 100;
/// Largest quantity of a line.
pub const MOST_PIECES: i64 = 1_000_000;
/// Highest price, in minor units: a line of [`MOST_PIECES`] and the sum of [`MOST_LINES`] still fit 64 bits.
pub const MOST_PRICE: i64 = 10_000_000_000;

choices! {
    /// A field of a product that can be changed.
    ProductField {
        /// Code, one of a kind.
        Code = "code" [],
        /// Name.
        Name = "name" [],
        /// Price of a piece.
        Price = "price" [],
        /// Currency of the price.
        Currency = "currency" [],
        /// Whether it is out of use: `true`, or empty.
        Archived = "archived" [],
    }
}

/// What is known of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductData {
    /// Code, 1 to [`CODE_CHARS`] characters; no two products have the same one in whatever case.
    pub code: String,
    /// Name, 1 to [`NAME_CHARS`] characters.
    pub name: String,
    /// Price of a piece in minor units.
    pub price_minor: i64,
    /// Currency of the price.
    pub currency: Currency,
    /// Whether it is out of use: on deals of the past, and on no new line.
    pub archived: bool,
}

impl ProductData {
    /// Reads what was typed into one field. On an error the field keeps its value.
    ///
    /// # Errors
    /// The [`FieldError`] that says what to type instead.
    pub fn set(&mut self, field: ProductField, raw: &str) -> Result<(), FieldError> {
        match field {
            ProductField::Code => {
                self.code = text::line(raw, CODE_CHARS)?.ok_or(FieldError::Required)?;
            }
            ProductField::Name => {
                self.name = text::line(raw, NAME_CHARS)?.ok_or(FieldError::Required)?;
            }
            ProductField::Price => self.price_minor = price(raw, self.currency)?,
            ProductField::Currency => {
                let currency = Currency::try_from(raw.to_owned())?;
                self.price_minor = money::in_currency(self.price_minor, self.currency, currency)?;
                self.currency = currency;
            }
            ProductField::Archived => {
                self.archived = match raw.trim() {
                    "" => false,
                    "true" => true,
                    _ => return Err(FieldError::UnknownOption),
                };
            }
        }
        Ok(())
    }

    /// A field as a person would type it, so that [`Self::set`] reads it back equal.
    #[must_use]
    pub fn get(&self, field: ProductField) -> String {
        match field {
            ProductField::Code => self.code.clone(),
            ProductField::Name => self.name.clone(),
            ProductField::Price => money::plain(self.price_minor, self.currency.decimals()),
            ProductField::Currency => self.currency.code().to_owned(),
            ProductField::Archived => if self.archived { "true" } else { "" }.to_owned(),
        }
    }
}

/// How many pieces, as typed.
///
/// # Errors
/// Not a whole number, or none from 1 to [`MOST_PIECES`].
pub fn pieces(raw: &str) -> Result<i64, FieldError> {
    crate::account::whole(raw, 1, MOST_PIECES)?.ok_or(FieldError::Required)
}

pub(crate) fn price(raw: &str, currency: Currency) -> Result<i64, FieldError> {
    let minor = money::parse_minor(raw, currency.decimals())?;
    if (0..=MOST_PRICE).contains(&minor) {
        Ok(minor)
    } else {
        Err(FieldError::OutOfRange { min: 0, max: MOST_PRICE })
    }
}

/// Everything the form for a new product sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProductForm {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Price of a piece; empty means nothing.
    pub price: String,
    /// ISO code; empty means that of the organisation.
    pub currency: String,
}

impl ProductForm {
    /// Reads the whole form; `house` is the organisation's currency.
    ///
    /// # Errors
    /// Every complaint at once, under the names of the form.
    pub fn parse(&self, house: Currency) -> Result<ProductData, FormErrors> {
        let mut errors = FormErrors::default();
        let mut data = ProductData { currency: house, ..ProductData::default() };
        let or = |raw: &str, other: &str| {
            if raw.trim().is_empty() { other.to_owned() } else { raw.to_owned() }
        };
        for (field, raw) in [
            (ProductField::Code, self.code.clone()),
            (ProductField::Name, self.name.clone()),
            (ProductField::Currency, or(&self.currency, house.code())),
            (ProductField::Price, or(&self.price, "0")),
        ] {
            errors.take(field.code(), data.set(field, &raw));
        }
        errors.into_result(data)
    }
}

/// A stored product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Identity.
    pub id: ProductId,
    /// Counts changes.
    pub version: Version,
    /// What is known of it.
    pub data: ProductData,
}

/// A line of a deal as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LineForm {
    /// Id of the product.
    pub product: String,
    /// How many; empty means one.
    pub quantity: String,
    /// Price of a piece in the currency of the deal.
    pub price: String,
}

/// A line that is ready to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDraft {
    /// The product.
    pub product: ProductId,
    /// How many, 1 to [`MOST_PIECES`].
    pub quantity: i64,
    /// Price of a piece in minor units of the deal's currency.
    pub price_minor: i64,
}

/// Reads all lines of a deal whose money is in `currency`.
///
/// # Errors
/// Complaints under `lines.N.` and the field, or `lines` for more than [`MOST_LINES`].
pub fn read_lines(forms: &[LineForm], currency: Currency) -> Result<Vec<LineDraft>, FormErrors> {
    if forms.len() > MOST_LINES {
        return Err(FormErrors::one("lines", FieldError::TooMany { max: MOST_LINES }));
    }
    let mut errors = FormErrors::default();
    let mut lines = Vec::with_capacity(forms.len());
    for (place, form) in forms.iter().enumerate() {
        let mut take = |field: &str, read: Result<i64, FieldError>| {
            errors.take(&format!("lines.{place}.{field}"), read)
        };
        let quantity =
            take("quantity", whole(&form.quantity, 1, MOST_PIECES).map(|q| q.unwrap_or(1)));
        let price_minor = take("price", price(&form.price, currency));
        let product = form.product.trim().parse().map_err(|_| FieldError::Unknown);
        let product = errors.take(&format!("lines.{place}.product"), product);
        if let (Some(product), Some(quantity), Some(price_minor)) = (product, quantity, price_minor)
        {
            lines.push(LineDraft { product, quantity, price_minor });
        }
    }
    errors.into_result(lines)
}

/// A stored line of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductLine {
    /// The product.
    pub product: ProductId,
    /// Its code as it is now.
    pub code: String,
    /// Its name as it is now.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// Price of a piece in minor units of the deal's currency.
    pub price_minor: i64,
}

impl ProductLine {
    /// What the line comes to, in minor units.
    #[must_use]
    pub fn amount_minor(&self) -> i64 {
        self.quantity.saturating_mul(self.price_minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::try_from(code.to_owned()).unwrap()
    }

    #[test]
    fn a_product_is_read_and_written_out_again() {
        let form = ProductForm {
            code: "GTX-P".to_owned(),
            name: "GTX Pro".to_owned(),
            price: "4,821".to_owned(),
            ..ProductForm::default()
        };
        let data = form.parse(currency("USD")).unwrap();
        assert_eq!((data.price_minor, data.currency.code()), (482_100, "USD"));
        let mut again = ProductData { currency: data.currency, ..ProductData::default() };
        for field in ProductField::ALL {
            again.set(*field, &data.get(*field)).unwrap();
        }
        assert_eq!(again, data);
        let errors = ProductForm { price: "-1".to_owned(), ..ProductForm::default() };
        let errors = errors.parse(currency("JPY")).unwrap_err();
        assert_eq!(errors.about("code"), Some(&FieldError::Required));
        assert!(errors.about("price").is_some());
    }

    #[test]
    fn lines_are_read_with_their_places() {
        let id = uuid::Uuid::from_u128(7).to_string();
        let line = |quantity: &str, price: &str| LineForm {
            product: id.clone(),
            quantity: quantity.to_owned(),
            price: price.to_owned(),
        };
        let lines = read_lines(&[line("", "5.5"), line("３", "1")], currency("CNY")).unwrap();
        let told: Vec<_> = lines.iter().map(|line| (line.quantity, line.price_minor)).collect();
        assert_eq!(told, [(1, 550), (3, 100)]);
        let errors = read_lines(&[line("1", "1"), line("0", "x")], currency("CNY")).unwrap_err();
        assert!(errors.about("lines.1.quantity").is_some());
        assert_eq!(errors.about("lines.1.price"), Some(&FieldError::NotANumber));
        let most = i128::from(MOST_PIECES) * i128::from(MOST_PRICE) * 100;
        assert!(most <= i128::from(i64::MAX));
    }
}
