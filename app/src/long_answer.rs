//! Who asked for an answer that goes out piece by piece. Their rights are asked for anew on the way: a file that takes
//! minutes ends when its right or its session does. Server only.

use domain::policy::Caller;
use std::time::{Duration, Instant};
use store::{Db, StoreError};

/// Pieces after which the rights are asked for anew.
const PIECES: u16 = 10;
/// The time after which they are, whatever has gone out: whoever reads slowly gains nothing by it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whoever an answer goes out to.
pub(crate) struct Recipient {
    caller: Caller,
    asked: Instant,
    pieces: u16,
}

impl Recipient {
    /// Begins with the rights that the answer was asked for with.
    pub(crate) fn new(caller: Caller) -> Self {
        Self { caller, asked: Instant::now(), pieces: 0 }
    }

    /// With the rights to read the next piece by.
    ///
    /// # Errors
    /// [`domain::failure::Failure::SignedOut`] once the session has ended.
    pub(crate) async fn for_next(&mut self, db: &Db) -> Result<&Caller, StoreError> {
        if self.pieces == PIECES || self.asked.elapsed() > PATIENCE {
            self.ask(db).await?;
        }
        self.pieces += 1;
        Ok(&self.caller)
    }

    /// With the rights of this moment, before something goes out that was read over a while.
    ///
    /// # Errors
    /// As [`Recipient::for_next`].
    pub(crate) async fn ask(&mut self, db: &Db) -> Result<&Caller, StoreError> {
        let passed = i64::try_from(self.asked.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.caller = db.still_signed_in(&self.caller, self.caller.now.plus(passed)).await?;
        (self.asked, self.pieces) = (Instant::now(), 0);
        Ok(&self.caller)
    }
}
