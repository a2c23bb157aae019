//! What is chosen on the screen of a merge, and what follows from it: which record stays, whose value of each field,
//! which contacts and addresses come along.

use crate::{
    boot::{Boot, use_boot},
    i18n::{Text, use_text, words},
};
use domain::{
    contact::ContactPoint,
    id::UserId,
    merge::MergeKind,
    merge::{self, FieldChoice, MergeDraft, MergeSheet, OWN, Side},
    policy::{Access, Action, Detail, DetailRules, Object},
    time::Instant,
};
use leptos::prelude::*;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use uuid::Uuid;

/// Fields that are no choice: the latest contact counts, and a day brings its calendar.
const FOLLOWING: [&str; 2] = ["last_contact", "birthday_calendar"];

/// What somebody chose. It outlives the sheet: when that is read again, nothing that was chosen is lost.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    /// The record that stays, once somebody said so.
    pub kept: RwSignal<Option<Uuid>>,
    /// Fields with the record whose value is taken.
    pub fields: RwSignal<BTreeMap<String, Uuid>>,
    /// Contacts and addresses that stay behind.
    pub left_out: RwSignal<BTreeSet<Uuid>>,
    /// A record was added: the screen is made anew, and the place where one is looked for has the focus again.
    pub added: StoredValue<bool>,
    /// The records are becoming one.
    pub busy: RwSignal<bool>,
    /// Why they did not.
    pub notice: RwSignal<Option<String>>,
}

impl Chosen {
    pub(super) fn new() -> Self {
        Self {
            kept: RwSignal::new(None),
            fields: RwSignal::new(BTreeMap::new()),
            left_out: RwSignal::new(BTreeSet::new()),
            added: StoredValue::new(false),
            busy: RwSignal::new(false),
            notice: RwSignal::new(None),
        }
    }
}

/// Records of a sheet with what is chosen about them. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    sheet: StoredValue<Arc<MergeSheet>>,
    pub chosen: Chosen,
    pub text: Text,
    pub boot: StoredValue<Boot>,
}

/// A contact or an address of a record that goes, as the screen offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offered {
    /// Of which record.
    pub side: usize,
    pub id: Uuid,
    pub shown: String,
    /// It may stay behind. What is not seen in full or not the caller's to change comes along always.
    pub choosable: bool,
}

impl Desk {
    pub(super) fn new(sheet: MergeSheet, chosen: Chosen) -> Self {
        let sheet = StoredValue::new(Arc::new(sheet));
        Self { sheet, chosen, text: use_text(), boot: use_boot() }
    }

    pub(super) fn sheet(self) -> Arc<MergeSheet> {
        self.sheet.get_value()
    }

    pub(super) fn kind(self) -> MergeKind {
        self.sheet.with_value(|sheet| sheet.kind)
    }

    pub(super) fn object(self) -> Object {
        self.kind().object()
    }

    /// Whether a record can be the one that stays: it may be changed, and the others may go.
    pub(super) fn can_stay(self, side: usize) -> bool {
        let me = self.boot.with_value(|boot| boot.user);
        self.sheet.with_value(|sheet| {
            let Some(kept) = sheet.sides.get(side) else { return false };
            let goes = |(at, other): (usize, &Side)| at == side || other.may_go_to(kept.owner, me);
            kept.may_stay && sheet.sides.iter().enumerate().all(goes)
        })
    }

    /// The record that stays, followed by whoever reads it: the one that was chosen, otherwise the one with the lowest
    /// number, which is on most papers.
    pub(super) fn kept(self) -> usize {
        let wanted = self.chosen.kept.get();
        let sheet = self.sheet();
        let places = || (0..sheet.sides.len()).filter(|side| self.can_stay(*side));
        let named = |place: &usize| wanted.is_some_and(|id| sheet.sides[*place].seen.id == id);
        places()
            .find(named)
            .or_else(|| places().min_by_key(|place| number(&sheet.sides[*place].number)))
            .unwrap_or(0)
    }

    /// How far a field is open to whoever merges, of all records at once; who is in charge takes the right to assign.
    fn access(self, field: &str) -> Access {
        let object = self.object();
        let of = |details: &DetailRules| details.access_named(object, field);
        let least = self.details().iter().map(of).min().unwrap_or(Access::Hidden);
        let may_assign = self.boot.with_value(|boot| boot.may(Action::Assign, object));
        if field == "owner" && !may_assign { least.min(Access::Read) } else { least }
    }

    /// How far details of each record are open, which may depend on who is in charge.
    fn details(self) -> Vec<DetailRules> {
        let owners: Vec<Option<UserId>> =
            self.sheet.with_value(|sheet| sheet.sides.iter().map(|side| side.owner).collect());
        self.boot
            .with_value(|boot| owners.into_iter().map(|owner| boot.details_of(owner)).collect())
    }

