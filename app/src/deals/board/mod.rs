//! The board of a pipeline: a column for each stage, cards that are moved by mouse, finger, keyboard and menu. On phones
//! one column at a time.

mod card;
mod column;
mod drag;
mod keys;
mod menu;
mod state;

use super::{
    address,
    api::{BoardScreen, open_board},
    look, toolbar,
};
use crate::{
    boot::use_boot,
    carried::carried,
    frame::{WindowTitle, use_changes, use_live},
    i18n::{format, use_text},
    ui::{EmptyState, Icon, LinkButton, Skeleton, SkeletonKind, Variant},
};
use domain::{
    opportunity::BoardRequest,
    pipeline::StageKind,
    policy::{Action, Object},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use state::Desk;

/// The board.
#[component]
pub fn BoardPage() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let request =
        Memo::new(move |_| query.with(|query| BoardRequest::from_query(|key| query.get_str(key))));
    let screen = carried(move || address::board_query(&request.read()), open_board);
    let pipelines = RwSignal::new(Vec::new());
    let content = screen.shown(move |screen| {
        pipelines.set(screen.pipelines.clone());
        board(screen, request.get_untracked())
    });
    view! {
        <WindowTitle text=Signal::stored(text.nav_pipeline().to_owned()) />
        <div class="page board-page">
            {head()}
            {toolbar::of_board(request, pipelines.into())}
            <Transition fallback=|| {
                view! { <Skeleton kind=SkeletonKind::Table count=8 /> }
            }>{content}</Transition>
        </div>
    }
    .into_any()
}

fn head() -> AnyView {
    let text = use_text();
    let may_create = use_boot().with_value(|boot| boot.may(Action::Create, Object::Opportunity));
    view! {
        <header class="page-head">
            <h1 class="page-title" id="page-title" tabindex="-1">
                {text.nav_pipeline()}
            </h1>
            <div class="page-actions">{may_create.then(|| new_button(text.deal_new()))}</div>
        </header>
    }
    .into_any()
}

fn new_button(label: &'static str) -> AnyView {
    view! {
        <LinkButton href="/deals/new" variant=Variant::Primary icon="plus">
            {label}
        </LinkButton>
    }
    .into_any()
}

/// The columns, or what stands in their place while there is no deal at all.
fn board(screen: BoardScreen, request: BoardRequest) -> AnyView {
    let text = use_text();
    let narrowed = !request.filters.is_empty() || request.owner.is_some();
    let desk = Desk::new(screen, request);
    // What others change is heard of; what this window deletes and restores is known.
    let (changes, live) = (use_changes(), use_live(Object::Opportunity));
    Effect::new(move |before: Option<[u64; 2]>| {
        let counts = [changes.count(), live.get()];
        if before.is_some_and(|before| before != counts) {
            desk.renew();
        }
        counts
    });
    let none = Memo::new(move |_| {
        desk.stacks().iter().all(|stack| stack.head.with(|head| head.count == 0))
    });
    let empty = move || {
        (none.get() && !narrowed).then(|| {
            let may = desk.boot.with_value(|boot| boot.may(Action::Create, Object::Opportunity));
            view! {
                <EmptyState
                    icon="kanban"
                    title=text.deal_empty_title()
                    text=text.deal_empty_body()
                    actions=move || may.then(|| new_button(text.deal_new()))
                />
            }
        })
    };
    let current = RwSignal::new(0_usize);
    view! {
        {empty}
        <div class="board-frame" hidden=move || none.get() && !narrowed>
            {stage_tabs(desk, current)}
            <div
                class="board"
                id="board"
                data-carrying=move || desk.carried.get().map(|_| "true")
                on:pointerdown=move |event| drag::pressed(desk, &event)
                on:click=move |event| menu::clicked(desk, &event)
                on:keydown=move |event| keys::pressed(desk, &event)
                on:scroll=move |_| current.set(column::in_view())
            >
                {desk.stacks().into_iter().map(|stack| column::column(desk, stack)).collect_view()}
            </div>
            {closing_bar(desk)}
        </div>
        <p class="visually-hidden" id="board-keys">
            {text.deal_keys()}
        </p>
        {menu::dialog(desk)}
        {desk.dialog()}
    }
    .into_any()
}

/// Phones: the stages as tabs with their counts; sideways the columns follow a finger.
fn stage_tabs(desk: Desk, current: RwSignal<usize>) -> AnyView {
    let text = desk.text;
    let tabs = desk
        .stacks()
        .into_iter()
        .enumerate()
        .filter_map(|(place, stack)| {
            let name = look::stage_name(text, &desk.stage(stack.stage)?);
            let now = move || current.get() == place;
            Some(view! {
                <a
                    class="tab"
                    href=format!("#{}", column::id(stack.stage))
                    aria-current=move || now().then_some("true")
                    on:click=move |event| {
                        event.prevent_default();
                        column::show(stack.stage);
                    }
                >
                    {name}
                    <span class="tab-count num">
                        {move || format::integer(stack.head.read().count)}
                    </span>
                </a>
            })
        })
        .collect_view();
    view! { <nav class="tabs board-tabs only-phone" aria-label=text.deal_stages()>{tabs}</nav> }
        .into_any()
}

/// Where a card is dropped that closes, while one is carried.
fn closing_bar(desk: Desk) -> AnyView {
    let text = desk.text;
    let zones = [StageKind::Won, StageKind::Lost].into_iter().filter_map(|kind| {
        let stage = desk.pipeline(|pipeline| pipeline.closing(kind).cloned())?;
        let (_, icon) = look::state_look(kind);
        let id = stage.id;
        let over = move || desk.over.get().is_some_and(|spot| spot.stage == id);
        Some(view! {
            <div
                class="board-zone"
                data-stage=id.to_string()
                data-kind=kind.code()
                data-over=move || over().then_some("true")
            >
                <Icon name=icon />
                {look::stage_name(text, &stage)}
            </div>
        })
    });
    let zones = zones.collect_view();
    view! {
        <div class="board-close" aria-hidden="true" hidden=move || desk.carried.get().is_none()>
            {zones}
        </div>
    }
    .into_any()
}
