//! Pipelines in the order people give them, and deleted as long as no deal ever used them.

use crate::{
    customers::{operation, refusal},
    opportunities::{deal, make_deal, sales, to},
    support::{on_both, root, someone},
};
use domain::{
    audit::{AuditRequest, LineValues},
    failure::Failure,
    field::FieldError,
    id::{PipelineId, StageId},
    opportunity::OpportunityForm,
    pipeline::{PipelineForm, StageForm},
    policy::{Caller, Role},
};
use store::Db;

async fn pipeline(db: &Db, name: &str) -> PipelineId {
    let stage = |name: &str, kind: &str| StageForm {
        name_en: name.to_owned(),
        kind: kind.to_owned(),
        ..StageForm::default()
    };
    let stages = vec![stage("New", "open"), stage("Won", "won"), stage("Lost", "lost")];
    let form = PipelineForm { name_en: name.to_owned(), stages, ..PipelineForm::default() };
    db.put_pipeline(&root(), operation(), None, &form.parse().unwrap()).await.unwrap()
}

async fn names(db: &Db, caller: &Caller) -> Vec<String> {
    db.pipelines(caller).await.unwrap().into_iter().map(|one| one.name.en).collect()
}

async fn first_stage(db: &Db, pipeline: PipelineId) -> StageId {
    let all = db.pipelines(&root()).await.unwrap();
    let found = all.iter().find(|one| one.id == pipeline).unwrap();
    found.columns().next().unwrap().id
}

on_both! {
    async fn pipelines_stand_in_the_order_people_give_them(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        let first = sales(&db).await.id;
        let [b, c] = [pipeline(&db, "B").await, pipeline(&db, "C").await];
        let denied = refusal(db.order_pipelines(&staff, &[c, first, b]).await);
        assert!(matches!(denied, Failure::Denied { .. }));
        db.order_pipelines(&root(), &[c, first, b]).await.unwrap();
        assert_eq!(names(&db, &staff).await, ["C", "Sales", "B"]);
        // The first stage of the first one is where deals begin.
        let made = make_deal(&db, &staff, &deal("Renewal")).await;
        assert_eq!(made.pipeline, c);
        let wanted = AuditRequest::default();
        let before = db.audit_page(&root(), &wanted, None, None, 50).await.unwrap().rows.len();
        db.order_pipelines(&root(), &[c, first, b]).await.unwrap();
        let page = db.audit_page(&root(), &wanted, None, None, 50).await.unwrap();
        assert_eq!(page.rows.len(), before, "the same order again is no change");
        let LineValues::Shown(fields) = &page.rows[1].values else { panic!("values") };
        assert_eq!((&*fields[0].field, &*fields[0].before, &*fields[0].after), ("position", "3", "1"));
        let unknown = Failure::field("pipelines", FieldError::UnknownOption);
        for wrong in [vec![c, first], vec![c, first, first], vec![c, first, b, PipelineId::NIL]] {
            assert_eq!(refusal(db.order_pipelines(&root(), &wrong).await), unknown);
        }
        // A gap that a deleted one left is closed up with the next change.
        db.delete_pipeline(&root(), first).await.unwrap();
        let d = pipeline(&db, "D").await;
        db.order_pipelines(&root(), &[c, d, b]).await.unwrap();
        assert_eq!(names(&db, &staff).await, ["C", "D", "B"]);
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
    }

    async fn a_pipeline_goes_as_long_as_no_deal_ever_used_it(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        let first = sales(&db).await;
        let last = refusal(db.delete_pipeline(&root(), first.id).await);
        assert_eq!(last, Failure::field("pipeline", FieldError::Required), "one has to stay");
        let [b, c] = [pipeline(&db, "B").await, pipeline(&db, "C").await];
        assert!(matches!(refusal(db.delete_pipeline(&staff, b).await), Failure::Denied { .. }));
        let stage = first_stage(&db, b).await;
        let typed = OpportunityForm { stage: stage.to_string(), ..deal("Here") };
        let here = make_deal(&db, &staff, &typed).await;
        let typed = OpportunityForm { stage: stage.to_string(), ..deal("Gone on") };
        let on = make_deal(&db, &staff, &typed).await;
        let elsewhere = to(first.columns().next().unwrap().id);
        db.move_opportunity(&staff, on.id, on.version, &elsewhere).await.unwrap();
        let used = |deals| Failure::field("pipeline", FieldError::UsedBy { deals });
        assert_eq!(refusal(db.delete_pipeline(&root(), b).await), used(2));
        db.delete_opportunities(&root(), &[here.id]).await.unwrap();
        assert_eq!(refusal(db.delete_pipeline(&root(), b).await), used(2), "they come back out of the bin");
        db.delete_pipeline(&root(), c).await.unwrap();
        assert_eq!(names(&db, &staff).await, ["Sales", "B"]);
        assert_eq!(refusal(db.delete_pipeline(&root(), c).await), Failure::Gone);
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
    }
}
