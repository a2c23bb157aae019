//! The pages that customers see: a survey to answer, the thanks for it, the answer that a link takes none, and the poster
//! with a code. Written by the server without Leptos, scripts, cookies or files beside: a page is all there is to load.

#[cfg(test)]
mod tests;

use crate::{
    i18n::{Text, complaint::form_error, words},
    qr::Code,
};
use domain::{
    field::FormErrors,
    label::Label,
    lang::Lang,
    survey::{FeedbackTopic, Question, QuestionKind, Survey, field_name},
};
use maud::{DOCTYPE, Markup, html};
use std::{collections::BTreeMap, sync::LazyLock};

/// The style of these pages, which stands in each of them; the server allows it by its hash. Nothing in it has to be
/// escaped: else it would not be what the hash is of.
pub static STYLE: LazyLock<String> =
    LazyLock::new(|| include_str!("page.css").lines().map(str::trim).collect());

/// What was sent or, on a page that has just been opened, what stands in it from the start.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The browser's name for the attempt.
    pub operation: String,
    /// Says when the page was opened, in a form that only the server writes.
    pub stamp: String,
    /// Whether the code on a poster led here.
    pub by_code: bool,
    /// What was sent for each question, by the name of its field.
    pub sent: BTreeMap<String, Vec<String>>,
}

/// What stands above the questions, where something has to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerNotice {
    /// Something is missing or does not fit.
    LookAgain,
    /// Part of the page did not come along.
    Again,
    /// Too many came at once: how many seconds to wait.
    TooOften(u32),
    /// Nothing can be stored just now.
    Away,
}

/// A survey to be answered.
#[derive(Clone, Debug)]
pub struct AnswerPage<'a> {
    /// Language of the page.
    pub lang: Lang,
    /// Who asks.
    pub organisation: &'a str,
    /// What is asked.
    pub survey: &'a Survey,
    /// Whether the link is one customer's.
    pub is_personal: bool,
    /// What stands in its fields.
    pub typed: &'a Typed,
    /// What is wrong with that.
    pub errors: &'a FormErrors,
    /// What is to be said.
    pub notice: Option<AnswerNotice>,
    /// Shown to a colleague: nothing can be sent.
    pub is_preview: bool,
}

/// The document around one page; `other` is where it stands in the other language.
fn document(
    lang: Lang,
    title: &str,
    organisation: &str,
    other: Option<&str>,
    body: Markup,
) -> String {
    let to = if lang == Lang::En { Lang::Zh } else { Lang::En };
    let page = html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) @if !organisation.is_empty() { " · " (organisation) } }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                style { (STYLE.as_str()) }
            }
            body {
                main {
                    header {
                        span { (organisation) }
                        @if let Some(other) = other {
                            a href=(other) lang=(to.tag()) hreflang=(to.tag()) { (words::language(to)) }
                        }
                    }
                    (body)
                }
            }
        }
    };
    page.into_string()
}

/// A text of the survey in the language of the page or, marked as such, in the other one.
fn said(label: &Label, lang: Lang) -> Markup {
    let own = match lang {
        Lang::En => &label.en,
        Lang::Zh => &label.zh,
    };
    let text = label.in_lang(lang);
    if own.is_empty() && !text.is_empty() {
        let other = if lang == Lang::En { Lang::Zh } else { Lang::En };
        return html! { span lang=(other.tag()) { (text) } };
    }
    html! { (text) }
}

/// The address of a page in a language; relative, so that it holds no token.
fn in_lang(lang: Lang, by_code: bool) -> String {
    let via = if by_code { "&via=code" } else { "" };
    format!("?lang={}{via}", lang.tag())
}

