//! Handing over what a user is in charge of: by itself, or before the user is deactivated.

use super::{
    Screen,
    api::{hand_over, holdings_of, set_user_disabled},
    refusal,
};
use crate::{
    customers::list::joined,
    error::AppError,
    frame::read_trouble,
    i18n::Text,
    ui::{Button, Choice, Dialog, SelectField, Skeleton, SkeletonKind, Variant},
};
use domain::{
    handover::{Handed, Holdings},
    id::UserId,
    user::User,
};
use leptos::{prelude::*, task::spawn_local};

/// Chosen for leaving records without anybody in charge.
const NOBODY: &str = "nobody";
/// Chosen for leaving them as they are.
const KEEP: &str = "keep";

/// Whose records are to go over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    id: UserId,
    name: String,
    /// The user is to be deactivated afterwards.
    off: bool,
}

impl Asked {
    pub(super) fn new(user: &User, off: bool) -> Self {
        Self { id: user.id, name: user.name.clone(), off }
    }
}

/// The open dialog.
#[derive(Clone, Copy)]
struct Desk {
    screen: StoredValue<Screen>,
    open: RwSignal<bool>,
    /// What hangs on the user, when it is known.
    holdings: RwSignal<Option<Holdings>>,
    /// Who gets it.
    to: RwSignal<String>,
    /// How many are left while they go over.
    left: RwSignal<Option<i64>>,
}

impl Desk {
    fn screen(self) -> Screen {
        self.screen.get_value()
    }
}

/// The dialog, while it is asked.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.handing.get().map(|asked| of(screen, asked))).into_any()
}

fn of(screen: Screen, asked: Asked) -> AnyView {
    let text = screen.text;
    let desk = Desk {
        screen: StoredValue::new(screen),
        open: RwSignal::new(true),
        holdings: RwSignal::new(None),
        to: RwSignal::new(String::new()),
        left: RwSignal::new(None),
    };
    let id = asked.id;
    spawn_local(async move {
        match holdings_of(id).await {
            Ok(holdings) => {
                desk.holdings.try_set(Some(holdings));
            }
            Err(error) => {
                desk.open.try_set(false);
                screen.toasts.error(read_trouble(text, &error));
            }
        }
    });
    let title = if asked.off {
        text.user_disable_title(&asked.name)
    } else {
        text.user_hand_over_title(&asked.name)
    };
    let asked = StoredValue::new(asked);
    let content = move || match desk.holdings.get() {
        Some(holdings) => asked.with_value(|asked| body(desk, asked, holdings)),
        None => view! { <Skeleton kind=SkeletonKind::Rows count=2 /> }.into_any(),
    };
    let footer = move || footer(desk, asked.get_value());
    view! {
        <Dialog
            id="hand-over"
            open=desk.open
            title=title
            footer=footer
            on_close=move || screen.handing.set(None)
        >
            <div class="form">{content}</div>
        </Dialog>
    }
    .into_any()
}

/// What hangs on the user, and who is to get it.
fn body(desk: Desk, asked: &Asked, holdings: Holdings) -> AnyView {
    let text = desk.screen().text;
    let off = asked.off.then(|| view! { <p>{text.user_hand_over_off(&asked.name)}</p> });
    let held = if holdings.is_free() {
        text.user_hand_over_nothing(&asked.name)
    } else {
        let (accounts, people) =
            (text.list_count(holdings.accounts), text.list_count_people(holdings.people));
        text.user_hand_over_held(&accounts, &asked.name, &people)
    };
    let deals = (holdings.opportunities > 0)
        .then(|| view! { <p>{text.user_hand_over_deals(holdings.opportunities)}</p> });
    let cases =
        (holdings.cases > 0).then(|| view! { <p>{text.user_hand_over_cases(holdings.cases)}</p> });
    let activities = (holdings.activities > 0)
        .then(|| view! { <p>{text.user_hand_over_activities(holdings.activities)}</p> });
    let shares = (holdings.shares > 0)
        .then(|| view! { <p class="sub">{text.user_hand_over_shares(holdings.shares)}</p> });
    let imports = (holdings.imports > 0)
        .then(|| view! { <p class="sub">{text.user_hand_over_imports(holdings.imports)}</p> });
    let choice = (!holdings.is_free()).then(|| {
        view! {
            <SelectField
                value=desk.to
                options=choices(desk, asked)
                label=text.user_hand_over_to()
                name="hand-over-to"
                placeholder=text.user_hand_over_choose()
                disabled=desk.screen().busy
            />
        }
    });
    let left = move || {
        desk.left.get().map(|left| {
            view! {
                <p class="sub" role="status">
                    {text.user_hand_over_left(left)}
                </p>
            }
        })
    };
    view! {
        {off}
        <p>{held}</p>
        {deals} {cases}
        {activities}
        {shares}
        {imports}
        {choice}
        {left}
    }
    .into_any()
}

