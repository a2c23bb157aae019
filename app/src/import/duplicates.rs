//! The fourth step: what happens to rows whose customer is there already.

use super::wizard::{At, Forms, address};
use crate::{
    i18n::{use_text, words},
    ui::{Button, ButtonKind, Card, Choice, LinkButton, RadioGroup, Variant},
};
use domain::import::{ImportJob, OnDuplicate};
use leptos::{form::ActionForm, prelude::*};

/// The step.
pub(super) fn step(job: &ImportJob, forms: Forms) -> AnyView {
    let text = use_text();
    let (number, id) = (job.number, job.number.0);
    let pending: Signal<bool> = forms.choose.pending().into();
    let mode = RwSignal::new(job.on_duplicate.code().to_owned());
    let choices: Vec<Choice> = OnDuplicate::ALL
        .iter()
        .map(|mode| {
            Choice::new(mode.code(), words::on_duplicate(text, *mode))
                .hint(words::on_duplicate_hint(text, *mode))
        })
        .collect();
    view! {
        <ActionForm action=forms.choose attr:class="wizard-body">
            <input type="hidden" name="number" value=id />
            <Card title=text.import_duplicates_heading()>
                <p class="muted">{text.import_duplicates_hint()}</p>
                <RadioGroup
                    label=text.import_duplicates_heading()
                    name="mode"
                    value=mode
                    options=choices
                />
            </Card>
            <div class="wizard-foot">
                <LinkButton href=address(number, At::Check)>{text.common_back()}</LinkButton>
                <Button variant=Variant::Primary kind=ButtonKind::Submit loading=pending>
                    {text.common_next()}
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}
