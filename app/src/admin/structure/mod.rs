//! Teams and departments: how the organisation is divided, which rights may reach along.

pub mod api;
mod delete;
mod department;
mod team;

use super::{Place, may_change, page};
use crate::{
    boot::{Boot, use_boot},
    carried::carried,
    confirm::{self, Confirming},
    error::AppError,
    frame::save_trouble,
    i18n::{Text, use_text, words},
    ui::{
        Banner, Button, Dialog, EmptyState, Need, Skeleton, SkeletonKind, TextField, Toasts, Tone,
        Variant, use_toasts,
    },
};
use api::open_structure;
use domain::{
    failure::Failure,
    structure::{Department, Structure},
};
use leptos::{ev::SubmitEvent, prelude::*};

/// What the parts of the screen share.
#[derive(Clone, Copy)]
struct Screen {
    text: Text,
    toasts: Toasts,
    boot: StoredValue<Boot>,
    /// Whoever looks may change something.
    may_change: bool,
    /// What is there now.
    structure: StoredValue<Structure>,
    /// The department whose form is open; within: a new one and what it is to be part of.
    department: RwSignal<Option<department::Asked>>,
    /// The team whose form is open.
    team: RwSignal<Option<team::Asked>>,
    /// What is asked before it is dissolved.
    asked: RwSignal<Option<delete::Asked>>,
    busy: RwSignal<bool>,
    trouble: RwSignal<Option<AppError>>,
    again: Callback<()>,
    /// Asks for a fresh proof of who one is where the server wants one.
    confirming: Confirming,
}

impl Screen {
    /// Runs a change; closes the form when it was taken and keeps it open, with the reason, when not.
    fn run<Coming>(
        self,
        open: RwSignal<bool>,
        done: String,
        call: impl Fn() -> Coming + Send + Sync + 'static,
    ) where
        Coming: Future<Output = Result<(), AppError>> + 'static,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.trouble.set(None);
        self.confirming.call(call, move |answer| {
            self.busy.try_set(false);
            match answer {
                Ok(()) => {
                    open.try_set(false);
                    self.toasts.done(done.clone());
                    self.again.try_run(());
                }
                Err(error) => {
                    self.trouble.try_set(Some(error));
                }
            }
        });
    }

    /// What is wrong with a field of the open form.
    fn error(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.trouble.with(|trouble| match trouble.as_ref()? {
                AppError::Failure(Failure::Invalid(errors)) => {
                    errors.about(field).map(|error| words::field_error(self.text, error))
                }
                _ => None,
            })
        })
    }

    /// What is wrong with the whole form.
    fn refused(self) -> AnyView {
        (move || {
            let error = self.trouble.get()?;
            let elsewhere = !matches!(error, AppError::Failure(Failure::Invalid(_)));
            let words = save_trouble(self.text, &error);
            elsewhere.then(|| view! { <Banner tone=Tone::Bad>{words}</Banner> })
        })
        .into_any()
    }

    /// How many people.
    fn people(self, number: usize) -> String {
        self.text.structure_people(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// The page.
#[component]
pub fn StructureSettings() -> impl IntoView {
    let text = use_text();
    let structure = carried(|| (), |()| open_structure());
    let screen = Screen {
        text,
        toasts: use_toasts(),
        boot: use_boot(),
        may_change: may_change(),
        structure: StoredValue::new(Structure::default()),
        department: RwSignal::new(None),
        team: RwSignal::new(None),
        asked: RwSignal::new(None),
        busy: RwSignal::new(false),
        trouble: RwSignal::new(None),
        again: Callback::new(move |()| structure.refetch()),
        confirming: Confirming::here(),
    };
    let content = view! {
        <p class="sub">{text.structure_hint()}</p>
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=5 /> }>
            {structure.shown(move |structure| cards(screen, structure))}
        </Transition>
        {department::dialog(screen)}
        {team::dialog(screen)}
        {delete::dialog(screen)}
        {confirm::dialog(screen.confirming)}
    };
    page(Place::Structure, || (), content.into_any())
}

fn cards(screen: Screen, structure: Structure) -> AnyView {
    screen.structure.set_value(structure.clone());
    let text = screen.text;
    let departments = structure
        .departments
        .iter()
        .map(|department| department::row(screen, &structure, department));
    let teams = structure.teams.iter().map(|team| team::row(screen, team));
    let new = |label: &'static str, open: Callback<()>| {
        screen.may_change.then(|| {
            view! {
                <Button variant=Variant::Quiet icon="plus" on_click=move |_| open.run(())>
                    {label}
                </Button>
            }
            .into_any()
        })
    };
    let departments = list(
        text.structure_departments(),
        "briefcase",
        text.structure_no_departments(),
        new(
            text.structure_new_department(),
            Callback::new(move |()| {
                department::open_new(screen, None);
            }),
        ),
        departments.collect(),
    );
    let teams = list(
        text.structure_teams(),
        "users",
        text.structure_no_teams(),
        new(text.structure_new_team(), Callback::new(move |()| team::open(screen, None))),
        teams.collect(),
    );
    view! {
        {departments}
        {teams}
    }
    .into_any()
}

/// A card with rows, or with what to do when there are none.
fn list(
    title: &'static str,
    icon: &'static str,
    none: &'static str,
    new: Option<AnyView>,
    rows: Vec<AnyView>,
) -> AnyView {
    let rows = if rows.is_empty() {
        view! { <EmptyState icon=icon title=none compact=true /> }.into_any()
    } else {
        view! { <ul class="entry-list">{rows}</ul> }.into_any()
    };
    view! {
        <section class="card card-flush">
            <div class="card-head">
                <h2 class="card-title">{title}</h2>
                {new}
            </div>
            {rows}
        </section>
    }
    .into_any()
}

/// A form in a dialog: the name, and what `more` adds; `send` saves it.
fn form<More: IntoView>(
    screen: Screen,
    (id, title): (&'static str, String),
    (open, name): (RwSignal<bool>, RwSignal<String>),
    send: Callback<()>,
    more: impl Fn() -> More + Send + Sync + 'static,
    on_close: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let text = screen.text;
    let footer = move || {
        view! {
            <Button on_click=move |_| open.set(false)>{text.common_cancel()}</Button>
            <Button variant=Variant::Primary loading=screen.busy on_click=move |_| send.run(())>
                {text.common_save()}
            </Button>
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    view! {
        <Dialog id=id open=open title=title footer=footer on_close=on_close>
            <form class="form" method="dialog" novalidate="" on:submit=submit>
                {screen.refused()}
                <TextField
                    value=name
                    label=text.structure_name()
                    name="name"
                    id=format!("f-{id}-name")
                    autocomplete="off"
                    maxlength=60
                    need=Need::Required
                    error=screen.error("name")
                />
                {more()}
                // Enter in a field sends the form.
                <button type="submit" hidden=true tabindex="-1"></button>
            </form>
        </Dialog>
    }
    .into_any()
}

/// The name of a department with those above it, from the top.
pub(super) fn path(structure: &Structure, department: &Department) -> String {
    let mut names: Vec<&str> =
        structure.upwards(department.id).map(|department| department.name.as_str()).collect();
    names.reverse();
    names.join(" / ")
}
