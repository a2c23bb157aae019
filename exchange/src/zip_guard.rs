//! Looks through a workbook before it is parsed, because the parser bounds nothing: how many parts
//! it has, what they unpack to in truth, and whether what they announce can be.

use crate::table::ReadError;
use domain::failure::FileRefusal;
use std::io::{Read, Seek, SeekFrom};
use zip::ZipArchive;

/// Most parts of a workbook.
pub const MAX_ENTRIES: u64 = 2_000;
/// Most bytes a workbook may unpack to.
pub const MAX_UNPACKED: u64 = 200 * 1024 * 1024;
/// Most bytes unpacked from one byte of the file.
pub const MAX_RATIO: u64 = 100;
/// Up to here the ratio does not matter.
const SMALL: u64 = 1024 * 1024;
/// Bytes at the start of a part that are looked at.
const PEEK: usize = 4096;

/// Passes a workbook that is safe to parse; the reader is left anywhere.
///
/// # Errors
/// [`FileRefusal::Bomb`] or [`FileRefusal::Unreadable`], or the disk's error.
pub fn check(file: &mut (impl Read + Seek)) -> Result<(), ReadError> {
    let length = file.seek(SeekFrom::End(0))?;
    if listed_entries(file, length)? > MAX_ENTRIES {
        return Err(FileRefusal::Bomb.into());
    }
    let mut archive = ZipArchive::new(&mut *file).map_err(|_| FileRefusal::Unreadable)?;
    if u64::try_from(archive.len()).unwrap_or(u64::MAX) > MAX_ENTRIES
        || archive.has_overlapping_entries().map_err(|_| FileRefusal::Unreadable)?
    {
        return Err(FileRefusal::Bomb.into());
    }
    let mut announced = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|_| FileRefusal::Unreadable)?;
        announced = announced.saturating_add(part.size());
    }
    refuse_past_limits(announced, length)?;

    // What a part announces may be a lie, so every part is unpacked once and thrown away.
    let mut unpacked = 0_u64;
    let mut buffer = vec![0; 64 * 1024];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|_| FileRefusal::Unreadable)?;
        let name = part.name().map_err(|_| FileRefusal::Unreadable)?.to_ascii_lowercase();
        let (size, mut read) = (part.size(), 0_u64);
        let mut start = Vec::new();
        loop {
            let count = part.read(&mut buffer).map_err(|_| FileRefusal::Unreadable)?;
            if count == 0 {
                break;
            }
            read += u64::try_from(count).unwrap_or(u64::MAX);
            if read > size {
                return Err(FileRefusal::Bomb.into());
            }
            refuse_past_limits(unpacked.saturating_add(read), length)?;
            if start.len() < PEEK {
                start.extend_from_slice(&buffer[..count.min(PEEK - start.len())]);
            }
        }
        unpacked = unpacked.saturating_add(read);
        if name.ends_with("sharedstrings.xml") && announced_strings(&start) > size {
            // The parser sets memory aside for the announced number.
            return Err(FileRefusal::Bomb.into());
        }
    }
    Ok(())
}

fn refuse_past_limits(unpacked: u64, length: u64) -> Result<(), FileRefusal> {
    let heavy = unpacked > MAX_UNPACKED;
    if heavy || (unpacked > SMALL && unpacked / MAX_RATIO > length) {
        Err(FileRefusal::Bomb)
    } else {
        Ok(())
    }
}

/// The number of parts that the end of the file announces (APPNOTE 4.3.16).
fn listed_entries(file: &mut (impl Read + Seek), length: u64) -> Result<u64, ReadError> {
    let tail = length.min(22 + 65_535);
    file.seek(SeekFrom::Start(length - tail))?;
    let mut end = Vec::new();
    file.take(tail).read_to_end(&mut end)?;
    let Some(at) = end.windows(4).rposition(|window| window == b"PK\x05\x06") else {
        return Err(FileRefusal::Unreadable.into());
    };
    match end.get(at + 10..at + 12) {
        Some([low, high]) => Ok(u64::from(u16::from_le_bytes([*low, *high]))),
        _ => Err(FileRefusal::Unreadable.into()),
    }
}

/// The number of different texts that the table of texts announces.
fn announced_strings(start: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(start);
    let Some((_, rest)) = text.split_once("uniqueCount") else { return 0 };
    let digits: String = rest
        .trim_start_matches(|c: char| c.is_whitespace() || "='\"".contains(c))
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}
