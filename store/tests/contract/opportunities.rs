//! Deals: made once, changed and moved by two at a time, closed, opened again, deleted and taken back.

use crate::{
    customers::{edit, form, make, operation, refusal},
    support::{NOW, on_both, root, someone},
};
use domain::{
    account::FieldEdit,
    bin::BinKind,
    failure::Failure,
    field::FieldError,
    id::{OpportunityNumber, ProductId, StageId, Version},
    money::Currency,
    note::{Entry, Subject},
    opportunity::{
        BoardRequest, CloseReason, DealRequest, Opportunity, OpportunityForm, Place, StageMove,
        time_in_stages,
    },
    pipeline::{Pipeline, StageKind},
    policy::{Caller, Role},
    product::{LineForm, ProductForm, read_lines},
    time::{DAY, HOUR},
};
use std::collections::BTreeSet;
use store::Db;

pub(crate) fn deal(name: &str) -> OpportunityForm {
    OpportunityForm { name: name.to_owned(), ..OpportunityForm::default() }
}

pub(crate) async fn make_deal(db: &Db, caller: &Caller, form: &OpportunityForm) -> Opportunity {
    let draft = form.parse(Currency::default()).unwrap();
    let number = db.create_opportunity(caller, operation(), &draft).await.unwrap();
    db.opportunity(caller, number).await.unwrap()
}

pub(crate) async fn sales(db: &Db) -> Pipeline {
    db.pipelines(&root()).await.unwrap().remove(0)
}

pub(crate) fn to(stage: StageId) -> StageMove {
    StageMove { stage, ..StageMove::default() }
}

/// The names of the cards of a stage, from the top.
async fn cards(db: &Db, caller: &Caller, stage: StageId) -> Vec<String> {
    let request = BoardRequest::default();
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let page = db.board_cards(caller, &request, stage, after.as_ref()).await.unwrap();
        names.extend(page.rows.into_iter().map(|row| row.name));
        after = page.next;
        if after.is_none() {
            return names;
        }
    }
}

