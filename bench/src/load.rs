//! Work at a number of connections for some seconds: how long each piece took, how many there
//! were, what they cost.

use crate::{
    Fault,
    program::Server,
    times::{micros, share_ms},
    work::{Site, Work},
};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// Times of one kind of work at one number of connections.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figure {
    /// Kind of work.
    pub work: String,
    /// Connections at once.
    pub connections: usize,
    /// Pieces of work done.
    pub done: u64,
    /// Pieces of work that were not answered rightly.
    pub errors: u64,
    /// Half of them took no longer, milliseconds.
    pub p50_ms: f64,
    /// 95 of a hundred took no longer, milliseconds.
    pub p95_ms: f64,
    /// Pieces of work a second.
    pub per_second: f64,
    /// Processor time of the server for each, user and system, milliseconds.
    pub cpu_ms: f64,
    /// Processor time of PostgreSQL's processes for each, milliseconds.
    pub database_cpu_ms: f64,
    /// Processor time of the bare statement for such work just before, milliseconds, where there is one.
    pub bare_cpu_ms: Option<f64>,
    /// The first complaint, if there was one.
    pub complaint: String,
}

impl Figure {
    /// Processor time of server and database for each piece of work, milliseconds.
    pub fn all_cpu_ms(&self) -> f64 {
        self.cpu_ms + self.database_cpu_ms
    }
}

/// Of several rounds of the same measurements the middle one of each, by processor time; with the errors of all. What
/// else the machine does comes and goes.
pub fn middle(rounds: Vec<Vec<Figure>>) -> Vec<Figure> {
    let mut same: Vec<Vec<Figure>> = Vec::new();
    for round in rounds {
        same.resize_with(same.len().max(round.len()), Vec::new);
        for (figures, figure) in same.iter_mut().zip(round) {
            figures.push(figure);
        }
    }
    let middle = |mut figures: Vec<Figure>| {
        let errors = figures.iter().map(|figure| figure.errors).sum();
        let complaint = figures.iter().map(|figure| figure.complaint.clone()).max();
        figures.sort_by(|a, b| a.all_cpu_ms().total_cmp(&b.all_cpu_ms()));
        let place = figures.len() / 2;
        let figure = figures.into_iter().nth(place)?;
        Some(Figure { errors, complaint: complaint.unwrap_or_default(), ..figure })
    };
    same.into_iter().filter_map(middle).collect()
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<34} {:>3} conn  {:>7.2} ms p50 {:>8.2} ms p95 {:>7.0} /s  cpu {:>6.2} + {:>5.2} ms  {} errors {}",
            self.work,
            self.connections,
            self.p50_ms,
            self.p95_ms,
            self.per_second,
            self.cpu_ms,
            self.database_cpu_ms,
            self.errors,
            self.complaint
        )
    }
}

/// Times and complaints of one round.
#[derive(Debug, Default)]
pub struct Round {
    /// Microseconds of each piece of work that went right.
    pub micros: Vec<u64>,
    /// How many did not.
    pub errors: u64,
    /// The first complaint.
    pub complaint: String,
    /// How long it lasted.
    pub lasted: Duration,
}

/// Measures one kind of work, after a second of warming up.
///
/// # Errors
/// When the server or the system does not answer at all.
pub async fn measure(
    site: &Arc<Site>,
    server: &Server,
    work: Work,
    connections: usize,
    seconds: f64,
) -> Result<Figure, Fault> {
    round(site, work, connections, Duration::from_secs(1)).await?;
    let before = server.cpu_ms().await?;
    let round = round(site, work, connections, Duration::from_secs_f64(seconds)).await?;
    let after = server.cpu_ms().await?;
    Ok(round.figure(work.name(), connections, after.0 - before.0, after.1 - before.1))
}

