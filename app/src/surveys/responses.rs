//! Answers to surveys, person by person, and those that wait to be looked at.

use super::{
    address,
    api::{DecideResponse, list_responses},
    page::Desk,
    score::place,
};
use crate::{
    boot::{Boot, use_boot},
    carried::carried,
    customers::list::joined,
    frame::{Changes, save_trouble, use_changes, use_live},
    i18n::{Text, format, use_text, words},
    ui::{
        Banner, Button, ButtonKind, LinkButton, Section, Size, Toasts, Tone, Variant, use_toasts,
    },
};
use domain::{
    page::Page,
    policy::{Action, Object},
    survey::{
        AnswerSaid, AnswerValue, FeedbackTopic, QuestionKind, ResponseRequest, ResponseSeen,
        ResponseState,
    },
};
use leptos::{form::ActionForm, prelude::*};

/// The newest answers that stand on the page of their survey.
const NEWEST: usize = 10;

/// The answers that count, the newest first; the list has them all.
pub(super) fn comments(desk: Desk) -> AnyView {
    let text = desk.text;
    let live = use_live(Object::Survey);
    let survey = Some(desk.survey().number);
    let request = ResponseRequest { survey, ..ResponseRequest::default() };
    let (query, every) = (address::answers_query(&request), address::answers(&request));
    let page =
        carried(move || (desk.changes.count(), live.get()), move |_| list_responses(query.clone()));
    let content = page.shown(move |page| rows(Lines::of_one(), page, &every));
    view! {
        <Section title=text.survey_comments() id="survey-comments">
            <Transition>{content}</Transition>
        </Section>
    }
    .into_any()
}

fn rows(lines: Lines, page: Page<ResponseSeen>, every: &str) -> AnyView {
    let text = lines.text;
    if page.rows.is_empty() {
        return view! { <p class="muted">{text.survey_comments_none()}</p> }.into_any();
    }
    let more = page.rows.len() > NEWEST || page.next.is_some();
    let more = more.then(|| {
        view! {
            <LinkButton href=every.to_owned() variant=Variant::Quiet size=Size::Sm>
                {text.survey_every_answer()}
            </LinkButton>
        }
    });
    let rows = page.rows.iter().take(NEWEST).map(|response| lines.row(response)).collect_view();
    view! {
        <ul class="mini">{rows}</ul>
        {more}
    }
    .into_any()
}

/// The answers that wait, for who may decide about them; nothing where none does.
pub(super) fn waiting_box(desk: Desk, waits: i64) -> AnyView {
    let text = desk.text;
    if waits == 0 {
        return ().into_any();
    }
    let survey = Some(desk.survey().number);
    let state = ResponseState::Quarantined;
    let request = ResponseRequest { survey, state, ..ResponseRequest::default() };
    let query = address::answers_query(&request);
    let page = carried(move || desk.changes.count(), move |_| list_responses(query.clone()));
    let content = page.shown(|page| {
        let lines = Lines::of_one();
        page.rows.iter().map(|response| lines.row(response)).collect_view().into_any()
    });
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

/// How answers are written as lines. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    text: Text,
    boot: StoredValue<Boot>,
    toasts: Toasts,
    changes: Changes,
    may_decide: bool,
    /// Of several surveys: each line says of which.
    of_several: bool,
}

impl Lines {
    /// Lines on the page of their survey.
    pub(super) fn of_one() -> Self {
        let boot = use_boot();
        let may_decide =
            boot.with_value(|boot| boot.viewed.is_none() && boot.may(Action::Edit, Object::Survey));
        Self {
            text: use_text(),
            boot,
            toasts: use_toasts(),
            changes: use_changes(),
            may_decide,
            of_several: false,
        }
    }

    /// Lines of several surveys.
    pub(super) fn of_several() -> Self {
        Self { of_several: true, ..Self::of_one() }
    }

    /// One person's answers.
    pub(super) fn row(self, response: &ResponseSeen) -> AnyView {
        let text = self.text;
        let who = match &response.account {
            Some((number, name)) => {
                view! { <a href=format!("/customers/{number}")>{name.clone()}</a> }.into_any()
            }
            None => view! { <span>{text.survey_anonymous()}</span> }.into_any(),
        };
        let doubt = response
            .doubt
            .map(|doubt| view! { <span class="sub">{words::survey_doubt(text, doubt)}</span> });
        let scored = |answer: &&AnswerSaid| matches!(answer.value, AnswerValue::Score(_));
        let marks = response
            .answers
            .iter()
            .filter(scored)
            .map(|answer| view! { <strong class="num">{said(text, answer)}</strong> })
            .collect_view();
        let rest = response
            .answers
            .iter()
            .filter(|answer| !scored(answer))
            .map(|answer| {
                let asked = answer.asked.in_lang(text.lang()).to_owned();
                view! {
                    <p class="survey-said">
                        <span class="sub">{asked}</span>
                        <span class="survey-words">{said(text, answer)}</span>
                    </p>
                }
            })
            .collect_view();
        let waits = response.state == ResponseState::Quarantined;
        let survey = self.of_several.then(|| {
            let title = response.title.in_lang(text.lang()).to_owned();
            view! { <a class="survey-of" href=address::of(response.survey)>{title}</a> }
        });
        view! {
            <li class="mini-row survey-row">
                <div class="stack-tight grow">
                    <p class="cluster">{who} {marks}</p>
                    {self.about(response)}
                    {doubt}
                    {rest}
                    {(waits && self.may_decide).then(|| self.decide(response))}
                </div>
                {survey}
            </li>
        }
        .into_any()
    }

    /// When and by which way they came, and who was in charge.
    fn about(self, response: &ResponseSeen) -> AnyView {
        let text = self.text;
        let (at, owner) = self.boot.with_value(|boot| {
            let at = format::date_time(text, response.at, &boot.zone);
            (at, boot.colleague(response.owner))
        });
        let owner =
            if owner.is_empty() { owner } else { format!("{}: {owner}", text.survey_owner()) };
        let said = joined(&[&at, words::survey_channel(text, response.channel), &owner]);
        view! { <span class="sub">{said}</span> }.into_any()
    }

    /// The two buttons, which work without scripts.
    fn decide(self, response: &ResponseSeen) -> AnyView {
        let text = self.text;
        let action = ServerAction::<DecideResponse>::new();
        let (toasts, changes) = (self.toasts, self.changes);
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
                {button(true, text.survey_accept(), "check")}
                {button(false, text.survey_reject(), "x")}
            </div>
        }
        .into_any()
    }
}

/// An answer as people read it.
fn said(text: Text, answer: &AnswerSaid) -> String {
    match &answer.value {
        AnswerValue::Score(score) => place(answer.kind, *score),
        AnswerValue::Options(_) => {
            let chosen: Vec<&str> =
                answer.chosen.iter().map(|label| label.in_lang(text.lang())).collect();
            format::list(text.lang(), &chosen)
        }
        AnswerValue::Text(code) if answer.kind == QuestionKind::Topic => {
            let topic = FeedbackTopic::parse(code).ok();
            topic.map(|topic| words::feedback_topic(text, topic).to_owned()).unwrap_or_default()
        }
        AnswerValue::Text(words) => words.clone(),
    }
}
