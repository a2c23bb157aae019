//! A card: what a deal is about, with whom, what it is worth, how long it has stood here and what comes next. Written at
//! once; the board listens for all of its cards.

use super::{
    super::look::Look,
    state::{Card, Desk},
};
use crate::ui::{AvatarKind, Size, WrittenCard, avatar_markup, icon_markup};
use domain::{id::OpportunityId, opportunity::OpportunitySummary, pipeline::Stage};
use leptos::prelude::*;
use maud::{Markup, html};

/// The card; `before` is the one above which another would be dropped.
pub(super) fn card(
    desk: Desk,
    stage: &Stage,
    sprite: &str,
    card: &Card,
    before: Memo<Option<OpportunityId>>,
) -> AnyView {
    let id = card.id;
    let may_move = desk.may_move(card);
    let written = desk.boot.with_value(|boot| {
        let now = desk.now.get_untracked().max(boot.now);
        written(Look { sprite, text: desk.text, boot, now }, stage, card, may_move)
    });
    let lifted = move || desk.lifted.with(|lifted| lifted.as_ref().is_some_and(|one| one.id == id));
    view! {
        <WrittenCard
            id=id.to_string()
            content=written
            movable=may_move
            drop_above=Signal::derive(move || before.get() == Some(id))
            carried=Signal::derive(move || desk.carried.get() == Some(id))
            lifted=Signal::derive(lifted)
        />
    }
    .into_any()
}

fn written(look: Look<'_>, stage: &Stage, deal: &OpportunitySummary, may_move: bool) -> Markup {
    let text = look.text;
    let owner = look.boot.colleague(deal.owner);
    html! {
        div class="deal-top" {
            a class="deal-name" href={ "/deals/" (deal.number) } draggable="false"
                aria-describedby=[may_move.then_some("board-keys")] { (deal.name) }
            button type="button" class="btn btn-icon btn-quiet btn-sm deal-more" data-act="menu"
                aria-haspopup="dialog" aria-label=(text.common_more_for(&deal.name)) data-needs-live="true" {
                (icon_markup(look.sprite, "ellipsis"))
            }
        }
        div class="deal-with sub" {
            @if let Some((_, name)) = &deal.account { span class="truncate" { (name) } }
            @if may_move { span class="deal-grip" aria-hidden="true" { (icon_markup(look.sprite, "grip-vertical")) } }
        }
        div class="deal-facts" {
            span class="deal-value num" { (look.value(deal)) }
            @if let Some(date) = deal.expected_close { (look.day(date)) }
            (look.age(stage, deal.stage_since))
        }
        div class="deal-foot" {
            (look.next_step(deal))
            @if !owner.is_empty() {
                span class="deal-owner" title=(owner) {
                    span class="visually-hidden" { (text.column_owner()) ": " (owner) }
                    span aria-hidden="true" {
                        (avatar_markup(&owner, &deal.owner.map(|id| id.to_string()).unwrap_or_default(), AvatarKind::Person, Size::Sm))
                    }
                }
            }
        }
    }
}
