//! The pieces both forms are made of: a line, a choice, the owner, the bar at the lower edge.

use super::fields::{Fields, id};
use crate::{
    boot::use_boot,
    error::AppError,
    frame::{Draft, save_trouble, sign_in_again},
    i18n::{use_text, words},
    ui::{
        Banner, Button, ButtonKind, Choice, FormErrors, Hotkey, InputKind, LinkButton, Need,
        NumberField, SaveBar, SelectField, Text, TextArea, TextField, Tone, Variant, use_hotkey,
    },
};
use domain::{
    failure::Failure,
    policy::{Access, Action},
};
use leptos::{ev::MouseEvent, prelude::*, wasm_bindgen::JsCast, web_sys};

/// The name a field is sent under.
pub(super) fn sent_as(name: &str) -> String {
    format!("form[{name}]")
}

/// How a line is typed.
#[derive(Clone, Copy, Default)]
pub(crate) struct Line {
    pub kind: InputKind,
    pub need: Need,
    pub hint: &'static str,
    pub example: &'static str,
}

/// One line of text.
pub(crate) fn line(fields: Fields, name: &'static str, line: Line) -> AnyView {
    line_with(fields, name, line, || ().into_any())
}

/// Whether the form leaves a field out: whoever fills it in does not see such details of any record.
fn left_out(fields: Fields, name: &str) -> bool {
    let access =
        use_boot().with_value(|boot| boot.rights.details().access_named(fields.object(), name));
    access == Access::Hidden
}

/// One line of text with something below it.
pub(crate) fn line_with(
    fields: Fields,
    name: &'static str,
    line: Line,
    below: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    if left_out(fields, name) {
        return ().into_any();
    }
    let label = words::field(use_text(), fields.object(), name);
    view! {
        <TextField
            value=fields.value(name)
            label=label
            name=sent_as(name)
            id=id(name)
            kind=line.kind
            need=line.need
            hint=line.hint
            placeholder=line.example
            autocomplete="off"
            error=fields.error(name)
            on_input=move |_| fields.corrected(name)
            on_blur=move |_| fields.left(name)
        >
            {below()}
        </TextField>
    }
    .into_any()
}

/// A number, with its unit.
pub(crate) fn number(
    fields: Fields,
    name: &'static str,
    whole: bool,
    unit: Text,
    hint: &'static str,
) -> AnyView {
    if left_out(fields, name) {
        return ().into_any();
    }
    let label = words::field(use_text(), fields.object(), name);
    view! {
        <NumberField
            value=fields.value(name)
            label=label
            name=sent_as(name)
            id=id(name)
            whole=whole
            suffix=unit
            hint=hint
            error=fields.error(name)
            on_blur=move |_| fields.left(name)
        />
    }
    .into_any()
}

/// Several lines of text.
pub(crate) fn area(fields: Fields, name: &'static str, hint: &'static str) -> AnyView {
    if left_out(fields, name) {
        return ().into_any();
    }
    let label = words::field(use_text(), fields.object(), name);
    view! {
        <TextArea
            value=fields.value(name)
            label=label
            name=sent_as(name)
            id=id(name)
            hint=hint
            error=fields.error(name)
            on_input=move |_| fields.corrected(name)
            on_blur=move |_| fields.left(name)
        />
    }
    .into_any()
}

/// One of a closed list; `empty` is the wording of no choice.
pub(crate) fn choice(
    fields: Fields,
    name: &'static str,
    options: Vec<Choice>,
    empty: &'static str,
) -> AnyView {
    if left_out(fields, name) {
        return ().into_any();
    }
    let label = words::field(use_text(), fields.object(), name);
    view! {
        <SelectField
            value=fields.value(name)
            options=options
            label=label
            name=sent_as(name)
            id=id(name)
            placeholder=empty
            error=fields.error(name)
            on_change=move |_| fields.corrected(name)
        />
    }
    .into_any()
}

/// The choices of a closed list of the domain.
pub(crate) fn choices<C: words::Choice>() -> Vec<Choice> {
    words::options::<C>(use_text())
        .into_iter()
        .map(|(code, label)| Choice::new(code, label))
        .collect()
}

