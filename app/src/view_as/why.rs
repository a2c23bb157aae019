//! "Why can X see Y?": somebody types a record, and reads what the user may do with it and which role says so.

use super::api::{Explained, explain_record};
use crate::{
    bin::who,
    boot::{Boot, Viewed, use_boot},
    customers::reason,
    error::AppError,
    frame::read_trouble,
    i18n::{Text, format, words},
    palette,
    ui::{Avatar, Banner, Button, ButtonKind, Dialog, Size, StatusChip, TextField, Tone, Variant},
};
use domain::{
    hit::Hit,
    id::UserId,
    policy::{Ability, Access, Action, Because, Explanation, Held, KeptBack, MissingStep},
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

/// About whom is asked, and about which record at first.
#[derive(Clone, Debug, PartialEq, Eq)]
struct About {
    user: UserId,
    /// A role that they look as instead.
    role: Option<Held>,
    name: String,
    record: String,
}

/// The question, while there is one.
#[derive(Clone, Copy)]
pub(crate) struct Asking(RwSignal<Option<About>>);

impl Asking {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Asks about a user and a record that is still to be typed.
    pub(crate) fn about(self, user: UserId, name: String) {
        self.0.set(Some(About { user, role: None, name, record: String::new() }));
    }

    /// Asks about the user or the role that somebody looks as, and the record whose page is open.
    pub(crate) fn about_this(self, boot: StoredValue<Boot>, path: &str) {
        let about = boot.with_value(|boot| {
            let (role, name) = match &boot.viewed {
                Some(Viewed::Role(role, name)) => {
                    (Some(*role), words::role_name(boot.text(), name))
                }
                _ => (None, boot.user_name.clone()),
            };
            About { user: boot.user, role, name, record: record_at(path) }
        });
        self.0.set(Some(about));
    }
}

/// The number of the record whose page is at `path`; empty for another page.
fn record_at(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let number = path.strip_prefix("/customers/").or_else(|| path.strip_prefix("/people/"));
    number
        .filter(|number| number.starts_with("C-") || number.starts_with("P-"))
        .unwrap_or_default()
        .to_owned()
}

/// The dialog.
pub(crate) fn dialog(text: Text, asking: Asking) -> AnyView {
    (move || asking.0.get().map(|about| question(text, asking, about))).into_any()
}

/// What is typed and what was answered.
#[derive(Clone, Copy)]
struct Desk {
    text: Text,
    user: UserId,
    role: Option<Held>,
    typed: RwSignal<String>,
    busy: RwSignal<bool>,
    answer: RwSignal<Option<Result<Explained, AppError>>>,
}

impl Desk {
    fn ask(self) {
        let typed = self.typed.get_untracked().trim().to_owned();
        if typed.is_empty() || self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = explain_record(self.user, self.role, typed).await;
            self.busy.try_set(false);
            self.answer.try_set(Some(answer));
        });
    }
}

fn question(text: Text, asking: Asking, about: About) -> AnyView {
    let open = RwSignal::new(true);
    let About { user, role, name, record } = about;
    let desk = Desk {
        text,
        user,
        role,
        typed: RwSignal::new(record),
        busy: RwSignal::new(false),
        answer: RwSignal::new(None),
    };
    desk.ask();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        desk.ask();
    };
    let footer = move || {
        view! { <Button on_click=move |_| open.set(false)>{text.common_close()}</Button> }
    };
    view! {
        <Dialog
            id="why"
            open=open
            title=text.view_as_why_title(&name)
            footer=footer
            on_close=move || asking.0.set(None)
        >
            <form class="form" on:submit=send>
                <TextField
                    value=desk.typed
                    label=text.view_as_record()
                    name="record"
                    id="f-why-record"
                    hint=text.view_as_record_hint()
                    autocomplete="off"
                />
                <Button kind=ButtonKind::Submit variant=Variant::Primary loading=desk.busy>
                    {text.view_as_ask()}
                </Button>
            </form>
            <div aria-live="polite">{move || desk.answer.get().map(|answer| told(desk, answer))}</div>
        </Dialog>
    }
    .into_any()
}

