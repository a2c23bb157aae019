//! Sharing a record: the mark in its head, the entry of its menu, and the dialog that lists whom it is shared with.

pub mod api;
mod form;
pub(crate) mod hand_over;

use super::record::Record;
use crate::{
    boot::{Boot, use_boot},
    error::AppError,
    frame::{read_trouble, save_trouble},
    i18n::{Text, format, words},
    ui::{
        Avatar, Button, ComboOption, Dialog, Icon, IconButton, MenuItem, Skeleton, SkeletonKind,
        Toasts, Tone,
    },
};
use api::{read_shares, unshare};
use domain::{
    audit::{Change, Event},
    date::Date,
    id::{ShareId, UserId},
    share::{Share, ShareWith, SharesOf},
};
use leptos::{prelude::*, task::spawn_local};

/// Most matches that are offered at once.
const OFFERED: usize = 20;

/// What is typed, and those of some choices whose names it is a part of.
pub(crate) fn offered(known: Vec<ComboOption>) -> (RwSignal<String>, Signal<Vec<ComboOption>>) {
    let known = StoredValue::new(known);
    let query = RwSignal::new(String::new());
    let options = Signal::derive(move || {
        let wanted = query.get().trim().to_lowercase();
        known.with_value(|known| {
            let fitting = known.iter().filter(|one| one.label.to_lowercase().contains(&wanted));
            fitting.take(OFFERED).cloned().collect::<Vec<_>>()
        })
    });
    (query, options)
}

/// The dialog and what it shows. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(crate) struct Sharing(StoredValue<Parts>);

#[derive(Clone, Copy)]
struct Parts {
    record: Record,
    /// The dialog is open.
    open: RwSignal<bool>,
    /// Nothing while it is on its way.
    shares: RwSignal<Option<SharesOf>>,
    /// How many the record is shared with.
    count: RwSignal<i64>,
    /// Something is under way.
    busy: RwSignal<bool>,
}

impl Sharing {
    pub(crate) fn new(record: Record) -> Self {
        Self(StoredValue::new(Parts {
            record,
            open: RwSignal::new(false),
            shares: RwSignal::new(None),
            count: RwSignal::new(i64::from(record.shares)),
            busy: RwSignal::new(false),
        }))
    }

    /// Opens the dialog at once and fills it when the answer is there.
    fn ask(self) {
        let (text, toasts, subject) = (self.text(), self.toasts(), self.record().subject());
        let Parts { shares, open, .. } = self.0.get_value();
        shares.set(None);
        open.set(true);
        spawn_local(async move {
            match read_shares(subject).await {
                Ok(answer) => self.took(answer),
                Err(error) => {
                    open.try_set(false);
                    toasts.error(read_trouble(text, &error));
                }
            }
        });
    }

    fn record(self) -> Record {
        self.0.with_value(|parts| parts.record)
    }

    fn busy(self) -> RwSignal<bool> {
        self.0.with_value(|parts| parts.busy)
    }

    fn text(self) -> Text {
        self.record().text
    }

    fn toasts(self) -> Toasts {
        self.record().toasts
    }

    /// Shows what the server answered, in the dialog and in the head.
    fn took(self, shares: SharesOf) {
        let count = i64::try_from(shares.shares.len()).unwrap_or(i64::MAX);
        // The page may be gone meanwhile.
        if let Some(parts) = self.0.try_get_value() {
            parts.count.try_set(count);
            parts.shares.try_set(Some(shares));
        }
    }

    /// Takes a share back and shows what is left.
    fn remove(self, id: ShareId, name: String) {
        let (text, toasts, record) = (self.text(), self.toasts(), self.record());
        let (busy, subject) = (self.busy(), record.subject());
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer: Result<SharesOf, AppError> = async {
                unshare(id).await?;
                read_shares(subject).await
            }
            .await;
            busy.try_set(false);
            match answer {
                Ok(shares) => {
                    toasts.done(text.share_removed(&name));
                    self.took(shares);
                }
                Err(error) => {
                    toasts.error(save_trouble(text, &error));
                }
            }
            record.story.refresh().await;
        });
    }
}

/// The entry of the record's menu, for whoever may share it.
pub(crate) fn item(sharing: Sharing) -> Option<AnyView> {
    sharing.record().may_share.map(|_| {
        let ask = move || sharing.ask();
        view! { <MenuItem label=sharing.text().share_open() icon="users" on_click=ask /> }
            .into_any()
    })
}

