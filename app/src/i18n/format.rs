//! How numbers, money, dates, times, phones and names are written: one formatter for server and
//! browser, so that both give the same bytes. No locale of the machine, no clock.

use super::Text;
use domain::{
    date::Date,
    lang::Lang,
    money::Currency,
    period::DateRange,
    text::is_han,
    time::{DAY, HOUR, Instant, MINUTE, SECOND, ZoneOffsets},
};

/// A whole number with its thousands grouped: `1,234,567`.
#[must_use]
pub fn integer(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(n.unsigned_abs()))
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number given in units of 10^-`decimals`, all decimals shown: `1,234.50`.
#[must_use]
pub fn decimal(scaled: i64, decimals: u8) -> String {
    let sign = if scaled < 0 { "-" } else { "" };
    format!("{sign}{}", unsigned_decimal(scaled.unsigned_abs(), decimals))
}

fn unsigned_decimal(scaled: u64, decimals: u8) -> String {
    if decimals == 0 {
        return grouped(scaled);
    }
    let one = 10_u64.saturating_pow(u32::from(decimals));
    let width = usize::from(decimals);
    format!("{}.{:0width$}", grouped(scaled / one), scaled % one)
}

/// The steps a number is shortened by: how many it stands for, and its sign.
fn steps(lang: Lang) -> &'static [(u64, &'static str)] {
    match lang {
        Lang::En => &[
            (1_000, "K"),
            (1_000_000, "M"),
            (1_000_000_000, "B"),
            (1_000_000_000_000, "T"),
            (1_000_000_000_000_000, "Q"),
        ],
        Lang::Zh => &[(10_000, "万"), (100_000_000, "亿"), (1_000_000_000_000, "万亿")],
    }
}

/// A number cut to what the eye takes in: `12.3K`, `1.2万`, `340万`; small ones whole. One
/// decimal below a hundred of a step, rounded half away from zero.
#[must_use]
pub fn compact(lang: Lang, n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}", unsigned_compact(lang, n.unsigned_abs()))
}

fn unsigned_compact(lang: Lang, n: u64) -> String {
    let steps = steps(lang);
    let reached = steps.iter().take_while(|(one, _)| *one <= n).count();
    let Some(at) = reached.checked_sub(1) else { return grouped(n) };
    let (one, sign) = steps[at];
    let whole = rounded(n, one);
    // 999,999 is not 1,000K: what rounds up to the next step is written in it.
    if let Some((next, sign)) = steps.get(at + 1).filter(|(next, _)| whole >= next / one) {
        return format!("{}{sign}", rounded(n, *next));
    }
    let tenths = rounded(n, one / 10);
    match (tenths / 10, tenths % 10) {
        (units, _) if units >= 100 => format!("{}{sign}", grouped(whole)),
        (units, 0) => format!("{units}{sign}"),
        (units, tenth) => format!("{units}.{tenth}{sign}"),
    }
}

/// `n / one`, half away from zero.
fn rounded(n: u64, one: u64) -> u64 {
    n / one + u64::from(n % one >= one.div_ceil(2))
}

/// An amount in minor units: with the sign of the currency where it is the one the books are
/// kept in, else with its code, because `$` says little about which dollar.
#[must_use]
pub fn money(minor: i64, currency: Currency, books: Currency) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let amount = unsigned_decimal(minor.unsigned_abs(), currency.decimals());
    format!("{sign}{}{amount}", mark(currency, books))
}

/// An amount in minor units, its decimals only where they say something: `¥86,000`, `¥86,000.50`.
#[must_use]
pub fn money_brief(minor: i64, currency: Currency, books: Currency) -> String {
    let one = 10_u64.saturating_pow(u32::from(currency.decimals()));
    if !minor.unsigned_abs().is_multiple_of(one) {
        return money(minor, currency, books);
    }
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}{}", mark(currency, books), grouped(minor.unsigned_abs() / one))
}

/// An amount in minor units cut to what the eye takes in: `¥1.2万`, `¥12.3K`.
#[must_use]
pub fn money_compact(lang: Lang, minor: i64, currency: Currency, books: Currency) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let one = 10_u64.saturating_pow(u32::from(currency.decimals()));
    let whole = rounded(minor.unsigned_abs(), one);
    format!("{sign}{}{}", mark(currency, books), unsigned_compact(lang, whole))
}