fn told(desk: Desk, answer: Result<Explained, AppError>) -> AnyView {
    let text = desk.text;
    match answer {
        Ok(Explained::Several(hits)) if hits.is_empty() => {
            view! { <Banner>{text.view_as_none()}</Banner> }.into_any()
        }
        Ok(Explained::Several(hits)) => {
            let hits = hits.into_iter().map(|hit| choice(desk, hit)).collect_view();
            view! {
                <p class="sub">{text.view_as_which()}</p>
                <ul class="entry-list">{hits}</ul>
            }
            .into_any()
        }
        Ok(Explained::One(hit, Explanation { abilities, kept_back, missing_step })) => {
            let rows = abilities.iter().map(|ability| row(text, ability)).collect_view();
            let kept_back = kept_back.iter().map(|kept| kept_back_row(text, kept)).collect_view();
            view! {
                <div class="person">
                    {avatar(&hit)}
                    <span class="stack-tight">
                        <span class="cell-title">{hit.name}</span>
                        <span class="sub num">{hit.number}</span>
                    </span>
                </div>
                {missing_step
                    .map(|missing| {
                        view! {
                            <Banner tone=Tone::Warn icon="shield">{waits(text, &missing)}</Banner>
                        }
                    })}
                <ul class="entry-list">{rows} {kept_back}</ul>
            }
            .into_any()
        }
        Ok(Explained::Binned(binned)) => {
            let (who, day) = use_boot().with_value(|boot| {
                let day = boot.zone.wall_clock(binned.deleted_at).0;
                (who(&binned, text, boot), format::date_long(text, day))
            });
            let said = text.view_as_binned(&day, &binned.name, &binned.number, &who);
            view! { <Banner icon="trash-2">{said}</Banner> }.into_any()
        }
        Err(error) => {
            view! { <Banner tone=Tone::Bad>{read_trouble(text, &error)}</Banner> }.into_any()
        }
    }
}

fn avatar(hit: &Hit) -> AnyView {
    let kind = palette::avatar(hit.kind).unwrap_or_default();
    view! { <Avatar name=hit.name.clone() seed=hit.number.clone() kind=kind size=Size::Sm /> }
        .into_any()
}

/// One of several records that what was typed may mean.
fn choice(desk: Desk, hit: Hit) -> AnyView {
    let number = hit.number.clone();
    let choose = move |_| {
        desk.typed.set(number.clone());
        desk.ask();
    };
    let said = desk.text.view_as_choose(&hit.name);
    view! {
        <li class="entry">
            {avatar(&hit)}
            <div class="grow">
                <p class="entry-title">{hit.name}</p>
                <p class="sub parts">
                    <span>{hit.number}</span>
                    {(!hit.detail.is_empty()).then(|| view! { <span>{hit.detail}</span> })}
                </p>
            </div>
            <Button size=Size::Sm on_click=choose>
                <span aria-hidden="true">{desk.text.view_as_ask()}</span>
                <span class="visually-hidden">{said}</span>
            </Button>
        </li>
    }
    .into_any()
}

fn row(text: Text, ability: &Ability) -> AnyView {
    let (tone, icon, label) = if ability.may {
        (Tone::Ok, "check", text.view_as_yes())
    } else {
        (Tone::Neutral, "ban", text.view_as_no())
    };
    let owner = |owner| use_boot().with_value(|boot| boot.colleague(Some(owner)));
    view! {
        <li class="entry">
            <div class="grow">
                <p class="entry-title">{words::action_title(text, ability.action)}</p>
                <p class="sub">{why(text, ability, owner)}</p>
            </div>
            <StatusChip tone=tone icon=icon label=label />
        </li>
    }
    .into_any()
}

