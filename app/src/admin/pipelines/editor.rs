//! The form of a pipeline: its names and its stages in their order, those that close at the end.

use super::{Asked, Screen, api::save_pipeline};
use crate::{
    error::AppError,
    form::fresh,
    frame::save_trouble,
    i18n::{Text, words},
    ui::{
        Banner, Button, Checkbox, Dialog, FormRow, IconButton, NumberField, Size, TextField, Tone,
        Variant,
    },
};
use domain::{
    failure::Failure,
    field::{FieldError, FormErrors},
    id::{OperationId, PipelineId, Version},
    opportunity::OpportunityField,
    pipeline::{Pipeline, PipelineForm, Stage, StageForm, StageKind, asked_for_codes},
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

/// A stage as it is typed.
#[derive(Clone, Copy)]
struct Row {
    key: usize,
    id: StoredValue<String>,
    kind: StageKind,
    name_en: RwSignal<String>,
    name_zh: RwSignal<String>,
    probability: RwSignal<String>,
    max_days: RwSignal<String>,
    required: StoredValue<Vec<(OpportunityField, RwSignal<bool>)>>,
}

/// All of it. Copy it into handlers freely.
#[derive(Clone, Copy)]
struct Form {
    screen: Screen,
    known: Option<(PipelineId, Version)>,
    name_en: RwSignal<String>,
    name_zh: RwSignal<String>,
    rows: RwSignal<Vec<Row>>,
    made: StoredValue<usize>,
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    trouble: RwSignal<Option<AppError>>,
    attempt: StoredValue<OperationId>,
}

/// The form, while it is open.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || {
        screen.asked.get().map(|Asked(pipeline)| {
            let title = pipeline.as_ref().map_or_else(
                || screen.text.pipeline_new().to_owned(),
                |pipeline| pipeline.name.in_lang(screen.text.lang()).to_owned(),
            );
            Form::new(screen, pipeline.as_ref()).view(title)
        })
    })
    .into_any()
}

impl Form {
    fn new(screen: Screen, pipeline: Option<&Pipeline>) -> Self {
        let name = pipeline.map(|pipeline| pipeline.name.clone()).unwrap_or_default();
        let form = Self {
            screen,
            known: pipeline.map(|pipeline| (pipeline.id, pipeline.version)),
            name_en: RwSignal::new(name.en),
            name_zh: RwSignal::new(name.zh),
            rows: RwSignal::new(Vec::new()),
            made: StoredValue::new(0),
            open: RwSignal::new(true),
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
            attempt: StoredValue::new(fresh()),
        };
        let stages = pipeline.map(|pipeline| pipeline.stages.clone()).unwrap_or_default();
        for stage in stages.iter().filter(|stage| !stage.archived) {
            form.add(stage.kind, Some(stage));
        }
        if pipeline.is_none() {
            for kind in [StageKind::Open, StageKind::Won, StageKind::Lost] {
                form.add(kind, None);
            }
        }
        form
    }

    /// A stage of a kind behind those there are; open ones stand before those that close.
    fn add(self, kind: StageKind, stage: Option<&Stage>) {
        let key = self.made.get_value();
        self.made.set_value(key + 1);
        let required = stage.map(|stage| stage.required.clone()).unwrap_or_default();
        let name = stage.map(|stage| stage.name.clone()).unwrap_or_default();
        let closing =
            |word: &str| if kind == StageKind::Open { String::new() } else { word.to_owned() };
        let [en, zh] = [domain::lang::Lang::En, domain::lang::Lang::Zh]
            .map(|lang| closing(words::stage_kind(Text::new(lang), kind)));
        let or = |given: String, other: String| if stage.is_some() { given } else { other };
        let row = Row {
            key,
            id: StoredValue::new(stage.map(|stage| stage.id.to_string()).unwrap_or_default()),
            kind,
            name_en: RwSignal::new(or(name.en, en)),
            name_zh: RwSignal::new(or(name.zh, zh)),
            probability: RwSignal::new(
                stage.map(|stage| stage.probability.to_string()).unwrap_or_default(),
            ),
            max_days: RwSignal::new(
                stage
                    .and_then(|stage| stage.max_days)
                    .map(|days| days.to_string())
                    .unwrap_or_default(),
            ),
            required: StoredValue::new(
                OpportunityField::ASKED_FOR
                    .into_iter()
                    .map(|field| (field, RwSignal::new(required.contains(&field))))
                    .collect(),
            ),
        };
        self.rows.update(|rows| {
            let at = rows.iter().position(|other| other.kind > kind).unwrap_or(rows.len());
            rows.insert(at, row);
        });
    }

