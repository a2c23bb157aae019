//! Saved replies: texts that whoever answers customers takes over into an answer, with the name of the customer and the number
//! of the case in their places.

use crate::{
    account::SHORT_CHARS,
    field::{FieldError, FormErrors},
    lang::Lang,
    text,
};
use serde::{Deserialize, Serialize};

/// Most characters of a reply.
pub const REPLY_CHARS: usize = 2_000;
/// Most replies of an organisation.
pub const MOST_REPLIES: usize = 60;
/// Stands in a reply for the name of the customer, in either language.
pub const CUSTOMER: [&str; 2] = ["{customer}", "{客户}"];
/// Stands in a reply for the number of the case, in either language.
pub const NUMBER: [&str; 2] = ["{number}", "{编号}"];

/// A text to be taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedReply {
    /// What it is found by; there is one of each.
    pub title: String,
    /// What it says.
    pub body: String,
    /// The language it is in; `None` for whichever.
    pub lang: Option<Lang>,
}

impl SavedReply {
    /// What it says to a customer about a case.
    #[must_use]
    pub fn filled(&self, customer: &str, number: &str) -> String {
        let [place, other] = CUSTOMER;
        let body = self.body.replace(other, place);
        // Piece by piece: what a name says is not read as a place.
        let numbered = |part: &str| {
            NUMBER.iter().fold(part.to_owned(), |part, name| part.replace(name, number))
        };
        body.split(place).map(numbered).collect::<Vec<_>>().join(customer)
    }

    /// Whether it has what was typed, in its title before its text.
    #[must_use]
    pub fn found_by(&self, typed: &str) -> Option<usize> {
        let typed = text::fold(typed.trim());
        [&self.title, &self.body].into_iter().position(|said| text::fold(said).contains(&typed))
    }
}

/// A reply as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReplyForm {
    /// What it is found by.
    pub title: String,
    /// What it says.
    pub body: String,
    /// Tag of its language, or empty.
    pub lang: String,
}

/// All replies as they are typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RepliesForm {
    /// In any order; what is left empty is none.
    pub replies: Vec<ReplyForm>,
}

impl RepliesForm {
    /// Reads the form; replies stand by their titles.
    ///
    /// # Errors
    /// Every complaint at once, under `replies.N.` and the field; `replies` where there are too many.
    pub fn parse(&self) -> Result<Vec<SavedReply>, FormErrors> {
        let mut errors = FormErrors::default();
        let mut all: Vec<SavedReply> = Vec::new();
        for (place, form) in self.replies.iter().enumerate() {
            if form.title.trim().is_empty() && form.body.trim().is_empty() {
                continue;
            }
            let under = |field: &str| format!("replies.{place}.{field}");
            let needed = |read: Result<Option<String>, FieldError>| {
                read.and_then(|text| text.ok_or(FieldError::Required))
            };
            let title = errors.take(&under("title"), needed(text::line(&form.title, SHORT_CHARS)));
            let body =
                errors.take(&under("body"), needed(text::paragraph(&form.body, REPLY_CHARS)));
            let Some((title, body)) = title.zip(body) else { continue };
            let same = |other: &SavedReply| text::fold(&other.title) == text::fold(&title);
            if all.iter().any(same) {
                errors.0.push((under("title"), FieldError::Taken));
                continue;
            }
            all.push(SavedReply { title, body, lang: Lang::from_tag(&form.lang) });
        }
        if all.len() > MOST_REPLIES {
            errors.0.push(("replies".to_owned(), FieldError::TooMany { max: MOST_REPLIES }));
        }
        all.sort_by_cached_key(|reply| text::fold(&reply.title));
        errors.into_result(all)
    }
}

impl From<&SavedReply> for ReplyForm {
    fn from(reply: &SavedReply) -> Self {
        Self {
            title: reply.title.clone(),
            body: reply.body.clone(),
            lang: reply.lang.map(Lang::tag).unwrap_or_default().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(title: &str, body: &str) -> ReplyForm {
        ReplyForm { title: title.to_owned(), body: body.to_owned(), ..ReplyForm::default() }
    }

    #[test]
    fn replies_are_read_back_by_their_titles_and_what_is_empty_is_none() {
        let zh = ReplyForm {
            lang: "zh-CN".to_owned(), ..form("道歉", "{客户}，抱歉。\n{编号}")
        };
        let typed =
            RepliesForm { replies: vec![zh, form(" ", ""), form("Apology", "Sorry, {customer}")] };
        let read = typed.parse().unwrap();
        let titles: Vec<&str> = read.iter().map(|reply| &*reply.title).collect();
        assert_eq!(titles, ["Apology", "道歉"]);
        let again = RepliesForm { replies: read.iter().map(ReplyForm::from).collect() };
        assert_eq!(again.parse(), Ok(read.clone()));
        assert_eq!(read[1].filled("王芳", "F-7"), "王芳，抱歉。\nF-7");
        // A name is a name, whatever it says.
        assert_eq!(read[0].filled("{number} & Co", "F-7"), "Sorry, {number} & Co");
        assert_eq!(
            [read[0].found_by("apo"), read[0].found_by("SORRY"), read[0].found_by("x")],
            [Some(0), Some(1), None]
        );
    }

    #[test]
    fn every_complaint_is_told_by_its_place() {
        let long = "x".repeat(REPLY_CHARS + 1);
        let replies =
            vec![form("A", ""), form("", "Text"), form("B", "b"), form("b", "b"), form("C", &long)];
        let errors = RepliesForm { replies }.parse().unwrap_err();
        let names: Vec<&str> = errors.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            ["replies.0.body", "replies.1.title", "replies.3.title", "replies.4.body"]
        );
        let many = (0..=MOST_REPLIES).map(|number| form(&number.to_string(), "x")).collect();
        let errors = RepliesForm { replies: many }.parse().unwrap_err();
        assert_eq!(errors.about("replies"), Some(&FieldError::TooMany { max: MOST_REPLIES }));
    }

    proptest! {
        #[test]
        fn nothing_typed_breaks_it(title in ".{0,20}", body in ".{0,60}") {
            if let Ok(read) = (RepliesForm { replies: vec![form(&title, &body)] }).parse() {
                for reply in read {
                    let _ = (reply.filled(&title, &body), reply.found_by(&body));
                }
            }
        }
    }
}
