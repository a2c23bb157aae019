//! No catalogue entry that no screen shows: a text of app/i18n/en.toml is called by its method, or asked for by its code.
//! That both catalogues say the same things is checked where they become code, in app/build.rs.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{Outcome, files};

/// The faults of app/i18n.
pub fn faults(root: &Path) -> Outcome<Vec<String>> {
    let table: toml::Table = files::text(&root.join("app/i18n/en.toml"))?
        .parse()
        .map_err(|error| format!("app/i18n/en.toml: {error}"))?;
    let by_code = prefixes(&files::text(&root.join("app/src/i18n/codes.rs"))?);
    let mut sources = String::new();
    for folder in ["app/src", "server/src"] {
        for path in files::below(&root.join(folder), &[])? {
            sources.push_str(&files::text(&path)?);
            sources.push('\n');
        }
    }
    Ok(unused(&keys(&table), &by_code, &sources))
}

/// The keys of all texts; the forms of a plural are one text.
fn keys(table: &toml::Table) -> Vec<String> {
    let mut found = Vec::new();
    gather("", table, &mut found);
    found
}

fn gather(above: &str, table: &toml::Table, found: &mut Vec<String>) {
    for (name, value) in table {
        let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        match value {
            toml::Value::Table(inner) if !is_plural(inner) => gather(&key, inner, found),
            _ => found.push(key),
        }
    }
}

fn is_plural(table: &toml::Table) -> bool {
    table.contains_key("other") && table.keys().all(|form| form == "one" || form == "other")
}

/// The strings of `CODE_PREFIXES`: what begins like this is asked for at run time.
fn prefixes(source: &str) -> Vec<String> {
    let list = source
        .split_once("CODE_PREFIXES")
        .and_then(|(_, rest)| rest.split_once("= &["))
        .and_then(|(_, rest)| rest.split_once(']'));
    let list = list.map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn unused(keys: &[String], by_code: &[String], sources: &str) -> Vec<String> {
    let words: BTreeSet<&str> =
        sources.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    keys.iter()
        .filter(|key| !by_code.iter().any(|prefix| key.starts_with(prefix)))
        .filter(|key| !words.contains(method(key).as_str()))
        .map(|key| format!("'{key}' is used nowhere: nothing calls {}(..).", method(key)))
        .collect()
}

/// `list.count` is called as `list_count(..)`.
fn method(key: &str) -> String {
    key.to_ascii_lowercase().replace(['.', '-'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plural_is_one_key() {
        let table = "[list]\ntitle = \"A\"\ncount = { one = \"{n} a\", other = \"{n} b\" }\n[list.more]\nx = \"y\"\n"
            .parse()
            .unwrap();
        assert_eq!(keys(&table), ["list.count", "list.more.x", "list.title"]);
    }

    #[test]
    fn a_key_is_used_by_its_whole_method() {
        let keys = ["list.count".to_owned(), "list.count_all".to_owned()];
        assert_eq!(unused(&keys, &[], "words.list_count_all()").len(), 1);
        assert_eq!(unused(&keys, &[], "words.list_count_all(); w.list_count(3)").len(), 0);
    }

    #[test]
    fn codes_are_asked_for_at_run_time() {
        let source = "pub const CODE_PREFIXES: &[&str] = &[\"choice.\", \"field.\"];";
        assert_eq!(prefixes(source), ["choice.", "field."]);
        let keys = ["field.required".to_owned(), "field_note.x".to_owned()];
        assert_eq!(unused(&keys, &prefixes(source), "").len(), 1);
    }
}
