//! Search: what a record is found by, and what a typed query asks for.
//! Both are plain tokens, so that SQLite's and PostgreSQL's indexes give the same answer.

use crate::{
    policy::{Detail, DetailRules, Object},
    text::{fold, half_width, han_ending, is_han},
};

/// What a record is found by, kept apart so that nobody finds it by what they do not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundBy {
    /// Names and the number.
    Names,
    /// Phone numbers.
    Phones,
    /// E-mail addresses and names at messengers.
    Messages,
    /// The credit code.
    Codes,
}

impl FoundBy {
    /// Every part, in the order of the indexes.
    pub const ALL: [Self; 4] = [Self::Names, Self::Phones, Self::Messages, Self::Codes];

    /// Whether somebody with these rules sees what records of a kind are found by here.
    #[must_use]
    pub fn is_seen(self, details: &DetailRules, object: Object) -> bool {
        let needs: &[Detail] = match self {
            Self::Names => &[],
            Self::Phones => &[Detail::Phone],
            Self::Messages => &[Detail::Email, Detail::Messenger],
            Self::Codes => &[Detail::CreditCode],
        };
        needs.iter().all(|detail| details.reads(object, *detail))
    }
}

/// Tokens of one record in order, part by part as [`FoundBy::ALL`]; a gap between segments keeps phrases from crossing
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document(pub [Vec<Vec<String>>; 4]);

/// Most characters of one token.
const TOKEN_CHARS: usize = 32;

impl Document {
    /// Adds running text: each run of letters and digits a token, each Han character one, and each two of
    /// them that stand together. Single characters are in half of all names: a query of several would have
    /// to walk through all of these to find the few records that have them in this order.
    pub fn text(&mut self, by: FoundBy, text: &str) {
        for run in runs(&tokens(text)) {
            self.part(by).push(run.to_vec());
            if run.len() > 1 && is_han_run(run) {
                self.part(by).push(pairs(run));
            }
        }
    }

    fn part(&mut self, by: FoundBy) -> &mut Vec<Vec<String>> {
        let [names, phones, messages, codes] = &mut self.0;
        match by {
            FoundBy::Names => names,
            FoundBy::Phones => phones,
            FoundBy::Messages => messages,
            FoundBy::Codes => codes,
        }
    }

    /// Adds a name: its text, and the pinyin it is found by.
    #[cfg(feature = "native")]
    pub fn name(&mut self, name: &str) {
        self.text(FoundBy::Names, name);
        for token in crate::pinyin::tokens(name) {
            self.word(FoundBy::Names, token);
        }
    }

    /// Adds a phone number (E.164 or typed): found by any four or more digits in a row.
    pub fn phone(&mut self, number: &str) {
        let digits = crate::text::digits(number);
        for start in 0..=digits.len().saturating_sub(PHONE_DIGITS) {
            if digits.len() - start >= PHONE_DIGITS {
                self.word(FoundBy::Phones, digits[start..].to_owned());
            }
        }
    }

    /// Marks every token as one of the group `letter`: a query for the group then meets no word of
    /// another group, however frequent it is there.
    #[must_use]
    pub fn under(mut self, letter: char) -> Self {
        for token in self.0.iter_mut().flatten().flatten() {
            token.insert(0, letter);
        }
        self
    }

    /// Adds one token as it is.
    pub fn word(&mut self, by: FoundBy, token: String) {
        let token: String = token.chars().take(TOKEN_CHARS).collect();
        if !token.is_empty() {
            self.part(by).push(vec![token]);
        }
    }
}

/// Fewest digits that are taken for a part of a phone number.
pub const PHONE_DIGITS: usize = 4;

/// Most pairs of Han characters of a term: six characters are in few records, and more only take longer.
const MOST_PAIRS: usize = 5;

/// Most terms of a query; the rest is not looked at.
pub const MAX_TERMS: usize = 8;