/// What stands before an amount: a sign, or letters and a blank.
fn mark(currency: Currency, books: Currency) -> String {
    let mark = if currency == books { currency.symbol() } else { currency.code() };
    let blank = if mark.ends_with(|c: char| c.is_ascii_alphabetic()) { " " } else { "" };
    format!("{mark}{blank}")
}

/// A share in thousandths: 125 is `12.5%`, 120 is `12%`.
#[must_use]
pub fn percent(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let (whole, tenth) = (thousandths.unsigned_abs() / 10, thousandths.unsigned_abs() % 10);
    let whole = grouped(whole);
    if tenth == 0 { format!("{sign}{whole}%") } else { format!("{sign}{whole}.{tenth}%") }
}

/// A size in bytes, steps of 1,024: `64 MB`, `1.5 KB`.
#[must_use]
pub fn file_size(bytes: u64) -> String {
    const STEPS: [(u64, &str); 4] =
        [(1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    let Some((one, sign)) = STEPS.into_iter().find(|(one, _)| bytes >= *one) else {
        return format!("{bytes} B");
    };
    let tenths = u128::from(bytes) * 10 / u128::from(one);
    match (tenths / 10, tenths % 10) {
        (units, tenth) if units < 100 && tenth > 0 => format!("{units}.{tenth} {sign}"),
        (units, _) => format!("{units} {sign}"),
    }
}

/// A day in full: `22 Nov 2026`, `2026年11月22日`.
#[must_use]
pub fn date_long(text: Text, date: Date) -> String {
    match text.lang() {
        Lang::En => format!("{} {} {}", date.day(), month(text, date.month()), date.year()),
        Lang::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
    }
}

/// A day without its year: `22 Nov`, `11月22日`.
#[must_use]
pub fn date_short(text: Text, date: Date) -> String {
    match text.lang() {
        Lang::En => format!("{} {}", date.day(), month(text, date.month())),
        Lang::Zh => format!("{}月{}日", date.month(), date.day()),
    }
}

/// Days from one to another: `1 Oct – 31 Dec 2026`, `2026年10月1日–12月31日`; one day by itself.
#[must_use]
pub fn date_range(text: Text, days: DateRange) -> String {
    let (first, last) = (days.first(), days.last());
    let same_year = first.year() == last.year();
    match (days.count(), text.lang()) {
        (1, _) => date_long(text, first),
        (_, Lang::En) if same_year => {
            format!("{} – {}", date_short(text, first), date_long(text, last))
        }
        (_, Lang::En) => format!("{} – {}", date_long(text, first), date_long(text, last)),
        (_, Lang::Zh) if same_year => {
            format!("{}–{}", date_long(text, first), date_short(text, last))
        }
        (_, Lang::Zh) => format!("{}–{}", date_long(text, first), date_long(text, last)),
    }
}

/// A day in a column of days: `2026-11-22`.
#[must_use]
pub fn date_table(date: Date) -> String {
    date.to_string()
}

/// Name of a month, 1 to 12.
#[must_use]
pub fn month(text: Text, month: u8) -> &'static str {
    match month {
        1 => text.format_month_1(),
        2 => text.format_month_2(),
        3 => text.format_month_3(),
        4 => text.format_month_4(),
        5 => text.format_month_5(),
        6 => text.format_month_6(),
        7 => text.format_month_7(),
        8 => text.format_month_8(),
        9 => text.format_month_9(),
        10 => text.format_month_10(),
        11 => text.format_month_11(),
        _ => text.format_month_12(),
    }
}

/// Name of a day of the week, 0 = Monday to 6 = Sunday.
#[must_use]
pub fn weekday(text: Text, weekday: u8) -> &'static str {
    match weekday {
        0 => text.format_weekday_0(),
        1 => text.format_weekday_1(),
        2 => text.format_weekday_2(),
        3 => text.format_weekday_3(),
        4 => text.format_weekday_4(),
        5 => text.format_weekday_5(),
        _ => text.format_weekday_6(),
    }
}

/// The wall clock in a zone: `14:05`.
#[must_use]
pub fn time(at: Instant, zone: &ZoneOffsets) -> String {
    let (_, hour, minute) = zone.wall_clock(at);
    format!("{hour:02}:{minute:02}")
}

