//! Firms and people of a made-up company: what they are called and what is known of them.

use super::{
    chinese, english,
    invent::Tongue,
    random::Random,
    reach::{address, latin_of, personal_contacts},
};
use domain::{
    account::{AccountData, AccountDraft, AccountKind},
    address::AddressData,
    date::Date,
    person::{Gender, PersonData, PersonDraft, PersonRole},
};

/// A name, and the Latin letters of it that stand in e-mail addresses.
struct Name {
    pub shown: String,
    pub latin: String,
    pub gender: Gender,
}

fn draft(data: AccountData, address: AddressData) -> AccountDraft {
    AccountDraft { data, addresses: vec![address], ..AccountDraft::default() }
}

pub(super) fn individual(random: &mut Random, tongue: Tongue) -> AccountDraft {
    let name = name(random, tongue);
    let (jobs, sources) = match tongue {
        Tongue::Chinese => (chinese::JOBS, chinese::SOURCES),
        Tongue::English => (english::JOBS, english::SOURCES),
    };
    let data = AccountData {
        name: name.shown,
        kind: AccountKind::Individual,
        job_title: random.early(jobs).to_owned(),
        source: random.early(sources).to_owned(),
        birthday: if random.chance(55) { birthday(random) } else { None },
        ..AccountData::default()
    };
    let mut draft = draft(data, address(random, tongue));
    if random.chance(40) {
        draft.addresses.clear();
    }
    draft
}

pub(super) fn firm(random: &mut Random, tongue: Tongue, kind: AccountKind) -> AccountDraft {
    let address = address(random, tongue);
    let mut data = AccountData { kind, ..AccountData::default() };
    let sources = match tongue {
        Tongue::Chinese => {
            let brand = brand(random);
            let (trade, industry) =
                random.early(chinese::TRADES).split_once(' ').unwrap_or_default();
            let town = address.city.trim_end_matches(['市', '县']);
            let place = if random.chance(70) { town } else { "" };
            let ending = random.pick(chinese::ENDINGS);
            data.name = format!("{place}{brand}{trade}{ending}");
            if random.chance(70) {
                data.short_name = if random.chance(50) { format!("{brand}{trade}") } else { brand };
            }
            data.industry = industry.to_owned();
            if random.chance(75) {
                data.credit_code = credit_code(random);
            }
            chinese::SOURCES
        }
        Tongue::English => {
            let (trade, industry) =
                random.early(english::TRADES).split_once('|').unwrap_or_default();
            let ending = random.pick(english::ENDINGS);
            let own = match random.below(10) {
                0..6 => coined(random),
                6 => format!("{} & {}", surname(random), surname(random)),
                7 => surname(random).to_owned(),
                _ => format!("{} {}", random.pick(english::WORDS), coined(random)),
            };
            data.name = format!("{own} {trade} {ending}");
            if random.chance(40) {
                data.short_name = own;
            }
            data.industry = industry.to_owned();
            english::SOURCES
        }
    };
    data.source = random.early(sources).to_owned();
    if random.chance(70) {
        data.employees = Some(random.amount(3, 20_000));
    }
    if random.chance(50) {
        data.founded_year = Some(2026 - random.days(90));
    }
    if random.chance(30) {
        data.annual_revenue_minor = Some(random.amount(500_000, 5_000_000_000) * 100);
    }
    draft(data, address)
}

fn surname(random: &mut Random) -> &'static str {
    random.early(english::SURNAMES)
}

/// Two or three characters that sound like a firm.
fn brand(random: &mut Random) -> String {
    let mut brand = random.pick(chinese::BRANDS).to_owned() + random.pick(chinese::BRANDS);
    if random.chance(15) {
        brand.push_str(random.pick(chinese::BRANDS));
    }
    brand
}

/// A made-up word that sounds like a firm.
fn coined(random: &mut Random) -> String {
    let middle = random.pick(english::MIDDLES).trim_matches('-');
    let second = if random.chance(40) { random.pick(english::MIDDLES) } else { "" };
    let start = random.pick(english::STARTS);
    format!("{start}{middle}{}{}", second.trim_matches('-'), random.pick(english::ENDS))
}

fn name(random: &mut Random, tongue: Tongue) -> Name {
    let gender = if random.chance(50) { Gender::Female } else { Gender::Male };
    match tongue {
        Tongue::Chinese => {
            let given =
                if gender == Gender::Female { chinese::GIVEN_WOMEN } else { chinese::GIVEN_MEN };
            let mut shown = random.early(chinese::SURNAMES).to_owned();
            shown.push_str(random.early(given));
            if random.chance(78) {
                shown.push_str(random.pick(given));
            }
            Name { latin: latin_of(&shown), shown, gender }
        }
        Tongue::English => {
            let given =
                random.early(if gender == Gender::Female { english::WOMEN } else { english::MEN });
            let shown = format!("{given} {}", surname(random));
            Name { latin: latin_of(&shown), shown, gender }
        }
    }
}

pub(super) fn contact_person(
    random: &mut Random,
    tongue: Tongue,
    domain: &str,
    city: &str,
    place: u64,
) -> PersonDraft {
    let name = name(random, tongue);
    let (titles, departments, sources) = match tongue {
        Tongue::Chinese => (chinese::TITLES, chinese::DEPARTMENTS, chinese::SOURCES),
        Tongue::English => (english::TITLES, english::DEPARTMENTS, english::SOURCES),
    };
    let contacts = personal_contacts(random, tongue, &name.latin, domain, city);
    let data = PersonData {
        full_name: name.shown,
        title: random.early(titles).to_owned(),
        department: if random.chance(55) { random.pick(departments) } else { "" }.to_owned(),
        gender: random.chance(70).then_some(name.gender),
        birthday: if random.chance(25) { birthday(random) } else { None },
        source: if random.chance(40) { random.early(sources) } else { "" }.to_owned(),
        ..PersonData::default()
    };
    let role = match (place, random.below(10)) {
        (0, 0..5) => Some(PersonRole::Decider),
        (_, 5..7) => Some(PersonRole::User),
        (1.., 7) => Some(PersonRole::Payer),
        _ => None,
    };
    PersonDraft { data, contacts, role, ..PersonDraft::default() }
}

fn birthday(random: &mut Random) -> Option<Date> {
    let year = i16::try_from(random.between(1950, 2004)).ok()?;
    let month = u8::try_from(random.between(1, 12)).ok()?;
    let day = u8::try_from(random.between(1, 28)).ok()?;
    Date::new(year, month, day)
}

/// A unified social credit code with a check character that fits (GB 32100-2015).
fn credit_code(random: &mut Random) -> String {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let region = random.pick(&["310115", "110108", "440305", "330106", "320505", "510107"]);
    let mut code = format!("91{region}MA");
    let mut sum = 0;
    while code.len() < 17 {
        let place = random.index(ALPHABET.len()).unwrap_or(0);
        code.push(char::from(ALPHABET[place]));
    }
    for (letter, weight) in code.bytes().zip(WEIGHTS) {
        let place = ALPHABET.iter().position(|known| *known == letter).unwrap_or(0);
        sum += place * weight;
    }
    code.push(char::from(ALPHABET[(31 - sum % 31) % 31]));
    code
}
