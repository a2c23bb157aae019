//! Who one is: the name colleagues see, and what only an administrator changes.

use super::api::RenameMyself;
use crate::{
    admin::users::roles,
    boot::use_boot,
    error::AppError,
    frame::save_trouble,
    i18n::{use_text, words},
    ui::{
        Banner, Button, ButtonKind, Card, Fact, FactList, Need, TextField, Tone, Variant,
        use_toasts,
    },
};
use domain::{failure::Failure, policy::RoleName, user::User};
use leptos::{form::ActionForm, prelude::*};

/// The card.
pub(super) fn card(user: User, held: Vec<RoleName>) -> AnyView {
    let text = use_text();
    let boot = use_boot();
    let toasts = use_toasts();
    let name = RwSignal::new(user.name.clone());
    let action = ServerAction::<RenameMyself>::new();
    let answer = action.value();
    Effect::new(move |ran: Option<()>| {
        let kept = answer.with(|answer| answer.as_ref()?.as_ref().ok().cloned());
        if let (Some(()), Some(kept)) = (ran, kept) {
            // Pages that are opened from now on show the new name.
            boot.update_value(|boot| {
                let me = boot.user;
                boot.user_name.clone_from(&kept);
                for colleague in boot.colleagues.iter_mut().filter(|other| other.id == me) {
                    colleague.name.clone_from(&kept);
                }
            });
            name.set(kept);
            toasts.done(text.profile_saved());
        }
    });
    let wrong = Signal::derive(move || {
        answer.with(|answer| match answer {
            Some(Err(AppError::Failure(Failure::Invalid(errors)))) => {
                errors.about("name").map(|error| words::field_error(text, error))
            }
            _ => None,
        })
    });
    let refused = move || {
        let error = answer.get()?.err()?;
        let elsewhere = !matches!(error, AppError::Failure(Failure::Invalid(_)));
        elsewhere.then(|| view! { <Banner tone=Tone::Bad>{save_trouble(text, &error)}</Banner> })
    };
    view! {
        <Card title=text.profile_account()>
            <FactList>
                <Fact label=text.profile_email()>{user.email.clone()}</Fact>
                <Fact label=text.profile_role()>{roles::chips(text, &held)}</Fact>
            </FactList>
            <ActionForm action=action attr:class="form" attr:novalidate="">
                {refused}
                <TextField
                    value=name
                    label=text.profile_name()
                    name="name"
                    autocomplete="name"
                    maxlength=100
                    need=Need::Required
                    error=wrong
                />
                <div class="cluster">
                    <Button variant=Variant::Primary kind=ButtonKind::Submit loading=action.pending()>
                        {text.common_save()}
                    </Button>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
