//! A row of the bin, written out: the same for table and phone.

use crate::{
    boot::Boot,
    i18n::{Text, format},
    ui::AvatarKind,
};
use domain::{
    bin::{BinKind, Binned},
    time::{Instant, ZoneOffsets},
};
use uuid::Uuid;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Identity.
    pub id: Uuid,
    /// What it is.
    pub kind: BinKind,
    /// `C-1042`, `P-7`, `D-5`, `O-3` or `F-9`.
    pub number: String,
    /// Its page, which exists again once it is restored.
    pub href: String,
    /// Name.
    pub name: String,
    /// Round or square.
    pub avatar: AvatarKind,
    /// Who put it there.
    pub who: String,
    /// When, as people say it.
    pub when: String,
    /// When, in full.
    pub when_full: String,
    /// How long it stays.
    pub left: String,
    /// The day it leaves.
    pub leaves: String,
    /// Whether it leaves within days.
    pub soon: bool,
}

/// Days left from which a row is marked.
const SOON: i64 = 3;

/// Who put a record there, also if they are no colleague any more.
pub(crate) fn who(binned: &Binned, text: Text, boot: &Boot) -> String {
    let who = boot.colleague(binned.deleted_by);
    if !who.is_empty() {
        who
    } else if binned.deleted_by.is_some_and(|id| id != domain::id::UserId::NIL) {
        text.user_former().to_owned()
    } else {
        text.timeline_system().to_owned()
    }
}

impl Row {
    pub(super) fn new(binned: &Binned, text: Text, boot: &Boot) -> Self {
        let who = who(binned, text, boot);
        // Put there after the page was loaded: by the page's clock that would be in the future.
        let now = boot.now.max(binned.deleted_at);
        let days = days_left(binned.leaves_at, now, &boot.zone);
        let (avatar, folder) = match binned.kind {
            BinKind::Accounts => (AvatarKind::Company, "customers"),
            BinKind::People => (AvatarKind::Person, "people"),
            BinKind::Opportunities => (AvatarKind::Company, "deals"),
            BinKind::Orders => (AvatarKind::Company, "orders"),
            BinKind::Cases => (AvatarKind::Company, "feedback"),
        };
        Self {
            id: binned.id,
            kind: binned.kind,
            href: format!("/{folder}/{}", binned.number),
            number: binned.number.clone(),
            name: binned.name.clone(),
            avatar,
            who,
            when: format::relative(text, binned.deleted_at, now, &boot.zone),
            when_full: format::date_time(text, binned.deleted_at, &boot.zone),
            left: if days < 1 { text.bin_last_day().to_owned() } else { text.bin_days_left(days) },
            leaves: format::date_long(text, boot.zone.wall_clock(binned.leaves_at).0),
            soon: days <= SOON,
        }
    }
}

/// Days on the calendar of `zone` until `leaves`.
fn days_left(leaves: Instant, now: Instant, zone: &ZoneOffsets) -> i64 {
    (zone.wall_clock(leaves).0.days() - zone.wall_clock(now).0.days()).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        bin::BIN_DAYS,
        time::{DAY, HOUR},
    };

    #[test]
    fn days_are_counted_by_the_calendar() {
        let zone =
            ZoneOffsets { name: "Asia/Shanghai".to_owned(), changes: vec![(Instant(0), 480)] };
        let deleted = Instant(20_000 * DAY + 3 * HOUR);
        let leaves = deleted.plus(BIN_DAYS * DAY);
        assert_eq!(days_left(leaves, deleted, &zone), 30);
        // 16:00 UTC is midnight in Shanghai.
        assert_eq!(days_left(leaves, deleted.plus(13 * HOUR - 1), &zone), 30);
        assert_eq!(days_left(leaves, deleted.plus(13 * HOUR), &zone), 29);
        assert_eq!(days_left(leaves, leaves.plus(-HOUR), &zone), 0);
        assert_eq!(days_left(leaves, leaves.plus(3 * DAY), &zone), 0);
    }
}
