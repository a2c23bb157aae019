//! Whole imports: a file into a database, again, interrupted, taken back.
#![expect(clippy::unwrap_used, reason = "what the tests share is test code too")]

use domain::{
    import::{ImportCounts, ImportNote, ImportState, OnDuplicate, RowResult},
    lang::Lang,
    list::{ListRequest, Tab},
    policy::{Caller, Origin},
    time::Instant,
};
use exchange::{
    export::{CsvExport, ExportOptions},
    export_columns::{Beside, ExportKind},
    map_file::MapFile,
    plan::Plan,
    rows_out::CsvEncoding,
    run::{self, Reader},
};
use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicI64, Ordering},
};
use store::Db;

static NOW: AtomicI64 = AtomicI64::new(1_795_000_000_000);

const CLOCK: run::Clock<'static> = run::Clock { now: &clock, zone: &|_| None };

/// A clock that moves on by a second whenever it is asked.
fn clock() -> Instant {
    Instant(NOW.fetch_add(1_000, Ordering::Relaxed))
}

struct House {
    db: Db,
    caller: Caller,
    reader: Reader,
    folder: tempfile::TempDir,
}

fn key() -> store::AuditKey {
    store::AuditKey::new(&[7; 32]).unwrap()
}

async fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open_folder(folder.path(), key()).await.unwrap();
    db.migrate().await.unwrap();
    let reader = Reader { program: None, folder: folder.path().to_owned() };
    House { db, caller: Caller::system(clock(), Origin::Import), reader, folder }
}

impl House {
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    async fn import(&self, file: &Path, plan: &Plan) -> ImportCounts {
        let job = run::import_file(
            &self.db,
            &self.caller,
            &self.reader,
            file,
            plan,
            CLOCK,
            |_| (),
            &|| false,
        )
        .await
        .unwrap();
        assert_eq!(job.state, ImportState::Done);
        job.counts
    }

    async fn count(&self, tab: Tab) -> i64 {
        let request = ListRequest { tab, ..ListRequest::default() };
        self.db.list_count(&self.caller, &request, true).await.unwrap().number
    }
}

fn mode(on_duplicate: OnDuplicate) -> Plan {
    let map = MapFile { on_duplicate: Some(on_duplicate), ..MapFile::default() };
    Plan { map, ..Plan::default() }
}

