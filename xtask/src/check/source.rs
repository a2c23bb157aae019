//! What is forbidden in source files and no lint knows: each rule looks at one file's name and text.

use std::path::Path;

use crate::{Outcome, files};

/// The only files that may write markup from a string: the first holds text that was escaped or cleaned, the second rows
/// of a type that escapes, the third the script that starts the browser part.
const MARKUP: [&str; 3] = ["app/src/ui/rendered.rs", "app/src/ui/table_row.rs", "app/src/shell.rs"];
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
