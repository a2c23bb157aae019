//! Takes the proof of who somebody is who is signed in already: a code or a passkey where there is a second
//! step, otherwise the password. Every try is counted before it is looked at.

use crate::{
    client::Client,
    passkey::{Ceremony, Party},
    second_step,
    vault::Vault,
};
use app::ssr::{IdentityCheck, PasswordHasher};
use domain::{
    failure::Failure,
    field::FieldError,
    passkey::Purpose,
    policy::{Caller, Proof},
    user::PASSWORD_MAX,
};
use std::{pin::Pin, sync::Arc};
use store::{Db, SecondProof, Secret, StoreError};

/// What it takes to check a proof.
#[derive(Clone)]
pub struct Identity {
    /// The database.
    pub db: Db,
    /// Compares passwords.
    pub passwords: Arc<dyn PasswordHasher>,
    /// Opens keys of code generators.
    pub vault: Arc<Vault>,
}

impl IdentityCheck for Identity {
    fn confirm(
        &self,
        caller: Caller,
        answer: String,
    ) -> Pin<Box<dyn Future<Output = Result<Secret, StoreError>> + Send>> {
        let this = self.clone();
        Box::pin(async move {
            let answer = match caller.confirmed.by {
                // Recovery codes are there for whoever has passkeys, too.
                Proof::Code | Proof::Passkey | Proof::CodeOrPasskey => {
                    this.by_code(&caller, &answer).await
                }
                Proof::Password => this.by_password(&caller, answer).await,
            };
            this.noted(&caller, answer).await
        })
    }

    fn confirm_by_passkey(
        &self,
        caller: Caller,
        request: &http::request::Parts,
        answer: String,
    ) -> Pin<Box<dyn Future<Output = Result<Secret, StoreError>> + Send>> {
        let this = self.clone();
        let client = request.extensions.get::<Client>();
        let party = client.and_then(|client| Party::at(*client, &request.headers));
        Box::pin(async move {
            let answer = this.by_passkey(&caller, party.as_ref(), &answer).await;
            this.noted(&caller, answer).await
        })
    }
}

/// The answer was not right; nothing more is told.
fn wrong() -> StoreError {
    Failure::field("answer", FieldError::Differs).into()
}

impl Identity {
    async fn by_code(&self, caller: &Caller, answer: &str) -> Result<Secret, StoreError> {
        store::retry(|| self.db.claim_own_code(caller)).await?;
        let own = self.db.own_second_step(caller).await?;
        let step = own.step.filter(|step| step.on_since.is_set());
        let key = step.as_ref().map(|step| &*step.sealed_key);
        let proof = second_step::read(&self.vault, caller.user, key, answer, caller.now);
        let proof = proof.ok_or_else(wrong)?;
        told(store::retry(|| self.db.confirm_session(caller, Some(&proof))).await)
    }

    /// The answer; one that was wrong is in the audit log.
    async fn noted(
        &self,
        caller: &Caller,
        answer: Result<Secret, StoreError>,
    ) -> Result<Secret, StoreError> {
        if matches!(answer, Err(StoreError::Refused(Failure::Invalid(_)))) {
            store::retry(|| self.db.note_failed_proof(caller)).await?;
        }
        answer
    }

    async fn by_passkey(
        &self,
        caller: &Caller,
        party: Option<&Party>,
        answer: &str,
    ) -> Result<Secret, StoreError> {
        // Counted first: every line about a wrong one stands for a try that was counted.
        store::retry(|| self.db.claim_own_code(caller)).await?;
        let party = party.ok_or_else(wrong)?;
        let ceremony = Ceremony::of_session(&self.db, party, Purpose::Confirm, caller);
        let proved = ceremony.proved(answer, Some(caller.user), caller.now).await;
        let proof = proved.map(|(_, used)| SecondProof::Passkey(used)).map_err(|(_, error)| error);
        match proof {
            Ok(proof) => told(store::retry(|| self.db.confirm_session(caller, Some(&proof))).await),
            Err(error) => told(Err(error)),
        }
    }

    async fn by_password(&self, caller: &Caller, answer: String) -> Result<Secret, StoreError> {
        let stored = self.db.own_password(caller).await?;
        if answer.len() > PASSWORD_MAX {
            return Err(wrong());
        }
        let fits = match self.passwords.verify(answer, stored).await {
            Ok(fits) => fits,
            Err(busy) => {
                // Nobody looked at it, so it was no try.
                self.db.take_back_own_try(caller).await?;
                return Err(busy.into());
            }
        };
        if !fits {
            return Err(wrong());
        }
        told(store::retry(|| self.db.confirm_session(caller, None)).await)
    }
}

/// What was used before is as wrong as what never fitted.
fn told(answer: Result<Secret, StoreError>) -> Result<Secret, StoreError> {
    match answer {
        Err(StoreError::Refused(Failure::SignedOut)) => Err(wrong()),
        answer => answer,
    }
}
