//! Phone numbers: E.164 for comparing, the typed text kept beside it.
//! Numbering plans come from the `phonenumber` crate (Google's metadata); server only.

use crate::{field::FieldError, text::half_width};
use phonenumber::{Mode, country};

/// The E.164 form of a typed number, read as one of `region` (ISO 3166 alpha-2) unless it says
/// otherwise. Full-width digits, blanks, dashes and a bare `86` before eleven digits are fine.
///
/// # Errors
/// [`FieldError::NotAPhone`] when no numbering plan has it.
pub fn normalise(raw: &str, region: &str) -> Result<String, FieldError> {
    if let Some(mobile) = plain_chinese_mobile(raw, region) {
        return Ok(mobile);
    }
    let text: String = half_width(raw).chars().filter(|c| !c.is_control()).collect();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !(3..=18).contains(&digits.len()) || text.chars().filter(|c| c.is_alphabetic()).count() > 4 {
        return Err(FieldError::NotAPhone);
    }
    let region: country::Id = region.parse().unwrap_or(country::CN);
    let mut tries: Vec<(Option<country::Id>, String)> = vec![(Some(region), text.clone())];
    if let Some(rest) = digits.strip_prefix("00") {
        tries.push((None, format!("+{rest}")));
    }
    if digits.starts_with("86") && digits.len() >= 11 {
        tries.push((None, format!("+{digits}")));
    }
    tries
        .into_iter()
        .filter_map(|(region, text)| phonenumber::parse(region, text).ok())
        .find(phonenumber::PhoneNumber::is_valid)
        .map(|number| number.format().mode(Mode::E164).to_string())
        .ok_or(FieldError::NotAPhone)
}

/// The number most often met here, without the numbering plans: eleven plain digits of a Chinese
/// mobile. Reading a million of them through the plans takes a minute and a half.
fn plain_chinese_mobile(raw: &str, region: &str) -> Option<String> {
    let digits = raw.as_bytes();
    let plain = region == "CN" && digits.len() == 11 && digits.iter().all(u8::is_ascii_digit);
    let served = plain
        && match (digits[0], digits[1]) {
            (b'1', b'3' | b'8') => true,
            (b'1', b'5' | b'9') => digits[2] != b'4',
            _ => false,
        };
    served.then(|| format!("+86{raw}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_for_chinese_mobiles_says_what_the_numbering_plans_say() {
        for head in 1_000..2_000 {
            for tail in ["0000000", "1234567", "9999999"] {
                let raw = format!("{head}{tail}");
                let Some(short) = plain_chinese_mobile(&raw, "CN") else { continue };
                let number = phonenumber::parse(Some(country::CN), &raw).unwrap();
                assert!(number.is_valid(), "{raw}");
                assert_eq!(number.format().mode(Mode::E164).to_string(), short);
            }
        }
        assert_eq!(plain_chinese_mobile("13800138000", "CN").as_deref(), Some("+8613800138000"));
        for (raw, region) in [("13800138000", "US"), ("1380013800", "CN"), ("１3800138000", "CN")]
        {
            assert_eq!(plain_chinese_mobile(raw, region), None, "{raw}");
        }
    }

    #[test]
    fn the_ways_a_chinese_mobile_is_typed() {
        for raw in [
            "15284354094",
            "152 8435 4094",
            "152-8435-4094",
            "86 15284354094",
            "+8615284354094",
            "0086 152 8435 4094",
            "１５２８４３５４０９４",
            "（152）8435-4094",
        ] {
            assert_eq!(normalise(raw, "CN").as_deref(), Ok("+8615284354094"), "{raw}");
        }
    }

    #[test]
    fn other_countries_and_what_is_no_number() {
        assert_eq!(normalise("+44 20 7946 0958", "CN").as_deref(), Ok("+442079460958"));
        assert_eq!(normalise("(415) 555-2671", "US").as_deref(), Ok("+14155552671"));
        assert_eq!(normalise("021-62345678", "CN").as_deref(), Ok("+862162345678"));
        for raw in
            ["", "12", "abc", "1528435409", "not a phone 15284354094", "999999999999999999999"]
        {
            assert_eq!(normalise(raw, "CN"), Err(FieldError::NotAPhone), "{raw}");
        }
    }
}
