//! What the formatter writes, by example and by property.

use super::*;
use domain::money::parse_minor;
use proptest::prelude::*;

const EN: Text = Text::new(Lang::En);
const ZH: Text = Text::new(Lang::Zh);

fn currency(code: &str) -> Currency {
    Currency::try_from(code.to_owned()).unwrap()
}

fn date(raw: &str) -> Date {
    Date::parse(raw).unwrap()
}

/// Shanghai: eight hours east of UTC all year.
fn shanghai() -> ZoneOffsets {
    ZoneOffsets { name: "Asia/Shanghai".to_owned(), changes: vec![(Instant(i64::MIN), 480)] }
}

/// The instant at which a clock in Shanghai shows this.
fn at(day: &str, hour: i64, minute: i64) -> Instant {
    Instant(date(day).days() * DAY + (hour - 8) * HOUR + minute * MINUTE)
}

#[test]
fn numbers_are_grouped() {
    assert_eq!(integer(0), "0");
    assert_eq!(integer(999), "999");
    assert_eq!(integer(1_234_567), "1,234,567");
    assert_eq!(integer(-1_000), "-1,000");
    assert_eq!(integer(i64::MIN), "-9,223,372,036,854,775,808");
    assert_eq!(decimal(123_456_789, 2), "1,234,567.89");
    assert_eq!(decimal(-5, 2), "-0.05");
    assert_eq!(percent(125), "12.5%");
    assert_eq!(percent(120), "12%");
    assert_eq!(percent(-5), "-0.5%");
}

#[test]
fn compact_numbers_follow_the_language() {
    for (n, en, zh) in [
        (0, "0", "0"),
        (999, "999", "999"),
        (9_999, "10K", "9,999"),
        (12_345, "12.3K", "1.2万"),
        (-12_345, "-12.3K", "-1.2万"),
        (99_960, "100K", "10万"),
        (123_456, "123K", "12.3万"),
        (999_499, "999K", "99.9万"),
        (999_500, "1M", "100万"),
        (1_234_567, "1.2M", "123万"),
        (12_345_678, "12.3M", "1,235万"),
        (99_999_999, "100M", "1亿"),
        (340_000_000, "340M", "3.4亿"),
        (1_200_000_000_000, "1.2T", "1.2万亿"),
        (i64::MAX, "9,223Q", "9,223,372万亿"),
    ] {
        assert_eq!(compact(Lang::En, n), en, "{n}");
        assert_eq!(compact(Lang::Zh, n), zh, "{n}");
    }
}

#[test]
fn money_wears_the_sign_of_the_books_only() {
    let (cny, usd, jpy, chf) = (currency("CNY"), currency("USD"), currency("JPY"), currency("CHF"));
    assert_eq!(money(1_288_200, cny, cny), "¥12,882.00");
    assert_eq!(money(-120_000, cny, cny), "-¥1,200.00");
    assert_eq!(money(120_000, usd, cny), "USD 1,200.00");
    assert_eq!(money(-120_000, usd, cny), "-USD 1,200.00");
    assert_eq!(money(1_200, jpy, jpy), "¥1,200");
    assert_eq!(money(5, chf, chf), "CHF 0.05");
    assert_eq!(money_compact(Lang::Zh, 1_234_500, cny, cny), "¥1.2万");
    assert_eq!(money_compact(Lang::En, 1_234_500, cny, cny), "¥12.3K");
    assert_eq!(money_compact(Lang::En, -1_234_500, usd, cny), "-USD 12.3K");
}

#[test]
fn days_and_times() {
    let day = date("2026-11-22");
    assert_eq!(date_long(EN, day), "22 Nov 2026");
    assert_eq!(date_long(ZH, day), "2026年11月22日");
    assert_eq!(date_short(EN, day), "22 Nov");
    assert_eq!(date_short(ZH, day), "11月22日");
    assert_eq!(date_table(day), "2026-11-22");
    let zone = shanghai();
    let noon = at("2026-11-22", 14, 5);
    assert_eq!(time(noon, &zone), "14:05");
    assert_eq!(date_time(EN, noon, &zone), "22 Nov 2026, 14:05");
    assert_eq!(date_time(ZH, noon, &zone), "2026年11月22日 14:05");
    assert_eq!(date_time_table(noon, &zone), "2026-11-22 14:05");
}

