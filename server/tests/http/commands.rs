//! The commands of the administrator: what they do, and how they say what is wrong.

use crate::support::{PROGRAM, Place, Server, file};
use std::process::{Command, Output, Stdio};

fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(text).unwrap()
}

fn with_input(mut command: Command, input: &str) -> Output {
    use std::io::Write;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn help_is_there_for_every_command_and_keeps_the_inside_to_itself() {
    let help = |arguments: &[&str]| {
        let output = Command::new(PROGRAM).args(arguments).arg("--help").output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        said(&output)
    };
    let top = help(&[]);
    for command in ["serve", "migrate", "demo", "import", "user", "doctor"] {
        assert!(top.contains(command), "{command}");
        assert!(help(&[command]).contains("Usage: rapport"), "{command}");
    }
    assert!(!top.contains("read-file"));
    for command in [&["serve"][..], &["user", "add"], &["import"], &["doctor"]] {
        let help = help(command);
        assert!(help.contains("--data") && help.contains("--database"), "{command:?}");
    }
    assert!(!help(&["serve"]).contains("--no-rate-limits"));
}

#[test]
fn what_goes_wrong_is_one_sentence_with_the_remedy() {
    let place = Place::sqlite();
    let blocked = file(&place, "not-a-folder", b"");
    let blocked = blocked.to_str().unwrap();
    assert!(place.command(&["migrate"]).output().unwrap().status.success());
    let cases: [(&[&str], &str); 10] = [
        (&["migrate", "--data", blocked], "Check that"),
        (&["migrate", "--database", "mysql://root:secret@host/db"], "It looks like postgres://"),
        (&["migrate", "--database", "postgres://me:secret@127.0.0.1:1/x"], "Check that it runs"),
        (&["import", "/nowhere.csv", "--data", blocked], "is not a file"),
        (&["serve", "--data", blocked], "Check that"),
        (
            &["user", "reset-password", "--email", "nobody@example.com", "--data", "DATA"],
            "nobody signs in",
        ),
        (&["user", "add", "--email", "a@example.com", "--data", "DATA"], "--role admin"),
        (&["user", "add", "--email", "a@example.com", "--data", "NEW"], "there is no database"),
        (
            &["user", "reset-password", "--email", "a@example.com", "--data", "NEW"],
            "there is no database",
        ),
        (&["serve", "--no-migrate", "--listen", "127.0.0.1:0", "--data", "NEW"], "rapport migrate"),
    ];
    let new = place.folder().join("new");
    for (arguments, remedy) in cases {
        let arguments = arguments.iter().map(|word| match *word {
            "DATA" => place.folder().to_str().unwrap(),
            "NEW" => new.to_str().unwrap(),
            word => word,
        });
        let output = Command::new(PROGRAM).args(arguments).stdin(Stdio::null()).output().unwrap();
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.starts_with("rapport: ") && said.contains(remedy), "{said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{said}");
        for inside in ["panicked", "secret", "backtrace", "Err(", "SqlState", "src/"] {
            assert!(!said.contains(inside), "{inside}: {said}");
        }
    }
}

#[test]
fn a_taken_port_is_said_so() {
    let place = Place::sqlite();
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let output = place.command(&["serve", "--listen", &address]).output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("cannot answer on") && said.contains("--listen"), "{said}");
}

#[test]
fn users_are_added_and_let_in_again_from_the_terminal() {
    for place in Place::both() {
        assert!(place.command(&["migrate"]).output().unwrap().status.success());
        let add = |email: &str, role: &str, password: &str| {
            with_input(place.command(&["user", "add", "--email", email, "--role", role]), password)
        };
        assert!(add("admin@example.com", "admin", "correct horse battery\n").status.success());
        let made_up = add("staff@example.com", "staff", "");
        assert!(said(&made_up).contains("Password: "));
        for (email, role, password, complaint) in [
            ("admin@example.com", "staff", "correct horse battery", "exists already"),
            ("other@example.com", "staff", "tiny", "shorter than 12"),
            ("other@example.com", "staff", "password1234", "too easy to guess"),
            ("other@example.com", "boss", "correct horse battery", "no role boss"),
            ("nonsense", "staff", "correct horse battery", "e-mail"),
        ] {
            let refused = add(email, role, password);
            let said = said(&refused);
            assert_eq!(refused.status.code(), Some(1), "{said}");
            assert!(said.contains(complaint), "{said}");
            assert!(!said.contains(password), "{said}");
        }
        let server = Server::start(&place);
        assert_eq!(server.token, None, "somebody can sign in already");
        server.sign_in("admin@example.com");
        let password = said(&made_up);
        let password = password.lines().find_map(|line| line.strip_prefix("Password: ")).unwrap();
        let answer = server
            .browser()
            .post("/login", &[("email", "staff@example.com"), ("password", password)]);
        assert_eq!(answer.status, 303);
    }
}

