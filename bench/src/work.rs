//! The kinds of work that are measured: what is asked, and what a right answer looks like. An
//! error page is not an answer.

use crate::{
    Fault,
    client::{Answer, Connection, Request},
    grown,
    program::{EMAIL, PASSWORD},
    sample::Sample,
};
use app::{
    customers::api::{AccountScreen, CreateAccount, EditAccount, FindDuplicates, OpenAccount},
    deals::api::{MoveOpportunity, OpenOpportunity, OpportunityScreen},
};
use domain::{
    account::Account,
    duplicate::Candidate,
    id::{AccountNumber, OpportunityId, Version},
    opportunity::StageMove,
};
use serde::de::DeserializeOwned;
use serde_json::json;
use server_fn::ServerFn;
use std::net::SocketAddr;

/// One kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The newest 50 customers.
    FirstPage,
    /// 50 customers from somewhere deep in the list.
    DeepPage,
    /// The first 50 by pinyin.
    ByName,
    /// A search with 800 to 1700 hits.
    Search,
    /// A search with very many hits.
    SearchFrequent,
    /// A search for one customer by its name.
    SearchOne,
    /// The page of a customer.
    Open,
    /// A new customer, compared with those that are there.
    Create,
    /// One field of a customer.
    Update,
    /// The newest 50 customers in reach of the lead of a team.
    TeamFirstPage,
    /// 50 of them from somewhere deep in the list.
    TeamDeepPage,
    /// The first 50 of them by pinyin.
    TeamByName,
    /// The board of a pipeline with 5,000 open deals.
    Board,
    /// A deal from one stage into another.
    MoveDeal,
    /// What is open of 200,000 cases, most urgent first.
    Inbox,
    /// The page of a customer with 5,000 entries on the timeline.
    LongTimeline,
    /// The dashboard over 100,000 deals, 1,000,000 activities and 200,000 cases.
    Dashboard,
    /// The same each time after a deal moved, so that what is kept of deals is counted again.
    DashboardAfterMove,
}

impl Work {
    /// All of it, reading first.
    pub const ALL: &'static [Self] = &[
        // Each beside its twin: what else the machine does then touches both.
        Self::FirstPage,
        Self::TeamFirstPage,
        Self::DeepPage,
        Self::TeamDeepPage,
        Self::ByName,
        Self::TeamByName,
        Self::Search,
        Self::SearchFrequent,
        Self::SearchOne,
        Self::Open,
        Self::Create,
        Self::Update,
        Self::Board,
        Self::MoveDeal,
        Self::Inbox,
        Self::LongTimeline,
        Self::Dashboard,
        Self::DashboardAfterMove,
    ];

    /// As the tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstPage => "list, first page",
            Self::DeepPage => "list, deep page",
            Self::ByName => "list sorted by pinyin name",
            Self::Search => "search, 800-1700 hits",
            Self::SearchFrequent => "search, a third of all companies",
            Self::SearchOne => "search, one hit",
            Self::Open => "open one record",
            Self::Create => "create with duplicate check",
            Self::Update => "update one field",
            Self::TeamFirstPage => "list, first page, of a team",
            Self::TeamDeepPage => "list, deep page, of a team",
            Self::TeamByName => "list sorted by pinyin name, of a team",
            Self::Board => "board with 5,000 open deals",
            Self::MoveDeal => "move a deal",
            Self::Inbox => "inbox over 200,000 cases",
            Self::LongTimeline => "customer with 5,000 entries",
            Self::Dashboard => "dashboard of a manager",
            Self::DashboardAfterMove => "move a deal, then the dashboard",
        }
    }

    /// The same work by somebody whose rights have no limits, for work by the lead of a team.
    pub fn without_limits(self) -> Option<Self> {
        match self {
            Self::TeamFirstPage => Some(Self::FirstPage),
            Self::TeamDeepPage => Some(Self::DeepPage),
            Self::TeamByName => Some(Self::ByName),
            _ => None,
        }
    }

    /// Milliseconds of server processor time to stay below, where there is a target.
    pub fn target_ms(self) -> Option<f64> {
        match self {
            Self::SearchOne | Self::Update => Some(1.0),
            Self::Board => Some(5.0),
            Self::MoveDeal => Some(2.0),
            Self::Inbox | Self::LongTimeline => Some(3.0),
            Self::Dashboard => Some(50.0),
            Self::SearchFrequent
            | Self::TeamFirstPage
            | Self::TeamDeepPage
            | Self::TeamByName
            | Self::DashboardAfterMove => None,
            _ => Some(1.5),
        }
    }

    /// How many times the floor it may take on any machine: the target divided by the processor time that a bare axum
    /// with SQLite took for the same rows as JSON, in milliseconds, on the machine that the targets were set on.
    pub fn most_times_the_floor(self) -> Option<f64> {
        let bare_ms = match self {
            Self::FirstPage | Self::DeepPage | Self::ByName => 0.16,
            Self::Search => 0.31,
            Self::SearchOne => 0.2,
            Self::Open => 0.05,
            Self::SearchFrequent
            | Self::Create
            | Self::Update
            | Self::TeamFirstPage
            | Self::TeamDeepPage
            | Self::TeamByName
            | Self::Board
            | Self::MoveDeal
            | Self::Inbox
            | Self::LongTimeline
            | Self::Dashboard
            | Self::DashboardAfterMove => return None,
        };
        self.target_ms().map(|target| target / bare_ms)
    }
}

