//! Changes of many stored records in few statements: rows, what they are found by, what hangs on
//! them, and the trail.

use super::{
    image::Changed,
    merge::{Merged, MergedAccount, MergedPerson, all_contacts},
};
use crate::{
    accounts, audit,
    bulk::{self, Job, Point},
    db::{Tx, on_tx},
    dialect::Index,
    error::{Result, StoreError},
    people,
    rows::new_id,
};
use domain::{
    account::AccountField,
    address::AddressData,
    audit::{Event, FieldChange},
    duplicate,
    id::{AccountId, ActivityId, ContactPointId, PersonId, Version},
    person::PersonField,
    pinyin,
    policy::Grant,
    text,
    time::Instant,
};
use sqlx::QueryBuilder;
use std::collections::HashMap;
use uuid::Uuid;

/// A changed record: its new version and what is kept of the change.
pub(super) struct Done {
    pub version: Version,
    pub image: Changed,
}

/// A note that is to be written.
pub(super) struct NewNote<'a> {
    pub id: ActivityId,
    pub subject: Uuid,
    pub subject_kind: &'static str,
    pub body: &'a str,
}

fn triples(changes: &[FieldChange]) -> Vec<(String, String, String)> {
    changes
        .iter()
        .map(|change| (change.field.clone(), change.before.clone(), change.after.clone()))
        .collect()
}

/// What hangs on a record, as lines of its trail.
fn hanging_changes<R, D>(merged: &Merged<R, D>) -> Vec<FieldChange> {
    let change =
        |field: String, before: String, after: String| FieldChange { field, before, after };
    let mut changes: Vec<FieldChange> = merged
        .added_contacts
        .iter()
        .map(|(draft, _)| {
            change(format!("contact.{}", draft.kind.code()), String::new(), draft.raw.clone())
        })
        .collect();
    if !merged.added_tags.is_empty() {
        let after: Vec<&str> =
            merged.tags.iter().chain(&merged.added_tags).map(String::as_str).collect();
        changes.push(change("tags".to_owned(), merged.tags.join(", "), after.join(", ")));
    }
    for placed in merged.addresses.iter().filter(|placed| placed.is_changed()) {
        let before = placed.before.as_ref().map(AddressData::one_line).unwrap_or_default();
        changes.push(change("address".to_owned(), before, placed.now.one_line()));
    }
    if let Some((_, id)) = &merged.new_key {
        changes.push(change("external_id".to_owned(), String::new(), id.clone()));
    }
    changes
}

