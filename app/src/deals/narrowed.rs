//! Chips that say by what a figure narrowed the list it led to; each takes its condition away.

use super::{address, look};
use crate::{
    i18n::{Text, format},
    ui::Chip,
};
use domain::{
    opportunity::DealRequest,
    period::DateRange,
    pipeline::{Pipeline, Stage},
};
use leptos::prelude::*;

/// The chips of a list; none where it was opened another way.
pub(super) fn chips(
    text: Text,
    request: Memo<DealRequest>,
    pipelines: Signal<Vec<Pipeline>>,
) -> AnyView {
    (move || {
        let asked = request.get();
        if !asked.from_figures() {
            return ().into_any();
        }
        let stage = asked.reached.and_then(|id| {
            pipelines.with(|all| {
                let stage = all.iter().find_map(|pipeline| pipeline.stage(id))?;
                Some(reached(text, stage))
            })
        });
        let plain = DealRequest { after: None, ..asked.clone() };
        let conditions = [
            (
                said_days(text, asked.began, |text, days| text.dashboard_began_in(days)),
                DealRequest { began: None, ..plain.clone() },
            ),
            (
                said_days(text, asked.closed, |text, days| text.dashboard_closed_in(days)),
                DealRequest { closed: None, ..plain.clone() },
            ),
            (stage, DealRequest { reached: None, ..plain.clone() }),
            (
                asked.team.map(|_| text.dashboard_one_team().to_owned()),
                DealRequest { team: None, ..plain.clone() },
            ),
            (
                asked.product.map(|_| text.dashboard_one_product().to_owned()),
                DealRequest { product: None, ..plain.clone() },
            ),
        ];
        removable(text, conditions.map(|(said, without)| (said, address::list(&without))))
    })
    .into_any()
}

fn reached(text: Text, stage: &Stage) -> String {
    text.dashboard_reached(&look::stage_name(text, stage))
}

/// A chip for each condition that there is, with the address of the list without it.
pub(crate) fn removable(
    text: Text,
    conditions: impl IntoIterator<Item = (Option<String>, String)>,
) -> AnyView {
    conditions
        .into_iter()
        .filter_map(|(said, without)| Some((said?, without)))
        .map(|(said, without)| {
            let label = text.list_filter_remove(&said);
            view! { <Chip label=said selected=true remove_href=without remove_label=label /> }
        })
        .collect_view()
        .into_any()
}

/// Days in the words of `say`.
pub(crate) fn said_days(
    text: Text,
    days: Option<DateRange>,
    say: impl Fn(Text, &str) -> String,
) -> Option<String> {
    days.map(|days| say(text, &format::date_range(text, days)))
}
