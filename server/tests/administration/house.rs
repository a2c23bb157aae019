//! A server of one's own, and browsers that visit it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

pub const ADMIN: &str = "admin@example.com";
pub const STAFF: &str = "staff@example.com";
pub const PASSWORD: &str = "seven green bicycles";

/// A running server on a folder of its own; gone when dropped.
pub struct House {
    pub address: String,
    server: Child,
    _folder: tempfile::TempDir,
}

impl Drop for House {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn rapport() -> Command {
    Command::new(env!("CARGO_BIN_EXE_rapport"))
}

fn add_user(folder: &Path, email: &str, role: &str) {
    let mut adding = rapport()
        .args(["user", "add", "--email", email, "--name", role, "--role", role, "--data"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    adding.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(adding.wait().unwrap().success());
}

impl House {
    /// Starts a server with an administrator and a colleague.
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let prepared = rapport().args(["migrate", "--data"]).arg(folder.path()).output().unwrap();
        assert!(prepared.status.success());
        add_user(folder.path(), ADMIN, "admin");
        add_user(folder.path(), STAFF, "staff");
        let mut server = rapport()
            .args(["serve", "--listen", "127.0.0.1:0", "--no-rate-limits", "--data"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().trim().trim_end_matches('/').to_owned();
        Self { address, server, _folder: folder }
    }

    /// A browser that nobody is signed in with.
    pub fn stranger(&self) -> Browser {
        Browser { address: self.address.clone(), cookie: String::new() }
    }

    /// A browser somebody is signed in with.
    pub fn signed_in(&self, email: &str) -> Browser {
        self.stranger().sign_in(email, PASSWORD).unwrap()
    }
}

/// A browser.
pub struct Browser {
    address: String,
    cookie: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Address and method of a server function by its name in the source.
pub fn function(name: &str) -> (&'static str, String) {
    server_fn::axum::server_fn_paths()
        .find(|(path, _)| server::inventory::function_name(path) == name)
        .map(|(path, method)| (path, method.to_string()))
        .unwrap()
}

impl Browser {
    pub fn sign_in(mut self, email: &str, password: &str) -> Result<Self, u16> {
        let form = format!("email={email}&password={}", password.replace(' ', "+"));
        let answer = self.send("POST", "/login", FORM, "text/html", &form);
        let cookie = answer.header("set-cookie").filter(|_| answer.status == 303);
        match cookie.and_then(|cookie| cookie.split(';').next()) {
            Some(cookie) => {
                self.cookie = cookie.to_owned();
                Ok(self)
            }
            None => Err(answer.status),
        }
    }

    /// Opens a page.
    pub fn page(&self, path: &str) -> Answer {
        self.send("GET", path, "", "text/html", "")
    }

    /// Calls a function that reads; `query` holds its arguments.
    pub fn read(&self, name: &str, query: &str) -> Answer {
        self.send("GET", &format!("{}?{query}", function(name).0), "", "application/json", "")
    }

    /// Calls a function with JSON arguments.
    pub fn call(&self, name: &str, arguments: &serde_json::Value) -> Answer {
        let body = arguments.to_string();
        self.send("POST", function(name).0, "application/json", "application/json", &body)
    }

    /// Calls a function as the script of a form does.
    pub fn submit(&self, name: &str, form: &str) -> Answer {
        self.send("POST", function(name).0, FORM, "application/json", form)
    }

    /// Posts a form without scripts.
    pub fn post(&self, name: &str, form: &str) -> Answer {
        self.send("POST", function(name).0, FORM, "text/html", form)
    }

    /// Posts a form to a page without scripts.
    pub fn fill(&self, path: &str, form: &str) -> Answer {
        self.send("POST", path, FORM, "text/html", form)
    }

    fn send(&self, method: &str, path: &str, kind: &str, accept: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAccept: {accept}\r\nAccept-Language: en\r\nConnection: close\r\n",
            self.address
        );
        if method == "POST" {
            head += &format!(
                "Content-Type: {kind}\r\nContent-Length: {}\r\nSec-Fetch-Site: same-origin\r\n",
                body.len()
            );
        }
        if !self.cookie.is_empty() {
            head += &format!("Cookie: {}\r\n", self.cookie);
        }
        stream.write_all(format!("{head}\r\n{body}").as_bytes()).unwrap();
        let mut raw = Vec::new();
        stream.read_to_end(&mut raw).unwrap();
        let raw = String::from_utf8_lossy(&raw);
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let body = if chunked { unchunked(body) } else { body.to_owned() };
        Answer { status, head: head.to_owned(), body }
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn unchunked(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let Some(part) = after.get(..size).filter(|part| !part.is_empty()) else { break };
        body.push_str(part);
        rest = after.get(size + 2..).unwrap_or_default();
    }
    body
}
