//! Starts the program on a free port and a fresh database, and asks it as a browser would.

use sqlx::{Connection, PgConnection};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, mpsc},
    time::{Duration, Instant},
};

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_rapport");
/// A password that is good enough.
pub const PASSWORD: &str = "correct horse battery";

/// A database of its own for one test; gone when dropped.
pub struct Place {
    folder: tempfile::TempDir,
    postgres: Option<(String, String)>,
}

impl Place {
    /// A folder with SQLite.
    pub fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), postgres: None }
    }

    /// A new database on the test server, if there is one.
    pub fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("RAPPORT_TEST_POSTGRES") else {
            let strict = std::env::var("RAPPORT_TEST_STRICT").is_ok_and(|set| set == "1");
            assert!(!strict, "RAPPORT_TEST_POSTGRES is not set");
            println!("on PostgreSQL: skipped, RAPPORT_TEST_POSTGRES is not set");
            return None;
        };
        let name = format!("rapport_http_{}", uuid::Uuid::now_v7().simple());
        statement(&server, format!("CREATE DATABASE {name}"));
        let (front, _) = server.rsplit_once('/').unwrap();
        let address = format!("{front}/{name}");
        Some(Self { folder: tempfile::tempdir().unwrap(), postgres: Some((server, address)) })
    }

    /// SQLite, and PostgreSQL where there is one.
    pub fn both() -> Vec<Self> {
        [Some(Self::sqlite()), Self::postgres()].into_iter().flatten().collect()
    }

    /// Whether it is a PostgreSQL server, which several nodes may share.
    pub fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }

    /// Address of the PostgreSQL database.
    pub fn address(&self) -> Option<&str> {
        self.postgres.as_ref().map(|(_, address)| &**address)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Opens the database beside the program.
    pub async fn open(&self) -> store::Db {
        let key = store::AuditKey::in_file_or_new(&self.folder().join("audit.key")).unwrap();
        match &self.postgres {
            Some((_, address)) => store::Db::open_address(address, key).await.unwrap(),
            None => store::Db::open_folder(self.folder(), key).await.unwrap(),
        }
    }

    /// Runs another command of the program on this place.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).arg("--data").arg(self.folder()).stdin(Stdio::null());
        command.env_remove("RAPPORT_DATABASE").env_remove("RAPPORT_DATA").env("RAPPORT_LOG", LOG);
        if let Some((_, address)) = &self.postgres {
            command.env("RAPPORT_DATABASE", address);
        }
        command
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((server, address)) = &self.postgres
            && let Some((_, name)) = address.rsplit_once('/')
        {
            statement(server, format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn statement(server: &str, statement: String) {
    let server = server.to_owned();
    // A database name cannot be bound, and sqlx takes only text that lives as long as the program.
    let statement: &'static str = statement.leak();
    // On a thread of its own: some callers are inside a runtime already.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = PgConnection::connect(&server).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        });
    })
    .join()
    .unwrap();
}

/// What servers tell: everything, and when the worker has made its round.
pub const LOG: &str = "info,server::jobs=debug";

/// The program, serving.
pub struct Server {
    child: Child,
    /// Where it answers.
    pub address: SocketAddr,
    /// Secret of the set-up link, if it printed one.
    pub token: Option<String>,
    log: Mutex<mpsc::Receiver<String>>,
}

impl Server {
    /// Starts without limits on how often somebody may ask.
    pub fn start(place: &Place) -> Self {
        Self::start_with(place, &["--no-rate-limits"])
    }

    /// Starts with the given flags.
    pub fn start_with(place: &Place, flags: &[&str]) -> Self {
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(flags);
        Self::launch(command)
    }

    /// Starts it by a command of one's own.
    pub fn launch(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (tell, log) = mpsc::channel();
        let stderr = child.stderr.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    break;
                }
            }
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(Ok(first)) = lines.next() else {
            let said: Vec<String> = log.iter().collect();
            panic!("the server did not start: {said:?}");
        };
        let port = |text: &str| -> u16 {
            let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().unwrap()
        };
        let address = match first.split_once("127.0.0.1:") {
            Some((_, rest)) => SocketAddr::from(([127, 0, 0, 1], port(rest))),
            // With a public address the port is only in the log.
            None => {
                let line = log.iter().find(|line| line.contains("listening")).unwrap();
                let (_, rest) = line.split_once("127.0.0.1:").unwrap();
                SocketAddr::from(([127, 0, 0, 1], port(rest)))
            }
        };
        // The set-up link follows at once or not at all: the next line ends with the process.
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some((_, token)) = line.split_once("token=") {
                    let _ = send.send(token.to_owned());
                }
            }
        });
        let mut server = Self { child, address, token: None, log: Mutex::new(log) };
        let up = server.browser().get("/livez");
        assert_eq!(up.status, 200);
        server.token = receive.recv_timeout(Duration::from_millis(200)).ok();
        server
    }

    /// A browser that knows nothing yet.
    pub fn browser(&self) -> Browser {
        Browser { address: self.address, cookies: Vec::new() }
    }

    /// Goes through the first page of the set-up; the browser is signed in as the administrator.
    pub fn set_up(&self) -> Browser {
        let mut browser = self.browser();
        let token = self.token.clone().expect("a set-up link");
        let answer = browser.post(
            "/setup",
            &[
                ("token", &token),
                ("name", "Lin"),
                ("email", "lin@example.com"),
                ("password", PASSWORD),
                ("password_again", PASSWORD),
            ],
        );
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    /// Signs somebody in.
    pub fn sign_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.post("/login", &[("email", email), ("password", PASSWORD)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    /// Id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, and answers its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        signal(self.id(), "TERM");
        self.ended()
    }

    /// Waits for its end, and answers its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Ends it without a word.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it tells this on standard error, or fails; answers what it told until then, which is gone from the
    /// log.
    pub fn tells(&self, what: &str) -> Vec<String> {
        let end = Instant::now() + Duration::from_secs(20);
        let log = self.log.lock().unwrap();
        let mut told = Vec::new();
        loop {
            let line = log.recv_timeout(end.saturating_duration_since(Instant::now()));
            let line = line.unwrap_or_else(|_| panic!("never told: {what}"));
            let found = line.contains(what);
            told.push(line);
            if found {
                return told;
            }
        }
    }

    /// Waits until the worker has made its first round, which writes: after it nothing is written unasked for an hour.
    pub fn settle(&self) {
        const ROUND: [&str; 2] = ["what had run out was looked for", "the audit log ends here"];
        // Side by side, so in either order.
        let told = self.tells(ROUND[0]);
        if !told.iter().any(|line| line.contains(ROUND[1])) {
            self.tells(ROUND[1]);
        }
    }

    /// What it told on standard error until now: lines are on their way for a while, so until it tells of a request
    /// that is made for this.
    pub fn log(&self) -> String {
        let mark = self.browser().get("/pkg/nothing.js");
        self.tells(mark.header("x-request-id")).join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to one process.
pub fn signal(id: u32, name: &str) {
    let status = Command::new("kill").arg(format!("-{name}")).arg(id.to_string()).status().unwrap();
    assert!(status.success());
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text; of a workbook the texts of all that is packed in it.
    pub body: String,
}

impl Answer {
    /// The first header of a name, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// All headers of a name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| &**value).collect()
    }
}

/// A browser without JavaScript: keeps cookies, sends what browsers send.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Where the server is.
    pub address: SocketAddr,
    /// Cookies by name.
    pub cookies: Vec<(String, String)>,
}

impl Browser {
    /// The cookie of the session.
    pub fn session(&self) -> Option<&str> {
        self.cookies.iter().find(|(name, _)| name.ends_with("sid")).map(|(_, value)| &**value)
    }

    /// Opens a page.
    pub fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, &[("accept", "text/html"), ("sec-fetch-site", "same-origin")], b"")
    }

    /// Posts a form.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form(fields);
        let headers = [
            ("accept", "text/html"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.ask("POST", path, &headers, body.as_bytes())
    }

    /// Calls a server function as a screen does, by its name in the source.
    pub fn call(&mut self, name: &str, json: &str) -> Answer {
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
        self.ask("POST", &function(name), &headers, json.as_bytes())
    }

    /// Asks with exactly these headers, besides `Host`, `Cookie` and `Content-Length`.
    pub fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut all = vec![("host".to_owned(), self.address.to_string())];
        all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if headers.iter().any(|(name, _)| *name == "host") {
            all.remove(0);
        }
        if !self.cookies.is_empty() && !headers.iter().any(|(name, _)| *name == "cookie") {
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            all.push(("cookie".to_owned(), cookies.join("; ")));
        }
        if !body.is_empty() || method == "POST" {
            all.push(("content-length".to_owned(), body.len().to_string()));
        }
        let head: String = all.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let request = format!("{method} {path} HTTP/1.1\r\n{head}connection: close\r\n\r\n");
        let answer = raw(self.address, &[request.as_bytes(), body].concat());
        for cookie in answer.all("set-cookie") {
            let (pair, flags) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !flags.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }
}

