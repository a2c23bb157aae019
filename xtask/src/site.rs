//! Makes the folder that the server hands out: glue script, wasm, style sheet and public files, named by their content
//! and packed. Must not know the screens; the server learns the names from manifest.json.

use std::path::{Path, PathBuf};
use std::time::{Instant, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use crate::arguments::{Arguments, root, target};
use crate::compress::{self, Effort};
use crate::{Outcome, browser, files, say, style};

/// Public files that pages name through the manifest. They stay under their plain name too.
const NAMED: [(&str, &str); 3] =
    [("icons", "icons.svg"), ("boot", "boot.js"), ("passkey", "passkey.js")];

/// What one site is made of and where it goes.
struct Site {
    wasm: PathBuf,
    style: PathBuf,
    public: PathBuf,
    out: PathBuf,
    effort: Effort,
}

/// `xtask site`: builds the site from wasm that cargo has already built.
///
/// # Errors
/// When the wasm is missing or a file cannot be read or written.
pub fn command(mut arguments: Arguments) -> Outcome {
    let profile = arguments.flag("--profile")?.unwrap_or_else(|| "wasm-release".to_owned());
    let out = arguments.path("--out", target().join("site"))?;
    arguments.finish()?;
    let site = Site {
        wasm: target().join("wasm32-unknown-unknown").join(&profile).join("frontend.wasm"),
        style: root().join("style"),
        public: root().join("public"),
        out,
        effort: if matches!(profile.as_str(), "wasm-quick" | "debug") {
            Effort::Quick
        } else {
            Effort::Full
        },
    };
    if !site.wasm.is_file() {
        return Err(format!(
            "{} is missing. Build it: cargo build -p frontend --lib --target wasm32-unknown-unknown --profile {profile}",
            site.wasm.display()
        ));
    }
    site.build()
}

impl Site {
    fn build(&self) -> Outcome {
        let began = Instant::now();
        let inputs = self.fingerprint()?;
        let stamp = self.out.with_extension("stamp");
        let manifest = self.out.join("manifest.json");
        if manifest.is_file() && files::text(&stamp).is_ok_and(|before| before == inputs) {
            return say(&format!("{}: unchanged", self.out.display()));
        }
        let work = self.out.with_extension("new");
        files::remove_folder(&work)?;
        let names = self.fill(&work)?;
        files::write(&work.join("manifest.json"), names)?;
        pack(&work, self.effort)?;
        files::replace_folder(&work, &self.out)?;
        files::write(&stamp, inputs)?;
        say(&format!("{}: made in {:.1} s", self.out.display(), began.elapsed().as_secs_f32()))
    }

    /// Puts every file into `work` and answers the manifest.
    fn fill(&self, work: &Path) -> Outcome<String> {
        let parts = browser::parts(&self.wasm, work)?;
        let css = style::joined(&self.style)?;
        let css_name = format!("/pkg/rapport.{}.css", files::short_hash(&Sha256::digest(&css)));
        files::write(&work.join(css_name.trim_start_matches('/')), css)?;
        let mut manifest = serde_json::Map::new();
        manifest.insert("js".to_owned(), parts.js.into());
        manifest.insert("wasm".to_owned(), parts.wasm.into());
        manifest.insert("loader".to_owned(), parts.loader.into());
        let later: serde_json::Map<_, _> =
            parts.later.into_iter().map(|(part, files)| (part, files.into())).collect();
        manifest.insert("later".to_owned(), later.into());
        manifest.insert("css".to_owned(), css_name.into());
        for path in files::below(&self.public, &[])? {
            files::write(&work.join(files::relative(&path, &self.public)), files::bytes(&path)?)?;
        }
        for (key, file) in NAMED {
            let plain = self.public.join(file);
            if plain.is_file() {
                let content = files::bytes(&plain)?;
                let (stem, ending) = file.split_once('.').unwrap_or((file, ""));
                let name =
                    format!("{stem}.{}.{ending}", files::short_hash(&Sha256::digest(&content)));
                files::write(&work.join(&name), content)?;
                manifest.insert(key.to_owned(), format!("/{name}").into());
            }
        }
        serde_json::to_string_pretty(&manifest)
            .map_err(|error| format!("cannot write the manifest: {error}"))
    }

    /// Everything the site depends on, as one hash.
    fn fingerprint(&self) -> Outcome<String> {
        let mut hash = Sha256::new();
        hash.update(format!("{:?}", self.effort));
        hash.update(own_age());
        let mut inputs = vec![self.wasm.clone()];
        inputs.extend(files::below(&self.style, &[])?);
        inputs.extend(files::below(&self.public, &[])?);
        for path in inputs {
            let content = files::bytes(&path)?;
            hash.update(format!("{}\0{}\0", path.display(), content.len()));
            hash.update(content);
        }
        Ok(files::short_hash(&hash.finalize()))
    }
}

/// This program's own size and age: a changed rule builds the site anew.
fn own_age() -> String {
    std::env::current_exe()
        .and_then(std::fs::metadata)
        .map(|about| {
            let age = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            format!("{} {age:?}", about.len())
        })
        .unwrap_or_default()
}

/// Writes .br and .gz beside each file that becomes smaller by it.
fn pack(folder: &Path, effort: Effort) -> Outcome {
    for path in files::below(folder, &[])? {
        let name = path.to_string_lossy();
        if !compress::worth_it(&name) {
            continue;
        }
        let content = files::bytes(&path)?;
        for (ending, packed) in
            [("br", compress::brotli(&content, effort)?), ("gz", compress::gzip(&content, effort)?)]
        {
            if packed.len() < content.len() {
                files::write(Path::new(&format!("{name}.{ending}")), packed)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shrinks_is_packed_beside_the_file() {
        let folder = std::env::temp_dir().join(format!("xtask-pack-{}", std::process::id()));
        files::write(&folder.join("a.css"), "a{b:c}".repeat(100)).unwrap();
        files::write(&folder.join("tiny.js"), "1").unwrap();
        files::write(&folder.join("picture.png"), vec![0; 1000]).unwrap();
        pack(&folder, Effort::Quick).unwrap();
        let there = |name: &str| folder.join(name).is_file();
        assert!(there("a.css.br") && there("a.css.gz"));
        assert!(!there("tiny.js.br") && !there("picture.png.br"));
        files::remove_folder(&folder).unwrap();
    }
}
