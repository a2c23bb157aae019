//! What is found among records of all kinds: one line of each, and how one is asked for by its number.

use crate::{
    account::choices,
    id::{AccountNumber, CaseNumber, OpportunityNumber, OrderNumber, PersonNumber},
    policy::Object,
    text::half_width,
};
use serde::{Deserialize, Serialize};

choices! {
    /// What a hit is, in the order hits are shown.
    HitKind {
        /// A customer.
        Account = "account" [],
        /// A contact person.
        Person = "person" [],
        /// A deal.
        Opportunity = "opportunity" [],
        /// An order, which is found by its number alone.
        Order = "order" [],
        /// A case, which people call feedback.
        Case = "case" [],
    }
}

impl HitKind {
    /// What it is, for the policy.
    #[must_use]
    pub fn object(self) -> Object {
        match self {
            Self::Account => Object::Account,
            Self::Person => Object::Person,
            Self::Opportunity => Object::Opportunity,
            Self::Order => Object::Order,
            Self::Case => Object::Case,
        }
    }

    /// A number as people see it: `D-5`.
    #[must_use]
    pub fn name_of(self, number: i64) -> String {
        match self {
            Self::Account => AccountNumber(number).to_string(),
            Self::Person => PersonNumber(number).to_string(),
            Self::Opportunity => OpportunityNumber(number).to_string(),
            Self::Order => OrderNumber(number).to_string(),
            Self::Case => CaseNumber(number).to_string(),
        }
    }

    /// Reads a number of this kind with its letter, however it is typed.
    fn number(self, typed: &str) -> Option<i64> {
        match self {
            Self::Account => typed.parse().ok().map(|AccountNumber(number)| number),
            Self::Person => typed.parse().ok().map(|PersonNumber(number)| number),
            Self::Opportunity => typed.parse().ok().map(|OpportunityNumber(number)| number),
            Self::Order => typed.parse().ok().map(|OrderNumber(number)| number),
            Self::Case => typed.parse().ok().map(|CaseNumber(number)| number),
        }
    }
}

/// Most records that are named once more at a time.
pub const MOST_RECALLED: usize = 8;

/// Reads the numbers of records, one behind the other; what is none is left out.
#[must_use]
pub fn named(numbers: &str) -> Vec<(HitKind, i64)> {
    let one = |typed: &str| {
        HitKind::ALL.iter().find_map(|kind| kind.number(typed).map(|number| (*kind, number)))
    };
    numbers.split_whitespace().filter_map(one).collect()
}

/// What records of all kinds are looked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The records that are named by their number; of each kind one at most.
    pub numbers: Vec<(HitKind, i64)>,
    /// Whether what was typed is looked for as words besides.
    pub by_words: bool,
}

impl Wanted {
    /// Reads what was typed. A number with its letter, as `D-5`, may be a word of a name as well; behind `#` it is the
    /// number and nothing else, and digits alone are that of any kind.
    #[must_use]
    pub fn read(typed: &str) -> Self {
        let typed = half_width(typed.trim());
        let (number, by_words) = match typed.strip_prefix('#') {
            Some(number) => (number.trim(), false),
            None => (typed.as_str(), true),
        };
        let is_bare = !by_words && number.bytes().all(|byte| byte.is_ascii_digit());
        let bare: Option<i64> = number.parse().ok().filter(|_| is_bare);
        let numbers = HitKind::ALL
            .iter()
            .filter_map(|kind| bare.or_else(|| kind.number(number)).map(|number| (*kind, number)));
        Self { numbers: numbers.collect(), by_words }
    }
}

/// One record that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// `C-1042` or `D-7`.
    pub number: String,
    /// Its name; its number once more where it has none.
    pub name: String,
    /// Second line: job and company, industry, or the customer it is about.
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let wanted = |typed: &str| {
            let Wanted { numbers, by_words } = Wanted::read(typed);
            let names: Vec<String> =
                numbers.into_iter().map(|(kind, number)| kind.name_of(number)).collect();
            (names, by_words)
        };
        let all = ["C-5", "P-5", "D-5", "O-5", "F-5"].map(str::to_owned).to_vec();
        for typed in ["#5", " # 5 ", "＃５", "#0005"] {
            assert_eq!(wanted(typed), (all.clone(), false), "{typed}");
        }
        for (typed, name) in
            [("D-5", "D-5"), ("o3", "O-3"), ("ｆ－９", "F-9"), ("c-1", "C-1"), ("p1", "P-1")]
        {
            assert_eq!(wanted(typed), (vec![name.to_owned()], true), "{typed}");
            assert_eq!(wanted(&format!("#{typed}")), (vec![name.to_owned()], false), "#{typed}");
        }
        let several = [(HitKind::Opportunity, 5), (HitKind::Case, 9), (HitKind::Account, 1)];
        assert_eq!(named(" D-5 x 7 F-9 C-1 S-1"), several);
        for typed in ["5", "D-", "d-5x", "zxm", "", "S-1"] {
            assert_eq!(wanted(typed), (Vec::new(), true), "{typed}");
        }
        for typed in ["#", "#zxm", "#-5", "#99999999999999999999", "#s-1"] {
            assert_eq!(wanted(typed), (Vec::new(), false), "{typed}");
        }
    }
}
