//! The page of one case: the list it was opened from, its thread with the ways to answer, and what is known about it.

use super::{
    address,
    api::{CaseScreen, open_case},
    desk::Desk,
    facts, list, look, pane, resolve, thread,
};
use crate::{
    boot::use_now,
    carried::{awaited, carried},
    customers::pages::{number, waiting},
    frame::{WindowTitle, focus_title, trouble_page},
    i18n::words,
    palette::remember,
    ui::{Banner, Button, Icon, InlineState, Page, Tone},
};
use domain::case::{CaseRequest, CaseStatus};
use leptos::{prelude::*, reactive::computed::ScopedFuture};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// The page of a case.
#[component]
pub fn CaseDetail() -> impl IntoView {
    let number = number();
    let request = list::asked();
    let extended = RwSignal::new(false);
    let rows = list::rows(request, extended);
    let screen = carried(move || number.get(), open_case);
    let retry = Callback::new(move |()| screen.refetch());
    // What is out of reach is answered like what does not exist, with nothing beside it. Only how it began matters: whoever
    // goes on from case to case keeps the list.
    let beside = awaited(move || {
        Suspend::new(async move {
            let first = ScopedFuture::new_untracked(screen.into_future()).await;
            match first {
                Ok(_) => pane::pane(request, number, rows, extended),
                Err(_) => ().into_any(),
            }
        })
    });
    view! {
        <div class="inbox">
            <Suspense fallback=pane::waiting>{beside}</Suspense>
            <div class="inbox-case">
                <Suspense fallback=waiting>
                    {move || Suspend::new(async move {
                        match screen.await {
                            Ok(screen) => page(screen, request),
                            Err(error) => trouble_page(&error, address::LIST, Some(retry)),
                        }
                    })}
                </Suspense>
            </div>
        </div>
    }
    .into_any()
}

fn page(screen: CaseScreen, request: Memo<CaseRequest>) -> AnyView {
    focus_title();
    let desk = Desk::new(screen);
    desk.follow();
    Effect::new(move |_| remember(desk.case.with_untracked(|case| case.number.to_string())));
    let title = Signal::derive(move || desk.case.with(|case| case.data.subject.clone()));
    let window =
        Signal::derive(move || desk.case.with(|c| format!("{} {}", c.number, c.data.subject)));
    let back = address::list(&request.get_untracked());
    view! {
        <WindowTitle text=window />
        <Page title=title back=back actions=move || actions(desk)>
            {move || marks(desk)}
            {status_strip(desk)}
            <div class="case-columns">
                <div class="case-thread">{thread::view(desk)}</div>
                <div class="case-facts">{facts::view(desk)}</div>
            </div>
            {resolve::dialog(desk)}
        </Page>
    }
    .into_any()
}

fn actions(desk: Desk) -> AnyView {
    let navigate = use_navigate();
    let gone = Callback::new(move |()| navigate(address::LIST, NavigateOptions::default()));
    desk.may_delete
        .then(|| {
            view! {
                <Button
                    icon="trash-2"
                    class="phone-keep phone-icon"
                    on_click=move |_| desk.delete(gone)
                >
                    {desk.text.case_delete()}
                </Button>
            }
        })
        .into_any()
}

/// What it is, how urgent, and how much time is left.
fn marks(desk: Desk) -> AnyView {
    let text = desk.text;
    let now = use_now();
    let due = move || {
        let clock = desk.case.with(|case| case.clock);
        desk.boot
            .with_value(|boot| look::due_mark(text, &boot.zone, &clock, now.get().max(boot.now)))
    };
    let case = desk.case.read();
    view! {
        <div class="case-marks cluster">
            <span class="num">{case.number.to_string()}</span>
            <span class="cluster-tight">
                <Icon name=look::kind_icon(case.data.kind) class="icon-sm" />
                {words::case_kind(text, case.data.kind)}
            </span>
            {look::priority_mark(text, case.data.priority)}
            {due}
        </div>
    }
    .into_any()
}

/// How far it is, as a bar; a click says that it is further.
fn status_strip(desk: Desk) -> AnyView {
    let steps = move || {
        let here = desk.case.with(|case| case.data.status);
        CaseStatus::ALL.iter().map(|status| step(desk, here, *status)).collect_view()
    };
    let failed = move || match desk.status.get() {
        InlineState::Failed { message } | InlineState::Conflict { message, .. } => {
            Some(view! { <Banner tone=Tone::Bad>{message}</Banner> })
        }
        _ => None,
    };
    view! {
        <nav class="stage-bar" aria-label=desk.text.field_case_status()>
            <ol class="stage-steps">{steps}</ol>
        </nav>
        {failed}
    }
    .into_any()
}

fn step(desk: Desk, here: CaseStatus, status: CaseStatus) -> AnyView {
    let is_here = here == status;
    let passed = status < here;
    // The looks are those of the stages of a deal.
    let look = match status {
        CaseStatus::Resolved | CaseStatus::Closed if is_here => "won",
        _ if is_here => "open",
        _ if passed => "passed",
        _ => "ahead",
    };
    let icon = if passed { "check" } else { look::status_look(status).1 };
    view! {
        <li class="stage-step" data-look=look aria-current=is_here.then_some("step")>
            <button
                type="button"
                class="stage-go"
                disabled=is_here || !desk.may_edit
                on:click=move |_| desk.go_to(status)
            >
                <Icon name=icon class="icon-sm" />
                <span class="truncate">{words::case_status(desk.text, status)}</span>
            </button>
        </li>
    }
    .into_any()
}
