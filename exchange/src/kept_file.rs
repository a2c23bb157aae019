//! The copy that a run keeps of its file, and what the file is known by.

use sha2::{Digest, Sha256};
use std::{io::Read, path::Path};

/// Copies a file to where a server that takes the run on looks for it; nobody else may read it.
pub(crate) fn keep_copy(file: &Path, copy: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(copy)?;
    std::io::copy(&mut std::fs::File::open(file)?, &mut out)?;
    out.sync_all()
}

/// Bytes and SHA-256 of a file.
///
/// # Errors
/// The disk's error.
pub fn fingerprint(file: &Path) -> std::io::Result<(i64, String)> {
    let mut file = std::fs::File::open(file)?;
    let mut hash = Sha256::new();
    let mut size = 0_i64;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            let hash: String = hash
                .finalize()
                .iter()
                .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            return Ok((size, hash));
        }
        size += i64::try_from(read).unwrap_or(i64::MAX);
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}
