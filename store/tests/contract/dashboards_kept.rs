//! Figures that are kept: after every change they are what a process that kept nothing counts, whichever process made it.

use crate::{
    activities::{plan, task},
    cases::{about, case, change},
    customers::{edit, form, make, operation},
    dashboards::{board, east, yuan},
    deals_by_right::{people, scatter},
    opportunities::{deal, make_deal, sales, to},
    support::{NOW, on_both, root},
};
use domain::{
    account::AccountForm,
    activity::CompletionForm,
    case::CaseForm,
    dashboard::{Breakdown, Dashboard, DashboardRequest},
    note::{NoteBody, Subject},
    opportunity::{Opportunity, OpportunityForm, StageMove},
    period::{Period, When},
    pipeline::{PipelineDraft, Stage, StageDraft, StageKind},
    policy::Caller,
    product::{LineDraft, ProductForm},
    time::{DAY, HOUR, ZoneOffsets},
};
use sqlx::query;
use std::sync::Arc;
use store::Db;

/// The same database as a process sees it that has counted nothing yet.
fn another_process(db: &Db) -> Db {
    let figures = Arc::default();
    match db.clone() {
        Db::Sqlite { reader, writer, file, key, structure, feed, .. } => {
            Db::Sqlite { reader, writer, file, key, structure, feed, figures }
        }
        Db::Postgres { pool, shares, key, structure, feed, .. } => {
            Db::Postgres { pool, shares, key, structure, feed, figures }
        }
    }
}

/// What somebody is shown of what they ask.
struct Watch<'a> {
    db: &'a Db,
    other: Db,
    callers: [&'a Caller; 3],
    requests: Vec<DashboardRequest>,
    last: Vec<Dashboard>,
}

impl Watch<'_> {
    /// Both processes show what is counted anew; answers whether it is other than before.
    async fn look(&mut self, after: &str) -> bool {
        let anew = another_process(self.db);
        let mut all = Vec::new();
        for caller in self.callers {
            for request in &self.requests {
                let counted = board(&anew, caller, request).await;
                assert_eq!(board(self.db, caller, request).await, counted, "{after}");
                assert_eq!(board(&self.other, caller, request).await, counted, "{after}");
                all.push(counted);
            }
        }
        let moved = all != self.last;
        self.last = all;
        moved
    }

    /// The same of a change that nobody can overlook.
    async fn moves(&mut self, after: &str) {
        assert!(self.look(after).await, "{after} changes no figure");
    }
}

async fn worth(db: &Db, deal: &Opportunity, value: &str) {
    db.edit_opportunity(&root(), deal.id, deal.version, &[edit("value", value)]).await.unwrap();
}

async fn stands(db: &Db, deal: &Opportunity) -> Opportunity {
    db.opportunity(&root(), deal.number).await.unwrap()
}

/// Changes a row of which the log has no line, as nobody but a test does.
async fn behind_the_back(db: &Db) {
    let statement = "UPDATE opportunity SET value_minor = value_minor + 100";
    match db {
        Db::Sqlite { writer, .. } => query(statement).execute(writer).await.map(drop).unwrap(),
        Db::Postgres { pool, .. } => query(statement).execute(pool).await.map(drop).unwrap(),
    }
}

