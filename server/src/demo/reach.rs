//! How to reach customers of a made-up company. Nobody can be reached there: e-mail and web
//! addresses are at example domains (RFC 2606), English phone numbers are those kept for drama,
//! Chinese mobile numbers come from blocks of zeros.

use super::{chinese, english, invent::Tongue, random::Random};
use domain::{
    account::AccountKind,
    address::AddressData,
    contact::{ContactDraft, ContactKind},
    pinyin,
};

/// The letters of a name as they stand in an e-mail address: pinyin, or the name without marks.
pub(super) fn latin_of(name: &str) -> String {
    let key = pinyin::sort_key(name);
    let letters = key.split('\u{1}').next().unwrap_or_default();
    let words = letters.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    match words.split_first() {
        Some((first, rest)) if !rest.is_empty() => format!("{first}.{}", rest.concat()),
        _ => words.concat(),
    }
}

/// The domain of a firm's mail, or of a public mail service for individuals.
pub(super) fn mail_domain(random: &mut Random, name: &str, kind: AccountKind) -> String {
    let top = random.pick(&["com", "com", "net", "org"]);
    if kind == AccountKind::Individual {
        return format!("example.{top}");
    }
    let host: String =
        latin_of(name).chars().filter(char::is_ascii_alphanumeric).take(14).collect();
    format!("{host}.example.{top}")
}

fn contact(kind: ContactKind, raw: String) -> ContactDraft {
    ContactDraft { kind, raw }
}

pub(super) fn personal_contacts(
    random: &mut Random,
    tongue: Tongue,
    latin: &str,
    domain: &str,
    city: &str,
) -> Vec<ContactDraft> {
    let mut contacts = Vec::new();
    if random.chance(88) {
        contacts.push(contact(ContactKind::Mobile, mobile(random, tongue, city)));
    }
    if random.chance(62) {
        let tail = if domain.starts_with("example.") { random.below(10_000) } else { 0 };
        let tail = if tail == 0 { String::new() } else { tail.to_string() };
        contacts.push(contact(ContactKind::Email, format!("{latin}{tail}@{domain}")));
    }
    if tongue == Tongue::Chinese && random.chance(45) {
        let id = format!("{}_{}", latin.replace('.', ""), random.between(10, 99_999));
        contacts.push(contact(ContactKind::Wechat, id));
    }
    contacts
}

pub(super) fn switchboard(
    random: &mut Random,
    tongue: Tongue,
    domain: &str,
    city: &str,
) -> Vec<ContactDraft> {
    let mut contacts = Vec::new();
    if random.chance(60) {
        let number = match tongue {
            Tongue::Chinese => {
                let area = random.pick(&["010", "020", "021", "022", "023", "025", "027", "028"]);
                format!("{area}-{}", random.between(55_500_000, 55_599_999))
            }
            Tongue::English => mobile(random, tongue, city),
        };
        contacts.push(contact(ContactKind::Phone, number));
    }
    if random.chance(45) {
        let box_ = random.pick(&["info", "sales", "office", "contact"]);
        contacts.push(contact(ContactKind::Email, format!("{box_}@{domain}")));
    }
    contacts
}

/// A mobile number, typed in the ways people type them; an English one is of the city.
fn mobile(random: &mut Random, tongue: Tongue, city: &str) -> String {
    if tongue == Tongue::Chinese {
        let head = random.pick(&["190", "191", "192", "193", "195", "196", "197", "198", "199"]);
        let tail = format!("00{:06}", random.below(1_000_000));
        return match random.below(20) {
            0 => format!("{head} {} {}", &tail[..4], &tail[4..]),
            1 => format!("+86 {head}{tail}"),
            2 => format!("{head}-{}-{}", &tail[..4], &tail[4..]),
            _ => format!("{head}{tail}"),
        };
    }
    let of_city = english::CITIES.iter().find(|line| line.split('|').next() == Some(city));
    let pattern = of_city.or(english::CITIES.first()).and_then(|line| line.rsplit('|').next());
    let digit =
        |random: &mut Random| char::from_digit(u32::try_from(random.below(10)).unwrap_or(0), 10);
    let pattern = pattern.unwrap_or_default().chars();
    pattern.filter_map(|c| if c == '#' { digit(random) } else { Some(c) }).collect()
}

pub(super) fn address(random: &mut Random, tongue: Tongue) -> AddressData {
    let house = random.between(1, 1_280);
    match tongue {
        Tongue::Chinese => {
            let mut parts = random.early(chinese::CITIES).split(' ');
            let province = parts.next().unwrap_or_default();
            let city = parts.next().filter(|city| *city != "-").unwrap_or(province);
            let districts: Vec<&'static str> = parts.collect();
            let street = random.pick(chinese::STREETS);
            let room = if random.chance(50) {
                let (floor, door) = (random.between(2, 28), random.between(1, 12));
                format!("{}幢{floor}{door:02}室", random.between(1, 12))
            } else {
                String::new()
            };
            AddressData {
                country: "中国".to_owned(),
                province: province.to_owned(),
                city: city.to_owned(),
                district: random.pick(&districts).to_owned(),
                street: format!("{street}{house}号{room}"),
            }
        }
        Tongue::English => {
            let mut parts = random.early(english::CITIES).split('|');
            let mut part = || parts.next().unwrap_or_default().to_owned();
            let (city, province, country) = (part(), part(), part());
            let street = format!("{house} {}", random.pick(english::STREETS));
            AddressData { country, province, city, district: String::new(), street }
        }
    }
}
