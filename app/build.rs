//! Turns the two catalogues of app/i18n into the methods of `Text`, and stops the build when they
//! do not say the same things.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::Path,
    process::ExitCode,
};

include!("src/i18n/codes.rs");

/// The forms of one text: one, or two where a number changes the words (one, other).
#[derive(Clone)]
struct Entry {
    one: String,
    other: String,
}

type Catalogue = BTreeMap<String, Entry>;

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/i18n/codes.rs");
    println!("cargo:rerun-if-changed=i18n");
    let mut faults = Vec::new();
    let english = read("en.toml", &mut faults);
    let chinese = read("zh-CN.toml", &mut faults);
    if faults.is_empty() {
        compare(&english, &chinese, &mut faults);
    }
    if faults.is_empty() {
        let code = generate(&english, &chinese);
        let folder = env::var_os("OUT_DIR").unwrap_or_default();
        if let Err(error) = fs::write(Path::new(&folder).join("text.rs"), code) {
            faults.push(format!("The methods of Text could not be written: {error}"));
        }
    }
    if faults.is_empty() {
        return ExitCode::SUCCESS;
    }
    faults.dedup();
    eprintln!("The catalogues app/i18n/en.toml and app/i18n/zh-CN.toml need attention:");
    for fault in faults {
        eprintln!("  {fault}");
    }
    ExitCode::FAILURE
}

fn read(name: &str, faults: &mut Vec<String>) -> Catalogue {
    let mut found = Catalogue::new();
    let path = Path::new("i18n").join(name);
    let table = fs::read_to_string(path)
        .map_err(|error| error.to_string())
        .and_then(|text| text.parse::<toml::Table>().map_err(|error| error.to_string()));
    match table {
        Ok(table) => gather(name, "", &table, &mut found, faults),
        Err(error) => faults.push(format!("{name}: {error}")),
    }
    found
}

fn gather(
    file: &str,
    above: &str,
    table: &toml::Table,
    found: &mut Catalogue,
    faults: &mut Vec<String>,
) {
    for (name, value) in table {
        let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let entry = match value {
            toml::Value::String(text) => Entry { one: text.clone(), other: text.clone() },
            toml::Value::Table(inner) if is_plural(inner) => {
                let form = |name: &str| inner.get(name).and_then(toml::Value::as_str);
                let other = form("other").unwrap_or_default().to_owned();
                Entry { one: form("one").map_or_else(|| other.clone(), str::to_owned), other }
            }
            toml::Value::Table(inner) => {
                gather(file, &key, inner, found, faults);
                continue;
            }
            _ => {
                faults.push(format!("{file}: {key} is neither a text nor a table."));
                continue;
            }
        };
        for text in [&entry.one, &entry.other] {
            if text.trim() != text || text.is_empty() {
                faults
                    .push(format!("{file}: {key} is empty or has blanks at its ends: \"{text}\""));
            }
        }
        found.insert(key, entry);
    }
}

fn is_plural(table: &toml::Table) -> bool {
    table.contains_key("other")
        && table.iter().all(|(name, value)| ["one", "other"].contains(&&**name) && value.is_str())
}

fn compare(english: &Catalogue, chinese: &Catalogue, faults: &mut Vec<String>) {
    let mut methods: BTreeMap<String, &str> = BTreeMap::new();
    for (key, entry) in english {
        if !key.contains('.') {
            faults.push(format!("{key}: a key needs a table, such as [list]."));
        }
        if let Some(twin) = methods.insert(method(key), key) {
            faults.push(format!("{key} and {twin} would become the same method."));
        }
        let Some(twin) = chinese.get(key) else {
            faults.push(format!("zh-CN.toml: {key} is missing."));
            continue;
        };
        let (ours, theirs) = (placeholders(entry), placeholders(twin));
        if ours != theirs {
            faults.push(format!("{key}: en has the placeholders {ours:?}, zh-CN has {theirs:?}."));
        }
        if entry.one != entry.other && !ours.contains("n") {
            faults.push(format!("en.toml: {key} has two forms but no {{n}}."));
        }
        for text in [&entry.one, &entry.other, &twin.one, &twin.other] {
            if text.matches('{').count() != text.matches('}').count()
                || pieces(text)
                    .iter()
                    .any(|piece| matches!(piece, Piece::Slot(name) if !is_name(name)))
            {
                faults.push(format!("{key}: a placeholder is a small word in braces: \"{text}\""));
            }
        }
        if let Some(mark) = half_width(&twin.one).or_else(|| half_width(&twin.other)) {
            faults.push(format!(
                "zh-CN.toml: {key} has the half-width mark {mark} in a Chinese sentence: \"{}\"",
                twin.other
            ));
        }
    }
    for key in chinese.keys().filter(|key| !english.contains_key(*key)) {
        faults.push(format!("en.toml: {key} is missing."));
    }
}

