//! The system that signs people in by OpenID Connect: what it says of itself, the way there and the way back.
//! What comes back is believed only after `openidconnect` has checked signature, issuer, audience, time and nonce.

mod trip;

pub use trip::{Trip, cookie_of, trip_of};

use crate::{
    outgoing,
    vault::{Vault, Whose},
};
use app::ssr::{ProviderCheck, ProviderSecret};
use domain::{
    failure::Failure,
    provider::{Provider, ProviderFault},
    text,
};
use http::{Request, header};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, JsonWebKeySet, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreErrorResponseType,
        CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
        CoreUserInfoClaims,
    },
};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use store::SealedProvider;

/// How long what a provider says of itself is believed.
const KNOWN_FOR: Duration = Duration::from_secs(600);
/// Longest name of an account there (bytes), by OpenID Connect Core 2.
const SUBJECT_MAX: usize = 255;

/// Signatures that are taken: none by a shared secret, which everybody has who may ask.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why somebody who came back is not let in, for the log; the browser is not told.
#[derive(Debug, thiserror::Error)]
pub enum NotBelieved {
    /// The provider could not be asked.
    #[error("the provider could not be asked: {0:?}")]
    Provider(ProviderFault),
    /// It refused the code.
    #[error("the provider refused the code: {0}")]
    Code(String),
    /// What it says of the person does not hold.
    #[error("the provider's word does not hold: {0}")]
    Word(String),
}

impl From<ProviderFault> for NotBelieved {
    fn from(fault: ProviderFault) -> Self {
        Self::Provider(fault)
    }
}

/// Who the provider says is coming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The account there, by the name that never changes.
    pub subject: String,
    /// Their e-mail address, folded, if the provider has verified it.
    pub verified_email: Option<String>,
}

/// What a provider said of itself lately.
struct Known {
    issuer: String,
    at: Instant,
    metadata: CoreProviderMetadata,
}

/// Asks the provider.
pub struct Providers {
    vault: Arc<Vault>,
    known: Mutex<Option<Known>>,
}

impl Providers {
    /// With the vault that seals its secret.
    pub fn new(vault: Arc<Vault>) -> Self {
        Self { vault, known: Mutex::new(None) }
    }

