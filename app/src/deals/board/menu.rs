//! The menu of a card, the way to move one without dragging (WCAG 2.5.7): to a stage, up and down, won and lost. One for
//! the whole board.

use super::{
    super::look,
    column,
    state::{Card, Desk, Spot},
};
use crate::{
    i18n::format,
    ui::{Dialog, Icon, LinkButton},
};
use domain::pipeline::StageKind;
use leptos::{ev::MouseEvent, prelude::*, wasm_bindgen::JsCast, web_sys};

/// A click somewhere on the board: on the button of a card it opens the menu.
pub(super) fn clicked(desk: Desk, event: &MouseEvent) {
    if super::drag::swallows_click() {
        event.prevent_default();
        return;
    }
    let button = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|target| target.closest("[data-act=menu]").ok().flatten());
    if let Some(card) = button.and_then(|button| of_element(desk, &button)) {
        desk.menu.set(Some(card));
    }
}

/// The card an element belongs to.
pub(super) fn of_element(desk: Desk, element: &web_sys::Element) -> Option<Card> {
    let card = element.closest("[data-card]").ok().flatten()?;
    let id = card.get_attribute("data-card")?.parse().ok()?;
    desk.find(id).map(|(_, card)| card)
}

/// The menu, while it is open.
pub(super) fn dialog(desk: Desk) -> AnyView {
    (move || desk.menu.get().map(|card| sheet(desk, card))).into_any()
}

fn sheet(desk: Desk, card: Card) -> AnyView {
    let text = desk.text;
    let open = RwSignal::new(true);
    let id = card.id;
    let go = move |spot: Spot| {
        open.set(false);
        desk.move_to(id, spot);
    };
    let closed = move |()| {
        desk.menu.set(None);
        desk.renew_if_stale();
        // The card may have been drawn anew elsewhere.
        request_animation_frame(move || {
            if let Some(link) = column::link_of(id) {
                // A card that left the board gives the focus to nobody.
                let _ = link.focus();
            }
        });
    };
    let href = format!("/deals/{}", card.number);
    let may_move = desk.may_move(&card);
    view! {
        <Dialog id="card-menu" open=open title=card.name.clone() on_close=closed>
            <div class="board-menu">
                <LinkButton href=href.clone() icon="target">{text.common_open()}</LinkButton>
                {may_move.then(|| steps(desk, card.clone(), go))}
                {may_move.then(|| stages(desk, card.clone(), go))}
            </div>
        </Dialog>
    }
    .into_any()
}

/// Up and down in its stage.
fn steps(desk: Desk, card: Card, go: impl Fn(Spot) + Copy + Send + Sync + 'static) -> AnyView {
    let text = desk.text;
    let Some((spot, _)) = desk.find(card.id) else { return ().into_any() };
    let last = desk
        .stack(spot.stage)
        .map_or(0, |stack| stack.cards.with_untracked(Vec::len).saturating_sub(1));
    let step = move |place: Option<usize>, icon: &'static str, label: &'static str| {
        place.map(|place| {
            view! {
                <button class="board-choice" type="button" on:click=move |_| go(Spot { place, ..spot })>
                    <Icon name=icon />
                    {label}
                </button>
            }
        })
    };
    view! {
        {step(spot.place.checked_sub(1), "arrow-up", text.deal_up())}
        {step((spot.place < last).then_some(spot.place + 1), "arrow-down", text.deal_down())}
    }
    .into_any()
}

/// The stages it can go to, those that close it among them.
fn stages(desk: Desk, card: Card, go: impl Fn(Spot) + Copy + Send + Sync + 'static) -> AnyView {
    let text = desk.text;
    let all = desk.pipeline(|pipeline| {
        let closing = [StageKind::Won, StageKind::Lost].into_iter();
        let closing = closing.filter_map(|kind| pipeline.closing(kind).cloned());
        pipeline.columns().cloned().chain(closing).collect::<Vec<_>>()
    });
    let choices = all
        .into_iter()
        .map(|stage| {
            let here = stage.id == card.stage;
            let icon = match stage.kind {
                StageKind::Open if here => "check",
                StageKind::Open => "arrow-right",
                kind => look::state_look(kind).1,
            };
            let count = desk.stack(stage.id).map(|stack| {
                view! { <span class="count num">{format::integer(stack.head.get_untracked().count)}</span> }
            });
            let id = stage.id;
            view! {
                <button
                    class="board-choice"
                    type="button"
                    aria-current=here.then_some("step")
                    disabled=here
                    on:click=move |_| go(Spot { stage: id, place: 0 })
                >
                    <Icon name=icon />
                    <span class="truncate">{look::stage_name(text, &stage)}</span>
                    {count}
                </button>
            }
        })
        .collect_view();
    view! {
        <h3 class="board-menu-title">{text.deal_move_to()}</h3>
        {choices}
    }
    .into_any()
}
