//! A link of the papers for people who build and run Rapport leads to a file that is there.
//! The manual has links of its own kind, which the program follows.

use std::path::Path;

use crate::{Outcome, files};

/// Pictures, and what is made by a measuring run: they come into the repository after the text that names them.
const LATER: [&str; 2] = [".png", "performance.md"];

/// The faults of the papers' links.
pub fn faults(root: &Path) -> Outcome<Vec<String>> {
    let mut papers = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    papers.push(root.join("migrations/README.md"));
    papers.extend(
        files::below(&root.join("docs"), &["manual"])?
            .into_iter()
            .filter(|path| path.extension().is_some_and(|ending| ending == "md")),
    );
    let mut faults = Vec::new();
    for paper in papers {
        let folder = paper.parent().unwrap_or(root);
        for target in targets(&files::text(&paper)?) {
            if !LATER.iter().any(|ending| target.ends_with(ending)) && !folder.join(target).exists()
            {
                let paper = files::relative(&paper, root);
                faults.push(format!("{paper} links to {target}, which is not there."));
            }
        }
    }
    Ok(faults)
}

/// The files that `[words](file#part)` names, without addresses of the web and parts of the same page.
fn targets(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut targets = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for rest in line.split("](").skip(1) {
            let target = rest.split([')', '#', ' ']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                targets.push(target);
            }
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_from_addresses() {
        let text = "[a](docs/a.md) and [b](b.md#part), [c](#here) [d](https://example.com/d)\n\
                    ```\n[no](link)\n```\n![p](p.png \"title\")";
        assert_eq!(targets(text), ["docs/a.md", "b.md", "p.png"]);
    }

    #[test]
    fn what_is_not_there_is_named() {
        let root = std::env::temp_dir().join(format!("xtask-links-{}", std::process::id()));
        files::write(&root.join("README.md"), "[a](docs/a.md) [b](LICENSE) ![p](docs/p.png)")
            .unwrap();
        files::write(&root.join("CONTRIBUTING.md"), "").unwrap();
        files::write(&root.join("migrations/README.md"), "[up](../README.md)").unwrap();
        files::write(&root.join("docs/a.md"), "[c](c.md)").unwrap();
        let faults = faults(&root).unwrap();
        assert_eq!(
            faults,
            [
                "README.md links to LICENSE, which is not there.",
                "docs/a.md links to c.md, which is not there."
            ]
        );
        files::remove_folder(&root).unwrap();
    }
}
