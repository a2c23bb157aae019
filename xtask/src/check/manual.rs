//! Every page of the manual exists in both languages, with the same headings in number.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{Outcome, files};

/// The faults of docs/manual.
pub fn faults(root: &Path) -> Outcome<Vec<String>> {
    let pages = |language: &str| -> Outcome<BTreeMap<String, String>> {
        let folder = root.join("docs/manual").join(language);
        files::below(&folder, &[])?
            .iter()
            .map(|path| Ok((files::relative(path, &folder), files::text(path)?)))
            .collect()
    };
    Ok(compare(&pages("en")?, &pages("zh-CN")?))
}

fn compare(english: &BTreeMap<String, String>, chinese: &BTreeMap<String, String>) -> Vec<String> {
    let mut faults = Vec::new();
    if english.is_empty() {
        faults.push("docs/manual/en has no page.".to_owned());
    }
    for (page, text) in english {
        match chinese.get(page) {
            None => faults.push(format!(
                "docs/manual/zh-CN/{page} is missing: the English page has no twin."
            )),
            Some(twin) if headings(text) != headings(twin) => faults.push(format!(
                "docs/manual/zh-CN/{page} has {} headings, the English page {}.",
                headings(twin),
                headings(text)
            )),
            Some(_) => {}
        }
    }
    for page in chinese.keys().filter(|page| !english.contains_key(*page)) {
        faults.push(format!("docs/manual/en/{page} is missing: the Chinese page has no twin."));
    }
    faults
}

fn headings(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with('#')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_in_pairs() {
        let pages = |all: &[(&str, &str)]| {
            all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        let both = pages(&[("list.md", "# a\n## b\n"), ("only.md", "# a")]);
        let twin = pages(&[("list.md", "# 甲\n"), ("mehr.md", "")]);
        let faults = compare(&both, &twin);
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].contains("1 headings, the English page 2"));
        assert!(faults[1].contains("zh-CN/only.md") && faults[2].contains("en/mehr.md"));
        assert_eq!(compare(&both, &both), Vec::<String>::new());
    }
}
