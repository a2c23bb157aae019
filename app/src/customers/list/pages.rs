//! The rows of a list and the pages that are appended to them. Rows that were loaded stay when one
//! comes back from a record, and so does the place in them.

use super::{Screen, address, empty, follow, foot, keys, row::Row, table};
use crate::{
    boot::{Boot, use_boot, use_now},
    customers::api::{ListPage, Looser, list_accounts, list_people},
    error::AppError,
    frame::{ListMemory, Remembered, read_trouble, use_changes, use_list_memory},
    i18n::{Text, use_text},
    ui::{use_announcer, use_toasts},
};
use domain::{
    list::{ListRequest, Tab},
    page::Cursor,
    time::Instant,
};
use leptos::{prelude::*, task::spawn_local};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The first page of a list.
pub(super) struct List {
    /// Its rows.
    pub page: ListPage,
    /// What to drop, when it is empty.
    pub looser: Option<Looser>,
    /// What was asked for.
    pub request: ListRequest,
}

/// The rows on show and where they go on.
#[derive(Clone, Copy)]
pub(crate) struct Rows {
    /// The rows.
    pub all: RwSignal<Vec<Arc<Row>>>,
    /// Where the next page starts.
    pub next: RwSignal<Option<Cursor>>,
    /// The next page is on its way.
    pub loading: RwSignal<bool>,
    /// How many of the rows are of the first page.
    first: StoredValue<usize>,
}

impl Rows {
    /// Takes rows off the list; answers them with their places, or nothing if the list is gone.
    pub fn take_out(self, ids: &BTreeSet<String>) -> Option<Vec<(usize, Arc<Row>)>> {
        let taken = self.all.try_update(|all| take_out(all, ids))?;
        let of_first = self.first.try_get_value()?;
        let gone = taken.iter().filter(|(at, _)| *at < of_first).count();
        self.first.try_set_value(of_first - gone);
        Some(taken)
    }

    /// Puts rows back where they were; whether the list is still there.
    pub fn put_back(self, taken: &[(usize, Arc<Row>)]) -> bool {
        let Some(of_first) = self.first.try_get_value() else { return false };
        let mut first = of_first;
        let there = self.all.try_update(|all| {
            for (at, row) in taken {
                if *at < first {
                    first += 1;
                }
                all.insert((*at).min(all.len()), row.clone());
            }
        });
        self.first.try_set_value(first);
        there.is_some()
    }

    /// Writes who is in charge onto rows, by their ids; whether the list is still there.
    pub fn put_owners(self, owners: &BTreeMap<String, String>) -> bool {
        let there = self.all.try_update(|all| {
            for row in all {
                if let Some(owner) = owners.get(&row.id) {
                    *row = Arc::new(Row { owner: owner.clone(), ..Row::clone(row) });
                }
            }
        });
        there.is_some()
    }

    /// The numbers of rows, in the order of the list.
    pub fn numbers(self, ids: &BTreeSet<String>) -> Vec<String> {
        let numbers = self.all.try_with_untracked(|all| {
            let chosen = all.iter().filter(|row| ids.contains(&row.id));
            chosen.map(|row| row.number.clone()).collect()
        });
        numbers.unwrap_or_default()
    }

    /// Whether no row is left on show.
    pub fn is_empty(self) -> bool {
        self.all.try_with_untracked(Vec::is_empty).unwrap_or(true)
    }

    /// How many rows are on show, the first page and all; nothing when the list is gone.
    pub fn shown(self) -> Option<(usize, usize)> {
        Some((self.first.try_get_value()?, self.all.try_with_untracked(Vec::len)?))
    }

    /// Puts what was read again in place of what is on show. Rows that are what they were stay as they are on the page.
    pub fn renew(self, first: usize, all: Vec<Arc<Row>>, next: Option<Cursor>) {
        if self.first.try_set_value(first).is_some() {
            return;
        }
        self.next.try_set(next);
        self.all.try_update(|now| *now = renewed(now, all));
    }

