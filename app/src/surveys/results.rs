//! What a survey came to: for each question its score with the number of answers and how exact it is, the distribution, the
//! way it went, and by who was in charge.

use super::{
    address,
    page::Desk,
    score::{self, ScoreOf, bars, exactness, formula, said},
};
use crate::{
    i18n::{format, words},
    ui::{
        Section,
        chart::{BarChart, ChartFrame, ColumnChart, Datum},
    },
};
use domain::{
    id::UserId,
    survey::{
        FeedbackTopic, Question, QuestionKind, QuestionResults, ResponseRequest, ScoreClass,
        ScoreKind, SurveyResults,
    },
};
use leptos::prelude::*;

/// The section with all of it; nothing before the first answer.
pub(super) fn results(desk: Desk, come: &SurveyResults) -> AnyView {
    let text = desk.text;
    let survey = desk.survey();
    if come.answers == 0 {
        return view! {
            <Section title=text.survey_results() id="survey-results">
                <p class="muted">{text.survey_no_answers()}</p>
            </Section>
        }
        .into_any();
    }
    let each = come
        .questions
        .iter()
        .filter_map(|result| {
            let question = survey.questions.iter().find(|asked| asked.id == result.question)?;
            of_question(desk, question, result)
        })
        .collect_view();
    let count = text.survey_answer_count(come.answers);
    let every = address::answers(&of_survey(desk));
    view! {
        <Section title=text.survey_results() id="survey-results">
            <p class="sub">
                <a href=every class="score-all">
                    {count}
                </a>
            </p>
            <div class="charts">{each}</div>
        </Section>
    }
    .into_any()
}

/// Every answer to the survey.
fn of_survey(desk: Desk) -> ResponseRequest {
    let survey = desk.screen.with_value(|screen| screen.survey.number);
    ResponseRequest { survey: Some(survey), ..ResponseRequest::default() }
}

/// The answers with a score on a question, as `narrow` says which.
fn scored_on(desk: Desk, question: &Question, narrow: impl FnOnce(&mut ResponseRequest)) -> String {
    let mut request = ResponseRequest { question: Some(question.id), ..of_survey(desk) };
    narrow(&mut request);
    address::answers(&request)
}

fn of_question(desk: Desk, question: &Question, result: &QuestionResults) -> Option<AnyView> {
    match question.kind.score() {
        Some(kind) => Some(scored(desk, kind, question, result)),
        None if result.scores.0.is_empty() => None,
        None => Some(chosen(desk, question, result)),
    }
}

fn title(desk: Desk, question: &Question) -> String {
    question.title.in_lang(desk.text.lang()).to_owned()
}

/// A score with all that is known of it.
fn scored(desk: Desk, kind: ScoreKind, question: &Question, result: &QuestionResults) -> AnyView {
    let text = desk.text;
    let Some(score) = result.scores.score(kind) else { return ().into_any() };
    let answers = text.survey_answer_count(score.answers);
    let value = said(kind, score.value);
    let href = scored_on(desk, question, |_| ());
    let head = [ScoreOf { label: exactness(text, kind, &score), score, href }];
    let drawn = bars(text, kind, &head);
    let groups = (kind == ScoreKind::Nps).then(|| {
        let classes = [
            (text.survey_detractors(), ScoreClass::Detractor),
            (text.survey_passives(), ScoreClass::Passive),
            (text.survey_promoters(), ScoreClass::Promoter),
        ];
        let counts = result.scores.promoters();
        classes
            .into_iter()
            .zip(counts)
            .map(|((label, class), count)| {
                let href = scored_on(desk, question, |asked| asked.class = Some(class));
                view! {
                    <li>
                        <a href=href>{label}</a>
                        <span class="num">{format::integer(count)}</span>
                    </li>
                }
            })
            .collect_view()
    });
    view! {
        <ChartFrame
            title=title(desk, question)
            summary=text.survey_summary(&answers, &value)
            explain=move || explain(desk, kind)
        >
            <p class="score-value num">{value.clone()}</p>
            {drawn}
            {groups.map(|groups| view! { <ul class="score-groups">{groups}</ul> })}
        </ChartFrame>
        {distribution(desk, question, result)}
        {months(desk, kind, question, result)}
        {owners(desk, kind, question, result)}
    }
    .into_any()
}

/// The formula, opened without scripts.
fn explain(desk: Desk, kind: ScoreKind) -> AnyView {
    view! {
        <details class="chart-more">
            <summary>{desk.text.survey_explain()}</summary>
            <p class="chart-explain">{formula(desk.text, kind)}</p>
        </details>
    }
    .into_any()
}

fn under(desk: Desk, what: &str, question: &Question) -> String {
    format!("{what}: {}", title(desk, question))
}

fn table_of(counts: &[(String, i64)]) -> Vec<Vec<String>> {
    counts.iter().map(|(label, count)| vec![label.clone(), format::integer(*count)]).collect()
}

