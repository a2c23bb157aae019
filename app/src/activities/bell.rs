//! The bell: what somebody was given, is due, or was done by others; how much of it is new follows by itself.

use super::{
    api::{list_notifications, read_notifications, unread_notifications},
    look::{href, today},
};
use crate::{
    boot::{use_boot, use_now},
    frame::{read_trouble, use_live},
    i18n::{Text, format, use_text},
    ui::{Button, Dialog, DialogShape, EmptyState, Icon, Skeleton, SkeletonKind, Variant},
};
use domain::{
    notification::{Notification, NotificationKind},
    policy::{Action, Object},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

/// The bell of the frame. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(crate) struct Bell {
    text: Text,
    unread: RwSignal<i64>,
    open: RwSignal<bool>,
    /// Nothing until they have come.
    all: RwSignal<Option<Vec<Notification>>>,
    trouble: RwSignal<Option<String>>,
}

impl Bell {
    /// For who may be told of something.
    pub(crate) fn new() -> Option<Self> {
        let text = use_text();
        if !use_boot().with_value(|boot| boot.may(Action::View, Object::Activity)) {
            return None;
        }
        let bell = Self {
            text,
            unread: RwSignal::new(0),
            open: RwSignal::new(false),
            all: RwSignal::new(None),
            trouble: RwSignal::new(None),
        };
        let live = use_live(Object::Activity);
        Effect::new(move |_| {
            live.track();
            spawn_local(bell.count());
            if bell.open.get_untracked() {
                spawn_local(bell.read());
            }
        });
        Some(bell)
    }

    /// The button with its number.
    pub(crate) fn button(self) -> AnyView {
        let text = self.text;
        let path = use_location().pathname;
        let label = move || match self.unread.get() {
            0 => text.bell_title().to_owned(),
            unread => text.bell_unread(unread),
        };
        let number = move || {
            let unread = self.unread.get();
            (unread > 0)
                .then(|| view! { <span class="bell-number num" aria-hidden="true">{unread}</span> })
        };
        view! {
            <button
                type="button"
                class="btn btn-icon btn-quiet bell"
                // Phones have room for it on the first page alone.
                class:phone-keep=move || path.get() == "/"
                aria-label=label
                data-tip=text.bell_title()
                data-needs-live="true"
                on:click=move |_| self.open()
            >
                <Icon name="bell" />
                {number}
            </button>
        }
        .into_any()
    }

    async fn count(self) {
        // When nobody answers, the number stays as it was.
        if let Ok(unread) = unread_notifications().await {
            self.unread.try_set(i64::try_from(unread).unwrap_or(i64::MAX));
        }
    }

    async fn read(self) {
        match list_notifications().await {
            Ok(all) => {
                self.all.try_set(Some(all));
                self.trouble.try_set(None);
            }
            Err(error) => {
                self.trouble.try_set(Some(read_trouble(self.text, &error)));
            }
        }
    }

    fn open(self) {
        self.open.set(true);
        spawn_local(self.read());
    }

    /// Says that one was read, or all that are on show.
    fn seen(self, one: Option<&Notification>) {
        let newest = self.all.with_untracked(|all| all.as_ref()?.first().map(|first| first.at));
        let Some(at) = newest else { return };
        let id = one.map(|one| one.id);
        spawn_local(async move {
            // What was not noted is new the next time, too.
            let _ = read_notifications(id, at).await;
            self.count().await;
            self.read().await;
        });
    }

    /// What opens by it.
    pub(crate) fn dialog(self) -> AnyView {
        let text = self.text;
        view! {
            <Dialog
                id="bell"
                open=self.open
                title=text.bell_title()
                shape=DialogShape::Peek
                lazy=true
            >
                {move || self.content()}
            </Dialog>
        }
        .into_any()
    }

    fn content(self) -> AnyView {
        let text = self.text;
        if let Some(trouble) = self.trouble.get() {
            return view! { <p role="alert">{trouble}</p> }.into_any();
        }
        let Some(all) = self.all.get() else {
            return view! { <Skeleton kind=SkeletonKind::Card count=1 /> }.into_any();
        };
        if all.is_empty() {
            return view! {
                <EmptyState icon="bell" title=text.bell_empty_title() text=text.bell_empty_body() compact=true />
            }
            .into_any();
        }
        let read_all = all.iter().any(|one| !one.read).then(|| {
            view! {
                <Button variant=Variant::Quiet on_click=move |_| self.seen(None)>
                    {text.bell_read_all()}
                </Button>
            }
        });
        let (boot, now) = (use_boot(), use_now().get_untracked());
        let is_today =
            |one: &Notification| boot.with_value(|boot| today(boot, one.at) == today(boot, now));
        let (new, old): (Vec<_>, Vec<_>) = all.into_iter().partition(is_today);
        view! {
            {self.group(text.common_today(), new)}
            {self.group(text.bell_earlier(), old)}
            {read_all}
        }
        .into_any()
    }

    fn group(self, label: &'static str, all: Vec<Notification>) -> AnyView {
        if all.is_empty() {
            return ().into_any();
        }
        let lines = all.into_iter().map(|one| self.line(one)).collect_view();
        view! {
            <section class="day-group">
                <h3 class="day-label">{label}</h3>
                <ul class="told-list">{lines}</ul>
            </section>
        }
        .into_any()
    }

    fn line(self, one: Notification) -> AnyView {
        let text = self.text;
        let (boot, now, at) = (use_boot(), use_now(), one.at);
        let time = move || boot.with_value(|boot| format::ago(text, at, now.get(), &boot.zone));
        let sentence = sentence(text, &one);
        let icon = match one.kind {
            NotificationKind::Due => "clock",
            NotificationKind::Given => "user-plus",
            NotificationKind::Done => "circle-check",
            NotificationKind::InCharge => "circle-user",
            NotificationKind::Overdue => "circle-alert",
        };
        let href = href(&one.record);
        let record = one.record.name.clone();
        let new = (!one.read).then_some("new");
        let read = move |_| {
            self.open.set(false);
            if !one.read {
                self.seen(Some(&one));
            }
        };
        view! {
            <li>
                <a class="told" href=href data-state=new on:click=read>
                    <span class="planned-icon">
                        <Icon name=icon class="icon-sm" />
                    </span>
                    <span class="planned-body">
                        <span class="planned-title">{sentence}</span>
                        <span class="sub">{record} " · " <span class="num">{time}</span></span>
                    </span>
                    {new.map(|_| view! { <span class="visually-hidden">{text.bell_new()}</span> })}
                </a>
            </li>
        }
        .into_any()
    }
}

/// What it says.
fn sentence(text: Text, one: &Notification) -> String {
    let who = if one.by_name.is_empty() { text.timeline_system() } else { &one.by_name };
    match one.kind {
        NotificationKind::Due => text.bell_due(&one.title),
        NotificationKind::Given => text.bell_given(&one.title, who),
        NotificationKind::Done => text.bell_done(&one.title, who),
        NotificationKind::InCharge => text.bell_in_charge(who),
        NotificationKind::Overdue => text.bell_overdue().to_owned(),
    }
}
