//! QR codes (ISO/IEC 18004) as outlines for drawings; server only.

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around a code that readers need.
const QUIET: i32 = 4;

/// A code as a drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Edge of the square, in modules.
    pub size: i32,
    /// Outline of the dark modules, for an SVG path.
    pub outline: String,
}

impl Code {
    /// The code of a text; `None` for one that is too long for any.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        Some(Self { size: code.size(), outline: outline(&code) })
    }

    /// The drawing with the light around it.
    #[must_use]
    pub fn svg(&self, label: &str) -> Markup {
        let space = format!("-{QUIET} -{QUIET} {0} {0}", self.size + 2 * QUIET);
        html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox=(space) role="img" aria-label=(label) {
                rect x=(-QUIET) y=(-QUIET) width="100%" height="100%" fill="#ffffff" {}
                path fill="#151c26" d=(self.outline) {}
            }
        }
    }
}

/// The dark modules, one stretch of each row at a time.
fn outline(code: &QrCode) -> String {
    let mut outline = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let from = x;
            while x < code.size() && code.get_module(x, y) {
                x += 1;
            }
            if x > from {
                let long = x - from;
                outline.push_str(&format!("M{from} {y}h{long}v1h-{long}z"));
            }
            x += 1;
        }
    }
    outline
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Reads the drawing back, module by module.
    #[test]
    fn the_drawing_has_the_dark_modules_and_no_other() {
        let text = "https://crm.example.com/s/0123456789abcdef0123456789abcdef";
        let drawn = Code::of(text).unwrap();
        let known = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let mut dark = BTreeSet::new();
        for part in drawn.outline.split('M').skip(1) {
            let (place, rest) = part.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let long: i32 = rest.split_once('v').unwrap().0.parse().unwrap();
            let (x, y): (i32, i32) = (x.parse().unwrap(), y.parse().unwrap());
            dark.extend((x..x + long).map(|x| (x, y)));
        }
        for y in 0..known.size() {
            for x in 0..known.size() {
                assert_eq!(dark.contains(&(x, y)), known.get_module(x, y), "{x} {y}");
            }
        }
        assert_eq!(drawn.size, known.size());
        assert!(drawn.svg("Code").into_string().contains("viewBox=\"-4 -4 "));
        assert!(Code::of(&"x".repeat(5_000)).is_none());
    }
}
