//! Handing over: everything somebody is in charge of goes to one colleague or to nobody, with a line each.

use crate::{
    activities::{plan, task},
    customers::{form, make, refusal},
    opportunities::{deal, make_deal},
    permissions::{MARK, PHONE, keep},
    support::{NOW, on_both, root, someone},
};
use domain::{
    account::AccountForm,
    activity::ActivityForm,
    audit::{AuditRequest, Event, LineValues},
    failure::Failure,
    field::FieldError,
    handover::{Handed, Holdings},
    note::{Entry, Subject},
    opportunity::OpportunityForm,
    policy::{Action, Caller, Confirmed, Object, Role},
    share::{ShareDraft, ShareLevel, ShareWith},
    time::Instant,
};
use store::Db;

on_both! {
    async fn everything_goes_over_with_a_line_each_and_one_for_the_whole(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let from = someone(&db, "grace@example.com", Role::SalesRep).await;
        let to = someone(&db, "lin@example.com", Role::SalesRep).await;
        let kept = keep(&db, &from, MARK, PHONE).await;
        for number in 0..1_100 {
            let typed = AccountForm { owner: from.user.to_string(), ..form(&format!("客户 {number}")) };
            make(&db, &root(), &typed).await;
        }
        let others = make(&db, &admin, &form("Other")).await;
        let share = ShareDraft { with: ShareWith::User(from.user), level: ShareLevel::See, end: None };
        let other = db.account(&root(), others).await.unwrap();
        db.share_record(&root(), Subject::Account(other.id), &share).await.unwrap();
        let held = make_deal(&db, &from, &deal("Renewal")).await;
        let planned = plan(&db, &from, Subject::Account(kept.account), &task("Ring", "2026-11-30")).await;
        let before = db.account(&root(), kept.number).await.unwrap();
        let holdings = Holdings { accounts: 1_101, people: 1, opportunities: 1, cases: 0, activities: 1, shares: 1, imports: 0 };
        assert_eq!(db.holdings(&admin, from.user).await.unwrap(), holdings);

        let handed = db.hand_over(&admin, from.user, Some(to.user)).await.unwrap();
        assert_eq!(handed, Handed { accounts: 1_101, people: 1, opportunities: 1, cases: 0, activities: 1, unseen: 0, left: 0 });
        let after = db.account(&to, kept.number).await.unwrap();
        assert_eq!((after.data.owner, after.version.0), (Some(to.user), before.version.0 + 1));
        assert_eq!(db.person(&to, kept.person_number).await.unwrap().data.owner, Some(to.user));
        assert_eq!(refusal(db.account(&from, kept.number).await), Failure::Gone);
        let over = db.opportunity(&to, held.number).await.unwrap();
        assert_eq!((over.data.owner, over.version.0), (Some(to.user), held.version.0 + 1));
        let upcoming = db.timeline(&to, Subject::Account(kept.account), None).await.unwrap().upcoming;
        assert_eq!((upcoming[0].id, upcoming[0].data.owner), (planned, to.user));
        assert_eq!(db.account(&root(), others).await.unwrap().version, other.version);
        for subject in [Subject::Account(kept.account), Subject::Person(kept.person)] {
            let story = db.timeline(&to, subject, None).await.unwrap();
            let newest = story.entries.iter().find_map(|entry| match entry {
                Entry::Change(change) => Some(change.clone()),
                Entry::Note(_) | Entry::Activity(_) | Entry::Happening(_) => None,
            });
            let change = newest.unwrap();
            assert_eq!((change.event, change.by), (Event::Changed, admin.user));
            assert_eq!(change.fields[0].field, "owner");
            assert_eq!(change.fields[0].before, from.user.to_string());
            assert_eq!(change.fields[0].after, to.user.to_string());
        }
        let wanted = AuditRequest { event: Some(Event::HandedOver), ..AuditRequest::default() };
        let page = db.audit_page(&root(), &wanted, None, None, 50).await.unwrap();
        assert_eq!(page.rows.len(), 1);
        let LineValues::Shown(fields) = &page.rows[0].values else { panic!("values") };
        let values: Vec<&str> = fields.iter().map(|field| &*field.after).collect();
        assert_eq!(values, [&*to.user.to_string(), "1101", "1", "1", "0", "1"]);
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
        // Once more there is nothing, and no line of it.
        let again = db.hand_over(&admin, from.user, Some(to.user)).await.unwrap();
        assert_eq!(again, Handed::default());
        let page = db.audit_page(&root(), &wanted, None, None, 50).await.unwrap();
        assert_eq!(page.rows.len(), 1);
        let nobody = db.hand_over(&admin, to.user, None).await.unwrap();
        assert_eq!(nobody.accounts, 1_101);
        assert_eq!(db.account(&root(), kept.number).await.unwrap().data.owner, None);
    }

    async fn only_an_administrator_hands_over_and_only_to_who_may_sign_in(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let from = someone(&db, "grace@example.com", Role::SalesRep).await;
        let off = someone(&db, "off@example.com", Role::SalesRep).await;
        let kept = keep(&db, &from, MARK, PHONE).await;
        db.set_user_disabled(&root(), off.user, true).await.unwrap();
        let denied = Failure::Denied { action: Action::Administer, object: Object::User };
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Admin) {
            let caller = someone(&db, &format!("{}@example.com", role.code()), role).await;
            assert_eq!(refusal(db.hand_over(&caller, from.user, None).await), denied);
            assert_eq!(refusal(db.holdings(&caller, from.user).await), denied);
        }
        let late = Caller { confirmed: Confirmed::by_password(Instant(NOW.0 - 3_600_000)), ..admin.clone() };
        let asked = refusal(db.hand_over(&late, from.user, None).await);
        assert!(matches!(asked, Failure::ConfirmIdentity { .. }));
        let unknown = Failure::field("to", FieldError::UnknownOption);
        for to in [off.user, from.user, domain::id::UserId::NIL] {
            assert_eq!(refusal(db.hand_over(&admin, from.user, Some(to)).await), unknown);
        }
        let nil = domain::id::UserId::NIL;
        assert_eq!(refusal(db.hand_over(&admin, nil, None).await), Failure::Gone);
        assert_eq!(db.account(&from, kept.number).await.unwrap().data.owner, Some(from.user));
    }

    async fn what_is_planned_goes_over_as_far_as_the_colleague_sees_what_it_is_about(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let from = someone(&db, "grace@example.com", Role::SalesManager).await;
        let to = someone(&db, "lin@example.com", Role::SalesRep).await;
        let kept = keep(&db, &from, MARK, PHONE).await;
        let others = make(&db, &admin, &form("Other")).await;
        let others = Subject::Account(db.account(&root(), others).await.unwrap().id);
        let typed = OpportunityForm { owner: admin.user.to_string(), ..deal("Hers") };
        let hers = make_deal(&db, &admin, &typed).await;
        let given = ActivityForm { owner: from.user.to_string(), ..task("Ring", "2026-11-30") };
        let subjects = [
            Subject::Account(kept.account),
            Subject::Person(kept.person),
            others,
            Subject::Opportunity(hers.id),
        ];
        for subject in subjects {
            plan(&db, &admin, subject, &given).await;
        }
        let handed = db.hand_over(&admin, from.user, Some(to.user)).await.unwrap();
        assert_eq!((handed.activities, handed.unseen), (2, 2));
        assert_eq!(db.holdings(&admin, from.user).await.unwrap().activities, 2, "they stay where they are");
        let share = ShareDraft { with: ShareWith::User(to.user), level: ShareLevel::See, end: None };
        db.share_record(&root(), others, &share).await.unwrap();
        let handed = db.hand_over(&admin, from.user, Some(to.user)).await.unwrap();
        assert_eq!((handed.activities, handed.unseen), (1, 1));
    }
}
