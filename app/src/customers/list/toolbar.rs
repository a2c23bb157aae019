//! What narrows and orders the list, and the bar that takes its place while rows are ticked.

use super::{
    Screen, address,
    at_once::{self, delete_button, put},
    keys::focus_row,
    pages::Rows,
    table::name_label,
};
use crate::{
    boot::use_boot,
    customers::merge,
    deals::{removable, said_days},
    frame::{Changes, save_trouble, use_changes},
    i18n::{Text, use_text, words},
    ui::{BulkBar, Button, Chip, FilterLink, Menu, MenuItem, SearchBox, Size, Toasts, use_toasts},
};
use domain::{
    bin::BinKind,
    list::{Filter, ListRequest, Sort, Tab},
    merge::MOST_MERGED,
    policy::{Action, Reach},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::collections::BTreeSet;

/// Quick filters, order and search.
pub(super) fn toolbar(screen: Screen) -> AnyView {
    let text = use_text();
    let request = screen.request;
    let tab = Memo::new(move |_| request.read().tab);
    let boot = use_boot();
    let shared = boot.with_value(|boot| boot.shared);
    let offered = Memo::new(move |_| {
        let request = request.read();
        let sees = boot.with_value(|boot| boot.sees(request.tab.object()));
        // These would leave all or none; one that is on can be turned off.
        let idle = |filter: &Filter| {
            let leaves_nothing_out = match filter {
                Filter::Mine => sees <= Reach::Own && !shared,
                Filter::Unassigned => sees < Reach::All,
                _ => false,
            };
            let leaves_all_out = *filter == Filter::Shared && !shared;
            (leaves_all_out || leaves_nothing_out && request.tab != Tab::People)
                && !request.filters.contains(filter)
        };
        let mut offered = boot.with_value(|boot| address::filters(boot, request.tab));
        offered.retain(|filter| !idle(filter));
        offered
    });
    let chips =
        move || offered.get().into_iter().map(|filter| filter_chip(screen, filter)).collect_view();
    let tag = Memo::new(move |_| request.read().tag.clone());
    let tag_chip = move || {
        let tag = tag.get();
        (!tag.is_empty()).then(|| {
            let without =
                ListRequest { tag: String::new(), after: None, ..request.get_untracked() };
            let label = text.list_tag_filter(&tag);
            view! {
                <Chip
                    label=label.clone()
                    icon="tag"
                    selected=true
                    remove_href=address::address(&without)
                    remove_label=text.list_filter_remove(&label)
                />
            }
        })
    };
    // Each tab has a box with words of its own.
    let search_box = move || {
        tab.track();
        search(screen)
    };
    view! {
        <div class="toolbar" hidden=move || screen.selection.count() != 0>
            <div class="toolbar-chips" role="group" aria-label=text.list_filters()>
                {chips}
                {tag_chip}
                {figure_chips(screen)}
                {order_menu(screen)}
            </div>
            <div class="toolbar-end">{search_box}</div>
        </div>
    }
    .into_any()
}

/// What a figure narrowed the list by that it led to; each chip takes its condition away.
fn figure_chips(screen: Screen) -> AnyView {
    let (text, request) = (use_text(), screen.request);
    (move || {
        let asked = request.get();
        if !asked.from_figures() {
            return ().into_any();
        }
        let plain = ListRequest { after: None, ..asked.clone() };
        let owner = asked.owner.map(|owner| {
            let name = use_boot().with_value(|boot| boot.colleague(Some(owner)));
            text.dashboard_one_owner(&name)
        });
        let created = said_days(text, asked.created, |text, days| text.dashboard_created_in(days));
        let conditions = [
            (created, ListRequest { created: None, ..plain.clone() }),
            (owner, ListRequest { owner: None, ..plain.clone() }),
            (
                asked.team.map(|_| text.dashboard_one_team().to_owned()),
                ListRequest { team: None, ..plain.clone() },
            ),
        ];
        removable(text, conditions.map(|(said, without)| (said, address::address(&without))))
    })
    .into_any()
}

/// A filter as a link that turns it on or off.
fn filter_chip(screen: Screen, filter: Filter) -> AnyView {
    let text = use_text();
    let request = screen.request;
    let on = Memo::new(move |_| request.read().filters.contains(&filter));
    let href = Signal::derive(move || address::toggled(&request.read(), filter));
    view! { <FilterLink label=words::filter(text, filter) on=on href=href /> }.into_any()
}

fn order_menu(screen: Screen) -> AnyView {
    let text = use_text();
    let boot = use_boot();
    let request = screen.request;
    let searching = Memo::new(move |_| !request.read().search.trim().is_empty());
    let items = move || {
        let request = request.get();
        boot.with_value(|boot| address::orders(boot, request.tab))
            .into_iter()
            .map(|sort| {
                let now = request.sort == sort;
                view! {
                    <MenuItem
                        label=match sort {
                            Sort::Name => name_label(text, request.tab),
                            sort => words::sort(text, sort),
                        }
                        href=address::sorted(&ListRequest { reverse: now && request.reverse, ..request.clone() }, sort)
                        icon=if now { if request.descending() { "arrow-down" } else { "arrow-up" } } else { "" }
                        checked=now
                    />
                }
            })
            .collect_view()
    };
    view! {
        <span hidden=move || searching.get()>
            <Menu id="order" label=text.list_sort_by() icon="arrow-up-down" show_label=true size=Size::Sm>
                {items}
            </Menu>
        </span>
        <span class="muted" hidden=move || !searching.get()>
            {text.list_sorted_by_match()}
        </span>
    }
    .into_any()
}

fn search(screen: Screen) -> AnyView {
    let text = use_text();
    let request = screen.request;
    let value = RwSignal::new(request.read_untracked().search.clone());
    // What the box itself asked for last.
    let asked = StoredValue::new(value.get_untracked());
    // Back, a tab or a link changed the search: the box follows. What is typed on meanwhile stays.
    Effect::new(move |ran: Option<()>| {
        let wanted = request.read().search.clone();
        if ran.is_some() && asked.with_value(|asked| *asked != wanted) {
            asked.set_value(wanted.clone());
            value.set(wanted);
        }
    });
    let navigate = use_navigate();
    let find = move |typed: String| {
        let now = request.get_untracked();
        if typed.trim() == now.search {
            return;
        }
        asked.set_value(typed.trim().to_owned());
        // One entry in the history for a whole search, not one for each pause.
        let replace = !now.search.is_empty() && !typed.trim().is_empty();
        let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
        navigate(&address::searched(&now, &typed), options);
    };
    let kept = move || {
        ListRequest { search: String::new(), after: None, ..request.get() }
            .to_query()
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
            .collect_view()
    };
    let (label, hint) = match request.read_untracked().tab {
        Tab::People => (text.list_search_people_label(), text.list_search_people()),
        Tab::Individuals => (text.list_search_label(), text.list_search_people()),
        Tab::Companies => (text.list_search_label(), text.list_search()),
    };
    view! {
        <form class="grow" method="get" action="/customers">
            {kept}
            <SearchBox
                value=value
                label=label
                placeholder=hint
                on_search=find
                shortcut="/"
            />
        </form>
    }
    .into_any()
}

/// What can be done with the ticked rows.
pub(super) fn bulk(screen: Screen) -> AnyView {
    let text = use_text();
    let busy = RwSignal::new(false);
    let desk = BulkDesk { screen, text, changes: use_changes(), toasts: use_toasts() };
    let selection = screen.selection;
    let delete = Callback::new(move |()| {
        let ids: Vec<String> = untrack(|| selection.chosen()).into_iter().collect();
        let person = screen.request.read_untracked().tab == Tab::People;
        busy.set(true);
        spawn_local(async move {
            let (done, error) = put(ids, kind(person), true).await;
            busy.try_set(false);
            if let Some(error) = error {
                desk.toasts.error(save_trouble(text, &error));
            }
            if !done.is_empty() {
                desk.deleted(done, person);
            }
        });
    });
    let count = Signal::derive(move || {
        text.list_selected(i64::try_from(selection.count()).unwrap_or(i64::MAX))
    });
    let object = Signal::derive(move || screen.request.read().tab.object());
    let [change, dialogs] = at_once::actions(screen);
    view! {
        <BulkBar selection=selection text=count>
            {change}
            {merge_button(screen)}
            {delete_button(use_boot(), object, busy, delete)}
        </BulkBar>
        {dialogs}
    }
    .into_any()
}

/// Leads the ticked records to the screen on which they become one; for whoever may merge.
fn merge_button(screen: Screen) -> AnyView {
    let text = use_text();
    let boot = use_boot();
    let navigate = StoredValue::new(use_navigate());
    let max = MOST_MERGED.to_string();
    let people = Memo::new(move |_| screen.request.read().tab == Tab::People);
    let may = Memo::new(move |_| {
        let object = screen.request.read().tab.object();
        let takes = [Action::Merge, Action::Edit, Action::Delete];
        boot.with_value(|boot| takes.iter().all(|action| boot.may(*action, object)))
    });
    let fits = Memo::new(move |_| (2..=MOST_MERGED).contains(&screen.selection.count()));
    let open = move |_| {
        let chosen = screen.selection.chosen();
        let rows = screen.rows.try_get_value().flatten();
        let numbers = rows.map(|rows| rows.numbers(&chosen)).unwrap_or_default();
        let address = merge::address(people.get_untracked(), &numbers);
        navigate.with_value(|navigate| navigate(&address, NavigateOptions::default()));
    };
    let button = move || {
        let fits = fits.get();
        let reason = if fits { String::new() } else { text.bulk_merge_limit(&max) };
        may.get().then(|| {
            view! {
                <Button
                    size=Size::Sm
                    icon="merge"
                    disabled=!fits
                    disabled_reason=reason
                    on_click=open
                >
                    {text.bulk_merge()}
                </Button>
            }
        })
    };
    button.into_any()
}

fn kind(person: bool) -> BinKind {
    if person { BinKind::People } else { BinKind::Accounts }
}

/// What a deletion of many rows tells of itself, also after the list was left.
#[derive(Clone, Copy)]
struct BulkDesk {
    screen: Screen,
    text: Text,
    changes: Changes,
    toasts: Toasts,
}

impl BulkDesk {
    /// The rows leave the list, the others stay where they are; a message offers the way back.
    fn deleted(self, ids: Vec<String>, person: bool) {
        let Self { screen, text, toasts, .. } = self;
        screen.selection.clear();
        let gone: BTreeSet<String> = ids.iter().cloned().collect();
        let rows = screen.rows.try_get_value().flatten();
        let taken = rows.and_then(|rows| rows.take_out(&gone)).unwrap_or_default();
        // Nothing is left on show: the list says what comes next.
        if rows.is_none_or(Rows::is_empty) {
            self.changes.happened();
        } else {
            screen.count_again();
        }
        // The bar with the button is gone; the keyboard goes on from where the rows were.
        if let Some((at, _)) = taken.first() {
            focus_row(*at);
        }
        let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        let done = if person {
            text.toast_deleted_many_people(count)
        } else {
            text.toast_deleted_many(count)
        };
        toasts.undo(done, move || {
            let (ids, taken) = (ids.clone(), taken.clone());
            spawn_local(async move {
                let (done, error) = put(ids, kind(person), false).await;
                if let Some(error) = error {
                    toasts.error(save_trouble(text, &error));
                }
                let done: BTreeSet<String> = done.into_iter().collect();
                let back: Vec<_> =
                    taken.into_iter().filter(|(_, row)| done.contains(&row.id)).collect();
                let in_place = !back.is_empty() && rows.is_some_and(|rows| rows.put_back(&back));
                if in_place {
                    screen.count_again();
                } else if !done.is_empty() {
                    self.changes.happened();
                }
            });
        });
    }
}