/// The colleague in charge; oneself for who may not put others in charge.
pub(crate) fn owner(fields: Fields) -> AnyView {
    let text = use_text();
    let object = fields.object();
    let may_assign = use_boot().with_value(|boot| boot.may(Action::Assign, object));
    let colleagues = use_boot().with_value(|boot| {
        boot.colleagues
            .iter()
            .filter(|colleague| may_assign || colleague.id == boot.user)
            .map(|colleague| {
                let label = if colleague.id == boot.user {
                    text.customer_owner_me(&colleague.name)
                } else {
                    colleague.name.clone()
                };
                Choice::new(colleague.id.to_string(), label)
            })
            .collect::<Vec<_>>()
    });
    let none = if may_assign { text.customer_owner_none() } else { "" };
    choice(fields, "owner", colleagues, none)
}

/// Keeps what is typed until it is saved, for those who come back by another way than saving.
/// While it is being saved nothing is kept: the page may be gone before it knows that it was.
/// Says above the form when something came back.
pub(crate) fn keep_draft(
    fields: Fields,
    draft: Draft,
    away: Signal<bool>,
    without: &'static [&'static str],
) -> AnyView {
    let text = use_text();
    let restored = RwSignal::new(false);
    let typed = Signal::derive(move || if away.get() { String::new() } else { fields.draft() });
    draft.follow(typed, move |kept| {
        // What was typed before the page was live is newer.
        if untrack(|| fields.changed()) == 0 && fields.restore(&kept, without) {
            restored.set(true);
        }
    });
    (move || {
        restored.get().then(|| {
            view! {
                <Banner tone=Tone::Info on_close=move || restored.set(false)>
                    {text.common_draft_restored()}
                </Banner>
            }
        })
    })
    .into_any()
}

/// What stands above the fields: several problems at once, or why nothing was saved.
pub(crate) fn summary(fields: Fields, answer: Signal<Option<AppError>>) -> AnyView {
    let text = use_text();
    let problems = fields.summary();
    let title = move || {
        let count = i64::try_from(problems.read().len()).unwrap_or(i64::MAX);
        text.common_form_errors(count)
    };
    let whole = move || {
        answer.get().filter(|error| !matches!(error, AppError::Failure(Failure::Invalid(_)))).map(
            |error| {
                let said = save_trouble(text, &error);
                view! {
                    <Banner tone=Tone::Bad actions=move || sign_in_again(text, &error)>
                        {said}
                    </Banner>
                }
            },
        )
    };
    view! {
        {whole}
        {move || view! { <FormErrors title=title() errors=problems /> }}
    }
    .into_any()
}

/// Says above the form what the last one made, and leads to it; `said` has its number.
pub(crate) fn added(
    folder: &'static str,
    number: &str,
    said: fn(crate::i18n::Text, &str) -> String,
) -> AnyView {
    if number.is_empty() {
        return ().into_any();
    }
    let text = use_text();
    let href = format!("/{folder}/{}", crate::frame::address::encode(number));
    let open = move || {
        view! {
            <a class="btn btn-default btn-sm" href=href.clone()>
                <span class="btn-label">{text.common_open()}</span>
            </a>
        }
    };
    let said = said(text, number);
    view! {
        <Banner tone=Tone::Ok actions=open>
            {said}
        </Banner>
    }
    .into_any()
}

/// Does what a click on the save button does.
fn press_save() {
    let button = document()
        .query_selector(".form-page button[name=then][value=open]")
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(button) = button {
        button.click();
    }
}

/// Cancel, save, save and new. Enter in a field saves, because that is the first of the two.
pub(crate) fn save_bar(fields: Fields, pending: Signal<bool>, cancel: &'static str) -> AnyView {
    let text = use_text();
    let send = move |event: MouseEvent| {
        if !fields.all_well() {
            event.prevent_default();
            fields.focus_first_problem();
        }
    };
    for keys in ["mod+s", "mod+enter"] {
        let group = text.shortcut_form();
        use_hotkey(Hotkey::new(keys, text.shortcut_submit(), group, press_save));
    }
    let status =
        Signal::derive(
            move || {
                if pending.get() { text.common_saving().to_owned() } else { String::new() }
            },
        );
    view! {
        <SaveBar status=status>
            <LinkButton href=cancel>{text.common_cancel()}</LinkButton>
            <Button
                variant=Variant::Primary
                kind=ButtonKind::Submit
                name="then"
                value="open"
                loading=pending
                shortcut="mod+s"
                on_click=send
            >
                {text.common_save()}
            </Button>
            <Button
                kind=ButtonKind::Submit
                name="then"
                value="again"
                loading=pending
                class="not-phone"
                on_click=send
            >
                {text.common_save_and_new()}
            </Button>
        </SaveBar>
    }
    .into_any()
}
