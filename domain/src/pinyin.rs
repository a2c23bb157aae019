//! Pinyin of names: the key they are sorted by and the tokens they are found by.
//! Readings come from the `pinyin` crate; surnames with a reading of their own are set right here.

use crate::text::{fold, is_han};
use pinyin::ToPinyin;

/// Surnames that are read otherwise than the character usually is (Xinhua dictionary, surname
/// readings), single characters first.
const SURNAMES: &[(&str, &str)] = &[
    ("曾", "zeng"),
    ("单", "shan"),
    ("解", "xie"),
    ("仇", "qiu"),
    ("区", "ou"),
    ("查", "zha"),
    ("朴", "piao"),
    ("翟", "zhai"),
    ("任", "ren"),
    ("乐", "yue"),
    ("覃", "qin"),
    ("缪", "miao"),
    ("盖", "ge"),
    ("种", "chong"),
    ("重", "chong"),
    ("员", "yun"),
    ("尉", "wei"),
    ("折", "she"),
    ("召", "shao"),
    ("冼", "xian"),
    ("万俟", "mo qi"),
    ("尉迟", "yu chi"),
    ("单于", "chan yu"),
    ("长孙", "zhang sun"),
];

/// The syllables of a run of Han characters, one per character; a character without a reading
/// stands for itself.
fn syllables(han: &str) -> Vec<String> {
    han.chars()
        .map(|c| c.to_pinyin().map_or_else(|| c.to_string(), |p| p.plain().replace('ü', "v")))
        .collect()
}

/// The syllables of a name, surname readings applied at its start.
fn name_syllables(han: &str) -> Vec<String> {
    let mut all = syllables(han);
    let own = SURNAMES.iter().rev().find(|(surname, _)| han.starts_with(surname));
    if let Some((_, reading)) = own {
        for (place, syllable) in reading.split(' ').enumerate() {
            if let Some(slot) = all.get_mut(place) {
                syllable.clone_into(slot);
            }
        }
    }
    all
}

/// The key a name is sorted by: pinyin syllables for Han characters, folded text for the rest,
/// numbers by value, and the folded name itself behind it to settle ties. At most 240 characters.
#[must_use]
pub fn sort_key(name: &str) -> String {
    let folded = fold(name);
    let mut key = String::with_capacity(folded.len() * 2);
    let mut first_run = true;
    for run in runs(&folded) {
        match run {
            Run::Han(han) => {
                let parts = if first_run { name_syllables(han) } else { syllables(han) };
                for syllable in parts {
                    key.push_str(&syllable);
                    key.push(' ');
                }
            }
            Run::Digits(digits) => {
                let value = digits.trim_start_matches('0');
                key.push_str(&format!("{value:0>12}"));
            }
            Run::Other(other) => key.push_str(other),
        }
        first_run = false;
    }
    let mut key: String = key.trim_end().chars().take(160).collect();
    key.push('\u{1}');
    key.extend(folded.chars().take(79));
    key
}

/// Where a name stands in an A–Z index: `A`..`Z`, or `#`.
#[must_use]
pub fn initial(name: &str) -> char {
    sort_key(name)
        .chars()
        .next()
        .map(|c| c.to_ascii_uppercase())
        .filter(char::is_ascii_uppercase)
        .unwrap_or('#')
}

/// The tokens that find a name by pinyin: from each syllable on, the syllables joined and their
/// initials (`zhangxiaoming`, `xiaoming`, `ming`, `zxm`, `xm`, `m`), and the first one and two of
/// them by themselves (`zhang`, `zhangxiao`): what is typed is most often a surname or a town, and a
/// whole word is found much faster than the beginning of thousands. Both readings of a surname.
#[must_use]
pub fn tokens(name: &str) -> Vec<String> {
    const SYLLABLES: usize = 12;
    let folded = fold(name);
    let mut all = Vec::new();
    for (index, run) in runs(&folded).into_iter().enumerate() {
        let Run::Han(han) = run else { continue };
        let mut readings = vec![syllables(han)];
        if index == 0 {
            let own = name_syllables(han);
            if own != readings[0] {
                readings.push(own);
            }
        }
        for reading in readings {
            for start in 0..reading.len().min(40) {
                let part = &reading[start..reading.len().min(start + SYLLABLES)];
                for few in 1..=2 {
                    all.push(part.iter().take(few).map(String::as_str).collect());
                }
                all.push(part.concat());
                all.push(part.iter().filter_map(|s| s.chars().next()).collect());
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

enum Run<'a> {
    Han(&'a str),
    Digits(&'a str),
    Other(&'a str),
}

fn runs(text: &str) -> Vec<Run<'_>> {
    let kind = |c: char| {
        if is_han(c) {
            0
        } else if c.is_ascii_digit() {
            1
        } else {
            2
        }
    };
    let mut out = Vec::new();
    let mut start = 0;
    let mut current = None;
    for (at, c) in text.char_indices() {
        let this = kind(c);
        if let Some(before) = current.filter(|before| *before != this) {
            out.push(run(before, &text[start..at]));
            start = at;
        }
        current = Some(this);
    }
    if let Some(before) = current {
        out.push(run(before, &text[start..]));
    }
    out
}

fn run(kind: u8, text: &str) -> Run<'_> {
    match kind {
        0 => Run::Han(text),
        1 => Run::Digits(text),
        _ => Run::Other(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_pinyin_among_latin_ones() {
        let mut names = vec!["张小明", "Acme 10", "王芳", "Acme 9", "阿里", "曾国", "zoe", "成都"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["阿里", "Acme 9", "Acme 10", "成都", "王芳", "曾国", "张小明", "zoe"]);
        assert_eq!(initial("张小明"), 'Z');
        assert_eq!(initial("3M"), '#');
        assert_eq!(initial("Émile"), 'E');
    }

    #[test]
    fn names_are_found_by_syllables_and_initials() {
        let found = tokens("张小明");
        for token in
            ["zhangxiaoming", "xiaoming", "ming", "zxm", "xm", "m", "zhang", "zhangxiao", "xiao"]
        {
            assert!(found.iter().any(|t| t == token), "{token}");
        }
        let both = tokens("曾小");
        assert!(both.contains(&"zengxiao".to_owned()) && both.contains(&"cengxiao".to_owned()));
        assert!(tokens("Acme").is_empty());
    }
}
