//! What every form field has around its control: label, mark, hint and error.
//! The error takes the place of the hint, in the one element that describes the control.

use leptos::prelude::*;

use super::{Icon, Need, Text, classes, given, use_words};

/// One entry of a select, radio group or segmented control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is stored and sent.
    pub value: String,
    /// What is shown.
    pub label: Text,
    /// A second line, shown where there is room.
    pub hint: Text,
    /// Cannot be chosen now.
    pub disabled: bool,
}

impl Choice {
    /// A choice with a value and its wording.
    pub fn new(value: impl Into<String>, label: impl Into<Text>) -> Self {
        Self { value: value.into(), label: label.into(), hint: Text::default(), disabled: false }
    }

    /// Adds a second line.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Text>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Shows the choice without letting it be taken.
    #[must_use]
    pub const fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
}

/// What the frame of a field needs to know.
pub(crate) struct Frame {
    pub id: String,
    pub label: Text,
    pub hide_label: bool,
    pub need: Need,
    pub hint: Text,
    pub error: Signal<Option<String>>,
    pub class: Text,
}

impl Frame {
    /// Id of the element that holds the hint or the error.
    pub fn hint_id(&self) -> String {
        format!("{}-hint", self.id)
    }
}

/// The id of a field: the given one, else made from its name, so that both sides agree.
pub(crate) fn field_id(id: &Text, name: &Text) -> String {
    if id.is_empty() { format!("f-{name}") } else { id.to_string() }
}

/// `aria-invalid` of a control.
pub(crate) fn invalid(error: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> + Clone {
    move || error.with(Option::is_some).then_some("true")
}

/// The word or star behind a label.
pub(crate) fn need_mark(need: Need) -> AnyView {
    match need {
        Need::Optional => {
            view! { <span class="field-mark">{use_words().optional.clone()}</span> }.into_any()
        }
        Need::Starred => {
            view! { <span class="field-star" aria-hidden="true">"*"</span> }.into_any()
        }
        Need::Free | Need::Required => ().into_any(),
    }
}

/// The line under a control: its error if there is one, else its hint.
pub(crate) fn hint_line(id: String, hint: Text, error: Signal<Option<String>>) -> AnyView {
    view! {
        <p class="field-hint" id=id data-error=invalid(error)>
            {move || match error.get() {
                Some(message) => {
                    view! {
                        <Icon name="circle-alert" class="icon-sm" />
                        <span>{message}</span>
                    }
                        .into_any()
                }
                None => given(&hint).into_any(),
            }}
        </p>
    }
    .into_any()
}

/// Label, control, hint and whatever belongs below (duplicate hints, meters).
pub(crate) fn framed(frame: Frame, control: AnyView, below: AnyView) -> AnyView {
    let hint_id = frame.hint_id();
    let label_class = if frame.hide_label { "field-label visually-hidden" } else { "field-label" };
    view! {
        <div class=classes(&["field", &frame.class]) data-invalid=invalid(frame.error)>
            <label class=label_class for=frame.id>
                {frame.label}
                {need_mark(frame.need)}
            </label>
            {control}
            {hint_line(hint_id, frame.hint, frame.error)}
            {below}
        </div>
    }
    .into_any()
}
