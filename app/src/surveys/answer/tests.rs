//! The pages against what people may type into them and what may be typed into surveys.

use super::*;
use domain::{
    id::{QuestionId, SurveyId, SurveyNumber, UserId, Version},
    survey::{SurveyKind, SurveyStatus},
    time::Instant,
};

fn label(en: &str, zh: &str) -> Label {
    Label { en: en.to_owned(), zh: zh.to_owned() }
}

fn survey(questions: Vec<Question>) -> Survey {
    Survey {
        id: SurveyId::NIL,
        number: SurveyNumber(1),
        version: Version(1),
        kind: SurveyKind::Form,
        status: SurveyStatus::Open,
        title: label("How was it?", "怎么样？"),
        intro: label("<b>Thanks</b>", ""),
        closes_on: None,
        closes_at: None,
        opens_case: true,
        token: String::new(),
        owner: None,
        questions,
        created_at: Instant(1),
        created_by: UserId::NIL,
    }
}

fn question(kind: QuestionKind, required: bool) -> Question {
    let options = if kind.has_options() {
        vec![label("One", "一"), label("Two", "二")]
    } else {
        Vec::new()
    };
    Question { id: QuestionId::NIL, kind, title: label("Why?", "为什么？"), required, options }
}

fn page(survey: &Survey, typed: &Typed, lang: Lang) -> String {
    AnswerPage {
        lang,
        organisation: "Acme",
        survey,
        is_personal: false,
        typed,
        errors: &FormErrors::default(),
        notice: None,
        is_preview: false,
    }
    .html()
}

#[test]
fn every_kind_of_question_fits_a_small_page_without_scripts() {
    let asked = survey(QuestionKind::ALL.iter().map(|kind| question(*kind, true)).collect());
    for lang in [Lang::En, Lang::Zh] {
        let html = page(&asked, &Typed::default(), lang);
        assert!(html.len() <= 15 * 1024, "{} bytes", html.len());
        assert!(!html.contains("<script") && !html.contains("style=\""), "{html}");
        assert!(html.contains("&lt;b&gt;Thanks"), "what is typed is text");
        assert_eq!(html.matches("type=\"radio\"").count(), 11 + 5 + 7 + 2 + 3);
    }
}

#[test]
fn a_score_in_the_address_is_chosen_and_nothing_more() {
    let asked = survey(vec![question(QuestionKind::Nps, true)]);
    let mut typed = Typed::default();
    typed.sent.insert("q0".to_owned(), vec!["9".to_owned()]);
    let html = page(&asked, &typed, Lang::En);
    assert_eq!(html.matches(" checked").count(), 1 + STYLE.matches(" checked").count());
    assert!(html.contains("value=\"9\" required checked"), "{html}");
}

#[test]
fn what_was_typed_comes_back_to_the_letter() {
    let asked = survey(vec![question(QuestionKind::Text, false)]);
    let mut typed = Typed::default();
    let hostile = "\n</textarea><script>alert(1)</script>\"'&amp;";
    typed.sent.insert("q0".to_owned(), vec![hostile.to_owned()]);
    let html = page(&asked, &typed, Lang::En);
    assert!(!html.contains("<script"));
    // A text area drops the first line break, so that one stands before what was typed.
    assert!(html.contains(">\n\n&lt;/textarea&gt;&lt;script&gt;"), "{html}");
}

/// The colours are those of the screens, which are checked for their contrast.
#[test]
fn the_palette_is_that_of_the_screens() {
    let tokens = include_str!("../../../../style/tokens.css");
    let (light, dark) = include_str!("page.css").split_once("@media").unwrap();
    let (_, screens_dark) = tokens.split_once("@media (prefers-color-scheme: dark)").unwrap();
    let (dark, _) = dark.split_once("* {").unwrap();
    let mut compared = 0;
    for (own, screens) in [(light, tokens), (dark, screens_dark)] {
        for pair in own.split([';', '{']).map(str::trim).filter(|pair| pair.starts_with("--")) {
            assert!(screens.contains(&format!("{pair};")), "{pair}");
            compared += 1;
        }
    }
    assert_eq!(compared, 22);
}

#[test]
fn a_text_that_is_there_in_one_language_is_marked_as_such() {
    let asked = survey(vec![question(QuestionKind::Text, false)]);
    let html = page(&asked, &Typed::default(), Lang::Zh);
    assert!(html.contains("<span lang=\"en\">&lt;b&gt;Thanks"), "{html}");
    assert!(html.contains("href=\"?lang=en\""));
}

#[test]
fn the_style_is_sent_as_the_hash_says() {
    assert_eq!(maud::html! { (STYLE.as_str()) }.into_string(), *STYLE);
}
