//! One kept-alive HTTP/1.1 connection, as plain as can be: the asking side shares the machine with
//! the server and must cost little.

use crate::Fault;
use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Largest answer that is read.
const LARGEST: usize = 16 * 1024 * 1024;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path and query, encoded.
    pub path: String,
    /// Content type and body.
    pub body: Option<(&'static str, String)>,
    /// What kind of answer is wanted.
    pub accept: &'static str,
}

impl Request {
    /// A page.
    pub fn page(path: String) -> Self {
        Self { method: "GET", path, body: None, accept: "text/html" }
    }

    /// A call that reads.
    pub fn call(path: String) -> Self {
        Self { method: "GET", path, body: None, accept: "application/json" }
    }

    /// A form that was filled in.
    pub fn form(path: &str, body: String) -> Self {
        let body = Some(("application/x-www-form-urlencoded", body));
        Self { method: "POST", path: path.to_owned(), body, accept: "text/html" }
    }

    /// A call with a JSON body.
    pub fn json(path: &str, body: String) -> Self {
        let body = Some(("application/json", body));
        Self { method: "POST", path: path.to_owned(), body, accept: "application/json" }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// Name and value of the first cookie set.
    pub cookie: Option<String>,
    /// Where it leads on to.
    pub location: Option<String>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A connection that stays open.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    cookie: String,
    from: Option<IpAddr>,
}

impl Connection {
    /// Connects; `cookie` goes along with every request.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn open(address: SocketAddr, cookie: &str) -> Result<Self, Fault> {
        let stream = timeout(PATIENCE, TcpStream::connect(address)).await??;
        stream.set_nodelay(true)?;
        let cookie = cookie.to_owned();
        Ok(Self { stream: BufReader::new(stream), address, cookie, from: None })
    }

    /// The same as a proxy opens it for somebody at an address. A server that trusts the proxy believes it.
    pub fn for_somebody_at(self, from: IpAddr) -> Self {
        Self { from: Some(from), ..self }
    }

    /// Asks and reads the whole answer.
    ///
    /// # Errors
    /// When the connection breaks, the answer makes no sense or takes too long.
    pub async fn send(&mut self, request: &Request) -> Result<Answer, Fault> {
        timeout(PATIENCE, self.exchange(request)).await?
    }

    async fn exchange(&mut self, request: &Request) -> Result<Answer, Fault> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\nAccept: {}\r\nSec-Fetch-Site: same-origin\r\n",
            request.method, request.path, self.address, request.accept
        );
        if !self.cookie.is_empty() {
            head.push_str(&format!("Cookie: {}\r\n", self.cookie));
        }
        if let Some(from) = self.from {
            head.push_str(&format!("X-Forwarded-For: {from}\r\n"));
        }
        match &request.body {
            Some((kind, body)) => {
                head.push_str(&format!(
                    "Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                ));
            }
            None => head.push_str("\r\n"),
        }
        self.stream.get_mut().write_all(head.as_bytes()).await?;
        let status = self.line().await?;
        let status: u16 =
            status.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or("no status line")?;
        let (mut length, mut chunked, mut cookie, mut location) = (None, false, None, None);
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else { break };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = Some(value.parse::<usize>()?),
                "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
                "set-cookie" if cookie.is_none() => {
                    cookie = value.split(';').next().map(str::to_owned);
                }
                "location" => location = Some(value.to_owned()),
                _ => {}
            }
        }
        let mut body = Vec::new();
        if chunked {
            loop {
                let size = usize::from_str_radix(self.line().await?.trim(), 16)?;
                self.take(&mut body, size).await?;
                self.line().await?;
                if size == 0 {
                    break;
                }
            }
        } else {
            self.take(&mut body, length.unwrap_or(0)).await?;
        }
        Ok(Answer { status, body, cookie, location })
    }

    async fn line(&mut self) -> Result<String, Fault> {
        let mut line = Vec::new();
        (&mut self.stream).take(64 * 1024).read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            return Err("the server closed the connection".into());
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    async fn take(&mut self, body: &mut Vec<u8>, size: usize) -> Result<(), Fault> {
        let from = body.len();
        if from.saturating_add(size) > LARGEST {
            return Err("the answer is too large".into());
        }
        body.resize(from + size, 0);
        self.stream.read_exact(&mut body[from..]).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn served(answer: &'static str) -> Answer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            let read = stream.read(&mut asked).await.unwrap();
            let asked = String::from_utf8_lossy(&asked[..read]).into_owned();
            assert!(asked.starts_with("GET /x HTTP/1.1\r\n") && asked.contains("Cookie: sid=1"));
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        let mut connection = Connection::open(address, "sid=1").await.unwrap();
        connection.send(&Request::page("/x".to_owned())).await.unwrap()
    }

    #[tokio::test]
    async fn answers_of_known_length_and_in_chunks_are_read_whole() {
        let whole = served("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").await;
        assert_eq!((whole.status, whole.text().as_str()), (200, "hello"));
        let chunks = served(
            "HTTP/1.1 404 Not Found\r\nset-cookie: a=b; Path=/\r\nTransfer-Encoding: chunked\r\n\r\n\
             3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
        )
        .await;
        assert_eq!((chunks.status, chunks.text().as_str()), (404, "hello"));
        assert_eq!(chunks.cookie.as_deref(), Some("a=b"));
    }
}
