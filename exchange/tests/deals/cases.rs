//! Cases: files of help desks are read with their customers, times and threads, taken back, and what goes out comes back
//! equal.

use super::{House, day, house, plan};
use domain::{
    case::{
        Case, CaseChannel, CaseData, CaseKind, CasePriority, CaseRequest, CaseState, CaseStatus,
        MessageKind,
    },
    field::FieldError,
    import::{ImportNote, OnDuplicate},
    lang::Lang,
    time::Instant,
};
use exchange::{
    export::{CsvExport, ExportOptions},
    export_columns::{Beside, ExportKind, Record},
    plan::Plan,
    rows_out::CsvEncoding,
    run,
};
use std::path::PathBuf;

const ACCOUNTS: &str = "account,sector\nAcme Corporation,software\n=2+5,software\n";
/// As a help desk writes them: one with everything, one of a stranger, one that waits, one without a subject, one without
/// anything, and the first once more.
const DESK: &str = "Ticket ID,Subject,Type,Priority,Status,Company,Requester,Email,Created at,Solved at,Assignee,Description,Resolution,Notes\n\
     T-100001,Torn box,Problem,High,Solved,ACME CORPORATION,Ann Cole,ann@acme.example,2026-03-02,2026-03-04,Moses Frase,\"Torn,\nand wet\",Sent another,VIP\n\
     T-100002,Which size?,Question,Low,Open,Nobody Inc,Bo,bo@nobody.example,2026-03-03,,Zane Levy,,,\n\
     T-100003,More colours,Idea,shiny,Pending,,,,2026-03-04,,,,,\n\
     T-100004,,,,Closed,Acme Corporation,,,2026-03-05,,,It arrived late.,,\n\
     T-100005,,,,,,,,,,,,,\n\
     T-100001,Torn box,,,,,,,2026-03-02,,,,,\n";

