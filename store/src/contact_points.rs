//! Phones, e-mails and messengers of customers and persons.
//! Owns every statement on `contact_point`; a change counts as a change of the record it hangs on.

use crate::{
    accounts, audit,
    db::{Connection, Db, Tx, on_connection, on_tx},
    details,
    dialect::Index,
    error::{Result, StoreError},
    operations, people,
    rows::{choice, new_id},
};
use domain::{
    audit::{Event, FieldChange},
    contact::{ContactDraft, ContactKind, ContactPoint, MOST_CONTACTS},
    failure::{Conflict, ConflictField, Failure},
    field::{FieldError, FormErrors},
    id::{ContactPointId, OperationId, Version},
    note::Subject,
    policy::{self, Action, Caller, Detail, Grant},
    search::{Document, FoundBy},
};
use sqlx_macros::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    id: ContactPointId,
    kind: String,
    value_raw: String,
    value_norm: String,
    is_primary: bool,
}

impl Row {
    fn point(self) -> Result<ContactPoint> {
        Ok(ContactPoint {
            id: self.id,
            kind: choice(ContactKind::parse(&self.kind), "contact_point.kind")?,
            raw: self.value_raw,
            norm: self.value_norm,
            is_primary: self.is_primary,
        })
    }
}

/// A contact point beside the record it hangs on, where those of many are read at once.
#[derive(FromRow)]
pub(crate) struct OwnedPoint {
    owner_id: Uuid,
    #[sqlx(flatten)]
    row: Row,
}

/// The contact points of each record, in the order they were read.
pub(crate) fn by_owner(rows: Vec<OwnedPoint>) -> Result<HashMap<Uuid, Vec<ContactPoint>>> {
    let mut all: HashMap<Uuid, Vec<ContactPoint>> = HashMap::new();
    for OwnedPoint { owner_id, row } in rows {
        all.entry(owner_id).or_default().push(row.point()?);
    }
    Ok(all)
}

const OF: &str = "SELECT id, kind, value_raw, value_norm, is_primary FROM contact_point \
                  WHERE owner_id = $1 ORDER BY position, id";
const INSERT: &str = "INSERT INTO contact_point (id, owner_id, owner_kind, kind, value_raw, value_norm, is_primary, position) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const UPDATE: &str = "UPDATE contact_point SET kind = $1, value_raw = $2, value_norm = $3 WHERE id = $4 AND owner_id = $5";
const DELETE: &str = "DELETE FROM contact_point WHERE id = $1 AND owner_id = $2";
const KNOWN: &str = "SELECT COUNT(*) FROM contact_point WHERE id = $1";
const NOT_PRIMARY: &str =
    "UPDATE contact_point SET is_primary = FALSE WHERE owner_id = $1 AND kind = $2 AND is_primary";
const MOVE: &str = "UPDATE contact_point SET position = $1 WHERE id = $2";

/// The contact points of a record. The caller has been checked against the record already.
pub(crate) async fn of(held: Connection<'_>, owner: Uuid) -> Result<Vec<ContactPoint>> {
    let rows: Vec<Row> = on_connection!(held, |connection| {
        sqlx::query_as(OF).bind(owner).fetch_all(connection).await
    })?;
    rows.into_iter().map(Row::point).collect()
}

/// Adds what contact points are found by.
pub(crate) fn describe(document: &mut Document, contacts: &[ContactPoint]) {
    for contact in contacts {
        match contact.kind {
            ContactKind::Mobile | ContactKind::Phone => {
                let typed = domain::text::digits(&contact.raw);
                document.phone(&contact.norm);
                if !domain::text::digits(&contact.norm).ends_with(&typed) {
                    document.phone(&typed);
                }
            }
            ContactKind::Email => document.text(FoundBy::Messages, &contact.norm),
            ContactKind::Wechat | ContactKind::Wecom | ContactKind::Other => {
                document.text(FoundBy::Messages, &contact.raw);
            }
        }
    }
}

/// Where a contact of a new record stands in the form.
fn name_in_form(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::Mobile => "phone",
        ContactKind::Phone => "phone_2",
        ContactKind::Email => "email",
        ContactKind::Wechat | ContactKind::Wecom | ContactKind::Other => "wechat",
    }
}

