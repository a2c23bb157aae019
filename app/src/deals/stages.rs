//! The stages of a deal as a bar: where it stands, how long it stood where, and the way to another one.

use super::{
    api::move_opportunity,
    asking::{Asking, Wanted, asked_for},
    look,
};
use crate::{
    boot::use_now,
    customers::record::Record,
    frame::save_trouble,
    ui::{Icon, use_announcer},
};
use domain::{
    id::{StageId, Version},
    opportunity::{Opportunity, Place, time_in_stages},
    pipeline::{Pipeline, Stage, StageKind},
    time::DAY,
};
use leptos::{prelude::*, task::spawn_local};

/// The bar.
pub(super) fn bar(record: Record) -> AnyView {
    let text = record.text;
    let Some(deal) = record.deal() else { return ().into_any() };
    let announcer = use_announcer();
    let done = Callback::new(move |(wanted, version): (Wanted, Version)| {
        let said = text.toast_moved(&wanted.name, &look::stage_name(text, &wanted.stage));
        announcer.say(said);
        spawn_local(async move { record.touched(wanted.seen, version).await });
    });
    let asking = Asking::new(done, Callback::new(|_| ()));
    let steps = move || {
        let pipeline = deal.with(|deal| pipeline_of(&record.pipelines(), deal));
        pipeline.map(|pipeline| steps(record, asking, &pipeline))
    };
    view! {
        <nav class="stage-bar" aria-label=text.deal_stages()>
            <ol class="stage-steps">{steps}</ol>
        </nav>
        {asking.dialog()}
    }
    .into_any()
}

fn pipeline_of(pipelines: &[Pipeline], deal: &Opportunity) -> Option<Pipeline> {
    pipelines.iter().find(|pipeline| pipeline.id == deal.pipeline).cloned()
}

fn steps(record: Record, asking: Asking, pipeline: &Pipeline) -> AnyView {
    let Some(deal) = record.deal() else { return ().into_any() };
    let (here, state) = deal.with(|deal| (deal.stage, deal.state));
    let closing = [StageKind::Won, StageKind::Lost].into_iter();
    let closing = closing.filter_map(|kind| pipeline.closing(kind));
    let mut shown: Vec<Stage> = pipeline.columns().chain(closing).cloned().collect();
    // One that is out of use shows only where it is.
    if !shown.iter().any(|stage| stage.id == here) {
        shown.extend(pipeline.stage(here).cloned());
    }
    let at = shown.iter().position(|stage| stage.id == here);
    shown
        .into_iter()
        .enumerate()
        .map(|(place, stage)| {
            let passed = state == StageKind::Open
                && stage.kind == StageKind::Open
                && at.is_some_and(|at| place < at);
            step(record, asking, stage, (here, passed))
        })
        .collect_view()
        .into_any()
}

fn step(record: Record, asking: Asking, stage: Stage, (here, passed): (StageId, bool)) -> AnyView {
    let text = record.text;
    let is_here = stage.id == here;
    let look = match stage.kind {
        _ if is_here => stage.kind.code(),
        StageKind::Open if passed => "passed",
        StageKind::Open => "ahead",
        StageKind::Won | StageKind::Lost => "closing",
    };
    let icon = match stage.kind {
        StageKind::Open => passed.then_some("check"),
        kind => Some(look::state_look(kind).1),
    };
    let name = look::stage_name(text, &stage);
    let days = days(record, stage.id);
    let go = StoredValue::new(stage);
    view! {
        <li class="stage-step" data-look=look aria-current=is_here.then_some("step")>
            <button
                type="button"
                class="stage-go"
                disabled=is_here || !record.may_edit
                on:click=move |_| move_to(record, asking, go.get_value())
            >
                {icon.map(|icon| view! { <Icon name=icon class="icon-sm" /> })}
                <span class="truncate">{name}</span>
                <span class="stage-days num">{days}</span>
            </button>
        </li>
    }
    .into_any()
}

/// How long the deal stood in a stage so far, in whole days; nothing where it never was.
fn days(record: Record, stage: StageId) -> impl Fn() -> Option<String> {
    let (text, now) = (record.text, use_now());
    move || {
        let deal = record.deal()?;
        let now = now.get().max(record.boot.with_value(|boot| boot.now));
        let stayed = deal.with(|deal| time_in_stages(&deal.visits, now).get(&stage).copied())?;
        Some(text.deal_days(stayed / DAY)).filter(|_| stayed >= DAY)
    }
}

fn move_to(record: Record, asking: Asking, stage: Stage) {
    let Some(deal) = record.deal() else { return };
    let kind = stage.kind;
    let wanted = deal.with_untracked(|deal| Wanted {
        id: deal.id,
        seen: deal.version,
        name: deal.data.name.clone(),
        currency: deal.data.currency,
        stage,
        place: Place::Top,
    });
    if kind != StageKind::Open {
        asking.ask(wanted, Vec::new());
        return;
    }
    spawn_local(async move {
        let _writing = record.writing();
        match move_opportunity(wanted.id, wanted.seen, wanted.plain()).await {
            Ok(version) => record.touched(wanted.seen, version).await,
            Err(error) => {
                if let Some(fields) = asked_for(&error) {
                    asking.ask(wanted, fields);
                } else {
                    record.toasts.error(save_trouble(record.text, &error));
                    record.reload().await;
                }
            }
        }
    });
}
