//! What is to be done next about a deal, as far as it follows from what is planned on its timeline.

use super::{edit, held, values};
use crate::{
    activities, audit,
    db::{Reading, Tx, on_connection, on_tx},
    error::{Result, StoreError},
};
use domain::{
    audit::Event,
    date::Date,
    day::DealStep,
    failure::Failure,
    id::{AccountId, OpportunityId, OpportunityNumber, PersonId},
    note::{RecordName, Subject},
    pipeline::StageKind,
    policy::{self, Action, Caller, Object},
};

/// What is to be done, and on which day.
type Step = (String, Option<Date>);

const STEPS: &str = "SELECT o.id, o.number, o.name, o.next_step, o.next_step_on FROM opportunity o WHERE o.owner_id = $1 \
     AND o.state = 'open' AND o.deleted_at IS NULL AND (o.next_step_on <> '' OR o.next_step = '') AND o.next_step_on <= $2 \
     AND NOT EXISTS (SELECT 1 FROM activity n WHERE n.subject_id = o.id AND n.is_open AND n.deleted_at IS NULL) \
     ORDER BY o.next_step_on, o.number LIMIT $3";
const WITH_WHOM: &str = "SELECT account_id, person_id FROM opportunity WHERE id = $1";

/// Lets the next step of an open deal follow what is planned: an activity that falls due before it becomes the next step,
/// and when the one that was it is done, moved or taken off, the soonest that is left takes its place. A next step that
/// somebody wrote stays until then. Whoever may not change the deal leaves it as it is.
pub(crate) async fn step_follows(
    tx: &mut Tx,
    caller: &Caller,
    id: OpportunityId,
    before: Option<Step>,
    after: Option<Step>,
) -> Result<()> {
    let Ok(grant) = policy::check(caller, Action::Edit, Object::Opportunity) else { return Ok(()) };
    let row = match held(tx, &grant, id).await {
        Ok(row) => row,
        Err(StoreError::Refused(Failure::Gone | Failure::Denied { .. })) => return Ok(()),
        Err(error) => return Err(error),
    };
    if row.state()? != StageKind::Open {
        return Ok(());
    }
    let data = row.whole()?;
    let now: Step = (data.next_step.clone(), data.next_step_on);
    let nothing_yet = now.0.is_empty() && now.1.is_none();
    let was_it = before.as_ref() == Some(&now);
    let is_sooner =
        matches!((after.and_then(|after| after.1), now.1), (Some(on), Some(now)) if on <= now);
    if !nothing_yet && !was_it && !is_sooner {
        return Ok(());
    }
    let soonest = activities::soonest(tx, Subject::Opportunity(id)).await?;
    let (title, on) = soonest.unwrap_or_default();
    let mut next = data.clone();
    next.next_step = title;
    next.next_step_on = Date::parse(&on).ok();
    let changes = audit::differences(values(&data), values(&next));
    if changes.is_empty() {
        return Ok(());
    }
    let version = edit::write(tx, &grant, &row, &next, row.links()).await?;
    audit::append(tx, &grant, id.0, Event::Changed, version, &changes).await
}

/// The caller's open deals on which nothing is planned and whose next step falls due until `last`, or that have none; the
/// soonest first, those without one first of all. At most `most` of them, and whether there are more.
pub(crate) async fn steps_of(
    reading: &mut Reading,
    caller: &Caller,
    last: Date,
    most: usize,
) -> Result<(Vec<(DealStep, RecordName)>, bool)> {
    if policy::view(caller, Object::Opportunity).is_err() {
        return Ok((Vec::new(), false));
    }
    let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
    let rows: Vec<(OpportunityId, OpportunityNumber, String, String, String)> =
        on_connection!(reading.connection(), |connection| {
            sqlx::query_as(STEPS)
                .bind(caller.user)
                .bind(last.to_string())
                .bind(limit)
                .fetch_all(connection)
                .await
        })?;
    let more = rows.len() > most;
    let step = |(id, number, name, title, on): (_, OpportunityNumber, _, _, String)| {
        let subject = Subject::Opportunity(id);
        let record = RecordName { subject, number: number.to_string(), name };
        (DealStep { id, title, on: Date::parse(&on).ok() }, record)
    };
    Ok((rows.into_iter().take(most).map(step).collect(), more))
}

/// The customer and the person of a deal.
pub(crate) async fn with_whom(
    tx: &mut Tx,
    id: OpportunityId,
) -> Result<(Option<AccountId>, Option<PersonId>)> {
    let row: Option<(Option<AccountId>, Option<PersonId>)> = on_tx!(tx, |connection| {
        sqlx::query_as(WITH_WHOM).bind(id).fetch_optional(connection).await
    })?;
    Ok(row.unwrap_or_default())
}
