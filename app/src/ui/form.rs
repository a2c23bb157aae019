//! What holds a form together: sections, rows, the summary of problems and the save bar.
//! One column; two only for short pairs on wide screens.

use leptos::prelude::*;

use super::{Icon, Text, dom::focus_id, filled, given};

/// One problem found when a form was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Element id of the field, such as `f-name`.
    pub field: String,
    /// What to do about it.
    pub message: String,
}

/// A titled group of fields.
#[component]
pub fn FormSection(
    /// Title of the group.
    #[prop(into)]
    title: Text,
    /// What belongs here.
    #[prop(optional, into)]
    hint: Text,
    /// Element id, for section navigation.
    #[prop(optional, into)]
    id: Text,
    children: Children,
) -> AnyView {
    view! {
        <fieldset class="form-section" id=given(&id)>
            <legend class="form-section-title">{title}</legend>
            <p class="form-section-hint">{given(&hint)}</p>
            <div class="form-fields">{children()}</div>
        </fieldset>
    }
    .into_any()
}

/// Two short fields side by side where there is room.
#[component]
pub fn FormRow(children: Children) -> AnyView {
    view! { <div class="form-row">{children()}</div> }.into_any()
}

/// The summary above a form with more than one problem: each line leads to its field.
#[component]
pub fn FormErrors(
    /// What happened, in one sentence.
    #[prop(into)]
    title: Text,
    /// The problems in the order of the fields.
    #[prop(into)]
    errors: Signal<Vec<FieldProblem>>,
) -> AnyView {
    let lines = move || {
        errors
            .get()
            .into_iter()
            .map(|problem| {
                let field = problem.field.clone();
                view! {
                    <li>
                        <a
                            href=format!("#{}", problem.field)
                            on:click=move |event| {
                                event.prevent_default();
                                focus_id(&field);
                            }
                        >
                            {problem.message}
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <div class="banner" data-tone="bad" role="alert" hidden=move || errors.with(Vec::is_empty)>
            <Icon name="circle-alert" />
            <div class="banner-text">
                <p>{title}</p>
                <ul class="form-errors">{lines}</ul>
            </div>
        </div>
    }
    .into_any()
}

/// The bar that stays at the lower edge of a form: what changed, and the buttons.
#[component]
pub fn SaveBar(
    /// How many changes wait, or whether they are saved; announced politely.
    #[prop(optional, into)]
    status: Signal<String>,
    children: Children,
) -> AnyView {
    view! {
        <div class="save-bar">
            <p class="save-bar-status" role="status">
                {move || filled(status.get())}
            </p>
            <div class="save-bar-actions">{children()}</div>
        </div>
    }
    .into_any()
}