/// The tokens of running text, folded.
#[must_use]
pub fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in fold(text).chars().map(plain_letter) {
        if is_han(c) {
            if !word.is_empty() {
                out.push(std::mem::take(&mut word));
            }
            out.push(c.to_string());
        } else if c.is_alphanumeric() {
            if word.chars().count() < TOKEN_CHARS {
                word.push(c);
            }
        } else if !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

/// The tokens cut where Han characters and words meet.
fn runs(tokens: &[String]) -> impl Iterator<Item = &[String]> {
    tokens.chunk_by(|one, next| one.starts_with(is_han) == next.starts_with(is_han))
}

fn is_han_run(run: &[String]) -> bool {
    run.first().is_some_and(|token| token.starts_with(is_han))
}

/// Each two tokens that follow each other, as one.
fn pairs(run: &[String]) -> Vec<String> {
    run.windows(2).map(<[String]>::concat).collect()
}

/// The letter inside a circle or a square. They are letters for Rust and symbols for the tokenizer of
/// SQLite, so that the two databases would find different records by them.
fn plain_letter(c: char) -> char {
    let place = match u32::from(c) {
        code @ 0x24b6..=0x24e9 => (code - 0x24b6) % 26,
        code @ (0x1f130..=0x1f149 | 0x1f150..=0x1f169 | 0x1f170..=0x1f189) => (code - 0x1f130) % 32,
        _ => return c,
    };
    char::from_u32(u32::from('a') + place).unwrap_or(c)
}

/// Tokens that stand beside each other in a record; the last may be only the start of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The tokens, in order. Letters, digits and Han characters only.
    pub tokens: Vec<String>,
    /// Whether the last token is a beginning.
    pub prefix: bool,
}

/// What a typed query asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// All of these must be found.
    pub terms: Vec<Term>,
    /// The whole query, folded: for exact names and beginnings of names.
    pub folded: String,
    /// The query as the core of a company name.
    pub core: String,
    /// A record number without its letter, when the query is one (`C-1042`).
    pub number: Option<(char, i64)>,
    /// The query as an e-mail address, when it holds an `@`.
    pub email: Option<String>,
    /// Whether the index finds every record whose name begins with the query.
    covers_names: bool,
    /// The parts it looks in; all of them if there is no list.
    within: Option<Vec<FoundBy>>,
}

impl Query {
    /// Reads what was typed. `None` when there is nothing to search for.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let raw: String = raw.chars().take(200).collect();
        let folded = fold(&raw);
        if folded.is_empty() {
            return None;
        }
        let mut query = Self {
            core: crate::text::name_core(&raw),
            number: number(&raw),
            email: folded.contains('@').then(|| half_width(raw.trim()).to_lowercase()),
            ..Self::default()
        };
        if let Some((letter, number)) = query.number {
            let token = format!("{}{number}", letter.to_ascii_lowercase());
            query.terms.push(Term { tokens: vec![token], prefix: false });
        } else if let Some(digits) = phone_digits(&folded) {
            query.terms.push(Term { tokens: vec![digits], prefix: true });
        } else {
            query.terms = words_terms(&folded);
            // A single letter beside other characters asks for a word of its own, and a number not for a name.
            let begins =
                |term: &Term| term.prefix || term.tokens.iter().all(|t| t.starts_with(is_han));
            query.covers_names = query.uses_index() && query.terms.iter().all(begins);
        }
        query.folded = folded;
        Some(query)
    }

    /// The same query, which finds nothing by the parts that `hides` says are not seen.
    #[must_use]
    pub fn without(mut self, hides: impl Fn(&FoundBy) -> bool) -> Self {
        if FoundBy::ALL.iter().any(&hides) {
            self.within = Some(FoundBy::ALL.into_iter().filter(|part| !hides(part)).collect());
        }
        self
    }

    /// The parts it looks in; `None` for all of them.
    #[must_use]
    pub fn within(&self) -> Option<&[FoundBy]> {
        self.within.as_deref()
    }

    /// Whether every word must be there as typed, none as a beginning only.
    #[must_use]
    pub fn is_whole_words(&self) -> bool {
        !self.terms.iter().any(|term| term.prefix)
    }

    /// Whether the index finds every record whose name begins with the query.
    #[must_use]
    pub fn covers_names(&self) -> bool {
        self.covers_names
    }

    /// The same query for an index in which no word but the very one begins like some of those that may be
    /// beginnings: it finds the same when it asks for these as they are. `goes_on` tells by the place of a term
    /// whether there are longer words.
    #[must_use]
    pub fn finished(mut self, goes_on: impl Fn(usize) -> bool) -> Self {
        for (place, term) in self.terms.iter_mut().enumerate() {
            term.prefix &= term.is_one_letter() || goes_on(place);
        }
        self
    }

    /// Whether the index can answer: the beginning of one letter would match half of everything.
    #[must_use]
    pub fn uses_index(&self) -> bool {
        !self.terms.is_empty() && !self.terms.iter().any(Term::is_one_letter)
    }
}