#[test]
fn how_long_ago_as_people_say_it() {
    let zone = shanghai();
    let now = at("2026-11-22", 14, 30);
    for (then, en, zh) in [
        (Instant::NEVER, "Never", "从未"),
        (now, "just now", "刚刚"),
        (now.plus(-59 * SECOND), "just now", "刚刚"),
        (now.plus(20 * SECOND), "just now", "刚刚"),
        (now.plus(-5 * MINUTE), "5 min ago", "5分钟前"),
        (now.plus(-59 * MINUTE), "59 min ago", "59分钟前"),
        (now.plus(5 * MINUTE), "in 5 min", "5分钟后"),
        (at("2026-11-22", 0, 5), "today 00:05", "今天 00:05"),
        (at("2026-11-22", 23, 5), "today 23:05", "今天 23:05"),
        (at("2026-11-21", 23, 59), "yesterday", "昨天"),
        (at("2026-11-23", 9, 0), "tomorrow", "明天"),
        (at("2026-11-16", 9, 0), "Mon", "周一"),
        (at("2026-11-15", 9, 0), "15 Nov", "11月15日"),
        (at("2026-11-25", 9, 0), "25 Nov", "11月25日"),
        (at("2025-12-31", 9, 0), "31 Dec 2025", "2025年12月31日"),
    ] {
        assert_eq!(relative(EN, then, now, &zone), en);
        assert_eq!(relative(ZH, then, now, &zone), zh);
    }
    // Half past midnight: the day changed, the minutes count on.
    let night = at("2026-11-22", 0, 10);
    assert_eq!(relative(EN, night.plus(-30 * MINUTE), night, &zone), "30 min ago");
}

#[test]
fn what_has_happened_is_never_ahead() {
    let zone = shanghai();
    let now = at("2026-11-22", 23, 50);
    assert_eq!(ago(EN, at("2026-11-23", 0, 5), now, &zone), "just now");
    assert_eq!(ago(EN, at("2026-11-22", 9, 0), now, &zone), "today 09:00");
}

#[test]
fn a_contact_has_a_day_and_no_time() {
    let zone = shanghai();
    let noon = |date: &str| {
        let date: Date = date.to_owned().try_into().unwrap();
        Instant(date.days() * DAY + 12 * HOUR)
    };
    let now = at("2026-11-22", 1, 30);
    for (day, en, zh) in [
        ("2026-11-22", "Today", "今天"),
        ("2026-11-21", "yesterday", "昨天"),
        ("2026-11-19", "3 days ago", "3天前"),
        ("2026-10-23", "30 days ago", "30天前"),
        ("2026-10-22", "22 Oct", "10月22日"),
        ("2025-10-22", "22 Oct 2025", "2025年10月22日"),
    ] {
        assert_eq!(contact_day(EN, noon(day), now, &zone), en);
        assert_eq!(contact_day(ZH, noon(day), now, &zone), zh);
    }
    assert_eq!(contact_day(EN, Instant::NEVER, now, &zone), "Never");
}

#[test]
fn lengths_of_time_in_two_units() {
    for (length, en, zh) in [
        (-5, "0 ms", "0毫秒"),
        (250, "250 ms", "250毫秒"),
        (45 * SECOND, "45 s", "45秒"),
        (20 * MINUTE, "20 min", "20分钟"),
        (2 * MINUTE + 30 * SECOND, "2 min 30 s", "2分30秒"),
        (HOUR, "1 h", "1小时"),
        (HOUR + 20 * MINUTE, "1 h 20 min", "1小时20分"),
        (2 * DAY + 3 * HOUR + 59 * MINUTE, "2 d 3 h", "2天3小时"),
    ] {
        assert_eq!(duration(EN, length), en);
        assert_eq!(duration(ZH, length), zh);
    }
}

#[test]
fn phones_in_the_groups_people_know() {
    for (norm, shown) in [
        ("+8613800138000", "138 0013 8000"),
        ("+862161234567", "021 6123 4567"),
        ("+861061234567", "010 6123 4567"),
        ("+8657187654321", "0571 8765 4321"),
        ("+867551234567", "0755 123 4567"),
        ("+864008208820", "400 820 8820"),
        ("+8695588", "95588"),
        ("+442079460958", "+44 20 7946 0958"),
        ("+14155552671", "+1 415 555 2671"),
        ("+85221234567", "+852 2123 4567"),
        ("+33123456789", "+33 123 456 789"),
    ] {
        assert_eq!(phone(norm, "typed"), shown);
    }
    for norm in ["", "+", "13800138000", "+86x", "+1234567890123456", "李"] {
        assert_eq!(phone(norm, "as typed"), "as typed");
    }
}

