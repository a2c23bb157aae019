//! `rapport demo`: a made-up company with its people, customers and what happened with them.
//! The same seed makes the same company for the same day; only ids and the password differ.

mod activities;
mod chinese;
mod deals;
mod english;
mod invent;
mod names;
mod orders;
mod people;
mod progress;
mod random;
mod reach;
mod sample;
mod surveys;
#[cfg(test)]
mod tests;

pub use sample::sample;

use crate::{clock, complaint::Complaint};
use domain::{
    date::Date,
    id::{OperationId, UserId, Version},
    note::NoteBody,
    policy::{Caller, House, Origin},
    time::{DAY, Instant},
};
use invent::{Customer, World};
use people::SignIn;
use progress::Progress;
use std::{
    io::{IsTerminal, Write},
    ops::Range,
};
use store::{Db, Load, Loaded, LoadedNote, LoadedPerson};
use uuid::Uuid;

/// Fewest and most customers of one transaction: the larger the database, the more of them touch
/// the same pages, which are then written once.
const BATCH: (u64, u64) = (1_000, 20_000);
/// Days over which the customers came.
const HISTORY_DAYS: i64 = 1_000;
/// Most customers that came at the same moment; fewer where there are few customers.
const AT_ONCE: u64 = 400;

/// Fills an empty database with `customers` invented customers, whose history ends the day before
/// `today` (default: the clock's day), and prints who can sign in.
///
/// # Errors
/// When somebody uses the database already, or when it does not answer.
pub async fn run(
    db: &Db,
    customers: u64,
    seed: u64,
    today: Option<Date>,
    out: &mut dyn Write,
) -> Result<(), Complaint> {
    if db.any_user().await? {
        return Err(Complaint::new(
            "there are people in this database already, and a demo would mix with their customers. \
             Give an empty folder with --data, or an empty database with --database",
        ));
    }
    let mut caller = Caller::system(clock::now(), Origin::CommandLine);
    let organisation = people::organisation();
    db.save_organisation(&caller, Version(0), &organisation).await?;
    caller.house = House::from(&organisation);
    let password = people::new_password()?;
    let people = people::add(db, &caller, &password).await?;
    let owners: Vec<UserId> = people.iter().map(|person| person.id).collect();

    writeln!(out, "Inventing {customers} customers")?;
    let mut progress = Progress::new(out, std::io::stdout().is_terminal(), customers);
    let mut sum = Loaded::default();
    let today = today.map_or_else(|| day_of(caller.now), |date| Instant(date.days() * DAY));
    let plan = Plan { seed, customers, today };
    let mut next = plan.batch(0, &owners);
    let mut from = 0;
    while from < customers {
        let batch = next.await.map_err(|_| Complaint::new("inventing customers was cut short"))?;
        from += plan.step();
        // One core invents while the other stores.
        next = plan.batch(from, &owners);
        let loaded = store::retry(|| db.load_customers(&caller, &batch)).await?;
        sum.accounts += loaded.accounts;
        sum.people += loaded.people;
        sum.notes += loaded.notes;
        progress.show(sum.accounts)?;
    }
    let company = Company { db, caller: &caller, people: &people, seed, customers, today };
    let deals = company.add_deals().await?;
    let orders = company.add_orders().await?;
    let answers = company.add_surveys().await?;
    let activities = company.add_activities(&organisation.time_zone).await?;
    db.optimize().await?;
    let seconds = progress.elapsed().as_secs_f64();
    writeln!(
        out,
        "{} customers, {} contact persons, {} notes, {deals} deals, {orders} orders, {answers} answers to surveys and {activities} activities in {seconds:.1} s",
        sum.accounts, sum.people, sum.notes
    )?;
    writeln!(out, "\nSign in as")?;
    for person in &people {
        let role = person.role.code().replace('_', " ");
        writeln!(out, "  {:<20} {password}   {role}, {}", person.email, person.name)?;
    }
    Ok(())
}

/// The made-up company with its customers: what its people do with them goes on from here.
struct Company<'a> {
    db: &'a Db,
    caller: &'a Caller,
    people: &'a [SignIn],
    seed: u64,
    /// How many customers there are.
    customers: u64,
    today: Instant,
}

/// A name for an attempt that is made once.
fn operation() -> OperationId {
    OperationId(Uuid::now_v7())
}

fn day_of(now: Instant) -> Instant {
    Instant(now.0.div_euclid(DAY) * DAY)
}

/// What is to be invented.
#[derive(Clone, Copy)]
struct Plan {
    seed: u64,
    customers: u64,
    today: Instant,
}

impl Plan {
    /// Begins to invent the customers from number `from` on, up to a batch of them.
    fn batch(self, from: u64, owners: &[UserId]) -> tokio::task::JoinHandle<Vec<Load>> {
        let owners = owners.to_vec();
        tokio::task::spawn_blocking(move || {
            let world = World { seed: self.seed, today: self.today, owners: &owners };
            self.loads(&world, from..self.customers.min(from.saturating_add(self.step())))
        })
    }

    /// Invents customers; those who came together are loaded together.
    fn loads(self, world: &World<'_>, numbers: Range<u64>) -> Vec<Load> {
        let mut loads: Vec<Load> = Vec::new();
        for index in numbers {
            let made_at = self.made_at(index);
            match loads.last_mut().filter(|load| load.made_at == made_at) {
                Some(load) => add(load, world.customer(index, made_at)),
                None => {
                    let mut load = empty(made_at, world.clerk(made_at));
                    add(&mut load, world.customer(index, made_at));
                    loads.push(load);
                }
            }
        }
        loads
    }

    /// Customers of one transaction.
    fn step(self) -> u64 {
        (self.customers / 25).clamp(BATCH.0, BATCH.1)
    }

    /// When customer number `index` came: the first long ago, the last yesterday, a few at a time.
    fn made_at(self, index: u64) -> Instant {
        let together = (self.customers / 200).clamp(1, AT_ONCE);
        let step = i64::try_from(index / together * together).unwrap_or(0);
        let all = i64::try_from(self.customers.max(1)).unwrap_or(i64::MAX);
        let span = HISTORY_DAYS * DAY;
        let passed = i128::from(span) * i128::from(step) / i128::from(all);
        self.today.plus(i64::try_from(passed).unwrap_or(0) - span - DAY)
    }
}

fn empty(made_at: Instant, made_by: UserId) -> Load {
    Load { made_at, made_by, accounts: Vec::new(), people: Vec::new(), notes: Vec::new() }
}

/// Puts a customer behind those of `load`. A note that breaks the rules is left out; a test says
/// that none does.
fn add(load: &mut Load, customer: Customer) {
    let place = load.accounts.len();
    let people = customer.people.into_iter();
    load.people.extend(people.map(|draft| LoadedPerson { works_for: place, draft }));
    let notes = customer.notes.into_iter().filter_map(|note| {
        let body = NoteBody::parse(&note.body).ok()?;
        Some(LoadedNote { about: place, body, at: note.at, by: note.by, pinned: note.pinned })
    });
    load.notes.extend(notes);
    load.accounts.push(customer.account);
}
