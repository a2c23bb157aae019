//! Dashboards: every figure is what a naive look at every record in reach says, and the list it leads to has as many rows.

use crate::{
    activities::every_done,
    cases::{about, case, change, every_row as cases_of},
    customers::{form, make, operation},
    deals_by_right::{Chance, every_row, people, scatter},
    opportunities::{sales, to},
    support::{NOW, counting, on_both, root},
    surveys::{every_answer, open as open_survey, owned, scored},
};
use domain::{
    account::AccountForm,
    activity::DoneRequest,
    case::{CaseForm, CaseKind, CasePriority, CaseRequest, CaseState, Timely},
    dashboard::{Breakdown, Closed, Dashboard, DashboardRequest, Key, Solved},
    failure::Failure,
    id::{OpportunityId, ProductId, TeamId, UserId},
    list::{ListRequest, Tab},
    money::Currency,
    note::{NoteBody, Subject},
    opportunity::{DealFilter, DealRequest, Opportunity, StageMove},
    period::{DateRange, Period, When},
    pipeline::StageKind,
    policy::{Caller, Role},
    product::{LineDraft, ProductForm},
    survey::{Doubt, QuestionKind, ResponseRequest, ScoreKind, Scores},
    time::{DAY, HOUR, Instant, ZoneOffsets},
};
use std::collections::BTreeMap;
use store::{Db, Submission};

/// Eight hours east of UTC: days begin when UTC is in the afternoon.
pub(crate) fn east() -> ZoneOffsets {
    ZoneOffsets { name: "Test/East".to_owned(), changes: vec![(Instant(i64::MIN / 2), 480)] }
}

pub(crate) fn yuan() -> Currency {
    Currency::try_from("CNY".to_owned()).unwrap()
}

pub(crate) async fn board(db: &Db, caller: &Caller, request: &DashboardRequest) -> Dashboard {
    db.dashboard(caller, &east(), yuan(), request).await.unwrap()
}

/// Deals that began and closed on many days, some with products.
async fn history(db: &Db, owners: &[Option<UserId>]) -> Vec<ProductId> {
    let mut products = Vec::new();
    for code in ["A-1", "B-2"] {
        let form =
            ProductForm { code: code.to_owned(), name: code.to_owned(), ..ProductForm::default() };
        let draft = form.parse(yuan()).unwrap();
        products.push(db.create_product(&root(), operation(), &draft).await.unwrap());
    }
    let pipeline = sales(db).await;
    let [won, lost] =
        [StageKind::Won, StageKind::Lost].map(|kind| pipeline.closing(kind).unwrap().id);
    let mut chance = Chance(7);
    for deal in scatter(db, owners, 120).await {
        let mut version = deal.version;
        let offered: Vec<LineDraft> = products
            .iter()
            .filter(|_| chance.below(3) == 0)
            .map(|product| LineDraft { product: *product, quantity: 1, price_minor: 5 })
            .collect();
        if !offered.is_empty() {
            version = db.set_opportunity_lines(&root(), deal.id, version, &offered).await.unwrap();
        }
        if deal.state != StageKind::Open || chance.below(3) == 0 {
            continue;
        }
        let later = i64::try_from(chance.below(500)).unwrap();
        let closer = Caller { now: NOW.plus(later * DAY + 7 * HOUR), ..root() };
        let target = if chance.below(3) == 0 { lost } else { won };
        let moved = StageMove { reason: "price".to_owned(), ..to(target) };
        db.move_opportunity(&closer, deal.id, version, &moved).await.unwrap();
    }
    products
}

/// Every deal that a caller sees, whole.
async fn everything(db: &Db, caller: &Caller) -> Vec<Opportunity> {
    let request = DealRequest { state: None, ..DealRequest::default() };
    let mut deals = Vec::new();
    for row in every_row(db, caller, &request).await {
        deals.push(db.opportunity(caller, row.number).await.unwrap());
    }
    deals
}

fn median(mut all: Vec<i64>) -> Option<i64> {
    all.sort_unstable();
    let last = all.len().checked_sub(1)?;
    Some((all[last / 2] + all[last.div_ceil(2)]).div_euclid(2))
}

fn within(at: Instant, days: Option<DateRange>) -> bool {
    days.is_none_or(|days| days.has(east().wall_clock(at).0))
}

