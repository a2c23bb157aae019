//! All shortcuts that work on this page, by group. Opened with `?`.

use leptos::prelude::*;

use super::{Dialog, HotkeyInfo, Kbd, Text, use_hotkeys};

/// The sheet itself.
#[component]
pub fn ShortcutSheet(
    /// Whether it is open, both ways.
    open: RwSignal<bool>,
    /// Its title.
    #[prop(into)]
    title: Text,
) -> AnyView {
    let hotkeys = use_hotkeys();
    view! {
        <Dialog id="shortcuts" open=open title=title wide=true lazy=true>
            <div class="shortcuts">{move || by_group(hotkeys.list())}</div>
        </Dialog>
    }
    .into_any()
}

fn by_group(list: Vec<HotkeyInfo>) -> AnyView {
    let mut groups = Vec::<(Text, Vec<HotkeyInfo>)>::new();
    for info in list {
        match groups.iter_mut().find(|(title, _)| *title == info.group) {
            Some((_, members)) => members.push(info),
            None => groups.push((info.group.clone(), vec![info])),
        }
    }
    groups
        .into_iter()
        .map(|(title, members)| {
            let lines = members
                .into_iter()
                .map(|info| {
                    view! {
                        <div class="fact">
                            <dt>{info.label}</dt>
                            <dd>
                                <Kbd keys=info.keys />
                            </dd>
                        </div>
                    }
                })
                .collect_view();
            view! {
                <section>
                    <h3 class="menu-heading">{title}</h3>
                    <dl class="facts">{lines}</dl>
                </section>
            }
        })
        .collect_view()
        .into_any()
}
