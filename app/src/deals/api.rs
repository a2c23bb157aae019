//! Server functions of deals: caller, parse, one store call.
//! All are public endpoints; the store asks the policy again for every one of them.

use crate::error::AppError;
use domain::{
    account::FieldEdit,
    id::{OperationId, OpportunityId, OpportunityNumber, PersonNumber, StageId, Version},
    note::Timeline,
    opportunity::{
        Board, BuyingRole, Opportunity, OpportunityForm, OpportunitySummary, StageMove, StageSums,
    },
    page::{Count, Page},
    pipeline::Pipeline,
    product::LineForm,
    share::RecordRights,
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, pairs, respond, zone};
#[cfg(feature = "ssr")]
use domain::{
    failure::Failure,
    note::Subject,
    opportunity::{BoardRequest, DealRequest},
    page::Cursor,
    policy::Caller,
    product::read_lines,
};

/// A board and the other pipelines that there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardScreen {
    /// The board.
    pub board: Board,
    /// Every pipeline, that of the board among them.
    pub pipelines: Vec<Pipeline>,
}

/// A page of the list of deals with what its rows name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealList {
    /// The rows.
    pub page: Page<OpportunitySummary>,
    /// Every pipeline.
    pub pipelines: Vec<Pipeline>,
}

/// Everything the page of a deal shows first, in one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityScreen {
    /// The deal.
    pub opportunity: Opportunity,
    /// Every pipeline.
    pub pipelines: Vec<Pipeline>,
    /// The newest part of its timeline.
    pub timeline: Timeline,
    /// What may be done with it.
    pub rights: RecordRights,
}

#[cfg(feature = "ssr")]
async fn board_request(caller: &Caller, query: &str) -> Result<BoardRequest, AppError> {
    let pairs = pairs(query);
    let request = BoardRequest::from_query(|key| pairs.get_str(key));
    // Most boards are read without a look at the zone.
    if !request.asks_for_days() {
        return Ok(request);
    }
    Ok(BoardRequest { zone: zone(caller).await?, ..request })
}

#[cfg(feature = "ssr")]
async fn list_request(caller: &Caller, query: &str) -> Result<DealRequest, AppError> {
    let pairs = pairs(query);
    let request = DealRequest::from_query(|key| pairs.get_str(key));
    if !request.asks_for_days() {
        return Ok(request);
    }
    Ok(DealRequest { zone: zone(caller).await?, ..request })
}

/// A board; `query` is the query of its URL.
#[server(input = GetUrl)]
pub async fn open_board(query: String) -> Result<BoardScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let board = db.board(&caller, &board_request(&caller, &query).await?).await?;
        let pipelines = db.pipelines(&caller).await?;
        Ok(BoardScreen { board, pipelines })
    };
    respond(answer.await)
}

/// The figures above the columns of a board.
#[server(input = GetUrl)]
pub async fn board_sums(query: String) -> Result<Vec<StageSums>, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let request = board_request(&caller, &query).await?;
        Ok(db.board_sums(&caller, &request).await?)
    };
    respond(answer.await)
}

/// More cards of a column; `after` is a cursor as it stands in an address, or empty for the first ones.
#[server(input = GetUrl)]
pub async fn board_cards(
    query: String,
    stage: StageId,
    after: String,
) -> Result<Page<OpportunitySummary>, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let request = board_request(&caller, &query).await?;
        Ok(db.board_cards(&caller, &request, stage, Cursor::decode(&after).as_ref()).await?)
    };
    respond(answer.await)
}

/// A page of the list of deals; `query` is the query of its URL.
#[server(input = GetUrl)]
pub async fn list_opportunities(query: String) -> Result<DealList, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let page = db.opportunity_page(&caller, &list_request(&caller, &query).await?).await?;
        let pipelines = db.pipelines(&caller).await?;
        Ok(DealList { page, pipelines })
    };
    respond(answer.await)
}

/// How many deals the list of a URL has; without `exact` the count stops at a cap.
#[server(input = GetUrl)]
pub async fn count_opportunities(query: String, exact: bool) -> Result<Count, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let request = list_request(&caller, &query).await?;
        Ok(db.opportunity_count(&caller, &request, exact).await?)
    };
    respond(answer.await)
}

/// Every pipeline with its stages.
#[server(input = GetUrl)]
pub async fn list_pipelines() -> Result<Vec<Pipeline>, AppError> {
    let (db, caller) = desk()?;
    respond(db.pipelines(&caller).await.map_err(AppError::from))
}

