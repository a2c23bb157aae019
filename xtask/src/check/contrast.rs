//! The colours of style/tokens.css can be told apart: every pair that meets on a screen keeps its WCAG 2 contrast, in the
//! light and in the dark theme.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{Outcome, files, style};

/// Text on a ground: what WCAG asks of body text.
const TEXT: f64 = 4.5;
/// Borders of controls, fills and the focus ring against what is around them.
const SHAPE: f64 = 3.0;

/// Fronts, grounds and the least contrast between each of them.
const PAIRS: &[(&[&str], &[&str], f64)] = &[
    (&["text"], &["bg", "surface", "surface-2", "surface-3", "accent-soft"], 7.0),
    (&["text-2"], &["bg", "surface", "surface-2"], TEXT),
    (&["text-2"], &["surface-3"], 6.5),
    // Not on surface-3: hints never stand on a pressed ground.
    (&["text-3"], &["bg", "surface", "surface-2"], TEXT),
    (&["accent-text"], &["bg", "surface", "surface-2", "accent-soft"], TEXT),
    (&["on-accent"], &["accent", "accent-hover", "accent-press"], TEXT),
    (&["on-accent"], &["ok", "warn", "bad", "info", "violet"], TEXT),
    (&["line-strong", "accent", "focus"], &["bg", "surface"], SHAPE),
    (&["ok", "warn", "bad", "info", "violet"], &["surface"], SHAPE),
    (
        &["chart-1", "chart-2", "chart-3", "chart-4", "chart-5", "chart-6", "chart-7"],
        &["surface"],
        SHAPE,
    ),
    (&["ok-text"], &["surface", "ok-soft"], TEXT),
    (&["warn-text"], &["surface", "warn-soft"], TEXT),
    (&["bad-text"], &["surface", "bad-soft"], TEXT),
    (&["info-text"], &["surface", "info-soft"], TEXT),
    (&["violet-text"], &["surface", "violet-soft"], TEXT),
];

/// Custom properties and their values, as written.
type Palette = BTreeMap<String, String>;

/// The faults of the palette.
pub fn faults(root: &Path) -> Outcome<Vec<String>> {
    Ok(compare(&files::text(&root.join("style/tokens.css"))?))
}

