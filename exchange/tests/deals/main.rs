//! Whole imports of products, deals, orders and cases: files into a database, again, and taken back.
#![expect(clippy::unwrap_used, reason = "what the tests share is test code too")]

mod cases;
mod figures;
mod orders;

use domain::{
    field::FieldError,
    id::OpportunityNumber,
    import::{ImportCounts, ImportJob, ImportNote, ImportState, OnDuplicate, RowReport},
    lang::Lang,
    list::ListRequest,
    note::{Entry, Subject},
    opportunity::{CloseReason, DealRequest, DealSort, Opportunity},
    pipeline::StageKind,
    policy::{Caller, Origin, Role},
    time::{DAY, Instant},
    user::UserDraft,
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
    collections::BTreeMap,
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

async fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let key = store::AuditKey::new(&[7; 32]).unwrap();
    let db = Db::open_folder(folder.path(), key).await.unwrap();
    db.migrate().await.unwrap();
    let reader = Reader { program: None, folder: folder.path().to_owned() };
    House { db, caller: Caller::system(clock(), Origin::Import), reader, folder }
}

fn plan(on_duplicate: OnDuplicate, map: &str) -> Plan {
    let map = MapFile { on_duplicate: Some(on_duplicate), ..MapFile::parse(map).unwrap() };
    Plan { map, ..Plan::default() }
}

impl House {
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    async fn run(&self, file: &Path, plan: &Plan) -> ImportJob {
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
        job
    }

    async fn import(&self, file: &Path) -> ImportCounts {
        self.run(file, &Plan::default()).await.counts
    }

    async fn user(&self, name: &str) -> domain::id::UserId {
        let email = format!("{}@example.com", name.replace(' ', ".").to_lowercase());
        let draft = UserDraft {
            email: email.clone(),
            email_norm: email,
            name: name.to_owned(),
            roles: vec![Role::SalesRep.into()],
        };
        self.db.add_user(&self.caller, &draft, "no hash").await.unwrap()
    }

    /// How many deals stand in each stage, by its English name.
    async fn stages(&self) -> BTreeMap<String, i64> {
        let mut all = BTreeMap::new();
        for stage in self.db.pipelines(&self.caller).await.unwrap().remove(0).stages {
            let request = DealRequest { stage: Some(stage.id), ..DealRequest::default() };
            let request = DealRequest { state: None, ..request };
            let count = self.db.opportunity_count(&self.caller, &request, true).await.unwrap();
            if count.number > 0 {
                all.insert(stage.name.en, count.number);
            }
        }
        all
    }

    /// Every deal, by name.
    async fn deals(&self) -> Vec<Opportunity> {
        let request = DealRequest { state: None, sort: DealSort::Name, ..DealRequest::default() };
        let page = self.db.opportunity_page(&self.caller, &request).await.unwrap();
        let mut all = Vec::new();
        for row in page.rows {
            all.push(self.db.opportunity(&self.caller, row.number).await.unwrap());
        }
        all
    }

    async fn products(&self) -> Vec<String> {
        let page = self.db.product_page(&self.caller, false, None).await.unwrap();
        page.rows.into_iter().map(|row| row.data.name).collect()
    }

    async fn remarks(&self, job: &ImportJob) -> Vec<RowReport> {
        self.db.import_remarks(&self.caller, job.id, 0, 10_000).await.unwrap()
    }

    async fn undo(&self, job: &ImportJob) -> ImportJob {
        let caller = Caller { now: clock(), ..self.caller.clone() };
        self.db.ask_undo_import(&caller, job.id).await.unwrap();
        let uploads = self.folder.path();
        let worked =
            run::work(&self.db, &self.caller, uploads, &self.reader, CLOCK, &|| false).await;
        assert!(worked.unwrap());
        self.db.import_by_id(&self.caller, job.id).await.unwrap().job
    }
}

fn day(at: Instant) -> String {
    domain::date::Date::from_days(at.0.div_euclid(DAY)).to_string()
}

