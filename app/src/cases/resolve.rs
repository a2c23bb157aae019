//! The dialog that asks what was done before a case is solved or closed.

use super::desk::Desk;
use crate::ui::{Button, Dialog, InlineState, TextArea, TextField, Variant};
use domain::case::CaseField;
use leptos::prelude::*;

/// The dialog.
pub(super) fn dialog(desk: Desk) -> AnyView {
    let text = desk.text;
    let cause = RwSignal::new(desk.case.with_untracked(|case| case.data.cause.clone()));
    let solution = RwSignal::new(String::new());
    let state = RwSignal::new(InlineState::Rest);
    let error = Signal::derive(move || match state.get() {
        InlineState::Failed { message } | InlineState::Conflict { message, .. } => Some(message),
        _ => None,
    });
    let busy = Signal::derive(move || matches!(state.get(), InlineState::Saving));
    let send = move || {
        if busy.get_untracked() {
            return;
        }
        let edits = vec![
            (CaseField::Solution, solution.get_untracked()),
            (CaseField::Cause, cause.get_untracked()),
            (CaseField::Status, desk.resolve_as.get_untracked().code().to_owned()),
        ];
        desk.save_all(edits, state, move |worked| {
            if worked {
                desk.resolving.try_set(false);
            }
        });
    };
    let footer = move || {
        view! {
            <Button on_click=move |_| desk.resolving.set(false)>{text.common_cancel()}</Button>
            <Button variant=Variant::Primary loading=busy on_click=move |_| send()>
                {text.case_resolve()}
            </Button>
        }
        .into_any()
    };
    view! {
        <Dialog
            id="resolve"
            open=desk.resolving
            title=text.case_resolve_title()
            lazy=true
            footer=footer
        >
            <div class="form">
                <TextArea
                    value=solution
                    label=text.field_case_solution()
                    name="solution"
                    hint=text.case_solution_hint()
                    error=error
                    on_submit=move |_| send()
                />
                <TextField value=cause label=text.field_case_cause() name="cause" />
            </div>
        </Dialog>
    }
    .into_any()
}
