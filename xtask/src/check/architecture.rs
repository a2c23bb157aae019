//! docs/ARCHITECTURE.md names every top folder and every workspace member, and nothing that does not exist.
//! The map is the first fenced block of that file: a folder stands at the start of its line, with a `/` after it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{Outcome, files};

/// The faults of the project's map.
pub fn faults(root: &Path) -> Outcome<Vec<String>> {
    let document = files::text(&root.join("docs/ARCHITECTURE.md"))?;
    let ignored = files::text(&root.join(".gitignore")).unwrap_or_default();
    let mut there = members(&files::text(&root.join("Cargo.toml"))?)?;
    for entry in std::fs::read_dir(root)
        .map_err(|error| format!("cannot read the top folder: {error}"))?
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && !name.starts_with('.') && !is_ignored(&name, &ignored) {
            there.insert(name);
        }
    }
    Ok(compare(&document, &there, |path| root.join(path).exists()))
}

fn members(manifest: &str) -> Outcome<BTreeSet<String>> {
    let manifest: toml::Table = manifest.parse().map_err(|error| format!("Cargo.toml: {error}"))?;
    let list = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("members"))
        .and_then(toml::Value::as_array);
    Ok(list.into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_owned).collect())
}

fn is_ignored(name: &str, ignored: &str) -> bool {
    ignored.lines().any(|line| line.trim().trim_matches('/') == name)
}

fn compare(document: &str, there: &BTreeSet<String>, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    let map = folders_of_map(document);
    if map.is_empty() {
        return vec!["docs/ARCHITECTURE.md has no map: a fenced block with one top folder per line, as `store/`.".to_owned()];
    }
    for folder in there.difference(&map) {
        faults.push(format!("docs/ARCHITECTURE.md does not name {folder}/ in its map."));
    }
    for folder in map.difference(there) {
        faults.push(format!(
            "docs/ARCHITECTURE.md names {folder}/ in its map, which does not exist."
        ));
    }
    for path in paths(document) {
        if !exists(path) {
            faults.push(format!("docs/ARCHITECTURE.md names `{path}`, which does not exist."));
        }
    }
    faults
}

/// The folders at the start of the lines of the first fenced block; several may share a line.
fn folders_of_map(document: &str) -> BTreeSet<String> {
    document
        .lines()
        .skip_while(|line| !line.starts_with("```"))
        .skip(1)
        .take_while(|line| !line.starts_with("```"))
        .filter(|line| !line.starts_with(char::is_whitespace))
        .flat_map(|line| line.split_whitespace().take_while(|word| word.ends_with('/')))
        .map(|word| word.trim_end_matches('/').to_owned())
        .collect()
}

/// What the text marks as a path of the project: `store/src/db.rs`, `docs/manual/`. Patterns are no paths.
fn paths(document: &str) -> impl Iterator<Item = &str> {
    const FILES: [&str; 8] = [".rs", ".sql", ".toml", ".css", ".md", ".js", ".mjs", "/"];
    document
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|span| span.contains('/') && !span.starts_with('/') && !span.starts_with("../"))
        .filter(|span| {
            span.chars().all(|letter| letter.is_ascii_alphanumeric() || "/._-".contains(letter))
        })
        .filter(|span| FILES.iter().any(|ending| span.ends_with(ending)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "# Map\n\n```\nstore/  the database\n  src/db.rs  pools\nstyle/ public/  files\n```\nSee `store/src/db.rs`, `x/src/<feature>.rs`, `/login` and `a b/`.\n";

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_true_map_has_no_fault() {
        assert_eq!(
            compare(DOCUMENT, &set(&["store", "style", "public"]), |_| true),
            Vec::<String>::new()
        );
    }

    #[test]
    fn missing_and_stale_names_are_found() {
        let faults = compare(DOCUMENT, &set(&["store", "style", "bench"]), |_| false);
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].contains("bench/"));
        assert!(faults[1].contains("public/"));
        assert!(faults[2].contains("store/src/db.rs"));
    }

    #[test]
    fn ignored_folders_need_no_name() {
        assert!(is_ignored("target", "/target\nnode_modules\n"));
        assert!(!is_ignored("store", "/target\n"));
        assert_eq!(
            members("[workspace]\nmembers = [\"store\", \"app\"]").unwrap(),
            set(&["app", "store"])
        );
    }
}
