//! Postal addresses of customers. Owns every statement on `address`.

use crate::{
    accounts, audit,
    db::{Connection, Db, Tx, on_connection, on_tx},
    details,
    error::{Result, StoreError},
    operations,
    rows::new_id,
};
use domain::{
    address::{Address, AddressData, AddressForm},
    audit::{Event, FieldChange},
    failure::{Conflict, ConflictField, Failure},
    field::FieldError,
    id::{AccountId, AddressId, OperationId, Version},
    note::Subject,
    policy::{self, Action, Caller, Detail, Object},
};
use sqlx_macros::FromRow;

#[derive(FromRow)]
struct Row {
    id: AddressId,
    country: String,
    province: String,
    city: String,
    district: String,
    street: String,
}

impl From<Row> for Address {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            data: AddressData {
                country: row.country,
                province: row.province,
                city: row.city,
                district: row.district,
                street: row.street,
            },
        }
    }
}

const OF: &str = "SELECT id, country, province, city, district, street FROM address \
                  WHERE account_id = $1 ORDER BY position, id";
const INSERT: &str = "INSERT INTO address (id, account_id, country, province, city, district, street, position) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const UPDATE: &str = "UPDATE address SET country = $1, province = $2, city = $3, district = $4, street = $5 \
                      WHERE id = $6 AND account_id = $7";
const DELETE: &str = "DELETE FROM address WHERE id = $1 AND account_id = $2";
const KNOWN: &str = "SELECT COUNT(*) FROM address WHERE id = $1";
const MOVE: &str = "UPDATE address SET position = $1 WHERE id = $2";

/// Most addresses of one customer.
pub(crate) const MOST: usize = 20;

/// The addresses of a customer the caller has been checked against.
pub(crate) async fn of(held: Connection<'_>, account: AccountId) -> Result<Vec<Address>> {
    let rows: Vec<Row> = on_connection!(held, |connection| {
        sqlx::query_as(OF).bind(account).fetch_all(connection).await
    })?;
    Ok(rows.into_iter().map(Address::from).collect())
}

impl Db {
    /// Adds (`address` is `None`), changes or, with an empty form, removes an address.
    /// `expected` is what the caller saw there. `operation` names the attempt: the same one sent again
    /// answers as it did the first time.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`], [`Failure::Invalid`], or [`Failure::Conflict`] when
    /// somebody else changed it to something else.
    pub async fn set_address(
        &self,
        caller: &Caller,
        operation: OperationId,
        account: AccountId,
        address: Option<AddressId>,
        form: &AddressForm,
        expected: &AddressData,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Account)?;
        let data = form.parse()?;
        let mut tx = self.begin().await?;
        let made = operations::made_before(
            &mut tx,
            caller,
            operation,
            &(account, address, form, expected),
            "street",
        )
        .await?;
        if let Some(answer) = made {
            return operations::version(&answer);
        }
        let version = accounts::touch(&mut tx, &grant, account).await?;
        let detail = ("street", Detail::Address);
        details::must_edit_one(&mut tx, caller, Subject::Account(account), detail).await?;
        let stored = of(tx.connection(), account).await?;
        let old = match address {
            Some(id) => Some(stored.iter().find(|a| a.id == id).ok_or(Failure::Gone)?),
            None => None,
        };
        if let Some(old) = old.filter(|old| old.data != *expected) {
            return Err(Failure::Conflict(Conflict {
                version,
                by: String::new(),
                fields: vec![ConflictField {
                    field: "address".to_owned(),
                    theirs: old.data.one_line(),
                    mine: data.unwrap_or_default().one_line(),
                }],
            })
            .into());
        }
        match (address, &data) {
            (None, None) => return Err(StoreError::field("street", FieldError::Required)),
            (None, Some(_)) if stored.len() >= MOST => {
                let max = i64::try_from(MOST).unwrap_or(i64::MAX);
                return Err(StoreError::field("street", FieldError::OutOfRange { min: 0, max }));
            }
            (None, Some(data)) => {
                let place = i64::try_from(stored.len()).unwrap_or(0);
                insert(&mut tx, AddressId(new_id()), account, data, place).await?;
            }
            (Some(id), Some(data)) => {
                on_tx!(&mut tx, |connection| {
                    sqlx::query(UPDATE)
                        .bind(&data.country)
                        .bind(&data.province)
                        .bind(&data.city)
                        .bind(&data.district)
                        .bind(&data.street)
                        .bind(id)
                        .bind(account)
                        .execute(connection)
                        .await
                        .map(drop)
                })?;
            }
            (Some(id), None) => {
                on_tx!(&mut tx, |connection| {
                    sqlx::query(DELETE).bind(id).bind(account).execute(connection).await.map(drop)
                })?;
            }
        }
        let change = FieldChange {
            field: "address".to_owned(),
            before: old.map(|old| old.data.one_line()).unwrap_or_default(),
            after: data.unwrap_or_default().one_line(),
        };
        audit::append(&mut tx, &grant, account.0, Event::Changed, version, &[change]).await?;
        operations::finish_attempt(&mut tx, caller, operation, &version.0.to_string()).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// Puts back an address that was removed, as the one after `place` others. The customer has been
/// touched already.
pub(crate) async fn put_back(
    tx: &mut Tx,
    account: AccountId,
    address: &Address,
    place: u16,
) -> Result<()> {
    let AddressData { country, province, city, district, street } = address.data.clone();
    let form = AddressForm { country, province, city, district, street };
    let data = form.parse()?.ok_or_else(|| StoreError::field("street", FieldError::Required))?;
    let mut ids: Vec<AddressId> =
        of(tx.connection(), account).await?.into_iter().map(|address| address.id).collect();
    if ids.len() >= MOST {
        let max = i64::try_from(MOST).unwrap_or(i64::MAX);
        return Err(StoreError::field("street", FieldError::OutOfRange { min: 0, max }));
    }
    let known: i64 = on_tx!(tx, |connection| {
        sqlx::query_scalar(KNOWN).bind(address.id).fetch_one(connection).await
    })?;
    if known > 0 {
        return Err(Failure::Gone.into());
    }
    insert(tx, address.id, account, &data, i64::from(place)).await?;
    ids.insert(usize::from(place).min(ids.len()), address.id);
    for (position, id) in (0_i64..).zip(ids) {
        on_tx!(tx, |connection| {
            sqlx::query(MOVE).bind(position).bind(id).execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    id: AddressId,
    account: AccountId,
    data: &AddressData,
    place: i64,
) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(INSERT)
            .bind(id)
            .bind(account)
            .bind(&data.country)
            .bind(&data.province)
            .bind(&data.city)
            .bind(&data.district)
            .bind(&data.street)
            .bind(place)
            .execute(connection)
            .await
            .map(drop)
    })?;
    Ok(())
}
