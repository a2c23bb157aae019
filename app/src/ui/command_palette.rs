//! One place to find and to do: type, arrows, Enter. The caller searches and fills the groups.
//! On phones it is a full page with the keyboard up at once.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::{
    Avatar, AvatarKind, Debounce, Icon, Kbd, Size, Spinner, Text,
    dom::{composing, composing_input},
    given,
    icon::maybe_icon,
    safe_href, use_toasts, use_words,
};

/// Results under one title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaletteGroup {
    /// Title of the group.
    pub title: Text,
    /// Its results, best first.
    pub items: Vec<PaletteItem>,
}

/// One result or action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaletteItem {
    /// Tells the caller what was chosen; also decides the colour of the avatar.
    pub key: String,
    /// First line.
    pub label: Text,
    /// Second line: company, number.
    pub detail: Text,
    /// Sprite name, if there is no avatar.
    pub icon: Text,
    /// Shows an avatar of this kind.
    pub avatar: Option<AvatarKind>,
    /// Where it leads.
    pub href: Text,
    /// Key combination that does the same.
    pub shortcut: Text,
    /// Why it cannot be done now.
    pub disabled_reason: Text,
}

/// The palette. Open it with `mod+k`.
#[component]
pub fn CommandPalette(
    /// Whether it is open, both ways.
    open: RwSignal<bool>,
    /// Spoken name.
    #[prop(into)]
    label: Text,
    /// What can be found.
    #[prop(into)]
    placeholder: Text,
    /// The results of the last query.
    #[prop(into)]
    groups: Signal<Vec<PaletteGroup>>,
    /// A query is on its way.
    #[prop(optional, into)]
    loading: Signal<bool>,
    /// 120 ms after typing stopped, and with an empty text when opened.
    #[prop(into)]
    on_query: Callback<String>,
    /// When a result is taken; one with an address also leads there.
    #[prop(optional, into)]
    on_choose: Option<Callback<PaletteItem>>,
    /// Wording when nothing was found.
    #[prop(optional, into)]
    empty: Signal<String>,
    /// Hints at the lower edge.
    #[prop(optional, into)]
    footer: ViewFn,
) -> AnyView {
    let node = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    let active = RwSignal::new(0_usize);
    let pause = Debounce::new();
    let toasts = use_toasts();
    let opened = move || {
        if let Some(input) = input.get_untracked() {
            input.set_value("");
            let _ = input.focus();
        }
        active.set(0);
        on_query.run(String::new());
        toasts.layer_changed();
    };
    follow_signal(node, open, opened);
    let search = move || {
        let Some(input) = input.get_untracked() else { return };
        active.set(0);
        let text = input.value();
        pause.after(Duration::from_millis(120), move || on_query.run(text));
    };
    let total =
        Signal::derive(move || groups.with(|all| all.iter().map(|g| g.items.len()).sum::<usize>()));
    let choose = move |item: PaletteItem| {
        if item.disabled_reason.is_empty() {
            open.set(false);
            if let Some(on_choose) = on_choose {
                on_choose.run(item);
            }
        }
    };
    let keys = move |event: KeyboardEvent| {
        if !composing(&event) {
            palette_keys(&event, active, total.get_untracked());
        }
    };
    let results = move || {
        if total.get() == 0 {
            nothing_view(loading, empty)
        } else {
            groups_view(groups.get(), active, Callback::new(choose))
        }
    };
    view! {
        <dialog
            node_ref=node
            class="dialog palette"
            id="palette"
            aria-label=label.clone()
            on:close=move |_| {
                open.set(false);
                toasts.layer_changed();
            }
            on:click=move |event| {
                if event.target() == event.current_target() {
                    open.set(false);
                }
            }
        >
            <div class="palette-box">
                <div class="palette-head">
                    <Icon name="search" />
                    <input
                        node_ref=input
                        class="palette-input"
                        type="text"
                        role="combobox"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        enterkeyhint="go"
                        placeholder=placeholder
                        aria-label=label.clone()
                        aria-expanded="true"
                        aria-autocomplete="list"
                        aria-controls="palette-list"
                        aria-activedescendant=move || {
                            (total.get() > 0).then(|| format!("palette-{}", active.get()))
                        }
                        on:input=move |event| {
                            if !composing_input(&event) {
                                search();
                            }
                        }
                        on:compositionend=move |_| search()
                        on:keydown=keys
                    />
                    <span class="palette-busy" data-on=move || loading.get().then_some("true")></span>
                    <button type="button" class="btn btn-quiet btn-sm" on:click=move |_| open.set(false)>
                        {use_words().close.clone()}
                    </button>
                </div>
                <div class="palette-list" id="palette-list" role="listbox" tabindex="-1">
                    {results}
                </div>
                <div class="palette-foot">{footer.run()}</div>
            </div>
        </dialog>
    }
    .into_any()
}

