//! One question about a passkey and its answer: the challenge waits in the database, comes out once, and only for what
//! and for whom it was asked.

use super::{Party, Question};
use domain::{failure::Failure, id::UserId, passkey::Purpose, policy::Caller, time::Instant};
use serde_json::{Value, json};
use store::{Challenge, Db, Holder, Secret, StoreError, UsedPasskey};

/// What a question is for, and for whom.
pub struct Ceremony<'a> {
    /// Where challenges wait.
    pub db: &'a Db,
    /// The name it is asked at.
    pub party: &'a Party,
    /// What for.
    pub purpose: Purpose,
    /// The session or the half-done sign-in; empty while nobody is signed in.
    pub bound_to: Vec<u8>,
}

/// Ticket and answer out of the field that both come in, with a blank between them.
pub fn split(typed: &str) -> Option<(Secret, &str)> {
    let (ticket, answer) = typed.split_once(' ')?;
    Some((Secret::read(ticket)?, answer))
}

impl<'a> Ceremony<'a> {
    /// For whoever is signed in.
    pub fn of_session(db: &'a Db, party: &'a Party, purpose: Purpose, caller: &Caller) -> Self {
        let bound_to = caller.session.map_or(Vec::new(), |session| session.0.as_bytes().to_vec());
        Self { db, party, purpose, bound_to }
    }

    fn challenge<'b>(&'b self, ticket_hash: &'b [u8; 32]) -> Challenge<'b> {
        Challenge {
            ticket_hash,
            purpose: self.purpose,
            bound_to: &self.bound_to,
            host: &self.party.host,
        }
    }

    /// Lets the question wait for its answer; answers what the browser is told.
    pub async fn ask(&self, question: Option<Question>, now: Instant) -> Result<Value, StoreError> {
        let (Some(question), Some(ticket)) = (question, Secret::new()) else {
            return Err(Failure::Unavailable.into());
        };
        let hash = ticket.hash();
        let asked = self.challenge(&hash);
        store::retry(|| self.db.keep_challenge(asked, &question.state, now)).await?;
        Ok(json!({ "ticket": ticket.text(), "options": question.options }))
    }

    /// What an answer is compared with; [`Failure::SignedOut`] when nothing waits for it.
    pub async fn take(&self, ticket: &Secret, now: Instant) -> Result<String, StoreError> {
        let hash = ticket.hash();
        let asked = self.challenge(&hash);
        let state = store::retry(|| self.db.take_challenge(asked, now)).await?;
        state.ok_or_else(|| Failure::SignedOut.into())
    }

    /// Who proved themselves by which passkey. `known` is who it has to be, where that is known already; otherwise the
    /// browser has to say it. [`Failure::SignedOut`] stands for everything that must not be told apart; the id beside
    /// it is for the trail.
    pub async fn proved(
        &self,
        typed: &str,
        known: Option<UserId>,
        now: Instant,
    ) -> Result<(Holder, UsedPasskey), (Option<UserId>, StoreError)> {
        let refused = |user| move |error| (user, error);
        let no = |user| (user, StoreError::from(Failure::SignedOut));
        let (ticket, answer) = split(typed).ok_or(no(known))?;
        let state = self.take(&ticket, now).await.map_err(refused(known))?;
        let (credential_id, said) = self.party.used_which(answer).ok_or(no(known))?;
        let holder = self.db.passkey_holder(&credential_id, &self.party.host, now).await;
        let holder = holder.map_err(refused(known))?.ok_or(no(known))?;
        let user = holder.passkey.user;
        let meant = match known {
            Some(known) => user == known && said.is_none_or(|said| said == user),
            None => said == Some(user),
        };
        if !meant || holder.disabled {
            return Err(no(known.or(Some(user))));
        }
        let used = self.party.used(&state, answer, &holder.passkey).ok_or(no(Some(user)))?;
        Ok((holder, used))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticket_and_answer_come_in_one_field() {
        let ticket = "0".repeat(64);
        assert_eq!(split(&format!("{ticket} {{\"a\": 1}}")).unwrap().1, "{\"a\": 1}");
        for wrong in ["", " ", "{}", "00 {}"] {
            assert!(split(wrong).is_none(), "{wrong}");
        }
    }
}
