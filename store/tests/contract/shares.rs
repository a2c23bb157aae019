//! Shares: who gives them, what they show and let change on every path, and when they end.

use crate::{
    customers::{edit, make, operation, refusal},
    permissions::{Kept, MARK, PHONE, everything, keep},
    structure::{all_pages, fill},
    support::{NOW, on_both, root, someone},
};
use domain::{
    account::AccountForm,
    audit::Event,
    contact::ContactKind,
    date::Date,
    failure::Failure,
    field::FieldError,
    id::UserId,
    list::{Filter, ListRequest, Sort, Tab},
    note::{Entry, NoteBody, Subject},
    page::Page,
    policy::{Action, Caller, Object, Reach, Role},
    removed::Removed,
    share::{MOST_OF_ONE, ShareDraft, ShareEnd, ShareLevel, ShareWith},
    time::{DAY, HOUR, Instant},
};
use store::{Db, NewSession};

fn draft(with: ShareWith, level: ShareLevel) -> ShareDraft {
    ShareDraft { with, level, end: None }
}

fn with(caller: &Caller, level: ShareLevel) -> ShareDraft {
    draft(ShareWith::User(caller.user), level)
}

/// The caller that somebody is at a time, by the way every request takes.
async fn at(db: &Db, caller: &Caller, now: Instant) -> Caller {
    let door = Caller { now, origin: caller.origin, ..root() };
    db.acting_for(&door, caller.user).await.unwrap().expect("may sign in")
}

async fn sees(db: &Db, caller: &Caller, kept: &Kept, now: Instant) -> bool {
    let caller = at(db, caller, now).await;
    let account = db.account(&caller, kept.number).await.is_ok();
    let person = db.person(&caller, kept.person_number).await.is_ok();
    assert_eq!(account, person, "the people of a shared customer come with it");
    account
}

fn denied<T>(action: Action, object: Object) -> Result<T, Failure> {
    Err(Failure::Denied { action, object })
}

