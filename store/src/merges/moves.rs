//! What hangs on a record goes over to the one that stays, and back again. What that one has already stays behind at
//! the record that goes, so nothing is there twice and nothing has to be made anew.

use super::image::{From, MovedPoint};
use crate::{
    addresses, contact_points,
    db::{Tx, on_tx},
    error::{Result, StoreError},
    held::Held,
    people,
    within::push_ids,
};
use domain::{
    account::MOST_TAGS,
    address::Address,
    contact::{ContactPoint, MOST_CONTACTS},
    field::FieldError,
    id::{AccountId, PersonId},
    merge::same_contact,
    note::Subject,
    policy::{Access, Caller, Detail, Object},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

const MOVE_POINT: &str = "UPDATE contact_point SET owner_id = $1, position = $2, is_primary = $3 WHERE id = $4 AND owner_id = $5";
const POINT_PLACES: &str = "SELECT id, position FROM contact_point WHERE owner_id = $1";
const MOVE_ADDRESS: &str =
    "UPDATE address SET account_id = $1, position = $2 WHERE id = $3 AND account_id = $4";
const ADDRESS_PLACES: &str = "SELECT id, position FROM address WHERE account_id = $1";
const UNITE_TAGS: &str = "INSERT INTO tagging (tag_id, account_id) SELECT tag_id, $1 FROM tagging WHERE account_id = $2 \
     ON CONFLICT DO NOTHING RETURNING tag_id";
const COUNT_TAGS: &str = "SELECT COUNT(*) FROM tagging WHERE account_id = $1";
const MOVE_PEOPLE: &str = "UPDATE account_person SET account_id = $1 WHERE account_id = $2 AND person_id NOT IN \
     (SELECT person_id FROM account_person WHERE account_id = $1) RETURNING person_id";
const MAIN_HERE: &str = "UPDATE account_person SET is_primary = TRUE WHERE account_id = $1 AND person_id IN \
     (SELECT person_id FROM account_person WHERE account_id = $2 AND is_primary) RETURNING person_id";
const NOT_MAIN_THERE: &str =
    "UPDATE account_person SET is_primary = FALSE WHERE account_id = $1 AND is_primary";
const JOBS_TO_MOVE: &str = "SELECT account_id, is_primary FROM account_person WHERE person_id = $2 AND account_id NOT IN \
     (SELECT account_id FROM account_person WHERE person_id = $1)";
const MOVE_JOBS: &str = "UPDATE account_person SET person_id = $1, is_primary = FALSE WHERE person_id = $2 AND account_id NOT IN \
     (SELECT account_id FROM account_person WHERE person_id = $1)";
const JOB_BACK: &str = "UPDATE account_person SET person_id = $1, is_primary = $2 WHERE person_id = $3 AND account_id = $4";
// Where both have the job, and only the one that goes says as what.
const PEOPLE_ROLES: &str = "UPDATE account_person SET role = (SELECT o.role FROM account_person o WHERE o.account_id = $2 \
     AND o.person_id = account_person.person_id) WHERE account_id = $1 AND role IS NULL AND person_id IN \
     (SELECT person_id FROM account_person WHERE account_id = $2 AND role IS NOT NULL) RETURNING person_id";
const JOB_ROLES: &str = "UPDATE account_person SET role = (SELECT o.role FROM account_person o WHERE o.person_id = $2 \
     AND o.account_id = account_person.account_id) WHERE person_id = $1 AND role IS NULL AND account_id IN \
     (SELECT account_id FROM account_person WHERE person_id = $2 AND role IS NOT NULL) RETURNING account_id";
const MOVE_NOTES: &str = "UPDATE activity SET subject_id = $1 WHERE subject_id = $2 RETURNING id";
const MOVE_MERGED: &str =
    "UPDATE merged_record SET survivor_id = $1 WHERE survivor_id = $2 RETURNING record_id";

const MOVE_ACCOUNT_DEALS: &str =
    "UPDATE opportunity SET account_id = $1 WHERE account_id = $2 RETURNING id";
const MOVE_ORDERS: &str =
    "UPDATE sales_order SET account_id = $1 WHERE account_id = $2 RETURNING id";
const MOVE_ACCOUNT_CASES: &str =
    "UPDATE feedback_case SET account_id = $1 WHERE account_id = $2 RETURNING id";
const MOVE_PERSON_CASES: &str =
    "UPDATE feedback_case SET person_id = $1 WHERE person_id = $2 RETURNING id";
const MOVE_SENDS: &str =
    "UPDATE survey_send SET account_id = $1 WHERE account_id = $2 RETURNING id";
const MOVE_RESPONSES: &str =
    "UPDATE survey_response SET account_id = $1 WHERE account_id = $2 RETURNING id";
// Where both are on a deal, the one that goes stays behind with what it was there.
const MOVE_ON_DEALS: &str = "UPDATE opportunity_participant SET person_id = $1 WHERE person_id = $2 AND opportunity_id NOT IN \
     (SELECT opportunity_id FROM opportunity_participant WHERE person_id = $1) RETURNING opportunity_id";
const MOVE_PERSON_DEALS: &str =
    "UPDATE opportunity SET person_id = $1 WHERE person_id = $2 RETURNING id";

/// Ids that a statement about two records answers with.
async fn ids(tx: &mut Tx, statement: &'static str, to: Uuid, from: Uuid) -> Result<Vec<Uuid>> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_scalar(statement).bind(to).bind(from).fetch_all(connection).await
    })?)
}