    /// Appends rows; one that is there already moved meanwhile and stays where it is.
    fn append(self, more: Vec<Arc<Row>>) {
        self.all.try_update(|all| {
            for row in more {
                if all.iter().all(|other| other.number != row.number) {
                    all.push(row);
                }
            }
        });
    }
}

fn take_out(all: &mut Vec<Arc<Row>>, ids: &BTreeSet<String>) -> Vec<(usize, Arc<Row>)> {
    let mut taken = Vec::new();
    let before = std::mem::take(all);
    for (at, row) in before.into_iter().enumerate() {
        if ids.contains(&row.id) { taken.push((at, row)) } else { all.push(row) }
    }
    taken
}

/// `fresh`, with the row of `now` for each that is the same, and another edition of each that is not.
fn renewed(now: &[Arc<Row>], fresh: Vec<Arc<Row>>) -> Vec<Arc<Row>> {
    let renewed = |mut row: Arc<Row>| {
        let Some(known) = now.iter().find(|known| known.number == row.number) else { return row };
        let next = Arc::make_mut(&mut row);
        next.edition = known.edition;
        if next == &**known {
            return known.clone();
        }
        next.edition = known.edition.wrapping_add(1);
        row
    };
    fresh.into_iter().map(renewed).collect()
}

/// What is kept for the way back: rows after the first page, and where they go on.
struct Rest {
    rows: Vec<Arc<Row>>,
    next: Option<Cursor>,
}

/// What reading and keeping rows takes, also after an answer came.
#[derive(Clone)]
pub(super) struct Desk {
    pub rows: Rows,
    request: ListRequest,
    text: Text,
    boot: StoredValue<Boot>,
    memory: Option<ListMemory>,
    changes: crate::frame::Changes,
    now: Signal<Instant>,
}

impl Desk {
    /// The first page on show, read again.
    pub async fn read_first(&self) -> Result<(Vec<Arc<Row>>, Option<Cursor>), AppError> {
        self.read_from(self.request.after.clone()).await
    }

    /// The page that starts at a place.
    pub async fn read(&self, after: Cursor) -> Result<(Vec<Arc<Row>>, Option<Cursor>), AppError> {
        self.read_from(Some(after)).await
    }

    async fn read_from(
        &self,
        after: Option<Cursor>,
    ) -> Result<(Vec<Arc<Row>>, Option<Cursor>), AppError> {
        let asked = ListRequest { after, ..self.request.clone() };
        let query = address::query_of(&asked);
        let page = match asked.tab {
            Tab::People => list_people(query).await.map(ListPage::People)?,
            Tab::Companies | Tab::Individuals => {
                list_accounts(query).await.map(ListPage::Accounts)?
            }
        };
        Ok((written(&page, self.text, self.boot, self.now.get_untracked()), page.next().cloned()))
    }

    /// Keeps what is on show for the way back.
    fn keep(&self) {
        let (Some(memory), Some(first)) = (self.memory, self.rows.first.try_get_value()) else {
            return;
        };
        let Some(all) = self.rows.all.try_get_untracked() else { return };
        let next = self.rows.next.try_get_untracked().flatten();
        memory.keep(Remembered {
            address: address::address(&self.request),
            changes: self.changes.count_untracked(),
            shown: all.len(),
            rest: Arc::new(Rest { rows: all.into_iter().skip(first).collect(), next }),
        });
    }
}

