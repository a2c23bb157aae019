//! The list beside an open case, on wide screens: the same cases in the same order, one key away from each other.

use super::{address, list, look};
use crate::{
    boot::{use_boot, use_now},
    carried::Carried,
    customers::list::joined,
    error::AppError,
    frame::Paged,
    i18n::{use_text, words},
    ui::{Hotkey, Icon, LinkButton, Size, Skeleton, SkeletonKind, use_hotkey},
};
use domain::{
    case::{CaseRequest, CaseSummary},
    id::CaseNumber,
    page::Page,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Before it is known whether the case can be shown.
pub(super) fn waiting() -> AnyView {
    view! { <aside class="inbox-list panel">{skeleton()}</aside> }.into_any()
}

fn skeleton() -> AnyView {
    view! { <Skeleton kind=SkeletonKind::Rows count=8 /> }.into_any()
}

/// The pane with the cases of `coming`; `current` is the number of the case that is open.
pub(super) fn pane(
    request: Memo<CaseRequest>,
    current: Memo<String>,
    coming: Carried<Result<Page<CaseSummary>, AppError>>,
    extended: RwSignal<bool>,
) -> AnyView {
    let text = use_text();
    let order = RwSignal::new(Vec::<CaseNumber>::new());
    keys(request, current, order);
    let content = coming.shown(move |page| {
        extended.set(false);
        rows(page, request.get_untracked(), current, order, extended)
    });
    view! {
        <aside class="inbox-list panel" aria-label=text.case_title()>
            <div class="inbox-list-head">
                <LinkButton
                    href=address::list(&request.get_untracked())
                    icon="layout-list"
                    size=Size::Sm
                >
                    {text.case_title()}
                </LinkButton>
            </div>
            <Transition fallback=skeleton>{content}</Transition>
        </aside>
    }
    .into_any()
}

/// `j` and `k` go to the next case and the one before.
fn keys(request: Memo<CaseRequest>, current: Memo<String>, order: RwSignal<Vec<CaseNumber>>) {
    let text = use_text();
    for (key, label, by) in
        [("j", text.case_next(), 1_isize), ("k", text.case_previous(), -1_isize)]
    {
        let navigate = use_navigate();
        use_hotkey(Hotkey::new(key, label, text.case_title(), move || {
            let here = current.get_untracked();
            let to = order.with_untracked(|order| {
                let place = order.iter().position(|number| number.to_string() == here);
                place
                    .and_then(|place| place.checked_add_signed(by))
                    .or((place.is_none()).then_some(0))
                    .and_then(|place| order.get(place).copied())
            });
            if let Some(number) = to {
                let href = address::case(number, &request.get_untracked());
                navigate(&href, NavigateOptions::default());
            }
        }));
    }
}

fn rows(
    page: Page<CaseSummary>,
    request: CaseRequest,
    current: Memo<String>,
    order: RwSignal<Vec<CaseNumber>>,
    extended: RwSignal<bool>,
) -> AnyView {
    let text = use_text();
    if page.rows.is_empty() {
        return list::empty(text, &request);
    }
    let paged = Paged::new(page, extended);
    Effect::new(move |_| order.set(paged.rows.read().iter().map(|row| row.number).collect()));
    let kept = StoredValue::new(request);
    let at = move |after| {
        kept.with_value(|request| CaseRequest { after: Some(after), ..request.clone() })
    };
    let more = paged.more(
        move |after| address::list(&at(after)),
        move |after| super::api::list_cases(address::list_query(&at(after))),
        |one, other| one.id == other.id,
    );
    view! {
        <ul class="inbox-rows">
            <For each=move || paged.rows.get() key=|row| (row.id, row.version) let:row>
                {kept.with_value(|request| entry(&row, request, current))}
            </For>
        </ul>
        <div class="list-foot">{more}</div>
    }
    .into_any()
}

fn entry(case: &CaseSummary, request: &CaseRequest, current: Memo<String>) -> AnyView {
    let (text, boot, now) = (use_text(), use_boot(), use_now());
    let number = case.number.to_string();
    let status = words::case_status(text, case.status);
    let second = joined(&[&number, &case.account_name, status]);
    let is_current = move || (current.get() == number).then_some("page");
    let due = boot.with_value(|boot| {
        let now = now.get_untracked().max(boot.now);
        look::due_mark(text, &boot.zone, &case.clock, now)
    });
    let href = address::case(case.number, request);
    view! {
        <li>
            <a class="inbox-row" href=href aria-current=is_current>
                <span class="case-kind">
                    <Icon name=look::kind_icon(case.kind) />
                </span>
                <span class="stack-tight grow">
                    <span class="cell-title truncate">{case.subject.clone()}</span>
                    <span class="sub truncate">{second}</span>
                    <span class="cluster inbox-marks">
                        {due} {look::priority_mark(text, case.priority)}
                    </span>
                </span>
            </a>
        </li>
    }
    .into_any()
}
