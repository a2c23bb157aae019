//! Changing one's own password.

use super::api::ChangePassword;
use crate::{
    error::AppError,
    frame::save_trouble,
    i18n::{Text, use_text, words},
    ui::{Banner, Button, ButtonKind, Card, InputKind, Need, TextField, Tone, use_toasts},
};
use domain::{
    failure::Failure,
    field::{FieldError, FormErrors},
};
use leptos::{form::ActionForm, prelude::*};

/// The card; `changed` runs after all other browsers were signed out.
pub(super) fn card(email: String, changed: Callback<()>) -> AnyView {
    let text = use_text();
    let toasts = use_toasts();
    let typed = [(); 3].map(|()| RwSignal::new(String::new()));
    let [current, new, again] = typed;
    let action = ServerAction::<ChangePassword>::new();
    let answer = action.value();
    Effect::new(move |ran: Option<()>| {
        let done = answer.with(|answer| matches!(answer, Some(Ok(()))));
        if ran.is_some() && done {
            for field in &typed {
                field.set(String::new());
            }
            toasts.done(text.password_changed());
            changed.run(());
        }
    });
    let field = move |name: &'static str, label: &'static str, value, kind, hint: &'static str| {
        let error = Signal::derive(move || {
            answer.with(|answer| complaint(text, name, errors(answer.as_ref()?)?))
        });
        view! {
            <TextField
                value=value
                label=label
                name=name
                kind=kind
                hint=hint
                need=Need::Required
                error=error
            />
        }
    };
    let refused = move || {
        let error = answer.get()?.err()?;
        let elsewhere = !matches!(error, AppError::Failure(Failure::Invalid(_)));
        elsewhere.then(|| view! { <Banner tone=Tone::Bad>{save_trouble(text, &error)}</Banner> })
    };
    view! {
        <Card title=text.password_title()>
            <ActionForm action=action attr:class="form" attr:novalidate="">
                {refused}
                // Tells password managers whose password it is.
                <input
                    class="visually-hidden"
                    type="email"
                    autocomplete="username"
                    value=email
                    readonly
                    tabindex="-1"
                    aria-hidden="true"
                />
                {field("current", text.password_current(), current, InputKind::Password, "")}
                {field("new", text.password_new(), new, InputKind::NewPassword, text.password_hint())}
                {field("again", text.password_again(), again, InputKind::NewPassword, "")}
                <div class="cluster">
                    <Button kind=ButtonKind::Submit loading=action.pending()>
                        {text.password_submit()}
                    </Button>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}

fn errors(answer: &Result<(), AppError>) -> Option<&FormErrors> {
    match answer {
        Err(AppError::Failure(Failure::Invalid(errors))) => Some(errors),
        _ => None,
    }
}

/// What to type instead.
fn complaint(text: Text, field: &str, errors: &FormErrors) -> Option<String> {
    let error = errors.about(field)?;
    Some(match (field, error) {
        ("current", FieldError::Differs) => text.password_current_wrong().to_owned(),
        _ => words::field_error(text, error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::lang::Lang;

    #[test]
    fn a_wrong_current_password_has_words_of_its_own() {
        let text = Text::new(Lang::En);
        let errors = FormErrors(vec![
            ("current".to_owned(), FieldError::Differs),
            ("again".to_owned(), FieldError::Differs),
        ]);
        let current = complaint(text, "current", &errors);
        assert_eq!(current.as_deref(), Some(text.password_current_wrong()));
        let again = complaint(text, "again", &errors);
        assert_eq!(again.as_deref(), Some(text.error_field_differs()));
        assert_eq!(complaint(text, "new", &errors), None);
    }
}