/// The list, or what stands in its place.
pub(super) fn list_view(screen: Screen, list: List) -> AnyView {
    let List { page, looser, request } = list;
    let (text, boot, now) = (use_text(), use_boot(), use_now());
    if page.is_empty() {
        screen.ids.set(Vec::new());
        screen.rows.set_value(None);
        return empty::empty(&request, looser);
    }
    let first = written(&page, text, boot, now.get_untracked());
    let back = way_back(&request);
    let rows = Rows {
        first: StoredValue::new(first.len()),
        next: RwSignal::new(page.next().cloned()),
        all: RwSignal::new(first),
        loading: RwSignal::new(false),
    };
    screen.rows.set_value(Some(rows));
    let desk = Desk {
        rows,
        request: request.clone(),
        text,
        boot,
        memory: use_list_memory(),
        changes: use_changes(),
        now,
    };
    let on_show = desk.memory;
    Effect::new(move || {
        let all = rows.all.read();
        screen.ids.set(all.iter().map(|row| row.id.clone()).collect());
        if let Some(memory) = on_show {
            memory.keep_order(all.iter().map(|row| row.href.clone()).collect());
        }
    });
    let kept = desk.clone();
    Effect::new(move || {
        // Rows went or came back: what is kept for the way back follows.
        rows.all.track();
        kept.keep();
    });
    keys::give_back_focus();
    follow_scroll(back.as_ref().map(|back| back.scroll));
    if let Some(back) = back {
        come_back(desk.clone(), back);
    }
    let news = follow::follow(screen, desk.clone());
    let more = load_more(desk);
    view! {
        {news}
        {table::table(screen, rows, &request)}
        {foot::foot(screen, rows, &request, more)}
    }
    .into_any()
}

/// The rows of a page, written out.
fn written(page: &ListPage, text: Text, boot: StoredValue<Boot>, now: Instant) -> Vec<Arc<Row>> {
    boot.with_value(|boot| match page {
        ListPage::Accounts(page) => {
            page.rows.iter().map(|row| Arc::new(Row::account(row, text, boot, now))).collect()
        }
        ListPage::People(page) => {
            page.rows.iter().map(|row| Arc::new(Row::person(row, text, boot, now))).collect()
        }
    })
}

/// Where a list stood when it was left.
struct Back {
    /// How far it was scrolled (CSS pixels).
    scroll: f64,
    /// How many rows were on show.
    shown: usize,
    /// The rows after the first page, unless some may have gone since.
    rest: Option<Arc<Rest>>,
}

fn way_back(request: &ListRequest) -> Option<Back> {
    let (kept, scroll) = use_list_memory()?.take_back(&address::address(request))?;
    let Some(kept) = kept else { return Some(Back { scroll, shown: 0, rest: None }) };
    let unchanged = kept.changes == use_changes().count_untracked();
    let rest = kept.rest.downcast::<Rest>().ok().filter(|_| unchanged);
    Some(Back { scroll, shown: kept.shown, rest })
}

/// Shows what had been loaded after the first page, at once, and then as it stands now: records
/// may have been changed, renamed or deleted on their own pages.
fn come_back(desk: Desk, back: Back) {
    let Desk { rows, .. } = desk;
    let first_next = rows.next.get_untracked();
    let at_once = back.rest.is_some();
    if let Some(rest) = back.rest {
        rows.append(rest.rows.clone());
        rows.next.set(rest.next.clone());
    }
    let again = StoredValue::new(Some((desk, first_next)));
    Effect::new(move || {
        let Some((desk, mut after)) = again.try_update_value(Option::take).flatten() else {
            return;
        };
        let first = rows.first.get_value();
        if back.shown <= first {
            return;
        }
        rows.loading.set(true);
        spawn_local(async move {
            let mut rest = Vec::new();
            while first + rest.len() < back.shown {
                let Some(place) = after.take() else { break };
                let Ok((more, next)) = desk.read(place).await else {
                    // Without a connection the rows that were kept have to do.
                    rows.loading.try_set(false);
                    return;
                };
                rest.extend(more);
                after = next;
            }
            rows.loading.try_set(false);
            let of_first = rows.first.try_get_value().unwrap_or_default();
            let there = rows.all.try_update(|all| all.truncate(of_first)).is_some();
            if there {
                rows.next.try_set(after);
                rows.append(rest);
                if !at_once {
                    scroll_to(back.scroll);
                }
            }
        });
    });
}

fn scroll_to(top: f64) {
    request_animation_frame(move || window().scroll_to_with_x_and_y(0.0, top));
}