/// What closed, counted one by one.
fn naive<'a>(deals: impl Iterator<Item = &'a Opportunity>, days: Option<DateRange>) -> Closed {
    let closed: Vec<&Opportunity> =
        deals.filter(|deal| deal.closed_at.is_some_and(|at| within(at, days))).collect();
    let won = || closed.iter().filter(|deal| deal.state == StageKind::Won);
    let took = won().map(|deal| deal.closed_at.unwrap().0 - deal.created_at.0).collect();
    Closed {
        won: won().count().try_into().unwrap(),
        lost: closed
            .iter()
            .filter(|deal| deal.state == StageKind::Lost)
            .count()
            .try_into()
            .unwrap(),
        won_minor: won()
            .filter(|deal| deal.data.currency == yuan())
            .map(|deal| deal.data.value_minor)
            .sum(),
        time_to_win: median(took),
    }
}

async fn rows(db: &Db, caller: &Caller, request: DealRequest) -> i64 {
    let request = DealRequest { zone: east(), ..request };
    let count = db.opportunity_count(caller, &request, true).await.unwrap();
    let rows = every_row(db, caller, &request).await;
    assert_eq!(i64::try_from(rows.len()).unwrap(), count.number);
    count.number
}

fn asked(raw: &str) -> DashboardRequest {
    let pairs: BTreeMap<&str, &str> =
        raw.split('&').filter_map(|pair| pair.split_once('=')).collect();
    DashboardRequest::from_query(|key| pairs.get(key).copied())
}

