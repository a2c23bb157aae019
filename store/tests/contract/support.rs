//! A fresh database for each test, on SQLite and on PostgreSQL: `on_both!` makes one test for each.
//! The PostgreSQL twin needs `RAPPORT_TEST_POSTGRES`, the address of a server whose user may create
//! databases; without it the twin says so and passes, or fails where `RAPPORT_TEST_STRICT` is 1.

use domain::{
    case::Counting,
    id::UserId,
    lang::Lang,
    policy::{Caller, Circle, Confirmed, House, Origin, Role, Shared, Via},
    service::ServicePolicy,
    time::{Instant, ZoneOffsets},
    user::UserDraft,
};
use sqlx::{Connection, PgConnection};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    sync::LazyLock,
};
use store::{AuditKey, Db};

/// By what the time of cases is counted where it does not matter.
pub fn counting() -> Counting<'static> {
    static SERVICE: LazyLock<(ServicePolicy, ZoneOffsets)> = LazyLock::new(Default::default);
    Counting { policy: &SERVICE.0, zone: &SERVICE.1 }
}

/// Makes two tests of each body: `name::sqlite` and `name::postgres`.
macro_rules! on_both {
    ($(async fn $name:ident($db:ident: Db) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "what the body needs")]
            use super::*;

            async fn run($db: Db) $body

            #[test]
            fn sqlite() {
                $crate::support::on_sqlite(Box::new(|db| Box::pin(run(db))));
            }

            #[test]
            fn postgres() {
                $crate::support::on_postgres(stringify!($name), Box::new(|db| Box::pin(run(db))));
            }
        }
    )+};
}
pub(crate) use on_both;

/// What a test does with its database. One type for all of them: what runs a test is compiled once instead of for each, and
/// the compiler need not show for each that its future could be sent to another thread, which took it longer than all else.
pub type Body<'a> = Box<dyn FnOnce(Db) -> Pin<Box<dyn Future<Output = ()> + 'a>> + 'a>;

/// What a test runs on: as in service, what it starts runs on several threads.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the runtime starts")
}

/// Runs `body` on an empty, migrated SQLite database in a folder of its own.
pub fn on_sqlite(body: Body<'_>) {
    runtime().block_on(async {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let db = Db::open_folder(folder.path(), key()).await.expect("SQLite opens");
        db.migrate().await.expect("SQLite migrates");
        body(db.clone()).await;
        db.close().await;
    });
}

/// Runs `body` on an empty, migrated PostgreSQL database of its own, which is dropped afterwards,
/// also when the body fails.
pub fn on_postgres(name: &str, body: Body<'_>) {
    let Ok(server) = std::env::var("RAPPORT_TEST_POSTGRES") else {
        let strict = std::env::var("RAPPORT_TEST_STRICT").is_ok_and(|set| set == "1");
        assert!(!strict, "{name} needs PostgreSQL: RAPPORT_TEST_POSTGRES is not set");
        println!("{name} on PostgreSQL: skipped, RAPPORT_TEST_POSTGRES is not set");
        return;
    };
    let runtime = runtime();
    let database = format!("rapport_test_{}", uuid::Uuid::now_v7().simple());
    let db = runtime.block_on(async {
        let template = template(&server).await;
        // Copying its files takes two thirds of the time of copying it page by page.
        let copy = format!("CREATE DATABASE {database} TEMPLATE {template} STRATEGY FILE_COPY");
        command(&server, copy).await;
        Db::open_address(&beside(&server, &database), key()).await.expect("PostgreSQL opens")
    });
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(body(db.clone()))));
    runtime.block_on(async {
        db.close().await;
        command(&server, format!("DROP DATABASE {database} WITH (FORCE)")).await;
    });
    if let Err(failed) = outcome {
        resume_unwind(failed);
    }
}

/// The address of another database of the same server.
fn beside(server: &str, database: &str) -> String {
    match server.rsplit_once('/') {
        Some((front, _)) => format!("{front}/{database}"),
        None => panic!("RAPPORT_TEST_POSTGRES names no database: postgres://user@host/postgres"),
    }
}

/// Passed by one test at a time that looks for the database to copy.
const TEMPLATE_LOCK: i64 = 7_260_019;

/// The name of an empty, migrated database that every test copies, which is quicker than migrating anew. The first test
/// that comes makes it; it is called by what the migrations say, so that an edited one makes another.
async fn template(server: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/postgres");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the migrations")
        .map(|file| file.unwrap().path())
        .collect();
    files.sort_unstable();
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read(file).expect("a migration").hash(&mut hasher);
    }
    let name = format!("rapport_template_{:016x}", hasher.finish());
    let mut connection = PgConnection::connect(server).await.expect("the test server answers");
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut connection)
        .await
        .expect("the lock");
    let there: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
            .bind(&name)
            .fetch_one(&mut connection)
            .await
            .expect("the databases");
    if !there {
        // Under its own name only once it is whole.
        let making = format!("{name}_making");
        execute(&mut connection, format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await;
        execute(&mut connection, format!("CREATE DATABASE {making}")).await;
        let db = Db::open_address(&beside(server, &making), key()).await.expect("PostgreSQL opens");
        db.migrate().await.expect("PostgreSQL migrates");
        db.close().await;
        execute(&mut connection, format!("ALTER DATABASE {making} RENAME TO {name}")).await;
    }
    // The lock goes with the connection.
    connection.close().await.expect("the connection closes");
    name
}

async fn command(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.expect("the test server answers");
    execute(&mut connection, statement).await;
    connection.close().await.expect("the connection closes");
}

async fn execute(connection: &mut PgConnection, statement: String) {
    // A database name cannot be bound, and sqlx takes only text that lives as long as the program.
    let statement: &'static str = statement.leak();
    sqlx::raw_sql(statement).execute(connection).await.expect(statement);
}

/// The key that every test database seals its audit log with.
pub fn key() -> AuditKey {
    AuditKey::new(&[7; 32]).expect("a key has 32 bytes")
}

/// A moment to count from.
pub const NOW: Instant = Instant(1_795_000_000_000);

/// An administrator nobody signed in: the command line.
pub fn root() -> Caller {
    Caller::system(NOW, Origin::CommandLine)
}

/// Adds a user and answers a caller that is signed in as them, without a session.
pub async fn someone(db: &Db, email: &str, role: Role) -> Caller {
    let draft = UserDraft {
        email: email.to_owned(),
        email_norm: email.to_lowercase(),
        name: format!("Name of {email}"),
        roles: vec![role.into()],
    };
    let user = db.add_user(&root(), &draft, "no hash").await.expect("the user is added");
    as_user(user, role)
}

/// The caller that somebody is now.
pub async fn now(db: &Db, caller: &Caller) -> Caller {
    let system = Caller { origin: caller.origin, ..root() };
    db.acting_for(&system, caller.user).await.unwrap().expect("may sign in")
}

/// A caller with the given user and role.
pub fn as_user(user: UserId, role: Role) -> Caller {
    Caller {
        user,
        name: "Somebody".to_owned(),
        rights: role.rights(),
        circle: Circle::default(),
        shared: Shared::default(),
        session: None,
        confirmed: Confirmed::by_password(NOW),
        lang: Lang::En,
        now: NOW,
        origin: Origin::Web,
        house: House::default(),
        via: Via::default(),
        viewer: None,
    }
}
