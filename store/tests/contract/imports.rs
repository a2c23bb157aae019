//! Imports: rows are found or made once, whoever sends them how often, and can be taken back.

use crate::{
    customers::{edit, form, make},
    support::{NOW, on_both, root, someone},
};
use domain::{
    account::{AccountData, AccountDraft, AccountField, Level},
    address::AddressData,
    contact::{ContactDraft, ContactKind},
    failure::Failure,
    field::FieldError,
    id::{AccountNumber, ImportId, ImportNumber, PersonNumber, Version},
    import::{ImportNote, ImportState, OnDuplicate, Target},
    list::{ListRequest, Tab},
    note::Subject,
    person::{PersonData, PersonDraft, PersonField, PersonRole},
    policy::{Caller, Origin, Role},
    time::{Instant, MINUTE},
};
use std::sync::Arc;
use store::{Db, FurtherJob, GivenId, ImportRow, NewImport, StoreError};
use uuid::Uuid;

pub const LATER: Instant = Instant(NOW.0 + MINUTE);

pub async fn importer(db: &Db) -> Caller {
    let caller = someone(db, "boss@example.com", Role::Admin).await;
    Caller { origin: Origin::Import, ..caller }
}

pub async fn start(db: &Db, caller: &Caller, mode: OnDuplicate) -> (ImportId, ImportNumber) {
    let id = ImportId(Uuid::now_v7());
    let new = NewImport { id, file_name: "a.csv", file_size: 1, file_hash: "h", options: "{}" };
    let number = db.create_import(caller, &new).await.unwrap();
    db.set_import_plan(caller, id, "{}", mode, 3).await.unwrap();
    db.start_import(caller, id, LATER).await.unwrap();
    (id, number)
}

pub fn firm(number: i64, name: &str, industry: &str, phone: &str) -> ImportRow {
    ImportRow {
        number,
        account: Some(AccountDraft {
            data: AccountData {
                name: name.to_owned(),
                industry: industry.to_owned(),
                ..AccountData::default()
            },
            contacts: contact(phone),
            source_system: Some("file".to_owned()),
            external_id: Some(format!("{name}/{phone}")),
            ..AccountDraft::default()
        }),
        account_fields: vec![AccountField::Name, AccountField::Industry],
        account_norms: norm(phone),
        ..ImportRow::default()
    }
}

pub fn person(number: i64, name: &str, firm_name: &str, phone: &str) -> ImportRow {
    let mut row = firm(number, firm_name, "", "");
    row.shares_account = true;
    row.person = Some(PersonDraft {
        data: PersonData { full_name: name.to_owned(), ..PersonData::default() },
        contacts: contact(phone),
        source_system: Some("file".to_owned()),
        external_id: Some(format!("{name}/{firm_name}/{phone}")),
        ..PersonDraft::default()
    });
    row.person_fields = vec![PersonField::FullName];
    row.person_norms = norm(phone);
    row
}

fn contact(phone: &str) -> Vec<ContactDraft> {
    let draft = ContactDraft { kind: ContactKind::Mobile, raw: phone.to_owned() };
    if phone.is_empty() { Vec::new() } else { vec![draft] }
}

fn norm(phone: &str) -> Vec<String> {
    if phone.is_empty() { Vec::new() } else { vec![phone.to_owned()] }
}

/// Writes rows as one run and ends it; answers (created, updated, unchanged).
pub async fn import(
    db: &Db,
    caller: &Caller,
    mode: OnDuplicate,
    rows: &[ImportRow],
) -> (ImportId, (i64, i64, i64)) {
    let (id, _) = start(db, caller, mode).await;
    let counts = db.write_chunk(caller, id, mode, 0, LATER, rows).await.unwrap();
    db.finish_import(caller, id, &|| LATER).await.unwrap();
    (id, (counts.created, counts.updated, counts.unchanged))
}

pub async fn names(db: &Db, caller: &Caller, tab: Tab) -> Vec<String> {
    let request = ListRequest { tab, ..ListRequest::default() };
    if tab == Tab::People {
        let page = db.person_page(caller, &request).await.unwrap();
        return page.rows.into_iter().map(|row| row.full_name).collect();
    }
    let page = db.account_page(caller, &request).await.unwrap();
    page.rows.into_iter().map(|row| row.name).collect()
}

