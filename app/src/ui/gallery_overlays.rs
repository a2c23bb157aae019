//! Gallery: what opens above the page. Menus, dialogs, toasts, palette, shortcut sheet, help.

#![allow(clippy::wildcard_imports, reason = "the gallery shows all of the kit")]

use leptos::prelude::*;

use super::{gallery::specimen, *};

pub(crate) fn overlays() -> AnyView {
    let centre = RwSignal::new(false);
    let peek = RwSignal::new(false);
    let confirm = RwSignal::new(false);
    let palette = RwSignal::new(false);
    let help = RwSignal::new(false);
    let sheet = RwSignal::new(false);
    let toasts = use_toasts();
    let openers = view! {
        <div class="specimen-row">
            {menus()}
            <Button opens="g-centre">"Dialog"</Button>
            <Button opens="g-peek">"预览"</Button>
            <Button on_click=move |_| confirm.set(true)>"Erase…"</Button>
            <Button icon="search" on_click=move |_| palette.set(true)>"Palette"</Button>
            <Button icon="circle-question-mark" on_click=move |_| help.set(true)>"Help"</Button>
            <Button icon="keyboard" on_click=move |_| sheet.set(true)>"Shortcuts"</Button>
            <Button on_click=move |_| {
                toasts.undo("Deleted Acme Ltd", Callback::new(move |()| {
                    toasts.done("Acme Ltd is back");
                }));
            }>"Toast with undo"</Button>
            <Button on_click=move |_| { toasts.error("没有网络，操作未完成"); }>"Error toast"</Button>
            <Tooltip text="Last contact is the newest call, visit or message." id="g-tip">
                <button type="button" class="btn btn-quiet btn-icon" aria-label="What is this" aria-describedby="g-tip">
                    <Icon name="info" />
                </button>
            </Tooltip>
        </div>
    };
    let view = view! {
        {openers}
        {dialogs(centre, peek)}
        <ConfirmDialog
            id="g-confirm"
            open=confirm
            title="Erase 张小明 for good?"
            body="Removes the person and 12 linked items. This can't be undone."
            action="Erase"
            typed="张小明"
            typed_label="Type the name to go on"
            on_confirm=move || confirm.set(false)
        />
        {palette_view(palette)}
        <HelpPanel open=help title="Customers">
            <p>"A customer is a company or a person you do business with."</p>
            <h2>"Finding one"</h2>
            <ul>
                <li>"Type any part of the name, or the pinyin."</li>
                <li>"Type at least four digits of the phone number."</li>
            </ul>
        </HelpPanel>
        <ShortcutSheet open=sheet title="Shortcuts" />
    };
    specimen("Menus, dialogs, toasts, palette", view.into_any())
}

fn menus() -> AnyView {
    let sort = RwSignal::new("name".to_owned());
    let is = move |key: &'static str| Signal::derive(move || sort.with(|now| now == key));
    view! {
        <Menu id="g-more" label="More">
            <MenuItem label="Edit" icon="pencil" shortcut="e" on_click=|| () />
            <MenuItem label="复制链接" icon="link" on_click=|| () />
            <MenuItem label="Merge" icon="merge" disabled_reason="Needs two customers" />
            <MenuDivider />
            <MenuItem label="Delete" icon="trash-2" danger=true on_click=|| () />
        </Menu>
        <Menu id="g-sort" label="Sort" icon="arrow-up-down" show_label=true variant=Variant::Default>
            <MenuHeading label="Sort by" />
            <MenuItem label="Name" checked=is("name") on_click=move || sort.set("name".into()) />
            <MenuItem label="最近联系" checked=is("last") on_click=move || sort.set("last".into()) />
            <MenuItem label="Value" checked=is("value") on_click=move || sort.set("value".into()) />
        </Menu>
    }
    .into_any()
}

fn dialogs(centre: RwSignal<bool>, peek: RwSignal<bool>) -> AnyView {
    let name = RwSignal::new(String::new());
    let footer = move || {
        view! {
            <Button on_click=move |_| centre.set(false)>"Cancel"</Button>
            <Button variant=Variant::Primary on_click=move |_| centre.set(false)>"Save"</Button>
        }
    };
    view! {
        <Dialog id="g-centre" open=centre title="New customer" footer=footer>
            <TextField value=name label="Name" name="g-d-name" need=Need::Required />
            <TextField value=name label="Phone" name="g-d-phone" kind=InputKind::Tel need=Need::Optional />
        </Dialog>
        <Dialog id="g-peek" open=peek title="华东电子有限公司" shape=DialogShape::Peek>
            <FactList>
                <Fact label="Number">"C-1043"</Fact>
                <Fact label="Owner">"王芳"</Fact>
            </FactList>
        </Dialog>
    }
    .into_any()
}

fn palette_view(open: RwSignal<bool>) -> AnyView {
    let query = RwSignal::new(String::new());
    let all = || {
        vec![
            PaletteGroup {
                title: "Actions".into(),
                items: vec![
                    PaletteItem {
                        key: "new".into(),
                        label: "New customer".into(),
                        icon: "plus".into(),
                        shortcut: "n c".into(),
                        ..PaletteItem::default()
                    },
                    PaletteItem {
                        key: "export".into(),
                        label: "Export".into(),
                        icon: "download".into(),
                        disabled_reason: "You may not export".into(),
                        ..PaletteItem::default()
                    },
                ],
            },
            PaletteGroup {
                title: "客户".into(),
                items: vec![PaletteItem {
                    key: "C-1043".into(),
                    label: "华东电子有限公司".into(),
                    detail: "C-1043 · 王芳".into(),
                    avatar: Some(AvatarKind::Company),
                    href: "#C-1043".into(),
                    ..PaletteItem::default()
                }],
            },
        ]
    };
    let groups = Signal::derive(move || {
        let wanted = query.get().to_lowercase();
        let mut groups = all();
        for group in &mut groups {
            group.items.retain(|item| item.label.to_lowercase().contains(&wanted));
        }
        groups
    });
    view! {
        <CommandPalette
            open=open
            label="Find or do"
            placeholder="Customer, person, phone or action"
            groups=groups
            answered=query
            on_query=move |text| query.set(text)
            empty="Nothing found"
            footer=|| view! { <Kbd keys="enter" /> " Open " <Kbd keys="mod+enter" /> " New tab" }
        />
    }
    .into_any()
}
