//! Many customers and persons in few statements: the one way rows of `account`, `person` and what
//! hangs on them are made, for one form as for an import of a million rows.

use crate::{
    accounts, audit, contact_points,
    db::{Tx, on_tx},
    dialect::{Index, pieces},
    error::{Result, StoreError},
    people,
    rows::new_id,
    tags,
};
use domain::{
    account::AccountDraft,
    audit::{Event, FieldChange},
    contact::{ContactDraft, ContactPoint},
    duplicate,
    id::{AccountId, AccountNumber, ContactPointId, PersonId, PersonNumber, TagId, Version},
    person::{PersonDraft, PersonRole},
    pinyin,
    policy::{Grant, House, Object},
    text,
    time::Instant,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

/// Records of one round: what hangs on them is gathered and stored with them.
const ROWS: usize = 500;

/// A customer that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeAccount {
    /// Identity.
    pub id: AccountId,
    /// Number people use.
    pub number: AccountNumber,
}

/// A person that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadePerson {
    /// Identity.
    pub id: PersonId,
    /// Number people use.
    pub number: PersonNumber,
}

#[derive(FromRow)]
struct Numbered {
    id: Uuid,
    number: i64,
}

/// What hangs on a record and who did it: everything a contact point row needs.
pub(crate) struct Point<'a> {
    pub id: ContactPointId,
    pub owner: Uuid,
    pub owner_kind: &'static str,
    pub draft: &'a ContactDraft,
    pub norm: String,
    pub is_primary: bool,
    pub position: i64,
}

/// Makes customers with contact points, addresses, tags, search documents and, with `trail`, a
/// line each in the trail. Answers in the order of `drafts`.
pub(crate) async fn insert_accounts(
    tx: &mut Tx,
    grant: &Grant,
    house: &House,
    drafts: &[AccountDraft],
    trail: bool,
) -> Result<Vec<MadeAccount>> {
    let norms = norms_of(drafts.iter().map(|draft| draft.contacts.as_slice()), &house.region);
    insert_read_accounts(tx, grant, drafts, &norms, trail).await
}

/// The same for contacts that have been read already: `norms` are their compared forms, a list
/// for each draft.
pub(crate) async fn insert_read_accounts(
    tx: &mut Tx,
    grant: &Grant,
    drafts: &[AccountDraft],
    norms: &[Vec<String>],
    trail: bool,
) -> Result<Vec<MadeAccount>> {
    let mut made = Vec::with_capacity(drafts.len());
    for (drafts, norms) in drafts.chunks(ROWS).zip(norms.chunks(ROWS)) {
        let ids: Vec<Uuid> = drafts.iter().map(|_| new_id()).collect();
        let numbers = insert_account_rows(tx, grant, drafts, &ids).await?;
        let points =
            points_of(drafts.iter().map(|draft| draft.contacts.as_slice()), norms, &ids, "account");
        insert_points(tx, &points).await?;
        insert_addresses(tx, drafts, &ids).await?;
        let tagged: Vec<(AccountId, &[String])> = drafts
            .iter()
            .zip(&ids)
            .map(|(draft, id)| (AccountId(*id), draft.tags.as_slice()))
            .collect();
        attach_tags(tx, &tagged).await?;
        let stored = stored_points(&points);
        let mut documents = Vec::with_capacity(drafts.len());
        for (draft, id) in drafts.iter().zip(&ids) {
            let number = AccountNumber(*numbers.get(id).ok_or(StoreError::Unreadable("number"))?);
            made.push(MadeAccount { id: AccountId(*id), number });
            let contacts = stored.get(id).map_or(&[][..], Vec::as_slice);
            documents.push((number.0, accounts::document(number, &draft.data, contacts)));
        }
        Index::Accounts.put(tx, &documents).await?;
        if trail {
            let lines: Vec<(Uuid, &str, &str)> = drafts
                .iter()
                .zip(&ids)
                .map(|(draft, id)| (*id, "name", draft.data.name.as_str()))
                .collect();
            insert_trail(tx, grant, Object::Account, &lines)?;
        }
    }
    Ok(made)
}

