//! Whatever is wrong with a sign-in, the same work is done: the statements that are sent and the hashes that are
//! computed are counted, because times say little on a busy machine.

use super::world::root;
use crate::support::{LOG, Place, Server};
use domain::{
    policy::{Held, Role},
    user::UserDraft,
};
use std::time::{Duration, Instant};
use store::Db;

/// Fits nothing that is tried here, at the cost of today.
const HASH: &str = "$argon2id$v=19$m=47104,t=1,p=1$zs6+kEZidZPVcy6IfHyIfg$ksBhKUD3C734c3++rSMfYz0KIbyoRHRu3zgqOCbf+U0";

async fn add(db: &Db, name: &str, roles: Vec<Held>) -> domain::id::UserId {
    let email = format!("{name}@example.com");
    let draft = UserDraft { email_norm: email.clone(), email, name: name.to_owned(), roles };
    db.add_user(&root(), &draft, HASH).await.unwrap()
}

/// Users that cannot sign in, each for another reason.
async fn fill(db: &Db) {
    db.migrate().await.unwrap();
    add(db, "known", vec![Role::Staff.into()]).await;
    // Whose rights depend on the structure.
    add(db, "lead", vec![Role::TeamLead.into()]).await;
    add(db, "admin", vec![Role::Admin.into()]).await;
    let off = add(db, "off", vec![Role::Staff.into()]).await;
    db.set_user_disabled(&root(), off, true).await.unwrap();
    let draft = UserDraft {
        email: "invited@example.com".to_owned(),
        email_norm: "invited@example.com".to_owned(),
        name: "invited".to_owned(),
        roles: vec![Role::Staff.into()],
    };
    db.invite_user(&root(), &draft).await.unwrap();
}

fn enter(server: &Server, email: &str) -> u16 {
    let fields = [("email", email), ("password", "seven green bicycles")];
    server.browser().post("/login", &fields).status
}

/// The statements of a sign-in, as the driver tells them, and how many passwords were compared.
fn work(server: &Server, email: &str, status: u16) -> (Vec<String>, usize) {
    server.log();
    assert_eq!(enter(server, email), status, "{email}");
    let log = server.log();
    let statements = log.lines().filter_map(|line| line.split_once("summary=")).map(|(_, rest)| {
        let text = rest.split("db.statement").next().unwrap_or_default();
        text.trim().to_owned()
    });
    // What is not the sign-in's: a connection more that is opened, the worker that looks for imports to run, and the look
    // at what open pages are told.
    let others =
        ["PRAGMA", "import_job", "SELECT number FROM audit_head", "SELECT l.number, l.object"];
    let statements =
        statements.filter(|statement| !others.iter().any(|other| statement.contains(other)));
    let compared = log.lines().filter(|line| line.contains("a password is compared")).count();
    (statements.collect(), compared)
}

fn listening(place: &Place) -> Server {
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--no-rate-limits"]);
    command.env("RAPPORT_LOG", format!("{LOG},sqlx::query=debug,server::password=debug"));
    Server::launch(command)
}

#[test]
fn a_failed_sign_in_is_the_same_work_whoever_is_meant() {
    for place in Place::both() {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let db = place.open().await;
            fill(&db).await;
            db.close().await;
        });
        let server = listening(&place);
        // What the server does by itself would be heard in between.
        server.settle();
        let (unknown, compared) = work(&server, "nobody@example.com", 422);
        assert!(compared == 1 && unknown.len() > 5, "{compared} {unknown:#?}");
        for who in ["known", "lead", "off", "invited", "not an address"] {
            let told = work(&server, &format!("{who}@example.com"), 422);
            assert_eq!(told, (unknown.clone(), 1), "{who}");
        }
        // Locked: nothing is compared, and nobody can tell whether there is somebody. The pause is a second.
        let locked = ["known", "nobody"].map(|who| {
            let email = format!("{who}@example.com");
            while enter(&server, &email) == 422 {}
            work(&server, &email, 429)
        });
        assert_eq!((&locked[0], locked[0].1), (&locked[1], 0));
    }
}

/// Times on the clock, for a quiet machine: `cargo test -p server --test http -- --ignored times --nocapture`.
#[test]
#[ignore = "measures a thousand sign-ins of each kind: minutes on a quiet machine"]
fn times_of_failed_sign_ins_are_alike() {
    const TIMES: usize = 1_000;
    for place in Place::both() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let db = runtime.block_on(async {
            let db = place.open().await;
            fill(&db).await;
            db
        });
        let server = Server::start(&place);
        let kinds = ["nobody", "known", "lead", "off", "invited"];
        let mut times = kinds.map(|_| Vec::with_capacity(TIMES));
        for _ in 0..TIMES {
            for (kind, times) in kinds.iter().zip(&mut times) {
                runtime.block_on(forget_tries(&db));
                let began = Instant::now();
                assert_eq!(enter(&server, &format!("{kind}@example.com")), 422);
                times.push(began.elapsed());
            }
        }
        runtime.block_on(db.close());
        for times in &mut times {
            times.sort_unstable();
        }
        let medians = times.each_ref().map(|times| times[TIMES / 2].as_secs_f64() * 1_000.0);
        println!("{:?}", kinds.iter().zip(medians).collect::<Vec<_>>());
        let (least, most) = medians.iter().fold((f64::MAX, 0.0_f64), |(least, most), median| {
            (least.min(*median), most.max(*median))
        });
        assert!(most / least < 1.05, "{medians:?}");
        // Nor does anything else about the times tell who is meant: one in a thousand comparisons of the same is as far
        // apart as this.
        let furthest = 1.95 * (2.0 / f64::from(u32::try_from(TIMES).unwrap())).sqrt();
        let apart = times.each_ref().map(|of| apart(&times[0], of));
        println!("{:?}, {furthest:.3} at most", kinds.iter().zip(apart).collect::<Vec<_>>());
        assert!(apart.iter().all(|apart| *apart < furthest), "{apart:?}");
    }
}

/// The statistic of Kolmogorov and Smirnov: how far the shares of those below a time are apart at most. Both are sorted.
fn apart(these: &[Duration], those: &[Duration]) -> f64 {
    let share = |times: &[Duration], most: Duration| {
        let below = u32::try_from(times.partition_point(|time| *time <= most)).unwrap();
        f64::from(below) / f64::from(u32::try_from(times.len()).unwrap())
    };
    let at = |most: &Duration| (share(these, *most) - share(those, *most)).abs();
    these.iter().chain(those).map(at).fold(0.0, f64::max)
}

#[test]
fn times_that_differ_are_apart() {
    let times = |from: u64| (from..from + 100).map(Duration::from_millis).collect::<Vec<_>>();
    assert!(apart(&times(0), &times(0)) < 1e-9);
    assert!((apart(&times(0), &times(25)) - 0.25).abs() < 1e-9);
    assert!((apart(&times(0), &times(500)) - 1.0).abs() < 1e-9);
    // The same median, and another spread.
    let wide: Vec<_> = (0..100)
        .map(|n| Duration::from_millis(n * 3).saturating_sub(Duration::from_millis(100)))
        .collect();
    assert!(apart(&times(0), &wide) > 0.2);
}

/// So that none of them is locked.
async fn forget_tries(db: &Db) {
    let forget = "DELETE FROM sign_in_throttle";
    match db {
        Db::Sqlite { writer, .. } => sqlx::query(forget).execute(writer).await.map(drop),
        Db::Postgres { pool, .. } => sqlx::query(forget).execute(pool).await.map(drop),
    }
    .unwrap();
}