impl Term {
    /// Whether it asks for everything that begins with one Latin letter or digit.
    fn is_one_letter(&self) -> bool {
        let one = |token: &String| token.len() == 1 && token.is_ascii();
        self.prefix && self.tokens.len() == 1 && self.tokens.iter().all(one)
    }
}

/// The terms of a whole query. A single letter beside other characters (`B超`) is a word of its own; as
/// a word by itself it is the start of one that is still being typed (`valves a`), and is not asked for
/// as long as there is another.
fn words_terms(folded: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    for word in folded.split(' ') {
        let mut word = word_terms(word);
        if word.len() > 1 {
            for term in word.iter_mut().filter(|term| term.is_one_letter()) {
                term.prefix = false;
            }
        }
        terms.append(&mut word);
    }
    if !terms.iter().all(Term::is_one_letter) {
        terms.retain(|term| !term.is_one_letter());
    }
    terms.truncate(MAX_TERMS);
    terms
}

/// One blank-separated word as terms: `acme-gmbh@x` is one phrase; Han and Latin runs inside a
/// word are terms of their own, because pinyin and text do not stand beside each other.
fn word_terms(word: &str) -> Vec<Term> {
    let term = |run: &[String]| {
        let is_han = is_han_run(run);
        let mut tokens = if is_han && run.len() > 1 { pairs(telling(run)) } else { run.to_vec() };
        if is_han {
            tokens.truncate(MOST_PAIRS);
        }
        Term { tokens, prefix: !is_han }
    };
    runs(&tokens(word)).map(term).collect()
}

/// A name without the greater part of its company ending: half of all companies have one, so that it finds
/// nothing and has to be looked for in all of them. Its first character stays, to tell 华东公司 from 华东.
fn telling(run: &[String]) -> &[String] {
    let name = run.concat();
    let ending = han_ending(&name).chars().count();
    let kept = run.len() - ending.saturating_sub(1);
    if kept < 3 { run } else { run.get(..kept).unwrap_or(run) }
}

/// The digits of a query that is typed like a part of a phone number: digits, and between them
/// whatever people put there. Zeros in front are how a number is dialled, not what it is stored under.
fn phone_digits(folded: &str) -> Option<String> {
    let is_phone = folded.chars().all(|c| c.is_ascii_digit() || !c.is_alphanumeric());
    let digits = crate::text::digits(folded);
    let number = digits.trim_start_matches('0');
    let number = if number.len() >= PHONE_DIGITS { number } else { &digits };
    (is_phone && number.len() >= PHONE_DIGITS).then(|| number.chars().take(TOKEN_CHARS).collect())
}