/// Makes persons with contact points, search documents and, with `trail`, a line each in the
/// trail. Where they work is [`employ`]'s. Answers in the order of `drafts`.
pub(crate) async fn insert_people(
    tx: &mut Tx,
    grant: &Grant,
    house: &House,
    drafts: &[PersonDraft],
    trail: bool,
) -> Result<Vec<MadePerson>> {
    let norms = norms_of(drafts.iter().map(|draft| draft.contacts.as_slice()), &house.region);
    insert_read_people(tx, grant, drafts, &norms, trail).await
}

/// The same for contacts that have been read already.
pub(crate) async fn insert_read_people(
    tx: &mut Tx,
    grant: &Grant,
    drafts: &[PersonDraft],
    norms: &[Vec<String>],
    trail: bool,
) -> Result<Vec<MadePerson>> {
    let mut made = Vec::with_capacity(drafts.len());
    for (drafts, norms) in drafts.chunks(ROWS).zip(norms.chunks(ROWS)) {
        let ids: Vec<Uuid> = drafts.iter().map(|_| new_id()).collect();
        let numbers = insert_person_rows(tx, grant, drafts, &ids).await?;
        let points =
            points_of(drafts.iter().map(|draft| draft.contacts.as_slice()), norms, &ids, "person");
        insert_points(tx, &points).await?;
        let stored = stored_points(&points);
        let mut documents = Vec::with_capacity(drafts.len());
        for (draft, id) in drafts.iter().zip(&ids) {
            let number = PersonNumber(*numbers.get(id).ok_or(StoreError::Unreadable("number"))?);
            made.push(MadePerson { id: PersonId(*id), number });
            let contacts = stored.get(id).map_or(&[][..], Vec::as_slice);
            documents.push((number.0, people::document(number, &draft.data, contacts)));
        }
        Index::People.put(tx, &documents).await?;
        if trail {
            let lines: Vec<(Uuid, &str, &str)> = drafts
                .iter()
                .zip(&ids)
                .map(|(draft, id)| (*id, "full_name", draft.data.full_name.as_str()))
                .collect();
            insert_trail(tx, grant, Object::Person, &lines)?;
        }
    }
    Ok(made)
}

/// One job of one person, to be stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    pub account: AccountId,
    pub person: PersonId,
    pub role: Option<PersonRole>,
    pub is_primary: bool,
}

/// Says where persons work; a job that is known already stays as it is.
pub(crate) async fn employ(tx: &mut Tx, jobs: &[Job], now: Instant) -> Result<()> {
    for jobs in pieces(jobs) {
        on_tx!(tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "INSERT INTO account_person (account_id, person_id, role, is_primary, created_at) ",
            );
            statement.push_values(jobs, |mut row, job| {
                row.push_bind(job.account)
                    .push_bind(job.person)
                    .push_bind(job.role.map(PersonRole::code))
                    .push_bind(job.is_primary)
                    .push_bind(now);
            });
            statement.push(" ON CONFLICT DO NOTHING");
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

async fn insert_account_rows(
    tx: &mut Tx,
    grant: &Grant,
    drafts: &[AccountDraft],
    ids: &[Uuid],
) -> Result<HashMap<Uuid, i64>> {
    const HEAD: &str = "INSERT INTO account (id, kind, name, name_fold, name_core, name_back, name_sort, short_name, credit_code, \
         industry, employees, website, founded_year, annual_revenue_minor, value_minor, status, level, source, birthday, \
         birthday_month, job_title, last_contact_at, remark, owner_id, source_system, external_id, version, created_at, \
         created_by, updated_at, updated_by) ";
    let mut numbers = HashMap::with_capacity(ids.len());
    for (drafts, ids) in pieces(drafts).zip(pieces(ids)) {
        let rows: Vec<Numbered> = on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(HEAD);
            statement.push_values(drafts.iter().zip(ids), |mut row, (draft, id)| {
                let data = &draft.data;
                row.push_bind(*id)
                    .push_bind(data.kind.code())
                    .push_bind(data.name.clone())
                    .push_bind(text::fold(&data.name))
                    .push_bind(text::name_core(&data.name))
                    .push_bind(duplicate::back(&text::name_core(&data.name)))
                    .push_bind(pinyin::sort_key(&data.name))
                    .push_bind(data.short_name.clone())
                    .push_bind(data.credit_code.clone())
                    .push_bind(data.industry.clone())
                    .push_bind(data.employees)
                    .push_bind(data.website.clone())
                    .push_bind(data.founded_year)
                    .push_bind(data.annual_revenue_minor)
                    .push_bind(data.value_minor)
                    .push_bind(data.status.code())
                    .push_bind(data.level.map(domain::account::Level::code))
                    .push_bind(data.source.clone())
                    .push_bind(data.birthday.map(String::from))
                    .push_bind(data.birthday.map(|date| i64::from(date.month())))
                    .push_bind(data.job_title.clone())
                    .push_bind(data.last_contact_at)
                    .push_bind(data.remark.clone())
                    .push_bind(data.owner)
                    .push_bind(draft.source_system.clone())
                    .push_bind(draft.external_id.clone())
                    .push_bind(1_i64)
                    .push_bind(grant.now())
                    .push_bind(grant.user())
                    .push_bind(grant.now())
                    .push_bind(grant.user());
            });
            statement.push(" RETURNING id, number");
            statement.build_query_as().fetch_all(connection).await
        })?;
        numbers.extend(rows.into_iter().map(|row| (row.id, row.number)));
    }
    Ok(numbers)
}

