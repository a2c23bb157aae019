//! How the organisation helps its customers: business hours, times by priority, categories. One setting; it is read with
//! its version, so that two who change it are told.

use crate::{
    audit,
    db::{Db, on_tx},
    error::{Result, StoreError},
    settings,
};
use domain::{
    audit::Event,
    failure::{Conflict, Failure},
    id::Version,
    policy::{self, Action, Caller, Object},
    service::ServicePolicy,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The name of the setting.
const NAME: &str = "service.policy";
/// What its lines in the trail are about: there is one of it.
const ID: Uuid = Uuid::from_u128(1);
const GET: &str = "SELECT value FROM setting WHERE name = $1";

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    version: i64,
    policy: ServicePolicy,
}

fn read(stored: Option<String>) -> Result<Kept> {
    let Some(stored) = stored else { return Ok(Kept::default()) };
    serde_json::from_str(&stored).map_err(|_| StoreError::Unreadable("setting service.policy"))
}

impl Db {
    /// How the organisation helps its customers, and the version that is; version 0 until somebody sets it.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn service_policy(&self, caller: &Caller) -> Result<(ServicePolicy, Version)> {
        policy::view(caller, Object::Organisation)?;
        let kept = read(settings::get(self, NAME).await?)?;
        Ok((kept.policy, Version(kept.version)))
    }

    /// Sets it, over version `seen`; answers the new version. Cases that are open keep the times they are due at until
    /// their priority changes or they wait for the customer.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Conflict`] when somebody else set it meanwhile.
    pub async fn save_service_policy(
        &self,
        caller: &Caller,
        seen: Version,
        service: &ServicePolicy,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Administer, Object::Organisation)?;
        let mut tx = self.begin().await?;
        // Whoever comes second waits here, and reads what the first one wrote.
        settings::lock(&mut tx, "service.lock", caller.now).await?;
        let stored: Option<String> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(GET).bind(NAME).fetch_optional(connection).await
        })?;
        let before = read(stored)?;
        if before.version != seen.0 {
            let (_, by) = audit::changed_since(&mut tx, ID, seen).await?;
            let version = Version(before.version);
            return Err(Failure::Conflict(Conflict { version, by, fields: Vec::new() }).into());
        }
        let version = Version(seen.0 + 1);
        let kept = Kept { version: version.0, policy: service.clone() };
        let json = serde_json::to_string(&kept)
            .map_err(|_| StoreError::Unreadable("setting service.policy"))?;
        settings::put(&mut tx, NAME, &json, caller.now).await?;
        let changes = audit::differences(fields(&before.policy), fields(service));
        audit::append(&mut tx, &grant, ID, Event::Changed, version, &changes).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// The settings as people typed them, one line each.
fn fields(service: &ServicePolicy) -> Vec<(&'static str, String)> {
    let typed = service.typed();
    let week = typed.week.iter().map(|day| match day.from.as_str() {
        "" => "-".to_owned(),
        from => format!("{from}-{}", day.until),
    });
    let targets = typed.targets.iter().map(|target| format!("{}/{}", target.answer, target.solve));
    let joined = |parts: Vec<String>| parts.join(" ");
    vec![
        ("business_hours", joined(week.collect())),
        ("holidays", typed.holidays.replace('\n', " ")),
        ("extra_days", typed.extra_days.replace('\n', " ")),
        ("targets", joined(targets.collect())),
        ("categories", typed.categories.replace('\n', ", ")),
    ]
}
