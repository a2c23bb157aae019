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

/// What one slip leaves as it is: how a name begins, and how it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intact {
    /// The characters it begins with.
    pub front: String,
    /// The character it ends with; empty where that may be any.
    pub end: String,
}

/// What a slip in the second half of a core can leave intact; asked of the core read backwards it covers
/// the first half. A slip at the last character leaves all before it; one further in front leaves the
/// first half and the last character. Both narrow a look-up on an index far more than half of a name
/// does, where thousands of firms begin with the name of their town. Only two neighbours swapped across
/// the middle are not found.
#[must_use]
pub fn intact(core: &str) -> Vec<Intact> {
    let chars: Vec<char> = core.chars().collect();
    let text = |chars: &[char]| chars.iter().collect::<String>();
    let Some((last, before)) = chars.split_last() else { return Vec::new() };
    let mut all = vec![Intact { front: text(before), end: String::new() }];
    if let Some((second_last, before)) = before.split_last() {
        let half = &chars[..chars.len() / 2];
        all.push(Intact { front: text(half), end: last.to_string() });
        let swapped = format!("{}{last}{second_last}", text(before));
        all.push(Intact { front: swapped, end: String::new() });
    }
    all
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
    fn what_a_slip_leaves_intact_finds_the_name() {
        let found = |core: &str, typed: &str| {
            intact(typed)
                .iter()
                .any(|part| core.starts_with(&part.front) && core.ends_with(&part.end))
        };
        for core in ["上海瑞恒", "上海瑞恒科", "上海瑞恒科技", "betatechnology"] {
            let chars: Vec<char> = core.chars().collect();
            let middle = chars.len() / 2;
            for at in 0..chars.len() {
                let mut replaced = chars.clone();
                replaced[at] = '十';
                let mut left_out = chars.clone();
                left_out.remove(at);
                let mut inserted = chars.clone();
                inserted.insert(at, '十');
                let mut swapped = chars.clone();
                swapped.swap(at, (at + 1).min(chars.len() - 1));
                for slip in [replaced, left_out, inserted, swapped] {
                    let typed: String = slip.iter().collect();
                    let across = at + 1 == middle || at + 1 == chars.len().div_ceil(2);
                    assert!(
                        found(core, &typed) || found(&back(core), &back(&typed)) || across,
                        "{core} {typed}"
                    );
                }
            }
        }
    }

    proptest! {
        #[test]
        fn nearly_equal_is_symmetric(a in "[ab]{0,7}", b in "[ab]{0,7}") {
            prop_assert_eq!(nearly_equal(&a, &b), nearly_equal(&b, &a));
        }
    }
}
