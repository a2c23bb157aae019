//! Pipelines and their stages: how deals go here, how likely they are won in each stage, how long they may stay, and what
//! has to be known of a deal that enters.

pub mod api;
mod editor;
mod order;

use super::{Place, page};
use crate::{
    carried::carried,
    deals::api::list_pipelines,
    frame::focus_on,
    i18n::{Text, format, use_text, words},
    ui::{Button, Skeleton, SkeletonKind, Toasts, Variant, use_toasts},
};
use domain::{
    id::PipelineId,
    pipeline::{Pipeline, Stage, StageKind},
};
use leptos::prelude::*;

/// The form that is open: of a pipeline, or for a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked(Option<Pipeline>);

/// What the parts of the screen share.
#[derive(Clone, Copy)]
struct Screen {
    text: Text,
    toasts: Toasts,
    asked: RwSignal<Option<Asked>>,
    going: RwSignal<Option<order::Going>>,
    busy: RwSignal<bool>,
    /// The button that is to have the focus once the cards are drawn anew.
    focus: StoredValue<String>,
    again: Callback<()>,
}

/// The page.
#[component]
pub fn PipelineSettings() -> impl IntoView {
    let text = use_text();
    let pipelines = carried(|| (), |()| list_pipelines());
    let screen = Screen {
        text,
        toasts: use_toasts(),
        asked: RwSignal::new(None),
        going: RwSignal::new(None),
        busy: RwSignal::new(false),
        focus: StoredValue::new(String::new()),
        again: Callback::new(move |()| pipelines.refetch()),
    };
    let shown = pipelines.shown(move |pipelines| {
        let all: Vec<_> = pipelines.iter().map(|pipeline| pipeline.id).collect();
        let cards = pipelines.into_iter().enumerate();
        let cards = cards.map(|(place, pipeline)| card(screen, pipeline, &all, place));
        let focus = screen.focus.get_value();
        if !focus.is_empty() {
            screen.focus.set_value(String::new());
            // The cards stay where they are and take each other's words: the button that was pressed is the other pipeline's now.
            request_animation_frame(move || focus_on(&focus));
        }
        cards.collect_view().into_any()
    });
    let content = view! {
        <p class="sub">{text.pipeline_hint()}</p>
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=5 /> }>{shown}</Transition>
        {editor::dialog(screen)}
        {order::dialog(screen)}
    };
    let new = move || {
        view! {
            <Button
                variant=Variant::Primary
                icon="plus"
                class="phone-keep phone-icon"
                on_click=move |_| screen.asked.set(Some(Asked(None)))
            >
                {text.pipeline_new()}
            </Button>
        }
    };
    page(Place::Pipelines, new, content.into_any())
}

fn card(screen: Screen, pipeline: Pipeline, all: &[PipelineId], place: usize) -> AnyView {
    let text = screen.text;
    let name = pipeline.name.in_lang(text.lang()).to_owned();
    let stages = pipeline
        .stages
        .iter()
        .filter(|stage| !stage.archived)
        .map(|stage| row(text, stage))
        .collect_view();
    let label = name.clone();
    let steps = order::steps(screen, all, place, &name);
    view! {
        <section class="card card-flush">
            <div class="card-head">
                <h2 class="card-title">{name}</h2>
                <span class="cluster">
                {steps}
                <Button
                    variant=Variant::Quiet
                    icon="pencil"
                    on_click=move |_| screen.asked.set(Some(Asked(Some(pipeline.clone()))))
                >
                    <span aria-hidden="true">{text.common_edit()}</span>
                    <span class="visually-hidden">{format!("{}: {label}", text.common_edit())}</span>
                </Button>
                </span>
            </div>
            <ol class="entry-list">{stages}</ol>
        </section>
    }
    .into_any()
}

fn row(text: Text, stage: &Stage) -> AnyView {
    let name = stage.name.in_lang(text.lang()).to_owned();
    let likely = match stage.kind {
        StageKind::Open => format::percent(i64::from(stage.probability) * 10),
        kind => words::stage_kind(text, kind).to_owned(),
    };
    let days = stage.max_days.map(|days| text.pipeline_at_most(days));
    let fields: Vec<String> = stage
        .required
        .iter()
        .map(|field| words::opportunity_field(text, *field).to_owned())
        .collect();
    let asks =
        (!fields.is_empty()).then(|| text.pipeline_asks(&format::list(text.lang(), &fields)));
    view! {
        <li class="entry">
            <div class="grow">
                <p class="entry-title">{name}</p>
                <p class="sub parts">
                    <span>{likely}</span>
                    {days.map(|days| view! { <span>{days}</span> })}
                    {asks.map(|asks| view! { <span>{asks}</span> })}
                </p>
            </div>
        </li>
    }
    .into_any()
}
