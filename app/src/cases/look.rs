//! How a case looks, wherever it is shown: what it is, how far it is, and how much time is left.

use crate::{
    i18n::{Text, format, words},
    ui::{StatusChip, Tone, status_chip_markup},
};
use domain::{
    case::{CaseKind, CasePriority, CaseStatus, Clock, DueState},
    time::{HOUR, Instant, ZoneOffsets},
};
use leptos::prelude::*;
use maud::{Markup, html};

/// The icon of a kind.
pub(crate) const fn kind_icon(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Complaint => "triangle-alert",
        CaseKind::Question => "circle-question-mark",
        CaseKind::Suggestion => "sparkles",
    }
}

/// Tone and icon of how far a case is.
pub(super) const fn status_look(status: CaseStatus) -> (Tone, &'static str) {
    match status {
        CaseStatus::New => (Tone::Info, "inbox"),
        CaseStatus::Triaged => (Tone::Info, "user"),
        CaseStatus::InProgress => (Tone::Warn, "activity"),
        CaseStatus::Waiting => (Tone::Neutral, "clock"),
        CaseStatus::Resolved => (Tone::Ok, "circle-check"),
        CaseStatus::Closed => (Tone::Neutral, "lock"),
    }
}

/// Tone of how far a case is.
pub(crate) const fn status_tone(status: CaseStatus) -> Tone {
    status_look(status).0
}

/// Tone of a priority.
pub(super) const fn priority_tone(priority: CasePriority) -> Tone {
    match priority {
        CasePriority::Urgent => Tone::Bad,
        CasePriority::High => Tone::Warn,
        CasePriority::Normal | CasePriority::Low => Tone::Neutral,
    }
}

/// How far off it is what is due at a time. Within a day it is said how long, further off when.
pub(crate) fn time_left(text: Text, zone: &ZoneOffsets, due: Instant, now: Instant) -> String {
    match due.0 - now.0 {
        late @ ..0 => text.case_due_overdue(&format::duration(text, -late)),
        left if left < 24 * HOUR => text.case_due_left(&format::duration(text, left)),
        _ => text.case_due_on(&format::relative(text, due, now, zone)),
    }
}

/// Tone, icon and words of the time that is left.
pub(super) fn due(
    text: Text,
    zone: &ZoneOffsets,
    clock: &Clock,
    now: Instant,
) -> (Tone, &'static str, String) {
    let said = || time_left(text, zone, clock.due_at(), now);
    match clock.state(now) {
        DueState::OnTrack => (Tone::Ok, "clock", said()),
        DueState::Soon => (Tone::Warn, "clock", said()),
        DueState::Overdue => (Tone::Bad, "circle-alert", said()),
        DueState::Paused => (Tone::Neutral, "clock", text.case_due_paused().to_owned()),
        DueState::InTime => (Tone::Ok, "circle-check", text.case_due_in_time().to_owned()),
        DueState::TooLate => (Tone::Neutral, "circle-alert", text.case_due_too_late().to_owned()),
    }
}

/// The chip of the time that is left.
pub(super) fn due_chip(
    text: Text,
    zone: &ZoneOffsets,
    sprite: &str,
    clock: &Clock,
    now: Instant,
) -> Markup {
    let (tone, icon, said) = due(text, zone, clock, now);
    status_chip_markup(sprite, tone, icon, &said)
}

/// The chip of a priority; nothing for the usual one.
pub(super) fn priority_chip(text: Text, sprite: &str, priority: CasePriority) -> Markup {
    if priority == CasePriority::Normal {
        return html! {};
    }
    let word = words::case_priority(text, priority);
    status_chip_markup(sprite, priority_tone(priority), "flag", word)
}

/// The same two as parts of a page.
pub(super) fn due_mark(text: Text, zone: &ZoneOffsets, clock: &Clock, now: Instant) -> AnyView {
    let (tone, icon, said) = due(text, zone, clock, now);
    view! { <StatusChip tone=tone icon=icon label=said /> }.into_any()
}

/// The mark of a priority; nothing for the usual one.
pub(super) fn priority_mark(text: Text, priority: CasePriority) -> Option<AnyView> {
    let word = words::case_priority(text, priority);
    (priority != CasePriority::Normal).then(|| {
        view! { <StatusChip tone=priority_tone(priority) icon="flag" label=word /> }.into_any()
    })
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use domain::lang::Lang;

    #[test]
    fn time_is_said_in_hours_when_it_is_near() {
        let now = Instant(1_795_305_600_000);
        let clock = |left: i64| Clock {
            began_at: now.plus(-HOUR),
            first_due_at: now.plus(left),
            solve_due_at: now.plus(99 * HOUR),
            ..Clock::default()
        };
        let said = |lang, left| due(Text::new(lang), &ZoneOffsets::default(), &clock(left), now).2;
        assert_eq!(said(Lang::En, 2 * HOUR), "2 h left");
        assert_eq!(said(Lang::Zh, 2 * HOUR), "剩余 2小时");
        assert_eq!(said(Lang::En, -HOUR), "1 h overdue");
        assert_eq!(said(Lang::Zh, -HOUR), "已超时 1小时");
    }
}