const CUSTOMERS: &str = "姓名,公司,手机,邮箱,负责人,生日\n\
     邓雷,快讯有限责任公司,15284354094,tao@example.com,,1994-11-09\n\
     李莹,易动力科技有限公司,182-8068-4657,ying@example.com,无此人,\n\
     邓雷,快讯,+86 152 8435 4094,,,1994-02-30\n\
     ,,,nobody@example.com,,\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_again_creates_nothing() {
    let house = house().await;
    let file = house.file("a.csv", CUSTOMERS);
    let first = house.import(&file, &Plan::default()).await;
    assert_eq!((first.rows, first.created, first.unchanged), (4, 2, 1));
    assert_eq!((first.warned, first.refused), (2, 1));
    for on_duplicate in [OnDuplicate::Skip, OnDuplicate::FillEmpty, OnDuplicate::Overwrite] {
        let again = house.import(&file, &mode(on_duplicate)).await;
        assert_eq!(again.created, 0, "{on_duplicate:?}");
    }
    assert_eq!((house.count(Tab::Companies).await, house.count(Tab::People).await), (2, 2));
    // The row that was left out as a repeat becomes a person of its own, once.
    for created in [1, 0] {
        let again = house.import(&file, &mode(OnDuplicate::Create)).await;
        assert_eq!(again.created, created);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_says_what_a_run_then_does() {
    let house = house().await;
    let file = house.file("a.csv", CUSTOMERS);
    let plan = Plan::default();
    let opened = run::open(&house.reader, &file, &plan).await.unwrap();
    let mut remarks = Vec::new();
    let check = run::check(&house.db, &house.caller, opened, run::CHECK_ROWS, |row| {
        remarks.push(row.number);
    })
    .await
    .unwrap();
    assert!(check.whole);
    assert_eq!(remarks, [2, 3, 4]);
    assert_eq!(check.remarks[2].result, RowResult::Refused);
    let ran = house.import(&file, &plan).await;
    let what = |c: ImportCounts| (c.rows, c.created, c.unchanged, c.warned, c.refused);
    assert_eq!(what(check.counts), what(ran));
    assert_eq!(house.count(Tab::People).await, 2);
}

/// Everything stored, as the two files of an export.
async fn export(house: &House, name: &str) -> [PathBuf; 2] {
    let options = |kind| ExportOptions {
        lang: Lang::Zh,
        kind,
        decimals: 2,
        details: domain::policy::DetailRules::OPEN,
    };
    let mut accounts = CsvExport::new(options(ExportKind::Customers), CsvEncoding::Utf8);
    let mut bytes = accounts.head();
    let mut ids = Vec::new();
    for tab in [Tab::Companies, Tab::Individuals] {
        let request = ListRequest { tab, ..ListRequest::default() };
        let page = house.db.account_page(&house.caller, &request).await.unwrap();
        ids.extend(page.rows.into_iter().map(|row| row.id));
    }
    let parents = house.db.export_parents(&house.caller, &ids).await.unwrap();
    for account in house.db.export_accounts(&house.caller, &ids).await.unwrap() {
        let parent = parents.get(&account.id).map(String::as_str).unwrap_or_default();
        bytes.extend(accounts.row(&account, Beside { parent, ..Beside::default() }));
    }
    let customers = house.folder.path().join(format!("{name} customers.csv"));
    std::fs::write(&customers, bytes).unwrap();
    let mut people = CsvExport::new(options(ExportKind::People), CsvEncoding::Utf8);
    let mut bytes = people.head();
    let request = ListRequest { tab: Tab::People, ..ListRequest::default() };
    let page = house.db.person_page(&house.caller, &request).await.unwrap();
    let ids: Vec<_> = page.rows.into_iter().map(|row| row.id).collect();
    for person in house.db.export_people(&house.caller, &ids).await.unwrap() {
        bytes.extend(people.row(&person, ""));
    }
    let file = house.folder.path().join(format!("{name} people.csv"));
    std::fs::write(&file, bytes).unwrap();
    [customers, file]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_imports_back_without_a_change_and_into_an_empty_house_equal() {
    let first = house().await;
    let customers = first.file(
        "c.csv",
        "单位名称,上级客户,客户等级,标签,城市,地址,其他地址,手机,最近联系\n\
         快讯有限公司,恒聪集团,vip,\"a,b\",南京市,南京路1号,中国 | | 上海市 | | 北京路2号,15284354094,2026-05-01\n\
         恒聪集团,,,,,,,,\n\
         恒聪集团有限公司北京分公司,,,,,,,,2026-05-02\n",
    );
    let individuals = first.file("i.csv", "姓名,手机,生日\n张三,15284354095,1980-01-02\n");
    let people = first.file(
        "p.csv",
        "联系人编号,姓名,公司,公司角色,其他公司,手机,最近联系\n\
         1,邓雷,快讯有限公司,决策人,恒聪集团,15284354096,2026-04-01\n\
         2,李莹,快讯有限公司,,,15284354097,\n\
         3,王强,,,,15284354098,\n",
    );
    for file in [&customers, &individuals, &people] {
        let counts = first.import(file, &Plan::default()).await;
        assert_eq!((counts.created, counts.warned), (counts.rows, 0));
    }
    let exported = export(&first, "first").await;
    for mode_of in [OnDuplicate::Skip, OnDuplicate::FillEmpty, OnDuplicate::Overwrite] {
        for file in &exported {
            let counts = first.import(file, &mode(mode_of)).await;
            assert_eq!((counts.unchanged, counts.warned), (counts.rows, 0), "{mode_of:?}");
        }
    }
    let second = house().await;
    for file in &exported {
        let counts = second.import(file, &Plan::default()).await;
        assert_eq!((counts.created, counts.warned), (counts.rows, 0));
    }
    // The numbers are the new house's own.
    let numberless = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines: Vec<String> = text
            .lines()
            .map(|line| {
                let words = line.split_inclusive([',', ' ', '"']);
                words.filter(|word| !word.starts_with("C-") && !word.starts_with("P-")).collect()
            })
            .collect();
        lines.sort_unstable();
        lines
    };
    for (a, b) in exported.iter().zip(export(&second, "second").await) {
        assert_eq!(numberless(a), numberless(&b));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_files_that_number_their_rows_alike_do_not_meet() {
    let house = house().await;
    let a = house.file("a.csv", "客户编号,公司\n1,快讯有限公司\n2,易动力有限公司\n");
    let b = house.file("b.csv", "会员号,姓名,手机\n1,张三,15284354094\n2,李四,15284354095\n");
    for on_duplicate in [OnDuplicate::Skip, OnDuplicate::Overwrite] {
        let counts = house.import(&a, &mode(on_duplicate)).await;
        assert_eq!(counts.updated, 0);
        let counts = house.import(&b, &mode(on_duplicate)).await;
        assert_eq!(counts.updated, 0);
    }
    assert_eq!((house.count(Tab::Companies).await, house.count(Tab::Individuals).await), (2, 2));
    // A system that is named numbers its records itself: a new name is a change of name.
    let named = |mode_of| {
        let mut plan = mode(mode_of);
        plan.map.source_system = Some("old crm".to_owned());
        plan
    };
    let first = house.file("c.csv", "客户编号,公司\n1,恒聪百汇\n");
    let later = house.file("d.csv", "客户编号,公司\n1,恒聪千汇\n");
    assert_eq!(house.import(&first, &named(OnDuplicate::Skip)).await.created, 1);
    assert_eq!(house.import(&later, &named(OnDuplicate::Overwrite)).await.updated, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_shares_the_company_none() {
    let house = house().await;
    let file = house.file(
        "a.csv",
        "姓名,公司,手机\n张三,无,15284354094\n李四,个人,15284354095\n王五,N/A,15284354096\n\
         邓雷,快讯,15284354097\n",
    );
    house.import(&file, &Plan::default()).await;
    assert_eq!((house.count(Tab::Companies).await, house.count(Tab::Individuals).await), (1, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_killed_is_taken_on() {
    let house = house().await;
    let file = house.file("b.csv", &numbered(1_200));
    let stop = AtomicI64::new(0);
    let stopped = run::import_file(
        &house.db,
        &house.caller,
        &house.reader,
        &file,
        &Plan::default(),
        CLOCK,
        |_| (),
        &|| stop.fetch_add(1, Ordering::Relaxed) == 0,
    )
    .await
    .unwrap();
    assert_eq!(stopped.state, ImportState::Running);
    std::fs::remove_file(&file).unwrap();
    let folder = house.folder.path();
    let worked = run::work(&house.db, &house.caller, folder, &house.reader, CLOCK, &|| false).await;
    assert!(worked.unwrap());
    assert_eq!(house.count(Tab::People).await, 1_200);
}

fn numbered(rows: usize) -> String {
    let mut text = "name,company,mobile\n".to_owned();
    for row in 0..rows {
        text.push_str(&format!("Person {row},Firm {},1380{row:07}\n", row / 10));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_run_goes_on_where_it_was_and_is_taken_back_whole() {
    let house = house().await;
    let uploads = house.folder.path().join("uploads");
    std::fs::create_dir(&uploads).unwrap();
    let id = domain::id::ImportId(uuid::Uuid::now_v7());
    std::fs::write(run::file_of(&uploads, id), numbered(1_700)).unwrap();
    let new = store::NewImport {
        id,
        file_name: "b.csv",
        file_size: 1,
        file_hash: "h",
        options: &Plan::default().to_json(),
    };
    house.db.create_import(&house.caller, &new).await.unwrap();
    house.db.start_import(&house.caller, id, Instant(0)).await.unwrap();
    let work = async |stop: bool| {
        let stop = move || stop;
        run::work(&house.db, &house.caller, &uploads, &house.reader, CLOCK, &stop).await.unwrap()
    };
    let job = async || house.db.import_by_id(&house.caller, id).await.unwrap().job;
    assert!(work(true).await);
    assert_eq!((job().await.state, job().await.counts.done), (ImportState::Running, 500));
    assert!(work(true).await && work(false).await);
    assert!(!work(false).await, "nothing is left to do");
    let done = job().await;
    assert_eq!((done.state, done.counts.created), (ImportState::Done, 1_700));
    assert_eq!((house.count(Tab::Companies).await, house.count(Tab::People).await), (170, 1_700));

    house.db.ask_undo_import(&Caller { now: clock(), ..house.caller.clone() }, id).await.unwrap();
    assert!(work(true).await && work(false).await);
    assert_eq!((job().await.state, job().await.note), (ImportState::Undone, None));
    assert_eq!((house.count(Tab::Companies).await, house.count(Tab::People).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_the_command_line_is_taken_back_by_whoever_asks() {
    let mut house = house().await;
    house.caller.origin = Origin::CommandLine;
    let file = house.file("a.csv", CUSTOMERS);
    house.import(&file, &Plan::default()).await;
    assert_eq!(house.count(Tab::People).await, 2);
    let id = house.db.imports(&house.caller, None).await.unwrap().rows[0].id;
    let draft = domain::user::UserDraft {
        email: "boss@example.com".to_owned(),
        email_norm: "boss@example.com".to_owned(),
        name: "Boss".to_owned(),
        roles: vec![domain::policy::Role::Admin.into()],
    };
    let boss = house.db.add_user(&house.caller, &draft, "no hash").await.unwrap();
    let asking = async || {
        let caller = Caller { user: boss, now: clock(), ..house.caller.clone() };
        house.db.ask_undo_import(&caller, id).await.unwrap();
    };
    let work = async || {
        let uploads = house.folder.path();
        run::work(&house.db, &house.caller, uploads, &house.reader, CLOCK, &|| false).await.unwrap()
    };
    let job = async || house.db.import_by_id(&house.caller, id).await.unwrap().job;
    // Who asked may not any more: nothing hangs, and it can be asked for again.
    asking().await;
    let staff = domain::policy::Role::Staff;
    let keeper = domain::user::UserDraft {
        email: "keeper@example.com".to_owned(),
        email_norm: "keeper@example.com".to_owned(),
        ..draft
    };
    house.db.add_user(&house.caller, &keeper, "no hash").await.unwrap();
    house.db.set_user_roles(&house.caller, boss, &[staff.into()]).await.unwrap();
    assert!(work().await);
    assert_eq!(
        (job().await.state, job().await.note),
        (ImportState::Done, Some(ImportNote::Denied))
    );
    assert!(!work().await, "nobody takes it on again");
    house
        .db
        .set_user_roles(&house.caller, boss, &[domain::policy::Role::Admin.into()])
        .await
        .unwrap();
    asking().await;
    assert!(work().await);
    assert_eq!((job().await.state, job().await.note), (ImportState::Undone, None));
    assert_eq!((house.count(Tab::Companies).await, house.count(Tab::People).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_file_ends_its_run_with_a_reason() {
    let house = house().await;
    let file = house.file("c.csv", "");
    let opened = run::open(&house.reader, &file, &Plan::default()).await;
    assert!(opened.is_err());
    let empty = house.file("d.csv", "name,company\n");
    let answer = run::import_file(
        &house.db,
        &house.caller,
        &house.reader,
        &empty,
        &Plan::default(),
        CLOCK,
        |_| (),
        &|| false,
    )
    .await;
    assert!(answer.is_err());
    let jobs = house.db.imports(&house.caller, None).await.unwrap();
    assert_eq!(jobs.rows[0].state, ImportState::Failed);
}

/// A file of the real data beside the project; `None`, and a word about it, on a lone clone.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {name} is not here");
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_people_bring() {
    let Some(chinese) = shared("chinese/customers_gb18030.csv") else { return };
    let house = house().await;
    let counts = house.import(&chinese, &Plan::default()).await;
    assert_eq!((counts.rows, counts.refused), (5_000, 0));
    assert_eq!(counts.created + counts.updated + counts.unchanged, 5_000);
    // People of one company give it different levels; each that is not taken is named.
    assert!(counts.warned > 0);
    for on_duplicate in [OnDuplicate::Skip, OnDuplicate::FillEmpty, OnDuplicate::Overwrite] {
        let again = house.import(&chinese, &mode(on_duplicate)).await;
        assert_eq!((again.created, again.unchanged), (0, 5_000), "{on_duplicate:?}");
    }

    let Some(accounts) = shared("sales-opportunities/accounts.csv") else { return };
    let counts = house.import(&accounts, &Plan::default()).await;
    assert_eq!((counts.rows, counts.created, counts.refused), (85, 85, 0));
    assert_eq!(counts.warned, 0);
    let again = house.import(&accounts, &Plan::default()).await;
    assert_eq!((again.created, again.updated), (0, 0));
}

/// 100,000 rows on SQLite and, with `RAPPORT_BENCH_POSTGRES`, on an empty PostgreSQL database.
/// Run with `cargo test --release -p exchange --test run -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, not a test"]
async fn a_hundred_thousand_rows() {
    let mut house = house().await;
    if let Ok(address) = std::env::var("RAPPORT_BENCH_POSTGRES") {
        house.db = Db::open_address(&address, key()).await.unwrap();
        house.db.migrate().await.unwrap();
    }
    let mut text =
        "客户姓名,单位名称,手机号码,电子邮箱,职位,联系地址,出生日期,最近联系\n".to_owned();
    let family: Vec<char> = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗高".chars().collect();
    let given: Vec<char> = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂".chars().collect();
    for row in 0..100_000_usize {
        text.push_str(&format!(
            "{}{}{},东方第{}科技有限公司,13{:09},user{row}@example.com,销售主管,上海市南京路 {} 号,19{:02}-0{}-1{},2026-0{}-11\n",
            family[row % 20], given[row / 20 % 24], given[row / 480 % 24], row / 4,
            (row * 7_919) % 1_000_000_000, row % 900, 50 + row % 50, 1 + row % 9, row % 10, 1 + row % 9
        ));
    }
    let file = house.file("big.csv", &text);
    for _ in 0..2 {
        let started = std::time::Instant::now();
        let counts = house.import(&file, &Plan::default()).await;
        eprintln!("{:?} in {:.1} s", counts, started.elapsed().as_secs_f64());
    }
}