fn compare(css: &str) -> Vec<String> {
    let (light, dark) = palettes(css);
    let mut faults = Vec::new();
    for (theme, palette) in [("light", &light), ("dark", &dark)] {
        for (fronts, grounds, least) in PAIRS {
            for front in *fronts {
                for ground in *grounds {
                    match (colour(palette, front), colour(palette, ground)) {
                        (Ok(one), Ok(other)) => {
                            let ratio = contrast(one, other);
                            if ratio < *least {
                                faults.push(format!("{theme}: --{front} on --{ground} has {ratio:.2}, {least} is the least."));
                            }
                        }
                        (one, other) => {
                            let unknown = one.err().into_iter().chain(other.err());
                            faults.extend(unknown.map(|fault| format!("{theme}: {fault}")));
                        }
                    }
                }
            }
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

/// The values of the light and of the dark theme. `light-dark(a, b)` speaks of both; a block whose selector or media
/// query says dark speaks of the dark one; every other block of both, dark keeping what it says itself.
fn palettes(css: &str) -> (Palette, Palette) {
    let css = style::compact(css);
    let (mut light, mut dark_only) = (Palette::new(), Palette::new());
    let mut blocks: Vec<String> = Vec::new();
    let mut text = String::new();
    for letter in css.chars() {
        match letter {
            '{' => blocks.push(std::mem::take(&mut text)),
            ';' | '}' => {
                // `prefers-contrast` and the like change the palette for those who ask for more.
                let asked = blocks.iter().any(|block| {
                    block.contains("prefers-contrast")
                        || block.contains("forced-colors")
                        || block.contains("print")
                });
                let dark =
                    blocks.iter().any(|block| block.contains("dark") && !block.contains(":not("));
                if let Some((name, value)) = property(&text).filter(|_| !asked) {
                    let palette = if dark { &mut dark_only } else { &mut light };
                    palette.insert(name, value);
                }
                text.clear();
                if letter == '}' {
                    blocks.pop();
                }
            }
            _ => text.push(letter),
        }
    }
    let mut dark = light.clone();
    for value in light.values_mut() {
        *value = side(value, 0);
    }
    for value in dark.values_mut() {
        *value = side(value, 1);
    }
    dark.extend(dark_only.into_iter().map(|(name, value)| (name, side(&value, 1))));
    (light, dark)
}

fn property(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once(':')?;
    Some((name.trim().strip_prefix("--")?.to_owned(), value.trim().to_owned()))
}

/// The light (0) or the dark (1) half of a value that has both.
fn side(value: &str, which: usize) -> String {
    value
        .strip_prefix("light-dark(")
        .and_then(|inner| inner.strip_suffix(')'))
        .and_then(|inner| inner.split(',').nth(which))
        .unwrap_or(value)
        .trim()
        .to_owned()
}

/// Red, green and blue of a token, 0 to 255; a `var()` is followed.
fn colour(palette: &Palette, name: &str) -> Result<[u8; 3], String> {
    let mut value =
        palette.get(name).ok_or_else(|| format!("style/tokens.css has no --{name}."))?;
    // A chain longer than this runs in a circle.
    for _ in 0..8 {
        let Some(inner) = value.strip_prefix("var(--").and_then(|rest| rest.strip_suffix(')'))
        else {
            break;
        };
        let target = inner.split(',').next().unwrap_or(inner).trim();
        value = palette
            .get(target)
            .ok_or_else(|| format!("--{name} points to --{target}, which is missing."))?;
    }
    hex(value).ok_or_else(|| {
        format!(
            "--{name} is '{value}'; colours are written as #rrggbb, so that they can be checked."
        )
    })
}

fn hex(value: &str) -> Option<[u8; 3]> {
    let digits = value.strip_prefix('#')?;
    let digits = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The contrast ratio of WCAG 2, 1 to 21.
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let linear = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formula_is_that_of_wcag() {
        let ratio = |one: &str, other: &str| contrast(hex(one).unwrap(), hex(other).unwrap());
        assert!((ratio("#000", "#ffffff") - 21.0).abs() < 0.001);
        assert!((ratio("#777777", "#ffffff") - 4.478).abs() < 0.001);
        assert!((ratio("#195fbf", "#fff") - 6.1).abs() < 0.05);
    }

    #[test]
    fn themes_are_read_however_they_are_written() {
        let css = ":root { --a: light-dark(#111111, #222222); --b: #333333; --c: var(--b) }\n\
                   [data-theme=\"dark\"] { --b: #444444 }\n\
                   @media (prefers-contrast: more) { :root { --b: #555555 } }";
        let (light, dark) = palettes(css);
        assert_eq!((light["a"].as_str(), dark["a"].as_str()), ("#111111", "#222222"));
        assert_eq!(colour(&light, "c"), Ok([0x33; 3]));
        assert_eq!(colour(&dark, "c"), Ok([0x44; 3]));
        let (_, dark) = palettes(
            "@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { --b: #666666 } }",
        );
        assert_eq!(colour(&dark, "b"), Ok([0x66; 3]));
    }

    #[test]
    fn weak_and_missing_colours_are_named() {
        let faults = compare(":root { --text: #999999; --surface: #ffffff }");
        assert!(
            faults.iter().any(|fault| fault.starts_with("light: --text on --surface has 2.85")),
            "{faults:?}"
        );
        assert!(faults.iter().any(|fault| fault.contains("has no --bg")));
        assert!(
            compare(":root { --bg: oklch(1 0 0) }").iter().any(|fault| fault.contains("#rrggbb"))
        );
    }
}
