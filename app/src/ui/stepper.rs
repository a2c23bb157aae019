//! Where a person is in a task of several pages.
//! Steps that are done are links back.

use leptos::prelude::*;

use super::{Icon, Text, given, safe_href, use_words};

/// State of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Finished.
    Done,
    /// The page that is open.
    Current,
    /// Still to come.
    Todo,
    /// Finished once, needs attention again.
    Error,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    label: Text,
    detail: Text,
    href: Text,
    state: StepState,
}

impl Step {
    /// A step with its wording and state.
    pub fn new(label: impl Into<Text>, state: StepState) -> Self {
        Self { label: label.into(), detail: Text::default(), href: Text::default(), state }
    }

    /// Makes the step a link.
    #[must_use]
    pub fn href(mut self, href: impl Into<Text>) -> Self {
        self.href = href.into();
        self
    }

    /// Adds a second line, such as the file's name.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Text>) -> Self {
        self.detail = detail.into();
        self
    }
}

/// The steps of a task in order. On phones only the current one shows its words.
#[component]
pub fn Stepper(
    /// Spoken name of the task.
    #[prop(into)]
    label: Text,
    /// The steps in order.
    steps: Vec<Step>,
) -> AnyView {
    let words = use_words();
    let items = steps
        .into_iter()
        .enumerate()
        .map(|(at, step)| {
            let (state, mark) = match step.state {
                StepState::Done => (
                    "done",
                    view! { <Icon name="check" label=words.step_done.clone() class="icon-sm" /> }
                        .into_any(),
                ),
                StepState::Error => (
                    "error",
                    view! { <Icon name="triangle-alert" label=words.step_error.clone() class="icon-sm" /> }
                        .into_any(),
                ),
                StepState::Current => ("current", (at + 1).to_string().into_any()),
                StepState::Todo => ("todo", (at + 1).to_string().into_any()),
            };
            let current = (step.state == StepState::Current).then_some("step");
            let body = view! {
                <span class="step-mark num">{mark}</span>
                <span class="step-text">
                    <span class="step-label">{step.label}</span>
                    <span class="sub">{given(&step.detail)}</span>
                </span>
            };
            let inner = if step.href.is_empty() {
                view! { <span class="step-body">{body}</span> }.into_any()
            } else {
                view! { <a class="step-body" href=safe_href(&step.href)>{body}</a> }.into_any()
            };
            view! { <li class="step" data-state=state aria-current=current>{inner}</li> }
        })
        .collect_view();
    view! { <nav aria-label=label><ol class="stepper">{items}</ol></nav> }.into_any()
}
