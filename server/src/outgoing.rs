//! Requests that go out, to the system that signs people in and nowhere else: over TLS or to this very machine, one
//! connection each, no redirects, little time, small answers.

use axum::body::Bytes;
use domain::provider::{ProviderFault, is_reachable};
use http::{HeaderValue, Request, Response, Uri, header, uri::PathAndQuery};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// How long a request may take altogether.
const TIME: Duration = Duration::from_secs(8);
/// Most bytes of an answer.
const MOST_BYTES: usize = 512 * 1024;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The address is not encrypted, or none at all.
    #[error("the address is not one to be asked")]
    Address,
    /// Nobody answers there.
    #[error("nobody answers there")]
    Unreachable,
    /// The certificate is not trusted.
    #[error("its certificate is not trusted")]
    Certificate,
    /// It took too long.
    #[error("it took too long")]
    TooSlow,
    /// It answered more than is read, or no HTTP.
    #[error("its answer cannot be read")]
    Unreadable,
    /// It sends elsewhere.
    #[error("it sends elsewhere")]
    Redirects,
}

impl From<NoAnswer> for ProviderFault {
    fn from(why: NoAnswer) -> Self {
        match why {
            NoAnswer::Address => Self::NotEncrypted,
            NoAnswer::Unreachable => Self::Unreachable,
            NoAnswer::Certificate => Self::Certificate,
            NoAnswer::TooSlow => Self::TooSlow,
            NoAnswer::Unreadable => Self::Unreadable,
            NoAnswer::Redirects => Self::Redirects,
        }
    }
}

/// Sends a request to the absolute address it names.
///
/// # Errors
/// When there is no whole answer in time, or one that sends elsewhere.
pub async fn send(request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, NoAnswer> {
    timeout(TIME, ask(request)).await.unwrap_or(Err(NoAnswer::TooSlow))
}

async fn ask(request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, NoAnswer> {
    let uri = request.uri().clone();
    if !is_reachable(&uri.to_string()) {
        return Err(NoAnswer::Address);
    }
    let host = uri.host().ok_or(NoAnswer::Address)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let encrypted = uri.scheme_str() == Some("https");
    let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
    let stream = TcpStream::connect((bare, port)).await.map_err(|_| NoAnswer::Unreachable)?;
    if !encrypted {
        return exchange(stream, request, &uri).await;
    }
    let name = ServerName::try_from(bare.to_owned()).map_err(|_| NoAnswer::Address)?;
    let stream = TlsConnector::from(tls()?).connect(name, stream).await.map_err(|error| {
        let why = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match why {
            Some(rustls::Error::InvalidCertificate(_)) => NoAnswer::Certificate,
            _ => NoAnswer::Unreachable,
        }
    })?;
    exchange(stream, request, &uri).await
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Vec<u8>>,
    uri: &Uri,
) -> Result<Response<Vec<u8>>, NoAnswer> {
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|_| NoAnswer::Unreadable)?;
    // Ends with the sender, and so with this function.
    tokio::spawn(connection);
    let (mut parts, body) = request.into_parts();
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    parts.uri = path.parse().map_err(|_| NoAnswer::Address)?;
    let authority = uri.authority().ok_or(NoAnswer::Address)?;
    let host = HeaderValue::from_str(authority.as_str()).map_err(|_| NoAnswer::Address)?;
    parts.headers.insert(header::HOST, host);
    parts.headers.insert(header::USER_AGENT, HeaderValue::from_static("Rapport"));
    let request = Request::from_parts(parts, Full::new(Bytes::from(body)));
    let answer = sender.send_request(request).await.map_err(|_| NoAnswer::Unreadable)?;
    if answer.status().is_redirection() {
        return Err(NoAnswer::Redirects);
    }
    let (parts, body) = answer.into_parts();
    let body = Limited::new(body, MOST_BYTES)
        .collect()
        .await
        .map_err(|_| NoAnswer::Unreadable)?
        .to_bytes();
    Ok(Response::from_parts(parts, body.to_vec()))
}

/// Trusts whom this machine trusts, and whom browsers trust: a company's own authority is installed on the machine, and
/// a machine without a list of its own can still ask the large providers.
fn tls() -> Result<Arc<ClientConfig>, NoAnswer> {
    static CONFIG: OnceLock<Option<Arc<ClientConfig>>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        versions
            .inspect_err(|error| tracing::error!(%error, "no TLS for requests that go out"))
            .ok()
            .map(|builder| Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
    });
    config.clone().ok_or(NoAnswer::Unreachable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    /// Answers the next connection with these bytes.
    async fn answering(bytes: Vec<u8>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            let read = stream.read(&mut head).await.unwrap();
            assert!(read > 0);
            let _ = stream.write_all(&bytes).await;
        });
        format!("http://{address}/a?b=c")
    }

    fn get(address: &str) -> Request<Vec<u8>> {
        Request::get(address).body(Vec::new()).unwrap()
    }

    #[tokio::test]
    async fn an_answer_is_read_up_to_its_limit_and_never_followed() {
        let address = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_vec()).await;
        assert_eq!(send(get(&address)).await.unwrap().into_body(), b"ok");
        let long =
            format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(MOST_BYTES + 1));
        let address = answering(long.into_bytes()).await;
        assert_eq!(send(get(&address)).await.unwrap_err(), NoAnswer::Unreadable);
        let away =
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n";
        let address = answering(away.to_vec()).await;
        assert_eq!(send(get(&address)).await.unwrap_err(), NoAnswer::Redirects);
        let address = answering(b"SSH-2.0-x\r\n".to_vec()).await;
        assert_eq!(send(get(&address)).await.unwrap_err(), NoAnswer::Unreadable);
    }

    #[tokio::test]
    async fn what_is_not_encrypted_is_asked_on_this_machine_alone() {
        for address in ["http://192.0.2.1/", "http://127.0.0.2/", "/login", "ftp://127.0.0.1/"] {
            assert_eq!(send(get(address)).await.unwrap_err(), NoAnswer::Address, "{address}");
        }
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let answer = send(get(&format!("http://{nobody}/"))).await;
        assert_eq!(answer.unwrap_err(), NoAnswer::Unreachable);
        let plain = answering(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()).await;
        let answer = send(get(&plain.replace("http:", "https:"))).await;
        assert_eq!(answer.unwrap_err(), NoAnswer::Unreachable);
    }
}
