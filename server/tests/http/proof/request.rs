//! A request that changes something, as it is sent, and the same about nothing.

use super::{record::Kept, world::Seat};
use crate::support::{Answer, Browser};
use domain::id::UserId;
use serde_json::{Value, json};
use server::inventory::{Entry, Kind};

/// A body as its entry takes it.
#[derive(Clone, Debug)]
pub enum Body {
    Json(Value),
    Form(Vec<(String, String)>),
    /// A file of rows.
    File(Vec<(String, String)>),
}

/// Whether a seat may, on what somebody keeps.
pub type May = fn(&Seat, Option<UserId>) -> bool;

/// A request.
#[derive(Clone)]
pub struct Request {
    pub entry: &'static Entry,
    pub path: String,
    pub body: Body,
    pub may: May,
    /// Tables that it moves also when it is refused.
    pub notes: &'static [&'static str],
}

/// Names in a body under which records are named by their numbers.
const NUMBERED: [&str; 3] = ["number", "account", "person"];

/// Puts ids and numbers that nobody has where those of a record stand; answers whether any did.
fn put_unknown(value: &mut Value, about: &Kept) -> bool {
    let unknown = Kept::unknown();
    let ids = [
        (about.account.to_string(), unknown.account.to_string()),
        (about.person.to_string(), unknown.person.to_string()),
        (about.note.to_string(), unknown.note.to_string()),
        (about.number.to_string(), unknown.number.to_string()),
        (about.person_number.to_string(), unknown.person_number.to_string()),
    ];
    match value {
        Value::String(text) => {
            let new = ids.into_iter().find(|(known, _)| known == text);
            new.map(|(_, new)| *text = new).is_some()
        }
        Value::Array(values) => {
            values.iter_mut().filter_map(|value| put_unknown(value, about).then_some(())).count()
                > 0
        }
        Value::Object(object) => {
            let mut any = false;
            for (name, value) in object {
                let numbers = [
                    (about.number.0, unknown.number.0),
                    (about.person_number.0, unknown.person_number.0),
                ];
                let new = numbers.into_iter().find(|(known, _)| *value == json!(known));
                match new.filter(|_| NUMBERED.contains(&&**name)) {
                    Some((_, new)) => {
                        *value = json!(new);
                        any = true;
                    }
                    None => any |= put_unknown(value, about),
                }
            }
            any
        }
        _ => false,
    }
}

const BOUNDARY: &str = "3fa9c1";

impl Request {
    /// Everything that is sent, to be searched.
    pub fn text(&self) -> String {
        match &self.body {
            Body::Json(json) => format!("{} {json}", self.path),
            Body::Form(fields) | Body::File(fields) => format!("{} {fields:?}", self.path),
        }
    }

    /// The same about records that are not there; `None` where it is about none.
    pub fn about_nothing(&self, about: &[Kept]) -> Option<Self> {
        let mut body = self.body.clone();
        let mut any = false;
        for kept in about {
            match &mut body {
                Body::Json(json) => any |= put_unknown(json, kept),
                Body::Form(fields) => {
                    for (_, value) in fields {
                        let mut text = Value::String(std::mem::take(value));
                        any |= put_unknown(&mut text, kept);
                        *value = text.as_str().unwrap_or_default().to_owned();
                    }
                }
                Body::File(_) => {}
            }
        }
        any.then(|| Self { body, ..self.clone() })
    }

    /// Sends it.
    pub fn send(&self, browser: &mut Browser) -> Answer {
        let (kind, body) = match &self.body {
            Body::Json(json) => ("application/json".to_owned(), json.to_string()),
            Body::Form(fields) => {
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (&**name, &**value)).collect();
                ("application/x-www-form-urlencoded".to_owned(), crate::support::form(&fields))
            }
            Body::File(fields) => {
                let mut body = String::new();
                for (name, value) in fields {
                    let file = if name == "file" {
                        "; filename=\"a.csv\"\r\nContent-Type: text/csv"
                    } else {
                        ""
                    };
                    body += &format!(
                        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
                    );
                }
                body += &format!("--{BOUNDARY}--\r\n");
                (format!("multipart/form-data; boundary={BOUNDARY}"), body)
            }
        };
        let accept = if self.entry.kind == Kind::Form { "text/html" } else { "application/json" };
        let headers =
            [("accept", accept), ("sec-fetch-site", "same-origin"), ("content-type", &kind)];
        browser.ask(self.entry.method, &self.path, &headers, body.as_bytes())
    }
}
