//! A menu behind a button: a popover on wide screens, an action sheet on phones.
//! Opens before hydration; arrow keys and typing a letter come with it.

use std::time::Duration;

use leptos::{
    ev::{Event, KeyboardEvent, MouseEvent},
    html::Div,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::Element,
};

use super::{
    Icon, Kbd, Size, Text, Variant, classes,
    dialog::{close_on_back, forget_history, lead_on_from, remember_history},
    dom::{all_html, call_method, focus_id, focused_index},
    given,
    hotkeys::aria_keys,
    icon::maybe_icon,
    safe_href,
};

/// A button and its menu. Children are `MenuItem`, `MenuHeading` and `MenuDivider`.
#[component]
pub fn Menu(
    /// Element id of the menu; unique on the page.
    #[prop(into)]
    id: Text,
    /// What the button says, or its spoken name if only the icon shows.
    #[prop(into)]
    label: Text,
    /// Sprite name.
    #[prop(default = Text::from("ellipsis"), into)]
    icon: Text,
    /// Show the words on the button, with an arrow.
    #[prop(optional)]
    show_label: bool,
    /// How loud the button is.
    #[prop(default = Variant::Quiet)]
    variant: Variant,
    /// How large the button is.
    #[prop(optional)]
    size: Size,
    /// Extra classes of the button.
    #[prop(optional, into)]
    class: Text,
    children: Children,
) -> AnyView {
    let node = NodeRef::<Div>::new();
    let button_id = format!("{id}-button");
    let class = classes(&[
        "btn menu-button",
        if show_label { "" } else { "btn-icon" },
        if size == Size::Sm { "btn-sm" } else { "" },
        variant.class(),
        &class,
    ]);
    let (spoken, face) = if show_label {
        let face = view! {
            {maybe_icon(&icon)}
            <span class="btn-label">{label.clone()}</span>
            <Icon name="chevron-down" class="icon-sm" />
        };
        (None, face.into_any())
    } else {
        (Some(label.clone()), view! { <Icon name=icon /> }.into_any())
    };
    // On phones it is a sheet, which Back closes like any other.
    let open = RwSignal::new(false);
    let marker = StoredValue::new(format!("menu:{id}"));
    close_on_back(open, marker, || true);
    Effect::new(move |ran: Option<()>| {
        let wanted = open.get();
        let Some(menu) = node.get() else { return };
        if wanted || !is_open(&menu) {
            return;
        }
        // A menu that was opened before hydration stays open.
        if ran.is_none() { open.set(true) } else { call_method(&menu, "hidePopover") }
    });
    let taken = StoredValue::new(Taken::Nothing);
    let toggled = move |_: Event| {
        let Some(menu) = node.get_untracked() else { return };
        let now = is_open(&menu);
        if now {
            taken.set_value(Taken::Nothing);
            remember_history(marker);
            if let Some(first) = all_html(&menu, ITEMS).first() {
                let _ = first.focus();
            }
        } else if open.get_untracked() {
            taken.get_value().clear_up(marker);
        }
        open.set(now);
    };
    let clicked = move |event: MouseEvent| {
        let entry = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("[role^=menuitem]").ok().flatten());
        if let Some(entry) = entry {
            let leads = entry.matches("a[href], [type=submit]").unwrap_or(false);
            taken.set_value(if leads { Taken::Link } else { Taken::Action });
            lead_on_from(&entry, marker);
        }
    };
    let back_to = button_id.clone();
    view! {
        <button
            type="button"
            class=class
            id=button_id.clone()
            popovertarget=id.clone()
            aria-haspopup="menu"
            aria-label=spoken.clone()
            data-tip=spoken
        >
            {face}
        </button>
        <div
            node_ref=node
            class=if show_label { "menu menu-start" } else { "menu" }
            id=id
            popover="auto"
            role="menu"
            aria-labelledby=button_id
            on:toggle=toggled
            on:click=clicked
            on:keydown=move |event| {
                if let Some(menu) = node.get_untracked() {
                    menu_keys(&menu, &event, &back_to);
                }
            }
        >
            <p class="menu-title only-phone" aria-hidden="true">{label}</p>
            {children()}
        </div>
    }
    .into_any()
}

/// How long an action may take to lead to another page or open a dialog, in milliseconds.
const ACTION_MS: u64 = 400;

/// Which kind of entry closed the menu.
#[derive(Clone, Copy)]
enum Taken {
    /// None: it was put away.
    Nothing,
    /// One that leads to another page, which takes the place of the menu's entry in the history.
    Link,
    /// One that does something, which may lead to another page, too.
    Action,
}

impl Taken {
    /// Takes the menu's entry out of the history of phones, once nothing else stands on it.
    fn clear_up(self, marker: StoredValue<String>) {
        match self {
            Self::Nothing => forget_history(marker),
            Self::Link => {}
            Self::Action => set_timeout(
                move || {
                    if marker.try_get_value().is_some() {
                        forget_history(marker);
                    }
                },
                Duration::from_millis(ACTION_MS),
            ),
        }
    }
}

