//! Deals, orders, cases and products as rows of a file tell them.

use domain::{
    case::{CaseData, CaseField, Clock},
    date::Date,
    id::{AccountNumber, CaseNumber, OpportunityNumber, OrderNumber, PipelineId, StageId},
    opportunity::{Closing, OpportunityData, OpportunityField},
    order::{OrderData, OrderField},
    pipeline::StageKind,
    product::{ProductData, ProductField},
};

/// A deal as a row tells it, with the id that a second run finds it by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DealRow {
    /// Its fields; customer and person stand below, and a name that the row does not give is made of them.
    pub data: OpportunityData,
    /// The fields that the row fills.
    pub fields: Vec<OpportunityField>,
    /// The number it has here, if the file says so.
    pub number: Option<OpportunityNumber>,
    /// Name of the customer, or its id in the system of the file; empty for none.
    pub account: String,
    /// The number the customer has here, if the file says so.
    pub account_number: Option<AccountNumber>,
    /// Name of whom one talks to there; empty for nobody.
    pub person: String,
    /// Where it stands; where a row does not say so, where deals begin.
    pub stage: DealStage,
    /// Whether the row says where it stands.
    pub names_stage: bool,
    /// The day it began.
    pub began: Option<Date>,
    /// The day it was won or lost.
    pub closed: Option<Date>,
    /// Why it was.
    pub closing: Option<Closing>,
    /// What is on offer.
    pub offers: Vec<Offer>,
    /// The system its id belongs to.
    pub source_system: String,
    /// Its id there.
    pub external_id: String,
}

/// A stage that a row names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DealStage {
    /// The way it is part of.
    pub pipeline: PipelineId,
    /// The stage.
    pub stage: StageId,
    /// What it means.
    pub kind: StageKind,
    /// Where deals of that way begin.
    pub first: StageId,
}

impl Default for DealStage {
    fn default() -> Self {
        Self {
            pipeline: PipelineId::NIL,
            stage: StageId::NIL,
            kind: StageKind::Open,
            first: StageId::NIL,
        }
    }
}

/// A product that a row names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// Its code or its name.
    pub product: String,
    /// How many.
    pub quantity: i64,
    /// Price of a piece in minor units of the deal's currency, if the file says so.
    pub price_minor: Option<i64>,
}

/// A product as a row tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductRow {
    /// Its fields; without a code the name stands for it.
    pub data: ProductData,
    /// The fields that the row fills.
    pub fields: Vec<ProductField>,
}

/// A line of an order as a row tells it, with the id that a second run finds the order by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// The fields of the order.
    pub data: OrderData,
    /// Those that the row fills.
    pub fields: Vec<OrderField>,
    /// The number it has here, if the file says so.
    pub number: Option<OrderNumber>,
    /// Who bought.
    pub buyer: Buyer,
    /// Code or name of what was bought; empty where the file does not say.
    pub product: String,
    /// How many.
    pub quantity: i64,
    /// What the line comes to in minor units; without it the product's price counts.
    pub amount_minor: Option<i64>,
    /// The system its id belongs to.
    pub source_system: String,
    /// Its id there: rows with the same one are lines of one order.
    pub external_id: String,
}

/// Who bought, as a row names them; empty where it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buyer {
    /// The name.
    pub name: String,
    /// The number here, if the file says so.
    pub number: Option<AccountNumber>,
    /// The id that the system of the file gave them.
    pub id: String,
    /// The id that a second run finds them by.
    pub key: String,
    /// What a new customer is called.
    pub shown: String,
    /// Whether a new customer is a person rather than a company.
    pub is_person: bool,
}

/// A case as a row tells it, with the id that a second run finds it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Its fields; the customer stands beside them.
    pub data: CaseData,
    /// Those that the row fills.
    pub fields: Vec<CaseField>,
    /// The number it has here, if the file says so.
    pub number: Option<CaseNumber>,
    /// The customer's name, or empty.
    pub account: String,
    /// The customer's number here, if the file says so.
    pub account_number: Option<AccountNumber>,
    /// The customer's id in the system of the file, or empty.
    pub account_key: String,
    /// What the customer said, or empty.
    pub body: String,
    /// Its times, counted from when it came in.
    pub clock: Clock,
    /// The system its id belongs to.
    pub source_system: String,
    /// Its id there.
    pub external_id: String,
}
