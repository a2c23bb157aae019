//! Server functions of how people come in.

use crate::error::AppError;
use domain::{
    id::Version,
    policy::Held,
    provider::{ProviderFault, ProviderForm, StoredProvider},
    structure::Structure,
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{ProviderSecret, desk, respond, services, visit};
#[cfg(feature = "ssr")]
use domain::{
    failure::Failure,
    field::FieldError,
    policy::{self, Action, Object},
    provider::RETURN_PATH,
};

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInScreen {
    /// The other system, without its secret.
    pub provider: StoredProvider,
    /// The address that it has to send people back to.
    pub back: String,
    /// Roles that demand a second step.
    pub second_step_roles: Vec<Held>,
    /// Roles made here, to choose from.
    pub structure: Structure,
}

/// How people come in.
#[server(input = GetUrl)]
pub async fn open_sign_in() -> Result<SignInScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let provider = db.provider(&caller).await?;
        let second_step_roles = db.second_step_roles(&caller).await?;
        let structure = db.structure(&caller).await?;
        Ok(SignInScreen { provider, back: back()?, second_step_roles, structure })
    };
    respond(answer.await)
}

/// The address to be sent back to, by the name that whoever asks came by.
#[cfg(feature = "ssr")]
fn back() -> Result<String, AppError> {
    let scheme = if visit()?.https { "https" } else { "http" };
    let host = use_context::<http::request::Parts>()
        .and_then(|parts| Some(parts.headers.get("host")?.to_str().ok()?.to_owned()))
        .unwrap_or_default();
    Ok(format!("{scheme}://{host}{RETURN_PATH}"))
}

/// Lets these roles and no others demand a second step, instead of those that were `seen`.
#[server(input = Json)]
pub async fn require_second_step(seen: Vec<Held>, roles: Vec<Held>) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let done = store::retry(|| db.require_second_step(&caller, Some(&seen), &roles));
    respond(done.await.map_err(AppError::from))
}

/// Saves the other system over version `seen`; answers the new version.
#[server(input = Json)]
pub async fn save_provider(seen: Version, form: ProviderForm) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        policy::check_confirmed(&caller, Action::Administer, Object::Organisation)?;
        let (provider, secret) = form.parse().map_err(Failure::Invalid)?;
        let sealed =
            secret.map(|secret| services()?.provider.seal(&secret).map_err(AppError::from));
        let sealed = sealed.transpose()?;
        let saved =
            store::retry(|| db.save_provider(&caller, seen, &provider, sealed.as_deref())).await?;
        Ok(saved)
    };
    respond(answer.await)
}

/// Tries the other system out as it is typed; answers what is wrong with it, if anything.
#[server(input = Json)]
pub async fn test_provider(form: ProviderForm) -> Result<Option<ProviderFault>, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        // Whoever may not save it may not have Rapport knock at addresses either.
        policy::check_confirmed(&caller, Action::Administer, Object::Organisation)?;
        let (provider, typed) = form.parse().map_err(Failure::Invalid)?;
        let secret = match typed {
            Some(secret) => ProviderSecret::Typed(secret),
            None => {
                let stored = db.sealed_provider(&caller).await?;
                // What one system was told is not shown to the next.
                let stored = stored.filter(|stored| stored.provider.issuer == provider.issuer);
                let stored =
                    stored.ok_or_else(|| Failure::field("client_secret", FieldError::Required))?;
                ProviderSecret::Sealed(stored.sealed_secret)
            }
        };
        Ok(services()?.provider.test(&provider, secret).await.err())
    };
    respond(answer.await)
}