on_both! {
    async fn what_closed_is_what_a_naive_look_says(db: Db) {
        let callers = people(&db).await;
        let [rep, lead, other, _] = &callers;
        let team = db.structure(&root()).await.unwrap().teams[0].id;
        let products = history(&db, &[Some(rep.user), Some(lead.user), Some(other.user), None]).await;
        let mut figures = 0;
        for caller in &callers {
            let seen = everything(&db, caller).await;
            for when in ["ever", "2026-11-01..2027-01-31", "2027-02-10..2027-09-01", "this_quarter"] {
                for whose in [String::new(), format!("owner={}", rep.user), format!("team={team}")] {
                    let request = asked(&format!("period={when}&{whose}"));
                    let is_theirs = |deal: &&Opportunity| match (request.owner, request.team) {
                        (Some(owner), _) => deal.data.owner == Some(owner),
                        (_, Some(_)) => [rep, lead].iter().any(|one| deal.data.owner == Some(one.user)),
                        _ => true,
                    };
                    let theirs: Vec<&Opportunity> = seen.iter().filter(is_theirs).collect();
                    let of = DealRequest { owner: request.owner, team: request.team, ..DealRequest::default() };
                    for by in Breakdown::ALL {
                        let request = DashboardRequest { by: Some(*by), ..request.clone() };
                        let told = board(&db, caller, &request).await;
                        let days = told.days;
                        let deals = told.deals.unwrap();
                        let all = || theirs.iter().copied();
                        assert_eq!(deals.closed, naive(all(), days), "{when} {whose}");
                        assert_eq!(deals.closed_before, told.compared.map(|days| naive(all(), Some(days))));
                        let won = DealRequest { state: Some(StageKind::Won), closed: days, ..of.clone() };
                        assert_eq!(rows(&db, caller, won.clone()).await, deals.closed.won);
                        for group in &deals.groups {
                            figures += 1;
                            let (expected, list) = match &group.key {
                                Key::Owner(owner) => (
                                    naive(all().filter(|deal| deal.data.owner == *owner), days),
                                    match owner {
                                        Some(owner) => DealRequest { owner: Some(*owner), ..won.clone() },
                                        None => DealRequest { filters: vec![DealFilter::Unassigned], ..won.clone() },
                                    },
                                ),
                                Key::Product(Some(id), _) => {
                                    let with = |deal: &&Opportunity| deal.lines.iter().any(|line| line.product == *id);
                                    (naive(all().filter(with), days), DealRequest { product: Some(*id), ..won.clone() })
                                }
                                Key::Product(None, _) => {
                                    let without = naive(all().filter(|deal| deal.lines.is_empty()), days);
                                    assert_eq!(group.closed, without);
                                    continue;
                                }
                                Key::Quarter(days) => (
                                    naive(all(), Some(*days)),
                                    DealRequest { closed: Some(*days), ..won.clone() },
                                ),
                            };
                            assert_eq!(group.closed, expected, "{:?} {when} {whose}", group.key);
                            assert_eq!(rows(&db, caller, list).await, group.closed.won);
                        }
                        if *by == Breakdown::Quarter {
                            let sum: i64 = deals.groups.iter().map(|group| group.closed.won).sum();
                            assert_eq!(sum, deals.closed.won, "every quarter is there");
                        }
                    }
                }
            }
        }
        assert!(figures > 200, "{figures}");
        assert_eq!(products.len(), 2);
    }

    async fn months_stages_and_the_funnel_are_what_a_naive_look_says(db: Db) {
        let callers = people(&db).await;
        let [rep, lead, other, _] = &callers;
        history(&db, &[Some(rep.user), Some(lead.user), Some(other.user), None]).await;
        let pipeline = sales(&db).await;
        let place = |stage| pipeline.stages.iter().position(|other| other.id == stage).unwrap();
        for caller in &callers {
            // A year from now, so that months have a year before.
            let caller = &Caller { now: NOW.plus(400 * DAY), ..caller.clone() };
            let seen = everything(&db, caller).await;
            for when in ["ever", "twelve_months", "2026-10-20..2026-11-15"] {
                let told = board(&db, caller, &asked(&format!("period={when}"))).await;
                let days = told.days;
                let deals = told.deals.unwrap();
                assert_eq!(deals.months.len(), 12);
                for month in &deals.months {
                    let [now, before] = [month.days, month.days.a_year_before()].map(|days| naive(seen.iter(), Some(days)));
                    let expected = (now.won, now.won_minor, before.won, before.won_minor);
                    assert_eq!((month.won, month.won_minor, month.won_before, month.won_minor_before), expected);
                    let state = Some(StageKind::Won);
                    let list = DealRequest { state, closed: Some(month.days), ..DealRequest::default() };
                    assert_eq!(rows(&db, caller, list).await, month.won);
                }
                for sums in &deals.open {
                    let stands = |deal: &&Opportunity| deal.state == StageKind::Open && deal.stage == sums.stage;
                    assert_eq!(usize::try_from(sums.count).unwrap(), seen.iter().filter(stands).count());
                    let list = DealRequest { stage: Some(sums.stage), ..DealRequest::default() };
                    assert_eq!(rows(&db, caller, list).await, sums.count);
                }
                let began: Vec<&Opportunity> =
                    seen.iter().filter(|deal| within(deal.created_at, days)).collect();
                for step in &deals.funnel {
                    let at = place(step.stage);
                    let came = |deal: &&&Opportunity| {
                        let open = deal.visits.iter().map(|visit| place(visit.stage));
                        let furthest = open.filter(|at| pipeline.stages[*at].kind == StageKind::Open).max();
                        deal.state == StageKind::Won || at == 0 || (at < 4 && furthest >= Some(at))
                    };
                    let reached = i64::try_from(began.iter().filter(came).count()).unwrap();
                    assert_eq!(step.reached, reached, "{when} {at}");
                    let list = DealRequest { state: None, began: days, reached: Some(step.stage), ..DealRequest::default() };
                    assert_eq!(rows(&db, caller, list).await, reached);
                    let stays = began.iter().flat_map(|deal| &deal.visits).filter(|visit| visit.stage == step.stage);
                    let took = stays.filter_map(|visit| Some(visit.left_at?.0 - visit.entered_at.0)).collect();
                    let expected = if at < 4 { median(took) } else { None };
                    assert_eq!(step.time_in_stage, expected);
                }
                assert!(deals.funnel.first().unwrap().reached >= deals.funnel.last().unwrap().reached);
            }
        }
    }

    async fn customers_and_activities_are_counted_as_far_as_they_are_seen(db: Db) {
        let [rep, lead, other, staff] = people(&db).await;
        let mut chance = Chance(3);
        let owners = [Some(rep.user), Some(lead.user), Some(other.user), None];
        for number in 0..40 {
            let owner = chance.of(&owners).map(|id| id.to_string()).unwrap_or_default();
            let kind = (*chance.of(&["company", "individual"])).to_owned();
            let typed = AccountForm { owner, kind, ..form(&format!("Customer {number}")) };
            let at = NOW.plus(-chance.below(300).cast_signed() * DAY - 5 * HOUR);
            let maker = Caller { now: at, ..root() };
            let made = make(&db, &maker, &typed).await;
            let id = db.account(&root(), made).await.unwrap().id;
            if chance.below(2) == 0 {
                let body = NoteBody::parse("Seen").unwrap();
                db.add_note(&maker, operation(), Subject::Account(id), &body).await.unwrap();
            }
            if chance.below(8) == 0 {
                db.delete_accounts(&root(), &[id]).await.unwrap();
            }
        }
        let mut whole = Vec::new();
        for caller in [&rep, &lead, &other, &staff] {
            for when in ["ever", "last_quarter", "2026-09-01..2026-10-31"] {
                let told = board(&db, caller, &asked(&format!("period={when}"))).await;
                let customers = told.customers.unwrap();
                for (tab, count) in [(Tab::Companies, customers.new[0]), (Tab::Individuals, customers.new[1])] {
                    let list = ListRequest { tab, created: told.days, zone: east(), ..ListRequest::default() };
                    assert_eq!(db.list_count(caller, &list, true).await.unwrap().number, count, "{when}");
                    let mut seen = db.account_page(caller, &ListRequest { tab, ..ListRequest::default() }).await.unwrap().rows;
                    seen.retain(|row| within(row.created_at, told.days));
                    assert_eq!(i64::try_from(seen.len()).unwrap(), count, "{when} {tab:?}");
                }
                let mut notes = 0;
                for tab in [Tab::Companies, Tab::Individuals] {
                    for row in db.account_page(caller, &ListRequest { tab, ..ListRequest::default() }).await.unwrap().rows {
                        let timeline = db.timeline(caller, Subject::Account(row.id), None).await.unwrap();
                        let written = timeline.entries.iter().filter(|entry| matches!(entry, domain::note::Entry::Note(_)));
                        notes += written.filter(|entry| within(entry.at(), told.days)).count();
                    }
                }
                let activities = told.activities.unwrap();
                assert_eq!(activities.all(), i64::try_from(notes).unwrap(), "{when}");
                let list = DoneRequest { days: told.days, zone: east(), ..DoneRequest::default() };
                let kinds = activities.kinds.iter().map(|(kind, count)| {
                    (DoneRequest { kind: Some(*kind), ..list.clone() }, *count)
                });
                let people = activities.people.iter().map(|(who, count)| (DoneRequest { who: Some(*who), ..list.clone() }, *count));
                for (asked, count) in kinds.chain(people).chain([(list.clone(), activities.all())]) {
                    assert_eq!(db.done_count(caller, &asked, true).await.unwrap().number, count, "{asked:?}");
                    assert_eq!(every_done(&db, caller, &asked).await.len(), usize::try_from(count).unwrap(), "{asked:?}");
                }
                whole.push((notes, customers.new));
            }
        }
        assert!(whole.iter().any(|(notes, [companies, individuals])| *notes > 5 && *companies > 5 && *individuals > 5));
    }

    async fn who_sees_no_deals_gets_no_figures_of_them(db: Db) {
        let [rep, ..] = people(&db).await;
        let stranger = Caller { rights: domain::policy::Rights::default(), ..rep.clone() };
        let refused = db.dashboard(&stranger, &east(), yuan(), &DashboardRequest::default()).await;
        assert!(matches!(crate::customers::refusal(refused), Failure::Denied { .. }));
        let sees = Role::SalesRep.rights();
        let without = sees.set(domain::policy::Object::Opportunity, domain::policy::Action::View, domain::policy::Reach::None);
        let told = board(&db, &Caller { rights: without, ..rep.clone() }, &DashboardRequest::default()).await;
        assert!(told.deals.is_none() && told.customers.is_some());
        let nowhere = DashboardRequest {
            pipeline: Some(domain::id::PipelineId(OpportunityId(uuid::Uuid::from_u128(9)).0)),
            ..DashboardRequest::default()
        };
        let refused = db.dashboard(&rep, &east(), yuan(), &nowhere).await;
        assert_eq!(crate::customers::refusal(refused), Failure::Gone);
        let teams = board(&db, &rep, &DashboardRequest::default()).await.teams;
        assert_eq!(teams.len(), 1, "those of one's own");
        let quiet = When::Named(Period::LastMonth);
        let nothing = board(&db, &rep, &DashboardRequest { when: quiet, team: Some(TeamId(uuid::Uuid::from_u128(1))), ..DashboardRequest::default() }).await;
        assert_eq!(nothing.deals.unwrap().closed, Closed::default());
    }

    async fn figures_of_cases_are_what_a_naive_look_says(db: Db) {
        let callers = people(&db).await;
        let [rep, lead, other, _] = &callers;
        let team = db.structure(&root()).await.unwrap().teams[0].id;
        let owners = [Some(rep.user), Some(lead.user), Some(other.user), None];
        let mut chance = Chance(23);
        for number in 0..110 {
            let came = Caller { now: NOW.plus(-i64::try_from(chance.below(400)).unwrap() * DAY), ..root() };
            let typed = CaseForm {
                kind: chance.of(CaseKind::ALL).code().to_owned(),
                priority: chance.of(CasePriority::ALL).code().to_owned(),
                owner: chance.of(&owners).map(|id| id.to_string()).unwrap_or_default(),
                ..about(&format!("Case {number}"))
            };
            let made = case(&db, &came, &typed).await;
            if chance.below(3) > 0 {
                let later = Caller { now: came.now.plus(i64::try_from(chance.below(60)).unwrap() * HOUR), ..root() };
                change(&db, &later, &made, &[("status", "resolved"), ("solution", "Done")]).await.unwrap();
            }
        }
        let mut figures = 0;
        for caller in &callers {
            let all = CaseRequest { state: CaseState::All, ..CaseRequest::default() };
            let mut seen = Vec::new();
            for number in cases_of(&db, caller, &all).await {
                seen.push(db.case(caller, number).await.unwrap());
            }
            for when in ["ever", "2026-09-01..2026-11-30", "this_quarter"] {
                for whose in [String::new(), format!("owner={}", rep.user), format!("team={team}")] {
                    let request = asked(&format!("period={when}&{whose}"));
                    let told = board(&db, caller, &request).await;
                    let figure = told.cases.unwrap();
                    let theirs = || seen.iter().filter(|case| match (request.owner, request.team) {
                        (Some(owner), _) => case.data.owner == Some(owner),
                        (_, Some(_)) => [rep, lead].iter().any(|one| case.data.owner == Some(one.user)),
                        _ => true,
                    });
                    let count = |number: usize| i64::try_from(number).unwrap();
                    let of = CaseRequest { owner: request.owner, team: request.team, ..all.clone() };
                    for (kind, number) in &figure.came {
                        let came = theirs().filter(|case| case.data.kind == *kind && within(case.clock.began_at, told.days));
                        assert_eq!(*number, count(came.count()), "{kind:?} {when} {whose}");
                        let list = CaseRequest { kind: Some(*kind), came: told.days, ..of.clone() };
                        assert_eq!(*number, count(cases_of(&db, caller, &list).await.len()));
                        figures += 1;
                    }
                    for (priority, number) in &figure.open {
                        let open = theirs().filter(|case| case.data.priority == *priority && case.data.status.is_open());
                        assert_eq!(*number, count(open.count()));
                        let list = CaseRequest { state: CaseState::Open, priority: Some(*priority), ..of.clone() };
                        assert_eq!(*number, count(cases_of(&db, caller, &list).await.len()));
                    }
                    let overdue = theirs().filter(|case| case.data.status.is_open() && case.clock.due_at() < caller.now);
                    assert_eq!(figure.overdue, count(overdue.count()));
                    for (days, solved) in [(told.days, Some(figure.solved)), (told.compared, figure.solved_before)] {
                        let Some(solved) = solved else { continue };
                        let done: Vec<_> = theirs().filter(|case| !case.data.status.is_open() && within(case.clock.solved_at, days)).collect();
                        let in_time = done.iter().filter(|case| case.clock.solved_in_time(NOW)).count();
                        let answered = done.iter().filter(|case| case.clock.answered_in_time(NOW)).count();
                        assert_eq!(solved, Solved { count: count(done.len()), in_time: count(in_time), answered_in_time: count(answered) });
                        let list = CaseRequest { state: CaseState::Done, timely: Some(Timely::InTime), solved: days, ..of.clone() };
                        assert_eq!(solved.in_time, count(cases_of(&db, caller, &list).await.len()));
                    }
                    for month in &figure.months {
                        let came = theirs().filter(|case| within(case.clock.began_at, Some(month.days)));
                        assert_eq!(month.count, count(came.count()));
                    }
                }
            }
        }
        assert!(figures >= 100, "{figures}");
    }

    async fn the_score_is_what_a_naive_look_at_every_answer_says(db: Db) {
        let callers = people(&db).await;
        let [rep, lead, other, staff] = &callers;
        let team = db.structure(&root()).await.unwrap().teams[0].id;
        let surveys = [open_survey(&db, staff).await, open_survey(&db, staff).await, open_survey(&db, staff).await];
        // What was answered: of whose customer, nobody's by the open link, when, and whether it counts.
        let mut given = Vec::new();
        let mut chance = Chance(31);
        for place in 0..120 {
            let survey = &surveys[place % 3];
            let owner = *chance.of(&[Some(rep), Some(lead), Some(other), None]);
            let token = match owner {
                None => survey.token.clone(),
                Some(owner) => {
                    let customer = owned(&db, owner, &format!("Customer {place}")).await;
                    db.make_survey_link(owner, survey.id, customer).await.unwrap().text()
                }
            };
            let score = i64::try_from(chance.below(11)).unwrap();
            let at = NOW.plus(-i64::try_from(chance.below(400)).unwrap() * DAY);
            let doubt = (chance.below(5) == 0).then_some(Doubt::Fast);
            let submission = Submission { doubt, ..scored(survey, score, "") };
            db.answer_survey(&token, operation(), &submission, counting(), at).await.unwrap();
            // The third survey leaves.
            if doubt.is_none() && place % 3 < 2 {
                given.push((owner.map(|owner| owner.user), at, score));
            }
        }
        db.delete_survey(staff, surveys[2].id, true).await.unwrap();
        let sees = |caller: &Caller, owner: Option<UserId>| match owner {
            None => true,
            Some(_) if caller.user == staff.user => true,
            Some(owner) if caller.user == lead.user => [rep.user, lead.user].contains(&owner),
            Some(owner) => owner == caller.user,
        };
        let naive = |of: &mut dyn Iterator<Item = i64>| {
            let mut scores = Scores::none(QuestionKind::Nps);
            of.for_each(|score| scores.add(QuestionKind::Nps, score, 1));
            scores
        };
        let mut figures = 0;
        for caller in &callers {
            for when in ["ever", "2026-09-01..2026-11-30", "this_quarter"] {
                for whose in [String::new(), format!("owner={}", rep.user), format!("team={team}")] {
                    let request = asked(&format!("period={when}&{whose}"));
                    let told = board(&db, caller, &request).await;
                    let figure = told.scores.unwrap();
                    let theirs: Vec<_> = given.iter().filter(|(owner, ..)| sees(caller, *owner)).filter(|(owner, ..)| {
                        match (request.owner, request.team) {
                            (Some(asked), _) => *owner == Some(asked),
                            (_, Some(_)) => [rep, lead].iter().any(|one| *owner == Some(one.user)),
                            _ => true,
                        }
                    }).collect();
                    let during = |days: Option<DateRange>| {
                        naive(&mut theirs.iter().filter(|(_, at, _)| within(*at, days)).map(|(.., score)| *score))
                    };
                    assert_eq!(figure.now, during(told.days), "{when} {whose}");
                    // The list it leads to has as many rows.
                    let list = ResponseRequest {
                        scale: Some(ScoreKind::Nps),
                        owner: request.owner,
                        team: request.team,
                        came: told.days,
                        zone: east(),
                        ..ResponseRequest::default()
                    };
                    let rows = every_answer(&db, caller, &list).await.len();
                    assert_eq!(i64::try_from(rows).unwrap(), figure.now.answers());
                    assert_eq!(figure.before, told.compared.map(|days| during(Some(days))));
                    for month in &figure.months {
                        assert_eq!(month.scores, during(Some(month.days)));
                        let list = ResponseRequest { came: Some(month.days), ..list.clone() };
                        let rows = every_answer(&db, caller, &list).await.len();
                        assert_eq!(i64::try_from(rows).unwrap(), month.scores.answers());
                        figures += 1;
                    }
                    let of_owners: i64 = figure.owners.iter().map(|of| of.scores.answers()).sum();
                    assert_eq!(of_owners, figure.now.answers());
                    for of in &figure.owners {
                        let own = theirs.iter().filter(|(owner, at, _)| *owner == of.owner && within(*at, told.days));
                        assert_eq!(of.scores, naive(&mut own.map(|(.., score)| *score)));
                        if of.owner.is_some() {
                            let list = ResponseRequest { owner: of.owner, ..list.clone() };
                            let rows = every_answer(&db, caller, &list).await.len();
                            assert_eq!(i64::try_from(rows).unwrap(), of.scores.answers());
                        }
                        figures += 1;
                    }
                    let score = figure.now.score(ScoreKind::Nps);
                    assert_eq!(score.map(|score| score.answers).unwrap_or_default(), figure.now.answers());
                }
            }
        }
        assert!(figures >= 400, "{figures}");
    }
}
