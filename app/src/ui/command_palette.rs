//! One place to find and to do: type, arrows, Enter. The caller searches and fills the groups.
//! On phones it is a full page with the keyboard up at once.

use std::time::Duration;

use leptos::{
    ev::{Event, KeyboardEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::Element,
};

use super::{
    Avatar, AvatarKind, Debounce, Icon, Kbd, Size, Spinner, Text,
    dialog::{close_on_back, forget_history, is_open_again, lead_on_from, remember_history},
    dom::{composing, composing_input},
    given,
    icon::maybe_icon,
    palette_question::Question,
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
    /// The query they answer. Enter waits until it is what stands in the field.
    #[prop(into)]
    answered: Signal<String>,
    /// A query is on its way.
    #[prop(optional, into)]
    loading: Signal<bool>,
    /// Why the query could not be answered in full; stands above the results.
    #[prop(optional, into)]
    notice: Signal<Option<String>>,
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
    let marker = StoredValue::new("dialog:palette".to_owned());
    let question = Question::new(answered, on_query);
    let opened = move || {
        if let Some(input) = input.get_untracked() {
            input.set_value("");
            let _ = input.focus();
        }
        active.set(0);
        question.begin();
        remember_history(marker);
        toasts.layer_changed();
    };
    follow_signal(node, open, opened);
    close_on_back(open, marker, || true);
    take_held(question, open, notice, active);
    let changed = move |settled: bool| {
        let Some(input) = input.get_untracked() else { return };
        active.set(0);
        question.typed(input.value());
        if settled {
            pause.after(Duration::from_millis(120), move || question.send());
        } else {
            pause.cancel();
        }
    };
    let leave = move || {
        forget_history(marker);
        open.set(false);
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
            if event.key() == "Enter" && question.waiting() {
                pause.cancel();
            }
            palette_keys(&event, active, total.get_untracked(), question);
        }
    };
    let results = move || {
        if total.get() == 0 {
            nothing_view(loading, empty)
        } else {
            groups_view(groups.get(), active, Callback::new(choose), marker)
        }
    };
    let trouble =
        move || notice.get().map(|notice| view! { <p class="palette-notice">{notice}</p> });
    view! {
        <dialog
            node_ref=node
            class="dialog palette"
            id="palette"
            aria-label=label.clone()
            on:cancel=move |event: Event| {
                event.prevent_default();
                leave();
            }
            on:close=move |_| {
                if is_open_again(node) {
                    return;
                }
                open.set(false);
                question.let_go();
                toasts.layer_changed();
            }
            on:click=move |event| {
                if event.target() == event.current_target() {
                    leave();
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
                        on:input=move |event| changed(!composing_input(&event))
                        on:compositionend=move |_| changed(true)
                        on:keydown=keys
                    />
                    <span class="palette-busy" data-on=move || loading.get().then_some("true")></span>
                    <button type="button" class="btn btn-quiet btn-sm" on:click=move |_| leave()>
                        {use_words().close.clone()}
                    </button>
                </div>
                <div role="status">{trouble}</div>
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

/// Takes the best result once the answer is there that Enter waited for.
fn take_held(
    question: Question,
    open: RwSignal<bool>,
    notice: Signal<Option<String>>,
    active: RwSignal<usize>,
) {
    Effect::new(move |before: Option<String>| {
        let answered = question.answered();
        if before.as_ref() != Some(&answered) {
            active.set(0);
        }
        if let Some(new_tab) = question.release() {
            // The rows are drawn before the next frame.
            request_animation_frame(move || {
                let shown = open.try_get_untracked() == Some(true);
                let whole = notice.try_get_untracked() == Some(None);
                if shown && whole && !question.waiting() {
                    open_row(0, new_tab);
                }
            });
        }
        answered
    });
}

/// While nothing is listed: that the search is running, or that it found nothing.
fn nothing_view(loading: Signal<bool>, empty: Signal<String>) -> AnyView {
    let inside =
        if loading.get() { view! { <Spinner /> }.into_any() } else { empty.get().into_any() };
    view! { <div class="combo-none">{inside}</div> }.into_any()
}

fn palette_keys(event: &KeyboardEvent, active: RwSignal<usize>, count: usize, question: Question) {
    match event.key().as_str() {
        "ArrowDown" if count > 0 => active.update(|at| *at = (*at + 1) % count),
        "ArrowUp" if count > 0 => active.update(|at| *at = (*at + count - 1) % count),
        "Enter" => {
            let new_tab = event.ctrl_key() || event.meta_key();
            if question.waiting() {
                question.hold(new_tab);
            } else {
                open_row(active.get_untracked(), new_tab);
            }
        }
        _ => return,
    }
    event.prevent_default();
    show_row(active.get_untracked());
}

fn groups_view(
    groups: Vec<PaletteGroup>,
    active: RwSignal<usize>,
    choose: Callback<PaletteItem>,
    marker: StoredValue<String>,
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
                    item_view(item, row - 1, active, choose, marker)
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
    marker: StoredValue<String>,
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
            on:click=move |event| {
                let link = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
                if let Some(link) = link {
                    lead_on_from(&link, marker);
                }
                choose.run(taken.get_value());
            }
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