fn number(raw: &str) -> Option<(char, i64)> {
    let account = raw.parse::<crate::id::AccountNumber>().ok().map(|n| ('C', n.0));
    account.or_else(|| raw.parse::<crate::id::PersonNumber>().ok().map(|n| ('P', n.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn term(tokens: &[&str], prefix: bool) -> Term {
        Term { tokens: tokens.iter().map(|t| (*t).to_owned()).collect(), prefix }
    }

    #[test]
    fn queries_are_read_as_people_mean_them() {
        let terms = |raw: &str| Query::parse(raw).unwrap().terms;
        assert_eq!(terms("明"), [term(&["明"], false)]);
        assert_eq!(terms("小明"), [term(&["小明"], false)]);
        assert_eq!(terms("张小明"), [term(&["张小", "小明"], false)]);
        assert_eq!(terms("华东电子有限公司"), [term(&["华东", "东电", "电子", "子有"], false)]);
        assert_eq!(terms("华东公司"), [term(&["华东", "东公"], false)]);
        assert_eq!(terms("有限公司"), [term(&["有限", "限公", "公司"], false)]);
        assert_eq!(terms("zxm"), [term(&["zxm"], true)]);
        assert_eq!(terms("张 Acme"), [term(&["张"], false), term(&["acme"], true)]);
        assert_eq!(terms("Tao23@Yahoo.com"), [term(&["tao23", "yahoo", "com"], true)]);
        assert_eq!(terms("138-0013 8000"), [term(&["13800138000"], true)]);
        assert_eq!(terms("８０００"), [term(&["8000"], true)]);
        for typed in ["138–0013–8000", "138/0013/8000", "138\u{200b} 0013・8000", "0138 0013 8000"]
        {
            assert_eq!(terms(typed), [term(&["13800138000"], true)], "{typed}");
        }
        assert_eq!(terms("021-6234 5678"), [term(&["2162345678"], true)]);
        assert_eq!(terms("0012"), [term(&["0012"], true)]);
        assert_eq!(terms("B超"), [term(&["b"], false), term(&["超"], false)]);
        assert_eq!(terms("valves a"), [term(&["valves"], true)]);
        assert_eq!(terms("Ⓐ🅱"), [term(&["ab"], true)]);
        assert_eq!(Query::parse("c-12").unwrap().number, Some(('C', 12)));
        assert_eq!(Query::parse("  "), None);
        for (typed, uses_index) in
            [("a", false), ("a b", false), ("B超", true), ("valves a", true), ("a valves", true)]
        {
            assert_eq!(Query::parse(typed).unwrap().uses_index(), uses_index, "{typed}");
        }
        assert!(Query::parse("王").unwrap().uses_index());
    }

    #[test]
    fn a_word_that_nothing_goes_on_from_is_asked_for_as_it_is() {
        let query = Query::parse("Acme val GmbH").unwrap();
        assert!(query.covers_names() && !query.is_whole_words());
        let finished = query.clone().finished(|place| place == 1);
        assert_eq!(
            finished.terms,
            [term(&["acme"], false), term(&["val"], true), term(&["gmbh"], false)]
        );
        assert!(finished.covers_names(), "it still finds every name that begins so");
        assert!(query.finished(|_| false).is_whole_words());
        assert!(!Query::parse("a").unwrap().finished(|_| false).uses_index());
    }

    #[test]
    fn a_phone_is_found_by_its_last_four_digits() {
        let mut document = Document::default();
        document.phone("+8613800138000");
        let [names, phones, ..] = document.0;
        assert!(names.is_empty());
        assert!(phones.contains(&vec!["8000".to_owned()]));
        assert!(phones.contains(&vec!["13800138000".to_owned()]));
        assert!(!phones.iter().flatten().any(|t| t.len() < PHONE_DIGITS));
    }

    #[test]
    fn a_record_is_found_by_any_part_of_its_name() {
        let mut document = Document::default();
        document.text(FoundBy::Names, "华东 Acme电子");
        let segments: Vec<String> = document.0[0].iter().map(|segment| segment.join(" ")).collect();
        assert_eq!(segments, ["华 东", "华东", "acme", "电 子", "电子"]);
    }

    proptest! {
        #[test]
        fn every_part_of_a_han_name_asks_for_what_the_record_holds(
            name in "[\u{4e00}-\u{4e20}]{1,9}", from in 0_usize..9, length in 1_usize..9,
        ) {
            let part: String = name.chars().skip(from).take(length).collect();
            let mut document = Document::default();
            document.text(FoundBy::Names, &name);
            for term in Query::parse(&part).map(|query| query.terms).unwrap_or_default() {
                let holds = |segment: &Vec<String>| segment.windows(term.tokens.len()).any(|w| w == term.tokens);
                prop_assert!(document.0[0].iter().any(holds), "{part} in {name}");
            }
        }

        #[test]
        fn what_covers_names_finds_each_by_its_beginning(name in "[a-cA-C张小明有限公司1é\\-. ]{1,14}", length in 1_usize..14) {
            let folded = fold(&name);
            let begin: String = folded.chars().take(length).collect();
            let mut document = Document::default();
            document.text(FoundBy::Names, &name);
            let query = Query::parse(&begin).unwrap_or_default();
            if query.covers_names() && folded.starts_with(&query.folded) {
                for term in &query.terms {
                    let (last, before) = term.tokens.split_last().unwrap();
                    let holds = |segment: &Vec<String>| segment.windows(term.tokens.len()).any(|found| {
                        let end = &found[before.len()];
                        found[..before.len()] == *before && (end == last || term.prefix && end.starts_with(last.as_str()))
                    });
                    prop_assert!(document.0[0].iter().any(holds), "{begin:?} in {name:?}: {term:?}");
                }
            }
        }

        #[test]
        fn tokens_hold_nothing_an_index_could_take_for_syntax(raw in "\\PC{0,60}") {
            if let Some(query) = Query::parse(&raw) {
                prop_assert!(query.terms.len() <= MAX_TERMS);
                for token in query.terms.iter().flat_map(|t| &t.tokens) {
                    prop_assert!(!token.is_empty() && token.chars().all(char::is_alphanumeric));
                }
            }
        }
    }
}
