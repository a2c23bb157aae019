//! Products: what is sold. Owns every statement on `product`.

use crate::{
    accounts::stale,
    audit,
    collision::{Both, collide},
    db::{Db, Tx, on_read, on_tx},
    dialect::{push_limit, to_change},
    error::{Result, StoreError},
    operations,
    rows::{choice, new_id},
    within::push_ids,
};
use const_format::concatcp;
use domain::{
    account::FieldEdit,
    audit::Event,
    failure::Failure,
    field::{FieldError, FormErrors},
    id::{OperationId, ProductId, Version},
    money::Currency,
    page::{Cursor, PAGE_ROWS, Page},
    pinyin,
    policy::{self, Action, Caller, Grant, Object},
    product::{Product, ProductData, ProductField},
    text,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

const COLUMNS: &str = "SELECT number, id, code, name, name_sort, price_minor, currency, archived, version FROM product";
const PAGE: &str = concatcp!(COLUMNS, " WHERE archived = ");
const LIKE: &str = concatcp!(
    COLUMNS,
    " WHERE NOT archived AND (code_fold LIKE $1 ESCAPE '!' OR name LIKE $2 ESCAPE '!' OR name_sort LIKE $3 ESCAPE '!') \
     ORDER BY name_sort, number LIMIT 20"
);
const BY_ID: &str = concatcp!(COLUMNS, " WHERE id = $1");
const INSERT: &str = "INSERT INTO product (id, code, code_fold, name, name_sort, price_minor, currency, archived, created_at, \
     created_by, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $10)";
const UPDATE: &str = "UPDATE product SET code = $1, code_fold = $2, name = $3, name_sort = $4, price_minor = $5, currency = $6, \
     archived = $7, version = version + 1, updated_at = $8, updated_by = $9 WHERE id = $10 AND version = $11 RETURNING version";

const WORDS: &str = "SELECT code, name FROM product WHERE NOT archived ORDER BY name_sort, number";

/// Every product, those in use first, for what names them by code or name.
pub(crate) const KNOWN: &str = "SELECT id, code, name, price_minor, currency, archived, version FROM product ORDER BY archived, number";

/// A row of [`KNOWN`].
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Known {
    pub id: ProductId,
    pub code: String,
    pub name: String,
    pub price_minor: i64,
    pub currency: String,
    pub archived: bool,
    pub version: Version,
}

#[derive(FromRow)]
struct Row {
    number: i64,
    id: ProductId,
    code: String,
    name: String,
    name_sort: String,
    price_minor: i64,
    currency: String,
    archived: bool,
    version: Version,
}

impl Row {
    fn product(self) -> Result<Product> {
        let data = ProductData {
            code: self.code,
            name: self.name,
            price_minor: self.price_minor,
            currency: choice(Currency::try_from(self.currency), "product.currency")?,
            archived: self.archived,
        };
        Ok(Product { id: self.id, version: self.version, data })
    }
}

impl Db {
    /// A page of products by name: those in use, or those out of it.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn product_page(
        &self,
        caller: &Caller,
        archived: bool,
        after: Option<&Cursor>,
    ) -> Result<Page<Product>> {
        policy::view(caller, Object::Product)?;
        let rows: Vec<Row> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(PAGE);
            statement.push_bind(archived);
            if let Some(after) = after {
                statement.push(" AND (name_sort, number) > (").push_bind(after.key.clone());
                statement.push(", ").push_bind(after.number).push(")");
            }
            statement.push(" ORDER BY name_sort, number");
            push_limit(&mut statement, i64::from(PAGE_ROWS) + 1);
            statement.build_query_as().fetch_all(pool).await
        })?;
        let place = |row: &Row| Cursor { key: row.name_sort.clone(), number: row.number };
        Page::cut(rows, PAGE_ROWS, place).try_map(Row::product)
    }

    /// Products in use whose code or name has `typed` in it, also by the sound of Chinese names, by name; some of them.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn products_like(&self, caller: &Caller, typed: &str) -> Result<Vec<Product>> {
        policy::view(caller, Object::Product)?;
        let folded = within_text(&text::fold(typed));
        let sound = within_text(&pinyin::sort_key(typed));
        let rows: Vec<Row> = on_read!(self, |pool| {
            sqlx::query_as(LIKE)
                .bind(&folded)
                .bind(within_text(typed.trim()))
                .bind(&sound)
                .fetch_all(pool)
                .await
        })?;
        rows.into_iter().map(Row::product).collect()
    }

    /// Code and name of every product in use, by name: what a file can mean.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn product_words(&self, caller: &Caller) -> Result<Vec<(String, String)>> {
        policy::view(caller, Object::Product)?;
        Ok(on_read!(self, |pool| sqlx::query_as(WORDS).fetch_all(pool).await)?)
    }

    /// Makes a product. `operation` names the attempt: the same one sent again answers with the product it made the
    /// first time.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Invalid`] under `code` when another product has it, also when the same attempt
    /// comes back with other content.
    pub async fn create_product(
        &self,
        caller: &Caller,
        operation: OperationId,
        data: &ProductData,
    ) -> Result<ProductId> {
        let grant = policy::check(caller, Action::Create, Object::Product)?;
        let mut tx = self.begin().await?;
        let made = operations::made_before(&mut tx, caller, operation, data, "code").await?;
        if let Some(answer) = made {
            return operations::answer(&answer);
        }
        let id = add(&mut tx, &grant, data).await?.map_err(taken)?;
        operations::finish_attempt(&mut tx, caller, operation, &id.to_string()).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes fields of a product; conflicts as for customers. One that is out of use stays on its deals.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`], [`Failure::Invalid`], [`Failure::Conflict`].
    pub async fn edit_product(
        &self,
        caller: &Caller,
        id: ProductId,
        seen: Version,
        edits: &[FieldEdit],
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Product)?;
        let mut tx = self.begin().await?;
        let before = held(&mut tx, id).await?;
        let mut after = before.data.clone();
        let mut errors = FormErrors::default();
        for edit in edits {
            let set = ProductField::parse(&edit.field);
            errors.take(&edit.field, set.and_then(|field| after.set(field, &edit.value)));
        }
        let after = errors.into_result(after)?;
        if before.version != seen {
            let both = |name: &str| {
                let field = ProductField::parse(name).ok()?;
                let (theirs, mine) = (before.data.get(field), after.get(field));
                Some(Both { field: field.code(), theirs, mine, told: true })
            };
            collide(&mut tx, before.id.0, before.version, seen, edits, both).await?;
        }
        let changes = audit::differences(values(&before.data), values(&after));
        if changes.is_empty() {
            return Ok(before.version);
        }
        let written = write(&mut tx, &grant, id, before.version, &after).await?;
        let version = written.map_err(taken)?.ok_or(Failure::Gone)?;
        audit::append(&mut tx, &grant, id.0, Event::Changed, version, &changes).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// Makes a product with its line in the trail. The inner error is the database's, for a code that another has.
async fn add(
    tx: &mut Tx,
    grant: &Grant,
    data: &ProductData,
) -> Result<std::result::Result<ProductId, sqlx::Error>> {
    let id = ProductId(new_id());
    let added = on_tx!(&mut *tx, |connection| {
        sqlx::query(INSERT)
            .bind(id)
            .bind(&data.code)
            .bind(text::fold(&data.code))
            .bind(&data.name)
            .bind(pinyin::sort_key(&data.name))
            .bind(data.price_minor)
            .bind(data.currency.code())
            .bind(data.archived)
            .bind(grant.now())
            .bind(grant.user())
            .execute(connection)
            .await
            .map(drop)
    });
    if let Err(error) = added {
        return Ok(Err(error));
    }
    let changes = audit::differences(values(&ProductData::default()), values(data));
    audit::append(tx, grant, id.0, Event::Created, Version(1), &changes).await?;
    Ok(Ok(id))
}

/// Writes all fields of a product that is held; none where somebody else changed it. The inner error as of [`add`].
async fn write(
    tx: &mut Tx,
    grant: &Grant,
    id: ProductId,
    version: Version,
    after: &ProductData,
) -> Result<std::result::Result<Option<Version>, sqlx::Error>> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_scalar(UPDATE)
            .bind(&after.code)
            .bind(text::fold(&after.code))
            .bind(&after.name)
            .bind(pinyin::sort_key(&after.name))
            .bind(after.price_minor)
            .bind(after.currency.code())
            .bind(after.archived)
            .bind(grant.now())
            .bind(grant.user())
            .bind(id)
            .bind(version)
            .fetch_optional(connection)
            .await
    }))
}

impl Known {
    pub(crate) fn data(&self) -> Result<ProductData> {
        Ok(ProductData {
            code: self.code.clone(),
            name: self.name.clone(),
            price_minor: self.price_minor,
            currency: choice(Currency::try_from(self.currency.clone()), "product.currency")?,
            archived: self.archived,
        })
    }
}

/// Makes a product that a file brings.
pub(crate) async fn insert(tx: &mut Tx, grant: &Grant, data: &ProductData) -> Result<Known> {
    let id = add(tx, grant, data).await??;
    Ok(Known {
        id,
        code: data.code.clone(),
        name: data.name.clone(),
        price_minor: data.price_minor,
        currency: data.currency.code().to_owned(),
        archived: data.archived,
        version: Version(1),
    })
}

/// Changes a product as a file says; answers with the fields, what stood there, and what stands there now.
pub(crate) async fn change(
    tx: &mut Tx,
    grant: &Grant,
    known: &Known,
    before: &ProductData,
    after: &ProductData,
) -> Result<Vec<(String, String, String)>> {
    let changes = audit::differences(values(before), values(after));
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let version = write(tx, grant, known.id, known.version, after).await??;
    let version = version.ok_or_else(stale)?;
    audit::append(tx, grant, known.id.0, Event::Changed, version, &changes).await?;
    Ok(changes.into_iter().map(|change| (change.field, change.before, change.after)).collect())
}

/// Gives a product back what it had before a file changed it, as far as it still says what the file said.
pub(crate) async fn take_back(
    tx: &mut Tx,
    grant: &Grant,
    id: ProductId,
    fields: &[(String, String, String)],
) -> Result<()> {
    let there = match held(tx, id).await {
        Ok(there) => there,
        Err(StoreError::Refused(Failure::Gone)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut after = there.data.clone();
    for (name, was, is) in fields {
        let Ok(field) = ProductField::parse(name) else { continue };
        if after.get(field) == *is {
            // What `get` wrote, `set` reads.
            let _ = after.set(field, was);
        }
    }
    let changes = audit::differences(values(&there.data), values(&after));
    if changes.is_empty() {
        return Ok(());
    }
    let version = write(tx, grant, id, there.version, &after).await??.ok_or_else(stale)?;
    audit::append(tx, grant, id.0, Event::Changed, version, &changes).await
}

const IN_USE: &str = "SELECT (SELECT COUNT(*) FROM opportunity_product WHERE product_id = $1) \
     + (SELECT COUNT(*) FROM order_line WHERE product_id = $1)";
const DROP: &str = "DELETE FROM product WHERE id = $1";

/// Takes away a product that a file made and no deal or order has; answers whether it is gone.
pub(crate) async fn take_off(tx: &mut Tx, grant: &Grant, id: ProductId) -> Result<bool> {
    let version = match held(tx, id).await {
        Ok(there) => there.version,
        Err(StoreError::Refused(Failure::Gone)) => return Ok(true),
        Err(error) => return Err(error),
    };
    let in_use: i64 = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(IN_USE).bind(id).fetch_one(connection).await
    })?;
    if in_use > 0 {
        return Ok(false);
    }
    on_tx!(&mut *tx, |connection| {
        sqlx::query(DROP).bind(id).execute(connection).await.map(drop)
    })?;
    let version = Version(version.0 + 1);
    audit::append(tx, grant, id.0, Event::Deleted, version, &[]).await?;
    Ok(true)
}

/// Those of some products that are there.
pub(crate) async fn there(
    tx: &mut Tx,
    ids: impl Iterator<Item = ProductId>,
) -> Result<BTreeSet<ProductId>> {
    let ids: BTreeSet<Uuid> = ids.map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found: Vec<ProductId> = on_tx!(tx, |connection| {
        let mut query = QueryBuilder::<Dialect>::new("SELECT id FROM product WHERE id");
        push_ids(&mut query, ids.iter().copied());
        query.build_query_scalar().fetch_all(connection).await
    })?;
    Ok(found.into_iter().collect())
}

/// What some products are called. Refuses those that are not there, and those out of use that are not among `on_it`: what
/// a deal or an order has already.
pub(crate) async fn names_of_sold(
    tx: &mut Tx,
    wanted: &BTreeSet<ProductId>,
    on_it: &BTreeSet<ProductId>,
) -> Result<HashMap<ProductId, String>> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(ProductId, String, bool)> = on_tx!(tx, |connection| {
        let mut statement =
            QueryBuilder::<Dialect>::new("SELECT id, name, archived FROM product WHERE id");
        push_ids(&mut statement, wanted.iter().map(|id| id.0));
        statement.build_query_as().fetch_all(connection).await
    })?;
    let sold = found.into_iter().filter(|(id, _, archived)| !archived || on_it.contains(id));
    let names: HashMap<ProductId, String> = sold.map(|(id, name, _)| (id, name)).collect();
    if names.len() == wanted.len() {
        Ok(names)
    } else {
        Err(StoreError::field("lines", FieldError::Unknown))
    }
}

/// A pattern for what has `text` in it.
fn within_text(text: &str) -> String {
    let escaped = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

fn taken(error: sqlx::Error) -> StoreError {
    if StoreError::is_taken(&error) {
        StoreError::field("code", FieldError::Taken)
    } else {
        error.into()
    }
}

fn values(data: &ProductData) -> Vec<(&'static str, String)> {
    ProductField::ALL.iter().map(|field| (field.code(), data.get(*field))).collect()
}

async fn held(tx: &mut Tx, id: ProductId) -> Result<Product> {
    let statement = to_change!(tx, BY_ID);
    let row: Option<Row> = on_tx!(tx, |connection| {
        sqlx::query_as(statement).bind(id).fetch_optional(connection).await
    })?;
    row.ok_or(Failure::Gone)?.product()
}