    /// Details that are open to be changed, by record.
    fn open(self, detail: Detail) -> Vec<bool> {
        let object = self.object();
        let is_open = |details: &DetailRules| details.access(object, detail) == Access::Edit;
        self.details().iter().map(is_open).collect()
    }

    /// Whether it can be chosen whose value of a field is taken.
    pub(super) fn may_choose(self, field: &str) -> bool {
        self.access(field) == Access::Edit
    }

    /// Whose value of a field is taken, followed by whoever reads it.
    pub(super) fn from(self, field: &str) -> usize {
        let (sheet, kept) = (self.sheet(), self.kept());
        let chosen = self.chosen.fields.with(|fields| fields.get(field).copied());
        let chosen = chosen
            .filter(|_| self.may_choose(field))
            .and_then(|id| sheet.sides.iter().position(|side| side.seen.id == id));
        chosen.unwrap_or_else(|| proposed(&sheet.sides, kept, field, self.may_choose(field)))
    }

    /// Takes all that can be chosen from one record.
    pub(super) fn take_all(self, side: usize) {
        let sheet = self.sheet();
        let Some(id) = sheet.sides.get(side).map(|side| side.seen.id) else { return };
        let fields = self.differing().into_iter().filter(|field| self.may_choose(field));
        let fields: Vec<String> = fields.collect();
        self.chosen.fields.update(|chosen| chosen.extend(fields.into_iter().map(|f| (f, id))));
    }

    /// Names of the fields that are shown in full, or to be read only, in the order of the forms.
    fn shown(self) -> Vec<String> {
        let sheet = self.sheet();
        let Some(first) = sheet.sides.first() else { return Vec::new() };
        let names = first.values.iter().map(|value| value.field.clone());
        let seen = |name: &String| self.access(name) >= Access::Read;
        names.filter(|name| !FOLLOWING.contains(&name.as_str())).filter(seen).collect()
    }

    /// Fields in which the records differ.
    pub(super) fn differing(self) -> Vec<String> {
        let sheet = self.sheet();
        let mut names = self.shown();
        names.retain(|name| sheet.sides.windows(2).any(|two| two[0].get(name) != two[1].get(name)));
        names
    }

    /// Fields in which they all say the same, with that.
    pub(super) fn identical(self) -> Vec<(String, String)> {
        let (sheet, differing) = (self.sheet(), self.differing());
        let names = self.shown().into_iter().filter(|name| !differing.contains(name));
        let said = names.filter_map(|name| {
            let said = sheet.sides.first().map(|side| self.show(&name, side.get(&name)))?;
            (!said.is_empty()).then_some((name, said))
        });
        said.collect()
    }

    /// A stored value as people read it.
    pub(super) fn show(self, field: &str, raw: &str) -> String {
        self.boot.with_value(|boot| words::Values::of(boot).show(self.text, field, raw))
    }

    /// Details that whoever merges does not see in full: whatever is there of them is kept.
    pub(super) fn kept_back(self) -> Vec<String> {
        let (text, object) = (self.text, self.object());
        let details = self.details();
        let kept_back = |detail: &&Detail| {
            details.iter().any(|details| details.access(object, **detail) < Access::Read)
        };
        Detail::of(object)
            .iter()
            .filter(kept_back)
            .map(|detail| words::detail(text, *detail).to_owned())
            .collect()
    }

    /// Contacts of a kind that come to the record that stays: what it does not have itself.
    pub(super) fn contacts(self, detail: Detail, kept: usize) -> Vec<Offered> {
        let (sheet, open) = (self.sheet(), self.open(detail));
        let of_detail = |point: &&ContactPoint| Detail::of_contact(point.kind) == detail;
        let mut there: Vec<&ContactPoint> = sheet.sides[kept].contacts.iter().collect();
        let mut offered = Vec::new();
        for side in others(&sheet, kept) {
            for point in sheet.sides[side].contacts.iter().filter(of_detail) {
                // What is seen in part cannot be compared.
                if open[side] && there.iter().any(|other| merge::same_contact(other, point)) {
                    continue;
                }
                there.push(point);
                offered.push(Offered {
                    side,
                    id: point.id.0,
                    shown: contact(point, open[side]),
                    choosable: open[side],
                });
            }
        }
        offered
    }

    /// What the record that stays has itself of a kind of contact.
    pub(super) fn own_contacts(self, detail: Detail, kept: usize) -> Vec<String> {
        let (sheet, open) = (self.sheet(), self.open(detail));
        let points = sheet.sides[kept].contacts.iter();
        points
            .filter(|point| Detail::of_contact(point.kind) == detail)
            .map(|point| contact(point, open[kept]))
            .collect()
    }

