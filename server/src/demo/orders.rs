//! What customers of the made-up company bought over the last two years.

use super::{Company, operation, random::Random};
use crate::complaint::Complaint;
use domain::{
    date::Date,
    id::AccountNumber,
    order::{OrderData, OrderDraft, OrderLineDraft, OrderStatus},
    policy::Caller,
    product::Product,
    time::DAY,
};

/// Most orders of a demo, and one for how many customers.
const MOST: u64 = 240;
const ONE_IN: u64 = 3;
/// Days over which they were placed, and for how long one may be on its way.
const DAYS: i64 = 720;
const ON_ITS_WAY: i64 = 20;

impl Company<'_> {
    /// Makes orders of what is sold; answers how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn add_orders(&self) -> Result<u64, Complaint> {
        let products = self.db.product_page(self.caller, false, None).await?.rows;
        let count = if products.is_empty() { 0 } else { (self.customers / ONE_IN).min(MOST) };
        for index in 0..count {
            self.bought(index, &products).await?;
        }
        Ok(count)
    }

    async fn bought(&self, index: u64, products: &[Product]) -> Result<(), Complaint> {
        let mut random = Random::of(self.seed, 0x6f72_6465_7200 + index);
        // Some customers come back: the first of them more often.
        let among = if random.chance(40) { self.customers.div_ceil(20) } else { self.customers };
        let account = i64::try_from(1 + random.below(among)).unwrap_or(1);
        let ago = random.between(1, DAYS);
        let day = Date::from_days(self.today.0.div_euclid(DAY) - ago);
        let status = match ago {
            _ if random.chance(6) => OrderStatus::Cancelled,
            ..ON_ITS_WAY if random.chance(50) => OrderStatus::Confirmed,
            ..ON_ITS_WAY => OrderStatus::Delivering,
            _ => OrderStatus::Delivered,
        };
        let mut lines = Vec::new();
        for _ in 0..random.between(1, 3) {
            let Some(product) = random.index(products.len()).and_then(|at| products.get(at)) else {
                continue;
            };
            let quantity = random.between(1, 5);
            lines.push(OrderLineDraft {
                product: Some(product.id),
                name: String::new(),
                quantity,
                amount_minor: quantity * product.data.price_minor,
            });
        }
        let currency = products.first().map(|product| product.data.currency).unwrap_or_default();
        let draft = OrderDraft {
            account: AccountNumber(account),
            deal: None,
            data: OrderData { status, ..OrderData::on(day, currency) },
            lines,
        };
        let at = Caller { now: self.today.plus(-DAY * ago), ..self.caller.clone() };
        self.db.create_order(&at, operation(), &draft).await?;
        Ok(())
    }
}
