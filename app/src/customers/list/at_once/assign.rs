//! Putting a colleague, or nobody, in charge of the ticked rows.

use super::{
    Desk,
    api::{assign_back, assign_records},
};
use crate::{
    boot::use_boot,
    customers::share::offered,
    error::AppError,
    frame::save_trouble,
    i18n::words,
    ui::{AvatarKind, Button, ComboOption, Combobox, Dialog, Need, Variant},
};
use domain::{
    at_once::Reassigned,
    bin::BinKind,
    failure::Failure,
    field::{FieldError, FormErrors},
    id::UserId,
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The name of the field, as the store complains about it.
const FIELD: &str = "owner";

/// The dialog and what is chosen there.
#[derive(Clone, Copy)]
struct Assigning {
    desk: Desk,
    open: RwSignal<bool>,
    to: RwSignal<Vec<ComboOption>>,
    errors: RwSignal<FormErrors>,
}

/// The dialog.
pub(super) fn dialog(desk: Desk, open: RwSignal<bool>) -> AnyView {
    let text = desk.text;
    let assigning = Assigning {
        desk,
        open,
        to: RwSignal::new(Vec::new()),
        errors: RwSignal::new(FormErrors::default()),
    };
    let boot = use_boot();
    let names = StoredValue::new(boot.with_value(|boot| {
        boot.colleagues.iter().map(|one| (one.id, one.name.clone())).collect::<BTreeMap<_, _>>()
    }));
    let send = Callback::new(move |()| assigning.send(names));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    let footer = move || {
        view! {
            <Button on_click=move |_| open.set(false)>{text.common_cancel()}</Button>
            <Button variant=Variant::Primary loading=desk.busy on_click=move |_| send.run(())>
                {text.bulk_assign_send()}
            </Button>
        }
    };
    view! {
        <Dialog id="bulk-assign" open=open title=text.bulk_assign_title() footer=footer lazy=true>
            <form class="form" on:submit=submit>
                {assigning.picker()}
            </form>
        </Dialog>
    }
    .into_any()
}

impl Assigning {
    /// Nobody, oneself and colleagues, by a part of the name.
    fn picker(self) -> AnyView {
        let text = self.desk.text;
        let (query, options) = offered(use_boot().with_value(|boot| {
            let colleague = |one: &domain::list::Colleague| ComboOption {
                avatar: Some(AvatarKind::Person),
                ..ComboOption::new(
                    one.id.to_string(),
                    if one.id == boot.user {
                        text.customer_owner_me(&one.name)
                    } else {
                        one.name.clone()
                    },
                )
            };
            let nobody = ComboOption::new("", text.customer_owner_none());
            std::iter::once(nobody).chain(boot.colleagues.iter().map(colleague)).collect()
        }));
        let error = Signal::derive(move || {
            let errors = self.errors.read();
            errors.about(FIELD).map(|error| words::form_error(text, FIELD, error))
        });
        view! {
            <Combobox
                chosen=self.to
                options=options
                label=text.bulk_owner()
                name="bulk-owner"
                on_query=move |typed: String| query.set(typed)
                no_match=text.hand_over_no_match()
                need=Need::Required
                error=error
            />
        }
        .into_any()
    }

    fn send(self, names: StoredValue<BTreeMap<UserId, String>>) {
        let Self { desk, open, to, errors } = self;
        if desk.busy.get_untracked() {
            return;
        }
        let Some(chosen) = to.with_untracked(|to| to.first().cloned()) else {
            errors.set(FormErrors::one(FIELD, FieldError::Required));
            return;
        };
        let went = Went { desk, kind: desk.kind(), to: chosen.value.parse().ok(), names };
        let ids: Vec<Uuid> = desk.chosen();
        desk.busy.set(true);
        spawn_local(async move {
            let answer = assign_records(went.kind, ids, went.to).await;
            desk.busy.try_set(false);
            match answer {
                Ok(records) => {
                    open.try_set(false);
                    to.try_set(Vec::new());
                    errors.try_set(FormErrors::default());
                    desk.clear();
                    went.tell(records);
                }
                Err(AppError::Failure(Failure::Invalid(complaints))) => {
                    errors.try_set(complaints);
                }
                Err(error) => {
                    desk.toasts.error(save_trouble(desk.text, &error));
                }
            }
        });
    }
}

/// What went over to whom, also after the list was left.
#[derive(Clone, Copy)]
struct Went {
    desk: Desk,
    kind: BinKind,
    to: Option<UserId>,
    names: StoredValue<BTreeMap<UserId, String>>,
}

impl Went {
    fn name(self, owner: Option<UserId>) -> String {
        let name =
            self.names.try_with_value(|names| owner.and_then(|owner| names.get(&owner).cloned()));
        name.flatten().unwrap_or_default()
    }

    /// Shows it on the rows, and offers the way back.
    fn tell(self, records: Vec<Reassigned>) {
        let Desk { text, toasts, .. } = self.desk;
        let Ok(count) = i64::try_from(records.len()) else { return };
        if count == 0 {
            toasts.done(text.toast_assigned_none());
            return;
        }
        let name = self.name(self.to);
        self.show(records.iter().map(|record| (record.id.to_string(), name.clone())).collect());
        let said = match self.to {
            Some(_) => text.toast_assigned(count, &name),
            None => text.toast_unassigned(count),
        };
        toasts.undo(said, move || {
            let records = records.clone();
            spawn_local(async move {
                match assign_back(self.kind, self.to, records.clone()).await {
                    Ok(_) => self.show(
                        records
                            .iter()
                            .map(|record| (record.id.to_string(), self.name(record.before)))
                            .collect(),
                    ),
                    Err(error) => {
                        toasts.error(save_trouble(text, &error));
                    }
                }
            });
        });
    }

    /// Shows it on the list, if that is still there.
    fn show(self, owners: BTreeMap<String, String>) {
        match self.desk.list.try_get_value() {
            Some(list) => list.owners.run(owners),
            None => self.desk.changes.happened(),
        }
    }
}
