//! Changing all ticked rows in one step: who is in charge of them, and tags. Buttons in the bar, entries of its menu on
//! phones, and a dialog for each.

pub mod api;
mod assign;
mod tag;

use super::Screen;
use crate::{
    boot::use_boot,
    frame::{Changes, use_changes},
    i18n::{Text, use_text},
    ui::{Button, Menu, MenuItem, Size, Toasts, use_toasts},
};
use domain::{bin::AT_ONCE, list::Tab, merge::MergeKind, policy::Action};
use leptos::prelude::*;

/// What both dialogs take, also after an answer came.
#[derive(Clone, Copy)]
struct Desk {
    screen: StoredValue<Screen>,
    text: Text,
    changes: Changes,
    toasts: Toasts,
    busy: RwSignal<bool>,
}

impl Desk {
    /// Which records the list shows.
    fn kind(self) -> MergeKind {
        match self.screen.get_value().request.read_untracked().tab {
            Tab::Companies | Tab::Individuals => MergeKind::Accounts,
            Tab::People => MergeKind::People,
        }
    }

    /// Nothing stays ticked, if the list is still there.
    fn clear(self) {
        if let Some(screen) = self.screen.try_get_value() {
            screen.selection.clear();
        }
    }

    /// The ticked ones.
    fn chosen<Id: std::str::FromStr>(self) -> Vec<Id> {
        let chosen = untrack(|| self.screen.get_value().selection.chosen());
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
    let text = use_text();
    let boot = use_boot();
    let desk = Desk {
        screen: StoredValue::new(screen),
        text,
        changes: use_changes(),
        toasts: use_toasts(),
        busy: RwSignal::new(false),
    };
    let may = move |needed: &'static [Action]| {
        let object = Memo::new(move |_| screen.request.read().tab.object());
        let all = move |boot: &crate::boot::Boot| {
            needed.iter().all(|action| boot.may(*action, object.get()))
        };
        Memo::new(move |_| boot.with_value(all))
    };
    let edits = may(&[Action::Edit, Action::BulkEdit]);
    let assign = Choice {
        label: text.bulk_assign(),
        icon: "user-cog",
        may: may(&[Action::Edit, Action::Assign, Action::BulkEdit]),
        open: RwSignal::new(false),
    };
    let tag = Choice {
        label: text.bulk_tag(),
        icon: "tag",
        // Persons have none.
        may: Memo::new(move |_| edits.get() && screen.request.read().tab != Tab::People),
        open: RwSignal::new(false),
    };
    let dialogs = view! {
        {assign::dialog(desk, assign.open)}
        {tag::dialog(desk, tag.open)}
    };
    [bar(desk, [assign, tag]), dialogs.into_any()]
}

/// Buttons on wide screens, a menu on phones.
fn bar(desk: Desk, choices: [Choice; 2]) -> AnyView {
    let text = desk.text;
    let selection = desk.screen.get_value().selection;
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
        choices.into_iter().filter(|choice| choice.may.get()).map(entry).collect_view()
    };
    let any = move || choices.iter().any(|choice| choice.may.get());
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
        <span class="cluster not-phone">{choices.map(button).into_iter().collect_view()}</span>
        <span class="only-phone">{menu}</span>
    }
    .into_any()
}
