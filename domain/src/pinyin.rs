//! Pinyin of names: the key they are sorted by and the tokens they are found by.
//! Readings come from the `pinyin` crate; where a word or a surname is read otherwise, `readings` says so.

use crate::{
    readings,
    text::{fold, is_han},
};
use pinyin::ToPinyin;
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// Most ways one run of Han characters is indexed in.
const MOST_READINGS: usize = 6;
/// Most syllables of one token: the whole of a firm's name, its kind included.
const SYLLABLES: usize = 24;

/// The words of [`readings::WORDS`] by their first character, longest first.
static WORDS: LazyLock<HashMap<char, Vec<(&str, &str)>>> = LazyLock::new(|| {
    let mut words: HashMap<char, Vec<(&str, &str)>> = HashMap::new();
    for (word, reading) in readings::WORDS {
        if let Some(first) = word.chars().next() {
            words.entry(first).or_default().push((word, reading));
        }
    }
    for words in words.values_mut() {
        words.sort_unstable_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    }
    words
});

/// The readings of a character that a table gives it.
fn listed(table: &[(char, &'static str)], han: char) -> impl Iterator<Item = &'static str> {
    table.iter().filter(move |(listed, _)| *listed == han).map(|(_, reading)| *reading)
}

/// The first reading of each character, whatever stands beside it; a character without a reading
/// stands for itself.
fn plain_syllables(han: &str) -> Vec<String> {
    han.chars()
        .map(|c| c.to_pinyin().map_or_else(|| c.to_string(), |p| p.plain().replace('ü', "v")))
        .collect()
}

/// The syllables of a run of Han characters as the words in it are read, one per character.
/// `is_start` says that a name begins with it, so that it may begin with a surname.
fn syllables(han: &str, is_start: bool) -> Vec<String> {
    let mut all = plain_syllables(han);
    for (slot, c) in all.iter_mut().zip(han.chars()) {
        if let Some(usual) = listed(readings::USUAL, c).next() {
            usual.clone_into(slot);
        }
    }
    if is_start {
        let own = readings::SURNAMES.iter().rev().find(|(surname, _)| han.starts_with(surname));
        if let Some((_, reading)) = own {
            put(&mut all, 0, reading);
        }
    }
    let mut behind = 0;
    for (place, (at, c)) in han.char_indices().enumerate() {
        let fits = |(word, _): &&(&str, &str)| han[at..].starts_with(word);
        let word = WORDS.get(&c).and_then(|words| words.iter().find(fits));
        if let Some((_, reading)) = word.filter(|_| place >= behind) {
            put(&mut all, place, reading);
            behind = place + reading.split(' ').count();
        }
    }
    all
}

/// Puts the syllables of a word where it stands.
fn put(all: &mut [String], place: usize, reading: &str) {
    for (slot, syllable) in all.iter_mut().skip(place).zip(reading.split(' ')) {
        syllable.clone_into(slot);
    }
}

/// Every way a run is read that somebody may type: as its words are read, as each character is read
/// first, and with one character read in a further way, up to [`MOST_READINGS`].
fn all_readings(han: &str, is_start: bool) -> Vec<Vec<String>> {
    let meant = syllables(han, is_start);
    let mut all = vec![meant.clone(), plain_syllables(han)];
    for (place, c) in han.chars().enumerate() {
        for further in listed(readings::FURTHER, c) {
            let mut other = meant.clone();
            put(&mut other, place, further);
            all.push(other);
        }
    }
    let mut seen = HashSet::new();
    all.retain(|reading| seen.insert(reading.clone()));
    all.truncate(MOST_READINGS);
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
                for syllable in syllables(han, first_run) {
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
/// whole word is found much faster than the beginning of thousands. Every reading of `all_readings`.
#[must_use]
pub fn tokens(name: &str) -> Vec<String> {
    let folded = fold(name);
    let mut all = Vec::new();
    for (index, run) in runs(&folded).into_iter().enumerate() {
        let Run::Han(han) = run else { continue };
        for reading in all_readings(han, index == 0) {
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

    #[test]
    fn words_are_read_as_words() {
        for (name, typed) in [
            ("成都瑞恒科技", "chengdu"),
            ("首都机场", "shoudu"),
            ("都市丽人", "dushi"),
            ("长沙重工", "changshazhonggong"),
            ("长春长安长虹", "changchunchanganchanghong"),
            ("长城长江", "changchengchangjiang"),
            ("中国工商银行", "zhongguogongshangyinhang"),
            ("行业协会", "hangye"),
            ("厦门国际大厦", "xiamenguojidasha"),
            ("重庆火锅", "chongqing"),
            ("音乐乐器行", "yinyueyueqi"),
            ("乐清电器", "yueqingdianqi"),
            ("六安瓜片", "luan"),
            ("蚌埠玻璃", "bengbu"),
            ("台州模具", "taizhou"),
            ("北京朝阳", "beijingchaoyang"),
            ("佛山陶瓷", "foshan"),
            ("成长教育", "chengzhang"),
        ] {
            let found = tokens(name);
            assert!(found.iter().any(|token| token.starts_with(typed)), "{name} by {typed}");
            let spaced = sort_key(name).replace(' ', "");
            assert!(spaced.contains(typed), "{name} sorted by {spaced}");
        }
        // Either reading of a character finds it.
        for (name, typed) in [
            ("飞行器", "feihangqi"),
            ("成都", "chengdou"),
            ("重庆", "zhongqing"),
            ("百乐", "baiyue"),
        ] {
            assert!(tokens(name).iter().any(|token| token == typed), "{name} by {typed}");
        }
        assert_eq!(initial("长沙"), 'C');
        assert_eq!(initial("厦门"), 'X');
    }

    #[test]
    fn initials_of_a_whole_firm_find_it() {
        let name = "浙江省杭州市西湖区快讯网络科技有限公司";
        assert!(tokens(name).contains(&"zjshzsxhqkxwlkjyxgs".to_owned()));
    }

    #[test]
    fn every_listed_word_has_a_syllable_for_each_character() {
        for (word, reading) in readings::WORDS.iter().chain(readings::SURNAMES) {
            assert_eq!(word.chars().count(), reading.split(' ').count(), "{word}");
            assert!(word.chars().all(is_han), "{word}");
        }
    }
}
