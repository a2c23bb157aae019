//! What is forbidden in source files and no lint knows: each rule looks at one file's name and text.

use std::path::Path;

use crate::{Outcome, files};

/// The only files that may write markup from a string: the first holds text that was escaped or cleaned, the second rows
/// of a type that escapes, the third the script that starts the browser part, the fourth icons, of the type that escapes.
const MARKUP: [&str; 4] =
    ["app/src/ui/rendered.rs", "app/src/ui/table_row.rs", "app/src/shell.rs", "app/src/ui/icon.rs"];
/// The only files that may build SQL text at run time: order and search differ by dialect there.
const BUILT_SQL: [&str; 2] = ["store/src/dialect.rs", "store/src/query.rs"];
/// Above this a file is two files.
const MOST_LINES: usize = 600;
/// How the folders of somebody's own machine begin.
const MACHINE: [&str; 4] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

/// The faults of every source file.
pub fn faults(root: &Path) -> Outcome<Vec<String>> {
    const TEXT: [&str; 14] = [
        "rs", "md", "toml", "sh", "css", "js", "mjs", "ts", "sql", "json", "yml", "html", "svg",
        "service",
    ];
    let mut faults = Vec::new();
    for path in files::below(
        root,
        &["target", "node_modules", "data", "results", "screenshots", "fixtures"],
    )? {
        let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned());
        // Scripts have no ending.
        if extension.as_deref().is_some_and(|extension| !TEXT.contains(&extension)) {
            continue;
        }
        if let Ok(text) = std::fs::read_to_string(&path) {
            faults.extend(of_file(&files::relative(&path, root), &text));
        }
    }
    Ok(faults)
}

fn of_file(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let rust = Path::new(name).extension().is_some_and(|extension| extension == "rs");
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        if let Some(machine) = MACHINE.iter().find(|machine| has_path(line, machine)) {
            faults.push(format!("{name}:{number}: names a folder of one machine ({machine}..)."));
        }
        if !rust || name.starts_with("xtask/") {
            continue;
        }
        if line.contains("inner_html") && !MARKUP.contains(&name) {
            faults.push(format!(
                "{name}:{number}: inner_html is for {} alone; show text as text.",
                MARKUP.join(" and ")
            ));
        }
        if line.contains("PreEscaped") {
            faults.push(format!("{name}:{number}: nothing goes into Markup unescaped."));
        }
        // The benchmark asks the bare question beside the store's, of databases it made itself.
        if line.contains("AssertSqlSafe")
            && !BUILT_SQL.contains(&name)
            && !name.starts_with("bench/")
        {
            faults.push(format!(
                "{name}:{number}: SQL is built at run time in {} alone.",
                BUILT_SQL.join(" and ")
            ));
        }
    }
    if rust && name.starts_with("store/src/") {
        faults.extend(unasked(text).into_iter().map(|function| {
            format!("{name}: {function} takes a caller and asks the policy nothing.")
        }));
    }
    if rust {
        let lines = text.lines().count();
        if lines > MOST_LINES {
            faults.push(format!(
                "{name}: {lines} lines, {MOST_LINES} is the most. Split it by subject."
            ));
        }
        if !name.starts_with("xtask/") {
            faults.extend(textareas(text).into_iter().map(|line| {
                format!("{name}:{line}: a <textarea> takes its text by prop:value, not as a child: hydration loses it.")
            }));
        }
    }
    faults
}

/// A path, not the end of a longer one: `x/home/` is a page's address, not a home folder.
fn has_path(line: &str, beginning: &str) -> bool {
    line.match_indices(beginning).any(|(at, _)| {
        !line[..at]
            .ends_with(|before: char| before.is_ascii_alphanumeric() || "/._-}>".contains(before))
    })
}

/// What the store hands a caller on to, which asks itself.
const ASKS: [&str; 10] = [
    "change_structure",
    "end_and_note",
    "Grants::ask",
    "mark",
    "organisation_versioned",
    "reassign",
    "revoke_session",
    "sealed_provider",
    "try_undo_page",
    "user",
];
/// Functions of the store that take a caller and need no right, each with the reason.
const NEEDS_NO_RIGHT: [(&str, &str); 2] = [
    ("still_signed_in", "reads anew what the caller is: their session and rights"),
    ("take_back_own_try", "forgets a try that was counted for the caller and nobody looked at"),
];