/// The details that contacts of a new record are, with their names in the form.
pub(crate) fn filled(
    contacts: &[ContactDraft],
) -> impl Iterator<Item = (&'static str, Option<Detail>)> {
    contacts.iter().map(|draft| (name_in_form(draft.kind), Some(Detail::of_contact(draft.kind))))
}

/// Refuses contacts of a new record that could not be found or compared, under the names of the form.
pub(crate) fn check_all(contacts: &[ContactDraft], region: &str) -> Result<()> {
    let mut errors = FormErrors::default();
    for draft in contacts {
        errors.take(name_in_form(draft.kind), draft.normalised(region));
    }
    Ok(errors.into_result(())?)
}

/// The form a draft is compared in. A value of a file that no numbering plan knows is kept as it is:
/// losing it would be worse.
pub(crate) fn normalised(draft: &ContactDraft, region: &str) -> String {
    draft.normalised(region).unwrap_or_default()
}

impl Db {
    /// Adds (`point` is `None`), changes or, with an empty `raw`, removes a contact point.
    /// `expected` is what the caller saw there, empty for a new one. `operation` names the attempt:
    /// the same one sent again answers as it did the first time.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`], [`Failure::Invalid`] under the name `contact`, or
    /// [`Failure::Conflict`] when somebody else changed it to something else.
    #[expect(clippy::too_many_arguments, reason = "what is to be, and what was seen")]
    pub async fn set_contact(
        &self,
        caller: &Caller,
        operation: OperationId,
        subject: Subject,
        point: Option<ContactPointId>,
        kind: ContactKind,
        raw: &str,
        expected: &str,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, subject.object())?;
        let draft = ContactDraft::parse(kind, raw)
            .and_then(|draft| {
                if let Some(draft) = &draft {
                    draft.normalised(&caller.house.region)?;
                }
                Ok(draft)
            })
            .map_err(|error| StoreError::field("contact", error))?;
        let mut tx = self.begin().await?;
        let made = operations::made_before(
            &mut tx,
            caller,
            operation,
            &(subject, point, kind, raw, expected),
            "contact",
        )
        .await?;
        if let Some(answer) = made {
            return operations::version(&answer);
        }
        let version = match subject {
            Subject::Account(id) => accounts::touch(&mut tx, &grant, id).await?,
            Subject::Person(id) => people::touch(&mut tx, &grant, id).await?,
            Subject::Opportunity(_) | Subject::Case(_) => return Err(Failure::Gone.into()),
        };
        let detail = |kind| ("contact", Detail::of_contact(kind));
        details::must_edit_one(&mut tx, caller, subject, detail(kind)).await?;
        let stored = of(tx.connection(), subject.id()).await?;
        let old = match point {
            Some(id) => Some(stored.iter().find(|p| p.id == id).ok_or(Failure::Gone)?),
            None => None,
        };
        if let Some(old) = old {
            // What becomes of another kind was of one that may not be changed.
            details::must_edit_one(&mut tx, caller, subject, detail(old.kind)).await?;
        }
        let before = old.map(|old| old.raw.clone()).unwrap_or_default();
        if point.is_some() && before != expected {
            return Err(Failure::Conflict(Conflict {
                version,
                by: String::new(),
                fields: vec![ConflictField {
                    field: "contact".to_owned(),
                    theirs: before,
                    mine: raw.to_owned(),
                }],
            })
            .into());
        }
        let owner = subject.id();
        match (point, &draft) {
            (None, None) => return Err(StoreError::field("contact", FieldError::Required)),
            (None, Some(draft)) => {
                if stored.len() >= MOST_CONTACTS {
                    let max = i64::try_from(MOST_CONTACTS).unwrap_or(i64::MAX);
                    let error = FieldError::OutOfRange { min: 0, max };
                    return Err(StoreError::field("contact", error));
                }
                let first = !stored.iter().any(|p| p.kind == kind);
                on_tx!(&mut tx, |connection| {
                    sqlx::query(INSERT)
                        .bind(new_id())
                        .bind(owner)
                        .bind(subject.code())
                        .bind(kind.code())
                        .bind(&draft.raw)
                        .bind(normalised(draft, &caller.house.region))
                        .bind(first)
                        .bind(i64::try_from(stored.len()).unwrap_or(0))
                        .execute(connection)
                        .await
                        .map(drop)
                })?;
            }
            (Some(id), Some(draft)) => {
                on_tx!(&mut tx, |connection| {
                    sqlx::query(UPDATE)
                        .bind(kind.code())
                        .bind(&draft.raw)
                        .bind(normalised(draft, &caller.house.region))
                        .bind(id)
                        .bind(owner)
                        .execute(connection)
                        .await
                        .map(drop)
                })?;
            }
            (Some(id), None) => {
                on_tx!(&mut tx, |connection| {
                    sqlx::query(DELETE).bind(id).bind(owner).execute(connection).await.map(drop)
                })?;
            }
        }
        let change = |kind: ContactKind, before: String, after: String| FieldChange {
            field: format!("contact.{}", kind.code()),
            before,
            after,
        };
        let after = draft.map(|draft| draft.raw).unwrap_or_default();
        let changes = match old.map(|old| old.kind).filter(|old| *old != kind) {
            // Under its own kind: who sees the new one need not see the old one.
            Some(old) => {
                vec![change(old, before, String::new()), change(kind, String::new(), after)]
            }
            None => vec![change(kind, before, after)],
        };
        audit::append(&mut tx, &grant, owner, Event::Changed, version, &changes).await?;
        refresh(&mut tx, &grant, subject).await?;
        operations::finish_attempt(&mut tx, caller, operation, &version.0.to_string()).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// Puts back a contact point that was removed, as the one after `place` others. The record has been
/// touched already.
pub(crate) async fn put_back(
    tx: &mut Tx,
    grant: &Grant,
    owner: Subject,
    point: &ContactPoint,
    place: u16,
    region: &str,
) -> Result<()> {
    let draft = ContactDraft::parse(point.kind, &point.raw)
        .and_then(|draft| draft.ok_or(FieldError::Required))
        .map_err(|error| StoreError::field("contact", error))?;
    let mut ids: Vec<ContactPointId> =
        of(tx.connection(), owner.id()).await?.into_iter().map(|point| point.id).collect();
    if ids.len() >= MOST_CONTACTS {
        let max = i64::try_from(MOST_CONTACTS).unwrap_or(i64::MAX);
        return Err(StoreError::field("contact", FieldError::OutOfRange { min: 0, max }));
    }
    let known: i64 = on_tx!(tx, |connection| {
        sqlx::query_scalar(KNOWN).bind(point.id).fetch_one(connection).await
    })?;
    if known > 0 {
        return Err(Failure::Gone.into());
    }
    if point.is_primary {
        on_tx!(tx, |connection| {
            sqlx::query(NOT_PRIMARY)
                .bind(owner.id())
                .bind(point.kind.code())
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    on_tx!(tx, |connection| {
        sqlx::query(INSERT)
            .bind(point.id)
            .bind(owner.id())
            .bind(owner.code())
            .bind(point.kind.code())
            .bind(&draft.raw)
            .bind(normalised(&draft, region))
            .bind(point.is_primary)
            .bind(i64::from(place))
            .execute(connection)
            .await
            .map(drop)
    })?;
    ids.insert(usize::from(place).min(ids.len()), point.id);
    for (position, id) in (0_i64..).zip(ids) {
        on_tx!(tx, |connection| {
            sqlx::query(MOVE).bind(position).bind(id).execute(connection).await.map(drop)
        })?;
    }
    refresh(tx, grant, owner).await
}

/// Rebuilds what the record is found by.
async fn refresh(tx: &mut Tx, grant: &Grant, subject: Subject) -> Result<()> {
    let contacts = of(tx.connection(), subject.id()).await?;
    match subject {
        Subject::Account(id) => {
            let row = accounts::live(tx, grant, id).await?;
            let document = accounts::document(row.number, &row.whole()?, &contacts);
            Index::Accounts.put(tx, &[(row.number.0, document)]).await
        }
        Subject::Person(id) => {
            let row = people::live(tx, grant, id).await?;
            let document = people::document(row.number, &row.whole()?, &contacts);
            Index::People.put(tx, &[(row.number.0, document)]).await
        }
        Subject::Opportunity(_) | Subject::Case(_) => Err(Failure::Gone.into()),
    }
}
