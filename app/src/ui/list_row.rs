//! Rows of lists on phones: the whole row is one link, the menu is a button of its own.
//! No swipe actions, because they fight the system's own and cannot be found.

use leptos::prelude::*;

use super::{Text, given, safe_href};

/// One row. Put it inside `<ul class="rows">`.
#[component]
pub fn ListRow(
    /// The record.
    #[prop(into)]
    href: Text,
    /// First line.
    #[prop(into)]
    title: Text,
    /// Second line.
    #[prop(optional, into)]
    subtitle: Text,
    /// Right end of the first line: an amount, a time.
    #[prop(optional, into)]
    meta: Text,
    /// Avatar or icon.
    #[prop(optional, into)]
    leading: ViewFn,
    /// Right end of the second line: chips.
    #[prop(optional, into)]
    trailing: ViewFn,
    /// The row's menu.
    #[prop(optional, into)]
    menu: ViewFn,
) -> AnyView {
    view! {
        <li class="row">
            <span class="row-leading">{leading.run()}</span>
            <span class="row-text">
                <a class="row-link" href=safe_href(&href)>
                    {title}
                </a>
                <span class="row-subtitle">{given(&subtitle)}</span>
            </span>
            <span class="row-end">
                <span class="row-meta num">{given(&meta)}</span>
                <span class="row-chips">{trailing.run()}</span>
            </span>
            <span class="row-menu">{menu.run()}</span>
        </li>
    }
    .into_any()
}

/// The link under a list that loads what comes next. Without scripts it leads there, and with them too unless
/// `on_more` appends it.
#[component]
pub fn LoadMore(
    /// Address of the next page.
    #[prop(into)]
    href: Text,
    /// The wording.
    #[prop(into)]
    label: Text,
    /// The next page is on its way.
    #[prop(optional, into)]
    loading: Signal<bool>,
    /// Appends the next page instead.
    #[prop(optional, into)]
    on_more: Option<Callback<()>>,
) -> AnyView {
    view! {
        <a
            class="btn btn-default load-more"
            href=safe_href(&href)
            aria-busy=move || loading.get().then_some("true")
            on:click=move |event| {
                if let Some(on_more) = on_more {
                    event.prevent_default();
                    on_more.run(());
                }
            }
        >
            <span class="btn-label">{label}</span>
        </a>
    }
    .into_any()
}

/// Back and forth through pages; an empty address leaves that side out.
#[component]
pub fn Pager(
    /// Spoken name.
    #[prop(into)]
    label: Text,
    /// Address of the page before.
    #[prop(into)]
    prev_href: Text,
    /// Its wording.
    #[prop(into)]
    prev_label: Text,
    /// Address of the page after.
    #[prop(into)]
    next_href: Text,
    /// Its wording.
    #[prop(into)]
    next_label: Text,
) -> AnyView {
    let side = |href: Text, label: Text, rel: &'static str| {
        (!href.is_empty()).then(|| {
            view! {
                <a class="btn btn-default btn-sm" href=safe_href(&href) rel=rel>
                    <span class="btn-label">{label}</span>
                </a>
            }
        })
    };
    view! {
        <nav class="pager" aria-label=label>
            {side(prev_href, prev_label, "prev")}
            {side(next_href, next_label, "next")}
        </nav>
    }
    .into_any()
}
