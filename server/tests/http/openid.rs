//! A small provider of sign-ins for the tests: describes itself, hands out codes to whom a test lets in, and gives for a
//! code what OpenID Connect says, or what a test wants to be wrong.

use axum::{
    Json, Router,
    extract::{Form, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode, header};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

/// What Rapport is known by there.
pub const CLIENT: &str = "rapport";
/// What it proves that with; holds what a header must escape.
pub const SECRET: &str = "s3cret of+the/client";

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// As it should be.
    Well,
    /// With a key of somebody else.
    Foreign,
    /// Not at all.
    Not,
    /// With the secret that the client has as well.
    WithSecret,
}

struct Code {
    challenge: String,
    back: String,
    claims: Value,
    told: Value,
    signed: Signed,
}

struct Inside {
    address: String,
    key: EcdsaKeyPair,
    key_id: u32,
    codes: Mutex<HashMap<String, Code>>,
    told: Mutex<HashMap<String, Value>>,
    /// Changes what it says of itself.
    described: Mutex<Value>,
    keys: Mutex<Vec<Value>>,
    signing: Mutex<Option<EcdsaKeyPair>>,
}

/// The provider.
pub struct Provider {
    inside: Arc<Inside>,
}

fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap()
}

fn public(key: &EcdsaKeyPair, id: u32) -> Value {
    let point = key.public_key().as_ref();
    let [x, y] = [&point[1..33], &point[33..65]].map(|part| URL_SAFE_NO_PAD.encode(part));
    json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id.to_string(), "x": x, "y": y })
}

/// The parameters of an address.
pub fn parameters(address: &str) -> HashMap<String, String> {
    let (_, query) = address.split_once('?').unwrap();
    query
        .split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            (name.to_owned(), unescaped(value))
        })
        .collect()
}

fn unescaped(raw: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = raw.as_bytes();
    while let [first, after @ ..] = rest {
        let (byte, after) = match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                (u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap(), after)
            }
            (b'+', after) => (b' ', after),
            (other, after) => (*other, after),
        };
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).unwrap()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

impl Provider {
    /// Starts one on a free port of this machine.
    pub fn start() -> Self {
        let (send, receive) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let inside = Arc::new(Inside::new(listener.local_addr().unwrap()));
                send.send(inside.clone()).unwrap();
                let router = Router::new()
                    .route("/.well-known/openid-configuration", get(describe))
                    .route("/keys", get(keys))
                    .route("/token", post(token))
                    .route("/userinfo", get(told))
                    .route("/elsewhere/.well-known/openid-configuration", get(elsewhere))
                    .with_state(inside);
                serve(listener, router).await;
            });
        });
        Self { inside: receive.recv().unwrap() }
    }

    /// Its name.
    pub fn issuer(&self) -> &str {
        &self.inside.address
    }

    /// The form of the settings, with `more` in it.
    pub fn form(&self, more: Value) -> Value {
        let form = json!({
            "on": true, "issuer": self.issuer(), "client_id": CLIENT, "client_secret": SECRET,
            "button_en": "Sign in with Acme", "button_zh": "使用企业账号登录",
        });
        merged(form, more)
    }

    /// Lets somebody in who was sent to `address` and has these claims; answers the path they are sent back to.
    pub fn let_in(&self, address: &str, claims: Value) -> String {
        self.let_in_signed(address, claims, Signed::Well)
    }

    /// The same with a token that is signed as said.
    pub fn let_in_signed(&self, address: &str, claims: Value, signed: Signed) -> String {
        self.answer(address, claims, json!(null), signed)
    }

    /// The same where `told` is what it says of the person beside the token.
    pub fn answer(&self, address: &str, claims: Value, told: Value, signed: Signed) -> String {
        assert!(address.starts_with(&format!("{}/authorize?", self.issuer())), "{address}");
        let asked = parameters(address);
        assert_eq!((&*asked["response_type"], &*asked["client_id"]), ("code", CLIENT));
        assert_eq!((&*asked["scope"], &*asked["code_challenge_method"]), ("openid email", "S256"));
        assert!(asked["state"].len() >= 16 && asked["nonce"].len() >= 16);
        let own = json!({
            "iss": self.issuer(), "aud": CLIENT, "iat": now(), "exp": now() + 60,
            "nonce": asked["nonce"], "email_verified": true,
        });
        let code = uuid::Uuid::new_v4().simple().to_string();
        let kept = Code {
            challenge: asked["code_challenge"].clone(),
            back: asked["redirect_uri"].clone(),
            claims: merged(own, claims),
            told,
            signed,
        };
        self.inside.codes.lock().unwrap().insert(code.clone(), kept);
        let (_, path) = asked["redirect_uri"].split_once("//").unwrap();
        let (_, path) = path.split_once('/').unwrap();
        format!("/{path}?code={code}&state={}", asked["state"])
    }

    /// Signs with another key from now on, and names that one alone.
    pub fn change_key(&self) {
        let key = new_key();
        *self.inside.keys.lock().unwrap() = vec![public(&key, 2)];
        *self.inside.signing.lock().unwrap() = Some(key);
    }

    /// Says this of itself from now on.
    pub fn describe(&self, more: Value) {
        *self.inside.described.lock().unwrap() = more;
    }
}

