//! The encoding of a text file: found out from its bytes, or as a person says; read as UTF-8.
//! What does not fit the encoding becomes U+FFFD, so that a wrong choice is seen at once.

use crate::table::ReadError;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use domain::failure::FileRefusal;
use encoding_rs::{
    BIG5, CoderResult, Decoder, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, UTF_8, UTF_16BE,
    UTF_16LE,
};
use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// What the wizard offers when the guess was wrong.
pub const CHOICES: &[&str] = &[
    "UTF-8",
    "GB18030",
    "Big5",
    "UTF-16LE",
    "UTF-16BE",
    "Shift_JIS",
    "EUC-JP",
    "EUC-KR",
    "windows-1252",
    "windows-1250",
    "windows-1251",
];

/// Most bytes with something beyond ASCII in them that are looked at.
const ENOUGH: usize = 1024 * 1024;

/// The encoding a name stands for; `GB2312` and `GBK` mean their superset GB18030.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.trim().as_bytes()).map(widened)
}

fn widened(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

/// The encoding of a file, from its bytes; reads to its end and goes back to its start.
///
/// # Errors
/// [`FileRefusal::Unreadable`] when it is no text, or the disk's error.
pub fn detect(file: &mut (impl Read + Seek)) -> Result<&'static Encoding, ReadError> {
    file.seek(SeekFrom::Start(0))?;
    let mut chunk = vec![0; 64 * 1024];
    let filled = fill(file, &mut chunk)?;
    let found = of_start(&chunk[..filled])?;
    if let Some(encoding) = found {
        file.seek(SeekFrom::Start(0))?;
        return Ok(encoding);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut utf8 = UTF_8.new_decoder_without_bom_handling();
    let mut scratch = vec![0; 3 * chunk.len() + 16];
    let (mut still_utf8, mut looked_at, mut length) = (true, 0, filled);
    while length > 0 {
        let bytes = &chunk[..length];
        if still_utf8 {
            let (result, _, _) =
                utf8.decode_to_utf8_without_replacement(bytes, &mut scratch, false);
            still_utf8 = matches!(result, encoding_rs::DecoderResult::InputEmpty);
        }
        if !bytes.is_ascii() && looked_at < ENOUGH {
            detector.feed(bytes, false);
            looked_at += bytes.len();
        }
        if !still_utf8 && looked_at >= ENOUGH {
            break;
        }
        length = fill(file, &mut chunk)?;
    }
    if still_utf8 {
        let (result, _, _) = utf8.decode_to_utf8_without_replacement(&[], &mut scratch, true);
        still_utf8 = matches!(result, encoding_rs::DecoderResult::InputEmpty);
    }
    file.seek(SeekFrom::Start(0))?;
    if still_utf8 {
        return Ok(UTF_8);
    }
    // The hint settles what the bytes leave open; a file that speaks for another encoding wins.
    let guess = widened(detector.guess(None, Utf8Detection::Deny));
    let eastern = [GB18030, BIG5, EUC_JP, EUC_KR, SHIFT_JIS].contains(&guess);
    let hinted = widened(detector.guess(Some(b"cn"), Utf8Detection::Deny));
    Ok(if eastern || hinted != GB18030 { guess } else { hinted })
}

/// What byte-order marks and the place of zero bytes tell; `None` where the rest must be read.
fn of_start(bytes: &[u8]) -> Result<Option<&'static Encoding>, FileRefusal> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok(Some(encoding));
    }
    if bytes.starts_with(b"\x84\x31\x95\x33") {
        return Ok(Some(GB18030));
    }
    let zeros = |start: usize| bytes.iter().skip(start).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // The line ends, separators and digits of a UTF-16 file have their zero on the same side.
    if (even + odd) * 50 >= bytes.len().max(50) && bytes.len() >= 4 {
        // 最 (U+6700) or 一 (U+4E00) put one on the other side, too.
        if odd >= even * 10 && is_utf16(bytes, u16::from_le_bytes) {
            return Ok(Some(UTF_16LE));
        }
        if even >= odd * 10 && is_utf16(bytes, u16::from_be_bytes) {
            return Ok(Some(UTF_16BE));
        }
    }
    let odd_controls =
        bytes.iter().filter(|b| **b < 0x20 && !b"\t\n\r\x0b\x0c\x1b".contains(b)).count();
    if odd_controls * 20 > bytes.len() { Err(FileRefusal::Unreadable) } else { Ok(None) }
}

fn is_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> bool {
    let (pairs, _) = bytes.as_chunks::<2>();
    // The last one may be half of a pair that the sample cut.
    let whole = &pairs[..pairs.len().saturating_sub(1)];
    char::decode_utf16(whole.iter().map(|pair| unit(*pair)))
        .all(|c| c.is_ok_and(|c| c != '\0' && (!c.is_control() || c.is_whitespace())))
}

fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The first characters of a file, some thousands; goes back to its start.
///
/// # Errors
/// As [`detect`].
pub fn start_of_text(
    file: &mut (impl Read + Seek),
    encoding: Option<&'static Encoding>,
) -> Result<String, ReadError> {
    let encoding = match encoding {
        Some(encoding) => encoding,
        None => detect(file)?,
    };
    file.seek(SeekFrom::Start(0))?;
    let mut text = Vec::new();
    Decoding::new(&mut *file, encoding).take(16 * 1024).read_to_end(&mut text)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A reader in some encoding, read as UTF-8 without a byte-order mark.
pub struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_from: usize,
    raw_to: usize,
    text: Vec<u8>,
    text_from: usize,
    ended: bool,
}