#[test]
fn the_doctor_looks_and_changes_nothing() {
    for place in Place::both() {
        use std::os::unix::fs::PermissionsExt;
        let allow = |mode: u32| {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(place.folder(), permissions).unwrap();
        };
        allow(0o700);
        let doctor = || place.command(&["doctor"]).output().unwrap();
        let before = doctor();
        assert_eq!(before.status.code(), Some(1), "{}", said(&before));
        assert!(place.command(&["migrate"]).output().unwrap().status.success());
        let after = said(&doctor());
        assert!(after.contains("ok    database") && after.contains("ok    rights"), "{after}");
        assert!(after.contains("ok    disk") || after.contains("LOOK  disk"), "{after}");
        let server = Server::start(&place);
        assert!(said(&doctor()).contains("ok    database"), "beside a running server");
        drop(server);
        assert!(place.command(&["migrate"]).output().unwrap().status.success());
        let (before, written) = (contents(&place), rows_written(&place));
        let well = doctor();
        assert_eq!((contents(&place), rows_written(&place)), (before, written));
        assert!(said(&well).contains("ok    private"), "{}", said(&well));
        allow(0o755);
        assert!(said(&doctor()).contains("LOOK  private"));
    }
}

/// Names and sizes of what is in the folder, without SQLite's shared memory.
fn contents(place: &Place) -> Vec<(String, u64)> {
    let entries = std::fs::read_dir(place.folder()).unwrap().map(Result::unwrap);
    let mut all: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len()))
        .filter(|(name, length)| {
            !(name.ends_with("-shm") || name.ends_with("-wal") && *length == 0)
        })
        .collect();
    all.sort();
    all
}

/// How often a write was tried and kept.
fn rows_written(place: &Place) -> i64 {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        const PROBES: &str =
            "SELECT COALESCE(MAX(updated_at), -1) FROM setting WHERE name = 'probe'";
        let db = place.open().await;
        let probes = match &db {
            store::Db::Sqlite { reader, .. } => sqlx::query_scalar(PROBES).fetch_one(reader).await,
            store::Db::Postgres { pool, .. } => sqlx::query_scalar(PROBES).fetch_one(pool).await,
        };
        db.close().await;
        probes.unwrap()
    })
}

#[test]
fn a_database_of_a_newer_release_is_left_alone() {
    for place in Place::both() {
        assert!(place.command(&["migrate"]).output().unwrap().status.success());
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            const NEWER: &str = "INSERT INTO _sqlx_migrations \
                (version, description, success, checksum, execution_time) \
                SELECT 9999, 'newer', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
            let db = place.open().await;
            match &db {
                store::Db::Sqlite { writer, .. } => {
                    sqlx::query(NEWER).execute(writer).await.map(drop)
                }
                store::Db::Postgres { pool, .. } => {
                    sqlx::query(NEWER).execute(pool).await.map(drop)
                }
            }
            .unwrap();
            db.close().await;
        });
        for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"]] {
            let refused = place.command(arguments).output().unwrap();
            assert!(said(&refused).contains("a newer release"), "{}", said(&refused));
        }
        let refused =
            place.command(&["serve", "--no-migrate", "--listen", "127.0.0.1:0"]).output().unwrap();
        assert_eq!(refused.status.code(), Some(1));
        assert!(said(&refused).contains("a newer release"), "{}", said(&refused));
        let doctor = said(&place.command(&["doctor"]).output().unwrap());
        assert!(doctor.contains("LOOK  schema"), "{doctor}");
    }
}

