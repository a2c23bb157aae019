//! Which of the formats a file is, by what stands in it; the name is only asked where that is open.

use crate::{encoding, table::ReadError};
use domain::{failure::FileRefusal, import::MAX_BYTES};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{Read, Seek},
    path::Path,
};

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text with a character between the cells.
    Csv,
    /// Office Open XML workbook.
    Xlsx,
    /// vCard 2.1, 3.0 or 4.0, any number in one file.
    Vcard,
}

/// First bytes of files people upload by mistake.
const FOREIGN: &[&[u8]] = &[
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    // Word, Excel 97 and encrypted workbooks.
    b"\xd0\xcf\x11\xe0",
    b"SQLite format 3",
    b"\x7fELF",
    b"MZ\x90",
];

/// The format of a file and its length in bytes, checked against [`MAX_BYTES`]; text is read in
/// `encoding` where a person says which.
///
/// # Errors
/// [`FileRefusal::TooLarge`], [`FileRefusal::Empty`], [`FileRefusal::Unreadable`] for anything that
/// is none of the formats, or the disk's error.
pub fn detect(path: &Path, encoding: Option<&str>) -> Result<Format, ReadError> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > MAX_BYTES {
        return Err(FileRefusal::TooLarge { max: MAX_BYTES }.into());
    }
    if length == 0 {
        return Err(FileRefusal::Empty.into());
    }
    let mut start = Vec::with_capacity(4096);
    file.by_ref().take(4096).read_to_end(&mut start)?;
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Ok(Format::Xlsx);
    }
    if FOREIGN.iter().any(|magic| start.starts_with(magic)) {
        return Err(FileRefusal::Unreadable.into());
    }
    file.rewind()?;
    let encoding = match encoding {
        Some(name) => Some(encoding::by_name(name).ok_or(FileRefusal::Unreadable)?),
        None => None,
    };
    let text = encoding::start_of_text(&mut file, encoding)?;
    let begin = text.trim_start().get(..11).unwrap_or_default();
    if begin.eq_ignore_ascii_case("BEGIN:VCARD") { Ok(Format::Vcard) } else { Ok(Format::Csv) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(bytes: &[u8]) -> Result<Format, ReadError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        detect(file.path(), None)
    }

    #[test]
    fn the_content_tells_the_format() {
        assert!(matches!(detected(b"a,b\n1,2\n"), Ok(Format::Csv)));
        assert!(matches!(detected(b"\xef\xbb\xbfbegin:vcard\nVERSION:4.0"), Ok(Format::Vcard)));
        assert!(matches!(detected(b"PK\x03\x04........"), Ok(Format::Xlsx)));
        let utf16: Vec<u8> =
            "\u{feff}BEGIN:VCARD\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(matches!(detected(&utf16), Ok(Format::Vcard)));
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let noise: Vec<u8> = (0..4000_u32).map(|n| (n * 31 % 32) as u8).collect();
        for bytes in [b"%PDF-1.7".as_slice(), b"\xd0\xcf\x11\xe0\xa1\xb1", &noise, &[0; 5000]] {
            assert!(
                matches!(detected(bytes), Err(ReadError::Refused(FileRefusal::Unreadable))),
                "{:?}",
                &bytes[..6]
            );
        }
        assert!(matches!(detected(b""), Err(ReadError::Refused(FileRefusal::Empty))));
    }
}
