//! Answers as a list, newest first: of one survey or of all, by how good the score is, by days and by who was in charge, page
//! by page. It works without scripts.

use super::{
    address,
    api::{count_responses, list_responses},
    responses::Lines,
};
use crate::{
    boot::{use_boot, use_now},
    carried::{Carried, carried},
    deals::removable,
    error::AppError,
    export::{ExportDialog, Outgoing, export_buttons},
    frame::{Paged, WindowTitle, counted, until_extended, use_changes, use_live, whose},
    i18n::{Text, format, use_text, words},
    ui::{EmptyState, FilterLink, LinkButton, Menu, MenuItem, Size, Skeleton, SkeletonKind},
};
use domain::{
    page::{Count, Page},
    period::Period,
    policy::{Action, Object},
    survey::{ResponseRequest, ResponseSeen, ResponseState, ScoreClass},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The list.
#[component]
pub fn AnswersPage() -> impl IntoView {
    let text = use_text();
    let (changes, live) = (use_changes(), use_live(Object::Survey));
    let query = use_query_map();
    let request = Memo::new(move |_| {
        query.with(|query| ResponseRequest::from_query(|key| query.get_str(key)))
    });
    let extended = RwSignal::new(false);
    let heard = until_extended(move || live.get(), extended);
    let rows = carried(
        move || (address::answers_query(&request.read()), changes.count(), heard.get()),
        |(query, ..)| list_responses(query),
    );
    let counted = Memo::new(move |_| {
        (address::answers_query(&request.read().from_start()), changes.count(), live.get())
    });
    let count = carried(move || counted.get(), |(query, ..)| count_responses(query, false));
    let content = rows.shown(move |page| {
        extended.set(false);
        answers(page, request.get_untracked(), extended)
    });
    view! {
        <WindowTitle text=Signal::stored(text.survey_answers().to_owned()) />
        <div class="page list-page">
            {head(text, count, request)}
            <div class="toolbar">
                <div class="toolbar-chips" role="group" aria-label=text.list_filters()>
                    {classes(text, request)}
                    {waiting(text, request)}
                    {owners(request)}
                    {days(text, request)}
                    {narrowed(text, request)}
                </div>
            </div>
            <div class="panel list-panel">
                <Transition fallback=|| {
                    view! { <Skeleton kind=SkeletonKind::Table count=10 /> }
                }>{content}</Transition>
            </div>
        </div>
    }
    .into_any()
}

fn head(
    text: Text,
    count: Carried<Result<Count, AppError>>,
    request: Memo<ResponseRequest>,
) -> AnyView {
    let may = |object| use_boot().with_value(|boot| boot.may(Action::Export, object));
    // A file of answers says who gave them.
    let may_export = [Object::Survey, Object::Account].map(may) == [true; 2];
    let sheet = RwSignal::new(false);
    let outgoing = Signal::derive(move || Outgoing::answers(text, &request.read()));
    view! {
        <header class="page-head">
            <h1 class="page-title" id="page-title" tabindex="-1">
                {text.survey_answers()}
            </h1>
            {counted(count, || None)}
            <div class="page-actions">
                {may_export.then(|| export_buttons(sheet, false))}
                <LinkButton href=address::LIST icon="list-checks" class="phone-keep phone-icon">
                    {text.survey_title()}
                </LinkButton>
            </div>
        </header>
        {may_export.then(|| view! { <ExportDialog open=sheet request=outgoing /> })}
    }
    .into_any()
}

/// How good the score is.
fn classes(text: Text, request: Memo<ResponseRequest>) -> AnyView {
    let one = |class: &ScoreClass| {
        let class = *class;
        let on = Memo::new(move |_| request.read().class == Some(class));
        let href = move || {
            let class = (!on.get()).then_some(class);
            address::answers(&ResponseRequest { class, score: None, ..request.read().from_start() })
        };
        let label = words::score_class(text, class);
        view! { <FilterLink label=label on=on href=Signal::derive(href) /> }
    };
    ScoreClass::ALL.iter().map(one).collect_view().into_any()
}

/// Those of one survey that wait to be looked at.
fn waiting(text: Text, request: Memo<ResponseRequest>) -> AnyView {
    (move || {
        request.read().survey.is_some().then(|| {
            let on = Memo::new(move |_| request.read().state == ResponseState::Quarantined);
            let href = move || {
                let state =
                    if on.get() { ResponseState::Accepted } else { ResponseState::Quarantined };
                address::answers(&ResponseRequest { state, ..request.read().from_start() })
            };
            view! { <FilterLink label=text.survey_waiting() on=on href=Signal::derive(href) /> }
        })
    })
    .into_any()
}

/// Whose customers, for who sees those of others.
fn owners(request: Memo<ResponseRequest>) -> AnyView {
    let href =
        move |owner| address::answers(&ResponseRequest { owner, ..request.read().from_start() });
    whose(Object::Account, move || request.read().owner, href)
}

/// On which days they were given.
fn days(text: Text, request: Memo<ResponseRequest>) -> AnyView {
    let now = use_now().get_untracked();
    let today = use_boot().with_value(|boot| boot.zone.wall_clock(now.max(boot.now)).0);
    (move || {
        let asked = request.read().from_start();
        let named = Period::ALL.iter().find(|period| period.days(today) == asked.came);
        let label = match (named, asked.came) {
            (Some(period), _) => words::period(text, *period).to_owned(),
            (None, Some(days)) => format::date_range(text, days),
            (None, None) => String::new(),
        };
        let items = Period::ALL
            .iter()
            .map(|period| {
                let came = period.days(today);
                let href = address::answers(&ResponseRequest { came, ..asked.clone() });
                let checked = Signal::stored(Some(period) == named);
                view! { <MenuItem label=words::period(text, *period) href=href checked=checked /> }
            })
            .collect_view();
        view! {
            <Menu id="period" label=label icon="calendar" show_label=true size=Size::Sm>
                {items}
            </Menu>
        }
    })
    .into_any()
}

/// Chips that say by what the list is narrowed where no other control says so.
fn narrowed(text: Text, request: Memo<ResponseRequest>) -> AnyView {
    (move || {
        let asked = request.read().from_start();
        let conditions = [
            (
                asked.survey.map(|survey| survey.to_string()),
                ResponseRequest {
                    survey: None,
                    question: None,
                    state: ResponseState::Accepted,
                    ..asked.clone()
                },
            ),
            (
                asked.question.map(|_| text.survey_one_question().to_owned()),
                ResponseRequest { question: None, score: None, ..asked.clone() },
            ),
            (
                asked.scale.map(|scale| words::question_kind(text, scale.question()).to_owned()),
                ResponseRequest { scale: None, score: None, ..asked.clone() },
            ),
            (
                asked.score.map(|score| text.survey_one_score(&score.to_string())),
                ResponseRequest { score: None, ..asked.clone() },
            ),
            (
                asked.team.map(|_| text.dashboard_one_team().to_owned()),
                ResponseRequest { team: None, ..asked.clone() },
            ),
        ];
        removable(text, conditions.map(|(said, without)| (said, address::answers(&without))))
    })
    .into_any()
}

/// The rows, or what stands in their place.
fn answers(
    page: Page<ResponseSeen>,
    request: ResponseRequest,
    extended: RwSignal<bool>,
) -> AnyView {
    let text = use_text();
    if page.rows.is_empty() {
        return empty(text, &request);
    }
    let lines = if request.survey.is_some() { Lines::of_one() } else { Lines::of_several() };
    let paged = Paged::new(page, extended);
    let start = request.after.is_some().then(|| {
        let href = address::answers(&request.from_start());
        view! {
            <LinkButton href=href size=Size::Sm icon="arrow-up">
                {text.list_page_start()}
            </LinkButton>
        }
    });
    let at = StoredValue::new(request);
    let at = move |after| {
        at.with_value(|request| ResponseRequest { after: Some(after), ..request.clone() })
    };
    let more = paged.more(
        move |after| address::answers(&at(after)),
        move |after| list_responses(address::answers_query(&at(after))),
        |one, other| one.id == other.id,
    );
    view! {
        <ul class="mini answer-list">
            <For
                each=move || paged.rows.get()
                key=|response| (response.id, response.state)
                let:response
            >
                {lines.row(&response)}
            </For>
        </ul>
        <div class="list-foot">{start} {more}</div>
    }
    .into_any()
}

fn empty(text: Text, request: &ResponseRequest) -> AnyView {
    if *request == ResponseRequest::default() {
        return view! { <EmptyState icon="list-checks" title=text.survey_comments_none() text="" /> }
            .into_any();
    }
    let actions = move || {
        view! { <LinkButton href=address::ANSWERS icon="x">{text.deal_every_filter_off()}</LinkButton> }
    };
    view! {
        <EmptyState
            icon="search"
            title=text.survey_none_matches()
            text=text.deal_none_body()
            actions=actions
        />
    }
    .into_any()
}
