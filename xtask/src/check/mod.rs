//! The house rules, each a function from texts to faults, so that each is tested with small strings.
//! Must not change a file.

mod architecture;
mod catalogue;
mod contrast;
mod dependencies;
mod icons;
mod links;
mod manual;
mod source;

use crate::arguments::{Arguments, root};
use crate::{Outcome, say};

/// A rule looks at the project and names what is wrong, one line each.
type Rule = fn(&std::path::Path) -> Outcome<Vec<String>>;

const RULES: [(&str, Rule); 8] = [
    ("architecture", architecture::faults),
    ("catalogues", catalogue::faults),
    ("contrast", contrast::faults),
    ("dependencies", dependencies::faults),
    ("icons", icons::faults),
    ("links", links::faults),
    ("manual", manual::faults),
    ("sources", source::faults),
];

/// Of one rule; more would hide the others.
const MOST_SHOWN: usize = 30;

/// `xtask check`: all rules, or those that are named.
///
/// # Errors
/// When a rule found a fault; the faults are printed before.
pub fn command(arguments: Arguments) -> Outcome {
    let wanted = arguments.rest;
    if let Some(unknown) = wanted.iter().find(|name| RULES.iter().all(|(rule, _)| rule != name)) {
        let known: Vec<_> = RULES.iter().map(|(rule, _)| *rule).collect();
        return Err(format!("there is no rule '{unknown}'. The rules: {}", known.join(" ")));
    }
    let root = root();
    let (mut passed, mut failed) = (0, 0);
    for (name, rule) in RULES {
        if !wanted.is_empty() && !wanted.iter().any(|word| word == name) {
            continue;
        }
        // A file that is missing is a fault of this rule, and the others still have their say.
        let faults = rule(&root).unwrap_or_else(|sentence| vec![sentence]);
        if faults.is_empty() {
            passed += 1;
        } else {
            failed += 1;
        }
        for fault in faults.iter().take(MOST_SHOWN) {
            say(&format!("{name}: {fault}"))?;
        }
        if faults.len() > MOST_SHOWN {
            say(&format!("{name}: and {} more.", faults.len() - MOST_SHOWN))?;
        }
    }
    say(&format!("{passed} passed, {failed} failed, 0 skipped"))?;
    if failed == 0 { Ok(()) } else { Err("some house rules are broken; see above.".to_owned()) }
}
