//! The form of a new share: with whom, what it gives, until when.

use super::{Sharing, api::share_record, offered};
use crate::{
    error::AppError,
    frame::save_trouble,
    i18n::words,
    ui::{
        AvatarKind, Button, ButtonKind, Choice, ComboOption, Combobox, DateField, FormRow,
        SelectField, Variant,
    },
};
use domain::{
    date::Date,
    failure::Failure,
    field::FormErrors,
    share::{ShareForm, ShareLevel, ShareWith, SharesOf},
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

/// What is typed.
#[derive(Clone, Copy)]
struct Form {
    with: RwSignal<Vec<ComboOption>>,
    level: RwSignal<String>,
    until: RwSignal<String>,
    errors: RwSignal<FormErrors>,
}

impl Form {
    fn error(self, field: &'static str) -> Signal<Option<String>> {
        let text = crate::i18n::use_text();
        Signal::derive(move || {
            self.errors.with(|errors| {
                errors.about(field).map(|error| words::form_error(text, field, error))
            })
        })
    }

    fn typed(self) -> ShareForm {
        let with = self.with.with_untracked(|with| {
            with.first().map(|option| option.value.clone()).unwrap_or_default()
        });
        ShareForm { with, level: self.level.get_untracked(), until: self.until.get_untracked() }
    }
}

/// The form, for whoever may share the record.
pub(super) fn form(sharing: Sharing, all: &SharesOf) -> Option<AnyView> {
    let most = all.gives?;
    let text = sharing.text();
    let form = Form {
        with: RwSignal::new(Vec::new()),
        level: RwSignal::new(ShareLevel::See.code().to_owned()),
        until: RwSignal::new(String::new()),
        errors: RwSignal::new(FormErrors::default()),
    };
    let levels: Vec<Choice> = ShareLevel::ALL
        .iter()
        .filter(|level| **level <= most)
        .map(|level| Choice::new(level.code(), words::share_level(text, *level)))
        .collect();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        send(sharing, form);
    };
    let parse = move |typed: String| Date::parse(&typed).ok().map(|date| date.to_string());
    Some(
        view! {
            <form class="form share-form" on:submit=send>
                {picker(sharing, all, form)}
                <FormRow>
                    <SelectField
                        value=form.level
                        options=levels
                        label=text.share_level()
                        name="share-level"
                        error=form.error("level")
                    />
                    <DateField
                        value=form.until
                        label=text.share_end()
                        name="share-until"
                        hint=text.share_end_hint()
                        parse=parse
                        error=form.error("until")
                    />
                </FormRow>
                                    <Button
                        kind=ButtonKind::Submit
                        variant=Variant::Primary
                        loading=sharing.busy()
                    >
                        {text.share_send()}
                    </Button>
            </form>
        }
        .into_any(),
    )
}

/// Colleagues and teams to choose from, by a part of the name.
fn picker(sharing: Sharing, all: &SharesOf, form: Form) -> AnyView {
    let text = sharing.text();
    let users = sharing.record().boot.with_value(|boot| {
        let may = boot.colleagues.iter().filter(|one| all.users.contains(&one.id));
        may.map(|one| ComboOption {
            avatar: Some(AvatarKind::Person),
            ..ComboOption::new(ShareWith::User(one.id).code(), one.name.clone())
        })
        .collect::<Vec<_>>()
    });
    let teams = all.teams.iter().map(|team| ComboOption {
        detail: text.share_team().to_owned(),
        ..ComboOption::new(ShareWith::Team(team.id).code(), team.name.clone())
    });
    let (query, options) = offered(teams.chain(users).collect());
    view! {
        <Combobox
            chosen=form.with
            options=options
            label=text.share_with()
            name="share-with"
            on_query=move |typed: String| query.set(typed)
            no_match=text.share_no_match()
            error=form.error("with")
        />
    }
    .into_any()
}

fn send(sharing: Sharing, form: Form) {
    let (text, toasts, record) = (sharing.text(), sharing.toasts(), sharing.record());
    let (busy, subject) = (sharing.busy(), record.subject());
    if busy.get_untracked() {
        return;
    }
    let typed = form.typed();
    let name = form
        .with
        .with_untracked(|with| with.first().map(|option| option.label.clone()).unwrap_or_default());
    busy.set(true);
    spawn_local(async move {
        let answer = share_record(subject, typed).await;
        busy.try_set(false);
        match answer {
            Ok(shares) => {
                toasts.done(text.share_done(&name));
                sharing.took(shares);
                record.story.refresh().await;
            }
            Err(AppError::Failure(Failure::Invalid(errors))) => {
                form.errors.try_set(errors);
            }
            Err(error) => {
                toasts.error(save_trouble(text, &error));
            }
        }
    });
}
