//! How often somebody may ask, by person or by address; in memory, because it only has to keep the
//! machine responsive. Guessing of passwords is counted in the database instead.

use domain::id::UserId;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

/// How often a route may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rate {
    /// Files of the site: as often as connections allow.
    Files,
    /// Pages of people who are not signed in: 120 a minute by address.
    Public,
    /// Forms open to everybody: 10 a minute by address, 20 at once.
    PublicForm,
    /// Reading while signed in: 600 a minute.
    Read,
    /// Writing while signed in: 120 a minute.
    Write,
    /// Files out and in: 10 an hour, 10 at once.
    Bulk,
}

/// Whose calls are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// Somebody signed in.
    User(UserId),
    /// An address, or the /64 of it where it is IPv6.
    Address(IpAddr),
}

impl Who {
    /// The user, or where they are.
    pub fn new(user: Option<UserId>, address: IpAddr) -> Self {
        match (user, address.to_canonical()) {
            (Some(user), _) => Self::User(user),
            (None, IpAddr::V6(v6)) => {
                let [a, b, c, d, ..] = v6.segments();
                Self::Address(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
            (None, v4 @ IpAddr::V4(_)) => Self::Address(v4),
        }
    }
}

type Limiter = DefaultKeyedRateLimiter<Who>;

/// The counters.
pub struct Rates {
    public: Limiter,
    public_form: Limiter,
    read: Limiter,
    write: Limiter,
    bulk: Limiter,
    clock: DefaultClock,
}

impl Default for Rates {
    fn default() -> Self {
        let a_minute = |number: u32, burst: u32| {
            let number = NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            RateLimiter::keyed(Quota::per_minute(number).allow_burst(burst))
        };
        let hourly = Quota::with_period(Duration::from_secs(360))
            .unwrap_or(Quota::per_hour(NonZeroU32::MIN))
            .allow_burst(NonZeroU32::MIN.saturating_add(9));
        Self {
            public: a_minute(120, 120),
            public_form: a_minute(10, 20),
            read: a_minute(600, 600),
            write: a_minute(120, 120),
            bulk: RateLimiter::keyed(hourly),
            clock: DefaultClock::default(),
        }
    }
}

impl Rates {
    /// Counts one call. `Err(seconds)` is how long to wait.
    ///
    /// # Errors
    /// The seconds until the next call may work.
    pub fn count(&self, rate: Rate, who: Who) -> Result<(), u32> {
        let Some(limiter) = self.limiter(rate) else { return Ok(()) };
        limiter.check_key(&who).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            u32::try_from(wait.as_secs().saturating_add(1)).unwrap_or(u32::MAX)
        })
    }

    fn limiter(&self, rate: Rate) -> Option<&Limiter> {
        match rate {
            Rate::Files => None,
            Rate::Public => Some(&self.public),
            Rate::PublicForm => Some(&self.public_form),
            Rate::Read => Some(&self.read),
            Rate::Write => Some(&self.write),
            Rate::Bulk => Some(&self.bulk),
        }
    }

    /// Forgets those who have been quiet for long enough to count as new.
    pub fn forget_the_quiet(&self) {
        for rate in [Rate::Public, Rate::PublicForm, Rate::Read, Rate::Write, Rate::Bulk] {
            if let Some(limiter) = self.limiter(rate) {
                limiter.retain_recent();
                limiter.shrink_to_fit();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_an_allowance_of_their_own() {
        let rates = Rates::default();
        let one = Who::new(None, "192.0.2.1".parse().unwrap());
        let two = Who::new(None, "192.0.2.2".parse().unwrap());
        let passed = (0..200).filter(|_| rates.count(Rate::PublicForm, one).is_ok()).count();
        assert_eq!(passed, 20);
        let wait = rates.count(Rate::PublicForm, one).unwrap_err();
        assert!((1..=7).contains(&wait), "{wait}");
        assert!(rates.count(Rate::PublicForm, two).is_ok());
        assert!((0..5000).all(|_| rates.count(Rate::Files, one).is_ok()));
        let bulk = (0..50).filter(|_| rates.count(Rate::Bulk, one).is_ok()).count();
        assert_eq!(bulk, 10);
    }

    #[test]
    fn one_subscriber_is_one_and_a_person_is_the_same_everywhere() {
        let who = |user, address: &str| Who::new(user, address.parse().unwrap());
        assert_eq!(who(None, "2001:db8:1:2::1"), who(None, "2001:db8:1:2:ffff::1"));
        assert_ne!(who(None, "2001:db8:1:2::1"), who(None, "2001:db8:1:3::1"));
        let user = Some(UserId::NIL);
        assert_eq!(who(user, "192.0.2.1"), who(user, "2001:db8::1"));
    }
}
