//! Surveys as a list, newest first: all of them or those that are as far, page by page. It works without scripts.

use super::{address, api::list_surveys, page::status_chip};
use crate::{
    boot::use_boot,
    carried::carried,
    frame::{WindowTitle, use_changes, use_live},
    i18n::{Text, format, use_text, words},
    ui::{
        Column, ColumnKind, DataTable, EmptyState, LinkButton, Size, Skeleton, SkeletonKind,
        TabItem, Tabs, Variant,
    },
};
use domain::{
    page::Page,
    policy::{Action, Object},
    survey::{SurveyRequest, SurveyStatus, SurveySummary},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The list.
#[component]
pub fn SurveysPage() -> impl IntoView {
    let text = use_text();
    let (changes, live) = (use_changes(), use_live(Object::Survey));
    let query = use_query_map();
    let request =
        Memo::new(move |_| query.with(|query| SurveyRequest::from_query(|key| query.get_str(key))));
    let rows = carried(
        move || (address::list_query(&request.read()), changes.count(), live.get()),
        |(query, ..)| list_surveys(query),
    );
    let content = rows.shown(move |page| surveys(text, page, &request.get_untracked()));
    let may_make = use_boot()
        .with_value(|boot| boot.viewed.is_none() && boot.may(Action::Edit, Object::Survey));
    let new = may_make.then(|| {
        view! {
            <LinkButton href="/surveys/new" variant=Variant::Primary icon="plus" class="phone-keep phone-icon">
                {text.survey_new()}
            </LinkButton>
        }
    });
    view! {
        <WindowTitle text=Signal::stored(text.survey_title().to_owned()) />
        <div class="page list-page">
            <header class="page-head">
                <h1 class="page-title" id="page-title" tabindex="-1">
                    {text.survey_title()}
                </h1>
                <div class="page-actions">
                    <LinkButton href=address::ANSWERS icon="layout-list" class="phone-keep phone-icon">
                        {text.survey_answers()}
                    </LinkButton>
                    {new}
                </div>
            </header>
            {statuses(text, request)}
            <div class="panel list-panel">
                <Transition fallback=|| {
                    view! { <Skeleton kind=SkeletonKind::Table count=6 /> }
                }>{content}</Transition>
            </div>
        </div>
    }
    .into_any()
}

/// How far they are, as tabs.
fn statuses(text: Text, request: Memo<SurveyRequest>) -> AnyView {
    let key = |status: Option<SurveyStatus>| status.map_or("all", SurveyStatus::code);
    let current = Signal::derive(move || key(request.read().status).to_owned());
    let choices = std::iter::once(None).chain(SurveyStatus::ALL.iter().copied().map(Some));
    let tabs = choices
        .map(|status| {
            let label = status
                .map_or(text.survey_every_status(), |status| words::survey_status(text, status));
            let asked = SurveyRequest { status, after: None };
            TabItem::new(key(status), label, address::list(&asked))
        })
        .collect::<Vec<_>>();
    view! {
        <div class="view-tabs">
            <Tabs label=text.survey_title() tabs=tabs current=current />
        </div>
    }
    .into_any()
}

fn surveys(text: Text, page: Page<SurveySummary>, request: &SurveyRequest) -> AnyView {
    if page.rows.is_empty() {
        let (title, body) = if *request == SurveyRequest::default() {
            (text.survey_empty_title(), text.survey_empty_body())
        } else {
            (text.survey_none_title(), "")
        };
        return view! { <EmptyState icon="list-checks" title=title text=body /> }.into_any();
    }
    let columns = vec![
        Column::new("title", text.survey_number()).sticky(),
        Column::new("kind", text.field_survey_kind()),
        Column::new("status", text.field_survey_survey_status()),
        Column::new("answers", text.survey_answers()).kind(ColumnKind::Number),
        Column::new("waiting", text.survey_waiting()).kind(ColumnKind::Number),
    ];
    let start = request.after.is_some().then(|| {
        let href = address::list(&SurveyRequest { after: None, ..request.clone() });
        view! {
            <LinkButton href=href size=Size::Sm icon="arrow-up">
                {text.list_page_start()}
            </LinkButton>
        }
    });
    let more = page.next.map(|after| {
        let href = address::list(&SurveyRequest { after: Some(after), ..request.clone() });
        view! {
            <LinkButton href=href size=Size::Sm>
                {text.list_load_more()}
            </LinkButton>
        }
    });
    let rows = page.rows.into_iter().map(|survey| row(text, &survey)).collect_view();
    view! {
        <DataTable caption=text.survey_title() columns=columns>
            {rows}
        </DataTable>
        <div class="list-foot">{start} {more}</div>
    }
    .into_any()
}

fn row(text: Text, survey: &SurveySummary) -> AnyView {
    let title = survey.title.in_lang(text.lang()).to_owned();
    let answers = text.survey_answer_count(survey.answers);
    let brief =
        crate::customers::list::joined(&[words::survey_status(text, survey.status), &answers]);
    let waiting = if survey.waiting > 0 { format::integer(survey.waiting) } else { String::new() };
    view! {
        <tr>
            <th scope="row" class="cell-name">
                <a href=address::of(survey.number)>
                    <span class="stack-tight">
                        <span class="cell-title">{title}</span>
                        <span class="sub num not-phone">{survey.number.to_string()}</span>
                        <span class="sub only-phone">{brief}</span>
                    </span>
                </a>
            </th>
            <td>{words::survey_kind(text, survey.kind)}</td>
            <td>{status_chip(text, survey.status, survey.closes_at)}</td>
            <td class="num at-end">{format::integer(survey.answers)}</td>
            <td class="num at-end">{waiting}</td>
        </tr>
    }
    .into_any()
}
