//! Making and changing surveys. What a survey asks is fixed once it has been open: other wording is all that changes then,
//! so that answers from before and after are answers to the same.

use super::{
    held, questions_of,
    rows::{Row, option_lines},
    token::SurveyToken,
};
use crate::{
    audit,
    db::{Db, Tx, on_tx},
    error::{Result, StoreError},
    operations,
    rows::new_id,
};
use domain::{
    audit::{Event, FieldChange},
    date::Date,
    failure::{Conflict, Failure},
    field::FieldError,
    id::{OperationId, QuestionId, SurveyId, SurveyNumber, Version},
    policy::{self, Action, Caller, Grant, Object},
    survey::{Question, QuestionDraft, SurveyDraft, SurveyStatus},
    time::{Instant, ZoneOffsets},
};
use std::collections::BTreeSet;

const INSERT: &str = "INSERT INTO survey (id, kind, title_en, title_zh, intro_en, intro_zh, closes_on, closes_at, opens_case, \
     token, owner_id, created_at, created_by, updated_at, updated_by) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $12, $11) RETURNING number";
const UPDATE: &str = "UPDATE survey SET title_en = $1, title_zh = $2, intro_en = $3, intro_zh = $4, closes_on = $5, \
     closes_at = $6, opens_case = $7, version = version + 1, updated_at = $8, updated_by = $9 WHERE id = $10 RETURNING version";
const PUT_QUESTION: &str = "INSERT INTO survey_question (id, survey_id, kind, title_en, title_zh, required, options_en, \
     options_zh, position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET \
     title_en = excluded.title_en, title_zh = excluded.title_zh, required = excluded.required, \
     options_en = excluded.options_en, options_zh = excluded.options_zh, position = excluded.position";
const DROP_QUESTION: &str = "DELETE FROM survey_question WHERE id = $1";
const SET_STATUS: &str = "UPDATE survey SET status = $1, version = version + 1, updated_at = $2, updated_by = $3 \
     WHERE id = $4 RETURNING version";
const DELETE: &str = "UPDATE survey SET deleted_at = $1, deleted_by = $2, updated_at = $1, updated_by = $2, \
     version = version + 1 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const RESTORE: &str = "UPDATE survey SET deleted_at = NULL, deleted_by = NULL, updated_at = $1, updated_by = $2, \
     version = version + 1 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";

/// When a day is over on the clocks of `zone`.
fn end_of(day: Option<Date>, zone: &ZoneOffsets) -> Option<Instant> {
    day.map(|day| zone.start_of(Date::from_days(day.days() + 1)))
}