    /// What the provider says of itself, as it was lately.
    async fn known(&self, issuer: &str) -> Result<CoreProviderMetadata, ProviderFault> {
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = &*known
                && known.issuer == issuer
                && known.at.elapsed() < KNOWN_FOR
            {
                return Ok(known.metadata.clone());
            }
        }
        self.learn(issuer).await
    }

    /// What the provider says of itself now.
    async fn learn(&self, issuer: &str) -> Result<CoreProviderMetadata, ProviderFault> {
        let metadata = describe(issuer).await?;
        let known =
            Known { issuer: issuer.to_owned(), at: Instant::now(), metadata: metadata.clone() };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(metadata)
    }

    fn secret(&self, sealed: &[u8]) -> Result<ClientSecret, ProviderFault> {
        let open = self.vault.open(Whose::Provider, sealed);
        let open = open.inspect_err(
            |error| tracing::error!(%error, "the secret of the provider cannot be opened"),
        );
        let secret = open.ok().and_then(|open| String::from_utf8(open.to_vec()).ok());
        secret.map(ClientSecret::new).ok_or(ProviderFault::Secret)
    }

    /// The address there, for somebody who wants to go on to `next` afterwards, and what the browser keeps meanwhile.
    ///
    /// # Errors
    /// When the provider does not say where that is.
    pub async fn way_out(
        &self,
        stored: &SealedProvider,
        back: &str,
        next: &str,
        now: domain::time::Instant,
    ) -> Result<(String, Trip), ProviderFault> {
        let metadata = self.known(&stored.provider.issuer).await?;
        let secret = self.secret(&stored.sealed_secret)?;
        let client = client(metadata, &stored.provider, secret, back)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let trip = Trip {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            next: next.to_owned(),
            version: stored.version,
            begun_at: now,
        };
        Ok((address.into(), trip))
    }

    /// Who has come back with `code` from the trip that was begun in the same browser.
    ///
    /// # Errors
    /// When the provider does not answer, or does not say what it has to.
    pub async fn way_back(
        &self,
        stored: &SealedProvider,
        back: &str,
        trip: &Trip,
        code: String,
    ) -> Result<Told, NotBelieved> {
        let issuer = &stored.provider.issuer;
        let secret = self.secret(&stored.sealed_secret)?;
        let client = client(self.known(issuer).await?, &stored.provider, secret.clone(), back)?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| ProviderFault::Unfit)?
            .set_pkce_verifier(PkceCodeVerifier::new(trip.verifier.clone()))
            .request_async(&outgoing::send)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(why) => NotBelieved::Provider(why.into()),
                RequestTokenError::ServerResponse(said) => {
                    NotBelieved::Code(said.error().as_ref().to_owned())
                }
                RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                    NotBelieved::Code("unreadable".to_owned())
                }
            })?;
        let word = |error: String| NotBelieved::Word(error);
        let id_token = tokens.id_token().ok_or_else(|| word("no ID token".to_owned()))?;
        let nonce = Nonce::new(trip.nonce.clone());
        let claims = match id_token.claims(&verifier(&client), &nonce) {
            Ok(claims) => claims.clone(),
            // Keys are changed from time to time: look once whether there is a new one.
            Err(openidconnect::ClaimsVerificationError::SignatureVerification(_)) => {
                let fresh = client_again(self, stored, secret, back).await?;
                let claims = id_token.claims(&verifier(&fresh), &nonce);
                claims.map_err(|error| word(error.to_string()))?.clone()
            }
            Err(error) => return Err(word(error.to_string())),
        };
        let subject = claims.subject().as_str().to_owned();
        if subject.is_empty() || subject.len() > SUBJECT_MAX {
            return Err(word("no name of an account".to_owned()));
        }
        let verified_email = match claims.email() {
            Some(_) => verified(&claims),
            None => verified_elsewhere(&client, &tokens, &claims).await,
        };
        Ok(Told { subject, verified_email })
    }

    /// Whether the provider would do, as far as that shows without anybody signing in.
    async fn try_out(
        &self,
        provider: &Provider,
        secret: ProviderSecret,
    ) -> Result<(), ProviderFault> {
        let secret = match secret {
            ProviderSecret::Typed(secret) => ClientSecret::new(secret),
            ProviderSecret::Sealed(sealed) => self.secret(&sealed)?,
        };
        let metadata = self.learn(&provider.issuer).await?;
        // A code that nobody was given. Whoever does not know the client says so before looking at it.
        let client = client(metadata, provider, secret, "http://localhost/")?;
        let answer = client
            .exchange_code(AuthorizationCode::new("rapport".to_owned()))
            .map_err(|_| ProviderFault::Unfit)?
            .request_async(&outgoing::send)
            .await;
        match answer {
            Err(RequestTokenError::Request(why)) => Err(why.into()),
            Err(RequestTokenError::ServerResponse(said)) => match said.error() {
                CoreErrorResponseType::InvalidClient
                | CoreErrorResponseType::UnauthorizedClient => Err(ProviderFault::Client),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

impl ProviderCheck for Providers {
    fn seal(&self, secret: &str) -> Result<Vec<u8>, Failure> {
        self.vault.seal(Whose::Provider, secret.as_bytes()).map_err(|error| {
            tracing::error!(%error, "the secret of the provider cannot be sealed");
            Failure::Unavailable
        })
    }

    fn test<'a>(
        &'a self,
        provider: &'a Provider,
        secret: ProviderSecret,
    ) -> Pin<Box<dyn Future<Output = Result<(), ProviderFault>> + Send + 'a>> {
        Box::pin(self.try_out(provider, secret))
    }
}

/// Asks a provider what it says of itself, and looks whether that will do.
async fn describe(issuer: &str) -> Result<CoreProviderMetadata, ProviderFault> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let request = Request::get(address).header(header::ACCEPT, "application/json").body(Vec::new());
    let answer = outgoing::send(request.map_err(|_| ProviderFault::Unreachable)?).await?;
    if answer.status() != http::StatusCode::OK {
        return Err(ProviderFault::NoDescription(answer.status().as_u16()));
    }
    let said: serde_json::Value =
        serde_json::from_slice(answer.body()).map_err(|_| ProviderFault::Unreadable)?;
    let name = said["issuer"].as_str().ok_or(ProviderFault::Unreadable)?;
    if name != issuer {
        return Err(ProviderFault::OtherName(name.chars().take(300).collect()));
    }
    let metadata: CoreProviderMetadata =
        serde_json::from_value(said.clone()).map_err(|_| ProviderFault::Unreadable)?;
    let token = metadata.token_endpoint().ok_or(ProviderFault::Unfit)?;
    let addresses = [
        Some(metadata.authorization_endpoint().as_str()),
        Some(token.as_str()),
        Some(metadata.jwks_uri().as_str()),
        metadata.userinfo_endpoint().map(|address| address.as_str()),
    ];
    let plain = issuer.starts_with("http://");
    let fine = |address: &str| {
        domain::provider::is_reachable(address) && (plain || address.starts_with("https://"))
    };
    if !addresses.into_iter().flatten().all(fine) {
        return Err(ProviderFault::NotEncrypted);
    }
    let signs = metadata.id_token_signing_alg_values_supported();
    let answers = metadata.response_types_supported();
    if !signs.iter().any(|one| ALGORITHMS.contains(one))
        || !answers.iter().any(|types| **types == [CoreResponseType::Code])
    {
        return Err(ProviderFault::Unfit);
    }
    let keys = JsonWebKeySet::fetch_async(metadata.jwks_uri(), &outgoing::send).await;
    let keys = keys.map_err(|error| match error {
        openidconnect::DiscoveryError::Request(why) => ProviderFault::from(why),
        _ => ProviderFault::Unreadable,
    })?;
    Ok(metadata.set_jwks(keys))
}

