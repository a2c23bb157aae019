//! The people of a deal. The main contact stands in the deal itself, where releases before this one look for it; what the
//! others are, and what each is to the purchase, in `opportunity_participant`.

use super::{
    Links, Row,
    edit::{self, change},
    held, person_to_link,
};
use crate::{
    audit,
    db::{Connection, Db, Tx, on_connection, on_tx},
    error::{Result, StoreError},
    pipelines,
    rows::choice,
    within,
};
use domain::{
    audit::{Event, FieldChange},
    field::FieldError,
    id::{OpportunityId, PersonId, PersonNumber, Version},
    opportunity::{BuyingRole, DealPerson, MOST_PEOPLE, OpportunityData, participant},
    policy::{self, Action, Caller, Grant, Object, Scope},
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;

/// The name a person of a deal has in the trail.
const PARTICIPANT: &str = "participant";

/// Goes on with the deal, and again.
const OF: &str = "SELECT p.number, p.full_name, COALESCE(x.role, '') AS role, COALESCE(o.person_id = p.id, FALSE) AS is_main \
     FROM opportunity o CROSS JOIN person p LEFT JOIN opportunity_participant x ON x.opportunity_id = o.id AND x.person_id = p.id \
     WHERE p.deleted_at IS NULL AND o.id = ";
const ON_IT: &str =
    " AND p.id IN (SELECT y.person_id FROM opportunity_participant y WHERE y.opportunity_id = ";
const OR_MAIN: &str = " UNION SELECT m.person_id FROM opportunity m WHERE m.id = ";
const IN_ORDER: &str = ") ORDER BY is_main DESC, p.name_sort, p.number";
const KNOWN: &str = "SELECT p.number, (SELECT x.role FROM opportunity_participant x WHERE x.opportunity_id = $1 \
     AND x.person_id = p.id) AS role, (SELECT COUNT(*) FROM opportunity_participant c WHERE c.opportunity_id = $1) AS others \
     FROM person p WHERE p.id = $2";
const PUT: &str = "INSERT INTO opportunity_participant (opportunity_id, person_id, role) VALUES ($1, $2, $3) \
     ON CONFLICT (opportunity_id, person_id) DO UPDATE SET role = excluded.role";
const DROP: &str =
    "DELETE FROM opportunity_participant WHERE opportunity_id = $1 AND person_id = $2";
/// The former main contact stays on the deal where the new one was on it already.
const KEEP_FORMER: &str = "INSERT INTO opportunity_participant (opportunity_id, person_id, role) SELECT x.opportunity_id, $2, '' \
     FROM opportunity_participant x WHERE x.opportunity_id = $1 AND x.person_id = $3 ON CONFLICT DO NOTHING";

#[derive(FromRow)]
struct PersonRow {
    number: PersonNumber,
    full_name: String,
    role: String,
    is_main: bool,
}

fn role_of(code: &str) -> Result<Option<BuyingRole>> {
    match code {
        "" => Ok(None),
        code => choice(BuyingRole::parse(code), "opportunity_participant.role").map(Some),
    }
}

/// The people of a deal that the caller has been checked against, of those within the scope: the main contact first.
pub(super) async fn of(
    held: Connection<'_>,
    scope: &Scope,
    id: OpportunityId,
) -> Result<Vec<DealPerson>> {
    let rows: Vec<PersonRow> = on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(OF);
        statement.push_bind(id);
        within::push_people(&mut statement, scope);
        statement.push(ON_IT).push_bind(id).push(OR_MAIN).push_bind(id).push(IN_ORDER);
        statement.build_query_as().fetch_all(connection).await
    })?;
    let person = |row: PersonRow| {
        Ok(DealPerson {
            number: row.number,
            name: row.full_name,
            role: role_of(&row.role)?,
            is_main: row.is_main,
        })
    };
    rows.into_iter().map(person).collect()
}

#[derive(FromRow)]
struct Known {
    number: PersonNumber,
    role: Option<String>,
    others: i64,
}

/// A person on or beside a deal, both held.
struct Place {
    id: PersonId,
    number: PersonNumber,
    is_main: bool,
    /// As the trail says it; empty for one who is not on the deal.
    now: String,
    others: i64,
}

async fn place(tx: &mut Tx, caller: &Caller, row: &Row, person: PersonNumber) -> Result<Place> {
    policy::view(caller, Object::Person)?;
    let id = person_to_link(tx, caller, person).await?;
    let known: Known = on_tx!(tx, |connection| {
        sqlx::query_as(KNOWN).bind(row.id).bind(id).fetch_one(connection).await
    })?;
    let is_main = row.person_id == Some(id);
    let now = match &known.role {
        Some(role) => participant(known.number, role_of(role)?),
        None if is_main => participant(known.number, None),
        None => String::new(),
    };
    Ok(Place { id, number: known.number, is_main, now, others: known.others })
}