/// Colleagues who may sign in, nobody, and, before somebody is deactivated, leaving all as it is.
fn choices(desk: Desk, asked: &Asked) -> Vec<Choice> {
    let text = desk.screen().text;
    let colleagues = desk.screen().active.with_value(|active| {
        let others = active.iter().filter(|(id, _)| *id != asked.id);
        others.map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect::<Vec<_>>()
    });
    let keep = asked.off.then(|| Choice::new(KEEP, text.user_hand_over_keep(&asked.name)));
    let nobody = Choice::new(NOBODY, text.user_hand_over_nobody());
    colleagues.into_iter().chain([nobody]).chain(keep).collect()
}

fn footer(desk: Desk, asked: Asked) -> AnyView {
    let Desk { open, holdings, to, .. } = desk;
    let screen = desk.screen();
    let text = screen.text;
    let free = move || holdings.get().is_some_and(|holdings| holdings.is_free());
    let ready = move || holdings.get().is_some() && (free() || !to.read().is_empty());
    let off = asked.off;
    let label = move || match (off, free() || to.read().as_str() == KEEP) {
        (true, true) => text.user_disable_action(),
        (true, false) => text.user_hand_over_and_off(),
        (false, _) => text.user_hand_over_action(),
    };
    // Without anything to hand over there is nothing to do but to deactivate.
    let action = move || {
        (off || !free()).then(|| {
            let asked = asked.clone();
            view! {
                <Button
                    variant=if off { Variant::Danger } else { Variant::Primary }
                    loading=screen.busy
                    disabled=Signal::derive(move || !ready())
                    on_click=move |_| send(desk, asked.clone())
                >
                    {label}
                </Button>
            }
        })
    };
    view! {
        <Button on_click=move |_| open.set(false)>{text.common_cancel()}</Button>
        {action}
    }
    .into_any()
}

/// Hands over until nothing is left, then deactivates where that was asked for.
async fn work(desk: Desk, asked: Asked) -> Result<Handed, AppError> {
    let to = desk.to.get_untracked();
    let free = desk.holdings.get_untracked().is_some_and(|holdings| holdings.is_free());
    let mut sum = Handed::default();
    let mut left = !free && to != KEEP;
    while left {
        let handed = hand_over(asked.id, to.parse().ok()).await?;
        sum.accounts += handed.accounts;
        sum.people += handed.people;
        sum.opportunities += handed.opportunities;
        sum.cases += handed.cases;
        sum.activities += handed.activities;
        sum.unseen = handed.unseen;
        let moved = handed.accounts + handed.people + handed.opportunities + handed.cases;
        left = handed.left > 0 && moved > 0;
        if left {
            desk.left.try_set(Some(handed.left));
        }
    }
    if asked.off {
        set_user_disabled(asked.id, true).await?;
    }
    Ok(sum)
}

fn send(desk: Desk, asked: Asked) {
    let screen = desk.screen();
    let text = screen.text;
    let told = asked.clone();
    screen.call(
        move || work(desk, asked.clone()),
        move |answer| {
            match answer {
                Ok(handed) => {
                    desk.open.try_set(false);
                    screen.toasts.done(done(text, &told, handed));
                }
                Err(error) => {
                    screen.toasts.error(refusal(text, &error));
                }
            }
            screen.again.try_run(());
        },
    );
}

fn done(text: Text, asked: &Asked, handed: Handed) -> String {
    let unseen = match handed.unseen {
        0 => String::new(),
        n => text.user_hand_over_unseen(n),
    };
    if asked.off {
        return joined(&[&text.user_disabled_done(&asked.name), &unseen]);
    }
    let (accounts, people) =
        (text.list_count(handed.accounts), text.list_count_people(handed.people));
    joined(&[&text.user_hand_over_done(&accounts, &people), &unseen])
}
