//! Users: who may sign in, and as what.

mod add;
pub mod api;
mod ask;
mod devices;
mod hand_over;
mod place;
pub(crate) mod roles;
mod row;
mod told;

use super::{Place, may_change, page};
use crate::{
    carried::carried,
    confirm::{self, Confirming},
    error::AppError,
    frame::save_trouble,
    i18n::{Text, use_text, words},
    ui::{Button, SearchBox, Skeleton, SkeletonKind, Toasts, Variant, use_toasts},
    view_as::{self, Asking},
};
use api::{UserList, list_users};
use domain::{
    failure::Failure, id::UserId, link::UserLink, structure::Structure, text::fold, user::User,
};
use leptos::prelude::*;

/// A user, and the organisation they have a place in.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seat {
    user: User,
    structure: Structure,
}

/// What the parts of the screen share.
#[derive(Clone, Copy)]
struct Screen {
    text: Text,
    toasts: Toasts,
    /// The form for a new user is open.
    adding: RwSignal<bool>,
    /// What is asked before it is done.
    asked: RwSignal<Option<ask::Asked>>,
    /// Whose records are to be handed over.
    handing: RwSignal<Option<hand_over::Asked>>,
    /// Everybody who may sign in, for whom records are handed to.
    active: StoredValue<Vec<(UserId, String)>>,
    /// Whose devices are looked at.
    devices_of: RwSignal<Option<devices::Asked>>,
    /// Whose roles are looked at.
    roles_of: RwSignal<Option<Seat>>,
    /// Whose place is looked at.
    place_of: RwSignal<Option<Seat>>,
    /// A link to be handed over, until it was.
    told: RwSignal<Option<UserLink>>,
    /// What somebody may do with a record, and why.
    asking: Asking,
    /// Asks for a fresh proof of who one is where the server wants one.
    confirming: Confirming,
    /// Whoever looks may change something.
    may_change: bool,
    /// Something is under way.
    busy: RwSignal<bool>,
    /// Reads the list again.
    again: Callback<()>,
}

impl Screen {
    /// Runs a change, says what was done, and shows the list as it is then.
    fn run<Coming>(self, done: String, call: impl Fn() -> Coming + Send + Sync + 'static)
    where
        Coming: Future<Output = Result<(), AppError>> + 'static,
    {
        self.call(call, move |answer| {
            self.tell(done.clone(), answer);
            self.again.try_run(());
        });
    }

    /// Says what was done, or why it was not.
    fn tell(self, done: String, answer: Result<(), AppError>) {
        match answer {
            Ok(()) => self.toasts.done(done),
            Err(error) => self.toasts.error(refusal(self.text, &error)),
        };
    }

    /// Makes a call, after a fresh proof if it takes one, and hands on its answer; one call at a time.
    fn call<T: 'static, Coming>(
        self,
        call: impl Fn() -> Coming + Send + Sync + 'static,
        done: impl Fn(Result<T, AppError>) + Send + Sync + 'static,
    ) where
        Coming: Future<Output = Result<T, AppError>> + 'static,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.confirming.call(call, move |answer| {
            self.busy.try_set(false);
            done(answer);
        });
    }
}

/// Why something was not done, in words.
fn refusal(text: Text, error: &AppError) -> String {
    match error {
        AppError::Failure(Failure::Invalid(errors)) if errors.about("last_admin").is_some() => {
            text.user_last_admin().to_owned()
        }
        error => save_trouble(text, error),
    }
}