impl AnswerPage<'_> {
    /// The page.
    #[must_use]
    pub fn html(&self) -> String {
        let text = Text::new(self.lang);
        let other = if self.lang == Lang::En { Lang::Zh } else { Lang::En };
        let title = self.survey.title.in_lang(self.lang);
        let private = if self.is_personal {
            text.answer_private_personal(self.organisation)
        } else {
            text.answer_private_open(self.organisation)
        };
        let body = html! {
            h1 { (said(&self.survey.title, self.lang)) }
            @if !self.survey.intro.in_lang(self.lang).is_empty() {
                p class="intro" { (said(&self.survey.intro, self.lang)) }
            }
            @if let Some(notice) = self.notice { p class="note" role="alert" { (words_of(text, notice)) } }
            @if self.is_preview { p class="quiet" { (text.answer_preview()) } }
            form method="post" action=(in_lang(self.lang, self.typed.by_code)) {
                @for (place, question) in self.survey.questions.iter().enumerate() {
                    (self.question(text, place, question))
                }
                @if !self.is_preview {
                    input type="hidden" name="operation" value=(self.typed.operation);
                    input type="hidden" name="stamp" value=(self.typed.stamp);
                    // Whoever fills in everything that there is to fill in is no person.
                    div class="trap" aria-hidden="true" {
                        label { (text.answer_leave_empty()) input name="website" tabindex="-1" autocomplete="off"; }
                    }
                    button { (text.answer_send()) }
                }
            }
            footer { (private) }
        };
        let here = in_lang(other, self.typed.by_code);
        document(self.lang, title, self.organisation, Some(&here), body)
    }

    fn question(&self, text: Text, place: usize, question: &Question) -> Markup {
        let name = field_name(place);
        let error = self.errors.about(&name).map(|error| form_error(text, &name, error));
        let about = error.is_some().then(|| format!("{name}-bad"));
        let optional = html! {
            @if !question.required { small { " (" (text.answer_optional()) ")" } }
            @if question.kind == QuestionKind::Multi { small { br; (text.answer_several()) } }
        };
        let bad = html! {
            @if let Some(error) = &error { p class="bad" id=(format!("{name}-bad")) { (error) } }
        };
        match question.kind {
            QuestionKind::Text | QuestionKind::Subject | QuestionKind::Contact => html! {
                div class="card" {
                    label class="ask" for=(name) { (said(&question.title, self.lang)) (optional) }
                    (self.words(&name, question, about.as_deref()))
                    (bad)
                }
            },
            _ => html! {
                fieldset aria-describedby=[about] {
                    legend { (said(&question.title, self.lang)) (optional) }
                    (self.choices(text, &name, question))
                    (bad)
                }
            },
        }
    }

    /// What was sent for a field, if it was sent once.
    fn sent(&self, name: &str) -> &[String] {
        self.typed.sent.get(name).map_or(&[], Vec::as_slice)
    }

    fn words(&self, name: &str, question: &Question, about: Option<&str>) -> Markup {
        let sent = self.sent(name).first().map(String::as_str).unwrap_or_default();
        let invalid = about.map(|_| "true");
        if question.kind == QuestionKind::Text {
            return html! {
                textarea id=(name) name=(name) rows="4" maxlength=(domain::survey::ANSWER_CHARS)
                    required[question.required] aria-invalid=[invalid] aria-describedby=[about] { "\n" (sent) }
            };
        }
        let fill = (question.kind == QuestionKind::Contact).then_some("email");
        html! {
            input class="line" id=(name) name=(name) value=(sent) maxlength=(domain::survey::LINE_CHARS) autocomplete=[fill]
                required[question.required] aria-invalid=[invalid] aria-describedby=[about];
        }
    }

    fn choices(&self, text: Text, name: &str, question: &Question) -> Markup {
        let sent = self.sent(name);
        if let Some((lowest, highest)) = question.kind.scale() {
            let [low, high] = ends(text, question.kind);
            let class = format!("scale s{}", highest - lowest + 1);
            return html! {
                div class=(class) {
                    @for score in lowest..=highest {
                        label {
                            input type="radio" name=(name) value=(score) required[question.required]
                                aria-label=[end(score, lowest, highest, low, high)] checked[is_sent(sent, &score.to_string())];
                            span { (score) }
                        }
                    }
                }
                p class="ends" { span { (low) } span { (high) } }
            };
        }
        let kind = if question.kind == QuestionKind::Multi { "checkbox" } else { "radio" };
        let options: Vec<(String, Markup)> = if question.kind == QuestionKind::Topic {
            let topic = |topic: &FeedbackTopic| {
                (topic.code().to_owned(), html! { (words::feedback_topic(text, *topic)) })
            };
            FeedbackTopic::ALL.iter().map(topic).collect()
        } else {
            let option =
                |(place, label): (usize, &Label)| (place.to_string(), said(label, self.lang));
            question.options.iter().enumerate().map(option).collect()
        };
        let one = question.required && kind == "radio";
        html! {
            div class="pick" {
                @for (value, shown) in options {
                    label {
                        input type=(kind) name=(name) value=(value) required[one] checked[is_sent(sent, &value)];
                        span { (shown) }
                    }
                }
            }
        }
    }
}

