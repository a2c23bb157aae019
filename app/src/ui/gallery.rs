//! Every component in every state, for looking and for automatic checks. Debug builds only.
//! The wording here is sample data in both languages.

#![allow(clippy::wildcard_imports, reason = "the gallery shows all of the kit")]

use leptos::prelude::*;

use super::{
    gallery_overlays::overlays,
    gallery_records::{lists, matrix, small_parts, states},
    *,
};

/// The page at `/dev/gallery`. `zh` shows the kit's own words in Chinese.
#[component]
pub fn GalleryPage(
    /// Chinese instead of English.
    #[prop(optional)]
    zh: bool,
) -> AnyView {
    provide_words(if zh { chinese_words() } else { english_words() });
    if use_context::<Toasts>().is_none() {
        provide_toasts();
    }
    view! {
        <Page title="Components" count="48">
            <div class="gallery">
                {buttons()}
                {text_fields()}
                {choices()}
                {searching()}
                {inline_fields()}
                {small_parts()}
                {lists()}
                {matrix()}
                {states()}
                {overlays()}
            </div>
        </Page>
    }
    .into_any()
}

/// A titled part of the gallery.
pub(crate) fn specimen(title: &'static str, content: AnyView) -> AnyView {
    view! {
        <section class="specimen">
            <h2 class="specimen-title">{title}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn buttons() -> AnyView {
    let loud = view! {
        <div class="specimen-row">
            <Button variant=Variant::Primary icon="plus">"New customer"</Button>
            <Button variant=Variant::Primary>"新建客户"</Button>
            <Button>"Export"</Button>
            <Button icon="download">"导出"</Button>
            <Button variant=Variant::Quiet icon="list-filter">"Filter"</Button>
            <Button variant=Variant::Danger icon="trash-2">"Delete"</Button>
            <LinkButton href="/customers" icon="arrow-right">"A link"</LinkButton>
        </div>
    };
    let states = view! {
        <div class="specimen-row">
            <Button variant=Variant::Primary loading=true>"Saving"</Button>
            <Button loading=true>"Saving"</Button>
            <Button disabled=true>"Cannot be used"</Button>
            <Button disabled=true disabled_reason="Only the owner can export">"With a reason"</Button>
            <Button variant=Variant::Primary disabled=true>"Cannot be used"</Button>
            <Button size=Size::Sm>"Small"</Button>
            <Button size=Size::Lg variant=Variant::Primary>"Large"</Button>
        </div>
    };
    let starred = RwSignal::new(true);
    let icons = view! {
        <div class="specimen-row">
            <IconButton icon="search" label="Search" shortcut="mod+k" />
            <IconButton icon="bell" label="通知" />
            <IconButton
                icon="star"
                label="Favourite"
                pressed=starred
                on_click=move |_| starred.update(|on| *on = !*on)
            />
            <IconButton icon="trash-2" label="Delete" disabled=true />
            <TextLink href="/help">"Read more"</TextLink>
            <TextLink href="https://example.com/" external=true>"example.com"</TextLink>
        </div>
    };
    specimen("Buttons and links", view! { {loud} {states} {icons} }.into_any())
}

fn text_fields() -> AnyView {
    let text = |value: &str| RwSignal::new(value.to_owned());
    let wrong = Signal::stored(Some("Enter a phone number with area code".to_owned()));
    let left = view! {
        <div class="form">
            <TextField value=text("Acme Ltd") label="Name" name="g-name" need=Need::Required />
            <TextField
                value=text("")
                label="E-mail"
                name="g-mail"
                kind=InputKind::Email
                need=Need::Optional
                hint="Used for quotes and invoices"
                placeholder="name@company.com"
            />
            <TextField value=text("12") label="Phone" name="g-phone" kind=InputKind::Tel error=wrong />
            <TextField value=text("secret") label="Password" name="g-pass" kind=InputKind::Password />
            <TextField value=text("C-1042") label="Number" name="g-number" disabled=true />
            <FormRow>
                <NumberField value=text("12.5") label="Discount" name="g-discount" suffix="%" />
                <MoneyField
                    amount=text("12,882.00")
                    currency=text("CNY")
                    currencies=vec![Choice::new("CNY", "CNY"), Choice::new("EUR", "EUR")]
                    label="Amount"
                    name="g-amount"
                />
            </FormRow>
        </div>
    };
    let right = view! {
        <div class="form" lang="zh-CN">
            <TextField value=text("华东电子有限公司") label="名称" name="h-name" need=Need::Starred />
            <TextField value=text("") label="邮箱" name="h-mail" need=Need::Optional hint="用于发送报价单和发票" />
            <TextField
                value=text("12")
                label="电话"
                name="h-phone"
                error=Signal::stored(Some("请填写带区号的电话".to_owned()))
            />
            <SelectField
                value=text("east")
                options=vec![Choice::new("east", "华东"), Choice::new("south", "华南")]
                label="地区"
                name="h-region"
                placeholder="请选择"
            />
            <DateField value=text("2026-11-22") label="签约日期" name="h-date" placeholder="2026-11-22" />
            <TextArea
                value=text("周三前回电，确认合同条款。")
                label="备注"
                name="h-note"
                hint="按 Ctrl+Enter 发送"
            />
        </div>
    };
    specimen("Fields", view! { <div class="gallery-pair">{left} {right}</div> }.into_any())
}

fn choices() -> AnyView {
    let on = || RwSignal::new(true);
    let off = || RwSignal::new(false);
    let theme = RwSignal::new("auto".to_owned());
    let same = RwSignal::new("skip".to_owned());
    let left = view! {
        <div class="stack">
            <Checkbox checked=on() label="Send a copy to me" name="g-copy" />
            <Checkbox checked=off() label="VIP" hint="Shown first in lists" name="g-vip" />
            <Checkbox checked=on() label="Cannot be changed" disabled=true />
            <Switch checked=on() label="单键快捷键" hint="关闭后只保留组合键" name="g-keys" />
            <Switch checked=off() label="E-mail me about assignments" />
            <Segmented
                label="Theme"
                name="g-theme"
                value=theme
                show_label=true
                options=vec![
                    Choice::new("light", "浅色"),
                    Choice::new("dark", "深色"),
                    Choice::new("auto", "跟随系统"),
                ]
            />
        </div>
    };
    let right = view! {
        <RadioGroup
            label="When a customer is already there"
            name="g-same"
            value=same
            options=vec![
                Choice::new("skip", "Skip").hint("Leaves the customer as it is"),
                Choice::new("fill", "Fill empty fields").hint("Changes nothing that is filled"),
                Choice::new("over", "Overwrite").hint("The file wins; every change is in the history"),
            ]
        />
        <FileDrop
            label="File"
            name="g-file"
            choose="Choose a file or drop it here"
            hint="CSV, XLSX or vCard, up to 50 MB"
            accept=".csv,.xlsx,.vcf"
            items=vec![
                UploadItem {
                    key: "1".into(),
                    name: "客户名单.xlsx".into(),
                    size: "1.2 MB".into(),
                    percent: Some(62),
                    error: None,
                    done: false,
                },
                UploadItem {
                    key: "2".into(),
                    name: "people.vcf".into(),
                    size: "18 KB".into(),
                    percent: None,
                    error: Some("This file has no contacts in it".into()),
                    done: false,
                },
            ]
            on_remove=|_| ()
            on_retry=|_| ()
        />
    };
    let pair = view! { <div class="gallery-pair">{left} <div class="stack">{right}</div></div> };
    specimen("Choices and files", pair.into_any())
}

fn searching() -> AnyView {
    let owners = vec![
        ComboOption {
            value: "u1".into(),
            label: "林晓".into(),
            detail: "Sales, East".into(),
            avatar: Some(AvatarKind::Person),
        },
        ComboOption {
            value: "u2".into(),
            label: "Ana Ruiz".into(),
            detail: "Sales, South".into(),
            avatar: Some(AvatarKind::Person),
        },
    ];
    let owner = RwSignal::new(vec![owners[0].clone()]);
    let tags = RwSignal::new(vec!["VIP".to_owned(), "展会".to_owned()]);
    let view = view! {
        <div class="gallery-pair">
            <div class="stack">
                <SearchBox
                    value=RwSignal::new(String::new())
                    label="Search customers"
                    name="g-q"
                    placeholder="Name, pinyin, phone"
                    shortcut="/"
                />
                <Combobox
                    chosen=owner
                    options=owners
                    label="Owner"
                    name="g-owner"
                    no_match="Nobody with this name"
                />
            </div>
            <TagField
                tags=tags
                suggestions=vec!["Wholesale".to_owned(), "老客户".to_owned()]
                label="标签"
                name="g-tags"
                placeholder="输入后按回车"
                create_text=|tag: String| format!("新建“{tag}”")
            />
        </div>
    };
    specimen("Search, combobox, tags", view.into_any())
}

fn inline_fields() -> AnyView {
    let field = |label: &'static str, name: &'static str, value: &str, state: InlineState| {
        let stored = RwSignal::new(value.to_owned());
        let state = RwSignal::new(state);
        let save = move |text: String| {
            stored.set(text);
            state.set(InlineState::Saved);
        };
        view! { <InlineField label=label name=name value=stored state=state on_save=save /> }
    };
    let failed = InlineState::Failed {
        message: "Couldn't save: no connection. Your text is kept here.".into(),
    };
    let conflict = InlineState::Conflict {
        theirs: "138 0013 8001".into(),
        message: "Li Na changed Phone while you were editing".into(),
    };
    let left = view! {
        <Card title="Details">
            {field("Phone", "g-i1", "138 0013 8000", InlineState::Rest)}
            {field("Website", "g-i2", "", InlineState::Rest)}
            {field("Address", "g-i3", "12 Market Street, Leeds", InlineState::Saving)}
            {field("WeChat", "g-i4", "zxm_88", InlineState::Saved)}
        </Card>
    };
    let owner = RwSignal::new("lin".to_owned());
    let right = view! {
        <Card title="出错与冲突">
            {field("Tax id", "g-i5", "91310000MA1K", failed)}
            {field("Phone", "g-i6", "138 0013 8000", conflict)}
            <InlineField
                label="Owner"
                name="g-i7"
                value=owner
                state=RwSignal::new(InlineState::Rest)
                on_save=move |text| owner.set(text)
                options=vec![Choice::new("lin", "林晓"), Choice::new("ana", "Ana Ruiz")]
            />
            <InlineField
                label="Created"
                name="g-i8"
                value="2026-11-02"
                state=RwSignal::new(InlineState::Rest)
                on_save=|_| ()
                locked="Set by the system"
            />
        </Card>
    };
    specimen("Inline editing", view! { <div class="gallery-pair">{left} {right}</div> }.into_any())
}

/// Sample words in English.
pub(crate) fn english_words() -> UiWords {
    UiWords {
        close: "Close".into(),
        cancel: "Cancel".into(),
        save: "Save".into(),
        retry: "Try again".into(),
        undo: "Undo".into(),
        revert: "Revert".into(),
        edit: "Edit".into(),
        optional: "optional".into(),
        loading: "Loading".into(),
        saving: "Saving".into(),
        saved: "Saved".into(),
        clear: "Clear".into(),
        remove: "Remove".into(),
        more: "More".into(),
        copy: "Copy".into(),
        copied: "Copied".into(),
        reference: "Reference".into(),
        show_password: "Show".into(),
        hide_password: "Hide".into(),
        use_theirs: "Use theirs".into(),
        keep_mine: "Keep mine".into(),
        theirs: "Theirs".into(),
        mine: "Mine".into(),
        empty_value: "Empty".into(),
        select_all: "Select all".into(),
        back: "Back".into(),
        pick_date: "Pick a date".into(),
        currency: "Currency".into(),
        skip_to_content: "Skip to content".into(),
        navigation: "Main".into(),
        toggle_sidebar: "Fold the sidebar".into(),
        messages: "Messages".into(),
        opens_new_tab: "(opens in a new tab)".into(),
        up: "Up".into(),
        down: "Down".into(),
        pinned: "Pinned".into(),
        step_done: "Done".into(),
        step_error: "Needs attention".into(),
    }
}

fn chinese_words() -> UiWords {
    UiWords {
        close: "关闭".into(),
        cancel: "取消".into(),
        save: "保存".into(),
        retry: "重试".into(),
        undo: "撤销".into(),
        optional: "选填".into(),
        show_password: "显示".into(),
        hide_password: "隐藏".into(),
        use_theirs: "用对方的".into(),
        keep_mine: "保留我的".into(),
        theirs: "对方".into(),
        mine: "我的".into(),
        empty_value: "未填写".into(),
        reference: "编号".into(),
        back: "返回".into(),
        ..english_words()
    }
}
