//! Deals as far as rights reach: boards, lists and figures hold what the reader may see and nothing else, and what they
//! say is what a naive look at every deal says.

use crate::{
    customers::{edit, form, make, operation, refusal},
    merges::draft as merge_draft,
    opportunities::{deal, make_deal, sales, to},
    support::{NOW, now, on_both, root, someone},
};
use domain::{
    account::AccountForm,
    failure::Failure,
    field::FieldError,
    id::{AccountNumber, StageId, UserId},
    merge::MergeKind,
    money::{Currency, part_of},
    note::Subject,
    opportunity::{
        BoardRequest, DealFilter, DealRequest, DealSort, Opportunity, OpportunityForm,
        OpportunitySummary, StageMove, StageSums,
    },
    pipeline::{PipelineForm, StageForm, StageKind},
    policy::{Action, Caller, Held, Object, Reach, Rights, Role},
    time::DAY,
};
use std::collections::{BTreeMap, BTreeSet};
use store::Db;

/// Numbers that look random and are the same each time.
pub(crate) struct Chance(pub u64);

impl Chance {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    pub(crate) fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

/// Deals of several colleagues in every stage and three currencies, some closed, some in the bin.
pub(crate) async fn scatter(db: &Db, owners: &[Option<UserId>], count: u64) -> Vec<Opportunity> {
    let pipeline = sales(db).await;
    let customer = make(db, &root(), &form("Acme")).await;
    let mut chance = Chance(42);
    let mut deals = Vec::new();
    for number in 0..count {
        let owner = *chance.of(owners);
        let typed = OpportunityForm {
            account: customer.to_string(),
            value: chance.below(1_000_000).to_string(),
            currency: (*chance.of(&["CNY", "USD", "JPY"])).to_owned(),
            expected_close: (*chance.of(&["2026-01-02", "2026-12-31", "2027-03-04"])).to_owned(),
            next_step: (*chance.of(&["Call", "Visit"])).to_owned(),
            source: "Fair".to_owned(),
            owner: owner.map(|id| id.to_string()).unwrap_or_default(),
            ..deal(&format!("Deal {}", chance.below(50)))
        };
        let maker = Caller { now: NOW.plus(-chance.below(40).cast_signed() * DAY), ..root() };
        let made = make_deal(db, &maker, &typed).await;
        let stages: Vec<_> = pipeline.stages.iter().collect();
        let stage = *chance.of(&stages);
        if stage.id != made.stage {
            let reason = if stage.kind == StageKind::Open { "" } else { "price" };
            let moved = StageMove { reason: reason.to_owned(), ..to(stage.id) };
            // Some values came out as nothing, and a stage asks for one.
            if let Err(error) = db.move_opportunity(&maker, made.id, made.version, &moved).await {
                panic!("{number}: {error}");
            }
        }
        if chance.below(4) == 0 {
            let now = db.opportunity(&root(), made.number).await.unwrap();
            if now.state == StageKind::Open && now.stage != pipeline.stages[3].id {
                let gone = [edit("next_step", "")];
                db.edit_opportunity(&maker, made.id, now.version, &gone).await.unwrap();
            }
        }
        let stored = db.opportunity(&root(), made.number).await.unwrap();
        if chance.below(10) == 0 {
            db.delete_opportunities(&root(), &[made.id]).await.unwrap();
        } else {
            deals.push(stored);
        }
    }
    deals
}

/// Whether a deal is one of those a filter leaves, counted in another way than by the statements.
fn passes(deal: &Opportunity, filter: DealFilter, caller: &Caller, max_days: Option<i64>) -> bool {
    let open = deal.state == StageKind::Open;
    match filter {
        DealFilter::Mine => deal.data.owner == Some(caller.user),
        DealFilter::Unassigned => deal.data.owner.is_none(),
        DealFilter::Overdue => {
            let today = domain::date::Date::from_days(caller.now.0 / DAY);
            open && deal.data.expected_close.is_some_and(|day| day.days() < today.days())
        }
        DealFilter::NoNextStep => open && deal.data.next_step.is_empty(),
        DealFilter::Stalled => {
            let days = (caller.now.0 - deal.stage_since.0) / DAY;
            open && max_days.is_some_and(|max| days > max)
        }
    }
}

fn naive_sums(
    deals: &[&Opportunity],
    columns: &[(StageId, u8)],
) -> BTreeMap<(StageId, String), (i64, i64, i64)> {
    let mut sums = BTreeMap::new();
    for deal in deals.iter().filter(|deal| deal.state == StageKind::Open) {
        let key = (deal.stage, deal.data.currency.code().to_owned());
        let sum: &mut (i64, i64, i64) = sums.entry(key).or_default();
        sum.0 += 1;
        sum.1 += deal.data.value_minor;
    }
    for ((stage, _), sum) in &mut sums {
        let probability = columns.iter().find(|(id, _)| id == stage).unwrap().1;
        sum.2 = part_of(sum.1, probability);
    }
    sums
}

fn told_sums(heads: &[StageSums]) -> BTreeMap<(StageId, String), (i64, i64, i64)> {
    let mut sums = BTreeMap::new();
    for head in heads {
        assert_eq!(head.count, head.sums.iter().map(|sum| sum.count).sum::<i64>());
        for sum in &head.sums {
            let key = (head.stage, sum.currency.code().to_owned());
            sums.insert(key, (sum.count, sum.value_minor, sum.weighted_minor));
        }
    }
    sums
}

async fn every_card(
    db: &Db,
    caller: &Caller,
    request: &BoardRequest,
    stage: StageId,
) -> Vec<OpportunitySummary> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = db.board_cards(caller, request, stage, after.as_ref()).await.unwrap();
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return rows;
        }
    }
}

