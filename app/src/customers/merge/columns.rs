//! The records of a merge beside each other: which one stays, whose value of each field, what comes along. On phones
//! each field is a card.

use super::state::{Desk, Offered, others};
use crate::{
    i18n::{format, words},
    ui::{Button, Icon, Size, Variant},
};
use domain::{merge::MergeKind, merge::Side, policy::Detail};
use leptos::prelude::*;

/// The records beside each other, with what differs.
pub(super) fn columns(desk: Desk) -> AnyView {
    let several = desk.sheet().sides.len() > 1;
    view! {
        <div class="panel merge">
            {records(desk)}
            {several.then(|| fields(desk))}
        </div>
    }
    .into_any()
}

/// The records, and which of them stays.
fn records(desk: Desk) -> AnyView {
    let text = desk.text;
    let sheet = desk.sheet();
    let alone = sheet.sides.len() == 1;
    let cells = sheet.sides.iter().enumerate().map(|(at, side)| record(desk, at, side, alone));
    view! {
        <div
            class="merge-row merge-head"
            role=(!alone).then_some("radiogroup")
            aria-labelledby=(!alone).then_some("merge-kept")
        >
            <span class="merge-label" id="merge-kept">
                {if alone { text.merge_record() } else { text.merge_keep() }}
            </span>
            {cells.collect_view()}
        </div>
    }
    .into_any()
}

fn record(desk: Desk, at: usize, side: &Side, alone: bool) -> AnyView {
    let text = desk.text;
    let day = desk
        .boot
        .with_value(|boot| format::date_long(text, boot.zone.wall_clock(side.updated_at).0));
    let told = view! {
        <span class="check-text">
            <span class="merge-name">{side.name.clone()}</span>
            <span class="sub num">{side.number.clone()}</span>
            <span class="sub">{text.merge_updated(&day)}</span>
        </span>
    };
    if alone {
        return view! { <div class="merge-cell">{told}</div> }.into_any();
    }
    let (id, number) = (side.seen.id, side.number.clone());
    let kept = move || desk.kept() == at;
    view! {
        <div class="merge-cell">
            <label class="check radio">
                <input
                    type="radio"
                    name="kept"
                    value=number.clone()
                    checked=untrack(kept)
                    prop:checked=kept
                    disabled=!desk.can_stay(at)
                    data-needs-live="true"
                    on:change=move |_| desk.chosen.kept.set(Some(id))
                />
                {told}
            </label>
            <Button
                variant=Variant::Quiet
                size=Size::Sm
                on_click=move |_| desk.take_all(at)
            >
                {text.merge_use_all()}
                <span class="visually-hidden">{format!(" {number}")}</span>
            </Button>
        </div>
    }
    .into_any()
}

/// Fields in which the records differ, contacts and addresses that come along, and how many fields are identical.
fn fields(desk: Desk) -> AnyView {
    let rows = desk.differing().into_iter().map(|name| field(desk, name)).collect_view();
    let kept = Memo::new(move |_| desk.kept());
    let several = move || several(desk, kept.get());
    view! {
        {rows}
        {several}
        {identical(desk)}
    }
    .into_any()
}

fn field(desk: Desk, name: String) -> AnyView {
    let text = desk.text;
    let sheet = desk.sheet();
    let label = words::field(text, desk.object(), &name);
    let id = format!("merge-{name}");
    let may_choose = desk.may_choose(&name);
    let cells = sheet.sides.iter().enumerate().map(|(at, side)| {
        let shown = desk.show(&name, side.get(&name));
        let (of, number) = (name.clone(), side.number.clone());
        let (record, field) = (side.seen.id, name.clone());
        let taken = move || desk.from(&of) == at;
        let empty = shown.is_empty().then(|| text.common_empty_value());
        view! {
            <label class="merge-cell check radio">
                <input
                    type="radio"
                    name=name.clone()
                    value=number.clone()
                    checked=untrack(&taken)
                    prop:checked=taken
                    disabled=!may_choose
                    data-needs-live="true"
                    on:change=move |_| {
                        desk.chosen.fields.update(|fields| {
                            fields.insert(field.clone(), record);
                        });
                    }
                />
                <span class="check-text">
                    <span class="merge-value">{shown}{empty}</span>
                    <span class="sub num merge-from">{number}</span>
                </span>
            </label>
        }
    });
    view! {
        <div class="merge-row" role="radiogroup" aria-labelledby=id.clone()>
            <span class="merge-label" id=id.clone()>
                {label}
            </span>
            {cells.collect_view()}
        </div>
    }
    .into_any()
}

/// Contacts and addresses: there can be several, so they are kept together unless somebody says otherwise.
fn several(desk: Desk, kept: usize) -> AnyView {
    let text = desk.text;
    let contacts = [Detail::Phone, Detail::Email, Detail::Messenger]
        .map(|detail| (detail, desk.own_contacts(detail, kept), desk.contacts(detail, kept)));
    let addresses = (Detail::Address, desk.own_addresses(kept), desk.addresses(kept));
    let rows = contacts.into_iter().chain([addresses]);
    let rows = rows.filter(|(_, _, offered)| !offered.is_empty());
    rows.map(|(detail, own, offered)| {
        let label = words::detail(text, detail);
        let cells = (0..desk.sheet().sides.len())
            .map(|side| several_cell(desk, side, kept, &own, &offered))
            .collect_view();
        view! {
            <div class="merge-row" role="group" aria-label=label>
                <span class="merge-label">{label}</span>
                {cells}
            </div>
        }
    })
    .collect_view()
    .into_any()
}