/// The site under measurement, signed in.
#[derive(Debug)]
pub struct Site {
    /// Where it answers.
    pub address: SocketAddr,
    /// What comes along with every request.
    pub cookie: String,
    /// The same of the lead of a team.
    pub lead_cookie: String,
    /// What is asked for.
    pub sample: Sample,
}

/// What one connection remembers between its requests.
#[derive(Debug)]
pub struct Visitor {
    connection: Connection,
    place: usize,
    turn: usize,
    own: Option<Account>,
    /// The deal that it moves to and fro, and whether it went forth last.
    deal: Option<(OpportunityId, Version, bool)>,
}

impl Site {
    /// Signs in; the lead of a team is signed in already.
    ///
    /// # Errors
    /// When the password is not taken.
    pub async fn sign_in(
        address: SocketAddr,
        sample: Sample,
        lead_cookie: String,
    ) -> Result<Self, Fault> {
        let cookie = sign_in(address).await?;
        Ok(Self { address, cookie, lead_cookie, sample })
    }

    /// A connection with a part of the sample of its own, by whoever does the work.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn visitor(&self, work: Work, place: usize) -> Result<Visitor, Fault> {
        let cookie = match work.without_limits() {
            Some(_) => &self.lead_cookie,
            None => &self.cookie,
        };
        let connection = Connection::open(self.address, cookie).await?;
        Ok(Visitor { connection, place, turn: place * 17, own: None, deal: None })
    }

    /// Does one piece of work and looks at the answer.
    ///
    /// # Errors
    /// When the answer is not right.
    pub async fn perform(&self, work: Work, visitor: &mut Visitor) -> Result<(), Fault> {
        visitor.turn += 1;
        let turn = visitor.turn;
        match work {
            Work::FirstPage | Work::TeamFirstPage => {
                self.list(visitor, "sort=created".to_owned()).await
            }
            Work::DeepPage | Work::TeamDeepPage => {
                let deep = self.sample.deep(turn as u64);
                self.list(visitor, format!("sort=created&after={deep}%3A")).await
            }
            Work::ByName | Work::TeamByName => self.list(visitor, "sort=name".to_owned()).await,
            Work::Search => {
                self.list(visitor, format!("q={}", encode(&self.sample.fragment.0))).await
            }
            Work::SearchFrequent => {
                self.list(visitor, format!("q={}", encode(&self.sample.frequent.0))).await
            }
            Work::SearchOne => {
                let Some(account) = pick(&self.sample.lone, turn) else { return Ok(()) };
                let path = format!("/customers?q={}", encode(&account.data.name));
                let answer = visitor.connection.send(&Request::page(path)).await?;
                let page = page(&answer)?;
                let hit = format!("href=\"/customers/{}\"", account.number);
                right(page.contains(&hit) && count(&page, ROW) < 10, "the one hit is not there")
            }
            Work::Open => {
                let Some(account) = pick(&self.sample.records, turn) else { return Ok(()) };
                let path = format!("/customers/{}", account.number);
                let answer = visitor.connection.send(&Request::page(path)).await?;
                let page = page(&answer)?;
                right(page.contains(&escape(&account.data.name)), "the page lacks the name")
            }
            Work::Create => create(visitor).await,
            Work::Update => self.update(visitor).await,
            Work::Board => self.shows(visitor, "/pipeline", "deal-card", 20).await,
            Work::MoveDeal => self.move_deal(visitor).await,
            Work::Inbox => self.shows(visitor, "/feedback", "data-row", 50).await,
            Work::LongTimeline => {
                let path = format!("/customers/C-{}", grown::long(self.sample.customers));
                self.shows(visitor, &path, "Entry ", 20).await
            }
            Work::Dashboard => self.dashboard(visitor).await,
            Work::DashboardAfterMove => {
                self.move_deal(visitor).await?;
                self.dashboard(visitor).await
            }
        }
    }

    async fn list(&self, visitor: &mut Visitor, query: String) -> Result<(), Fault> {
        let request = Request::page(format!("/customers?{query}"));
        let answer = visitor.connection.send(&request).await?;
        right(count(&page(&answer)?, ROW) >= 50, "fewer than 50 rows")
    }

    /// A page that holds something so many times.
    async fn shows(
        &self,
        visitor: &mut Visitor,
        path: &str,
        part: &str,
        least: usize,
    ) -> Result<(), Fault> {
        let answer = visitor.connection.send(&Request::page(path.to_owned())).await?;
        let found = count(&page(&answer)?, part);
        if found >= least {
            return Ok(());
        }
        Err(format!("{path} holds {part:?} {found} times").into())
    }

    async fn dashboard(&self, visitor: &mut Visitor) -> Result<(), Fault> {
        self.shows(visitor, "/dashboard", "class=\"bar", 20).await
    }

    /// Moves a deal of its own into the second stage, and back the next time.
    async fn move_deal(&self, visitor: &mut Visitor) -> Result<(), Fault> {
        let (id, seen, forth) = match visitor.deal {
            Some(deal) => deal,
            None => {
                // As it is now: an earlier round moved it.
                let number = pick(&self.sample.deals, visitor.place).ok_or("no deals")?;
                let path = format!("{}?number={number}", OpenOpportunity::PATH);
                let answer = visitor.connection.send(&Request::call(path)).await?;
                let deal = read::<OpportunityScreen>(&answer)?.opportunity;
                (deal.id, deal.version, false)
            }
        };
        let stage = pick(&self.sample.stages, usize::from(!forth)).ok_or("no stages")?;
        let moved = StageMove { stage: *stage, ..StageMove::default() };
        let body = json!({ "id": id, "seen": seen, "moved": moved });
        let request = Request::json(MoveOpportunity::PATH, body.to_string());
        let version: Version = read(&visitor.connection.send(&request).await?)?;
        visitor.deal = Some((id, version, !forth));
        Ok(())
    }

    async fn update(&self, visitor: &mut Visitor) -> Result<(), Fault> {
        let turn = visitor.turn;
        let own = match visitor.own.take() {
            Some(own) => own,
            None => {
                // As it is now: an earlier round may have changed it.
                let number =
                    pick(&self.sample.records, turn).map(|a| a.number).ok_or("no records")?;
                let path = format!("{}?number={number}", OpenAccount::PATH);
                let answer = visitor.connection.send(&Request::call(path)).await?;
                read::<AccountScreen>(&answer)?.account
            }
        };
        let remark = format!("measured {turn} {}", uuid::Uuid::now_v7());
        let body = json!({
            "number": own.number, "id": own.id, "seen": own.version,
            "edits": [{ "field": "remark", "value": remark }],
        });
        let request = Request::json(EditAccount::PATH, body.to_string());
        let answer = visitor.connection.send(&request).await?;
        let changed: Account = read(&answer)?;
        let done = changed.data.remark == remark;
        visitor.own = Some(changed);
        right(done, "the field was not changed")
    }
}

