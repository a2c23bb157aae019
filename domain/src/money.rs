//! Money: integer minor units and an ISO 4217 currency.

use crate::field::FieldError;
use serde::{Deserialize, Serialize};

/// The currencies an organisation can keep its books in: ISO 4217 code, decimals, symbol.
pub const CURRENCIES: &[(&str, u8, &str)] = &[
    ("CNY", 2, "¥"),
    ("USD", 2, "$"),
    ("EUR", 2, "€"),
    ("GBP", 2, "£"),
    ("JPY", 0, "¥"),
    ("HKD", 2, "HK$"),
    ("TWD", 2, "NT$"),
    ("SGD", 2, "S$"),
    ("KRW", 0, "₩"),
    ("AUD", 2, "A$"),
    ("CAD", 2, "C$"),
    ("CHF", 2, "CHF"),
    ("INR", 2, "₹"),
];

/// An ISO 4217 code out of [`CURRENCIES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(usize);

impl Currency {
    fn entry(self) -> (&'static str, u8, &'static str) {
        CURRENCIES.get(self.0).copied().unwrap_or(CURRENCIES[0])
    }

    /// ISO code, for instance `CNY`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.entry().0
    }

    /// Decimals of the minor unit: 2 for cents, 0 for yen.
    #[must_use]
    pub fn decimals(self) -> u8 {
        self.entry().1
    }

    /// Sign put before an amount.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        self.entry().2
    }
}

impl TryFrom<String> for Currency {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        let code = raw.trim().to_ascii_uppercase();
        CURRENCIES
            .iter()
            .position(|(known, _, _)| *known == code)
            .map(Self)
            .ok_or(FieldError::UnknownOption)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// Reads an amount as typed (`1,200.5`, `￥1200`, `1.2万`, `3亿`) into minor units.
/// Digits beyond the minor unit are rounded half away from zero.
///
/// # Errors
/// [`FieldError::NotANumber`], or [`FieldError::OutOfRange`] beyond 10^15 minor units.
pub fn parse_minor(raw: &str, decimals: u8) -> Result<i64, FieldError> {
    const MOST: i64 = 1_000_000_000_000_000;
    let mut text = crate::text::half_width(raw.trim());
    let mut shift: u32 = 0;
    for (unit, power) in [('万', 4), ('亿', 8)] {
        if let Some(rest) = text.strip_suffix(unit) {
            text = rest.to_owned();
            shift = power;
        }
    }
    let negative = text.contains('-');
    let mut whole: i128 = 0;
    let mut fraction: Option<u32> = None;
    let mut seen = false;
    let scale = u32::from(decimals) + shift;
    let mut round = false;
    for (position, c) in text.chars().enumerate() {
        match c {
            '0'..='9' => {
                seen = true;
                let digit = i128::from(u32::from(c) - u32::from('0'));
                match &mut fraction {
                    Some(count) if *count < scale => {
                        *count += 1;
                        whole = whole * 10 + digit;
                    }
                    Some(count) if *count == scale => {
                        *count += 1;
                        round = digit >= 5;
                    }
                    Some(_) => {}
                    None => whole = whole * 10 + digit,
                }
                if whole > i128::from(MOST) * 10 {
                    return Err(FieldError::OutOfRange { min: -MOST, max: MOST });
                }
            }
            '.' if fraction.is_none() => fraction = Some(0),
            ',' | ' ' | '\'' | '_' if fraction.is_none() => {}
            '-' | '+' if position == 0 || !seen => {}
            _ if !seen && !c.is_alphanumeric() => {}
            _ if !seen && CURRENCIES.iter().any(|(code, _, _)| code.contains(c)) => {}
            _ => return Err(FieldError::NotANumber),
        }
    }
    if !seen {
        return Err(FieldError::NotANumber);
    }
    let missing = scale - fraction.unwrap_or(0).min(scale);
    let minor = whole * 10_i128.pow(missing) + i128::from(round);
    let minor = if negative { -minor } else { minor };
    i64::try_from(minor)
        .ok()
        .filter(|minor| minor.abs() <= MOST)
        .ok_or(FieldError::OutOfRange { min: -MOST, max: MOST })
}

/// An amount as a person would type it again: no grouping, no sign of currency.
#[must_use]
pub fn plain(minor: i64, decimals: u8) -> String {
    if decimals == 0 {
        return minor.to_string();
    }
    let scale = 10_u64.pow(u32::from(decimals));
    let (whole, rest) = (minor.unsigned_abs() / scale, minor.unsigned_abs() % scale);
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{whole}.{rest:0width$}", width = usize::from(decimals))
}

/// The same amount in a currency with other decimals, as if it were typed there: no rate is applied.
///
/// # Errors
/// As [`parse_minor`].
pub fn in_currency(minor: i64, from: Currency, to: Currency) -> Result<i64, FieldError> {
    if from.decimals() == to.decimals() {
        return Ok(minor);
    }
    parse_minor(&plain(minor, from.decimals()), to.decimals())
}

/// `percent` of an amount in minor units, rounded half away from zero: what an amount is worth that comes with a
/// likelihood of 0 to 100.
#[must_use]
pub fn part_of(minor: i64, percent: u8) -> i64 {
    let product = i128::from(minor) * i128::from(percent.min(100));
    i64::try_from((product + 50 * product.signum()) / 100).unwrap_or(minor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_typed() {
        for (raw, want) in [
            ("1200", 120_000),
            ("1,200.5", 120_050),
            ("￥1200", 120_000),
            ("CNY 12", 1_200),
            ("1.2万", 1_200_000),
            ("3亿", 30_000_000_000),
            ("-0.005", -1),
            ("１２．３", 1_230),
        ] {
            assert_eq!(parse_minor(raw, 2), Ok(want), "{raw}");
        }
        for raw in ["", "-", "abc", "1.2.3", "12x", "1e9", "NaN", "99999999999999999999"] {
            assert!(parse_minor(raw, 2).is_err(), "{raw}");
        }
    }

    #[test]
    fn a_part_is_rounded_half_away_from_zero() {
        assert_eq!(part_of(1_005, 50), 503);
        assert_eq!(part_of(-1_005, 50), -503);
        assert_eq!(
            [0, 100, 255].map(|percent| part_of(i64::MAX, percent)),
            [0, i64::MAX, i64::MAX]
        );
    }

    #[test]
    fn an_amount_keeps_its_figures_in_another_currency() {
        let [yuan, yen] = ["CNY", "JPY"].map(|code| Currency::try_from(code.to_owned()).unwrap());
        assert_eq!(in_currency(120_050, yuan, yen), Ok(1_201));
        assert_eq!(in_currency(1_200, yen, yuan), Ok(120_000));
        assert_eq!(in_currency(7, yuan, yuan), Ok(7));
    }

    proptest! {
        #[test]
        fn plain_reads_back_equal(
            minor in -1_000_000_000_000_000_i64..1_000_000_000_000_000, decimals in 0_u8..3,
        ) {
            prop_assert_eq!(parse_minor(&plain(minor, decimals), decimals), Ok(minor));
        }
    }
}
