//! Deals: making and reading them. Owns, with its parts, every statement on `opportunity`, `stage_change`,
//! `opportunity_product` and `opportunity_participant`. A deal is within the reach of a right by its owner alone: seeing a customer shows none of its
//! deals, and seeing a deal shows its customer only to whoever sees that one anyway.

pub(crate) mod board;
pub(crate) mod bring;
mod edit;
mod export;
mod lines;
mod list;
mod moving;
pub(crate) mod narrowed;
mod next_step;
mod people;
mod place;
mod rows;
pub(crate) mod search;

use crate::{
    accounts::{self, check_owner},
    audit,
    db::{Connection, Db, Tx, on_connection, on_tx},
    dialect::{Index, pieces, to_change},
    error::{Result, StoreError},
    notifications, operations, pipelines,
    rows::new_id,
    within,
};
use const_format::concatcp;
use domain::{
    audit::Event,
    failure::Failure,
    field::FieldError,
    id::{
        AccountId, AccountNumber, OperationId, OpportunityId, OpportunityNumber, PersonId,
        PersonNumber, PipelineId, ProductId, StageId, UserId, Version,
    },
    note::Subject,
    opportunity::{
        Opportunity, OpportunityData, OpportunityDraft, OpportunityField, Place, StageVisit,
        must_have,
    },
    pinyin,
    pipeline::{Stage, StageKind},
    policy::{self, Action, Caller, Grant, Object},
    text,
    time::Instant,
};
pub(crate) use edit::put_in_charge;
pub(crate) use next_step::{step_follows, steps_of, with_whom};
use rows::{COLUMNS, Row};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::BTreeSet;

const BY_NUMBER: &str = concatcp!(COLUMNS, " WHERE o.number = $1");
const BY_ID: &str = concatcp!(COLUMNS, " WHERE o.id = $1");
const ID_BY_NUMBER: &str = "SELECT id FROM opportunity WHERE number = $1";
const INSERT: &str = "INSERT INTO opportunity (id, name, name_sort, name_fold, account_id, person_id, pipeline_id, stage_id, state, position, \
     stage_since, value_minor, currency, expected_close, next_step, next_step_on, source, owner_id, created_at, created_by, \
     updated_at, updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $11, $19, \
     $11, $19) RETURNING number";
const ENTER: &str = "INSERT INTO stage_change (id, opportunity_id, stage_id, from_stage_id, entered_at, left_at, changed_by) ";
const VISITS: &str = "SELECT stage_id, entered_at, left_at, changed_by FROM stage_change WHERE opportunity_id = $1 \
     ORDER BY entered_at, id";
const ACCOUNT_BY_NUMBER: &str = "SELECT COALESCE((SELECT m.survivor_id FROM merged_record m WHERE m.object = 'account' \
     AND m.number = a.number), a.id) FROM account a WHERE a.number = $1";
const PERSON_BY_NUMBER: &str = "SELECT COALESCE((SELECT m.survivor_id FROM merged_record m WHERE m.object = 'person' \
     AND m.number = p.number), p.id) FROM person p WHERE p.number = $1";
const ACCOUNT_NAME: &str =
    "SELECT name, owner_id FROM account WHERE id = $1 AND deleted_at IS NULL";
const PERSON_NAME: &str =
    "SELECT full_name, owner_id FROM person WHERE id = $1 AND deleted_at IS NULL";

#[derive(FromRow)]
struct VisitRow {
    stage_id: StageId,
    entered_at: Instant,
    left_at: Instant,
    changed_by: UserId,
}

/// The customer and the person of a deal, as they are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Links {
    pub account: Option<AccountId>,
    pub person: Option<PersonId>,
}

