//! The page of one deal: its stages on top, below them what is known, what happened and what hangs on it.

use super::{api::open_opportunity, facts, lines, stages};
use crate::{
    carried::carried,
    customers::{
        pages::{number, page, waiting},
        record::{Head, Record, made},
    },
    frame::trouble_page,
    i18n::use_text,
    orders,
};
use leptos::prelude::*;

/// The page of a deal.
#[component]
pub fn OpportunityDetail() -> impl IntoView {
    let number = number();
    let screen = carried(move || number.get(), open_opportunity);
    let retry = Callback::new(move |()| screen.refetch());
    view! {
        <Suspense fallback=waiting>
            {move || Suspend::new(async move {
                match screen.await {
                    Ok(screen) => {
                        let text = use_text();
                        let record = Record::opportunity(screen);
                        let parts = Head {
                            list: "/pipeline",
                            folder: "/deals/",
                            delete: text.deal_delete(),
                        };
                        let related = view! {
                            {lines::lines(record)}
                            {orders::of_deal(record)}
                            {made(record)}
                        };
                        let top = stages::bar(record);
                        page(record, parts, top, facts::facts(record), related.into_any())
                    }
                    Err(error) => trouble_page(&error, "/pipeline", Some(retry)),
                }
            })}
        </Suspense>
    }
    .into_any()
}