enum Piece<'a> {
    Words(&'a str),
    Slot(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        found.push(Piece::Words(words));
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        found.push(Piece::Slot(name));
        rest = after;
    }
    found.push(Piece::Words(rest));
    found
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The placeholders of all forms; a form may leave one out: "one customer" needs no number.
fn placeholders(entry: &Entry) -> BTreeSet<&str> {
    pieces(&entry.one)
        .into_iter()
        .chain(pieces(&entry.other))
        .filter_map(|piece| match piece {
            Piece::Slot(name) => Some(name),
            Piece::Words(_) => None,
        })
        .collect()
}

/// The first half-width mark in a Chinese sentence. Inside of Latin words and figures (`14:05`,
/// `.xlsx`, `1,200`) they are right.
fn half_width(text: &str) -> Option<char> {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    if !text.chars().any(is_han) {
        return None;
    }
    let letters: Vec<char> = text.chars().collect();
    // The next character in a direction that is not a blank; braces stand for words.
    let chinese = |found: Option<&char>| found.is_none_or(|c| is_han(*c) || "{}“”".contains(*c));
    letters.iter().enumerate().find_map(|(at, mark)| {
        let before = letters[..at].iter().rev().find(|c| **c != ' ');
        let after = letters[at + 1..].iter().find(|c| **c != ' ');
        let wrong = match mark {
            ',' | ';' | ':' | '!' | '?' | '(' | ')' | '"' | '\'' => {
                chinese(before) || chinese(after)
            }
            '.' => chinese(before) && !after.is_some_and(char::is_ascii_alphanumeric),
            _ => false,
        };
        wrong.then_some(*mark)
    })
}

/// `list.count` is called as `list_count`.
fn method(key: &str) -> String {
    key.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

fn generate(english: &Catalogue, chinese: &Catalogue) -> String {
    let mut code = String::from("// Made by build.rs from app/i18n.\n\nimpl Text {\n");
    let mut by_code = String::new();
    for (key, entry) in english {
        let Some(twin) = chinese.get(key) else { continue };
        let slots = placeholders(entry);
        let names: Vec<&str> = slots.iter().copied().filter(|name| *name != "n").collect();
        let mut order = names.clone();
        order.insert(0, "n");
        let form = |text: &str| quoted(text, &order);
        let doc = format!("    /// `{}` · `{}`\n", entry.other, twin.other);
        let method = method(key);
        let (mut given, mut passed) = (String::new(), String::new());
        for name in &names {
            // Raw, because a placeholder may be a word of Rust, such as `ref`.
            let _ = write!(given, ", r#{name}: &str");
            let _ = write!(passed, "r#{name}, ");
        }
        let body = if slots.is_empty() {
            let pair = format!("{}, {}", form(&entry.other), form(&twin.other));
            if CODE_PREFIXES.iter().any(|prefix| key.starts_with(prefix)) {
                let _ = writeln!(by_code, "    (\"{key}\", [{pair}]),");
            }
            format!("pub const fn {method}(self) -> &'static str {{ self.pick({pair}) }}")
        } else if slots.contains("n") {
            format!(
                "pub fn {method}(self, n: i64{given}) -> String {{ self.count(n, [{}, {}], [{}, {}], &[{passed}]) }}",
                form(&entry.one),
                form(&entry.other),
                form(&twin.one),
                form(&twin.other)
            )
        } else {
            format!(
                "pub fn {method}(self{given}) -> String {{ self.fill({}, {}, &[{passed}]) }}",
                form(&entry.other),
                form(&twin.other)
            )
        };
        let _ = write!(code, "{doc}    #[must_use]\n    {body}\n\n");
    }
    let _ = write!(
        code,
        "}}\n\n/// What [`Text::by_code`] finds, by key.\nconst CODES: &[(&str, [&str; 2])] = &[\n{by_code}];\n"
    );
    code
}

/// A text as a literal of Rust, with its placeholders as `{0}` for `n` and `{1}` onwards for the
/// others, so that no name has to be compared when it is filled in.
fn quoted(text: &str, order: &[&str]) -> String {
    let numbered: String = pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(words) => words.to_owned(),
            Piece::Slot(name) => {
                let at = order.iter().position(|known| *known == name).unwrap_or_default();
                format!("{{{at}}}")
            }
        })
        .collect();
    format!("{numbered:?}")
}