/// Sends bytes as they are and reads the answer to its end.
pub fn raw(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(request);
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..read]);
    }
    parse(&bytes).unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(&bytes)))
}

/// Reads an answer.
pub fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let chunked =
        headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = &bytes[end + 4..];
    let body = if chunked { dechunk(body) } else { body.to_vec() };
    let workbook = headers
        .iter()
        .any(|(name, value)| name == "content-type" && value.contains("spreadsheetml"));
    let body = if workbook { unpacked(&body) } else { body };
    Some(Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

/// Every file in an archive, one after the other.
fn unpacked(archive: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let mut all = Vec::new();
    for place in 0..archive.len() {
        archive.by_index(place).unwrap().read_to_end(&mut all).unwrap();
    }
    all
}

fn dechunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&rest[..at]).unwrap();
        let size = usize::from_str_radix(size.split(';').next().unwrap().trim(), 16).unwrap();
        let Some(chunk) = rest.get(at + 2..at + 2 + size) else { break };
        body.extend_from_slice(chunk);
        rest = rest.get(at + 2 + size + 2..).unwrap_or_default();
        if size == 0 {
            break;
        }
    }
    body
}

/// A form as browsers encode it.
pub fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect()
    };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// Path of a server function, by its name in the source.
pub fn function(name: &str) -> String {
    server_fn::axum::server_fn_paths()
        .find(|(path, _)| server::inventory::function_name(path) == name)
        .map(|(path, _)| path.to_owned())
        .unwrap_or_else(|| panic!("no server function {name}"))
}

/// A file in the place's folder.
pub fn file(place: &Place, name: &str, content: &[u8]) -> PathBuf {
    let path = place.folder().join(name);
    std::fs::write(&path, content).unwrap();
    path
}
