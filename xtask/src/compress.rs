//! Brotli and gzip, made once when the site is built so that the server only picks a file.
//! Must not know which files there are.

use std::io::Write;

use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use crate::Outcome;

/// How much work compression may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Brotli 5: for the own machine.
    Quick,
    /// Brotli 11: for what travels.
    Full,
}

impl Effort {
    fn quality(self) -> i32 {
        match self {
            Self::Quick => 5,
            Self::Full => 11,
        }
    }
}

/// The content as brotli.
///
/// # Errors
/// Never in memory, but the library says it could.
pub fn brotli(content: &[u8], effort: Effort) -> Outcome<Vec<u8>> {
    let mut packed = Vec::with_capacity(content.len() / 3);
    // 24 is the largest window that browsers accept.
    let parameters = BrotliEncoderParams {
        quality: effort.quality(),
        lgwin: 24,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut packed, &parameters)
        .map_err(|error| format!("brotli failed: {error}"))?;
    Ok(packed)
}

/// The content as gzip, for what does not know brotli.
///
/// # Errors
/// Never in memory, but the library says it could.
pub fn gzip(content: &[u8], effort: Effort) -> Outcome<Vec<u8>> {
    let level = if effort == Effort::Full { Compression::best() } else { Compression::fast() };
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder
        .write_all(content)
        .and_then(|()| encoder.finish())
        .map_err(|error| format!("gzip failed: {error}"))
}

/// Whether a file of this name shrinks; pictures are packed already.
pub fn worth_it(name: &str) -> bool {
    const TEXT: [&str; 9] =
        ["css", "html", "js", "json", "map", "svg", "txt", "wasm", "webmanifest"];
    name.rsplit_once('.').is_some_and(|(_, extension)| TEXT.contains(&extension))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn both_unpack_to_what_went_in() {
        let text = "客户 customers ".repeat(500);
        for effort in [Effort::Quick, Effort::Full] {
            let packed = brotli(text.as_bytes(), effort).unwrap();
            assert!(packed.len() < text.len() / 20);
            let mut back = Vec::new();
            brotli::BrotliDecompress(&mut packed.as_slice(), &mut back).unwrap();
            assert_eq!(back, text.as_bytes());

            let packed = gzip(text.as_bytes(), effort).unwrap();
            let mut back = String::new();
            flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut back).unwrap();
            assert_eq!(back, text);
        }
    }

    #[test]
    fn pictures_are_left_alone() {
        assert!(worth_it("boot.js") && worth_it("a.b.svg"));
        assert!(!worth_it("icon.png") && !worth_it("LICENSE"));
    }
}
