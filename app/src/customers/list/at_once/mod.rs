//! Changing all ticked rows in one step: who is in charge of them, and tags. Buttons in the bar, entries of its menu on
//! phones, and a dialog for each.

pub mod api;
mod assign;
mod delete;
mod tag;

pub(crate) use delete::{delete_button, put};

use super::{Screen, pages::Rows};
use crate::{
    boot::use_boot,
    frame::{Changes, use_changes},
    i18n::{Text, use_text},
    ui::{Button, Menu, MenuItem, RowSelection, Size, Toasts, use_toasts},
};
use domain::{
    bin::{AT_ONCE, BinKind},
    list::{Filter, Tab},
    policy::{Action, Reach},
};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The ticked rows of a list, and what becomes of the list.
#[derive(Clone, Copy)]
pub(crate) struct Ticked {
    pub selection: RowSelection,
    /// What the rows are.
    pub kind: Signal<BinKind>,
    /// Whether the list holds only rows with a tag.
    pub by_tag: Signal<bool>,
    /// Shows who is in charge by now, by the ids of the rows.
    pub owners: Callback<BTreeMap<String, String>>,
}

/// What both dialogs take, also after an answer came.
#[derive(Clone, Copy)]
struct Desk {
    list: StoredValue<Ticked>,
    text: Text,
    changes: Changes,
    toasts: Toasts,
    busy: RwSignal<bool>,
}

impl Desk {
    fn of(list: Ticked) -> Self {
        Self {
            list: StoredValue::new(list),
            text: use_text(),
            changes: use_changes(),
            toasts: use_toasts(),
            busy: RwSignal::new(false),
        }
    }

    /// Which records the list shows.
    fn kind(self) -> BinKind {
        self.list.get_value().kind.get_untracked()
    }

    /// Whether somebody may who has these rights over them.
    fn may(self, needed: &'static [Action]) -> Memo<bool> {
        let (boot, kind) = (use_boot(), self.list.get_value().kind);
        let object = Memo::new(move |_| kind.get().object());
        let all = move |boot: &crate::boot::Boot| {
            needed.iter().all(|action| boot.may(*action, object.get()))
        };
        Memo::new(move |_| boot.with_value(all))
    }

    /// Putting somebody in charge of them.
    fn assign(self) -> Choice {
        Choice {
            label: self.text.bulk_assign(),
            icon: "user-cog",
            may: self.may(&[Action::Edit, Action::Assign, Action::BulkEdit]),
            open: RwSignal::new(false),
        }
    }

    /// Nothing stays ticked, if the list is still there.
    fn clear(self) {
        if let Some(list) = self.list.try_get_value() {
            list.selection.clear();
        }
    }

    /// The ticked ones.
    fn chosen<Id: std::str::FromStr>(self) -> Vec<Id> {
        let chosen = untrack(|| self.list.get_value().selection.chosen());
        chosen.iter().filter_map(|id| id.parse().ok()).collect()
    }
}

/// One thing to do with the ticked rows.
#[derive(Clone, Copy)]
struct Choice {
    label: &'static str,
    icon: &'static str,
    /// Whether somebody may who has these rights.
    may: Memo<bool>,
    open: RwSignal<bool>,
}

/// The bar's buttons and its menu, and the dialogs that these open.
pub(super) fn actions(screen: Screen) -> [AnyView; 2] {
    let kind = move || match screen.request.read().tab {
        Tab::Companies | Tab::Individuals => BinKind::Accounts,
        Tab::People => BinKind::People,
    };
    let desk = Desk::of(Ticked {
        selection: screen.selection,
        kind: Signal::derive(kind),
        by_tag: Signal::derive(move || !screen.request.read().tag.is_empty()),
        owners: owners(screen),
    });
    let edits = desk.may(&[Action::Edit, Action::BulkEdit]);
    let assign = desk.assign();
    let tag = Choice {
        label: desk.text.bulk_tag(),
        icon: "tag",
        // Persons have none.
        may: Memo::new(move |_| edits.get() && screen.request.read().tab != Tab::People),
        open: RwSignal::new(false),
    };
    let dialogs = view! {
        {assign::dialog(desk, assign.open)}
        {tag::dialog(desk, tag.open)}
    };
    [bar(desk, vec![assign, tag]), dialogs.into_any()]
}

/// Putting somebody in charge of the ticked rows of another list: the bar's button and its menu, and the dialog.
pub(crate) fn assigning(list: Ticked) -> [AnyView; 2] {
    let desk = Desk::of(list);
    let assign = desk.assign();
    [bar(desk, vec![assign]), assign::dialog(desk, assign.open)]
}

/// Writes who is in charge onto the rows where they are; a list that is narrowed by that is read anew.
fn owners(screen: Screen) -> Callback<BTreeMap<String, String>> {
    let (boot, changes) = (use_boot(), use_changes());
    Callback::new(move |owners: BTreeMap<String, String>| {
        let by_owner = [Filter::Mine, Filter::Unassigned, Filter::Shared];
        // Whether the list holds records whoever is in charge of them.
        let stays = screen.request.try_with_untracked(|request| {
            let narrowed = request.filters.iter().any(|one| by_owner.contains(one));
            let sees = boot.with_value(|boot| boot.sees(request.tab.object()));
            sees == Reach::All && !narrowed
        });
        let rows: Option<Rows> = screen.rows.try_get_value().flatten();
        if stays != Some(true) || !rows.is_some_and(|rows| rows.put_owners(&owners)) {
            changes.happened();
        }
    })
}

/// Buttons on wide screens, a menu on phones.
fn bar(desk: Desk, choices: Vec<Choice>) -> AnyView {
    let text = desk.text;
    let selection = desk.list.get_value().selection;
    let reason = Memo::new(move |_| {
        let most = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
        let fits = selection.count() <= AT_ONCE;
        if fits { String::new() } else { text.bulk_at_once(most) }
    });
    let button = move |choice: Choice| {
        move || {
            let reason = reason.get();
            choice.may.get().then(|| {
                view! {
                    <Button
                        size=Size::Sm
                        icon=choice.icon
                        disabled=!reason.is_empty()
                        disabled_reason=reason
                        on_click=move |_| choice.open.set(true)
                    >
                        {choice.label}
                    </Button>
                }
            })
        }
    };
    let buttons = choices.iter().copied().map(button).collect_view();
    let choices = StoredValue::new(choices);
    let entries = move || {
        let entry = |choice: Choice| {
            view! {
                <MenuItem
                    label=choice.label
                    icon=choice.icon
                    disabled_reason=reason.get()
                    on_click=move || choice.open.set(true)
                />
            }
        };
        choices.with_value(|choices| {
            let may = choices.iter().copied().filter(|choice| choice.may.get());
            may.map(entry).collect_view()
        })
    };
    let any = move || choices.with_value(|choices| choices.iter().any(|choice| choice.may.get()));
    let menu = move || {
        any().then(|| {
            view! {
                <Menu id="bulk-menu" label=text.common_more() size=Size::Sm>
                    {entries}
                </Menu>
            }
        })
    };
    view! {
        <span class="cluster not-phone">{buttons}</span>
        <span class="only-phone">{menu}</span>
    }
    .into_any()
}