/// Day and time in full: `22 Nov 2026, 14:05`, `2026年11月22日 14:05`.
#[must_use]
pub fn date_time(text: Text, at: Instant, zone: &ZoneOffsets) -> String {
    let (date, _, _) = zone.wall_clock(at);
    text.format_date_time(&date_long(text, date), &time(at, zone))
}

/// Day and time in a column: `2026-11-22 14:05`.
#[must_use]
pub fn date_time_table(at: Instant, zone: &ZoneOffsets) -> String {
    let (date, _, _) = zone.wall_clock(at);
    format!("{date} {}", time(at, zone))
}

/// How long ago, as people say it: just now, 5 min ago, today 14:05, yesterday, Mon, and then the
/// day, with its year once that is another. "Never" for [`Instant::NEVER`].
#[must_use]
pub fn relative(text: Text, at: Instant, now: Instant, zone: &ZoneOffsets) -> String {
    if !at.is_set() {
        return text.common_never().to_owned();
    }
    let passed = now.0.saturating_sub(at.0);
    if passed.saturating_abs() < MINUTE {
        return text.format_just_now().to_owned();
    }
    if passed.saturating_abs() < HOUR {
        let minutes = passed.saturating_abs() / MINUTE;
        return if passed > 0 {
            text.format_minutes_ago(minutes)
        } else {
            text.format_in_minutes(minutes)
        };
    }
    let (date, _, _) = zone.wall_clock(at);
    let (today, _, _) = zone.wall_clock(now);
    if date == today {
        return text.format_today_at(&time(at, zone));
    }
    relative_day(text, date, today)
}

/// The same for what has happened: a clock that lags behind does not put it into the future.
#[must_use]
pub fn ago(text: Text, at: Instant, now: Instant, zone: &ZoneOffsets) -> String {
    relative(text, at, now.max(at), zone)
}

/// The day of a contact. Days typed by hand are kept as noon UTC, so it is the day of UTC, not
/// that of the reader's zone.
#[must_use]
pub fn contact_date(at: Instant) -> Date {
    ZoneOffsets::default().wall_clock(at).0
}

/// The day of a contact as people say it: today, yesterday, 3 days ago, and after a month the
/// day. "Never" for [`Instant::NEVER`].
#[must_use]
pub fn contact_day(text: Text, at: Instant, now: Instant, zone: &ZoneOffsets) -> String {
    if !at.is_set() {
        return text.common_never().to_owned();
    }
    let (date, today) = (contact_date(at), zone.wall_clock(now).0);
    match today.days() - date.days() {
        days @ 2..=30 => text.format_days_ago(days),
        _ => relative_day(text, date, today),
    }
}

/// A day as people say it from `today`: today, yesterday, tomorrow, Mon, 22 Nov, 22 Nov 2025.
#[must_use]
pub fn relative_day(text: Text, date: Date, today: Date) -> String {
    match today.days() - date.days() {
        0 => text.common_today().to_owned(),
        1 => text.format_yesterday().to_owned(),
        -1 => text.format_tomorrow().to_owned(),
        2..=6 => weekday(text, date.weekday()).to_owned(),
        _ if date.year() == today.year() => date_short(text, date),
        _ => date_long(text, date),
    }
}

/// A length of time in its two largest units: `1 h 20 min`, `1小时20分`, `45 s`, `250 ms`.
#[must_use]
pub fn duration(text: Text, milliseconds: i64) -> String {
    let length = milliseconds.max(0);
    let gap = match text.lang() {
        Lang::En => " ",
        Lang::Zh => "",
    };
    let join = |first: String, second: Option<String>| match second {
        Some(second) => format!("{first}{gap}{second}"),
        None => first,
    };
    let (days, hours) = (length / DAY, length % DAY / HOUR);
    let (minutes, seconds) = (length % HOUR / MINUTE, length % MINUTE / SECOND);
    if days > 0 {
        join(text.format_days(days), (hours > 0).then(|| text.format_hours(hours)))
    } else if hours > 0 {
        let rest = (minutes > 0).then(|| text.format_minutes_after_hours(minutes));
        join(text.format_hours(hours), rest)
    } else if minutes > 0 && seconds > 0 {
        join(text.format_minutes_after_hours(minutes), Some(text.format_seconds(seconds)))
    } else if minutes > 0 {
        text.format_minutes(minutes)
    } else if length >= SECOND {
        text.format_seconds(seconds)
    } else {
        text.format_milliseconds(length)
    }
}