/// Writes changed customers. PostgreSQL may find one changed meanwhile; the chunk is then done anew.
pub(super) async fn accounts(
    tx: &mut Tx,
    grant: &Grant,
    changed: &[&MergedAccount],
    decimals: u8,
) -> Result<HashMap<Uuid, Done>> {
    if changed.is_empty() {
        return Ok(HashMap::new());
    }
    let versions: Vec<(Uuid, Version)> = on_tx!(&mut *tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(
            "UPDATE account SET kind = v.column3, name = v.column4, name_fold = v.column5, name_core = v.column6, \
             name_sort = v.column7, short_name = v.column8, credit_code = v.column9, industry = v.column10, \
             employees = v.column11, website = v.column12, founded_year = v.column13, annual_revenue_minor = v.column14, \
             value_minor = v.column15, status = v.column16, level = v.column17, source = v.column18, birthday = v.column19, \
             birthday_month = v.column20, job_title = v.column21, last_contact_at = v.column22, remark = v.column23, \
             owner_id = v.column24, name_back = v.column25, \
             source_system = COALESCE(account.source_system, v.column26), \
             external_id = COALESCE(account.external_id, v.column27), version = version + 1, updated_at = ",
        );
        query
            .push_bind(grant.now())
            .push(", updated_by = ")
            .push_bind(grant.user())
            .push(" FROM (");
        query.push_values(changed, |mut row, merged| {
            let after = &merged.after;
            row.push_bind(merged.row.id)
                .push_bind(merged.row.version)
                .push_bind(after.kind.code())
                .push_bind(after.name.clone())
                .push_bind(text::fold(&after.name))
                .push_bind(text::name_core(&after.name))
                .push_bind(pinyin::sort_key(&after.name))
                .push_bind(after.short_name.clone())
                .push_bind(after.credit_code.clone())
                .push_bind(after.industry.clone())
                .push_bind(after.employees)
                .push_bind(after.website.clone())
                .push_bind(after.founded_year)
                .push_bind(after.annual_revenue_minor)
                .push_bind(after.value_minor)
                .push_bind(after.status.code())
                .push_bind(after.level.map(domain::account::Level::code))
                .push_bind(after.source.clone())
                .push_bind(after.birthday.map(String::from))
                .push_bind(after.birthday.map(|date| i64::from(date.month())))
                .push_bind(after.job_title.clone())
                .push_bind(after.last_contact_at)
                .push_bind(after.remark.clone())
                .push_bind(after.owner)
                .push_bind(duplicate::back(&text::name_core(&after.name)))
                .push_bind(merged.new_key.as_ref().map(|(system, _)| system.clone()))
                .push_bind(merged.new_key.as_ref().map(|(_, id)| id.clone()));
        });
        query.push(
            ") AS v WHERE account.id = v.column1 AND account.version = v.column2 AND account.deleted_at IS NULL \
             RETURNING id, version",
        );
        query.build_query_as().fetch_all(connection).await
    })?;
    all_there(versions.len(), changed.len())?;
    let versions: HashMap<Uuid, Version> = versions.into_iter().collect();
    let mut done = HashMap::new();
    let mut lines = Vec::new();
    let mut documents = Vec::new();
    for merged in changed {
        let id = merged.row.id.0;
        let version = versions.get(&id).copied().ok_or_else(accounts::stale)?;
        let values = |data: &domain::account::AccountData| {
            AccountField::ALL
                .iter()
                .map(|field| (field.code(), data.get(*field, decimals)))
                .collect::<Vec<_>>()
        };
        let fields = audit::differences(values(&merged.before), values(&merged.after));
        let image = merged.image(triples(&fields));
        let all: Vec<FieldChange> = fields.into_iter().chain(hanging_changes(merged)).collect();
        if !all.is_empty() {
            lines.push(audit::Line { object_id: id, event: Event::Changed, version, fields: all });
        }
        let contacts = all_contacts(merged);
        documents.push((
            merged.row.number.0,
            accounts::document(merged.row.number, &merged.after, &contacts),
        ));
        done.insert(id, Done { version, image });
    }
    audit::append_all(tx, grant, &lines).await?;
    Index::Accounts.put(tx, &documents).await?;
    let tagged: Vec<(AccountId, &[String])> =
        changed.iter().map(|merged| (merged.row.id, merged.added_tags.as_slice())).collect();
    bulk::attach_tags(tx, &tagged).await?;
    for merged in changed {
        let Some(done) = done.get_mut(&merged.row.id.0) else { continue };
        write_addresses(tx, merged, &mut done.image).await?;
    }
    let hanging: Vec<(Uuid, &'static str, &Merged<_, _>)> =
        changed.iter().map(|merged| (merged.row.id.0, "account", *merged)).collect();
    hang(tx, grant, &hanging, &mut done).await?;
    Ok(done)
}

/// Writes changed persons.
pub(super) async fn people(
    tx: &mut Tx,
    grant: &Grant,
    changed: &[&MergedPerson],
) -> Result<HashMap<Uuid, Done>> {
    if changed.is_empty() {
        return Ok(HashMap::new());
    }
    let versions: Vec<(Uuid, Version)> = on_tx!(&mut *tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(
            "UPDATE person SET full_name = v.column3, name_fold = v.column4, name_core = v.column5, name_sort = v.column6, \
             title = v.column7, department = v.column8, gender = v.column9, birthday = v.column10, \
             birthday_month = v.column11, birthday_calendar = v.column12, last_contact_at = v.column13, \
             source = v.column14, remark = v.column15, owner_id = v.column16, \
             source_system = COALESCE(person.source_system, v.column17), \
             external_id = COALESCE(person.external_id, v.column18), version = version + 1, updated_at = ",
        );
        query
            .push_bind(grant.now())
            .push(", updated_by = ")
            .push_bind(grant.user())
            .push(" FROM (");
        query.push_values(changed, |mut row, merged| {
            let after = &merged.after;
            row.push_bind(merged.row.id)
                .push_bind(merged.row.version)
                .push_bind(after.full_name.clone())
                .push_bind(text::fold(&after.full_name))
                .push_bind(text::name_core(&after.full_name))
                .push_bind(pinyin::sort_key(&after.full_name))
                .push_bind(after.title.clone())
                .push_bind(after.department.clone())
                .push_bind(after.gender.map(domain::person::Gender::code))
                .push_bind(after.birthday.map(String::from))
                .push_bind(after.birthday.map(|date| i64::from(date.month())))
                .push_bind(after.birthday_calendar.code())
                .push_bind(after.last_contact_at)
                .push_bind(after.source.clone())
                .push_bind(after.remark.clone())
                .push_bind(after.owner)
                .push_bind(merged.new_key.as_ref().map(|(system, _)| system.clone()))
                .push_bind(merged.new_key.as_ref().map(|(_, id)| id.clone()));
        });
        query.push(
            ") AS v WHERE person.id = v.column1 AND person.version = v.column2 AND person.deleted_at IS NULL \
             RETURNING id, version",
        );
        query.build_query_as().fetch_all(connection).await
    })?;
    all_there(versions.len(), changed.len())?;
    let versions: HashMap<Uuid, Version> = versions.into_iter().collect();
    let mut done = HashMap::new();
    let mut lines = Vec::new();
    let mut documents = Vec::new();
    let mut jobs = Vec::new();
    for merged in changed {
        let id = merged.row.id.0;
        let version = versions.get(&id).copied().ok_or_else(accounts::stale)?;
        let values = |data: &domain::person::PersonData| {
            PersonField::ALL
                .iter()
                .map(|field| (field.code(), data.get(*field)))
                .collect::<Vec<_>>()
        };
        let fields = audit::differences(values(&merged.before), values(&merged.after));
        let mut image = merged.image(triples(&fields));
        for (account, role) in &merged.added_jobs {
            let is_primary = merged.jobs.is_empty() && image.jobs.is_empty();
            jobs.push(Job { account: *account, person: PersonId(id), role: *role, is_primary });
            image.jobs.push((*account, PersonId(id)));
        }
        let all: Vec<FieldChange> = fields.into_iter().chain(hanging_changes(merged)).collect();
        if !all.is_empty() {
            lines.push(audit::Line { object_id: id, event: Event::Changed, version, fields: all });
        }
        let contacts = all_contacts(merged);
        documents.push((
            merged.row.number.0,
            people::document(merged.row.number, &merged.after, &contacts),
        ));
        done.insert(id, Done { version, image });
    }
    audit::append_all(tx, grant, &lines).await?;
    Index::People.put(tx, &documents).await?;
    bulk::employ(tx, &jobs, grant.now()).await?;
    let hanging: Vec<(Uuid, &'static str, &Merged<_, _>)> =
        changed.iter().map(|merged| (merged.row.id.0, "person", *merged)).collect();
    hang(tx, grant, &hanging, &mut done).await?;
    Ok(done)
}