impl Db {
    /// Makes a deal. `operation` names the attempt: the same one sent again answers with the deal it made the first
    /// time.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Invalid`] with the fields of the form: what the stage asks for, a customer or
    /// person that is not there or not for the caller to see, and `name` when the same attempt comes back with other
    /// content.
    pub async fn create_opportunity(
        &self,
        caller: &Caller,
        operation: OperationId,
        draft: &OpportunityDraft,
    ) -> Result<OpportunityNumber> {
        let grant = policy::check(caller, Action::Create, Object::Opportunity)?;
        let mut tx = self.begin().await?;
        let made = operations::made_before(&mut tx, caller, operation, draft, "name").await?;
        if let Some(answer) = made {
            return operations::answer(&answer);
        }
        let mut data = draft.data.clone();
        data.owner = policy::owner_of_new(caller, Object::Opportunity, data.owner)?;
        check_owner(&mut tx, data.owner).await?;
        let links = links(&mut tx, caller, &data, None).await?;
        let (pipeline, stage) = pipelines::held_stage(&mut tx, draft.stage)
            .await?
            .filter(|(_, stage)| stage.kind == StageKind::Open && !stage.archived)
            .ok_or_else(|| StoreError::field("stage", FieldError::Unknown))?;
        must_have(&data, &stage)?;
        let id = OpportunityId(new_id());
        let number = insert(&mut tx, &grant, id, &data, links, (pipeline, &stage)).await?;
        enter(&mut tx, &grant, id, stage.id, None).await?;
        let mut changes = audit::differences(values(&OpportunityData::default()), values(&data));
        changes.push(moving::stage_change(None, stage.id));
        let subject = Subject::Opportunity(id);
        notifications::put_in_charge(&mut tx, caller, subject, data.owner).await?;
        audit::append(&mut tx, &grant, id.0, Event::Created, Version(1), &changes).await?;
        operations::finish_attempt(&mut tx, caller, operation, &number.to_string()).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// A deal with all that hangs on it, by its number.
    ///
    /// # Errors
    /// [`Failure::Gone`] for one that is not there, in the bin, or not for the caller.
    pub async fn opportunity(
        &self,
        caller: &Caller,
        number: OpportunityNumber,
    ) -> Result<Opportunity> {
        let scope = policy::view(caller, Object::Opportunity)?;
        let mut reading = self.reading().await?;
        let row: Option<Row> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(connection).await
        })?;
        let row = row
            .filter(|row| row.deleted_at.is_none() && scope.covers_owner(row.owner_id))
            .ok_or(Failure::Gone)?;
        let (account_name, person_name) = names(reading.connection(), caller, &row).await?;
        let mut data = row.whole()?;
        data.account = data.account.filter(|_| account_name.is_some());
        data.person = data.person.filter(|_| person_name.is_some());
        let visits: Vec<VisitRow> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(VISITS).bind(row.id).fetch_all(connection).await
        })?;
        let visit = |visit: VisitRow| StageVisit {
            stage: visit.stage_id,
            entered_at: visit.entered_at,
            left_at: visit.left_at.is_set().then_some(visit.left_at),
            by: visit.changed_by,
        };
        Ok(Opportunity {
            id: row.id,
            number: row.number,
            version: row.version,
            data,
            account_name: account_name.unwrap_or_default(),
            person_name: person_name.unwrap_or_default(),
            pipeline: row.pipeline_id,
            stage: row.stage_id,
            state: row.state()?,
            stage_since: row.stage_since,
            closed_at: row.closed_at.is_set().then_some(row.closed_at),
            closing: row.closing()?,
            people: people::of(
                reading.connection(),
                &policy::sight(caller, Object::Person),
                row.id,
            )
            .await?,
            lines: lines::of(reading.connection(), row.id).await?,
            visits: visits.into_iter().map(visit).collect(),
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            updated_by: row.updated_by,
        })
    }
}

