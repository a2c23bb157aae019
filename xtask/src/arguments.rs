//! The words after `xtask`: a command, `--flag value` pairs and plain words.
//! Must not know what any command does with them.

use std::path::{Path, PathBuf};

use crate::Outcome;

/// What the person typed.
pub struct Arguments {
    /// The first word.
    pub command: String,
    /// Everything after it that has not been taken yet.
    pub rest: Vec<String>,
}

impl Arguments {
    /// Takes the words this process was started with.
    pub fn from_process() -> Self {
        Self::from_words(std::env::args().skip(1))
    }

    fn from_words(mut words: impl Iterator<Item = String>) -> Self {
        let command = words.next().unwrap_or_default();
        Self { command, rest: words.collect() }
    }

    /// Takes `--name value` or `--name=value` out, if it was given.
    ///
    /// # Errors
    /// When the flag stands last, without a value.
    pub fn flag(&mut self, name: &str) -> Outcome<Option<String>> {
        let Some(at) = self.rest.iter().position(|word| {
            word == name || word.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
        }) else {
            return Ok(None);
        };
        let word = self.rest.remove(at);
        if let Some((_, value)) = word.split_once('=') {
            return Ok(Some(value.to_owned()));
        }
        if at < self.rest.len() {
            Ok(Some(self.rest.remove(at)))
        } else {
            Err(format!("{name} needs a value."))
        }
    }

    /// A path given by flag, or the standard place below the root of the project.
    ///
    /// # Errors
    /// As [`Self::flag`].
    pub fn path(&mut self, name: &str, standard: impl AsRef<Path>) -> Outcome<PathBuf> {
        Ok(self.flag(name)?.map_or_else(|| root().join(standard), PathBuf::from))
    }

    /// Refuses what nobody asked for: a mistyped flag must not pass unseen.
    ///
    /// # Errors
    /// Names the first word that is left.
    pub fn finish(self) -> Outcome {
        match self.rest.first() {
            None => Ok(()),
            Some(word) => {
                Err(format!("xtask {} does not know '{word}'. See: xtask help", self.command))
            }
        }
    }
}

/// The top folder of the project.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |dir| root().join(dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Arguments {
        Arguments::from_words(text.split(' ').map(str::to_owned))
    }

    #[test]
    fn flags_are_taken_in_both_spellings_and_the_rest_stays() {
        let mut given = words("site --profile quick word --out=x/y");
        assert_eq!(given.command, "site");
        assert_eq!(given.flag("--profile"), Ok(Some("quick".to_owned())));
        assert_eq!(given.flag("--out"), Ok(Some("x/y".to_owned())));
        assert_eq!(given.flag("--out"), Ok(None));
        assert_eq!(given.rest, ["word"]);
        assert!(given.finish().is_err_and(|sentence| sentence.contains("'word'")));
    }

    #[test]
    fn a_flag_without_value_is_named() {
        assert_eq!(words("site --out").flag("--out"), Err("--out needs a value.".to_owned()));
        assert_eq!(words("site --output x").flag("--out"), Ok(None));
    }
}
