//! Ways to reach somebody: call, write, copy, change, remove, add.

use super::{Record, also_used::AlsoUsed, copy};
use crate::{
    customers::api::set_contact,
    error::AppError,
    form::fresh,
    frame::{focus_on, save_trouble},
    i18n::{format, words},
    ui::{
        Button, Choice, InlineField, InlineState, InputKind, Menu, MenuItem, Need, Section,
        SelectField, Size, TextField, Variant, safe_href,
    },
};
use domain::{
    contact::{ContactKind, ContactPoint},
    failure::Failure,
    id::ContactPointId,
    policy::{Access, Detail, Veiled},
    removed::Removed,
};
use leptos::{prelude::*, task::spawn_local};

/// The section with all of them.
pub(crate) fn contacts(record: Record) -> AnyView {
    let text = record.text;
    let adding = RwSignal::new(false);
    let also = AlsoUsed::new(record);
    let open: Vec<ContactKind> = ContactKind::ALL
        .iter()
        .copied()
        .filter(|kind| record.access(Detail::of_contact(*kind)) == Access::Edit)
        .collect();
    let may_add = record.may_edit && !open.is_empty();
    let open = StoredValue::new(open);
    let actions = move || {
        may_add.then(|| {
            view! {
                <Button
                    variant=Variant::Quiet
                    size=Size::Sm
                    icon="plus"
                    on_click=move |_| adding.set(true)
                >
                    {text.common_add()}
                </Button>
            }
        })
    };
    view! {
        <Section title=text.customer_contacts() id="contacts" actions=actions>
            <For each=move || record.contacts() key=|point| point.id let:point>
                {row(record, point, also)}
            </For>
            {move || {
                (record.contacts().is_empty() && !adding.get())
                    .then(|| view! { <p class="muted">{text.customer_contact_empty()}</p> })
            }}
            {move || adding.get().then(|| new_contact(record, adding, also, open))}
            {also.hint()}
        </Section>
    }
    .into_any()
}

fn input_kind(kind: ContactKind) -> InputKind {
    match kind {
        ContactKind::Mobile | ContactKind::Phone => InputKind::Tel,
        ContactKind::Email => InputKind::Email,
        ContactKind::Wechat | ContactKind::Wecom | ContactKind::Other => InputKind::Text,
    }
}

/// The address that calls or writes, if there is one. Nobody is reached by a part of it.
pub(super) fn reach(record: Record, point: &ContactPoint) -> Option<String> {
    if record.access(Detail::of_contact(point.kind)) < Access::Read {
        return None;
    }
    match point.kind {
        ContactKind::Mobile | ContactKind::Phone if point.norm.is_empty() => {
            Some(crate::customers::list::dial(&point.raw))
        }
        ContactKind::Mobile | ContactKind::Phone => Some(format!("tel:{}", point.norm)),
        ContactKind::Email => Some(format!("mailto:{}", point.raw)),
        ContactKind::Wechat | ContactKind::Wecom | ContactKind::Other => None,
    }
}

/// The value as it is read.
fn shown(point: &ContactPoint) -> String {
    if point.kind.is_phone() { format::phone(&point.norm, &point.raw) } else { point.raw.clone() }
}

fn row(record: Record, point: ContactPoint, also: AlsoUsed) -> AnyView {
    let text = record.text;
    let (id, kind) = (point.id, point.kind);
    let access = record.access(Detail::of_contact(kind));
    let masked = access == Access::Masked;
    let veiled = Veiled::Contact(id);
    let state = RwSignal::new(InlineState::Rest);
    let now = Memo::new(move |_| record.contacts().into_iter().find(|other| other.id == id));
    let value = Memo::new(move |_| {
        now.with(|now| now.as_ref().map(|now| now.raw.clone())).unwrap_or_default()
    });
    let display = move || {
        now.get().map(|now| {
            if masked {
                let face = record.reveal().shown(veiled).unwrap_or(now.raw);
                return view! { <span class="select-all num">{face}</span> }.into_any();
            }
            let unread = (now.kind.is_phone() && now.norm.is_empty())
                .then(|| view! { <span class="sub">{text.customer_contact_unread()}</span> });
            let face = shown(&now);
            match reach(record, &now) {
                Some(href) => view! { <a href=safe_href(&href)>{face}</a> {unread} }.into_any(),
                None => view! { <span class="select-all">{face}</span> }.into_any(),
            }
        })
    };
    let may_change = record.may_edit && access == Access::Edit;
    let locked = if may_change { "" } else { text.common_read_only() };
    let beside = if masked {
        record.reveal().button(veiled, words::contact_kind(text, kind).to_owned())
    } else {
        menu(record, id, now, may_change)
    };
    view! {
        <div class="cluster">
            <div class="grow"><InlineField
                label=words::contact_kind(text, kind)
                name=format!("contact-{id}")
                value=value
                state=state
                on_save=move |typed: String| {
                    also.contact(kind, &typed);
                    change(record, id, kind, typed, value.get_untracked(), state);
                }
                display=display
                kind=input_kind(kind)
                locked=locked
            /></div>
            {beside}
        </div>
    }
    .into_any()
}

