//! Every dependency has a licence that fits the project's and comes from the registry. What fits is said in deny.toml,
//! which cargo-deny reads too.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{Outcome, files};

/// What deny.toml says.
struct Terms {
    licences: BTreeSet<String>,
    banned: BTreeSet<String>,
}

/// The faults of the dependencies of server and browser part.
pub fn faults(root: &Path) -> Outcome<Vec<String>> {
    let terms = terms(&files::text(&root.join("deny.toml"))?)?;
    let mut faults = BTreeSet::new();
    for platform in ["x86_64-unknown-linux-gnu", "wasm32-unknown-unknown"] {
        let packages = packages(root, platform)?;
        faults.extend(packages.iter().filter_map(|package| judge(package, &terms)));
    }
    Ok(faults.into_iter().collect())
}

fn terms(text: &str) -> Outcome<Terms> {
    let table: toml::Table = text.parse().map_err(|error| format!("deny.toml: {error}"))?;
    let list = |section: &str, key: &str| {
        let list =
            table.get(section).and_then(|section| section.get(key)).and_then(toml::Value::as_array);
        list.cloned().unwrap_or_default()
    };
    let text = |value: &toml::Value| value.as_str().map(str::to_owned);
    Ok(Terms {
        licences: list("licenses", "allow").iter().filter_map(text).collect(),
        banned: list("bans", "deny")
            .iter()
            .filter_map(|ban| ban.get("crate").and_then(text))
            .collect(),
    })
}

fn packages(root: &Path, platform: &str) -> Outcome<Vec<Value>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let answer = Command::new(cargo)
        .current_dir(root)
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", platform])
        .output()
        .map_err(|error| format!("cargo metadata did not start: {error}"))?;
    if !answer.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&answer.stderr).trim()));
    }
    let answer: Value = serde_json::from_slice(&answer.stdout)
        .map_err(|error| format!("cargo metadata answered something else than JSON: {error}"))?;
    Ok(answer["packages"].as_array().cloned().unwrap_or_default())
}

fn judge(package: &Value, terms: &Terms) -> Option<String> {
    let text = |key: &str| package[key].as_str().unwrap_or_default();
    let (name, version) = (text("name"), text("version"));
    // Our own crates come from no registry.
    let source = package["source"].as_str()?;
    if terms.banned.contains(name) {
        return Some(format!("{name} {version} is banned by deny.toml."));
    }
    if !source.starts_with("registry+") {
        return Some(format!("{name} {version} comes from {source}, not from the registry."));
    }
    let licence = text("license");
    (!allowed(licence, &terms.licences)).then(|| {
        format!("{name} {version} has the licence '{licence}', which deny.toml does not allow.")
    })
}

/// Whether a licence expression leaves a choice that is allowed. `a/b` is an old spelling of `a OR b`.
fn allowed(expression: &str, licences: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    !expression.is_empty() && any(&mut words, licences) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words, licences: &BTreeSet<String>) -> bool {
    let mut fits = every(words, licences);
    while words.next_if_eq(&"OR").is_some() {
        fits |= every(words, licences);
    }
    fits
}

fn every(words: &mut Words, licences: &BTreeSet<String>) -> bool {
    let mut fits = one(words, licences);
    while words.next_if_eq(&"AND").is_some() {
        fits &= one(words, licences);
    }
    fits
}

fn one(words: &mut Words, licences: &BTreeSet<String>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let fits = any(words, licences);
        return words.next_if_eq(&")").is_some() && fits;
    }
    let mut name = words.next().unwrap_or_default().to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        name = format!("{name} WITH {}", words.next().unwrap_or_default());
    }
    licences.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DENY: &str = "[licenses]\nallow = [\"MIT\", \"Apache-2.0 WITH LLVM-exception\", \"ISC\"]\n[bans]\ndeny = [{ crate = \"old\" }]\n";

    #[test]
    fn expressions_are_read_as_they_bind() {
        let fits = |expression: &str| allowed(expression, &terms(DENY).unwrap().licences);
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "GPL-3.0/MIT",
            "MIT AND ISC",
            "(GPL-3.0 OR ISC) AND MIT",
            "Apache-2.0 WITH LLVM-exception OR X",
        ] {
            assert!(fits(good), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "GPL-3.0 OR MIT AND GPL-3.0",
            "(MIT OR GPL-3.0) AND GPL-3.0",
            "Apache-2.0",
            "MIT GPL-3.0",
        ] {
            assert!(!fits(bad), "{bad}");
        }
    }

    #[test]
    fn licence_source_and_bans_are_judged() {
        let terms = terms(DENY).unwrap();
        let package = |name: &str, licence: &str, source: &str| json!({ "name": name, "version": "1.0.0", "license": licence, "source": source });
        let registry = "registry+https://example.org";
        assert_eq!(judge(&package("a", "MIT", registry), &terms), None);
        assert!(judge(&package("a", "GPL-3.0", registry), &terms).is_some());
        assert!(judge(&package("a", "MIT", "git+https://example.org"), &terms).is_some());
        assert!(judge(&package("old", "MIT", registry), &terms).is_some());
        assert_eq!(
            judge(
                &json!({ "name": "ours", "version": "0", "license": "X", "source": null }),
                &terms
            ),
            None
        );
    }
}
