//! Putting tags on the ticked customers.

use super::{
    Desk,
    api::{tag_accounts, untag_accounts},
};
use crate::{
    customers::api::tags_like,
    error::AppError,
    frame::save_trouble,
    i18n::words,
    ui::{Button, Dialog, Need, TagField, Variant},
};
use domain::{
    at_once::Tagged,
    failure::Failure,
    field::{FieldError, FormErrors},
    id::AccountId,
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

/// The name of the field, as the store complains about it.
const FIELD: &str = "tags";

/// The dialog and what is typed there.
#[derive(Clone, Copy)]
struct Tagging {
    desk: Desk,
    open: RwSignal<bool>,
    tags: RwSignal<Vec<String>>,
    errors: RwSignal<FormErrors>,
}

/// The dialog.
pub(super) fn dialog(desk: Desk, open: RwSignal<bool>) -> AnyView {
    let text = desk.text;
    let tagging = Tagging {
        desk,
        open,
        tags: RwSignal::new(Vec::new()),
        errors: RwSignal::new(FormErrors::default()),
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        tagging.send();
    };
    let footer = move || {
        view! {
            <Button on_click=move |_| open.set(false)>{text.common_cancel()}</Button>
            <Button variant=Variant::Primary loading=desk.busy on_click=move |_| tagging.send()>
                {text.bulk_tag_send()}
            </Button>
        }
    };
    view! {
        <Dialog id="bulk-tag" open=open title=text.bulk_tag_title() footer=footer lazy=true>
            <form class="form" on:submit=submit>
                {tagging.field()}
            </form>
        </Dialog>
    }
    .into_any()
}

impl Tagging {
    fn field(self) -> AnyView {
        let text = self.desk.text;
        let suggestions = RwSignal::new(Vec::<String>::new());
        let latest = StoredValue::new(0_u64);
        let look_up = move |typed: String| {
            latest.update_value(|latest| *latest += 1);
            let query = latest.get_value();
            spawn_local(async move {
                // Without suggestions tags can still be typed.
                let found = tags_like(typed).await.unwrap_or_default();
                if latest.try_get_value() == Some(query) {
                    suggestions.try_set(found);
                }
            });
        };
        let error = Signal::derive(move || {
            let errors = self.errors.read();
            errors.about(FIELD).map(|error| match error {
                FieldError::OutOfRange { max, .. } => text.bulk_tag_too_many(*max),
                error => words::form_error(text, FIELD, error),
            })
        });
        view! {
            <TagField
                tags=self.tags
                label=text.customer_tags()
                name="bulk-tags"
                hint=text.customer_tags_hint()
                suggestions=suggestions
                on_query=look_up
                need=Need::Required
                error=error
                create_text=move |tag: String| format!("{}: {tag}", text.customer_tag_add())
            />
        }
        .into_any()
    }

    fn send(self) {
        let Self { desk, open, tags, errors } = self;
        if desk.busy.get_untracked() {
            return;
        }
        let add = tags.get_untracked();
        if add.is_empty() {
            errors.set(FormErrors::one(FIELD, FieldError::Required));
            return;
        }
        let ids: Vec<AccountId> = desk.chosen();
        desk.busy.set(true);
        spawn_local(async move {
            let answer = tag_accounts(ids, add).await;
            desk.busy.try_set(false);
            match answer {
                Ok(tagged) => {
                    open.try_set(false);
                    tags.try_set(Vec::new());
                    errors.try_set(FormErrors::default());
                    desk.clear();
                    tell(desk, tagged);
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

/// Says how many got tags, and offers the way back. No row of the list shows tags, but it may be narrowed by one.
fn tell(desk: Desk, tagged: Vec<Tagged>) {
    let Desk { list, text, changes, toasts, .. } = desk;
    let Ok(count) = i64::try_from(tagged.len()) else { return };
    if count == 0 {
        toasts.done(text.toast_tagged_none());
        return;
    }
    toasts.undo(text.toast_tagged(count), move || {
        let tagged = tagged.clone();
        spawn_local(async move {
            match untag_accounts(tagged).await {
                Ok(_) => {
                    let narrowed =
                        list.try_get_value().and_then(|list| list.by_tag.try_get_untracked());
                    if narrowed == Some(true) {
                        changes.happened();
                    }
                }
                Err(error) => {
                    toasts.error(save_trouble(text, &error));
                }
            }
        });
    });
}
