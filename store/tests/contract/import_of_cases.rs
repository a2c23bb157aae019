//! Imports of cases on both databases: made once for the customers there are, within the rights of whoever brings them, kept
//! and taken back, and taken out within reach.

use crate::{
    cases::{about, case, every_row},
    customers::{form, make, refusal},
    imports::{import, importer, undo},
    support::{NOW, on_both, someone},
};
use domain::{
    case::{
        CaseChannel, CaseColumn, CaseData, CaseField, CaseForm, CaseKind, CaseRequest, CaseState,
        Clock, Counting, MessageKind,
    },
    failure::Failure,
    field::FieldError,
    hit::HitKind,
    import::{OnDuplicate, Target},
    policy::{Action, Caller, Object, Origin, Reach, Role},
    service::ServicePolicy,
    time::{DAY, ZoneOffsets},
};
use std::{collections::HashMap, sync::Arc};
use store::{CaseRow, Checker, Db, ImportRow, StoreError};

/// A row about what somebody, by name, said two days ago.
fn row(number: i64, key: &str, who: &str) -> ImportRow {
    let mut data = CaseData::new(CaseKind::Complaint, CaseChannel::Phone);
    data.subject = format!("Subject {key}");
    let (policy, zone) = (ServicePolicy::default(), ZoneOffsets::default());
    let counting = Counting { policy: &policy, zone: &zone };
    let columns = HashMap::from([(Target::Case(CaseColumn::Account), "who".to_owned())]);
    ImportRow {
        number,
        case: Some(Box::new(CaseRow {
            clock: Clock::begin(NOW.plus(-2 * DAY), data.priority, counting),
            data,
            fields: vec![CaseField::Subject, CaseField::Category],
            number: None,
            account: who.to_owned(),
            account_number: None,
            account_key: String::new(),
            body: format!("Said {key}"),
            source_system: "file".to_owned(),
            external_id: key.to_owned(),
        })),
        columns: Arc::new(columns),
        ..ImportRow::default()
    }
}

fn all() -> CaseRequest {
    CaseRequest { state: CaseState::All, ..CaseRequest::default() }
}

on_both! {
    async fn cases_of_a_file_are_made_once_for_customers_that_are_there(db: Db) {
        let caller = importer(&db).await;
        let acme = make(&db, &caller, &form("Acme Ltd")).await;
        let rows = [row(1, "a", "ACME"), row(2, "b", "Nobody"), row(3, "a", "ACME")];
        let (id, counts) = import(&db, &caller, OnDuplicate::Skip, &rows).await;
        assert_eq!(counts, (2, 0, 1));
        let made = every_row(&db, &caller, &all()).await;
        let first = db.case(&caller, *made.last().unwrap()).await.unwrap();
        assert_eq!((first.data.account, first.clock.began_at), (Some(acme), NOW.plus(-2 * DAY)));
        let thread = db.case_thread(&caller, first.number, None).await.unwrap();
        let said: Vec<_> = thread.messages.iter().map(|one| (one.kind, one.body.as_str())).collect();
        assert_eq!(said, [(MessageKind::Customer, "Said a")]);
        let second = db.case(&caller, made[0]).await.unwrap();
        assert_eq!((second.data.account, second.data.contact.as_str()), (None, "Nobody"));
        let remarks = db.import_remarks(&caller, id, 0, 10).await.unwrap();
        assert_eq!((remarks.len(), &remarks[0].errors[0].error), (1, &FieldError::Noted));
        let found = db.palette(&caller, "subject b", HitKind::ALL).await.unwrap();
        assert_eq!(found.first().map(|hit| hit.number.as_str()), Some("F-2"), "by its words");
        // Once more: found again, and told which ones they are.
        let (again, counts) = import(&db, &caller, OnDuplicate::Overwrite, &rows[..2]).await;
        assert_eq!(counts, (0, 0, 2));
        let found = db.import_matches(&caller, again, 0, 10).await.unwrap();
        assert_eq!(found[0].case, Some((first.number, "Subject a".to_owned())));
        let mut told = rows[..1].to_vec();
        told[0].case.as_mut().unwrap().data.category = "Boxes".to_owned();
        let (_, counts) = import(&db, &caller, OnDuplicate::Overwrite, &told).await;
        assert_eq!(counts, (0, 1, 0));
        // Taken back, and made anew with the ids that those in the bin had.
        undo(&db, &caller, id).await;
        assert!(every_row(&db, &caller, &all()).await.is_empty());
        let (_, counts) = import(&db, &caller, OnDuplicate::Skip, &rows).await;
        assert_eq!(counts, (2, 0, 1));
    }

    async fn whoever_may_not_make_cases_brings_none(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Marketer).await;
        let lin = Caller { origin: Origin::Import, ..lin };
        let mut rows = [row(1, "a", "Acme")];
        let mut checker = Checker::new(OnDuplicate::Skip);
        // A marketer writes cases down, and changes none.
        let denied = checker.look_up(&db, &lin, &mut rows).await.unwrap_err();
        assert!(matches!(
            denied,
            StoreError::Refused(Failure::Denied { action: Action::Edit, object: Object::Case })
        ));
        let rights = lin.rights.set(Object::Case, Action::Edit, Reach::All);
        let lin = Caller { rights, ..lin };
        checker.look_up(&db, &lin, &mut rows).await.unwrap();
        // Whom somebody else is in charge of is not for them to say.
        let other = someone(&db, "ann@example.com", Role::Staff).await;
        rows[0].case.as_mut().unwrap().data.owner = Some(other.user);
        let (id, counts) = import(&db, &lin, OnDuplicate::Skip, &rows).await;
        assert_eq!(counts, (1, 0, 0));
        let remarks = db.import_remarks(&lin, id, 0, 10).await.unwrap();
        assert!(remarks[0].errors.iter().any(|error| error.error == FieldError::NotYours));
        let made = every_row(&db, &lin, &all()).await;
        assert_eq!(db.case(&lin, made[0]).await.unwrap().data.owner, None);
    }

    async fn cases_go_out_within_reach(db: Db) {
        let lead = someone(&db, "lead@example.com", Role::SalesManager).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let own = make(&db, &rep, &form("Acme")).await;
        let theirs = make(&db, &lead, &form("Walrus")).await;
        let mut ids = Vec::new();
        for account in [own, theirs] {
            let form = CaseForm {
                account: account.to_string(),
                body: format!("Said of {account}"),
                ..about("Torn box")
            };
            ids.push(case(&db, &lead, &form).await.id);
        }
        let out = db.export_cases(&lead, &ids).await.unwrap();
        let told: Vec<_> = out.iter().map(|(case, said)| (case.account_name.as_str(), said.as_str())).collect();
        assert_eq!(told, [("Acme", &*format!("Said of {own}")), ("Walrus", &*format!("Said of {theirs}"))]);
        let denied = Failure::Denied { action: Action::Export, object: Object::Case };
        assert_eq!(refusal(db.export_cases(&rep, &ids).await), denied);
        let rights = rep.rights.set(Object::Case, Action::Export, Reach::Own);
        let rep = Caller { rights, ..rep };
        let out = db.export_cases(&rep, &ids).await.unwrap();
        assert_eq!(out.iter().map(|(case, _)| case.id).collect::<Vec<_>>(), ids[..1]);
        db.delete_case(&lead, ids[0], true).await.unwrap();
        assert!(db.export_cases(&rep, &ids).await.unwrap().is_empty());
    }
}