/// The page.
#[component]
pub fn Users() -> impl IntoView {
    let text = use_text();
    let users = carried(|| (), |()| list_users());
    let typed = RwSignal::new(String::new());
    let screen = Screen {
        text,
        toasts: use_toasts(),
        adding: RwSignal::new(false),
        asked: RwSignal::new(None),
        handing: RwSignal::new(None),
        active: StoredValue::new(Vec::new()),
        devices_of: RwSignal::new(None),
        roles_of: RwSignal::new(None),
        place_of: RwSignal::new(None),
        told: RwSignal::new(None),
        asking: Asking::new(),
        confirming: Confirming::here(),
        may_change: may_change(),
        busy: RwSignal::new(false),
        again: Callback::new(move |()| users.refetch()),
    };
    let new = move || {
        screen.may_change.then(|| {
            view! {
                <Button
                    variant=Variant::Primary
                    icon="user-plus"
                    class="phone-keep"
                    opens=add::ID
                    on_click=move |_| screen.adding.set(true)
                >
                    {text.user_new()}
                </Button>
            }
        })
    };
    let content = view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=5 /> }>
            {users.shown(move |users| list(screen, typed, users))}
        </Transition>
        {ask::dialog(screen)}
        {hand_over::dialog(screen)}
        {devices::dialog(screen)}
        {roles::dialog(screen)}
        {place::dialog(screen)}
        {told::dialog(screen)}
        {view_as::dialog(text, screen.asking)}
        {confirm::dialog(screen.confirming)}
    };
    page(Place::Users, new, content.into_any())
}

/// The list; `typed` is what somebody is searched for by, and outlives the rows.
fn list(screen: Screen, typed: RwSignal<String>, list: UserList) -> AnyView {
    let UserList { users, structure } = list;
    let count = screen.text.user_count(i64::try_from(users.len()).unwrap_or(i64::MAX));
    let new = screen.may_change.then(|| add::dialog(screen, &structure));
    let active = users.iter().filter(|user| !user.disabled);
    screen.active.set_value(active.map(|user| (user.id, user.name.clone())).collect());
    let searched = (users.len() > SEARCHED).then(|| {
        view! { <SearchBox value=typed label=screen.text.user_search() name="user-q" /> }
    });
    let known = StoredValue::new((users, structure));
    let meant = Memo::new(move |_| {
        let wanted = fold(&typed.get());
        known.with_value(|(users, structure)| {
            let meant = |user: &&User| is_meant(screen.text, user, structure, &wanted);
            users.iter().filter(meant).map(|user| user.id).collect::<Vec<_>>()
        })
    });
    let rows = move || {
        let meant = meant.get();
        known.with_value(|(users, structure)| {
            let fitting = users.iter().filter(|user| meant.contains(&user.id));
            fitting.map(|user| row::row(screen, structure, user.clone())).collect_view()
        })
    };
    let nobody = move || {
        meant
            .read()
            .is_empty()
            .then(|| view! { <p class="card-body muted">{screen.text.user_search_none()}</p> })
    };
    view! {
        <section class="card card-flush">
            <div class="card-head">
                <h2 class="card-title">{count}</h2>
                {searched}
            </div>
            <ul class="entry-list">{rows}</ul>
            <div aria-live="polite">{nobody}</div>
        </section>
        {new}
    }
    .into_any()
}

/// From how many users on one of them is searched for.
const SEARCHED: usize = 8;

/// Whether a user is meant by what was typed, folded: part of the name, the address, a role, a team or the department.
fn is_meant(text: Text, user: &User, structure: &Structure, wanted: &str) -> bool {
    let roles = user.roles.iter().map(|held| words::role_name(text, &structure.role_name(*held)));
    let said = [user.name.clone(), user.email.clone()];
    let mut all = said.into_iter().chain(roles).chain(place::told(structure, user));
    wanted.is_empty() || all.any(|said| fold(&said).contains(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{field::FieldError, lang::Lang};

    #[test]
    fn the_last_administrator_has_words_of_its_own() {
        let text = Text::new(Lang::En);
        let last = AppError::Failure(Failure::field("last_admin", FieldError::Required));
        assert_eq!(refusal(text, &last), text.user_last_admin());
        assert_eq!(refusal(text, &AppError::Failure(Failure::Gone)), text.failure_gone());
    }
}
