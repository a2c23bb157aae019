//! Every icon that a screen names is in the sprite: a missing one draws nothing and nobody sees why.

use std::path::Path;

use crate::{Outcome, files};

/// The faults of app/src.
pub fn faults(root: &Path) -> Outcome<Vec<String>> {
    let sprite = files::text(&root.join("public/icons.svg"))?;
    let mut faults = Vec::new();
    for path in files::below(&root.join("app/src"), &[])? {
        let name = files::relative(&path, root);
        for (line, icon) in named(&files::text(&path)?) {
            if !sprite.contains(&format!("id=\"{icon}\"")) {
                faults.push(format!(
                    "{name}:{line}: public/icons.svg has no '{icon}'. Add it to style/icons.txt, then: cargo run -p xtask -- sprite"
                ));
            }
        }
    }
    Ok(faults)
}

/// The icons written as text, `<Icon name="x"` and `icon="x"`, with their lines.
fn named(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("<Icon ") {
        let element = text[at..].split('>').next().unwrap_or_default();
        found.extend(attribute(element, " name=\"").map(|icon| (at, icon)));
    }
    for (at, _) in text.match_indices(" icon=\"") {
        found.extend(attribute(&text[at..], " icon=\"").map(|icon| (at, icon)));
    }
    found.into_iter().map(|(at, icon)| (text[..at].matches('\n').count() + 1, icon)).collect()
}

fn attribute<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    text.split_once(beginning)?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icons_are_found_where_they_are_written() {
        let text = "view! {\n<Icon class=\"icon-sm\" name=\"phone\" />\n<Button icon=\"plus\" name=\"save\">\n<Icon name=icon />\n}";
        assert_eq!(named(text), [(2, "phone"), (3, "plus")]);
    }
}