on_both! {
    async fn a_deal_comes_back_as_it_was_typed(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &caller, &form("Acme")).await;
        let typed = OpportunityForm {
            account: acme.to_string(),
            value: "8.6万".to_owned(),
            currency: "USD".to_owned(),
            expected_close: "2026-11-30".to_owned(),
            next_step: "Call".to_owned(),
            next_step_on: "2026-11-20".to_owned(),
            source: "Fair".to_owned(),
            owner: caller.user.to_string(),
            ..deal("Acme renewal")
        };
        let stored = make_deal(&db, &caller, &typed).await;
        assert_eq!(stored.number.to_string(), "D-1");
        assert_eq!(stored.data.account, Some(acme));
        assert_eq!((stored.data.value_minor, stored.data.currency.code()), (8_600_000, "USD"));
        assert_eq!((stored.account_name.as_str(), stored.version), ("Acme", Version(1)));
        let first = sales(&db).await;
        let first = first.columns().next().unwrap();
        assert_eq!((stored.stage, stored.state), (first.id, StageKind::Open));
        assert_eq!(stored.visits.len(), 1);
        let attempt = operation();
        let draft = typed.parse(Currency::default()).unwrap();
        let again = db.create_opportunity(&caller, attempt, &draft).await.unwrap();
        assert_eq!(db.create_opportunity(&caller, attempt, &draft).await.unwrap(), again);
        let other = deal("Other").parse(Currency::default()).unwrap();
        let refused = refusal(db.create_opportunity(&caller, attempt, &other).await);
        assert_eq!(refused, Failure::field("name", FieldError::Differs));
        assert_eq!(db.opportunity_count(&caller, &DealRequest::default(), true).await.unwrap().number, 2);
        for (field, typed) in [
            ("account", OpportunityForm { account: "C-99".to_owned(), ..deal("X") }),
            ("person", OpportunityForm { person: "P-99".to_owned(), ..deal("X") }),
            ("stage", OpportunityForm { stage: operation().to_string(), ..deal("X") }),
        ] {
            let draft = typed.parse(Currency::default()).unwrap();
            let refused = refusal(db.create_opportunity(&caller, operation(), &draft).await);
            assert_eq!(refused, Failure::field(field, FieldError::Unknown));
        }
    }

    async fn different_fields_merge_and_the_same_field_asks(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let wang = someone(&db, "wang@example.com", Role::Staff).await;
        let seen = make_deal(&db, &lin, &deal("Renewal")).await;
        let edits = |field: &str, value: &str| -> [FieldEdit; 1] { [edit(field, value)] };
        let edited = db.edit_opportunity(&lin, seen.id, seen.version, &edits("value", "500")).await;
        assert_eq!(edited.unwrap(), Version(2));
        let edited = db.edit_opportunity(&wang, seen.id, seen.version, &edits("source", "Fair")).await;
        assert_eq!(edited.unwrap(), Version(3), "another field: both stay");
        let refused = refusal(db.edit_opportunity(&wang, seen.id, seen.version, &edits("value", "600")).await);
        let Failure::Conflict(conflict) = refused else { panic!("{refused:?}") };
        assert_eq!((conflict.version, conflict.fields[0].theirs.as_str()), (Version(3), "500.00"));
        let kept = db.edit_opportunity(&wang, seen.id, conflict.version, &edits("value", "600")).await;
        assert_eq!(kept.unwrap(), Version(4));
        let same = db.edit_opportunity(&lin, seen.id, Version(4), &edits("value", "600.00")).await;
        assert_eq!(same.unwrap(), Version(4), "nothing differs, nothing is written");
        let wrong = refusal(db.edit_opportunity(&lin, seen.id, Version(4), &edits("stage", "x")).await);
        assert_eq!(wrong, Failure::field("stage", FieldError::UnknownOption));
    }

    async fn a_stage_asks_closing_asks_and_the_past_is_kept(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &caller, &form("Acme")).await;
        let pipeline = sales(&db).await;
        let open: Vec<StageId> = pipeline.columns().map(|stage| stage.id).collect();
        let [won, lost] = [StageKind::Won, StageKind::Lost].map(|kind| pipeline.closing(kind).unwrap().id);
        let made = make_deal(&db, &caller, &deal("Renewal")).await;
        let at = |hours: i64| Caller { now: NOW.plus(hours * HOUR), ..caller.clone() };
        let refused = refusal(db.move_opportunity(&at(1), made.id, made.version, &to(open[2])).await);
        let Failure::Invalid(errors) = refused else { panic!("{refused:?}") };
        let names: Vec<&str> = errors.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["account", "value", "expected_close"]);
        let filled = StageMove {
            edits: vec![
                edit("account", &acme.to_string()),
                edit("value", "500"),
                edit("expected_close", "2026-12-01"),
            ],
            ..to(open[2])
        };
        let version = db.move_opportunity(&at(2), made.id, made.version, &filled).await.unwrap();
        assert_eq!(version, Version(2), "one move, one version");
        let kept = refusal(db.edit_opportunity(&at(3), made.id, version, &[edit("value", "")]).await);
        assert_eq!(kept, Failure::field("value", FieldError::Required));
        let refused = refusal(db.move_opportunity(&at(4), made.id, version, &to(lost)).await);
        assert_eq!(refused, Failure::field("reason", FieldError::Required));
        let closing = StageMove { reason: "price".to_owned(), note: "too dear".to_owned(), ..to(lost) };
        let version = db.move_opportunity(&at(5), made.id, version, &closing).await.unwrap();
        let closed = db.opportunity(&caller, made.number).await.unwrap();
        assert_eq!((closed.state, closed.closed_at), (StageKind::Lost, Some(NOW.plus(5 * HOUR))));
        assert_eq!(closed.closing.unwrap().reason, CloseReason::Price);
        let version = db.move_opportunity(&at(9), made.id, version, &to(open[2])).await.unwrap();
        let again = db.opportunity(&caller, made.number).await.unwrap();
        assert_eq!((again.state, again.closed_at, again.closing), (StageKind::Open, None, None));
        let times = time_in_stages(&again.visits, NOW.plus(10 * HOUR));
        let hours = |stage: StageId| times.get(&stage).copied().unwrap_or(0) / HOUR;
        assert_eq!([open[0], open[2], lost].map(hours), [2, 3 + 1, 4]);
        let deal_won = StageMove { reason: "service".to_owned(), ..to(won) };
        db.move_opportunity(&at(11), made.id, version, &deal_won).await.unwrap();
        let timeline = db.timeline(&caller, Subject::Opportunity(made.id), None).await.unwrap();
        let told: Vec<Vec<String>> = timeline.entries.into_iter().map(|entry| match entry {
            Entry::Change(change) => change.fields.into_iter().map(|field| field.field).collect(),
            Entry::Note(_) | Entry::Activity(_) | Entry::Happening(_) => panic!("no notes"),
        }).collect();
        assert_eq!(told.len(), 5);
        assert_eq!(told[0], ["stage", "close_reason"]);
        assert_eq!(told[1], ["stage", "close_reason", "close_note"], "reopened");
        assert_eq!(told[3], ["account", "value", "expected_close", "stage"]);
        let open_ones = db.opportunity_count(&caller, &DealRequest::default(), true).await.unwrap();
        assert_eq!(open_ones.number, 0);
    }

    async fn many_who_move_one_card_at_once_lose_nothing(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &caller, &form("Acme")).await;
        let pipeline = sales(&db).await;
        let typed = OpportunityForm {
            account: acme.to_string(),
            value: "5".to_owned(),
            expected_close: "2026-12-01".to_owned(),
            next_step: "Call".to_owned(),
            ..deal("Renewal")
        };
        let made = make_deal(&db, &caller, &typed).await;
        let targets: Vec<StageId> = pipeline.columns().skip(1).map(|stage| stage.id).collect();
        for _ in 0..5 {
            let seen = db.opportunity(&caller, made.number).await.unwrap();
            let mut movers = tokio::task::JoinSet::new();
            for target in targets.iter().copied().filter(|target| *target != seen.stage) {
                let (db, caller) = (db.clone(), caller.clone());
                let (id, version) = (seen.id, seen.version);
                movers.spawn(async move {
                    (target, store::retry(|| async {
                        db.move_opportunity(&caller, id, version, &to(target)).await
                    }).await)
                });
            }
            let answers = movers.join_all().await;
            let winners: Vec<StageId> =
                answers.iter().filter(|(_, answer)| answer.is_ok()).map(|(target, _)| *target).collect();
            assert_eq!(winners.len(), 1, "{answers:?}");
            let now = db.opportunity(&caller, made.number).await.unwrap();
            assert_eq!((now.stage, now.version), (winners[0], Version(seen.version.0 + 1)));
            for (target, answer) in answers.into_iter().filter(|(target, _)| *target != winners[0]) {
                let Failure::Conflict(conflict) = refusal(answer) else { panic!("no conflict") };
                assert_eq!(conflict.fields[0].field, "stage");
                assert_eq!(conflict.fields[0].theirs, winners[0].to_string());
                assert_eq!(conflict.fields[0].mine, target.to_string());
            }
            assert_eq!(now.visits.len(), seen.visits.len() + 1);
            assert_eq!(now.visits.iter().filter(|visit| visit.left_at.is_none()).count(), 1);
        }
        // Whoever wants what has happened already is not told of a conflict, and another field merges with a move.
        let now = db.opportunity(&caller, made.number).await.unwrap();
        let same = db.move_opportunity(&caller, made.id, made.version, &to(now.stage)).await;
        assert_eq!(same.unwrap(), now.version);
        let edited = db.edit_opportunity(&caller, made.id, made.version, &[edit("source", "Fair")]).await;
        assert_eq!(edited.unwrap(), Version(now.version.0 + 1));
    }

    async fn cards_stand_where_they_are_put(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let stage = sales(&db).await.columns().next().unwrap().id;
        let mut deals = Vec::new();
        for number in 0..60 {
            deals.push(make_deal(&db, &caller, &deal(&format!("Deal {number}"))).await);
        }
        let mut expected: Vec<String> = deals.iter().rev().map(|deal| deal.data.name.clone()).collect();
        assert_eq!(cards(&db, &caller, stage).await, expected);
        let mut chance = 7_u64;
        let mut pick = |most: usize| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(chance >> 33).unwrap() % most
        };
        for step in 0..150 {
            // Half of the time next to the same card, until there is no room there.
            let card = 1 + pick(deals.len() - 1);
            let beside = if step % 2 == 0 { 0 } else { pick(deals.len()) };
            if beside == card { continue; }
            let place = match pick(6) {
                0 => Place::Top,
                1 => Place::Bottom,
                2 | 3 => Place::Above(deals[beside].id),
                _ => Place::Below(deals[beside].id),
            };
            let moved = StageMove { place, ..to(stage) };
            let version = db.move_opportunity(&caller, deals[card].id, Version(1), &moved).await.unwrap();
            assert_eq!(version, Version(1), "another place is no change of the deal");
            let name = deals[card].data.name.clone();
            expected.retain(|other| *other != name);
            let other = expected.iter().position(|other| *other == deals[beside].data.name).unwrap();
            let index = match place {
                Place::Top => 0,
                Place::Bottom => expected.len(),
                Place::Above(_) => other,
                Place::Below(_) => other + 1,
            };
            expected.insert(index, name);
        }
        assert_eq!(cards(&db, &caller, stage).await, expected);
        for card in deals.iter().skip(1).chain(deals.iter().skip(1)) {
            let moved = StageMove { place: Place::Below(deals[0].id), ..to(stage) };
            db.move_opportunity(&caller, card.id, Version(1), &moved).await.unwrap();
            expected.retain(|other| *other != card.data.name);
            let first = expected.iter().position(|other| *other == deals[0].data.name).unwrap();
            expected.insert(first + 1, card.data.name.clone());
        }
        assert_eq!(cards(&db, &caller, stage).await, expected);
    }

    async fn products_stand_on_deals_with_their_prices(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::SalesManager).await;
        let product = |code: &str| ProductForm {
            code: code.to_owned(),
            name: format!("Name of {code}"),
            price: "550".to_owned(),
            ..ProductForm::default()
        };
        let add = async |code: &str| {
            let data = product(code).parse(Currency::default()).unwrap();
            db.create_product(&caller, operation(), &data).await
        };
        let (basic, pro): (ProductId, ProductId) = (add("GTX").await.unwrap(), add("GTX-P").await.unwrap());
        assert_eq!(refusal(add("gtx").await), Failure::field("code", FieldError::Taken));
        let made = make_deal(&db, &caller, &deal("Renewal")).await;
        let line = |product: ProductId, quantity: &str| LineForm {
            product: product.to_string(),
            quantity: quantity.to_owned(),
            price: "500".to_owned(),
        };
        let lines = read_lines(&[line(pro, "2"), line(basic, "")], Currency::default()).unwrap();
        let version = db.set_opportunity_lines(&caller, made.id, made.version, &lines).await.unwrap();
        assert_eq!(version, Version(2));
        let stored = db.opportunity(&caller, made.number).await.unwrap().lines;
        let told: Vec<_> = stored.iter().map(|line| (line.code.as_str(), line.amount_minor())).collect();
        assert_eq!(told, [("GTX-P", 100_000), ("GTX", 50_000)]);
        let again = db.set_opportunity_lines(&caller, made.id, made.version, &lines).await.unwrap();
        assert_eq!(again, version, "nothing differs");
        let refused = db.set_opportunity_lines(&caller, made.id, made.version, &lines[..1]).await;
        assert!(matches!(refusal(refused), Failure::Conflict(_)));
        // In a currency with other decimals the prices keep their figures.
        let yen = db.edit_opportunity(&caller, made.id, version, &[edit("currency", "JPY")]).await.unwrap();
        let stored = db.opportunity(&caller, made.number).await.unwrap();
        let amounts: Vec<i64> = stored.lines.iter().map(|line| line.amount_minor()).collect();
        assert_eq!(amounts, [1_000, 500]);
        let version = db.edit_opportunity(&caller, made.id, yen, &[edit("currency", "CNY")]).await.unwrap();
        // One that goes out of use stays where it is, and comes on no other deal.
        let off = [edit("archived", "true")];
        db.edit_product(&caller, pro, Version(1), &off).await.unwrap();
        db.set_opportunity_lines(&caller, made.id, version, &lines[..1]).await.unwrap();
        let other = make_deal(&db, &caller, &deal("Other")).await;
        let refused = db.set_opportunity_lines(&caller, other.id, other.version, &lines).await;
        assert_eq!(refusal(refused), Failure::field("lines", FieldError::Unknown));
        assert_eq!(db.product_page(&caller, false, None).await.unwrap().rows.len(), 1);
        assert_eq!(db.product_page(&caller, true, None).await.unwrap().rows.len(), 1);
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let data = product("NEW").parse(Currency::default()).unwrap();
        let denied = refusal(db.create_product(&rep, operation(), &data).await);
        assert!(matches!(denied, Failure::Denied { .. }));
        assert_eq!(db.product_page(&rep, false, None).await.unwrap().rows.len(), 1);
    }

    async fn the_bin_takes_deals_gives_them_back_and_lets_them_go(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let stage = sales(&db).await.columns().next().unwrap().id;
        let one = make_deal(&db, &caller, &deal("One")).await;
        let two = make_deal(&db, &caller, &deal("Two")).await;
        assert_eq!(db.delete_opportunities(&caller, &[one.id, two.id]).await.unwrap(), 2);
        assert!(cards(&db, &caller, stage).await.is_empty());
        let gone: [OpportunityNumber; 2] = [one.number, two.number];
        for number in gone {
            assert_eq!(refusal(db.opportunity(&caller, number).await), Failure::Gone);
        }
        let bin = db.bin_page(&caller, BinKind::Opportunities, None).await.unwrap();
        let told: BTreeSet<String> = bin.rows.into_iter().map(|row| row.number).collect();
        assert_eq!(told, gone.map(|number| number.to_string()).into());
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        assert!(db.bin_page(&rep, BinKind::Opportunities, None).await.unwrap().rows.is_empty());
        assert_eq!(refusal(db.restore_opportunities(&rep, &[two.id]).await), Failure::Gone);
        assert_eq!(db.restore_opportunities(&caller, &[two.id]).await.unwrap(), 1);
        assert_eq!(cards(&db, &caller, stage).await, ["Two"]);
        let three = make_deal(&db, &caller, &deal("Three")).await;
        assert_eq!(refusal(db.erase(&root(), BinKind::Opportunities, three.id.0).await), Failure::Gone);
        db.delete_opportunities(&caller, &[three.id]).await.unwrap();
        let denied = refusal(db.erase(&caller, BinKind::Opportunities, three.id.0).await);
        assert!(matches!(denied, Failure::Denied { .. }));
        db.erase(&root(), BinKind::Opportunities, three.id.0).await.unwrap();
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
        let later = Caller { now: NOW.plus(31 * DAY), ..root() };
        assert_eq!(db.purge_bin(&later).await.unwrap(), 1);
        assert_eq!(refusal(db.restore_opportunities(&caller, &[one.id]).await), Failure::Gone);
        assert_eq!(cards(&db, &caller, stage).await, ["Two"]);
    }
}