/// Goes back to the remembered place, and remembers the place from now on.
fn follow_scroll(back_to: Option<f64>) {
    let Some(memory) = use_list_memory() else { return };
    Effect::new(move || {
        if let Some(top) = back_to {
            scroll_to(top);
        }
        let handle = window_event_listener(leptos::ev::scroll, move |_| {
            // Moving on to another page scrolls as well, after the address has changed.
            if window().location().pathname().is_ok_and(|path| path == "/customers") {
                memory.keep_scroll(window().page_y_offset().unwrap_or_default());
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// Appends the next page; the link does the same without scripts by leading there.
fn load_more(desk: Desk) -> Callback<()> {
    let toasts = use_toasts();
    let announcer = use_announcer();
    Callback::new(move |()| {
        let Desk { rows, text, .. } = desk;
        let Some(after) = rows.next.get_untracked() else { return };
        if rows.loading.get_untracked() {
            return;
        }
        rows.loading.set(true);
        let desk = desk.clone();
        spawn_local(async move {
            let answer = desk.read(after).await;
            rows.loading.try_set(false);
            match answer {
                Ok((more, next)) => {
                    let came = i64::try_from(more.len()).unwrap_or(i64::MAX);
                    announcer.say(text.list_loaded(came));
                    rows.next.try_set(next);
                    rows.append(more);
                }
                Err(error) => {
                    toasts.error(read_trouble(text, &error));
                }
            }
        });
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::AvatarKind;
    use domain::account::AccountStatus;

    fn row(name: &str) -> Arc<Row> {
        Arc::new(Row {
            id: name.to_owned(),
            number: name.to_owned(),
            href: format!("/customers/{name}"),
            name: name.to_owned(),
            avatar: AvatarKind::Company,
            second: String::new(),
            status: None,
            level: None,
            company: None,
            phone: None,
            owner: String::new(),
            value: String::new(),
            value_full: String::new(),
            last_contact: String::new(),
            last_contact_full: String::new(),
            created: String::new(),
            edition: 0,
        })
    }

    fn names(rows: Rows) -> String {
        rows.all.with_untracked(|all| all.iter().map(|row| row.name.as_str()).collect())
    }

    #[test]
    fn rows_that_were_deleted_leave_and_come_back_in_place() {
        let owner = Owner::new();
        owner.with(|| {
            let rows = Rows {
                all: RwSignal::new(["a", "b", "c", "d", "e"].map(row).to_vec()),
                next: RwSignal::new(None),
                loading: RwSignal::new(false),
                first: StoredValue::new(3),
            };
            let ids = ["b", "d", "x"].map(str::to_owned).into();
            let taken = rows.take_out(&ids).unwrap_or_default();
            assert_eq!((names(rows).as_str(), rows.first.get_value()), ("ace", 2));
            assert!(rows.put_back(&taken));
            assert_eq!((names(rows).as_str(), rows.first.get_value()), ("abcde", 3));
            let owners = BTreeMap::from([("d".to_owned(), "Lin".to_owned())]);
            assert!(rows.put_owners(&owners));
            let owners: Vec<_> =
                rows.all.with_untracked(|all| all.iter().map(|row| row.owner.clone()).collect());
            assert_eq!(owners, ["", "", "", "Lin", ""].map(str::to_owned).to_vec());
            // A row that is there already is not shown twice.
            rows.append(["e", "f"].map(row).to_vec());
            assert_eq!(names(rows), "abcdef");
        });
    }

    #[test]
    fn of_rows_that_were_read_again_only_those_that_changed_are_drawn_anew() {
        let now: Vec<Arc<Row>> = ["a", "b"].map(row).to_vec();
        let other = Arc::new(Row { status: Some(AccountStatus::Active), ..(*row("b")).clone() });
        let fresh = renewed(&now, vec![other.clone(), row("c"), row("a")]);
        let keys: Vec<_> = fresh.iter().map(|row| (row.name.as_str(), row.edition)).collect();
        assert_eq!(keys, [("b", 1), ("c", 0), ("a", 0)]);
        assert!(Arc::ptr_eq(&fresh[2], &now[0]));
        let again = renewed(&fresh, vec![other]);
        assert_eq!(again[0].edition, 1, "the same once more");
    }
}
