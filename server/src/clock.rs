//! The clock: the only place that asks what time it is. Everything else is given the time.

use domain::time::Instant;
use std::time::{SystemTime, UNIX_EPOCH};

/// Now, by this machine.
pub fn now() -> Instant {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX))
}