#[test]
fn names_lists_and_sizes() {
    assert_eq!(person_name("小明", "张"), "张小明");
    assert_eq!(person_name("John", "Smith"), "John Smith");
    assert_eq!(person_name("", "Smith"), "Smith");
    assert_eq!(list::<&str>(Lang::En, &[]), "");
    assert_eq!(list(Lang::En, &["A"]), "A");
    assert_eq!(list(Lang::En, &["A", "B"]), "A and B");
    assert_eq!(list(Lang::En, &["A", "B", "C"]), "A, B, and C");
    assert_eq!(list(Lang::Zh, &["A", "B"]), "A和B");
    assert_eq!(list(Lang::Zh, &["A", "B", "C"]), "A、B和C");
    assert_eq!(file_size(0), "0 B");
    assert_eq!(file_size(1_023), "1023 B");
    assert_eq!(file_size(1_536), "1.5 KB");
    assert_eq!(file_size(64 * 1024 * 1024), "64 MB");
    assert_eq!(file_size(u64::MAX), "16777215 TB");
}

proptest! {
    #[test]
    fn grouping_changes_no_digit(n in any::<i64>()) {
        let shown = integer(n);
        prop_assert_eq!(shown.replace(',', ""), n.to_string());
        prop_assert!(shown.trim_start_matches('-').rsplit(',').skip(1).all(|part| part.len() <= 3));
    }

    #[test]
    fn money_reads_back_equal(
        minor in -1_000_000_000_000_000_i64..1_000_000_000_000_000,
        index in 0..domain::money::CURRENCIES.len(),
        own in any::<bool>(),
    ) {
        let this = currency(domain::money::CURRENCIES[index].0);
        let books = if own { this } else { currency("INR") };
        let shown = money(minor, this, books);
        let plain: String = shown.chars().filter(|c| !c.is_alphabetic()).collect();
        prop_assert_eq!(parse_minor(&plain, this.decimals()), Ok(minor), "{}", shown);
    }

    #[test]
    fn compact_is_short_and_keeps_its_order(a in any::<i64>(), step in 0_i64..1_000_000_000_000) {
        for lang in [Lang::En, Lang::Zh] {
            prop_assert!(compact(lang, a).chars().count() <= 12);
            let b = a.saturating_add(step);
            prop_assert!(size(&compact(lang, a)) <= size(&compact(lang, b)));
        }
    }

    #[test]
    fn days_read_back_equal(days in -719_162_i64..2_932_896) {
        let day = Date::from_days(days);
        prop_assert_eq!(Date::parse(&date_table(day)), Ok(day));
        if day.year() >= 1000 {
            prop_assert_eq!(Date::parse(&date_long(ZH, day)), Ok(day));
        }
    }

    #[test]
    fn phones_keep_their_digits(digits in "[1-9][0-9]{4,14}") {
        let shown = phone(&format!("+{digits}"), "");
        let left: String = shown.chars().filter(char::is_ascii_digit).collect();
        let national = digits.strip_prefix("86").map(|rest| [rest.to_owned(), format!("0{rest}")]);
        prop_assert!(left == digits || national.is_some_and(|ways| ways.contains(&left)));
        prop_assert!(!shown.contains("  ") && !shown.ends_with(' '));
    }

    #[test]
    fn every_instant_has_words(at in any::<i64>(), now in any::<i64>()) {
        let zone = shanghai();
        for text in [EN, ZH] {
            prop_assert!(!relative(text, Instant(at), Instant(now), &zone).is_empty());
            prop_assert!(!duration(text, at).is_empty());
        }
    }

    #[test]
    fn a_list_holds_every_item(items in prop::collection::vec("[a-z]{1,5}", 1..6)) {
        for lang in [Lang::En, Lang::Zh] {
            let shown = list(lang, &items);
            prop_assert!(items.iter().all(|item| shown.contains(item.as_str())));
        }
    }
}

/// The number a compact one stands for, in tenths.
fn size(shown: &str) -> i128 {
    let (sign, rest) = shown.strip_prefix('-').map_or((1, shown), |rest| (-1, rest));
    let split = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
    let (number, step) = rest.split_at(split.unwrap_or(rest.len()));
    let one: i128 = match step {
        "K" => 1_000,
        "M" => 1_000_000,
        "B" => 1_000_000_000,
        "T" | "万亿" => 1_000_000_000_000,
        "Q" => 1_000_000_000_000_000,
        "万" => 10_000,
        "亿" => 100_000_000,
        _ => 1,
    };
    let (whole, tenth) = number.split_once('.').unwrap_or((number, "0"));
    let whole: i128 = whole.replace(',', "").parse().unwrap();
    sign * one * (whole * 10 + tenth.parse::<i128>().unwrap())
}
