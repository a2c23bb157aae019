//! Shortcuts that work on every page.

use super::{Opened, use_leaving};
use crate::{
    boot::use_boot,
    i18n::use_text,
    ui::{Hotkey, is_typing, use_hotkey, use_toasts},
};
use domain::policy::{Action, Object};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Registers them; call once in the frame.
pub(super) fn register(opened: Opened) {
    let text = use_text();
    let everywhere = text.shortcut_global();
    use_hotkey(
        Hotkey::new("mod+k", text.shortcut_palette(), everywhere, move || {
            opened.palette.update(|open| *open = !*open);
        })
        .anywhere(),
    );
    use_hotkey(Hotkey::new("?", text.shortcut_sheet(), everywhere, move || {
        opened.shortcuts.set(true);
    }));
    let toasts = use_toasts();
    let undo = move || toasts.undo_last();
    use_hotkey(
        Hotkey::new("mod+z", text.shortcut_undo(), everywhere, undo)
            // In a field it takes back what was typed.
            .when(move || toasts.can_undo() && !is_typing(document().active_element())),
    );
    let boot = use_boot();
    let (import, bin, admin) = boot.with_value(|boot| {
        (
            boot.may(Action::Import, Object::Import),
            boot.clears_any(),
            boot.may(Action::View, Object::Structure),
        )
    });
    let (list, deals, cases, make_account, make_person, make_deal) = boot.with_value(|boot| {
        let makes = |object| boot.may(Action::Create, object);
        (
            boot.first_list(),
            boot.may(Action::View, Object::Opportunity),
            boot.may(Action::View, Object::Case),
            makes(Object::Account),
            makes(Object::Person),
            makes(Object::Opportunity),
        )
    });
    let go = [
        ("g h", text.shortcut_go_home(), "/", true),
        ("g c", text.shortcut_go_customers(), list, true),
        ("g p", text.shortcut_go_pipeline(), "/pipeline", deals),
        ("g f", text.case_title(), "/feedback", cases),
        ("g i", text.shortcut_go_import(), "/import", import),
        ("g b", text.shortcut_go_bin(), "/bin", bin),
        ("g a", text.shortcut_go_admin(), "/admin/users", admin),
    ];
    let make = [
        ("n c", text.shortcut_new_customer(), "/customers/new", make_account),
        ("n p", text.shortcut_new_person(), "/people/new", make_person),
        ("n d", text.shortcut_new_deal(), "/deals/new", make_deal),
    ];
    let groups = [(text.shortcut_go(), go.as_slice()), (text.shortcut_make(), make.as_slice())];
    for (group, keys) in groups {
        for (key, label, path, may) in keys.iter().copied() {
            if may {
                let (navigate, leaving) = (use_navigate(), use_leaving());
                use_hotkey(Hotkey::new(key, label, group, move || {
                    if leaving.is_none_or(|leaving| leaving.may_go(path)) {
                        navigate(path, NavigateOptions::default());
                    }
                }));
            }
        }
    }
}