impl Db {
    /// Makes a survey, as a draft, or changes one. `operation` names the attempt: the same one sent again answers with the
    /// survey of the first time. `zone` says when its last day is over.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`]; [`Failure::Conflict`] when somebody else changed it since the version that
    /// was seen; [`Failure::Invalid`] under `questions` with [`FieldError::NotYours`] for a survey that has been open and
    /// would ask something else, and under `kind` for one that would become another kind.
    pub async fn put_survey(
        &self,
        caller: &Caller,
        operation: OperationId,
        known: Option<(SurveyId, Version)>,
        draft: &SurveyDraft,
        zone: &ZoneOffsets,
    ) -> Result<SurveyNumber> {
        let grant = policy::check(caller, Action::Edit, Object::Survey)?;
        let mut tx = self.begin().await?;
        let body = &(known, draft);
        let made = operations::made_before(&mut tx, caller, operation, body, "title_en").await?;
        if let Some(answer) = made {
            return operations::answer(&answer);
        }
        let number = match known {
            None => insert(&mut tx, &grant, draft, zone).await?,
            Some((id, seen)) => change(&mut tx, &grant, id, seen, draft, zone).await?,
        };
        operations::finish_attempt(&mut tx, caller, operation, &number.to_string()).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// Opens a survey for answers, or closes it; a draft is only ever opened.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`]; [`Failure::Invalid`] under `status` for a survey that would become a draft
    /// again; [`Failure::Conflict`] when somebody else changed it since `seen`.
    pub async fn set_survey_status(
        &self,
        caller: &Caller,
        id: SurveyId,
        seen: Version,
        status: SurveyStatus,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Survey)?;
        let mut tx = self.begin().await?;
        let row = held(&mut tx, id, false).await?;
        let before = row.status()?;
        if before == status {
            return Ok(row.version);
        }
        if status == SurveyStatus::Draft
            || before == SurveyStatus::Draft && status != SurveyStatus::Open
        {
            return Err(StoreError::field("status", FieldError::UnknownOption));
        }
        must_be(&mut tx, &row, seen).await?;
        let version: Version = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(SET_STATUS)
                .bind(status.code())
                .bind(grant.now())
                .bind(grant.user())
                .bind(id)
                .fetch_one(connection)
                .await
        })?;
        let change = FieldChange {
            field: "survey_status".to_owned(),
            before: before.code().to_owned(),
            after: status.code().to_owned(),
        };
        audit::append(&mut tx, &grant, id.0, Event::Changed, version, &[change]).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Takes a survey with its answers off every list (`deleted`), or puts it back.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`].
    pub async fn delete_survey(&self, caller: &Caller, id: SurveyId, deleted: bool) -> Result<()> {
        let grant = policy::check(caller, Action::Delete, Object::Survey)?;
        let mut tx = self.begin().await?;
        held(&mut tx, id, !deleted).await?;
        let (statement, event) =
            if deleted { (DELETE, Event::Deleted) } else { (RESTORE, Event::Restored) };
        let version: Option<Version> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(statement)
                .bind(grant.now())
                .bind(grant.user())
                .bind(id)
                .fetch_optional(connection)
                .await
        })?;
        let version = version.ok_or(Failure::Gone)?;
        audit::append(&mut tx, &grant, id.0, event, version, &[]).await?;
        tx.commit().await
    }
}

/// Refuses a survey that somebody else changed since it was seen.
async fn must_be(tx: &mut Tx, row: &Row, seen: Version) -> Result<()> {
    if row.version == seen {
        return Ok(());
    }
    let (_, by) = audit::changed_since(tx, row.id.0, seen).await?;
    Err(Failure::Conflict(Conflict { version: row.version, by, fields: Vec::new() }).into())
}

async fn insert(
    tx: &mut Tx,
    grant: &Grant,
    draft: &SurveyDraft,
    zone: &ZoneOffsets,
) -> Result<SurveyNumber> {
    let id = SurveyId(new_id());
    let token = SurveyToken::new().ok_or(Failure::Unavailable)?;
    let number: SurveyNumber = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(INSERT)
            .bind(id)
            .bind(draft.kind.code())
            .bind(&draft.title.en)
            .bind(&draft.title.zh)
            .bind(&draft.intro.en)
            .bind(&draft.intro.zh)
            .bind(draft.closes_on.map(|day| day.to_string()))
            .bind(end_of(draft.closes_on, zone))
            .bind(draft.opens_case)
            .bind(token.text())
            .bind(grant.user())
            .bind(grant.now())
            .fetch_one(connection)
            .await
    })?;
    put_questions(tx, id, &draft.questions).await?;
    let nothing = told(None);
    let changes = audit::differences(nothing, told(Some(draft)));
    audit::append(tx, grant, id.0, Event::Created, Version(1), &changes).await?;
    Ok(number)
}

async fn change(
    tx: &mut Tx,
    grant: &Grant,
    id: SurveyId,
    seen: Version,
    draft: &SurveyDraft,
    zone: &ZoneOffsets,
) -> Result<SurveyNumber> {
    let row = held(tx, id, false).await?;
    must_be(tx, &row, seen).await?;
    if row.kind != draft.kind.code() {
        return Err(StoreError::field("kind", FieldError::NotYours));
    }
    let asked = questions_of(tx.connection(), id).await?;
    let number = row.number;
    let is_draft = row.status()? == SurveyStatus::Draft;
    // A question of another survey would take its answers along.
    let is_own = |id: &QuestionId| asked.iter().any(|question| question.id == *id);
    let own = draft.questions.iter().filter_map(|question| question.id).all(|id| is_own(&id));
    let same_kinds = draft.questions.iter().all(|drafted| {
        asked
            .iter()
            .filter(|question| Some(question.id) == drafted.id)
            .all(|question| question.kind == drafted.kind)
    });
    if !own || !same_kinds || !(is_draft || is_same(&asked, &draft.questions)) {
        return Err(StoreError::field("questions", FieldError::NotYours));
    }
    let before = SurveyDraft {
        kind: draft.kind,
        questions: asked.iter().map(as_draft).collect(),
        ..as_typed(row)?
    };
    let changes = audit::differences(told(Some(&before)), told(Some(draft)));
    if changes.is_empty() {
        return Ok(number);
    }
    let kept: BTreeSet<QuestionId> =
        draft.questions.iter().filter_map(|question| question.id).collect();
    for question in asked.iter().filter(|question| !kept.contains(&question.id)) {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(DROP_QUESTION).bind(question.id).execute(connection).await.map(drop)
        })?;
    }
    put_questions(tx, id, &draft.questions).await?;
    let version: Version = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(UPDATE)
            .bind(&draft.title.en)
            .bind(&draft.title.zh)
            .bind(&draft.intro.en)
            .bind(&draft.intro.zh)
            .bind(draft.closes_on.map(|day| day.to_string()))
            .bind(end_of(draft.closes_on, zone))
            .bind(draft.opens_case)
            .bind(grant.now())
            .bind(grant.user())
            .bind(id)
            .fetch_one(connection)
            .await
    })?;
    audit::append(tx, grant, id.0, Event::Changed, version, &changes).await?;
    Ok(number)
}

/// Whether these ask the same, in the same order, with as many choices.
fn is_same(asked: &[Question], drafted: &[QuestionDraft]) -> bool {
    asked.len() == drafted.len()
        && asked.iter().zip(drafted).all(|(question, drafted)| {
            drafted.id == Some(question.id)
                && drafted.kind == question.kind
                && drafted.options.len() == question.options.len()
        })
}

fn as_draft(question: &Question) -> QuestionDraft {
    QuestionDraft {
        id: Some(question.id),
        kind: question.kind,
        title: question.title.clone(),
        required: question.required,
        options: question.options.clone(),
    }
}

/// What a row says, without its questions.
fn as_typed(row: Row) -> Result<SurveyDraft> {
    let survey = row.survey(Vec::new())?;
    Ok(SurveyDraft {
        kind: survey.kind,
        title: survey.title,
        intro: survey.intro,
        closes_on: survey.closes_on,
        opens_case: survey.opens_case,
        questions: Vec::new(),
    })
}

async fn put_questions(tx: &mut Tx, survey: SurveyId, questions: &[QuestionDraft]) -> Result<()> {
    for (position, question) in (0_i64..).zip(questions) {
        let [en, zh] = option_lines(&question.options);
        on_tx!(&mut *tx, |connection| {
            sqlx::query(PUT_QUESTION)
                .bind(question.id.unwrap_or_else(|| QuestionId(new_id())))
                .bind(survey)
                .bind(question.kind.code())
                .bind(&question.title.en)
                .bind(&question.title.zh)
                .bind(question.required)
                .bind(en)
                .bind(zh)
                .bind(position)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}

/// What the trail says of a survey.
fn told(draft: Option<&SurveyDraft>) -> [(&'static str, String); 7] {
    let text =
        |pick: fn(&SurveyDraft) -> &String| draft.map(|d| pick(d).clone()).unwrap_or_default();
    let opens_case = draft.map(|draft| draft.opens_case.to_string()).unwrap_or_default();
    let closes_on = draft.and_then(|draft| draft.closes_on).map(|day| day.to_string());
    let questions = draft.map(|draft| described(&draft.questions)).unwrap_or_default();
    [
        ("title_en", text(|draft| &draft.title.en)),
        ("title_zh", text(|draft| &draft.title.zh)),
        ("intro_en", text(|draft| &draft.intro.en)),
        ("intro_zh", text(|draft| &draft.intro.zh)),
        ("closes_on", closes_on.unwrap_or_default()),
        ("opens_case", opens_case),
        ("questions", questions),
    ]
}

fn described(questions: &[QuestionDraft]) -> String {
    let one = |question: &QuestionDraft| {
        let names = [question.title.en.as_str(), question.title.zh.as_str()];
        let title =
            names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" / ");
        let star = if question.required { " *" } else { "" };
        let options: Vec<String> = question
            .options
            .iter()
            .map(|label| format!("{}/{}", label.en, label.zh).trim_matches('/').to_owned())
            .collect();
        let options =
            if options.is_empty() { String::new() } else { format!(" ({})", options.join(", ")) };
        format!("{title}{star}{options}")
    };
    questions.iter().map(one).collect::<Vec<_>>().join("\n")
}