pub(crate) async fn every_row(
    db: &Db,
    caller: &Caller,
    request: &DealRequest,
) -> Vec<OpportunitySummary> {
    let mut request = request.clone();
    let mut rows = Vec::new();
    loop {
        let page = db.opportunity_page(caller, &request).await.unwrap();
        rows.extend(page.rows);
        request.after = page.next;
        if request.after.is_none() {
            return rows;
        }
    }
}

/// A rep, the lead of a team with that rep, somebody else, and who sees all of it.
pub(crate) async fn people(db: &Db) -> [Caller; 4] {
    let rep = someone(db, "rep@example.com", Role::SalesRep).await;
    let lead = someone(db, "lead@example.com", Role::TeamLead).await;
    let other = someone(db, "other@example.com", Role::SalesRep).await;
    let staff = someone(db, "staff@example.com", Role::Staff).await;
    db.put_team(&root(), None, "East", &[rep.user, lead.user]).await.unwrap();
    let mut all = [rep, lead, other, staff];
    for caller in &mut all {
        *caller = now(db, caller).await;
        caller.now = NOW;
    }
    all
}

on_both! {
    async fn figures_equal_a_naive_look_at_every_deal(db: Db) {
        let callers = people(&db).await;
        let [rep, lead, other, _] = &callers;
        let owners = [Some(rep.user), Some(lead.user), Some(other.user), None];
        let deals = scatter(&db, &owners, 160).await;
        let pipeline = sales(&db).await;
        let columns: Vec<(StageId, u8)> =
            pipeline.columns().map(|stage| (stage.id, stage.probability)).collect();
        let reaches = |caller: &Caller, owner: Option<UserId>| match &caller.user {
            user if *user == rep.user || *user == other.user => owner == Some(*user),
            user if *user == lead.user => owner == Some(*user) || owner == Some(rep.user),
            _ => true,
        };
        let filters = [vec![]].into_iter().chain(DealFilter::ALL.iter().map(|filter| vec![*filter]));
        let mut figures = 0;
        for filters in filters.chain([vec![DealFilter::Overdue, DealFilter::NoNextStep]]) {
            for caller in &callers {
                let request = BoardRequest { filters: filters.clone(), ..BoardRequest::default() };
                let seen: Vec<&Opportunity> = deals.iter().filter(|deal| {
                    let max = pipeline.stage(deal.stage).unwrap().max_days;
                    reaches(caller, deal.data.owner)
                        && filters.iter().all(|filter| passes(deal, *filter, caller, max))
                }).collect();
                let board = db.board(caller, &request).await.unwrap();
                let heads: Vec<StageSums> = board.columns.iter().map(|column| column.head.clone()).collect();
                let expected = naive_sums(&seen, &columns);
                figures += expected.len();
                assert_eq!(told_sums(&heads), expected, "{filters:?}");
                assert_eq!(db.board_sums(caller, &request).await.unwrap(), heads);
                for column in &board.columns {
                    let cards = every_card(&db, caller, &request, column.head.stage).await;
                    let first: Vec<_> = cards.iter().take(column.cards.rows.len()).cloned().collect();
                    assert_eq!(column.cards.rows, first);
                    let numbers: BTreeSet<_> = cards.iter().map(|card| card.number).collect();
                    let in_stage = seen.iter().filter(|deal| deal.stage == column.head.stage);
                    assert_eq!(numbers, in_stage.map(|deal| deal.number).collect::<BTreeSet<_>>());
                    assert_eq!(numbers.len(), cards.len(), "each card once");
                }
                for state in [None, Some(StageKind::Open), Some(StageKind::Won), Some(StageKind::Lost)] {
                    let request = DealRequest { state, filters: filters.clone(), ..DealRequest::default() };
                    let rows = every_row(&db, caller, &request).await;
                    let told: BTreeSet<_> = rows.iter().map(|row| row.number).collect();
                    let wanted = seen.iter().filter(|deal| state.is_none_or(|state| deal.state == state));
                    let wanted: BTreeSet<_> = wanted.map(|deal| deal.number).collect();
                    assert_eq!(told, wanted, "{state:?} {filters:?}");
                    assert_eq!(rows.len(), told.len());
                    let count = db.opportunity_count(caller, &request, false).await.unwrap();
                    assert_eq!(usize::try_from(count.number).unwrap(), rows.len());
                }
            }
        }
        assert!(figures > 150, "{figures}");
    }

    async fn every_order_of_a_list_goes_through_all_of_it(db: Db) {
        let [rep, _, _, staff] = people(&db).await;
        let owners = [Some(rep.user), Some(staff.user)];
        let deals = scatter(&db, &owners, 130).await;
        let open = deals.iter().filter(|deal| deal.state == StageKind::Open).count();
        assert!(open > 55, "more than a page: {open}");
        for sort in DealSort::ALL {
            for reverse in [false, true] {
                let request = DealRequest { sort: *sort, reverse, ..DealRequest::default() };
                let rows = every_row(&db, &staff, &request).await;
                assert_eq!(rows.iter().map(|row| row.number).collect::<BTreeSet<_>>().len(), open);
                assert_eq!(rows.len(), open);
                let key = |row: &OpportunitySummary| match sort {
                    DealSort::Updated => row.updated_at.0,
                    DealSort::Close => row.expected_close.map_or(-1, |day| day.days()),
                    DealSort::Value => row.value_minor,
                    DealSort::Name | DealSort::Closed => 0,
                    DealSort::Created => row.number.0,
                };
                let keys: Vec<i64> = rows.iter().map(key).collect();
                let mut sorted = keys.clone();
                sorted.sort_unstable();
                if request.descending() { sorted.reverse(); }
                assert_eq!(keys, sorted, "{sort:?} {reverse}");
            }
        }
        let request = DealRequest { account: Some(AccountNumber(1)), ..DealRequest::default() };
        assert_eq!(every_row(&db, &staff, &request).await.len(), open);
        assert!(every_row(&db, &rep, &request).await.is_empty(), "a customer out of sight is none");
    }

    async fn a_deal_out_of_reach_is_as_one_that_is_not_there(db: Db) {
        let [rep, lead, other, staff] = people(&db).await;
        let theirs = AccountForm { owner: other.user.to_string(), ..form("灰雀仪器") };
        let customer = make(&db, &root(), &theirs).await;
        let typed = OpportunityForm {
            account: customer.to_string(),
            owner: other.user.to_string(),
            ..deal("灰雀续约")
        };
        let kept = make_deal(&db, &root(), &typed).await;
        let own = make_deal(&db, &rep, &deal("Own")).await;
        assert_eq!(own.data.owner, Some(rep.user), "one would lose sight of it otherwise");
        let stage = kept.stage;
        for caller in [&rep, &lead] {
            assert_eq!(refusal(db.opportunity(caller, kept.number).await), Failure::Gone);
            assert_eq!(refusal(db.timeline(caller, Subject::Opportunity(kept.id), None).await), Failure::Gone);
            let edits = [edit("name", "Mine")];
            let refused = refusal(db.edit_opportunity(caller, kept.id, kept.version, &edits).await);
            assert_eq!(refused, Failure::Gone);
            let refused = refusal(db.move_opportunity(caller, kept.id, kept.version, &to(stage)).await);
            assert_eq!(refused, Failure::Gone);
            let refused = db.set_opportunity_lines(caller, kept.id, kept.version, &[]).await;
            assert_eq!(refusal(refused), Failure::Gone);
            assert_eq!(refusal(db.delete_opportunities(caller, &[kept.id]).await), Failure::Gone);
            assert_eq!(refusal(db.delete_opportunities(caller, &[own.id, kept.id]).await), Failure::Gone);
            let board = db.board(caller, &BoardRequest::default()).await.unwrap();
            assert!(!format!("{board:?}").contains("灰雀"));
            let everything = DealRequest { state: None, ..DealRequest::default() };
            assert!(!format!("{:?}", every_row(&db, caller, &everything).await).contains("灰雀"));
        }
        // The lead reaches the rep's; staff reach everything.
        assert_eq!(db.opportunity(&lead, own.number).await.unwrap().id, own.id);
        assert_eq!(db.opportunity(&staff, kept.number).await.unwrap().account_name, "灰雀仪器");
        // Whoever gets the deal does not get to see its customer with it, and names no customer out of sight.
        let assigned = [edit("owner", &rep.user.to_string())];
        let version = db.edit_opportunity(&staff, kept.id, kept.version, &assigned).await.unwrap();
        let seen = db.opportunity(&rep, kept.number).await.unwrap();
        assert_eq!((seen.data.account, seen.account_name.as_str()), (None, ""));
        let board = format!("{:?}", db.board(&rep, &BoardRequest::default()).await.unwrap());
        assert!(board.contains("灰雀续约") && !board.contains("灰雀仪器"));
        let timeline = db.timeline(&rep, Subject::Opportunity(kept.id), None).await.unwrap();
        assert!(!format!("{timeline:?}").contains(&customer.to_string()), "{timeline:?}");
        let named = [edit("account", &customer.to_string())];
        let refused = refusal(db.edit_opportunity(&rep, own.id, own.version, &named).await);
        assert_eq!(refused, Failure::field("account", FieldError::Unknown));
        let given = [edit("owner", &other.user.to_string())];
        let denied = refusal(db.edit_opportunity(&rep, kept.id, version, &given).await);
        assert!(matches!(denied, Failure::Denied { .. }), "{denied:?}");
        for role in [Role::Auditor, Role::Marketer, Role::ServiceAgent] {
            let looks = someone(&db, &format!("{}@example.com", role.code()), role).await;
            assert!(db.opportunity(&looks, kept.number).await.is_ok());
            let denied = refusal(db.move_opportunity(&looks, kept.id, version, &to(stage)).await);
            assert!(matches!(denied, Failure::Denied { .. }));
        }
    }

    async fn a_role_made_here_reaches_deals_as_far_as_it_says(db: Db) {
        let desk = |seen: Reach| Rights::default()
            .set(Object::Opportunity, Action::View, seen)
            .set(Object::Opportunity, Action::Edit, Reach::Own)
            .set(Object::Opportunity, Action::Create, Reach::All);
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let grace = someone(&db, "grace@example.com", Role::Staff).await;
        db.put_team(&root(), None, "Fair", &[lin.user, grace.user]).await.unwrap();
        let theirs = make_deal(&db, &root(), &OpportunityForm {
            owner: grace.user.to_string(), ..deal("Theirs")
        }).await;
        let role = db.put_role(&root(), None, "Desk", &desk(Reach::Own)).await.unwrap();
        // Somebody has to stay who administers.
        someone(&db, "admin@example.com", Role::Admin).await;
        db.set_user_roles(&root(), lin.user, &[Held::Own(role)]).await.unwrap();
        let seat = now(&db, &lin).await;
        assert_eq!(refusal(db.opportunity(&seat, theirs.number).await), Failure::Gone);
        let mine = make_deal(&db, &seat, &deal("Mine")).await;
        assert_eq!(mine.data.owner, Some(lin.user));
        assert_eq!(db.pipelines(&seat).await.unwrap().len(), 1, "stages have names for everybody");
        db.put_role(&root(), Some(role), "Desk", &desk(Reach::Team)).await.unwrap();
        let seat = now(&db, &lin).await;
        assert_eq!(db.opportunity(&seat, theirs.number).await.unwrap().id, theirs.id);
        let edits = [edit("name", "Mine")];
        let denied = refusal(db.edit_opportunity(&seat, theirs.id, theirs.version, &edits).await);
        assert_eq!(denied, Failure::Denied { action: Action::Edit, object: Object::Opportunity });
        let denied = refusal(db.delete_opportunities(&seat, &[mine.id]).await);
        assert!(matches!(denied, Failure::Denied { .. }));
        db.put_role(&root(), Some(role), "Desk", &Rights::default()).await.unwrap();
        let seat = now(&db, &lin).await;
        let denied = refusal(db.board(&seat, &BoardRequest::default()).await);
        assert_eq!(denied, Failure::Denied { action: Action::View, object: Object::Opportunity });
    }

    async fn a_pipeline_is_changed_by_administrators_and_forgets_no_deal(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        let before = sales(&db).await;
        let stage = |id: Option<StageId>, name: &str, kind: &str| StageForm {
            id: id.map(|id| id.to_string()).unwrap_or_default(),
            name_en: name.to_owned(),
            kind: kind.to_owned(),
            probability: "20".to_owned(),
            ..StageForm::default()
        };
        let ids: Vec<StageId> = before.stages.iter().map(|stage| stage.id).collect();
        let pipeline = |stages: Vec<StageForm>| {
            PipelineForm { name_en: "Sales 2027".to_owned(), stages, ..PipelineForm::default() }.parse().unwrap()
        };
        let without_new = pipeline(vec![
            stage(Some(ids[2]), "Offer", ""),
            stage(None, "Trial", ""),
            stage(Some(ids[4]), "Won", "won"),
            stage(Some(ids[5]), "Lost", "lost"),
        ]);
        let known = Some((before.id, before.version));
        let denied = refusal(db.put_pipeline(&staff, operation(), known, &without_new).await);
        assert!(matches!(denied, Failure::Denied { .. }));
        let made = make_deal(&db, &staff, &deal("Renewal")).await;
        let standing = refusal(db.put_pipeline(&root(), operation(), known, &without_new).await);
        assert_eq!(standing, Failure::field("stages", FieldError::TooMany { max: 0 }));
        let filled = StageMove { reason: "price".to_owned(), ..to(ids[5]) };
        let version = db.move_opportunity(&staff, made.id, made.version, &filled).await.unwrap();
        let attempt = operation();
        for _ in 0..2 {
            let id = db.put_pipeline(&root(), attempt, known, &without_new).await.unwrap();
            assert_eq!(id, before.id);
        }
        let now = sales(&db).await;
        assert_eq!(now.name.en, "Sales 2027");
        let names: Vec<&str> = now.columns().map(|stage| stage.name.en.as_str()).collect();
        assert_eq!(names, ["Offer", "Trial"]);
        let archived: Vec<StageId> =
            now.stages.iter().filter(|stage| stage.archived).map(|stage| stage.id).collect();
        assert_eq!(archived, [ids[0]], "a deal stood there; the others never held one");
        let refused = refusal(db.move_opportunity(&staff, made.id, version, &to(ids[0])).await);
        assert_eq!(refused, Failure::field("stage", FieldError::UnknownOption));
        let stale = refusal(db.put_pipeline(&root(), operation(), known, &without_new).await);
        assert!(matches!(stale, Failure::Conflict(_)));
        let closes = pipeline(vec![
            stage(Some(ids[2]), "Won", "won"),
            stage(None, "New", ""),
            stage(Some(ids[5]), "Lost", "lost"),
        ]);
        let known = Some((now.id, now.version));
        let refused = refusal(db.put_pipeline(&root(), operation(), known, &closes).await);
        assert_eq!(refused, Failure::field("stages", FieldError::UnknownOption));
        let second = pipeline(vec![stage(None, "A", ""), stage(None, "W", "won"), stage(None, "L", "lost")]);
        let second = db.put_pipeline(&root(), operation(), None, &second).await.unwrap();
        let request = BoardRequest { pipeline: Some(second), ..BoardRequest::default() };
        assert_eq!(db.board(&staff, &request).await.unwrap().columns.len(), 1);
        assert_eq!(db.pipelines(&staff).await.unwrap().len(), 2);
    }

    async fn deals_go_with_the_customer_that_is_merged_and_come_back(db: Db) {
        let caller = someone(&db, "admin@example.com", Role::Admin).await;
        let [one, two] = [make(&db, &caller, &form("Acme")).await, make(&db, &caller, &form("Acme Ltd")).await];
        let typed = OpportunityForm { account: two.to_string(), ..deal("Renewal") };
        let made = make_deal(&db, &caller, &typed).await;
        let kept = db.account(&caller, one).await.unwrap();
        let gone = db.account(&caller, two).await.unwrap();
        let merge = db.merge(&caller, MergeKind::Accounts, &merge_draft(&kept, &[&gone])).await.unwrap();
        let account = async || db.opportunity(&caller, made.number).await.unwrap().data.account;
        assert_eq!(account().await, Some(one));
        // The number of the one that went leads to the one that stayed.
        let typed = OpportunityForm { account: two.to_string(), ..deal("Late") };
        assert_eq!(make_deal(&db, &caller, &typed).await.data.account, Some(one));
        db.split(&caller, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!(account().await, Some(two));
        db.delete_accounts(&caller, &[gone.id]).await.unwrap();
        assert_eq!(account().await, None, "not shown while it is in the bin");
        let later = Caller { now: NOW.plus(31 * DAY), ..root() };
        db.purge_bin(&later).await.unwrap();
        assert_eq!(db.opportunity(&caller, made.number).await.unwrap().data.name, "Renewal");
    }
}

#[test]
fn amounts_are_weighted_once() {
    let currency = Currency::default();
    let sum = domain::opportunity::Sum::of(currency, 3, 1_005, 50);
    assert_eq!((sum.count, sum.weighted_minor), (3, 503));
}