/// A phone for reading: numbers of mainland China in the groups people know, others by country
/// code and fours. `norm` is the E.164 form; what was typed stands where there is none.
#[must_use]
pub fn phone(norm: &str, raw: &str) -> String {
    let digits = norm.strip_prefix('+').unwrap_or_default();
    if !(5..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return raw.to_owned();
    }
    let (country, rest) = digits.split_at(country_code_length(digits));
    if country == "1" && rest.len() == 10 {
        return format!("+1 {}", in_groups(rest, &[3, 3, 4]));
    }
    if country != "86" {
        return format!("+{country} {}", in_groups(rest, usual_groups(rest.len())));
    }
    match rest.len() {
        11 if rest.starts_with('1') => in_groups(rest, &[3, 4, 4]),
        10 if rest.starts_with("400") || rest.starts_with("800") => in_groups(rest, &[3, 3, 4]),
        9 | 10 if rest.starts_with("10") || rest.starts_with('2') => {
            format!("0{}", in_groups(rest, if rest.len() == 9 { &[2, 3, 4] } else { &[2, 4, 4] }))
        }
        10 | 11 => {
            format!("0{}", in_groups(rest, if rest.len() == 10 { &[3, 3, 4] } else { &[3, 4, 4] }))
        }
        length => in_groups(rest, usual_groups(length)),
    }
}

/// Digits of the country code (ITU-T E.164): no code is the beginning of another.
fn country_code_length(digits: &str) -> usize {
    let two = digits.get(..2).unwrap_or_default();
    match two.as_bytes() {
        [b'1' | b'7', _] => 1,
        [b'2', b'0' | b'7']
        | [b'3', b'0'..=b'4' | b'6' | b'9']
        | [b'4', b'0' | b'1' | b'3'..=b'9']
        | [b'5', b'1'..=b'8']
        | [b'6', b'0'..=b'6']
        | [b'8', b'1' | b'2' | b'4' | b'6']
        | [b'9', b'0'..=b'5' | b'8'] => 2,
        _ => 3,
    }
}

fn usual_groups(length: usize) -> &'static [usize] {
    match length {
        0..=5 => &[],
        6 => &[3, 3],
        7 => &[3, 4],
        8 => &[4, 4],
        9 => &[3, 3, 3],
        10 => &[2, 4, 4],
        11 => &[3, 4, 4],
        12 => &[4, 4, 4],
        13 => &[3, 3, 3, 4],
        _ => &[3, 3, 4, 4],
    }
}

fn in_groups(digits: &str, groups: &[usize]) -> String {
    let mut out = String::with_capacity(digits.len() + groups.len());
    let mut rest = digits;
    for group in groups {
        let (head, tail) = rest.split_at((*group).min(rest.len()));
        if !out.is_empty() && !head.is_empty() {
            out.push(' ');
        }
        out.push_str(head);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A person's name from its parts: family name first and joined where it is written in Han
/// characters, given name first otherwise.
#[must_use]
pub fn person_name(given: &str, family: &str) -> String {
    if given.is_empty() || family.is_empty() {
        return format!("{given}{family}");
    }
    if given.chars().chain(family.chars()).any(is_han) {
        format!("{family}{given}")
    } else {
        format!("{given} {family}")
    }
}

/// Several things in a sentence: `A, B, and C`, `A、B和C`.
#[must_use]
pub fn list<T: AsRef<str>>(lang: Lang, items: &[T]) -> String {
    let (comma, pair, last) = match lang {
        Lang::En => (", ", " and ", ", and "),
        Lang::Zh => ("、", "和", "和"),
    };
    let Some((tail, head)) = items.split_last() else { return String::new() };
    let tail = tail.as_ref();
    match head {
        [] => tail.to_owned(),
        [one] => format!("{}{pair}{tail}", one.as_ref()),
        _ => {
            let head: Vec<&str> = head.iter().map(AsRef::as_ref).collect();
            format!("{}{last}{tail}", head.join(comma))
        }
    }
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
