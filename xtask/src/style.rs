//! Joins style/*.css into one sheet, in the layers and the order that style/main.css names.
//! Must not know what the rules say; spaces and comments are all it takes away.

use std::collections::BTreeMap;
use std::path::Path;

use crate::arguments::{Arguments, root, target};
use crate::{Outcome, files, say};

/// `xtask style`: writes the joined sheet where cargo-leptos expects it.
///
/// # Errors
/// When a sheet is missing, imported twice or not at all.
pub fn command(mut arguments: Arguments) -> Outcome {
    let out = arguments.path("--out", target().join("style/main.css"))?;
    arguments.finish()?;
    let sheet = joined(&root().join("style"))?;
    files::write(&out, &sheet)?;
    say(&format!("{}: {} bytes", out.display(), sheet.len()))
}

/// The one sheet made of the folder's sheets.
///
/// # Errors
/// As [`join`], or when a file cannot be read.
pub fn joined(folder: &Path) -> Outcome<String> {
    let mut sheets = BTreeMap::new();
    for path in files::below(folder, &[])? {
        if path.extension().is_some_and(|extension| extension == "css") {
            sheets.insert(files::relative(&path, folder), files::text(&path)?);
        }
    }
    join(sheets)
}

/// Replaces each `@import "file.css" layer(name);` of main.css by that file inside its layer.
///
/// # Errors
/// When main.css is missing, an import cannot be resolved, or a sheet is imported twice or never.
fn join(mut sheets: BTreeMap<String, String>) -> Outcome<String> {
    let Some(main) = sheets.remove("main.css") else {
        return Err(
            "style/main.css is missing: it names the layers and the sheets in them.".to_owned()
        );
    };
    let main = compact(&main);
    let mut whole = String::new();
    let mut rest = main.as_str();
    while let Some(at) = rest.find("@import") {
        whole.push_str(&rest[..at]);
        let after = &rest[at + "@import".len()..];
        let (statement, next) = after
            .split_once(';')
            .ok_or_else(|| format!("style/main.css: no ';' after '@import{after}'"))?;
        let (file, layer) = import(statement)
            .ok_or_else(|| format!("style/main.css: write @import \"file.css\" layer(name); instead of '@import{statement};'"))?;
        let sheet = sheets.remove(file).ok_or_else(|| {
            format!(
                "style/main.css imports {file}, which is not in style/ or was imported already."
            )
        })?;
        let sheet = compact(&sheet);
        if sheet.contains("@import") {
            return Err(format!("style/{file}: only main.css may import."));
        }
        whole.extend(["@layer ", layer, "{", sheet.as_str(), "}"]);
        rest = next;
    }
    whole.push_str(rest);
    match sheets.keys().next() {
        None => Ok(whole),
        Some(file) => Err(format!("style/{file} is never imported: name it in style/main.css.")),
    }
}

/// The file and the layer of an import, or nothing when it is written otherwise.
fn import(statement: &str) -> Option<(&str, &str)> {
    let (file, layer) = statement.trim().split_once("layer(")?;
    let file = file.trim();
    let file = file.strip_prefix("url(").and_then(|inner| inner.strip_suffix(')')).unwrap_or(file);
    let file = file.trim().trim_matches(['"', '\'']).trim_start_matches("./");
    let layer = layer.trim().strip_suffix(')')?.trim();
    (!file.is_empty() && !layer.is_empty()).then_some((file, layer))
}

/// Takes comments and needless spaces away; strings stay as they are.
pub fn compact(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut characters = css.chars().peekable();
    let mut space = false;
    while let Some(character) = characters.next() {
        match character {
            '/' if characters.peek() == Some(&'*') => {
                characters.next();
                let mut before = ' ';
                for inner in characters.by_ref() {
                    if before == '*' && inner == '/' {
                        break;
                    }
                    before = inner;
                }
                space = true;
            }
            _ if character.is_whitespace() => space = true,
            _ => {
                let glued = matches!(character, '{' | '}' | ';' | ',')
                    || out.ends_with(['{', '}', ';', ',', ':']);
                if space && !glued && !out.is_empty() {
                    out.push(' ');
                }
                space = false;
                if character == '}' && out.ends_with(';') {
                    out.pop();
                }
                out.push(character);
                if character == '"' || character == '\'' {
                    string(character, &mut characters, &mut out);
                } else if character == '\\' {
                    out.extend(characters.next());
                }
            }
        }
    }
    out
}

/// Copies a string up to its closing quote.
fn string(quote: char, characters: &mut impl Iterator<Item = char>, out: &mut String) {
    while let Some(character) = characters.next() {
        out.push(character);
        if character == '\\' {
            out.extend(characters.next());
        } else if character == quote {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheets(all: &[(&str, &str)]) -> BTreeMap<String, String> {
        all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn layers_come_in_the_order_of_main() {
        let joined = join(sheets(&[
            (
                "main.css",
                "@layer a, b;\n@import \"b.css\" layer(b);\n@import url('sub/a.css') layer(a);\n",
            ),
            ("b.css", ".b { color: red; }"),
            ("sub/a.css", "/* first */ .a { margin: 0 }"),
        ]));
        assert_eq!(
            joined,
            Ok("@layer a,b;@layer b{.b{color:red}}@layer a{.a{margin:0}}".to_owned())
        );
    }

    #[test]
    fn a_sheet_is_imported_once_and_only_by_main() {
        let twice = "@import \"a.css\" layer(a);@import \"a.css\" layer(a);";
        let fails = |all: &[(&str, &str)], word: &str| {
            let answer = join(sheets(all));
            assert!(answer.as_ref().is_err_and(|sentence| sentence.contains(word)), "{answer:?}");
        };
        fails(&[], "main.css is missing");
        fails(&[("main.css", twice), ("a.css", "")], "imported already");
        fails(&[("main.css", ""), ("a.css", "")], "never imported");
        fails(&[("main.css", "@import \"a.css\";"), ("a.css", "")], "layer(name)");
        fails(
            &[("main.css", "@import \"a.css\" layer(a);"), ("a.css", "@import 'x'")],
            "only main.css",
        );
    }

    #[test]
    fn what_means_something_stays() {
        assert_eq!(
            compact(".a  .b > .c { width : calc( 1px + 2px ) ; content: \" /* x */  ; \" }"),
            ".a .b > .c{width :calc( 1px + 2px );content:\" /* x */  ; \"}"
        );
        assert_eq!(compact("a :hover{}"), "a :hover{}");
        assert_eq!(
            compact("@media (width >= 40rem) and (hover){}"),
            "@media (width >= 40rem) and (hover){}"
        );
        assert_eq!(compact("a{b:c}/* x */d{e:f;}"), "a{b:c}d{e:f}");
        assert_eq!(compact(r"a{content:'\'  x'}"), r"a{content:'\'  x'}");
        assert_eq!(compact("a /* between */ b"), "a b");
    }
}
