//! The form of the replies: a row each, and an empty one for another. It is a plain form; scripts only spare the wait.

use super::{
    SAVED,
    api::{RepliesScreen, SaveReplies},
};
use crate::{
    error::AppError,
    frame::save_trouble,
    i18n::{Text, use_text, words},
    ui::{
        Banner, Button, ButtonKind, Card, Choice, FormRow, IconButton, SelectField, TextArea,
        TextField, Tone, Variant,
    },
};
use domain::{
    failure::Failure,
    lang::Lang,
    reply::{CUSTOMER, MOST_REPLIES, NUMBER, ReplyForm},
};
use leptos::{form::ActionForm, prelude::*};

/// A reply as it is typed.
#[derive(Clone, Copy)]
struct Row {
    title: RwSignal<String>,
    body: RwSignal<String>,
    lang: RwSignal<String>,
}

impl Row {
    fn new(form: &ReplyForm) -> Self {
        Self {
            title: RwSignal::new(form.title.clone()),
            body: RwSignal::new(form.body.clone()),
            lang: RwSignal::new(form.lang.clone()),
        }
    }

    /// Takes over what stands in another row.
    fn take(self, other: Self) {
        let texts = |row: Self| [row.title, row.body, row.lang];
        for (to, from) in texts(self).into_iter().zip(texts(other)) {
            to.set(from.get_untracked());
        }
    }
}

/// All of it. Copy it into handlers freely.
#[derive(Clone, Copy)]
struct Form {
    text: Text,
    rows: RwSignal<Vec<Row>>,
    action: ServerAction<SaveReplies>,
}

/// The form.
pub(super) fn form(screen: RepliesScreen) -> AnyView {
    let RepliesScreen { form, version } = screen;
    let blank = ReplyForm::default();
    let rows = form.replies.iter().chain([&blank]).map(Row::new).collect();
    let action = ServerAction::<SaveReplies>::new();
    let form = Form { text: use_text(), rows: RwSignal::new(rows), action };
    Effect::new(move |ran: Option<()>| {
        let saved = action.value().with(|answer| matches!(answer, Some(Ok(_))));
        if ran.is_some() && saved {
            // The address is our own, so it is never refused.
            let _ = window().location().assign(SAVED);
        }
    });
    form.view(version.0)
}

impl Form {
    fn view(self, seen: i64) -> AnyView {
        let text = self.text;
        let lang = usize::from(text.lang() == Lang::Zh);
        let [customer, number] =
            [CUSTOMER, NUMBER].map(|names| names.get(lang).copied().unwrap_or_default());
        let hint = text.reply_hint(customer, number);
        let all = move || self.rows.get().into_iter().enumerate().collect::<Vec<_>>();
        let full = move || self.rows.with(|rows| rows.len() > MOST_REPLIES);
        let add = move |_| self.rows.update(|rows| rows.push(Row::new(&ReplyForm::default())));
        view! {
            <ActionForm action=self.action attr:class="form" attr:novalidate="">
                {move || self.refused()}
                <input type="hidden" name="seen" value=seen.to_string() />
                <p class="sub">{hint}</p>
                <For each=all key=|(place, _)| *place let((place, row))>
                    {self.row(place, row)}
                </For>
                <div class="cluster">
                    <Button icon="plus" disabled=Signal::derive(full) on_click=add>
                        {text.reply_add()}
                    </Button>
                    <Button variant=Variant::Primary kind=ButtonKind::Submit loading=self.action.pending()>
                        {text.common_save()}
                    </Button>
                </div>
            </ActionForm>
        }
        .into_any()
    }

    fn error(self, place: usize, field: &str) -> Signal<Option<String>> {
        let (text, name) = (self.text, format!("replies.{place}.{field}"));
        Signal::derive(move || {
            self.action.value().with(|answer| match answer {
                Some(Err(AppError::Failure(Failure::Invalid(errors)))) => {
                    errors.about(&name).map(|error| words::field_error(text, error))
                }
                _ => None,
            })
        })
    }

    fn row(self, place: usize, row: Row) -> AnyView {
        let text = self.text;
        let sent = move |field: &str| format!("form[replies][{place}][{field}]");
        let number = i64::try_from(place + 1).unwrap_or(i64::MAX);
        let langs: Vec<Choice> = std::iter::once(Choice::new("", text.reply_every_lang()))
            .chain([Lang::En, Lang::Zh].map(|one| Choice::new(one.tag(), words::language(one))))
            .collect();
        let actions = move || {
            view! {
                <IconButton
                    icon="trash-2"
                    label=text.reply_remove(number)
                    on_click=move |_| self.remove(place)
                />
            }
        };
        view! {
            <Card title=text.reply_place(number) actions=actions>
                <FormRow>
                    <TextField
                        value=row.title
                        label=text.field_reply_title()
                        name=sent("title")
                        id=format!("reply-{place}-title")
                        maxlength=100
                        autocomplete="off"
                        error=self.error(place, "title")
                    />
                    <SelectField
                        value=row.lang
                        options=langs
                        label=text.field_reply_lang()
                        name=sent("lang")
                        id=format!("reply-{place}-lang")
                    />
                </FormRow>
                <TextArea
                    value=row.body
                    label=text.field_reply_body()
                    name=sent("body")
                    id=format!("reply-{place}-body")
                    error=self.error(place, "body")
                />
            </Card>
        }
        .into_any()
    }

    /// Moves what stands below one row up; an empty one stays.
    fn remove(self, place: usize) {
        let rows = self.rows.get_untracked();
        for (to, from) in rows.iter().skip(place).zip(rows.iter().skip(place + 1)) {
            to.take(*from);
        }
        if let Some(last) = rows.last() {
            last.take(Row::new(&ReplyForm::default()));
        }
        if rows.len() > 1 {
            self.rows.update(|rows| {
                rows.pop();
            });
        }
    }

    /// Why nothing was saved, where it is not about one field.
    fn refused(self) -> Option<AnyView> {
        let text = self.text;
        let error = self.action.value().get()?.err()?;
        let said = match &error {
            AppError::Failure(Failure::Invalid(errors)) => {
                let error = errors.about("replies")?;
                words::form_error(text, "replies", error)
            }
            AppError::Failure(Failure::Conflict(conflict)) => {
                let who =
                    if conflict.by.is_empty() { text.timeline_system() } else { &conflict.by };
                text.service_conflict(who)
            }
            error => save_trouble(text, error),
        };
        Some(view! { <Banner tone=Tone::Bad>{said}</Banner> }.into_any())
    }
}
