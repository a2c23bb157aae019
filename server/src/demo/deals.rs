//! Deals of the made-up company: what it sells, and a few months of a pipeline with deals in every stage.

use super::{Company, operation, people::SignIn, random::Random};
use crate::complaint::Complaint;
use domain::{
    account::FieldEdit,
    date::Date,
    id::{AccountNumber, ProductId},
    opportunity::{
        CloseReason, OpportunityData, OpportunityDraft, OpportunityField, Place, StageMove,
    },
    pipeline::{Pipeline, Stage, StageKind},
    policy::{Caller, Role},
    product::{LineDraft, ProductData},
    time::{DAY, HOUR, Instant},
};

/// What is sold: code, name, price in minor units.
const PRODUCTS: [(&str, &str, i64); 6] = [
    ("LT-200", "台式光谱仪 LT-200", 12_800_000),
    ("LT-50", "手持测厚仪 LT-50", 1_260_000),
    ("PX-7", "Pressure sensor PX-7", 348_000),
    ("AX-3", "三轴校准台 AX-3", 23_600_000),
    ("SV-Y", "年度维护服务", 980_000),
    ("TR-1", "操作培训（每天）", 320_000),
];
const ABOUT: [&str; 8] = [
    "设备更新",
    "年度维护续约",
    "New line",
    "实验室扩建",
    "检测方案",
    "Spare parts",
    "校准服务",
    "产线改造",
];
const STEPS: [&str; 6] =
    ["电话回访", "寄样品", "Send the offer", "现场演示", "确认付款条件", "Call the engineer"];
const SOURCES: [&str; 4] = ["展会", "老客户介绍", "Website", "电话"];

/// Most deals of a demo, and of how many customers one has a deal.
const MOST: u64 = 160;
const ONE_IN: u64 = 6;
/// Days over which the deals began.
const DAYS: i64 = 150;

impl Company<'_> {
    /// Makes products and deals; answers how many deals.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn add_deals(&self) -> Result<u64, Complaint> {
        let products = self.products().await?;
        let pipelines = self.db.pipelines(self.caller).await?;
        let Some(pipeline) = pipelines.first() else { return Ok(0) };
        let count = (self.customers / ONE_IN).min(MOST);
        for index in 0..count {
            self.one(index, pipeline, &products).await?;
        }
        Ok(count)
    }

    async fn products(&self) -> Result<Vec<(ProductId, i64)>, Complaint> {
        let mut made = Vec::with_capacity(PRODUCTS.len());
        for (code, name, price_minor) in PRODUCTS {
            let data = ProductData {
                code: code.to_owned(),
                name: name.to_owned(),
                price_minor,
                ..ProductData::default()
            };
            made.push((
                self.db.create_product(self.caller, operation(), &data).await?,
                price_minor,
            ));
        }
        Ok(made)
    }

    /// One deal, from its beginning to where it stands now.
    async fn one(
        &self,
        index: u64,
        pipeline: &Pipeline,
        products: &[(ProductId, i64)],
    ) -> Result<(), Complaint> {
        let mut random = Random::of(self.seed, 0x6465_616c_0000 + index);
        let sells = |person: &&SignIn| matches!(person.role, Role::SalesManager | Role::SalesRep);
        let sellers: Vec<&SignIn> = self.people.iter().filter(sells).collect();
        let seller = random.index(sellers.len()).and_then(|place| sellers.get(place));
        let Some(seller) = seller else { return Ok(()) };
        let account = 1 + random.below(self.customers);
        let account = AccountNumber(i64::try_from(account).unwrap_or(1));
        let began = self.today.plus(-DAY * random.between(1, DAYS) + HOUR * random.between(8, 18));
        let name = self.db.account(self.caller, account).await?.data.name;
        let close = began.0.div_euclid(DAY) + random.between(20, 140);
        let step_on = self.today.0.div_euclid(DAY) + random.between(-4, 14);
        let has_step = random.chance(80);
        let data = OpportunityData {
            name: format!("{name} {}", random.pick(&ABOUT)),
            account: Some(account),
            value_minor: random.amount(500_000, 60_000_000),
            expected_close: Some(Date::from_days(close)),
            next_step: if has_step { random.pick(&STEPS).to_owned() } else { String::new() },
            next_step_on: has_step.then(|| Date::from_days(step_on)),
            source: random.pick(&SOURCES).to_owned(),
            owner: Some(seller.id),
            ..OpportunityData::default()
        };
        let at = |now: Instant| Caller { user: seller.id, now, ..self.caller.clone() };
        let draft = OpportunityDraft { data, stage: None };
        let number = self.db.create_opportunity(&at(began), operation(), &draft).await?;
        let deal = self.db.opportunity(self.caller, number).await?;
        let mut version = deal.version;
        if random.chance(40)
            && let Some((product, price_minor)) =
                random.index(products.len()).and_then(|place| products.get(place))
        {
            let quantity = random.between(1, 6);
            let line = LineDraft { product: *product, quantity, price_minor: *price_minor };
            version = self.db.set_opportunity_lines(&at(began), deal.id, version, &[line]).await?;
        }
        let mut now = began;
        for stage in self.way(&mut random, pipeline) {
            now = now.plus(DAY * random.between(1, 30) + HOUR * random.between(-4, 4));
            if now >= self.today {
                break;
            }
            let moved = into(&mut random, &stage);
            version = self.db.move_opportunity(&at(now), deal.id, version, &moved).await?;
        }
        Ok(())
    }

    /// The stages a deal goes through after the first one, as far as its time allows.
    fn way(&self, random: &mut Random, pipeline: &Pipeline) -> Vec<Stage> {
        let open: Vec<Stage> = pipeline.columns().skip(1).cloned().collect();
        let closes = if random.chance(60) { StageKind::Won } else { StageKind::Lost };
        let steps = random.index(open.len() + 2).unwrap_or(0);
        let mut way: Vec<Stage> = open.into_iter().take(steps).collect();
        if steps > 2 {
            way.extend(pipeline.closing(closes).cloned());
        }
        way
    }
}

/// A move into a stage, with what it may ask for.
fn into(random: &mut Random, stage: &Stage) -> StageMove {
    let reasons: Vec<&str> = CloseReason::ALL
        .iter()
        .filter(|reason| reason.fits(stage.kind) && **reason != CloseReason::Other)
        .map(|reason| reason.code())
        .collect();
    let reason = random.index(reasons.len()).and_then(|place| reasons.get(place));
    let step = FieldEdit {
        field: OpportunityField::NextStep.code().to_owned(),
        value: random.pick(&STEPS).to_owned(),
    };
    let asks = stage.required.contains(&OpportunityField::NextStep);
    StageMove {
        stage: stage.id,
        place: Place::Top,
        edits: if asks { vec![step] } else { Vec::new() },
        reason: reason.copied().unwrap_or_default().to_owned(),
        note: String::new(),
    }
}
