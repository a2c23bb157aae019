//! What is asked for: records all over the database, and words that find as many as the targets
//! speak of.

use crate::{Fault, place::Place};
use domain::{
    account::Account,
    id::{AccountNumber, OpportunityNumber, StageId},
    list::{ListRequest, Tab},
    opportunity::DealRequest,
    policy::{Caller, Origin},
    time::Instant,
};
use std::time::{SystemTime, UNIX_EPOCH};
use store::Db;

/// How many hits the search of the targets has.
const HITS: std::ops::RangeInclusive<i64> = 800..=1_700;
/// A word that a third of all firms carry.
const FREQUENT: &str = "科技";
/// Connections that each move a deal of their own.
const MOST_VISITORS: usize = 200;
/// Records drawn.
const RECORDS: u64 = 300;

/// Parts of the measured requests.
#[derive(Clone, Debug)]
pub struct Sample {
    /// How many customers there are.
    pub customers: u64,
    /// Customers spread over the whole database.
    pub records: Vec<Account>,
    /// Companies among them whose name finds them only.
    pub lone: Vec<Account>,
    /// What finds 800 to 1700 companies, and how many.
    pub fragment: (String, i64),
    /// What finds very many, and how many.
    pub frequent: (String, i64),
    /// Open deals in one of the first two stages, one for each connection.
    pub deals: Vec<OpportunityNumber>,
    /// The first two stages of their pipeline.
    pub stages: Vec<StageId>,
}

/// The command line of the installation, now.
pub fn caller() -> Caller {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = Instant(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX));
    Caller::system(now, Origin::CommandLine)
}

/// The list of companies that a search finds.
pub fn search(typed: &str) -> ListRequest {
    ListRequest { search: typed.to_owned(), ..ListRequest::default() }
}

impl Sample {
    /// The number of a customer deep in the list, another for each of a hundred steps.
    pub fn deep(&self, step: u64) -> u64 {
        self.customers / 3 + step % 100 * self.customers / 200
    }

    /// Looks at the database.
    ///
    /// # Errors
    /// When it is not the one the program fills.
    pub async fn draw(place: &Place, customers: u64) -> Result<Self, Fault> {
        let db = place.open().await?;
        // As the daily round leaves it: an earlier measurement may have written much.
        db.optimize().await?;
        let caller = caller();
        let mut records = Vec::new();
        let mut lone = Vec::new();
        for step in 0..RECORDS {
            // Multiplying by a number without common divisors visits places far apart.
            let number = 1 + (step * 7_919 * (customers / RECORDS).max(1)) % customers;
            let number = AccountNumber(i64::try_from(number)?);
            let account = db.account(&caller, number).await?;
            if Tab::Companies.holds(account.data.kind) && lone.len() < 60 {
                let found = db.list_count(&caller, &search(&account.data.name), false).await?;
                if found.number == 1 {
                    lone.push(account.clone());
                }
            }
            records.push(account);
        }
        if lone.is_empty() {
            return Err(
                "no customer is found by its name alone; is this the invented company?".into()
            );
        }
        let fragment = fragment(&db, &caller, &lone).await?;
        let many = db.list_count(&caller, &search(FREQUENT), true).await?.number;
        let (deals, stages) = deals(&db, &caller).await?;
        db.close().await;
        let frequent = (FREQUENT.to_owned(), many);
        Ok(Self { customers, records, lone, fragment, frequent, deals, stages })
    }
}

/// Open deals of the first pipeline that stand in its first two stages, and these.
async fn deals(db: &Db, caller: &Caller) -> Result<(Vec<OpportunityNumber>, Vec<StageId>), Fault> {
    let pipeline = db.pipelines(caller).await?.into_iter().next().ok_or("no pipeline")?;
    let stages: Vec<StageId> = pipeline.columns().take(2).map(|stage| stage.id).collect();
    let mut request = DealRequest::default();
    let mut deals = Vec::new();
    while deals.len() < MOST_VISITORS {
        let page = db.opportunity_page(caller, &request).await?;
        let first = page.rows.iter().filter(|deal| stages.contains(&deal.stage));
        deals.extend(first.map(|deal| deal.number));
        match page.next {
            Some(next) => request.after = Some(next),
            None => break,
        }
    }
    Ok((deals, stages))
}

/// A fragment of names that finds as many companies as the targets speak of: the shortest there is, from one
/// character to the four that a hundredth as many firms have.
async fn fragment(db: &Db, caller: &Caller, lone: &[Account]) -> Result<(String, i64), Fault> {
    let han = |account: &Account| -> Vec<char> {
        account.data.name.chars().take_while(|c| domain::text::is_han(*c)).collect()
    };
    let names: Vec<Vec<char>> = lone.iter().map(han).collect();
    for length in 1..=4 {
        for typed in names.iter().flat_map(|name| name.windows(length)).map(String::from_iter) {
            let few = db.list_count(caller, &search(&typed), false).await?;
            if !few.more {
                continue;
            }
            let exact = db.list_count(caller, &search(&typed), true).await?.number;
            if HITS.contains(&exact) {
                return Ok((typed, exact));
            }
        }
    }
    Err("no word finds 800 to 1700 customers".into())
}
