//! The board by keyboard: arrows go from card to card; Space lifts one, arrows carry it, Space drops it and Escape puts it
//! back.

use super::{
    super::look,
    column, menu,
    state::{Card, Desk, Lifted, Spot, wanted},
};
use domain::id::OpportunityId;
use leptos::{ev::KeyboardEvent, prelude::*, wasm_bindgen::JsCast, web_sys};

/// A key was pressed somewhere on the board.
pub(super) fn pressed(desk: Desk, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(target) = target.filter(|target| target.matches(".deal-name").unwrap_or(false)) else {
        return;
    };
    let Some(card) = menu::of_element(desk, &target) else { return };
    let lifted = desk.lifted.get_untracked();
    let handled = match (event.key().as_str(), &lifted) {
        (" ", None) => {
            lift(desk, &card);
            true
        }
        (" " | "Enter", Some(lifted)) => {
            drop_here(desk, lifted);
            true
        }
        ("Escape", Some(lifted)) => {
            put_back(desk, lifted);
            true
        }
        (key, lifted) => match target_of(desk, card.id, key) {
            Some(spot) if lifted.is_some() => {
                carry(desk, &card, spot);
                true
            }
            Some(spot) => {
                go_to(desk, spot);
                true
            }
            None => false,
        },
    };
    if handled {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// The spot that an arrow leads to from where a card is.
fn target_of(desk: Desk, id: OpportunityId, key: &str) -> Option<Spot> {
    let (from, _) = desk.find(id)?;
    let stacks = desk.stacks();
    let at = stacks.iter().position(|stack| stack.stage == from.stage)?;
    let cards = |at: usize| stacks.get(at).map(|stack| stack.cards.with_untracked(Vec::len));
    match key {
        "ArrowUp" => Some(Spot { place: from.place.checked_sub(1)?, ..from }),
        "ArrowDown" => {
            (from.place + 1 < cards(at)?).then_some(Spot { place: from.place + 1, ..from })
        }
        "ArrowLeft" | "ArrowRight" => {
            let to = if key == "ArrowLeft" { at.checked_sub(1)? } else { at + 1 };
            let stage = stacks.get(to)?.stage;
            Some(Spot { stage, place: from.place.min(cards(to)?) })
        }
        _ => None,
    }
}

/// Gives the focus to the card at a spot, or to the last one above it.
fn go_to(desk: Desk, spot: Spot) {
    let card = desk.stack(spot.stage).and_then(|stack| {
        stack
            .cards
            .with_untracked(|cards| cards.get(spot.place).or(cards.last()).map(|card| card.id))
    });
    if let Some(card) = card {
        focus(card);
    }
}

fn focus(card: OpportunityId) {
    request_animation_frame(move || {
        if let Some(link) = column::link_of(card) {
            // A card that cannot take the focus leaves it where it is.
            let _ = link.focus();
        }
    });
}

fn lift(desk: Desk, card: &Card) {
    let Some((from, _)) = desk.find(card.id).filter(|_| desk.may_move(card)) else { return };
    desk.lifted.set(Some(Lifted { id: card.id, from }));
    let (place, of, stage) = described(desk, from);
    desk.announcer.say(desk.text.deal_lifted(&card.name, &of, &place, &stage));
}

/// Place and number of cards, counted from 1, and the stage of a spot.
fn described(desk: Desk, spot: Spot) -> (String, String, String) {
    let count = desk.stack(spot.stage).map_or(0, |stack| stack.cards.with_untracked(Vec::len));
    let stage = desk.stage(spot.stage).map(|stage| look::stage_name(desk.text, &stage));
    ((spot.place + 1).to_string(), count.to_string(), stage.unwrap_or_default())
}

fn carry(desk: Desk, card: &Card, spot: Spot) {
    desk.shift(card.id, spot);
    focus(card.id);
    let (place, of, stage) = described(desk, spot);
    desk.announcer.say(desk.text.deal_carried(&of, &place, &stage));
}

fn put_back(desk: Desk, lifted: &Lifted) {
    desk.lifted.set(None);
    desk.shift(lifted.id, lifted.from);
    focus(lifted.id);
    desk.announcer.say(desk.text.deal_put_back());
    desk.renew_if_stale();
}

/// Drops the card where it was carried to: the board shows it there, the server is told.
fn drop_here(desk: Desk, lifted: &Lifted) {
    desk.lifted.set(None);
    let Some((to, card)) = desk.find(lifted.id) else { return };
    focus(lifted.id);
    if to == lifted.from {
        desk.announcer.say(desk.text.deal_put_back());
        desk.renew_if_stale();
        return;
    }
    let Some(stage) = desk.stage(to.stage) else { return };
    let place = desk.place_of(lifted.id, to);
    desk.send(wanted(&card, stage, place), lifted.from);
}
