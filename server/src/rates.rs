//! How often somebody may ask, by person or by address; in memory, because it only has to keep the
//! machine responsive. Guessing of passwords is counted in the database instead.

use domain::id::{SurveyId, UserId};
use governor::{
    DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter,
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

/// Answers to one survey that come from one address within an hour before the next ones are looked at: as many as a room
/// of people with one way to the internet.
const ANSWERS_AN_HOUR: u32 = 30;

/// The counters.
pub struct Rates {
    public: Limiter,
    public_form: Limiter,
    read: Limiter,
    write: Limiter,
    bulk: Limiter,
    /// Whole answers to each survey: 6,000 a minute, 200 at once. More than any campaign of ours brings, and few enough to
    /// leave the writer free.
    forms: DefaultKeyedRateLimiter<SurveyId>,
    /// Answers to each survey from each address.
    answers: DefaultKeyedRateLimiter<(SurveyId, Who)>,
    clock: DefaultClock,
}

impl Default for Rates {
    fn default() -> Self {
        let positive = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = |number: u32, burst: u32| {
            Quota::per_minute(positive(number)).allow_burst(positive(burst))
        };
        let a_minute = |number: u32, burst: u32| RateLimiter::keyed(quota(number, burst));
        let hourly = Quota::with_period(Duration::from_secs(360))
            .unwrap_or(Quota::per_hour(NonZeroU32::MIN))
            .allow_burst(NonZeroU32::MIN.saturating_add(9));
        Self {
            public: a_minute(120, 120),
            public_form: a_minute(10, 20),
            read: a_minute(600, 600),
            write: a_minute(120, 120),
            bulk: RateLimiter::keyed(hourly),
            forms: RateLimiter::keyed(quota(6_000, 200)),
            answers: RateLimiter::keyed(Quota::per_hour(positive(ANSWERS_AN_HOUR))),
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
        limiter.check_key(&who).map_err(|until| self.seconds(&until))
    }

    /// Counts one answer to a survey, whoever sends it.
    ///
    /// # Errors
    /// The seconds until the next one may be taken.
    pub fn count_form(&self, survey: SurveyId) -> Result<(), u32> {
        self.forms.check_key(&survey).map_err(|until| self.seconds(&until))
    }

    /// Counts one answer to a survey from an address; whether so many came from there that the rest is to be looked at.
    pub fn count_answers(&self, survey: SurveyId, who: Who) -> bool {
        self.answers.check_key(&(survey, who)).is_err()
    }

    fn seconds(&self, until: &NotUntil<<DefaultClock as Clock>::Instant>) -> u32 {
        let wait = until.wait_time_from(self.clock.now());
        u32::try_from(wait.as_secs().saturating_add(1)).unwrap_or(u32::MAX)
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
        self.forms.retain_recent();
        self.answers.retain_recent();
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
    fn a_survey_takes_so_many_answers_and_so_many_from_one_place() {
        let rates = Rates::default();
        let [one, two] = [1, 2].map(|id| SurveyId(uuid::Uuid::from_u128(id)));
        let taken = (0..1_000).filter(|_| rates.count_form(one).is_ok()).count();
        assert!((200..=210).contains(&taken), "{taken}");
        assert!(rates.count_form(two).is_ok());
        let who = Who::new(None, "192.0.2.1".parse().unwrap());
        let other = Who::new(None, "192.0.2.2".parse().unwrap());
        assert_eq!((0..40).filter(|_| !rates.count_answers(one, who)).count(), 30);
        assert!(!rates.count_answers(two, who) && !rates.count_answers(one, other));
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
