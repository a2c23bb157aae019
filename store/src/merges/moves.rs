//! What hangs on a record goes over to the one that stays, and back again. What that one has already stays behind at
//! the record that goes, so nothing is there twice and nothing has to be made anew.

use super::image::{From, MovedPoint};
use crate::{
    addresses, contact_points,
    db::{Tx, on_tx},
    error::{Result, StoreError},
    people, shares,
    within::push_ids,
};
use domain::{
    account::MOST_TAGS,
    contact::MOST_CONTACTS,
    field::FieldError,
    id::{AccountId, PersonId},
    merge::same_contact,
    policy::{Caller, Detail, Object},
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
const MOVE_NOTES: &str = "UPDATE activity SET subject_id = $1 WHERE subject_id = $2 RETURNING id";
const MOVE_ACCOUNT_SHARES: &str = "UPDATE record_share SET account_id = $1 WHERE account_id = $2 AND NOT EXISTS \
     (SELECT 1 FROM record_share k WHERE k.account_id = $1 AND (k.user_id = record_share.user_id OR k.team_id = record_share.team_id)) \
     RETURNING id";
const MOVE_PERSON_SHARES: &str = "UPDATE record_share SET person_id = $1 WHERE person_id = $2 AND NOT EXISTS \
     (SELECT 1 FROM record_share k WHERE k.person_id = $1 AND (k.user_id = record_share.user_id OR k.team_id = record_share.team_id)) \
     RETURNING id";
const NO_PARENT: &str =
    "UPDATE account SET parent_id = NULL WHERE id = $1 AND parent_id = $2 RETURNING id";
const MOVE_CHILDREN: &str =
    "UPDATE account SET parent_id = $1 WHERE parent_id = $2 AND id <> $1 RETURNING id";
const PARENT_BACK: &str = "UPDATE account SET parent_id = $2 WHERE id = $1 AND parent_id IS NULL";
const MOVE_MERGED: &str =
    "UPDATE merged_record SET survivor_id = $1 WHERE survivor_id = $2 RETURNING record_id";

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

/// Brings what hangs on `from` over to `to`, but for the contacts and addresses that are left out.
pub(super) async fn take_over(
    tx: &mut Tx,
    caller: &Caller,
    object: Object,
    to: Uuid,
    from: Uuid,
    left_out: &[Uuid],
) -> Result<From> {
    let points = take_points(tx, caller, object, to, from, left_out).await?;
    let mut moved = From { id: from, points, ..From::default() };
    moved.notes = ids(tx, MOVE_NOTES, to, from).await?;
    moved.merged = ids(tx, MOVE_MERGED, to, from).await?;
    if object == Object::Account {
        moved.addresses = take_addresses(tx, caller, to, from, left_out).await?;
        moved.tags = ids(tx, UNITE_TAGS, to, from).await?;
        let tags: i64 = on_tx!(tx, |connection| {
            sqlx::query_scalar(COUNT_TAGS).bind(to).fetch_one(connection).await
        })?;
        if tags > i64::try_from(MOST_TAGS).unwrap_or(i64::MAX) {
            return Err(too_many("tags", MOST_TAGS));
        }
        let people = ids(tx, MOVE_PEOPLE, to, from).await?;
        moved.jobs = people.into_iter().map(|person| (person, false)).collect();
        moved.main_jobs = ids(tx, MAIN_HERE, to, from).await?;
        run(tx, NOT_MAIN_THERE, &[from]).await?;
        moved.was_parent = !ids(tx, NO_PARENT, to, from).await?.is_empty();
        moved.children = ids(tx, MOVE_CHILDREN, to, from).await?;
        moved.shares = ids(tx, MOVE_ACCOUNT_SHARES, to, from).await?;
    } else {
        moved.jobs = on_tx!(tx, |connection| {
            sqlx::query_as(JOBS_TO_MOVE).bind(to).bind(from).fetch_all(connection).await
        })?;
        run(tx, MOVE_JOBS, &[to, from]).await?;
        people::keep_a_main_job(tx, PersonId(to)).await?;
        moved.shares = ids(tx, MOVE_PERSON_SHARES, to, from).await?;
    }
    if !moved.shares.is_empty() {
        run(tx, shares::TOUCH, &[]).await?;
    }
    Ok(moved)
}

/// Contacts that the record does not have yet. What whoever merges may not change is never left out: it would be lost
/// by somebody who does not see it.
async fn take_points(
    tx: &mut Tx,
    caller: &Caller,
    object: Object,
    to: Uuid,
    from: Uuid,
    left_out: &[Uuid],
) -> Result<Vec<MovedPoint>> {
    let mut there = contact_points::of(tx.connection(), to).await?;
    let places_there = places(tx, POINT_PLACES, to).await?;
    let places_here = places(tx, POINT_PLACES, from).await?;
    let mut next = next(&places_there);
    let mut moved = Vec::new();
    for point in contact_points::of(tx.connection(), from).await? {
        let may_leave_out = details_open(caller, object, Detail::of_contact(point.kind));
        let same = there.iter().any(|known| same_contact(known, &point));
        if same || (may_leave_out && left_out.contains(&point.id.0)) {
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

fn details_open(caller: &Caller, object: Object, detail: Detail) -> bool {
    caller.rights.details().access(object, detail) == domain::policy::Access::Edit
}

async fn take_addresses(
    tx: &mut Tx,
    caller: &Caller,
    to: Uuid,
    from: Uuid,
    left_out: &[Uuid],
) -> Result<Vec<(Uuid, i64)>> {
    let mut there = addresses::of(tx.connection(), AccountId(to)).await?;
    let places_there = places(tx, ADDRESS_PLACES, to).await?;
    let places_here = places(tx, ADDRESS_PLACES, from).await?;
    let may_leave_out = details_open(caller, Object::Account, Detail::Address);
    let mut next = next(&places_there);
    let mut moved = Vec::new();
    for address in addresses::of(tx.connection(), AccountId(from)).await? {
        let same = there.iter().any(|known| known.data == address.data);
        if same || (may_leave_out && left_out.contains(&address.id.0)) {
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
    if object == Object::Account {
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
        let jobs: Vec<Uuid> = moved.jobs.iter().map(|(person, _)| *person).collect();
        let jobs_back = back("UPDATE account_person SET account_id = ", "account_id");
        jobs_back.run(tx, "person_id", &jobs).await?;
        for person in &moved.main_jobs {
            for (account, is_main) in [(survivor, false), (to, true)] {
                on_tx!(tx, |connection| {
                    sqlx::query("UPDATE account_person SET is_primary = $1 WHERE account_id = $2 AND person_id = $3")
                        .bind(is_main)
                        .bind(account)
                        .bind(*person)
                        .execute(connection)
                        .await
                        .map(drop)
                })?;
            }
        }
        if moved.was_parent {
            run(tx, PARENT_BACK, &[survivor, to]).await?;
        }
        back("UPDATE account SET parent_id = ", "parent_id").run(tx, "id", &moved.children).await?;
        back("UPDATE record_share SET account_id = ", "account_id")
            .run(tx, "id", &moved.shares)
            .await?;
        for tag in &moved.tags {
            run(tx, "DELETE FROM tagging WHERE account_id = $1 AND tag_id = $2", &[survivor, *tag])
                .await?;
        }
    } else {
        for (account, is_main) in &moved.jobs {
            on_tx!(tx, |connection| {
                sqlx::query(JOB_BACK)
                    .bind(to)
                    .bind(*is_main)
                    .bind(survivor)
                    .bind(*account)
                    .execute(connection)
                    .await
                    .map(drop)
            })?;
        }
        people::keep_a_main_job(tx, PersonId(survivor)).await?;
        back("UPDATE record_share SET person_id = ", "person_id")
            .run(tx, "id", &moved.shares)
            .await?;
    }
    if moved.shares.is_empty() { Ok(()) } else { run(tx, shares::TOUCH, &[]).await }
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
