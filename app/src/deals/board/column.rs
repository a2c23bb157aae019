//! A column: the figures of its stage and the cards in it.

use super::{
    super::look,
    card,
    state::{Desk, Spot, Stack},
};
use crate::{
    i18n::format,
    ui::{AssetPaths, Button, Size, Variant},
};
use domain::{
    id::{OpportunityId, StageId},
    opportunity::Sum,
    pipeline::Stage,
};
use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};

/// Id of the element of a column.
pub(super) fn id(stage: StageId) -> String {
    format!("stage-{stage}")
}

/// Scrolls a column into view, on phones.
pub(super) fn show(stage: StageId) {
    let (board, column) =
        (document().get_element_by_id("board"), document().get_element_by_id(&id(stage)));
    if let (Some(board), Some(column)) = (board, column) {
        let by = column.get_bounding_client_rect().left() - board.get_bounding_client_rect().left();
        // To a place, not by a distance: each column on the way would hold a scroll by a distance.
        board.scroll_to_with_x_and_y(f64::from(board.scroll_left()) + by, 0.0);
    }
}

/// Which column is in view, on phones.
pub(super) fn in_view() -> usize {
    let Some(board) = document().get_element_by_id("board") else { return 0 };
    let (left, width) = (f64::from(board.scroll_left()), f64::from(board.client_width()));
    if width <= 0.0 {
        return 0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place, not below 0"
    )]
    let place = (left / width).round().max(0.0) as usize;
    place
}

/// The column.
pub(super) fn column(desk: Desk, stack: Stack) -> AnyView {
    let Some(stage) = desk.stage(stack.stage) else { return ().into_any() };
    let sprite = use_context::<AssetPaths>().unwrap_or_default().icons;
    let title_id = format!("{}-title", id(stack.stage));
    let labelled = title_id.clone();
    let name = look::stage_name(desk.text, &stage);
    let before = Memo::new(move |_| card_below(desk, stack));
    let at_end = move || {
        let over = desk.over.get().is_some_and(|spot| spot.stage == stack.stage);
        (over && before.get().is_none()).then_some("true")
    };
    let label = name.clone();
    let cards = move || stack.cards.get();
    view! {
        <section
            class="board-column"
            id=id(stack.stage)
            data-stage=stack.stage.to_string()
            aria-labelledby=labelled
            data-over=move || desk.over.get().is_some_and(|spot| spot.stage == stack.stage).then_some("true")
        >
            <header class="board-head">
                <h2 class="board-title" id=title_id>
                    <span class="truncate">{name}</span>
                    <span class="count num">{move || format::integer(stack.head.read().count)}</span>
                </h2>
                {figures(desk, stack, &stage)}
            </header>
            <ol class="board-cards" aria-label=label>
                <For
                    each=cards
                    key=|card| (card.id, card.version, card.stage, card.updated_at)
                    let:card
                >
                    {card::card(desk, &stage, &sprite, &card, before)}
                </For>
                <li class="board-end" aria-hidden="true" data-drop=at_end></li>
            </ol>
            {move || {
                stack
                    .cards
                    .with(Vec::is_empty)
                    .then(|| view! { <p class="board-none">{desk.text.deal_none_in_stage()}</p> })
            }}
            {more(desk, stack)}
        </section>
    }
    .into_any()
}

/// The card above which the one that is carried would be put in this column; nothing for below all, or elsewhere.
fn card_below(desk: Desk, stack: Stack) -> Option<OpportunityId> {
    let Spot { place, .. } = desk.over.get().filter(|spot| spot.stage == stack.stage)?;
    let carried = desk.carried.get();
    stack.cards.with(|cards| {
        let others = cards.iter().filter(|card| Some(card.id) != carried);
        others.map(|card| card.id).nth(place)
    })
}

/// What the deals of the stage come to, and by its probability.
fn figures(desk: Desk, stack: Stack, stage: &Stage) -> AnyView {
    let text = desk.text;
    let sums = move |of: fn(&Sum) -> i64| {
        stack.head.with(|head| desk.boot.with_value(|boot| look::sums(boot, &head.sums, of)))
    };
    let probability = format::percent(i64::from(stage.probability) * 10);
    let total = move || sums(|sum| sum.value_minor);
    let weighted = move || {
        let weighted = sums(|sum| sum.weighted_minor);
        if weighted.is_empty() { String::new() } else { text.deal_weighted(&weighted) }
    };
    view! {
        <p class="board-sums num">
            <span class="board-sum">{total}</span>
            <span class="muted" title=text.deal_probability(&probability)>{weighted}</span>
        </p>
    }
    .into_any()
}

fn more(desk: Desk, stack: Stack) -> AnyView {
    (move || {
        stack.next.read().is_some().then(|| {
            view! {
                <Button
                    variant=Variant::Quiet
                    size=Size::Sm
                    full=true
                    loading=stack.loading
                    on_click=move |_| desk.load_more(stack)
                >
                    {desk.text.common_load_more()}
                </Button>
            }
        })
    })
    .into_any()
}

/// The link of a card, which takes the focus.
pub(super) fn link_of(card: OpportunityId) -> Option<web_sys::HtmlElement> {
    let selector = format!("[data-card='{card}'] .deal-name");
    document().query_selector(&selector).ok().flatten()?.dyn_into().ok()
}