    /// Addresses that come to the record that stays.
    pub(super) fn addresses(self, kept: usize) -> Vec<Offered> {
        let (sheet, open) = (self.sheet(), self.open(Detail::Address));
        let mut there: Vec<_> = sheet.sides[kept].addresses.iter().collect();
        let mut offered = Vec::new();
        for side in others(&sheet, kept) {
            for address in &sheet.sides[side].addresses {
                if open[side] && there.iter().any(|other| other.data == address.data) {
                    continue;
                }
                there.push(address);
                offered.push(Offered {
                    side,
                    id: address.id.0,
                    shown: address.data.one_line(),
                    choosable: open[side],
                });
            }
        }
        offered
    }

    /// What the record that stays has itself of addresses.
    pub(super) fn own_addresses(self, kept: usize) -> Vec<String> {
        self.sheet().sides[kept].addresses.iter().map(|one| one.data.one_line()).collect()
    }

    /// What is sent: the versions that were looked at and every choice, also those that were only proposed.
    pub(super) fn draft(self) -> MergeDraft {
        let (sheet, kept) = (self.sheet(), self.kept());
        let choices = self.differing().into_iter().filter(|field| self.may_choose(field));
        let choices = choices.map(|field| {
            let from = sheet.sides[self.from(&field)].seen.id;
            FieldChoice { field, from }
        });
        MergeDraft {
            kept: sheet.sides[kept].seen,
            others: others(&sheet, kept).map(|side| sheet.sides[side].seen).collect(),
            choices: choices.collect(),
            left_out: self.chosen.left_out.with(|left_out| left_out.iter().copied().collect()),
        }
    }
}

/// The records that go.
pub(super) fn others(sheet: &MergeSheet, kept: usize) -> impl Iterator<Item = usize> + use<> {
    (0..sheet.sides.len()).filter(move |side| *side != kept)
}

fn contact(point: &ContactPoint, open: bool) -> String {
    if open && point.kind.is_phone() {
        crate::i18n::format::phone(&point.norm, &point.raw)
    } else {
        point.raw.clone()
    }
}

fn number(written: &str) -> i64 {
    written.split('-').next_back().and_then(|digits| digits.parse().ok()).unwrap_or(i64::MAX)
}

/// Whose value is taken unless somebody chooses: the newest, of fields in which each record says something the one of
/// the record that stays; and what may not be chosen follows the rule of the store.
fn proposed(sides: &[Side], kept: usize, field: &str, may_choose: bool) -> usize {
    if OWN.contains(&field) {
        return kept;
    }
    let filled = |side: &Side| !side.get(field).is_empty();
    if may_choose {
        let filled: Vec<bool> = sides.iter().map(filled).collect();
        let changed: Vec<Instant> = sides.iter().map(|side| side.updated_at).collect();
        return merge::proposed(kept, &filled, &changed);
    }
    let mut order: Vec<usize> = (0..sides.len()).collect();
    order.sort_by_key(|side| (*side != kept, Reverse(sides[*side].updated_at)));
    let filled: Vec<bool> = order.iter().map(|side| filled(&sides[*side])).collect();
    order[merge::source(None, &filled)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        account::FieldEdit,
        id::Version,
        merge::{Goes, SeenRecord},
    };

    fn side(number: &str, changed: i64, values: &[(&str, &str)]) -> Side {
        let value = |(field, value): &(&str, &str)| FieldEdit {
            field: (*field).to_owned(),
            value: (*value).to_owned(),
        };
        Side {
            seen: SeenRecord {
                id: Uuid::from_u128(u128::from(changed.unsigned_abs())),
                version: Version(1),
            },
            number: number.to_owned(),
            name: number.to_owned(),
            updated_at: Instant(changed),
            may_stay: true,
            owner: None,
            goes: Goes { to_same: true, to_others: true, to_caller: true },
            values: values.iter().map(value).collect(),
            contacts: Vec::new(),
            addresses: Vec::new(),
            tags: Vec::new(),
            links: 0,
            notes: None,
            deals: 0,
            orders: 0,
            cases: 0,
        }
    }

    #[test]
    fn the_newest_value_is_proposed_but_for_what_each_record_has_of_its_own() {
        let sides = [
            side("C-1", 1, &[("name", "A"), ("status", "active"), ("website", "")]),
            side("C-2", 3, &[("name", "B"), ("status", "churned"), ("website", "")]),
            side("C-3", 2, &[("name", ""), ("status", "loyal"), ("website", "c.example")]),
        ];
        let of = |field, may_choose| proposed(&sides, 0, field, may_choose);
        assert_eq!([of("name", true), of("status", true), of("website", true)], [1, 0, 2]);
        assert_eq!([of("name", false), of("website", false)], [0, 2], "as the store does it");
        assert!(number("C-9") < number("C-10"));
    }
}
