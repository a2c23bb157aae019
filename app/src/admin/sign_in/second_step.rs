//! Which roles nobody may use without a second step.

use super::api::require_second_step;
use crate::{
    admin::users::roles::{Ticks, boxes},
    confirm::{self, Confirming},
    frame::save_trouble,
    i18n::use_text,
    ui::{Button, Card, Variant, use_toasts},
};
use domain::{policy::Held, structure::Structure};
use leptos::prelude::*;

/// The card.
pub(super) fn card(structure: &Structure, required: &[Held]) -> AnyView {
    let text = use_text();
    let toasts = use_toasts();
    let confirming = Confirming::here();
    let ticks = Ticks::new(structure, required);
    let busy = RwSignal::new(false);
    let seen = StoredValue::new(required.to_vec());
    let save = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let roles = untrack(|| ticks.chosen());
        let saved = roles.clone();
        confirming.call(
            move || require_second_step(seen.get_value(), roles.clone()),
            move |answer| {
                busy.try_set(false);
                match answer {
                    Ok(()) => {
                        seen.try_set_value(saved.clone());
                        toasts.done(text.sign_in_second_step_saved())
                    }
                    Err(error) => toasts.error(save_trouble(text, &error)),
                };
            },
        );
    };
    view! {
        <Card title=text.second_step_title()>
            <div class="form">
                <fieldset class="radio-group">
                    <legend class="field-label">{text.sign_in_second_step_for()}</legend>
                    {boxes(text, ticks, false)}
                </fieldset>
                <p class="sub">{text.sign_in_second_step_hint()}</p>
                <div class="cluster">
                    <Button variant=Variant::Primary loading=busy on_click=save>
                        {text.common_save()}
                    </Button>
                </div>
            </div>
        </Card>
        {confirm::dialog(confirming)}
    }
    .into_any()
}
