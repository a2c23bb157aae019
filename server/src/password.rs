//! Hashing passwords with argon2id, one or two at a time, with a short queue: a crowd of sign-ins waits
//! or is told to come back, and never eats the machine's memory.

use app::ssr::PasswordHasher;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use domain::failure::Failure;
use std::{pin::Pin, sync::Arc, thread::available_parallelism};
use tokio::sync::{Semaphore, TryAcquireError};

/// Memory of one hash (KiB), passes, lanes: 46 MiB, 1, 1.
const COST: (u32, u32, u32) = (47_104, 1, 1);
/// Most hashes computed at once.
const MOST_AT_ONCE: usize = 2;
/// Calls that may wait for their turn.
const QUEUE: usize = 32;

/// The hash of a secret nobody kept, at today's cost: unknown accounts are compared with it, so
/// that they take as long as known ones.
pub const NOBODY: &str = "$argon2id$v=19$m=47104,t=1,p=1$zs6+kEZidZPVcy6IfHyIfg$ksBhKUD3C734c3++rSMfYz0KIbyoRHRu3zgqOCbf+U0";

/// argon2id at today's cost.
#[derive(Debug)]
pub struct Argon {
    at_once: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Default for Argon {
    fn default() -> Self {
        Self {
            at_once: Arc::new(Semaphore::new(at_once())),
            places: Arc::new(Semaphore::new(at_once() + QUEUE)),
        }
    }
}

/// Hashes computed at once: each takes a core for a tenth of a second and half of the memory that all else takes, so
/// at most half of the cores do.
fn at_once() -> usize {
    let cores = available_parallelism().map_or(1, usize::from);
    (cores / 2).clamp(1, MOST_AT_ONCE)
}

impl Argon {
    /// Runs `work` where it may take long, when it is its turn.
    async fn turn<T: Send + 'static>(
        at_once: Arc<Semaphore>,
        places: Arc<Semaphore>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let _place = match places.try_acquire_owned() {
            Ok(place) => place,
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => {
                return Err(Failure::Unavailable);
            }
        };
        let turn = at_once.acquire_owned().await.map_err(|_| Failure::Unavailable)?;
        tokio::task::spawn_blocking(move || {
            // Kept until the work is done, also when nobody waits for it any more.
            let _turn = turn;
            work()
        })
        .await
        .map_err(|_| Failure::Unavailable)
    }
}

impl PasswordHasher for Argon {
    fn hash(
        &self,
        password: String,
    ) -> Pin<Box<dyn Future<Output = Result<String, Failure>> + Send>> {
        let work = Self::turn(self.at_once.clone(), self.places.clone(), move || hash(&password));
        Box::pin(async move { work.await?.ok_or(Failure::Unavailable) })
    }

    fn verify(
        &self,
        password: String,
        stored: String,
    ) -> Pin<Box<dyn Future<Output = Result<bool, Failure>> + Send>> {
        Box::pin(Self::turn(self.at_once.clone(), self.places.clone(), move || {
            tracing::debug!("a password is compared");
            fits(&password, &stored)
        }))
    }
}

fn argon() -> Option<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string of `password` with a new salt.
pub fn hash(password: &str) -> Option<String> {
    let hashed: PasswordHash = argon()?.hash_password(password.as_bytes()).ok()?;
    Some(hashed.to_string())
}

fn fits(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
}

/// Whether a stored hash was made at another cost than today's.
pub fn is_outdated(stored: &str) -> bool {
    let (memory, passes, lanes) = COST;
    !stored.starts_with(&format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_only_and_names_todays_cost() {
        let stored = hash("correct horse battery").unwrap();
        assert!(fits("correct horse battery", &stored));
        assert!(!fits("correct horse batterz", &stored));
        assert_ne!(stored, hash("correct horse battery").unwrap());
        assert!(!is_outdated(&stored));
        assert!(is_outdated(&stored.replace("m=47104", "m=19456")));
        assert!(!fits("", "") && !fits("x", "plain text"));
    }

    #[test]
    fn nobody_costs_as_much_as_somebody_and_fits_nothing() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!is_outdated(NOBODY));
        assert!(!fits("nobody has this", NOBODY) && !fits("", NOBODY));
    }

    #[tokio::test]
    async fn a_crowd_waits_up_to_the_queue_and_the_rest_is_sent_away() {
        let argon = Arc::new(Argon::default());
        let calls: Vec<_> = (0..60)
            .map(|_| {
                let argon = argon.clone();
                tokio::spawn(async move { argon.verify("x".to_owned(), NOBODY.to_owned()).await })
            })
            .collect();
        let mut answers = Vec::new();
        for call in calls {
            answers.push(call.await.unwrap());
        }
        let served = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(served, at_once() + QUEUE);
        assert!(
            answers.iter().all(|answer| matches!(answer, Ok(false) | Err(Failure::Unavailable)))
        );
        assert_eq!(argon.verify("x".to_owned(), NOBODY.to_owned()).await, Ok(false));
    }
}