async fn round(
    site: &Arc<Site>,
    work: Work,
    connections: usize,
    length: Duration,
) -> Result<Round, Fault> {
    let mut visitors = Vec::with_capacity(connections);
    for place in 0..connections {
        visitors.push(site.visitor(work, place).await?);
    }
    let began = Instant::now();
    let end = began + length;
    let mut running = JoinSet::new();
    for mut visitor in visitors {
        let site = site.clone();
        running.spawn(async move {
            let mut round = Round::default();
            while Instant::now() < end {
                let asked = Instant::now();
                match site.perform(work, &mut visitor).await {
                    Ok(()) => round.micros.push(micros(asked.elapsed())),
                    Err(fault) => {
                        round.errors += 1;
                        if round.complaint.is_empty() {
                            round.complaint = fault.to_string().chars().take(200).collect();
                        }
                        // A server that refuses everything is not to be asked in a tight loop.
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }
            }
            round
        });
    }
    let mut sum = Round::default();
    while let Some(round) = running.join_next().await {
        sum.add(round?);
    }
    sum.lasted = began.elapsed();
    Ok(sum)
}

impl Round {
    /// Adds what another connection saw.
    pub fn add(&mut self, other: Self) {
        self.micros.extend(other.micros);
        self.errors += other.errors;
        if self.complaint.is_empty() {
            self.complaint = other.complaint;
        }
    }

    /// The figures of the round, given the processor time that all of it took.
    #[expect(clippy::cast_precision_loss, reason = "counts of some seconds")]
    pub fn figure(
        mut self,
        work: &str,
        connections: usize,
        cpu_ms: f64,
        database_cpu_ms: f64,
    ) -> Figure {
        self.micros.sort_unstable();
        let done = self.micros.len() as f64;
        let each = (done + self.errors as f64).max(1.0);
        Figure {
            work: work.to_owned(),
            connections,
            done: self.micros.len() as u64,
            errors: self.errors,
            p50_ms: share_ms(&self.micros, 50),
            p95_ms: share_ms(&self.micros, 95),
            per_second: done / self.lasted.as_secs_f64().max(0.001),
            cpu_ms: cpu_ms / each,
            database_cpu_ms: database_cpu_ms / each,
            bare_cpu_ms: None,
            complaint: self.complaint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_and_shares_of_processor_time() {
        let mut round = Round { lasted: Duration::from_secs(2), ..Round::default() };
        round.add(Round { micros: (1..=50).map(|n| n * 1_000).collect(), ..Round::default() });
        let refused = "refused".to_owned();
        let more = (51..=99).map(|n| n * 1_000).collect();
        round.add(Round { micros: more, errors: 1, complaint: refused, ..Round::default() });
        let figure = round.figure("x", 2, 150.0, 50.0);
        assert_eq!((figure.done, figure.errors, figure.complaint.as_str()), (99, 1, "refused"));
        assert!((figure.p50_ms - 50.0).abs() < 0.01 && (figure.p95_ms - 95.0).abs() < 0.01);
        assert!((figure.per_second - 49.5).abs() < 0.01);
        assert!((figure.all_cpu_ms() - 2.0).abs() < 0.01);
    }

    #[test]
    fn the_middle_of_three_rounds_counts_and_every_error_does() {
        let figure = |(cpu_ms, errors): (f64, u64)| {
            let complaint = if errors > 0 { "refused".to_owned() } else { String::new() };
            Figure { errors, cpu_ms, complaint, ..Round::default().figure("x", 1, 0.0, 0.0) }
        };
        let round = |costs: [(f64, u64); 2]| costs.map(figure).to_vec();
        let rounds = vec![
            round([(3.0, 1), (1.0, 0)]),
            round([(1.0, 0), (9.0, 0)]),
            round([(2.0, 1), (5.0, 0)]),
        ];
        let middle = middle(rounds);
        assert_eq!(middle.len(), 2);
        assert!((middle[0].cpu_ms - 2.0).abs() < 1e-9 && (middle[1].cpu_ms - 5.0).abs() < 1e-9);
        assert_eq!((middle[0].errors, middle[0].complaint.as_str()), (2, "refused"));
        assert_eq!((middle[1].errors, middle[1].complaint.as_str()), (0, ""));
    }
}