async fn run(tx: &mut Tx, statement: &'static str, ids: &[Uuid]) -> Result<()> {
    on_tx!(tx, |connection| {
        let mut query = sqlx::query(statement);
        for id in ids {
            query = query.bind(*id);
        }
        query.execute(connection).await.map(drop)
    })?;
    Ok(())
}

async fn places(tx: &mut Tx, statement: &'static str, of: Uuid) -> Result<Vec<(Uuid, i64)>> {
    Ok(on_tx!(tx, |connection| sqlx::query_as(statement).bind(of).fetch_all(connection).await)?)
}

fn next(places: &[(Uuid, i64)]) -> i64 {
    places.iter().map(|(_, place)| place + 1).max().unwrap_or(0)
}

fn too_many(field: &str, most: usize) -> StoreError {
    let max = i64::try_from(most).unwrap_or(i64::MAX);
    StoreError::field(field, FieldError::OutOfRange { min: 0, max })
}

/// Contacts and addresses of the records that go that are not taken over. What whoever merges may not change of a
/// record is never left out: it would be lost by somebody who does not see it.
pub(super) struct LeftOut {
    points: Vec<ContactPoint>,
    addresses: Vec<Address>,
}

impl LeftOut {
    /// Those of `others` whose ids are named.
    pub(super) async fn of(
        tx: &mut Tx,
        caller: &Caller,
        others: &[Held],
        ids: &[Uuid],
    ) -> Result<Self> {
        let mut left = Self { points: Vec::new(), addresses: Vec::new() };
        if ids.is_empty() {
            return Ok(left);
        }
        for other in others {
            let points = contact_points::of(tx.connection(), other.id()).await?;
            let named = |point: &ContactPoint| ids.contains(&point.id.0);
            left.points.extend(points.into_iter().filter(|point| {
                named(point) && is_open(caller, other, Detail::of_contact(point.kind))
            }));
            if let Subject::Account(id) = other.subject()
                && is_open(caller, other, Detail::Address)
            {
                let addresses = addresses::of(tx.connection(), id).await?;
                let named = |address: &Address| ids.contains(&address.id.0);
                left.addresses.extend(addresses.into_iter().filter(named));
            }
        }
        Ok(left)
    }
}

/// Whether whoever merges may change a detail of a record.
fn is_open(caller: &Caller, record: &Held, detail: Detail) -> bool {
    caller.details_of(record.owner()).access(record.subject().object(), detail) == Access::Edit
}

