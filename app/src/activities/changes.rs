//! What whoever put an activity down may do with it, besides doing it: take it off with a way back, and whatever its
//! place offers.

use super::look::said;
use crate::{
    boot::Boot,
    customers::api::delete_activity,
    error::AppError,
    frame::save_trouble,
    i18n::Text,
    ui::{Menu, MenuItem, Size, Toasts},
};
use domain::{
    activity::Activity,
    id::ActivityId,
    policy::{Action, Object},
};
use leptos::{prelude::*, task::spawn_local};

/// Whether the reader may do this with an activity: it is theirs, or they administer.
pub(crate) fn may(boot: &Boot, action: Action, activity: &Activity) -> bool {
    let is_mine = activity.data.owner == boot.user || activity.by == boot.user;
    (is_mine || boot.may(Action::Administer, Object::Activity))
        && boot.may(action, Object::Activity)
}

/// The menu of an activity: `first`, and taking it off. Nothing when there is neither.
pub(crate) fn menu(
    text: Text,
    activity: &Activity,
    first: Option<AnyView>,
    take_off: Option<Callback<()>>,
) -> AnyView {
    if first.is_none() && take_off.is_none() {
        return ().into_any();
    }
    let remove = take_off.map(|take_off| {
        view! { <MenuItem label=text.activity_delete() icon="trash-2" danger=true on_click=take_off /> }
    });
    let label = text.activity_actions(&said(text, activity));
    view! {
        <Menu id=format!("activity-menu-{}", activity.id) label=label size=Size::Sm>
            {first}
            {remove}
        </Menu>
    }
    .into_any()
}

/// What a timeline shows is read again by `shown_again` after each change.
#[derive(Clone, Copy)]
pub(crate) struct Changes<F> {
    pub text: Text,
    pub toasts: Toasts,
    pub shown_again: F,
}

impl<F: Fn() + Copy + Send + Sync + 'static> Changes<F> {
    /// Does something; a failure is said.
    pub(crate) fn make(self, what: impl Future<Output = Result<(), AppError>> + 'static) {
        spawn_local(async move {
            if let Err(error) = what.await {
                self.toasts.error(save_trouble(self.text, &error));
            }
            (self.shown_again)();
        });
    }

    /// Takes a note or an activity off the timeline, and offers to put it back.
    pub(crate) fn take_off(self, id: ActivityId, message: &'static str) {
        spawn_local(async move {
            if let Err(error) = delete_activity(id, true).await {
                self.toasts.error(save_trouble(self.text, &error));
                return;
            }
            (self.shown_again)();
            self.toasts.undo(message, move || self.make(delete_activity(id, false)));
        });
    }
}
