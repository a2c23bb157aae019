//! Changing what a planned activity says, in a dialog.

use super::form::{Form, Purpose};
use crate::{
    i18n::{use_text, words},
    ui::{Button, ButtonKind, Dialog, Variant},
};
use domain::activity::Activity;
use leptos::{ev::SubmitEvent, prelude::*};

/// Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(crate) struct Editing {
    activity: RwSignal<Option<Activity>>,
    changed: Callback<()>,
}

impl Editing {
    /// `changed` is told after each change.
    pub(crate) fn new(changed: Callback<()>) -> Self {
        Self { activity: RwSignal::new(None), changed }
    }

    pub(super) fn open(self, activity: &Activity) {
        self.activity.set(Some(activity.clone()));
    }

    /// The dialog, while one is open.
    pub(crate) fn dialog(self) -> AnyView {
        (move || self.activity.get().map(|activity| self.opened(activity))).into_any()
    }

    fn opened(self, activity: Activity) -> AnyView {
        let text = use_text();
        let open = RwSignal::new(true);
        let title = words::activity_kind(text, activity.data.kind);
        let saved = Callback::new(move |()| {
            open.try_set(false);
            self.changed.try_run(());
        });
        let form = Form::new(Purpose::Change(Box::new(activity)), saved);
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            form.send();
        };
        let footer = move || {
            view! {
                <Button on_click=move |_| open.set(false)>{text.common_cancel()}</Button>
                <Button variant=Variant::Primary loading=form.busy() on_click=move |_| form.send()>
                    {text.common_save()}
                </Button>
            }
        };
        let closed = move |()| self.activity.set(None);
        view! {
            <Dialog id="edit-activity" open=open title=title footer=footer on_close=closed lazy=true>
                <form class="form" novalidate on:submit=submit>
                    {form.inputs()}
                    // Enter in a field sends.
                    <span hidden>
                        <Button kind=ButtonKind::Submit>{text.common_save()}</Button>
                    </span>
                </form>
            </Dialog>
        }
        .into_any()
    }
}
