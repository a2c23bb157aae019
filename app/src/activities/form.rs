//! The form that puts down an activity: what happened already in a few presses, what is planned with its day, both with
//! what comes next.

use super::{
    api::{add_activity, edit_activity},
    look::{in_days, soon, today, words as named},
};
use crate::{
    boot::{use_boot, use_now},
    error::AppError,
    form::{Fields, Line, area, choices, fresh, line},
    frame::save_trouble,
    i18n::{Text, use_text, words},
    ui::{
        Banner, Button, ButtonKind, Chip, Choice, DateField, FormRow, InputKind, Segmented,
        SelectField, Tone, Variant,
    },
};
use domain::{
    activity::{Activity, ActivityForm, ActivityKind, CallResult, DONE, Reminder},
    failure::Failure,
    id::OperationId,
    note::Subject,
    policy::Object,
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

/// What the form is for.
#[derive(Clone)]
pub(super) enum Purpose {
    /// Puts down a new one of a kind about a record.
    New(ActivityKind, Subject),
    /// Changes an open one.
    Change(Box<Activity>),
}

/// Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(super) struct Form {
    text: Text,
    purpose: StoredValue<Purpose>,
    fields: Fields,
    attempt: StoredValue<OperationId>,
    busy: RwSignal<bool>,
    trouble: RwSignal<Option<String>>,
    saved: Callback<()>,
}

/// The form for a new activity of a kind; `saved` is told when it is stored.
pub(crate) fn log_form(kind: ActivityKind, subject: Subject, saved: Callback<()>) -> AnyView {
    let form = Form::new(Purpose::New(kind, subject), saved);
    let text = form.text;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.send();
    };
    view! {
        <form class="panel activity-form" novalidate on:submit=submit>
            {form.inputs()}
            <div class="composer-bar">
                <Button variant=Variant::Primary kind=ButtonKind::Submit loading=form.busy>
                    {text.common_save()}
                </Button>
            </div>
        </form>
    }
    .into_any()
}

impl Form {
    pub(super) fn new(purpose: Purpose, saved: Callback<()>) -> Self {
        let text = use_text();
        let boot = use_boot();
        let now = use_now();
        let first = match &purpose {
            Purpose::New(kind, _) => {
                fresh_form(*kind, boot.with_value(|boot| boot.user.to_string()))
            }
            Purpose::Change(activity) => filled(activity),
        };
        let first = serde_json::to_value(first).unwrap_or_default();
        let fields = Fields::new::<ActivityForm>(
            Object::Activity,
            move |name| {
                first.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
            },
            move |form: &ActivityForm| {
                let read = boot.with_value(|boot| {
                    form.parse(boot.user, &named(text), now.get_untracked(), &boot.zone)
                });
                read.err().unwrap_or_default()
            },
        );
        Self {
            text,
            purpose: StoredValue::new(purpose),
            fields,
            attempt: StoredValue::new(fresh()),
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
            saved,
        }
    }

    fn is_new(self) -> bool {
        self.purpose.with_value(|purpose| matches!(purpose, Purpose::New(..)))
    }

    fn kind(self) -> ActivityKind {
        self.purpose.with_value(|purpose| match purpose {
            Purpose::New(kind, _) => *kind,
            Purpose::Change(activity) => activity.data.kind,
        })
    }

    pub(super) fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// What is typed into, as far as it fits the kind and whether it happened already.
    pub(super) fn inputs(self) -> AnyView {
        let (text, fields, kind) = (self.text, self.fields, self.kind());
        let trouble =
            move || self.trouble.get().map(|said| view! { <Banner tone=Tone::Bad>{said}</Banner> });
        let which = (self.is_new() && kind != ActivityKind::Task).then(|| {
            let states = vec![
                Choice::new(DONE, text.activity_happened()),
                Choice::new("", text.activity_planned()),
            ];
            view! {
                <Segmented
                    label=text.activity_when_it_is()
                    name="state"
                    value=fields.value("state")
                    options=states
                />
            }
        });
        let is_done = Memo::new(move |_| fields.value("state").get() == DONE);
        let rest = move || if is_done.get() { self.happened(kind) } else { self.to_come(kind) };
        view! {
            {trouble}
            {which}
            {rest}
        }
        .into_any()
    }

    fn happened(self, kind: ActivityKind) -> AnyView {
        let (text, fields) = (self.text, self.fields);
        let results = choices::<CallResult>();
        let result = (kind == ActivityKind::Call).then(|| {
            view! {
                <Segmented
                    label=text.field_activity_result()
                    name="result"
                    value=fields.value("result")
                    options=results
                />
            }
        });
        let place = (kind != ActivityKind::Call).then(|| line(fields, "place", Line::default()));
        view! {
            {result}
            {area(fields, "body", "")}
            {place}
            {self.next()}
            <details class="more-fields">
                <summary class="sub">{text.activity_another_day()}</summary>
                <FormRow>{self.date("due_on")} {self.time()}</FormRow>
                <FormRow>{self.next_title()} {self.date("next_on")}</FormRow>
            </details>
        }
        .into_any()
    }

