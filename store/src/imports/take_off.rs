//! What a row hung on a record, taken off again as far as it still says what the row said, with the
//! lines that the trail gets of it.

use super::{image::Changed, update::Done};
use crate::{
    audit,
    db::{Tx, on_tx},
    error::Result,
    people,
};
use domain::{
    address::AddressData,
    audit::{Event, FieldChange},
    id::{AccountId, AccountNumber, ActivityId, AddressId, Version},
    policy::Grant,
    text,
};
use std::collections::HashMap;
use uuid::Uuid;

const PARENT: &str = "UPDATE account SET parent_id = $2 WHERE id = $1 AND parent_id = $3";
const NUMBER: &str = "SELECT number FROM account WHERE id = $1";
const POINT: &str =
    "DELETE FROM contact_point WHERE id = $1 AND owner_id = $2 AND value_raw = $3 RETURNING kind";
const TAG: &str = "DELETE FROM tagging WHERE account_id = $1 AND tag_id IN (SELECT id FROM tag WHERE name_fold = $2)";
const NOTE: &str = "UPDATE activity SET deleted_at = $2, deleted_by = $3, updated_at = $2, updated_by = $3, \
     version = version + 1 WHERE id = $1 AND version = 1 AND deleted_at IS NULL RETURNING version";
const JOB: &str = "DELETE FROM account_person WHERE account_id = $1 AND person_id = $2";
const ADDRESS: &str = "UPDATE address SET country = $2, province = $3, city = $4, district = $5, street = $6 \
     WHERE id = $1 AND country = $7 AND province = $8 AND city = $9 AND district = $10 AND street = $11";
const DROP_ADDRESS: &str = "DELETE FROM address WHERE id = $1 AND country = $2 AND province = $3 AND city = $4 \
     AND district = $5 AND street = $6";

/// A customer that was said to belong to another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    pub id: AccountId,
    pub before: Option<AccountId>,
    pub after: AccountId,
}

/// What was taken off, by record.
#[derive(Debug, Default)]
pub(super) struct TakenOff {
    fields: HashMap<Uuid, Vec<FieldChange>>,
    tags: HashMap<Uuid, Vec<String>>,
}

impl TakenOff {
    fn note(&mut self, id: Uuid, field: String, before: String, after: String) {
        self.fields.entry(id).or_default().push(FieldChange { field, before, after });
    }

    /// The lines of the trail: `done` has the versions the records have now, `tags` their tags.
    pub(super) fn lines(
        mut self,
        done: &HashMap<Uuid, Done>,
        tags: impl Fn(&Uuid) -> Vec<String>,
    ) -> Vec<audit::Line> {
        for (id, off) in std::mem::take(&mut self.tags) {
            let left = tags(&id);
            let before: Vec<&str> = left.iter().chain(&off).map(String::as_str).collect();
            self.note(id, "tags".to_owned(), before.join(", "), left.join(", "));
        }
        let line = |(id, fields)| {
            let version = done.get(&id)?.version;
            Some(audit::Line { object_id: id, event: Event::Changed, version, fields })
        };
        self.fields.into_iter().filter_map(line).collect()
    }

    /// Lets a customer belong to whom it belonged before, if it still belongs where the file put it.
    pub(super) async fn put_back_parent(&mut self, tx: &mut Tx, moved: &Move) -> Result<()> {
        let put = on_tx!(&mut *tx, |connection| {
            sqlx::query(PARENT)
                .bind(moved.id)
                .bind(moved.before)
                .bind(moved.after)
                .execute(connection)
                .await?
                .rows_affected()
        });
        if put > 0 {
            let before = number(tx, Some(moved.after)).await?;
            let after = number(tx, moved.before).await?;
            self.note(moved.id.0, "parent".to_owned(), before, after);
        }
        Ok(())
    }

    /// Takes off what a row hung on a record. `notes` is the right to take notes off.
    pub(super) async fn take_off(
        &mut self,
        tx: &mut Tx,
        id: Uuid,
        changed: &Changed,
        notes: &Grant,
    ) -> Result<()> {
        for (point, raw) in &changed.points {
            let kind: Option<String> = on_tx!(&mut *tx, |connection| {
                sqlx::query_scalar(POINT)
                    .bind(point)
                    .bind(id)
                    .bind(raw)
                    .fetch_optional(connection)
                    .await
            })?;
            if let Some(kind) = kind {
                self.note(id, format!("contact.{kind}"), raw.clone(), String::new());
            }
        }
        for tag in &changed.tags {
            let off = on_tx!(&mut *tx, |connection| {
                sqlx::query(TAG)
                    .bind(id)
                    .bind(text::fold(tag))
                    .execute(connection)
                    .await?
                    .rows_affected()
            });
            if off > 0 {
                self.tags.entry(id).or_default().push(tag.clone());
            }
        }
        for note in &changed.notes {
            take_off_note(tx, *note, notes).await?;
        }
        for (account, person) in &changed.jobs {
            let left = on_tx!(&mut *tx, |connection| {
                sqlx::query(JOB)
                    .bind(account)
                    .bind(person)
                    .execute(connection)
                    .await?
                    .rows_affected()
            });
            if left > 0 {
                people::keep_a_main_job(tx, *person).await?;
                let number = number(tx, Some(*account)).await?;
                self.note(id, "account".to_owned(), number, String::new());
            }
        }
        for (address, before, after) in &changed.addresses {
            if put_back_address(tx, *address, before.as_ref(), after).await? {
                let before = before.as_ref().map(AddressData::one_line).unwrap_or_default();
                self.note(id, "address".to_owned(), after.one_line(), before);
            }
        }
        Ok(())
    }
}

async fn number(tx: &mut Tx, id: Option<AccountId>) -> Result<String> {
    let Some(id) = id else { return Ok(String::new()) };
    let number: Option<AccountNumber> = on_tx!(tx, |connection| {
        sqlx::query_scalar(NUMBER).bind(id).fetch_optional(connection).await
    })?;
    Ok(number.map(|number| number.to_string()).unwrap_or_default())
}

async fn take_off_note(tx: &mut Tx, id: ActivityId, grant: &Grant) -> Result<()> {
    let version: Option<Version> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(NOTE)
            .bind(id)
            .bind(grant.now())
            .bind(grant.user())
            .fetch_optional(connection)
            .await
    })?;
    match version {
        Some(version) => audit::append(tx, grant, id.0, Event::Deleted, version, &[]).await,
        None => Ok(()),
    }
}

async fn put_back_address(
    tx: &mut Tx,
    id: AddressId,
    before: Option<&AddressData>,
    after: &AddressData,
) -> Result<bool> {
    let put = on_tx!(tx, |connection| {
        let query = match before {
            Some(before) => sqlx::query(ADDRESS)
                .bind(id)
                .bind(&before.country)
                .bind(&before.province)
                .bind(&before.city)
                .bind(&before.district)
                .bind(&before.street),
            None => sqlx::query(DROP_ADDRESS).bind(id),
        };
        query
            .bind(&after.country)
            .bind(&after.province)
            .bind(&after.city)
            .bind(&after.district)
            .bind(&after.street)
            .execute(connection)
            .await?
            .rows_affected()
    });
    Ok(put > 0)
}