impl<R: Read> Decoding<R> {
    /// Reads `inner` as `encoding`.
    pub fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; 16 * 1024],
            raw_from: 0,
            raw_to: 0,
            text: Vec::new(),
            text_from: 0,
            ended: false,
        }
    }
}

impl<R: Read> BufRead for Decoding<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.text_from >= self.text.len() && !self.ended {
            if self.raw_from >= self.raw_to {
                self.raw_to = fill(&mut self.inner, &mut self.raw)?;
                self.raw_from = 0;
            }
            let last = self.raw_to < self.raw.len();
            let bytes = &self.raw[self.raw_from..self.raw_to];
            let room = self.decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(64 * 1024);
            self.text.resize(room, 0);
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(bytes, &mut self.text, last);
            self.raw_from += read;
            self.text.truncate(written);
            self.text_from = 0;
            self.ended = last && matches!(result, CoderResult::InputEmpty);
        }
        Ok(&self.text[self.text_from..])
    }

    fn consume(&mut self, amount: usize) {
        self.text_from = (self.text_from + amount).min(self.text.len());
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const CHINESE: &str = "客户姓名,单位名称,手机号码\n邓雷,快讯有限责任公司,15284354094\n";

    fn name(bytes: &[u8]) -> &'static str {
        detect(&mut Cursor::new(bytes)).unwrap().name()
    }

    fn decoded(bytes: &[u8]) -> String {
        let encoding = detect(&mut Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        Decoding::new(bytes, encoding).read_to_string(&mut text).unwrap();
        text
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn encodings_people_save_in_are_found() {
        let gb = GB18030.encode(CHINESE).0;
        let with_mark = format!("\u{feff}{CHINESE}");
        for (bytes, want) in [
            (CHINESE.as_bytes().to_vec(), "UTF-8"),
            (with_mark.as_bytes().to_vec(), "UTF-8"),
            (gb.to_vec(), "gb18030"),
            (utf16(&with_mark, u16::to_le_bytes), "UTF-16LE"),
            (utf16(&with_mark, u16::to_be_bytes), "UTF-16BE"),
            (utf16(CHINESE, u16::to_le_bytes), "UTF-16LE"),
            (utf16(CHINESE, u16::to_be_bytes), "UTF-16BE"),
        ] {
            assert_eq!(name(&bytes), want);
            assert_eq!(decoded(&bytes), CHINESE, "{want}");
        }
    }

    #[test]
    fn a_few_chinese_characters_are_enough() {
        for text in
            ["姓名\n张三\n", "name,city\nLi,北京\n", "公司,电话\n小米,123\n", "备注\n重要\n"]
        {
            assert_eq!(name(&GB18030.encode(text).0), "gb18030", "{text}");
        }
    }

    #[test]
    fn other_languages_are_not_taken_for_chinese() {
        for (text, encoding, want) in [
            ("名前,会社\n山田太郎,東京電力株式会社\n佐藤さん,ひらがな\n", SHIFT_JIS, "Shift_JIS"),
            ("客戶,公司\n陳大文,臺灣積體電路製造股份有限公司\n這個,國際電話\n", BIG5, "Big5"),
            (
                "nom,société\nFrançois Lévêque,Crédit Général\nHélène,Énergie du Rhône\n",
                encoding_rs::WINDOWS_1252,
                "windows-1252",
            ),
            (
                "имя,фирма\nИван Петров,Общество с ограниченной\n",
                encoding_rs::WINDOWS_1251,
                "windows-1251",
            ),
        ] {
            assert_eq!(name(&encoding.encode(text).0), want, "{text}");
        }
        assert_eq!(name(b"name\nJos\xe9\nM\xfcller\n"), "windows-1252");
    }

    #[test]
    fn what_comes_late_in_the_file_counts() {
        let mut late = "name,city\n".repeat(200_000).into_bytes();
        late.extend_from_slice(&GB18030.encode("张三,北京市朝阳区\n李四,上海市\n").0);
        assert_eq!(name(&late), "gb18030");
        let mut whole = "name,city\n".repeat(20_000).into_bytes();
        whole.extend_from_slice("张三".as_bytes());
        assert_eq!(name(&whole), "UTF-8");
    }

    #[test]
    fn cuts_between_chunks_lose_nothing() {
        let text = "a张三\u{1f600}é".repeat(9_000);
        for encoding in [UTF_8, GB18030] {
            let bytes = encoding.encode(&text).0;
            let mut out = String::new();
            Decoding::new(&*bytes, encoding).read_to_string(&mut out).unwrap();
            assert_eq!(out, text);
        }
    }

    #[test]
    fn names_of_old_tools_mean_the_superset() {
        for label in ["gb2312", "GBK", "GB18030"] {
            assert_eq!(by_name(label), Some(GB18030));
        }
        assert_eq!(by_name("no such"), None);
        assert!(CHOICES.iter().all(|choice| by_name(choice).is_some()));
    }
}