    fn to_come(self, kind: ActivityKind) -> AnyView {
        let (text, fields) = (self.text, self.fields);
        let title = Line { example: text.hint_activity_title(), ..Line::default() };
        let place = matches!(kind, ActivityKind::Visit | ActivityKind::Meeting)
            .then(|| line(fields, "place", Line::default()));
        let reminders = choices::<Reminder>();
        let colleagues: Vec<Choice> = use_boot().with_value(|boot| {
            let named = boot.colleagues.iter();
            named.map(|one| Choice::new(one.id.to_string(), one.name.clone())).collect()
        });
        view! {
            {line(fields, "title", title)}
            {self.days("due_on")}
            <FormRow>{self.date("due_on")} {self.time()}</FormRow>
            {place}
            <details class="more-fields" open=!self.is_new()>
                <summary class="sub">{text.common_optional_fields()}</summary>
                <FormRow>
                    <SelectField
                        value=fields.value("owner")
                        options=colleagues
                        label=text.field_activity_owner()
                        name="owner"
                        error=fields.error("owner")
                    />
                    <SelectField
                        value=fields.value("remind")
                        options=reminders
                        label=text.field_activity_remind()
                        name="remind"
                        placeholder=text.activity_no_reminder()
                        error=fields.error("remind")
                    />
                </FormRow>
                {area(fields, "body", "")}
            </details>
        }
        .into_any()
    }

    fn date(self, name: &'static str) -> AnyView {
        let (text, fields) = (self.text, self.fields);
        view! {
            <DateField
                value=fields.value(name)
                label=words::field(text, Object::Activity, name)
                name=name
                placeholder=text.hint_date()
                error=fields.error(name)
                on_change=move |_| fields.corrected(name)
            />
        }
        .into_any()
    }

    fn time(self) -> AnyView {
        let example = self.text.hint_time();
        line(self.fields, "due_time", Line { kind: InputKind::Text, example, ..Line::default() })
    }

    /// Days that are one press away.
    fn days(self, field: &'static str) -> AnyView {
        let (text, value) = (self.text, self.fields.value(field));
        let today = use_boot().with_value(|boot| today(boot, use_now().get_untracked()));
        let first = (field == "due_on").then_some((0, text.common_today()));
        let chips = first.into_iter().chain(soon(text)).map(|(days, label)| {
            let on = in_days(today, days);
            let is_on = {
                let on = on.clone();
                Signal::derive(move || value.with(|value| *value == on))
            };
            let press = move |_| {
                let now = if is_on.get_untracked() { String::new() } else { on.clone() };
                value.set(now);
                self.fields.corrected(field);
            };
            view! { <Chip label=label selected=is_on on_click=press /> }
        });
        view! { <div class="cluster">{chips.collect_view()}</div> }.into_any()
    }

    /// When to go on: days that are one press away.
    fn next(self) -> AnyView {
        view! {
            <fieldset class="next-days">
                <legend class="field-label">{self.text.activity_next_step()}</legend>
                {self.days("next_on")}
            </fieldset>
        }
        .into_any()
    }

    fn next_title(self) -> AnyView {
        let example = self.text.activity_follow_up();
        line(self.fields, "next_title", Line { example, ..Line::default() })
    }

    pub(super) fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        if !self.fields.all_well() {
            self.fields.focus_first_problem();
            return;
        }
        self.busy.set(true);
        self.trouble.set(None);
        let (form, purpose) = (self.fields.typed(), self.purpose.get_value());
        let attempt = self.attempt.get_value();
        spawn_local(async move {
            let answer = match purpose {
                Purpose::New(_, subject) => {
                    let kind = subject.code().to_owned();
                    add_activity(attempt, kind, subject.id(), form).await.map(drop)
                }
                Purpose::Change(activity) => {
                    edit_activity(activity.id, activity.version, form).await.map(drop)
                }
            };
            self.busy.try_set(false);
            match answer {
                Ok(()) => {
                    self.saved.try_run(());
                }
                Err(AppError::Failure(Failure::Invalid(errors))) => {
                    self.attempt.try_set_value(fresh());
                    self.fields.refused(errors);
                    self.fields.focus_first_problem();
                }
                Err(error) => {
                    self.trouble.try_set(Some(save_trouble(self.text, &error)));
                }
            }
        });
    }
}

/// What stands in the form for a new one.
fn fresh_form(kind: ActivityKind, me: String) -> ActivityForm {
    let is_task = kind == ActivityKind::Task;
    let result = if kind == ActivityKind::Call { CallResult::Reached.code() } else { "" };
    ActivityForm {
        kind: kind.code().to_owned(),
        state: if is_task { String::new() } else { DONE.to_owned() },
        result: result.to_owned(),
        owner: me,
        ..ActivityForm::default()
    }
}

/// What stands in the form for one that is changed.
fn filled(activity: &Activity) -> ActivityForm {
    let data = &activity.data;
    ActivityForm {
        kind: data.kind.code().to_owned(),
        title: data.title.clone(),
        body: data.body.clone(),
        place: data.place.clone(),
        due_on: data.due_on(),
        due_time: data.due.map(domain::activity::Due::time).unwrap_or_default(),
        remind: data.remind_code().to_owned(),
        owner: data.owner.to_string(),
        ..ActivityForm::default()
    }
}
