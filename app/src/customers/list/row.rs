//! A row of a list, written out: the same for table and phone, for customers and persons.

use crate::{
    boot::Boot,
    i18n::{Text, format, words},
    ui::{AvatarKind, StatusChip, Tone, status_chip_markup},
};
use domain::{
    account::{AccountKind, AccountStatus, AccountSummary, Level},
    id::UserId,
    person::PersonSummary,
    policy::{Detail, Object},
    time::Instant,
};
use leptos::prelude::*;
use maud::{Markup, html};

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Identity, for selection and deletion.
    pub id: String,
    /// `C-1042` or `P-7`.
    pub number: String,
    /// Its page.
    pub href: String,
    /// Name.
    pub name: String,
    /// Round or square.
    pub avatar: AvatarKind,
    /// What stands below the name.
    pub second: String,
    /// Status, of customers.
    pub status: Option<AccountStatus>,
    /// Level, of customers.
    pub level: Option<Level>,
    /// Address and name of the company, of persons.
    pub company: Option<(String, String)>,
    /// Phone, of persons: as shown, and as called unless it is seen in part.
    pub phone: Option<(String, Option<String>)>,
    /// Name of the owner.
    pub owner: String,
    /// Yearly value, short; empty for none.
    pub value: String,
    /// Yearly value in full.
    pub value_full: String,
    /// Last contact as people say it; empty for never.
    pub last_contact: String,
    /// Last contact in full.
    pub last_contact_full: String,
    /// Day it was made.
    pub created: String,
    /// How often it was written anew while its list was on show.
    pub edition: u32,
}

impl Row {
    /// The row of a customer.
    #[must_use]
    pub fn account(row: &AccountSummary, text: Text, boot: &Boot, now: Instant) -> Self {
        let currency = boot.currency();
        let kind = match row.kind {
            AccountKind::Company | AccountKind::Individual => "",
            kind @ (AccountKind::Partner | AccountKind::Competitor) => {
                words::account_kind(text, kind)
            }
        };
        let valued = row.value_minor != 0;
        let common = Common::new(row.owner, row.last_contact_at, row.created_at, text, boot, now);
        Self {
            id: row.id.to_string(),
            number: row.number.to_string(),
            href: format!("/customers/{}", row.number),
            name: row.name.clone(),
            avatar: if row.kind == AccountKind::Individual {
                AvatarKind::Person
            } else {
                AvatarKind::Company
            },
            second: joined(&[kind, &row.industry]),
            status: Some(row.status),
            level: row.level,
            company: None,
            phone: None,
            owner: common.owner,
            value: if valued {
                format::money_compact(boot.lang, row.value_minor, currency, currency)
            } else {
                String::new()
            },
            value_full: if valued {
                format::money(row.value_minor, currency, currency)
            } else {
                String::new()
            },
            last_contact: common.last_contact,
            last_contact_full: common.last_contact_full,
            created: common.created,
            edition: 0,
        }
    }

    /// The row of a person.
    #[must_use]
    pub fn person(row: &PersonSummary, text: Text, boot: &Boot, now: Instant) -> Self {
        let common = Common::new(row.owner, row.last_contact_at, row.created_at, text, boot, now);
        Self {
            id: row.id.to_string(),
            number: row.number.to_string(),
            href: format!("/people/{}", row.number),
            name: row.full_name.clone(),
            avatar: AvatarKind::Person,
            second: row.title.clone(),
            status: None,
            level: None,
            company: row
                .account
                .as_ref()
                .map(|(number, name)| (format!("/customers/{number}"), name.clone())),
            phone: (!row.phone.is_empty()).then(|| {
                let whole = boot.details_of(row.owner).reads(Object::Person, Detail::Phone);
                if whole {
                    (format::phone("", &row.phone), Some(dial(&row.phone)))
                } else {
                    (row.phone.clone(), None)
                }
            }),
            owner: common.owner,
            value: String::new(),
            value_full: String::new(),
            last_contact: common.last_contact,
            last_contact_full: common.last_contact_full,
            created: common.created,
            edition: 0,
        }
    }

