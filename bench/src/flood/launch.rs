//! What is sent by those who mean no good.

use super::{
    attack::Attack,
    crowd::{Crowd, Form, Thanked, filled, robot},
    house::Link,
};
use crate::client::Request;
use domain::survey::ANSWER_CHARS;
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};
use store::Secret;
use uuid::Uuid;

/// Largest body that a survey takes.
const BODY: usize = 64 * 1024;
/// Where those come from who answer faster than anybody reads: one address for all of them.
const HASTY: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));
/// Bodies that are no form.
const NONSENSE: [&str; 5] =
    ["%%%=%zz&q0", "{\"q0\":9,\"operation\":\"x\"}", "&&&===;", "q0=%ff%fe&operation=%c3%28", "\0"];
/// What is no score.
const NO_SCORES: [&str; 6] = ["11", "-1", "9.5", "x", "9\0", "99999999999999999999"];
/// Kinds of content that are no form.
const OTHER_KINDS: [&str; 3] =
    ["text/plain", "application/json", "multipart/form-data; boundary=x"];

/// What became of an attack.
#[derive(Clone, Debug)]
pub struct Attacked {
    /// What it was.
    pub attack: Attack,
    /// Requests that were sent.
    pub requests: u64,
    /// What came back.
    pub answer: String,
    /// By how much it was sent later than planned.
    pub late: Duration,
}

/// What an attack has at hand.
struct Tools<'a> {
    link: &'a Link,
    form: &'a Form,
    /// The page of another survey.
    other: &'a Form,
    thanked: Option<&'a Thanked>,
}

/// Attacks at a time of the plan, each time in another way.
pub async fn launch(crowd: Arc<Crowd>, turn: usize, at: Duration) -> Attacked {
    let late = crowd.until(at).await;
    let round = turn / Attack::ALL.len();
    let kind = Attack::ALL.get(turn % Attack::ALL.len()).copied().unwrap_or(Attack::Guess);
    let thanked = {
        let known = crowd.thanked.lock().await;
        known.get(turn * 31 % known.len().max(1)).cloned()
    };
    let attack = match (kind, &thanked) {
        // In the first seconds there is nothing to be sent again.
        (Attack::Replay | Attack::ReplayElsewhere, None) => Attack::Guess,
        (kind, _) => kind,
    };
    let attacked =
        |requests, answer: &str| Attacked { attack, requests, answer: answer.to_owned(), late };
    let place = match (attack, &thanked) {
        (Attack::ReplayElsewhere, Some(thanked)) => thanked.link.survey + 1,
        _ => round,
    };
    let Some(link) = crowd.house.open_link(place) else { return attacked(0, "no survey") };
    let page_of = |survey: usize| crowd.old.get(survey % crowd.old.len().max(1));
    let (Some(own), Some(other)) = (page_of(link.survey), page_of(link.survey + 1)) else {
        return attacked(0, "no page");
    };
    let (from, mut requests) = (if attack == Attack::Hasty { HASTY } else { robot(turn) }, 1);
    let mut form = Form { operation: Uuid::now_v7().to_string(), ..own.clone() };
    if attack == Attack::Hasty {
        let page = crowd.send(from, &Request::page(link.path.clone())).await;
        let Some(fresh) = page.ok().and_then(|page| Form::read(&page.text())) else {
            return attacked(requests, "no page");
        };
        form = fresh;
        requests += 1;
    }
    let tools = Tools { link: &link, form: &form, other, thanked: thanked.as_ref() };
    match crowd.send(from, &request(attack, round, &tools)).await {
        Ok(answer) => attacked(requests, &answer.status.to_string()),
        // A server need not read to its end what it will not take.
        Err(_) => attacked(requests, "cut off"),
    }
}

/// What is sent.
fn request(attack: Attack, round: usize, tools: &Tools<'_>) -> Request {
    let Tools { link, form, other, thanked } = tools;
    let pick = |all: &[&'static str]| all.get(round % all.len().max(1)).copied().unwrap_or("");
    let path = link.path.as_str();
    let words = attack.words();
    let (score, text) = (("q0", "0"), ("q1", words.as_str()));
    let (attempt, stamp) = (("operation", &*form.operation), ("stamp", &*form.stamp));
    let post = |fields: &[(&str, &str)]| Request::form(path, filled(fields));
    let good = [score, text, attempt, stamp];
    let stolen = thanked.map_or("", |thanked| &thanked.operation);
    match attack {
        Attack::Nonsense => Request::form(path, pick(&NONSENSE).to_owned()),
        Attack::NoAttempt => post(&[score, text, stamp]),
        Attack::NoScore => post(&[text, attempt, stamp]),
        Attack::WrongScore => post(&[("q0", pick(&NO_SCORES)), text, attempt, stamp]),
        Attack::TooLong => {
            let long = format!("{words}{}", "x".repeat(ANSWER_CHARS));
            post(&[score, ("q1", &long), attempt, stamp])
        }
        Attack::TooLarge => {
            let large = format!("{words}{}", "x".repeat(BODY));
            post(&[score, attempt, stamp, ("q1", &large)])
        }
        Attack::OtherKind => {
            let body = Some((pick(&OTHER_KINDS), filled(&good)));
            Request { body, ..post(&good) }
        }
        Attack::Guess => {
            let guessed = format!("/s/{}", guess());
            if round.is_multiple_of(2) {
                Request::page(guessed)
            } else {
                Request::form(&guessed, filled(&good))
            }
        }
        Attack::InAddress => Request::page(format!("{path}?score=0&{}", filled(&good))),
        Attack::Replay => {
            let own = thanked.map_or(path, |thanked| &thanked.link.path);
            Request::form(own, filled(&[score, text, ("operation", stolen), stamp]))
        }
        Attack::ReplayElsewhere => post(&[score, text, ("operation", stolen), stamp]),
        Attack::Trap => post(&[score, text, attempt, stamp, ("website", "http://example.com")]),
        Attack::Hasty => post(&good),
        Attack::ForeignStamp => post(&[score, text, attempt, ("stamp", &other.stamp)]),
    }
}

/// A token as links have them.
fn guess() -> String {
    let random = Secret::new().map(|secret| secret.text()).unwrap_or_default();
    random.chars().take(32).collect()
}
