//! What holds the lines of the audit log together: seals, the key they are made with, and anchors. Pure but for the
//! file of the key.
//!
//! seal = HMAC-SHA256(key, number, seal before, digest of what is kept, digest of what is personal). Every text goes
//! in behind its length, so that no two lines are written alike; the first bytes say what is sealed, and in which way.

use domain::time::Instant;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::{
    fmt,
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    str::FromStr,
    sync::Arc,
};
use uuid::Uuid;

/// Bytes of the key, of digests and of seals.
pub(crate) const BYTES: usize = 32;
/// Bytes of what keeps the digest of something personal from being guessed.
pub(crate) const SALT: usize = 16;
/// The seal before the first line.
pub(crate) const NOTHING: [u8; BYTES] = [0; BYTES];
/// The way lines are sealed; another way gets another number.
const EDITION: u8 = 1;

/// A digest or a seal.
pub(crate) type Bytes = [u8; BYTES];

/// What a seal is made for: the same bytes never mean two things.
#[derive(Clone, Copy, Debug)]
enum Purpose {
    Line = 1,
    Anchor = 2,
    Key = 3,
    State = 4,
}

/// The key of the audit log. Kept outside of the database: who has only the database cannot make seals.
#[derive(Clone)]
pub struct AuditKey(Arc<Hmac<Sha256>>);

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKey(..)")
    }
}

impl AuditKey {
    /// A key of 32 bytes; nothing for any other number.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let bytes = <&Bytes>::try_from(bytes).ok()?;
        Hmac::new_from_slice(bytes).ok().map(|mac| Self(Arc::new(mac)))
    }

    /// A new key, for a moment or to be kept.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn random() -> io::Result<(Self, [u8; 32])> {
        let mut bytes = NOTHING;
        getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
        let key = Self::new(&bytes).ok_or(io::ErrorKind::InvalidData)?;
        Ok((key, bytes))
    }

    /// The key in a file, as 64 hexadecimal digits; nothing when there is no file.
    ///
    /// # Errors
    /// What the system says, or [`io::ErrorKind::InvalidData`] for anything else in the file.
    pub fn in_file(file: &Path) -> io::Result<Option<Self>> {
        let mut text = String::new();
        match std::fs::File::open(file) {
            // A key is short; whatever else stands there is not read to its end.
            Ok(open) => open.take(100).read_to_string(&mut text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let bytes = from_hex(text.trim());
        bytes.and_then(|bytes| Self::new(&bytes)).map(Some).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "it holds no key of 64 hexadecimal digits")
        })
    }

    /// The key in a file; a new one is made and kept where there is none.
    ///
    /// # Errors
    /// As [`Self::in_file`] and [`Self::keep`].
    pub fn in_file_or_new(file: &Path) -> io::Result<Self> {
        if let Some(key) = Self::in_file(file)? {
            return Ok(key);
        }
        let (key, bytes) = Self::random()?;
        Self::keep(file, &bytes)?;
        Ok(key)
    }

    /// Keeps `bytes` in a file that only its owner can read; one that is there stays.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::AlreadyExists`] when there is one.
    pub fn keep(file: &Path, bytes: &[u8; 32]) -> io::Result<()> {
        // Whole or not at all: another node may read it at the same time.
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".{}", Uuid::now_v7().simple()));
        let new = Path::new(&name);
        let mut open =
            std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(new)?;
        let kept = writeln!(open, "{}", hex(bytes))
            .and_then(|()| open.sync_all())
            .and_then(|()| std::fs::hard_link(new, file));
        std::fs::remove_file(new)?;
        kept
    }

    fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = Hmac::clone(&self.0);
        mac.update(&[purpose as u8, EDITION]);
        for part in parts {
            mac.update(part);
        }
        mac
    }

    /// The seal of a line.
    pub(crate) fn seal(
        &self,
        number: i64,
        before: &[u8],
        content: &Bytes,
        personal: &[u8],
    ) -> Bytes {
        self.line(number, before, content, personal).finalize().into_bytes().into()
    }

    /// Whether a line carries its seal; takes as long for a wrong one.
    pub(crate) fn is_sealed(
        &self,
        number: i64,
        before: &[u8],
        content: &Bytes,
        personal: &[u8],
        seal: &[u8],
    ) -> bool {
        // A digest of another length would move the bytes that follow it.
        before.len() == BYTES
            && personal.len() == BYTES
            && self.line(number, before, content, personal).verify_slice(seal).is_ok()
    }

    fn line(&self, number: i64, before: &[u8], content: &Bytes, personal: &[u8]) -> Hmac<Sha256> {
        self.mac(Purpose::Line, &[&number.to_be_bytes(), before, content, personal])
    }

    /// Tells keys apart without telling anything about them.
    pub(crate) fn check(&self) -> Bytes {
        self.mac(Purpose::Key, &[]).finalize().into_bytes().into()
    }

    /// Whether a check was made with this key.
    pub(crate) fn fits(&self, check: &[u8]) -> bool {
        self.mac(Purpose::Key, &[]).verify_slice(check).is_ok()
    }

    /// The seal of a text of ours that stands in the database.
    pub(crate) fn sign(&self, text: &str) -> String {
        hex(&self.mac(Purpose::State, &[text.as_bytes()]).finalize().into_bytes())
    }

    /// Whether a text carries its seal.
    pub(crate) fn signed(&self, text: &str, seal: &str) -> bool {
        let seal = from_hex(seal).unwrap_or_default();
        self.mac(Purpose::State, &[text.as_bytes()]).verify_slice(&seal).is_ok()
    }

    /// Says that the log ended with this line at that time.
    pub(crate) fn anchor(&self, number: i64, seal: Bytes, at: Instant) -> Anchor {
        let mac = self.anchored(number, &seal, at).finalize().into_bytes().into();
        Anchor { number, seal, at, mac }
    }

    /// Whether an anchor was made with this key.
    pub(crate) fn made(&self, anchor: &Anchor) -> bool {
        self.anchored(anchor.number, &anchor.seal, anchor.at).verify_slice(&anchor.mac).is_ok()
    }

    fn anchored(&self, number: i64, seal: &Bytes, at: Instant) -> Hmac<Sha256> {
        self.mac(Purpose::Anchor, &[&number.to_be_bytes(), seal, &at.0.to_be_bytes()])
    }
}

