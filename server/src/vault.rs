//! Seals what the database keeps for this program alone: the keys of code generators, and the secret for the system
//! that signs people in. Whoever has a copy of the
//! database but not the file `secrets.key` beside it can make no codes.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use domain::id::UserId;
use std::{
    fs,
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::OnceLock,
};
use zeroize::Zeroizing;

/// Name of the key file in the data folder.
pub const KEY_FILE: &str = "secrets.key";

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// How sealed bytes begin, should they ever be sealed in another way.
const EDITION: u8 = 1;

type Key = Zeroizing<[u8; KEY_BYTES]>;

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file is not there, or cannot be read or made.
    #[error("the file {KEY_FILE} in the data folder: {0}")]
    Key(#[from] io::Error),
    /// It was sealed with another key, for somebody else, or changed since.
    #[error("sealed with another key than the one in {KEY_FILE}, or damaged")]
    Sealed,
}

/// What something is sealed for; for nothing else does it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The code generator of a user.
    User(UserId),
    /// What Rapport proves itself with at the system that signs people in.
    Provider,
    /// What a browser keeps while its person is away at that system.
    Trip,
    /// When the page of a survey was opened.
    Survey,
}

impl From<UserId> for Whose {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl Whose {
    /// No two are the same: ids have 16 bytes.
    fn bytes(&self) -> &[u8] {
        match self {
            Self::User(user) => user.0.as_bytes(),
            Self::Provider => b"provider",
            Self::Trip => b"trip",
            Self::Survey => b"survey",
        }
    }
}

/// The key in a data folder, read when it is first needed.
#[derive(Debug)]
pub struct Vault {
    file: PathBuf,
    key: OnceLock<Key>,
}

impl Vault {
    /// The vault of a data folder.
    pub fn of(folder: &Path) -> Self {
        Self { file: folder.join(KEY_FILE), key: OnceLock::new() }
    }

    /// Seals `open` for `whose`; makes the key file when there is none.
    pub fn seal(&self, whose: impl Into<Whose>, open: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = match self.key() {
            Err(VaultError::Key(error)) if error.kind() == io::ErrorKind::NotFound => {
                make_key(&self.file)?;
                self.key()?
            }
            key => key?,
        };
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|error| io::Error::other(error.to_string()))?;
        let whose = whose.into();
        let payload = Payload { msg: open, aad: whose.bytes() };
        let sealed =
            cipher(key).encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Sealed)?;
        Ok([&[EDITION][..], &nonce, &sealed].concat())
    }

    /// Opens what was sealed for `whose`.
    pub fn open(
        &self,
        whose: impl Into<Whose>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (edition, rest) = sealed.split_first().ok_or(VaultError::Sealed)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::Sealed)?;
        if *edition != EDITION {
            return Err(VaultError::Sealed);
        }
        let whose = whose.into();
        let payload = Payload { msg: sealed, aad: whose.bytes() };
        cipher(self.key()?)
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| VaultError::Sealed)
    }

    fn key(&self) -> Result<&Key, VaultError> {
        match self.key.get() {
            Some(key) => Ok(key),
            None => {
                let key = read_key(&self.file)?;
                Ok(self.key.get_or_init(|| key))
            }
        }
    }
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&**key).into())
}

fn read_key(file: &Path) -> io::Result<Key> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    let mut file = fs::File::open(file)?;
    file.read_exact(&mut key[..])?;
    if file.read(&mut [0])? != 0 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it does not hold 32 bytes"));
    }
    Ok(key)
}

/// Makes the key file for this user alone. It appears whole or not at all; one that another process made first stays.
fn make_key(file: &Path) -> io::Result<()> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(&mut key[..]).map_err(|error| io::Error::other(error.to_string()))?;
    let unfinished = file.with_extension(format!("{}.new", uuid::Uuid::new_v4().simple()));
    let mut new =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let written = new
        .write_all(&key[..])
        .and_then(|()| new.sync_all())
        .and_then(|()| fs::hard_link(&unfinished, file));
    fs::remove_file(&unfinished)?;
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Ok(()) => match file.parent() {
            Some(folder) => fs::File::open(folder)?.sync_all(),
            None => Ok(()),
        },
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn user(number: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn what_is_sealed_opens_for_its_user_with_its_key_and_not_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::of(folder.path());
        let sealed = vault.seal(user(1), b"twenty bytes of key!").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"twenty"));
        assert_ne!(sealed, vault.seal(user(1), b"twenty bytes of key!").unwrap());
        let again = Vault::of(folder.path());
        assert_eq!(&**again.open(user(1), &sealed).unwrap(), b"twenty bytes of key!");
        assert!(matches!(again.open(user(2), &sealed), Err(VaultError::Sealed)));
        for place in [0, 1, 30, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(matches!(again.open(user(1), &changed), Err(VaultError::Sealed)), "{place}");
        }
        for length in [0, 1, 24, 25] {
            assert!(matches!(again.open(user(1), &sealed[..length]), Err(VaultError::Sealed)));
        }
        let secret = vault.seal(Whose::Provider, b"s").unwrap();
        assert_eq!(&**again.open(Whose::Provider, &secret).unwrap(), b"s");
        assert!(matches!(again.open(Whose::Trip, &secret), Err(VaultError::Sealed)));
        let other = tempfile::tempdir().unwrap();
        let other = Vault::of(other.path());
        assert!(matches!(other.open(user(1), &sealed), Err(VaultError::Key(_))), "no key is made");
        other.seal(user(1), b"x").unwrap();
        assert!(matches!(other.open(user(1), &sealed), Err(VaultError::Sealed)));
    }

    #[test]
    fn the_key_is_for_this_user_alone_and_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let all: Vec<_> = (0..8)
            .map(|_| {
                let folder = folder.path().to_owned();
                std::thread::spawn(move || Vault::of(&folder).seal(user(1), b"x").unwrap())
            })
            .collect();
        let vault = Vault::of(folder.path());
        for sealed in all {
            assert_eq!(&**vault.open(user(1), &sealed.join().unwrap()).unwrap(), b"x");
        }
        let file = folder.path().join(KEY_FILE);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::write(&file, b"short").unwrap();
        let damaged = Vault::of(folder.path());
        assert!(
            matches!(damaged.seal(user(1), b"x"), Err(VaultError::Key(_))),
            "it is not replaced"
        );
    }
}
