//! Buttons and links that look like buttons.
//! A busy button keeps its width and ignores clicks; a disabled one with a reason stays reachable.

use leptos::{ev::MouseEvent, prelude::*};

use super::{Size, Text, Variant, classes, given, hotkeys::aria_keys, icon::maybe_icon, safe_href};

/// What a button does in a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// Nothing by itself.
    #[default]
    Button,
    /// Sends the form.
    Submit,
    /// Brings the form back to how it was.
    Reset,
}

impl ButtonKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::Submit => "submit",
            Self::Reset => "reset",
        }
    }
}

/// A button with a word on it.
#[component]
pub fn Button(
    /// How loud.
    #[prop(optional)]
    variant: Variant,
    /// How large.
    #[prop(optional)]
    size: Size,
    /// Sprite name shown before the words.
    #[prop(optional, into)]
    icon: Text,
    /// What it does in a form.
    #[prop(optional)]
    kind: ButtonKind,
    /// Work is running: keeps its width, ignores clicks.
    #[prop(optional, into)]
    loading: Signal<bool>,
    /// Cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Why it cannot be used; keeps the button focusable so that the reason can be read.
    #[prop(optional, into)]
    disabled_reason: Text,
    /// What a click does.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// Id of a dialog that a click opens, also before the page is live.
    #[prop(optional, into)]
    opens: Text,
    /// Id of a dialog that a click closes, also before the page is live.
    #[prop(optional, into)]
    closes: Text,
    /// Key combination that does the same, such as `mod+s`.
    #[prop(optional, into)]
    shortcut: Text,
    /// Name sent with the form.
    #[prop(optional, into)]
    name: Text,
    /// Value sent with the form.
    #[prop(optional, into)]
    value: Text,
    /// As wide as its container.
    #[prop(optional)]
    full: bool,
    /// Element id.
    #[prop(optional, into)]
    id: Text,
    /// Extra classes.
    #[prop(optional, into)]
    class: Text,
    children: Children,
) -> AnyView {
    let has_reason = !disabled_reason.is_empty();
    let class = classes(&[
        "btn",
        variant.class(),
        match size {
            Size::Sm => "btn-sm",
            Size::Md => "",
            Size::Lg => "btn-lg",
        },
        if full { "btn-full" } else { "" },
        &class,
    ]);
    // Only a button whose whole effect is a handler has nothing to do before hydration.
    let needs_live =
        (on_click.is_some() && kind == ButtonKind::Button && opens.is_empty()).then_some("true");
    let (target, command) = if opens.is_empty() {
        (given(&closes), (!closes.is_empty()).then_some("close"))
    } else {
        (given(&opens), Some("show-modal"))
    };
    let click = move |event: MouseEvent| {
        if loading.get_untracked() || disabled.get_untracked() {
            event.prevent_default();
            event.stop_propagation();
        } else if let Some(on_click) = on_click {
            on_click.run(event);
        }
    };
    view! {
        <button
            type=kind.name()
            class=class
            id=given(&id)
            name=given(&name)
            value=given(&value)
            disabled=move || disabled.get() && !has_reason
            aria-disabled=move || (disabled.get() && has_reason).then_some("true")
            aria-busy=move || loading.get().then_some("true")
            aria-keyshortcuts=aria_keys(&shortcut)
            data-tip=move || disabled.get().then(|| given(&disabled_reason)).flatten()
            data-needs-live=needs_live
            commandfor=target
            command=command
            on:click=click
        >
            {maybe_icon(&icon)}
            <span class="btn-label">{children()}</span>
        </button>
    }
    .into_any()
}

/// A button with only an icon; its label is spoken and shown as a tip.
#[component]
pub fn IconButton(
    /// Sprite name.
    #[prop(into)]
    icon: Text,
    /// Spoken name and tip.
    #[prop(into)]
    label: Text,
    /// How loud; quiet unless said otherwise.
    #[prop(default = Variant::Quiet)]
    variant: Variant,
    /// What a click does.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// Cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// For on/off buttons: whether it is on.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// Id of a dialog that a click opens.
    #[prop(optional, into)]
    opens: Text,
    /// Id of a popover that a click opens.
    #[prop(optional, into)]
    menu: Text,
    /// Key combination that does the same.
    #[prop(optional, into)]
    shortcut: Text,
    /// Element id.
    #[prop(optional, into)]
    id: Text,
    /// Extra classes.
    #[prop(optional, into)]
    class: Text,
) -> AnyView {
    let class = classes(&["btn btn-icon", variant.class(), &class]);
    let needs_live = (on_click.is_some() && opens.is_empty()).then_some("true");
    let command = (!opens.is_empty()).then_some("show-modal");
    view! {
        <button
            type="button"
            class=class
            id=given(&id)
            aria-label=label.clone()
            data-tip=label
            disabled=move || disabled.get()
            aria-pressed=move || pressed.map(|on| if on.get() { "true" } else { "false" })
            aria-keyshortcuts=aria_keys(&shortcut)
            data-needs-live=needs_live
            commandfor=given(&opens)
            command=command
            popovertarget=given(&menu)
            on:click=move |event| {
                if let Some(on_click) = on_click {
                    on_click.run(event);
                }
            }
        >
            {maybe_icon(&icon)}
        </button>
    }
    .into_any()
}

/// A link that looks like a button: it goes somewhere, so it works without scripts.
#[component]
pub fn LinkButton(
    /// Where to; checked by [`safe_href`].
    #[prop(into)]
    href: Text,
    /// How loud.
    #[prop(optional)]
    variant: Variant,
    /// How large.
    #[prop(optional)]
    size: Size,
    /// Sprite name shown before the words.
    #[prop(optional, into)]
    icon: Text,
    /// As wide as its container.
    #[prop(optional)]
    full: bool,
    /// Saves the answer as a file of this name instead of showing it.
    #[prop(optional, into)]
    download: Text,
    /// Extra classes.
    #[prop(optional, into)]
    class: Text,
    children: Children,
) -> AnyView {
    let class = classes(&[
        "btn",
        variant.class(),
        match size {
            Size::Sm => "btn-sm",
            Size::Md => "",
            Size::Lg => "btn-lg",
        },
        if full { "btn-full" } else { "" },
        &class,
    ]);
    view! {
        <a class=class href=safe_href(&href) download=given(&download)>
            {maybe_icon(&icon)}
            <span class="btn-label">{children()}</span>
        </a>
    }
    .into_any()
}
