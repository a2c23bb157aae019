//! Dragging cards by pointer: a mouse after a few pixels, a finger or pen after a long press or by the grip; moving earlier
//! scrolls. The card stays where it was as a ghost, a copy follows. On phones nothing is dragged: a long press opens
//! the menu.

use super::{
    menu,
    state::{Desk, Spot},
};
use crate::ui::is_phone;
use domain::id::OpportunityId;
use leptos::{
    ev,
    leptos_dom::helpers::{TimeoutHandle, WindowListenerHandle, set_timeout_with_handle},
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{self, Element, Event, HtmlElement, PointerEvent},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

/// How far a mouse moves before a press is a drag (CSS pixels).
const SLACK: f64 = 6.0;
/// How long a finger rests on a card before it lifts it.
const LONG_PRESS: Duration = Duration::from_millis(300);
/// How long a telephone or tablet shakes then, in milliseconds.
const SHAKE: u32 = 10;
/// How close to an edge the board begins to scroll (CSS pixels).
const EDGE: f64 = 64.0;
/// How far it scrolls at most with each frame (CSS pixels).
const SCROLL: f64 = 18.0;
/// How long a click is no click after a card was dropped.
const AFTER_DROP: Duration = Duration::from_millis(60);

thread_local! {
    /// The click that ends a drag opens nothing.
    static SWALLOW: Cell<bool> = const { Cell::new(false) };
}

/// Whether a click is the end of a drag.
pub(super) fn swallows_click() -> bool {
    SWALLOW.with(|swallow| swallow.replace(false))
}

/// Listens for moves of a finger.
type Hold = Closure<dyn FnMut(Event)>;

/// A press on a card, which may become a drag.
struct Gesture {
    desk: Desk,
    id: OpportunityId,
    card: HtmlElement,
    touch: bool,
    start: (f64, f64),
    at: Cell<(f64, f64)>,
    copy: RefCell<Option<HtmlElement>>,
    listeners: RefCell<Vec<WindowListenerHandle>>,
    timer: Cell<Option<TimeoutHandle>>,
    /// Keeps the page from scrolling under a finger that carries.
    hold: RefCell<Option<Hold>>,
    drawing: Cell<bool>,
}

/// A pointer was pressed somewhere on the board.
pub(super) fn pressed(desk: Desk, event: &PointerEvent) {
    if event.button() != 0 || !event.is_primary() || desk.carried.get_untracked().is_some() {
        return;
    }
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    let is_in = |selector: &str| target.closest(selector).ok().flatten().is_some();
    if is_in("button") {
        return;
    }
    let card = target.closest("[data-movable]").ok().flatten();
    let Some(card) = card.and_then(|card| card.dyn_into::<HtmlElement>().ok()) else { return };
    let Some(id) = menu::of_element(desk, &card).map(|card| card.id) else { return };
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    let gesture = Rc::new(Gesture {
        desk,
        id,
        card,
        touch: event.pointer_type() != "mouse",
        start: at,
        at: Cell::new(at),
        copy: RefCell::new(None),
        listeners: RefCell::new(Vec::new()),
        timer: Cell::new(None),
        hold: RefCell::new(None),
        drawing: Cell::new(false),
    });
    gesture.listen();
    if !gesture.touch {
        return;
    }
    if is_in(".deal-grip") && !is_phone() {
        gesture.lift();
        return;
    }
    let later = gesture.clone();
    let timer = set_timeout_with_handle(move || later.rested(), LONG_PRESS);
    gesture.timer.set(timer.ok());
}

impl Gesture {
    fn listen(self: &Rc<Self>) {
        let moved = self.clone();
        let dropped = self.clone();
        let cancelled = self.clone();
        let keyed = self.clone();
        let asked = self.clone();
        *self.listeners.borrow_mut() = vec![
            window_event_listener(ev::pointermove, move |event| moved.moved(&event)),
            window_event_listener(ev::pointerup, move |_| dropped.end(true)),
            window_event_listener(ev::pointercancel, move |_| cancelled.end(false)),
            window_event_listener(ev::keydown, move |event| {
                if event.key() == "Escape" {
                    keyed.end(false);
                }
            }),
            // A long press is ours.
            window_event_listener(ev::contextmenu, move |event| {
                if asked.touch {
                    event.prevent_default();
                }
            }),
        ];
    }

    fn is_lifted(&self) -> bool {
        self.copy.borrow().is_some()
    }

    /// A finger has rested on the card.
    fn rested(self: Rc<Self>) {
        if is_phone() {
            let card = self.desk.find(self.id).map(|(_, card)| card);
            self.end(false);
            swallow();
            self.desk.menu.set(card);
        } else {
            self.lift();
        }
    }

    fn moved(self: &Rc<Self>, event: &PointerEvent) {
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.at.set(at);
        if self.is_lifted() {
            event.prevent_default();
            self.draw_soon();
            return;
        }
        let far = (at.0 - self.start.0).hypot(at.1 - self.start.1) > SLACK;
        match (far, self.touch) {
            (true, false) => self.lift(),
            // A finger that moves before the time is up scrolls.
            (true, true) => self.end(false),
            (false, _) => {}
        }
    }

    fn lift(self: &Rc<Self>) {
        let rect = self.card.get_bounding_client_rect();
        let copy = self.card.clone_node_with_deep(true).ok();
        let copy = copy.and_then(|copy| copy.dyn_into::<HtmlElement>().ok());
        let (Some(copy), Some(body)) = (copy, document().body()) else {
            self.end(false);
            return;
        };
        let _ = copy.remove_attribute("data-card");
        let _ = copy.class_list().add_1("deal-flying");
        let _ = copy.set_attribute("aria-hidden", "true");
        let place = |name: &str, value: f64| {
            let _ = copy.style().set_property(name, &format!("{value}px"));
        };
        place("left", rect.left());
        place("top", rect.top());
        place("width", rect.width());
        place("height", rect.height());
        // A body that takes no children shows no copy; the drag goes on.
        let _ = body.append_child(&copy);
        *self.copy.borrow_mut() = Some(copy);
        self.desk.carried.set(Some(self.id));
        if self.touch {
            let _ = window().navigator().vibrate_with_duration(SHAKE);
            self.hold_page();
        }
        self.draw_soon();
    }

    /// Touch actions cannot change in the middle of a gesture, but each move can be told not to scroll.
    fn hold_page(&self) {
        let hold = Closure::<dyn FnMut(Event)>::new(|event: Event| event.prevent_default());
        let options = web_sys::AddEventListenerOptions::new();
        options.set_passive(false);
        let listener: &web_sys::js_sys::Function = hold.as_ref().unchecked_ref();
        let _ = window().add_event_listener_with_callback_and_add_event_listener_options(
            "touchmove",
            listener,
            &options,
        );
        *self.hold.borrow_mut() = Some(hold);
    }

    /// Draws with the next frame, however many moves there are until then.
    fn draw_soon(self: &Rc<Self>) {
        if self.drawing.replace(true) {
            return;
        }
        let later = self.clone();
        request_animation_frame(move || {
            later.drawing.set(false);
            if later.is_lifted() {
                later.draw();
            }
        });
    }

    fn draw(self: &Rc<Self>) {
        let at = self.at.get();
        if let Some(copy) = &*self.copy.borrow() {
            let (x, y) = (at.0 - self.start.0, at.1 - self.start.1);
            let _ = copy.style().set_property("transform", &format!("translate({x}px, {y}px)"));
        }
        let spot = spot_at(at);
        if self.desk.over.get_untracked() != spot {
            self.desk.over.set(spot);
        }
        if scroll_at_edges(at) {
            self.draw_soon();
        }
    }

    fn end(&self, drop: bool) {
        for listener in self.listeners.take() {
            listener.remove();
        }
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
        if let Some(hold) = self.hold.take() {
            let listener: &web_sys::js_sys::Function = hold.as_ref().unchecked_ref();
            let _ = window().remove_event_listener_with_callback("touchmove", listener);
        }
        let Some(copy) = self.copy.take() else { return };
        copy.remove();
        swallow();
        let spot = if drop { spot_at(self.at.get()) } else { None };
        self.desk.over.set(None);
        self.desk.carried.set(None);
        match spot {
            Some(spot) => self.desk.move_to(self.id, spot),
            None => self.desk.renew_if_stale(),
        }
    }
}

/// The click that comes with the end of a gesture is none.
fn swallow() {
    SWALLOW.with(|swallow| swallow.set(true));
    set_timeout(|| SWALLOW.with(|swallow| swallow.set(false)), AFTER_DROP);
}

/// Where a card would be put that is dropped at a point of the window: in a column by the middles of its cards.
fn spot_at((x, y): (f64, f64)) -> Option<Spot> {
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    let under = document().element_from_point(x as f32, y as f32)?;
    let column = under.closest("[data-stage]").ok().flatten()?;
    let stage = column.get_attribute("data-stage")?.parse().ok()?;
    let cards = column.query_selector_all(".deal-card:not([data-carried])").ok()?;
    let above = (0..cards.length())
        .filter_map(|at| cards.get(at)?.dyn_into::<Element>().ok())
        .filter(|card| {
            let rect = card.get_bounding_client_rect();
            rect.top() + rect.height() / 2.0 < y
        })
        .count();
    Some(Spot { stage, place: above })
}

/// Scrolls board and page where the pointer is close to an edge, the faster the closer; whether it did.
fn scroll_at_edges((x, y): (f64, f64)) -> bool {
    let Some(board) = document().get_element_by_id("board") else { return false };
    let rect = board.get_bounding_client_rect();
    let across = pull(x, rect.left(), rect.right());
    if across != 0.0 {
        board.scroll_by_with_x_and_y(across, 0.0);
    }
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
    let down = pull(y, 0.0, height);
    if down != 0.0 {
        window().scroll_by_with_x_and_y(0.0, down);
    }
    across != 0.0 || down != 0.0
}

/// How far to scroll for a pointer at `at` between two edges; 0 away from both.
fn pull(at: f64, low: f64, high: f64) -> f64 {
    let near = |distance: f64| ((EDGE - distance) / EDGE).clamp(0.0, 1.0) * SCROLL;
    near(high - at) - near(at - low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_pull_the_more_the_closer() {
        assert!(pull(500.0, 0.0, 1_000.0).abs() < f64::EPSILON);
        assert!(pull(990.0, 0.0, 1_000.0) > pull(950.0, 0.0, 1_000.0));
        assert!(pull(5.0, 0.0, 1_000.0) < 0.0);
        assert!((pull(2_000.0, 0.0, 1_000.0) - SCROLL).abs() < f64::EPSILON);
    }
}
