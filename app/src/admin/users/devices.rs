//! Where a user is signed in, and signing one of their browsers out.

use super::{
    Screen,
    api::{devices_of, end_device},
};
use crate::{
    carried::carried,
    profile::device::{device, device_line},
    ui::{Button, Dialog, EmptyState, Size, Skeleton, SkeletonKind, Variant},
};
use domain::{
    id::UserId,
    user::{Session, User},
};
use leptos::prelude::*;

/// Whose devices are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    id: UserId,
    name: String,
}

impl Asked {
    pub(super) fn new(user: &User) -> Self {
        Self { id: user.id, name: user.name.clone() }
    }
}

/// The dialog, while somebody's devices are looked at.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.devices_of.get().map(|asked| of(screen, asked))).into_any()
}

fn of(screen: Screen, asked: Asked) -> AnyView {
    let text = screen.text;
    let open = RwSignal::new(true);
    let id = asked.id;
    let sessions = carried(move || id, devices_of);
    let again = Callback::new(move |()| sessions.refetch());
    let footer = move || {
        view! { <Button on_click=move |_| open.set(false)>{text.common_close()}</Button> }
    };
    view! {
        <Dialog
            id="user-devices"
            open=open
            title=text.user_devices_of(&asked.name)
            footer=footer
            on_close=move || screen.devices_of.set(None)
        >
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=2 /> }>
                {sessions.shown(move |sessions| list(screen, sessions, again))}
            </Transition>
        </Dialog>
    }
    .into_any()
}

fn list(screen: Screen, sessions: Vec<Session>, again: Callback<()>) -> AnyView {
    if sessions.is_empty() {
        let title = screen.text.user_devices_none();
        return view! { <EmptyState icon="monitor" title=title compact=true /> }.into_any();
    }
    let rows = sessions.into_iter().map(|session| row(screen, session, again)).collect_view();
    view! { <ul class="entry-list">{rows}</ul> }.into_any()
}

fn row(screen: Screen, session: Session, again: Callback<()>) -> AnyView {
    let text = screen.text;
    let name = device(text, &session.user_agent);
    let label = text.session_sign_out_device(&name);
    let id = session.id;
    let end = move |_| {
        let done = text.session_signed_out(&name);
        screen.call(
            move || end_device(id),
            move |answer| {
                screen.tell(done.clone(), answer);
                again.try_run(());
            },
        );
    };
    view! {
        <li class="entry">
            {device_line(text, &session)}
            <Button variant=Variant::Quiet size=Size::Sm loading=screen.busy on_click=end>
                <span aria-hidden="true">{text.session_sign_out()}</span>
                <span class="visually-hidden">{label}</span>
            </Button>
        </li>
    }
    .into_any()
}
