//! Reading and writing with errors that name the file.
//! Must not know what the files mean.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;

fn because<'a>(what: &'a str, path: &'a Path) -> impl Fn(std::io::Error) -> String + 'a {
    move |error| format!("cannot {what} {}: {error}", path.display())
}

/// The bytes of a file.
///
/// # Errors
/// When it cannot be read; the sentence names it.
pub fn bytes(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(because("read", path))
}

/// The text of a file, which must be UTF-8.
///
/// # Errors
/// As [`bytes`].
pub fn text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(because("read", path))
}

/// Writes a file, and the folders above it where they are missing.
///
/// # Errors
/// When it cannot be written; the sentence names it.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Outcome {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(because("make the folder", folder))?;
    }
    fs::write(path, content).map_err(because("write", path))
}

/// Makes a folder, and those above it where they are missing.
///
/// # Errors
/// When it cannot be made.
pub fn make_folder(path: &Path) -> Outcome {
    fs::create_dir_all(path).map_err(because("make the folder", path))
}

/// Makes `to` the folder that `from` was; an earlier `to` is gone afterwards.
///
/// # Errors
/// When one of the two cannot be moved or removed.
pub fn replace_folder(from: &Path, to: &Path) -> Outcome {
    remove_folder(to)?;
    fs::rename(from, to).map_err(because("rename", from))
}

/// Removes a folder with everything in it; it need not be there.
///
/// # Errors
/// When it stays.
pub fn remove_folder(path: &Path) -> Outcome {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(because("remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Every file below a folder, sorted, without hidden ones and without folders that `skip` names.
///
/// # Errors
/// When a folder cannot be read.
pub fn below(folder: &Path, skip: &[&str]) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).map_err(because("read", &dir))? {
            let entry = entry.map_err(because("read", &dir))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || skip.contains(&name.as_ref()) {
                continue;
            }
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A path below `root`, with `/` on every system.
pub fn relative(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Enough of a hash that two contents never share a name.
pub fn short_hash(hash: &[u8]) -> String {
    hash.iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
