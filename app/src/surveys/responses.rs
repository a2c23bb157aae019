//! The answers to a survey, person by person, and those that wait to be looked at.

use super::{
    address,
    api::{DecideResponse, list_responses},
    page::Desk,
    score::place,
};
use crate::{
    carried::carried,
    customers::list::joined,
    frame::{save_trouble, trouble},
    i18n::{format, words},
    ui::{Banner, Button, ButtonKind, LinkButton, Section, Size, Tone, Variant},
};
use domain::{
    page::Page,
    survey::{
        Answer, AnswerValue, FeedbackTopic, Question, QuestionKind, ResponseSeen, ResponseState,
    },
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// The answers that count, newest first.
pub(super) fn comments(desk: Desk) -> AnyView {
    let text = desk.text;
    let query = use_query_map();
    let after = Memo::new(move |_| query.with(|query| query.get("after").unwrap_or_default()));
    let survey = desk.survey().id;
    let page = carried(
        move || (after.get(), desk.changes.count()),
        move |(after, _)| list_responses(survey, ResponseState::Accepted.code().to_owned(), after),
    );
    let content = page.shown(move |page| rows(desk, page));
    view! {
        <Section title=text.survey_comments() id="survey-comments">
            <Transition>{content}</Transition>
        </Section>
    }
    .into_any()
}

fn rows(desk: Desk, page: Page<ResponseSeen>) -> AnyView {
    let text = desk.text;
    if page.rows.is_empty() {
        return view! { <p class="muted">{text.survey_comments_none()}</p> }.into_any();
    }
    let more = page.next.map(|after| {
        let query = crate::frame::address::query([("after", after.encode())]);
        let href = format!("{}?{query}#survey-comments", address::of(desk.survey().number));
        view! {
            <LinkButton href=href variant=Variant::Quiet size=Size::Sm>
                {text.list_load_more()}
            </LinkButton>
        }
    });
    let rows = page.rows.iter().map(|response| row(desk, response, false)).collect_view();
    view! {
        <ul class="mini">{rows}</ul>
        {more}
    }
    .into_any()
}

/// The answers that wait, for who may decide about them; nothing where none does.
pub(super) fn waiting_box(desk: Desk) -> AnyView {
    let text = desk.text;
    let waits = desk.screen.with_value(|screen| screen.results.waiting);
    if waits == 0 {
        return ().into_any();
    }
    let survey = desk.survey().id;
    let page = carried(
        move || desk.changes.count(),
        move |_| {
            list_responses(survey, ResponseState::Quarantined.code().to_owned(), String::new())
        },
    );
    let content = move || {
        Suspend::new(async move {
            match page.await {
                Ok(page) => page
                    .rows
                    .iter()
                    .map(|response| row(desk, response, true))
                    .collect_view()
                    .into_any(),
                Err(error) => trouble(&error, None),
            }
        })
    };
    view! {
        <Section title=text.survey_waiting() id="survey-waiting" count=format::integer(waits)>
            <Banner tone=Tone::Warn>{text.survey_waiting_hint()}</Banner>
            <ul class="mini">
                <Transition>{content}</Transition>
            </ul>
        </Section>
    }
    .into_any()
}

fn row(desk: Desk, response: &ResponseSeen, waits: bool) -> AnyView {
    let text = desk.text;
    let survey = desk.survey();
    let who = match &response.account {
        Some((number, name)) => {
            view! { <a href=format!("/customers/{number}")>{name.clone()}</a> }.into_any()
        }
        None => view! { <span>{text.survey_anonymous()}</span> }.into_any(),
    };
    let at = desk.boot.with_value(|boot| format::date_time(text, response.at, &boot.zone));
    let about = joined(&[&at, words::survey_channel(text, response.channel)]);
    let doubt = response
        .doubt
        .map(|doubt| view! { <span class="sub">{words::survey_doubt(text, doubt)}</span> });
    let scored = |answer: &&Answer| matches!(answer.value, AnswerValue::Score(_));
    let marks = response
        .answers
        .iter()
        .filter(scored)
        .filter_map(|answer| Some(said(desk, question_of(&survey.questions, answer)?, answer)))
        .map(|mark| view! { <strong class="num">{mark}</strong> })
        .collect_view();
    let said = response
        .answers
        .iter()
        .filter(|answer| !scored(answer))
        .filter_map(|answer| {
            let question = question_of(&survey.questions, answer)?;
            let asked = question.title.in_lang(text.lang()).to_owned();
            Some(view! {
                <p class="survey-said">
                    <span class="sub">{asked}</span>
                    <span class="survey-words">{said(desk, question, answer)}</span>
                </p>
            })
        })
        .collect_view();
    view! {
        <li class="mini-row survey-row">
            <div class="stack-tight grow">
                <p class="cluster">{who} {marks}</p>
                <span class="sub">{about}</span>
                {doubt}
                {said}
                {(waits && desk.may_edit).then(|| decide(desk, response))}
            </div>
        </li>
    }
    .into_any()
}

fn question_of<'a>(questions: &'a [Question], answer: &Answer) -> Option<&'a Question> {
    questions.iter().find(|question| question.id == answer.question)
}

/// An answer as people read it.
fn said(desk: Desk, question: &Question, answer: &Answer) -> String {
    let text = desk.text;
    match &answer.value {
        AnswerValue::Score(score) => place(question.kind, *score),
        AnswerValue::Options(places) => {
            let chosen: Vec<&str> = places
                .iter()
                .filter_map(|place| question.options.get(*place))
                .map(|label| label.in_lang(text.lang()))
                .collect();
            format::list(text.lang(), &chosen)
        }
        AnswerValue::Text(code) if question.kind == QuestionKind::Topic => {
            let topic = FeedbackTopic::parse(code).ok();
            topic.map(|topic| words::feedback_topic(text, topic).to_owned()).unwrap_or_default()
        }
        AnswerValue::Text(words) => words.clone(),
    }
}

/// The two buttons, which work without scripts.
fn decide(desk: Desk, response: &ResponseSeen) -> AnyView {
    let text = desk.text;
    let action = ServerAction::<DecideResponse>::new();
    let (toasts, changes) = (desk.toasts, desk.changes);
    Effect::new(move |_| {
        let input = action.input().get_untracked();
        match action.value().get() {
            Some(Ok(())) => {
                let took = input.is_none_or(|input| input.accept);
                let done = if took { text.survey_accepted() } else { text.survey_rejected() };
                toasts.done(done.to_owned());
            }
            Some(Err(error)) => {
                toasts.error(save_trouble(text, &error));
            }
            None => return,
        }
        changes.happened();
    });
    let id = StoredValue::new(response.id.to_string());
    let button = move |accept: bool, label: &'static str, icon: &'static str| {
        view! {
            <ActionForm action=action>
                <input type="hidden" name="id" value=id.get_value() />
                <input type="hidden" name="accept" value=accept.to_string() />
                <Button kind=ButtonKind::Submit size=Size::Sm icon=icon class="phone-keep" loading=action.pending()>
                    {label}
                </Button>
            </ActionForm>
        }
    };
    view! {
        <div class="cluster">
            {button(true, text.survey_accept(), "check")} {button(false, text.survey_reject(), "x")}
        </div>
    }
    .into_any()
}