/// Brings what hangs on `from` over to `to`, but for what is left out, shares, and customers that belong to it.
pub(super) async fn take_over(
    tx: &mut Tx,
    caller: &Caller,
    to: &Held,
    from: &Held,
    left_out: &LeftOut,
) -> Result<From> {
    let points = take_points(tx, caller, to, from, left_out).await?;
    let mut moved = From { id: from.id(), points, ..From::default() };
    moved.notes = ids(tx, MOVE_NOTES, to.id(), from.id()).await?;
    moved.merged = ids(tx, MOVE_MERGED, to.id(), from.id()).await?;
    let (deals, cases) = match to.subject() {
        Subject::Account(_) => (MOVE_ACCOUNT_DEALS, MOVE_ACCOUNT_CASES),
        Subject::Person(_) => (MOVE_PERSON_DEALS, MOVE_PERSON_CASES),
        Subject::Opportunity(_) | Subject::Case(_) => return Err(StoreError::Unreadable("merge")),
    };
    moved.opportunities = ids(tx, deals, to.id(), from.id()).await?;
    moved.cases = ids(tx, cases, to.id(), from.id()).await?;
    if let Subject::Account(_) = to.subject() {
        moved.orders = ids(tx, MOVE_ORDERS, to.id(), from.id()).await?;
        moved.survey_sends = ids(tx, MOVE_SENDS, to.id(), from.id()).await?;
        moved.survey_responses = ids(tx, MOVE_RESPONSES, to.id(), from.id()).await?;
        moved.addresses = take_addresses(tx, caller, to, from, left_out).await?;
        moved.tags = ids(tx, UNITE_TAGS, to.id(), from.id()).await?;
        let tags: i64 = on_tx!(tx, |connection| {
            sqlx::query_scalar(COUNT_TAGS).bind(to.id()).fetch_one(connection).await
        })?;
        if tags > i64::try_from(MOST_TAGS).unwrap_or(i64::MAX) {
            return Err(too_many("tags", MOST_TAGS));
        }
        let people = ids(tx, MOVE_PEOPLE, to.id(), from.id()).await?;
        moved.jobs = people.into_iter().map(|person| (person, false)).collect();
        moved.roles = ids(tx, PEOPLE_ROLES, to.id(), from.id()).await?;
        moved.main_jobs = ids(tx, MAIN_HERE, to.id(), from.id()).await?;
        run(tx, NOT_MAIN_THERE, &[from.id()]).await?;
    } else {
        moved.on_deals = ids(tx, MOVE_ON_DEALS, to.id(), from.id()).await?;
        moved.jobs = on_tx!(tx, |connection| {
            sqlx::query_as(JOBS_TO_MOVE).bind(to.id()).bind(from.id()).fetch_all(connection).await
        })?;
        run(tx, MOVE_JOBS, &[to.id(), from.id()]).await?;
        moved.roles = ids(tx, JOB_ROLES, to.id(), from.id()).await?;
        people::keep_a_main_job(tx, PersonId(to.id())).await?;
    }
    Ok(moved)
}

/// Contacts that the record does not have yet.
async fn take_points(
    tx: &mut Tx,
    caller: &Caller,
    to: &Held,
    from: &Held,
    left_out: &LeftOut,
) -> Result<Vec<MovedPoint>> {
    let (record, to, from) = (from, to.id(), from.id());
    let mut there = contact_points::of(tx.connection(), to).await?;
    let places_there = places(tx, POINT_PLACES, to).await?;
    let places_here = places(tx, POINT_PLACES, from).await?;
    let mut next = next(&places_there);
    let mut moved = Vec::new();
    for point in contact_points::of(tx.connection(), from).await? {
        let is_same = |known: &ContactPoint| same_contact(known, &point);
        // Of records that say the same, the screen shows it once.
        let left = left_out.points.iter().any(is_same)
            && is_open(caller, record, Detail::of_contact(point.kind));
        if left || there.iter().any(is_same) {
            continue;
        }
        let is_first = !there.iter().any(|known| known.kind == point.kind);
        on_tx!(tx, |connection| {
            sqlx::query(MOVE_POINT)
                .bind(to)
                .bind(next)
                .bind(is_first)
                .bind(point.id)
                .bind(from)
                .execute(connection)
                .await
                .map(drop)
        })?;
        let place = places_here.iter().find(|(id, _)| *id == point.id.0);
        moved.push(MovedPoint {
            id: point.id,
            position: place.map_or(0, |(_, place)| *place),
            is_primary: point.is_primary,
        });
        there.push(point);
        next += 1;
    }
    if there.len() > MOST_CONTACTS && !moved.is_empty() {
        return Err(too_many("contact", MOST_CONTACTS));
    }
    Ok(moved)
}

