//! Invents customers: number `index` of a seed is the same customer however many are asked for.

use super::{
    chinese, english,
    names::{contact_person, firm, individual},
    random::Random,
    reach::{latin_of, mail_domain, personal_contacts, switchboard},
};
use domain::{
    account::{AccountData, AccountDraft, AccountKind, AccountStatus, Level},
    date::Date,
    id::UserId,
    person::PersonDraft,
    time::{DAY, HOUR, Instant, MINUTE},
};
use serde::Serialize;

/// An invented customer with what comes with it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Customer {
    pub account: AccountDraft,
    pub people: Vec<PersonDraft>,
    pub notes: Vec<Note>,
}

/// An invented note.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    pub body: String,
    pub at: Instant,
    pub by: UserId,
    pub pinned: bool,
}

/// What all customers of a company that is being invented have in common.
pub struct World<'a> {
    /// Decides everything.
    pub seed: u64,
    /// Days are counted back from here.
    pub today: Instant,
    /// Who could be in charge.
    pub owners: &'a [UserId],
}

/// The language a customer is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Chinese,
    English,
}

impl World<'_> {
    /// Customer number `index`, made at `made_at`.
    pub fn customer(&self, index: u64, made_at: Instant) -> Customer {
        let mut random = Random::of(self.seed, index);
        let tongue = if random.chance(64) { Tongue::Chinese } else { Tongue::English };
        let kind = match random.below(100) {
            0..26 => AccountKind::Individual,
            26..96 => AccountKind::Company,
            96..99 => AccountKind::Partner,
            _ => AccountKind::Competitor,
        };
        let owner = if random.chance(92) { self.owner(&mut random) } else { None };
        let mut account = if kind == AccountKind::Individual {
            individual(&mut random, tongue)
        } else {
            firm(&mut random, tongue, kind)
        };
        let domain = mail_domain(&mut random, &account.data.name, kind);
        let city =
            account.addresses.first().map(|address| address.city.clone()).unwrap_or_default();
        let people: Vec<PersonDraft> = if kind == AccountKind::Individual {
            Vec::new()
        } else {
            let count = match random.below(100) {
                0..18 => 0,
                18..64 => 1,
                64..87 => 2,
                87..96 => 3,
                _ => 4 + random.below(3),
            };
            (0..count)
                .map(|place| contact_person(&mut random, tongue, &domain, &city, place))
                .collect()
        };
        if kind != AccountKind::Individual && random.chance(60) {
            account.data.website = format!("https://www.{domain}");
        }
        if kind == AccountKind::Individual {
            let name = latin_of(&account.data.name);
            account.contacts.extend(personal_contacts(&mut random, tongue, &name, &domain, &city));
        } else {
            account.contacts.extend(switchboard(&mut random, tongue, &domain, &city));
        }
        self.standing(&mut random, &mut account.data);
        account.data.owner = owner;
        account.tags = tags(&mut random, tongue);
        let talks_to = people
            .first()
            .map_or_else(|| account.data.name.clone(), |person| person.data.full_name.clone());
        let notes = self.notes(&mut random, tongue, &talks_to, made_at, owner);
        account.data.last_contact_at = match notes.iter().map(|note| note.at).max() {
            Some(at) => at,
            None if random.chance(55) => self.moment(&mut random, made_at),
            None => Instant::NEVER,
        };
        let people = people
            .into_iter()
            .map(|mut person| {
                person.data.owner = owner;
                if random.chance(60) {
                    person.data.last_contact_at = account.data.last_contact_at;
                }
                person
            })
            .collect();
        Customer { account, people, notes }
    }

    /// Who wrote down the customers that came at `made_at`.
    pub fn clerk(&self, made_at: Instant) -> UserId {
        let index = made_at.0.unsigned_abs() | 1 << 63;
        self.owner(&mut Random::of(self.seed, index)).unwrap_or(UserId::NIL)
    }

    fn owner(&self, random: &mut Random) -> Option<UserId> {
        random.index(self.owners.len()).and_then(|place| self.owners.get(place)).copied()
    }

    /// A moment of a working day between `from` and today, rather lately.
    fn moment(&self, random: &mut Random, from: Instant) -> Instant {
        let day = self.today.0.div_euclid(DAY) - 1;
        let span = (day - from.0.div_euclid(DAY)).clamp(0, 900);
        let mut day = day - random.days(span);
        while Date::from_days(day).weekday() > 4 && day > from.0.div_euclid(DAY) {
            day -= 1;
        }
        let minute = random.between(0, 9 * 60 - 1);
        Instant(day * DAY + HOUR + minute * MINUTE)
    }

    /// Status, level and worth, which go together.
    fn standing(&self, random: &mut Random, data: &mut AccountData) {
        data.status = match random.below(100) {
            0..38 => AccountStatus::Potential,
            38..70 => AccountStatus::Active,
            70..85 => AccountStatus::Loyal,
            85..94 => AccountStatus::AtRisk,
            _ => AccountStatus::Churned,
        };
        data.level = match random.below(100) {
            0..5 => Some(Level::Vip),
            5..20 => Some(Level::High),
            20..60 => Some(Level::Medium),
            60..82 => Some(Level::Low),
            _ => None,
        };
        let known = data.status != AccountStatus::Potential || random.chance(35);
        let (low, high) = match (data.kind, data.level) {
            (AccountKind::Individual, _) => (300, 80_000),
            (_, Some(Level::Vip)) => (300_000, 30_000_000),
            (_, Some(Level::High)) => (80_000, 8_000_000),
            _ => (5_000, 2_000_000),
        };
        data.value_minor = if known { random.amount(low, high) * 100 } else { 0 };
    }

    fn notes(
        &self,
        random: &mut Random,
        tongue: Tongue,
        talks_to: &str,
        made_at: Instant,
        owner: Option<UserId>,
    ) -> Vec<Note> {
        let count = match random.below(100) {
            0..44 => 0,
            44..74 => 1,
            74..89 => 2,
            89..96 => 3,
            _ => 4 + random.below(5),
        };
        let mut notes: Vec<Note> = (0..count)
            .map(|_| Note {
                body: note(random, tongue, talks_to),
                at: self.moment(random, made_at),
                by: owner.or_else(|| self.owner(random)).unwrap_or(UserId::NIL),
                pinned: false,
            })
            .collect();
        notes.sort_by_key(|note| note.at);
        if count > 2
            && random.chance(30)
            && let Some(note) = notes.first_mut()
        {
            note.pinned = true;
        }
        notes
    }
}

fn note(random: &mut Random, tongue: Tongue, talks_to: &str) -> String {
    let (notes, products, blank) = match tongue {
        Tongue::Chinese => (chinese::NOTES, chinese::PRODUCTS, ""),
        Tongue::English => (english::NOTES, english::PRODUCTS, " "),
    };
    let mut text = random.pick(notes).to_owned();
    if random.chance(18) {
        text = text + blank + random.pick(notes);
    }
    text.replace("{p}", random.early(products))
        .replace("{n}", &random.between(2, 40).to_string())
        .replace("{d}", &random.between(2, 30).to_string())
        .replace("{w}", talks_to)
}

fn tags(random: &mut Random, tongue: Tongue) -> Vec<String> {
    let all = if tongue == Tongue::Chinese { chinese::TAGS } else { english::TAGS };
    let mut tags: Vec<String> = Vec::new();
    while tags.len() < 3 && random.chance(32) {
        let tag = random.early(all).to_owned();
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}