/// The number of the only customer.
async fn the_only_customer(db: &Db, caller: &Caller) -> AccountNumber {
    let page = db.account_page(caller, &ListRequest::default()).await.unwrap();
    assert_eq!(page.rows.len(), 1);
    page.rows[0].number
}

pub async fn undo(db: &Db, caller: &Caller, id: ImportId) {
    db.ask_undo_import(caller, id).await.unwrap();
    let mut below = i64::MAX;
    while let Some(row) = db.undo_import_page(caller, id, below, LATER).await.unwrap() {
        below = row;
    }
}

/// A row about one of the people of a firm, with what the file says of the firm beside.
fn colleague(
    number: i64,
    name: &str,
    phone: &str,
    firm_fields: &[(AccountField, &str)],
) -> ImportRow {
    let mut row = person(number, name, "快讯有限公司", phone);
    let account = row.account.as_mut().unwrap();
    for (field, value) in firm_fields {
        account.data.set(*field, value, 2).unwrap();
        row.account_fields.push(*field);
        Arc::make_mut(&mut row.columns).insert(Target::Account(*field), field.code().to_owned());
    }
    row
}

fn at(mut row: ImportRow, street: &str, tag: &str) -> ImportRow {
    let account = row.account.as_mut().unwrap();
    account.addresses = vec![AddressData { street: street.to_owned(), ..AddressData::default() }];
    account.tags = vec![tag.to_owned()];
    row.note = Some(format!("note {}", row.number));
    row
}

/// Writes rows as one run in chunks of `size`.
async fn import_in_chunks(
    db: &Db,
    caller: &Caller,
    mode: OnDuplicate,
    rows: &[ImportRow],
    size: usize,
) -> (ImportId, (i64, i64, i64)) {
    let (id, _) = start(db, caller, mode).await;
    let mut done = 0;
    let mut all = (0, 0, 0);
    for rows in rows.chunks(size) {
        let counts = db.write_chunk(caller, id, mode, done, LATER, rows).await.unwrap();
        done += counts.done;
        all = (all.0 + counts.created, all.1 + counts.updated, all.2 + counts.unchanged);
    }
    db.finish_import(caller, id, &|| LATER).await.unwrap();
    (id, all)
}

