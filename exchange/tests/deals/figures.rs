//! What a manager is told of imported deals equals what comes out of the file itself, worked out here apart from all our
//! code: by agent, by product and by quarter how many were won and lost, what they were worth, how long they took.

use super::{House, house, plan, shared};
use domain::{
    dashboard::{Breakdown, DashboardRequest, Key},
    import::OnDuplicate,
    period::{Period, When},
    time::{DAY, ZoneOffsets},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// A few deals as a sales team keeps them; our own.
const SMALL: &str = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n\
     1,Ann Lee,Lamp,,Won,2020-01-05,2020-02-01,1054\n\
     2,Ann Lee,Lamp,,Won,2020-01-05,2020-03-31,550\n\
     3,Ann Lee,Desk,,Lost,2020-01-07,2020-04-01,0\n\
     4,Bo Chen,Desk,,Won,2020-02-29,2020-04-01,4514\n\
     5,Bo Chen,Lamp,,Engaging,2020-05-01,,\n\
     6,Bo Chen,Desk,,Lost,2020-02-01,2020-12-31,0\n\
     7,Bo Chen,Lamp,,Prospecting,,,\n\
     8,Ann Lee,Desk,,Won,2020-06-01,2021-01-01,4800\n";
const SMALL_PRODUCTS: &str = "product,series,sales_price\nLamp,L,550\nDesk,D,4821\n";

/// A closed deal of the file.
struct Line {
    agent: String,
    product: String,
    won: bool,
    took: i64,
    cents: i64,
}

/// Days since 1970, counted the long way.
fn days(raw: &str) -> i64 {
    let part: Vec<i64> = raw.split('-').map(|part| part.parse().unwrap()).collect();
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let months =
        |year: i64| [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let years: i64 = (1970..part[0]).map(|year| months(year).iter().sum::<i64>()).sum();
    let whole = usize::try_from(part[1] - 1).unwrap();
    years + months(part[0]).iter().take(whole).sum::<i64>() + part[2] - 1
}

/// The quarter of a day, as `2017-2`.
fn quarter(raw: &str) -> String {
    let month: i64 = raw[5..7].parse().unwrap();
    format!("{}-{}", &raw[..4], (month - 1) / 3 + 1)
}

fn read(text: &str) -> Vec<(Line, String)> {
    let closed = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let closed = closed.filter(|cells| matches!(cells[4], "Won" | "Lost"));
    closed
        .map(|cells| {
            let line = Line {
                agent: cells[1].to_owned(),
                // Written two ways in the file.
                product: cells[2].replace("GTXPro", "GTX Pro"),
                won: cells[4] == "Won",
                took: days(cells[6]) - days(cells[5]),
                cents: cells[7].parse::<i64>().unwrap() * 100,
            };
            (line, quarter(cells[6]))
        })
        .collect()
}

/// Won, lost, worth and the median of the days.
type Sums = (i64, i64, i64, Option<i64>);

fn sums<'a>(lines: impl Iterator<Item = &'a Line>) -> Sums {
    let (won, lost): (Vec<&Line>, Vec<&Line>) = lines.partition(|line| line.won);
    let mut took: Vec<i64> = won.iter().map(|line| line.took * DAY).collect();
    took.sort_unstable();
    let middle =
        took.len().checked_sub(1).map(|last| i64::midpoint(took[last / 2], took[last.div_ceil(2)]));
    let count = |lines: &[&Line]| i64::try_from(lines.len()).unwrap();
    (count(&won), count(&lost), won.iter().map(|line| line.cents).sum(), middle)
}

async fn equal(house: &House, products: &Path, deals: &Path) -> (i64, i64) {
    let text = std::fs::read_to_string(deals).unwrap();
    let lines = read(&text);
    let agents: BTreeSet<String> =
        text.lines().skip(1).filter_map(|line| line.split(',').nth(1)).map(str::to_owned).collect();
    let mut names = BTreeMap::new();
    for agent in &agents {
        names.insert(house.user(agent).await, agent.clone());
    }
    house.import(products).await;
    let job = house.run(deals, &plan(OnDuplicate::Skip, "")).await;
    assert_eq!(job.counts.refused, 0);
    let currency = house.db.organisation(&house.caller).await.unwrap().currency;
    let ask = async |by: Breakdown| {
        let when = When::Named(Period::Ever);
        let request = DashboardRequest { when, by: Some(by), ..DashboardRequest::default() };
        let zone = ZoneOffsets::default();
        house.db.dashboard(&house.caller, &zone, currency, &request).await.unwrap().deals.unwrap()
    };
    for by in Breakdown::ALL {
        let told = ask(*by).await;
        let closed = told.closed;
        let all = sums(lines.iter().map(|(line, _)| line));
        assert_eq!((closed.won, closed.lost, closed.won_minor, closed.time_to_win), all);
        let mut expected: BTreeMap<String, Vec<&Line>> = BTreeMap::new();
        for (line, quarter) in &lines {
            let key = match by {
                Breakdown::Owner => &line.agent,
                Breakdown::Product => &line.product,
                Breakdown::Quarter => quarter,
            };
            expected.entry(key.clone()).or_default().push(line);
        }
        let expected: BTreeMap<String, Sums> =
            expected.into_iter().map(|(key, lines)| (key, sums(lines.into_iter()))).collect();
        let group = |key: &Key| match key {
            Key::Owner(owner) => names.get(&owner.unwrap()).unwrap().clone(),
            Key::Product(_, name) => name.clone(),
            Key::Quarter(days) => quarter(&days.last().to_string()),
        };
        let groups: BTreeMap<String, Sums> = told
            .groups
            .iter()
            .map(|told| {
                let closed = told.closed;
                (group(&told.key), (closed.won, closed.lost, closed.won_minor, closed.time_to_win))
            })
            .collect();
        assert_eq!(groups, expected, "{by:?}");
    }
    let closed = ask(Breakdown::Owner).await.closed;
    (closed.won, closed.lost)
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_equal_what_the_file_says() {
    let house = house().await;
    let products = house.file("products.csv", SMALL_PRODUCTS);
    let deals = house.file("deals.csv", SMALL);
    assert_eq!(equal(&house, &products, &deals).await, (4, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_equal_what_the_files_of_a_sales_team_say() {
    let of = |name: &str| shared(&format!("sales-opportunities/{name}.csv"));
    let (Some(products), Some(deals)) = (of("products"), of("sales_pipeline")) else { return };
    assert_eq!(equal(&house().await, &products, &deals).await, (4_238, 2_473));
}