fn several_cell(
    desk: Desk,
    side: usize,
    kept: usize,
    own: &[String],
    offered: &[Offered],
) -> AnyView {
    let number = desk.sheet().sides[side].number.clone();
    let items = if side == kept {
        own.iter().map(|shown| stays(shown.clone())).collect_view().into_any()
    } else {
        let of_side = offered.iter().filter(|one| one.side == side);
        of_side.map(|one| offer(desk, one.clone())).collect_view().into_any()
    };
    let nothing =
        if side == kept { own.is_empty() } else { offered.iter().all(|one| one.side != side) };
    view! {
        <div class="merge-cell merge-several" data-empty=nothing.then_some("true")>
            {items}
            <span class="sub num merge-from">{number}</span>
        </div>
    }
    .into_any()
}

/// What is there in any case.
fn stays(shown: String) -> AnyView {
    view! {
        <span class="merge-stays">
            <Icon name="check" class="icon-sm" />
            <span class="merge-value">{shown}</span>
        </span>
    }
    .into_any()
}

fn offer(desk: Desk, one: Offered) -> AnyView {
    let Offered { id, shown, choosable, .. } = one;
    if !choosable {
        return stays(shown);
    }
    let left_out = desk.chosen.left_out;
    let comes = move || left_out.with(|left_out| !left_out.contains(&id));
    view! {
        <label class="check">
            <input
                type="checkbox"
                name="also"
                value=id.to_string()
                checked=untrack(comes)
                prop:checked=comes
                data-needs-live="true"
                on:change=move |event| {
                    let comes = event_target_checked(&event);
                    left_out.update(|left_out| {
                        if comes { left_out.remove(&id) } else { left_out.insert(id) };
                    });
                }
            />
            <span class="check-text">
                <span class="merge-value">{shown}</span>
                <span class="sub">{desk.text.merge_also_keep()}</span>
            </span>
        </label>
    }
    .into_any()
}

/// How many fields say the same, and what.
fn identical(desk: Desk) -> AnyView {
    let text = desk.text;
    let identical = desk.identical();
    if identical.is_empty() {
        return ().into_any();
    }
    let count = i64::try_from(identical.len()).unwrap_or(i64::MAX);
    let lines = identical.into_iter().map(|(name, said)| {
        let label = words::field(text, desk.object(), &name);
        view! {
            <div>
                <dt>{label}</dt>
                <dd>{said}</dd>
            </div>
        }
    });
    view! {
        <details class="merge-same">
            <summary>
                <Icon name="chevron-right" class="icon-sm" />
                {text.merge_identical(count)}
            </summary>
            <dl>{lines.collect_view()}</dl>
        </details>
    }
    .into_any()
}

/// What moves, and what is kept because it is not seen.
pub(super) fn consequences(desk: Desk) -> AnyView {
    let text = desk.text;
    let moves = move || {
        let (kept, what) = moves(desk);
        (!what.is_empty()).then(|| {
            view! {
                <p class="merge-moves">
                    <Icon name="arrow-right" class="icon-sm" />
                    <span>{text.merge_moves(&kept, &what)}</span>
                </p>
            }
        })
    };
    let kept_back = desk.kept_back();
    let kept_back = (!kept_back.is_empty()).then(|| {
        let details = format::list(text.lang(), &kept_back);
        view! {
            <p class="merge-moves">
                <Icon name="lock" class="icon-sm" />
                <span>{text.merge_kept_back(&details)}</span>
            </p>
        }
    });
    view! { <div class="merge-consequences">{moves}{kept_back}</div> }.into_any()
}

/// The number of the record that stays, and what comes to it.
fn moves(desk: Desk) -> (String, String) {
    let text = desk.text;
    let (sheet, kept) = (desk.sheet(), desk.kept());
    let stays = &sheet.sides[kept];
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let comes = |offered: &Offered| {
        desk.chosen.left_out.with(|left_out| !offered.choosable || !left_out.contains(&offered.id))
    };
    let points = [Detail::Phone, Detail::Email, Detail::Messenger]
        .into_iter()
        .flat_map(|detail| desk.contacts(detail, kept));
    let points = count(points.filter(comes).count());
    let addresses = count(desk.addresses(kept).iter().filter(|one| comes(one)).count());
    let (mut links, mut notes, mut tags) = (0, 0, std::collections::BTreeSet::new());
    let (mut deals, mut orders, mut cases) = (0, 0, 0);
    for side in others(&sheet, kept) {
        let side = &sheet.sides[side];
        links += side.links;
        notes += side.notes.unwrap_or_default();
        deals += side.deals;
        orders += side.orders;
        cases += side.cases;
        tags.extend(side.tags.iter().filter(|tag| !stays.tags.contains(tag)));
    }
    let linked = match sheet.kind {
        MergeKind::Accounts => text.merge_people(links),
        MergeKind::People => text.merge_companies(links),
    };
    let parts = [
        (points, text.merge_contacts(points)),
        (addresses, text.merge_addresses(addresses)),
        (links, linked),
        (notes, text.merge_notes(notes)),
        (deals, text.merge_deals(deals)),
        (orders, text.merge_orders(orders)),
        (cases, text.merge_cases(cases)),
        (count(tags.len()), text.merge_tags(count(tags.len()))),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|(number, _)| *number > 0).map(|(_, told)| told).collect();
    (stays.number.clone(), parts.join(" · "))
}