const ACCOUNTS: &str = "account,sector\nAcme Corporation,software\nIsdom Ltd,medical\n";
const PRODUCTS: &str = "product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\n";
const DEALS: &str = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value,lost_reason\n\
     AB12CD34,Moses Frase,GTXPro,Acme,Won,2016-10-20,2017-03-01,4514,\n\
     AB12CD35,Zane Levy,GTX Basic,Isdom,Lost,2016-10-25,2017-03-11,0,too slow\n\
     AB12CD36,Zane Levy,GTX Basic,,Engaging,2017-01-02,,,\n\
     AB12CD37,Moses Frase,GTX Max,Nobody Inc,Prospecting,,,,\n\
     ,,,,Won,2017-01-01,2017-02-01,5,\n\
     AB12CD38,Moses Frase,GTX Basic,Acme Corporation,Won,not a day,2017-02-03,x,price\n";

#[tokio::test(flavor = "multi_thread")]
async fn deals_find_what_they_name_and_come_with_their_days() {
    let house = house().await;
    let moses = house.user("Moses Frase").await;
    house.import(&house.file("a.csv", ACCOUNTS)).await;
    let products = house.import(&house.file("p.csv", PRODUCTS)).await;
    assert_eq!((products.created, products.warned, products.refused), (2, 0, 0));
    let job = house.run(&house.file("d.csv", DEALS), &Plan::default()).await;
    assert_eq!((job.counts.created, job.counts.refused), (5, 1));

    let stages = house.stages().await;
    let stages: Vec<(&str, i64)> = stages.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    assert_eq!(stages, [("Lost", 1), ("New", 1), ("Qualified", 1), ("Won", 2)]);
    let deals = house.deals().await;
    let named = |name: &str| deals.iter().find(|deal| deal.data.name == name).unwrap();
    let won = named("GTX Pro – Acme Corporation");
    assert_eq!((won.state, won.data.owner), (StageKind::Won, Some(moses)));
    assert_eq!(won.account_name, "Acme Corporation");
    assert_eq!(won.data.value_minor, 451_400);
    assert_eq!((won.lines[0].name.as_str(), won.lines[0].price_minor), ("GTX Pro", 451_400));
    assert_eq!(
        (day(won.created_at), day(won.closed_at.unwrap())),
        ("2016-10-20".into(), "2017-03-01".into())
    );
    assert_eq!(won.closing, None, "the file does not say why");
    let stays: Vec<(String, String)> = won
        .visits
        .iter()
        .map(|stay| (day(stay.entered_at), stay.left_at.map(day).unwrap_or_default()))
        .collect();
    assert_eq!(
        stays,
        [
            ("2016-10-20".to_owned(), "2017-03-01".to_owned()),
            ("2017-03-01".to_owned(), String::new())
        ]
    );
    let lost = named("GTX Basic – Isdom Ltd");
    let closing = lost.closing.as_ref().unwrap();
    assert_eq!((closing.reason, closing.note.as_str()), (CloseReason::Other, "too slow"));
    assert_eq!((lost.data.owner, lost.lines[0].price_minor), (None, 55_000));
    let engaging = named("GTX Basic");
    assert_eq!((engaging.state, day(engaging.stage_since)), (StageKind::Open, "2017-01-02".into()));
    let stranger = named("GTX Max – Nobody Inc");
    assert!(stranger.lines.is_empty() && stranger.data.account.is_none());
    let timeline =
        house.db.timeline(&house.caller, Subject::Opportunity(stranger.id), None).await.unwrap();
    let note = timeline.entries.iter().find_map(|entry| match entry {
        Entry::Note(note) => Some(note.body.clone()),
        Entry::Change(_) | Entry::Activity(_) | Entry::Happening(_) => None,
    });
    assert_eq!(note.unwrap(), "account: Nobody Inc\nproduct: GTX Max");

    let remarks = house.remarks(&job).await;
    let told: Vec<(i64, &str, &FieldError)> = remarks
        .iter()
        .flat_map(|row| row.errors.iter().map(|e| (row.row, e.column.as_str(), &e.error)))
        .collect();
    let read_as = |value: &str| FieldError::ReadAs { value: value.to_owned() };
    assert_eq!(
        told,
        [
            (1, "product", &read_as("GTX Pro")),
            (2, "sales_agent", &FieldError::Noted),
            (3, "deal_stage", &read_as("Qualified")),
            (4, "deal_stage", &read_as("New")),
            (4, "account", &FieldError::Noted),
            (4, "product", &FieldError::Noted),
            (5, "account", &FieldError::Required),
            (6, "engage_date", &FieldError::NotADate),
            (6, "close_value", &FieldError::NotANumber),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_deals_again_are_changed_and_not_made_twice() {
    let house = house().await;
    house.import(&house.file("a.csv", ACCOUNTS)).await;
    house.import(&house.file("p.csv", PRODUCTS)).await;
    let first = house.run(&house.file("d.csv", DEALS), &Plan::default()).await;
    for mode in
        [OnDuplicate::Skip, OnDuplicate::FillEmpty, OnDuplicate::Overwrite, OnDuplicate::Create]
    {
        let again = house.run(&house.file("d.csv", DEALS), &plan(mode, "")).await.counts;
        assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 5), "{mode:?}");
        let again = house.run(&house.file("p.csv", PRODUCTS), &plan(mode, "")).await.counts;
        assert_eq!((again.created, again.updated), (0, 0), "{mode:?}");
    }
    let before = house.deals().await;
    let later = DEALS
        .replace("GTX Basic,,Engaging,2017-01-02,,", "GTX Pro,Acme,Won,2017-01-02,2017-05-06,99")
        .replace("4514", "4600");
    let file = house.file("later.csv", &later);
    let skipped = house.run(&file, &plan(OnDuplicate::Skip, "")).await.counts;
    assert_eq!((skipped.created, skipped.updated), (0, 0));
    let job = house.run(&file, &plan(OnDuplicate::Overwrite, "")).await;
    assert_eq!((job.counts.created, job.counts.updated), (0, 2));
    let now = house.deals().await;
    let moved = now.iter().find(|deal| deal.data.name == "GTX Basic").unwrap();
    assert_eq!((moved.state, moved.account_name.as_str()), (StageKind::Won, "Acme Corporation"));
    assert_eq!((moved.lines[0].name.as_str(), moved.data.value_minor), ("GTX Pro", 9_900));
    let entered: Vec<String> = moved.visits.iter().map(|stay| day(stay.entered_at)).collect();
    assert_eq!(entered, ["2017-01-02", "2017-05-06"]);

    // Taken back: what it changed is as it was, and what the first run made goes.
    let undone = house.undo(&job).await;
    assert_eq!((undone.state, undone.note), (ImportState::Undone, None));
    let back = house.deals().await;
    let what = |deals: &[Opportunity]| {
        deals
            .iter()
            .map(|deal| {
                let stays: Vec<_> =
                    deal.visits.iter().map(|v| (v.stage, v.entered_at, v.left_at)).collect();
                (deal.data.clone(), deal.stage, deal.closed_at, deal.lines.clone(), stays)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(what(&back), what(&before));
    let kept = house.undo(&first).await;
    assert_eq!(kept.note, Some(ImportNote::Kept { records: 2 }), "another run changed two since");
}

#[tokio::test(flavor = "multi_thread")]
async fn deals_that_were_taken_back_come_again() {
    let house = house().await;
    let file = house.file("d.csv", DEALS);
    for _ in 0..2 {
        let job = house.run(&file, &Plan::default()).await;
        assert_eq!(job.counts.created, 5);
        assert_eq!(house.undo(&job).await.note, None);
        assert_eq!(house.deals().await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn products_are_changed_and_taken_back_and_those_on_deals_stay() {
    let house = house().await;
    let job = house.run(&house.file("p.csv", PRODUCTS), &Plan::default()).await;
    let dearer = "sku,product name,unit price\nGTX Basic,GTX Basic,600\nN-1,New One,7\n";
    let dearer = house.run(&house.file("q.csv", dearer), &plan(OnDuplicate::Overwrite, "")).await;
    assert_eq!((dearer.counts.created, dearer.counts.updated), (1, 1));
    house.import(&house.file("d.csv", "deal name,product,stage\nA,GTX Pro,New\n")).await;
    let undone = house.undo(&dearer).await;
    assert_eq!(undone.note, None);
    let page = house.db.product_page(&house.caller, false, None).await.unwrap();
    let prices: Vec<i64> = page.rows.iter().map(|row| row.data.price_minor).collect();
    assert_eq!(prices, [55_000, 482_100]);
    let undone = house.undo(&job).await;
    assert_eq!(
        undone.note,
        Some(ImportNote::Kept { records: 2 }),
        "one is on a deal, one was changed since"
    );
    assert_eq!(house.products().await, ["GTX Basic", "GTX Pro"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_says_what_stages_and_products_mean() {
    let house = house().await;
    house.import(&house.file("p.csv", PRODUCTS)).await;
    let map =
        "[values.stage]\nEngaging = \"Proposal\"\n[values.products]\n\"GTX Max\" = \"GTX Pro\"\n";
    let job = house.run(&house.file("d.csv", DEALS), &plan(OnDuplicate::Skip, map)).await;
    assert_eq!(house.stages().await.get("Proposal"), Some(&1));
    let deals = house.deals().await;
    assert!(deals.iter().any(|deal| deal.data.name == "GTX Pro – Nobody Inc"));
    let remarks = house.remarks(&job).await;
    let mended = remarks.iter().find(|row| row.row == 4).unwrap();
    let read_as = FieldError::ReadAs { value: "GTX Pro".to_owned() };
    assert!(mended.errors.iter().any(|e| e.value == "GTX Max" && e.error == read_as));
    assert!(
        !remarks
            .iter()
            .any(|row| row.row == 3 && row.errors.iter().any(|e| e.column == "deal_stage"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_says_what_a_run_then_does() {
    let house = house().await;
    house.import(&house.file("a.csv", ACCOUNTS)).await;
    house.import(&house.file("p.csv", PRODUCTS)).await;
    for name in ["d.csv", "p.csv"] {
        let text =
            if name == "d.csv" { DEALS } else { "product,price\nGTXPro,1\nOther,2\nother,3\n" };
        let file = house.file(name, text);
        let plan = Plan::default();
        let opened = run::open(&house.reader, &file, &plan).await.unwrap();
        let check =
            run::check(&house.db, &house.caller, opened, run::CHECK_ROWS, |_| ()).await.unwrap();
        let ran = house.import(&file).await;
        let what = |c: ImportCounts| (c.rows, c.created, c.unchanged, c.warned, c.refused);
        assert_eq!(what(check.counts), what(ran));
    }
}

/// Every deal, as an export writes them.
async fn export(house: &House, lang: Lang, name: &str) -> PathBuf {
    let kind = ExportKind::Deals;
    let details = domain::policy::DetailRules::OPEN;
    let options = ExportOptions { lang, kind, decimals: 2, details };
    let mut out = CsvExport::new(options, CsvEncoding::Utf8);
    let mut bytes = out.head();
    let pipelines = house.db.pipelines(&house.caller).await.unwrap();
    let ids: Vec<_> = house.deals().await.into_iter().map(|deal| deal.id).collect();
    for deal in house.db.export_opportunities(&house.caller, &ids).await.unwrap() {
        let pipeline = pipelines.iter().find(|known| known.id == deal.pipeline).unwrap();
        let stage = pipeline.stage(deal.stage).unwrap().name.in_lang(lang);
        let owner = if deal.data.owner.is_some() { "Moses Frase" } else { "" };
        let pipeline = pipeline.name.in_lang(lang);
        bytes.extend(out.row(&deal, Beside { owner, stage, pipeline, ..Beside::default() }));
    }
    house.file(name, std::str::from_utf8(&bytes).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_imports_back_without_a_change_and_into_an_empty_house_equal() {
    let first = house().await;
    first.user("Moses Frase").await;
    let people = first.file("people.csv", "姓名,公司\n邓雷,Acme Corporation\n");
    let accounts = first.file("a.csv", ACCOUNTS);
    let products = first.file("p.csv", PRODUCTS);
    let deals = first.file("d.csv", DEALS);
    let more = first.file(
        "m.csv",
        "deal name,account,contact person,stage,value,currency,expected close,next step,next step on,source,products\n\
         =2+5,Acme,邓雷,Negotiation,1.5,usd,2027-01-02,Call,2026-12-01,fair,\"GTX Pro × 2 @ 9.50\nGTX Basic\"\n",
    );
    for file in [&accounts, &people, &products, &deals, &more] {
        first.import(file).await;
    }
    let exported = export(&first, Lang::Zh, "first.csv").await;
    for file in [&exported, &export(&first, Lang::En, "en.csv").await] {
        for mode in [OnDuplicate::Skip, OnDuplicate::FillEmpty, OnDuplicate::Overwrite] {
            let job = first.run(file, &plan(mode, "")).await;
            let counts = job.counts;
            assert_eq!((counts.rows, counts.unchanged, counts.warned), (6, 6, 0), "{mode:?}");
        }
    }
    let second = house().await;
    second.user("Moses Frase").await;
    for file in [&accounts, &people, &products, &exported] {
        let counts = second.import(file).await;
        assert_eq!(counts.warned, 0);
    }
    let told = |path: &Path| {
        let mut lines: Vec<String> = std::fs::read_to_string(path)
            .unwrap()
            .lines()
            .map(|line| {
                let (number, rest) = line.split_once(',').unwrap_or((line, ""));
                if number.starts_with("D-") { rest.to_owned() } else { line.to_owned() }
            })
            .collect();
        lines.sort_unstable();
        lines
    };
    assert_eq!(told(&exported), told(&export(&second, Lang::Zh, "second.csv").await));
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
async fn the_files_of_a_sales_team() {
    let of = |name: &str| shared(&format!("sales-opportunities/{name}.csv"));
    let (Some(accounts), Some(products), Some(deals)) =
        (of("accounts"), of("products"), of("sales_pipeline"))
    else {
        return;
    };
    let house = house().await;
    let darcel = house.user("Darcel Schlecht").await;
    if let Some(teams) = of("sales_teams") {
        let counts = house.import(&teams).await;
        assert_eq!((counts.rows, counts.created, counts.refused, counts.warned), (35, 35, 0, 0));
        let people = ListRequest { tab: domain::list::Tab::People, ..ListRequest::default() };
        let page = house.db.list_count(&house.caller, &people, true).await.unwrap();
        assert_eq!(page.number, 35);
    }
    let map = "[values.industry]\ntechnolgy = \"technology\"\n";
    let job = house.run(&accounts, &plan(OnDuplicate::Skip, map)).await;
    assert_eq!((job.counts.created, job.counts.refused), (85, 0));
    let mended = house.remarks(&job).await.len();
    assert_eq!(mended, 12, "technolgy");
    let counts = house.import(&products).await;
    assert_eq!((counts.rows, counts.created, counts.warned), (7, 7, 0));

    let started = std::time::Instant::now();
    let job = house.run(&deals, &Plan::default()).await;
    eprintln!("{:?} in {:.1} s", job.counts, started.elapsed().as_secs_f64());
    assert_eq!((job.counts.rows, job.counts.created, job.counts.refused), (8_800, 8_800, 0));
    let stages = house.stages().await;
    let stages: Vec<(&str, i64)> = stages.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    assert_eq!(stages, [("Lost", 2_473), ("New", 500), ("Qualified", 1_589), ("Won", 4_238)]);
    let mine = DealRequest { state: None, owner: Some(darcel), ..DealRequest::default() };
    let mine = house.db.opportunity_count(&house.caller, &mine, true).await.unwrap();
    assert_eq!(mine.number, 747);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for row in house.remarks(&job).await {
        for error in row.errors {
            *kinds.entry(format!("{}: {}", error.column, error.error)).or_default() += 1;
        }
    }
    let kinds: Vec<(&str, usize)> = kinds.iter().map(|(what, n)| (what.as_str(), *n)).collect();
    assert_eq!(
        kinds,
        [
            ("deal_stage: read as New", 1),
            ("deal_stage: read as Qualified", 1),
            ("product: read as GTX Pro", 1_480),
            ("sales_agent: not found, kept in a note", 29),
        ]
    );
    let first = house.db.opportunity(&house.caller, OpportunityNumber(1)).await.unwrap();
    assert_eq!(first.data.name, "GTX Plus Basic – Cancity");
    assert_eq!((first.data.value_minor, first.account_name.as_str()), (105_400, "Cancity"));
    for mode in [OnDuplicate::Skip, OnDuplicate::Overwrite] {
        let again = house.run(&deals, &plan(mode, "")).await.counts;
        assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 8_800), "{mode:?}");
    }
    let undone = house.undo(&job).await;
    assert_eq!((undone.state, undone.note), (ImportState::Undone, None));
    assert!(house.stages().await.is_empty());
    let page = house.db.account_page(&house.caller, &ListRequest::default()).await.unwrap();
    assert!(!page.rows.is_empty());
}
