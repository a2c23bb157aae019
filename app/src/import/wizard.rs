//! The page of one import: the step stands in the address, what is known so far with the server, so
//! each step can be left, come back to and reloaded.

use super::{
    api::{ChooseDuplicates, ImportScreen, MapImport, StartImport, open_import},
    check, columns, duplicates, history, result,
};
use crate::{
    carried::carried,
    error::AppError,
    frame::{WindowTitle, save_trouble, trouble},
    i18n::use_text,
    ui::{Banner, Page, Skeleton, SkeletonKind, Step, StepState, Stepper, Tone},
};
use domain::{
    failure::Failure,
    id::ImportNumber,
    import::{ImportJob, ImportState},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The forms of the wizard.
#[derive(Clone, Copy)]
pub(super) struct Forms {
    pub map: ServerAction<MapImport>,
    pub choose: ServerAction<ChooseDuplicates>,
    pub start: ServerAction<StartImport>,
}

/// A step of an import that has not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At {
    Map,
    Check,
    Duplicates,
    Run,
}

impl At {
    fn of(step: &str) -> Self {
        match step {
            "check" => Self::Check,
            "duplicates" => Self::Duplicates,
            "run" | "running" | "result" => Self::Run,
            _ => Self::Map,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Check => "check",
            Self::Duplicates => "duplicates",
            Self::Run => "run",
        }
    }
}

/// The address of a step.
pub(super) fn address(number: ImportNumber, at: At) -> String {
    format!("/import/{number}?step={}", at.code())
}

/// The import wizard.
#[component]
pub fn Wizard() -> impl IntoView {
    let text = use_text();
    let (params, query) = (use_params_map(), use_query_map());
    let number = Memo::new(move |_| {
        params.with(|params| params.get("number")?.parse::<ImportNumber>().ok())
    });
    let step = Memo::new(move |_| query.with(|query| query.get("step").unwrap_or_default()));
    let forms =
        Forms { map: ServerAction::new(), choose: ServerAction::new(), start: ServerAction::new() };
    let done = RwSignal::new(0_u32);
    let screen = carried(
        move || {
            let versions = (forms.map.version().get(), forms.start.version().get(), done.get());
            (number.get(), step.get(), versions)
        },
        |(number, step, _)| async move {
            match number {
                Some(number) => open_import(number, step).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let changed = Callback::new(move |()| done.update(|count| *count += 1));
    let title = Signal::derive(move || {
        number.get().map_or_else(
            || text.page_not_found_title().to_owned(),
            |number| text.import_number(&number.to_string()),
        )
    });
    let content = screen.shown(move |screen| match screen {
        Some(screen) => at_step(screen, &step.get_untracked(), forms, changed),
        None => trouble(&AppError::Failure(Failure::Gone), None),
    });
    view! {
        <WindowTitle text=title />
        <Page title=title back="/import" class="wizard">
            {problem(forms)}
            <Transition fallback=|| {
                view! { <Skeleton kind=SkeletonKind::Card count=2 /> }
            }>{content}</Transition>
        </Page>
    }
    .into_any()
}

/// Why the last form was not taken.
fn problem(forms: Forms) -> AnyView {
    let text = use_text();
    let failed = move || {
        let map = forms.map.value().get().and_then(Result::err);
        let choose = forms.choose.value().get().and_then(Result::err);
        let start = forms.start.value().get().and_then(Result::err);
        map.or(choose).or(start)
    };
    (move || {
        failed().map(|error: AppError| {
            view! { <Banner tone=Tone::Bad>{save_trouble(text, &error)}</Banner> }
        })
    })
    .into_any()
}

fn at_step(screen: ImportScreen, step: &str, forms: Forms, changed: Callback<()>) -> AnyView {
    let asked = At::of(step);
    let waiting = screen.job.state == ImportState::Uploaded;
    if !waiting {
        #[cfg(feature = "ssr")]
        if step == "running" && screen.job.state != ImportState::Running {
            // Browsers without scripts reload this address while the import runs.
            leptos_axum::redirect(&format!("/import/{}?step=result", screen.job.number));
        }
        let steps = steps(&screen.job, At::Run, false);
        return view! {
            {steps}
            <div class="wizard-body">{result::result(screen, changed)}</div>
        }
        .into_any();
    }
    let at = if screen.check.is_none() { At::Map } else { asked };
    let steps = steps(&screen.job, at, screen.check.is_some());
    let number = screen.job.number;
    let body = match (at, screen.file, screen.check) {
        (At::Check, _, Some(check)) => check::step(number, check),
        (At::Duplicates, _, Some(_)) => duplicates::step(&screen.job, forms),
        (At::Run, _, Some(check)) => result::ready(&screen.job, &check, forms),
        (_, Some(file), _) => columns::step(&screen.job, file, forms),
        _ => ().into_any(),
    };
    view! {
        {steps}
        <div class="wizard-body">{body}</div>
    }
    .into_any()
}

fn steps(job: &ImportJob, at: At, checked: bool) -> AnyView {
    let text = use_text();
    let waiting = job.state == ImportState::Uploaded;
    let mut steps =
        vec![Step::new(text.import_step_upload(), StepState::Done).detail(job.file_name.clone())];
    for (step, label) in [
        (At::Map, text.import_step_map()),
        (At::Check, text.import_step_check()),
        (At::Duplicates, text.import_step_duplicates()),
        (At::Run, text.import_step_run()),
    ] {
        let state = match step.cmp(&at) {
            std::cmp::Ordering::Equal if job.state == ImportState::Failed => StepState::Error,
            std::cmp::Ordering::Equal if waiting || job.state == ImportState::Running => {
                StepState::Current
            }
            std::cmp::Ordering::Less | std::cmp::Ordering::Equal => StepState::Done,
            std::cmp::Ordering::Greater => StepState::Todo,
        };
        let open = waiting && step != at && (step == At::Map || checked);
        let one = Step::new(label, state);
        steps.push(if open { one.href(address(job.number, step)) } else { one });
    }
    view! {
        <div class="cluster">
            {history::state_chip(text, job.state)} <span class="muted truncate">{job.file_name.clone()}</span>
        </div>
        <Stepper label=text.import_title() steps=steps />
    }
    .into_any()
}
