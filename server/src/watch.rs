//! `cargo leptos watch`, for those who change screens: it builds the site under names of its own,
//! starts this program and tells it where they are. Debug builds only.

use app::boot::SiteFiles;
use std::path::{Path, PathBuf};

/// A site that cargo-leptos builds anew whenever a source changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Folder of the site.
    pub site: PathBuf,
    /// Names of its files.
    pub files: SiteFiles,
    /// Port at which a page hears that it is to load itself again.
    pub port: u16,
}

impl Watch {
    /// What cargo-leptos tells, if it has started this process.
    pub fn of_environment() -> Option<Self> {
        if !cfg!(debug_assertions) {
            return None;
        }
        let beside = std::env::current_exe().ok()?.parent()?.to_owned();
        Self::read(|name| std::env::var(name).ok(), &beside)
    }

    fn read(told: impl Fn(&str) -> Option<String>, beside: &Path) -> Option<Self> {
        let site = PathBuf::from(told("LEPTOS_SITE_ROOT")?);
        let name = told("LEPTOS_OUTPUT_NAME").filter(|name| !name.is_empty())?;
        let folder = told("LEPTOS_SITE_PKG_DIR")?;
        let hashes = if told("LEPTOS_HASH_FILES").as_deref() == Some("true") {
            let file = told("LEPTOS_HASH_FILE_NAME").unwrap_or_else(|| "hash.txt".to_owned());
            std::fs::read_to_string(beside.join(file)).unwrap_or_default()
        } else {
            String::new()
        };
        let file = |ending: &str| match hash(&hashes, ending) {
            Some(hash) => format!("/{folder}/{name}.{hash}.{ending}"),
            None => format!("/{folder}/{name}.{ending}"),
        };
        let files = SiteFiles {
            js: file("js"),
            wasm: file("wasm"),
            css: file("css"),
            icons: "/icons.svg".to_owned(),
            boot: "/boot.js".to_owned(),
            passkey: "/passkey.js".to_owned(),
            // Found by the glue script itself.
            loader: String::new(),
            later: std::collections::BTreeMap::new(),
        };
        let port = told("LEPTOS_RELOAD_PORT").and_then(|port| port.parse().ok()).unwrap_or(3001);
        Some(Self { site, files, port })
    }
}

/// The hash of the file with this ending, out of lines such as `js: 6zY0sAy1Yo5iXk2Bq9a2Gw`.
fn hash<'a>(hashes: &'a str, ending: &str) -> Option<&'a str> {
    hashes
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(file, _)| file.trim() == ending)
        .map(|(_, hash)| hash.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_cargo_leptos_gives() {
        let folder = tempfile::tempdir().unwrap();
        let told = |hashed: bool| {
            move |name: &str| {
                let value = match name {
                    "LEPTOS_SITE_ROOT" => "target/site-watch",
                    "LEPTOS_OUTPUT_NAME" => "rapport",
                    "LEPTOS_SITE_PKG_DIR" => "pkg",
                    "LEPTOS_RELOAD_PORT" => "7301",
                    "LEPTOS_HASH_FILES" if hashed => "true",
                    "LEPTOS_HASH_FILE_NAME" if hashed => "hash.txt",
                    _ => return None,
                };
                Some(value.to_owned())
            }
        };
        let plain = Watch::read(told(false), folder.path()).unwrap();
        assert_eq!(plain.site, Path::new("target/site-watch"));
        assert_eq!(plain.port, 7301);
        assert_eq!(plain.files.js, "/pkg/rapport.js");
        assert_eq!(plain.files.wasm, "/pkg/rapport.wasm");
        assert_eq!(plain.files.boot, "/boot.js");
        std::fs::write(
            folder.path().join("hash.txt"),
            "js: AAAAAAAAAAAAAAAAAAAAAA\nwasm: BBBBBBBBBBBBBBBBBBBBBB\ncss: CCCCCCCCCCCCCCCCCCCC-_\n",
        )
        .unwrap();
        let hashed = Watch::read(told(true), folder.path()).unwrap();
        assert_eq!(hashed.files.wasm, "/pkg/rapport.BBBBBBBBBBBBBBBBBBBBBB.wasm");
        assert_eq!(hashed.files.css, "/pkg/rapport.CCCCCCCCCCCCCCCCCCCC-_.css");
        assert_eq!(Watch::read(told(false), folder.path()).unwrap().files.css, "/pkg/rapport.css");
        assert_eq!(Watch::read(|_| None, folder.path()), None);
    }
}