impl House {
    /// Every case with its thread, in the order of their numbers.
    async fn cases(&self) -> Vec<(Case, Vec<(MessageKind, String)>)> {
        let request = CaseRequest { state: CaseState::All, ..CaseRequest::default() };
        let mut rows = self.db.case_page(&self.caller, &request).await.unwrap().rows;
        rows.sort_by_key(|row| row.number);
        let mut all = Vec::new();
        for row in rows {
            let case = self.db.case(&self.caller, row.number).await.unwrap();
            let thread = self.db.case_thread(&self.caller, row.number, None).await.unwrap();
            let said = thread.messages.into_iter().map(|one| (one.kind, one.body)).collect();
            all.push((case, said));
        }
        all
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_help_desk_is_read_and_taken_back() {
    let house = house().await;
    house.import(&house.file("a.csv", ACCOUNTS)).await;
    let moses = house.user("Moses Frase").await;
    let file = house.file("desk.csv", DESK);
    let job = house.run(&file, &Plan::default()).await;
    let counts = job.counts;
    assert_eq!((counts.rows, counts.created, counts.unchanged, counts.refused), (6, 4, 1, 1));
    let all = house.cases().await;
    let (first, said) = &all[0];
    assert_eq!(first.account_name, "Acme Corporation");
    assert_eq!(
        first.data,
        CaseData {
            subject: "Torn box".to_owned(),
            priority: CasePriority::High,
            status: CaseStatus::Resolved,
            owner: Some(moses),
            account: first.data.account,
            contact: "ann@acme.example".to_owned(),
            solution: "Sent another".to_owned(),
            ..CaseData::new(CaseKind::Complaint, CaseChannel::Other)
        }
    );
    assert_eq!(
        *said,
        [
            (MessageKind::Customer, "Torn,\nand wet".to_owned()),
            (MessageKind::Note, "Notes: VIP".to_owned())
        ]
    );
    assert_eq!(
        (day(first.clock.began_at), day(first.clock.solved_at)),
        ("2026-03-02".to_owned(), "2026-03-04".to_owned())
    );
    let (second, said) = &all[1];
    assert_eq!((second.data.status, second.data.account), (CaseStatus::New, None));
    assert_eq!(second.data.contact, "Nobody Inc, bo@nobody.example");
    assert_eq!(*said, [(MessageKind::Note, "Assignee: Zane Levy".to_owned())]);
    let (third, _) = &all[2];
    assert_eq!((third.data.kind, third.data.status), (CaseKind::Suggestion, CaseStatus::Waiting));
    assert!(third.clock.paused_since.is_set());
    let (fourth, _) = &all[3];
    assert_eq!(fourth.data.subject, "It arrived late.");
    assert_eq!(fourth.data.solution, "Solved before it was imported.");
    assert_eq!(fourth.clock.solved_at, fourth.clock.began_at);
    let told: Vec<(i64, String, FieldError)> = house
        .remarks(&job)
        .await
        .into_iter()
        .flat_map(|row| {
            row.errors.into_iter().map(move |error| (row.row, error.column, error.error))
        })
        .collect();
    let expected = [
        (2, "Assignee", FieldError::Noted),
        (2, "Company", FieldError::Noted),
        (3, "Priority", FieldError::UnknownOption),
        (5, "Subject", FieldError::Required),
    ];
    assert_eq!(told, expected.map(|(row, column, error)| (row, column.to_owned(), error)));
    // A check says the same beforehand, and that all of it is there afterwards.
    let opened = run::open(&house.reader, &file, &Plan::default()).await.unwrap();
    let check = run::check(&house.db, &house.caller, opened, 100, |_| ()).await.unwrap();
    assert_eq!((check.counts.unchanged, check.counts.refused), (5, 1));
    // What people said of one since stays; all else goes.
    let (kept, _) = &all[2];
    let caller = domain::policy::Caller {
        origin: domain::policy::Origin::Web,
        now: Instant(house.caller.now.0 + 10_000_000),
        ..house.caller.clone()
    };
    let edit =
        domain::account::FieldEdit { field: "category".to_owned(), value: "Colours".to_owned() };
    let (policy, zone) =
        (domain::service::ServicePolicy::default(), domain::time::ZoneOffsets::default());
    let counting = domain::case::Counting { policy: &policy, zone: &zone };
    house.db.edit_case(&caller, kept.id, kept.version, &[edit], counting).await.unwrap();
    assert_eq!(house.undo(&job).await.note, Some(ImportNote::Kept { records: 1 }));
    let left: Vec<String> =
        house.cases().await.into_iter().map(|(case, _)| case.data.subject).collect();
    assert_eq!(left, ["More colours"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_file_tells_more_and_leaves_the_work_alone() {
    let house = house().await;
    house.import(&house.file("a.csv", ACCOUNTS)).await;
    house.import(&house.file("desk.csv", DESK)).await;
    let later = house.file(
        "later.csv",
        "ticket id,subject,type,status,priority,root cause\nT-100002,What size is it?,Problem,Solved,Urgent,No table\n",
    );
    for mode in [OnDuplicate::Skip, OnDuplicate::FillEmpty, OnDuplicate::Create] {
        assert_eq!(house.run(&later, &plan(mode, "")).await.counts.unchanged, 1, "{mode:?}");
    }
    let job = house.run(&later, &plan(OnDuplicate::Overwrite, "")).await;
    assert_eq!((job.counts.updated, job.counts.warned), (1, 0));
    let second = house.cases().await.remove(1).0;
    let told = (second.data.subject.as_str(), second.data.kind, second.data.cause.as_str());
    assert_eq!(told, ("What size is it?", CaseKind::Complaint, "No table"));
    assert_eq!((second.data.status, second.data.priority), (CaseStatus::New, CasePriority::Low));
    assert_eq!(house.undo(&job).await.note, None);
    let second = house.cases().await.remove(1).0;
    assert_eq!((second.data.subject.as_str(), second.data.cause.as_str()), ("Which size?", ""));
}

/// Every case, as an export writes them.
async fn export(house: &House, lang: Lang, name: &str) -> PathBuf {
    let details = domain::policy::DetailRules::OPEN;
    let options = ExportOptions { lang, kind: ExportKind::Cases, decimals: 2, details };
    let mut out = CsvExport::new(options, CsvEncoding::Utf8);
    let mut bytes = out.head();
    let ids: Vec<_> = house.cases().await.into_iter().map(|(case, _)| case.id).collect();
    for (case, said) in &house.db.export_cases(&house.caller, &ids).await.unwrap() {
        let owner = if case.data.owner.is_some() { "Moses Frase" } else { "" };
        bytes.extend(out.row(Record::Case(case, said), Beside::from(owner)));
    }
    house.file(name, std::str::from_utf8(&bytes).unwrap())
}

/// What cases say, whatever their ids and owners are.
async fn said(house: &House) -> Vec<(CaseData, String, String, Vec<String>)> {
    let told = |(case, thread): (Case, Vec<(MessageKind, String)>)| {
        let data = CaseData { owner: None, account: None, ..case.data };
        let days = (day(case.clock.began_at), day(case.clock.solved_at));
        let said = thread.into_iter().filter(|(kind, _)| *kind == MessageKind::Customer);
        (data, case.account_name, format!("{days:?}"), said.map(|(_, body)| body).collect())
    };
    house.cases().await.into_iter().map(told).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_imports_back_without_a_change_and_into_another_house_equal() {
    let first = house().await;
    first.import(&first.file("a.csv", ACCOUNTS)).await;
    first.user("Moses Frase").await;
    first.import(&first.file("desk.csv", DESK)).await;
    let more = "ticket id,subject,company,category,channel,description\n\
         T-200001,=1+1,=2+5,\"a, b\",phone,\"=cmd\nsecond line\"\n";
    first.import(&first.file("more.csv", more)).await;
    let before = said(&first).await;
    assert_eq!(before.len(), 5);
    let exported = export(&first, Lang::Zh, "zh.csv").await;
    for file in [&exported, &export(&first, Lang::En, "en.csv").await] {
        for mode in [OnDuplicate::Skip, OnDuplicate::FillEmpty, OnDuplicate::Overwrite] {
            let counts = first.run(file, &plan(mode, "")).await.counts;
            assert_eq!((counts.rows, counts.unchanged, counts.warned), (5, 5, 0), "{mode:?}");
        }
    }
    assert_eq!(said(&first).await, before);
    // Another house has the same customers and no case yet.
    let second = house().await;
    second.import(&second.file("a.csv", ACCOUNTS)).await;
    second.user("Moses Frase").await;
    let counts = second.import(&exported).await;
    assert_eq!((counts.created, counts.refused, counts.warned), (5, 0, 0));
    assert_eq!(said(&second).await, before);
}
