//! The form of a survey: what it is called and what it asks, in both languages side by side. A row of the form keeps its
//! place; moving a question moves what stands in the rows, so that names of fields are places from the first page on.

use super::{
    address,
    api::{SaveSurvey, open_survey},
    live_preview::{PREVIEW, live_preview},
    template::template,
};
use crate::{
    carried::carried,
    customers::pages::{number, waiting},
    error::AppError,
    form::operation,
    frame::{WindowTitle, save_trouble, trouble_page},
    i18n::{Text, use_text, words},
    ui::{
        Banner, Button, ButtonKind, Checkbox, Choice, DateField, FormRow, FormSection, IconButton,
        LinkButton, Page, SaveBar, Segmented, SelectField, TextArea, TextField, Tone, Variant,
    },
};
use domain::{
    failure::Failure,
    field::{FieldError, FormErrors},
    survey::{
        MOST_QUESTIONS, QuestionForm, QuestionKind, Survey, SurveyForm, SurveyKind, SurveyStatus,
    },
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// The page for a new survey: what it is to find out, then its form.
#[component]
pub fn NewSurvey() -> impl IntoView {
    let query = use_query_map();
    let kind = Memo::new(move |_| {
        query.with(|query| query.get_str("kind").and_then(|raw| SurveyKind::parse(raw).ok()))
    });
    move || match kind.get() {
        Some(kind) => Form::new(&template(kind), kind, None).view(),
        None => choose(),
    }
}

/// The page that changes a survey.
#[component]
pub fn EditSurvey() -> impl IntoView {
    let number = number();
    let screen = carried(move || number.get(), open_survey);
    let retry = Callback::new(move |()| screen.refetch());
    view! {
        <Suspense fallback=waiting>
            {move || Suspend::new(async move {
                match screen.await {
                    Ok(screen) => {
                        let survey = screen.survey;
                        Form::new(&SurveyForm::from(&survey), survey.kind, Some(&survey)).view()
                    }
                    Err(error) => trouble_page(&error, address::LIST, Some(retry)),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// What a survey of a kind finds out, in a line.
fn about(text: Text, kind: SurveyKind) -> &'static str {
    match kind {
        SurveyKind::Nps => text.survey_about_nps(),
        SurveyKind::Csat => text.survey_about_csat(),
        SurveyKind::Ces => text.survey_about_ces(),
        SurveyKind::Form => text.survey_about_form(),
        SurveyKind::Feedback => text.survey_about_feedback(),
    }
}

fn choose() -> AnyView {
    let text = use_text();
    let kinds = SurveyKind::ALL
        .iter()
        .map(|kind| {
            let href = format!("/surveys/new?kind={}", kind.code());
            view! {
                <li class="entry">
                    <div class="grow">
                        <p class="entry-title">
                            <a href=href>{words::survey_kind(text, *kind)}</a>
                        </p>
                        <p class="sub">{about(text, *kind)}</p>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <WindowTitle text=Signal::stored(text.survey_new().to_owned()) />
        <Page title=text.survey_new().to_owned() back=address::LIST narrow=true>
            <section class="card card-flush">
                <div class="card-head">
                    <h2 class="card-title">{text.survey_choose()}</h2>
                </div>
                <ul class="entry-list">{kinds}</ul>
            </section>
        </Page>
    }
    .into_any()
}

/// A question as it is typed.
#[derive(Clone, Copy)]
struct Row {
    id: RwSignal<String>,
    kind: RwSignal<QuestionKind>,
    title_en: RwSignal<String>,
    title_zh: RwSignal<String>,
    required: RwSignal<bool>,
    options_en: RwSignal<String>,
    options_zh: RwSignal<String>,
}

impl Row {
    fn new(form: &QuestionForm) -> Self {
        let kind = QuestionKind::parse(&form.kind).unwrap_or(QuestionKind::Text);
        Self {
            id: RwSignal::new(form.id.clone()),
            kind: RwSignal::new(kind),
            title_en: RwSignal::new(form.title_en.clone()),
            title_zh: RwSignal::new(form.title_zh.clone()),
            required: RwSignal::new(form.required == "true"),
            options_en: RwSignal::new(form.options_en.clone()),
            options_zh: RwSignal::new(form.options_zh.clone()),
        }
    }

    /// What stands in it, followed by whoever reads it.
    fn typed(self) -> QuestionForm {
        QuestionForm {
            id: String::new(),
            kind: self.kind.get().code().to_owned(),
            title_en: self.title_en.get(),
            title_zh: self.title_zh.get(),
            required: self.required.get().to_string(),
            options_en: self.options_en.get(),
            options_zh: self.options_zh.get(),
        }
    }

    /// Takes over what stands in another row.
    fn take(self, other: Self) {
        let texts =
            |row: Self| [row.id, row.title_en, row.title_zh, row.options_en, row.options_zh];
        for (to, from) in texts(self).into_iter().zip(texts(other)) {
            to.set(from.get_untracked());
        }
        self.kind.set(other.kind.get_untracked());
        self.required.set(other.required.get_untracked());
    }

    /// What stands in it, apart from the row.
    fn copy(self) -> Self {
        let copy = Self::new(&QuestionForm::default());
        copy.take(self);
        copy
    }
}

/// All of it. Copy it into handlers freely.
#[derive(Clone, Copy)]
struct Form {
    text: Text,
    kind: SurveyKind,
    /// The id, the version and the page of a survey that is there already.
    known: StoredValue<Option<(String, i64, String)>>,
    /// What it asks can be changed, too: it has never been open.
    is_draft: bool,
    title_en: RwSignal<String>,
    title_zh: RwSignal<String>,
    intro_en: RwSignal<String>,
    intro_zh: RwSignal<String>,
    closes_on: RwSignal<String>,
    opens_case: RwSignal<bool>,
    rows: RwSignal<Vec<Row>>,
    adding: RwSignal<String>,
    action: ServerAction<SaveSurvey>,
}

impl Form {
    fn new(form: &SurveyForm, kind: SurveyKind, survey: Option<&Survey>) -> Self {
        let known = survey
            .map(|survey| (survey.id.to_string(), survey.version.0, address::of(survey.number)));
        let first = kind.offers().last().map(|kind| kind.code().to_owned());
        Self {
            text: use_text(),
            kind,
            known: StoredValue::new(known),
            is_draft: survey.is_none_or(|survey| survey.status == SurveyStatus::Draft),
            title_en: RwSignal::new(form.title_en.clone()),
            title_zh: RwSignal::new(form.title_zh.clone()),
            intro_en: RwSignal::new(form.intro_en.clone()),
            intro_zh: RwSignal::new(form.intro_zh.clone()),
            closes_on: RwSignal::new(form.closes_on.clone()),
            opens_case: RwSignal::new(form.opens_case == "true"),
            rows: RwSignal::new(form.questions.iter().map(Row::new).collect()),
            adding: RwSignal::new(first.unwrap_or_default()),
            action: ServerAction::new(),
        }
    }

    /// What customers see of it, as it stands there.
    fn typed(self) -> SurveyForm {
        SurveyForm {
            kind: self.kind.code().to_owned(),
            title_en: self.title_en.get(),
            title_zh: self.title_zh.get(),
            intro_en: self.intro_en.get(),
            intro_zh: self.intro_zh.get(),
            questions: self.rows.get().into_iter().map(Row::typed).collect(),
            ..SurveyForm::default()
        }
    }

    /// The form or what it comes to, for phones.
    fn sides(self, side: RwSignal<String>) -> AnyView {
        let text = self.text;
        let sides = vec![
            Choice::new("", text.survey_side_form()),
            Choice::new(PREVIEW, text.survey_side_preview()),
        ];
        view! {
            <div class="survey-sides">
                <Segmented label=text.survey_preview_live() name="side" value=side options=sides />
            </div>
        }
        .into_any()
    }

    fn view(self) -> AnyView {
        let text = self.text;
        let side = RwSignal::new(String::new());
        let known = self.known.get_value();
        let (id, seen, back) = match known {
            Some((id, seen, page)) => (id, seen.to_string(), page),
            None => (String::new(), "0".to_owned(), address::LIST.to_owned()),
        };
        let title = if id.is_empty() {
            text.survey_new_kind(words::survey_kind(text, self.kind))
        } else {
            text.survey_edit_title().to_owned()
        };
        let fixed = (!self.is_draft)
            .then(|| view! { <Banner tone=Tone::Info>{text.survey_fixed()}</Banner> });
        let pending: Signal<bool> = self.action.pending().into();
        let cancel = back.clone();
        view! {
            <WindowTitle text=Signal::stored(title.clone()) />
            <Page title=title back=back class="form-page survey-page">
                {move || self.whole()}
                {fixed}
                {self.sides(side)}
                <div class="survey-edit" data-side=move || side.get()>
                <ActionForm action=self.action attr:class="form" attr:novalidate="">
                    <input type="hidden" name="operation" value=operation().to_string() />
                    <input type="hidden" name="id" value=id />
                    <input type="hidden" name="seen" value=seen />
                    <input type="hidden" name="form[kind]" value=self.kind.code() />
                    {self.basics()}
                    {self.questions()}
                    <SaveBar>
                        <LinkButton href=cancel>{text.common_cancel()}</LinkButton>
                        <Button variant=Variant::Primary kind=ButtonKind::Submit loading=pending>
                            {text.common_save()}
                        </Button>
                    </SaveBar>
                </ActionForm>
                {live_preview(Signal::derive(move || self.typed()), side)}
                </div>
            </Page>
        }
        .into_any()
    }

    /// What is wrong with all of it.
    fn whole(self) -> Option<AnyView> {
        let text = self.text;
        let error = self.action.value().get()?.err()?;
        let said = match &error {
            AppError::Failure(Failure::Invalid(errors)) => match errors.about("questions") {
                Some(FieldError::NotYours) => text.survey_fixed().to_owned(),
                Some(FieldError::UnknownOption) => text.survey_misfit().to_owned(),
                Some(other) => words::form_error(text, "questions", other),
                None => {
                    let FormErrors(all) = errors;
                    text.common_form_errors(i64::try_from(all.len()).unwrap_or(i64::MAX))
                }
            },
            error => save_trouble(text, error),
        };
        Some(view! { <Banner tone=Tone::Bad>{said}</Banner> }.into_any())
    }

    /// What is wrong with a field, by its name in the form.
    fn error(self, name: String) -> Signal<Option<String>> {
        let text = self.text;
        Signal::derive(move || {
            self.action.value().with(|answer| match answer {
                Some(Err(AppError::Failure(Failure::Invalid(errors)))) => {
                    errors.about(&name).map(|error| words::form_error(text, &name, error))
                }
                _ => None,
            })
        })
    }

    fn basics(self) -> AnyView {
        let text = self.text;
        view! {
            <FormSection title=text.survey_basics()>
                <FormRow>
                    {self.line(self.title_en, text.field_survey_title_en(), "title_en")}
                    {self.line(self.title_zh, text.field_survey_title_zh(), "title_zh")}
                </FormRow>
                <FormRow>
                    {self.area(self.intro_en, text.field_survey_intro_en(), "intro_en")}
                    {self.area(self.intro_zh, text.field_survey_intro_zh(), "intro_zh")}
                </FormRow>
                <FormRow>
                    <DateField
                        value=self.closes_on
                        label=text.field_survey_closes_on()
                        name="form[closes_on]"
                        hint=text.survey_closes_hint()
                        placeholder=text.hint_date()
                        error=self.error("closes_on".to_owned())
                    />
                </FormRow>
                <Checkbox
                    checked=self.opens_case
                    label=text.field_survey_opens_case()
                    name="form[opens_case]"
                    hint=text.survey_case_hint()
                />
            </FormSection>
        }
        .into_any()
    }

    fn line(self, value: RwSignal<String>, label: &'static str, name: &'static str) -> AnyView {
        view! {
            <TextField
                value=value
                label=label
                name=format!("form[{name}]")
                id=format!("f-{name}")
                maxlength=120
                autocomplete="off"
                error=self.error(name.to_owned())
            />
        }
        .into_any()
    }

    fn area(self, value: RwSignal<String>, label: &'static str, name: &'static str) -> AnyView {
        view! {
            <TextArea
                value=value
                label=label
                name=format!("form[{name}]")
                id=format!("f-{name}")
                hint=self.text.survey_intro_hint()
                error=self.error(name.to_owned())
            />
        }
        .into_any()
    }

    fn questions(self) -> AnyView {
        let text = self.text;
        let all = move || self.rows.get().into_iter().enumerate().collect::<Vec<_>>();
        view! {
            <FormSection title=text.field_survey_questions()>
                <ol class="stage-rows">
                    <For each=all key=|(place, _)| *place let((place, row))>
                        {self.question(place, row)}
                    </For>
                </ol>
                {self.more()}
            </FormSection>
        }
        .into_any()
    }

    /// Another question, where the kind of the survey leaves a choice.
    fn more(self) -> Option<AnyView> {
        let text = self.text;
        if !self.is_draft || self.kind.offers().is_empty() {
            return None;
        }
        let options: Vec<Choice> = self
            .kind
            .offers()
            .iter()
            .map(|kind| Choice::new(kind.code(), words::question_kind(text, *kind)))
            .collect();
        let add = move |_| {
            let kind = self.adding.get_untracked();
            let row = Row::new(&QuestionForm { kind, ..QuestionForm::default() });
            self.rows.update(|rows| rows.push(row));
        };
        let full = move || self.rows.with(|rows| rows.len() >= MOST_QUESTIONS);
        Some(
            view! {
                <div class="survey-add">
                    <SelectField
                        value=self.adding
                        options=options
                        label=text.field_survey_question_kind()
                        name="adding"
                    />
                    <Button icon="plus" disabled=Signal::derive(full) on_click=add>
                        {text.survey_question_add()}
                    </Button>
                </div>
            }
            .into_any(),
        )
    }

    fn question(self, place: usize, row: Row) -> AnyView {
        let text = self.text;
        let sent = move |field: &str| format!("form[questions][{place}][{field}]");
        let kind = move || words::question_kind(text, row.kind.get());
        let number = i64::try_from(place + 1).unwrap_or(i64::MAX);
        let ask = move |value: RwSignal<String>, label: &'static str, field: &'static str| {
            view! {
                <TextField
                    value=value
                    label=label
                    name=sent(field)
                    id=format!("question-{place}-{field}")
                    maxlength=300
                    autocomplete="off"
                    error=self.error(format!("questions.{place}.{field}"))
                />
            }
        };
        view! {
            <li class="stage-row">
                <input type="hidden" name=sent("id") value=move || row.id.get() />
                <input type="hidden" name=sent("kind") value=move || row.kind.get().code() />
                <div class="cluster stage-row-head">
                    <span class="stack-tight grow">
                        <strong>{text.survey_question_place(number)}</strong>
                        <span class="sub">{kind}</span>
                    </span>
                    {self.is_draft.then(|| self.steps(place))}
                </div>
                <FormRow>
                    {ask(row.title_en, text.field_survey_question_en(), "title_en")}
                    {ask(row.title_zh, text.field_survey_question_zh(), "title_zh")}
                </FormRow>
                {move || row.kind.get().has_options().then(|| self.options(place, row))}
                <Checkbox checked=row.required label=text.field_survey_required() name=sent("required") />
            </li>
        }
        .into_any()
    }

    fn options(self, place: usize, row: Row) -> AnyView {
        let text = self.text;
        let area = move |value: RwSignal<String>, label: &'static str, field: &'static str| {
            view! {
                <TextArea
                    value=value
                    label=label
                    name=format!("form[questions][{place}][{field}]")
                    id=format!("question-{place}-{field}")
                    error=self.error(format!("questions.{place}.{field}"))
                />
            }
        };
        view! {
            <FormRow>
                {area(row.options_en, text.field_survey_options_en(), "options_en")}
                {area(row.options_zh, text.field_survey_options_zh(), "options_zh")}
            </FormRow>
        }
        .into_any()
    }

    /// Up, down and away; a survey for feedback asks its four as they are.
    fn steps(self, place: usize) -> Option<AnyView> {
        let text = self.text;
        if self.kind == SurveyKind::Feedback {
            return None;
        }
        let number = i64::try_from(place + 1).unwrap_or(i64::MAX);
        let swap = move |with: Option<usize>| {
            let rows = self.rows.get_untracked();
            let pair = with.and_then(|with| Some((rows.get(place)?, rows.get(with)?)));
            if let Some((here, there)) = pair {
                let kept = here.copy();
                here.take(*there);
                there.take(kept);
            }
        };
        let remove = move |_| {
            let rows = self.rows.get_untracked();
            for (to, from) in rows.iter().skip(place).zip(rows.iter().skip(place + 1)) {
                to.take(*from);
            }
            self.rows.update(|rows| {
                rows.pop();
            });
        };
        let own = self.kind.asks();
        let removable = move || {
            self.rows.with(|rows| rows.get(place).map(|row| row.kind.get()) != own || own.is_none())
        };
        Some(
            view! {
                <IconButton
                    icon="arrow-up"
                    label=text.survey_question_up(number)
                    on_click=move |_| swap(place.checked_sub(1))
                />
                <IconButton
                    icon="arrow-down"
                    label=text.survey_question_down(number)
                    on_click=move |_| swap(Some(place + 1))
                />
                <IconButton
                    icon="trash-2"
                    label=text.survey_question_remove(number)
                    disabled=Signal::derive(move || !removable())
                    on_click=remove
                />
            }
            .into_any(),
        )
    }
}