/// The mark in the head of a record that is shared; opens the dialog.
pub(crate) fn mark(sharing: Sharing) -> AnyView {
    let (text, count) = (sharing.text(), sharing.0.with_value(|parts| parts.count));
    (move || {
        let count = count.get();
        (count > 0).then(|| {
            view! {
                <button
                    type="button"
                    class="chip chip-status"
                    data-tone=Tone::Info.name()
                    data-needs-live="true"
                    on:click=move |_| sharing.ask()
                >
                    <Icon name="users" class="icon-sm" />
                    {text.share_mark(count)}
                </button>
            }
        })
    })
    .into_any()
}

/// The dialog.
pub(crate) fn dialog(sharing: Sharing) -> AnyView {
    let text = sharing.text();
    let Parts { open, shares, .. } = sharing.0.get_value();
    let close = move || {
        view! { <Button on_click=move |_| open.set(false)>{text.common_close()}</Button> }
    };
    let content = move || match shares.get() {
        Some(all) => view! {
            {list(sharing, &all)}
            {form::form(sharing, &all)}
        }
        .into_any(),
        None => view! { <Skeleton kind=SkeletonKind::Rows count=3 /> }.into_any(),
    };
    view! {
        <Dialog
            id="share"
            open=open
            title=text.share_title(&untrack(|| sharing.record().name()))
            footer=close
            lazy=true
        >
            {content}
        </Dialog>
    }
    .into_any()
}

fn list(sharing: Sharing, all: &SharesOf) -> AnyView {
    let text = sharing.text();
    if all.shares.is_empty() {
        return view! { <p class="muted">{text.share_none()}</p> }.into_any();
    }
    let may_remove = all.gives.is_some();
    let rows = all.shares.iter().map(|share| {
        let (id, name) = (share.id, share.name.clone());
        let remove = may_remove.then(|| {
            view! {
                <IconButton
                    icon="x"
                    label=text.share_remove(&name)
                    disabled=sharing.busy()
                    on_click=move |_| sharing.remove(id, name.clone())
                />
            }
        });
        row(text, share, remove.into_any())
    });
    view! { <ul class="entry-list">{rows.collect_view()}</ul> }.into_any()
}

/// Whom something is shared with, what it gives, and by whom.
fn row(text: Text, share: &Share, action: AnyView) -> AnyView {
    let told = use_boot().with_value(|boot| told(text, boot, share));
    let picture = match share.with {
        ShareWith::User(id) => {
            view! { <Avatar name=share.name.clone() seed=id.to_string() /> }.into_any()
        }
        ShareWith::Team(_) => view! { <Icon name="users" /> }.into_any(),
    };
    let parts = told.into_iter().map(|part| view! { <span>{part}</span> }).collect_view();
    view! {
        <li class="entry">
            {picture}
            <div class="grow">
                <p class="entry-title">{share.name.clone()}</p>
                <p class="sub parts">{parts}</p>
            </div>
            {action}
        </li>
    }
    .into_any()
}

/// What a share gives, until when, and by whom.
pub(crate) fn told(text: Text, boot: &Boot, share: &Share) -> Vec<String> {
    let team = matches!(share.with, ShareWith::Team(_)).then(|| text.share_team().to_owned());
    let level = words::share_level(text, share.level).to_owned();
    let until = share.end.map(|end| text.share_until(&format::date_long(text, end.day)));
    let by = boot.colleague(Some(share.by));
    let by = (!by.is_empty()).then(|| text.share_by(&by));
    team.into_iter().chain([level]).chain(until).chain(by).collect()
}

/// What the timeline says of a share that was given or taken back.
pub(crate) fn history(text: Text, boot: &Boot, who: &str, change: &Change) -> String {
    let value = |name: &str, after: bool| {
        let found = change.fields.iter().find(|field| field.field == name);
        found.map(|field| if after { &*field.after } else { &*field.before }).unwrap_or_default()
    };
    let given = change.event == Event::Shared;
    let with = match value("share.user", given).parse::<UserId>() {
        Ok(user) if user == boot.user => text.share_you().to_owned(),
        Ok(user) => boot.colleague(Some(user)),
        Err(_) => text.share_with_team(value("share.team", given)),
    };
    if !given {
        return text.timeline_unshared(who, &with);
    }
    match Date::parse(value("share.until", true)) {
        Ok(day) => text.timeline_shared_until(&format::date_long(text, day), who, &with),
        Err(_) => text.timeline_shared(who, &with),
    }
}