async fn take_addresses(
    tx: &mut Tx,
    caller: &Caller,
    to: &Held,
    from: &Held,
    left_out: &LeftOut,
) -> Result<Vec<(Uuid, i64)>> {
    let may_leave_out = is_open(caller, from, Detail::Address);
    let (to, from) = (to.id(), from.id());
    let mut there = addresses::of(tx.connection(), AccountId(to)).await?;
    let places_there = places(tx, ADDRESS_PLACES, to).await?;
    let places_here = places(tx, ADDRESS_PLACES, from).await?;
    let mut next = next(&places_there);
    let mut moved = Vec::new();
    for address in addresses::of(tx.connection(), AccountId(from)).await? {
        let is_same = |known: &Address| known.data == address.data;
        if there.iter().any(is_same) || (may_leave_out && left_out.addresses.iter().any(is_same)) {
            continue;
        }
        on_tx!(tx, |connection| {
            sqlx::query(MOVE_ADDRESS)
                .bind(to)
                .bind(next)
                .bind(address.id)
                .bind(from)
                .execute(connection)
                .await
                .map(drop)
        })?;
        let place = places_here.iter().find(|(id, _)| *id == address.id.0);
        moved.push((address.id.0, place.map_or(0, |(_, place)| *place)));
        there.push(address);
        next += 1;
    }
    if there.len() > addresses::MOST && !moved.is_empty() {
        return Err(too_many("street", addresses::MOST));
    }
    Ok(moved)
}