/// One line of text that says where the log ended at a time. Kept where the database's owner cannot reach, it shows
/// when the end was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The last line; 0 when there was none.
    pub number: i64,
    pub(crate) seal: Bytes,
    /// When.
    pub at: Instant,
    mac: Bytes,
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, seal, at, mac } = self;
        write!(f, "rapport-audit-1 {number} {} {} {}", hex(seal), at.0, hex(mac))
    }
}

impl FromStr for Anchor {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let mut parts = line.split_whitespace();
        if parts.next() != Some("rapport-audit-1") {
            return Err(());
        }
        let mut next = || parts.next().ok_or(());
        let number = next()?.parse().map_err(|_| ())?;
        let seal = from_hex(next()?).and_then(|bytes| bytes.try_into().ok()).ok_or(())?;
        let at = Instant(next()?.parse().map_err(|_| ())?);
        let mac = from_hex(next()?).and_then(|bytes| bytes.try_into().ok()).ok_or(())?;
        if parts.next().is_some() { Err(()) } else { Ok(Self { number, seal, at, mac }) }
    }
}

/// What a line keeps for ever.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept<'a> {
    pub at: i64,
    pub user: Uuid,
    pub on_behalf_of: Option<Uuid>,
    pub origin: &'a str,
    pub object: &'a str,
    pub object_id: Uuid,
    pub event: &'a str,
    pub version: i64,
    pub erases: &'a str,
}

impl Kept<'_> {
    pub(crate) fn digest(&self) -> Bytes {
        let mut digest = Sha256::new();
        digest.update(self.at.to_be_bytes());
        digest.update(self.user.as_bytes());
        match self.on_behalf_of {
            Some(user) => {
                digest.update([1]);
                digest.update(user.as_bytes());
            }
            None => digest.update([0]),
        }
        digest.update(self.object_id.as_bytes());
        digest.update(self.version.to_be_bytes());
        for text in [self.origin, self.object, self.event, self.erases] {
            put(&mut digest, text.as_bytes());
        }
        digest.finalize().into()
    }
}

/// What a line says about people; it can be erased.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Personal<'a> {
    pub salt: &'a [u8],
    pub fields: &'a str,
    pub address: &'a str,
    pub agent: &'a str,
}

impl Personal<'_> {
    pub(crate) fn digest(&self) -> Bytes {
        let mut digest = Sha256::new();
        put(&mut digest, self.salt);
        for text in [self.fields, self.address, self.agent] {
            put(&mut digest, text.as_bytes());
        }
        digest.finalize().into()
    }

    /// Whether nothing is left of it.
    pub(crate) fn is_empty(&self) -> bool {
        self.salt.is_empty()
            && self.fields == "[]"
            && self.address.is_empty()
            && self.agent.is_empty()
    }
}

