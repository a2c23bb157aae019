//! A menu behind a button: a popover on wide screens, an action sheet on phones.
//! Opens before hydration; arrow keys and typing a letter come with it.

use leptos::{
    ev::{Event, KeyboardEvent},
    html::Div,
    prelude::*,
};

use super::{
    Icon, Kbd, Size, Text, Variant, classes,
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
    let opened = move |_: Event| {
        if let Some(menu) = node.get_untracked()
            && menu.matches(":popover-open").unwrap_or(false)
            && let Some(first) = all_html(&menu, ITEMS).first()
        {
            let _ = first.focus();
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
            on:toggle=opened
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
