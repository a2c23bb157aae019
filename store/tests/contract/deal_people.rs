//! The people of a deal: put on and taken off, what each is to the purchase, who is the main contact, whoever sees them,
//! and what becomes of them when persons are merged or erased.

use crate::{
    customers::{edit, operation, refusal},
    opportunities::{deal, make_deal},
    support::{NOW, on_both, root, someone},
};
use domain::{
    bin::BinKind,
    failure::Failure,
    field::FieldError,
    id::{OpportunityId, OpportunityNumber, PersonNumber},
    merge::{MergeDraft, MergeKind, SeenRecord},
    note::{Entry, Subject},
    opportunity::{BuyingRole, DealRequest, OpportunityForm},
    person::{Person, PersonForm},
    policy::{Caller, Role},
};
use store::Db;

async fn person(db: &Db, caller: &Caller, name: &str) -> Person {
    let typed = PersonForm {
        full_name: name.to_owned(),
        owner: caller.user.to_string(),
        ..PersonForm::default()
    };
    let number = db.create_person(caller, operation(), &typed.parse().unwrap()).await.unwrap();
    db.person(caller, number).await.unwrap()
}

/// The people of a deal: name, role, and a star for the main contact.
async fn people(db: &Db, caller: &Caller, deal: OpportunityNumber) -> Vec<String> {
    let deal = db.opportunity(caller, deal).await.unwrap();
    let said = |person: &domain::opportunity::DealPerson| {
        let role = person.role.map(|role| format!(" {}", role.code())).unwrap_or_default();
        format!("{}{role}{}", person.name, if person.is_main { " *" } else { "" })
    };
    deal.people.iter().map(said).collect()
}

/// What the story of a deal says of its people, newest first.
async fn told(db: &Db, caller: &Caller, deal: OpportunityId) -> Vec<String> {
    let story = db.timeline(caller, Subject::Opportunity(deal), None).await.unwrap();
    let changes = story.entries.into_iter().filter_map(|entry| match entry {
        Entry::Change(change) => Some(change.fields),
        _ => None,
    });
    changes
        .flatten()
        .filter(|field| ["participant", "person"].contains(&&*field.field))
        .map(|field| format!("{} {}>{}", field.field, field.before, field.after))
        .collect()
}

/// The deals that somebody takes part in.
async fn deals_of(db: &Db, caller: &Caller, person: PersonNumber) -> Vec<String> {
    let request = DealRequest { state: None, person: Some(person), ..DealRequest::default() };
    let page = db.opportunity_page(caller, &request).await.unwrap();
    let count = db.opportunity_count(caller, &request, true).await.unwrap().number;
    assert_eq!(usize::try_from(count).unwrap(), page.rows.len());
    let mut names: Vec<String> = page.rows.into_iter().map(|row| row.name).collect();
    names.sort();
    names
}