/// The page of a deal, by number (`D-5`).
#[server(input = GetUrl)]
pub async fn open_opportunity(number: String) -> Result<OpportunityScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let number: OpportunityNumber = number.parse().map_err(|()| Failure::Gone)?;
        let opportunity = db.opportunity(&caller, number).await?;
        let subject = Subject::Opportunity(opportunity.id);
        let timeline = db.timeline(&caller, subject, None).await?;
        let rights = db.record_rights(&caller, subject).await?;
        let pipelines = db.pipelines(&caller).await?;
        Ok(OpportunityScreen { opportunity, pipelines, timeline, rights })
    };
    respond(answer.await)
}

/// Makes a deal; answers with its number and leads to its page, or with `then` = `again` to an empty form. The same
/// operation sent again makes no second one.
#[server]
pub async fn create_opportunity(
    operation: OperationId,
    form: OpportunityForm,
    #[server(default)] then: String,
) -> Result<OpportunityNumber, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let house = db.organisation(&caller).await?.currency;
        let draft = form.parse(house).map_err(Failure::Invalid)?;
        let number = store::retry(|| db.create_opportunity(&caller, operation, &draft)).await?;
        leptos_axum::redirect(&match (then.as_str(), draft.data.account) {
            ("again", Some(account)) => format!("/deals/new?account={account}&saved={number}"),
            ("again", None) => format!("/deals/new?saved={number}"),
            _ => format!("/deals/{number}"),
        });
        Ok(number)
    };
    let answer = answer.await;
    crate::form::back::with_typed::<CreateOpportunity>("/deals/new", &form, &answer);
    respond(answer)
}

/// Changes fields of a deal; answers with the deal as it is then.
#[server(input = Json)]
pub async fn edit_opportunity(
    number: OpportunityNumber,
    id: OpportunityId,
    seen: Version,
    edits: Vec<FieldEdit>,
) -> Result<Opportunity, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        store::retry(|| db.edit_opportunity(&caller, id, seen, &edits)).await?;
        Ok(db.opportunity(&caller, number).await?)
    };
    respond(answer.await)
}

/// Moves a deal to a stage and a place in it; answers with its version then.
#[server(input = Json)]
pub async fn move_opportunity(
    id: OpportunityId,
    seen: Version,
    moved: StageMove,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let version = store::retry(|| db.move_opportunity(&caller, id, seen, &moved)).await;
    respond(version.map_err(AppError::from))
}

/// Puts other lines of products on a deal in place of those that are there; answers with the deal as it is then.
#[server(input = Json)]
pub async fn set_opportunity_lines(
    number: OpportunityNumber,
    id: OpportunityId,
    seen: Version,
    forms: Vec<LineForm>,
) -> Result<Opportunity, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let currency = db.opportunity(&caller, number).await?.data.currency;
        let lines = read_lines(&forms, currency).map_err(Failure::Invalid)?;
        store::retry(|| db.set_opportunity_lines(&caller, id, seen, &lines)).await?;
        Ok(db.opportunity(&caller, number).await?)
    };
    respond(answer.await)
}

/// Puts a person on a deal, or says what one who is on it is to the purchase; answers with the deal as it is then.
#[server(input = Json)]
pub async fn put_deal_person(
    number: OpportunityNumber,
    id: OpportunityId,
    person: PersonNumber,
    role: Option<BuyingRole>,
) -> Result<Opportunity, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        store::retry(|| db.put_deal_person(&caller, id, person, role)).await?;
        Ok(db.opportunity(&caller, number).await?)
    };
    respond(answer.await)
}

/// Takes a person off a deal; answers with the deal as it is then.
#[server(input = Json)]
pub async fn drop_deal_person(
    number: OpportunityNumber,
    id: OpportunityId,
    person: PersonNumber,
) -> Result<Opportunity, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        store::retry(|| db.drop_deal_person(&caller, id, person)).await?;
        Ok(db.opportunity(&caller, number).await?)
    };
    respond(answer.await)
}

/// Puts deals into the bin.
#[server(input = Json)]
pub async fn delete_opportunities(ids: Vec<OpportunityId>) -> Result<u64, AppError> {
    let (db, caller) = desk()?;
    let gone = store::retry(|| db.delete_opportunities(&caller, &ids)).await;
    respond(gone.map_err(AppError::from))
}

/// Takes deals out of the bin.
#[server(input = Json)]
pub async fn restore_opportunities(ids: Vec<OpportunityId>) -> Result<u64, AppError> {
    let (db, caller) = desk()?;
    let back = store::retry(|| db.restore_opportunities(&caller, &ids)).await;
    respond(back.map_err(AppError::from))
}