/// Open functions of the store that take a caller and neither ask the policy about it, nor take its answer, nor hand the
/// caller on to what asks.
fn unasked(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines: Vec<&str> = code.lines().collect();
    let mut unasked = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(rest) = line.trim_start().strip_prefix("pub async fn ") else { continue };
        let name = rest.split(['(', '<']).next().unwrap_or_default();
        let indent = &line[..line.len() - line.trim_start().len()];
        let end = format!("{indent}}}");
        let body = lines[at..].iter().position(|line| *line == end).unwrap_or(lines.len() - at);
        let function = lines[at..at + body].join(" ");
        let signature = function.split('{').next().unwrap_or_default();
        let has_answer = ["Grant", "Scope"].iter().any(|answer| signature.contains(answer));
        let inside = &function[signature.len()..];
        // Of its own name, and not the end of a longer one.
        let calls = |call: &str| {
            let part = |before: char| before.is_ascii_alphanumeric() || before == '_';
            inside.match_indices(call).any(|(at, _)| !inside[..at].ends_with(part))
        };
        let hands_on = ASKS
            .iter()
            .any(|asks| calls(&format!("{asks}(caller")) || calls(&format!("{asks}(self, caller")));
        let asks = function.contains("policy::") || has_answer || hands_on;
        let needs_none = NEEDS_NO_RIGHT.iter().any(|(known, _)| *known == name);
        if signature.contains("Caller") && !asks && !needs_none {
            unasked.push(name);
        }
    }
    unasked
}

/// The lines of text areas that have a child. Remarks are not looked at.
fn textareas(text: &str) -> Vec<usize> {
    let code: Vec<&str> = text
        .lines()
        .map(|line| if line.trim_start().starts_with("//") { "" } else { line })
        .collect();
    let code = code.join("\n");
    let mut lines = Vec::new();
    for (at, _) in code.match_indices("<textarea") {
        let rest = &code[at..];
        let empty = rest.find("/>").unwrap_or(usize::MAX);
        if let Some(end) = rest.find("</textarea>")
            && end < empty
            && !rest[..end].trim_end().ends_with('>')
        {
            lines.push(code[..at].matches('\n').count() + 1);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(name: &str, text: &str) -> usize {
        of_file(name, text).len()
    }

    #[test]
    fn markup_from_strings_has_one_home() {
        assert_eq!(count("app/src/a.rs", "view! { <p inner_html=x></p> }"), 1);
        assert_eq!(count(MARKUP[0], "view! { <p inner_html=x></p> }"), 0);
        assert_eq!(count("app/src/a.rs", "html! { (PreEscaped(x)) }"), 1);
    }

    #[test]
    fn built_sql_has_two_homes() {
        assert_eq!(count("store/src/account.rs", "query(AssertSqlSafe(text))"), 1);
        assert_eq!(count("store/src/dialect.rs", "query(AssertSqlSafe(text))"), 0);
    }

    #[test]
    fn the_store_asks_the_policy_about_every_caller() {
        let function = |takes: &str, does: &str| {
            format!(
                "impl Db {{\n    pub async fn read(&self, {takes}) -> Result<()> {{\n        {does}\n    }}\n}}\n"
            )
        };
        let count = |takes: &str, does: &str| count("store/src/a.rs", &function(takes, does));
        assert_eq!(count("caller: &Caller", "self.all().await"), 1);
        assert_eq!(count("caller: &Caller", "policy::view(caller, object)?; self.all().await"), 0);
        assert_eq!(count("caller: &Caller", "self.mark(caller, ids).await"), 0);
        assert_eq!(count("caller: &Caller", "self.remark(caller); self.mark(ids).await"), 1);
        assert_eq!(count("caller: &Caller, grant: &Grant", "self.all().await"), 0);
        assert_eq!(count("now: Instant", "self.all().await"), 0);
        let allowed =
            function("caller: &Caller", "self.all()").replace("read", "take_back_own_try");
        assert_eq!(super::of_file("store/src/a.rs", &allowed).len(), 0);
        assert_eq!(super::of_file("app/src/a.rs", &function("caller: &Caller", "x")).len(), 0);
    }

    #[test]
    fn long_files_are_named() {
        assert_eq!(count("app/src/a.rs", &"x\n".repeat(600)), 0);
        assert_eq!(count("app/src/a.rs", &"x\n".repeat(601)), 1);
        assert_eq!(count("docs/a.md", &"x\n".repeat(601)), 0);
    }

    #[test]
    fn folders_of_one_machine_are_named() {
        for (index, machine) in MACHINE.iter().enumerate() {
            assert_eq!(count("docs/a.md", &format!("see {machine}x")), 1, "{index}");
            assert_eq!(count("docs/a.md", &format!("GET /api{machine}x")), 0, "{index}");
        }
    }

    #[test]
    fn a_text_area_has_no_child() {
        assert_eq!(
            textareas("<textarea name=\"a\" on:input=move |e| set(e)></textarea>"),
            [] as [usize; 0]
        );
        assert_eq!(
            textareas("<textarea prop:value=x />\n<p>a</p><textarea></textarea>"),
            [] as [usize; 0]
        );
        assert_eq!(textareas("x\n<textarea name=\"a\">{value}</textarea>"), [2]);
        assert_eq!(textareas("<textarea>\"text\"</textarea>"), [1]);
        assert_eq!(textareas("/// fills `<textarea>`\nx(\"a</textarea>\")"), [] as [usize; 0]);
    }
}
