//! A board as it stands in the browser: its columns and cards, and what moving one does to them at once, before the
//! server has answered.

use super::super::{
    address,
    api::{BoardScreen, board_cards, board_sums, move_opportunity, open_board},
    asking::{Asking, Wanted, asked_for},
    look,
};
use crate::{
    boot::{Boot, use_boot, use_now},
    error::AppError,
    frame::{read_trouble, save_trouble},
    i18n::{Text, use_text},
    ui::{Announcer, Toasts, use_announcer, use_toasts},
};
use domain::{
    failure::Failure,
    id::{OpportunityId, StageId, Version},
    opportunity::{
        BoardRequest, Column, OpportunityField, OpportunitySummary, Place, StageSums, Sum,
    },
    page::Cursor,
    pipeline::{Pipeline, Stage, StageKind},
    policy::{Action, Object, Reach},
    time::Instant,
};
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;

/// A card on the board.
pub(super) type Card = Arc<OpportunitySummary>;

/// Where a card is or would be: the stage, and the place among its other cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub stage: StageId,
    pub place: usize,
}

/// A column.
#[derive(Clone, Copy)]
pub(super) struct Stack {
    pub stage: StageId,
    /// The figures above it.
    pub head: RwSignal<StageSums>,
    pub cards: RwSignal<Vec<Card>>,
    /// Where its next cards start.
    pub next: RwSignal<Option<Cursor>>,
    pub loading: RwSignal<bool>,
}

impl Stack {
    fn new(column: Column) -> Self {
        Self {
            stage: column.head.stage,
            head: RwSignal::new(column.head),
            cards: RwSignal::new(column.cards.rows.into_iter().map(Arc::new).collect()),
            next: RwSignal::new(column.cards.next),
            loading: RwSignal::new(false),
        }
    }

    /// Takes a card out; answers where it was.
    fn take(self, id: OpportunityId) -> Option<(usize, Card)> {
        self.cards
            .try_update(|cards| {
                let place = cards.iter().position(|card| card.id == id)?;
                Some((place, cards.remove(place)))
            })
            .flatten()
    }

    fn put(self, place: usize, card: Card) {
        self.cards.try_update(|cards| cards.insert(place.min(cards.len()), card));
    }
}

/// A card that was lifted by the keyboard, and where it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lifted {
    pub id: OpportunityId,
    pub from: Spot,
}

/// What a board is made of. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub text: Text,
    pub boot: StoredValue<Boot>,
    pub now: Signal<Instant>,
    pub announcer: Announcer,
    pub toasts: Toasts,
    request: StoredValue<BoardRequest>,
    pipeline: StoredValue<Pipeline>,
    stacks: StoredValue<Vec<Stack>>,
    /// The card that is being carried by a pointer.
    pub carried: RwSignal<Option<OpportunityId>>,
    /// Where it would be put.
    pub over: RwSignal<Option<Spot>>,
    /// The card that was lifted by the keyboard.
    pub lifted: RwSignal<Option<Lifted>>,
    /// The card whose menu is open.
    pub menu: RwSignal<Option<Card>>,
    asking: StoredValue<Option<Asking>>,
    /// What others changed waits until nothing is carried or asked.
    stale: StoredValue<bool>,
}

impl Desk {
    pub fn new(screen: BoardScreen, request: BoardRequest) -> Self {
        let stacks = screen.board.columns.into_iter().map(Stack::new).collect();
        let desk = Self {
            text: use_text(),
            boot: use_boot(),
            now: use_now(),
            announcer: use_announcer(),
            toasts: use_toasts(),
            request: StoredValue::new(request),
            pipeline: StoredValue::new(screen.board.pipeline),
            stacks: StoredValue::new(stacks),
            carried: RwSignal::new(None),
            over: RwSignal::new(None),
            lifted: RwSignal::new(None),
            menu: RwSignal::new(None),
            asking: StoredValue::new(None),
            stale: StoredValue::new(false),
        };
        let done = Callback::new(move |(wanted, version): (Wanted, Version)| {
            if wanted.stage.kind == StageKind::Open {
                desk.shift(wanted.id, Spot { stage: wanted.stage.id, place: 0 });
            }
            desk.arrived(wanted.id, version, &wanted.stage);
            desk.said_moved(&wanted.name, &wanted.stage);
            desk.renew();
        });
        let left = Callback::new(move |_| desk.renew_if_stale());
        desk.asking.set_value(Some(Asking::new(done, left)));
        desk
    }

    /// The dialog that asks for what a stage wants to know.
    pub fn dialog(self) -> AnyView {
        self.asking.with_value(|asking| asking.map(Asking::dialog)).into_any()
    }

    pub fn pipeline<T>(self, read: impl FnOnce(&Pipeline) -> T) -> T {
        self.pipeline.with_value(read)
    }

    pub fn stacks(self) -> Vec<Stack> {
        self.stacks.try_get_value().unwrap_or_default()
    }

    pub fn stack(self, stage: StageId) -> Option<Stack> {
        self.stacks().into_iter().find(|stack| stack.stage == stage)
    }