on_both! {
    async fn rows_of_one_company_add_up_wherever_a_chunk_ends(db: Db) {
        let caller = importer(&db).await;
        let rows = [
            at(colleague(1, "邓雷", "1", &[(AccountField::Level, "high")]), "南京路1号", "a"),
            at(colleague(2, "李莹", "2", &[(AccountField::Level, "low")]), "北京路2号", "b"),
            at(colleague(3, "王强", "3", &[(AccountField::Industry, "steel")]), "南京路1号", "a"),
            at(colleague(4, "邓雷", "1", &[(AccountField::Level, "high")]), "北京路2号", "a"),
        ];
        for (round, mode) in [OnDuplicate::Skip, OnDuplicate::FillEmpty, OnDuplicate::Overwrite]
            .into_iter()
            .enumerate()
        {
            for size in [1, 2, 4] {
                let (id, counts) = import_in_chunks(&db, &caller, mode, &rows, size).await;
                assert_eq!(counts, (3, 1, 0), "{mode:?} {size}");
                let number = the_only_customer(&db, &caller).await;
                let account = db.account(&caller, number).await.unwrap();
                let streets: Vec<&str> =
                    account.addresses.iter().map(|one| one.data.street.as_str()).collect();
                assert_eq!(streets, ["南京路1号", "北京路2号"], "{mode:?} {size}");
                assert_eq!(account.tags, ["a", "b"]);
                assert_eq!(account.data.industry, "steel");
                assert_eq!(account.data.level, Some(Level::High));
                let remarks = db.import_remarks(&caller, id, 0, 10).await.unwrap();
                assert_eq!(remarks.len(), 1, "{round} {size}");
                assert_eq!(remarks[0].row, 2);
                assert_eq!(remarks[0].errors[0].error, FieldError::OtherRow);
                assert_eq!(remarks[0].errors[0].value, "low");
                // The same file again changes nothing, and says which records it met.
                let (again, counts) = import_in_chunks(&db, &caller, mode, &rows, size).await;
                assert_eq!(counts, (0, 0, 4), "{mode:?} {size}");
                let met = db.import_matches(&caller, again, 0, 10).await.unwrap();
                assert_eq!(met[0].account.as_ref().unwrap().1, "快讯有限公司");
                assert_eq!(met[0].person.as_ref().unwrap().1, "邓雷");
                undo(&db, &caller, id).await;
                assert!(names(&db, &caller, Tab::Companies).await.is_empty());
            }
        }
    }

    async fn contacts_of_a_stored_company_leave_its_address(db: Db) {
        let caller = importer(&db).await;
        let mut stored = form("快讯有限公司");
        stored.street = "总部大道8号".to_owned();
        let number = make(&db, &caller, &stored).await;
        let rows = [
            at(colleague(1, "邓雷", "1", &[]), "南京路1号", "a"),
            at(colleague(2, "李莹", "2", &[]), "北京路2号", "b"),
        ];
        let streets = async || {
            let account = db.account(&caller, number).await.unwrap();
            account.addresses.into_iter().map(|one| one.data.street).collect::<Vec<_>>()
        };
        import(&db, &caller, OnDuplicate::Skip, &rows).await;
        assert_eq!(streets().await, ["总部大道8号"]);
        import(&db, &caller, OnDuplicate::FillEmpty, &rows).await;
        assert_eq!(streets().await, ["总部大道8号"]);
        import_in_chunks(&db, &caller, OnDuplicate::Overwrite, &rows, 1).await;
        assert_eq!(streets().await, ["总部大道8号", "南京路1号", "北京路2号"]);
    }

    async fn a_number_of_this_installation_counts_with_the_name(db: Db) {
        let caller = importer(&db).await;
        let number = make(&db, &caller, &form("Acme Co., Ltd.")).await;
        make(&db, &caller, &form("Acme")).await;
        let mut row = firm(1, "Acme", "steel", "");
        row.account_number = Some(number);
        import(&db, &caller, OnDuplicate::Overwrite, &[row.clone()]).await;
        assert_eq!(db.account(&caller, number).await.unwrap().data.industry, "steel");
        // From another installation, where the number is somebody else's.
        let mut stranger = firm(1, "Somebody else", "wood", "");
        stranger.account_number = Some(number);
        let (_, counts) = import(&db, &caller, OnDuplicate::Overwrite, &[stranger]).await;
        assert_eq!(counts, (1, 0, 0));
        assert_eq!(db.account(&caller, number).await.unwrap().data.industry, "steel");
    }

    async fn a_record_found_by_name_keeps_the_id_a_named_system_gives(db: Db) {
        let caller = importer(&db).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let keyed = |name: &str| {
            let mut row = firm(1, name, "", "");
            let account = row.account.as_mut().unwrap();
            account.source_system = Some("old crm".to_owned());
            account.external_id = Some("7".to_owned());
            row.given_id = Some(GivenId::Account);
            [row]
        };
        import(&db, &caller, OnDuplicate::FillEmpty, &keyed("Acme")).await;
        import(&db, &caller, OnDuplicate::Overwrite, &keyed("Zenith")).await;
        assert_eq!(db.account(&caller, number).await.unwrap().data.name, "Zenith");
    }

    async fn a_person_works_where_the_file_says_and_as_what(db: Db) {
        let caller = importer(&db).await;
        make(&db, &caller, &form("Zenith")).await;
        let mut row = person(1, "邓雷", "快讯", "1");
        row.person.as_mut().unwrap().role = Some(PersonRole::Payer);
        let job = |name: &str, role| FurtherJob { account: None, name: name.to_owned(), role };
        row.further_jobs = vec![job("Zenith", Some(PersonRole::User)), job("Nobody", None)];
        let (id, _) = import(&db, &caller, OnDuplicate::Skip, &[row]).await;
        let found = db.person(&caller, PersonNumber(1)).await.unwrap();
        let jobs: Vec<_> =
            found.accounts.iter().map(|job| (job.name.as_str(), job.role)).collect();
        assert_eq!(jobs, [("快讯", Some(PersonRole::Payer)), ("Zenith", Some(PersonRole::User))]);
        let remarks = db.import_remarks(&caller, id, 0, 10).await.unwrap();
        assert_eq!(remarks[0].errors[0].value, "Nobody");
    }

    async fn the_same_rows_again_change_nothing(db: Db) {
        let caller = importer(&db).await;
        let rows = [
            person(1, "邓雷", "快讯有限公司", "+8615284354094"),
            person(2, "李莹", "快讯", ""),
            person(3, "邓雷", "快讯", "+8615284354094"),
            firm(4, "Acme Ltd", "retail", "+8613800138000"),
        ];
        let modes =
            [OnDuplicate::Skip, OnDuplicate::FillEmpty, OnDuplicate::Overwrite, OnDuplicate::Create];
        let (_, counts) = import(&db, &caller, OnDuplicate::Skip, &rows).await;
        assert_eq!(counts, (3, 0, 1));
        assert_eq!(names(&db, &caller, Tab::Companies).await, ["Acme Ltd", "快讯有限公司"]);
        for mode in modes {
            let again = [rows[0].clone(), rows[1].clone(), rows[3].clone()];
            let (_, counts) = import(&db, &caller, mode, &again).await;
            assert_eq!(counts, (0, 0, 3), "{mode:?}");
        }
        assert_eq!(names(&db, &caller, Tab::People).await.len(), 2);
    }

    async fn a_stored_customer_is_left_filled_or_overwritten(db: Db) {
        let caller = importer(&db).await;
        let number = make(&db, &caller, &form("Acme Co., Ltd.")).await;
        let row = |industry: &str, phone: &str| [firm(1, "ACME", industry, phone)];
        let (_, counts) =
            import(&db, &caller, OnDuplicate::Skip, &row("steel", "+8613800138000")).await;
        assert_eq!(counts, (0, 0, 1));
        let (_, counts) =
            import(&db, &caller, OnDuplicate::FillEmpty, &row("steel", "+8613800138000")).await;
        assert_eq!(counts, (0, 1, 0));
        let account = db.account(&caller, number).await.unwrap();
        assert_eq!(account.data.industry, "steel");
        assert_eq!(account.data.name, "Acme Co., Ltd.");
        assert_eq!(account.contacts[0].norm, "+8613800138000");
        import(&db, &caller, OnDuplicate::FillEmpty, &row("wood", "")).await;
        assert_eq!(db.account(&caller, number).await.unwrap().data.industry, "steel");
        import(&db, &caller, OnDuplicate::Overwrite, &row("wood", "")).await;
        let account = db.account(&caller, number).await.unwrap();
        assert_eq!((account.data.industry.as_str(), account.data.name.as_str()), ("wood", "ACME"));
        assert_eq!(account.contacts.len(), 1);
        let (_, counts) = import(&db, &caller, OnDuplicate::Create, &row("wood", "")).await;
        assert_eq!(counts, (1, 0, 0));
    }

    async fn an_import_is_taken_back_but_for_what_people_touched(db: Db) {
        let caller = importer(&db).await;
        let old = make(&db, &caller, &form("Old Ltd")).await;
        let rows = [
            firm(1, "Old", "steel", "+8613800138001"),
            firm(2, "Kept", "", ""),
            person(3, "邓雷", "Gone", "+8615284354094"),
        ];
        let (id, counts) = import(&db, &caller, OnDuplicate::FillEmpty, &rows).await;
        assert_eq!(counts, (2, 1, 0));
        let kept = AccountNumber(old.0 + 1);
        let person_at_screen = Caller { origin: Origin::Web, now: LATER, ..caller.clone() };
        let account = db.account(&caller, kept).await.unwrap();
        db.edit_account(&person_at_screen, account.id, account.version, &[edit("industry", "wood")])
            .await
            .unwrap();
        undo(&db, &caller, id).await;
        assert_eq!(names(&db, &caller, Tab::Companies).await, ["Kept", "Old Ltd"]);
        assert!(names(&db, &caller, Tab::People).await.is_empty());
        let account = db.account(&caller, old).await.unwrap();
        assert_eq!(account.data.industry, "");
        assert!(account.contacts.is_empty());
        let job = db.import_by_id(&caller, id).await.unwrap().job;
        assert_eq!(job.state, ImportState::Undone);
        assert_eq!(job.note, Some(ImportNote::Kept { records: 1 }));
        // What is in the bin does not stand in the way of the same file.
        let (_, counts) = import(&db, &caller, OnDuplicate::Skip, &rows).await;
        assert_eq!(counts, (1, 0, 2));
        assert_eq!(names(&db, &caller, Tab::Companies).await, ["Gone", "Kept", "Old Ltd"]);
    }

    async fn a_field_a_person_changed_since_stays(db: Db) {
        let caller = importer(&db).await;
        let old = make(&db, &caller, &form("Old Ltd")).await;
        let rows = [firm(1, "Old", "steel", "")];
        let (id, _) = import(&db, &caller, OnDuplicate::FillEmpty, &rows).await;
        let account = db.account(&caller, old).await.unwrap();
        db.edit_account(&caller, account.id, account.version, &[edit("industry", "wood")])
            .await
            .unwrap();
        undo(&db, &caller, id).await;
        assert_eq!(db.account(&caller, old).await.unwrap().data.industry, "wood");
    }

    async fn customers_belong_to_the_ones_the_file_names(db: Db) {
        let caller = importer(&db).await;
        let mut child = firm(1, "Acme China", "", "");
        child.parent = Some("acme corporation".to_owned());
        let mut orphan = firm(2, "Orphan", "", "");
        orphan.parent = Some("Nobody".to_owned());
        let rows = [child, orphan, firm(3, "Acme Corporation", "", "")];
        let (id, _) = start(&db, &caller, OnDuplicate::Skip).await;
        db.write_chunk(&caller, id, OnDuplicate::Skip, 0, LATER, &rows).await.unwrap();
        db.link_parents(&caller, id, OnDuplicate::Skip, "subsidiary_of", &|| LATER).await.unwrap();
        db.finish_import(&caller, id, &|| LATER).await.unwrap();
        let remarks = db.import_remarks(&caller, id, 0, 10).await.unwrap();
        assert_eq!(remarks.len(), 1);
        assert_eq!((remarks[0].row, remarks[0].errors[0].column.as_str()), (2, "subsidiary_of"));
        let job = db.import_by_id(&caller, id).await.unwrap().job;
        assert_eq!((job.counts.created, job.counts.warned), (3, 1));
        let linked = db.account(&caller, AccountNumber(1)).await.unwrap();
        assert_eq!(linked.version, Version(2));
        let told = db.timeline(&caller, Subject::Account(linked.id), None).await.unwrap();
        assert!(format!("{told:?}").contains("C-3"), "by its number: a name may be erased one day");
        assert!(!format!("{told:?}").contains("Acme Corporation"));
    }

    async fn nobody_belongs_to_their_own_child(db: Db) {
        let caller = importer(&db).await;
        let of = |number: i64, name: &str, parent: &str| {
            let mut row = firm(number, name, "", "");
            row.parent = Some(parent.to_owned());
            row
        };
        let rows = [of(1, "A", "B"), of(2, "B", "C"), of(3, "C", "A"), of(4, "D", "D")];
        let (id, _) = start(&db, &caller, OnDuplicate::Skip).await;
        db.write_chunk(&caller, id, OnDuplicate::Skip, 0, LATER, &rows).await.unwrap();
        db.link_parents(&caller, id, OnDuplicate::Skip, "parent", &|| LATER).await.unwrap();
        db.finish_import(&caller, id, &|| LATER).await.unwrap();
        let remarks = db.import_remarks(&caller, id, 0, 10).await.unwrap();
        assert_eq!(remarks.iter().map(|one| one.row).collect::<Vec<_>>(), [3, 4]);
    }

    async fn a_chunk_is_written_once(db: Db) {
        let caller = importer(&db).await;
        let rows = [firm(1, "Acme", "", "")];
        let (id, number) = start(&db, &caller, OnDuplicate::Create).await;
        db.write_chunk(&caller, id, OnDuplicate::Create, 0, LATER, &rows).await.unwrap();
        let again = db.write_chunk(&caller, id, OnDuplicate::Create, 0, LATER, &rows).await;
        assert!(matches!(again, Err(StoreError::Refused(Failure::Gone))), "{again:?}");
        assert_eq!(db.import(&caller, number).await.unwrap().committed_rows, 1);
    }

    async fn a_run_is_taken_on_by_one_worker_until_its_lease_is_over(db: Db) {
        let caller = importer(&db).await;
        let (id, number) = start(&db, &caller, OnDuplicate::Skip).await;
        assert_eq!(db.claim_import(&root(), MINUTE).await.unwrap(), None);
        let later = Caller { now: LATER.plus(1), ..root() };
        let claimed = db.claim_import(&later, MINUTE).await.unwrap().unwrap();
        assert_eq!((claimed.id, claimed.number, claimed.undoing), (id, number, false));
        assert_eq!(db.claim_import(&later, MINUTE).await.unwrap(), None);
        db.let_import_go(&later, id).await.unwrap();
        assert!(db.claim_import(&later, MINUTE).await.unwrap().is_some());
        db.fail_import(&later, id, &ImportNote::Denied).await.unwrap();
        let even_later = Caller { now: LATER.plus(10 * MINUTE), ..root() };
        assert_eq!(db.claim_import(&even_later, MINUTE).await.unwrap(), None);
        db.ask_undo_import(&even_later, id).await.unwrap();
        assert!(db.claim_import(&even_later, MINUTE).await.unwrap().unwrap().undoing);
    }

    async fn staff_do_not_import(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let new = NewImport {
            id: ImportId(Uuid::now_v7()),
            file_name: "a.csv",
            file_size: 1,
            file_hash: "h",
            options: "{}",
        };
        let answer = db.create_import(&caller, &new).await;
        assert!(matches!(answer, Err(StoreError::Refused(Failure::Denied { .. }))));
        let system = root();
        assert!(db.import_caller(&system, caller.user).await.is_err());
        assert!(db.import_caller(&system, system.user).await.is_ok());
    }

    async fn a_file_puts_nobody_in_charge_whom_its_owner_may_not(db: Db) {
        let boss = importer(&db).await;
        let marketer = Caller { origin: Origin::Import, ..someone(&db, "m@example.com", Role::Marketer).await };
        let theirs = |number, name: &str, owner| {
            let mut row = firm(number, name, "", "");
            row.account.as_mut().unwrap().data.owner = Some(owner);
            row.account_fields.push(AccountField::Owner);
            row
        };
        import(&db, &boss, OnDuplicate::Create, &[theirs(1, "Lan Yu", boss.user)]).await;
        let rows = [
            theirs(1, "Lan Yu", marketer.user),
            theirs(2, "New One", marketer.user),
            theirs(3, "New Two", boss.user),
        ];
        let (id, counts) = import(&db, &marketer, OnDuplicate::Overwrite, &rows).await;
        assert_eq!(counts, (2, 0, 1));
        let page = db.account_page(&boss, &ListRequest::default()).await.unwrap();
        let mut owners = Vec::new();
        for row in page.rows {
            owners.push((row.name, db.account(&boss, row.number).await.unwrap().data.owner));
        }
        owners.sort();
        let expected = [("Lan Yu", Some(boss.user)), ("New One", Some(marketer.user)), ("New Two", None)];
        assert_eq!(owners, expected.map(|(name, owner)| (name.to_owned(), owner)));
        let told = db.import_remarks(&marketer, id, 0, 10).await.unwrap();
        let told: Vec<_> = told.iter().map(|row| (row.row, row.errors[0].error.clone())).collect();
        assert_eq!(told, [(1, FieldError::NotYours), (3, FieldError::NotYours)]);
    }
}