/// A detail that is seen in part or not at all, and which role says so.
fn kept_back_row(text: Text, kept: &KeptBack) -> AnyView {
    let icon = if kept.access == Access::Hidden { "lock" } else { "eye" };
    let label = words::access(text, kept.access);
    view! {
        <li class="entry">
            <div class="grow">
                <p class="entry-title">{words::detail(text, kept.detail)}</p>
                <p class="sub">{kept_back_by(text, kept)}</p>
            </div>
            <StatusChip tone=Tone::Neutral icon=icon label=label />
        </li>
    }
    .into_any()
}

fn kept_back_by(text: Text, kept: &KeptBack) -> String {
    let role = words::role_name(text, &kept.role);
    match kept.access {
        Access::Hidden => text.view_as_hides(&role),
        _ => text.view_as_masks(&role),
    }
}

/// What has to be done before anything else, and which role says so.
fn waits(text: Text, missing: &MissingStep) -> String {
    let role = words::role_name(text, &missing.role);
    if missing.unless_vouched {
        text.view_as_second_step_unless(&role)
    } else {
        text.view_as_second_step(&role)
    }
}

/// Why, in a sentence: what a role shows, or what it allows.
fn why(text: Text, ability: &Ability, owner: impl Fn(UserId) -> String) -> String {
    match (&ability.because, ability.action) {
        (because, Action::View) => reason(text, because, owner),
        (Because::NoRight, _) => text.view_as_no_right().to_owned(),
        (Because::SeesAll(role), _) => text.view_as_allows_all(&words::role_name(text, role)),
        (Because::OutOfReach(role, reach), _) => {
            text.view_as_allows(words::reach(text, *reach), &words::role_name(text, role))
        }
        (because, _) => reason(text, because, owner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        lang::Lang,
        policy::{Detail, Reach, Role, RoleName},
    };

    #[test]
    fn only_pages_of_records_name_one() {
        for (path, record) in [
            ("/customers/C-7", "C-7"),
            ("/people/P-3?tab=notes", "P-3"),
            ("/customers/new", ""),
            ("/people?after=C-7", ""),
            ("/", ""),
        ] {
            assert_eq!(record_at(path), record);
        }
    }

    #[test]
    fn what_is_kept_back_names_the_role_and_how_far() {
        let role = RoleName::Own("Back office".to_owned());
        for lang in [Lang::En, Lang::Zh] {
            let said = [Access::Masked, Access::Hidden].map(|access| {
                let kept = KeptBack { detail: Detail::Phone, access, role: role.clone() };
                kept_back_by(Text::new(lang), &kept)
            });
            assert!(said.iter().all(|said| said.contains("Back office")), "{said:?}");
            assert_ne!(said[0], said[1]);
        }
    }

    #[test]
    fn a_missing_second_step_names_the_role_that_demands_it() {
        for lang in [Lang::En, Lang::Zh] {
            let said = [false, true].map(|unless_vouched| {
                let role = RoleName::Own("Back office".to_owned());
                waits(Text::new(lang), &MissingStep { role, unless_vouched })
            });
            assert!(said.iter().all(|said| said.contains("Back office")), "{said:?}");
            assert_ne!(said[0], said[1]);
        }
    }

    #[test]
    fn a_right_is_explained_by_what_it_allows() {
        let role = RoleName::BuiltIn(Role::SalesRep);
        for because in [
            Because::NoRight,
            Because::SeesAll(role.clone()),
            Because::OutOfReach(role.clone(), Reach::Own),
        ] {
            let told = |action| Ability { action, may: false, because: because.clone() };
            let said = |lang, action| why(Text::new(lang), &told(action), |_| String::new());
            for lang in [Lang::En, Lang::Zh] {
                assert_ne!(said(lang, Action::View), said(lang, Action::Edit), "{because:?}");
            }
        }
    }
}
