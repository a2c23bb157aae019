//! A device with one passkey, in software: answers what browsers are asked, truly or as a test wants it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The owner was there.
pub const PRESENT: u8 = 0x01;
/// The owner was verified.
pub const VERIFIED: u8 = 0x04;
/// A key comes along.
const KEY: u8 = 0x40;

/// The device.
pub struct Authenticator {
    key: EcdsaKeyPair,
    random: SystemRandom,
    pub id: Vec<u8>,
    /// What it takes its owner for.
    pub user: Vec<u8>,
    /// How often it was used.
    pub counter: u32,
    pub flags: u8,
    /// Where the browser says it is.
    pub origin: String,
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

impl Authenticator {
    /// One in a browser that is at `origin`; it has made nothing yet.
    pub fn at(origin: &str) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        let id = Sha256::digest(key.public_key().as_ref()).to_vec();
        let flags = PRESENT | VERIFIED;
        Self { key, random, id, user: Vec::new(), counter: 0, flags, origin: origin.to_owned() }
    }

    fn client_data(&self, kind: &str, asked: &Value) -> Vec<u8> {
        let challenge = &asked["options"]["publicKey"]["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn device_data(&self, host: &str, more: u8) -> Vec<u8> {
        let mut data = Sha256::digest(host.as_bytes()).to_vec();
        data.push(self.flags | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// The key as COSE writes it.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        // { 1: 2, 3: -7, -1: 1, -2: x, -3: y }
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        key.extend(x);
        key.extend([0x22, 0x58, 0x20]);
        key.extend(y);
        key
    }

    fn answer(&self, asked: &Value, response: &Value) -> String {
        let id = text(&self.id);
        let answer = json!({ "id": id, "rawId": id, "type": "public-key", "response": response });
        format!("{} {answer}", asked["ticket"].as_str().unwrap())
    }

    /// Makes its passkey; answers what the form sends.
    pub fn make(&mut self, asked: &Value) -> String {
        let options = &asked["options"]["publicKey"];
        self.user = bytes(&options["user"]["id"]);
        let mut data = self.device_data(options["rp"]["id"].as_str().unwrap(), KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.public_key());
        // { "fmt": "none", "attStmt": {}, "authData": data }
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        let client = self.client_data("webauthn.create", asked);
        let response =
            json!({ "attestationObject": text(&object), "clientDataJSON": text(&client) });
        self.answer(asked, &response)
    }

    /// Uses its passkey; answers what the form sends.
    pub fn sign(&mut self, asked: &Value) -> String {
        self.counter += 1;
        let host = asked["options"]["publicKey"]["rpId"].as_str().unwrap();
        let data = self.device_data(host, 0);
        let client = self.client_data("webauthn.get", asked);
        let signed = [&data[..], &Sha256::digest(&client)].concat();
        let signature = self.key.sign(&self.random, &signed).unwrap();
        let response = json!({
            "authenticatorData": text(&data),
            "clientDataJSON": text(&client),
            "signature": text(signature.as_ref()),
            "userHandle": text(&self.user),
        });
        self.answer(asked, &response)
    }
}