async fn insert_person_rows(
    tx: &mut Tx,
    grant: &Grant,
    drafts: &[PersonDraft],
    ids: &[Uuid],
) -> Result<HashMap<Uuid, i64>> {
    const HEAD: &str = "INSERT INTO person (id, full_name, name_fold, name_core, name_sort, title, department, gender, \
         birthday, birthday_month, birthday_calendar, last_contact_at, source, remark, owner_id, source_system, external_id, \
         version, created_at, created_by, updated_at, updated_by) ";
    let mut numbers = HashMap::with_capacity(ids.len());
    for (drafts, ids) in pieces(drafts).zip(pieces(ids)) {
        let rows: Vec<Numbered> = on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(HEAD);
            statement.push_values(drafts.iter().zip(ids), |mut row, (draft, id)| {
                let data = &draft.data;
                row.push_bind(*id)
                    .push_bind(data.full_name.clone())
                    .push_bind(text::fold(&data.full_name))
                    .push_bind(text::name_core(&data.full_name))
                    .push_bind(pinyin::sort_key(&data.full_name))
                    .push_bind(data.title.clone())
                    .push_bind(data.department.clone())
                    .push_bind(data.gender.map(domain::person::Gender::code))
                    .push_bind(data.birthday.map(String::from))
                    .push_bind(data.birthday.map(|date| i64::from(date.month())))
                    .push_bind(data.birthday_calendar.code())
                    .push_bind(data.last_contact_at)
                    .push_bind(data.source.clone())
                    .push_bind(data.remark.clone())
                    .push_bind(data.owner)
                    .push_bind(draft.source_system.clone())
                    .push_bind(draft.external_id.clone())
                    .push_bind(1_i64)
                    .push_bind(grant.now())
                    .push_bind(grant.user())
                    .push_bind(grant.now())
                    .push_bind(grant.user());
            });
            statement.push(" RETURNING id, number");
            statement.build_query_as().fetch_all(connection).await
        })?;
        numbers.extend(rows.into_iter().map(|row| (row.id, row.number)));
    }
    Ok(numbers)
}

/// The compared forms of the contacts of several drafts.
fn norms_of<'a>(
    drafts: impl Iterator<Item = &'a [ContactDraft]>,
    region: &str,
) -> Vec<Vec<String>> {
    let norm = |draft: &ContactDraft| contact_points::normalised(draft, region);
    drafts.map(|contacts| contacts.iter().map(norm).collect()).collect()
}