/// Brings back what came from a record, as far as it is still there: what was removed since stays removed, and what is
/// new stays where it was made.
pub(super) async fn give_back(
    tx: &mut Tx,
    object: Object,
    survivor: Uuid,
    moved: &From,
) -> Result<()> {
    let to = moved.id;
    for point in &moved.points {
        on_tx!(tx, |connection| {
            sqlx::query(MOVE_POINT)
                .bind(to)
                .bind(point.position)
                .bind(point.is_primary)
                .bind(point.id)
                .bind(survivor)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    let back = |head, tail| Back { head, tail, to, survivor };
    back("UPDATE activity SET subject_id = ", "subject_id").run(tx, "id", &moved.notes).await?;
    back("UPDATE merged_record SET survivor_id = ", "survivor_id")
        .run(tx, "record_id", &moved.merged)
        .await?;
    let (deals, cases, column) = if object == Object::Person {
        (
            "UPDATE opportunity SET person_id = ",
            "UPDATE feedback_case SET person_id = ",
            "person_id",
        )
    } else {
        (
            "UPDATE opportunity SET account_id = ",
            "UPDATE feedback_case SET account_id = ",
            "account_id",
        )
    };
    back(deals, column).run(tx, "id", &moved.opportunities).await?;
    back(cases, column).run(tx, "id", &moved.cases).await?;
    if object == Object::Person {
        back("UPDATE opportunity_participant SET person_id = ", "person_id")
            .run(tx, "opportunity_id", &moved.on_deals)
            .await?;
        return jobs_of_person_back(tx, survivor, moved).await;
    }
    back("UPDATE sales_order SET account_id = ", "account_id").run(tx, "id", &moved.orders).await?;
    back("UPDATE survey_send SET account_id = ", "account_id")
        .run(tx, "id", &moved.survey_sends)
        .await?;
    back("UPDATE survey_response SET account_id = ", "account_id")
        .run(tx, "id", &moved.survey_responses)
        .await?;
    for (id, place) in &moved.addresses {
        on_tx!(tx, |connection| {
            sqlx::query(MOVE_ADDRESS)
                .bind(to)
                .bind(*place)
                .bind(*id)
                .bind(survivor)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    for tag in &moved.tags {
        run(tx, "DELETE FROM tagging WHERE account_id = $1 AND tag_id = $2", &[survivor, *tag])
            .await?;
    }
    people_of_account_back(tx, survivor, moved).await
}

async fn people_of_account_back(tx: &mut Tx, survivor: Uuid, moved: &From) -> Result<()> {
    let same = " AND role = (SELECT o.role FROM account_person o WHERE o.person_id = account_person.person_id AND o.account_id = ";
    forget_roles(tx, ["account_id", "person_id"], same, survivor, moved).await?;
    let people: Vec<Uuid> = moved.jobs.iter().map(|(person, _)| *person).collect();
    Back {
        head: "UPDATE account_person SET account_id = ",
        tail: "account_id",
        to: moved.id,
        survivor,
    }
    .run(tx, "person_id", &people)
    .await?;
    for mains in moved.main_jobs.chunks(256) {
        // Only who has not got another main job since.
        let still: Vec<Uuid> = on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "UPDATE account_person SET is_primary = FALSE WHERE is_primary AND account_id = ",
            );
            statement.push_bind(survivor).push(" AND person_id");
            push_ids(&mut statement, mains.iter().copied());
            statement.push(" RETURNING person_id");
            statement.build_query_scalar().fetch_all(connection).await
        })?;
        if !still.is_empty() {
            on_tx!(&mut *tx, |connection| {
                let mut statement = QueryBuilder::<Dialect>::new(
                    "UPDATE account_person SET is_primary = TRUE WHERE account_id = ",
                );
                statement.push_bind(moved.id).push(" AND person_id");
                push_ids(&mut statement, still.iter().copied());
                statement.build().execute(connection).await.map(drop)
            })?;
        }
    }
    people::keep_one_main_job(tx, &[people, moved.main_jobs.clone()].concat()).await
}

/// Takes back what jobs of the record that stayed were described as by the other, where nobody has said otherwise since.
async fn forget_roles(
    tx: &mut Tx,
    [whose, which]: [&'static str; 2],
    same: &'static str,
    survivor: Uuid,
    moved: &From,
) -> Result<()> {
    for roles in moved.roles.chunks(256) {
        on_tx!(&mut *tx, |connection| {
            let mut statement =
                QueryBuilder::<Dialect>::new("UPDATE account_person SET role = NULL WHERE ");
            statement.push(whose).push(" = ").push_bind(survivor).push(" AND ").push(which);
            push_ids(&mut statement, roles.iter().copied());
            statement.push(same).push_bind(moved.id).push(")");
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

async fn jobs_of_person_back(tx: &mut Tx, survivor: Uuid, moved: &From) -> Result<()> {
    let same = " AND role = (SELECT o.role FROM account_person o WHERE o.account_id = account_person.account_id AND o.person_id = ";
    forget_roles(tx, ["person_id", "account_id"], same, survivor, moved).await?;
    for (account, is_main) in &moved.jobs {
        on_tx!(tx, |connection| {
            sqlx::query(JOB_BACK)
                .bind(moved.id)
                .bind(*is_main)
                .bind(survivor)
                .bind(*account)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    people::keep_one_main_job(tx, &[survivor, moved.id]).await
}

/// Rows that go from the record that stayed back to the one they came from.
struct Back {
    head: &'static str,
    /// The column that says whose they are.
    tail: &'static str,
    to: Uuid,
    survivor: Uuid,
}

impl Back {
    async fn run(&self, tx: &mut Tx, column: &'static str, rows: &[Uuid]) -> Result<()> {
        for rows in rows.chunks(256) {
            on_tx!(&mut *tx, |connection| {
                let mut statement = QueryBuilder::<Dialect>::new(self.head);
                statement.push_bind(self.to).push(" WHERE ").push(self.tail).push(" = ");
                statement.push_bind(self.survivor).push(" AND ").push(column);
                push_ids(&mut statement, rows.iter().copied());
                statement.build().execute(connection).await.map(drop)
            })?;
        }
        Ok(())
    }
}
