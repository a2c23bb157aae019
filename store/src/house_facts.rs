//! Settings of the organisation and names of colleagues, kept as they were read last: every page needs them,
//! and they hardly ever change. Whoever is signed in comes with the state they are in now, so none is ever old.

use crate::{db::Db, error::Result};
use domain::{
    list::Colleague,
    organisation::Organisation,
    policy::{self, Caller, Object},
};
use std::sync::{Arc, Mutex, PoisonError};

/// What the facts were read at: another state, other facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HouseState {
    /// Version of the organisation's settings.
    pub organisation: i64,
    /// Sum of the versions of all users. Every change counts one up and nobody is ever taken out, so it never
    /// comes back.
    pub people: i64,
}

/// The facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The settings.
    pub organisation: Organisation,
    /// Everybody with a name, disabled ones included.
    pub colleagues: Vec<Colleague>,
}

/// The facts read last, for all requests of this process.
#[derive(Debug, Default)]
pub struct HouseFacts(Mutex<Option<(HouseState, Arc<Facts>)>>);

impl HouseFacts {
    /// The facts in the state `now`, read from the database only when that is another than last time.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`], or as the functions it reads.
    pub async fn at(&self, now: HouseState, db: &Db, caller: &Caller) -> Result<Arc<Facts>> {
        policy::view(caller, Object::Organisation)?;
        policy::view(caller, Object::User)?;
        if let Some((state, house)) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner)
            && *state == now
        {
            return Ok(Arc::clone(house));
        }
        let house = Arc::new(Facts {
            organisation: db.organisation(caller).await?,
            colleagues: db.colleagues(caller).await?,
        });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&house)));
        Ok(house)
    }
}