#[test]
fn what_is_made_is_for_its_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::sqlite();
    let folder = place.folder().join("new/data");
    let mut migrate = Command::new(PROGRAM);
    migrate.args(["migrate", "--data"]).arg(&folder).env_remove("RAPPORT_DATABASE");
    assert!(migrate.output().unwrap().status.success());
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for name in ["rapport.db", "rapport.lock"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
}

#[test]
fn a_name_is_an_address_to_answer_on() {
    let place = Place::sqlite();
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("localhost:{}", other.local_addr().unwrap().port());
    let taken = place.command(&["serve", "--listen", &address]).output().unwrap();
    assert!(said(&taken).contains("cannot answer on localhost"), "{}", said(&taken));
    let wrong = place.command(&["serve", "--listen", ":7300"]).output().unwrap();
    assert!(said(&wrong).contains("it looks like 127.0.0.1:7300"), "{}", said(&wrong));
}

#[test]
fn a_file_is_checked_brought_in_and_brought_in_again_without_doubles() {
    for place in Place::both() {
        let csv = file(&place, "customers.csv", "公司名称,电话,邮箱\n晨光科技有限公司,13800138000,a@example.com\nLantern Ltd,abc,b@example.com\n".as_bytes());
        let csv = csv.to_str().unwrap();
        let checked = place.command(&["import", csv, "--dry-run"]).output().unwrap();
        let told = said(&checked);
        assert!(checked.status.success(), "{told}");
        assert!(
            told.contains("2 rows: 2 would be created") && told.contains("Nothing was stored."),
            "{told}"
        );
        assert!(told.contains("row 2, 电话: not a phone number"), "{told}");
        let first = said(&place.command(&["import", csv]).output().unwrap());
        assert!(first.contains("2 rows: 2 created"), "{first}");
        let second = said(&place.command(&["import", csv]).output().unwrap());
        assert!(second.contains("2 rows: 0 created"), "{second}");
    }
}

#[test]
fn an_import_says_what_its_map_lacks_and_takes_the_mode_from_the_command() {
    let place = Place::sqlite();
    let csv = file(&place, "c.csv", "公司名称,行业\n晨光科技有限公司,钢铁\n".as_bytes());
    let more = file(&place, "m.csv", "公司名称,行业\n晨光科技有限公司,木材\n".as_bytes());
    let text = "[columns]\n\"没有的列\" = \"tags\"\n\"公司名称\" = \"account.name\"\n";
    let map = file(&place, "map.toml", text.as_bytes());
    let twice = "[columns]\n\"公司名称\" = \"account.industry\"\n\"行业\" = \"account.industry\"\n";
    let twice = file(&place, "twice.toml", twice.as_bytes());
    let run = |arguments: &[&str]| place.command(arguments).output().unwrap();
    let [csv, more, map, twice] =
        [&csv, &more, &map, &twice].map(|path| path.to_str().unwrap().to_owned());
    for dry in [&["--dry-run"][..], &[]] {
        let refused = run(&[&["import", &csv, "--map", &twice], dry].concat());
        assert!(!refused.status.success());
        assert!(said(&refused).contains("both go to account.industry"), "{}", said(&refused));
        let told = said(&run(&[&["import", &csv, "--map", &map], dry].concat()));
        assert!(told.contains("没有的列"), "{told}");
    }
    let told = said(&run(&["import", &more, "--on-duplicate", "fill"]));
    assert!(told.contains("0 created, 0 changed"), "{told}");
    let told = said(&run(&["import", &more, "--on-duplicate", "overwrite"]));
    assert!(told.contains("0 created, 1 changed"), "{told}");
    assert!(!run(&["import", &more, "--on-duplicate", "maybe"]).status.success());
}

#[test]
fn a_workbook_of_a_stranger_is_read_in_a_limited_process() {
    let place = Place::sqlite();
    let junk = file(&place, "junk.xlsx", b"PK\x03\x04 this is no workbook");
    let output =
        Command::new(PROGRAM).args(["read-file", "--options", "{}"]).arg(&junk).output().unwrap();
    assert_ne!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty());
    assert!(!said(&output).contains("panicked"));
}
