//! How long things took: the middle, and what few took longer than.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Times of many pieces of the same work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// How many there were.
    pub count: u64,
    /// Half of them took no longer, milliseconds.
    pub p50_ms: f64,
    /// 95 of a hundred took no longer, milliseconds.
    pub p95_ms: f64,
    /// 99 of a hundred took no longer, milliseconds.
    pub p99_ms: f64,
}

impl Times {
    /// Of microseconds in any order.
    pub fn of(mut micros: Vec<u64>) -> Self {
        micros.sort_unstable();
        let [p50_ms, p95_ms, p99_ms] = [50, 95, 99].map(|percent| share_ms(&micros, percent));
        Self { count: micros.len() as u64, p50_ms, p95_ms, p99_ms }
    }
}

/// What so many of a hundred took no longer than (milliseconds), of microseconds in order.
#[expect(clippy::cast_precision_loss, reason = "microseconds of some minutes")]
pub fn share_ms(micros: &[u64], percent: usize) -> f64 {
    let place = (micros.len() * percent / 100).min(micros.len().saturating_sub(1));
    micros.get(place).map_or(0.0, |micros| *micros as f64 / 1_000.0)
}

/// A time as it is collected.
pub fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_that_so_many_do_not_exceed() {
        let times = Times::of((1..=200).rev().map(|n| n * 1_000).collect());
        let about = |ms: f64, of: f64| (ms - of).abs() < 1.01;
        assert_eq!(times.count, 200);
        assert!(about(times.p50_ms, 100.0) && about(times.p95_ms, 190.0));
        assert!(about(times.p99_ms, 198.0));
        assert_eq!(Times::of(Vec::new()), Times::default());
    }
}
