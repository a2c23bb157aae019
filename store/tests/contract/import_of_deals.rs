//! Imports of deals and products: found or made once, changed as the mode says, by whoever may, and taken back.

use crate::{
    customers::{form, make},
    imports::{LATER, import, importer, start, undo},
    opportunities::{deal, make_deal, sales},
    support::{NOW, on_both, root, someone},
};
use domain::{
    date::Date,
    failure::Failure,
    field::FieldError,
    hit::HitKind,
    id::UserId,
    import::{ImportNote, ImportState, OnDuplicate},
    opportunity::{
        CloseReason, Closing, DealRequest, Opportunity, OpportunityData, OpportunityField,
    },
    pipeline::{Stage, StageKind},
    policy::{Caller, Origin, Role},
    product::{ProductData, ProductField},
};
use store::{Checker, Db, DealRow, DealStage, ImportRow, Offer, ProductRow, StoreError};

fn product(number: i64, name: &str, price_minor: i64) -> ImportRow {
    ImportRow {
        number,
        product: Some(Box::new(ProductRow {
            data: ProductData {
                code: name.to_owned(),
                name: name.to_owned(),
                price_minor,
                ..ProductData::default()
            },
            fields: vec![ProductField::Name, ProductField::Price],
        })),
        ..ImportRow::default()
    }
}

/// A row about a deal in a stage of the first pipeline.
async fn row(db: &Db, number: i64, key: &str, stage: &str) -> ImportRow {
    let pipeline = sales(db).await;
    let named = |stage: &&Stage, name: &str| stage.name.en == name;
    let found = pipeline.stages.iter().find(|known| named(known, stage)).unwrap();
    ImportRow {
        number,
        deal: Some(Box::new(DealRow {
            data: OpportunityData {
                name: format!("Deal {key}"),
                value_minor: 5_000,
                ..OpportunityData::default()
            },
            fields: vec![OpportunityField::Name, OpportunityField::Value],
            stage: DealStage {
                pipeline: pipeline.id,
                stage: found.id,
                kind: found.kind,
                first: pipeline.columns().next().unwrap().id,
            },
            names_stage: true,
            began: Date::new(2017, 1, 2),
            closed: (found.kind != StageKind::Open).then(|| Date::new(2017, 3, 4).unwrap()),
            source_system: "file".to_owned(),
            external_id: key.to_owned(),
            ..DealRow::default()
        })),
        ..ImportRow::default()
    }
}

fn of(row: &mut ImportRow) -> &mut DealRow {
    row.deal.as_deref_mut().unwrap()
}

fn owned(row: &mut ImportRow, owner: UserId) {
    of(row).data.owner = Some(owner);
    of(row).fields.push(OpportunityField::Owner);
}

async fn deals(db: &Db, caller: &Caller) -> Vec<Opportunity> {
    let request = DealRequest { state: None, ..DealRequest::default() };
    let mut all = Vec::new();
    for row in db.opportunity_page(caller, &request).await.unwrap().rows {
        all.push(db.opportunity(caller, row.number).await.unwrap());
    }
    all.sort_by_key(|deal| deal.number);
    all
}

