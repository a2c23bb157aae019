//! The manual as HTML: Markdown of docs/manual, rendered and cleaned on the server.

use super::Topic;
use domain::{lang::Lang, text::fold};

/// An article as clean HTML, without its title: the page or panel around it has one.
pub(super) fn html(topic: Topic, lang: Lang) -> String {
    let source = source(topic, lang);
    let body = match source.split_once('\n') {
        Some((title, body)) if title.starts_with("# ") => body,
        _ => source,
    };
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(body));
    ammonia::clean(&html)
}

/// The articles whose text holds every word of what was typed, in the order of the contents.
pub(super) fn find(typed: &str, lang: Lang) -> Vec<Topic> {
    let words: Vec<String> = fold(typed).split(' ').map(str::to_owned).collect();
    Topic::ALL
        .iter()
        .copied()
        .filter(|topic| {
            let text = fold(source(*topic, lang));
            words.iter().all(|word| text.contains(word.as_str()))
        })
        .collect()
}

fn source(topic: Topic, lang: Lang) -> &'static str {
    let (english, chinese) = topic.source();
    match lang {
        Lang::En => english,
        Lang::Zh => chinese,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_article_is_written_in_both_languages() {
        for topic in Topic::ALL {
            for lang in [Lang::En, Lang::Zh] {
                let html = html(*topic, lang);
                assert!(!html.contains("<h1"), "{} {lang:?}", topic.slug());
                let title = topic.title(crate::i18n::Text::new(lang));
                let first = source(*topic, lang).lines().next();
                assert_eq!(first, Some(format!("# {title}").as_str()), "{lang:?}");
                assert!(html.len() > 150, "{} {lang:?}", topic.slug());
            }
        }
    }

    #[test]
    fn articles_are_found_by_their_words() {
        assert!(find("restore bin", Lang::En).contains(&Topic::Bin));
        assert!(find("拼音", Lang::Zh).contains(&Topic::Search));
        assert!(find("no such zzyqx", Lang::En).is_empty());
    }
}