    pub fn stage(self, id: StageId) -> Option<Stage> {
        self.pipeline.with_value(|pipeline| pipeline.stage(id).cloned())
    }

    fn query(self) -> String {
        self.request.with_value(address::board_query)
    }

    /// Whether the person may move a card, as far as the browser knows.
    pub fn may_move(self, card: &OpportunitySummary) -> bool {
        self.boot.with_value(|boot| match boot.rights.reach(Action::Edit, Object::Opportunity) {
            _ if boot.viewed.is_some() => false,
            Reach::None => false,
            Reach::Own => card.owner == Some(boot.user),
            Reach::Team | Reach::Department | Reach::All => true,
        })
    }

    /// A card that is on show, and where.
    pub fn find(self, id: OpportunityId) -> Option<(Spot, Card)> {
        self.stacks().into_iter().find_map(|stack| {
            stack.cards.with_untracked(|cards| {
                let place = cards.iter().position(|card| card.id == id)?;
                Some((Spot { stage: stack.stage, place }, cards.get(place)?.clone()))
            })
        })
    }

    /// Shifts a card to another spot, here alone, with the figures above.
    pub fn shift(self, id: OpportunityId, to: Spot) {
        let Some((from, _)) = self.find(id) else { return };
        let (Some(source), Some(target)) = (self.stack(from.stage), self.stack(to.stage)) else {
            return;
        };
        let Some((_, card)) = source.take(id) else { return };
        if from.stage != to.stage {
            self.count(source, &card, -1);
            self.count(target, &card, 1);
        }
        target.put(to.place, card);
    }

    /// Takes a card off the board, here alone.
    fn drop_off(self, id: OpportunityId) {
        let Some((from, _)) = self.find(id) else { return };
        if let Some(stack) = self.stack(from.stage)
            && let Some((_, card)) = stack.take(id)
        {
            self.count(stack, &card, -1);
        }
    }

    /// Counts a card into the figures above a column (`by` 1) or out of them (-1).
    fn count(self, stack: Stack, card: &OpportunitySummary, by: i64) {
        let Some(stage) = self.stage(stack.stage) else { return };
        stack.head.try_update(|head| {
            head.count += by;
            let Some(at) = head.sums.iter().position(|sum| sum.currency == card.currency) else {
                let sum = Sum::of(card.currency, by, by * card.value_minor, stage.probability);
                head.sums.push(sum);
                return;
            };
            let Some(sum) = head.sums.get_mut(at) else { return };
            let value = sum.value_minor.saturating_add(by.saturating_mul(card.value_minor));
            *sum = Sum::of(sum.currency, sum.count + by, value, stage.probability);
        });
    }

    /// How a spot is told to the server: below the card above it.
    pub fn place_of(self, id: OpportunityId, spot: Spot) -> Place {
        let above = self.stack(spot.stage).and_then(|stack| {
            stack.cards.with_untracked(|cards| {
                let others = cards.iter().filter(|card| card.id != id);
                let above = spot.place.checked_sub(1)?;
                others.map(|card| card.id).nth(above)
            })
        });
        above.map_or(Place::Top, Place::Below)
    }

    /// Moves a card to a spot, or to a stage that closes deals. What is missing is asked for.
    pub fn move_to(self, id: OpportunityId, to: Spot) {
        let Some((from, card)) = self.find(id) else { return };
        let Some(stage) = self.stage(to.stage) else { return };
        if from == to {
            return;
        }
        let place = self.place_of(id, to);
        let wanted = wanted(&card, stage, place);
        if wanted.stage.kind != StageKind::Open {
            self.ask(wanted, Vec::new());
            return;
        }
        self.shift(id, to);
        self.send(wanted, from);
    }

    /// Sends a move that the board shows already; `from` is where the card goes back to when it comes to nothing.
    pub fn send(self, wanted: Wanted, from: Spot) {
        let moved = wanted.plain();
        spawn_local(async move {
            match move_opportunity(wanted.id, wanted.seen, moved).await {
                Ok(version) => {
                    let other_stage = from.stage != wanted.stage.id;
                    self.arrived(wanted.id, version, &wanted.stage);
                    if other_stage {
                        self.said_moved(&wanted.name, &wanted.stage);
                        self.offer_undo(&wanted, version, from);
                        self.renew_sums().await;
                    }
                    self.renew_if_stale();
                }
                Err(error) => {
                    self.shift(wanted.id, from);
                    self.refused(wanted, &error);
                }
            }
        });
    }

    fn refused(self, wanted: Wanted, error: &AppError) {
        if let Some(fields) = asked_for(error) {
            self.ask(wanted, fields);
            return;
        }
        let said = match error {
            AppError::Failure(Failure::Conflict(conflict)) => {
                let theirs = conflict.fields.iter().find(|field| field.field == "stage");
                let stage = theirs.and_then(|field| self.stage(field.theirs.parse().ok()?));
                match stage {
                    Some(stage) => self.text.deal_moved_meanwhile(
                        &wanted.name,
                        &look::stage_name(self.text, &stage),
                        &conflict.by,
                    ),
                    None => save_trouble(self.text, error),
                }
            }
            error => save_trouble(self.text, error),
        };
        self.toasts.error(said);
        self.renew();
    }

