//! What all who send something share: where and when, and what was answered so far.

use super::house::{House, Link};
use crate::{
    Fault,
    client::{Answer, Connection, Request},
    work::encode,
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

/// What a browser sends back of the page of a survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The name of the attempt.
    pub operation: String,
    /// Says when the page was opened.
    pub stamp: String,
}

impl Form {
    /// From a page.
    pub fn read(page: &str) -> Option<Self> {
        let hidden = |name: &str| {
            let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
            rest.split_once('"').map(|(value, _)| value.to_owned())
        };
        Some(Self { operation: hidden("operation")?, stamp: hidden("stamp")? })
    }
}

/// An answer that somebody was thanked for.
#[derive(Clone, Debug)]
pub struct Thanked {
    /// Where it was sent.
    pub link: Link,
    /// The name of the attempt.
    pub operation: String,
}

/// Everybody who sends something.
#[derive(Debug)]
pub struct Crowd {
    /// The surveys.
    pub house: House,
    /// A page of each survey that was opened before all of it.
    pub old: Vec<Form>,
    /// Answers that somebody was thanked for.
    pub thanked: Mutex<Vec<Thanked>>,
    server: SocketAddr,
    began: Instant,
}

impl Crowd {
    /// Gathers before the surveys, and begins a moment later.
    ///
    /// # Errors
    /// When the server does not show the surveys.
    pub async fn gather(server: SocketAddr, house: House) -> Result<Self, Fault> {
        let began = Instant::now() + Duration::from_secs(1);
        let mut crowd = Self { house, old: Vec::new(), thanked: Mutex::default(), server, began };
        for turn in 0..crowd.house.surveys.len() {
            let link = crowd.house.open_link(turn).ok_or("no survey")?;
            let page = crowd.send(robot(0), &Request::page(link.path)).await?;
            let form = Form::read(&page.text());
            crowd.old.push(form.ok_or_else(|| format!("a survey shows status {}", page.status))?);
        }
        Ok(crowd)
    }

    /// The moment that all times of the plan are counted from.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// Waits until a time of the plan; answers by how much it was missed.
    pub async fn until(&self, at: Duration) -> Duration {
        sleep_until(self.began + at).await;
        self.began.elapsed().saturating_sub(at)
    }

    /// Sends something by a connection of its own, as proxies do that keep none open.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send(&self, from: IpAddr, request: &Request) -> Result<Answer, Fault> {
        let connection = Connection::open(self.server, "").await?;
        connection.for_somebody_at(from).send(request).await
    }
}

/// Whether an answer is the way to the page of thanks.
pub fn is_thanks(answer: &Answer) -> bool {
    let location = answer.location.as_deref().unwrap_or_default();
    answer.status == 303 && location.starts_with("/s/thanks")
}

/// The body of a form.
pub fn filled(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// The address of a person, each of whom has one. They are of the networks that are set aside for measuring.
pub fn person(number: usize) -> IpAddr {
    measuring(18, number)
}

/// The address of a program that attacks: another each time, so that what is refused is refused for what it is.
pub fn robot(number: usize) -> IpAddr {
    measuring(19, number)
}

fn measuring(network: u8, number: usize) -> IpAddr {
    let [low, high, ..] = number.to_le_bytes();
    Ipv4Addr::new(198, network, high, low).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gives_what_its_form_sends_back() {
        let page = "<input type=\"hidden\" name=\"operation\" value=\"o\">\
                    <input type=\"hidden\" name=\"stamp\" value=\"s-_\">";
        let form = Form { operation: "o".to_owned(), stamp: "s-_".to_owned() };
        assert_eq!(Form::read(page), Some(form));
        assert_eq!(Form::read("<html></html>"), None);
    }

    #[test]
    fn people_and_programs_have_addresses_of_their_own() {
        assert_eq!(person(258).to_string(), "198.18.1.2");
        assert_ne!(person(7), robot(7));
    }
}
