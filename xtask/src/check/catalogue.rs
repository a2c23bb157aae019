//! The two catalogues say the same things: same keys, same placeholders, Chinese punctuation in Chinese sentences, and
//! nothing that no screen shows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::{Outcome, files};

/// Plural forms are one text, not keys of their own.
const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// A text under its key: every form of it.
type Catalogue = BTreeMap<String, Vec<String>>;

/// The faults of app/i18n.
pub fn faults(root: &Path) -> Outcome<Vec<String>> {
    let read = |name: &str| catalogue(&files::text(&root.join("app/i18n").join(name))?, name);
    let (english, chinese) = (read("en.toml")?, read("zh-CN.toml")?);
    let mut sources = String::new();
    for folder in ["app/src", "server/src"] {
        for path in files::below(&root.join(folder), &[])? {
            sources.push_str(&files::text(&path)?);
            sources.push('\n');
        }
    }
    let mut faults = compare(&english, &chinese);
    faults.extend(unused(&english, &sources));
    Ok(faults)
}

fn catalogue(text: &str, name: &str) -> Outcome<Catalogue> {
    let table: toml::Table = text.parse().map_err(|error| format!("app/i18n/{name}: {error}"))?;
    let mut found = Catalogue::new();
    gather("", &table, &mut found);
    Ok(found)
}

fn gather(above: &str, table: &toml::Table, found: &mut Catalogue) {
    for (name, value) in table {
        let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        match value {
            toml::Value::String(text) => found.entry(key).or_default().push(text.clone()),
            toml::Value::Table(forms)
                if forms.keys().all(|form| FORMS.contains(&form.as_str())) =>
            {
                let texts = forms.values().filter_map(toml::Value::as_str).map(str::to_owned);
                found.entry(key).or_default().extend(texts);
            }
            toml::Value::Table(inner) => gather(&key, inner, found),
            // The build of `app` refuses other kinds of values.
            _ => {}
        }
    }
}

fn compare(english: &Catalogue, chinese: &Catalogue) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, texts) in english {
        let Some(twins) = chinese.get(key) else {
            faults.push(format!("zh-CN.toml has no '{key}'."));
            continue;
        };
        let (ours, theirs) = (placeholders(texts), placeholders(twins));
        if ours != theirs {
            faults.push(format!("'{key}': en has the placeholders {ours:?}, zh-CN {theirs:?}."));
        }
        if texts.iter().chain(twins).any(|text| text.trim().is_empty()) {
            faults.push(format!("'{key}' is empty."));
        }
        for twin in twins {
            if let Some(mark) = half_width(twin) {
                faults.push(format!("zh-CN '{key}': '{mark}' beside a Chinese character in \"{twin}\"; write the full-width one."));
            }
        }
    }
    faults.extend(
        chinese
            .keys()
            .filter(|key| !english.contains_key(*key))
            .map(|key| format!("en.toml has no '{key}'.")),
    );
    faults
}

/// The names in `{}` of all forms of a text. A form may leave one out: "one customer" needs no number.
fn placeholders(texts: &[String]) -> BTreeSet<&str> {
    texts
        .iter()
        .flat_map(|text| text.split('{').skip(1).filter_map(|rest| rest.split_once('}')))
        .map(|(name, _)| name)
        .collect()
}

/// The first half-width mark that touches a Chinese character.
fn half_width(text: &str) -> Option<char> {
    let letters: Vec<char> = text.chars().collect();
    letters.iter().enumerate().find_map(|(at, mark)| {
        let touches = (at > 0 && is_han(letters[at - 1]))
            || letters.get(at + 1).is_some_and(|next| is_han(*next));
        (",.:;!?()".contains(*mark) && touches).then_some(*mark)
    })
}

fn is_han(letter: char) -> bool {
    matches!(letter, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Keys whose method appears nowhere: `list.count` is called as `list_count(`.
fn unused(catalogue: &Catalogue, sources: &str) -> Vec<String> {
    let words: BTreeSet<&str> =
        sources.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    catalogue
        .keys()
        .filter(|key| !words.contains(method(key).as_str()))
        .map(|key| format!("'{key}' is used nowhere: nothing calls {}(..).", method(key)))
        .collect()
}

fn method(key: &str) -> String {
    key.replace(['.', '-'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Catalogue {
        catalogue(text, "test").unwrap()
    }

    #[test]
    fn plurals_are_one_text() {
        let found = read(
            "[list]\ntitle = \"Customers\"\ncount = { one = \"{n} customer\", other = \"{n} customers\" }\n",
        );
        assert_eq!(found.keys().collect::<Vec<_>>(), ["list.count", "list.title"]);
        let chinese = read("[list]\ntitle = \"客户\"\ncount = { other = \"{n} 位客户\" }\n");
        assert_eq!(compare(&found, &chinese), Vec::<String>::new());
    }

    #[test]
    fn keys_placeholders_and_emptiness_are_compared() {
        let english = read("a = \"{x}\"\nb = \"b\"\nd = \" \"\n");
        let chinese = read("a = \"{y}\"\nc = \"c\"\nd = \"丁\"\n");
        let faults = compare(&english, &chinese);
        assert_eq!(faults.len(), 4, "{faults:?}");
    }

    #[test]
    fn punctuation_follows_the_script() {
        assert_eq!(half_width("保存失败,请重试"), Some(','));
        assert_eq!(half_width("客户(必填)"), Some('('));
        assert_eq!(half_width("保存失败，请重试。"), None);
        assert_eq!(half_width("支持 CSV, XLSX"), None);
        assert_eq!(half_width("{n} 位客户：{name}"), None);
    }

    #[test]
    fn a_key_is_used_by_its_method() {
        let catalogue = read("list.count = \"1\"\nlist.count_all = \"2\"\n");
        assert_eq!(unused(&catalogue, "words.list_count_all()").len(), 1);
        assert_eq!(unused(&catalogue, "words.list_count_all(); w.list_count(3)").len(), 0);
    }
}
