//! Makes public/icons.svg out of the Lucide icons that style/icons.txt names.
//! Run by hand when an icon is added; the result is part of the project.

use std::path::Path;

use crate::arguments::{Arguments, root};
use crate::{Outcome, files, say};

/// `xtask sprite`.
///
/// # Errors
/// When an icon is not where it should be.
pub fn command(mut arguments: Arguments) -> Outcome {
    let from = arguments.path("--from", "end2end/node_modules/lucide-static/icons")?;
    arguments.finish()?;
    if !from.is_dir() {
        return Err(format!(
            "the icons are not at {}. Fetch them with `npm install --no-save lucide-static`, then name their folder: --from node_modules/lucide-static/icons",
            from.display()
        ));
    }
    let names = names(&files::text(&root().join("style/icons.txt"))?);
    let mut symbols = String::new();
    for (id, source) in &names {
        symbols.push_str(&symbol(id, &icon(&from, source)?)?);
    }
    let sprite = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{symbols}</svg>\n");
    files::write(&root().join("public/icons.svg"), &sprite)?;
    say(&format!("public/icons.svg: {} icons, {} bytes", names.len(), sprite.len()))
}

fn icon(folder: &Path, name: &str) -> Outcome<String> {
    files::text(&folder.join(format!("{name}.svg")))
}

/// The lines `name` or `name = lucide-name`; `#` begins a remark. Sorted, each once.
fn names(list: &str) -> Vec<(String, String)> {
    let mut names: Vec<_> = list
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (id, source) = line.split_once('=').unwrap_or((line, line));
            (id.trim().to_owned(), source.trim().to_owned())
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// One icon as a symbol: 24 by 24 with a round stroke in the colour of the text; the style sheet sets its width.
fn symbol(id: &str, svg: &str) -> Outcome<String> {
    let shape = svg
        .find("<svg")
        .and_then(|at| svg[at..].find('>').map(|end| &svg[at + end + 1..]))
        .and_then(|rest| rest.rfind("</svg>").map(|end| &rest[..end]))
        .ok_or_else(|| format!("the icon {id} is not an SVG picture."))?;
    let shape: String =
        shape.lines().map(str::trim).collect::<Vec<_>>().join("").replace(" />", "/>");
    Ok(format!(
        "<symbol id=\"{id}\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-linecap=\"round\" stroke-linejoin=\"round\">{shape}</symbol>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_may_rename_and_remark() {
        let names = names("# ours\nphone\nclose = x # cross\n\nphone\n");
        let own = |id: &str, source: &str| (id.to_owned(), source.to_owned());
        assert_eq!(names, [own("close", "x"), own("phone", "phone")]);
    }

    #[test]
    fn only_the_shape_is_taken() {
        let svg = "<!-- @license -->\n<svg\n  class=\"lucide\"\n  viewBox=\"0 0 24 24\"\n>\n  <path d=\"M1 1\" />\n  <path d=\"M2 2\" />\n</svg>\n";
        let symbol = symbol("x", svg).unwrap();
        assert!(symbol.starts_with("<symbol id=\"x\""));
        assert!(
            symbol.ends_with(
                "stroke-linejoin=\"round\"><path d=\"M1 1\"/><path d=\"M2 2\"/></symbol>"
            )
        );
        assert!(super::symbol("y", "no picture").is_err());
    }
}
