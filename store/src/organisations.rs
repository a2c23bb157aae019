//! The organisation that runs this installation: one row, its settings.
//! Owns every statement on `organisation`.

use crate::{
    audit,
    db::{Db, Tx, on_read, on_tx},
    error::{Result, StoreError},
};
use domain::{
    audit::Event,
    failure::{Conflict, Failure},
    id::Version,
    lang::Lang,
    money::Currency,
    organisation::Organisation,
    policy::{self, Action, Caller, Object},
};
use sqlx_macros::FromRow;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    name_zh: String,
    name_en: String,
    lang: String,
    currency: String,
    time_zone: String,
    region: String,
    export_rows: i64,
    version: Version,
}

impl Row {
    fn read(self) -> Result<(Organisation, Version)> {
        let organisation = Organisation {
            name_zh: self.name_zh,
            name_en: self.name_en,
            lang: Lang::from_tag(&self.lang).ok_or(StoreError::Unreadable("organisation.lang"))?,
            currency: Currency::try_from(self.currency)
                .map_err(|_| StoreError::Unreadable("organisation.currency"))?,
            time_zone: self.time_zone,
            region: self.region,
            export_rows: self.export_rows,
        };
        Ok((organisation, self.version))
    }
}

const GET: &str = "SELECT name_zh, name_en, lang, currency, time_zone, region, export_rows, version \
                   FROM organisation WHERE id = 1";

async fn get(db: &Db) -> Result<(Organisation, Version)> {
    let row: Option<Row> = on_read!(db, |pool| sqlx::query_as(GET).fetch_optional(pool).await)?;
    row.map_or_else(|| Ok((Organisation::default(), Version(0))), Row::read)
}

impl Db {
    /// The settings; defaults while there are none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn organisation(&self, caller: &Caller) -> Result<Organisation> {
        Ok(self.organisation_versioned(caller).await?.0)
    }

    /// The settings and their version, for the form that changes them; version 0 while there are none.
    ///
    /// # Errors
    /// As [`Db::organisation`].
    pub async fn organisation_versioned(&self, caller: &Caller) -> Result<(Organisation, Version)> {
        policy::view(caller, Object::Organisation)?;
        get(self).await
    }

    /// The settings for somebody who is not signed in: the sign-in page shows name and language.
    /// Takes no caller, because there is none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn organisation_at_the_door(&self) -> Result<Organisation> {
        Ok(get(self).await?.0)
    }
}

const SAVE: &str = "INSERT INTO organisation AS o \
    (id, name_zh, name_en, lang, currency, time_zone, region, version, updated_at, export_rows) \
    VALUES (1, $1, $2, $3, $4, $5, $6, 1, $7, $9) \
    ON CONFLICT (id) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en, \
      lang = excluded.lang, currency = excluded.currency, time_zone = excluded.time_zone, \
      region = excluded.region, export_rows = excluded.export_rows, version = o.version + 1, updated_at = excluded.updated_at \
    WHERE o.version = $8 RETURNING version";

const RAISE: &str = "UPDATE account SET value_minor = value_minor * $1, annual_revenue_minor = annual_revenue_minor * $1 \
    WHERE value_minor <> 0 OR annual_revenue_minor <> 0";
const LOWER: &str = "UPDATE account SET \
    value_minor = (value_minor + CASE WHEN value_minor < 0 THEN -$2 ELSE $2 END) / $1, \
    annual_revenue_minor = (annual_revenue_minor + CASE WHEN annual_revenue_minor < 0 THEN -$2 ELSE $2 END) / $1 \
    WHERE value_minor <> 0 OR annual_revenue_minor <> 0";

/// Keeps amounts what they say when the books go over to a currency with other decimals: 1,200.00 becomes
/// 1,200, not 120,000. What the new currency cannot hold is rounded half away from zero.
async fn rescale(tx: &mut Tx, before: Currency, after: Currency) -> Result<()> {
    let factor = 10_i64.pow(u32::from(before.decimals().abs_diff(after.decimals())));
    if factor == 1 {
        return Ok(());
    }
    let statement = if after.decimals() > before.decimals() { RAISE } else { LOWER };
    on_tx!(tx, |connection| {
        let mut query = sqlx::query(statement).bind(factor);
        if statement == LOWER {
            query = query.bind(factor / 2);
        }
        query.execute(connection).await.map(drop)
    })?;
    Ok(())
}

impl Db {
    /// Saves the settings over version `seen` (0 for the first time); answers the new version.
    /// A currency with other decimals takes every amount with it.
    /// Whether the time zone exists is asked before, where the table of zones is.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Conflict`] when somebody else saved meanwhile; [`Failure::ConfirmIdentity`] when
    /// exports are to take more out than before.
    pub async fn save_organisation(
        &self,
        caller: &Caller,
        seen: Version,
        organisation: &Organisation,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Administer, Object::Organisation)?;
        let mut tx = self.begin().await?;
        let before = current(&mut tx).await?;
        let saved: Option<Version> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(SAVE)
                .bind(&organisation.name_zh)
                .bind(&organisation.name_en)
                .bind(organisation.lang.tag())
                .bind(organisation.currency.code())
                .bind(&organisation.time_zone)
                .bind(&organisation.region)
                .bind(caller.now)
                .bind(seen)
                .bind(organisation.export_rows)
                .fetch_optional(connection)
                .await?
        });
        let Some(version) = saved else {
            let version = before.map_or(Version(0), |(_, version)| version);
            let (_, by) = audit::changed_since(&mut tx, Uuid::nil(), seen).await?;
            return Err(Failure::Conflict(Conflict { version, by, fields: Vec::new() }).into());
        };
        let old = before.map(|(organisation, _)| organisation);
        if organisation.takes_more_out_than(old.as_ref()) {
            policy::confirmed(caller)?;
        }
        let currency = old.as_ref().map_or_else(Currency::default, |old| old.currency);
        rescale(&mut tx, currency, organisation.currency).await?;
        let event = if old.is_some() { Event::Changed } else { Event::Created };
        let changed = audit::differences(fields(old.as_ref()), fields(Some(organisation)));
        audit::append(&mut tx, &grant, Uuid::nil(), event, version, &changed).await?;
        tx.commit().await?;
        Ok(version)
    }
}

async fn current(tx: &mut Tx) -> Result<Option<(Organisation, Version)>> {
    let row: Option<Row> =
        on_tx!(tx, |connection| sqlx::query_as(GET).fetch_optional(connection).await)?;
    row.map(Row::read).transpose()
}

fn fields(organisation: Option<&Organisation>) -> Vec<(&'static str, String)> {
    let text = |value: fn(&Organisation) -> &str| {
        organisation.map(|organisation| value(organisation).to_owned()).unwrap_or_default()
    };
    vec![
        ("name_zh", text(|o| &o.name_zh)),
        ("name_en", text(|o| &o.name_en)),
        ("lang", text(|o| o.lang.tag())),
        ("currency", text(|o| o.currency.code())),
        ("time_zone", text(|o| &o.time_zone)),
        ("region", text(|o| &o.region)),
        ("export_rows", organisation.map(|o| o.export_rows.to_string()).unwrap_or_default()),
    ]
}
