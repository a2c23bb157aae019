//! Records that are the same: making one of them, and parting them again.

pub mod api;
mod columns;
mod done;
mod state;

pub(crate) use done::Parting;

use super::choose::Lookup;
use crate::{
    carried::{Carried, carried},
    error::AppError,
    frame::{WindowTitle, focus_on},
    i18n::use_text,
    ui::{
        Banner, Button, Combobox, LinkButton, Page, SaveBar, Skeleton, SkeletonKind, Tone, Variant,
        is_phone,
    },
};
use api::open_merge;
use domain::{
    merge::MergeKind,
    merge::{MOST_MERGED, MergeSheet},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};
use state::{Chosen, Desk};

/// The sheet of the records in the address.
type Sheet = Carried<Result<MergeSheet, AppError>>;

/// The address of the screen for these records.
pub(crate) fn address(people: bool, numbers: &[String]) -> String {
    let folder = folder(people);
    format!("{folder}/merge?records={}", numbers.join(","))
}

const fn folder(people: bool) -> &'static str {
    if people { "/people" } else { "/customers" }
}

/// The screen on which several records become one.
#[component]
pub fn MergeRecords() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let records = Memo::new(move |_| query.with(|query| query.get("records").unwrap_or_default()));
    let path = use_location().pathname;
    let people = untrack(move || path.with(|path| path.starts_with("/people")));
    let sheet = carried(move || records.get(), move |records| read(people, records));
    let chosen = Chosen::new();
    let back = if people { "/customers?tab=people" } else { "/customers" };
    let content = sheet.shown(move |come| {
        let desk = Desk::new(come, chosen);
        content(desk, sheet, back)
    });
    let waiting = || view! { <Skeleton kind=SkeletonKind::Card count=2 /> };
    view! {
        <WindowTitle text=text.merge_title() />
        <Page title=text.merge_title() back=back class="merge-page">
            <Transition fallback=waiting>{content}</Transition>
        </Page>
    }
    .into_any()
}

/// The sheet of these records; with none of them there is nothing to ask.
async fn read(people: bool, records: String) -> Result<MergeSheet, AppError> {
    if records.is_empty() {
        let kind = if people { MergeKind::People } else { MergeKind::Accounts };
        return Ok(MergeSheet { kind, sides: Vec::new() });
    }
    open_merge(records).await
}

fn content(desk: Desk, sheet: Sheet, back: &'static str) -> AnyView {
    let sides = desk.sheet().sides.len();
    let several = sides > 1;
    view! {
        {notice(desk)}
        {(sides > 0).then(|| columns::columns(desk))}
        {several.then(|| columns::consequences(desk))}
        {picker(desk)}
        {bar(desk, sheet, back)}
    }
    .into_any()
}

/// Why the records did not become one; or why they cannot.
fn notice(desk: Desk) -> AnyView {
    let text = desk.text;
    let notice = desk.chosen.notice;
    let sides = desk.sheet().sides.len();
    let stuck = sides > 1 && !(0..sides).any(|side| desk.can_stay(side));
    let stuck = stuck.then(|| {
        view! { <Banner tone=Tone::Warn icon="lock">{text.merge_cannot()}</Banner> }
    });
    let said = move || {
        notice.get().map(|said| {
            view! {
                <Banner tone=Tone::Warn icon="triangle-alert" on_close=move || notice.set(None)>
                    {said}
                </Banner>
            }
        })
    };
    view! {
        {stuck}
        {said}
    }
    .into_any()
}

/// The id of the box in which one more record is looked for.
const PICKER: &str = "merge-with";

/// Where one more record is looked for.
fn picker(desk: Desk) -> AnyView {
    let text = desk.text;
    let sides = desk.sheet().sides.iter().map(|side| side.number.clone()).collect::<Vec<_>>();
    if sides.len() >= MOST_MERGED {
        return ().into_any();
    }
    let people = desk.kind() == MergeKind::People;
    let lookup = if people { Lookup::people() } else { Lookup::companies() };
    // What is there already is not offered again.
    let taken = sides.clone();
    let options = Signal::derive(move || {
        let mut options = lookup.options.get();
        options.retain(|option| !taken.contains(&option.value));
        options
    });
    let alone = sides.len() <= 1;
    Effect::new(move |_| {
        // On phones the keyboard would cover what was just added.
        if desk.chosen.added.get_value() && !is_phone() {
            desk.chosen.added.set_value(false);
            focus_on(PICKER);
        }
    });
    let navigate = use_navigate();
    let add = move |added: Vec<crate::ui::ComboOption>| {
        let Some(added) = added.into_iter().next() else { return };
        let numbers: Vec<String> = sides.iter().cloned().chain([added.value]).collect();
        let stay = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        desk.chosen.added.set_value(true);
        navigate(&address(people, &numbers), stay);
    };
    view! {
        <Combobox
            chosen=RwSignal::new(Vec::new())
            options=options
            loading=lookup.loading
            label=if alone { text.merge_with() } else { text.merge_add() }
            name="merge-with"
            id=PICKER
            placeholder=text.customer_people_search()
            no_match=text.list_none_title()
            on_query=move |typed| lookup.ask(typed)
            on_change=add
            class="merge-picker"
        />
    }
    .into_any()
}

/// The bar at the lower edge.
fn bar(desk: Desk, sheet: Sheet, back: &'static str) -> AnyView {
    let text = desk.text;
    let sides = desk.sheet().sides.len();
    let ready = (0..sides).any(|side| desk.can_stay(side));
    let merge = (sides > 1 && ready).then(|| {
        let merge = done::merger(desk, sheet);
        let count = i64::try_from(sides).unwrap_or(i64::MAX);
        view! {
            <Button
                variant=Variant::Primary
                icon="merge"
                loading=desk.chosen.busy
                on_click=move |_| merge.run(())
            >
                {text.merge_action(count)}
            </Button>
        }
    });
    view! {
        <SaveBar>
            <LinkButton href=back>{text.common_cancel()}</LinkButton>
            {merge}
        </SaveBar>
    }
    .into_any()
}