fn all_there(found: usize, wanted: usize) -> Result<()> {
    if found == wanted { Ok(()) } else { Err(accounts::stale()) }
}

/// Contacts and notes that rows add to stored records.
async fn hang<R, D>(
    tx: &mut Tx,
    grant: &Grant,
    changed: &[(Uuid, &'static str, &Merged<R, D>)],
    done: &mut HashMap<Uuid, Done>,
) -> Result<()> {
    let mut points = Vec::new();
    let mut notes = Vec::new();
    for (id, kind, merged) in changed {
        let Some(done) = done.get_mut(id) else { continue };
        let mut kinds: Vec<_> = merged.contacts.iter().map(|point| point.kind).collect();
        for (draft, norm) in &merged.added_contacts {
            let point = ContactPointId(new_id());
            done.image.points.push((point, draft.raw.clone()));
            points.push(Point {
                id: point,
                owner: *id,
                owner_kind: kind,
                draft,
                norm: norm.clone(),
                is_primary: !kinds.contains(&draft.kind),
                position: i64::try_from(kinds.len()).unwrap_or(0),
            });
            kinds.push(draft.kind);
        }
        for body in &merged.added_notes {
            let note = ActivityId(new_id());
            done.image.notes.push(note);
            notes.push(NewNote { id: note, subject: *id, subject_kind: kind, body });
        }
    }
    bulk::insert_points(tx, &points).await?;
    write_notes(tx, grant, &notes).await
}

async fn write_addresses(tx: &mut Tx, merged: &MergedAccount, image: &mut Changed) -> Result<()> {
    const PUT: &str = "INSERT INTO address (id, account_id, country, province, city, district, street, position) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET country = excluded.country, \
         province = excluded.province, city = excluded.city, district = excluded.district, street = excluded.street";
    for (placed, position) in merged.addresses.iter().zip(0_i64..) {
        if !placed.is_changed() {
            continue;
        }
        image.addresses.push((placed.id, placed.before.clone(), placed.now.clone()));
        let address = &placed.now;
        on_tx!(&mut *tx, |connection| {
            sqlx::query(PUT)
                .bind(placed.id)
                .bind(merged.row.id)
                .bind(&address.country)
                .bind(&address.province)
                .bind(&address.city)
                .bind(&address.district)
                .bind(&address.street)
                .bind(position)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}

/// Writes notes of the file onto timelines.
pub(super) async fn write_notes(tx: &mut Tx, grant: &Grant, notes: &[NewNote<'_>]) -> Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let now: Instant = grant.now();
    on_tx!(tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new(
            "INSERT INTO activity (id, kind, subject_id, subject_kind, body, at, created_at, created_by, updated_at, updated_by) ",
        );
        query.push_values(notes, |mut row, note| {
            row.push_bind(note.id)
                .push_bind("note")
                .push_bind(note.subject)
                .push_bind(note.subject_kind)
                .push_bind(note.body.to_owned())
                .push_bind(now)
                .push_bind(now)
                .push_bind(grant.user())
                .push_bind(now)
                .push_bind(grant.user());
        });
        query.build().execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// Only a plan that was made from something else could lack a record.
pub(super) fn unknown_record() -> StoreError {
    StoreError::Unreadable("import plan")
}