async fn serve(listener: tokio::net::TcpListener, router: Router) {
    use hyper::server::conn::http1;
    use hyper_util::{rt::TokioIo, service::TowerToHyperService};
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

fn merged(mut all: Value, more: Value) -> Value {
    if let (Some(all), Some(more)) = (all.as_object_mut(), more.as_object()) {
        all.extend(more.clone());
        all.retain(|_, value| !value.is_null());
    }
    all
}

impl Inside {
    fn new(address: SocketAddr) -> Self {
        let key = new_key();
        let keys = Mutex::new(vec![public(&key, 1)]);
        Self {
            address: format!("http://{address}"),
            key,
            key_id: 1,
            codes: Mutex::default(),
            told: Mutex::default(),
            described: Mutex::new(json!({})),
            keys,
            signing: Mutex::new(None),
        }
    }

    fn signed(&self, claims: &Value, how: Signed) -> String {
        let (algorithm, id) = match how {
            Signed::Not => ("none", self.key_id),
            Signed::WithSecret => ("HS256", self.key_id),
            Signed::Well if self.signing.lock().unwrap().is_some() => ("ES256", 2),
            Signed::Well | Signed::Foreign => ("ES256", self.key_id),
        };
        let head = json!({ "alg": algorithm, "kid": id.to_string(), "typ": "JWT" });
        let [head, claims] = [&head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let text = format!("{head}.{claims}");
        let by = |key: &EcdsaKeyPair| {
            let seal = key.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
            URL_SAFE_NO_PAD.encode(seal.as_ref())
        };
        let seal = match how {
            Signed::Well => match &*self.signing.lock().unwrap() {
                Some(key) => by(key),
                None => by(&self.key),
            },
            Signed::Foreign => by(&new_key()),
            Signed::Not => String::new(),
            Signed::WithSecret => {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
                URL_SAFE_NO_PAD.encode(ring::hmac::sign(&key, text.as_bytes()).as_ref())
            }
        };
        format!("{text}.{seal}")
    }
}

async fn describe(State(inside): State<Arc<Inside>>) -> Json<Value> {
    let address = &inside.address;
    let own = json!({
        "issuer": address,
        "authorization_endpoint": format!("{address}/authorize"),
        "token_endpoint": format!("{address}/token"),
        "userinfo_endpoint": format!("{address}/userinfo"),
        "jwks_uri": format!("{address}/keys"),
        "response_types_supported": ["code", "code id_token"],
        "subject_types_supported": ["public"],
        // The last two are refused whatever it says.
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    });
    Json(merged(own, inside.described.lock().unwrap().clone()))
}

async fn elsewhere(State(inside): State<Arc<Inside>>) -> Response {
    let to = format!("{}/.well-known/openid-configuration", inside.address);
    (StatusCode::FOUND, [(header::LOCATION, to)]).into_response()
}

async fn keys(State(inside): State<Arc<Inside>>) -> Json<Value> {
    Json(json!({ "keys": *inside.keys.lock().unwrap() }))
}

fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}

async fn token(
    State(inside): State<Arc<Inside>>,
    headers: HeaderMap,
    Form(asked): Form<HashMap<String, String>>,
) -> Response {
    let client = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let client = client.and_then(|value| value.strip_prefix("Basic ")).unwrap_or_default();
    let client = String::from_utf8(STANDARD.decode(client).unwrap()).unwrap();
    let (id, secret) = client.split_once(':').unwrap_or_default();
    if unescaped(id) != CLIENT || unescaped(secret) != SECRET {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let text = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let Some(code) = inside.codes.lock().unwrap().remove(text("code")) else {
        return refused(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    let verifier = URL_SAFE_NO_PAD.encode(Sha256::digest(text("code_verifier")));
    if verifier != code.challenge || text("redirect_uri") != code.back {
        return refused(StatusCode::BAD_REQUEST, "invalid_grant");
    }
    let access = uuid::Uuid::new_v4().simple().to_string();
    inside.told.lock().unwrap().insert(access.clone(), code.told);
    let id_token = inside.signed(&code.claims, code.signed);
    let answer = json!({ "access_token": access, "token_type": "Bearer", "id_token": id_token });
    Json(answer).into_response()
}

async fn told(State(inside): State<Arc<Inside>>, headers: HeaderMap) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    match inside.told.lock().unwrap().get(token) {
        Some(told) if !told.is_null() => Json(told.clone()).into_response(),
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}