/// How often each place of the scale was chosen.
fn distribution(desk: Desk, question: &Question, result: &QuestionResults) -> AnyView {
    let text = desk.text;
    let lowest = question.kind.scale().map_or(0, |(lowest, _)| lowest);
    let places: Vec<(String, i64)> = (lowest..)
        .zip(&result.scores.0)
        .map(|(score, count)| (score.to_string(), *count))
        .collect();
    let data = (lowest..)
        .zip(&places)
        .map(|(score, (label, count))| Datum {
            label: label.clone(),
            value: *count,
            said: format::integer(*count),
            href: scored_on(desk, question, |asked| asked.score = Some(score)),
            ..Datum::default()
        })
        .collect::<Vec<_>>();
    let rows = table_of(&places);
    let heads = [text.survey_place(), text.survey_count()];
    let tick = Callback::new(move |n| format::compact(text.lang(), n));
    view! {
        <ChartFrame
            title=under(desk, text.survey_distribution(), question)
            summary=text.survey_answer_count(result.answers)
            explain=|| ()
            heads=heads.map(str::to_owned).to_vec()
            rows=rows
            table=text.survey_table()
        >
            <ColumnChart data=data tick=tick />
        </ChartFrame>
    }
    .into_any()
}

/// The months that somebody answered in.
fn months(desk: Desk, kind: ScoreKind, question: &Question, result: &QuestionResults) -> AnyView {
    let text = desk.text;
    let scores: Vec<_> = result
        .months
        .iter()
        .filter_map(|month| {
            let first = month.days.first();
            let name = format::month(text, first.month());
            let label = text.dashboard_month(name, &first.year().to_string());
            let href = scored_on(desk, question, |asked| asked.came = Some(month.days));
            Some(ScoreOf { label, score: month.scores.score(kind)?, href })
        })
        .collect();
    if scores.len() < 2 {
        return ().into_any();
    }
    told_apart(
        desk,
        kind,
        under(desk, text.survey_months(), question),
        text.survey_month(),
        &scores,
    )
}

/// Those who were in charge of whoever answered.
fn owners(desk: Desk, kind: ScoreKind, question: &Question, result: &QuestionResults) -> AnyView {
    let text = desk.text;
    let name = |owner: Option<UserId>| match owner {
        None => text.survey_nobody().to_owned(),
        Some(owner) => {
            let known = desk.boot.with_value(|boot| boot.colleague(Some(owner)));
            if known.is_empty() { text.user_former().to_owned() } else { known }
        }
    };
    let scores: Vec<_> = result
        .owners
        .iter()
        .filter_map(|of| {
            // There is no list of answers of nobody in particular.
            let href =
                of.owner.map(|owner| scored_on(desk, question, |asked| asked.owner = Some(owner)));
            let score = of.scores.score(kind)?;
            Some(ScoreOf { label: name(of.owner), score, href: href.unwrap_or_default() })
        })
        .collect();
    if scores.len() < 2 {
        return ().into_any();
    }
    told_apart(
        desk,
        kind,
        under(desk, text.survey_owners(), question),
        text.survey_owner(),
        &scores,
    )
}

fn told_apart(
    desk: Desk,
    kind: ScoreKind,
    title: String,
    head: &'static str,
    scores: &[ScoreOf],
) -> AnyView {
    let text = desk.text;
    let drawn = bars(text, kind, scores);
    let all: i64 = scores.iter().map(|of| of.score.answers).sum();
    view! {
        <ChartFrame
            title=title
            summary=text.survey_answer_count(all)
            explain=move || explain(desk, kind)
            heads=score::heads(text, head)
            rows=score::rows(text, kind, scores)
            table=text.survey_table()
        >
            {drawn}
        </ChartFrame>
    }
    .into_any()
}

/// How often each choice was made.
fn chosen(desk: Desk, question: &Question, result: &QuestionResults) -> AnyView {
    let text = desk.text;
    let labels: Vec<String> = if question.kind == QuestionKind::Topic {
        FeedbackTopic::ALL
            .iter()
            .map(|topic| words::feedback_topic(text, *topic).to_owned())
            .collect()
    } else {
        question.options.iter().map(|label| label.in_lang(text.lang()).to_owned()).collect()
    };
    let counts: Vec<(String, i64)> = labels.into_iter().zip(result.scores.0.clone()).collect();
    let data = counts
        .iter()
        .map(|(label, count)| Datum {
            label: label.clone(),
            value: *count,
            said: format::integer(*count),
            ..Datum::default()
        })
        .collect::<Vec<_>>();
    let rows = table_of(&counts);
    let heads = [text.survey_place(), text.survey_count()];
    view! {
        <ChartFrame
            title=title(desk, question)
            summary=text.survey_answer_count(result.answers)
            explain=|| ()
            heads=heads.map(str::to_owned).to_vec()
            rows=rows
            table=text.survey_table()
        >
            <BarChart data=data />
        </ChartFrame>
    }
    .into_any()
}
