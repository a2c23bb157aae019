//! Somebody with a link: opens the page, reads it, answers, and now and then taps twice.

use super::{
    crowd::{Crowd, Form, Thanked, filled, is_thanks, person},
    house::Link,
    plan::Visit,
};
use crate::{client::Request, times::micros};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until};

/// Nobody answers sooner after the page is there: a page that came late is read for as long.
const NO_SOONER: Duration = Duration::from_millis(2_100);

/// What became of a visit.
#[derive(Clone, Debug, Default)]
pub struct Visited {
    /// Whose it was.
    pub person: usize,
    /// Whether an answer was to be sent.
    pub means_to_answer: bool,
    /// How often the answer was sent.
    pub sent: u64,
    /// How often there were thanks for it.
    pub thanked: u64,
    /// What came instead of the page or the thanks.
    pub refusals: Vec<String>,
    /// Microseconds until the page was there.
    pub page_micros: Option<u64>,
    /// Microseconds of each answer until there were thanks.
    pub answer_micros: Vec<u64>,
    /// By how much the page was asked for later than planned.
    pub late: Duration,
}

impl Visited {
    /// Requests that were sent.
    pub fn requests(&self) -> u64 {
        1 + self.sent
    }
}

/// The score that a person gives: every one there is.
pub fn score(person: usize) -> i64 {
    i64::try_from(person % 11).unwrap_or_default()
}

/// The words that a person adds, by which the answer is known again.
pub fn words(person: usize) -> String {
    format!("person {person}")
}

/// Who said these words.
pub fn who(words: &str) -> Option<usize> {
    words.strip_prefix("person ")?.parse().ok()
}

/// Goes through a visit.
pub async fn go(crowd: Arc<Crowd>, person: usize, planned: Visit) -> Visited {
    let means_to_answer = planned.answers.is_some();
    let mut visited = Visited { person, means_to_answer, ..Visited::default() };
    let Some(link) = crowd.house.link(person) else {
        visited.refusals.push("no link".to_owned());
        return visited;
    };
    let lang = if person % 4 < 2 { "en" } else { "zh" };
    let path = format!("{}?lang={lang}", link.path);
    visited.late = crowd.until(planned.opens).await;
    let form = match open(&crowd, person, &path).await {
        Ok((form, micros)) => {
            visited.page_micros = Some(micros);
            form
        }
        Err(refusal) => {
            visited.refusals.push(refusal);
            return visited;
        }
    };
    if let Some(answers) = planned.answers {
        let soonest = Instant::now() + NO_SOONER;
        let first = answer(&crowd, person, (&path, &link), &form, (answers, soonest));
        let answered = match planned.again {
            None => vec![first.await],
            Some(again) => {
                let second = answer(&crowd, person, (&path, &link), &form, (again, soonest));
                let (first, second) = tokio::join!(first, second);
                vec![first, second]
            }
        };
        visited.sent = answered.len() as u64;
        for one in answered {
            match one {
                Ok(micros) => visited.answer_micros.push(micros),
                Err(refusal) => visited.refusals.push(refusal),
            }
        }
        visited.thanked = visited.answer_micros.len() as u64;
    }
    visited
}

/// Opens the page; answers its form and the microseconds it took, or what came instead.
async fn open(crowd: &Crowd, who: usize, path: &str) -> Result<(Form, u64), String> {
    let asked = Instant::now();
    let page = crowd.send(person(who), &Request::page(path.to_owned())).await;
    let micros = micros(asked.elapsed());
    let page = page.map_err(|fault| format!("page: {fault}"))?;
    let form = Form::read(&page.text()).filter(|_| page.status == 200);
    form.map(|form| (form, micros)).ok_or_else(|| format!("page: {}", page.status))
}

/// Sends the answer at a time of the plan and no sooner than it can have been read; answers the microseconds it took, or
/// what came instead of thanks.
async fn answer(
    crowd: &Crowd,
    who: usize,
    (path, link): (&str, &Link),
    form: &Form,
    (at, soonest): (Duration, Instant),
) -> Result<u64, String> {
    let fields = [
        ("q0", &*score(who).to_string()),
        ("q1", &words(who)),
        ("operation", &form.operation),
        ("stamp", &form.stamp),
        ("website", ""),
    ];
    let request = Request::form(path, filled(&fields));
    crowd.until(at).await;
    sleep_until(soonest).await;
    let sent = Instant::now();
    let answer = crowd.send(person(who), &request).await;
    let micros = micros(sent.elapsed());
    let answer = answer.map_err(|fault| format!("answer: {fault}"))?;
    if !is_thanks(&answer) {
        return Err(format!("answer: {}", answer.status));
    }
    let operation = form.operation.clone();
    crowd.thanked.lock().await.push(Thanked { link: link.clone(), operation });
    Ok(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_known_again_by_its_words() {
        assert_eq!(who(&words(17)), Some(17));
        assert_eq!((who("hostile trap 17"), who("")), (None, None));
        assert_eq!((score(0), score(10), score(11)), (0, 10, 0));
    }
}