/// The element follows the signal; a palette that was opened before hydration wins once.
fn follow_signal(
    node: NodeRef<html::Dialog>,
    open: RwSignal<bool>,
    opened: impl Fn() + Copy + 'static,
) {
    Effect::new(move |ran: Option<()>| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if dialog.open() == wanted {
            return;
        }
        if !dialog.open() {
            if dialog.show_modal().is_ok() {
                opened();
            }
        } else if ran.is_none() {
            open.set(true);
        } else {
            dialog.close();
        }
    });
}

/// While nothing is listed: that the search is running, or that it found nothing.
fn nothing_view(loading: Signal<bool>, empty: Signal<String>) -> AnyView {
    let inside =
        if loading.get() { view! { <Spinner /> }.into_any() } else { empty.get().into_any() };
    view! { <div class="combo-none">{inside}</div> }.into_any()
}

fn palette_keys(event: &KeyboardEvent, active: RwSignal<usize>, count: usize) {
    match event.key().as_str() {
        "ArrowDown" if count > 0 => active.update(|at| *at = (*at + 1) % count),
        "ArrowUp" if count > 0 => active.update(|at| *at = (*at + count - 1) % count),
        "Enter" => open_row(active.get_untracked(), event.ctrl_key() || event.meta_key()),
        _ => return,
    }
    event.prevent_default();
    show_row(active.get_untracked());
}

fn groups_view(
    groups: Vec<PaletteGroup>,
    active: RwSignal<usize>,
    choose: Callback<PaletteItem>,
) -> AnyView {
    let mut row = 0;
    groups
        .into_iter()
        .filter(|group| !group.items.is_empty())
        .map(|group| {
            let items = group
                .items
                .into_iter()
                .map(|item| {
                    row += 1;
                    item_view(item, row - 1, active, choose)
                })
                .collect_view();
            view! {
                <div role="group" aria-label=group.title.clone()>
                    <p class="menu-heading" role="presentation">
                        {group.title.clone()}
                    </p>
                    {items}
                </div>
            }
        })
        .collect_view()
        .into_any()
}

fn item_view(
    item: PaletteItem,
    row: usize,
    active: RwSignal<usize>,
    choose: Callback<PaletteItem>,
) -> AnyView {
    let selected = move || if active.get() == row { "true" } else { "false" };
    let mark = match item.avatar {
        Some(kind) => {
            view! { <Avatar name=item.label.clone() seed=item.key.clone() kind=kind size=Size::Sm /> }.into_any()
        }
        None => maybe_icon(&item.icon),
    };
    let blocked = !item.disabled_reason.is_empty();
    let second = if blocked { item.disabled_reason.clone() } else { item.detail.clone() };
    let keys = given(&item.shortcut).map(|keys| view! { <Kbd keys=keys /> });
    let href = (!item.href.is_empty() && !blocked).then(|| safe_href(&item.href));
    let label = item.label.clone();
    let taken = StoredValue::new(item);
    view! {
        <a
            class="option"
            role="option"
            id=format!("palette-{row}")
            tabindex="-1"
            href=href
            aria-selected=selected
            aria-disabled=blocked.then_some("true")
            on:mousemove=move |_| {
                if active.get_untracked() != row {
                    active.set(row);
                }
            }
            on:click=move |_| choose.run(taken.get_value())
        >
            <span class="option-mark">{mark}</span>
            <span class="option-text">
                <span>{label}</span>
                <span class="sub">{given(&second)}</span>
            </span>
            {keys}
        </a>
    }
    .into_any()
}

/// Follows the row as a click would, so that the router sees it; in a new tab with Ctrl or ⌘.
fn open_row(row: usize, new_tab: bool) {
    let Some(element) = document().get_element_by_id(&format!("palette-{row}")) else { return };
    match element.get_attribute("href") {
        Some(href) if new_tab => {
            let _ = window().open_with_url_and_target(&href, "_blank");
        }
        _ => super::dom::call_method(&element, "click"),
    }
}

/// Keeps the highlighted row in view.
fn show_row(row: usize) {
    if let Some(element) = document().get_element_by_id(&format!("palette-{row}")) {
        element.scroll_into_view_with_bool(false);
    }
}