impl Db {
    /// Puts a person on a deal, or says what one who is on it is to the purchase. The first one becomes the main contact.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`], [`domain::failure::Failure::Gone`]; [`domain::failure::Failure::Invalid`]
    /// under `person` for one that is not there or not seen, and for more than [`MOST_PEOPLE`].
    pub async fn put_deal_person(
        &self,
        caller: &Caller,
        id: OpportunityId,
        person: PersonNumber,
        role: Option<BuyingRole>,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Opportunity)?;
        let mut tx = self.begin().await?;
        let row = held(&mut tx, &grant, id).await?;
        let place = place(&mut tx, caller, &row, person).await?;
        let after = participant(place.number, role);
        if place.now == after {
            return Ok(row.version);
        }
        if place.now.is_empty() && usize::try_from(place.others).is_ok_and(|n| n >= MOST_PEOPLE) {
            return Err(StoreError::field("person", FieldError::TooMany { max: MOST_PEOPLE }));
        }
        on_tx!(&mut tx, |connection| {
            sqlx::query(PUT)
                .bind(id)
                .bind(place.id)
                .bind(role.map_or("", BuyingRole::code))
                .execute(connection)
                .await
                .map(drop)
        })?;
        let told = change(PARTICIPANT, place.now, after);
        let main = row.person_id.is_none().then_some((place.id, place.number));
        let version = if main.is_some() {
            with_main(&mut tx, &grant, &row, main, told).await?
        } else {
            touched(&mut tx, &grant, id, told).await?
        };
        tx.commit().await?;
        Ok(version)
    }

    /// Takes a person off a deal; without the main contact it has none.
    ///
    /// # Errors
    /// As [`Db::put_deal_person`]; under `person` for the main contact where its stage asks for one.
    pub async fn drop_deal_person(
        &self,
        caller: &Caller,
        id: OpportunityId,
        person: PersonNumber,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Opportunity)?;
        let mut tx = self.begin().await?;
        let row = held(&mut tx, &grant, id).await?;
        let place = place(&mut tx, caller, &row, person).await?;
        if place.now.is_empty() {
            return Ok(row.version);
        }
        on_tx!(&mut tx, |connection| {
            sqlx::query(DROP).bind(id).bind(place.id).execute(connection).await.map(drop)
        })?;
        let told = change(PARTICIPANT, place.now, String::new());
        let version = if place.is_main {
            with_main(&mut tx, &grant, &row, None, told).await?
        } else {
            touched(&mut tx, &grant, id, told).await?
        };
        tx.commit().await?;
        Ok(version)
    }
}

/// Writes another main contact, or none, as far as the stage of the deal lets it; answers with the new version.
async fn with_main(
    tx: &mut Tx,
    grant: &Grant,
    row: &Row,
    main: Option<(PersonId, PersonNumber)>,
    told: FieldChange,
) -> Result<Version> {
    let before = row.whole()?;
    let after = OpportunityData { person: main.map(|(_, number)| number), ..before.clone() };
    if let Some(stage) = pipelines::stage(tx.connection(), row.stage_id).await? {
        edit::keeps(&before, &after, &stage)?;
    }
    let links = Links { person: main.map(|(id, _)| id), ..row.links() };
    let version = edit::write(tx, grant, row, &after, links).await?;
    let mut changes = vec![told];
    changes.extend(audit::differences(super::values(&before), super::values(&after)));
    audit::append(tx, grant, row.id.0, Event::Changed, version, &changes).await?;
    Ok(version)
}

async fn touched(
    tx: &mut Tx,
    grant: &Grant,
    id: OpportunityId,
    told: FieldChange,
) -> Result<Version> {
    let version = edit::touch(tx, grant, id).await?;
    audit::append(tx, grant, id.0, Event::Changed, version, &[told]).await?;
    Ok(version)
}

/// Keeps who was the main contact on a deal whose new one was among its people already: they only changed places.
pub(super) async fn keep_former(tx: &mut Tx, row: &Row, links: Links) -> Result<()> {
    let (Some(former), Some(now)) = (row.person_id, links.person) else { return Ok(()) };
    if former == now {
        return Ok(());
    }
    on_tx!(tx, |connection| {
        sqlx::query(KEEP_FORMER)
            .bind(row.id)
            .bind(former)
            .bind(now)
            .execute(connection)
            .await
            .map(drop)
    })?;
    Ok(())
}