/// A piece behind its length.
fn put(digest: &mut Sha256, piece: &[u8]) {
    digest.update(u64::try_from(piece.len()).unwrap_or(u64::MAX).to_be_bytes());
    digest.update(piece);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let digit =
        |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(high)? * 16 + digit(low)?),
            _ => None,
        })
        .collect()
}

/// Numbers of lines as a line names them, ascending: `3,7-9`.
pub(crate) fn ranges(numbers: &[i64]) -> String {
    let mut text = String::new();
    let mut rest = numbers.iter().copied().peekable();
    while let Some(first) = rest.next() {
        let mut last = first;
        while let Some(next) = rest.next_if(|next| *next == last + 1) {
            last = next;
        }
        let comma = if text.is_empty() { "" } else { "," };
        text.push_str(&match last {
            _ if last == first => format!("{comma}{first}"),
            _ => format!("{comma}{first}-{last}"),
        });
    }
    text
}

/// Whether a text of [`ranges`] names a number.
pub(crate) fn names(ranges: &str, number: i64) -> bool {
    ranges.split(',').any(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        match (first.parse::<i64>(), last.parse::<i64>()) {
            (Ok(first), Ok(last)) => (first..=last).contains(&number),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> AuditKey {
        AuditKey::new(&[byte; 32]).unwrap()
    }

    #[test]
    fn lines_are_named_in_ranges() {
        assert_eq!(ranges(&[3, 7, 8, 9, 11, 12]), "3,7-9,11-12");
        assert_eq!(ranges(&[]), "");
        for number in [3, 7, 8, 9, 11, 12] {
            assert!(names("3,7-9,11-12", number), "{number}");
        }
        for number in [0, 2, 4, 6, 10, 13, 39] {
            assert!(!names("3,7-9,11-12", number), "{number}");
        }
        assert!(!names("", 0) && !names("-", 0) && !names("1-", 1));
    }

    #[test]
    fn an_anchor_is_read_back_and_no_other_key_made_it() {
        let anchor = key(1).anchor(7, [9; 32], Instant(12));
        let text = anchor.to_string();
        assert_eq!(text.parse(), Ok(anchor.clone()));
        assert!(key(1).made(&anchor) && !key(2).made(&anchor));
        assert!(!key(1).made(&Anchor { number: 8, ..anchor.clone() }));
        assert!(!key(1).made(&Anchor { at: Instant(13), ..anchor }));
        for wrong in ["", "rapport-audit-1", &format!("{text} x"), &text.replace("09", "0x")] {
            assert_eq!(wrong.parse::<Anchor>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn moving_a_letter_to_the_next_text_is_another_line() {
        let kept = |origin, object| Kept {
            at: 1,
            user: Uuid::nil(),
            on_behalf_of: None,
            origin,
            object,
            object_id: Uuid::nil(),
            event: "changed",
            version: 1,
            erases: "",
        };
        assert_ne!(kept("ab", "c").digest(), kept("a", "bc").digest());
        assert_ne!(
            kept("a", "b").digest(),
            Kept { on_behalf_of: Some(Uuid::nil()), ..kept("a", "b") }.digest()
        );
        let personal = |address, agent| Personal { salt: &[1; 16], fields: "[]", address, agent };
        assert_ne!(personal("ab", "").digest(), personal("a", "b").digest());
        assert_ne!(
            personal("a", "").digest(),
            Personal { salt: &[2; 16], ..personal("a", "") }.digest()
        );
    }

    #[test]
    fn a_key_is_kept_for_its_owner_alone_and_never_written_over() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("audit.key");
        assert!(AuditKey::in_file(&file).unwrap().is_none());
        let (key, bytes) = AuditKey::random().unwrap();
        AuditKey::keep(&file, &bytes).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(AuditKey::in_file(&file).unwrap().unwrap().check(), key.check());
        let again = AuditKey::keep(&file, &[1; 32]).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(AuditKey::in_file(&file).unwrap().unwrap().check(), key.check());
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left beside it"
        );
        std::fs::write(&file, "short").unwrap();
        assert_eq!(AuditKey::in_file(&file).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(!format!("{key:?}").contains(&hex(&bytes)));
    }
}
