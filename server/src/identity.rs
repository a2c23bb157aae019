//! Takes the proof of who somebody is who is signed in already: a code where there is a second step, otherwise the
//! password. Every try is counted before it is looked at.

use crate::{second_step, vault::Vault};
use app::ssr::{IdentityCheck, PasswordHasher};
use domain::{
    failure::Failure,
    field::FieldError,
    policy::{Caller, Proof},
    user::PASSWORD_MAX,
};
use std::{pin::Pin, sync::Arc};
use store::{Db, StoreError};

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
    ) -> Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>> {
        let this = self.clone();
        Box::pin(async move {
            let answer = match caller.confirmed.by {
                Proof::Code => this.by_code(&caller, &answer).await,
                Proof::Password => this.by_password(&caller, answer).await,
            };
            if matches!(answer, Err(StoreError::Refused(Failure::Invalid(_)))) {
                store::retry(|| this.db.note_failed_proof(&caller)).await?;
            }
            answer
        })
    }
}

/// The answer was not right; nothing more is told.
fn wrong() -> StoreError {
    Failure::field("answer", FieldError::Differs).into()
}

impl Identity {
    async fn by_code(&self, caller: &Caller, answer: &str) -> Result<(), StoreError> {
        store::retry(|| self.db.claim_own_code(caller)).await?;
        let own = self.db.own_second_step(caller).await?;
        let step = own.step.filter(|step| step.on_since.is_set()).ok_or_else(wrong)?;
        let proof =
            second_step::read(&self.vault, caller.user, &step.sealed_key, answer, caller.now);
        let proof = proof.ok_or_else(wrong)?;
        told(store::retry(|| self.db.confirm_session(caller, Some(&proof))).await)
    }

    async fn by_password(&self, caller: &Caller, answer: String) -> Result<(), StoreError> {
        if answer.len() > PASSWORD_MAX {
            return Err(wrong());
        }
        let stored = self.db.own_password(caller).await?;
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
fn told(answer: Result<(), StoreError>) -> Result<(), StoreError> {
    match answer {
        Err(StoreError::Refused(Failure::SignedOut)) => Err(wrong()),
        answer => answer,
    }
}
