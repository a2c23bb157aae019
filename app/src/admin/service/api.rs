//! Server functions of how customers are helped: business hours, times by priority, categories.

use crate::error::AppError;
use domain::{id::Version, service::ServiceForm};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};
#[cfg(feature = "ssr")]
use domain::{
    failure::Failure,
    policy::{self, Action, Object},
};

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceScreen {
    /// The settings as they are typed.
    pub form: ServiceForm,
    /// Their version.
    pub version: Version,
}

/// The settings.
#[server(input = GetUrl)]
pub async fn open_service() -> Result<ServiceScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        policy::look(&caller, Action::Administer, Object::Organisation)?;
        let (service, version) = db.service_policy(&caller).await?;
        Ok(ServiceScreen { form: service.typed(), version })
    };
    respond(answer.await)
}

/// Saves the settings over version `seen` and leads back to the page.
#[server]
pub async fn save_service(seen: Version, form: ServiceForm) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let service = form.parse().map_err(Failure::Invalid)?;
        let saved = store::retry(|| db.save_service_policy(&caller, seen, &service)).await?;
        if crate::ssr::is_plain() {
            leptos_axum::redirect(super::SAVED);
        }
        Ok(saved)
    };
    respond(answer.await)
}