fn is_sent(sent: &[String], value: &str) -> bool {
    sent.iter().any(|sent| sent == value)
}

/// What the ends of a scale mean, for who hears one place of it alone.
fn end(score: i64, lowest: i64, highest: i64, low: &str, high: &str) -> Option<String> {
    match score {
        _ if score == lowest => Some(format!("{score}, {low}")),
        _ if score == highest => Some(format!("{score}, {high}")),
        _ => None,
    }
}

fn ends(text: Text, kind: QuestionKind) -> [&'static str; 2] {
    match kind {
        QuestionKind::Csat => [text.answer_csat_low(), text.answer_csat_high()],
        QuestionKind::Ces => [text.answer_ces_low(), text.answer_ces_high()],
        _ => [text.answer_nps_low(), text.answer_nps_high()],
    }
}

fn words_of(text: Text, notice: AnswerNotice) -> String {
    match notice {
        AnswerNotice::LookAgain => text.answer_look_again().to_owned(),
        AnswerNotice::Again => text.answer_again().to_owned(),
        AnswerNotice::TooOften(seconds) => text.answer_too_often(&seconds.to_string()),
        AnswerNotice::Away => text.answer_away().to_owned(),
    }
}

/// What whoever answered sees, also whose answer waits or was dropped.
#[must_use]
pub fn thanks_page(lang: Lang, organisation: &str) -> String {
    told(lang, organisation, |text| [text.answer_thanks_title(), text.answer_thanks_body()])
}

/// What a link shows that takes no answers, whatever the reason.
#[must_use]
pub fn no_answers_page(lang: Lang, organisation: &str) -> String {
    told(lang, organisation, |text| [text.answer_dead_title(), text.answer_dead_body()])
}

fn told(lang: Lang, organisation: &str, words: impl Fn(Text) -> [&'static str; 2]) -> String {
    let [title, line] = words(Text::new(lang));
    let other = if lang == Lang::En { Lang::Zh } else { Lang::En };
    let body = html! {
        h1 { (title) }
        p { (line) }
    };
    document(lang, title, organisation, Some(&in_lang(other, false)), body)
}

/// A sheet with the code of a survey, to be printed and put up.
#[must_use]
pub fn poster_page(
    lang: Lang,
    organisation: &str,
    survey: &Survey,
    address: &str,
    code: &Code,
) -> String {
    let text = Text::new(lang);
    let title = survey.title.in_lang(lang);
    let other = if lang == Lang::En { Lang::Zh } else { Lang::En };
    let body = html! {
        div class="card poster" {
            h1 { (said(&survey.title, lang)) }
            p { (text.answer_scan()) }
            (code.svg(text.survey_code_of()))
            p { (text.answer_scan_or()) }
            code { (address) }
        }
    };
    document(lang, title, organisation, Some(&in_lang(other, false)), body)
}