    fn view(self, title: String) -> AnyView {
        let text = self.screen.text;
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            self.send();
        };
        let footer = move || {
            view! {
                <Button on_click=move |_| self.open.set(false)>{text.common_cancel()}</Button>
                <Button variant=Variant::Primary loading=self.busy on_click=move |_| self.send()>
                    {text.common_save()}
                </Button>
            }
        };
        let closed = move |()| self.screen.asked.set(None);
        view! {
            <Dialog
                id="pipeline"
                open=self.open
                title=title
                wide=true
                footer=footer
                on_close=closed
            >
                <form class="form" novalidate="" on:submit=submit>
                    {move || self.whole()}
                    <FormRow>
                        {self.line(self.name_en, text.field_pipeline_name_en(), "name_en".to_owned())}
                        {self.line(self.name_zh, text.field_pipeline_name_zh(), "name_zh".to_owned())}
                    </FormRow>
                    <ol class="stage-rows">
                        <For each=move || self.rows.get() key=|row| row.key let:row>
                            {self.row(row)}
                        </For>
                    </ol>
                    <Button icon="plus" size=Size::Sm on_click=move |_| self.add(StageKind::Open, None)>
                        {text.pipeline_stage_add()}
                    </Button>
                    // Enter in a field sends the form.
                    <button type="submit" hidden=true tabindex="-1"></button>
                </form>
            </Dialog>
        }
        .into_any()
    }

    /// What is wrong with all of it.
    fn whole(self) -> Option<AnyView> {
        let text = self.screen.text;
        let error = self.trouble.get()?;
        let said = match &error {
            AppError::Failure(Failure::Invalid(errors)) => match errors.about("stages")? {
                FieldError::TooMany { max: 0 } => text.pipeline_stage_in_use().to_owned(),
                other => words::form_error(text, "stages", other),
            },
            error => save_trouble(text, error),
        };
        Some(view! { <Banner tone=Tone::Bad>{said}</Banner> }.into_any())
    }

    /// What is wrong with a field, by its name in the form.
    fn error(
        self,
        name: impl Fn() -> Option<String> + Send + Sync + 'static,
    ) -> Signal<Option<String>> {
        let text = self.screen.text;
        Signal::derive(move || {
            let name = name()?;
            self.trouble.with(|trouble| match trouble.as_ref()? {
                AppError::Failure(Failure::Invalid(FormErrors(errors))) => {
                    let found = errors.iter().find(|(other, _)| *other == name);
                    found.map(|(_, error)| words::form_error(text, &name, error))
                }
                _ => None,
            })
        })
    }

    fn line(self, value: RwSignal<String>, label: &'static str, name: String) -> AnyView {
        let sent_as = format!("pipeline-{name}");
        view! {
            <TextField
                value=value
                label=label
                name=sent_as
                maxlength=60
                autocomplete="off"
                error=self.error(move || Some(name.clone()))
            />
        }
        .into_any()
    }

    /// What is wrong with a field of a stage; stages are numbered as they stand.
    fn row_error(self, key: usize, field: &'static str) -> Signal<Option<String>> {
        self.error(move || {
            let place = self.rows.with(|rows| rows.iter().position(|row| row.key == key))?;
            Some(format!("stages.{place}.{field}"))
        })
    }

    fn row(self, row: Row) -> AnyView {
        let text = self.screen.text;
        let key = row.key;
        let field = move |value: RwSignal<String>, label: &'static str, name: &'static str| {
            view! {
                <TextField
                    value=value
                    label=label
                    name=format!("stage-{key}-{name}")
                    maxlength=60
                    autocomplete="off"
                    error=self.row_error(key, name)
                />
            }
        };
        let open = (row.kind == StageKind::Open).then(|| {
            view! {
                <FormRow>
                    <NumberField
                        value=row.probability
                        label=text.pipeline_probability()
                        name=format!("stage-{key}-probability")
                        whole=true
                        suffix="%"
                        error=self.row_error(key, "probability")
                    />
                    <NumberField
                        value=row.max_days
                        label=text.pipeline_max_days()
                        name=format!("stage-{key}-max-days")
                        whole=true
                        error=self.row_error(key, "max_days")
                    />
                </FormRow>
            }
        });
        let kind = words::stage_kind(text, row.kind);
        view! {
            <li class="stage-row">
                <div class="cluster stage-row-head">
                    <span class="sub grow">{kind}</span>
                    {(row.kind == StageKind::Open).then(|| self.steps(row))}
                </div>
                <FormRow>
                    {field(row.name_en, text.field_pipeline_name_en(), "name_en")}
                    {field(row.name_zh, text.field_pipeline_name_zh(), "name_zh")}
                </FormRow>
                {open}
                {self.required(row)}
            </li>
        }
        .into_any()
    }

    /// Up, down and away.
    fn steps(self, row: Row) -> AnyView {
        let text = self.screen.text;
        let name = move || {
            let [en, zh] = [row.name_en.get(), row.name_zh.get()];
            if en.is_empty() { zh } else { en }
        };
        let step = move |by: isize| {
            self.rows.update(|rows| {
                let Some(at) = rows.iter().position(|other| other.key == row.key) else { return };
                let Some(to) = at.checked_add_signed(by) else { return };
                if rows.get(to).is_some_and(|other| other.kind == row.kind) {
                    rows.swap(at, to);
                }
            });
        };
        let remove = move |_| self.rows.update(|rows| rows.retain(|other| other.key != row.key));
        view! {
            <IconButton icon="arrow-up" label=text.pipeline_stage_up(&untrack(name)) on_click=move |_| step(-1) />
            <IconButton icon="arrow-down" label=text.pipeline_stage_down(&untrack(name)) on_click=move |_| step(1) />
            <IconButton icon="trash-2" label=text.pipeline_stage_remove(&untrack(name)) on_click=remove />
        }
        .into_any()
    }

    /// What has to be known of a deal that enters.
    fn required(self, row: Row) -> AnyView {
        let text = self.screen.text;
        let boxes = row.required.with_value(|required| {
            required
                .iter()
                .map(|(field, ticked)| {
                    let label = words::opportunity_field(text, *field);
                    let name = format!("stage-{}-required", row.key);
                    view! { <Checkbox checked=*ticked label=label name=name value=field.code() /> }
                })
                .collect_view()
        });
        view! {
            <details>
                <summary class="sub">{text.pipeline_required()}</summary>
                <div class="cluster">{boxes}</div>
            </details>
        }
        .into_any()
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        let form = PipelineForm {
            name_en: self.name_en.get_untracked(),
            name_zh: self.name_zh.get_untracked(),
            stages: self.rows.with_untracked(|rows| rows.iter().map(Row::form).collect()),
        };
        let name = if form.name_en.trim().is_empty() { &form.name_zh } else { &form.name_en };
        let done = self.screen.text.structure_saved(name.trim());
        let (operation, known, screen) = (self.attempt.get_value(), self.known, self.screen);
        self.busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            let answer = save_pipeline(operation, known, form).await;
            self.busy.try_set(false);
            match answer {
                Ok(_) => {
                    self.open.try_set(false);
                    screen.toasts.done(done);
                    screen.again.try_run(());
                }
                Err(error) => {
                    // Another try says something else.
                    self.attempt.try_set_value(fresh());
                    self.trouble.try_set(Some(error));
                }
            }
        });
    }
}

impl Row {
    fn form(&self) -> StageForm {
        let required: Vec<OpportunityField> = self.required.with_value(|required| {
            let ticked = required.iter().filter(|(_, ticked)| ticked.get_untracked());
            ticked.map(|(field, _)| *field).collect()
        });
        StageForm {
            id: self.id.get_value(),
            name_en: self.name_en.get_untracked(),
            name_zh: self.name_zh.get_untracked(),
            kind: self.kind.code().to_owned(),
            probability: self.probability.get_untracked(),
            max_days: self.max_days.get_untracked(),
            required: asked_for_codes(&required),
        }
    }
}