on_both! {
    async fn figures_that_are_kept_follow_every_change(db: Db) {
        let [rep, lead, _, staff] = people(&db).await;
        let team = db.structure(&root()).await.unwrap().teams[0].id;
        scatter(&db, &[Some(rep.user), Some(lead.user), None], 30).await;
        let ever = DashboardRequest { when: When::Named(Period::Ever), ..DashboardRequest::default() };
        let requests = vec![
            ever.clone(),
            DashboardRequest { by: Some(Breakdown::Product), team: Some(team), ..ever.clone() },
        ];
        let mut watch =
            Watch { db: &db, other: another_process(&db), callers: [&rep, &lead, &staff], requests, last: Vec::new() };
        assert!(watch.look("the first look").await);
        assert!(!watch.look("a second look").await);

        let mine = rep.user.to_string();
        let typed = OpportunityForm { owner: mine.clone(), ..deal("Machines") };
        let made = make_deal(&db, &root(), &typed).await;
        watch.moves("a deal").await;
        worth(&db, &made, "12345").await;
        watch.moves("its value").await;
        let won = sales(&db).await.closing(StageKind::Won).unwrap().id;
        let now = stands(&db, &made).await;
        let moved = StageMove { reason: "price".to_owned(), ..to(won) };
        db.move_opportunity(&Caller { now: NOW.plus(-DAY), ..root() }, made.id, now.version, &moved).await.unwrap();
        watch.moves("winning it").await;
        let product = ProductForm { code: "A-1".to_owned(), name: "Press".to_owned(), ..ProductForm::default() };
        let product = db.create_product(&root(), operation(), &product.parse(yuan()).unwrap()).await.unwrap();
        let line = LineDraft { product, quantity: 1, price_minor: 5 };
        db.set_opportunity_lines(&root(), made.id, stands(&db, &made).await.version, &[line]).await.unwrap();
        watch.moves("what it sells").await;
        db.delete_opportunities(&root(), &[made.id]).await.unwrap();
        watch.moves("deleting it").await;
        db.restore_opportunities(&root(), &[made.id]).await.unwrap();
        watch.moves("having it back").await;
        let owner = [edit("owner", &lead.user.to_string())];
        db.edit_opportunity(&root(), made.id, stands(&db, &made).await.version, &owner).await.unwrap();
        watch.moves("another owner").await;

        let typed = AccountForm { owner: mine.clone(), ..form("Boreal") };
        let number = make(&db, &root(), &typed).await;
        watch.moves("a customer").await;
        let customer = db.account(&root(), number).await.unwrap().id;
        let body = NoteBody::parse("Seen").unwrap();
        let note = db.add_note(&rep, operation(), Subject::Account(customer), &body).await.unwrap();
        watch.moves("a note").await;
        db.delete_activity(&rep, note, true).await.unwrap();
        watch.moves("taking it off").await;
        let planned = plan(&db, &rep, Subject::Account(customer), &task("Visit", "2026-12-01")).await;
        watch.look("a task").await;
        let done = CompletionForm::default().parse("Follow up", NOW, &ZoneOffsets::default()).unwrap();
        db.complete_activity(&rep, planned, &done).await.unwrap();
        watch.moves("doing it").await;
        db.delete_accounts(&root(), &[customer]).await.unwrap();
        watch.moves("deleting a customer").await;
        db.restore_accounts(&root(), &[customer]).await.unwrap();
        watch.moves("having one back").await;

        let came = case(&db, &root(), &CaseForm { owner: mine, ..about("Late") }).await;
        watch.moves("feedback").await;
        let solved = change(&db, &root(), &came, &[("status", "resolved"), ("solution", "Done")]).await.unwrap();
        watch.moves("solving it").await;
        db.delete_case(&root(), solved.id, true).await.unwrap();
        watch.moves("deleting it").await;

        db.put_team(&root(), Some(team), "East", &[lead.user]).await.unwrap();
        watch.moves("somebody leaves a team").await;
        let before = sales(&db).await;
        let same = |stage: &Stage| StageDraft {
            id: Some(stage.id),
            name: stage.name.clone(),
            kind: stage.kind,
            probability: stage.probability,
            max_days: stage.max_days,
            required: stage.required.clone(),
        };
        let stages: Vec<_> = before.stages.iter().map(same).collect();
        let draft = PipelineDraft { name: before.stages[0].name.clone(), stages };
        db.put_pipeline(&root(), operation(), Some((before.id, before.version)), &draft).await.unwrap();
        watch.moves("a pipeline's name").await;
    }

    async fn figures_are_counted_again_only_after_a_change(db: Db) {
        let [rep, ..] = people(&db).await;
        let deals = scatter(&db, &[Some(rep.user)], 12).await;
        let request = DashboardRequest { when: When::Named(Period::Ever), ..DashboardRequest::default() };
        let before = board(&db, &rep, &request).await;
        behind_the_back(&db).await;
        assert_eq!(board(&db, &rep, &request).await, before, "nobody said that anything changed");
        // Others are not told these figures, and neither are they for another question.
        let all = board(&db, &root(), &request).await;
        assert_ne!(all.deals, before.deals);
        let open = deals.iter().find(|deal| deal.state == StageKind::Open).unwrap();
        worth(&db, open, "777").await;
        assert_ne!(board(&db, &rep, &request).await.deals, before.deals);
    }

    async fn a_case_is_overdue_when_its_time_comes_though_nothing_changes(db: Db) {
        let [.., staff] = people(&db).await;
        case(&db, &staff, &about("Late")).await;
        let request = DashboardRequest::default();
        let overdue = async |hours: i64| {
            let later = Caller { now: NOW.plus(hours * HOUR), ..staff.clone() };
            db.dashboard(&later, &east(), yuan(), &request).await.unwrap().cases.unwrap().overdue
        };
        assert_eq!(overdue(0).await, 0);
        let mut hours = 0;
        while overdue(hours).await == 0 {
            hours += 1;
            assert!(hours < 24, "today's figures are asked for");
        }
        assert_eq!(overdue(0).await, 0, "back where it was");
    }
}