fn client(
    metadata: CoreProviderMetadata,
    provider: &Provider,
    secret: ClientSecret,
    back: &str,
) -> Result<Client, ProviderFault> {
    // By the header unless the provider takes the secret in the form alone.
    let ways = metadata.token_endpoint_auth_methods_supported();
    let by_form = ways.is_some_and(|ways| {
        ways.contains(&CoreClientAuthMethod::ClientSecretPost)
            && !ways.contains(&CoreClientAuthMethod::ClientSecretBasic)
    });
    let id = ClientId::new(provider.client_id.clone());
    let back = RedirectUrl::new(back.to_owned()).map_err(|_| ProviderFault::Unfit)?;
    let client = CoreClient::from_provider_metadata(metadata, id, Some(secret));
    let client = client.set_redirect_uri(back);
    Ok(if by_form { client.set_auth_type(openidconnect::AuthType::RequestBody) } else { client })
}

async fn client_again(
    providers: &Providers,
    stored: &SealedProvider,
    secret: ClientSecret,
    back: &str,
) -> Result<Client, ProviderFault> {
    let metadata = providers.learn(&stored.provider.issuer).await?;
    client(metadata, &stored.provider, secret, back)
}

fn verifier(client: &Client) -> openidconnect::core::CoreIdTokenVerifier<'_> {
    client.id_token_verifier().set_allowed_algs(ALGORITHMS)
}

/// The e-mail address of an ID token, if the provider has verified it.
fn verified(claims: &CoreIdTokenClaims) -> Option<String> {
    let verified = claims.email_verified() == Some(true);
    claims
        .email()
        .filter(|email| verified && email.is_ascii())
        .and_then(|email| text::email(email.as_str()).ok())
}

/// The e-mail address that the provider has verified, asked for where the ID token holds none.
async fn verified_elsewhere(
    client: &Client,
    tokens: &openidconnect::core::CoreTokenResponse,
    claims: &CoreIdTokenClaims,
) -> Option<String> {
    use openidconnect::OAuth2TokenResponse;
    let token = tokens.access_token().clone();
    let request = client.user_info(token, Some(claims.subject().clone())).ok()?;
    let told: CoreUserInfoClaims = request.request_async(&outgoing::send).await.ok()?;
    let verified = told.email_verified() == Some(true);
    told.email()
        .filter(|email| verified && email.is_ascii())
        .and_then(|email| text::email(email.as_str()).ok())
}
