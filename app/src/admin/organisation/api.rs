//! Server functions of the organisation's settings.

use crate::error::AppError;
use domain::{
    id::Version,
    organisation::{Organisation, OrganisationForm},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond, services};
#[cfg(feature = "ssr")]
use domain::{
    failure::Failure,
    field::FieldError,
    policy::{self, Action, Object},
};

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationScreen {
    /// The settings.
    pub organisation: Organisation,
    /// Their version.
    pub version: Version,
    /// Names of the time zones to choose from.
    pub zones: Vec<String>,
    /// Codes of the countries to choose from.
    pub regions: Vec<String>,
}

/// The settings, and what can be chosen.
#[server(input = GetUrl)]
pub async fn open_organisation() -> Result<OrganisationScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        policy::look(&caller, Action::Administer, Object::Organisation)?;
        let (organisation, version) = db.organisation_versioned(&caller).await?;
        let zones = with((services()?.zone_names)(), &organisation.time_zone);
        let regions = crate::entry::REGIONS.map(str::to_owned).to_vec();
        let regions = with(regions, &organisation.region);
        Ok(OrganisationScreen { organisation, version, zones, regions })
    };
    respond(answer.await)
}

/// The choices with the one that is stored, so that saving does not change it unasked.
#[cfg(feature = "ssr")]
fn with(mut choices: Vec<String>, stored: &str) -> Vec<String> {
    if !choices.iter().any(|choice| choice == stored) {
        choices.insert(0, stored.to_owned());
    }
    choices
}

/// Saves the settings over version `seen` and leads back to the page.
#[server]
pub async fn save_organisation(seen: Version, form: OrganisationForm) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let mut organisation = form.parse().map_err(Failure::Invalid)?;
        let zone = (services()?.zone)(&organisation.time_zone)
            .ok_or_else(|| Failure::field("time_zone", FieldError::UnknownOption))?;
        // Zones are found in any case of letters; the table's spelling is kept.
        organisation.time_zone = zone.name;
        let version = store::retry(|| db.save_organisation(&caller, seen, &organisation)).await?;
        if crate::ssr::is_plain() {
            leptos_axum::redirect(super::SAVED);
        }
        Ok(version)
    };
    respond(answer.await)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_can_be_chosen() {
        let zones = || vec!["Asia/Shanghai".to_owned(), "UTC".to_owned()];
        assert_eq!(with(zones(), "UTC"), zones());
        assert_eq!(with(zones(), "Etc/GMT+3"), ["Etc/GMT+3", "Asia/Shanghai", "UTC"]);
    }
}
