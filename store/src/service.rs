//! How the organisation helps its customers: business hours, times by priority, categories. One setting; it is read with
//! its version, so that two who change it are told.

use crate::{audit, db::Db, error::Result, settings::Versioned};
use domain::{
    id::Version,
    policy::{self, Action, Caller, Object},
    service::ServicePolicy,
};
use uuid::Uuid;

const POLICY: Versioned =
    Versioned { name: "service.policy", lock: "service.lock", id: Uuid::from_u128(1) };

impl Db {
    /// How the organisation helps its customers, and the version that is; version 0 until somebody sets it.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn service_policy(&self, caller: &Caller) -> Result<(ServicePolicy, Version)> {
        policy::view(caller, Object::Organisation)?;
        POLICY.get(self).await
    }

    /// Sets it, over version `seen`; answers the new version. Cases that are open keep the times they are due at until
    /// their priority changes or they wait for the customer.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`]; [`domain::failure::Failure::Conflict`] when somebody else set it meanwhile.
    pub async fn save_service_policy(
        &self,
        caller: &Caller,
        seen: Version,
        service: &ServicePolicy,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Administer, Object::Organisation)?;
        let changes = |before: &ServicePolicy, after: &ServicePolicy| {
            audit::differences(fields(before), fields(after))
        };
        POLICY.save(self.begin().await?, &grant, seen, service, changes).await
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