fn is_open(menu: &Element) -> bool {
    menu.matches(":popover-open").unwrap_or(false)
}

/// What can have the focus inside a menu.
const ITEMS: &str = "[role^=menuitem]:not([aria-disabled])";

fn menu_keys(menu: &leptos::web_sys::HtmlDivElement, event: &KeyboardEvent, button: &str) {
    let items = all_html(menu, ITEMS);
    if items.is_empty() {
        return;
    }
    let at = focused_index(&items);
    let last = items.len() - 1;
    let next = match event.key().as_str() {
        "ArrowDown" => at.map_or(0, |at| if at == last { 0 } else { at + 1 }),
        "ArrowUp" => at.map_or(last, |at| if at == 0 { last } else { at - 1 }),
        "Home" => 0,
        "End" => last,
        "Tab" => {
            call_method(menu, "hidePopover");
            focus_id(button);
            return;
        }
        key => match by_letter(&items, at, key) {
            Some(found) => found,
            None => return,
        },
    };
    event.prevent_default();
    let _ = items[next].focus();
}

/// The next entry that starts with the typed letter.
fn by_letter(
    items: &[leptos::web_sys::HtmlElement],
    at: Option<usize>,
    key: &str,
) -> Option<usize> {
    let mut letters = key.chars();
    let (letter, None) = (letters.next()?, letters.next()) else { return None };
    let wanted = letter.to_lowercase().to_string();
    let start = at.map_or(0, |at| at + 1);
    (0..items.len()).map(|step| (start + step) % items.len()).find(|index| {
        let text = items[*index].text_content().unwrap_or_default();
        text.trim().to_lowercase().starts_with(&wanted)
    })
}

/// One entry: a link if it goes somewhere, else a button.
#[component]
pub fn MenuItem(
    /// The wording: verb and object.
    #[prop(into)]
    label: Text,
    /// Sprite name.
    #[prop(optional, into)]
    icon: Text,
    /// Where it leads.
    #[prop(optional, into)]
    href: Text,
    /// What it does.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// Removes or ends something.
    #[prop(optional)]
    danger: bool,
    /// For choices: whether it is the one.
    #[prop(optional, into)]
    checked: Option<Signal<bool>>,
    /// Key combination that does the same.
    #[prop(optional, into)]
    shortcut: Text,
    /// Why it cannot be used now.
    #[prop(optional, into)]
    disabled_reason: Text,
    /// Id of a dialog that it opens.
    #[prop(optional, into)]
    opens: Text,
    /// Saves the link's answer as a file.
    #[prop(optional, into)]
    download: Text,
) -> AnyView {
    let class = if danger { "menu-item menu-danger" } else { "menu-item" };
    let role = if checked.is_some() { "menuitemradio" } else { "menuitem" };
    let keys = aria_keys(&shortcut);
    let hint = given(&shortcut).map(|shortcut| view! { <Kbd keys=shortcut /> });
    let reason = given(&disabled_reason).map(|reason| view! { <span class="sub">{reason}</span> });
    let tick = checked.map(|on| {
        view! { <span class="menu-tick">{move || on.get().then(|| view! { <Icon name="check" class="icon-sm" /> })}</span> }
    });
    let face = view! {
        {tick}
        {maybe_icon(&icon)}
        <span class="menu-label">{label} {reason}</span>
        {hint}
    };
    let state = move || checked.map(|on| if on.get() { "true" } else { "false" });
    if !href.is_empty() && disabled_reason.is_empty() {
        view! {
            <a
                class=class
                role=role
                tabindex="-1"
                href=safe_href(&href)
                download=given(&download)
                aria-checked=state
                aria-keyshortcuts=keys
            >
                {face}
            </a>
        }
        .into_any()
    } else {
        let blocked = !disabled_reason.is_empty();
        let command = (!opens.is_empty()).then_some("show-modal");
        view! {
            <button
                type="button"
                class=class
                role=role
                tabindex="-1"
                aria-checked=state
                aria-keyshortcuts=keys
                aria-disabled=blocked.then_some("true")
                data-needs-live=(on_click.is_some() && opens.is_empty()).then_some("true")
                commandfor=given(&opens)
                command=command
                on:click=move |_| {
                    if let (false, Some(on_click)) = (blocked, on_click) {
                        on_click.run(());
                    }
                }
            >
                {face}
            </button>
        }
        .into_any()
    }
}

/// Title of a group of entries.
#[component]
pub fn MenuHeading(
    /// The wording.
    #[prop(into)]
    label: Text,
) -> AnyView {
    view! { <p class="menu-heading" role="presentation">{label}</p> }.into_any()
}

/// A line between groups.
#[component]
pub fn MenuDivider() -> AnyView {
    view! { <hr class="menu-divider" /> }.into_any()
}