fn menu(
    record: Record,
    id: ContactPointId,
    now: Memo<Option<ContactPoint>>,
    may_change: bool,
) -> AnyView {
    let text = record.text;
    let toasts = record.toasts;
    let copied = move || {
        if let Some(now) = now.get_untracked() {
            let what = shown(&now);
            if copy::copy(&what) {
                toasts.done(text.toast_copied(&what));
            }
        }
    };
    let name = Memo::new(move |_| now.with(|now| now.as_ref().map(shown)).unwrap_or_default());
    let go = move || {
        now.get().and_then(|now| {
            let href = reach(record, &now)?;
            let (icon, label) = if now.kind.is_phone() {
                ("phone", text.common_call())
            } else {
                ("mail", text.common_write())
            };
            Some(view! { <MenuItem label=label icon=icon href=href /> })
        })
    };
    view! {
        <Menu
            id=format!("contact-menu-{id}")
            label=text.common_more_for(&name.get_untracked())
            size=Size::Sm
        >
            {go}
            <MenuItem label=text.common_copy() icon="copy" on_click=copied />
            {may_change
                .then(|| {
                    view! {
                        <MenuItem
                            label=text.common_remove()
                            icon="trash-2"
                            danger=true
                            on_click=move || remove(record, now)
                        />
                    }
                })}
        </Menu>
    }
    .into_any()
}

/// Sends a changed value and shows what became of it in its field.
fn change(
    record: Record,
    id: ContactPointId,
    kind: ContactKind,
    typed: String,
    expected: String,
    state: RwSignal<InlineState>,
) {
    if typed.trim().is_empty() {
        // Emptying a field is not removing: that is in the menu, with a way back.
        state.set(InlineState::Failed { message: record.text.error_field_required().to_owned() });
        return;
    }
    state.set(InlineState::Saving);
    let (subject, seen) = (record.subject(), record.version());
    spawn_local(async move {
        let _writing = record.writing();
        match set_contact(fresh(), subject, Some(id), kind, typed, expected).await {
            Ok(version) => {
                record.touched(seen, version).await;
                state.try_set(InlineState::Saved);
            }
            Err(error) => {
                let field = format!("contact.{}", kind.code());
                let outcome = record.refused(&field, &error).await;
                state.try_set(outcome);
            }
        }
    });
}

/// Removes one, with a way back.
fn remove(record: Record, now: Memo<Option<ContactPoint>>) {
    let Some(point) = now.get_untracked() else { return };
    let text = record.text;
    let toasts = record.toasts;
    let (subject, seen) = (record.subject(), record.version());
    let place = untrack(|| record.contacts()).iter().position(|other| other.id == point.id);
    let place = place.and_then(|place| u16::try_from(place).ok()).unwrap_or(u16::MAX);
    spawn_local(async move {
        let _writing = record.writing();
        let ContactPoint { id, kind, raw, .. } = point.clone();
        match set_contact(fresh(), subject, Some(id), kind, String::new(), raw).await {
            Ok(version) => {
                record.touched(seen, version).await;
                let said = text.customer_contact_removed(&shown(&point));
                record.removed(said, Removed::Contact { of: subject, point, place });
            }
            Err(error) => {
                toasts.error(save_trouble(text, &error));
                record.reload().await;
            }
        }
    });
}

/// The form for one more.
fn new_contact(
    record: Record,
    adding: RwSignal<bool>,
    also: AlsoUsed,
    open: StoredValue<Vec<ContactKind>>,
) -> AnyView {
    let text = record.text;
    let first = open.with_value(|open| open.first().copied()).unwrap_or(ContactKind::Mobile);
    let kind = RwSignal::new(first.code().to_owned());
    let raw = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    // One name until it is answered for: sent again after a lost answer, it is added once.
    let attempt = StoredValue::new(fresh());
    Effect::new(|_| focus_on("f-contact_raw"));
    let kinds: Vec<Choice> = open.with_value(|open| {
        open.iter().map(|kind| Choice::new(kind.code(), words::contact_kind(text, *kind))).collect()
    });
    let add = move || {
        let Ok(kind) = ContactKind::parse(&kind.get_untracked()) else { return };
        // Enter pressed twice is one way to reach somebody.
        if busy.get_untracked() {
            return;
        }
        let (subject, seen) = (record.subject(), record.version());
        busy.set(true);
        let typed = raw.get_untracked();
        spawn_local(async move {
            let _writing = record.writing();
            let name = attempt.get_value();
            let answer = set_contact(name, subject, None, kind, typed.clone(), String::new()).await;
            busy.try_set(false);
            match answer {
                Ok(version) => {
                    also.contact(kind, &typed);
                    adding.try_set(false);
                    record.touched(seen, version).await;
                }
                Err(AppError::Failure(Failure::Invalid(errors))) => {
                    attempt.try_set_value(fresh());
                    let first = errors.0.first();
                    problem.try_set(first.map(|(name, e)| words::form_error(text, name, e)));
                }
                Err(error) => {
                    problem.try_set(Some(save_trouble(text, &error)));
                }
            }
        });
    };
    view! {
        <div class="stack">
            <SelectField value=kind options=kinds label=text.field_contact_kind() name="contact_kind" />
            <TextField
                value=raw
                label=text.field_contact_raw()
                name="contact_raw"
                need=Need::Required
                autocomplete="off"
                error=problem
                on_input=move |_| problem.set(None)
                on_enter=move |_| add()
            />
            <div class="cluster">
                <Button variant=Variant::Primary size=Size::Sm loading=busy on_click=move |_| add()>
                    {text.common_add()}
                </Button>
                <Button size=Size::Sm on_click=move |_| adding.set(false)>
                    {text.common_cancel()}
                </Button>
            </div>
        </div>
    }
    .into_any()
}