on_both! {
    async fn a_deal_of_a_file_is_made_once_and_changed_by_the_next(db: Db) {
        let caller = importer(&db).await;
        let acme = make(&db, &caller, &form("Acme Ltd")).await;
        import(&db, &caller, OnDuplicate::Skip, &[product(1, "GTX Pro", 700), product(2, "gtxpro", 9)]).await;
        let mut won = row(&db, 1, "a", "Won").await;
        of(&mut won).account = "ACME".to_owned();
        of(&mut won).offers =
            vec![Offer { product: "GTXPro".to_owned(), quantity: 2, price_minor: None }];
        of(&mut won).closing =
            Some(Closing { reason: CloseReason::Price, note: "cheap".to_owned() });
        let mut open = row(&db, 2, "b", "Proposal").await;
        open.note = Some("old: words".to_owned());
        let again = ImportRow { number: 3, ..won.clone() };
        let rows = [won, open.clone(), again];
        let (first, counts) = import(&db, &caller, OnDuplicate::Skip, &rows).await;
        assert_eq!(counts, (2, 0, 1));
        let all = deals(&db, &caller).await;
        let found = db.palette(&caller, "deal b", &[HitKind::Opportunity]).await.unwrap();
        let found: Vec<&str> = found.iter().map(|hit| hit.name.as_str()).collect();
        assert_eq!(found, ["Deal b", "Deal a"], "what a file brings is found as well");
        assert_eq!((all[0].data.account, all[0].lines[0].price_minor), (Some(acme), 700));
        assert_eq!(all[0].closing.as_ref().map(|closing| closing.reason), Some(CloseReason::Price));
        assert_eq!((all[0].visits.len(), all[1].visits.len()), (2, 1));
        assert!(all[1].created_at < NOW && all[1].updated_at == NOW);

        of(&mut open).data.value_minor = 6_000;
        let moved = row(&db, 2, "b", "Lost").await;
        for (mode, changed) in [(OnDuplicate::Skip, 0), (OnDuplicate::FillEmpty, 0), (OnDuplicate::Overwrite, 1)] {
            let (_, counts) = import(&db, &caller, mode, &[open.clone()]).await;
            assert_eq!(counts, (0, changed, 1 - changed), "{mode:?}");
        }
        let (id, counts) = import(&db, &caller, OnDuplicate::Overwrite, &[moved]).await;
        assert_eq!(counts, (0, 1, 0));
        let lost = deals(&db, &caller).await.remove(1);
        assert_eq!((lost.state, lost.visits.len(), lost.data.value_minor), (StageKind::Lost, 2, 5_000));
        undo(&db, &caller, id).await;
        let back = deals(&db, &caller).await.remove(1);
        assert_eq!((back.state, back.closed_at, back.data.value_minor), (StageKind::Open, None, 6_000));
        assert_eq!((back.stage, back.visits.clone()), (all[1].stage, all[1].visits.clone()));

        undo(&db, &caller, first).await;
        let job = db.import_by_id(&caller, first).await.unwrap().job;
        assert_eq!(job.state, ImportState::Undone);
        assert_eq!(deals(&db, &caller).await, []);
    }

    async fn what_people_changed_since_stays(db: Db) {
        let caller = importer(&db).await;
        let rows = [row(&db, 1, "a", "New").await, row(&db, 2, "b", "New").await];
        let (id, _) = import(&db, &caller, OnDuplicate::Skip, &rows).await;
        let one = deals(&db, &caller).await.remove(0);
        let at_screen = Caller { origin: Origin::Web, now: LATER, ..caller.clone() };
        let edit = domain::account::FieldEdit { field: "value".to_owned(), value: "7".to_owned() };
        db.edit_opportunity(&at_screen, one.id, one.version, &[edit]).await.unwrap();
        undo(&db, &caller, id).await;
        let job = db.import_by_id(&caller, id).await.unwrap().job;
        assert_eq!(job.note, Some(ImportNote::Kept { records: 1 }));
        let left: Vec<_> = deals(&db, &caller).await.into_iter().map(|deal| deal.id).collect();
        assert_eq!(left, [one.id]);
    }

    async fn who_may_not_make_deals_brings_none(db: Db) {
        let marketer = someone(&db, "m@example.com", Role::Marketer).await;
        let marketer = Caller { origin: Origin::Import, ..marketer };
        let (id, _) = start(&db, &marketer, OnDuplicate::Skip).await;
        let mut rows = vec![row(&db, 1, "a", "New").await];
        let denied = |answer: &StoreError| matches!(answer, StoreError::Refused(Failure::Denied { .. }));
        let chunk = db.write_chunk(&marketer, id, OnDuplicate::Skip, 0, LATER, &rows).await;
        assert!(denied(&chunk.unwrap_err()));
        let check = Checker::new(OnDuplicate::Skip).look_up(&db, &marketer, &mut rows).await;
        assert!(denied(&check.unwrap_err()));
        let mut rows = [product(1, "GTX", 1)];
        let chunk = db.write_chunk(&marketer, id, OnDuplicate::Skip, 0, LATER, &rows).await;
        assert!(denied(&chunk.unwrap_err()));
        let check = Checker::new(OnDuplicate::Skip).look_up(&db, &marketer, &mut rows).await;
        assert!(denied(&check.unwrap_err()));
        assert_eq!(deals(&db, &root()).await, []);
    }

    async fn deals_out_of_reach_are_left_alone_and_owners_are_not_given_away(db: Db) {
        let boss = importer(&db).await;
        let other = someone(&db, "other@example.com", Role::SalesRep).await;
        let mut theirs = row(&db, 1, "theirs", "New").await;
        owned(&mut theirs, other.user);
        import(&db, &boss, OnDuplicate::Skip, &[theirs.clone()]).await;
        // Somebody who imports and whose deals are their own.
        let rights = Role::Marketer.rights().and(&Role::SalesRep.rights());
        let rights = rights.set(domain::policy::Object::Opportunity, domain::policy::Action::View, domain::policy::Reach::Own);
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let rep = Caller { rights, origin: Origin::Import, ..rep };
        of(&mut theirs).data.value_minor = 1;
        let mut own = row(&db, 2, "own", "New").await;
        owned(&mut own, other.user);
        let (id, _) = start(&db, &rep, OnDuplicate::Overwrite).await;
        let counts = db
            .write_chunk(&rep, id, OnDuplicate::Overwrite, 0, LATER, &[theirs, own])
            .await
            .unwrap();
        assert_eq!((counts.created, counts.updated, counts.unchanged), (1, 0, 1));
        let remarks = db.import_remarks(&boss, id, 0, 10).await.unwrap();
        assert!(remarks.iter().all(|row| row.errors.iter().all(|e| e.error == FieldError::NotYours)));
        assert_eq!(remarks.len(), 2);
        let all = deals(&db, &boss).await;
        assert_eq!((all[0].data.value_minor, all[0].data.owner), (5_000, Some(other.user)));
        assert_eq!(all[1].data.owner, Some(rep.user));
        // Taking back what the boss brought in is not theirs either.
        assert_eq!(deals(&db, &rep).await.len(), 1);
    }

    async fn exported_deals_are_the_stored_ones_within_the_right(db: Db) {
        let boss = importer(&db).await;
        make(&db, &boss, &form("Acme Ltd")).await;
        import(&db, &boss, OnDuplicate::Skip, &[product(1, "GTX", 700)]).await;
        let lead = someone(&db, "lead@example.com", Role::TeamLead).await;
        let mut won = row(&db, 1, "a", "Won").await;
        of(&mut won).account = "Acme".to_owned();
        of(&mut won).offers =
            vec![Offer { product: "GTX".to_owned(), quantity: 2, price_minor: Some(9) }];
        let mut own = row(&db, 2, "b", "New").await;
        owned(&mut own, lead.user);
        import(&db, &boss, OnDuplicate::Skip, &[won, own]).await;
        let all = deals(&db, &boss).await;
        let ids: Vec<_> = all.iter().rev().map(|deal| deal.id).collect();
        let mut wanted = all.clone();
        wanted.reverse();
        for deal in &mut wanted {
            deal.visits.clear();
        }
        assert_eq!(db.export_opportunities(&boss, &ids).await.unwrap(), wanted);
        let told = db.export_opportunities(&lead, &ids).await.unwrap();
        assert_eq!(told.iter().map(|deal| deal.id).collect::<Vec<_>>(), [all[1].id]);
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let refused = db.export_opportunities(&rep, &[]).await;
        assert!(matches!(refused, Err(StoreError::Refused(Failure::Denied { .. }))));
    }

    async fn a_number_leads_to_the_deal_where_the_name_does_not_speak_against_it(db: Db) {
        let caller = importer(&db).await;
        let there = make_deal(&db, &caller, &deal("Deal x")).await;
        let mut same = row(&db, 1, "x", "New").await;
        of(&mut same).number = Some(there.number);
        let mut another = row(&db, 2, "y", "New").await;
        of(&mut another).number = Some(there.number);
        let (_, counts) = import(&db, &caller, OnDuplicate::Overwrite, &[same, another]).await;
        assert_eq!(counts, (1, 1, 0));
        assert_eq!(db.opportunity(&caller, there.number).await.unwrap().data.value_minor, 5_000);
    }

    async fn products_of_a_file_are_found_by_code_and_name(db: Db) {
        let caller = importer(&db).await;
        let mut coded = product(2, "GTX Pro", 900);
        let data = coded.product.as_deref_mut().unwrap();
        data.data.code = "G-1".to_owned();
        data.fields.push(ProductField::Code);
        let rows = [product(1, "GTX Pro", 700), coded.clone(), product(3, "GTX  pro", 5)];
        let (first, counts) = import(&db, &caller, OnDuplicate::Overwrite, &rows).await;
        assert_eq!(counts, (2, 0, 1));
        coded.product.as_mut().unwrap().data.price_minor = 950;
        let (second, counts) = import(&db, &caller, OnDuplicate::Overwrite, &[coded]).await;
        assert_eq!(counts, (0, 1, 0));
        let prices = async || {
            let page = db.product_page(&caller, false, None).await.unwrap();
            page.rows.into_iter().map(|row| row.data.price_minor).collect::<Vec<i64>>()
        };
        assert_eq!(prices().await, [700, 950]);
        undo(&db, &caller, second).await;
        assert_eq!(prices().await, [700, 900]);
        undo(&db, &caller, first).await;
        assert_eq!(prices().await, [] as [i64; 0]);
    }
}