/// Signs the administrator in; answers what comes along with every request from then on.
///
/// # Errors
/// When the password is not taken.
pub async fn sign_in(address: SocketAddr) -> Result<String, Fault> {
    let mut connection = Connection::open(address, "").await?;
    let form = format!("email={}&password={}", encode(EMAIL), encode(PASSWORD));
    let answer = connection.send(&Request::form("/login", form)).await?;
    let is_session = |cookie: &String| answer.status == 303 && cookie.starts_with("sid=");
    let cookie = answer.cookie.filter(is_session);
    Ok(cookie.ok_or_else(|| format!("signing in was answered with {}", answer.status))?)
}

async fn create(visitor: &mut Visitor) -> Result<(), Fault> {
    let id = uuid::Uuid::now_v7();
    let name = format!("{}科技有限公司", invented(id.as_u128()));
    let phone = format!("1990011{:04}", id.as_u128() % 10_000);
    let probe = json!({ "probe": { "name": name, "phones": [phone] } });
    let answer =
        visitor.connection.send(&Request::json(FindDuplicates::PATH, probe.to_string())).await?;
    let found: Vec<Candidate> = read(&answer)?;
    right(found.len() <= 5, "too many look-alikes")?;
    let form =
        [("name", name.as_str()), ("phone", &phone), ("industry", "软件"), ("value", "12000")];
    let mut body = format!("operation={id}");
    for (field, value) in form {
        body.push_str(&format!("&form%5B{field}%5D={}", encode(value)));
    }
    let request = Request {
        method: "POST",
        path: CreateAccount::PATH.to_owned(),
        body: Some(("application/x-www-form-urlencoded", body)),
        accept: "application/json",
    };
    let answer = visitor.connection.send(&request).await?;
    right(read::<AccountNumber>(&answer)?.0 > 0, "no number")
}