    fn ask(self, wanted: Wanted, fields: Vec<OpportunityField>) {
        if let Some(asking) = self.asking.get_value() {
            asking.ask(wanted, fields);
        }
    }

    /// The server has made a move: the card has this version now, and left the board if it was closed.
    fn arrived(self, id: OpportunityId, version: Version, stage: &Stage) {
        if stage.kind != StageKind::Open {
            self.drop_off(id);
            return;
        }
        let Some((spot, card)) = self.find(id) else { return };
        let now = self.now.try_get_untracked().unwrap_or(card.stage_since);
        let since = if card.stage == stage.id { card.stage_since } else { now };
        let card = OpportunitySummary {
            version,
            stage: stage.id,
            stage_since: since,
            ..OpportunitySummary::clone(&card)
        };
        if let Some(stack) = self.stack(spot.stage) {
            stack.cards.try_update(|cards| {
                if let Some(old) = cards.get_mut(spot.place) {
                    *old = Arc::new(card);
                }
            });
        }
    }

    fn said_moved(self, name: &str, stage: &Stage) {
        self.announcer.say(self.text.toast_moved(name, &look::stage_name(self.text, stage)));
    }

    fn offer_undo(self, wanted: &Wanted, version: Version, from: Spot) {
        let said = self.text.toast_moved(&wanted.name, &look::stage_name(self.text, &wanted.stage));
        let Some(stage) = self.stage(from.stage) else { return };
        let back = Wanted {
            seen: version,
            stage,
            place: self.place_of(wanted.id, from),
            ..wanted.clone()
        };
        self.toasts.undo(said, move || {
            let Some((now, _)) = self.find(back.id) else { return };
            self.shift(back.id, from);
            self.send(back.clone(), now);
        });
    }

    /// Reads the figures above the columns again.
    async fn renew_sums(self) {
        let Ok(heads) = board_sums(self.query()).await else { return };
        for head in heads {
            if let Some(stack) = self.stack(head.stage) {
                stack.head.try_set(head);
            }
        }
    }

    /// Whether something is in hand that new cards would disturb.
    fn is_busy(self) -> bool {
        self.carried.try_get_untracked().flatten().is_some()
            || self.lifted.try_get_untracked().flatten().is_some()
            || self.menu.try_get_untracked().flatten().is_some()
            || self.asking.try_get_value().flatten().is_some_and(Asking::is_open)
    }

    /// Reads the board again, at once or as soon as nothing is in hand. Columns keep as many cards as they showed.
    pub fn renew(self) {
        if self.is_busy() {
            self.stale.try_set_value(true);
            return;
        }
        self.stale.try_set_value(false);
        spawn_local(async move {
            let Ok(screen) = open_board(self.query()).await else { return };
            if self.is_busy() {
                self.stale.try_set_value(true);
                return;
            }
            for column in screen.board.columns {
                if let Some(stack) = self.stack(column.head.stage) {
                    self.renew_stack(stack, column).await;
                }
            }
        });
    }

    /// Reads the board again if others changed it while something was in hand.
    pub fn renew_if_stale(self) {
        if self.stale.try_get_value() == Some(true) {
            self.renew();
        }
    }

    async fn renew_stack(self, stack: Stack, column: Column) {
        let shown = stack.cards.try_with_untracked(Vec::len).unwrap_or_default();
        let mut cards: Vec<Card> = column.cards.rows.into_iter().map(Arc::new).collect();
        let mut next = column.cards.next;
        while cards.len() < shown
            && let Some(after) = &next
        {
            let Ok(page) = board_cards(self.query(), stack.stage, after.encode()).await else {
                break;
            };
            cards.extend(page.rows.into_iter().map(Arc::new));
            next = page.next;
        }
        stack.head.try_set(column.head);
        stack.cards.try_set(cards);
        stack.next.try_set(next);
    }

    /// Appends the next cards of a column.
    pub fn load_more(self, stack: Stack) {
        let Some(after) = stack.next.get_untracked() else { return };
        if stack.loading.get_untracked() {
            return;
        }
        stack.loading.set(true);
        spawn_local(async move {
            let answer = board_cards(self.query(), stack.stage, after.encode()).await;
            stack.loading.try_set(false);
            match answer {
                Ok(page) => {
                    stack.next.try_set(page.next);
                    stack.cards.try_update(|cards| {
                        for card in page.rows {
                            // One that is there already moved meanwhile.
                            if cards.iter().all(|other| other.id != card.id) {
                                cards.push(Arc::new(card));
                            }
                        }
                    });
                }
                Err(error) => {
                    self.toasts.error(read_trouble(self.text, &error));
                }
            }
        });
    }
}

/// The move of a card to a place.
pub(super) fn wanted(card: &OpportunitySummary, stage: Stage, place: Place) -> Wanted {
    Wanted {
        id: card.id,
        seen: card.version,
        name: card.name.clone(),
        currency: card.currency,
        stage,
        place,
    }
}