on_both! {
    async fn a_deal_has_several_people_and_one_of_them_is_the_main_contact(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let [ada, bo, cy] = [person(&db, &lin, "Ada").await, person(&db, &lin, "Bo").await, person(&db, &lin, "Cy").await];
        let made = make_deal(&db, &lin, &deal("Renewal")).await;
        let put = async |person: &Person, role| db.put_deal_person(&lin, made.id, person.number, role).await.unwrap();
        assert_eq!(put(&ada, None).await.0, 2);
        assert_eq!(people(&db, &lin, made.number).await, ["Ada *"], "the first one is the main contact");
        put(&bo, Some(BuyingRole::DecisionMaker)).await;
        put(&cy, None).await;
        let version = put(&ada, Some(BuyingRole::User)).await;
        assert_eq!(put(&ada, Some(BuyingRole::User)).await, version, "the same again is no change");
        assert_eq!(people(&db, &lin, made.number).await, ["Ada user *", "Bo decision_maker", "Cy"]);
        // Another main contact out of those there are: they change places.
        db.edit_opportunity(&lin, made.id, version, &[edit("person", &cy.number.to_string())]).await.unwrap();
        assert_eq!(people(&db, &lin, made.number).await, ["Cy *", "Ada user", "Bo decision_maker"]);
        db.drop_deal_person(&lin, made.id, cy.number).await.unwrap();
        assert_eq!(people(&db, &lin, made.number).await, ["Ada user", "Bo decision_maker"]);
        assert_eq!(db.opportunity(&lin, made.number).await.unwrap().data.person, None);
        db.drop_deal_person(&lin, made.id, bo.number).await.unwrap();
        let gone = db.drop_deal_person(&lin, made.id, bo.number).await.unwrap();
        assert_eq!(db.opportunity(&lin, made.number).await.unwrap().version, gone);
        assert_eq!(told(&db, &lin, made.id).await, [
            "participant P-2:decision_maker>",
            "participant P-3>",
            "person P-3>",
            "person P-1>P-3",
            "participant P-1>P-1:user",
            "participant >P-3",
            "participant >P-2:decision_maker",
            "participant >P-1",
            "person >P-1",
        ]);
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
    }

    async fn a_main_contact_from_before_is_one_of_the_people_and_is_replaced_as_before(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let [ada, bo] = [person(&db, &lin, "Ada").await, person(&db, &lin, "Bo").await];
        let typed = OpportunityForm { person: ada.number.to_string(), ..deal("Renewal") };
        let made = make_deal(&db, &lin, &typed).await;
        assert_eq!(people(&db, &lin, made.number).await, ["Ada *"]);
        db.edit_opportunity(&lin, made.id, made.version, &[edit("person", &bo.number.to_string())]).await.unwrap();
        assert_eq!(people(&db, &lin, made.number).await, ["Bo *"]);
        assert!(deals_of(&db, &lin, ada.number).await.is_empty());
        let other = make_deal(&db, &lin, &deal("Other")).await;
        db.put_deal_person(&lin, other.id, ada.number, None).await.unwrap();
        db.put_deal_person(&lin, other.id, bo.number, None).await.unwrap();
        assert_eq!(deals_of(&db, &lin, bo.number).await, ["Other", "Renewal"], "as what does not matter");
        assert_eq!(deals_of(&db, &lin, ada.number).await, ["Other"]);
    }

    async fn each_of_the_people_is_shown_to_whoever_sees_them(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let other = someone(&db, "other@example.com", Role::SalesRep).await;
        let (hers, own) = (person(&db, &lin, "Hers").await, person(&db, &rep, "Own").await);
        let made = make_deal(&db, &rep, &deal("Renewal")).await;
        db.put_deal_person(&lin, made.id, hers.number, Some(BuyingRole::Champion)).await.unwrap();
        db.put_deal_person(&rep, made.id, own.number, None).await.unwrap();
        assert_eq!(people(&db, &rep, made.number).await, ["Own"]);
        assert_eq!(people(&db, &lin, made.number).await, ["Hers champion *", "Own"]);
        assert_eq!(told(&db, &rep, made.id).await, ["participant >P-2"]);
        let unknown = Failure::field("person", FieldError::Unknown);
        let refused = refusal(db.put_deal_person(&rep, made.id, hers.number, None).await);
        assert_eq!(refused, unknown, "one cannot ask for who is out of sight");
        assert_eq!(refusal(db.drop_deal_person(&rep, made.id, hers.number).await), unknown);
        assert_eq!(refusal(db.put_deal_person(&rep, made.id, PersonNumber(99), None).await), unknown);
        assert!(deals_of(&db, &rep, hers.number).await.is_empty());
        assert!(deals_of(&db, &other, own.number).await.is_empty());
        // Nobody reaches into the deals of others.
        let theirs = person(&db, &other, "Theirs").await;
        assert_eq!(refusal(db.put_deal_person(&other, made.id, theirs.number, None).await), Failure::Gone);
        assert_eq!(refusal(db.drop_deal_person(&other, made.id, theirs.number).await), Failure::Gone);
    }

    async fn the_people_of_a_deal_follow_a_merge_and_come_back(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let [ada, twin, bo] = [person(&db, &lin, "Ada").await, person(&db, &lin, "Ada L.").await, person(&db, &lin, "Bo").await];
        let [both, one] = [make_deal(&db, &lin, &deal("Both")).await, make_deal(&db, &lin, &deal("One")).await];
        for (deal, person, role) in [
            (&both, &bo, None),
            (&both, &ada, Some(BuyingRole::User)),
            (&both, &twin, Some(BuyingRole::Gatekeeper)),
            (&one, &bo, None),
            (&one, &twin, Some(BuyingRole::Technical)),
        ] {
            db.put_deal_person(&lin, deal.id, person.number, role).await.unwrap();
        }
        let seen = |person: &Person| SeenRecord { id: person.id.0, version: person.version };
        let draft = MergeDraft { kept: seen(&ada), others: vec![seen(&twin)], choices: Vec::new(), left_out: Vec::new() };
        let merge = db.merge(&lin, MergeKind::People, &draft).await.unwrap();
        assert_eq!(people(&db, &lin, both.number).await, ["Bo *", "Ada user"], "nobody is there twice");
        assert_eq!(people(&db, &lin, one.number).await, ["Bo *", "Ada technical"]);
        assert_eq!(deals_of(&db, &lin, ada.number).await, ["Both", "One"]);
        db.split(&lin, MergeKind::People, merge).await.unwrap();
        assert_eq!(people(&db, &lin, both.number).await, ["Bo *", "Ada user", "Ada L. gatekeeper"]);
        assert_eq!(people(&db, &lin, one.number).await, ["Bo *", "Ada L. technical"]);
    }

    async fn an_erased_person_leaves_the_deals_and_one_in_the_bin_comes_back(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let [ada, bo] = [person(&db, &lin, "Ada").await, person(&db, &lin, "Bo").await];
        let made = make_deal(&db, &lin, &deal("Renewal")).await;
        db.put_deal_person(&lin, made.id, ada.number, None).await.unwrap();
        db.put_deal_person(&lin, made.id, bo.number, Some(BuyingRole::User)).await.unwrap();
        db.delete_people(&lin, &[bo.id]).await.unwrap();
        assert_eq!(people(&db, &lin, made.number).await, ["Ada *"]);
        db.restore_people(&lin, &[bo.id]).await.unwrap();
        assert_eq!(people(&db, &lin, made.number).await, ["Ada *", "Bo user"]);
        db.delete_people(&lin, &[ada.id, bo.id]).await.unwrap();
        let sure = Caller { confirmed: domain::policy::Confirmed::by_password(NOW), ..lin.clone() };
        for person in [&ada, &bo] {
            db.erase(&sure, BinKind::People, person.id.0).await.unwrap();
        }
        assert!(people(&db, &lin, made.number).await.is_empty());
        db.delete_opportunities(&lin, &[made.id]).await.unwrap();
        db.erase(&sure, BinKind::Opportunities, made.id.0).await.unwrap();
    }
}