/// Four Han characters by the last bits of a number: as different as names are. If all began alike, each would be
/// compared with all before it.
fn invented(number: u128) -> String {
    let character = |place: u32| {
        let bits = u32::try_from((number >> (11 * place)) & 0x7ff).unwrap_or_default();
        char::from_u32(0x4e00 + bits).unwrap_or('一')
    };
    (0..4).map(character).collect()
}

/// The value a call answered with.
fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Fault> {
    serde_json::from_slice(&answer.body)
        .map_err(|_| format!("status {}: {}", answer.status, answer.text()).into())
}

/// What each row of a list holds once or more.
const ROW: &str = "href=\"/customers/C-";

/// The page that was asked for.
///
/// # Errors
/// When it is an error page, or half a page.
pub fn page(answer: &Answer) -> Result<String, Fault> {
    if answer.status != 200 {
        return Err(format!("status {}", answer.status).into());
    }
    let page = answer.text();
    if page.contains("error-pane") || !page.contains("</html>") {
        return Err("an error page, or half a page".into());
    }
    Ok(page)
}

fn right(fine: bool, complaint: &'static str) -> Result<(), Fault> {
    if fine { Ok(()) } else { Err(complaint.into()) }
}

/// One of all, in turn.
pub fn pick<T>(all: &[T], turn: usize) -> Option<&T> {
    all.get(turn % all.len().max(1))
}

fn count(page: &str, part: &str) -> usize {
    page.matches(part).count()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
}

/// A value as it stands in a query or a form.
pub fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.as_bytes().to_vec(), cookie: None, location: None }
    }

    #[test]
    fn invented_names_are_four_han_characters_and_differ() {
        let names: std::collections::HashSet<String> =
            (0..500).map(|n| invented(n * 0x0123_4567_89ab)).collect();
        assert_eq!(names.len(), 500);
        assert!(names.iter().flat_map(|name| name.chars()).all(domain::text::is_han));
        assert!(names.iter().all(|name| name.chars().count() == 4));
    }

    #[test]
    fn an_error_page_is_not_an_answer() {
        assert!(page(&answer(200, "<html>fine</html>")).is_ok());
        assert!(page(&answer(503, "<html>fine</html>")).is_err());
        assert!(page(&answer(200, "<html><div class=\"empty error-pane\"></html>")).is_err());
        assert!(page(&answer(200, "<html>half a pa")).is_err());
    }

    #[test]
    fn values_are_encoded_for_queries() {
        assert_eq!(encode("科 &a"), "%E7%A7%91%20%26a");
    }
}