/// The names of a deal's customer and person, as far as the caller sees these.
async fn names(
    mut held: Connection<'_>,
    caller: &Caller,
    row: &Row,
) -> Result<(Option<String>, Option<String>)> {
    let mut told = [None, None];
    let linked = [
        (ACCOUNT_NAME, row.account_id.map(Subject::Account)),
        (PERSON_NAME, row.person_id.map(Subject::Person)),
    ];
    for (told, (statement, subject)) in told.iter_mut().zip(linked) {
        let Some(subject) = subject else { continue };
        let found: Option<(String, Option<UserId>)> = on_connection!(held.again(), |connection| {
            sqlx::query_as(statement).bind(subject.id()).fetch_optional(connection).await
        })?;
        let Some((name, owner)) = found else { continue };
        let scope = policy::sight(caller, subject.object());
        if within::covers(held.again(), &scope, subject, owner).await? {
            *told = Some(name);
        }
    }
    let [account, person] = told;
    Ok((account, person))
}

/// The customer and the person that `data` names: those of `before` stay as they are, others have to be there and seen
/// by the caller. They are held, so that they are not merged into others meanwhile.
async fn links(
    tx: &mut Tx,
    caller: &Caller,
    data: &OpportunityData,
    before: Option<(&OpportunityData, Links)>,
) -> Result<Links> {
    let mut links = before.map(|(_, links)| links).unwrap_or_default();
    if before.map(|(before, _)| before.account) != Some(data.account) {
        links.account = match data.account {
            Some(number) => Some(account_to_link(tx, caller, number).await?),
            None => None,
        };
    }
    if before.map(|(before, _)| before.person) != Some(data.person) {
        links.person = match data.person {
            Some(number) => Some(person_to_link(tx, caller, number).await?),
            None => None,
        };
    }
    Ok(links)
}

/// A customer that something is to hang on: it has to be there and seen by the caller, and is held.
pub(crate) async fn account_to_link(
    tx: &mut Tx,
    caller: &Caller,
    number: AccountNumber,
) -> Result<AccountId> {
    let grant = policy::check(caller, Action::View, Object::Account)?;
    let id: Option<AccountId> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(ACCOUNT_BY_NUMBER).bind(number).fetch_optional(connection).await
    })?;
    let unknown = || StoreError::field(OpportunityField::Account.code(), FieldError::Unknown);
    let row = accounts::held(tx, &grant, id.ok_or_else(unknown)?).await;
    row.map(|row| row.id).map_err(|error| as_unknown(error, unknown()))
}

/// The same for a person.
pub(crate) async fn person_to_link(
    tx: &mut Tx,
    caller: &Caller,
    number: PersonNumber,
) -> Result<PersonId> {
    let grant = policy::check(caller, Action::View, Object::Person)?;
    let id: Option<PersonId> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(PERSON_BY_NUMBER).bind(number).fetch_optional(connection).await
    })?;
    let unknown = || StoreError::field(OpportunityField::Person.code(), FieldError::Unknown);
    let row = crate::people::held(tx, &grant, id.ok_or_else(unknown)?).await;
    row.map(|row| row.id).map_err(|error| as_unknown(error, unknown()))
}

/// One that may not be seen is as unknown as one that is not there.
pub(crate) fn as_unknown(error: StoreError, unknown: StoreError) -> StoreError {
    match error {
        StoreError::Refused(Failure::Gone) => unknown,
        other => other,
    }
}

async fn insert(
    tx: &mut Tx,
    grant: &Grant,
    id: OpportunityId,
    data: &OpportunityData,
    links: Links,
    (pipeline, stage): (PipelineId, &Stage),
) -> Result<OpportunityNumber> {
    let position = place::find(tx, id, stage.id, Place::Top).await?;
    let number: OpportunityNumber = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(INSERT)
            .bind(id)
            .bind(&data.name)
            .bind(pinyin::sort_key(&data.name))
            .bind(text::fold(&data.name))
            .bind(links.account)
            .bind(links.person)
            .bind(pipeline)
            .bind(stage.id)
            .bind(stage.kind.code())
            .bind(position)
            .bind(grant.now())
            .bind(data.value_minor)
            .bind(data.currency.code())
            .bind(data.expected_close.map(String::from).unwrap_or_default())
            .bind(&data.next_step)
            .bind(data.next_step_on.map(String::from).unwrap_or_default())
            .bind(&data.source)
            .bind(data.owner)
            .bind(grant.user())
            .fetch_one(connection)
            .await
    })?;
    Index::Opportunities.put(tx, &[(number.0, search::document(&data.name))]).await?;
    Ok(number)
}

