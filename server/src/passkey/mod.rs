//! Passkeys (WebAuthn) as browsers speak of them: what they are asked, and whether their answer is true. That nothing
//! counts twice is the store's to see to.

mod ceremony;

pub use ceremony::{Ceremony, split};

use crate::client::Client;
use domain::{id::UserId, passkey};
use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use store::{StoredPasskey, UsedPasskey};
use webauthn_rs::prelude::{
    Credential, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder,
};

/// Longest answer of a browser (bytes): those of devices that vouch for themselves hold a few certificates.
pub const ANSWER_MAX: usize = 32 * 1024;

/// How long a browser asks its owner (seconds); the challenge waits a little longer.
const ASKS_FOR: u64 = 240;

/// The name people come by, for which passkeys are made and used.
pub struct Party {
    webauthn: Webauthn,
    /// The name.
    pub host: String,
}

/// What a browser is asked, and what its answer is compared with.
pub struct Question {
    /// For the browser.
    pub options: Value,
    /// For the database.
    pub state: String,
}

/// A passkey that a browser has made.
pub struct Made {
    /// What browsers call it.
    pub credential_id: Vec<u8>,
    /// The public key and what belongs to it.
    pub credential: String,
    /// The counter it came with.
    pub counter: u32,
}

/// Says why in the log; whoever asked is not told.
fn believed<T, Why: std::fmt::Display>(answer: Result<T, Why>) -> Option<T> {
    answer.inspect_err(|why| tracing::info!(%why, "an answer about a passkey is not believed")).ok()
}

fn read<T: for<'a> Deserialize<'a>>(answer: &str) -> Option<T> {
    if answer.len() > ANSWER_MAX {
        return None;
    }
    believed(serde_json::from_str(answer))
}

fn question(options: Result<Value, serde_json::Error>, state: &impl Serialize) -> Option<Question> {
    Some(Question { options: believed(options)?, state: believed(serde_json::to_string(state))? })
}

fn text(bytes: &[u8]) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    Value::String(URL_SAFE_NO_PAD.encode(bytes))
}

impl Party {
    /// At the name this request came by, which the gate knows as one of ours; `None` where browsers know no passkeys.
    pub fn at(client: Client, headers: &HeaderMap) -> Option<Self> {
        let authority = headers.get(header::HOST)?.to_str().ok()?;
        let host = passkey::host(authority, client.https)?;
        let scheme = if client.https { "https" } else { "http" };
        let origin = Url::parse(&format!("{scheme}://{authority}")).ok()?;
        let built = WebauthnBuilder::new(&host, &origin)
            .and_then(|builder| {
                builder.rp_name("Rapport").timeout(Duration::from_secs(ASKS_FOR)).build()
            })
            .inspect_err(|error| tracing::error!(%error, host, "no passkeys for this name"));
        Some(Self { webauthn: built.ok()?, host })
    }

    /// Asks for a new passkey that stays findable on its device without an address; `before` are those there are.
    pub fn ask_to_make(
        &self,
        user: UserId,
        email: &str,
        name: &str,
        before: &[StoredPasskey],
    ) -> Option<Question> {
        let known = before.iter().filter_map(|before| stored(before).map(|known| known.cred_id));
        let (asked, state) = believed(self.webauthn.start_passkey_registration(
            user.0,
            email,
            name,
            Some(known.collect()),
        ))?;
        let options = serde_json::to_value(asked).map(|mut options| {
            let wanted = &mut options["publicKey"]["authenticatorSelection"];
            wanted["residentKey"] = json!("required");
            wanted["requireResidentKey"] = json!(true);
            options
        });
        question(options, &state)
    }

    /// The passkey that was made, if it was for this question.
    pub fn made(&self, state: &str, answer: &str) -> Option<Made> {
        let state: PasskeyRegistration = believed(serde_json::from_str(state))?;
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let made = believed(self.webauthn.finish_passkey_registration(&answer, &state))?;
        let credential = believed(serde_json::to_string(&made))?;
        let made = Credential::from(made);
        Some(Made { credential_id: made.cred_id, credential, counter: made.counter })
    }