on_both! {
    async fn what_is_shared_is_found_on_every_path_and_in_no_file(db: Db) {
        let owner = someone(&db, "grace@example.com", Role::SalesRep).await;
        let kept = keep(&db, &owner, MARK, PHONE).await;
        for role in [Role::SalesRep, Role::TeamLead] {
            let caller = someone(&db, &format!("{}@example.com", role.code()), role).await;
            keep(&db, &caller, "白鹭", if role == Role::SalesRep { "13933334444" } else { "13933335555" }).await;
            for (read, answer) in everything(&db, &caller, &kept).await {
                assert!(!answer.contains(MARK), "{read}: {answer}");
            }
            let share = with(&caller, ShareLevel::Change);
            db.share_record(&owner, Subject::Account(kept.account), &share).await.unwrap();
            let caller = at(&db, &caller, NOW).await;
            let answers = everything(&db, &caller, &kept).await;
            let telling = answers.iter().filter(|(_, answer)| answer.contains(MARK)).count();
            assert!(telling > 45, "{telling} of {}", answers.len());
            for (read, answer) in answers {
                let is_file = read.starts_with("export") || read.starts_with("bin");
                assert!(!is_file || !answer.contains(MARK), "{read}: {answer}");
            }
            let page = ListRequest { filters: vec![Filter::Shared], ..ListRequest::default() };
            for (tab, number) in [(Tab::Companies, 1), (Tab::People, 1), (Tab::Individuals, 0)] {
                let request = ListRequest { tab, ..page.clone() };
                assert_eq!(db.list_count(&caller, &request, true).await.unwrap().number, number);
            }
        }
        // In the bin it is nobody's to see by a share, and back again it is.
        let rep = db.user_by_email(&root(), "sales_rep@example.com").await.unwrap().unwrap();
        let rep = db.acting_for(&root(), rep).await.unwrap().unwrap();
        db.delete_accounts(&owner, &[kept.account]).await.unwrap();
        assert_eq!(refusal(db.account(&rep, kept.number).await), Failure::Gone);
        db.restore_accounts(&owner, &[kept.account]).await.unwrap();
        db.account(&rep, kept.number).await.unwrap();
    }

    async fn a_share_to_see_changes_nothing_and_one_to_change_neither_deletes_nor_gives_away(db: Db) {
        let owner = someone(&db, "grace@example.com", Role::SalesRep).await;
        let rep = someone(&db, "lin@example.com", Role::SalesRep).await;
        let kept = keep(&db, &owner, MARK, PHONE).await;
        let own = keep(&db, &rep, "白鹭", "13933334444").await;
        let (account, person) = (Subject::Account(kept.account), Subject::Person(kept.person));
        let body = NoteBody::parse("Besuch").unwrap();
        for level in [ShareLevel::See, ShareLevel::Change] {
            db.share_record(&owner, account, &with(&rep, level)).await.unwrap();
            let rep = at(&db, &rep, NOW).await;
            let changes = level == ShareLevel::Change;
            let expected = |done: bool, object| {
                if done { Ok(()) } else { denied(Action::Edit, object) }
            };
            let told = |answer: Result<(), store::StoreError>| match answer {
                Ok(()) => Ok(()),
                Err(error) => Err(refusal::<()>(Err(error))),
            };
            db.add_note(&rep, operation(), account, &body).await.unwrap();
            let seen = db.account(&rep, kept.number).await.unwrap().version;
            let edits = [edit("industry", level.code())];
            let answer = db.edit_account(&rep, kept.account, seen, &edits).await.map(drop);
            assert_eq!(told(answer), expected(changes, Object::Account));
            let tags = [level.code().to_owned()];
            let answer = db.set_tags(&rep, kept.account, &tags, &[]).await.map(drop);
            assert_eq!(told(answer), expected(changes, Object::Account));
            let answer = db
                .set_contact(&rep, operation(), person, None, ContactKind::Other, level.code(), "")
                .await
                .map(drop);
            assert_eq!(told(answer), expected(changes, Object::Person));
            let rights = db.record_rights(&rep, account).await.unwrap();
            assert_eq!((rights.edit, rights.assign, rights.delete), (changes, false, false));
            assert_eq!((rights.share, rights.shares), (None, 1));
            assert_eq!(db.record_rights(&rep, person).await.unwrap().edit, changes);

            let seen = db.account(&rep, kept.number).await.unwrap().version;
            let taken = [edit("owner", &rep.user.to_string())];
            let answer = told(db.edit_account(&rep, kept.account, seen, &taken).await.map(drop));
            let action = if changes { Action::Assign } else { Action::Edit };
            assert_eq!(answer, denied(action, Object::Account));
            let answer = told(db.delete_accounts(&rep, &[kept.account]).await.map(drop));
            assert_eq!(answer, denied(Action::Delete, Object::Account));
            let answer = told(db.delete_people(&rep, &[kept.person]).await.map(drop));
            assert_eq!(answer, denied(Action::Delete, Object::Person));
            // Joined to an own customer the person would be one's own for good.
            let answer = told(db.join_account(&rep, kept.person, own.number, None).await.map(drop));
            assert_eq!(answer, denied(Action::Edit, Object::Person));
            let mut job = db.person(&root(), own.person_number).await.unwrap().accounts[0].clone();
            job.is_primary = false;
            let back = Removed::Job { of: kept.person, job };
            let answer = told(db.put_back(&rep, &back).await.map(drop));
            assert_eq!(answer, denied(Action::Edit, Object::Person));
            let other = someone(&db, &format!("{}@example.com", level.code()), Role::SalesRep).await;
            let further = with(&other, ShareLevel::See);
            let answer = told(db.share_record(&rep, account, &further).await);
            assert_eq!(answer, denied(Action::Assign, Object::Account));
        }
        // A role that changes nothing changes nothing by a share either.
        let auditor = someone(&db, "audit@example.com", Role::Auditor).await;
        db.share_record(&owner, account, &with(&auditor, ShareLevel::Change)).await.unwrap();
        let auditor = at(&db, &auditor, NOW).await;
        let seen = db.account(&auditor, kept.number).await.unwrap().version;
        let answer = db.edit_account(&auditor, kept.account, seen, &[edit("industry", "x")]).await;
        assert_eq!(Err(refusal(answer)), denied::<()>(Action::Edit, Object::Account));
    }

    async fn a_share_ends_by_itself_at_its_end(db: Db) {
        let owner = someone(&db, "grace@example.com", Role::SalesRep).await;
        let rep = someone(&db, "lin@example.com", Role::SalesRep).await;
        let kept = keep(&db, &owner, MARK, PHONE).await;
        let account = Subject::Account(kept.account);
        let end = ShareEnd { day: Date::from_days(20_777), at: NOW.plus(HOUR) };
        let share = ShareDraft { end: Some(end), ..with(&rep, ShareLevel::See) };
        db.share_record(&owner, account, &share).await.unwrap();
        let token = [7; 32];
        let session = NewSession {
            token_hash: token, address: "192.0.2.1", user_agent: "test", tries: &[], device: None, second: None,
            way: store::Way::Password,
        };
        db.open_session(&rep, &session).await.unwrap();
        for (now, there) in [(NOW, true), (end.at.plus(-1), true), (end.at, false), (end.at.plus(1), false)] {
            assert_eq!(sees(&db, &rep, &kept, now).await, there, "{now:?}");
            let found = db.signed_in(&token, now).await.unwrap().unwrap();
            assert_eq!(found.shared.seen().contains(account), there, "{now:?}");
            let asked = Caller { now, ..owner.clone() };
            let listed = db.shares_of(&asked, account).await.unwrap().shares.len();
            assert_eq!(listed, usize::from(there));
        }
        let over = Caller { now: end.at, ..owner.clone() };
        let refused = refusal(db.share_record(&over, account, &share).await);
        assert_eq!(refused, Failure::field("until", FieldError::Past));
        let forget = |now| Caller { now, ..root() };
        assert_eq!(db.forget_shares(&forget(end.at)).await.unwrap(), 0);
        assert_eq!(db.forget_shares(&forget(end.at.plus(2 * DAY))).await.unwrap(), 1);
    }

    async fn a_team_sees_what_is_shared_with_it_while_one_belongs_to_it(db: Db) {
        let owner = someone(&db, "grace@example.com", Role::SalesRep).await;
        let rep = someone(&db, "lin@example.com", Role::SalesRep).await;
        let kept = keep(&db, &owner, MARK, PHONE).await;
        let account = Subject::Account(kept.account);
        let team = db.put_team(&root(), None, "Fair", &[]).await.unwrap();
        let share = draft(ShareWith::Team(team), ShareLevel::See);
        db.share_record(&owner, account, &share).await.unwrap();
        assert!(!sees(&db, &rep, &kept, NOW).await);
        db.put_team(&root(), Some(team), "Fair", &[rep.user]).await.unwrap();
        assert!(sees(&db, &rep, &kept, NOW).await);
        db.put_team(&root(), Some(team), "Fair", &[owner.user]).await.unwrap();
        assert!(!sees(&db, &rep, &kept, NOW).await);
        db.put_team(&root(), Some(team), "Fair", &[rep.user]).await.unwrap();
        assert!(sees(&db, &rep, &kept, NOW).await);
        db.delete_team(&root(), team).await.unwrap();
        assert!(!sees(&db, &rep, &kept, NOW).await);
        assert!(db.shares_of(&owner, account).await.unwrap().shares.is_empty());
        let refused = refusal(db.share_record(&owner, account, &share).await);
        assert_eq!(refused, Failure::field("with", FieldError::UnknownOption));
    }

    async fn nobody_gives_more_than_they_have(db: Db) {
        let owner = someone(&db, "grace@example.com", Role::SalesRep).await;
        let other = someone(&db, "lin@example.com", Role::SalesRep).await;
        let kept = keep(&db, &owner, MARK, PHONE).await;
        let records = [Subject::Account(kept.account), Subject::Person(kept.person)];
        let share = with(&other, ShareLevel::Change);
        for record in records {
            for role in Role::ALL {
                let name = format!("{}{}@example.com", role.code(), record.code());
                let caller = someone(&db, &name, role).await;
                let gives = match role {
                    Role::Admin | Role::SalesManager | Role::ServiceAgent | Role::Staff => Ok(()),
                    Role::SalesRep | Role::TeamLead => Err(Failure::Gone),
                    _ => denied(Action::Assign, record.object()),
                };
                let answer = db.share_record(&caller, record, &share).await;
                assert_eq!(answer.map_err(|error| refusal::<()>(Err(error))), gives, "{role:?}");
                let rights = db.record_rights(&caller, record).await.ok();
                let most = gives.is_ok().then_some(ShareLevel::Change);
                assert_eq!(rights.and_then(|rights| rights.share), most, "{role:?}");
            }
            // Whoever assigns and does not change gives sight alone.
            let staff = someone(&db, &format!("half{}@example.com", record.code()), Role::Staff).await;
            let rights = staff.rights.set(record.object(), Action::Edit, domain::policy::Reach::None);
            let half = Caller { rights, ..staff };
            let answer = db.share_record(&half, record, &share).await;
            assert_eq!(Err(refusal(answer)), denied::<()>(Action::Edit, record.object()));
            db.share_record(&half, record, &with(&half, ShareLevel::See)).await.unwrap();
        }
        let asked = db.shares_of(&owner, records[0]).await.unwrap();
        assert_eq!(asked.gives, Some(ShareLevel::Change));
        assert!(!asked.users.contains(&owner.user) && asked.users.contains(&other.user));
        let other = at(&db, &other, NOW).await;
        let asked = db.shares_of(&other, records[0]).await.unwrap();
        assert_eq!((asked.gives, asked.users.len(), asked.shares.len()), (None, 0, 2));
        // Taking back: not by whom it was given to, but by whom gave it, and by an administrator.
        let share = asked.shares.iter().find(|share| share.with == ShareWith::User(other.user)).unwrap();
        let answer = db.unshare(&other, share.id).await;
        assert_eq!(Err(refusal(answer)), denied::<()>(Action::Assign, Object::Account));
        let stranger = someone(&db, "far@example.com", Role::SalesRep).await;
        assert_eq!(refusal(db.unshare(&stranger, share.id).await), Failure::Gone);
        db.unshare(&owner, share.id).await.unwrap();
        assert_eq!(refusal(db.unshare(&owner, share.id).await), Failure::Gone);
        let other = at(&db, &other, NOW).await;
        assert_eq!(refusal(db.account(&other, kept.number).await), Failure::Gone);
        db.person(&other, kept.person_number).await.unwrap();
        let refused = refusal(db.share_page(&owner, None).await);
        assert_eq!(Err(refused), denied::<()>(Action::View, Object::Structure));
        // Whoever reads the audit log is told of the shares of records they see.
        let auditor = someone(&db, "audit@example.com", Role::Auditor).await;
        assert_eq!(db.share_page(&auditor, None).await.unwrap(), db.share_page(&root(), None).await.unwrap());
        let rights = stranger.rights.set(Object::Audit, Action::View, Reach::All).overseeing();
        let reader = Caller { rights, ..stranger.clone() };
        assert!(db.share_page(&reader, None).await.unwrap().rows.is_empty());
        let rights = owner.rights.set(Object::Audit, Action::View, Reach::All).overseeing();
        let reader = Caller { rights, ..owner.clone() };
        assert_eq!(db.share_page(&reader, None).await.unwrap().rows.len(), 3);
        let Page { rows, next } = db.share_page(&root(), None).await.unwrap();
        assert_eq!((rows.len(), next), (3, None));
        assert!(rows.iter().any(|line| line.number == kept.person_number.to_string()));
        for line in rows {
            db.unshare(&root(), line.share.id).await.unwrap();
        }
        assert!(db.share_page(&root(), None).await.unwrap().rows.is_empty());
    }

    async fn lists_with_shares_are_merged_right(db: Db) {
        let rep = someone(&db, "lin@example.com", Role::SalesRep).await;
        let other = someone(&db, "grace@example.com", Role::SalesRep).await;
        let third = someone(&db, "zhou@example.com", Role::SalesRep).await;
        fill(&db, &[rep.user, other.user, third.user], 240).await;
        let nobodys = AccountForm { name: "Nobody's".to_owned(), ..AccountForm::default() };
        let nobodys = make(&db, &root(), &nobodys).await;
        let every = all_pages(&db, &root(), &ListRequest::default()).await;
        let mut shared: Vec<_> = every.iter().step_by(7).map(|row| row.id).collect();
        shared.push(db.account(&root(), nobodys).await.unwrap().id);
        for account in &shared {
            let share = with(&rep, ShareLevel::See);
            // What is one's own cannot be shared with oneself.
            let _ = db.share_record(&root(), Subject::Account(*account), &share).await;
        }
        let rep = at(&db, &rep, NOW).await;
        let admin = Caller { user: rep.user, shared: rep.shared.clone(), ..root() };
        let team = [rep.user, other.user];
        for owners in [&team[..1], &team[..]] {
            let circle = domain::policy::Circle::new(rep.user, owners.iter().copied(), std::iter::empty());
            let rights = [Object::Account, Object::Person].into_iter().fold(rep.rights, |rights, object| {
                rights.set(object, Action::View, domain::policy::Reach::Team)
            });
            let caller = Caller { rights, circle, ..rep.clone() };
            lists_are_right(&db, &caller, &admin, owners, &shared).await;
        }
    }

    async fn shares_end_with_the_record_and_mean_nothing_to_who_is_switched_off(db: Db) {
        let owner = someone(&db, "grace@example.com", Role::SalesRep).await;
        let rep = someone(&db, "lin@example.com", Role::SalesRep).await;
        let kept = keep(&db, &owner, MARK, PHONE).await;
        let account = Subject::Account(kept.account);
        db.share_record(&owner, account, &with(&rep, ShareLevel::See)).await.unwrap();
        let body = db.timeline(&rep_now(&db, &rep).await, account, None).await.unwrap();
        let told: Vec<_> = body.entries.iter().filter_map(|entry| match entry {
            Entry::Change(change) if change.event == Event::Shared => Some(change),
            _ => None,
        }).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].by, owner.user);
        let fields: Vec<(&str, &str)> =
            told[0].fields.iter().map(|field| (&*field.field, &*field.after)).collect();
        assert_eq!(fields, [("share.user", &*rep.user.to_string()), ("share.level", "see")]);
        // The same once more is no change.
        db.share_record(&owner, account, &with(&rep, ShareLevel::See)).await.unwrap();
        let again = db.timeline(&owner, account, None).await.unwrap();
        assert_eq!(again.entries.len(), body.entries.len());
        someone(&db, "admin@example.com", Role::Admin).await;
        db.set_user_disabled(&root(), rep.user, true).await.unwrap();
        assert!(db.acting_for(&root(), rep.user).await.unwrap().is_none());
        assert!(!db.shares_of(&owner, account).await.unwrap().users.contains(&rep.user));
        let off = with(&rep, ShareLevel::Change);
        let refused = refusal(db.share_record(&owner, account, &off).await);
        assert_eq!(refused, Failure::field("with", FieldError::UnknownOption));
        db.set_user_disabled(&root(), rep.user, false).await.unwrap();
        for number in 1..MOST_OF_ONE {
            let more = someone(&db, &format!("u{number}@example.com"), Role::SalesRep).await;
            db.share_record(&owner, account, &with(&more, ShareLevel::See)).await.unwrap();
        }
        let last = someone(&db, "last@example.com", Role::SalesRep).await;
        let refused = refusal(db.share_record(&owner, account, &with(&last, ShareLevel::See)).await);
        assert_eq!(refused, Failure::field("with", FieldError::TooMany { max: MOST_OF_ONE }));
        db.delete_accounts(&owner, &[kept.account]).await.unwrap();
        assert!(db.share_page(&root(), None).await.unwrap().rows.is_empty());
        let later = Caller { now: NOW.plus(90 * DAY), ..root() };
        db.purge_bin(&later).await.unwrap();
        let at_end = Caller { now: NOW.plus(900 * DAY), ..root() };
        assert_eq!(db.forget_shares(&at_end).await.unwrap(), 0);
        assert_eq!(refusal(db.account(&rep_now(&db, &rep).await, kept.number).await), Failure::Gone);
    }
}

async fn rep_now(db: &Db, rep: &Caller) -> Caller {
    at(db, rep, NOW).await
}

/// Every order and filter shows what is within the reach or shared, once, as a list of all does.
async fn lists_are_right(
    db: &Db,
    caller: &Caller,
    admin: &Caller,
    owners: &[UserId],
    shared: &[domain::id::AccountId],
) {
    for sort in Sort::ALL {
        for reverse in [false, true] {
            for filters in [vec![], vec![Filter::Vip], vec![Filter::Mine], vec![Filter::Shared]] {
                let sort = *sort;
                let request = ListRequest { sort, reverse, filters, ..ListRequest::default() };
                let mut all = all_pages(db, admin, &request).await;
                all.retain(|row| {
                    row.owner.is_some_and(|owner| owners.contains(&owner))
                        || shared.contains(&row.id)
                });
                assert_eq!(all_pages(db, caller, &request).await, all, "{request:?}");
                let count = db.list_count(caller, &request, true).await.unwrap();
                assert_eq!(count.number, i64::try_from(all.len()).unwrap(), "{request:?}");
                assert!(!all.is_empty(), "{request:?}");
            }
        }
    }
}