    /// The second line on phones: what the columns of the table say.
    #[must_use]
    pub fn summary(&self) -> String {
        let company = self.company.as_ref().map(|(_, name)| name.as_str()).unwrap_or_default();
        joined(&[&self.second, company, &self.owner, &self.last_contact])
    }
}

struct Common {
    owner: String,
    last_contact: String,
    last_contact_full: String,
    created: String,
}

impl Common {
    fn new(
        owner: Option<UserId>,
        last: Instant,
        made: Instant,
        text: Text,
        boot: &Boot,
        now: Instant,
    ) -> Self {
        let known = last.is_set();
        Self {
            owner: boot.colleague(owner),
            last_contact: if known {
                format::contact_day(text, last, now, &boot.zone)
            } else {
                String::new()
            },
            last_contact_full: if known {
                format::date_table(format::contact_date(last))
            } else {
                String::new()
            },
            created: format::date_table(boot.zone.wall_clock(made).0),
        }
    }
}

/// The parts that say something, in one line.
#[must_use]
pub fn joined(parts: &[&str]) -> String {
    let said: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    said.join(" · ")
}

/// The address that calls a number as typed.
#[must_use]
pub fn dial(raw: &str) -> String {
    let digits: String =
        domain::text::half_width(raw).chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    format!("tel:{digits}")
}

/// The status of a customer: icon and word.
#[must_use]
pub fn status_chip(text: Text, status: AccountStatus) -> AnyView {
    let ((tone, icon), label) = (status_look(status), words::account_status(text, status));
    view! { <StatusChip tone=tone icon=icon label=label /> }.into_any()
}

/// The same for rows that are written at once.
pub(super) fn status_markup(sprite: &str, text: Text, status: AccountStatus) -> Markup {
    let (tone, icon) = status_look(status);
    status_chip_markup(sprite, tone, icon, words::account_status(text, status))
}

const fn status_look(status: AccountStatus) -> (Tone, &'static str) {
    match status {
        AccountStatus::Potential => (Tone::Info, "sparkles"),
        AccountStatus::Active => (Tone::Ok, "circle-check"),
        AccountStatus::Loyal => (Tone::Accent, "heart"),
        AccountStatus::AtRisk => (Tone::Warn, "triangle-alert"),
        AccountStatus::Churned => (Tone::Neutral, "circle-x"),
    }
}

/// The level of a customer: a chip for those that stand out, a word for the others.
#[must_use]
pub fn level_mark(text: Text, level: Level) -> AnyView {
    let label = words::level(text, level);
    match level_look(level) {
        Some((tone, icon)) => view! { <StatusChip tone=tone icon=icon label=label /> }.into_any(),
        None => view! { <span class="muted">{label}</span> }.into_any(),
    }
}

/// The same for rows that are written at once.
pub(super) fn level_markup(sprite: &str, text: Text, level: Level) -> Markup {
    let label = words::level(text, level);
    match level_look(level) {
        Some((tone, icon)) => status_chip_markup(sprite, tone, icon, label),
        None => html! { span class="muted" { (label) } },
    }
}

/// How the levels that stand out look.
pub(super) const fn level_look(level: Level) -> Option<(Tone, &'static str)> {
    match level {
        Level::Vip => Some((Tone::Violet, "star")),
        Level::High => Some((Tone::Accent, "arrow-up")),
        Level::Medium | Level::Low => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_can_be_called_however_it_was_typed() {
        assert_eq!(dial("138 0013-8000"), "tel:13800138000");
        assert_eq!(dial("＋８６（10）6552"), "tel:+86106552");
    }

    #[test]
    fn only_what_is_known_is_said() {
        assert_eq!(joined(&["", "电子", "", "林"]), "电子 · 林");
        assert_eq!(joined(&["", ""]), "");
    }
}
