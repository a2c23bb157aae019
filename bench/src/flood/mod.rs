//! The open pages of surveys under attack while staff work: people answer, others send what does harm, and somebody
//! signed in asks for pages. Afterwards the store holds each answer of a person once, and nothing of the rest counts.
//!
//! The server counts calls as it is delivered. This program stands in for the proxy that it trusts, so that everybody
//! has an address of their own, and there are as many surveys as it takes for one not to get too many answers.

mod attack;
mod crowd;
pub mod figures;
mod house;
mod launch;
mod plan;
mod staff;
mod stored;
mod verdict;
mod visit;

use crate::{
    Fault,
    load::Round,
    options::{Flood, Options},
    place::Place,
    program::{Program, Server},
    result::machine,
    times::Times,
    work::sign_in,
};
use attack::{Attack, Due};
use crowd::Crowd;
use figures::{Figures, OfAttack};
use house::House;
use launch::Attacked;
use plan::Plan;
use std::{collections::BTreeMap, io::Write, sync::Arc, time::Duration};
use tokio::task::JoinSet;
use visit::Visited;

/// This program is the proxy.
const FLAGS: [&str; 2] = ["--trusted-proxy", "127.0.0.1"];

/// What was sent, and what it cost.
struct Sent {
    visits: Vec<Visited>,
    attacks: Vec<Attacked>,
    staff: Round,
    cpu_seconds: f64,
    database_cpu_seconds: f64,
}

/// Runs all of it in a house of its own.
///
/// # Errors
/// When an answer of a person is missing, doubled, changed, waits or was refused, or something hostile counts.
pub async fn run(options: &Options, flood: &Flood, out: &mut dyn Write) -> Result<(), Fault> {
    let program = Program::find(options.program.clone())?;
    let name = format!("flood-{}", uuid::Uuid::now_v7().simple());
    let place = Place::new(&options.database, &options.data, &name).await?;
    program.fill(&place, flood.customers, out).await?;
    let plan = Plan::new(flood.rate, flood.seconds);
    let house = House::open(&place, flood.customers, plan.visits.len()).await?;
    program.set_password(&place)?;
    let mut server = program.serve(&place, &FLAGS).await?;
    let cookie = sign_in(server.address()).await?;
    let crowd = Arc::new(Crowd::gather(server.address(), house).await?);
    writeln!(out, "sending {} requests a second for {} s", flood.rate, flood.seconds)?;
    let sent = send(&server, &crowd, plan, cookie, flood).await?;
    let peak_memory_kb = server.peak_memory_kb()?;
    server.stop()?;
    let stored = stored::read(&place, &crowd.house).await?;
    let (verdict, waiting) = verdict::find(&crowd.house, &sent.visits, &stored);
    let faults = verdict.faults();
    let figures = Figures {
        engine: place.engine().to_owned(),
        machine: machine(),
        customers: flood.customers,
        surveys: crowd.house.surveys.len() as u64,
        seconds: flood.seconds,
        rate: flood.rate,
        requests: sent.requests(),
        late_ms: sent.latest().as_secs_f64() * 1_000.0,
        answers_sent: sent.visits.iter().map(|visit| visit.sent).sum(),
        answers_thanked: sent.visits.iter().map(|visit| visit.thanked).sum(),
        refusals: count(sent.visits.iter().flat_map(|visit| &visit.refusals)),
        verdict,
        attacks: by_attack(&sent.attacks, &waiting),
        pages: Times::of(sent.visits.iter().filter_map(|visit| visit.page_micros).collect()),
        answers: Times::of(
            sent.visits.iter().flat_map(|visit| visit.answer_micros.clone()).collect(),
        ),
        staff: Times::of(sent.staff.micros),
        staff_errors: sent.staff.errors,
        staff_complaint: sent.staff.complaint,
        cpu_seconds: sent.cpu_seconds,
        database_cpu_seconds: sent.database_cpu_seconds,
        peak_memory_kb,
    };
    write!(out, "\n{}", figures.table())?;
    figures.keep(&options.data)?;
    if !faults.is_empty() {
        // Whoever looks for the reason needs the database.
        return Err(format!("{}; see {}", faults.join(", "), place.folder.display()).into());
    }
    place.remove(&options.database).await
}

/// Sends what is planned, and has somebody work meanwhile.
async fn send(
    server: &Server,
    crowd: &Arc<Crowd>,
    plan: Plan,
    cookie: String,
    flood: &Flood,
) -> Result<Sent, Fault> {
    let before = server.cpu_ms().await?;
    let span = (crowd.began(), crowd.began() + Duration::from_secs(flood.seconds));
    let staff = tokio::spawn(staff::work(server.address(), cookie, flood.customers, span));
    let mut visiting = JoinSet::new();
    for (person, visit) in plan.visits.into_iter().enumerate() {
        visiting.spawn(visit::go(crowd.clone(), person, visit));
    }
    let mut attacking = JoinSet::new();
    for (turn, at) in plan.attacks.into_iter().enumerate() {
        attacking.spawn(launch::launch(crowd.clone(), turn, at));
    }
    let (mut visits, mut attacks) = (Vec::new(), Vec::new());
    while let Some(visited) = visiting.join_next().await {
        visits.push(visited?);
    }
    while let Some(attacked) = attacking.join_next().await {
        attacks.push(attacked?);
    }
    let staff = staff.await?;
    let after = server.cpu_ms().await?;
    let [cpu_seconds, database_cpu_seconds] =
        [after.0 - before.0, after.1 - before.1].map(|ms| ms / 1_000.0);
    Ok(Sent { visits, attacks, staff, cpu_seconds, database_cpu_seconds })
}

impl Sent {
    /// Requests to the open pages.
    fn requests(&self) -> u64 {
        let of_people: u64 = self.visits.iter().map(Visited::requests).sum();
        let others: u64 = self.attacks.iter().map(|attacked| attacked.requests).sum();
        of_people + others
    }

    /// Most by which something was sent later than planned.
    fn latest(&self) -> Duration {
        let people = self.visits.iter().map(|visit| visit.late);
        people.chain(self.attacks.iter().map(|attacked| attacked.late)).max().unwrap_or_default()
    }
}

/// How often each is there.
fn count<'a>(all: impl Iterator<Item = &'a String>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one.clone()).or_insert(0) += 1;
    }
    counts
}

/// What became of each kind of attack.
fn by_attack(attacks: &[Attacked], waiting: &BTreeMap<Attack, u64>) -> Vec<OfAttack> {
    let of = |attack: Attack| {
        let sent = || attacks.iter().filter(|attacked| attacked.attack == attack);
        OfAttack {
            name: attack.name().to_owned(),
            may_wait: attack.due() == Due::Waits,
            sent: sent().count() as u64,
            answers: count(sent().map(|attacked| &attacked.answer)),
            waiting: waiting.get(&attack).copied().unwrap_or_default(),
        }
    };
    Attack::ALL.into_iter().map(of).collect()
}