/// Puts tags on customers: a statement for each tag that is new to the call, one for all the rest.
pub(crate) async fn attach_tags(tx: &mut Tx, tagged: &[(AccountId, &[String])]) -> Result<()> {
    let mut known: HashMap<String, TagId> = HashMap::new();
    let mut pairs = Vec::new();
    for (account, names) in tagged {
        for name in *names {
            let fold = text::fold(name);
            let tag = match known.get(&fold) {
                Some(tag) => *tag,
                None => tags::put(tx, name).await?,
            };
            known.insert(fold, tag);
            pairs.push((tag, *account));
        }
    }
    for pairs in pieces(&pairs) {
        on_tx!(tx, |connection| {
            let mut statement =
                QueryBuilder::<Dialect>::new("INSERT INTO tagging (tag_id, account_id) ");
            statement.push_values(pairs, |mut row, (tag, account)| {
                row.push_bind(*tag).push_bind(*account);
            });
            statement.push(" ON CONFLICT DO NOTHING");
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

/// The contact points of several records; the first of its kind is the primary one.
fn points_of<'a>(
    drafts: impl Iterator<Item = &'a [ContactDraft]>,
    norms: &[Vec<String>],
    owners: &[Uuid],
    owner_kind: &'static str,
) -> Vec<Point<'a>> {
    let mut points = Vec::new();
    for ((contacts, norms), owner) in drafts.zip(norms).zip(owners) {
        for (place, draft) in contacts.iter().enumerate() {
            points.push(Point {
                id: ContactPointId(new_id()),
                owner: *owner,
                owner_kind,
                draft,
                norm: norms.get(place).cloned().unwrap_or_default(),
                is_primary: !contacts[..place].iter().any(|before| before.kind == draft.kind),
                position: i64::try_from(place).unwrap_or(0),
            });
        }
    }
    points
}

fn stored_points(points: &[Point<'_>]) -> HashMap<Uuid, Vec<ContactPoint>> {
    let mut stored: HashMap<Uuid, Vec<ContactPoint>> = HashMap::new();
    for point in points {
        stored.entry(point.owner).or_default().push(ContactPoint {
            id: point.id,
            kind: point.draft.kind,
            raw: point.draft.raw.clone(),
            norm: point.norm.clone(),
            is_primary: point.is_primary,
        });
    }
    stored
}

/// Stores contact points; what their records are found by is refreshed by the caller.
pub(crate) async fn insert_points(tx: &mut Tx, points: &[Point<'_>]) -> Result<()> {
    for points in pieces(points) {
        on_tx!(tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "INSERT INTO contact_point (id, owner_id, owner_kind, kind, value_raw, value_norm, is_primary, position) ",
            );
            statement.push_values(points, |mut row, point| {
                row.push_bind(point.id)
                    .push_bind(point.owner)
                    .push_bind(point.owner_kind)
                    .push_bind(point.draft.kind.code())
                    .push_bind(point.draft.raw.clone())
                    .push_bind(point.norm.clone())
                    .push_bind(point.is_primary)
                    .push_bind(point.position);
            });
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

async fn insert_addresses(tx: &mut Tx, drafts: &[AccountDraft], ids: &[Uuid]) -> Result<()> {
    let all: Vec<(Uuid, i64, &domain::address::AddressData)> = drafts
        .iter()
        .zip(ids)
        .flat_map(|(draft, id)| {
            draft.addresses.iter().zip(0_i64..).map(move |(address, place)| (*id, place, address))
        })
        .collect();
    for rows in pieces(&all) {
        on_tx!(tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "INSERT INTO address (id, account_id, country, province, city, district, street, position) ",
            );
            statement.push_values(rows, |mut row, (account, place, address)| {
                row.push_bind(new_id())
                    .push_bind(*account)
                    .push_bind(address.country.clone())
                    .push_bind(address.province.clone())
                    .push_bind(address.city.clone())
                    .push_bind(address.district.clone())
                    .push_bind(address.street.clone())
                    .push_bind(*place);
            });
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

fn insert_trail(
    tx: &mut Tx,
    grant: &Grant,
    object: Object,
    lines: &[(Uuid, &str, &str)],
) -> Result<()> {
    let lines: Vec<audit::Line> = lines
        .iter()
        .map(|(id, field, name)| audit::Line {
            object_id: *id,
            event: Event::Created,
            version: Version(1),
            fields: vec![FieldChange {
                field: (*field).to_owned(),
                before: String::new(),
                after: (*name).to_owned(),
            }],
        })
        .collect();
    audit::append_about(tx, grant, object, &lines)
}