/// A stay of a deal in a stage, to be written down; 0 in `left_at` while it stands there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewVisit {
    pub opportunity: OpportunityId,
    pub stage: StageId,
    pub from: Option<StageId>,
    pub entered_at: Instant,
    pub left_at: Instant,
}

/// Writes down that a deal came into a stage.
async fn enter(
    tx: &mut Tx,
    grant: &Grant,
    id: OpportunityId,
    stage: StageId,
    from: Option<StageId>,
) -> Result<()> {
    let (entered_at, left_at) = (grant.now(), Instant::NEVER);
    insert_visits(tx, grant, &[NewVisit { opportunity: id, stage, from, entered_at, left_at }])
        .await
}

async fn insert_visits(tx: &mut Tx, grant: &Grant, visits: &[NewVisit]) -> Result<()> {
    for visits in pieces(visits) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(ENTER);
            statement.push_values(visits, |mut row, visit| {
                row.push_bind(new_id())
                    .push_bind(visit.opportunity)
                    .push_bind(visit.stage)
                    .push_bind(visit.from)
                    .push_bind(visit.entered_at)
                    .push_bind(visit.left_at)
                    .push_bind(grant.user());
            });
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

/// Refuses a deal that is in the bin or not within what is granted. It is held until the transaction ends.
pub(crate) async fn must_be_there(tx: &mut Tx, grant: &Grant, id: OpportunityId) -> Result<()> {
    held(tx, grant, id).await.map(drop)
}

/// A deal that an order comes from, held until the transaction ends, and the customer it is with.
pub(crate) async fn to_order_from(
    tx: &mut Tx,
    caller: &Caller,
    number: OpportunityNumber,
) -> Result<(OpportunityId, Option<AccountId>)> {
    let grant = policy::check(caller, Action::View, Object::Opportunity)?;
    let id: Option<OpportunityId> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(ID_BY_NUMBER).bind(number).fetch_optional(connection).await
    })?;
    let row = held(tx, &grant, id.ok_or(Failure::Gone)?).await?;
    Ok((row.id, row.account_id))
}

/// The products on offer in a deal that the caller has been checked against.
pub(crate) async fn products_of(tx: &mut Tx, id: OpportunityId) -> Result<BTreeSet<ProductId>> {
    let lines = lines::of(tx.connection(), id).await?;
    Ok(lines.into_iter().map(|line| line.product).collect())
}

/// The row of a deal that is not in the bin and within what is granted, held until the transaction ends.
async fn held(tx: &mut Tx, grant: &Grant, id: OpportunityId) -> Result<Row> {
    let row = held_anyhow(tx, id).await?.filter(|row| row.deleted_at.is_none());
    let row = row.ok_or(Failure::Gone)?;
    grant.admit_owner(row.owner_id)?;
    Ok(row)
}

/// The same for whoever asks the policy themselves; also in the bin.
async fn held_anyhow(tx: &mut Tx, id: OpportunityId) -> Result<Option<Row>> {
    let statement = to_change!(tx, BY_ID);
    Ok(on_tx!(tx, |connection| {
        sqlx::query_as(statement).bind(id).fetch_optional(connection).await
    })?)
}

fn values(data: &OpportunityData) -> Vec<(&'static str, String)> {
    OpportunityField::ALL.iter().map(|field| (field.code(), data.get(*field))).collect()
}