    /// Asks for any passkey of this name, or for one of `these` where it is known who somebody is.
    pub fn ask_to_use(&self, these: &[StoredPasskey]) -> Option<Question> {
        let (mut asked, state) = believed(self.webauthn.start_discoverable_authentication())?;
        // The browser asks when its button was pressed, not while an address is typed.
        asked.mediation = None;
        let options = serde_json::to_value(asked).map(|mut options| {
            let known = these.iter().filter_map(stored);
            let allowed: Vec<Value> = known
                .map(|known| json!({ "type": "public-key", "id": text(&known.cred_id) }))
                .collect();
            options["publicKey"]["allowCredentials"] = Value::Array(allowed);
            options
        });
        question(options, &state)
    }

    /// What browsers call the passkey that was used, and whose it is by its own word, which may be missing where it
    /// was asked for by name.
    pub fn used_which(&self, answer: &str) -> Option<(Vec<u8>, Option<UserId>)> {
        let answer: PublicKeyCredential = read(answer)?;
        let said = match answer.get_user_unique_id() {
            None => None,
            Some(_) => {
                let (user, _) =
                    believed(self.webauthn.identify_discoverable_authentication(&answer))?;
                Some(UserId(user))
            }
        };
        Some((answer.get_credential_id().to_vec(), said))
    }

    /// The use of a passkey, if it was for this question and by this passkey. Whether its counter goes back is looked
    /// at here and, against a second one at the same time, once more when it is noted.
    pub fn used(&self, state: &str, answer: &str, by: &StoredPasskey) -> Option<UsedPasskey> {
        let state: DiscoverableAuthentication = believed(serde_json::from_str(state))?;
        let answer: PublicKeyCredential = read(answer)?;
        let known = stored(by)?;
        let told =
            believed(self.webauthn.finish_discoverable_authentication_v2(&answer, state, &known))?;
        let itself = told.user_verified() && told.cred_id() == &known.cred_id;
        itself.then(|| UsedPasskey { id: by.id, counter: told.counter() })
    }
}

/// A passkey as it is compared with, with its newest counter.
fn stored(passkey: &StoredPasskey) -> Option<Credential> {
    let kept: Passkey = serde_json::from_str(&passkey.credential)
        .inspect_err(|error| tracing::error!(%error, id = %passkey.id, "a passkey is unreadable"))
        .ok()?;
    let mut known = Credential::from(kept);
    known.counter = passkey.counter;
    Some(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn party(host: &str, https: bool) -> Option<Party> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        let client = Client { address: IpAddr::V4(Ipv4Addr::LOCALHOST), https };
        Party::at(client, &headers)
    }

    #[test]
    fn passkeys_are_there_for_names_only() {
        assert_eq!(party("crm.example.com", true).unwrap().host, "crm.example.com");
        assert_eq!(party("localhost:7300", false).unwrap().host, "localhost");
        assert!(party("127.0.0.1:7300", false).is_none());
        assert!(party("crm.example.com", false).is_none());
        assert!(party("a b", true).is_none());
    }

    #[test]
    fn browsers_are_asked_for_verified_owners_and_findable_keys() {
        let party = party("localhost:7300", false).unwrap();
        let user = UserId(uuid::Uuid::from_u128(7));
        let asked = party.ask_to_make(user, "lin@example.com", "Lin", &[]).unwrap().options;
        let wanted = &asked["publicKey"]["authenticatorSelection"];
        assert_eq!(wanted["userVerification"], "required");
        assert_eq!(wanted["residentKey"], "required");
        assert_eq!(asked["publicKey"]["attestation"], "none");
        assert_eq!(asked["publicKey"]["rp"]["id"], "localhost");
        let asked = party.ask_to_use(&[]).unwrap().options;
        assert_eq!(asked["publicKey"]["userVerification"], "required");
        assert_eq!(asked["publicKey"]["allowCredentials"], json!([]));
        assert_eq!(asked.get("mediation"), None);
    }

    #[test]
    fn what_is_no_answer_is_not_believed() {
        let party = party("localhost:7300", false).unwrap();
        let state = party.ask_to_use(&[]).unwrap().state;
        for answer in ["", "{}", "null", &"x".repeat(ANSWER_MAX + 1)] {
            assert!(party.used_which(answer).is_none());
            assert!(party.made(&state, answer).is_none());
        }
    }
}
