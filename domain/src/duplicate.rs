//! Duplicates at entry: what makes two records look like the same customer, and how alike.

use crate::text;
use serde::{Deserialize, Serialize};

/// Why two records look alike, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The same credit code.
    CreditCode,
    /// The same phone.
    Phone,
    /// The same e-mail address.
    Email,
    /// The same name apart from the kind of firm.
    Name,
    /// Nearly the same name.
    SimilarName,
}

/// A record that may be the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// `C-1042` or `P-7`.
    pub number: String,
    /// Name.
    pub name: String,
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
}

/// What a half-typed form gives to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Probe {
    /// Name as typed.
    pub name: String,
    /// Phones as typed.
    pub phones: Vec<String>,
    /// E-mails as typed.
    pub emails: Vec<String>,
    /// Credit code as typed.
    pub credit_code: String,
    /// Leave this record out: the one that is being edited, as `C-1042` or `P-7`.
    pub except: String,
    /// Whether a person is being entered rather than a customer.
    pub is_person: bool,
}

/// Whether two name cores differ by no more than one typing slip: one character inserted, left
/// out, replaced, or two neighbours swapped (optimal string alignment distance 1). Names of fewer
/// than four characters must be equal: one character is a third of them.
#[must_use]
pub fn nearly_equal(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if short.len() < 4 || long.len() - short.len() > 1 {
        return false;
    }
    let head = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[head..], &long[head..]);
    if short.len() < long.len() {
        return short == &long[1..];
    }
    short[1..] == long[1..]
        || (short.len() >= 2
            && short[0] == long[1]
            && short[1] == long[0]
            && short[2..] == long[2..])
}

/// The first half of a core, under which [`nearly_equal`] candidates are looked up: wherever the
/// one slip is, one half is as it should be, and both look-ups are on an index. Only two
/// neighbours swapped across the middle are not found.
#[must_use]
pub fn front_half(core: &str) -> String {
    core.chars().take(core.chars().count().div_ceil(2)).collect()
}

/// The second half of a core, backwards as [`back`] is.
#[must_use]
pub fn back_half(core: &str) -> String {
    core.chars().rev().take(core.chars().count() / 2).collect()
}

/// A core backwards, so that an index finds it by its end.
#[must_use]
pub fn back(core: &str) -> String {
    core.chars().rev().collect()
}

/// The form of a name two records are compared by.
#[must_use]
pub fn core(name: &str) -> String {
    text::name_core(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_slip_is_nearly_equal_two_are_not() {
        for (a, b) in [("快讯科技", "快讯科枝"), ("betatech", "betatec"), ("betatech", "beattech")]
        {
            assert!(nearly_equal(a, b), "{a} {b}");
        }
        for (a, b) in [("李莹", "李颖"), ("betatech", "betasoft"), ("abcd", "abcdef")] {
            assert!(!nearly_equal(a, b), "{a} {b}");
        }
    }

    #[test]
    fn one_half_survives_a_slip_anywhere() {
        let core = "上海瑞恒科技";
        assert_eq!((front_half(core), back_half(core)), ("上海瑞".to_owned(), "技科恒".to_owned()));
        for typed in
            ["海瑞恒科技", "上海端恒科技", "上海瑞恒科枝", "上海瑞恒恒科技", "海上瑞恒科技"]
        {
            assert!(nearly_equal(core, typed), "{typed}");
            assert!(
                core.starts_with(&front_half(typed)) || back(core).starts_with(&back_half(typed)),
                "{typed}"
            );
        }
    }

    proptest! {
        #[test]
        fn nearly_equal_is_symmetric(a in "[ab]{0,7}", b in "[ab]{0,7}") {
            prop_assert_eq!(nearly_equal(&a, &b), nearly_equal(&b, &a));
        }
    }
}
